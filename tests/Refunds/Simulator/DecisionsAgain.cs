using System.Collections.Immutable;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Budget = Mobility.Refunds.Budget;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>
/// Takes the decisions of each delegation in the order of their commits, makes each again from what is stored of it,
/// and compares what the budgets had counted with two counts of its own: in the service's buckets, and in plain windows
/// of time that no bucket rounds.
/// </summary>
internal static class DecisionsAgain
{
    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);

    public static async Task Agree(SimulatedService service, string clientId)
    {
        var rows = await service.Rows<Row>(
            clientId,
            """
            WITH decided AS (
                SELECT client_id, refund_id, 0 AS step, decision, facts FROM refund
                UNION ALL
                SELECT client_id, refund_id, 1, decision, facts FROM evidence_decision)
            SELECT l.delegation_id, l.step, l.leaf, l.leaf_hash, d.facts, d.decision,
                r.state, r.update_time, (
                    SELECT max(e.create_time) FROM ledger_entry e
                    WHERE e.client_id = r.client_id AND e.refund_id = r.refund_id AND e.kind = 'RETURN'
                ) AS return_time, (
                    SELECT p.policy::text FROM policy_version p
                    WHERE p.client_id = l.client_id AND p.delegation_id = l.delegation_id
                        AND p.policy_hash = d.decision::jsonb ->> 'policyHash'
                    LIMIT 1) AS policy
            FROM audit_leaf l JOIN refund r USING (client_id, refund_id)
            JOIN decided d USING (client_id, refund_id, step)
            WHERE l.client_id = @ClientId AND l.delegation_id IS NOT NULL
            ORDER BY l.create_time, l.delegation_id, l.number
            """
        );
        var admitted = new List<Admitted>();
        foreach (var row in rows)
        {
            Agree(row, admitted);
        }
    }

    private static void Agree(Row row, List<Admitted> admitted)
    {
        var facts = RefundFacts.FromJson(row.Facts);
        var policy = Policy.FromJson(row.Policy);
        Assert.Equal(row.LeafHash, SignedRequest.Hash(row.Leaf));
        Assert.Contains(SignedRequest.Hash(row.Facts), row.Leaf, StringComparison.Ordinal);

        var all = Standing(admitted, time => time > facts.Now).ToList();
        var active = all.Where(one => one.DelegationId == row.DelegationId).ToList();
        IsCounted(row, policy, facts, all, admitted);

        var again = RefundRules.Decide(policy, facts, ReasonCatalogue.Current);
        var stored = Google.Protobuf.JsonParser.Default.Parse<Mobility.Refunds.V1.Decision>(row.Decision);
        Assert.Equal(stored.FailedConditions.Select(one => one.Code), again.Failed.Select(one => one.Code));
        Assert.Equal(stored.Clause, again.Clause);
        if (!again.Admitted)
        {
            Assert.True(again.NeedsEvidence || row.State == "Denied", row.State);
            return;
        }
        // By a sum of its own: parts do not pass where their whole would not.
        var inAll = (facts.Payment?.Settled ?? 0) + (facts.Payment?.Held ?? 0) + facts.Request.Amount;
        var most = policy.Clauses.Single(clause => clause.Id == again.Clause).MaxAmount ?? long.MaxValue;
        Assert.True(inAll <= most, $"clause {again.Clause} was exceeded at {facts.Now:O}");
        foreach (var debit in again.Debits.Where(debit => debit.IsClientWide))
        {
            var from = facts.Now.AddHours(-policy.SplittingWindowHours);
            var others = all.Where(one => one.At > from && one.IsCountedWith(debit));
            Assert.True(
                others.Sum(one => one.Amount) + facts.Request.Amount <= most,
                $"clause {again.Clause} was exceeded by parts at {facts.Now:O}"
            );
        }
        foreach (var debit in again.Debits.Where(debit => !debit.IsClientWide))
        {
            var budget = policy.Budgets.Single(one => one.Id == debit.Budget);
            var before = active.Where(one => one.IsIn(budget, debit.Key, facts.Now)).ToList();
            // Beyond one that escalates an officer has to agree; that one did before it was sent, the judge looks at.
            Assert.True(
                (budget.OnBreach == BreachAction.Escalate && again.Approvers.Contains(MemberRole.ClientOfficer))
                    || (
                        facts.Request.Amount == 0
                        || before.Sum(one => one.Amount) + facts.Request.Amount <= (budget.LimitAmount ?? long.MaxValue)
                    )
                        && before.Count + 1 <= (budget.LimitCount ?? int.MaxValue),
                $"budget {budget.Id} was exceeded at {facts.Now:O}"
            );
        }
        var released = row.State is "Denied" or "Declined" or "Expired" or "Withdrawn" or "Failed";
        var until = released ? row.UpdateTime : (DateTimeOffset?)null;
        admitted.Add(
            new Admitted(row.DelegationId, facts.Now, facts.Request.Amount, again.Debits, until, row.ReturnTime)
        );
    }

    /// <summary>What was admitted and not let go yet; of what came back what is the delegation's alone.</summary>
    private static IEnumerable<Admitted> Standing(IEnumerable<Admitted> admitted, Func<DateTimeOffset, bool> isLater) =>
        admitted
            .Where(one => one.Released is not { } time || isLater(time))
            .Select(one =>
                one.Returned is not { } time || isLater(time)
                    ? one
                    : one with
                    {
                        Debits = [.. one.Debits.Where(debit => !debit.IsClientWide)],
                    }
            );

    /// <summary>What the budgets had counted is what all that was admitted and not let go comes to.</summary>
    private static void IsCounted(
        Row row,
        Policy policy,
        RefundFacts facts,
        List<Admitted> active,
        List<Admitted> admitted
    )
    {
        var counted = Uses(active, row, policy, facts);
        if (row.Step == 0)
        {
            Assert.Equal(
                counted.OrderBy(use => use.Key, StringComparer.Ordinal),
                facts.Uses.OrderBy(use => use.Key, StringComparer.Ordinal)
            );
            return;
        }
        // The job that decides when evidence came lets go of others at the same instant, before it or after.
        var held = Standing(admitted, time => time >= facts.Now);
        var atMost = Uses(held, row, policy, facts);
        Assert.Equal(counted.Keys.Order(StringComparer.Ordinal), facts.Uses.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            facts.Uses,
            use =>
            {
                Assert.InRange(use.Value.Amount, counted[use.Key].Amount, atMost[use.Key].Amount);
                Assert.InRange(use.Value.Count, counted[use.Key].Count, atMost[use.Key].Count);
            }
        );
    }

    private static Dictionary<string, BudgetUse> Uses(
        IEnumerable<Admitted> held,
        Row row,
        Policy policy,
        RefundFacts facts
    )
    {
        var counts = new BudgetCounts([]);
        foreach (var one in held)
        {
            var own = one.DelegationId == row.DelegationId;
            counts.Hold(one.Debits.Where(slot => own || slot.IsClientWide), one.Amount);
        }
        return counts.Uses(BudgetRoom.Slots(policy, facts)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>What was admitted, until it was let go, or came back.</summary>
    private sealed record Admitted(
        Guid DelegationId,
        DateTimeOffset At,
        long Amount,
        ImmutableArray<BudgetSlot> Debits,
        DateTimeOffset? Released,
        DateTimeOffset? Returned
    )
    {
        /// <summary>Is it of the same customer, or in the same case?</summary>
        public bool IsCountedWith(BudgetSlot slot) =>
            Debits.Any(debit => debit.Budget == slot.Budget && debit.Key == slot.Key);

        /// <summary>Does the window of the budget that now lies in hold it?</summary>
        public bool IsIn(Budget budget, string key, DateTimeOffset now)
        {
            if (!Debits.Any(debit => debit.Budget == budget.Id && debit.Key == key))
            {
                return false;
            }
            var (at, today) = (At.ToOffset(Korea).Date, now.ToOffset(Korea).Date);
            return budget.Window switch
            {
                BudgetWindow.CalendarDay => at == today,
                BudgetWindow.CalendarWeek => Monday(at) == Monday(today),
                BudgetWindow.CalendarMonth => (at.Year, at.Month) == (today.Year, today.Month),
                BudgetWindow.RollingHours => At > now.AddHours(-budget.WindowHours),
                _ => true,
            };
        }

        private static DateTime Monday(DateTime day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
    }

    private sealed record Row
    {
        public required Guid DelegationId { get; init; }
        public required int Step { get; init; }
        public required string Leaf { get; init; }
        public required string LeafHash { get; init; }
        public required string Facts { get; init; }
        public required string Decision { get; init; }
        public required string State { get; init; }
        public required DateTimeOffset UpdateTime { get; init; }
        public DateTimeOffset? ReturnTime { get; init; }
        public required string Policy { get; init; }
    }
}
