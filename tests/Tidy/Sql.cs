using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mobility.Tests.Tidy;

/// <summary>A statement found in a source file.</summary>
/// <param name="File">The file.</param>
/// <param name="Node">The literal.</param>
/// <param name="Text">The statement, as PostgreSQL gets it.</param>
public sealed record SqlStatement(SourceFile File, SyntaxNode Node, string Text)
{
    /// <summary>Words of the statement outside literals and comments, lower case.</summary>
    public IReadOnlySet<string> Words =>
        Sql.Word().Matches(Sql.Quoted().Replace(Text, " ")).Select(m => m.Value.ToLowerInvariant()).ToHashSet();
}

/// <summary>Finds SQL in C# and turns it into what PREPARE takes.</summary>
public static partial class Sql
{
    /// <summary>Every string that begins as a statement does; holes of an interpolation are not seen.</summary>
    public static IEnumerable<SqlStatement> Of(SourceFile file) =>
        file.Nodes<LiteralExpressionSyntax>()
            .Where(l => l.IsKind(SyntaxKind.StringLiteralExpression) && Verb().IsMatch(l.Token.ValueText))
            .Select(l => new SqlStatement(file, l, l.Token.ValueText));

    /// <summary>Is the literal written as the house does, in three quotes or more?</summary>
    public static bool IsRaw(SqlStatement statement) =>
        statement.Node.GetFirstToken().Kind()
            is SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken;

    /// <summary>Does the text begin as a statement does?</summary>
    public static bool IsStatement(string text) => Verb().IsMatch(text);

    /// <summary>Named parameters become numbered ones: @Now is $1 wherever it stands.</summary>
    public static string Numbered(string sql)
    {
        var names = new List<string>();
        return Parameter()
            .Replace(
                sql,
                match =>
                {
                    var name = match.Groups["name"];
                    if (!name.Success)
                    {
                        return match.Value;
                    }
                    if (!names.Contains(name.Value, StringComparer.Ordinal))
                    {
                        names.Add(name.Value);
                    }
                    return $"${names.IndexOf(name.Value) + 1}";
                }
            );
    }

    [GeneratedRegex(@"\A\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Verb();

    /// <summary>A literal, a comment, or a parameter; a cast's colons and the operator @&gt; are none.</summary>
    [GeneratedRegex(@"'[^']*'|--[^\n]*|(?<![<@])@(?<name>[A-Za-z_]\w*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"'[^']*'|--[^\n]*", RegexOptions.None, 1000)]
    internal static partial Regex Quoted();

    [GeneratedRegex(@"(?<![@\w])[A-Za-z_]\w*", RegexOptions.None, 1000)]
    internal static partial Regex Word();
}
