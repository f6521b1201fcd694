-- Accounts: API tokens, links to hand over, second factors with their recovery codes, shortcuts of the keyboard.
-- Every secret but that of an authenticator is kept as a SHA-256: secrets are long and random, so nobody can guess them from it.

ALTER TABLE people ADD COLUMN has_shortcuts BIGINT NOT NULL DEFAULT 1;

CREATE TABLE api_tokens (
    id BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    person_id BYTEA NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    secret_sha256 BYTEA NOT NULL CONSTRAINT uq_api_tokens__secret_sha256 UNIQUE,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX ix_api_tokens__organisation_id_person_id ON api_tokens (organisation_id, person_id);

-- A link that works once, handed over by an administrator: to join an organisation, or to set a new password (then with a person).
CREATE TABLE invitations (
    id BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    purpose TEXT NOT NULL CONSTRAINT ck_invitations__purpose CHECK (purpose IN ('join', 'reset_password')),
    person_id BYTEA REFERENCES people (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    roles TEXT NOT NULL,
    secret_sha256 BYTEA NOT NULL CONSTRAINT uq_invitations__secret_sha256 UNIQUE,
    invited_by BYTEA NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX ix_invitations__organisation_id_email ON invitations (organisation_id, email);

-- An authenticator. `last_step` is the 30-second step of the last code that was accepted: no code works twice.
CREATE TABLE second_factors (
    person_id BYTEA NOT NULL PRIMARY KEY REFERENCES people (id),
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_codes (
    person_id BYTEA NOT NULL REFERENCES people (id),
    code_sha256 BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person_id, code_sha256)
);

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON api_tokens USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);

ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON invitations USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);
