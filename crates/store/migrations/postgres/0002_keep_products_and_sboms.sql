-- Products, releases, documents, and SBOMs with their components, so that the server keeps what people hand in.
-- Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, days texts like 2026-11-21, truth values 0 and 1.

-- A withdrawn product keeps its history and leaves the lists.
CREATE TABLE products (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    id BYTEA NOT NULL,
    trade_name_ja TEXT NOT NULL,
    trade_name_en TEXT,
    generic_name TEXT,
    jmdn_code TEXT,
    device_class TEXT,
    procedure TEXT,
    market_number TEXT,
    -- Connection kinds: a list of codes with commas, in order.
    connections TEXT NOT NULL,
    market_state TEXT,
    sale_start TEXT,
    sale_end TEXT,
    eol TEXT,
    eos TEXT,
    -- Names and numbers in the form that searches compare.
    search_text TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_products__state CHECK (state IN ('active', 'withdrawn')),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ix_products__organisation_id_trade_name_ja ON products (organisation_id, trade_name_ja, id);
CREATE INDEX ix_products__organisation_id_market_number ON products (organisation_id, market_number);

CREATE TABLE releases (
    organisation_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    product_id BYTEA NOT NULL,
    version TEXT NOT NULL,
    released_on TEXT,
    gtin TEXT,
    supersedes_id BYTEA,
    state TEXT NOT NULL CONSTRAINT ck_releases__state CHECK (state IN ('active', 'withdrawn')),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_releases__organisation_id_product_id_version UNIQUE (organisation_id, product_id, version),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id)
);

-- A product's documents, which stand elsewhere: their numbers, titles and places.
CREATE TABLE product_documents (
    organisation_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    product_id BYTEA NOT NULL,
    number TEXT NOT NULL,
    title_ja TEXT NOT NULL,
    title_en TEXT,
    kind TEXT NOT NULL,
    document_revision TEXT,
    location TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_product_documents__organisation_id_product_id_number UNIQUE (organisation_id, product_id, number),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id)
);

-- Files that are in the folder of originals, found by their SHA-256. They have no owner: who may read one is decided by the row that
-- names it.
CREATE TABLE blobs (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Files that were handed in and wait for a person's yes.
CREATE TABLE uploads (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    sha256 BYTEA NOT NULL REFERENCES blobs (sha256),
    file_name TEXT NOT NULL,
    -- What it was handed in for, as its kind writes it (JSON).
    subject TEXT NOT NULL,
    person_id BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ix_uploads__expires_at ON uploads (expires_at);

-- Revisions of the SBOMs of a release. A release has one current SBOM for each part: its own ('') and those of suppliers, by name.
CREATE TABLE sboms (
    organisation_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    product_id BYTEA NOT NULL,
    release_id BYTEA NOT NULL,
    part TEXT NOT NULL,
    -- Counts from 1 within release and part.
    revision_number BIGINT NOT NULL,
    -- The original file, byte for byte.
    sha256 BYTEA NOT NULL REFERENCES blobs (sha256),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    spec_version TEXT NOT NULL,
    serial TEXT,
    -- Listed components; the document's own subject is not counted.
    n_components BIGINT NOT NULL,
    n_with_identifier BIGINT NOT NULL,
    -- The first oddities (JSON), and how many there were.
    notices TEXT NOT NULL,
    n_notices BIGINT NOT NULL,
    -- What is known about the platform beside the SBOM: CPE names (JSON list).
    platform TEXT NOT NULL,
    -- The revision that was current before, and what changed from it to this one.
    follows_id BYTEA,
    n_added BIGINT,
    n_removed BIGINT,
    n_changed BIGINT,
    state TEXT NOT NULL CONSTRAINT ck_sboms__state CHECK (state IN ('current', 'superseded', 'withdrawn')),
    withdrawn_reason TEXT,
    source TEXT NOT NULL CONSTRAINT ck_sboms__source CHECK (source IN ('web', 'api', 'folder')),
    ingested_by BYTEA,
    ingested_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_sboms__organisation_id_release_id_part_revision_number UNIQUE (organisation_id, release_id, part, revision_number),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id),
    FOREIGN KEY (organisation_id, release_id) REFERENCES releases (organisation_id, id)
);
CREATE UNIQUE INDEX uq_sboms__organisation_id_release_id_part ON sboms (organisation_id, release_id, part) WHERE state = 'current';
CREATE INDEX ix_sboms__organisation_id_product_id_state ON sboms (organisation_id, product_id, state);

-- What components are, as written: everything of them that decides what the library says. Shared by all organisations, so that each
-- is matched once; no row says whose it is.
CREATE TABLE identities (
    id BYTEA NOT NULL PRIMARY KEY,
    key_sha256 BYTEA NOT NULL CONSTRAINT uq_identities__key_sha256 UNIQUE,
    name TEXT NOT NULL,
    version TEXT,
    -- The first package URL and the first CPE name; further ones are in attributes.
    purl TEXT,
    cpe TEXT,
    supplier TEXT,
    -- Everything else (JSON): group, kind, further identifiers, source package, texts that a column cannot hold.
    attributes TEXT NOT NULL,
    -- What it is without its version.
    component_key TEXT NOT NULL,
    -- Names and identifiers in the form that searches compare.
    search_text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The components of an SBOM in the order of the document.
CREATE TABLE sbom_components (
    organisation_id BYTEA NOT NULL,
    sbom_id BYTEA NOT NULL,
    -- The index in the document, from 0.
    ordinal BIGINT NOT NULL,
    identity_id BYTEA NOT NULL REFERENCES identities (id),
    -- The reference inside the document (bom-ref, SPDXID).
    reference TEXT,
    -- Where it stood in the document.
    place TEXT NOT NULL,
    -- The ordinal of the component it is nested in, and how deep.
    parent BIGINT,
    depth BIGINT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sbom_id, ordinal),
    FOREIGN KEY (organisation_id, sbom_id) REFERENCES sboms (organisation_id, id)
);
CREATE INDEX ix_sbom_components__identity_id ON sbom_components (identity_id, organisation_id, sbom_id);

-- Searches find parts of words by their trigrams. Without the extension, or the right to create it, they read the whole table.
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX ix_identities__search_text ON identities USING gin (search_text gin_trgm_ops);
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN NULL;
END $$;

ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON products USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE releases ENABLE ROW LEVEL SECURITY;
ALTER TABLE releases FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON releases USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE product_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_documents FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON product_documents USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON uploads USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE sboms ENABLE ROW LEVEL SECURITY;
ALTER TABLE sboms FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON sboms USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);

ALTER TABLE sbom_components ENABLE ROW LEVEL SECURITY;
ALTER TABLE sbom_components FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON sbom_components USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);
