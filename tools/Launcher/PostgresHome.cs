namespace Mobility.Launcher;

/// <summary>
/// The folder of a private PostgreSQL: `data`, `password` (of the superuser), `server.log`. PostgreSQL refuses to run
/// as root; then it runs as user postgres.
/// </summary>
internal sealed record PostgresHome(string Folder, string Bin, string? User, string Password)
{
    private const string ServerUser = "postgres";

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Finds or makes the folder and, if it is new, runs initdb.</summary>
    public static async Task<PostgresHome> Prepare(string folder, bool fsync, CancellationToken token)
    {
        var bin = FindBin();
        var user = ServerFolder.UserWhenRoot(ServerUser);
        var place = await ServerFolder.Place(Path.GetFullPath(folder), user, "mobility-postgres-", token);
        var password = await ServerFolder.ReadOrMakeSecret(Path.Combine(place, "password"), user, token);
        var home = new PostgresHome(place, bin, user, password);
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
        var place = ServerFolder.Placed(folder);
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
    public static void Delete(string folder) => ServerFolder.Delete(folder);

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
