-- CreateComplaint as pgbench does it: the statements of the service, word for word, which `./mobility bench complaint`
-- checks. A parameter that pgbench cannot make stands between /*$*/ and /**/. :base is the time of start in
-- microseconds, so ids rise with time as the service's do; :start is how many vehicles are used up.
\set count :count + 1
\set id (:base + :count) * 64 + :client_id
\set episode :id + 1
\set vehicle (:start + :count * 32 + :client_id) % 400000 + 1
\set y random(0, 33000)
\set x random(0, 33000)
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED;
SELECT set_config('mobility.client', /*$*/'gangneung-kick'/**/, true)
    || set_config('lock_timeout', /*$*/'15s'/**/, true);
INSERT INTO once (key, client_id, fingerprint, create_time)
VALUES (/*$*/
'/mobility.parking.v1.ParkingService/CreateComplaint|gangneung-kick|people/00000001-0009-0009-000'
'0-000000000000|' || lpad(:id::text, 36, '0')/**/, /*$*/'gangneung-kick'/**/,
    /*$*/'\xd7353281f5f11ae1fb77afe174b14bc5a83bd3816394ee42772c39e943b8d3e6'::bytea/**/, /*$*/now()/**/)
ON CONFLICT (key) DO NOTHING RETURNING key;
SELECT pg_advisory_xact_lock(hashtextextended('episodes|' || /*$*/'gangneung-kick'/**/, 0));
SELECT nextval('moments');
SELECT DISTINCT ON (asked.place) v.id, v.printed_code
FROM unnest(/*$*/ARRAY['B-' || :vehicle::text]/**/::text[]) WITH ORDINALITY AS asked (code, place)
JOIN vehicles v ON v.client_id = /*$*/'gangneung-kick'/**/ AND v.printed_code = asked.code
ORDER BY asked.place, v.id;
SELECT coalesce(string_agg(version::text, ' ' ORDER BY source), '')
FROM zone_sources WHERE client_id = /*$*/'gangneung-kick'/**/;
SELECT
    (SELECT count(*)::integer FROM complaints
     WHERE client_id = /*$*/'gangneung-kick'/**/ AND sender_hash = /*$*/NULL/**/ AND create_time >
    /*$*/now() - interval '1 day'/**/) AS by_sender,
    (SELECT count(*)::integer FROM contacts
     WHERE client_id = /*$*/'gangneung-kick'/**/ AND contact_hash = /*$*/NULL/**/ AND create_time >
    /*$*/now() - interval '1 day'/**/) AS by_contact,
    (SELECT count(*)::integer FROM complaints
     WHERE client_id = /*$*/'gangneung-kick'/**/ AND create_time > /*$*/now() - interval '1 day'/**/
         AND cell_y = ANY(/*$*/ARRAY[floor((37.61 + :y * 0.00001) * 200)::integer]/**/) AND cell_x BETWEEN
    /*$*/floor((128.76 + :x * 0.00001) * 200)::integer/**/ AND
    /*$*/floor((128.76 + :x * 0.00001) * 200)::integer/**/
         AND ST_DWithin(point_of(latitude, longitude), point_of(/*$*/(37.61 + :y * 0.00001)/**/,
    /*$*/(128.76 + :x * 0.00001)/**/), /*$*/'30'/**/)
    ) AS at_place,
    coalesce((SELECT max(about.n)::integer FROM (
        SELECT count(*) AS n FROM complaint_vehicles
        WHERE client_id = /*$*/'gangneung-kick'/**/ AND vehicle_id = ANY(/*$*/ARRAY[lpad(:vehicle::text, 32,
    '0')::uuid]/**/) AND create_time > /*$*/now() - interval '1 day'/**/
        GROUP BY vehicle_id) AS about), 0) AS of_vehicle;
SELECT p.code, v.id AS vehicle_id, ST_Y(p.point::geometry) AS latitude,
    ST_X(p.point::geometry) AS longitude, p.report_time, p.last_move_time
FROM vehicles v JOIN vehicle_positions p ON p.client_id = v.client_id AND p.code = v.printed_code
WHERE v.client_id = /*$*/'gangneung-kick'/**/ AND v.id = /*$*/lpad(:vehicle::text, 32, '0')::uuid/**/;
SELECT number, start_time FROM stays WHERE client_id = /*$*/'gangneung-kick'/**/ AND vehicle_id =
    /*$*/lpad(:vehicle::text, 32, '0')::uuid/**/;
INSERT INTO stays (client_id, vehicle_id, number, start_time) VALUES (/*$*/'gangneung-kick'/**/,
    /*$*/lpad(:vehicle::text, 32, '0')::uuid/**/, /*$*/'1'/**/, /*$*/now()/**/)
ON CONFLICT (client_id, vehicle_id) DO UPDATE SET
    number = excluded.number, start_time = excluded.start_time;
