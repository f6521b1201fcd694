-- Products, releases, documents, and SBOMs with their components, so that the server keeps what people hand in.
-- Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, days texts like 2026-11-21, truth values 0 and 1.

-- A withdrawn product keeps its history and leaves the lists.
CREATE TABLE products (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
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
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX ix_products__organisation_id_trade_name_ja ON products (organisation_id, trade_name_ja, id);
CREATE INDEX ix_products__organisation_id_market_number ON products (organisation_id, market_number);

CREATE TABLE releases (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    version TEXT NOT NULL,
    released_on TEXT,
    gtin TEXT,
    supersedes_id BLOB,
    state TEXT NOT NULL CONSTRAINT ck_releases__state CHECK (state IN ('active', 'withdrawn')),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_releases__organisation_id_product_id_version UNIQUE (organisation_id, product_id, version),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id)
) STRICT;

-- A product's documents, which stand elsewhere: their numbers, titles and places.
CREATE TABLE product_documents (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    number TEXT NOT NULL,
    title_ja TEXT NOT NULL,
    title_en TEXT,
    kind TEXT NOT NULL,
    document_revision TEXT,
    location TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_product_documents__organisation_id_product_id_number UNIQUE (organisation_id, product_id, number),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id)
) STRICT;

-- Files that are in the folder of originals, found by their SHA-256. They have no owner: who may read one is decided by the row that
-- names it.
CREATE TABLE blobs (
    sha256 BLOB NOT NULL PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Files that were handed in and wait for a person's yes.
CREATE TABLE uploads (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    sha256 BLOB NOT NULL REFERENCES blobs (sha256),
    file_name TEXT NOT NULL,
    -- What it was handed in for, as its kind writes it (JSON).
    subject TEXT NOT NULL,
    person_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX ix_uploads__expires_at ON uploads (expires_at);

-- Revisions of the SBOMs of a release. A release has one current SBOM for each part: its own ('') and those of suppliers, by name.
CREATE TABLE sboms (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    release_id BLOB NOT NULL,
    part TEXT NOT NULL,
    -- Counts from 1 within release and part.
    revision_number INTEGER NOT NULL,
    -- The original file, byte for byte.
    sha256 BLOB NOT NULL REFERENCES blobs (sha256),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    spec_version TEXT NOT NULL,
    serial TEXT,
    -- Listed components; the document's own subject is not counted.
    n_components INTEGER NOT NULL,
    n_with_identifier INTEGER NOT NULL,
    -- The first oddities (JSON), and how many there were.
    notices TEXT NOT NULL,
    n_notices INTEGER NOT NULL,
    -- What is known about the platform beside the SBOM: CPE names (JSON list).
    platform TEXT NOT NULL,
    -- The revision that was current before, and what changed from it to this one.
    follows_id BLOB,
    n_added INTEGER,
    n_removed INTEGER,
    n_changed INTEGER,
    state TEXT NOT NULL CONSTRAINT ck_sboms__state CHECK (state IN ('current', 'superseded', 'withdrawn')),
    withdrawn_reason TEXT,
    source TEXT NOT NULL CONSTRAINT ck_sboms__source CHECK (source IN ('web', 'api', 'folder')),
    ingested_by BLOB,
    ingested_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_sboms__organisation_id_release_id_part_revision_number UNIQUE (organisation_id, release_id, part, revision_number),
    FOREIGN KEY (organisation_id, product_id) REFERENCES products (organisation_id, id),
    FOREIGN KEY (organisation_id, release_id) REFERENCES releases (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX uq_sboms__organisation_id_release_id_part ON sboms (organisation_id, release_id, part) WHERE state = 'current';
CREATE INDEX ix_sboms__organisation_id_product_id_state ON sboms (organisation_id, product_id, state);

-- What components are, as written: everything of them that decides what the library says. Shared by all organisations, so that each
-- is matched once; no row says whose it is.
CREATE TABLE identities (
    id BLOB NOT NULL PRIMARY KEY,
    key_sha256 BLOB NOT NULL CONSTRAINT uq_identities__key_sha256 UNIQUE,
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
    created_at INTEGER NOT NULL
) STRICT;

-- The components of an SBOM in the order of the document.
CREATE TABLE sbom_components (
    organisation_id BLOB NOT NULL,
    sbom_id BLOB NOT NULL,
    -- The index in the document, from 0.
    ordinal INTEGER NOT NULL,
    identity_id BLOB NOT NULL REFERENCES identities (id),
    -- The reference inside the document (bom-ref, SPDXID).
    reference TEXT,
    -- Where it stood in the document.
    place TEXT NOT NULL,
    -- The ordinal of the component it is nested in, and how deep.
    parent INTEGER,
    depth INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sbom_id, ordinal),
    FOREIGN KEY (organisation_id, sbom_id) REFERENCES sboms (organisation_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sbom_components__identity_id ON sbom_components (identity_id, organisation_id, sbom_id);
