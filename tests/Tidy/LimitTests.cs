using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Everything ends: lists of rows have a bound, loops watch a token or count their attempts.</summary>
public sealed partial class LimitTests
{
    private const string Path = "services/Faults/A.cs";

    [Fact]
    public void Lists_of_rows_are_bounded() => Rule.Holds(Lists);

    [Theory]
    [InlineData("SELECT id FROM fault WHERE client_id = @ClientId")]
    [InlineData("SELECT id FROM fault WHERE client_id = @ClientId ORDER BY id DESC")]
    [InlineData("SELECT id FROM fault WHERE client_id = ANY(@clients)")]
    public void A_list_without_a_bound_is_found(string sql) => Rule.Finds(Lists, Path, Call("List", sql), "no bound");

    [Theory]
    [InlineData("List", "SELECT id FROM fault WHERE client_id = @ClientId ORDER BY id LIMIT @limit")]
    [InlineData("List", "SELECT f.id FROM fault f JOIN unnest(@Ids::uuid[]) AS s (id) ON f.id = s.id")]
    [InlineData("List", "SELECT id FROM fault WHERE client_id = @ClientId AND id = ANY(@ids)")]
    [InlineData("One", "SELECT count(*) FROM fault WHERE client_id = @ClientId")]
    public void A_list_with_a_bound_is_accepted(string method, string sql) =>
        Rule.Accepts(Lists, Path, Call(method, sql));

    [Fact]
    public void Loops_end() => Rule.Holds(Loops);

    [Theory]
    [InlineData("while (true) { Work(); }")]
    [InlineData("for (;;) { Work(); }")]
    [InlineData("do { Work(); } while (true);")]
    public void A_loop_without_an_end_is_found(string text) =>
        Rule.Finds(Loops, Path, $"class A {{ void B() {{ {text} }} }}", "nothing ends");

    [Theory]
    [InlineData("while (true) { await Work(token); }")]
    [InlineData("for (var attempt = 1; ; attempt++) { if (attempt > AttemptsMax) { return; } }")]
    [InlineData("while (more) { Work(); }")]
    public void A_loop_with_an_end_is_accepted(string text) =>
        Rule.Accepts(Loops, Path, $"class A {{ void B() {{ {text} }} }}");

    private static string Call(string method, string sql) =>
        $"class A {{ void B() => tx.{method}<Row>(\"\"\"{sql}\"\"\", new {{ tx.ClientId }}); }}";

    private static IEnumerable<string> Lists(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("services/")
        from statement in Sql.Of(file)
        where
            statement.Node.Parent?.Parent?.Parent
                is InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "List" }
                }
        where !Bound().IsMatch(statement.Text)
        select file.At(statement.Node, "a list of rows with no bound: LIMIT it, or name the ids that were asked for");

    private static IEnumerable<string> Loops(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("services/")
        from loop in file.Nodes<StatementSyntax>()
        where
            loop switch
            {
                WhileStatementSyntax x => x.Condition.IsKind(SyntaxKind.TrueLiteralExpression),
                DoStatementSyntax x => x.Condition.IsKind(SyntaxKind.TrueLiteralExpression),
                ForStatementSyntax x => x.Condition is null,
                _ => false,
            }
        where !loop.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && Watched().IsMatch(t.Text))
        select file.At(loop, "nothing ends this loop: pass it a token or count its attempts");

    [GeneratedRegex(@"\bLIMIT\b|\bunnest\(@|(?<!client_id) = ANY\(@", RegexOptions.None, 1000)]
    private static partial Regex Bound();

    [GeneratedRegex("token|deadline|attemptsmax", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Watched();
}
