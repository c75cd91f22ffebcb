using Xunit;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What has to hold of a history that came to rest: books, gateway and decisions against each other.</summary>
internal static class HistoryJudge
{
    public static async Task Judge(SimulatedService service, string clientId)
    {
        Assert.Empty(await service.Rows<string>(clientId, Money));
        Assert.Empty(await service.Rows<string>(clientId, Stops));
        Assert.Empty(await service.Rows<string>(clientId, Replacements));
        Assert.Empty(await service.Rows<string>(clientId, Waits));
        Assert.Empty(await service.Rows<string>(clientId, Proofs));
        await Gateway(service, clientId);
        await DecisionsAgain.Agree(service, clientId);
        await LeafReplay.Agrees(service.Db, clientId);
    }

    private const string Money = """
        WITH under_way AS (
            SELECT * FROM refund
            WHERE client_id = @ClientId AND state IN ('AwaitingApproval', 'Approved', 'Dispatching', 'PendingAtGateway',
                'Unconfirmed', 'UnderReview')),
        counted AS (
            SELECT CASE WHEN d.budget NOT LIKE 'client:%' THEN r.delegation_id
                    ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS delegation_id, d.budget, d.key, d.bucket,
                sum(r.amount) AS amount, count(*) AS count
            FROM refund r, jsonb_to_recordset(r.debits::jsonb) AS d (budget text, key text, bucket timestamptz)
            WHERE r.client_id = @ClientId
                AND r.state NOT IN ('Denied', 'Declined', 'Expired', 'Withdrawn', 'Failed')
                AND NOT (d.budget LIKE 'client:%' AND r.state IN ('Returned', 'Closed'))
            GROUP BY 1, d.budget, d.key, d.bucket)
        SELECT 'ledger of ' || refund_id || ' ' || kind FROM ledger_entry WHERE client_id = @ClientId
        GROUP BY refund_id, kind HAVING sum(amount) <> 0
        UNION ALL
        SELECT 'ends of ' || refund_id FROM ledger_entry WHERE client_id = @ClientId GROUP BY refund_id
        HAVING count(*) FILTER (WHERE account = 'PAYMENT_HELD' AND kind = 'HOLD') <> 1
            OR count(*) FILTER (WHERE account = 'PAYMENT_HELD' AND kind <> 'HOLD') > 1
        UNION ALL
        SELECT 'ledger of ' || payment_id FROM ledger_entry WHERE client_id = @ClientId AND account = 'PAYMENT_HELD'
        GROUP BY payment_id
        HAVING sum(amount) <> (
            SELECT coalesce(sum(u.amount), 0) FROM under_way u WHERE u.payment_id = ledger_entry.payment_id)
        UNION ALL
        SELECT 'due time of ' || refund_id FROM refund
        WHERE client_id = @ClientId AND due_time IS DISTINCT FROM (decision::jsonb ->> 'dueTime')::timestamptz
        UNION ALL
        SELECT 'adopted ' || transaction_key FROM external_entry WHERE client_id = @ClientId
        GROUP BY transaction_key, kind HAVING sum(amount) <> 0
        UNION ALL
        SELECT 'adopted of ' || p.payment_id FROM payment p
        WHERE p.client_id = @ClientId AND p.external <> (
            SELECT coalesce(sum(x.amount), 0) FROM external_refund x
            WHERE x.client_id = @ClientId AND x.payment_id = p.payment_id AND x.state = 'Adopted')
        UNION ALL
        SELECT concat_ws(' ', 'budget', coalesce(b.budget, c.budget), coalesce(b.key, c.key)) FROM (
            SELECT * FROM budget_counter WHERE client_id = @ClientId) b
        FULL JOIN counted c USING (delegation_id, budget, key, bucket)
        WHERE (coalesce(b.amount, 0), coalesce(b.count, 0)) <> (coalesce(c.amount, 0), coalesce(c.count, 0))
        UNION ALL
        SELECT 'tax of ' || p.payment_id FROM payment p JOIN refund r USING (client_id, payment_id)
        WHERE p.client_id = @ClientId AND r.action = 'CardRefund' AND r.state IN ('Settled', 'Returned', 'Closed')
        GROUP BY p.payment_id, p.external
        HAVING p.external = 0 AND bool_and(r.state = 'Settled') AND NOT EXISTS (
                SELECT 1 FROM external_refund x WHERE x.client_id = @ClientId AND x.payment_id = p.payment_id)
            AND sum(r.vat_amount) <> round(sum(r.amount) / 11)
        """;

