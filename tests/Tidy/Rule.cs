using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Plays a rule, a pure function from files to findings, on samples and on the checkout.</summary>
public static class Rule
{
    /// <summary>The checkout breaks the rule nowhere.</summary>
    public static void Holds(Func<IReadOnlyList<SourceFile>, IEnumerable<string>> rule) => None(rule(Checkout.Files));

    /// <summary>There are no findings; otherwise the message lists them all.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.Order(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, $"{all.Count} findings:\n{string.Join('\n', all)}");
    }

    /// <summary>A sample of one file breaks the rule once, and the finding says so.</summary>
    public static void Finds(
        Func<IReadOnlyList<SourceFile>, IEnumerable<string>> rule,
        string path,
        string text,
        string message
    ) => Finds(rule, message, new SourceFile(path, text));

    /// <summary>A sample breaks the rule once, and the finding says so.</summary>
    public static void Finds(
        Func<IReadOnlyList<SourceFile>, IEnumerable<string>> rule,
        string message,
        params SourceFile[] files
    ) => Assert.Contains(message, Assert.Single(rule(files)), StringComparison.Ordinal);

    /// <summary>A sample of one file keeps the rule.</summary>
    public static void Accepts(Func<IReadOnlyList<SourceFile>, IEnumerable<string>> rule, string path, string text) =>
        Assert.Empty(rule([new SourceFile(path, text)]));
}
