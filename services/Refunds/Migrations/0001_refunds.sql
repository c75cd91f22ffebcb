-- Money is bigint minor units of the client's one currency. States and the like are the names of the protos' values.

CREATE TABLE member (
    client_id text NOT NULL,
    person_id uuid NOT NULL,
    vendor text NOT NULL,
    role text NOT NULL,
    level int NOT NULL CHECK (level BETWEEN 1 AND 9),
    state text NOT NULL,
    -- What screens call the person; no legal name.
    alias text NOT NULL CHECK (char_length(alias) <= 40),
    -- Keyed hash of the phone number, empty when it is not known; accounts that the person rides with.
    phone_hash text NOT NULL DEFAULT '' CHECK (phone_hash ~ '^([0-9a-f]{64})?$'),
    rider_accounts uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(rider_accounts) <= 10),
    revision bigint NOT NULL,
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, person_id)
);
-- One natural person is one people/{uuid}.
CREATE UNIQUE INDEX member_of_phone ON member (client_id, phone_hash) WHERE phone_hash <> '';
SELECT platform_protect('member');

CREATE TABLE payment (
    client_id text NOT NULL,
    payment_id uuid NOT NULL,
    ride_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    -- All that was made good on it, by whatever action, and of that what left through the gateway.
    settled bigint NOT NULL DEFAULT 0 CHECK (settled >= 0),
    cancelled bigint NOT NULL DEFAULT 0 CHECK (cancelled >= 0 AND cancelled <= settled),
    -- Of that, what somebody paid back past us, such as in the client's own console at the gateway.
    external bigint NOT NULL DEFAULT 0 CHECK (external >= 0 AND external <= cancelled),
    -- By how much that exceeded what was left: reality asks no limit, and what we hold and settle never adds to it.
    overdrawn bigint NOT NULL DEFAULT 0 CHECK (overdrawn >= 0),
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    instrument text NOT NULL,
    -- Keyed hash of the phone number of who paid, empty when it is not known.
    payer_hash text NOT NULL DEFAULT '' CHECK (payer_hash ~ '^([0-9a-f]{64})?$'),
    gateway_payment_key text NOT NULL,
    approve_time timestamptz NOT NULL,
    create_time timestamptz NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, payment_id),
    -- Over all clients: the gateway has one account of ours, and nobody may pay back what another captured.
    UNIQUE (gateway_payment_key),
    -- The last word on making good more than was captured.
    CONSTRAINT payment_not_exceeded CHECK (settled + held <= amount + overdrawn)
) WITH (fillfactor = 80);
CREATE INDEX payment_of_ride ON payment (client_id, ride_id, payment_id);
CREATE INDEX payment_newest ON payment (client_id, approve_time DESC, payment_id DESC);
CREATE INDEX payment_of_customer ON payment (client_id, customer_id, approve_time DESC, payment_id DESC);
SELECT platform_protect('payment');

-- Every policy that a delegation ever had, from 1 on; never changed. A decision names the one that made it by its hash.
CREATE TABLE policy_version (
    client_id text NOT NULL,
    delegation_id uuid NOT NULL,
    version int NOT NULL CHECK (version > 0),
    policy_hash text NOT NULL CHECK (policy_hash ~ '^[0-9a-f]{64}$'),
    policy jsonb NOT NULL,
    made_by text NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, delegation_id, version)
);
SELECT platform_protect('policy_version');

