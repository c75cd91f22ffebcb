using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>A document that points somewhere points at something.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Links_between_files_lead_somewhere() => Rule.Holds(Broken);

    [Fact]
    public void A_link_to_nothing_is_found()
    {
        var target = new SourceFile("docs/decisions/0001-a.md", "# A\n");
        var code = new SourceFile("services/Faults/A.cs", "class A { }\n");
        Rule.Finds(Broken, "b.md", new SourceFile("README.md", "See [b](docs/b.md).\n"), target);
        Rule.Finds(Broken, "decisions/0001-a.md", new SourceFile("README.md", "[a](decisions/0001-a.md)\n"), target);
        Assert.Empty(
            Broken([
                target,
                code,
                new SourceFile(
                    "README.md",
                    "[a](docs/decisions/0001-a.md#a), [f](services/Faults), [x](https://x.org)\n"
                ),
                new SourceFile("docs/c.md", "[a](decisions/0001-a.md), [code](../services/Faults/A.cs), [d](#here)\n"),
            ])
        );
    }

    private static IEnumerable<string> Broken(IReadOnlyList<SourceFile> files)
    {
        var paths = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var folders = paths.SelectMany(Above).ToHashSet(StringComparer.Ordinal);
        return from file in files
            where file.Ends(".md")
            from line in file.Lines.Select((text, n) => (Text: text, Number: n))
            from Match match in Link().Matches(line.Text)
            let link = match.Groups["to"].Value.Split('#')[0].TrimEnd('/')
            where link.Length > 0 && !link.Contains("://", StringComparison.Ordinal)
            let target = Resolve(file.Path, link)
            // Pictures are no text, so they are asked of the folder itself.
            where !paths.Contains(target) && !folders.Contains(target) && !File.Exists(Checkout.At(target))
            select file.At(line.Number, $"{link} leads to nothing in the checkout");
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static string Resolve(string from, string link) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(from) ?? "", link)));

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
