using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>The last line of a demo that went well; the number of events is the system's,
/// all else the scenario's.</summary>
internal static partial class DemoLine
{
    public static void MustBeGood(string line, string words) => Assert.True(Good().IsMatch(line), words);

    [GeneratedRegex(
        @"\Ademo OK reports=20 grounded=5 refunds settled=10 denied=5 won_out=17000 gateway_ledger=17000 "
            + @"events published=(?<n>[1-9][0-9]*) applied=\k<n> parked=0 holes=0\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Good();
}
