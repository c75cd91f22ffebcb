-- The extension lets one constraint compare a person for equality and a span for overlap. PostgreSQL trusts it: the
-- owner of the database may add it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE shifts (
    client_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role integer NOT NULL CHECK (role BETWEEN 1 AND 3),
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL CHECK (end_time > start_time AND end_time <= start_time + interval '14 hours'),
    cancelled boolean NOT NULL DEFAULT false,
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id),
    -- Half-open: a shift may begin at the instant at which the one before it ends.
    CONSTRAINT shifts_of_a_person_apart EXCLUDE USING gist
        (client_id WITH =, person_id WITH =, tstzrange(start_time, end_time) WITH &&) WHERE (NOT cancelled)
);
-- Who is on duty at an instant and whose shift comes next; also the list of a span.
CREATE INDEX shifts_by_start ON shifts (client_id, start_time, id);
SELECT platform_protect('shifts');
