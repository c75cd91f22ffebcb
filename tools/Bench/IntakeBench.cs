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

    /// <summary>Runs it; false when the goal is missed.</summary>
    /// <exception cref="VoidRunException">The statements or a count differ.</exception>
    public static async Task<bool> Run(Intake intake, BenchOptions options, TextWriter output)
    {
        await using var system = await BenchSystem.Start(
            options.Root,
            "release",
            ["postgres", "sidecar", intake.Service]
        );
        var differences = await Differences(system, intake, options.Root, output);
        Verdict.Require(differences);
        var peer = new PgBench(await Copy(system, intake, "peer"), ScriptOf(intake, options.Root), Intake.Clients);
        await using var host = intake.HasNaive ? await PeerHost.Start(await Copy(system, intake, "naive")) : null;
        var before = await system.Ask<long>(intake.Service, $"SELECT count(*) FROM {intake.Table}");
        var own = new Counted(intake.Callers(system.Open(intake.Service), system.Headers), before);
        var naive = host is null ? null : new Counted(intake.Callers(host.Channel, _ => () => []), 0);
        await output.WriteLineAsync(await Machine.Describe(system.Admin, Intake.Clients));
        var ratio = await Measure(system, intake, options, (own, peer, naive), output);
        await Counts(system, intake.Service, intake.Table, own.Count, output);
        await Counts(system, "peer", intake.Table, peer.Committed, output);
        if (naive is not null)
        {
            await Counts(system, "naive", intake.Table, naive.Count, output);
        }
        return await Verdict.ReachedAtLeast($"{intake.Rpc} / pgbench", ratio, Goal, output);
    }

    private static async Task<double> Measure(
        BenchSystem system,
        Intake intake,
        BenchOptions options,
        (Counted Own, PgBench Peer, Counted? Naive) of,
        TextWriter output
    )
    {
        var service = SideOf(intake.Rpc, of.Own);
        List<Side> sides = [service, new Side("pgbench", of.Peer.Run)];
        if (of.Naive is not null)
        {
            sides.Add(SideOf("naive handler", of.Naive));
        }
        double ratio;
        await using (await RelayHold.Take(system, intake.Service))
        {
            ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
        }
        // Alone: the relay would work off its backlog while a peer is asked.
        sides = [service with { Name = $"{intake.Rpc} while the relay publishes all the time" }];
        await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output);
        return ratio;
    }

    private static Side SideOf(string name, Counted callers) =>
        new(name, length => ClosedLoop.Run(Intake.Clients, length, callers.Ask));

    /// <summary>Fills the service, asks it twice and compares what it executed the second time with the
    /// script.</summary>
    /// <returns>Statements that one of the two has alone; none when they are alike.</returns>
    public static async Task<IReadOnlyList<string>> Differences(
        BenchSystem system,
        Intake intake,
        string root,
        TextWriter output
    )
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
        return service.SequenceEqual(script, StringComparer.Ordinal)
            ? []
            :
            [
                "the statements differ or stand in another order",
                .. service.Except(script, StringComparer.Ordinal).Select(statement => "service: " + statement),
                .. script.Except(service, StringComparer.Ordinal).Select(statement => "script: " + statement),
            ];
    }

    /// <summary>A database like the service's own, for a peer.</summary>
    private static async Task<string> Copy(BenchSystem system, Intake intake, string name)
    {
        var database = await Empty(system, intake.Service, name);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await Rows(connection, intake);
        return database;
    }

    /// <summary>A database with the service's tables and nothing in them.</summary>
    internal static async Task<string> Empty(BenchSystem system, string service, string name)
    {
        var database = await system.Stack.Postgres!.CreateDatabase(name, StackOptions.ExtensionsOf(service));
        await using var db = new Db(database, service, TimeProvider.System);
        using var quiet = LoggerFactory.Create(_ => { });
        var app = System.Reflection.Assembly.Load(
            "Mobility." + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(service)
        );
        await Migrator.Run(db, app, TimeProvider.System, quiet.CreateLogger("bench"), default);
        return database;
    }

    private static async Task Rows(NpgsqlConnection connection, Intake intake)
    {
        await Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await intake.Fill(connection);
    }

    private static string ScriptOf(Intake intake, string root) =>
        Path.Combine(root, "tools/Bench/pgbench", intake.Script);

    /// <summary>Every reply is a row, a key and an event, each once.</summary>
    private static async Task Counts(
        BenchSystem system,
        string database,
        string table,
        long expected,
        TextWriter output
    )
    {
        long[] counts =
        [
            await system.Ask<long>(database, $"SELECT count(*) FROM {table}"),
            await system.Ask<long>(database, "SELECT count(*) FROM once WHERE response IS NOT NULL"),
            await system.Ask<long>(database, "SELECT count(*) FROM outbox"),
            await system.Ask<long>(database, "SELECT count(DISTINCT subject) FROM outbox"),
        ];
        var words = $"{database}: {expected} replies; rows, keys, events, their subjects: {string.Join(", ", counts)}";
        await output.WriteLineAsync(words);
        Verdict.Require(counts.All(count => count == expected) ? [] : [words]);
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

    internal static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
