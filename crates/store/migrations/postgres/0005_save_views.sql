-- Lists that people have named: a page and its query. Without a person the whole organisation sees it.

CREATE TABLE saved_views (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    id BYTEA NOT NULL,
    person_id BYTEA REFERENCES people (id),
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_default BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ix_saved_views__organisation_id_page ON saved_views (organisation_id, page, person_id);

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
CREATE POLICY of_organisation ON saved_views USING (
    organisation_id = (SELECT kikimori_organisation()) OR (SELECT kikimori_is_system())
);
