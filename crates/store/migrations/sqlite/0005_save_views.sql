-- Lists that people have named: a page and its query. Without a person the whole organisation sees it.

CREATE TABLE saved_views (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    person_id BLOB REFERENCES people (id),
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX ix_saved_views__organisation_id_page ON saved_views (organisation_id, page, person_id);

