using Google.Protobuf;
using Mobility.Holidays;
using Mobility.Platform.Data;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Decision = Mobility.Refunds.V1.Decision;

namespace Mobility.Tests.Refunds;

/// <summary>
/// Takes all leaves in the order of their commits, of admissions, of evidence that came and of approvals, and makes
/// each decision again from what is stored of it: the same outcome under the same policy, and word for word the same
/// leaf. What the budgets had counted is left to <see cref="DecisionReplay"/>.
/// </summary>
internal static class LeafReplay
{
    /// <summary>How many decisions of the client were made again.</summary>
    public static async Task<int> Agrees(Db db, string clientId)
    {
        var rows = await db.InTransaction(
            clientId,
            tx =>
                tx.List<Row>(
                    """
                    WITH decided AS (
                        SELECT r.client_id, r.refund_id, 0 AS step, r.decision, r.facts, e.asked_hash AS request_hash
                        FROM refund r LEFT JOIN evidence_decision e USING (client_id, refund_id)
                        UNION ALL
                        SELECT client_id, refund_id, 1, decision, facts, NULL FROM evidence_decision
                        UNION ALL
                        SELECT client_id, refund_id, step, decision, facts, request_hash FROM approval)
                    SELECT l.leaf, l.leaf_hash, l.step, l.refund_id, d.facts, d.decision,
                        r.signed_request, e.refund_id IS NOT NULL AND l.step = 0 AS lacked,
                        coalesce(d.request_hash, r.request_hash) AS request_hash, (
                            SELECT p.policy::text FROM policy_version p
                            WHERE p.client_id = l.client_id AND p.delegation_id = l.delegation_id
                                AND p.policy_hash = d.decision::jsonb ->> 'policyHash'
                            LIMIT 1) AS policy
                    FROM audit_leaf l JOIN refund r USING (client_id, refund_id)
                    JOIN decided d USING (client_id, refund_id, step)
                    LEFT JOIN evidence_decision e USING (client_id, refund_id)
                    WHERE l.client_id = @ClientId
                    ORDER BY l.delegation_id, l.number
                    """,
                    new { tx.ClientId }
                ),
            CancellationToken.None
        );
        Assert.All(rows, row => Agrees(row, db.Holidays));
        return rows.Count;
    }

    private static void Agrees(Row row, HolidayCalendars holidays)
    {
        var facts = RefundFacts.FromJson(row.Facts);
        var stored = JsonParser.Default.Parse<Decision>(row.Decision);
        var policy = row.Policy is { } text ? Policy.FromJson(text) : null;

        var again = RefundRules.Decide(policy, facts, ReasonCatalogue.Current);

        Assert.Equal(
            stored.Outcome,
            again.Allowed ? DecisionOutcome.Allowed
                : again.Admitted ? DecisionOutcome.NeedsApproval
                : again.NeedsEvidence ? DecisionOutcome.NeedsEvidence
                : DecisionOutcome.Denied
        );
        Assert.Equal(stored.FailedConditions.Select(one => one.Code), again.Failed.Select(one => one.Code));
        // What is owed by law is counted by the calendar that the decision names, whichever is in force by now.
        var calendar = stored.CalendarVersion.Length > 0 ? holidays.Find(stored.CalendarVersion) : holidays.Current;
        Assert.Equal(stored.DueTime?.ToDateTimeOffset(), StatutoryClock.DueOf(facts, calendar!));
        foreach (var debit in again.Allowed ? again.Debits : [])
        {
            Assert.True(!IsBeyond(policy!, facts, debit) || facts.Agreed.Contains(MemberRole.ClientOfficer), row.Facts);
        }
        // Who agreed has signed what was decided on.
        var signed = SignedRequest.Read(row.SignedRequest).On(facts, stored.PolicyHash);
        // Which vehicle it was only the record of the ride said.
        signed = row.Lacked ? signed with { Vehicle = facts.Ride?.Vehicle ?? "" } : signed;
        Assert.Equal(row.RequestHash, signed.Hash());
        var leaf = new AuditLeaf(
            row.RefundId.ToString(),
            row.Step,
            row.RequestHash,
            SignedRequest.Hash(row.Facts),
            stored.PolicyHash,
            stored.Epoch,
            stored.Outcome.ToString(),
            again.Clause,
            facts.Now
        );
        Assert.Equal((leaf.ToJson(), SignedRequest.Hash(leaf.ToJson())), (row.Leaf, row.LeafHash));
    }

    /// <summary>Is it beyond a budget that escalates?</summary>
    private static bool IsBeyond(Policy policy, RefundFacts facts, BudgetSlot debit)
    {
        if (policy.Budgets.FirstOrDefault(one => one.Id == debit.Budget) is not { OnBreach: BreachAction.Escalate } one)
        {
            return false;
        }
        var (use, own) = (facts.Uses[one.Id], facts.HeldIn.Contains(debit) ? 0 : 1);
        var won = facts.Request.Amount;
        return (won > 0 && use.Amount + (own * won) > one.LimitAmount) || use.Count + own > one.LimitCount;
    }

    private sealed record Row
    {
        public required string Leaf { get; init; }
        public required string LeafHash { get; init; }
        public required int Step { get; init; }
        public required Guid RefundId { get; init; }
        public required string RequestHash { get; init; }
        public required string SignedRequest { get; init; }
        public required bool Lacked { get; init; }
        public required string Facts { get; init; }
        public required string Decision { get; init; }
        public string? Policy { get; init; }
    }
}
