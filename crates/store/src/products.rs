//! Products: medical devices that an organisation keeps.

use kikimori_core::day::Day;
use kikimori_core::id::{OrganisationId, ProductId};
use kikimori_core::market::{ConnectionKind, DeviceClass, JmdnCode, MarketNumber, MarketState, Procedure};
use kikimori_core::product::Product;
use kikimori_core::stamp::Stamp;
use kikimori_core::typed_text::searched;

use crate::list::{ListQuery, Page};
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{Engine, StoreError, Transaction};

statements! {
    GET = "SELECT id, trade_name_ja, trade_name_en, generic_name, jmdn_code, device_class, procedure, market_number, connections, market_state, sale_start, sale_end, eol, eos, state, created_at, changed_at, revision FROM products WHERE organisation_id = $1 AND id = $2";
    FIND_BY_MARKET_NUMBER = "SELECT id, trade_name_ja, trade_name_en, generic_name, jmdn_code, device_class, procedure, market_number, connections, market_state, sale_start, sale_end, eol, eos, state, created_at, changed_at, revision FROM products WHERE organisation_id = $1 AND market_number = $2 AND state = 'active' ORDER BY id LIMIT $3";
    FIND_BY_NAME = "SELECT id, trade_name_ja, trade_name_en, generic_name, jmdn_code, device_class, procedure, market_number, connections, market_state, sale_start, sale_end, eol, eos, state, created_at, changed_at, revision FROM products WHERE organisation_id = $1 AND (trade_name_ja = $2 OR trade_name_en = $2) AND state = 'active' ORDER BY id LIMIT $3";
    LIST_AFTER = "SELECT id, trade_name_ja, trade_name_en, generic_name, jmdn_code, device_class, procedure, market_number, connections, market_state, sale_start, sale_end, eol, eos, state, created_at, changed_at, revision FROM products WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    INSERT = "INSERT INTO products (organisation_id, id, trade_name_ja, trade_name_en, generic_name, jmdn_code, device_class, procedure, market_number, connections, market_state, sale_start, sale_end, eol, eos, search_text, state, created_at, changed_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'active', $17, $17, 1)";
    UPDATE = "UPDATE products SET trade_name_ja = $3, trade_name_en = $4, generic_name = $5, jmdn_code = $6, device_class = $7, procedure = $8, market_number = $9, connections = $10, market_state = $11, sale_start = $12, sale_end = $13, eol = $14, eos = $15, search_text = $16, changed_at = $17, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND revision = $18 AND state = 'active'";
    SET_STATE = "UPDATE products SET state = $4, changed_at = $5, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND revision = $3";
}

/// A product as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProduct {
    /// Its id.
    pub id: ProductId,
    /// What people said about it.
    pub product: Product,
    /// It was not withdrawn.
    pub is_active: bool,
    /// When it was added.
    pub created_at: Stamp,
    /// When it was last changed.
    pub changed_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

/// A product in a list, with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedProduct {
    /// The product.
    pub stored: StoredProduct,
    /// Releases that were not withdrawn.
    pub n_releases: i64,
    /// The newest of them.
    pub newest_version: Option<String>,
    /// Components in the current SBOMs of the newest release; none when it has no SBOM.
    pub n_components: Option<i64>,
    /// Those with a package URL or CPE name.
    pub n_with_identifier: Option<i64>,
}

/// Whose support a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SupportFilter {
    /// All.
    #[default]
    Any,
    /// Supported on this day: end of support is not past or not stated, and the product was not discontinued.
    Supported(Day),
    /// No longer supported on this day.
    Ended(Day),
}

/// Conditions on the list of products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Words that names or numbers contain.
    pub words: String,
    /// Only this class.
    pub device_class: Option<DeviceClass>,
    /// Only this state on the market.
    pub market_state: Option<MarketState>,
    /// Only supported ones, or the others.
    pub support: SupportFilter,
    /// Withdrawn products, instead of the others.
    pub is_withdrawn: bool,
    /// Only products of which some release has, or none has, a current SBOM.
    pub has_sbom: Option<bool>,
}

/// By what a list of products is ordered; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProductOrder {
    /// Trade name in Japanese.
    #[default]
    Name,
    /// Class.
    DeviceClass,
    /// Number of the approval, certification or notification.
    MarketNumber,
    /// End of support; not stated last.
    Eos,
    /// When it was last changed.
    ChangedAt,
}

