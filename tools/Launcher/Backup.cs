using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What a backup folder says of itself: `manifest.json`.</summary>
/// <param name="CreateTime">When it was begun, by the machine's clock, UTC.</param>
/// <param name="Files">SHA-256 of each dump in lower-case hex, by the name of its database.</param>
public sealed record BackupManifest(DateTimeOffset CreateTime, IReadOnlyDictionary<string, string> Files);

/// <summary>
/// `./mobility backup`: a dump of each database of a running system, each of one moment of its own. The moments differ
/// by seconds; what one service has sent and another had not taken by then is healed as after any loss. Secrets are not
/// in it: contacts and sessions stay sealed under keys of `.run/secrets`, which are kept elsewhere.
/// </summary>
public static class Backup
{
    /// <summary>Name of the file that tells what is in the folder; written last, so a folder without it is a backup
    /// that was cut short.</summary>
    public const string ManifestFile = "manifest.json";

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Dumps every database into a new folder.</summary>
    /// <param name="run">Folder of a running system.</param>
    /// <param name="folder">Made; refused when it holds anything.</param>
    /// <param name="token">Ends it; the folder is then without a manifest.</param>
    /// <exception cref="InvalidOperationException">The folder is not empty, or pg_dump failed; the message holds its
    /// words.</exception>
    public static async Task<BackupManifest> Take(RunFolder run, string folder, CancellationToken token = default)
    {
        var state = run.ReadState() ?? throw new InvalidOperationException("there is no system to back up");
        var path = Path.GetFullPath(folder);
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new InvalidOperationException($"{path} is not empty");
        }
        // What stands in the databases is nobody else's to read.
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var begun = TimeProvider.System.GetUtcNow();
        var home = await PostgresHome.Open(run.Postgres, token);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in StackOptions.DatabaseNames)
        {
            var file = Path.Combine(path, name + ".dump");
            // The superuser reads: row level security shuts the rows of all clients to anybody else.
            await home.Must(
                "pg_dump",
                ["--format=custom", "--no-owner", $"--file={file}", .. Place(state.Services[name].Database)],
                token
            );
            hashes[name] = await HashOf(file, token);
        }
        var manifest = new BackupManifest(begun, hashes);
        await File.WriteAllTextAsync(
            Path.Combine(path, ManifestFile),
            JsonSerializer.Serialize(manifest, Json) + "\n",
            token
        );
        return manifest;
    }

    /// <summary>SHA-256 of a file in lower-case hex.</summary>
    internal static async Task<string> HashOf(string file, CancellationToken token)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token));
    }

    private static string[] Place(string connection)
    {
        var place = new NpgsqlConnectionStringBuilder(connection);
        return [$"--host={place.Host}", $"--port={place.Port}", "--username=postgres", $"--dbname={place.Database}"];
    }
}
