using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>The last line of a demo that went well: what went out is what the gateway says, open cases are open
/// matters,
/// what was published was applied.</summary>
internal static partial class DemoLine
{
    public static void MustBeGood(string line, string words) => Assert.True(Good().IsMatch(line), words);

    [GeneratedRegex(
        @"\Ademo OK steps=[0-9]+ faults=[0-9]+ complaints=[0-9]+ refunds_asked=[0-9]+ won_out=(?<won>[1-9][0-9]*) "
            + @"gateway_ledger=\k<won> back_office=[0-9]+ open_cases=(?<open>[0-9]+) open_matters=\k<open> "
            + @"messages=[1-9][0-9]* events published=(?<n>[1-9][0-9]*) applied=\k<n> parked=0 holes=0\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Good();
}
