-- What a refund of the service looks like, so that its peers write as many bytes; and the same work as one call.
CREATE TABLE sample (
    decision text, facts text, debits text, signed_request text, request_hash text, leaf text, leaf_hash text,
    response bytea, envelope jsonb);
GRANT ALL ON sample TO PUBLIC;

CREATE FUNCTION create_refund(new_id uuid, new_key text, of_payment uuid, person uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    client CONSTANT text := 'gangneung-kick';
    today CONSTANT timestamptz := date_trunc('month', now());
    grantor delegation;
    paid payment;
BEGIN
    PERFORM set_config('mobility.client', client, true);
    SELECT * INTO STRICT grantor FROM delegation d WHERE d.client_id = client FOR NO KEY UPDATE;
    PERFORM 1 FROM (VALUES ('each-1', 'people/' || person), ('each-2', ''), ('each-3', 'GOODWILL'),
            ('each-4', person::text), ('each-5', of_payment::text)) AS s (budget, key)
        CROSS JOIN LATERAL (SELECT 1 FROM budget_counter x
            WHERE x.client_id = client AND x.delegation_id = grantor.delegation_id AND x.budget = s.budget
                AND x.key = s.key AND x.bucket = today FOR NO KEY UPDATE) AS c;
    SELECT * INTO STRICT paid FROM payment p
        WHERE p.client_id = client AND p.payment_id = of_payment FOR NO KEY UPDATE;
    INSERT INTO once (key, client_id, fingerprint, response, create_time)
        SELECT new_key, client, sha256('a request'), response, now() FROM sample;
    INSERT INTO refund (client_id, refund_id, payment_id, ride_id, customer_id, action, reason, amount, note,
        requested_by, request_id, actor, state, delegation_id, epoch, decision, facts, debits, signed_request,
        request_hash, awaited_role, expire_time, next_time, create_time, update_time, revision)
        SELECT client, new_id, of_payment, paid.ride_id, paid.customer_id, 'CardRefund', 'GOODWILL', 1, '',
            'people/' || person, new_id, 'Agent', 'AwaitingApproval', grantor.delegation_id, grantor.epoch,
            decision, facts, debits, signed_request, request_hash, 'Lead', now() + interval '1 day',
            now() + interval '1 day', now(), now(), 1 FROM sample;
    INSERT INTO budget_counter AS c (client_id, delegation_id, budget, key, bucket, amount, count)
        VALUES (client, grantor.delegation_id, 'each-1', 'people/' || person, today, 1, 1),
            (client, grantor.delegation_id, 'each-2', '', today, 1, 1),
            (client, grantor.delegation_id, 'each-3', 'GOODWILL', today, 1, 1),
            (client, grantor.delegation_id, 'each-4', person::text, today, 1, 1),
            (client, grantor.delegation_id, 'each-5', of_payment::text, today, 1, 1)
        ON CONFLICT (client_id, delegation_id, budget, key, bucket)
            DO UPDATE SET amount = c.amount + 1, count = c.count + 1;
    UPDATE payment p SET held = p.held + 1, revision = p.revision + 1
        WHERE p.client_id = client AND p.payment_id = of_payment;
    INSERT INTO ledger_entry (client_id, refund_id, kind, account, payment_id, amount, create_time)
        VALUES (client, new_id, 'HOLD', 'PAYMENT_AVAILABLE', of_payment, -1, now()),
            (client, new_id, 'HOLD', 'PAYMENT_HELD', of_payment, 1, now());
    INSERT INTO audit_leaf (client_id, refund_id, step, delegation_id, number, leaf, leaf_hash, create_time)
        SELECT client, new_id, 0, grantor.delegation_id, grantor.decision_count + 1, leaf, leaf_hash, now()
        FROM sample;
    UPDATE delegation d SET decision_count = d.decision_count + 1
        WHERE d.client_id = client AND d.delegation_id = grantor.delegation_id;
    INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
        SELECT client, new_id, 'mobility.refunds.v1.RefundAwaitingApproval', new_key, envelope, now() FROM sample;
END $$;
