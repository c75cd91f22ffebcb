using System.Text.RegularExpressions;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The invariants that docs/verification.md lists are held by tests that there are.</summary>
public sealed partial class InvariantTests
{
    /// <summary>18, 19, 27 and 28 belong to proposals of policies and to the chained log: these come later.</summary>
    private static readonly int[] Numbers = [.. Enumerable.Range(1, 17), .. Enumerable.Range(20, 7), 29, 30];

    [Fact]
    public void Every_invariant_is_listed_once_in_order() => Assert.Equal(Numbers, Rows().Select(row => row.Number));

    [Fact]
    public void Every_invariant_names_tests_that_there_are_or_says_why_it_has_none() =>
        Assert.All(
            Rows(),
            row =>
            {
                Assert.True(row.Tests.Length > 0 ^ row.Text.Contains("pending: ", StringComparison.Ordinal), row.Text);
                Assert.All(row.Tests, name => Assert.True(NamedTest.Exists(name), $"{row.Number}: {name}"));
            }
        );

    private static List<(int Number, string Text, string[] Tests)> Rows() =>
        [
            .. Assert
                .Single(Checkout.Files, file => file.Path == "docs/verification.md")
                .Text.Split("## Invariants", 2)[1]
                .Split("\n## ", 2)[0]
                .Split('\n')
                .Select(line => (Line: line, Row: Row().Match(line)))
                .Where(pair => pair.Row.Success)
                .Select(pair =>
                    (
                        int.Parse(pair.Row.Groups["number"].Value),
                        pair.Line,
                        Name().Matches(pair.Line).Select(match => match.Groups["name"].Value).ToArray()
                    )
                ),
        ];

    [GeneratedRegex(@"\A\| (?<number>\d+) \| ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>\w+\.\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
