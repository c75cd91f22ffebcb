-- Enums are stored as the numbers of the protos.

-- A copy of what Refunds says of members: who may act, and as what.
CREATE TABLE members (
    client_id text NOT NULL,
    person_id uuid NOT NULL,
    vendor text NOT NULL,
    role integer NOT NULL,
    level integer NOT NULL,
    state integer NOT NULL,
    alias text NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, person_id)
);
SELECT platform_protect('members');

-- One case per matter. The matter is "episode/{uuid}", "fault/{uuid}", "ride/{uuid}" and so on.
CREATE TABLE cases (
    client_id text NOT NULL,
    id uuid NOT NULL,
    matter text NOT NULL CHECK (matter <> ''),
    kind integer NOT NULL CHECK (kind BETWEEN 1 AND 4),
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 6),
    state integer NOT NULL CHECK (state IN (1, 2)),
    -- Opened by hand and not closed by hand yet; a case that events opened lives by its parts alone.
    kept_open boolean NOT NULL,
    owner_id uuid,
    -- The owner has it only because no agent was on duty.
    stands_in boolean NOT NULL,
    handed_over boolean NOT NULL,
    title text NOT NULL CHECK (char_length(title) <= 200),
    rider_id uuid,
    ride_id uuid,
    vehicle_id uuid,
    need integer NOT NULL CHECK (need BETWEEN 0 AND 4),
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    close_time timestamptz,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, matter),
    CHECK ((state = 2) = (close_time IS NOT NULL)),
    CHECK (state = 1 OR NOT kept_open)
);
CREATE INDEX cases_list ON cases (client_id, create_time DESC, id DESC);
CREATE INDEX cases_of_owner ON cases (client_id, owner_id) WHERE state = 1;
CREATE INDEX cases_of_rider ON cases (client_id, rider_id, create_time DESC, id DESC);
CREATE INDEX cases_closed ON cases (client_id, close_time) WHERE state = 2;
SELECT platform_protect('cases');

-- What belongs to a case; a thing belongs to one case at a time.
CREATE TABLE case_parts (
    client_id text NOT NULL,
    kind integer NOT NULL CHECK (kind BETWEEN 1 AND 4),
    thing_id uuid NOT NULL,
    case_id uuid NOT NULL,
    -- For whom the part waits: 0 nobody, it is closed; 1 the service that owns the thing; 2 a person of the desk.
    waits_for integer NOT NULL CHECK (waits_for BETWEEN 0 AND 2),
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 6),
    rider_id uuid,
    ride_id uuid,
    vehicle_id uuid,
    join_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, kind, thing_id),
    FOREIGN KEY (client_id, case_id) REFERENCES cases
);
CREATE INDEX case_parts_of_case ON case_parts (client_id, case_id);
SELECT platform_protect('case_parts');

-- What happened to a case, in order: the clocks are computed from it.
CREATE TABLE case_log (
    client_id text NOT NULL,
    case_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    kind integer NOT NULL CHECK (kind BETWEEN 1 AND 11),
    actor text NOT NULL CHECK (actor <> ''),
    subject text NOT NULL,
    occur_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, case_id, number),
    FOREIGN KEY (client_id, case_id) REFERENCES cases
);
CREATE INDEX case_log_by_time ON case_log (client_id, occur_time);
-- When a person was given a case last: assigned, or handed over.
CREATE INDEX case_log_given ON case_log (client_id, subject, occur_time) WHERE kind IN (4, 5);
SELECT platform_protect('case_log');

-- For colleagues only.
CREATE TABLE case_notes (
    client_id text NOT NULL,
    case_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
    author text NOT NULL CHECK (author <> ''),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, case_id, number),
    FOREIGN KEY (client_id, case_id) REFERENCES cases
);
SELECT platform_protect('case_notes');

