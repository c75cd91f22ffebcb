-- Enums are stored as the numbers of the protos.

-- A point as PostGIS knows it; rows keep plain numbers.
CREATE FUNCTION point_of(latitude double precision, longitude double precision) RETURNS geography
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography;

-- A copy of what Faults says of vehicles.
CREATE TABLE vehicles (
    client_id text NOT NULL,
    id uuid NOT NULL,
    printed_code text NOT NULL CHECK (printed_code <> ''),
    state integer NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id)
);
CREATE INDEX vehicles_of_code ON vehicles (client_id, printed_code);
SELECT platform_protect('vehicles');

-- A copy of when vehicles were ridden. Who rode is not kept: nothing here asks for it.
CREATE TABLE rides (
    client_id text NOT NULL,
    id uuid NOT NULL,
    vehicle_id uuid NOT NULL,
    start_time timestamptz NOT NULL,
    end_time timestamptz,
    unlocked boolean NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id)
);
CREATE INDEX rides_of_vehicle ON rides (client_id, vehicle_id, (coalesce(end_time, start_time)) DESC) WHERE unlocked;
SELECT platform_protect('rides');

-- A copy of what Refunds says of members: may the person act?
CREATE TABLE members (
    client_id text NOT NULL,
    person text NOT NULL,
    vendor text NOT NULL,
    role integer NOT NULL,
    level integer NOT NULL,
    state integer NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, person)
);
SELECT platform_protect('members');

-- How often a vehicle that was complained about has stood anew: it moved or was ridden between two complaints.
CREATE TABLE stays (
    client_id text NOT NULL,
    vehicle_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    start_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, vehicle_id)
);
SELECT platform_protect('stays');

-- Vehicles that stand, with all complaints about them (docs/decisions/0009-episodes.md).
CREATE TABLE episodes (
    client_id text NOT NULL,
    id uuid NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, id)
);
SELECT platform_protect('episodes');

-- Numbers the moments at which episodes change: many fall into one millisecond.
CREATE SEQUENCE moments;

CREATE TABLE removals (
    client_id text NOT NULL,
    id uuid NOT NULL,
    episode_id uuid NOT NULL,
    -- Where it was sent for; another one than episode_id while two episodes are merged.
    origin_episode_id uuid NOT NULL,
    state integer NOT NULL CHECK (state BETWEEN 1 AND 3),
    -- Cancelled only because the episode was merged into one that has a removal.
    is_merged boolean NOT NULL DEFAULT false CHECK (NOT is_merged OR state = 3),
    note text NOT NULL CHECK (char_length(note) <= 4000),
    create_time timestamptz NOT NULL,
    end_time timestamptz,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, episode_id) REFERENCES episodes,
    FOREIGN KEY (client_id, origin_episode_id) REFERENCES episodes,
    CHECK ((end_time IS NULL) = (state = 1))
);
-- One removal for an episode, whoever sends it twice.
CREATE UNIQUE INDEX removals_open ON removals (client_id, episode_id) WHERE state = 1;
CREATE INDEX removals_list ON removals (client_id, create_time DESC, id DESC);
CREATE INDEX removals_of_origin ON removals (client_id, origin_episode_id);
SELECT platform_protect('removals');

