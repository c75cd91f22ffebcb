-- Enums are stored as the numbers of the protos.

CREATE TABLE vehicles (
    client_id text NOT NULL,
    id uuid NOT NULL,
    printed_code text NOT NULL CHECK (printed_code ~ '^[A-Z0-9-]{2,32}$'),
    product text NOT NULL CHECK (product <> ''),
    external_id text NOT NULL CHECK (char_length(external_id) <= 64),
    state integer NOT NULL CHECK (state IN (1, 2)),
    ground_time timestamptz,
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, printed_code),
    CHECK ((state = 2) = (ground_time IS NOT NULL))
);
SELECT platform_protect('vehicles');

CREATE TABLE rides (
    client_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL CHECK (char_length(external_id) BETWEEN 1 AND 64),
    vehicle_id uuid NOT NULL,
    rider_id uuid NOT NULL,
    start_time timestamptz NOT NULL,
    end_time timestamptz CHECK (end_time >= start_time),
    distance_meters bigint NOT NULL CHECK (distance_meters BETWEEN 0 AND 1000000),
    unlock_outcome integer NOT NULL CHECK (unlock_outcome IN (1, 2)),
    create_time timestamptz NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, external_id),
    FOREIGN KEY (client_id, vehicle_id) REFERENCES vehicles
);
-- The latest ride of a rider on a vehicle, for the grounding rule.
CREATE INDEX rides_of_rider ON rides (client_id, rider_id, vehicle_id, (coalesce(end_time, start_time)) DESC);
SELECT platform_protect('rides');

CREATE TABLE faults (
    client_id text NOT NULL,
    id uuid NOT NULL,
    printed_code text NOT NULL CHECK (char_length(printed_code) BETWEEN 1 AND 32),
    vehicle_id uuid,
    category text NOT NULL CHECK (category <> ''),
    safety_critical boolean NOT NULL,
    catalogue_version text NOT NULL,
    catalogue_sha256 text NOT NULL CHECK (catalogue_sha256 ~ '^[0-9a-f]{64}$'),
    note text NOT NULL CHECK (char_length(note) <= 4000),
    -- Of the page on which it was reported; empty when nobody knows.
    language text NOT NULL CHECK (language IN ('', 'ko', 'en')),
    ride_id uuid,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    accuracy_meters double precision NOT NULL CHECK (accuracy_meters BETWEEN 0 AND 10000),
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 4),
    occur_time timestamptz NOT NULL,
    reporter_id uuid,
    filed_by text NOT NULL,
    state integer NOT NULL CHECK (state BETWEEN 1 AND 4),
    grounding integer NOT NULL CHECK (grounding BETWEEN 1 AND 3),
    grounding_reason text NOT NULL CHECK (grounding_reason <> ''),
    flag_numbers integer[] NOT NULL,
    decision_note text NOT NULL CHECK (char_length(decision_note) <= 4000),
    decided_by text NOT NULL CHECK ((decided_by = '') = (state = 1)),
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    -- Waits for a person: the head of the list.
    held boolean NOT NULL GENERATED ALWAYS AS (state = 1 AND grounding = 2) STORED,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, vehicle_id) REFERENCES vehicles,
    FOREIGN KEY (client_id, ride_id) REFERENCES rides,
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK (reporter_id IS NOT NULL OR filed_by <> ''),
    CHECK (grounding <> 3 OR (safety_critical AND vehicle_id IS NOT NULL)),
    CHECK (grounding <> 1 OR NOT safety_critical)
);
CREATE INDEX faults_list ON faults (client_id, held DESC, create_time DESC, id DESC);
CREATE INDEX faults_of_reporter ON faults (client_id, reporter_id, held DESC, create_time DESC, id DESC);
-- What keeps a vehicle off the street, and whose second word may ground it.
CREATE INDEX faults_open_of_vehicle ON faults (client_id, vehicle_id, create_time DESC) WHERE state IN (1, 2);
SELECT platform_protect('faults');

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
