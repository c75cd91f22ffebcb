namespace Mobility.Launcher;

/// <summary>Finds a real daprd for `--daprd`.</summary>
internal static class Daprd
{
    /// <summary>
    /// daprd runs one process per service, and `pubsub.in-memory` lives inside one process: two of them would never see
    /// each other's events. So a resources folder with a real broker is asked for.
    /// </summary>
    /// <returns>Path of daprd.</returns>
    public static string Find(string? resources, bool rabbitMq)
    {
        var types = resources is null ? [] : ComponentTypes(resources);
        if (
            !rabbitMq
            && (
                !types.Any(type => type.StartsWith("pubsub.", StringComparison.Ordinal))
                || types.Contains("pubsub.in-memory")
            )
        )
        {
            throw new UsageException(
                "--daprd needs --broker rabbitmq, or --resources FOLDER with a pubsub component of a broker: "
                    + "pubsub.in-memory is not shared between daprd processes, so no event would arrive"
            );
        }
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':').Select(folder => Path.Combine(folder, "daprd")).FirstOrDefault(File.Exists)
            ?? throw new UsageException("--daprd: there is no daprd on PATH");
    }

    private static IReadOnlyList<string> ComponentTypes(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.y*ml")
                .SelectMany(File.ReadLines)
                .Select(line => line.Trim())
                .Where(line => line.StartsWith("type: pubsub.", StringComparison.Ordinal))
                .Select(line => line["type: ".Length..].Trim()),
        ];
}