    private const string Stops = """
        SELECT 'sent after a stop: ' || r.refund_id FROM refund r
        JOIN refund_attempt a USING (client_id, refund_id)
        JOIN delegation_change c ON c.client_id = r.client_id AND c.delegation_id = r.delegation_id
        WHERE r.client_id = @ClientId AND c.epoch > r.epoch AND c.create_time < a.dispatch_time
        UNION ALL
        SELECT 'admitted under an old epoch: ' || r.refund_id FROM refund r
        JOIN delegation_change c ON c.client_id = r.client_id AND c.delegation_id = r.delegation_id
        WHERE r.client_id = @ClientId AND c.create_time < r.create_time
            AND r.decision::jsonb ->> 'outcome' <> 'DECISION_OUTCOME_DENIED'
            AND (c.epoch > r.epoch OR (c.epoch = r.epoch AND c.act IN ('Suspend', 'Revoke')))
        UNION ALL
        SELECT 'agreed: ' || r.refund_id FROM refund r JOIN approval a USING (client_id, refund_id)
        LEFT JOIN evidence_decision e USING (client_id, refund_id)
        WHERE r.client_id = @ClientId
            AND (a.person = r.requested_by
                OR a.create_time >= coalesce(e.create_time, r.create_time) + interval '24 hours')
        UNION ALL
        SELECT 'agreed to something else: ' || r.refund_id FROM refund r
        CROSS JOIN LATERAL (
            SELECT a.request_hash, a.facts FROM approval a
            WHERE a.client_id = @ClientId AND a.refund_id = r.refund_id ORDER BY a.step DESC LIMIT 1) AS latest
        CROSS JOIN LATERAL jsonb_array_elements_text(latest.facts::jsonb -> 'agreed') AS of (role)
        WHERE r.client_id = @ClientId AND NOT EXISTS (
            SELECT 1 FROM approval a
            WHERE a.client_id = @ClientId AND a.refund_id = r.refund_id AND a.role = of.role
                AND a.request_hash = latest.request_hash)
        UNION ALL
        SELECT 'sent without agreement: ' || r.refund_id FROM refund r
        WHERE r.client_id = @ClientId AND r.attempt_count > 0
            AND coalesce((
                SELECT a.decision::jsonb ->> 'outcome' FROM approval a
                WHERE a.client_id = @ClientId AND a.refund_id = r.refund_id ORDER BY a.step DESC LIMIT 1), (
                SELECT e.decision::jsonb ->> 'outcome' FROM evidence_decision e
                WHERE e.client_id = @ClientId AND e.refund_id = r.refund_id),
                r.decision::jsonb ->> 'outcome') <> 'DECISION_OUTCOME_ALLOWED'
        UNION ALL
        SELECT 'keys of ' || refund_id FROM refund_attempt WHERE client_id = @ClientId GROUP BY refund_id
        HAVING count(DISTINCT (gateway_key, body)) > 1
        """;

    private const string Replacements = """
        WITH replacement AS (
            SELECT x.refund_id, x.replaces, x.payment_id, x.amount,
                x.state IN ('Settled', 'Returned', 'Closed') AS is_settled
            FROM refund x
            WHERE x.client_id = @ClientId AND x.replaces IS NOT NULL
                AND x.state NOT IN ('Denied', 'Declined', 'Expired', 'Withdrawn', 'Failed'))
        SELECT 'replaced twice: ' || replaces FROM replacement GROUP BY replaces HAVING count(*) > 1
        UNION ALL
        SELECT 'no replacement: ' || x.refund_id FROM replacement x
        JOIN refund r ON r.client_id = @ClientId AND r.refund_id = x.replaces
        WHERE r.payment_id <> x.payment_id OR r.amount < x.amount
            OR (r.state, r.replaced_by) IS DISTINCT FROM (
                CASE WHEN x.is_settled THEN 'Closed' ELSE 'Returned' END, CASE WHEN x.is_settled THEN x.refund_id END)
        UNION ALL
        SELECT 'closed by nothing: ' || r.refund_id FROM refund r
        WHERE r.client_id = @ClientId AND r.state = 'Closed'
            AND NOT EXISTS (SELECT FROM replacement x WHERE x.replaces = r.refund_id)
        """;

    private const string Waits = """
        WITH waited AS (
            SELECT r.refund_id, r.payment_id, r.create_time, coalesce(e.create_time,
                CASE WHEN r.state = 'AwaitingEvidence' THEN 'infinity' ELSE r.update_time END) AS end_time
            FROM refund r LEFT JOIN evidence_decision e USING (client_id, refund_id)
            WHERE r.client_id = @ClientId AND r.actor <> 'System'
                AND r.decision::jsonb ->> 'outcome' = 'DECISION_OUTCOME_NEEDS_EVIDENCE')
        SELECT 'too many wait for evidence: ' || w.refund_id FROM waited w
        WHERE 4 < (
            SELECT count(*) FROM waited o
            WHERE o.payment_id = w.payment_id AND o.create_time <= w.create_time AND o.end_time > w.create_time)
            AND w.end_time > w.create_time
        """;

