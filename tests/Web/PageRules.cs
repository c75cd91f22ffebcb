using System.Net;
using System.Text.RegularExpressions;

namespace Mobility.Tests.Web;

/// <summary>What no page may show to a person, whatever it is about.</summary>
internal static partial class PageRules
{
    /// <summary>Latin words that Korean readers meet on a Korean page: the other language's name and units.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "EN", "QR", "XXXX" };

    /// <summary>Every breach of the rules, with the text around it.</summary>
    public static IReadOnlyList<string> Breaches(string html, string language)
    {
        var text = Shown(html);
        var found = new List<string>();
        Add(found, "a UUID", Uuid().Matches(text));
        Add(found, "an enum's name", UpperSnake().Matches(text));
        Add(found, "a stack trace", Trace().Matches(text));
        Add(found, "a resource name", Resource().Matches(text));
        if (language == "ko")
        {
            Add(found, "a Latin word", LatinWord().Matches(PrintedCode().Replace(text, " ")).Where(IsUnknown));
        }
        return found;
    }

    /// <summary>What eyes and screen readers get: the words between tags and in the attributes that are read
    /// out.</summary>
    private static string Shown(string html)
    {
        var body = Hidden().Replace(html, " ");
        var read = ReadOut().Matches(body).Select(m => m.Groups["words"].Value);
        return WebUtility.HtmlDecode(string.Join('\n', read.Append(Tag().Replace(body, "\n"))));
    }

    private static bool IsUnknown(Match word) => !Known.Contains(word.Value);

    private static void Add(List<string> found, string what, IEnumerable<Match> matches) =>
        found.AddRange(matches.Select(m => $"{what}: {m.Value}"));

    [GeneratedRegex("<(?<tag>script|style)[^>]*>.*?</\\k<tag>>|<!--.*?-->", RegexOptions.Singleline, 2000)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]*>", RegexOptions.Singleline, 2000)]
    private static partial Regex Tag();

    [GeneratedRegex("\\b(alt|title|placeholder|aria-label)=\"(?<words>[^\"]*)\"", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex ReadOut();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", RegexOptions.IgnoreCase, 2000)]
    private static partial Regex Uuid();

    [GeneratedRegex("\\b[A-Z]{2,}_[A-Z_]+\\b", RegexOptions.None, 2000)]
    private static partial Regex UpperSnake();

    [GeneratedRegex("\\bat Mobility\\.|Exception:|Status\\(StatusCode|\\.cs:line", RegexOptions.None, 2000)]
    private static partial Regex Trace();

    [GeneratedRegex("\\b(clients|people|vendors)/[a-z0-9]", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Resource();

    [GeneratedRegex("[A-Za-z]{2,}", RegexOptions.None, 2000)]
    private static partial Regex LatinWord();

    /// <summary>A vehicle's code and a tracking code are the same in every language.</summary>
    [GeneratedRegex(
        "\\bGN-\\d+\\b|\\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2}\\b|(\\b[0-9a-f]{8}\\s){3,}",
        RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex PrintedCode();
}
