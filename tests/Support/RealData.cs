using System.Runtime.CompilerServices;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>Real data: copied into tests/Data where its licence allows, else read where it lies.</summary>
public static class RealData
{
    /// <summary>Folder of data that may not be copied.</summary>
    private static string Folder =>
        Environment.GetEnvironmentVariable("MOBILITY_DATA") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Repository.Root, "..", "shared", "data");

    /// <summary>A file of tests/Data.</summary>
    public static byte[] Copied(string path) => File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Data", path));

    /// <summary>Where the file is looked for.</summary>
    public static string At(string path) => Path.GetFullPath(Path.Combine(Folder, path));

    /// <summary>Where the file lies; null, with a line that says so, when it is not there and need not be.</summary>
    public static string? Find(string path, [CallerMemberName] string test = "")
    {
        var file = At(path);
        if (File.Exists(file))
        {
            return file;
        }
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail($"MOBILITY_DATA has no {path}.");
        }
        Console.WriteLine($"left out: {test} needs {path} (MOBILITY_DATA)");
        return null;
    }
}
