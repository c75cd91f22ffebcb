using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What budgets have counted.</summary>
public static class BudgetTable
{
    /// <summary>The use of each slot by budget id. Admissions lock, in the order of the key;
    /// quotes only look.</summary>
    public static async Task<Dictionary<string, BudgetUse>> Uses(
        Tx tx,
        Guid delegationId,
        IReadOnlyCollection<BudgetSlot> slots,
        bool locked
    )
    {
        var args = new
        {
            tx.ClientId,
            delegationId,
            Budgets = slots.Select(slot => slot.Budget).ToArray(),
            Keys = slots.Select(slot => slot.Key).ToArray(),
            Froms = slots.Select(slot => slot.From.UtcDateTime).ToArray(),
            Untils = slots.Select(slot => (slot.Until ?? DateTimeOffset.MaxValue).UtcDateTime).ToArray(),
        };
        var rows = locked
            ? await tx.List<CounterRow>(
                """
                SELECT c.budget, c.held + c.settled AS amount, c.held_count + c.settled_count AS count
                FROM budget_counter c
                JOIN unnest(@Budgets::text[], @Keys::text[], @Froms::timestamptz[], @Untils::timestamptz[])
                    AS s (budget, key, from_time, until_time)
                    ON c.budget = s.budget AND c.key = s.key AND c.bucket >= s.from_time AND c.bucket < s.until_time
                WHERE c.client_id = @ClientId AND c.delegation_id = @delegationId
                ORDER BY c.budget, c.key, c.bucket FOR NO KEY UPDATE OF c
                """,
                args
            )
            : await tx.List<CounterRow>(
                """
                SELECT c.budget, c.held + c.settled AS amount, c.held_count + c.settled_count AS count
                FROM budget_counter c
                JOIN unnest(@Budgets::text[], @Keys::text[], @Froms::timestamptz[], @Untils::timestamptz[])
                    AS s (budget, key, from_time, until_time)
                    ON c.budget = s.budget AND c.key = s.key AND c.bucket >= s.from_time AND c.bucket < s.until_time
                WHERE c.client_id = @ClientId AND c.delegation_id = @delegationId
                """,
                args
            );
        var uses = slots.ToDictionary(slot => slot.Budget, _ => new BudgetUse(0, 0), StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var use = uses[row.Budget];
            uses[row.Budget] = new BudgetUse(use.Amount + row.Amount, use.Count + row.Count);
        }
        return uses;
    }

    /// <summary>Holds an amount and one refund in each slot.</summary>
    public static Task<int> Hold(Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots, long amount) =>
        tx.Execute(
            """
            INSERT INTO budget_counter AS c (client_id, delegation_id, budget, key, bucket, held, held_count)
            SELECT @ClientId, @delegationId, s.budget, s.key, s.bucket, @amount, 1
            FROM unnest(@Budgets::text[], @Keys::text[], @Buckets::timestamptz[]) AS s (budget, key, bucket)
            ORDER BY s.budget, s.key, s.bucket
            ON CONFLICT (client_id, delegation_id, budget, key, bucket)
                DO UPDATE SET held = c.held + excluded.held, held_count = c.held_count + 1
            """,
            Places(tx, delegationId, slots, amount)
        );

    /// <summary>Makes what is held in each slot settled, or lets it go,
    /// where it was held and not where today counts.</summary>
    public static async Task End(
        Tx tx,
        Guid delegationId,
        IReadOnlyCollection<BudgetSlot> slots,
        long amount,
        bool settle
    )
    {
        // Locked in the order of the key first: an UPDATE that joins takes rows in any order.
        await tx.List<int>(
            """
            SELECT 1 FROM budget_counter c
            JOIN unnest(@Budgets::text[], @Keys::text[], @Buckets::timestamptz[]) AS s (budget, key, bucket)
                ON c.budget = s.budget AND c.key = s.key AND c.bucket = s.bucket
            WHERE c.client_id = @ClientId AND c.delegation_id = @delegationId
            ORDER BY c.budget, c.key, c.bucket FOR NO KEY UPDATE OF c
            """,
            Places(tx, delegationId, slots, amount)
        );
        await tx.Execute(
            """
            UPDATE budget_counter c SET held = c.held - @amount, held_count = c.held_count - 1,
                settled = c.settled + CASE WHEN @settle THEN @amount ELSE 0 END,
                settled_count = c.settled_count + CASE WHEN @settle THEN 1 ELSE 0 END
            FROM unnest(@Budgets::text[], @Keys::text[], @Buckets::timestamptz[]) AS s (budget, key, bucket)
            WHERE c.client_id = @ClientId AND c.delegation_id = @delegationId
                AND c.budget = s.budget AND c.key = s.key AND c.bucket = s.bucket
            """,
            Places(tx, delegationId, slots, amount, settle)
        );
    }

    /// <summary>What is left now in the budgets that count the delegation as a whole.</summary>
    public static async Task<IReadOnlyList<BudgetBalance>> DelegationWide(
        Tx tx,
        ClientProfile client,
        DelegationRow row
    )
    {
        var whole = row.Policy().Budgets.Where(budget => budget.Dimension == BudgetDimension.Delegation).ToList();
        var slots = whole.ToDictionary(
            budget => budget.Id,
            budget => BudgetSlot.At(budget, "", tx.Now, client.TimeZone),
            StringComparer.Ordinal
        );
        var uses = await Uses(tx, row.DelegationId, slots.Values, locked: false);
        return
        [
            .. whole
                .Select(budget => new BudgetRoom(budget, slots[budget.Id], uses[budget.Id]).Left(0, 0))
                .Select(left => Wire(left, client.Currency)),
        ];
    }

    public static BudgetBalance Wire(BudgetLeft left, string currency) =>
        new()
        {
            Budget = left.Slot.Budget,
            WindowStartTime = left.Slot.IsLifetime ? null : left.Slot.From.ToTimestamp(),
            WindowEndTime = left.Slot.IsLifetime ? null : left.Slot.End.ToTimestamp(),
            LeftAmount = left.Amount is { } amount ? new Money(amount, currency).ToWire() : null,
            LeftCount = left.Count ?? -1,
        };

    private static object Places(
        Tx tx,
        Guid delegationId,
        IReadOnlyCollection<BudgetSlot> slots,
        long amount,
        bool settle = false
    ) =>
        new
        {
            tx.ClientId,
            delegationId,
            amount,
            settle,
            Budgets = slots.Select(slot => slot.Budget).ToArray(),
            Keys = slots.Select(slot => slot.Key).ToArray(),
            Buckets = slots.Select(slot => slot.Bucket.UtcDateTime).ToArray(),
        };

    private sealed record CounterRow
    {
        public required string Budget { get; init; }
        public required long Amount { get; init; }
        public required long Count { get; init; }
    }
}
