-- CreateFault as pgbench does it: the statements of the service, word for word, which `./mobility bench fault`
-- checks.
-- A parameter that pgbench cannot make stands between /*$*/ and /**/. :base is the time of start in microseconds,
-- so ids rise with time as the service's do.
\set count :count + 1
\set id (:base + :count) * 64 + :client_id
\set vehicle random(1, 5000)
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED;
SELECT set_config('mobility.client', /*$*/'gangneung-kick'/**/, true)
    || set_config('lock_timeout', /*$*/'15s'/**/, true);
INSERT INTO once (key, client_id, fingerprint, create_time)
VALUES (/*$*/
'/mobility.faults.v1.FaultsService/CreateFault|gangneung-kick|clients/gangneung-kick/riders/00000'
'001-0009-0009-0000-000000000000|' || lpad(:id::text, 36, '0')/**/,
    /*$*/'gangneung-kick'/**/, /*$*/sha256('a request')/**/, /*$*/now()/**/)
ON CONFLICT (key) DO NOTHING RETURNING key;
SELECT pg_advisory_xact_lock(hashtextextended(/*$*/'clients/gangneung-kick/riders/' || lpad(:client_id::text, 36,
    '0')/**/, 0));
SELECT client_id, id, printed_code, product, external_id, state, ground_time, create_time, update_time,
    revision
FROM vehicles WHERE client_id = /*$*/'gangneung-kick'/**/ AND printed_code = /*$*/'B-'
    || :vehicle::text/**/ FOR NO KEY UPDATE;
INSERT INTO faults
    (client_id, id, printed_code, vehicle_id, category, safety_critical, catalogue_version,
     catalogue_sha256, note, language, ride_id, latitude, longitude, accuracy_meters, channel, occur_time,
     reporter_id, filed_by, state, grounding, grounding_reason, flag_numbers, decision_note, decided_by,
     create_time, update_time, revision)
VALUES
    (/*$*/'gangneung-kick'/**/, /*$*/lpad(:id::text, 32, '0')::uuid/**/, /*$*/'B-' || :vehicle::text/**/,
    /*$*/lpad(:vehicle::text, 32, '0')::uuid/**/,
     /*$*/'BATTERY_EMPTY'/**/, /*$*/false/**/, /*$*/'1'/**/,
     /*$*/'4970ad7f2d35307f13f8683a23d764a97e38879c6eeecf88a0cb1e8723cb6c1d'/**/,
     /*$*/'배터리가 금방 닳아요'/**/, /*$*/'ko'/**/, /*$*/NULL/**/,
     /*$*/37.77/**/, /*$*/128.91/**/, /*$*/8/**/, /*$*/1/**/, /*$*/now()/**/,
     /*$*/lpad(:client_id::text, 32, '0')::uuid/**/, /*$*/''/**/, /*$*/1/**/, /*$*/1/**/,
     /*$*/'NOT_SAFETY_CRITICAL'/**/, /*$*/'{}'/**/, /*$*/''/**/, /*$*/''/**/,
     /*$*/now()/**/, /*$*/now()/**/, /*$*/1/**/);
UPDATE once SET response = /*$*/
'\x0a42636c69656e74732f67616e676e65756e672d6b69636b2f6661756c74732f30316132303332372d653439322d37'
'3631362d613462652d3338363937333035333232311206422d333539321a44636c69656e74732f67616e676e65756e67'
'2d6b69636b2f76656869636c65732f30303030303030302d303030302d303030302d303030302d303030303030303033'
'353932220d424154544552595f454d5054592a1debb0b0ed84b0eba6aceab08020eab888ebb0a920eb8bb3ec9584ec9a'
'943a1209c3f5285c8fe242401185eb51b81e1d60404100000000000020404801520c089bb68bd8061080f5cdfa025a42'
'636c69656e74732f67616e676e65756e672d6b69636b2f7269646572732f30303030303030312d303030392d30303039'
'2d303030302d303030303030303030303030680178018201134e4f545f5341464554595f435249544943414ca2010c08'
'9bb68bd8061080a0dd8c03aa010c089bb68bd8061080a0dd8c03b00101ba0103223122c201026b6f'::bytea/**/ WHERE key = /*$*/
'/mobility.faults.v1.FaultsService/CreateFault|gangneung-kick|clients/gangneung-kick/riders/00000'
'001-0009-0009-0000-000000000000|' || lpad(:id::text, 36, '0')/**/;
INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
SELECT client_id, event_id, type, subject, envelope::jsonb, /*$*/now()/**/
FROM unnest(
        /*$*/ARRAY['gangneung-kick']/**/::text[], /*$*/ARRAY[lpad(:id::text, 32, '0')]/**/::uuid[],
        /*$*/ARRAY['mobility.faults.v1.FaultReported']/**/::text[],
        /*$*/ARRAY['clients/gangneung-kick/faults/' || lpad(:id::text, 36, '0')]/**/::text[],
        /*$*/ARRAY[
'{"specversion":"1.0","id":"01a20327-e4b8-7459-a451-66e82116ddac","source":"faults/d46e2e6e-e194-'
'4451-b9e0-a6c3abaca097","type":"mobility.faults.v1.FaultReported","subject":"clients/gangneung-k'
'ick/faults/01a20327-e492-7616-a4be-386973053221","time":"2026-11-22T12:07:55.832Z","datacontentt'
'ype":"application/json","clientid":"gangneung-kick","partitionkey":"clients/gangneung-kick/fault'
's/01a20327-e492-7616-a4be-386973053221","data":{"fault":{"fault":"clients/gangneung-kick/faults/'
'01a20327-e492-7616-a4be-386973053221","revision":"1","vehicle":"clients/gangneung-kick/vehicles/'
'00000000-0000-0000-0000-000000003592","category":"BATTERY_EMPTY","reporter":"clients/gangneung-k'
'ick/riders/00000001-0009-0009-0000-000000000000","state":1,"grounding":1,"occurTime":"2026-11-22'
'T12:07:55.794Z","createTime":"2026-11-22T12:07:55.832Z","language":"ko"}},"traceparent":"00-0bf1'
'1ea64a92f8e45c00f773e519d035-642a1d26d2d18db9-00","traceid":"00-0bf11ea64a92f8e45c00f773e519d035'
'-642a1d26d2d18db9-00"}']/**/::text[])
    WITH ORDINALITY AS e (client_id, event_id, type, subject, envelope, n)
ORDER BY n;
COMMIT;