CREATE TABLE delegation (
    client_id text NOT NULL,
    delegation_id uuid NOT NULL,
    vendor text NOT NULL,
    start_time timestamptz NOT NULL,
    expire_time timestamptz NOT NULL CHECK (expire_time > start_time),
    -- The version in force and a copy of it: an admission locks and reads one row, and a join would see the version of
    -- before it waited for the lock. policy_hash is the hash of the canonical form and is compared at every use.
    policy_version int NOT NULL,
    policy jsonb NOT NULL,
    policy_hash text NOT NULL,
    -- Has it a permit for the service itself?
    serves_system boolean NOT NULL,
    state text NOT NULL,
    epoch bigint NOT NULL,
    -- Decisions made under it, which number its leaves; no part of what is granted.
    decision_count bigint NOT NULL DEFAULT 0,
    granted_by text NOT NULL,
    suspended_by text NOT NULL DEFAULT '',
    suspend_reason text NOT NULL DEFAULT '',
    suspend_time timestamptz,
    revoked_by text NOT NULL DEFAULT '',
    revoke_reason text NOT NULL DEFAULT '',
    revoke_time timestamptz,
    create_time timestamptz NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, delegation_id),
    FOREIGN KEY (client_id, delegation_id, policy_version) REFERENCES policy_version,
    CHECK ((state = 'Suspended') = (suspend_time IS NOT NULL)),
    CHECK ((state = 'Revoked') = (revoke_time IS NOT NULL))
) WITH (fillfactor = 50);
CREATE INDEX delegation_of_vendor ON delegation (client_id, vendor, create_time);
SELECT platform_protect('delegation');

-- Who did what to a delegation and why, one row for each epoch; never changed.
CREATE TABLE delegation_change (
    client_id text NOT NULL,
    delegation_id uuid NOT NULL,
    epoch bigint NOT NULL,
    act text NOT NULL CHECK (act IN ('Grant', 'Suspend', 'Resume', 'Narrow', 'Revoke')),
    person text NOT NULL,
    reason text NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, delegation_id, epoch),
    FOREIGN KEY (client_id, delegation_id) REFERENCES delegation
);
SELECT platform_protect('delegation_change');

-- What a budget has counted, held and settled together, so that settling leaves it alone: a row for each thing it
-- counts apart and each stretch of time. What all delegations of the client count together has the nil delegation.
-- Every admission writes some of them anew: with room beside it a row stays on its page and its old versions go with
-- the next look at it.
CREATE TABLE budget_counter (
    client_id text NOT NULL,
    delegation_id uuid NOT NULL,
    budget text NOT NULL,
    key text NOT NULL,
    bucket timestamptz NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    count bigint NOT NULL CHECK (count >= 0),
    PRIMARY KEY (client_id, delegation_id, budget, key, bucket)
) WITH (fillfactor = 50);
SELECT platform_protect('budget_counter');

