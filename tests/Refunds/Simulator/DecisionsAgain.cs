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
            SELECT l.delegation_id, l.leaf, l.leaf_hash, r.facts::text AS facts, r.decision::text AS decision,
                r.state, r.update_time, (
                    SELECT p.policy::text FROM policy_version p
                    WHERE p.client_id = l.client_id AND p.delegation_id = l.delegation_id
                        AND p.policy_hash = r.decision ->> 'policyHash'
                    LIMIT 1) AS policy
            FROM audit_leaf l JOIN refund r USING (client_id, refund_id)
            WHERE l.client_id = @ClientId AND l.step = 0 AND l.delegation_id IS NOT NULL
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
        Assert.Contains(SignedRequest.Hash(facts.ToJson()), row.Leaf, StringComparison.Ordinal);

        var all = admitted.Where(one => one.Released is not { } time || time > facts.Now).ToList();
        var active = all.Where(one => one.DelegationId == row.DelegationId).ToList();
        var counts = new BudgetCounts([]);
        active.ForEach(one => counts.Hold(one.Debits.Where(slot => !slot.IsClientWide), one.Amount));
        all.ForEach(one => counts.Hold(one.Debits.Where(slot => slot.IsClientWide), one.Amount));
        Assert.Equal(
            counts.Uses(BudgetRoom.Slots(policy, facts)).OrderBy(use => use.Key, StringComparer.Ordinal),
            facts.Uses.OrderBy(use => use.Key, StringComparer.Ordinal)
        );

        var again = RefundRules.Decide(policy, facts, ReasonCatalogue.Current);
        var stored = Google.Protobuf.JsonParser.Default.Parse<Mobility.Refunds.V1.Decision>(row.Decision);
        Assert.Equal(stored.FailedConditions.Select(one => one.Code), again.Failed.Select(one => one.Code));
        Assert.Equal(stored.Clause, again.Clause);
        if (!again.Admitted)
        {
            Assert.Equal("Denied", row.State);
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
        admitted.Add(new Admitted(row.DelegationId, facts.Now, facts.Request.Amount, again.Debits, until));
    }

    /// <summary>What was admitted, until it was let go.</summary>
    private sealed record Admitted(
        Guid DelegationId,
        DateTimeOffset At,
        long Amount,
        ImmutableArray<BudgetSlot> Debits,
        DateTimeOffset? Released
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
        public required string Leaf { get; init; }
        public required string LeafHash { get; init; }
        public required string Facts { get; init; }
        public required string Decision { get; init; }
        public required string State { get; init; }
        public required DateTimeOffset UpdateTime { get; init; }
        public required string Policy { get; init; }
    }
}
