using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>
/// A PostgreSQL server of our own: TCP on 127.0.0.1 only, no socket file, passwords (scram), 200 connections, and it
/// dies
/// with the process that started it, however that dies.
/// </summary>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    private readonly PostgresHome home;
    private readonly NpgsqlDataSource admin;
    private Process? process;

    private PrivatePostgres(PostgresHome home, PostgresOptions options)
    {
        this.home = home;
        Port = options.Port == 0 ? Ports.Pick() : options.Port;
        Server = Describe(options);
        admin = NpgsqlDataSource.Create(
            ConnectionString("postgres", "postgres", home.Password) + ";Maximum Pool Size=8"
        );
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>How the server process is started, for a supervisor that starts it itself.</summary>
    public ChildSpec Server { get; }

    /// <summary>Process id of a server started by
    /// <see cref="StartAsync(PostgresOptions, CancellationToken)"/>.</summary>
    public int? Pid => process?.Id;

    /// <summary>Folder of PostgreSQL's programs.</summary>
    /// <exception cref="InvalidOperationException">It is not installed; the message says what to install.</exception>
    public static string Programs => PostgresHome.FindBin();

    /// <summary>Connection string of the superuser, database `postgres`.</summary>
    public string AdminConnectionString => ConnectionString("postgres", "postgres", home.Password);

    /// <summary>Makes the folder and runs initdb when new; starts nothing.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed (the message names the package), or
    /// initdb failed.</exception>
    public static async Task<PrivatePostgres> Prepare(PostgresOptions options, CancellationToken token = default) =>
        new(await PostgresHome.Prepare(options.Folder, options.Fsync, token), options);

    /// <summary>Prepares and starts a server and waits until it answers.</summary>
    public static async Task<PrivatePostgres> StartAsync(PostgresOptions options, CancellationToken token = default)
    {
        var postgres = await Prepare(options, token);
        await postgres.StartAsync(token);
        return postgres;
    }

    /// <summary>Starts the prepared (or stopped) server again on the same port.</summary>
    public async Task StartAsync(CancellationToken token = default)
    {
        process = await Spawner.Start(Server);
        await WaitReady(token);
    }

    /// <summary>Waits until the server answers, at most 60 s (it may have to recover first).</summary>
    /// <exception cref="InvalidOperationException">It ended or stayed silent; the message names its log.</exception>
    public async Task WaitReady(CancellationToken token = default)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // A statement, because the pool may hand out a connection that died with the last server.
                await Execute("SELECT 1", token);
                return;
            }
            catch (NpgsqlException e)
            {
                if (process is { HasExited: true } || Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(60))
                {
                    throw new InvalidOperationException($"PostgreSQL does not answer, see {Server.LogFile}", e);
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, token);
        }
    }

    /// <summary>
    /// Makes a database and a role of the same name that owns it and is no superuser, unless they exist.
    /// </summary>
    /// <param name="name">Lower-case letters, digits, `_`; at most 60 characters.</param>
    /// <param name="extensions">Made in it by the superuser, because the role may not.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The role's Npgsql connection string.</returns>
    public async Task<string> CreateDatabase(
        string name,
        IReadOnlyList<string>? extensions = null,
        CancellationToken token = default
    )
    {
        Require(name);
        var password = PasswordOf(name);
        if (!await Exists("SELECT 1 FROM pg_roles WHERE rolname = $1", name, token))
        {
            await Execute($"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'", token);
        }
        if (!await Exists("SELECT 1 FROM pg_database WHERE datname = $1", name, token))
        {
            await Execute($"CREATE DATABASE {name} OWNER {name}", token);
            await Execute($"REVOKE ALL ON DATABASE {name} FROM PUBLIC", token);
        }
        if (extensions is { Count: > 0 })
        {
            await CreateExtensions(name, extensions, token);
        }
        return ConnectionString(name, name, password);
    }

    /// <summary>
    /// Copies a database; open connections to the template are ended. The copy belongs to the template's role, which
    /// also
    /// owns the tables in it.
    /// </summary>
    /// <returns>Connection string of the template's role to the copy.</returns>
    public async Task<string> CloneDatabase(string template, string name, CancellationToken token = default)
    {
        Require(template);
        Require(name);
        await using (
            var end = admin.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        )
        {
            end.Parameters.AddWithValue(template);
            await end.ExecuteNonQueryAsync(token);
        }
        // Its files are copied, and with them what the first connection would look up anew; by the usual way each page
        // passes through the log.
        await Execute($"CREATE DATABASE {name} TEMPLATE {template} OWNER {template} STRATEGY file_copy", token);
        await Execute($"REVOKE ALL ON DATABASE {name} FROM PUBLIC", token);
        return ConnectionString(name, template, PasswordOf(template));
    }

    /// <summary>
    /// Makes a database from a dump, has it finished, and puts it in the place of the one of that name, which is kept
    /// as `NAME_before_restore_DATE_TIME` (UTC): whatever fails before has changed nothing, and both names change at
    /// once.
    /// </summary>
    /// <param name="name">The database.</param>
    /// <param name="dump">File of pg_dump.</param>
    /// <param name="extensions">As for <see cref="CreateDatabase"/>.</param>
    /// <param name="finish">Given the role's connection string to the database that has the other name yet.</param>
    /// <param name="token">Cancels.</param>
    public async Task RestoreDatabase(
        string name,
        string dump,
        IReadOnlyList<string> extensions,
        Func<string, Task> finish,
        CancellationToken token = default
    )
    {
        await CreateDatabase(name, extensions, token);
        var time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);
        var (fresh, former) = ($"{name}_restored", $"{name}_before_restore_{time}");
        await DropDatabase(fresh, token);
        await Execute($"CREATE DATABASE {fresh} OWNER {name}", token);
        await Execute($"REVOKE ALL ON DATABASE {fresh} FROM PUBLIC", token);
        await CreateExtensions(fresh, extensions, token);
        await home.Load(dump, fresh, name, Port, token);
        await finish(ConnectionString(fresh, name, PasswordOf(name)));
        // One transaction: killed between the two, the next start would find no database and make an empty one.
        await Execute($"ALTER DATABASE {name} RENAME TO {former}; ALTER DATABASE {fresh} RENAME TO {name}", token);
    }

    /// <summary>Drops a database, ending its connections; its role stays.</summary>
    public async Task DropDatabase(string name, CancellationToken token = default)
    {
        Require(name);
        await Execute($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", token);
    }

    /// <summary>Stops the server in good order; after 10 s at once.</summary>
    public async Task StopAsync()
    {
        if (process is { } running)
        {
            process = null;
            await Children.Stop(running, Server.StopSignal, Server.HardSignal);
            running.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await admin.DisposeAsync();
    }

    /// <summary>Deletes the folder of a stopped server, wherever its data lie.</summary>
    public static void Delete(string folder) => PostgresHome.Delete(folder);

    private ChildSpec Describe(PostgresOptions options)
    {
        var settings = new List<string>
        {
            $"port={Port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=%m [%p] %d ",
            // The check of a demo asks what was committed before what.
            "track_commit_timestamp=on",
        };
        if (!options.Fsync)
        {
            settings.AddRange(["fsync=off", "full_page_writes=off"]);
        }
        settings.AddRange(options.Settings);
        return new ChildSpec(
            "postgres",
            Path.Combine(home.Bin, "postgres"),
            ["-D", home.Data, .. settings.SelectMany(setting => new[] { "-c", setting })]
        )
        {
            User = home.User,
            WorkingDirectory = home.Folder,
            // Quit ends the backends too; a killed postmaster would leave them to notice by themselves.
            DeathSignal = "QUIT",
            StopSignal = Signals.Interrupt,
            HardSignal = Signals.Quit,
            LogFile = options.LogFile ?? Path.Combine(home.Folder, "server.log"),
        };
    }

    /// <summary>No pool: a connection that stayed would keep the database from being a template.</summary>
    private async Task CreateExtensions(string database, IReadOnlyList<string> extensions, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(
            ConnectionString(database, "postgres", home.Password) + ";Pooling=false"
        );
        await connection.OpenAsync(token);
        foreach (var extension in extensions)
        {
            Require(extension);
            await using var command = new NpgsqlCommand($"CREATE EXTENSION IF NOT EXISTS {extension}", connection);
            await command.ExecuteNonQueryAsync(token);
        }
    }

    private async Task Execute(string statement, CancellationToken token)
    {
        await using var command = admin.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(token);
    }

    private async Task<bool> Exists(string query, string name, CancellationToken token)
    {
        await using var command = admin.CreateCommand(query);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(token) is not null;
    }

    /// <summary>Derived, so that a restart on the same folder gives the same connection strings.</summary>
    private string PasswordOf(string role)
    {
        var key = Encoding.UTF8.GetBytes(home.Password);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(role)));
    }

    private string ConnectionString(string database, string user, string password) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password}";

    private static void Require(string name)
    {
        if (!DatabaseName().IsMatch(name))
        {
            throw new ArgumentException($"`{name}` is no database name: [a-z][a-z0-9_]*, at most 60", nameof(name));
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,59}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DatabaseName();
}
