-- The ground: organisations, people and their sessions, the audit trail, numbers, background work.
-- Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, truth values 0 and 1.

CREATE TABLE organisations (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_organisations__state CHECK (state IN ('active', 'closed')),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- People are known to the installation; what they may do hangs on their memberships.
CREATE TABLE people (
    id BYTEA NOT NULL PRIMARY KEY,
    email TEXT NOT NULL CONSTRAINT uq_people__email UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT,
    password_changed_at BIGINT,
    is_operator BIGINT NOT NULL,
    n_failed BIGINT NOT NULL,
    locked_until BIGINT,
    state TEXT NOT NULL CONSTRAINT ck_people__state CHECK (state IN ('active', 'disabled')),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- Roles are a list of role codes with commas, in order.
CREATE TABLE memberships (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    person_id BYTEA NOT NULL REFERENCES people (id),
    roles TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_memberships__state CHECK (state IN ('active', 'suspended')),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX ix_memberships__person_id ON memberships (person_id);

-- A session is found by the SHA-256 of the secret in the cookie; the secret itself is nowhere.
CREATE TABLE sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    secret_sha256 BYTEA NOT NULL CONSTRAINT uq_sessions__secret_sha256 UNIQUE,
    person_id BYTEA NOT NULL REFERENCES people (id),
    organisation_id BYTEA REFERENCES organisations (id),
    stage TEXT NOT NULL CONSTRAINT ck_sessions__stage CHECK (stage IN ('second_factor', 'complete')),
    csrf_secret BYTEA NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX ix_sessions__person_id ON sessions (person_id);
CREATE INDEX ix_sessions__expires_at ON sessions (expires_at);

-- The one-time link of the first start.
CREATE TABLE setup_links (
    secret_sha256 BYTEA NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- The audit trail: one chain of hashes for each organisation, and one (the nil id) for the installation. Rows are only added.
CREATE TABLE audit_events (
    organisation_id BYTEA NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person_id BYTEA,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    details TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, sequence)
);
CREATE INDEX ix_audit_events__organisation_id_at ON audit_events (organisation_id, at);
CREATE INDEX ix_audit_events__organisation_id_target ON audit_events (organisation_id, target_kind, target_id);

-- Numbers people quote (FND-000123), counted for each organisation.
CREATE TABLE counters (
    organisation_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, name)
);

-- Background work. A worker holds a job while its lease lasts; a lease that ran out gives the job to another.
CREATE TABLE jobs (
    id BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA,
    kind TEXT NOT NULL,
    argument TEXT NOT NULL,
    -- Waiting jobs with the same key are one job.
    unique_key TEXT,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_jobs__state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    run_at BIGINT NOT NULL,
    n_attempts BIGINT NOT NULL,
    worker TEXT,
    lease_until BIGINT,
    is_cancel_asked BIGINT NOT NULL,
    n_done BIGINT NOT NULL,
    n_total BIGINT,
    outcome TEXT,
    person_id BYTEA,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX ix_jobs__state_priority_run_at ON jobs (state, priority, run_at, id);
CREATE INDEX ix_jobs__organisation_id_created_at ON jobs (organisation_id, created_at);
CREATE UNIQUE INDEX uq_jobs__unique_key ON jobs (unique_key) WHERE state = 'waiting';

-- Settings of the installation, such as when the library was last seen.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The second wall: row security. `kikimori.organisation` and `kikimori.scope` are set at the start of each transaction. FORCE makes it
-- hold for the owner of the tables too; only a superuser passes it, so Kikimori must not run as one.
CREATE FUNCTION kikimori_organisation() RETURNS BYTEA LANGUAGE SQL STABLE AS
    $$ SELECT decode(coalesce(current_setting('kikimori.organisation', true), ''), 'hex') $$;
CREATE FUNCTION kikimori_is_system() RETURNS BOOLEAN LANGUAGE SQL STABLE AS
    $$ SELECT coalesce(current_setting('kikimori.scope', true), '') = 'system' $$;
CREATE FUNCTION kikimori_is_installation() RETURNS BOOLEAN LANGUAGE SQL STABLE AS
    $$ SELECT coalesce(current_setting('kikimori.scope', true), '') IN ('system', 'installation') $$;

ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON memberships USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);

-- No policy for UPDATE and DELETE: the trail is only added to.
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY read_of_organisation ON audit_events FOR SELECT USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);
CREATE POLICY add_of_organisation ON audit_events FOR INSERT WITH CHECK (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);

ALTER TABLE counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE counters FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON counters USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);

ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON jobs USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_installation())
);
