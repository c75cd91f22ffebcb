using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mobility.Launcher;
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
    private const int Payments = 2_000;
    private const int Many = 256;
    private const double InteractiveGoal = 8;
    private const double FunctionGoal = 3;
    private const double ManyGoal = 0.9;

    /// <summary>Lock of the relay (OutboxRelay), which pgbench has not.</summary>
    private const int RelayLock = 7215002;

    private static readonly Token Officer = Person("client_officer", Clients + 1);

    /// <summary>Runs it; false when a goal is missed.</summary>
    /// <exception cref="VoidRunException">Replies, rows, sums or keys disagree.</exception>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await BenchSystem.Start(options.Root, "release", ["postgres", "gateway", "refunds"]);
        var refunds = new RefundsService.RefundsServiceClient(system.Open("refunds"));
        await Prepare(system, refunds);
        var callers = Enumerable
            .Range(1, Many)
            .Select(n => system.Headers(Person("agent", 1 + (n % Clients))))
            .ToList();
        var replies = 0L;
        // The first gives the peers their sample.
        await Ask(0);
        var peer = await Peer(system, options.Root, "peer");
        await using var host = await PeerHost.Start(
            await Peer(system, options.Root, "naive"),
            Script(options.Root, "create_refund.sql")
        );
        var naive = new RefundsService.RefundsServiceClient(host.Channel);
        await output.WriteLineAsync(await Machine.Describe(system.Admin, Clients));

        await using var held = new NpgsqlConnection(system.Stack.State.Services["refunds"].Database);
        await held.OpenAsync();
        await IntakeBench.Execute(held, $"SELECT pg_advisory_lock({RelayLock})");
        var script = new PgBench(peer, Script(options.Root, "create_refund.sql"), Clients);
        var call = new PgBench(peer, Script(options.Root, "create_refund_call.sql"), Clients) { Plans = "auto" };
        List<Side> sides =
        [
            new("CreateRefund", length => ClosedLoop.Run(Clients, length, Ask)),
            new("pgbench, interactive", script.Run),
            new("pgbench, stored function", call.Run),
            new("CreateRefund, 256 clients", length => ClosedLoop.Run(Many, length, Ask)),
        ];
        foreach (var side in sides)
        {
            await side.Run(BenchOptions.WarmUp);
        }
        // As PostgreSQL does by itself within a minute: who is asked first would be planned for empty tables.
        foreach (var database in new[] { system.Stack.State.Services["refunds"].Database, peer })
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            await IntakeBench.Execute(connection, "VACUUM ANALYZE");
        }
        var rounds = await Rounds.Run(sides, options, output);
        var ratios = await Rounds.Summarize(sides, rounds, output);
        var alone = new PgBench(peer, Script(options.Root, "create_refund.sql"), 1);
        sides =
        [
            new("CreateRefund, one client", length => ClosedLoop.Run(1, length, Ask)),
            new("pgbench, interactive, one client", alone.Run),
            new(
                "naive handler, one client",
                length => ClosedLoop.Run(1, length, async _ => await naive.CreateRefundAsync(Request()))
            ),
        ];
        var ofOne = await Rounds.Run(sides, options, output);
        await Rounds.Summarize(sides, ofOne, output);
        Verdict.Require(await Findings(system, replies));
        Verdict.Require(await PeerFindings(system, script.Committed + call.Committed + alone.Committed));

        var tail = Rounds.Median(rounds.Select(round => round[0].P99Milliseconds / round[1].P99Milliseconds));
        var median = Rounds.Median(ofOne.Select(round => round[0].P50Milliseconds / round[2].P50Milliseconds));
        bool[] reached =
        [
            await Verdict.ReachedAtLeast("CreateRefund / interactive", ratios[0], InteractiveGoal, output),
            await Verdict.ReachedAtLeast("CreateRefund / stored function", ratios[1], FunctionGoal, output),
            await Verdict.Reached("p99 / interactive p99", tail, 1 / InteractiveGoal, output),
            await Verdict.ReachedAtLeast("256 clients / 32", 1 / ratios[2], ManyGoal, output),
            await Verdict.Reached("one client's p50 / the naive handler's", median, 1, output),
        ];
        return reached.All(one => one);

        async Task Ask(int caller)
        {
            var refund = await refunds.CreateRefundAsync(Request(), callers[caller]());
            if (refund.State != RefundState.AwaitingApproval)
            {
                throw new VoidRunException($"a refund is {refund.State}: {refund.Decision}");
            }
            Interlocked.Increment(ref replies);
        }
    }

    private static CreateRefundRequest Request() =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Refund = new Refund
            {
                Payment = $"clients/{Intake.Client}/payments/{Id(Random.Shared.Next(1, Payments + 1))}",
                Action = RefundAction.CardRefund,
                Reason = "GOODWILL",
                Amount = Won(1),
            },
        };

    private static async Task Prepare(BenchSystem system, RefundsService.RefundsServiceClient refunds)
    {
        var oper = system.Headers(new Token("operator", "systems/bench", Intake.Client));
        await refunds.EnrolMemberAsync(Enrolment(Officer, MemberRole.ClientOfficer, ""), oper());
        foreach (var n in Enumerable.Range(1, Clients))
        {
            await refunds.EnrolMemberAsync(Enrolment(Person("agent", n), MemberRole.Agent, Vendor), oper());
        }
        await refunds.CreateDelegationAsync(Grant(TimeProvider.System.GetUtcNow()), system.Headers(Officer)());
        await using var connection = new NpgsqlConnection(system.Stack.State.Services["refunds"].Database);
        await connection.OpenAsync();
        await IntakeBench.Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await IntakeBench.Execute(
            connection,
            $"""
            INSERT INTO payment (client_id, payment_id, ride_id, customer_id, amount, instrument, gateway_payment_key,
                approve_time, create_time, revision)
            SELECT '{Intake.Client}', lpad(n::text, 32, '0')::uuid, lpad(n::text, 32, '0')::uuid,
                lpad((n % 500)::text, 32, '0')::uuid, 100000000, 'Card', 'bench-' || n, now(), now(), 1
            FROM generate_series(1, {Payments}) AS n
            """
        );
    }

    private const string Vendor = "vendors/bench-desk";

    /// <summary>A database of the same tables with the same delegation, people and payments, and a sample of what the
    /// service wrote.</summary>
    private static async Task<string> Peer(BenchSystem system, string root, string name)
    {
        var database = await IntakeBench.Empty(system, "refunds", name);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await IntakeBench.Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await IntakeBench.Execute(connection, await File.ReadAllTextAsync(Script(root, "refund_sample.sql")));
        foreach (var table in new[] { "member", "policy_version", "delegation", "payment" })
        {
            var rows = await system.Ask<string>("refunds", $"SELECT json_agg(t) #>> '{{}}' FROM {table} t");
            await using var copy = new NpgsqlCommand(
                $"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, @rows::json)",
                connection
            );
            copy.Parameters.AddWithValue("rows", rows);
            await copy.ExecuteNonQueryAsync();
        }
        await IntakeBench.Execute(connection, "UPDATE delegation SET decision_count = 0; UPDATE payment SET held = 0");
        var sample = await system.Ask<string>(
            "refunds",
            """
            SELECT row_to_json(s) #>> '{}' FROM (
                SELECT r.decision, r.facts, r.debits, r.signed_request, r.request_hash, l.leaf, l.leaf_hash,
                    o.response, e.envelope
                FROM refund r JOIN audit_leaf l USING (client_id, refund_id)
                JOIN once o ON o.key LIKE '%CreateRefund%' || r.request_id
                JOIN outbox e ON e.subject LIKE '%' || r.refund_id LIMIT 1) AS s
            """
        );
        await using var insert = new NpgsqlCommand(
            "INSERT INTO sample SELECT * FROM json_populate_record(NULL::sample, @sample::json)",
            connection
        );
        insert.Parameters.AddWithValue("sample", sample);
        await insert.ExecuteNonQueryAsync();
        return database;
    }

    /// <summary>OK replies are committed refunds, each with its key, leaf and event; what the budget has counted is
    /// their sum.</summary>
    private static async Task<IReadOnlyList<string>> Findings(BenchSystem system, long replies) =>
        await Differing(
            system,
            "refunds",
            replies,
            [
                "SELECT count(*) FROM refund",
                "SELECT count(DISTINCT request_id) FROM refund",
                "SELECT count(*) FROM once WHERE key LIKE '%CreateRefund%' AND response IS NOT NULL",
                "SELECT count(*) FROM audit_leaf",
                "SELECT max(number) FROM audit_leaf",
                "SELECT count(*) FROM outbox WHERE type LIKE '%RefundAwaitingApproval'",
                "SELECT sum(held)::bigint FROM payment",
                "SELECT sum(amount)::bigint FROM ledger_entry WHERE account = 'PAYMENT_HELD'",
                .. Enumerable
                    .Range(1, 5)
                    .Select(n => $"SELECT sum(held)::bigint FROM budget_counter WHERE budget = 'each-{n}'"),
            ]
        );

    private static async Task<IReadOnlyList<string>> PeerFindings(BenchSystem system, long committed) =>
        await Differing(
            system,
            "peer",
            committed,
            [
                "SELECT count(*) FROM refund",
                "SELECT count(*) FROM once",
                "SELECT max(number) FROM audit_leaf",
                "SELECT count(*) FROM outbox",
                "SELECT sum(held)::bigint FROM payment",
                "SELECT sum(held)::bigint FROM budget_counter WHERE budget = 'each-2'",
            ]
        );

    private static async Task<IReadOnlyList<string>> Differing(
        BenchSystem system,
        string database,
        long expected,
        IReadOnlyList<string> questions
    )
    {
        var findings = new List<string>();
        foreach (var question in questions)
        {
            var count = await system.Ask<long>(database, question);
            if (count != expected)
            {
                findings.Add($"{database}: {expected} expected, {count} by {question}");
            }
        }
        return findings;
    }

    private static EnrolMemberRequest Enrolment(Token person, MemberRole role, string vendor) =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Member = new Member
            {
                Person = person.Subject,
                Vendor = vendor,
                Role = role,
                Level = 3,
                State = MemberState.Active,
            },
        };

    private static CreateDelegationRequest Grant(DateTimeOffset now) =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Delegation = new Delegation
            {
                Vendor = Vendor,
                StartTime = now.AddMinutes(-1).ToTimestamp(),
                ExpireTime = now.AddDays(1).ToTimestamp(),
                Clauses =
                {
                    new Clause
                    {
                        Id = "with-a-lead",
                        Effect = ClauseEffect.Permit,
                        Actions = { RefundAction.CardRefund },
                        Actors = { Actor.Agent },
                        Tier = Tier.T1,
                    },
                },
                Budgets =
                {
                    Budget(1, BudgetDimension.Agent),
                    Budget(2, BudgetDimension.Delegation),
                    Budget(3, BudgetDimension.Reason),
                    Budget(4, BudgetDimension.Customer),
                    Budget(5, BudgetDimension.Payment),
                },
            },
        };

    private static Budget Budget(int n, BudgetDimension dimension) =>
        new()
        {
            Id = $"each-{n}",
            Dimension = dimension,
            Window = BudgetWindow.CalendarMonth,
            LimitAmount = Won(1_000_000_000),
        };

    private static Token Person(string role, int n) =>
        Token.Person(role, Guid.Parse(Id(n)), Intake.Client) with
        {
            Vendor = role == "agent" ? Vendor : null,
        };

    private static string Id(int n) => Guid.ParseExact(n.ToString("D32", CultureInfo.InvariantCulture), "N").ToString();

    private static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    private static Type.V1.Money Won(long won) => new() { CurrencyCode = "KRW", Units = won };

    private static string Script(string root, string name) => Path.Combine(root, "tools/Bench/pgbench", name);
}