/// The product of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
) -> Result<Option<StoredProduct>, StoreError> {
    let values = vec![organisation.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// Active products with this approval, certification or notification number, at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn find_by_market_number(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    number: &str,
    n_max: u32,
) -> Result<Vec<StoredProduct>, StoreError> {
    let values = vec![organisation.id().into(), number.into(), n_max.into()];
    transaction.rows(&FIND_BY_MARKET_NUMBER, values).await?.iter().map(read).collect()
}

/// Active products with exactly this trade name in Japanese or English, at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn find_by_name(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    name: &str,
    n_max: u32,
) -> Result<Vec<StoredProduct>, StoreError> {
    let values = vec![organisation.id().into(), name.into(), n_max.into()];
    transaction.rows(&FIND_BY_NAME, values).await?.iter().map(read).collect()
}

/// The next `n_max` products of an organisation after an id, withdrawn ones too: for going through all of them in steps.
///
/// # Errors
/// What the database says.
pub async fn list_after(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    after: Option<ProductId>,
    n_max: u32,
) -> Result<Vec<StoredProduct>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    let values = vec![organisation.id().into(), after.into(), n_max.into()];
    transaction.rows(&LIST_AFTER, values).await?.iter().map(read).collect()
}

/// A page of the products that fit, and how many fit.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    filter: &ProductFilter,
    order: (ProductOrder, bool),
    page: Page,
) -> Result<(Vec<ListedProduct>, i64), StoreError> {
    let engine = transaction.engine();
    let mut counted = ListQuery::new("SELECT COUNT(*) AS n FROM products p");
    conditions(&mut counted, engine, organisation, filter);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let n = rows.first().map_or(Ok(0), |row| row.integer("n"))?;
    let mut query = ListQuery::new(
        "SELECT p.id, p.trade_name_ja, p.trade_name_en, p.generic_name, p.jmdn_code, p.device_class, p.procedure, p.market_number, p.connections, p.market_state, p.sale_start, p.sale_end, p.eol, p.eos, p.state, p.created_at, p.changed_at, p.revision, \
         (SELECT COUNT(*) FROM releases r WHERE r.organisation_id = p.organisation_id AND r.product_id = p.id AND r.state = 'active') AS n_releases, \
         (SELECT r.version FROM releases r WHERE r.organisation_id = p.organisation_id AND r.product_id = p.id AND r.state = 'active' ORDER BY COALESCE(r.released_on, '') DESC, r.created_at DESC, r.id DESC LIMIT 1) AS newest_version, \
         (SELECT CAST(SUM(s.n_components) AS BIGINT) FROM sboms s WHERE s.organisation_id = p.organisation_id AND s.state = 'current' AND s.release_id = (SELECT r.id FROM releases r WHERE r.organisation_id = p.organisation_id AND r.product_id = p.id AND r.state = 'active' ORDER BY COALESCE(r.released_on, '') DESC, r.created_at DESC, r.id DESC LIMIT 1)) AS n_components, \
         (SELECT CAST(SUM(s.n_with_identifier) AS BIGINT) FROM sboms s WHERE s.organisation_id = p.organisation_id AND s.state = 'current' AND s.release_id = (SELECT r.id FROM releases r WHERE r.organisation_id = p.organisation_id AND r.product_id = p.id AND r.state = 'active' ORDER BY COALESCE(r.released_on, '') DESC, r.created_at DESC, r.id DESC LIMIT 1)) AS n_with_identifier \
         FROM products p",
    );
    conditions(&mut query, engine, organisation, filter);
    query.push(ordering(engine, order), []);
    query.push("LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let listed = rows.iter().map(|row| {
        Ok(ListedProduct {
            stored: read(row)?,
            n_releases: row.integer("n_releases")?,
            newest_version: row.text_if_any("newest_version")?,
            n_components: row.integer_if_any("n_components")?,
            n_with_identifier: row.integer_if_any("n_with_identifier")?,
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, n))
}

/// Adds the conditions of a filter.
fn conditions(query: &mut ListQuery, engine: Engine, organisation: OrganisationId, filter: &ProductFilter) {
    query.filter("p.organisation_id = ?", [organisation.id().into()]);
    query.filter("p.state = ?", [if filter.is_withdrawn { "withdrawn" } else { "active" }.into()]);
    let words = searched(&filter.words);
    query.filter_words(engine, "instr(p.search_text, ?) > 0", "p.search_text LIKE ?", &words);
    if let Some(class) = filter.device_class {
        query.filter("p.device_class = ?", [class.code().into()]);
    }
    if let Some(state) = filter.market_state {
        query.filter("p.market_state = ?", [state.code().into()]);
    }
    match filter.support {
        SupportFilter::Any => {}
        SupportFilter::Supported(day) => {
            query.filter("(p.eos IS NULL OR p.eos >= ?)", [day.to_string().into()]);
            query.filter("COALESCE(p.market_state, '') <> 'discontinued'", []);
        }
        SupportFilter::Ended(day) => {
            query.filter("(p.eos < ? OR p.market_state = 'discontinued')", [day.to_string().into()]);
        }
    }
    let with = "EXISTS (SELECT 1 FROM sboms s WHERE s.organisation_id = p.organisation_id AND s.product_id = p.id AND s.state = 'current')";
    let without = "NOT EXISTS (SELECT 1 FROM sboms s WHERE s.organisation_id = p.organisation_id AND s.product_id = p.id AND s.state = 'current')";
    if let Some(has_sbom) = filter.has_sbom {
        query.filter(if has_sbom { with } else { without }, []);
    }
}

/// The order; on PostgreSQL by bytes, as SQLite does.
fn ordering(engine: Engine, (order, is_descending): (ProductOrder, bool)) -> &'static str {
    use Engine::{Postgres, Sqlite};
    match (order, is_descending, engine) {
        (ProductOrder::Name, false, Sqlite) => "ORDER BY p.trade_name_ja, p.id",
        (ProductOrder::Name, true, Sqlite) => "ORDER BY p.trade_name_ja DESC, p.id DESC",
        (ProductOrder::Name, false, Postgres) => "ORDER BY p.trade_name_ja COLLATE \"C\", p.id",
        (ProductOrder::Name, true, Postgres) => "ORDER BY p.trade_name_ja COLLATE \"C\" DESC, p.id DESC",
        (ProductOrder::DeviceClass, false, Sqlite) => "ORDER BY COALESCE(p.device_class, 'z'), p.id",
        (ProductOrder::DeviceClass, true, Sqlite) => "ORDER BY COALESCE(p.device_class, '') DESC, p.id DESC",
        (ProductOrder::DeviceClass, false, Postgres) => {
            "ORDER BY COALESCE(p.device_class, 'z') COLLATE \"C\", p.id"
        }
        (ProductOrder::DeviceClass, true, Postgres) => {
            "ORDER BY COALESCE(p.device_class, '') COLLATE \"C\" DESC, p.id DESC"
        }
        (ProductOrder::MarketNumber, false, Sqlite) => "ORDER BY COALESCE(p.market_number, 'z'), p.id",
        (ProductOrder::MarketNumber, true, Sqlite) => {
            "ORDER BY COALESCE(p.market_number, '') DESC, p.id DESC"
        }
        (ProductOrder::MarketNumber, false, Postgres) => {
            "ORDER BY COALESCE(p.market_number, 'z') COLLATE \"C\", p.id"
        }
        (ProductOrder::MarketNumber, true, Postgres) => {
            "ORDER BY COALESCE(p.market_number, '') COLLATE \"C\" DESC, p.id DESC"
        }
        (ProductOrder::Eos, false, Sqlite) => "ORDER BY COALESCE(p.eos, 'z'), p.id",
        (ProductOrder::Eos, true, Sqlite) => "ORDER BY COALESCE(p.eos, '') DESC, p.id DESC",
        (ProductOrder::Eos, false, Postgres) => "ORDER BY COALESCE(p.eos, 'z') COLLATE \"C\", p.id",
        (ProductOrder::Eos, true, Postgres) => "ORDER BY COALESCE(p.eos, '') COLLATE \"C\" DESC, p.id DESC",
        (ProductOrder::ChangedAt, false, _) => "ORDER BY p.changed_at, p.id",
        (ProductOrder::ChangedAt, true, _) => "ORDER BY p.changed_at DESC, p.id DESC",
    }
}

