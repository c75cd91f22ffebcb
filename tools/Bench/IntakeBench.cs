using System.Globalization;
using Mobility.Launcher;
using Mobility.Platform.Data;
using Npgsql;

namespace Mobility.Bench;

/// <summary>An RPC that takes something in, and what is known of its rows.</summary>
public abstract class Intake
{
    public const string Client = "gangneung-kick";
    public const int VehicleCount = 5_000;

    /// <summary>Callers at once.</summary>
    public const int Clients = 32;

    /// <summary>The service.</summary>
    public abstract string Service { get; }

    /// <summary>File of tools/Bench/pgbench that does the same.</summary>
    public abstract string Script { get; }

    /// <summary>The service's table of what was taken in.</summary>
    public abstract string Table { get; }

    /// <summary>The RPC's name.</summary>
    public abstract string Rpc { get; }

    /// <summary>Fills an empty database, the service's own or the peer's, with what is asked about.</summary>
    public abstract Task Fill(NpgsqlConnection connection);

    /// <summary>Makes the callers.</summary>
    /// <returns>One question by the caller of that number.</returns>
    public abstract Func<int, Task> Callers(BenchSystem system);
}

/// <summary>
/// A service's reply beside pgbench, which commits the same statements — key, rows, outbox row, stored reply — without
/// a service around them; and beside the same service while its relay publishes.
/// </summary>
public static class IntakeBench
{
    private const double Goal = 0.8;

    /// <summary>Lock of the relay (OutboxRelay): who holds it, holds the relay back.</summary>
    private const string HoldRelay = """SELECT pg_advisory_lock(7215002)""";

    /// <summary>Runs it; false when a count is wrong or the goal is missed.</summary>
    public static async Task<bool> Run(Intake intake, BenchOptions options, TextWriter output)
    {
        await using var system = await BenchSystem.Start(options.Root, "postgres", "sidecar", intake.Service);
        var own = system.Stack.State.Services[intake.Service].Database;
        var peer = await Peer(system, intake, options);
        await using var connection = new NpgsqlConnection(own);
        await connection.OpenAsync();
        await Rows(connection, intake);
        var asked = 0L;
        var ask = intake.Callers(system);
        async Task Ask(int caller)
        {
            await ask(caller);
            Interlocked.Increment(ref asked);
        }
        var service = new Side(intake.Rpc, length => ClosedLoop.Run(Intake.Clients, length, Ask));
        if (!await SameStatements(system, intake, peer, () => Ask(0), output))
        {
            return false;
        }
        await output.WriteLineAsync(await Machine.Describe(system.Admin, Intake.Clients));
        await Execute(connection, HoldRelay);
        Side[] sides = [service, new Side("pgbench", peer.Run)];
        var ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
        await Execute(connection, """SELECT pg_advisory_unlock(7215002)""");
        await output.WriteLineAsync("with the relay publishing all the time:");
        sides[0] = service with { Name = $"{intake.Rpc} and relay" };
        await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output);
        return await Counts(system, intake, asked, peer.Committed, output) && ratio >= Goal;
    }

    private static async Task<PgBench> Peer(BenchSystem system, Intake intake, BenchOptions options)
    {
        var database = await system.Stack.Postgres!.CreateDatabase("peer", StackOptions.ExtensionsOf(intake.Service));
        await using var db = new Db(database, intake.Service, TimeProvider.System);
        using var quiet = LoggerFactory.Create(_ => { });
        var app = System.Reflection.Assembly.Load(
            "Mobility." + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(intake.Service)
        );
        await Migrator.Run(db, app, TimeProvider.System, quiet.CreateLogger("bench"), default);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await Rows(connection, intake);
        return new PgBench(database, Path.Combine(options.Root, "tools/Bench/pgbench", intake.Script), Intake.Clients);
    }

    private static async Task Rows(NpgsqlConnection connection, Intake intake)
    {
        await Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await intake.Fill(connection);
    }

    private static async Task<bool> SameStatements(
        BenchSystem system,
        Intake intake,
        PgBench peer,
        Func<Task> run,
        TextWriter output
    )
    {
        var log = system.Stack.Run.Log("postgres");
        var service = await SqlText.Traced(system.Admin, log, $"INSERT INTO {intake.Table}", run);
        var script = SqlText.OfScript(await File.ReadAllTextAsync(peer.Script));
        await output.WriteLineAsync($"SQL of {intake.Rpc} {SqlText.Hash(service)}, of pgbench {SqlText.Hash(script)}");
        if (service.SequenceEqual(script, StringComparer.Ordinal))
        {
            return true;
        }
        await output.WriteLineAsync("VOID: the statements differ.");
        foreach (var statement in service)
        {
            await output.WriteLineAsync((script.Contains(statement, StringComparer.Ordinal) ? "  " : "! ") + statement);
        }
        foreach (var statement in script.Except(service, StringComparer.Ordinal))
        {
            await output.WriteLineAsync("? " + statement);
        }
        return false;
    }

    /// <summary>Every reply is a row, a key and an event, each once; and so is every transaction of the peer.</summary>
    private static async Task<bool> Counts(
        BenchSystem system,
        Intake intake,
        long asked,
        long committed,
        TextWriter output
    )
    {
        var right = true;
        foreach (var (database, expected) in ((string, long)[])[(intake.Service, asked), ("peer", committed)])
        {
            var rows = await system.Ask<long>(database, $"SELECT count(*) FROM {intake.Table}");
            var keys = await system.Ask<long>(database, "SELECT count(*) FROM once WHERE response IS NOT NULL");
            var events = await system.Ask<long>(database, "SELECT count(DISTINCT subject) FROM outbox");
            right &= rows == expected && keys == expected && events == expected;
            await output.WriteLineAsync($"{database}: replies {expected}, rows {rows}, keys {keys}, events {events}");
        }
        await output.WriteLineAsync(right ? "counts agree" : "VOID: counts differ");
        return right;
    }

    private static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
