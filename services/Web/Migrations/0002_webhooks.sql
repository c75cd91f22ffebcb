-- What payment gateways send: the bytes as they came, a hint and no fact. They name no client that could be believed,
-- so the row is all clients'. The same bytes again are the same hint.
CREATE TABLE webhooks (
    client_id text NOT NULL CHECK (client_id = '*'),
    gateway text NOT NULL CHECK (gateway <> ''),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    body bytea NOT NULL CHECK (octet_length(body) <= 65536),
    -- WAITING until the payment's owner was told, then TOLD; IGNORED names no payment, GIVEN_UP nobody answered.
    state text NOT NULL CHECK (state IN ('WAITING', 'TOLD', 'IGNORED', 'GIVEN_UP')),
    attempt_count int NOT NULL DEFAULT 0,
    receive_time timestamptz NOT NULL,
    next_time timestamptz,
    PRIMARY KEY (client_id, gateway, sha256),
    CHECK ((state = 'WAITING') = (next_time IS NOT NULL))
);
CREATE INDEX webhooks_waiting ON webhooks (client_id, next_time) WHERE next_time IS NOT NULL;
CREATE INDEX webhooks_newest ON webhooks (client_id, receive_time);
SELECT platform_protect('webhooks');
