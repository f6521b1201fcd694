//! The list of findings: conditions, order, pages.

use kikimori_core::id::{FindingId, OrganisationId, ProductId, ReleaseId, VulnerabilityId};

use crate::findings::{StoredFinding, read};
use crate::list::{ListQuery, Page};
use crate::value::Value;
use crate::{StoreError, Transaction};

/// Findings asked for in one statement.
const ASKED_MAX: usize = 500;

/// Conditions on the list; all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Open or retracted ones; either when not given.
    pub is_open: Option<bool>,
    /// Codes of statuses, one of which must fit; any when empty.
    pub statuses: Vec<String>,
    /// Whose assessment rests on what has changed since.
    pub is_reopened: Option<bool>,
    /// The verdict's code.
    pub verdict: Option<String>,
    /// Of this product.
    pub product: Option<ProductId>,
    /// Occurring in this release.
    pub release: Option<ReleaseId>,
    /// At least this severe (1 none to 5 critical).
    pub severity_min: Option<i64>,
    /// Known to be exploited, or not.
    pub is_kev: Option<bool>,
    /// Probability of exploitation, in millionths.
    pub epss_ppm_min: Option<i64>,
    /// The component's key, exactly.
    pub component_key: Option<String>,
    /// Part of a component's name or identifier, in the form that searches compare.
    pub component: Option<String>,
    /// This vulnerability.
    pub vulnerability: Option<VulnerabilityId>,
    /// These numbers.
    pub numbers: Option<Vec<i64>>,
}

/// By what the list is ordered; the number decides between equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingOrder {
    /// Severity and score.
    #[default]
    Severity,
    /// Score.
    Score,
    /// Probability of exploitation.
    Epss,
    /// Known exploited ones.
    Kev,
    /// The number.
    Number,
    /// The time of the last change.
    ChangedAt,
    /// The component's name.
    Component,
    /// The vulnerability's name.
    Vulnerability,
    /// The assessment's status.
    Status,
    /// The product, by its id: products stand together, in no order of their own.
    Product,
}

/// A page of an organisation's findings that fit, and how many fit.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn list(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    filter: &FindingFilter,
    order: FindingOrder,
    is_descending: bool,
    page: Page,
) -> Result<(Vec<StoredFinding>, i64), StoreError> {
    let mut counted = ListQuery::new("SELECT COUNT(*) AS n FROM findings");
    conditions(&mut counted, organisation, filter);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let n = rows.first().map_or(Ok(0), |row| row.integer("n"))?;
    let found = rows_of(transaction, organisation, filter, order, is_descending, page).await?;
    Ok((found, n))
}

/// A page of an organisation's findings that fit, without counting all.
///
/// # Errors
/// What the database says.
pub async fn rows_of(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    filter: &FindingFilter,
    order: FindingOrder,
    is_descending: bool,
    page: Page,
) -> Result<Vec<StoredFinding>, StoreError> {
    let mut query = ListQuery::new(
        "SELECT organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision FROM findings",
    );
    conditions(&mut query, organisation, filter);
    query.push(order_by(order, is_descending), []);
    query.push("LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    transaction.rows_of_text(text, values).await?.iter().map(read).collect()
}

/// The order's SQL. Severity goes with score, so that the index gives the order.
fn order_by(order: FindingOrder, is_descending: bool) -> &'static str {
    match (order, is_descending) {
        (FindingOrder::Severity, true) => "ORDER BY severity DESC, score_milli DESC, number DESC",
        (FindingOrder::Severity, false) => "ORDER BY severity, score_milli, number",
        (FindingOrder::Score, true) => "ORDER BY score_milli DESC, number DESC",
        (FindingOrder::Score, false) => "ORDER BY score_milli, number",
        (FindingOrder::Epss, true) => "ORDER BY epss_ppm DESC, number DESC",
        (FindingOrder::Epss, false) => "ORDER BY epss_ppm, number",
        (FindingOrder::Kev, true) => "ORDER BY is_kev DESC, severity DESC, number DESC",
        (FindingOrder::Kev, false) => "ORDER BY is_kev, severity, number",
        (FindingOrder::Number, true) => "ORDER BY number DESC",
        (FindingOrder::Number, false) => "ORDER BY number",
        (FindingOrder::ChangedAt, true) => "ORDER BY changed_at DESC, number DESC",
        (FindingOrder::ChangedAt, false) => "ORDER BY changed_at, number",
        (FindingOrder::Component, true) => "ORDER BY component_label DESC, number DESC",
        (FindingOrder::Component, false) => "ORDER BY component_label, number",
        (FindingOrder::Vulnerability, true) => "ORDER BY vulnerability_name DESC, number DESC",
        (FindingOrder::Vulnerability, false) => "ORDER BY vulnerability_name, number",
        (FindingOrder::Product, true) => {
            "ORDER BY product_id DESC, state, severity DESC, score_milli DESC, number DESC"
        }
        (FindingOrder::Product, false) => "ORDER BY product_id, state, severity, score_milli, number",
        (FindingOrder::Status, true) => "ORDER BY status DESC, severity DESC, score_milli DESC, number DESC",
        (FindingOrder::Status, false) => "ORDER BY status, severity, score_milli, number",
    }
}

