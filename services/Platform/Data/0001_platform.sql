-- Tables that every service has. They carry a plain client_id and are not client-owned: no row level security.

-- Shuts a client-owned table: a statement sees the rows of the client that the transaction set,
-- '*' is for jobs over all clients.
CREATE FUNCTION platform_protect(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY of_the_client ON %s USING (client_id = current_setting(''mobility.client'', true)'
        || ' OR current_setting(''mobility.client'', true) = ''*'')', target);
END $$;

-- One life of this database: renewed by a restore, so that numbers given out before it are never mistaken for later
-- ones.
CREATE TABLE incarnation (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    create_time timestamptz NOT NULL DEFAULT now(),
    -- What events add to revisions: subscribers may hold higher ones, of changes that a restore undid.
    revision_base bigint NOT NULL DEFAULT 0
);
INSERT INTO incarnation DEFAULT VALUES;

-- Versions of the public holidays that were in force, each since its time; none is ever altered.
CREATE TABLE holiday_calendar (
    version text PRIMARY KEY CHECK (length(version) <= 32),
    content bytea NOT NULL,
    take_time timestamptz NOT NULL
);

-- What was done once: a request or an event, with the reply to repeat.
CREATE TABLE once (
    key text PRIMARY KEY CHECK (length(key) <= 600),
    client_id text NOT NULL,
    fingerprint bytea NOT NULL,
    response bytea,
    create_time timestamptz NOT NULL
);
CREATE INDEX once_create_time ON once (create_time);

-- Events to publish. The sequence is given out by the relay, in a transaction of its own, before anything is sent.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id text NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    subject text NOT NULL,
    envelope jsonb NOT NULL,
    create_time timestamptz NOT NULL,
    sequence bigint UNIQUE CHECK (sequence > 0),
    publish_time timestamptz CHECK (publish_time IS NULL OR sequence IS NOT NULL),
    refusal text,
    -- Of an event that is sent anew: the id that it had at first. It stays older than what came since.
    first_id bigint
);
CREATE INDEX outbox_unnumbered ON outbox (id) WHERE sequence IS NULL;
CREATE INDEX outbox_unpublished ON outbox (sequence) WHERE publish_time IS NULL AND sequence IS NOT NULL;
CREATE INDEX outbox_create_time ON outbox (create_time);

-- Of every subject the newest event of each type that housekeeping has taken from the outbox: what a subscriber gets
-- that missed more than the outbox keeps. One row a subject and type, so it grows with what there is, not with time.
CREATE TABLE outbox_newest (
    subject text NOT NULL,
    type text NOT NULL,
    -- The first id that it had in the outbox: a smaller one is older.
    id bigint NOT NULL UNIQUE,
    client_id text NOT NULL,
    event_id uuid NOT NULL,
    envelope jsonb NOT NULL,
    PRIMARY KEY (subject, type)
);

CREATE TABLE outbox_counter (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    last_sequence bigint NOT NULL DEFAULT 0
);
INSERT INTO outbox_counter DEFAULT VALUES;

-- Events that arrived, one row for each number of each source: what is not here by the source's watermark is a hole.
CREATE TABLE inbox (
    source text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    event_id uuid NOT NULL,
    client_id text NOT NULL,
    type text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('APPLIED', 'IGNORED', 'UNKNOWN', 'PARKED', 'SKIPPED')),
    apply_time timestamptz NOT NULL,
    PRIMARY KEY (source, sequence)
);
CREATE INDEX inbox_apply_time ON inbox (apply_time);

-- How far each source says it has numbered, and up to where the inbox has no hole.
CREATE TABLE inbox_source (
    source text PRIMARY KEY,
    last_sequence bigint NOT NULL,
    first_available bigint NOT NULL,
    contiguous bigint NOT NULL DEFAULT 0,
    -- When that last went on.
    move_time timestamptz NOT NULL,
    -- The source's last snapshots: their announcement's number, and the number below which they stand for everything.
    snapshot_at bigint,
    snapshot_below bigint,
    seen_time timestamptz NOT NULL
);

-- Numbers below a source's first available one that never came: its outbox has let them go, so nobody is asked for them
-- and what is complete goes on behind them. One row for those that were found together; closed by snapshots.
CREATE TABLE inbox_hole (
    source text NOT NULL,
    last bigint NOT NULL,
    first bigint NOT NULL,
    -- How many of these numbers had not come when it was found.
    missing bigint NOT NULL CHECK (missing BETWEEN 1 AND last - first + 1),
    find_time timestamptz NOT NULL,
    PRIMARY KEY (source, last)
);

-- Events that can never be applied as they are; they wait for a person (docs/runbook.md).
CREATE TABLE inbox_parked (
    event_id uuid PRIMARY KEY,
    client_id text NOT NULL,
    source text NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    data bytea NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    park_time timestamptz NOT NULL
);

-- Events of a type that this version does not know; applied when a later version registers it, kept 7 days. Those that
-- a person unparked pass through here.
CREATE TABLE inbox_unknown (
    event_id uuid PRIMARY KEY,
    client_id text NOT NULL,
    source text NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    data bytea NOT NULL,
    receive_time timestamptz NOT NULL
);
CREATE INDEX inbox_unknown_type ON inbox_unknown (type);

-- Applies a parked event anew within 10 s, from the bytes that are here: its source may have them no longer. A forgery
-- stays what it is; if there is a true event of its number, healing brings it.
CREATE FUNCTION platform_unpark(parked_event uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE parked inbox_parked;
BEGIN
    DELETE FROM inbox_parked WHERE event_id = parked_event RETURNING * INTO STRICT parked;
    IF parked.reason = 'SOURCE_NOT_OWNER' THEN
        RAISE EXCEPTION 'Event % is SOURCE_NOT_OWNER: it is never applied', parked_event;
    END IF;
    INSERT INTO inbox_unknown (event_id, client_id, source, sequence, type, subject, data, receive_time)
    VALUES (parked.event_id, parked.client_id, parked.source, parked.sequence, parked.type, parked.subject,
        parked.data, greatest(parked.park_time, now()))
    ON CONFLICT (event_id) DO NOTHING;
    UPDATE inbox SET outcome = 'UNKNOWN'
    WHERE source = parked.source AND sequence = parked.sequence AND outcome = 'PARKED';
    DELETE FROM once WHERE key = 'event:' || parked_event;
END $$;
