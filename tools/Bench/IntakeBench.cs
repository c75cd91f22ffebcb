using System.Globalization;
using Mobility.Launcher;
using Mobility.Platform.Data;
using Npgsql;

namespace Mobility.Bench;

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
        await using var system = await BenchSystem.Start(
            options.Root,
            "release",
            "postgres",
            "sidecar",
            intake.Service
        );
        if (!await AreAlike(system, intake, options.Root, output))
        {
            return false;
        }
        var peer = new PgBench(await Copy(system, intake, "peer"), ScriptOf(intake, options.Root), Intake.Clients);
        await using var naive = intake.HasNaive ? await PeerHost.Start(await Copy(system, intake, "naive")) : null;
        var before = await system.Ask<long>(intake.Service, $"SELECT count(*) FROM {intake.Table}");
        var callers = new Counted(intake.Callers(system.Open(intake.Service), system.Headers), before);
        var service = new Side(intake.Rpc, length => ClosedLoop.Run(Intake.Clients, length, callers.Ask));
        await output.WriteLineAsync(await Machine.Describe(system.Admin, Intake.Clients));
        await using var connection = new NpgsqlConnection(system.Stack.State.Services[intake.Service].Database);
        await connection.OpenAsync();
        await Execute(connection, HoldRelay);
        List<Side> sides = [service, new Side("pgbench", peer.Run)];
        if (naive is not null)
        {
            var simple = intake.Callers(naive.Channel, _ => []);
            sides.Add(new Side("naive handler", length => ClosedLoop.Run(Intake.Clients, length, simple)));
        }
        var ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
        await Execute(connection, """SELECT pg_advisory_unlock(7215002)""");
        await output.WriteLineAsync("with the relay publishing all the time:");
        sides[0] = service with { Name = $"{intake.Rpc} and relay" };
        await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output);
        return await Counts(system, intake, callers.Count, peer.Committed, output) && ratio >= Goal;
    }

    /// <summary>Fills the service, asks it twice and compares what it executed with the script; false when the two
    /// differ, and then says how.</summary>
    public static async Task<bool> AreAlike(BenchSystem system, Intake intake, string root, TextWriter output)
    {
        await using var connection = new NpgsqlConnection(system.Stack.State.Services[intake.Service].Database);
        await connection.OpenAsync();
        await Rows(connection, intake);
        var ask = intake.Callers(system.Open(intake.Service), system.Headers);
        // The first call reads what later ones find in memory.
        await ask(0);
        var log = system.Stack.Run.Log("postgres");
        var service = await SqlText.Traced(system.Admin, log, $"INSERT INTO {intake.Table}", () => ask(0));
        var script = SqlText.OfScript(await File.ReadAllTextAsync(ScriptOf(intake, root)));
        await output.WriteLineAsync($"SQL of {intake.Rpc} {SqlText.Hash(service)}, of pgbench {SqlText.Hash(script)}");
        if (service.SequenceEqual(script, StringComparer.Ordinal))
        {
            return true;
        }
        await output.WriteLineAsync("VOID: the statements differ, the service's first where it stands alone:");
        foreach (var statement in service.Except(script, StringComparer.Ordinal))
        {
            await output.WriteLineAsync("service: " + statement);
        }
        foreach (var statement in script.Except(service, StringComparer.Ordinal))
        {
            await output.WriteLineAsync("script: " + statement);
        }
        return false;
    }

    /// <summary>A database like the service's own, for a peer.</summary>
    private static async Task<string> Copy(BenchSystem system, Intake intake, string name)
    {
        var database = await system.Stack.Postgres!.CreateDatabase(name, StackOptions.ExtensionsOf(intake.Service));
        await using var db = new Db(database, intake.Service, TimeProvider.System);
        using var quiet = LoggerFactory.Create(_ => { });
        var app = System.Reflection.Assembly.Load(
            "Mobility." + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(intake.Service)
        );
        await Migrator.Run(db, app, TimeProvider.System, quiet.CreateLogger("bench"), default);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await Rows(connection, intake);
        return database;
    }

    private static async Task Rows(NpgsqlConnection connection, Intake intake)
    {
        await Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await intake.Fill(connection);
    }

    private static string ScriptOf(Intake intake, string root) =>
        Path.Combine(root, "tools/Bench/pgbench", intake.Script);

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

    /// <summary>Callers whose answers are counted.</summary>
    private sealed class Counted(Func<int, Task> ask, long before)
    {
        private long count = before;

        public long Count => count;

        public async Task Ask(int caller)
        {
            await ask(caller);
            Interlocked.Increment(ref count);
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
