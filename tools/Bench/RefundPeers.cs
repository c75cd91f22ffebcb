using Npgsql;

namespace Mobility.Bench;

/// <summary>Databases for those who do what CreateRefund does, and what has to be in each of them in the end.</summary>
internal static class RefundPeers
{
    /// <summary>A database of the same tables with the same delegation, people and payments, and a sample of what the
    /// service wrote.</summary>
    public static async Task<string> Make(BenchSystem system, string root, string name)
    {
        var database = await IntakeBench.Empty(system, "refunds", name);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await IntakeBench.Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await IntakeBench.Execute(
            connection,
            await File.ReadAllTextAsync(RefundBench.Script(root, "refund_sample.sql"))
        );
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
    public static async Task<IReadOnlyList<string>> OfService(BenchSystem system, long replies) =>
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
                    .Select(n => $"SELECT sum(amount)::bigint FROM budget_counter WHERE budget = 'each-{n}'"),
            ]
        );

    public static async Task<IReadOnlyList<string>> OfPeer(BenchSystem system, string database, long committed) =>
        await Differing(
            system,
            database,
            committed,
            [
                "SELECT count(*) FROM refund",
                "SELECT count(*) FROM once",
                "SELECT max(number) FROM audit_leaf",
                "SELECT count(*) FROM outbox",
                "SELECT sum(held)::bigint FROM payment",
                "SELECT sum(amount)::bigint FROM budget_counter WHERE budget = 'each-2'",
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
}