/// Adds a product.
///
/// # Errors
/// What the database says.
pub async fn insert(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
    product: &Product,
    at: Stamp,
) -> Result<(), StoreError> {
    transaction.execute(&INSERT, values(organisation, id, product, at)).await.map(drop)
}

/// Writes what people say about an active product whose revision is still `revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn update(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
    product: &Product,
    revision: i64,
    at: Stamp,
) -> Result<(), StoreError> {
    let mut values = values(organisation, id, product, at);
    values.push(revision.into());
    transaction.change_one(&UPDATE, values).await
}

/// Withdraws a product whose revision is still `revision`, or takes it back.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn set_active(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
    is_active: bool,
    revision: i64,
    at: Stamp,
) -> Result<(), StoreError> {
    let state = if is_active { "active" } else { "withdrawn" };
    let values = vec![organisation.id().into(), id.id().into(), revision.into(), state.into(), at.0.into()];
    transaction.change_one(&SET_STATE, values).await
}

/// The values of a row, as far as people say them.
fn values(organisation: OrganisationId, id: ProductId, product: &Product, at: Stamp) -> Vec<Value> {
    let day = |day: Option<Day>| Value::from(day.map(|day| day.to_string()));
    let number = product.market_number.as_ref();
    let kinds: Vec<&str> = product.connections.iter().map(|kind| kind.code()).collect();
    vec![
        organisation.id().into(),
        id.id().into(),
        (&product.trade_name_ja).into(),
        product.trade_name_en.clone().into(),
        product.generic_name.clone().into(),
        product.jmdn_code.as_ref().map(JmdnCode::as_str).into(),
        product.device_class.map(DeviceClass::code).into(),
        number.map(|number| number.procedure.code()).into(),
        number.map(|number| number.number.clone()).into(),
        kinds.join(",").into(),
        product.market_state.map(MarketState::code).into(),
        day(product.sale_start),
        day(product.sale_end),
        day(product.eol),
        day(product.eos),
        search_text(product).into(),
        at.0.into(),
    ]
}

