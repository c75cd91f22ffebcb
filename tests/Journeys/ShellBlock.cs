using System.Text.RegularExpressions;
using Mobility.Tests.Tidy;

namespace Mobility.Tests.Journeys;

/// <summary>A block of shell commands in a document.</summary>
/// <param name="Place">Path and line of its first command.</param>
/// <param name="Text">Its commands.</param>
public sealed partial record ShellBlock(string Place, string Text)
{
    /// <summary>Does it run the tests? They do not run themselves.</summary>
    public bool RunsTests => TestVerb().IsMatch(Text);

    /// <summary>Does it start the system and stay? Then it is all that its block says.</summary>
    public bool Stays => UpVerb().IsMatch(Text);

    /// <summary>Every block that is marked as sh, in order.</summary>
    public static IEnumerable<ShellBlock> Of(SourceFile document)
    {
        var lines = document.Lines;
        for (var n = 0; n < lines.Count; n++)
        {
            if (lines[n].Trim() != "```sh")
            {
                continue;
            }
            var first = n + 1;
            while (lines[++n].Trim() != "```") { }
            var text = string.Join('\n', lines.Skip(first).Take(n - first));
            var block = new ShellBlock($"{document.Path}:{first + 1}", text);
            if (block.Stays && block.Text.Trim().Contains('\n', StringComparison.Ordinal))
            {
                throw new InvalidOperationException(
                    $"{block.Place}: `./mobility up` stays, nothing after it would run"
                );
            }
            yield return block;
        }
    }

    /// <summary>
    /// The commands as the tests run them: what was built is not built again under the running tests, and a system that
    /// somebody runs in this checkout is left alone.
    /// </summary>
    public string In(string runFolder) =>
        RunPath()
            .Replace(
                Verb().Replace(Text, match => $"{match.Value}{Options(match)} --run {runFolder}"),
                match => $"{runFolder}/"
            );

    /// <summary>Of a weekend the first hour: the whole of it is played by DemoJourneyTests.</summary>
    private static string Options(Match verb) =>
        verb.Groups["verb"].Value switch
        {
            "up" or "stop-demo" => " --no-build",
            "demo" => " --no-build --until 'sat 10:00'",
            _ => "",
        };

    [GeneratedRegex(@"^\s*\./mobility up\b", RegexOptions.Multiline, 1000)]
    private static partial Regex UpVerb();

    [GeneratedRegex(
        @"^\s*(\./mobility test|dotnet test|\.ci/run)\b",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TestVerb();

    [GeneratedRegex(
        @"\./mobility (?<verb>up|demo|stop-demo|status|token|now|call|reset|backup|restore|republish)\b",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Verb();

    [GeneratedRegex(@"(?<![\w./-])\.run/", RegexOptions.None, 1000)]
    private static partial Regex RunPath();
}
