-- CreateRefund as one call of a stored function (refund_sample.sql). :base is the time of start in microseconds.
\set count :count + 1
\set id (:base + :count) * 64 + :client_id
\set payment random(1, 2000)
SELECT create_refund(lpad(:id::text, 32, '0')::uuid, 'bench|' || :id::text, lpad(:payment::text, 32, '0')::uuid,
    lpad(:client_id::text, 32, '0')::uuid);