/// Adds the conditions of a filter.
fn conditions(query: &mut ListQuery, organisation: OrganisationId, filter: &FindingFilter) {
    query.filter("organisation_id = ?", [organisation.id().into()]);
    if let Some(is_open) = filter.is_open {
        // A planner that finds the state among the first columns of an index takes that index for its order, and reads all open
        // findings where a few are asked for; an expression keeps it from that.
        let is_narrow = filter.component.is_some() || filter.release.is_some() || filter.numbers.is_some();
        let state = if is_open { "open" } else { "retracted" };
        query.filter(if is_narrow { "state || '' = ?" } else { "state = ?" }, [state.into()]);
    }
    if !filter.statuses.is_empty() {
        query.filter_one_of("status", filter.statuses.iter().map(Value::from).collect());
    }
    let equal: [(&'static str, Option<Value>); 7] = [
        ("is_reopened = ?", filter.is_reopened.map(Value::from)),
        ("verdict = ?", filter.verdict.as_ref().map(Value::from)),
        ("product_id = ?", filter.product.map(|id| id.id().into())),
        ("is_kev = ?", filter.is_kev.map(Value::from)),
        ("component_key = ?", filter.component_key.as_ref().map(Value::from)),
        ("vulnerability_id = ?", filter.vulnerability.map(|id| id.id().into())),
        ("severity >= ?", filter.severity_min.map(Value::from)),
    ];
    for (condition, value) in equal {
        if let Some(value) = value {
            query.filter(condition, [value]);
        }
    }
    if let Some(least) = filter.epss_ppm_min {
        // So many are above a low bound that the order is worth more than this index; see above.
        query.filter("epss_ppm + 0 >= ?", [least.into()]);
    }
    if let Some(part) = &filter.component {
        query.filter(
            "component_key IN (SELECT component_key FROM identities WHERE search_text LIKE ? ESCAPE '\\')",
            [contained(part).into()],
        );
    }
    if let Some(release) = filter.release {
        let values = || [organisation.id().into(), release.id().into()];
        match filter.is_open {
            Some(true) => query.filter(
                "id IN (SELECT o.finding_id FROM finding_occurrences o WHERE o.organisation_id = ? AND o.release_id = ? AND o.state = 'open')",
                values(),
            ),
            _ => query.filter(
                "id IN (SELECT o.finding_id FROM finding_occurrences o WHERE o.organisation_id = ? AND o.release_id = ?)",
                values(),
            ),
        };
    }
    if let Some(numbers) = &filter.numbers {
        query.filter_one_of("number", numbers.iter().copied().map(Value::from).collect());
    }
}

/// A pattern for texts that contain `part`.
pub(crate) fn contained(part: &str) -> String {
    let mut pattern = String::from("%");
    for letter in part.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Where findings occur: finding, release, its version; the open places, or all.
///
/// # Errors
/// What the database says.
pub async fn releases_of(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    findings: &[FindingId],
) -> Result<Vec<(FindingId, ReleaseId, String)>, StoreError> {
    let mut found = Vec::new();
    for asked in findings.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT DISTINCT o.finding_id, o.release_id, r.version FROM finding_occurrences o JOIN findings f ON f.organisation_id = o.organisation_id AND f.id = o.finding_id AND f.state = o.state JOIN releases r ON r.organisation_id = o.organisation_id AND r.id = o.release_id",
        );
        query.filter("o.organisation_id = ?", [organisation.id().into()]);
        query.filter_one_of("o.finding_id", asked.iter().map(|id| Value::from(id.id())).collect());
        query.push("ORDER BY o.finding_id, r.version, o.release_id", []);
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            let finding = FindingId::new(row.id("finding_id")?);
            found.push((finding, ReleaseId::new(row.id("release_id")?), row.text("version")?));
        }
    }
    Ok(found)
}

/// Products by id, with their names in Japanese and English.
///
/// # Errors
/// What the database says.
pub async fn product_names(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    products: &[ProductId],
) -> Result<std::collections::BTreeMap<ProductId, (String, Option<String>)>, StoreError> {
    let mut found = std::collections::BTreeMap::new();
    for asked in products.chunks(ASKED_MAX) {
        let mut query = ListQuery::new("SELECT id, trade_name_ja, trade_name_en FROM products");
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter_one_of("id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            let names = (row.text("trade_name_ja")?, row.text_if_any("trade_name_en")?);
            found.insert(ProductId::new(row.id("id")?), names);
        }
    }
    Ok(found)
}
