using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>One thing has one word (docs/glossary.md), in identifiers, protos and tables.</summary>
public sealed partial class GlossaryTests
{
    private static readonly Dictionary<string, string> Instead = new(StringComparer.OrdinalIgnoreCase)
    {
        ["scooter"] = "vehicle",
        ["scooters"] = "vehicles",
        ["device"] = "vehicle",
        ["devices"] = "vehicles",
        ["bike"] = "vehicle",
        ["defect"] = "fault",
        ["defects"] = "faults",
        ["malfunction"] = "fault",
        ["issue"] = "fault",
        ["issues"] = "faults",
        ["ticket"] = "case",
        ["tickets"] = "cases",
        ["reimbursement"] = "refund",
        ["chargeback"] = "refund",
        ["mandate"] = "delegation",
        ["quota"] = "budget",
        ["supervisor"] = "lead",
        ["mechanic"] = "technician",
        ["tenant"] = "client",
        ["grievance"] = "complaint",
        ["employee"] = "member",
    };

    [Fact]
    public void One_thing_has_one_word() => Rule.Holds(Synonyms);

    [Theory]
    [InlineData("services/Faults/A.cs", "class ScooterTable { }", "ScooterTable: say vehicle")]
    [InlineData("services/Faults/A.cs", "class A { int openTickets; }", "openTickets: say cases")]
    [InlineData("services/Faults/A.cs", "class A { void B(int deviceId) { } }", "deviceId: say vehicle")]
    [InlineData("services/Faults/A.cs", "class A { void Report_Defect() { } }", "Report_Defect: say fault")]
    [InlineData("services/Faults/A.cs", "record A(int Issue);", "Issue: say fault")]
    [InlineData("services/Faults/Migrations/0001_a.sql", "CREATE TABLE scooter (\n", "scooter: say vehicle")]
    [InlineData("services/Faults/Migrations/0001_a.sql", "    device_id uuid NOT NULL,\n", "device_id: say vehicle")]
    [InlineData("protos/mobility/faults/v1/a.proto", "message Ticket {\n}", "Ticket: say case")]
    [InlineData("protos/mobility/faults/v1/a.proto", "message A {\n  string defect_code = 1;\n}", "say fault")]
    public void A_synonym_is_found(string path, string text, string message) =>
        Rule.Finds(Synonyms, path, text, message);

    [Theory]
    [InlineData("services/Faults/A.cs", "class Issuers { string text = \"a scooter\"; } // A scooter.")]
    [InlineData("services/Faults/Migrations/0001_a.sql", "-- A scooter or e-bike.\nCREATE TABLE vehicle (\n")]
    [InlineData("protos/mobility/faults/v1/a.proto", "// A scooter.\nmessage Vehicle {\n}")]
    [InlineData("tools/A.cs", "class Ticket { }")]
    public void A_sentence_may_say_scooter(string path, string text) => Rule.Accepts(Synonyms, path, text);

    private static IEnumerable<string> Synonyms(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("services/", "protos/mobility/")
        from name in Names(file)
        from word in Word().Matches(name.Text).Select(m => m.Value)
        where Instead.ContainsKey(word)
        select file.At(name.Line, $"{name.Text}: say {Instead[word]} (docs/glossary.md)");

    private static IEnumerable<(string Text, int Line)> Names(SourceFile file)
    {
        if (file.IsCSharp)
        {
            return file
                .Syntax.DescendantTokens()
                .Where(t => t.IsKind(SyntaxKind.IdentifierToken) && IsDeclared(t))
                .Select(t => (t.Text, t.GetLocation().GetLineSpan().StartLinePosition.Line));
        }
        return file.Ends(".sql", ".proto")
            ? file.Lines.SelectMany(
                (line, n) => Code().Replace(line, "").Split(' ', '(', ')', ',', ';').Select(w => (w, n))
            )
            : [];
    }

    /// <summary>The names that we chose: of types, members, parameters and variables.</summary>
    private static bool IsDeclared(SyntaxToken token) =>
        token.Parent
            is BaseTypeDeclarationSyntax
                or MethodDeclarationSyntax
                or PropertyDeclarationSyntax
                or VariableDeclaratorSyntax
                or ParameterSyntax
                or EnumMemberDeclarationSyntax
                or DelegateDeclarationSyntax
                or LocalFunctionStatementSyntax
                or SingleVariableDesignationSyntax
                or ForEachStatementSyntax;

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", RegexOptions.None, 1000)]
    private static partial Regex Word();

    /// <summary>Comments, and literals in quotes.</summary>
    [GeneratedRegex("(--|//).*$|'[^']*'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