CREATE TABLE refund (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    -- None for what has no amount: a ride that is ended, a vehicle that is locked.
    payment_id uuid,
    ride_id uuid,
    customer_id uuid,
    vehicle_id uuid,
    fault_id uuid,
    complaint_id uuid,
    case_id uuid,
    action text NOT NULL,
    reason text NOT NULL,
    -- 0 for what has none.
    amount bigint NOT NULL CHECK (amount >= 0),
    note text NOT NULL,
    requested_by text NOT NULL,
    -- Replies are kept for 30 days, the id of the request for life. The machine's own have none.
    request_id uuid,
    -- The refund that came back and that this one is in place of.
    replaces uuid,
    actor text NOT NULL,
    state text NOT NULL,
    delegation_id uuid,
    epoch bigint NOT NULL,
    -- What was decided, and the facts that it was decided on: the same function on them gives the same decision. JSON,
    -- kept as it was written: the leaf has the hash of the facts' text, and to take them apart here cost more than all
    -- else that is done for the row.
    decision text COMPRESSION lz4 NOT NULL,
    facts text COMPRESSION lz4 NOT NULL,
    -- When it has to be back by law, as was decided; none for a favour.
    due_time timestamptz,
    -- Where the amount is held, so that a release goes back to the stretch of time it was taken from. JSON.
    debits text COMPRESSION lz4 NOT NULL,
    -- What an approver signs, in canonical form, and its SHA-256.
    signed_request text COMPRESSION lz4 NOT NULL,
    request_hash text NOT NULL CHECK (length(request_hash) = 64),
    -- Whose agreement is missing next, and until when; empty when nobody's.
    awaited_role text NOT NULL DEFAULT '',
    expire_time timestamptz,
    declined_by text NOT NULL DEFAULT '',
    decline_note text NOT NULL DEFAULT '',
    -- Who asked for it and took it back; empty when a stop withdrew it.
    withdrawn_by text NOT NULL DEFAULT '' CHECK (withdrawn_by = '' OR state = 'Withdrawn'),
    -- The refund that settled in place of this one, which had come back.
    replaced_by uuid CHECK ((state = 'Closed') = (replaced_by IS NOT NULL)),
    gateway_code text NOT NULL DEFAULT '',
    gateway_transaction_key text NOT NULL DEFAULT '',
    attempt_count int NOT NULL DEFAULT 0,
    probe_count int NOT NULL DEFAULT 0,
    -- When the settle job looks at it next.
    next_time timestamptz,
    -- When a hint wants the gateway asked besides, and when one last had it asked. Neither is part of the refund.
    reread_time timestamptz,
    last_reread_time timestamptz,
    settle_time timestamptz,
    -- The value added tax in the amount, once money went back.
    vat_amount bigint CHECK (vat_amount BETWEEN 0 AND amount),
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, refund_id),
    FOREIGN KEY (client_id, payment_id) REFERENCES payment,
    FOREIGN KEY (client_id, replaces) REFERENCES refund,
    FOREIGN KEY (client_id, replaced_by) REFERENCES refund,
    CHECK (replaces IS NULL OR payment_id IS NOT NULL),
    CHECK (state <> 'Settled' OR (gateway_transaction_key <> '' AND settle_time IS NOT NULL)),
    CHECK ((payment_id IS NULL) = (action IN ('EndRide', 'LockVehicle'))),
    CHECK ((amount = 0) = (payment_id IS NULL)),
    CHECK (ride_id IS NOT NULL OR action = 'LockVehicle'),
    CHECK (vehicle_id IS NOT NULL OR action <> 'LockVehicle'),
    CHECK ((state = 'AwaitingApproval') = (awaited_role <> '')),
    CHECK ((state IN ('AwaitingApproval', 'AwaitingEvidence')) = (expire_time IS NOT NULL))
);
CREATE INDEX refund_newest ON refund (client_id, create_time DESC, refund_id DESC);
CREATE INDEX refund_of_payment ON refund (client_id, payment_id);
CREATE INDEX refund_due ON refund (client_id, next_time) WHERE next_time IS NOT NULL;
CREATE INDEX refund_reread ON refund (client_id, reread_time) WHERE reread_time IS NOT NULL;
-- What may still be owed by law.
CREATE INDEX refund_owed ON refund (client_id, due_time)
    WHERE due_time IS NOT NULL AND state NOT IN ('Settled', 'Denied', 'Declined');
-- What a stop withdraws before its time: it raises the epoch. What was just admitted is due anyway.
CREATE INDEX refund_waiting ON refund (client_id, delegation_id, epoch)
    WHERE state IN ('AwaitingApproval', 'AwaitingEvidence') OR state = 'Approved' AND gateway_code <> '';
-- What waits for evidence about a ride.
CREATE INDEX refund_lacking ON refund (client_id, ride_id) WHERE state = 'AwaitingEvidence';
CREATE INDEX refund_lacking_of_payment ON refund (client_id, payment_id) WHERE state = 'AwaitingEvidence';
CREATE INDEX refund_of_transaction ON refund (client_id, gateway_transaction_key) WHERE gateway_transaction_key <> '';
CREATE UNIQUE INDEX refund_of_request ON refund (client_id, requested_by, request_id);
-- One replacement at a time, and one for good; what came to nothing makes room for another.
CREATE UNIQUE INDEX refund_one_replacement ON refund (client_id, replaces)
    WHERE replaces IS NOT NULL AND state NOT IN ('Denied', 'Declined', 'Expired', 'Withdrawn', 'Failed');
-- The machine tries a ride once, whichever fact arrives last.
CREATE UNIQUE INDEX refund_one_try_of_a_ride ON refund (client_id, ride_id) WHERE actor = 'System';
-- One operation at the gateway for a payment at a time.
CREATE UNIQUE INDEX refund_one_in_flight ON refund (client_id, payment_id)
    WHERE state IN ('Dispatching', 'PendingAtGateway', 'Unconfirmed', 'UnderReview');
SELECT platform_protect('refund');

