using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace Mobility.Tests.Tidy;

/// <summary>docker-compose.yml as docker-compose itself understands it: anchors and variables resolved.</summary>
public sealed class ComposeFile
{
    private readonly YamlMappingNode services;

    private ComposeFile(YamlMappingNode services) => this.services = services;

    /// <summary>Names of the services.</summary>
    public IReadOnlyList<string> Names => [.. services.Children.Keys.Select(Text)];

    /// <summary>Asks docker-compose, which needs no engine for it.</summary>
    /// <param name="settings">Instead of an .env file.</param>
    /// <returns>Exit code, and what it printed.</returns>
    public static (int Code, string Output) Config(IReadOnlyDictionary<string, string> settings)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, settings.Select(pair => $"{pair.Key}={pair.Value}"));
            var info = new ProcessStartInfo(
                "docker-compose",
                ["--profile", "simulator", "--env-file", file, "--file", Checkout.At("docker-compose.yml"), "config"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            // What this machine happens to have set must not fill a gap.
            foreach (var name in settings.Keys.Concat(Environment.GetEnvironmentVariables().Keys.Cast<string>()))
            {
                if (
                    name.StartsWith("MOBILITY_", StringComparison.Ordinal)
                    || name.EndsWith("PASSWORD", StringComparison.Ordinal)
                )
                {
                    info.Environment.Remove(name);
                }
            }
            using var process = Process.Start(info)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? output : errors.GetAwaiter().GetResult());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Reads what docker-compose printed.</summary>
    public static ComposeFile Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return new((YamlMappingNode)At(stream.Documents[0].RootNode, "services")!);
    }

    /// <summary>One value of a service; null when it is not said.</summary>
    public string? Value(string service, params string[] path) =>
        At(services, [service, .. path]) is { } node ? Text(node) : null;

    /// <summary>A list of a service, or the keys of a mapping.</summary>
    public IReadOnlyList<string> List(string service, params string[] path) =>
        At(services, [service, .. path]) switch
        {
            YamlSequenceNode list => [.. list.Select(Text)],
            YamlMappingNode map => [.. map.Children.Keys.Select(Text)],
            _ => [],
        };

    /// <summary>The files of the checkout that a service sees, by the path at which it sees them.</summary>
    public IReadOnlyDictionary<string, string> Mounts(string service) =>
        List(service, "volumes")
            .Select(volume => volume.Split(':'))
            .ToDictionary(
                parts => parts[1],
                parts => Path.GetRelativePath(Checkout.At("."), parts[0]),
                StringComparer.Ordinal
            );

    private static YamlNode? At(YamlNode? node, params string[] path) =>
        path.Aggregate(
            node,
            (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(key, out var next) ? next : null
        );

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";
}
