-- CreateRefund as an interactive transaction: the locks of the service in its order, its rows, one statement after the
-- other. What an application reads besides (member, ride, faults) is left out, in pgbench's favour.
\set count :count + 1
\set id (:base + :count) * 64 + :client_id
\set payment random(1, 2000)
BEGIN;
SELECT set_config('mobility.client', 'gangneung-kick', true);
SELECT delegation_id AS delegation, epoch, decision_count + 1 AS number, policy
FROM delegation WHERE client_id = 'gangneung-kick' FOR NO KEY UPDATE;
SELECT c.budget, c.key, c.amount, c.count
FROM (VALUES ('each-1', 'people/' || lpad(:client_id::text, 32, '0')::uuid), ('each-2', ''), ('each-3', 'GOODWILL'),
    ('each-4', lpad(:client_id::text, 32, '0')::uuid::text), ('each-5', lpad(:payment::text, 32, '0')::uuid::text))
    AS s (budget, key)
CROSS JOIN LATERAL (SELECT * FROM budget_counter x
    WHERE x.client_id = 'gangneung-kick' AND x.delegation_id = (SELECT delegation_id FROM delegation)
        AND x.budget = s.budget AND x.key = s.key AND x.bucket = date_trunc('month', now()) FOR NO KEY UPDATE) AS c;
SELECT ride_id, customer_id, amount, settled, held, instrument FROM payment
WHERE client_id = 'gangneung-kick' AND payment_id = lpad(:payment::text, 32, '0')::uuid FOR NO KEY UPDATE;
INSERT INTO once (key, client_id, fingerprint, response, create_time)
SELECT 'bench|' || :id::text, 'gangneung-kick', sha256('a request'), response, now() FROM sample;
INSERT INTO refund (client_id, refund_id, payment_id, ride_id, customer_id, action, reason, amount, note,
    requested_by, request_id, actor, state, delegation_id, epoch, decision, facts, debits, signed_request,
    request_hash, awaited_role, expire_time, next_time, create_time, update_time, revision)
SELECT 'gangneung-kick', lpad(:id::text, 32, '0')::uuid, lpad(:payment::text, 32, '0')::uuid,
    lpad(:payment::text, 32, '0')::uuid, lpad(:client_id::text, 32, '0')::uuid, 'CardRefund', 'GOODWILL', 1, '',
    'people/' || lpad(:client_id::text, 32, '0')::uuid, lpad(:id::text, 32, '0')::uuid, 'Agent', 'AwaitingApproval',
    (SELECT delegation_id FROM delegation), 1, decision, facts, debits, signed_request, request_hash, 'Lead',
    now() + interval '1 day', now() + interval '1 day', now(), now(), 1 FROM sample;
INSERT INTO budget_counter AS c (client_id, delegation_id, budget, key, bucket, amount, count)
SELECT 'gangneung-kick', d.delegation_id, b.budget, b.key, date_trunc('month', now()), 1, 1
FROM delegation d, (VALUES ('each-1', 'people/' || lpad(:client_id::text, 32, '0')::uuid), ('each-2', ''),
    ('each-3', 'GOODWILL'), ('each-4', lpad(:client_id::text, 32, '0')::uuid::text),
    ('each-5', lpad(:payment::text, 32, '0')::uuid::text)) AS b (budget, key)
ON CONFLICT (client_id, delegation_id, budget, key, bucket)
    DO UPDATE SET amount = c.amount + 1, count = c.count + 1;
UPDATE payment SET held = held + 1, revision = revision + 1
WHERE client_id = 'gangneung-kick' AND payment_id = lpad(:payment::text, 32, '0')::uuid;
INSERT INTO ledger_entry (client_id, refund_id, kind, account, payment_id, amount, create_time)
VALUES ('gangneung-kick', lpad(:id::text, 32, '0')::uuid, 'HOLD', 'PAYMENT_AVAILABLE',
        lpad(:payment::text, 32, '0')::uuid, -1, now()),
    ('gangneung-kick', lpad(:id::text, 32, '0')::uuid, 'HOLD', 'PAYMENT_HELD',
        lpad(:payment::text, 32, '0')::uuid, 1, now());
INSERT INTO audit_leaf (client_id, refund_id, step, delegation_id, number, leaf, leaf_hash, create_time)
SELECT 'gangneung-kick', lpad(:id::text, 32, '0')::uuid, 0, d.delegation_id, d.decision_count + 1, leaf, leaf_hash,
    now() FROM sample, delegation d;
UPDATE delegation SET decision_count = decision_count + 1 WHERE client_id = 'gangneung-kick';
INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
SELECT 'gangneung-kick', lpad(:id::text, 32, '0')::uuid, 'mobility.refunds.v1.RefundAwaitingApproval',
    'bench|' || :id::text, envelope, now() FROM sample;
COMMIT;
