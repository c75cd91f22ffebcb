using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>The platform is everybody's: each of its public members says what it is, its shapes, units and
/// errors.</summary>
public sealed class PlatformDocsTests
{
    private const string File = "services/Platform/A.cs";

    [Fact]
    public void Public_members_of_the_platform_are_documented() => Rule.Holds(Undocumented);

    [Theory]
    [InlineData("public class A { }", "A has no documentation")]
    [InlineData("// Not this.\npublic record A(int B);", "A has no documentation")]
    [InlineData("/// <summary>A.</summary>\npublic class A { public int B { get; } }", "B has no documentation")]
    [InlineData("/// <summary>A.</summary>\npublic class A { public const int B = 1; }", "B has no documentation")]
    [InlineData("/// <summary>A.</summary>\npublic class A { public A() { } }", "A has no documentation")]
    [InlineData("/// <summary>A.</summary>\npublic enum A { B }", "B has no documentation")]
    public void A_public_member_without_documentation_is_found(string text, string message) =>
        Rule.Finds(Undocumented, File, text, message);

    [Theory]
    [InlineData("internal class A { public int B; }")]
    [InlineData("/// <summary>A.</summary>\npublic class A { private int b; internal int C; void D() { } }")]
    [InlineData(
        "/// <summary>A.</summary>\npublic class A { /// <inheritdoc/>\n public override string ToString() => x; }"
    )]
    [InlineData("/// <summary>A.</summary>\npublic class A { private class B { public int C; } }")]
    public void What_others_cannot_see_needs_none(string text) => Rule.Accepts(Undocumented, File, text);

    private static IEnumerable<string> Undocumented(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("services/Platform/")
        from member in file.Nodes<MemberDeclarationSyntax>()
        where member is not BaseNamespaceDeclarationSyntax && IsVisible(member) && !IsDocumented(member)
        select file.At(member, $"{NameOf(member)} has no documentation");

    private static bool IsVisible(MemberDeclarationSyntax member) =>
        member.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().All(IsPublic);

    private static bool IsPublic(MemberDeclarationSyntax member) =>
        member is BaseNamespaceDeclarationSyntax or EnumMemberDeclarationSyntax
        || member.Parent is InterfaceDeclarationSyntax
        || member.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword) || m.IsKind(SyntaxKind.ProtectedKeyword));

    private static bool IsDocumented(MemberDeclarationSyntax member) =>
        member.GetLeadingTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia));

    private static string NameOf(MemberDeclarationSyntax member) =>
        member switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
            EnumMemberDeclarationSyntax value => value.Identifier.Text,
            BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
            _ => member.Kind().ToString(),
        };
}
