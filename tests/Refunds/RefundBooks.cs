using Mobility.Platform.Data;

namespace Mobility.Tests.Refunds;

/// <summary>What the books of a database do not explain; empty when they balance.</summary>
internal static class RefundBooks
{
    /// <summary>Payments, budgets and ledger beside the refunds that they speak of.</summary>
    public static Task<IReadOnlyList<string>> Unbalanced(Db db) =>
        List(
            db,
            """
            WITH under_way AS (
                SELECT * FROM refund
                WHERE state IN ('AwaitingApproval', 'Approved', 'Dispatching', 'PendingAtGateway', 'Unconfirmed',
                    'UnderReview')),
            drawn AS (
                SELECT r.amount, d->>'budget' AS budget FROM refund r, jsonb_array_elements(r.debits::jsonb) d
                WHERE r.state NOT IN ('AwaitingEvidence', 'Denied', 'Declined', 'Expired', 'Withdrawn', 'Failed')
                    AND NOT (d->>'budget' LIKE 'client:%' AND r.state IN ('Returned', 'Closed')))
            SELECT 'payment ' || p.payment_id FROM payment p
            WHERE p.settled + p.held > p.amount OR p.held <> coalesce(
                (SELECT sum(u.amount) FROM under_way u WHERE u.payment_id = p.payment_id), 0)
            UNION ALL
            SELECT 'settled of ' || p.payment_id FROM payment p
            WHERE p.settled - p.external <> coalesce(
                (SELECT sum(r.amount) FROM refund r WHERE r.payment_id = p.payment_id AND r.state = 'Settled'), 0)
            UNION ALL
            SELECT 'budget ' || c.budget FROM budget_counter c GROUP BY c.budget
            HAVING (sum(c.amount), sum(c.count)) <> (
                    SELECT coalesce(sum(d.amount), 0), count(*) FROM drawn d WHERE d.budget = c.budget)
            UNION ALL
            SELECT 'ledger of ' || l.refund_id FROM ledger_entry l GROUP BY l.refund_id, l.kind
            HAVING sum(l.amount) <> 0
            UNION ALL
            SELECT 'ends of ' || l.refund_id FROM ledger_entry l
            GROUP BY l.refund_id
            HAVING count(*) FILTER (WHERE l.account = 'PAYMENT_HELD' AND l.kind = 'HOLD') <> 1
                OR count(*) FILTER (WHERE l.account = 'PAYMENT_HELD' AND l.kind <> 'HOLD') > 1
            UNION ALL
            SELECT 'no refund of ' || o.refund_id FROM (
                SELECT client_id, refund_id FROM ledger_entry UNION SELECT client_id, refund_id FROM audit_leaf) o
            WHERE NOT EXISTS (
                SELECT FROM refund r WHERE r.client_id = o.client_id AND r.refund_id = o.refund_id)
            UNION ALL
            SELECT 'held in the ledger' FROM ledger_entry l WHERE l.account = 'PAYMENT_HELD'
            HAVING coalesce(sum(l.amount), 0) <> (SELECT coalesce(sum(amount), 0) FROM under_way)
            """
        );

    /// <summary>Requests, decisions, keys and events: of each what there may be and no more.</summary>
    public static Task<IReadOnlyList<string>> Repeated(Db db) =>
        List(
            db,
            """
            SELECT 'several refunds of request ' || r.request_id FROM refund r WHERE r.request_id IS NOT NULL
            GROUP BY r.requested_by, r.request_id HAVING count(*) > 1
            UNION ALL
            SELECT 'decisions and leaves'
            WHERE (SELECT count(*) FROM audit_leaf) <> (SELECT count(*) FROM refund) + (SELECT count(*) FROM approval)
                + (SELECT count(*) FROM evidence_decision)
            UNION ALL
            SELECT 'a hole in the leaves of ' || a.delegation_id FROM audit_leaf a WHERE a.number IS NOT NULL
            GROUP BY a.delegation_id HAVING max(a.number) <> count(*)
            UNION ALL
            SELECT 'due time of ' || r.refund_id FROM refund r
            WHERE r.due_time IS DISTINCT FROM (r.decision::jsonb ->> 'dueTime')::timestamptz
            UNION ALL
            SELECT 'several keys of ' || t.refund_id FROM refund_attempt t
            GROUP BY t.refund_id HAVING count(DISTINCT (t.gateway_key, t.body)) > 1
            UNION ALL
            SELECT 'attempts of ' || r.refund_id FROM refund r
            WHERE r.attempt_count <> (SELECT count(*) FROM refund_attempt t WHERE t.refund_id = r.refund_id)
            UNION ALL
            SELECT o.type || ' twice of ' || o.subject FROM outbox o
            WHERE o.type LIKE '%.Refund%'
            GROUP BY o.type, o.subject, o.envelope -> 'data' HAVING count(*) > 1
            UNION ALL
            SELECT 'the end was not told of ' || r.refund_id FROM refund r
            WHERE r.state IN ('Settled', 'Failed', 'Returned', 'Closed', 'Denied', 'Declined', 'Expired', 'Withdrawn',
                    'UnderReview')
                AND NOT EXISTS (SELECT 1 FROM outbox o
                    WHERE o.subject = 'clients/' || r.client_id || '/refunds/' || r.refund_id
                        AND (o.envelope -> 'data' -> 'refund' ->> 'revision')::bigint = r.revision)
            """
        );

    private static Task<IReadOnlyList<string>> List(Db db, string sql) =>
        db.InTransaction(Db.AllClients, tx => tx.List<string>(sql), CancellationToken.None);
}
