-- Zones, by source: a file replaces all zones of its source.
CREATE TABLE zone_sources (
    client_id text NOT NULL,
    source text NOT NULL CHECK (source ~ '^[a-z0-9-]{1,64}$'),
    -- New with each import: the versions of all sources together say whether an index in memory is still right.
    version uuid NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    feature_count integer NOT NULL CHECK (feature_count >= 0),
    zone_count integer NOT NULL CHECK (zone_count BETWEEN 0 AND feature_count),
    -- What holds where no zone decides: rules in the order in which they win.
    global_rules jsonb NOT NULL,
    import_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, source)
);
SELECT platform_protect('zone_sources');

-- No index on the boundary: row level security lets no spatial operator use one (they are not leakproof). What holds a
-- point is answered from memory; lists read a client's few thousand zones.
CREATE TABLE zones (
    client_id text NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    feature_index integer NOT NULL CHECK (feature_index >= 0),
    title text NOT NULL CHECK (char_length(title) <= 200),
    parking integer NOT NULL CHECK (parking BETWEEN 0 AND 2),
    rules jsonb NOT NULL,
    start_time timestamptz,
    end_time timestamptz,
    boundary geometry(MultiPolygon, 4326) NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, source, feature_index),
    FOREIGN KEY (client_id, source) REFERENCES zone_sources
);
SELECT platform_protect('zones');

-- Where vehicles stand, by the code of the feed: the printed one, or one that only the feed knows. For the reason above
-- nearness is found by cells of 1/200 degree, whose numbers compare without leaking, and then by exact distance.
CREATE TABLE vehicle_positions (
    client_id text NOT NULL,
    code text NOT NULL CHECK (char_length(code) BETWEEN 1 AND 64),
    point geography(Point, 4326) NOT NULL,
    cell_y integer NOT NULL GENERATED ALWAYS AS (floor(ST_Y(point::geometry) * 200)::integer) STORED,
    cell_x integer NOT NULL GENERATED ALWAYS AS (floor(ST_X(point::geometry) * 200)::integer) STORED,
    -- Where it came to rest: small steps add up against this point, not against the last report.
    rest_point geography(Point, 4326) NOT NULL,
    report_time timestamptz NOT NULL,
    -- Of the last move of 30 m or more: the last report before it and the first after it.
    leave_time timestamptz,
    last_move_time timestamptz CHECK (last_move_time <= report_time),
    import_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, code),
    CHECK ((leave_time IS NULL) = (last_move_time IS NULL))
);
CREATE INDEX vehicle_positions_cell ON vehicle_positions (client_id, cell_y, cell_x);
-- Feed-only positions that no feed brings any more.
CREATE INDEX vehicle_positions_age ON vehicle_positions (client_id, import_time);
SELECT platform_protect('vehicle_positions');
