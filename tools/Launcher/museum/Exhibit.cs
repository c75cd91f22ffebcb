using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mobility.Launcher;

/// <summary>
/// A bug that a real refund engine had: as a patch that brings it into our code with the tests that must turn red, or
/// pending with the reason, because the part that could have it is not built yet.
/// </summary>
public sealed partial record Exhibit
{
    /// <summary>M1 to M15.</summary>
    public required string Id { get; init; }

    /// <summary>Whose bug, and what it was.</summary>
    public required string Bug { get; init; }

    /// <summary>File beside the list; empty while the bug is pending.</summary>
    public string Patch { get; init; } = "";

    /// <summary>Tests as Namespace.Class.Method, below Mobility.Tests: each has to turn red.</summary>
    public IReadOnlyList<string> Red { get; init; } = [];

    /// <summary>Why there is no patch.</summary>
    public string Pending { get; init; } = "";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Where patches and their list lie.</summary>
    public static string FolderIn(string root) => Path.Combine(root, "tests", "Museum");

    public static IReadOnlyList<Exhibit> All(string root) =>
        JsonSerializer.Deserialize<IReadOnlyList<Exhibit>>(
            File.ReadAllText(Path.Combine(FolderIn(root), "museum.json")),
            Json
        ) ?? throw new JsonException("the museum's list is null");

    public string PatchFile(string root) => Path.Combine(FolderIn(root), Patch);

    /// <summary>Full names of the tests, as a test runner knows them.</summary>
    public IEnumerable<string> Tests => Red.Select(name => $"Mobility.Tests.{name}");

    /// <summary>The services that a patch changes: these are built anew, and nothing else.</summary>
    public static IReadOnlyList<string> ServicesOf(string patch) =>
        [
            .. Changed()
                .Matches(patch)
                .Select(match => match.Groups["service"].Value)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    [GeneratedRegex(
        @"^\+\+\+ b/services/(?<service>[A-Za-z]+)/",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Changed();
}
