//! Vulnerabilities that touch somebody, each under all its names.

use std::collections::BTreeMap;

use kikimori_core::id::VulnerabilityId;
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO vulnerabilities (id, name, title_ja, title_en, summary_ja, summary_en, severity, score_milli, vector, scored_by, kev_added_on, epss_ppm, published_at, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    UPDATE = "UPDATE vulnerabilities SET name = $2, title_ja = $3, title_en = $4, summary_ja = $5, summary_en = $6, severity = $7, score_milli = $8, vector = $9, scored_by = $10, kev_added_on = $11, epss_ppm = $12, published_at = $13, changed_at = $14 WHERE id = $1";
    GET = "SELECT id, name, title_ja, title_en, summary_ja, summary_en, severity, score_milli, vector, scored_by, kev_added_on, epss_ppm, published_at, created_at, changed_at FROM vulnerabilities WHERE id = $1";
    FIND_BY_ALIAS = "SELECT v.id, v.name, v.title_ja, v.title_en, v.summary_ja, v.summary_en, v.severity, v.score_milli, v.vector, v.scored_by, v.kev_added_on, v.epss_ppm, v.published_at, v.created_at, v.changed_at FROM vulnerability_aliases a JOIN vulnerabilities v ON v.id = a.vulnerability_id WHERE a.alias = $1";
    LIST_AFTER = "SELECT id, name, title_ja, title_en, summary_ja, summary_en, severity, score_milli, vector, scored_by, kev_added_on, epss_ppm, published_at, created_at, changed_at FROM vulnerabilities WHERE id > $1 ORDER BY id LIMIT $2";
    COUNT = "SELECT COUNT(*) AS n FROM vulnerabilities";
    ALIASES = "SELECT alias FROM vulnerability_aliases WHERE vulnerability_id = $1 ORDER BY alias";
    MOVE_ALIASES = "UPDATE vulnerability_aliases SET vulnerability_id = $2 WHERE vulnerability_id = $1";
    DELETE = "DELETE FROM vulnerabilities WHERE id = $1";
    COPY_TO_FINDINGS = "UPDATE findings SET vulnerability_name = $2, severity = $3, score_milli = $4, is_kev = $5, epss_ppm = $6 WHERE vulnerability_id = $1";
}

/// Names asked for in one statement.
const ASKED_MAX: usize = 500;

/// A vulnerability under all its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its id.
    pub id: VulnerabilityId,
    /// The name people use.
    pub name: String,
    /// Title in Japanese.
    pub title_ja: Option<String>,
    /// Title in English.
    pub title_en: Option<String>,
    /// Description in Japanese.
    pub summary_ja: Option<String>,
    /// Description in English.
    pub summary_en: Option<String>,
    /// 0 not scored, 1 none, 2 low, 3 medium, 4 high, 5 critical.
    pub severity: i64,
    /// The highest score in thousandths; -1 when there is none.
    pub score_milli: i64,
    /// Its vector.
    pub vector: Option<String>,
    /// Source and asserter of the vector.
    pub scored_by: Option<String>,
    /// When it entered the catalogue of known exploited vulnerabilities.
    pub kev_added_on: Option<String>,
    /// The probability of exploitation in millionths; -1 when there is none.
    pub epss_ppm: i64,
    /// First publication.
    pub published_at: Option<Stamp>,
    /// When it first touched somebody.
    pub created_at: Stamp,
    /// When something of it changed last.
    pub changed_at: Stamp,
}

/// The vulnerabilities that bear one of these names, each with the names that led to it.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn find_by_names(
    transaction: &mut Transaction,
    names: &[String],
) -> Result<BTreeMap<String, VulnerabilityId>, StoreError> {
    let mut found = BTreeMap::new();
    for asked in names.chunks(ASKED_MAX) {
        let mut query = ListQuery::new("SELECT alias, vulnerability_id FROM vulnerability_aliases");
        query.filter_one_of("alias", asked.iter().map(Value::from).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.insert(row.text("alias")?, VulnerabilityId::new(row.id("vulnerability_id")?));
        }
    }
    Ok(found)
}

/// The vulnerabilities of these ids.
///
/// # Errors
/// What the database says.
pub async fn list_of_ids(
    transaction: &mut Transaction,
    ids: &[VulnerabilityId],
) -> Result<BTreeMap<VulnerabilityId, Vulnerability>, StoreError> {
    let mut found = BTreeMap::new();
    for asked in ids.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT id, name, title_ja, title_en, summary_ja, summary_en, severity, score_milli, vector, scored_by, kev_added_on, epss_ppm, published_at, created_at, changed_at FROM vulnerabilities",
        );
        query.filter_one_of("id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            let vulnerability = read(&row)?;
            found.insert(vulnerability.id, vulnerability);
        }
    }
    Ok(found)
}

/// The vulnerability of this id.
///
/// # Errors
/// What the database says.
pub async fn get(
    transaction: &mut Transaction,
    id: VulnerabilityId,
) -> Result<Option<Vulnerability>, StoreError> {
    transaction.row(&GET, vec![id.id().into()]).await?.map(|row| read(&row)).transpose()
}

