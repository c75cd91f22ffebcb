using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Every reason with which a service refuses stands in its Errors.cs, and its README says what it
/// means.</summary>
public sealed partial class ErrorCatalogueTests
{
    private const string Errors = "services/Faults/Errors.cs";
    private const string One = "static class Errors { public const string Gone = \"FAULT_GONE\"; }";

    [Fact]
    public void Every_reason_is_in_the_readme_of_its_service() => Rule.Holds(Undocumented);

    [Fact]
    public void A_reason_that_the_readme_leaves_out_is_found()
    {
        var errors = new SourceFile(Errors, One);
        Rule.Finds(Undocumented, "FAULT_GONE", errors, new SourceFile("services/Faults/README.md", "FAULT_GONE_TOO\n"));
        Rule.Finds(Undocumented, "FAULT_GONE", errors, new SourceFile("services/Refunds/README.md", "FAULT_GONE\n"));
        Assert.Empty(Undocumented([errors, new SourceFile("services/Faults/README.md", "| FAULT_GONE | gone |\n")]));
    }

    [Fact]
    public void Reasons_are_upper_snake_and_short()
    {
        Rule.Holds(Misnamed);
        Rule.Finds(Misnamed, Errors, One.Replace("FAULT_GONE", "FaultGone", StringComparison.Ordinal), "FaultGone");
        Rule.Finds(Misnamed, Errors, One.Replace("GONE", new string('X', 60), StringComparison.Ordinal), "FAULT_XXX");
        Rule.Accepts(Misnamed, Errors, One);
    }

    [Fact]
    public void Refusals_take_their_reason_from_the_catalogue()
    {
        Rule.Holds(Literal);
        const string text =
            "class A { void B() => throw new Refusal(StatusCode.NotFound, \"GONE\", \"It is gone.\"); }";
        Rule.Finds(Literal, "services/Faults/A.cs", text, "GONE");
        Rule.Accepts(Literal, "services/Platform/A.cs", text);
        Rule.Accepts(
            Literal,
            "services/Faults/A.cs",
            text.Replace("\"GONE\"", "Errors.Gone", StringComparison.Ordinal)
        );
    }

    private static IEnumerable<string> Undocumented(IReadOnlyList<SourceFile> files) =>
        from reason in Reasons(files)
        let readme = files.FirstOrDefault(f => f.Path == $"services/{reason.File.Service}/README.md")
        where readme is null || !Regex.IsMatch(readme.Text, $@"(?<!\w){reason.Text}(?!\w)", RegexOptions.None, Patience)
        select reason.File.At(
            reason.Line,
            $"the README of {reason.File.Service} does not say what {reason.Text} means"
        );

    private static IEnumerable<string> Misnamed(IReadOnlyList<SourceFile> files) =>
        from reason in Reasons(files)
        where !UpperSnake().IsMatch(reason.Text)
        select reason.File.At(reason.Line, $"{reason.Text} is not UPPER_SNAKE of at most 63 characters");

    private static IEnumerable<string> Literal(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Service is not (null or "Platform")
        from refusal in file.Nodes<BaseObjectCreationExpressionSyntax>()
        let arguments = refusal.ArgumentList?.Arguments
        where
            arguments?.Count >= 3
            && arguments.Value[0].ToString().StartsWith("StatusCode.", StringComparison.Ordinal)
            && arguments.Value[1].Expression is LiteralExpressionSyntax
        select file.At(refusal, $"{arguments.Value[1]} is not in the catalogue of reasons, Errors.cs");

    private static IEnumerable<(SourceFile File, int Line, string Text)> Reasons(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file is { Service: not null, Name: "Errors.cs" }
        from field in file.Nodes<FieldDeclarationSyntax>()
        where field.Modifiers.Any(m => m.Text == "const")
        from variable in field.Declaration.Variables
        where variable.Initializer?.Value is LiteralExpressionSyntax
        let literal = (LiteralExpressionSyntax)variable.Initializer!.Value
        select (file, literal.GetLocation().GetLineSpan().StartLinePosition.Line, literal.Token.ValueText);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [GeneratedRegex(@"\A[A-Z][A-Z0-9]*(_[A-Z0-9]+)*(?<=\A.{1,63})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UpperSnake();
}
