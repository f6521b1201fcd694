//! The components of SBOMs, and where a component is used.

use kikimori_core::id::{Id, IdentityId, OrganisationId, ProductId, ReleaseId, SbomId};
use kikimori_core::sbom::Role;
use kikimori_core::typed_text::searched;

use crate::identities::{self, StoredIdentity};
use crate::list::{ListQuery, Page};
use crate::statement::statements;
use crate::value::Row;
use crate::{Engine, StoreError, Transaction};

statements! {
    LIST_OF_SBOM = "SELECT ordinal, identity_id, reference, place, parent, depth, role FROM sbom_components WHERE organisation_id = $1 AND sbom_id = $2 ORDER BY ordinal";
    USES_OF_IDENTITY = "SELECT s.product_id, s.release_id, s.id AS sbom_id, c.ordinal FROM sbom_components c CROSS JOIN sboms s WHERE c.identity_id = $2 AND c.organisation_id = $1 AND s.organisation_id = c.organisation_id AND s.id = c.sbom_id AND s.state = 'current' ORDER BY s.product_id, s.release_id, s.id, c.ordinal LIMIT $3";
}

/// Columns of an inserted row.
const COLUMNS: usize = 9;

/// A component in its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredComponent {
    /// The index in the document, from 0.
    pub ordinal: i64,
    /// What it is.
    pub identity_id: IdentityId,
    /// The reference inside the document.
    pub reference: Option<String>,
    /// Where it stood.
    pub place: String,
    /// The ordinal of the component it is nested in.
    pub parent: Option<i64>,
    /// How deep it is nested.
    pub depth: i64,
    /// The part it plays in the document.
    pub role: Role,
}

/// A component with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedComponent {
    /// In its document.
    pub component: StoredComponent,
    /// What it is.
    pub identity: StoredIdentity,
}

/// Conditions on the components of an SBOM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentFilter {
    /// Words that names or identifiers contain.
    pub words: String,
    /// Only those without package URL and CPE name.
    pub is_without_identifier: bool,
    /// Only those without version.
    pub is_without_version: bool,
}

/// A component in the current SBOM of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentUse {
    /// What it is.
    pub identity_id: IdentityId,
    /// Group and name, version, identifiers and supplier.
    pub identity: StoredIdentity,
    /// The SBOM.
    pub sbom_id: SbomId,
    /// Which part of the release it is about.
    pub part: String,
    /// The release.
    pub release_id: ReleaseId,
    /// Its version.
    pub release_version: String,
    /// The product.
    pub product_id: ProductId,
    /// Its trade name in Japanese.
    pub trade_name_ja: String,
    /// Its trade name in English.
    pub trade_name_en: Option<String>,
    /// How often the document lists it.
    pub n_listed: i64,
}

/// How much a search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UseCounts {
    /// Rows: a component identity in an SBOM each.
    pub n_uses: i64,
    /// Different identities.
    pub n_identities: i64,
    /// Products.
    pub n_products: i64,
    /// Releases.
    pub n_releases: i64,
}

/// Adds the components of a document.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert_all(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    components: Vec<StoredComponent>,
) -> Result<u64, StoreError> {
    let mut values = Vec::with_capacity(components.len() * COLUMNS);
    for component in components {
        values.extend([
            organisation.id().into(),
            sbom.id().into(),
            component.ordinal.into(),
            component.identity_id.id().into(),
            component.reference.into(),
            component.place.into(),
            component.parent.into(),
            component.depth.into(),
            component.role.code().into(),
        ]);
    }
    let start = "INSERT INTO sbom_components (organisation_id, sbom_id, ordinal, identity_id, reference, place, parent, depth, role) VALUES";
    transaction.insert_many(start, "", COLUMNS, values).await
}

