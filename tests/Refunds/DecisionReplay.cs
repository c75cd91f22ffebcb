using Mobility.Refunds;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The checker: takes the decisions of a delegation in the order of their commits, as their leaves number them, makes
/// each again from what is stored of it, and compares what the budgets had counted with a model that counts by itself.
/// For histories in which nothing that was held is let go.
/// </summary>
internal static class DecisionReplay
{
    public static async Task Agrees(RefundsHouse house, Guid delegation)
    {
        var rows = await house.Rows<Row>(
            """
            SELECT l.number, l.leaf, l.leaf_hash, r.facts, r.decision, r.debits, p.policy::text AS policy
            FROM audit_leaf l
            JOIN refund r USING (client_id, refund_id)
            JOIN policy_version p ON p.client_id = l.client_id AND p.delegation_id = l.delegation_id
                AND p.policy_hash = r.decision::jsonb ->> 'policyHash'
            WHERE l.delegation_id = @delegation AND l.step = 0 ORDER BY l.number
            """,
            new { delegation }
        );
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(n => (long)n), rows.Select(row => row.Number));
        var counts = new BudgetCounts([]);
        foreach (var row in rows)
        {
            var facts = RefundFacts.FromJson(row.Facts);
            Assert.Equal(row.LeafHash, SignedRequest.Hash(row.Leaf));
            Assert.Contains(SignedRequest.Hash(row.Facts), row.Leaf, StringComparison.Ordinal);

            var policy = Policy.FromJson(row.Policy);
            var counted = counts.Uses(BudgetRoom.Slots(policy, facts));
            Assert.Equal(counted.Order(Comparer()), facts.Uses.Order(Comparer()));

            var again = RefundRules.Decide(policy, facts, ReasonCatalogue.Current);
            var stored = Google.Protobuf.JsonParser.Default.Parse<Mobility.Refunds.V1.Decision>(row.Decision);
            Assert.Equal(stored.FailedConditions.Select(one => one.Code), again.Failed.Select(one => one.Code));
            Assert.Equal(stored.Clause, again.Clause);
            Assert.Equal(BudgetSlot.ToJson(again.Debits), BudgetSlot.ToJson(BudgetSlot.FromJson(row.Debits)));
            counts.Hold(again.Debits, facts.Request.Amount);
        }
    }

    private static Comparer<KeyValuePair<string, BudgetUse>> Comparer() =>
        Comparer<KeyValuePair<string, BudgetUse>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private sealed record Row
    {
        public required long Number { get; init; }
        public required string Leaf { get; init; }
        public required string LeafHash { get; init; }
        public required string Facts { get; init; }
        public required string Decision { get; init; }
        public required string Debits { get; init; }
        public required string Policy { get; init; }
    }
}
