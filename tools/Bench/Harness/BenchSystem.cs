using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>A system in a folder of its own, with fsync; gone with its data when disposed.</summary>
public sealed class BenchSystem : IAsyncDisposable
{
    /// <summary>Shorter than a token's life, so that no call of a round carries one that has ended.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(14);

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
    public static async Task<BenchSystem> Start(string root, string configuration, params IReadOnlyList<string> parts)
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

    /// <summary>Headers of a caller, valid for 14 minutes.</summary>
    public Metadata Headers(Token caller)
    {
        var signed = (caller with { Lifetime = TokenLife }).Sign(Stack.Run.IssuerKey, TimeProvider.System);
        return new Metadata { { "authorization", $"Bearer {signed}" } };
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
