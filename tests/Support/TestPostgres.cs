using System.Collections.Concurrent;
using Mobility.Launcher;

namespace Mobility.Tests.Support;

/// <summary>One PostgreSQL server per test run. It dies with the test process, however that dies.</summary>
public static class TestPostgres
{
    private const string Prefix = "mobility-tests-";
    private static readonly Lazy<Task<PrivatePostgres>> Started = new(Start);
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Templates = new(StringComparer.Ordinal);
    private static FileStream? folderLock;
    private static int counter;

    /// <summary>The server, started by the first test that asks.</summary>
    public static Task<PrivatePostgres> Server => Started.Value;

    /// <summary>A new empty database with a role of its own; the connection string of that role.</summary>
    public static async Task<string> NewDatabase(string name = "test")
    {
        var server = await Server;
        return Narrow(await server.CreateDatabase(Unique(name)));
    }

    /// <summary>
    /// A copy of a database that is built once per test run by <paramref name="build"/> (which gets its connection
    /// string,
    /// for instance to run migrations).
    /// </summary>
    public static async Task<string> CopyOf(string template, Func<string, Task> build)
    {
        var server = await Server;
        var built = Templates.GetOrAdd(
            template,
            name => new Lazy<Task>(async () => await build(Narrow(await server.CreateDatabase(name))))
        );
        await built.Value;
        return Narrow(await server.CloneDatabase(template, Unique(template)));
    }

    /// <summary>Many databases share 200 connections: each pool stays small and lets idle ones go.</summary>
    private static string Narrow(string connectionString) =>
        connectionString + ";Maximum Pool Size=20;Connection Idle Lifetime=5;Connection Pruning Interval=2";

    private static string Unique(string name) => $"{name}_{Interlocked.Increment(ref counter)}";

    private static async Task<PrivatePostgres> Start()
    {
        RemoveLeftovers();
        var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        folderLock = new FileStream(LockOf(folder), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var options = new PostgresOptions(Path.Combine(folder, "postgres")) { Fsync = false };
        var server = await PrivatePostgres.StartAsync(options);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.StopAsync().GetAwaiter().GetResult();
            folderLock.Dispose();
            Directory.Delete(folder, recursive: true);
        };
        return server;
    }

    /// <summary>A run that was killed leaves its folder; nobody holds its lock any more.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                if (File.Exists(LockOf(folder)))
                {
                    new FileStream(LockOf(folder), FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run uses it.
            }
        }
    }

    private static string LockOf(string folder) => Path.Combine(folder, "lock");
}