WITH about AS (
    SELECT DISTINCT c.episode_id
    FROM complaint_vehicles AS v
    JOIN complaints AS c ON c.client_id = v.client_id AND c.id = v.complaint_id
    WHERE v.client_id = /*$*/'gangneung-kick'/**/ AND v.vehicle_id = ANY(/*$*/ARRAY[lpad(:vehicle::text, 32,
    '0')::uuid]/**/) AND c.group_number IS NOT NULL),
open AS (
    SELECT about.episode_id FROM about WHERE EXISTS (
        SELECT 1 FROM complaints AS live
        WHERE live.client_id = /*$*/'gangneung-kick'/**/ AND live.episode_id = about.episode_id
            AND live.end_time IS NULL AND live.group_number IS NOT NULL))
SELECT complaints.* FROM open JOIN complaints ON complaints.episode_id = open.episode_id
WHERE complaints.client_id = /*$*/'gangneung-kick'/**/ AND complaints.group_number IS NOT NULL
ORDER BY complaints.group_number LIMIT /*$*/'1000'/**/;
INSERT INTO episodes (client_id, id, create_time) VALUES (/*$*/'gangneung-kick'/**/, /*$*/lpad(:episode::text, 32,
    '0')::uuid/**/, /*$*/now()/**/);
INSERT INTO complaints
    (client_id, id, latitude, longitude, accuracy_meters, category, catalogue_version, catalogue_sha256,
     printed_codes, vehicle_ids, stay_numbers, note, language, channel, occur_time, filed_by, state,
     flag_numbers, episode_id, origin_episode_id, group_number, removal_id, city, ordinance_version,
     rule_code, grace_minutes, fee_minor, zone_id, zone_parking, dong, dong_code, due_time, decision_note,
     decision_reason, decided_by, answer_count, reopen_note, split_note, tracking_hash, sender_hash,
     create_time, update_time, revision)
VALUES
    (/*$*/'gangneung-kick'/**/, /*$*/lpad(:id::text, 32, '0')::uuid/**/, /*$*/(37.61 + :y * 0.00001)/**/,
    /*$*/(128.76 + :x * 0.00001)/**/, /*$*/'0'/**/, /*$*/'storefront'/**/, /*$*/'1'/**/,
     /*$*/'766451dfb26eff06e15d4f50d1c082b51107a25238cc7c86274af359e7d82a07'/**/, /*$*/ARRAY['B-'
    || :vehicle::text]/**/, /*$*/ARRAY[lpad(:vehicle::text, 32, '0')::uuid]/**/, /*$*/'{1}'/**/,
    /*$*/'가게 문 앞을 막고 있어요'/**/, /*$*/'ko'/**/, /*$*/'2'/**/, /*$*/now()/**/,
     /*$*/'people/00000001-0009-0009-0000-000000000000'/**/, /*$*/'1'/**/, /*$*/'{}'/**/, /*$*/lpad(:episode::text,
    32, '0')::uuid/**/, /*$*/lpad(:episode::text, 32, '0')::uuid/**/, /*$*/:id/**/, /*$*/NULL/**/,
    /*$*/'gangneung'/**/,
     /*$*/
'gangneung-2023-04:40a3226d9f98fdda7595a48b1aebb632b5fa5defeb47ea1d3034614dcfe2594a'/**/, /*$*/'general'/**/,
    /*$*/'90'/**/, /*$*/'15000'/**/, /*$*/NULL/**/, /*$*/'0'/**/, /*$*/''/**/, /*$*/''/**/,
     /*$*/'2026-11-23 01:30:00+00'/**/, /*$*/''/**/, /*$*/''/**/, /*$*/''/**/, /*$*/'0'/**/, /*$*/''/**/,
    /*$*/''/**/,
     /*$*/sha256(:id::text::bytea)/**/, /*$*/NULL/**/, /*$*/now()/**/, /*$*/now()/**/, /*$*/'1'/**/);
INSERT INTO complaint_vehicles (client_id, vehicle_id, create_time, complaint_id)
SELECT /*$*/'gangneung-kick'/**/, v.id, /*$*/now()/**/, /*$*/lpad(:id::text, 32, '0')::uuid/**/
FROM unnest(/*$*/ARRAY[lpad(:vehicle::text, 32, '0')::uuid]/**/::uuid[]) AS v (id);
SELECT asked.id AS complaint_id,
    (SELECT count(*)::integer FROM complaints AS other
     WHERE other.client_id =
    /*$*/'gangneung-kick'/**/ AND other.episode_id = asked.episode_id AND other.id <> asked.id
         AND other.state IN (1, 3, 4, 5)) AS other_count,
    EXISTS (
        SELECT 1 FROM contacts WHERE contacts.client_id =
    /*$*/'gangneung-kick'/**/ AND contacts.complaint_id = asked.id
    ) AS has_contact,
    ARRAY(
        SELECT photos.id FROM photos
        WHERE photos.client_id = /*$*/'gangneung-kick'/**/ AND photos.complaint_id = asked.id
        ORDER BY photos.create_time, photos.id) AS photo_ids,
    ARRAY(
        SELECT photos.id FROM photos
        WHERE photos.client_id = /*$*/'gangneung-kick'/**/ AND photos.complaint_id = asked.id
            AND photos.added_by IN ('', asked.filed_by)
        ORDER BY photos.create_time, photos.id) AS own_photo_ids,
    said.verdict, said.text AS feedback_text, said.create_time AS feedback_time
