using Mobility.Refunds.V1;
using Npgsql;

namespace Mobility.Bench;

/// <summary>
/// CreateRefund under one hot delegation with five budgets, key, ledger, leaf and event, beside pgbench doing the same
/// work in an interactive transaction and in one call of a stored function, and beside a naive handler. The refunds
/// wait for a lead, so nothing goes to a gateway: what is measured ends with the committed reply.
/// </summary>
public static class RefundBench
{
    private const int Clients = Intake.Clients;
    private const int Many = 256;
    private const double InteractiveGoal = 8;
    private const double FunctionGoal = 3;
    private const double ManyGoal = 0.9;

    /// <summary>Runs it; false when a goal is missed.</summary>
    /// <exception cref="VoidRunException">Replies, rows, sums or keys disagree.</exception>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await BenchSystem.Start(options.Root, "release", ["postgres", "gateway", "refunds"]);
        var stage = await RefundStage.Prepare(system, Many);
        // The first gives the peers their sample.
        await stage.Ask(0);
        var peer = await RefundPeers.Make(system, options.Root, "peer");
        await using var host = await PeerHost.Start(
            await RefundPeers.Make(system, options.Root, "naive"),
            Script(options.Root, "create_refund.sql")
        );
        await output.WriteLineAsync(await Machine.Describe(system.Admin, Clients));
        await using var held = await RelayHold.Take(system, "refunds");

        // As an admission does, they keep their plans.
        var script = new PgBench(peer, Script(options.Root, "create_refund.sql"), Clients) { Plans = "auto" };
        var call = new PgBench(peer, Script(options.Root, "create_refund_call.sql"), Clients) { Plans = "auto" };
        var reached = await Together(system, stage, (script, call), options, output);
        var alone = new PgBench(peer, Script(options.Root, "create_refund.sql"), 1) { Plans = "auto" };
        reached &= await Alone(stage, alone, new(host.Channel), options, output);
        Verdict.Require(await RefundPeers.OfService(system, stage.Replies));
        Verdict.Require(await RefundPeers.OfPeer(system, "peer", script.Committed + call.Committed + alone.Committed));
        var naive = await system.Ask<long>("naive", "SELECT count(*) FROM refund");
        Verdict.Require(await RefundPeers.OfPeer(system, "naive", naive));
        return reached;
    }

    internal static string Script(string root, string name) => Path.Combine(root, "tools/Bench/pgbench", name);

    private static async Task<bool> Together(
        BenchSystem system,
        RefundStage stage,
        (PgBench Script, PgBench Call) peers,
        BenchOptions options,
        TextWriter output
    )
    {
        List<Side> sides =
        [
            new("CreateRefund", length => ClosedLoop.Run(Clients, length, stage.Ask)),
            new("pgbench, interactive", peers.Script.Run),
            new("pgbench, stored function", peers.Call.Run),
            new("CreateRefund, 256 clients", length => ClosedLoop.Run(Many, length, stage.Ask)),
        ];
        foreach (var side in sides)
        {
            await side.Run(BenchOptions.WarmUp);
        }
        await Learn(system.Stack.State.Services["refunds"].Database, peers.Script.Database);
        var rounds = await Rounds.Run(sides, options, output);
        var ratios = await Rounds.Summarize(sides, rounds, output);
        var tail = Rounds.Median(rounds.Select(round => round[0].P99Milliseconds / round[1].P99Milliseconds));
        bool[] reached =
        [
            await Verdict.ReachedAtLeast("CreateRefund / interactive", ratios[0], InteractiveGoal, output),
            await Verdict.ReachedAtLeast("CreateRefund / stored function", ratios[1], FunctionGoal, output),
            await Verdict.Reached("p99 / interactive p99", tail, 1 / InteractiveGoal, output),
            await Verdict.ReachedAtLeast("256 clients / 32", 1 / ratios[2], ManyGoal, output),
        ];
        return reached.All(one => one);
    }

    private static async Task<bool> Alone(
        RefundStage stage,
        PgBench script,
        RefundsService.RefundsServiceClient naive,
        BenchOptions options,
        TextWriter output
    )
    {
        List<Side> sides =
        [
            new("CreateRefund, one client", length => ClosedLoop.Run(1, length, stage.Ask)),
            new("pgbench, interactive, one client", script.Run),
            new(
                "naive handler, one client",
                length => ClosedLoop.Run(1, length, async _ => await naive.CreateRefundAsync(RefundStage.Request()))
            ),
        ];
        var rounds = await Rounds.Run(sides, options, output);
        await Rounds.Summarize(sides, rounds, output);
        var median = Rounds.Median(rounds.Select(round => round[0].P50Milliseconds / round[2].P50Milliseconds));
        return await Verdict.Reached("one client's p50 / the naive handler's", median, 1, output);
    }

    // As PostgreSQL does by itself within a minute: whoever is asked first would be planned for empty tables.
    private static async Task Learn(params string[] databases)
    {
        foreach (var database in databases)
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            // All but the one that holds back the relay.
            await IntakeBench.Execute(
                connection,
                """
                VACUUM (ANALYZE) member, delegation, payment, budget_counter, refund, ledger_entry, audit_leaf, once,
                    outbox
                """
            );
        }
    }
}