-- Calls and letters, by the telephone system's own id.
CREATE TABLE contacts (
    client_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL CHECK (char_length(external_id) BETWEEN 1 AND 100),
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 6),
    outcome integer NOT NULL CHECK (outcome BETWEEN 1 AND 3),
    case_id uuid,
    rider_id uuid,
    abusive boolean NOT NULL,
    offer_time timestamptz NOT NULL,
    end_time timestamptz,
    member text NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, external_id),
    FOREIGN KEY (client_id, case_id) REFERENCES cases,
    CHECK ((outcome = 1) = (end_time IS NULL)),
    CHECK ((outcome = 2) = (member <> '')),
    CHECK (outcome <> 2 OR case_id IS NOT NULL)
);
CREATE INDEX contacts_by_time ON contacts (client_id, offer_time);
SELECT platform_protect('contacts');

-- Copies of what the owners of the things say, each of the highest revision seen.
CREATE TABLE complaint_copies (
    client_id text NOT NULL,
    id uuid NOT NULL,
    episode_id uuid NOT NULL,
    state integer NOT NULL,
    channel integer NOT NULL CHECK (channel BETWEEN 1 AND 6),
    vehicle_id uuid,
    language text NOT NULL CHECK (language IN ('ko', 'en')),
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id)
);
SELECT platform_protect('complaint_copies');

CREATE TABLE fault_copies (
    client_id text NOT NULL,
    id uuid NOT NULL,
    state integer NOT NULL,
    -- Did any revision say HELD or GROUNDED?
    endangers boolean NOT NULL,
    reporter_id uuid,
    ride_id uuid,
    vehicle_id uuid,
    -- In which the reporter reads; empty when not known.
    language text NOT NULL CHECK (language IN ('', 'ko', 'en')),
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id)
);
CREATE INDEX fault_copies_of_reporter ON fault_copies (client_id, reporter_id, id DESC) WHERE language <> '';
SELECT platform_protect('fault_copies');

CREATE TABLE refund_copies (
    client_id text NOT NULL,
    id uuid NOT NULL,
    state integer NOT NULL,
    by_system boolean NOT NULL,
    -- Did any revision say DENIED, FAILED or UNDER_REVIEW?
    troubled boolean NOT NULL,
    case_id uuid,
    complaint_id uuid,
    fault_id uuid,
    ride_id uuid,
    payment_id uuid,
    vehicle_id uuid,
    rider_id uuid,
    -- What a message about it says.
    told_values jsonb NOT NULL,
    -- The last revision that a person closed with the case; a later one opens the part again.
    closed_revision bigint NOT NULL DEFAULT 0,
    revision bigint NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (client_id, id)
);
CREATE INDEX refund_copies_of_complaint ON refund_copies (client_id, complaint_id) WHERE complaint_id IS NOT NULL;
CREATE INDEX refund_copies_of_fault ON refund_copies (client_id, fault_id) WHERE fault_id IS NOT NULL;
SELECT platform_protect('refund_copies');

-- What a person is told: once per recipient, subject and kind.
CREATE TABLE messages (
    client_id text NOT NULL,
    id uuid NOT NULL,
    recipient text NOT NULL CHECK (recipient <> ''),
    subject text NOT NULL CHECK (subject <> ''),
    -- The subject as a part of a case; null when it can be none.
    subject_kind integer CHECK (subject_kind BETWEEN 1 AND 4),
    subject_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind <> ''),
    template text NOT NULL CHECK (template <> ''),
    told_values jsonb NOT NULL,
    text text NOT NULL CHECK (char_length(text) <= 4000),
    language text NOT NULL CHECK (language IN ('ko', 'en')),
    place integer NOT NULL CHECK (place BETWEEN 1 AND 3),
    state integer NOT NULL CHECK (state IN (1, 2)),
    sent_by text NOT NULL CHECK (sent_by <> ''),
    case_id uuid,
    create_time timestamptz NOT NULL,
    not_before_time timestamptz NOT NULL,
    deliver_time timestamptz,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, recipient, subject, kind),
    FOREIGN KEY (client_id, case_id) REFERENCES cases,
    CHECK ((state = 2) = (deliver_time IS NOT NULL))
);
CREATE INDEX messages_of_recipient ON messages (client_id, recipient, create_time DESC, id DESC);
CREATE INDEX messages_of_subject ON messages (client_id, subject_id);
CREATE INDEX messages_of_case ON messages (client_id, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX messages_queued ON messages (client_id, not_before_time, id) WHERE state = 1;
SELECT platform_protect('messages');