FROM unnest(/*$*/ARRAY[lpad(:id::text, 32, '0')::uuid]/**/::uuid[], /*$*/ARRAY[lpad(:episode::text, 32,
    '0')::uuid]/**/::uuid[], /*$*/'{0}'/**/::integer[],
    /*$*/'{people/00000001-0009-0009-0000-000000000000}'/**/::text[])
    AS asked (id, episode_id, answer, filed_by)
LEFT JOIN feedback AS said
    ON said.client_id = /*$*/'gangneung-kick'/**/ AND said.complaint_id = asked.id AND said.answer = asked.answer;
UPDATE once SET response = /*$*/
'\x0a46636c69656e74732f67616e676e65756e672d6b69636b2f636f6d706c61696e74732f30316132303335312d3334'
'63662d376164322d396166332d616537623136383535376661121209bab8931adbd242401149f90670011f6040220a73'
'746f726566726f6e742a03422d3242026b6f4802520c08afcb8bd80610c0f7a594015a2b70656f706c652f3030303030'
'3030312d303030392d303030392d303030302d30303030303030303030303060017244636c69656e74732f67616e676e'
'65756e672d6b69636b2f76656869636c65732f30303030303030302d303030302d303030302d303030302d3030303030'
'303030303030327a44636c69656e74732f67616e676e65756e672d6b69636b2f657069736f6465732f30316132303335'
'312d333463662d373339612d393936302d3062613463336664623136639201740a0967616e676e65756e67125267616e'
'676e65756e672d323032332d30343a343061333232366439663938666464613735393561343862316165626236333262'
'356661356465666562343765613164333033343631346463666532353934611a0767656e6572616c205a2a080a034b52'
'571098759a01060898ae8ed806ea010c08afcb8bd80610c0f7a59401f2010c08afcb8bd80610c0f7a59401f801018202'
'03223122'::bytea/**/ WHERE key = /*$*/
'/mobility.parking.v1.ParkingService/CreateComplaint|gangneung-kick|people/00000001-0009-0009-000'
'0-000000000000|' || lpad(:id::text, 36, '0')/**/;
INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
SELECT client_id, event_id, type, subject, envelope::jsonb, /*$*/now()/**/
FROM unnest(
        /*$*/'{gangneung-kick}'/**/::text[], /*$*/ARRAY[lpad(:id::text, 32, '0')::uuid]/**/::uuid[],
    /*$*/'{mobility.parking.v1.ComplaintFiled}'/**/::text[], /*$*/ARRAY['clients/gangneung-kick/complaints/'
    || lpad(:id::text, 36, '0')]/**/::text[], /*$*/ARRAY[
'{"specversion":"1.0","id":"01a20351-34cf-7321-a2f8-47ba8f7b9ab6","source":"parking/fdc43c5b-5ecd'
'-4d75-9c08-1f6eb52c20a3","type":"mobility.parking.v1.ComplaintFiled","subject":"clients/gangneun'
'g-kick/complaints/01a20351-34cf-7ad2-9af3-ae7b168557fa","time":"2026-11-22T12:53:03.311Z","datac'
'ontenttype":"application/json","clientid":"gangneung-kick","partitionkey":"clients/gangneung-kic'
'k/complaints/01a20351-34cf-7ad2-9af3-ae7b168557fa","data":{"complaint":{"complaint":"clients/gan'
'gneung-kick/complaints/01a20351-34cf-7ad2-9af3-ae7b168557fa","revision":"1","episode":"clients/g'
'angneung-kick/episodes/01a20351-34cf-739a-9960-0ba4c3fdb16c","state":1,"category":"storefront","'
'vehicles":["clients/gangneung-kick/vehicles/00000000-0000-0000-0000-000000000002"],"channel":2,"'
'filedBy":"people/00000001-0009-0009-0000-000000000000","dueTime":"2026-11-23T01:30:00Z","languag'
'e":"ko","createTime":"2026-11-22T12:53:03.311Z","updateTime":"2026-11-22T12:53:03.311Z"}},"trace'
'parent":"00-21075b7e094e7f0a79224b3bd48e689a-c0d8f8f4faa0e880-00","traceid":"00-21075b7e094e7f0a'
'79224b3bd48e689a-c0d8f8f4faa0e880-00"}']/**/::text[])
    WITH ORDINALITY AS e (client_id, event_id, type, subject, envelope, n)
ORDER BY n;
COMMIT;