-- Who agreed to a refund, in order, and what was decided anew then; never changed. A person agrees once to what has the
-- hash: when evidence or policy changed since, it is another one.
CREATE TABLE approval (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    step int NOT NULL CHECK (step > 0),
    person text NOT NULL,
    role text NOT NULL,
    request_hash text NOT NULL,
    note text NOT NULL,
    decision text COMPRESSION lz4 NOT NULL,
    facts text COMPRESSION lz4 NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id, step),
    UNIQUE (client_id, refund_id, person, request_hash),
    FOREIGN KEY (client_id, refund_id) REFERENCES refund
);
SELECT platform_protect('approval');

-- What was decided anew when the evidence came that a refund waited for, once; never changed. What leaves it waiting is
-- not kept.
CREATE TABLE evidence_decision (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    -- The hash of what was asked for without the evidence; with it the refund has another.
    asked_hash text NOT NULL CHECK (length(asked_hash) = 64),
    decision text COMPRESSION lz4 NOT NULL,
    facts text COMPRESSION lz4 NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id),
    FOREIGN KEY (client_id, refund_id) REFERENCES refund
);
SELECT platform_protect('evidence_decision');

-- What persons said became of a refund under review, in order; never changed.
CREATE TABLE resolution (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    step int NOT NULL CHECK (step > 0),
    person text NOT NULL,
    role text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('Done', 'NotDone')),
    gateway_transaction_key text NOT NULL CHECK ((gateway_transaction_key = '') = (outcome = 'NotDone')),
    evidence text NOT NULL CHECK (evidence <> ''),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id, step),
    FOREIGN KEY (client_id, refund_id) REFERENCES refund
);
SELECT platform_protect('resolution');

-- Which alerts were given about money that is owed by law, each once; never changed. NotOwed: somebody saw to it.
CREATE TABLE due_alert (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    alert text NOT NULL CHECK (alert IN ('DayBefore', 'HoursBefore', 'Overdue', 'NotOwed')),
    due_time timestamptz NOT NULL,
    calendar_version text NOT NULL,
    -- Of a breach: what the law adds for the first day, an estimate.
    late_interest bigint CHECK ((late_interest IS NOT NULL) = (alert = 'Overdue')),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id, alert),
    FOREIGN KEY (client_id, refund_id) REFERENCES refund
);
SELECT platform_protect('due_alert');

-- What is provable of every decision, a denial too, in its own commit; never changed. Hashes and names, no person.
CREATE TABLE audit_leaf (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    step int NOT NULL CHECK (step >= 0),
    delegation_id uuid,
    -- Decisions of a delegation in the order of their commits, from 1 and without a hole.
    number bigint CHECK (number > 0),
    leaf text NOT NULL,
    leaf_hash text NOT NULL CHECK (length(leaf_hash) = 64),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id, step),
    UNIQUE (client_id, delegation_id, number),
    CHECK ((delegation_id IS NULL) = (number IS NULL))
);
SELECT platform_protect('audit_leaf');
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON resolution EXECUTE FUNCTION refuse_change();

-- What was sent to the gateway or the back office, written before the first byte: the key and the exact body, which
-- never change. refundable_before is 0 for the back office.
CREATE TABLE refund_attempt (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    attempt int NOT NULL CHECK (attempt > 0),
    gateway_key text NOT NULL,
    body text NOT NULL,
    refundable_before bigint NOT NULL,
    dispatch_time timestamptz NOT NULL,
    end_time timestamptz,
    outcome text NOT NULL DEFAULT '',
    gateway_code text NOT NULL DEFAULT '',
    PRIMARY KEY (client_id, refund_id, attempt),
    FOREIGN KEY (client_id, refund_id) REFERENCES refund
);
SELECT platform_protect('refund_attempt');

