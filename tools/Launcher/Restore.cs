using System.Text.Json;

namespace Mobility.Launcher;

/// <summary>
/// `./mobility restore`: databases of a stopped system as they were at a backup. Each begins a new life: its numbers
/// start anew under a new source, and what it holds is sent again. The database that was there is kept under the name
/// NAME_before_restore_DATE_TIME until somebody drops it.
/// </summary>
public static class Restore
{
    /// <summary>Brings the databases of a backup back.</summary>
    /// <param name="options">The system, which must not run.</param>
    /// <param name="folder">A backup.</param>
    /// <param name="only">Names of databases; all of the backup when empty.</param>
    /// <param name="say">Told in words of each step.</param>
    /// <param name="token">Ends it between two databases at the latest.</param>
    /// <exception cref="AlreadyRunningException">The system runs.</exception>
    /// <exception cref="InvalidOperationException">Names every violation of the backup, before anything is
    /// changed.</exception>
    public static async Task Take(
        StackOptions options,
        string folder,
        IReadOnlyList<string> only,
        Action<string> say,
        CancellationToken token = default
    )
    {
        var path = Path.GetFullPath(folder);
        var names = await Checked(path, only, token);
        var run = new RunFolder(options.RunFolder);
        Directory.CreateDirectory(run.Path);
        using var guard = run.TryLock() ?? throw new AlreadyRunningException("refused while it runs: stop it first");
        run.Prepare(options.ClientsFile);
        await using var postgres = await PrivatePostgres.StartAsync(
            new PostgresOptions(run.Postgres) { Fsync = options.Fsync, LogFile = run.Log("postgres") },
            token
        );
        var ports = StackParts.PortNames.ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        var parts = new StackParts(options, run, ports);
        foreach (var name in names)
        {
            await postgres.RestoreDatabase(
                name,
                Path.Combine(path, name + ".dump"),
                StackOptions.ExtensionsOf(name),
                connection => Renew(parts.App(name, connection), say, token),
                token
            );
        }
    }

    /// <summary>Before the database is in its place: with its former life it must never run again.</summary>
    private static async Task Renew(ChildSpec service, Action<string> say, CancellationToken token)
    {
        var words = await Command.Must(service.File, ["renew"], environment: service.Environment, token: token);
        say(words.Trim());
    }

    private static async Task<IReadOnlyList<string>> Checked(
        string folder,
        IReadOnlyList<string> only,
        CancellationToken token
    )
    {
        var file = Path.Combine(folder, Backup.ManifestFile);
        if (!File.Exists(file))
        {
            throw new InvalidOperationException($"{folder} is no whole backup: it has no {Backup.ManifestFile}");
        }
        var manifest = JsonSerializer.Deserialize<BackupManifest>(
            await File.ReadAllTextAsync(file, token),
            Backup.Json
        )!;
        var names = only.Count > 0 ? only : [.. manifest.Files.Keys];
        var violations = new List<string>();
        foreach (var name in names)
        {
            var dump = Path.Combine(folder, name + ".dump");
            if (!StackOptions.DatabaseNames.Contains(name, StringComparer.Ordinal))
            {
                violations.Add($"no database `{name}`: {string.Join(',', StackOptions.DatabaseNames)}");
            }
            else if (!manifest.Files.TryGetValue(name, out var hash) || !File.Exists(dump))
            {
                violations.Add($"{name} is not in this backup");
            }
            else if (!string.Equals(await Backup.HashOf(dump, token), hash, StringComparison.Ordinal))
            {
                violations.Add($"{name}.dump is not what was backed up");
            }
        }
        return violations.Count == 0 ? names : throw new InvalidOperationException(string.Join("; ", violations));
    }
}