/// Names and numbers in the form that searches compare, one a line.
fn search_text(product: &Product) -> String {
    let texts = [
        Some(product.trade_name_ja.as_str()),
        product.trade_name_en.as_deref(),
        product.generic_name.as_deref(),
        product.jmdn_code.as_ref().map(JmdnCode::as_str),
        product.market_number.as_ref().map(|number| number.number.as_str()),
    ];
    texts.into_iter().flatten().map(searched).collect::<Vec<_>>().join("\n")
}

/// A day of a column that may hold none.
pub(crate) fn day_if_any(row: &Row, column: &str) -> Result<Option<Day>, StoreError> {
    let Some(text) = row.text_if_any(column)? else { return Ok(None) };
    Day::parse(&text).map(Some).ok_or(StoreError::Unreadable { column: column.to_owned() })
}

/// A coded value of a column that may hold none.
pub(crate) fn read_if_any<T>(
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let Some(text) = row.text_if_any(column)? else { return Ok(None) };
    read(&text).map(Some).ok_or(StoreError::Unreadable { column: column.to_owned() })
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredProduct, StoreError> {
    let procedure = read_if_any(row, "procedure", Procedure::of_code)?;
    let number = row.text_if_any("market_number")?;
    let connections = row.read("connections", |text| {
        text.split(',').filter(|code| !code.is_empty()).map(ConnectionKind::of_code).collect()
    })?;
    let product = Product {
        trade_name_ja: row.text("trade_name_ja")?,
        trade_name_en: row.text_if_any("trade_name_en")?,
        generic_name: row.text_if_any("generic_name")?,
        jmdn_code: read_if_any(row, "jmdn_code", JmdnCode::parse)?,
        device_class: read_if_any(row, "device_class", DeviceClass::of_code)?,
        market_number: procedure.zip(number).map(|(procedure, number)| MarketNumber { procedure, number }),
        connections,
        market_state: read_if_any(row, "market_state", MarketState::of_code)?,
        sale_start: day_if_any(row, "sale_start")?,
        sale_end: day_if_any(row, "sale_end")?,
        eol: day_if_any(row, "eol")?,
        eos: day_if_any(row, "eos")?,
    };
    Ok(StoredProduct {
        id: ProductId::new(row.id("id")?),
        product,
        is_active: row.text("state")? == "active",
        created_at: Stamp(row.integer("created_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
        revision: row.integer("revision")?,
    })
}
