using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>The sizes of the house: what does not fit a screen and a memory is split.</summary>
public sealed partial class SizeTests
{
    private const int FileLinesMax = 300;
    private const int MethodLinesMax = 60;
    private const int ColumnsMax = 120;
    private const int ServiceDepthMax = 2;
    private const int PlatformLinesMax = 4200;
    private const int PlatformFilesMax = 39;
    private const int ProgramLinesMax = 3;
    private const int ReadmeLinesMax = 120;

    [Fact]
    public void Files_are_at_most_300_lines() => Rule.Holds(Files);

    [Fact]
    public void A_file_of_301_lines_is_found()
    {
        Rule.Finds(Files, "services/Faults/A.cs", Lines(301, "//"), "301 lines, at most 300");
        Rule.Accepts(Files, "services/Faults/A.cs", Lines(300, "//"));
    }

    [Fact]
    public void Methods_are_at_most_60_lines() => Rule.Holds(Methods);

    [Fact]
    public void A_method_of_61_lines_is_found()
    {
        Rule.Finds(Methods, "tools/A.cs", $"class A {{ void Long()\n{{{Lines(59, "")}}} }}", "Long has 61 lines");
        Rule.Finds(Methods, "tools/A.cs", $"class A {{ A()\n{{{Lines(59, "")}}} }}", "A has 61 lines");
        Rule.Accepts(Methods, "tools/A.cs", $"class A {{ void Long()\n{{{Lines(58, "")}}} }}");
    }

    [Fact]
    public void Lines_are_at_most_120_columns() => Rule.Holds(Columns);

    [Fact]
    public void A_line_of_121_columns_is_found()
    {
        Rule.Finds(Columns, "protos/a.proto", "// first\n// " + new string('x', 118), "protos/a.proto:2: 121 columns");
        Rule.Accepts(Columns, "protos/a.proto", new string('x', 120));
    }

    [Fact]
    public void Paths_below_a_service_are_at_most_two_deep() => Rule.Holds(Depth);

    [Fact]
    public void A_path_three_deep_is_found()
    {
        Rule.Finds(Depth, "services/Faults/Domain/Rules/A.cs", "", "3 deep");
        Rule.Accepts(Depth, "services/Faults/Migrations/0001_faults.sql", "");
    }

    [Fact]
    public void Platform_stays_small() => Rule.Holds(Platform);

    [Fact]
    public void A_platform_that_grew_is_found()
    {
        Rule.Finds(
            Platform,
            "services/Platform/A.cs",
            Lines(PlatformLinesMax + 1, "//"),
            $"{PlatformLinesMax + 1} lines"
        );
        var many = Enumerable.Range(0, 40).Select(n => new SourceFile($"services/Platform/A{n}.cs", ""));
        Rule.Finds(Platform, "40 files", [.. many]);
        Rule.Accepts(Platform, "services/Faults/A.cs", Lines(PlatformLinesMax + 1, "//"));
    }

    [Fact]
    public void The_program_of_a_service_is_three_lines() => Rule.Holds(Programs);

    [Fact]
    public void A_program_that_does_more_is_found()
    {
        const string program = "using Mobility.Faults;\n\nreturn await ServiceHost.Run(new FaultsApp(), args);\n";
        Rule.Accepts(Programs, "services/Faults/Program.cs", program);
        Rule.Finds(Programs, "services/Faults/Program.cs", program + Lines(2, "Log();"), "4 lines of code");
    }

    [Fact]
    public void The_readme_is_at_most_120_lines()
    {
        Rule.Holds(Readme);
        Rule.Finds(Readme, "README.md", Lines(121, "x"), "121 lines");
        Rule.Accepts(Readme, "README.md", Lines(120, "x"));
    }

    private static IEnumerable<string> Files(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsCSharp && file.Lines.Count > FileLinesMax
        select file.At(0, $"{file.Lines.Count} lines, at most {FileLinesMax}");

    private static IEnumerable<string> Methods(IReadOnlyList<SourceFile> files) =>
        from file in files
        from method in file.Nodes<SyntaxNode>()
        where method is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let lines = LineOf(method.GetLastToken()) - LineOf(FirstToken(method)) + 1
        where lines > MethodLinesMax
        select file.At(method, $"{NameOf(method)} has {lines} lines, at most {MethodLinesMax}");

    /// <summary>Attributes are no part of a method's length: a theory's cases are data.</summary>
    private static SyntaxToken FirstToken(SyntaxNode method) =>
        method.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault() is { } last
            ? last.GetLastToken().GetNextToken()
            : method.GetFirstToken();

    private static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static string NameOf(SyntaxNode method) =>
        method switch
        {
            MethodDeclarationSyntax m => m.Identifier.Text,
            ConstructorDeclarationSyntax c => c.Identifier.Text,
            LocalFunctionStatementSyntax f => f.Identifier.Text,
            _ => "the member",
        };

    private static IEnumerable<string> Columns(IReadOnlyList<SourceFile> files) =>
        from file in files
        where Wrapped().IsMatch(file.Path)
        from line in file.Lines.Select((text, n) => (text.Length, Number: n))
        where line.Length > ColumnsMax
        select file.At(line.Number, $"{line.Length} columns, at most {ColumnsMax}");

    private static IEnumerable<string> Depth(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Service is not null
        let depth = file.Path.Count(c => c == '/') - 1
        where depth > ServiceDepthMax
        select file.At(0, $"{depth} deep below its service, at most {ServiceDepthMax}");

    private static IEnumerable<string> Platform(IReadOnlyList<SourceFile> files)
    {
        var platform = files.Where(f => f.IsUnder("services/Platform/") && f.Ends(".cs", ".sql"));
        var lines = platform.Sum(f => f.Lines.Count(line => line.Trim().Length > 0));
        if (lines > PlatformLinesMax)
        {
            yield return $"services/Platform has {lines} lines that are not blank, at most {PlatformLinesMax}";
        }
        if (platform.Count() > PlatformFilesMax)
        {
            yield return $"services/Platform has {platform.Count()} files, at most {PlatformFilesMax}";
        }
    }

    private static IEnumerable<string> Programs(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file is { Service: not null, Name: "Program.cs" }
        let lines = file.Lines.Count(line =>
            line.Trim().Length > 0 && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        )
        where lines > ProgramLinesMax
        select file.At(0, $"{lines} lines of code, at most {ProgramLinesMax}: the page says what a service does");

    private static IEnumerable<string> Readme(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Path == "README.md" && file.Lines.Count > ReadmeLinesMax
        select file.At(0, $"{file.Lines.Count} lines, at most {ReadmeLinesMax}");

    private static string Lines(int count, string line) => string.Concat(Enumerable.Repeat(line + "\n", count));

    [GeneratedRegex(@"\.(cs|sql|proto)\z|\A(mobility|\.ci/run)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Wrapped();
}
