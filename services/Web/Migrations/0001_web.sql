-- A session is found by the hash of the secret in the cookie: whoever reads this table can take over none.
CREATE TABLE sessions (
    client_id text NOT NULL,
    id_hash bytea NOT NULL CHECK (octet_length(id_hash) = 32),
    subject text NOT NULL CHECK (subject <> ''),
    role text NOT NULL CHECK (role <> ''),
    vendor text,
    alias text NOT NULL CHECK (char_length(alias) <= 40),
    -- AES-GCM under a key made of MOBILITY_WEB_KEY and id_hash.
    sealed_token bytea NOT NULL,
    token_expire_time timestamptz NOT NULL,
    -- Key of a person of MOBILITY_DEV_PEOPLE, whose token is made anew; null for who brought a token.
    person_key text,
    create_time timestamptz NOT NULL,
    expire_time timestamptz NOT NULL,
    PRIMARY KEY (client_id, id_hash)
);
CREATE INDEX sessions_over ON sessions (client_id, expire_time);
SELECT platform_protect('sessions');