/// All components of an SBOM in the order of the document.
///
/// # Errors
/// What the database says.
pub async fn list_of_sbom(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<Vec<StoredComponent>, StoreError> {
    let values = vec![organisation.id().into(), sbom.id().into()];
    transaction.rows(&LIST_OF_SBOM, values).await?.iter().map(read).collect()
}

/// A page of an SBOM's components that fit, in the order of the document, and how many fit.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    filter: &ComponentFilter,
    page: Page,
) -> Result<(Vec<ListedComponent>, i64), StoreError> {
    let engine = transaction.engine();
    let mut counted = ListQuery::new(
        "SELECT COUNT(*) AS n FROM sbom_components c JOIN identities i ON i.id = c.identity_id",
    );
    conditions(&mut counted, engine, organisation, sbom, filter);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let n = rows.first().map_or(Ok(0), |row| row.integer("n"))?;
    let mut query = ListQuery::new(
        "SELECT c.ordinal, c.identity_id, c.reference, c.place, c.parent, c.depth, c.role, \
         i.id, i.key_sha256, i.name, i.version, i.purl, i.cpe, i.supplier, i.attributes, i.component_key, i.search_text \
         FROM sbom_components c JOIN identities i ON i.id = c.identity_id",
    );
    conditions(&mut query, engine, organisation, sbom, filter);
    query.push("ORDER BY c.ordinal LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let listed = rows
        .iter()
        .map(|row| Ok(ListedComponent { component: read(row)?, identity: identities::read(row)?.1 }));
    Ok((listed.collect::<Result<_, StoreError>>()?, n))
}

/// Adds the conditions of a filter.
fn conditions(
    query: &mut ListQuery,
    engine: Engine,
    organisation: OrganisationId,
    sbom: SbomId,
    filter: &ComponentFilter,
) {
    query.filter("c.organisation_id = ?", [organisation.id().into()]);
    query.filter("c.sbom_id = ?", [sbom.id().into()]);
    let words = searched(&filter.words);
    query.filter_words(engine, "instr(i.search_text, ?) > 0", "i.search_text LIKE ?", &words);
    if filter.is_without_identifier {
        query.filter("i.purl IS NULL AND i.cpe IS NULL", []);
    }
    if filter.is_without_version {
        query.filter("i.version IS NULL", []);
    }
}

/// A page of the places where components whose names or identifiers contain the words are used, in current SBOMs of active releases of
/// active products; and how many there are. No words find nothing.
///
/// # Errors
/// What the database says.
pub async fn search(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    words: &str,
    page: Page,
) -> Result<(Vec<ComponentUse>, UseCounts), StoreError> {
    let words = searched(words);
    if words.is_empty() {
        return Ok((Vec::new(), UseCounts::default()));
    }
    let engine = transaction.engine();
    let mut counted = found(engine, &words);
    counted.then(
        ") SELECT COUNT(*) AS n_uses, COUNT(DISTINCT u.identity_id) AS n_identities, COUNT(DISTINCT u.product_id) AS n_products, COUNT(DISTINCT u.release_id) AS n_releases FROM \
         (SELECT DISTINCT c.identity_id, s.product_id, s.release_id, s.id FROM found i CROSS JOIN sbom_components c CROSS JOIN sboms s CROSS JOIN releases r CROSS JOIN products p",
    );
    uses(&mut counted, organisation);
    counted.push(") u", []);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let counts = rows.first().map_or(Ok(UseCounts::default()), |row| {
        Ok::<_, StoreError>(UseCounts {
            n_uses: row.integer("n_uses")?,
            n_identities: row.integer("n_identities")?,
            n_products: row.integer("n_products")?,
            n_releases: row.integer("n_releases")?,
        })
    })?;
    let mut query = found(engine, &words);
    query.then(
        ") SELECT i.id, i.key_sha256, i.name, i.version, i.purl, i.cpe, i.supplier, i.attributes, i.component_key, i.search_text, \
         s.id AS sbom_id, s.part, r.id AS release_id, r.version AS release_version, p.id AS product_id, p.trade_name_ja, p.trade_name_en, COUNT(*) AS n_listed \
         FROM found i CROSS JOIN sbom_components c CROSS JOIN sboms s CROSS JOIN releases r CROSS JOIN products p",
    );
    uses(&mut query, organisation);
    query.push(
        "GROUP BY i.id, i.key_sha256, i.name, i.version, i.purl, i.cpe, i.supplier, i.attributes, i.component_key, i.search_text, \
         s.id, s.part, r.id, r.version, p.id, p.trade_name_ja, p.trade_name_en",
        [],
    );
    query.push(
        match engine {
            Engine::Sqlite => "ORDER BY i.name, COALESCE(i.version, ''), i.id, p.trade_name_ja, r.version, s.id",
            Engine::Postgres => {
                "ORDER BY i.name COLLATE \"C\", COALESCE(i.version, '') COLLATE \"C\", i.id, p.trade_name_ja COLLATE \"C\", r.version COLLATE \"C\", s.id"
            }
        },
        [],
    );
    query.push("LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    Ok((rows.iter().map(read_use).collect::<Result<_, _>>()?, counts))
}

/// Begins a search with the identities that fit, all organisations' alike: PostgreSQL would otherwise read every component of the
/// organisation, because it knows nothing of how rare a word is.
fn found(engine: Engine, words: &str) -> ListQuery {
    let mut query = ListQuery::new("WITH found AS MATERIALIZED (SELECT * FROM identities i");
    query.filter_words(engine, "instr(i.search_text, ?) > 0", "i.search_text LIKE ?", words);
    query
}

/// Adds the joins and conditions of a search for uses.
fn uses(query: &mut ListQuery, organisation: OrganisationId) {
    query.filter("c.identity_id = i.id AND c.organisation_id = ?", [organisation.id().into()]);
    query.filter("s.organisation_id = c.organisation_id AND s.id = c.sbom_id AND s.state = 'current'", []);
    query.filter("r.organisation_id = s.organisation_id AND r.id = s.release_id AND r.state = 'active'", []);
    query.filter("p.organisation_id = s.organisation_id AND p.id = s.product_id AND p.state = 'active'", []);
}

/// Where an identity stands in current SBOMs of an organisation: product, release, SBOM and ordinal; at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn uses_of_identity(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    identity: IdentityId,
    n_max: u32,
) -> Result<Vec<(ProductId, ReleaseId, SbomId, i64)>, StoreError> {
    let values = vec![organisation.id().into(), identity.id().into(), n_max.into()];
    let rows = transaction.rows(&USES_OF_IDENTITY, values).await?;
    let id = |row: &Row, column: &str| -> Result<Id, StoreError> { row.id(column) };
    rows.iter()
        .map(|row| {
            Ok((
                ProductId::new(id(row, "product_id")?),
                ReleaseId::new(id(row, "release_id")?),
                SbomId::new(id(row, "sbom_id")?),
                row.integer("ordinal")?,
            ))
        })
        .collect()
}

/// Reads a row of a document.
fn read(row: &Row) -> Result<StoredComponent, StoreError> {
    Ok(StoredComponent {
        ordinal: row.integer("ordinal")?,
        identity_id: IdentityId::new(row.id("identity_id")?),
        reference: row.text_if_any("reference")?,
        place: row.text("place")?,
        parent: row.integer_if_any("parent")?,
        depth: row.integer("depth")?,
        role: row.read("role", Role::of_code)?,
    })
}

/// Reads a row of a search.
fn read_use(row: &Row) -> Result<ComponentUse, StoreError> {
    let (identity_id, identity) = identities::read(row)?;
    Ok(ComponentUse {
        identity_id,
        identity,
        sbom_id: SbomId::new(row.id("sbom_id")?),
        part: row.text("part")?,
        release_id: ReleaseId::new(row.id("release_id")?),
        release_version: row.text("release_version")?,
        product_id: ProductId::new(row.id("product_id")?),
        trade_name_ja: row.text("trade_name_ja")?,
        trade_name_en: row.text_if_any("trade_name_en")?,
        n_listed: row.integer("n_listed")?,
    })
}