-- No foreign key here, nor from audit_leaf: both are written with their refund, which is never deleted, and three
-- checks for each refund, planned anew each time, cost a quarter of what PostgreSQL does for it under the locks.
-- Double entry: the rows of one refund and kind sum to 0. The keys let a refund be held, posted and released once each.
CREATE TABLE ledger_entry (
    client_id text NOT NULL,
    refund_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('HOLD', 'POST', 'RELEASE', 'RETURN')),
    account text NOT NULL CHECK (account IN ('PAYMENT_AVAILABLE', 'PAYMENT_HELD', 'CUSTOMER_REFUNDED')),
    payment_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, refund_id, kind, account)
);
-- What is held ends once: posted or released, never both.
CREATE UNIQUE INDEX ledger_entry_one_end ON ledger_entry (client_id, refund_id)
    WHERE account = 'PAYMENT_HELD' AND kind <> 'HOLD';
SELECT platform_protect('ledger_entry');

-- What somebody paid back past us at the gateway, by its transaction. It is no refund of ours and never sent.
CREATE TABLE external_refund (
    client_id text NOT NULL,
    transaction_key text NOT NULL,
    payment_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('Adopted', 'Returned')),
    adopt_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, transaction_key),
    FOREIGN KEY (client_id, payment_id) REFERENCES payment
);
CREATE INDEX external_refund_of_payment ON external_refund (client_id, payment_id);
SELECT platform_protect('external_refund');

-- Double entry as in ledger_entry: adopted once, taken back at most once.
CREATE TABLE external_entry (
    client_id text NOT NULL,
    transaction_key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('ADOPT', 'RETURN')),
    account text NOT NULL CHECK (account IN ('PAYMENT_AVAILABLE', 'EXTERNALLY_REFUNDED')),
    payment_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    create_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, transaction_key, kind, account),
    FOREIGN KEY (client_id, transaction_key) REFERENCES external_refund
);
SELECT platform_protect('external_entry');

-- Payments to compare with the gateway's record: from when on it is wanted, when the gateway was last asked, and how
-- often since the last comparison. While one process compares, the wish is put off and not gone. No part of them.
CREATE TABLE payment_check (
    client_id text NOT NULL,
    payment_id uuid NOT NULL,
    want_time timestamptz,
    check_time timestamptz,
    try_count int NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, payment_id),
    FOREIGN KEY (client_id, payment_id) REFERENCES payment
);
CREATE INDEX payment_check_due ON payment_check (client_id, want_time) WHERE want_time IS NOT NULL;
SELECT platform_protect('payment_check');

CREATE TABLE ride_copy (
    client_id text NOT NULL,
    ride_id uuid NOT NULL,
    vehicle_id uuid NOT NULL,
    rider_id uuid NOT NULL,
    product text NOT NULL,
    start_time timestamptz NOT NULL,
    end_time timestamptz,
    distance_meters bigint NOT NULL,
    unlocked boolean NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, ride_id)
);
SELECT platform_protect('ride_copy');

CREATE TABLE fault_copy (
    client_id text NOT NULL,
    fault_id uuid NOT NULL,
    vehicle_id uuid,
    ride_id uuid,
    reporter_id uuid,
    category text NOT NULL,
    state text NOT NULL,
    -- Was it ever confirmed? True for good, whatever order its events come in.
    confirmed boolean NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, fault_id)
);
CREATE INDEX fault_copy_of_vehicle ON fault_copy (client_id, vehicle_id, fault_id) WHERE vehicle_id IS NOT NULL;
CREATE INDEX fault_copy_of_ride ON fault_copy (client_id, ride_id, fault_id) WHERE ride_id IS NOT NULL;
SELECT platform_protect('fault_copy');

CREATE TABLE vehicle_copy (
    client_id text NOT NULL,
    vehicle_id uuid NOT NULL,
    product text NOT NULL,
    printed_code text NOT NULL,
    state text NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, vehicle_id)
);
SELECT platform_protect('vehicle_copy');

-- What Desk says a case is about.
CREATE TABLE case_copy (
    client_id text NOT NULL,
    case_id uuid NOT NULL,
    ride_id uuid,
    vehicle_id uuid,
    revision bigint NOT NULL,
    PRIMARY KEY (client_id, case_id)
);
SELECT platform_protect('case_copy');

-- What the clock of the database's machine says at this moment; admission compares it with the host's.
CREATE FUNCTION database_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';
