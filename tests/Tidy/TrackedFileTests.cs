using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>A checkout works on any machine and says nothing of the one it was written on.</summary>
public sealed partial class TrackedFileTests
{
    [Fact]
    public void No_file_names_a_machine() => Rule.Holds(Machines);

    [Theory]
    [InlineData("docs/a.md", "See /wo" + "rk/shared/x")]
    [InlineData("tools/A.cs", "class A { string B = \"/ro" + "ot/x\"; }")]
    [InlineData("tests/a.js", "'/tm" + "p/bash_jobs.0/x'")]
    [InlineData("mobility", "cd /ho" + "me/somebody/x")]
    [InlineData("package-lock.json", "\"resolved\": \"https://regi" + "stry.npmjs.org/a/-/a-1.0.0.tgz\"")]
    [InlineData("nuget.config", "<add value=\"https://api.nu" + "get.org/v3/index.json\" />")]
    [InlineData(".npmrc", "registry=http://pro" + "xy.corp.example:8080/")]
    public void A_path_or_a_registry_is_found(string path, string text) => Rule.Finds(Machines, path, text, "machine");

    [Theory]
    [InlineData("docs/a.md", "homework/shared, http://127.0.0.1:5001, https://github.com/dapr/dapr, ../root/x")]
    [InlineData("docs/a.md", "Data of ../shared/data is read through MOBILITY_DATA.")]
    public void A_path_inside_the_checkout_is_accepted(string path, string text) => Rule.Accepts(Machines, path, text);

    [Fact]
    public void Every_file_ends_in_one_line_break_and_no_line_in_a_blank()
    {
        Rule.Holds(Whitespace);
        Rule.Finds(Whitespace, "docs/a.md", "a \n", "ends in a blank");
        Rule.Finds(Whitespace, "docs/a.md", "a", "line break");
        Rule.Finds(Whitespace, "docs/a.md", "a\n\n", "line break");
        Rule.Finds(Whitespace, "docs/a.md", "a\r\n", "ends in a blank");
        Rule.Accepts(Whitespace, "docs/a.md", "a\n");
    }

    private static IEnumerable<string> Machines(IReadOnlyList<SourceFile> files) =>
        files.SelectMany(f => f.Where(Machine(), "names a machine's path or a package registry"));

    private static IEnumerable<string> Whitespace(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Text.Length > 0 && file.Name is not "Mobility.sln"
        from finding in file.Where(Blank(), "ends in a blank").Concat(LastLine(file))
        select finding;

    private static IEnumerable<string> LastLine(SourceFile file) =>
        file.Text.EndsWith('\n') && !file.Text.EndsWith("\n\n", StringComparison.Ordinal)
            ? []
            : [file.At(file.Lines.Count - 1, "a file ends in one line break")];

    [GeneratedRegex(
        @"(^|[^\w.])/((work|root)/|(home|Users)/\w|tmp/bash_jobs|usr/share/dotnet)"
            + @"|https?://[\w.-]*(registry|nuget|npmjs|pypi|proxy|mirror|artifactory|nexus)[\w.-]*",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Machine();

    [GeneratedRegex(@"[ \t\r]$", RegexOptions.None, 1000)]
    private static partial Regex Blank();
}
