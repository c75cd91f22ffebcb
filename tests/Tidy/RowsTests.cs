using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>docs/rows.md says of each of the 136 practices where it stands, and names tests that are there.</summary>
public sealed partial class RowsTests
{
    private const string Document = "docs/rows.md";

    /// <summary>Interviews by number, and how many practices each has.</summary>
    private static readonly (int Interview, int Count)[] Interviews = [(1, 33), (0, 20), (2, 23), (3, 25), (4, 35)];

    private static readonly SourceFile Test = new(
        "tests/Faults/GetFaultTests.cs",
        "class GetFaultTests { [Fact] void A() { } void Helper() { } }"
    );

    [Fact]
    public void Every_practice_has_a_row_and_every_working_one_a_test() => Rule.Holds(Rows);

    [Fact]
    public void The_interviews_have_136_practices() => Assert.Equal(136, Ids().Count());

    [Fact]
    public void A_whole_document_is_accepted() => Assert.Empty(Rows([Test, WithFirst("working: `GetFaultTests.A`")]));

    [Theory]
    [InlineData("working: `GetFaultTests.B`", "names no test: GetFaultTests.B")]
    [InlineData("working: `GetFaultTests.Helper`", "names no test: GetFaultTests.Helper")]
    [InlineData("planned; so far `GetRideTests.A`", "names no test: GetRideTests.A")]
    [InlineData("working", "works and names no test")]
    [InlineData("refused", "is refused without a reason")]
    [InlineData("done", "its state is working, planned or refused")]
    public void A_row_that_does_not_hold_is_found(string state, string message) =>
        Rule.Finds(Rows, message, Test, WithFirst(state));

    [Fact]
    public void A_row_that_is_missing_twice_or_made_up_is_found()
    {
        var whole = WithFirst("planned").Text;
        var row = Row("1.33", "planned");

        Rule.Finds(Rows, "1.33 has 0 rows", new SourceFile(Document, whole.Replace(row, "", StringComparison.Ordinal)));
        Rule.Finds(Rows, "1.33 has 2 rows", new SourceFile(Document, whole + row));
        Rule.Finds(Rows, "1.34 is no practice", new SourceFile(Document, whole + Row("1.34", "planned")));
    }

    private static IEnumerable<string> Rows(IReadOnlyList<SourceFile> files)
    {
        var document = files.Single(f => f.Path == Document);
        var rows = document.Lines.Select(line => RowPattern().Match(line)).Where(m => m.Success).ToList();
        var ids = rows.Select(row => row.Groups["id"].Value).ToList();
        var tests = files.Where(f => f.IsUnder("tests/")).SelectMany(TestsOf).ToHashSet(StringComparer.Ordinal);
        return Ids()
            .Select(id => (Id: id, Count: ids.Count(other => other == id)))
            .Where(found => found.Count != 1)
            .Select(found => $"{Document}: {found.Id} has {found.Count} rows")
            .Concat(ids.Except(Ids(), StringComparer.Ordinal).Select(id => $"{Document}: {id} is no practice"))
            .Concat(rows.SelectMany(row => Findings(row.Groups["id"].Value, row.Groups["state"].Value, tests)));
    }

    private static IEnumerable<string> Findings(string id, string state, HashSet<string> tests)
    {
        var named = Quoted().Matches(state).Select(m => m.Groups["name"].Value).ToList();
        foreach (var name in named.Where(name => !tests.Contains(name)))
        {
            yield return $"{Document}: {id} names no test: {name}";
        }

        if (!StatePattern().IsMatch(state))
        {
            yield return $"{Document}: {id}: its state is working, planned or refused";
        }
        else if (state.StartsWith("working", StringComparison.Ordinal) && named.Count == 0)
        {
            yield return $"{Document}: {id} works and names no test";
        }
        else if (state.StartsWith("refused", StringComparison.Ordinal) && state.Length < "refused: a reason".Length)
        {
            yield return $"{Document}: {id} is refused without a reason";
        }
    }

    private static IEnumerable<string> TestsOf(SourceFile file) =>
        file.Nodes<MethodDeclarationSyntax>()
            .Where(m =>
                m.AttributeLists.SelectMany(l => l.Attributes).Any(a => a.Name.ToString() is "Fact" or "Theory")
            )
            .Select(m => $"{((ClassDeclarationSyntax)m.Parent!).Identifier.Text}.{m.Identifier.Text}");

    private static IEnumerable<string> Ids() =>
        Interviews.SelectMany(i => Enumerable.Range(1, i.Count).Select(n => $"{i.Interview}.{n}"));

    private static SourceFile WithFirst(string state) =>
        new(Document, string.Concat(Ids().Select(id => Row(id, id is "1.1" ? state : "planned"))));

    private static string Row(string id, string state) => $"| {id} | Something is done | {state} |\n";

    [GeneratedRegex(@"^\| (?<id>\d\.\d+) \| [^|]+ \| (?<state>[^|]+) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^(working|planned|refused)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatePattern();

    [GeneratedRegex(@"`(?<name>\w+\.\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
