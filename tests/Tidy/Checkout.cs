using System.Diagnostics;
using Mobility.Tests.Support;

namespace Mobility.Tests.Tidy;

/// <summary>The checkout that the tests were built from.</summary>
public static class Checkout
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(Read);

    /// <summary>Every text file that git tracks or would track.</summary>
    public static IReadOnlyList<SourceFile> Files => All.Value;

    /// <summary>The file at a path from the root.</summary>
    public static string At(string path) => Path.Combine(Repository.Root, path);

    private static List<SourceFile> Read() =>
        [
            .. Listed()
                .Distinct(StringComparer.Ordinal)
                .Where(path => File.Exists(At(path)))
                .Select(path => new SourceFile(path, File.ReadAllText(At(path))))
                .Where(file => !file.Text.Contains('\0', StringComparison.Ordinal)),
        ];

    /// <summary>What git would commit, so that files that nobody ignored are checked before they are added.</summary>
    private static string[] Listed()
    {
        var info = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(info)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException("git ls-files failed: the checkout's files are not known.");
    }
}