CREATE TABLE complaints (
    client_id text NOT NULL,
    id uuid NOT NULL,
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    accuracy_meters double precision NOT NULL CHECK (accuracy_meters BETWEEN 0 AND 5000),
    category text NOT NULL CHECK (category <> ''),
    catalogue_version text NOT NULL,
    catalogue_sha256 text NOT NULL CHECK (catalogue_sha256 ~ '^[0-9a-f]{64}$'),
    printed_codes text[] NOT NULL CHECK (cardinality(printed_codes) <= 20),
    -- The vehicles and, at the same place, which of its stays each was in.
    vehicle_ids uuid[] NOT NULL,
    stay_numbers integer[] NOT NULL,
    note text NOT NULL CHECK (char_length(note) <= 4000),
    language text NOT NULL CHECK (language IN ('ko', 'en')),
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 4),
    occur_time timestamptz NOT NULL,
    filed_by text NOT NULL,
    state integer NOT NULL CHECK (state BETWEEN 1 AND 7),
    flag_numbers integer[] NOT NULL,
    episode_id uuid NOT NULL,
    -- The episode that it was in first; where it goes back to when a merge is undone.
    origin_episode_id uuid NOT NULL,
    -- Moment at which it began to count for the grouping; unset while HELD, and for ever once split.
    group_number bigint,
    removal_id uuid,
    city text NOT NULL,
    ordinance_version text NOT NULL,
    rule_code text NOT NULL,
    grace_minutes integer NOT NULL,
    fee_minor bigint,
    zone_id uuid,
    zone_parking integer NOT NULL,
    dong text NOT NULL,
    dong_code text NOT NULL,
    due_time timestamptz,
    decision_note text NOT NULL CHECK (char_length(decision_note) <= 4000),
    decision_reason text NOT NULL,
    decided_by text NOT NULL,
    -- The complaint of the episode on which the person acted who upheld this one.
    upheld_through uuid,
    answer_time timestamptz,
    answer_count integer NOT NULL CHECK (answer_count >= 0),
    proof_photo_id uuid,
    reopen_note text NOT NULL CHECK (char_length(reopen_note) <= 4000),
    split_note text NOT NULL CHECK (char_length(split_note) <= 4000),
    -- From each answer until it was reopened it was over, and others did not join it.
    pause_starts bigint[] NOT NULL DEFAULT '{}',
    pause_ends bigint[] NOT NULL DEFAULT '{}' CHECK (cardinality(pause_ends) = cardinality(pause_starts)),
    end_number bigint,
    end_time timestamptz,
    tracking_hash bytea NOT NULL UNIQUE,
    sender_hash bytea,
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    -- Cells of 1/200 degree, by which places are found: their numbers compare without leaking.
    cell_y integer NOT NULL GENERATED ALWAYS AS (floor(latitude * 200)::integer) STORED,
    cell_x integer NOT NULL GENERATED ALWAYS AS (floor(longitude * 200)::integer) STORED,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, episode_id) REFERENCES episodes,
    FOREIGN KEY (client_id, origin_episode_id) REFERENCES episodes,
    FOREIGN KEY (client_id, removal_id) REFERENCES removals,
    CHECK (cardinality(vehicle_ids) = cardinality(stay_numbers)),
    CHECK ((end_time IS NOT NULL) = (state IN (5, 6, 7))),
    CHECK ((end_number IS NULL) = (end_time IS NULL)),
    CHECK (answer_count = 0 OR answer_time IS NOT NULL),
    CHECK (state <> 2 OR group_number IS NULL)
);
CREATE INDEX complaints_list ON complaints (client_id, create_time DESC, id DESC);
CREATE INDEX complaints_of_state ON complaints (client_id, state, create_time DESC, id DESC);
CREATE INDEX complaints_of_episode ON complaints (client_id, episode_id);
CREATE INDEX complaints_of_removal ON complaints (client_id, removal_id) WHERE removal_id IS NOT NULL;
-- No index on arrays or points: row level security lets no array or spatial operator use one (they are not leakproof).
CREATE INDEX complaints_of_place ON complaints (client_id, cell_y, cell_x, create_time DESC, id DESC);
CREATE INDEX complaints_open ON complaints (client_id, cell_y, cell_x) WHERE end_time IS NULL;
CREATE INDEX complaints_of_sender ON complaints (client_id, sender_hash, create_time) WHERE sender_hash IS NOT NULL;
CREATE INDEX complaints_ended ON complaints (end_time) WHERE end_time IS NOT NULL;
SELECT platform_protect('complaints');

