using System.Collections.Concurrent;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Tests.Support;

/// <summary>One PostgreSQL server per test run. It dies with the test process, however that dies.</summary>
public static class TestPostgres
{
    private static readonly Lazy<Task<PrivatePostgres>> Started = new(Start);
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Templates = new(StringComparer.Ordinal);
    private static int counter;

    /// <summary>The server, started by the first test that asks.</summary>
    public static Task<PrivatePostgres> Server => Started.Value;

    /// <summary>A new empty database with a role of its own; the connection string of that role.</summary>
    public static async Task<string> NewDatabase(string name = "test", IReadOnlyList<string>? extensions = null)
    {
        var server = await Server;
        return Narrow(await server.CreateDatabase(Unique(name), extensions));
    }

    /// <summary>
    /// A copy of a database that is built once per test run by <paramref name="build"/> (which gets its connection
    /// string,
    /// for instance to run migrations).
    /// </summary>
    public static async Task<string> CopyOf(
        string template,
        Func<string, Task> build,
        IReadOnlyList<string>? extensions = null
    )
    {
        var server = await Server;
        var built = Templates.GetOrAdd(
            template,
            name => new Lazy<Task>(async () => await build(Narrow(await server.CreateDatabase(name, extensions))))
        );
        await built.Value;
        return Narrow(await server.CloneDatabase(template, Unique(template)));
    }

    /// <summary>Ends a database that nobody needs any more, some time: it takes room, and nobody has to wait for it,
    /// or to fail when it does not end.</summary>
    public static async Task Forget(string connectionString)
    {
        var server = await Server;
        _ = server.DropDatabase(new NpgsqlConnectionStringBuilder(connectionString).Database!);
    }

    /// <summary>Many databases share 200 connections: each pool stays small and lets idle ones go.</summary>
    private static string Narrow(string connectionString) =>
        connectionString + ";Maximum Pool Size=20;Connection Idle Lifetime=5;Connection Pruning Interval=2";

    private static string Unique(string name) => $"{name}_{Interlocked.Increment(ref counter)}";

    /// <summary>
    /// For thousands of databases that live for a second: nobody goes round them to vacuum, and the library of PostGIS
    /// is linked once for all connections instead of once for each, which took a tenth of the server's time.
    /// </summary>
    private static Task<PrivatePostgres> Start() =>
        PrivatePostgres.StartAsync(
            new PostgresOptions(Path.Combine(TestFolder.New("server"), "postgres"))
            {
                Fsync = false,
                Settings =
                [
                    "autovacuum=off",
                    "shared_preload_libraries=postgis-3",
                    "wal_level=minimal",
                    "max_wal_senders=0",
                ],
            }
        );
}
