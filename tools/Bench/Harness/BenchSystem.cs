using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>A system in a folder of its own, with fsync; gone with its data when disposed.</summary>
public sealed class BenchSystem : IAsyncDisposable
{
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(5);

    private readonly string folder;
    private readonly List<GrpcChannel> channels = [];

    private BenchSystem(string folder, Stack stack)
    {
        this.folder = folder;
        Stack = stack;
        Admin = NpgsqlDataSource.Create(stack.Postgres!.AdminConnectionString);
    }

    /// <summary>What runs.</summary>
    public Stack Stack { get; }

    /// <summary>PostgreSQL's superuser.</summary>
    public NpgsqlDataSource Admin { get; }

    /// <summary>Starts the parts.</summary>
    /// <param name="root">Folder of the checkout.</param>
    /// <param name="configuration">Which build of them: "release" to measure, "debug" for a test.</param>
    /// <param name="parts">Some of <see cref="StackOptions.AllParts"/>.</param>
    public static async Task<BenchSystem> Start(string root, string configuration, IReadOnlyList<string> parts)
    {
        var folder = Directory.CreateTempSubdirectory("mobility-bench-").FullName;
        // PostgreSQL runs as a user of its own when root starts it.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            var options = new StackOptions(root, folder) { Parts = parts, Configuration = configuration };
            return new BenchSystem(folder, await Stack.Start(options));
        }
        catch
        {
            Delete(folder);
            throw;
        }
    }

    /// <summary>A connection to the service, over which any number of calls may run at once.</summary>
    public GrpcChannel Open(string service)
    {
        var channel = GrpcChannel.ForAddress(Stack.State.Services[service].Grpc);
        channels.Add(channel);
        return channel;
    }

    /// <summary>Headers of a caller, signed anew every five minutes: a token lives for fifteen at most.</summary>
    public Func<Metadata> Headers(Token caller)
    {
        var (headers, renew) = (new Metadata(), DateTimeOffset.MinValue);
        return () =>
        {
            var now = TimeProvider.System.GetUtcNow();
            if (now >= renew)
            {
                var signed = caller.Sign(Stack.Run.IssuerKey, TimeProvider.System);
                (headers, renew) = (new Metadata { { "authorization", $"Bearer {signed}" } }, now + SignedFor);
            }
            return headers;
        };
    }

    /// <summary>The first column of the one row, asked of a database as the superuser: row level security hides
    /// nothing.</summary>
    public async Task<T> Ask<T>(string database, string question)
    {
        var all = new NpgsqlConnectionStringBuilder(Stack.Postgres!.AdminConnectionString) { Database = database };
        await using var source = NpgsqlDataSource.Create(all);
        await using var command = source.CreateCommand(question);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels)
        {
            channel.Dispose();
        }
        await Admin.DisposeAsync();
        await Stack.DisposeAsync();
        Delete(folder);
    }

    private static void Delete(string folder)
    {
        PrivatePostgres.Delete(new RunFolder(folder).Postgres);
        Directory.Delete(folder, recursive: true);
    }
}
