using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mobility.Tests.Tidy;

/// <summary>A file as rules see it: a path from the root with slashes, and its text.</summary>
public sealed class SourceFile(string path, string text)
{
    private SyntaxNode? syntax;

    public string Path => path;

    public string Text => text;

    public string Name => path[(path.LastIndexOf('/') + 1)..];

    public bool IsCSharp => Ends(".cs");

    public IReadOnlyList<string> Lines => text.TrimEnd('\n').Split('\n');

    /// <summary>The folder below services/, for example "Faults"; null for files elsewhere.</summary>
    public string? Service => path.Split('/') is ["services", var service, _, ..] ? service : null;

    /// <summary>The syntax tree of a C# file, parsed once.</summary>
    public SyntaxNode Syntax => syntax ??= CSharpSyntaxTree.ParseText(text, path: path).GetRoot();

    public bool IsUnder(params string[] folders) =>
        folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    public bool Ends(params string[] endings) => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Nodes of a kind in a C# file; none in any other.</summary>
    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => IsCSharp ? Syntax.DescendantNodes(descendIntoTrivia: false).OfType<T>() : [];

    /// <summary>A finding at a node.</summary>
    public string At(SyntaxNodeOrToken node, string message) =>
        At(node.GetLocation()!.GetLineSpan().StartLinePosition.Line, message);

    /// <summary>A finding at a line counted from 0.</summary>
    public string At(int line, string message) => $"{path}:{line + 1}: {message}";

    /// <summary>Findings at each line that the expression matches.</summary>
    public IEnumerable<string> Where(Regex expression, string message) =>
        Lines.SelectMany((line, n) => expression.IsMatch(line) ? [At(n, message)] : Array.Empty<string>());
}