-- By which vehicle complaints are found: the same as vehicle_ids of the complaint, in a form that an index can serve.
CREATE TABLE complaint_vehicles (
    client_id text NOT NULL,
    vehicle_id uuid NOT NULL,
    -- That of the complaint.
    create_time timestamptz NOT NULL,
    complaint_id uuid NOT NULL,
    PRIMARY KEY (client_id, vehicle_id, create_time, complaint_id),
    FOREIGN KEY (client_id, complaint_id) REFERENCES complaints
);
CREATE INDEX complaint_vehicles_of_complaint ON complaint_vehicles (client_id, complaint_id);
SELECT platform_protect('complaint_vehicles');

-- How reporters can be reached, and nothing else in the service does. The hash counts what one contact files.
CREATE TABLE contacts (
    client_id text NOT NULL,
    complaint_id uuid NOT NULL,
    ciphertext bytea NOT NULL,
    key_id text NOT NULL CHECK (key_id ~ '^[0-9a-f]{8}$'),
    contact_hash bytea NOT NULL,
    create_time timestamptz NOT NULL,
    -- Unset while the complaint is not over.
    erase_after timestamptz,
    PRIMARY KEY (client_id, complaint_id),
    FOREIGN KEY (client_id, complaint_id) REFERENCES complaints
);
CREATE INDEX contacts_of_hash ON contacts (client_id, contact_hash, create_time);
CREATE INDEX contacts_due ON contacts (erase_after) WHERE erase_after IS NOT NULL;
SELECT platform_protect('contacts');

-- Who read how a reporter can be reached, when and what for.
CREATE TABLE contact_reads (
    client_id text NOT NULL,
    id uuid NOT NULL,
    complaint_id uuid NOT NULL,
    person text NOT NULL CHECK (person <> ''),
    purpose text NOT NULL CHECK (char_length(purpose) BETWEEN 1 AND 200),
    read_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX contact_reads_of_complaint ON contact_reads (client_id, complaint_id);
CREATE INDEX contact_reads_time ON contact_reads (read_time);
SELECT platform_protect('contact_reads');

-- Photos without metadata.
CREATE TABLE photos (
    client_id text NOT NULL,
    id uuid NOT NULL,
    complaint_id uuid NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    width_pixels integer NOT NULL CHECK (width_pixels > 0),
    height_pixels integer NOT NULL CHECK (height_pixels > 0),
    content bytea NOT NULL CHECK (length(content) <= 3145728),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    claimed_latitude double precision,
    claimed_longitude double precision,
    -- people/{uuid}; empty when the reporter did.
    added_by text NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, complaint_id) REFERENCES complaints,
    CHECK ((claimed_latitude IS NULL) = (claimed_longitude IS NULL))
);
CREATE INDEX photos_of_complaint ON photos (client_id, complaint_id, create_time);
SELECT platform_protect('photos');

-- What a reporter said of an answer: once for each.
CREATE TABLE feedback (
    client_id text NOT NULL,
    complaint_id uuid NOT NULL,
    answer integer NOT NULL CHECK (answer >= 1),
    verdict integer NOT NULL CHECK (verdict IN (1, 2)),
    text text NOT NULL CHECK (char_length(text) <= 4000),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, complaint_id, answer),
    FOREIGN KEY (client_id, complaint_id) REFERENCES complaints
);
SELECT platform_protect('feedback');

-- What reporters were told on the tracking page. No reference to complaints: whichever comes first is kept.
CREATE TABLE told_messages (
    client_id text NOT NULL,
    id uuid NOT NULL,
    complaint_id uuid NOT NULL,
    template text NOT NULL CHECK (template <> ''),
    template_values jsonb NOT NULL,
    tell_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX told_messages_of_complaint ON told_messages (client_id, complaint_id, tell_time);
SELECT platform_protect('told_messages');

-- Look-ups by tracking code in the present minute. A code says no client, so all rows are those of client '*'.
CREATE TABLE look_ups (
    client_id text NOT NULL CHECK (client_id = '*'),
    sender_hash bytea NOT NULL,
    minute timestamptz NOT NULL,
    look_up_count integer NOT NULL,
    PRIMARY KEY (client_id, sender_hash)
);
SELECT platform_protect('look_ups');
