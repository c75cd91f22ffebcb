using System.Security.Cryptography;

namespace Mobility.Launcher;

/// <summary>
/// The folder of a private PostgreSQL: `data`, `password` (of the superuser), `server.log`. PostgreSQL refuses to run
/// as
/// root; then it runs as user postgres, and a folder that this user cannot reach is replaced by one under the temp
/// folder,
/// which the file `location` remembers.
/// </summary>
internal sealed record PostgresHome(string Folder, string Bin, string? User, string Password)
{
    private const string ServerUser = "postgres";
    private const string LocationFile = "location";

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Finds or makes the folder and, if it is new, runs initdb.</summary>
    public static async Task<PostgresHome> Prepare(string folder, bool fsync, CancellationToken token)
    {
        var bin = FindBin();
        var user = System.Environment.UserName == "root" ? ServerUser : null;
        var place = await Place(Path.GetFullPath(folder), user, token);
        var home = new PostgresHome(place, bin, user, await ReadOrMakePassword(place, user, token));
        if (!Directory.Exists(home.Data))
        {
            await home.InitDb(fsync, token);
        }
        home.RemoveForeignPidFile();
        return home;
    }

    /// <summary>The folder of a server that was prepared before.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static async Task<PostgresHome> Open(string folder, CancellationToken token)
    {
        var location = Path.Combine(folder, LocationFile);
        var place = File.Exists(location) ? (await File.ReadAllTextAsync(location, token)).Trim() : folder;
        var password = Path.Combine(place, "password");
        return File.Exists(password)
            ? new PostgresHome(place, FindBin(), null, (await File.ReadAllTextAsync(password, token)).Trim())
            : throw new InvalidOperationException($"there is no PostgreSQL in {folder}");
    }

    /// <summary>Runs a program of PostgreSQL as the superuser of this server; a failure carries its words.</summary>
    public Task<string> Must(string program, IEnumerable<string> arguments, CancellationToken token) =>
        Command.Must(
            Path.Combine(Bin, program),
            arguments,
            token: token,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password }
        );

    /// <summary>Fills an empty database from a dump, whole or not at all; what is in it belongs to the role.</summary>
    public Task<string> Load(string dump, string database, string role, int port, CancellationToken token) =>
        Must(
            "pg_restore",
            [
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-comments",
                $"--role={role}",
                "--host=127.0.0.1",
                $"--port={port}",
                "--username=postgres",
                $"--dbname={database}",
                dump,
            ],
            token
        );

    /// <summary>Deletes the folder and the one under the temp folder that it points to.</summary>
    public static void Delete(string folder)
    {
        var location = Path.Combine(folder, LocationFile);
        var elsewhere = File.Exists(location) ? File.ReadAllText(location).Trim() : null;
        foreach (var path in new[] { elsewhere, folder }.OfType<string>().Where(Directory.Exists))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Folder of the server's programs, of the newest version from 15 on.</summary>
    /// <exception cref="InvalidOperationException">None is installed; the message says what to install.</exception>
    public static string FindBin()
    {
        const string root = "/usr/lib/postgresql";
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        return versions
                .Select(path =>
                    (Path: Path.Combine(path, "bin"), Version: int.TryParse(Path.GetFileName(path), out var v) ? v : 0)
                )
                .Where(found => found.Version >= 15 && File.Exists(Path.Combine(found.Path, "initdb")))
                .OrderByDescending(found => found.Version)
                .Select(found => found.Path)
                .FirstOrDefault()
            ?? throw new InvalidOperationException(
                "PostgreSQL 15 is not installed. On Debian 12: apt-get install -y postgresql-15"
            );
    }

    private static async Task<string> Place(string folder, string? user, CancellationToken token)
    {
        var location = Path.Combine(folder, LocationFile);
        if (File.Exists(location))
        {
            return (await File.ReadAllTextAsync(location, token)).Trim();
        }
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        await GiveTo(user, folder, token);
        if ((await Command.Run("test", ["-x", folder, "-a", "-w", folder], user, token)).ExitCode == 0)
        {
            return folder;
        }
        if (isNew)
        {
            await Command.Must("chown", ["root:root", folder], token: token);
        }
        var elsewhere = Directory.CreateTempSubdirectory("mobility-postgres-").FullName;
        await GiveTo(user, elsewhere, token);
        await File.WriteAllTextAsync(location, elsewhere + "\n", token);
        return elsewhere;
    }

    private static async Task GiveTo(string? user, string path, CancellationToken token)
    {
        if (user is not null)
        {
            await Command.Must("chown", [$"{user}:{user}", path], token: token);
        }
        await Command.Must("chmod", ["u=rwX,go=", path], token: token);
    }

    private static async Task<string> ReadOrMakePassword(string folder, string? user, CancellationToken token)
    {
        var file = Path.Combine(folder, "password");
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await using (var writer = new StreamWriter(file, options))
            {
                await writer.WriteLineAsync(RandomNumberGenerator.GetHexString(48, lowercase: true));
            }
            await GiveTo(user, file, token);
        }
        return (await File.ReadAllTextAsync(file, token)).Trim();
    }

    private async Task InitDb(bool fsync, CancellationToken token)
    {
        // A run that was killed half way leaves only `data.new`, so `data` is always whole.
        var fresh = Data + ".new";
        if (Directory.Exists(fresh))
        {
            Directory.Delete(fresh, recursive: true);
        }
        string[] arguments =
        [
            "--pgdata=" + fresh,
            "--username=postgres",
            "--pwfile=" + Path.Combine(Folder, "password"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            fsync ? "--data-checksums" : "--no-sync",
        ];
        await Command.Must(Path.Combine(Bin, "initdb"), arguments, User, token);
        Directory.Move(fresh, Data);
    }

    /// <summary>
    /// After a kill -9 the id in postmaster.pid may by now belong to another server of the same user, and PostgreSQL
    /// would
    /// refuse to start; a file whose process does not serve this folder is removed.
    /// </summary>
    private void RemoveForeignPidFile()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid))
        {
            return;
        }
        var commandLine = Signals.IsAlive(pid) ? File.ReadAllText($"/proc/{pid}/cmdline").Split('\0') : [];
        if (!commandLine.Contains(Data))
        {
            File.Delete(file);
        }
    }
}
