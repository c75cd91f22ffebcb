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
        IReadOnlyList<BudgetCount> counts;
        if (locked)
        {
            var round = tx.NewRound();
            var read = Locked(round, tx, delegationId, slots);
            await round.Run();
            counts = read();
        }
        else
        {
            counts = await tx.List<BudgetCount>(
                """
                SELECT c.budget, c.key, c.bucket, c.amount, c.count
                FROM unnest(@Delegations::uuid[], @Budgets::text[], @Keys::text[],
                        @Froms::timestamptz[], @Untils::timestamptz[])
                    AS s (delegation_id, budget, key, from_time, until_time)
                CROSS JOIN LATERAL (
                    SELECT x.budget, x.key, x.bucket, x.amount, x.count FROM budget_counter x
                    WHERE x.client_id = @ClientId AND x.delegation_id = s.delegation_id AND x.budget = s.budget
                        AND x.key = s.key AND x.bucket >= s.from_time AND x.bucket < s.until_time
                    OFFSET 0) AS c
                """,
                Stretches(tx, delegationId, slots)
            );
        }
        return new BudgetCounts(counts).Uses(slots);
    }

    /// <summary>
    /// What is counted in the stretches of the slots, locked in the order of the key. Each is looked up by the key, not
    /// joined: whoever stops the delegation waits as long as this takes, and no plan may read all that it counted.
    /// </summary>
    public static Func<IReadOnlyList<BudgetCount>> Locked(
        Round round,
        Tx tx,
        Guid delegationId,
        IReadOnlyCollection<BudgetSlot> slots
    )
    {
        LockShared(round, tx, slots);
        return round.List<BudgetCount>(
            """
            SELECT c.budget, c.key, c.bucket, c.amount, c.count
            FROM (
                SELECT * FROM unnest(@Delegations::uuid[], @Budgets::text[], @Keys::text[],
                        @Froms::timestamptz[], @Untils::timestamptz[])
                    AS u (delegation_id, budget, key, from_time, until_time)
                ORDER BY u.budget, u.key, u.from_time) AS s
            CROSS JOIN LATERAL (
                SELECT x.budget, x.key, x.bucket, x.amount, x.count FROM budget_counter x
                WHERE x.client_id = @ClientId AND x.delegation_id = s.delegation_id AND x.budget = s.budget
                    AND x.key = s.key AND x.bucket >= s.from_time AND x.bucket < s.until_time
                ORDER BY x.bucket FOR NO KEY UPDATE) AS c
            """,
            Stretches(tx, delegationId, slots)
        );
    }

    /// <summary>
    /// Decisions about one customer or case take turns under whichever delegation: the delegation's own lock says
    /// nothing to another vendor's, and the row to lock may not be there yet, or be the one of an hour ago. In one
    /// order, behind the delegation and before all rows that count; what only ends a hold lets sums shrink and needs
    /// none.
    /// </summary>
    private static void LockShared(Round round, Tx tx, IReadOnlyCollection<BudgetSlot> slots)
    {
        var keys = slots.Where(slot => slot.IsClientWide).Select(slot => $"{tx.ClientId} {slot.Budget} {slot.Key}");
        if (keys.ToArray() is { Length: > 0 } shared)
        {
            round.One<string>(
                """
                SELECT string_agg(pg_advisory_xact_lock(7223, s.hash)::text, '')
                FROM (SELECT DISTINCT hashtext(k) AS hash FROM unnest(@shared::text[]) AS u (k) ORDER BY 1) AS s
                """,
                new { shared }
            );
        }
    }

    /// <summary>Holds an amount and one refund in each slot, with the commit.</summary>
    public static void Hold(Tx tx, Guid delegationId, IEnumerable<BudgetSlot> slots, long amount) =>
        Hold(tx.Last, tx, delegationId, [.. slots.Select(slot => (slot, amount, 1L))]);

    /// <summary>Holds a sum, and how many refunds it is of, in each slot; no slot comes twice.</summary>
    public static void Hold(
        Round round,
        Tx tx,
        Guid delegationId,
        IReadOnlyCollection<(BudgetSlot Slot, long Amount, long Count)> sums
    ) =>
        round.Execute(
            """
            INSERT INTO budget_counter AS c (client_id, delegation_id, budget, key, bucket, amount, count)
            SELECT @ClientId, s.delegation_id, s.budget, s.key, s.bucket, s.amount, s.count
            FROM unnest(
                    @Delegations::uuid[], @Budgets::text[], @Keys::text[], @Buckets::timestamptz[], @Amounts::bigint[],
                    @Counts::bigint[])
                AS s (delegation_id, budget, key, bucket, amount, count)
            ORDER BY s.budget, s.key, s.bucket
            ON CONFLICT (client_id, delegation_id, budget, key, bucket)
                DO UPDATE SET amount = c.amount + excluded.amount, count = c.count + excluded.count
            """,
            new
            {
                tx.ClientId,
                Delegations = sums.Select(sum => Holder(sum.Slot, delegationId)).ToArray(),
                Budgets = sums.Select(sum => sum.Slot.Budget).ToArray(),
                Keys = sums.Select(sum => sum.Slot.Key).ToArray(),
                Buckets = sums.Select(sum => sum.Slot.Bucket.UtcDateTime).ToArray(),
                Amounts = sums.Select(sum => sum.Amount).ToArray(),
                Counts = sums.Select(sum => sum.Count).ToArray(),
            }
        );

    /// <summary>Lets an amount and one refund go in each slot, with the commit, where it was counted and not where
    /// today counts.</summary>
    public static void Release(Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots, long amount)
    {
        // An UPDATE that joins takes rows in any order.
        Lock(tx.Last, tx, delegationId, slots);
        tx.Last.Execute(
            """
            UPDATE budget_counter c SET amount = c.amount - @amount, count = c.count - 1
            FROM unnest(@Delegations::uuid[], @Budgets::text[], @Keys::text[], @Buckets::timestamptz[])
                AS s (delegation_id, budget, key, bucket)
            WHERE c.client_id = @ClientId AND c.delegation_id = s.delegation_id
                AND c.budget = s.budget AND c.key = s.key AND c.bucket = s.bucket
            """,
            Places(tx, delegationId, slots, amount)
        );
    }

    /// <summary>Locks what counts in each slot, in the order of the key.</summary>
    public static async Task Lock(Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots)
    {
        var round = tx.NewRound();
        Lock(round, tx, delegationId, slots);
        await round.Run();
    }

    private static void Lock(Round round, Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots) =>
        round.List<int>(
            """
            SELECT c.is_locked FROM (
                SELECT * FROM unnest(@Delegations::uuid[], @Budgets::text[], @Keys::text[], @Buckets::timestamptz[])
                    AS u (delegation_id, budget, key, bucket)
                ORDER BY u.budget, u.key, u.bucket) AS s
            CROSS JOIN LATERAL (
                SELECT 1 AS is_locked FROM budget_counter x
                WHERE x.client_id = @ClientId AND x.delegation_id = s.delegation_id AND x.budget = s.budget
                    AND x.key = s.key AND x.bucket = s.bucket
                FOR NO KEY UPDATE) AS c
            """,
            Places(tx, delegationId, slots)
        );

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
            // Narrowed below what is used it would look like none that is limited.
            LeftCount = left.Count is { } count ? Math.Max(0, count) : -1,
        };

    // What the client's delegations share has the row of none.
    private static Guid Holder(BudgetSlot slot, Guid delegationId) => slot.IsClientWide ? Guid.Empty : delegationId;

    private static object Places(Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots, long amount = 0) =>
        new
        {
            tx.ClientId,
            amount,
            Delegations = slots.Select(slot => Holder(slot, delegationId)).ToArray(),
            Budgets = slots.Select(slot => slot.Budget).ToArray(),
            Keys = slots.Select(slot => slot.Key).ToArray(),
            Buckets = slots.Select(slot => slot.Bucket.UtcDateTime).ToArray(),
        };

    private static object Stretches(Tx tx, Guid delegationId, IReadOnlyCollection<BudgetSlot> slots) =>
        new
        {
            tx.ClientId,
            Delegations = slots.Select(slot => Holder(slot, delegationId)).ToArray(),
            Budgets = slots.Select(slot => slot.Budget).ToArray(),
            Keys = slots.Select(slot => slot.Key).ToArray(),
            Froms = slots.Select(slot => slot.From.UtcDateTime).ToArray(),
            Untils = slots.Select(slot => (slot.Until ?? DateTimeOffset.MaxValue).UtcDateTime).ToArray(),
        };
}
