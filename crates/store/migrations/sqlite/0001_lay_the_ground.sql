-- The ground: organisations, people and their sessions, the audit trail, numbers, background work.
-- Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, truth values 0 and 1.

CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_organisations__state CHECK (state IN ('active', 'closed')),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

-- People are known to the installation; what they may do hangs on their memberships.
CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL CONSTRAINT uq_people__email UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT,
    password_changed_at INTEGER,
    is_operator INTEGER NOT NULL,
    n_failed INTEGER NOT NULL,
    locked_until INTEGER,
    state TEXT NOT NULL CONSTRAINT ck_people__state CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

-- Roles are a list of role codes with commas, in order.
CREATE TABLE memberships (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    person_id BLOB NOT NULL REFERENCES people (id),
    roles TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_memberships__state CHECK (state IN ('active', 'suspended')),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
) STRICT;
CREATE INDEX ix_memberships__person_id ON memberships (person_id);

-- A session is found by the SHA-256 of the secret in the cookie; the secret itself is nowhere.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    secret_sha256 BLOB NOT NULL CONSTRAINT uq_sessions__secret_sha256 UNIQUE,
    person_id BLOB NOT NULL REFERENCES people (id),
    organisation_id BLOB REFERENCES organisations (id),
    stage TEXT NOT NULL CONSTRAINT ck_sessions__stage CHECK (stage IN ('second_factor', 'complete')),
    csrf_secret BLOB NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX ix_sessions__person_id ON sessions (person_id);
CREATE INDEX ix_sessions__expires_at ON sessions (expires_at);

-- The one-time link of the first start.
CREATE TABLE setup_links (
    secret_sha256 BLOB NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- The audit trail: one chain of hashes for each organisation, and one (the nil id) for the installation. Rows are only added.
CREATE TABLE audit_events (
    organisation_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person_id BLOB,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    details TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (organisation_id, sequence)
) STRICT;
CREATE INDEX ix_audit_events__organisation_id_at ON audit_events (organisation_id, at);
CREATE INDEX ix_audit_events__organisation_id_target ON audit_events (organisation_id, target_kind, target_id);

-- Numbers people quote (FND-000123), counted for each organisation.
CREATE TABLE counters (
    organisation_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, name)
) STRICT;

-- Background work. A worker holds a job while its lease lasts; a lease that ran out gives the job to another.
CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB,
    kind TEXT NOT NULL,
    argument TEXT NOT NULL,
    -- Waiting jobs with the same key are one job.
    unique_key TEXT,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_jobs__state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    run_at INTEGER NOT NULL,
    n_attempts INTEGER NOT NULL,
    worker TEXT,
    lease_until INTEGER,
    is_cancel_asked INTEGER NOT NULL,
    n_done INTEGER NOT NULL,
    n_total INTEGER,
    outcome TEXT,
    person_id BLOB,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX ix_jobs__state_priority_run_at ON jobs (state, priority, run_at, id);
CREATE INDEX ix_jobs__organisation_id_created_at ON jobs (organisation_id, created_at);
CREATE UNIQUE INDEX uq_jobs__unique_key ON jobs (unique_key) WHERE state = 'waiting';

-- Settings of the installation, such as when the library was last seen.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- The trail is only added to.
CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are only added'); END;
CREATE TRIGGER audit_events_are_not_removed BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are only added'); END;
