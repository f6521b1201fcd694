-- Findings that keep themselves: what the library says about each identity, once for everybody, and what that means for products.
-- Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, days texts like 2026-11-21, truth values 0 and 1.

-- What of an SBOM beside a component itself decides about it. The id is made of the content.
CREATE TABLE contexts (
    id BYTEA NOT NULL PRIMARY KEY,
    -- Distribution, platform and other components (JSON), as far as they are needed.
    surroundings TEXT NOT NULL,
    -- The identity rules that speak about the component, as a file of rules; empty when there are none.
    rules TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Under which keys of the library records lie that decide about an identity.
CREATE TABLE identity_keys (
    key_hash BIGINT NOT NULL,
    identity_id BYTEA NOT NULL REFERENCES identities (id),
    PRIMARY KEY (key_hash, identity_id)
);

-- An identity in a context, matched once for everybody.
CREATE TABLE unit_matches (
    identity_id BYTEA NOT NULL REFERENCES identities (id),
    context_id BYTEA NOT NULL REFERENCES contexts (id),
    -- What of its surroundings it needs (JSON).
    needs TEXT NOT NULL,
    -- The snapshot of the library that it was matched with.
    snapshot TEXT NOT NULL,
    -- The library changed under it since: it must be matched again before it counts.
    is_stale BIGINT NOT NULL,
    not_checked TEXT,
    not_checked_detail TEXT,
    -- Ecosystems without a database in the library, one a line.
    missing_ecosystems TEXT NOT NULL,
    matched_at BIGINT NOT NULL,
    PRIMARY KEY (identity_id, context_id)
);
CREATE INDEX ix_unit_matches__is_stale ON unit_matches (is_stale, identity_id, context_id) WHERE is_stale = 1;

-- Vulnerabilities that touch somebody, each under all its names.
CREATE TABLE vulnerabilities (
    id BYTEA NOT NULL PRIMARY KEY,
    -- The name people use.
    name TEXT NOT NULL CONSTRAINT uq_vulnerabilities__name UNIQUE,
    title_ja TEXT,
    title_en TEXT,
    summary_ja TEXT,
    summary_en TEXT,
    -- 0 not scored, 1 none, 2 low, 3 medium, 4 high, 5 critical.
    severity BIGINT NOT NULL,
    -- The highest score in thousandths; -1 when there is none.
    score_milli BIGINT NOT NULL,
    vector TEXT,
    scored_by TEXT,
    kev_added_on TEXT,
    -- In millionths; -1 when there is none.
    epss_ppm BIGINT NOT NULL,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE vulnerability_aliases (
    alias TEXT NOT NULL PRIMARY KEY,
    vulnerability_id BYTEA NOT NULL REFERENCES vulnerabilities (id)
);
CREATE INDEX ix_vulnerability_aliases__vulnerability_id ON vulnerability_aliases (vulnerability_id);

-- What the library says about an identity in a context.
CREATE TABLE matches (
    identity_id BYTEA NOT NULL,
    context_id BYTEA NOT NULL,
    vulnerability_id BYTEA NOT NULL REFERENCES vulnerabilities (id),
    verdict TEXT NOT NULL CONSTRAINT ck_matches__verdict CHECK (verdict IN ('affected', 'unknown', 'not_affected')),
    reason TEXT,
    confidence TEXT NOT NULL,
    is_disputed BIGINT NOT NULL,
    -- First versions without it, one a line.
    fixed_versions TEXT NOT NULL,
    -- Every statement weighed (JSON), compressed.
    evidence BYTEA NOT NULL,
    -- Over what the statements say; a new revision that says the same has the same.
    evidence_sha256 BYTEA NOT NULL,
    PRIMARY KEY (identity_id, context_id, vulnerability_id),
    FOREIGN KEY (identity_id, context_id) REFERENCES unit_matches (identity_id, context_id)
);
CREATE INDEX ix_matches__vulnerability_id ON matches (vulnerability_id);

-- What was matched of an SBOM, and what was not. Without a row it waits.
CREATE TABLE sbom_checks (
    organisation_id BYTEA NOT NULL,
    sbom_id BYTEA NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_sbom_checks__state CHECK (state IN ('matched', 'no_library', 'withdrawn')),
    snapshot TEXT NOT NULL,
    -- As of when the library spoke.
    library_as_of BIGINT,
    n_components BIGINT NOT NULL,
    n_not_checked BIGINT NOT NULL,
    matched_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, sbom_id),
    FOREIGN KEY (organisation_id, sbom_id) REFERENCES sboms (organisation_id, id)
);

-- In which context each identity of a current SBOM was matched.
CREATE TABLE sbom_units (
    organisation_id BYTEA NOT NULL,
    sbom_id BYTEA NOT NULL,
    identity_id BYTEA NOT NULL,
    context_id BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, sbom_id, identity_id),
    FOREIGN KEY (organisation_id, sbom_id) REFERENCES sboms (organisation_id, id)
);
CREATE INDEX ix_sbom_units__identity_id_context_id ON sbom_units (identity_id, context_id, organisation_id, sbom_id);