    private const string Proofs = """
        WITH told AS (
            SELECT split_part(subject, '/', 4)::uuid AS refund_id, split_part(type, '.', 4) AS type, count(*) AS n
            FROM outbox WHERE client_id = @ClientId AND type LIKE 'mobility.refunds.v1.Refund%'
                AND type NOT LIKE '%Alerted'
            GROUP BY 1, 2)
        SELECT 'no leaf of ' || r.refund_id FROM refund r
        WHERE r.client_id = @ClientId AND (
                SELECT count(*) FROM audit_leaf l WHERE l.client_id = @ClientId AND l.refund_id = r.refund_id)
            <> 1 + (SELECT count(*) FROM approval a WHERE a.client_id = @ClientId AND a.refund_id = r.refund_id)
                + (SELECT count(*) FROM evidence_decision e
                    WHERE e.client_id = @ClientId AND e.refund_id = r.refund_id)
        UNION ALL
        SELECT 'numbers of ' || d.delegation_id FROM delegation d
        WHERE d.client_id = @ClientId AND (d.decision_count, d.decision_count) <> (
            SELECT count(*), coalesce(max(l.number), 0) FROM audit_leaf l
            WHERE l.client_id = @ClientId AND l.delegation_id = d.delegation_id)
        UNION ALL
        SELECT concat_ws(' ', 'told', t.n, t.type, r.state, r.refund_id) FROM told t
        JOIN refund r ON r.client_id = @ClientId AND r.refund_id = t.refund_id
        WHERE t.n > 1 AND t.type NOT IN ('RefundAwaitingApproval', 'RefundApproved')
            AND t.n > (
                -- Once when it went to a person, and once for each word.
                SELECT 1 + count(*) FROM resolution s
                WHERE s.client_id = @ClientId AND s.refund_id = r.refund_id AND t.type = 'RefundReviewNeeded')
        UNION ALL
        SELECT concat_ws(' ', 'not told', r.state, r.refund_id) FROM refund r
        WHERE r.client_id = @ClientId AND r.state NOT IN ('Dispatching', 'PendingAtGateway', 'Unconfirmed')
            AND NOT EXISTS (
                SELECT 1 FROM told t WHERE t.refund_id = r.refund_id
                    AND t.type = CASE r.state WHEN 'UnderReview' THEN 'RefundReviewNeeded' ELSE 'Refund' || r.state END)
        """;

    /// <summary>Every won that left at the gateway is one refund of ours or one past us, and the other way
    /// round.</summary>
    private static async Task Gateway(SimulatedService service, string clientId)
    {
        var cancels = service.Gateway.Cancels;
        var refunds = await service.Rows<Sent>(
            clientId,
            """
            SELECT refund_id, state, amount, action, gateway_transaction_key AS key,
                EXISTS (
                    SELECT 1 FROM resolution s
                    WHERE s.client_id = refund.client_id AND s.refund_id = refund.refund_id AND s.outcome = 'NotDone'
                        AND s.role = 'ClientOfficer') AS said
            FROM refund WHERE client_id = @ClientId
            """
        );
        var adopted = await service.Rows<Sent>(
            clientId,
            """
            SELECT payment_id AS refund_id, state, amount, '' AS action, transaction_key AS key, false AS said
            FROM external_refund
            WHERE client_id = @ClientId
            """
        );
        var acts = service.Gateway.Acts;
        foreach (var refund in refunds)
        {
            var named = cancels
                .Where(cancel => cancel.CancelReason.Contains($"{refund.RefundId}", StringComparison.Ordinal))
                .ToList();
            var done = acts.Count(key => key == $"refund-{refund.RefundId}");
            Assert.True(named.Count + done <= 1, $"{refund.RefundId} was done {named.Count + done} times");
            var stands = named.Exists(cancel => cancel.Stands && cancel.CancelAmount == refund.Amount) || done == 1;
            Assert.True(
                refund.State switch
                {
                    "Settled" => stands && (refund.Action != "CardRefund" || named[0].TransactionKey == refund.Key),
                    "Returned" or "Closed" => named is [{ Stands: false }],
                    // By the gateway's own word or that of two who looked; by no lapse of time and no silence.
                    "Failed" => named is [{ CancelStatus: "ABORTED" }]
                        || (!stands && (refund.Said || service.Gateway.Refused.Contains($"refund-{refund.RefundId}"))),
                    "UnderReview" => true,
                    _ => !stands,
                },
                $"{refund.RefundId} is {refund.State}, at the gateway: {string.Join(' ', named)} {done}"
            );
        }
        foreach (var cancel in cancels)
        {
            var ours = refunds.Any(refund =>
                cancel.CancelReason.Contains($"{refund.RefundId}", StringComparison.Ordinal)
            );
            var past = adopted.SingleOrDefault(one => one.Key == cancel.TransactionKey);
            Assert.True(ours || !cancel.Stands || past is not null, $"nothing explains {cancel}");
            Assert.True(
                past is null
                    || (!ours && past.Amount == cancel.CancelAmount && past.State == "Adopted" == cancel.Stands),
                $"{cancel} was adopted as {past}"
            );
        }
    }

    private sealed record Sent
    {
        public required Guid RefundId { get; init; }
        public required string State { get; init; }
        public required long Amount { get; init; }
        public required string Action { get; init; }
        public required string Key { get; init; }

        /// <summary>Did an officer who looked say that it was not done?</summary>
        public required bool Said { get; init; }
    }
}