/// The vulnerability that bears this name.
///
/// # Errors
/// What the database says.
pub async fn find(transaction: &mut Transaction, name: &str) -> Result<Option<Vulnerability>, StoreError> {
    transaction.row(&FIND_BY_ALIAS, vec![name.into()]).await?.map(|row| read(&row)).transpose()
}

/// The next `n_max` after an id, in the order of ids.
///
/// # Errors
/// What the database says.
pub async fn list_after(
    transaction: &mut Transaction,
    after: Option<VulnerabilityId>,
    n_max: u32,
) -> Result<Vec<Vulnerability>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    transaction.rows(&LIST_AFTER, vec![after.into(), n_max.into()]).await?.iter().map(read).collect()
}

/// How many there are.
///
/// # Errors
/// What the database says.
pub async fn count(transaction: &mut Transaction) -> Result<i64, StoreError> {
    transaction.row(&COUNT, vec![]).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// All names of a vulnerability, in order.
///
/// # Errors
/// What the database says.
pub async fn aliases(transaction: &mut Transaction, id: VulnerabilityId) -> Result<Vec<String>, StoreError> {
    transaction.rows(&ALIASES, vec![id.id().into()]).await?.iter().map(|row| row.text("alias")).collect()
}

/// Adds a vulnerability.
///
/// # Errors
/// [`StoreError::Unique`] if another bears its name.
pub async fn insert(transaction: &mut Transaction, new: &Vulnerability) -> Result<(), StoreError> {
    let mut values = values_of(new);
    values.insert(values.len() - 1, new.created_at.0.into());
    transaction.execute(&INSERT, values).await?;
    Ok(())
}

/// Changes a vulnerability.
///
/// # Errors
/// What the database says.
pub async fn update(transaction: &mut Transaction, changed: &Vulnerability) -> Result<(), StoreError> {
    transaction.execute(&UPDATE, values_of(changed)).await?;
    Ok(())
}

/// Copies to every finding what lists show of the vulnerability.
///
/// # Errors
/// What the database says.
pub async fn copy_to_findings(transaction: &mut Transaction, of: &Vulnerability) -> Result<u64, StoreError> {
    let values = vec![
        of.id.id().into(),
        (&of.name).into(),
        of.severity.into(),
        of.score_milli.into(),
        of.kev_added_on.is_some().into(),
        of.epss_ppm.into(),
    ];
    transaction.execute(&COPY_TO_FINDINGS, values).await
}

/// Gives names to a vulnerability, taking them from others.
///
/// # Errors
/// What the database says.
pub async fn put_aliases(
    transaction: &mut Transaction,
    id: VulnerabilityId,
    names: &[String],
) -> Result<(), StoreError> {
    let values = names.iter().flat_map(|name| [Value::from(name), id.id().into()]).collect();
    let start = "INSERT INTO vulnerability_aliases (alias, vulnerability_id) VALUES";
    let end = "ON CONFLICT (alias) DO UPDATE SET vulnerability_id = excluded.vulnerability_id";
    transaction.insert_many(start, end, 2, values).await?;
    Ok(())
}

/// Gives all names of one vulnerability to another and forgets it. Nothing may refer to it any more.
///
/// # Errors
/// What the database says.
pub async fn absorb(
    transaction: &mut Transaction,
    from: VulnerabilityId,
    to: VulnerabilityId,
) -> Result<(), StoreError> {
    transaction.execute(&MOVE_ALIASES, vec![from.id().into(), to.id().into()]).await?;
    transaction.execute(&DELETE, vec![from.id().into()]).await?;
    Ok(())
}

/// The values of a row but the time it was made.
fn values_of(vulnerability: &Vulnerability) -> Vec<Value> {
    vec![
        vulnerability.id.id().into(),
        (&vulnerability.name).into(),
        vulnerability.title_ja.clone().into(),
        vulnerability.title_en.clone().into(),
        vulnerability.summary_ja.clone().into(),
        vulnerability.summary_en.clone().into(),
        vulnerability.severity.into(),
        vulnerability.score_milli.into(),
        vulnerability.vector.clone().into(),
        vulnerability.scored_by.clone().into(),
        vulnerability.kev_added_on.clone().into(),
        vulnerability.epss_ppm.into(),
        vulnerability.published_at.map(|at| at.0).into(),
        vulnerability.changed_at.0.into(),
    ]
}

/// Reads a row.
fn read(row: &Row) -> Result<Vulnerability, StoreError> {
    Ok(Vulnerability {
        id: VulnerabilityId::new(row.id("id")?),
        name: row.text("name")?,
        title_ja: row.text_if_any("title_ja")?,
        title_en: row.text_if_any("title_en")?,
        summary_ja: row.text_if_any("summary_ja")?,
        summary_en: row.text_if_any("summary_en")?,
        severity: row.integer("severity")?,
        score_milli: row.integer("score_milli")?,
        vector: row.text_if_any("vector")?,
        scored_by: row.text_if_any("scored_by")?,
        kev_added_on: row.text_if_any("kev_added_on")?,
        epss_ppm: row.integer("epss_ppm")?,
        published_at: row.integer_if_any("published_at")?.map(Stamp),
        created_at: Stamp(row.integer("created_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
    })
}