-- A vulnerability in a component of a product, whatever the version and the SBOM.
CREATE TABLE findings (
    organisation_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    -- Shown as FND-000123.
    number BIGINT NOT NULL,
    product_id BYTEA NOT NULL,
    component_key TEXT NOT NULL,
    vulnerability_id BYTEA NOT NULL REFERENCES vulnerabilities (id),
    -- What lists show and order by, copied from where it stands.
    component_label TEXT NOT NULL,
    vulnerability_name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    confidence TEXT NOT NULL,
    severity BIGINT NOT NULL,
    score_milli BIGINT NOT NULL,
    is_kev BIGINT NOT NULL,
    epss_ppm BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- What the assessment rested on has changed since; why stands among the events.
    is_reopened BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_findings__state CHECK (state IN ('open', 'retracted')),
    retracted_reason TEXT,
    first_seen_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_findings__organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT uq_findings__what UNIQUE (organisation_id, product_id, component_key, vulnerability_id),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id)
);
-- The first two also hold what lists filter by most, so that counting reads the index alone.
CREATE INDEX ix_findings__severity ON findings (organisation_id, state, severity, score_milli, number, status, is_kev, epss_ppm);
CREATE INDEX ix_findings__status ON findings (organisation_id, state, status, severity, score_milli, number, is_kev, epss_ppm);
CREATE INDEX ix_findings__score ON findings (organisation_id, state, score_milli, number);
CREATE INDEX ix_findings__epss ON findings (organisation_id, state, epss_ppm, number);
CREATE INDEX ix_findings__is_kev ON findings (organisation_id, state, is_kev, severity, number);
CREATE INDEX ix_findings__number ON findings (organisation_id, state, number);
CREATE INDEX ix_findings__changed_at ON findings (organisation_id, state, changed_at, number);
CREATE INDEX ix_findings__product ON findings (organisation_id, product_id, state, severity, score_milli, number);
CREATE INDEX ix_findings__component_key ON findings (organisation_id, component_key, state, severity, score_milli, number);
CREATE INDEX ix_findings__vulnerability ON findings (organisation_id, vulnerability_id, state, severity, score_milli, number);
CREATE INDEX ix_findings__vulnerability_id ON findings (vulnerability_id, organisation_id);

-- Where a finding is: in which SBOM, in which identity.
CREATE TABLE finding_occurrences (
    organisation_id BYTEA NOT NULL,
    finding_id BYTEA NOT NULL,
    sbom_id BYTEA NOT NULL,
    identity_id BYTEA NOT NULL,
    release_id BYTEA NOT NULL,
    context_id BYTEA NOT NULL,
    -- Name and version of the component.
    label TEXT NOT NULL,
    verdict TEXT NOT NULL,
    confidence TEXT NOT NULL,
    evidence_sha256 BYTEA NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_finding_occurrences__state CHECK (state IN ('open', 'retracted')),
    retracted_reason TEXT,
    first_seen_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, finding_id, sbom_id, identity_id),
    FOREIGN KEY (organisation_id, finding_id) REFERENCES findings (organisation_id, id),
    FOREIGN KEY (organisation_id, sbom_id) REFERENCES sboms (organisation_id, id)
);
CREATE INDEX ix_finding_occurrences__sbom_id ON finding_occurrences (organisation_id, sbom_id, identity_id);
CREATE INDEX ix_finding_occurrences__release_id ON finding_occurrences (organisation_id, release_id, finding_id);

-- What people said about a finding; rows are only added, the last one that covers a release counts for it.
CREATE TABLE assessments (
    organisation_id BYTEA NOT NULL,
    finding_id BYTEA NOT NULL,
    -- Counts from 1 within the finding.
    number BIGINT NOT NULL,
    status TEXT NOT NULL,
    justification TEXT,
    -- Codes with commas, in order.
    responses TEXT NOT NULL,
    impact_ja TEXT,
    impact_en TEXT,
    -- Ids of the releases it speaks about, with commas; empty for the whole product.
    releases TEXT NOT NULL,
    -- Over the evidence that it judged.
    evidence_sha256 BYTEA NOT NULL,
    -- The number of the finding it was copied from, as text.
    copied_from TEXT,
    person_id BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, finding_id, number),
    FOREIGN KEY (organisation_id, finding_id) REFERENCES findings (organisation_id, id)
);

-- What happened to a finding, in order; rows are only added.
CREATE TABLE finding_events (
    organisation_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    finding_id BYTEA NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Names and values (JSON).
    details TEXT NOT NULL,
    person_id BYTEA,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, finding_id) REFERENCES findings (organisation_id, id)
);
CREATE INDEX ix_finding_events__finding_id ON finding_events (organisation_id, finding_id, id);
CREATE INDEX ix_finding_events__at ON finding_events (organisation_id, at, id);

-- What an organisation decided about the identity of components.
CREATE TABLE identity_rules (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    id BYTEA NOT NULL,
    -- The rule as a file of rules has it.
    rule TEXT NOT NULL,
    -- The components it speaks about, as shown.
    subject TEXT NOT NULL,
    person_id BYTEA NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_identity_rules__state CHECK (state IN ('active', 'revoked')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ix_identity_rules__state ON identity_rules (organisation_id, state, created_at);

ALTER TABLE sbom_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE sbom_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON sbom_checks USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE sbom_units ENABLE ROW LEVEL SECURITY;
ALTER TABLE sbom_units FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON sbom_units USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE findings FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON findings USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE finding_occurrences ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding_occurrences FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON finding_occurrences USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessments FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON assessments USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE finding_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding_events FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON finding_events USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE identity_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON identity_rules USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);
