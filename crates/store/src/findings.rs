//! Findings of products, where each occurs, and what happened to it.

use kikimori_core::id::{
    FindingId, Id, IdentityId, OrganisationId, PersonId, ProductId, ReleaseId, SbomId, VulnerabilityId,
};
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision FROM findings WHERE organisation_id = $1 AND number = $2";
    OF_VULNERABILITY = "SELECT organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision FROM findings WHERE vulnerability_id = $1 ORDER BY organisation_id, number";
    OF_VULNERABILITY_IN = "SELECT organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision FROM findings WHERE organisation_id = $1 AND vulnerability_id = $2 ORDER BY number LIMIT $3";
    // The revision is the one that was read: whoever changed it since wins.
    UPDATE = "UPDATE findings SET vulnerability_id = $3, component_label = $4, verdict = $5, confidence = $6, status = $7, is_reopened = $8, state = $9, retracted_reason = $10, changed_at = $11, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND revision = $12";
    DELETE = "DELETE FROM findings WHERE organisation_id = $1 AND id = $2";
    DELETE_OCCURRENCES = "DELETE FROM finding_occurrences WHERE organisation_id = $1 AND finding_id = $2";
    DELETE_ASSESSMENTS = "DELETE FROM assessments WHERE organisation_id = $1 AND finding_id = $2";
    MOVE_EVENTS = "UPDATE finding_events SET finding_id = $3 WHERE organisation_id = $1 AND finding_id = $2";
    EVENTS = "SELECT organisation_id, id, finding_id, at, kind, details, person_id FROM finding_events WHERE organisation_id = $1 AND finding_id = $2 ORDER BY id DESC LIMIT $3";
    NEWEST_EVENTS = "SELECT organisation_id, id, finding_id, at, kind, details, person_id FROM finding_events WHERE organisation_id = $1 AND at >= $2 ORDER BY at DESC, id DESC LIMIT $3";
    COUNT_BY_AGE = "SELECT severity, CASE WHEN first_seen_at >= $2 THEN 0 WHEN first_seen_at >= $3 THEN 1 WHEN first_seen_at >= $4 THEN 2 ELSE 3 END AS band, COUNT(*) AS n FROM findings WHERE organisation_id = $1 AND state = 'open' AND status IN ('not_assessed', 'under_investigation') GROUP BY severity, band";
    EVENTS_SINCE = "SELECT organisation_id, id, finding_id, at, kind, details, person_id FROM finding_events WHERE organisation_id = $1 AND at >= $2 ORDER BY at, id LIMIT $3";
}

/// Things asked for in one statement.
const ASKED_MAX: usize = 500;

/// A vulnerability in a component of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFinding {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its id.
    pub id: FindingId,
    /// Shown as `FND-000123`.
    pub number: i64,
    /// The product.
    pub product: ProductId,
    /// What the component is without its version.
    pub component_key: String,
    /// The vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Name and version of the component.
    pub component_label: String,
    /// The name of the vulnerability.
    pub vulnerability_name: String,
    /// The verdict's code.
    pub verdict: String,
    /// The confidence's code.
    pub confidence: String,
    /// 0 not scored to 5 critical.
    pub severity: i64,
    /// In thousandths; -1 when there is none.
    pub score_milli: i64,
    /// It is known to be exploited.
    pub is_kev: bool,
    /// In millionths; -1 when there is none.
    pub epss_ppm: i64,
    /// The code of the assessment's status.
    pub status: String,
    /// What the assessment rested on has changed since.
    pub is_reopened: bool,
    /// It occurs somewhere.
    pub is_open: bool,
    /// Why it occurs nowhere any more: a code.
    pub retracted_reason: Option<String>,
    /// When it appeared.
    pub first_seen_at: Stamp,
    /// When it changed last.
    pub changed_at: Stamp,
    /// Counts changes.
    pub revision: i64,
}

/// Where a finding is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The finding.
    pub finding: FindingId,
    /// The SBOM.
    pub sbom: SbomId,
    /// The identity in it.
    pub identity: IdentityId,
    /// The SBOM's release.
    pub release: ReleaseId,
    /// The context it was matched in.
    pub context: Id,
    /// Name and version of the component.
    pub label: String,
    /// The verdict's code.
    pub verdict: String,
    /// The confidence's code.
    pub confidence: String,
    /// Over what the statements say.
    pub evidence_sha256: [u8; 32],
    /// The finding is there.
    pub is_open: bool,
    /// Why it is there no more: a code.
    pub retracted_reason: Option<String>,
    /// When it appeared there.
    pub first_seen_at: Stamp,
    /// When it changed last.
    pub changed_at: Stamp,
}

/// Something that happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingEvent {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its id; later events have larger ones.
    pub id: Id,
    /// The finding.
    pub finding: FindingId,
    /// When.
    pub at: Stamp,
    /// What: a code.
    pub kind: String,
    /// Names and values.
    pub details: Vec<(String, String)>,
    /// Who did it; none for Kikimori itself.
    pub person: Option<PersonId>,
}

/// The finding of this number.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    number: u64,
) -> Result<Option<StoredFinding>, StoreError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let row = transaction.row(&GET, vec![organisation.id().into(), number.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Every organisation's findings of a vulnerability.
///
/// # Errors
/// What the database says.
pub async fn of_vulnerability(
    transaction: &mut Transaction,
    vulnerability: VulnerabilityId,
) -> Result<Vec<StoredFinding>, StoreError> {
    transaction.rows(&OF_VULNERABILITY, vec![vulnerability.id().into()]).await?.iter().map(read).collect()
}

/// An organisation's first `n_max` findings of a vulnerability.
///
/// # Errors
/// What the database says.
pub async fn of_vulnerability_in(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    vulnerability: VulnerabilityId,
    n_max: u32,
) -> Result<Vec<StoredFinding>, StoreError> {
    let values = vec![organisation.id().into(), vulnerability.id().into(), n_max.into()];
    transaction.rows(&OF_VULNERABILITY_IN, values).await?.iter().map(read).collect()
}

/// A product's findings of these vulnerabilities.
///
/// # Errors
/// What the database says.
pub async fn of_product(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    vulnerabilities: &[VulnerabilityId],
) -> Result<Vec<StoredFinding>, StoreError> {
    let mut found = Vec::new();
    for asked in vulnerabilities.chunks(ASKED_MAX) {
        let mut query = selected();
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter("product_id = ?", [product.id().into()]);
        query.filter_one_of("vulnerability_id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// The findings of these ids.
///
/// # Errors
/// What the database says.
pub async fn of_ids(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    ids: &[FindingId],
) -> Result<Vec<StoredFinding>, StoreError> {
    let mut found = Vec::new();
    for asked in ids.chunks(ASKED_MAX) {
        let mut query = selected();
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter_one_of("id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// A query for whole rows.
fn selected() -> ListQuery {
    ListQuery::new(
        "SELECT organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision FROM findings",
    )
}

/// Adds findings.
///
/// # Errors
/// What the database says.
pub async fn insert(transaction: &mut Transaction, findings: &[StoredFinding]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(findings.len() * 21);
    for finding in findings {
        values.extend([
            finding.organisation.id().into(),
            finding.id.id().into(),
            finding.number.into(),
            finding.product.id().into(),
            (&finding.component_key).into(),
            finding.vulnerability.id().into(),
            (&finding.component_label).into(),
            (&finding.vulnerability_name).into(),
            (&finding.verdict).into(),
            (&finding.confidence).into(),
            finding.severity.into(),
            finding.score_milli.into(),
            finding.is_kev.into(),
            finding.epss_ppm.into(),
            (&finding.status).into(),
            finding.is_reopened.into(),
            state(finding.is_open).into(),
            finding.retracted_reason.clone().into(),
            finding.first_seen_at.0.into(),
            finding.changed_at.0.into(),
            finding.revision.into(),
        ]);
    }
    let start = "INSERT INTO findings (organisation_id, id, number, product_id, component_key, vulnerability_id, component_label, vulnerability_name, verdict, confidence, severity, score_milli, is_kev, epss_ppm, status, is_reopened, state, retracted_reason, first_seen_at, changed_at, revision) VALUES";
    transaction.insert_many(start, "", 21, values).await?;
    Ok(())
}

/// Changes a finding that still has the revision it was read with.
///
/// # Errors
/// [`StoreError::Conflict`] if it has not.
pub async fn update(transaction: &mut Transaction, finding: &StoredFinding) -> Result<(), StoreError> {
    let values = vec![
        finding.organisation.id().into(),
        finding.id.id().into(),
        finding.vulnerability.id().into(),
        (&finding.component_label).into(),
        (&finding.verdict).into(),
        (&finding.confidence).into(),
        (&finding.status).into(),
        finding.is_reopened.into(),
        state(finding.is_open).into(),
        finding.retracted_reason.clone().into(),
        finding.changed_at.0.into(),
        finding.revision.into(),
    ];
    transaction.change_one(&UPDATE, values).await
}

/// Forgets a finding whose occurrences, assessments and events have moved to another: the events go with this call.
///
/// # Errors
/// What the database says.
pub async fn replace_by(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    old: FindingId,
    new: FindingId,
) -> Result<(), StoreError> {
    let values = || vec![organisation.id().into(), old.id().into()];
    let moved = vec![organisation.id().into(), old.id().into(), new.id().into()];
    transaction.execute(&MOVE_EVENTS, moved).await?;
    transaction.execute(&DELETE_OCCURRENCES, values()).await?;
    transaction.execute(&DELETE_ASSESSMENTS, values()).await?;
    transaction.execute(&DELETE, values()).await?;
    Ok(())
}

/// The occurrences in an SBOM, of all identities or of some.
///
/// # Errors
/// What the database says.
pub async fn occurrences_in(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    identities: Option<&[IdentityId]>,
) -> Result<Vec<Occurrence>, StoreError> {
    let whole = [Vec::new()];
    let parts: Vec<Vec<Value>> = match identities {
        None => whole.to_vec(),
        Some(identities) => {
            identities.chunks(ASKED_MAX).map(|part| part.iter().map(|id| id.id().into()).collect()).collect()
        }
    };
    let mut found = Vec::new();
    for part in parts {
        let mut query = occurrences_selected();
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter("sbom_id = ?", [sbom.id().into()]);
        if identities.is_some() {
            query.filter_one_of("identity_id", part);
        }
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read_occurrence(&row)?);
        }
    }
    Ok(found)
}

/// The occurrences of findings.
///
/// # Errors
/// What the database says.
pub async fn occurrences_of(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    findings: &[FindingId],
) -> Result<Vec<Occurrence>, StoreError> {
    let mut found = Vec::new();
    for asked in findings.chunks(ASKED_MAX) {
        let mut query = occurrences_selected();
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter_one_of("finding_id", asked.iter().map(|id| Value::from(id.id())).collect());
        query.push("ORDER BY finding_id, state, sbom_id, identity_id", []);
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read_occurrence(&row)?);
        }
    }
    Ok(found)
}

/// A query for whole rows of occurrences.
fn occurrences_selected() -> ListQuery {
    ListQuery::new(
        "SELECT organisation_id, finding_id, sbom_id, identity_id, release_id, context_id, label, verdict, confidence, evidence_sha256, state, retracted_reason, first_seen_at, changed_at FROM finding_occurrences",
    )
}

/// Writes occurrences, new or changed.
///
/// # Errors
/// What the database says.
pub async fn put_occurrences(
    transaction: &mut Transaction,
    occurrences: &[Occurrence],
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(occurrences.len() * 14);
    for one in occurrences {
        values.extend([
            one.organisation.id().into(),
            one.finding.id().into(),
            one.sbom.id().into(),
            one.identity.id().into(),
            one.release.id().into(),
            one.context.into(),
            (&one.label).into(),
            (&one.verdict).into(),
            (&one.confidence).into(),
            one.evidence_sha256.into(),
            state(one.is_open).into(),
            one.retracted_reason.clone().into(),
            one.first_seen_at.0.into(),
            one.changed_at.0.into(),
        ]);
    }
    let start = "INSERT INTO finding_occurrences (organisation_id, finding_id, sbom_id, identity_id, release_id, context_id, label, verdict, confidence, evidence_sha256, state, retracted_reason, first_seen_at, changed_at) VALUES";
    let end = "ON CONFLICT (organisation_id, finding_id, sbom_id, identity_id) DO UPDATE SET context_id = excluded.context_id, label = excluded.label, verdict = excluded.verdict, confidence = excluded.confidence, evidence_sha256 = excluded.evidence_sha256, state = excluded.state, retracted_reason = excluded.retracted_reason, changed_at = excluded.changed_at";
    transaction.insert_many(start, end, 14, values).await?;
    Ok(())
}

/// Adds events.
///
/// # Errors
/// What the database says.
pub async fn append_events(transaction: &mut Transaction, events: &[FindingEvent]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(events.len() * 7);
    for event in events {
        values.extend([
            event.organisation.id().into(),
            event.id.into(),
            event.finding.id().into(),
            event.at.0.into(),
            (&event.kind).into(),
            serde_json::to_string(&event.details).unwrap_or_default().into(),
            event.person.map(PersonId::id).into(),
        ]);
    }
    let start =
        "INSERT INTO finding_events (organisation_id, id, finding_id, at, kind, details, person_id) VALUES";
    transaction.insert_many(start, "", 7, values).await?;
    Ok(())
}

/// The last `n_max` events of a finding, the newest first.
///
/// # Errors
/// What the database says.
pub async fn events(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    finding: FindingId,
    n_max: u32,
) -> Result<Vec<FindingEvent>, StoreError> {
    let values = vec![organisation.id().into(), finding.id().into(), n_max.into()];
    transaction.rows(&EVENTS, values).await?.iter().map(read_event).collect()
}

/// The first `n_max` events of an organisation since a time, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn events_since(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    since: Stamp,
    n_max: u32,
) -> Result<Vec<FindingEvent>, StoreError> {
    let values = vec![organisation.id().into(), since.0.into(), n_max.into()];
    transaction.rows(&EVENTS_SINCE, values).await?.iter().map(read_event).collect()
}

/// The newest `n_max` events of an organisation since a time, the newest first.
///
/// # Errors
/// What the database says.
pub async fn newest_events(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    since: Stamp,
    n_max: u32,
) -> Result<Vec<FindingEvent>, StoreError> {
    let values = vec![organisation.id().into(), since.0.into(), n_max.into()];
    transaction.rows(&NEWEST_EVENTS, values).await?.iter().map(read_event).collect()
}

/// How many open findings nobody has judged to the end, by severity and age.
///
/// The severity runs from 0 (unrated) to 5 (critical); the band counts how many of the three times, the newest first, they are older than.
///
/// # Errors
/// What the database says.
pub async fn count_by_age(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    bands: [Stamp; 3],
) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    let mut values = vec![organisation.id().into()];
    values.extend(bands.map(|at| at.0.into()));
    let rows = transaction.rows(&COUNT_BY_AGE, values).await?;
    rows.iter().map(|row| Ok((row.integer("severity")?, row.integer("band")?, row.integer("n")?))).collect()
}

/// The code of a state.
fn state(is_open: bool) -> &'static str {
    if is_open { "open" } else { "retracted" }
}

/// Reads a finding's row.
pub(crate) fn read(row: &Row) -> Result<StoredFinding, StoreError> {
    Ok(StoredFinding {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        id: FindingId::new(row.id("id")?),
        number: row.integer("number")?,
        product: ProductId::new(row.id("product_id")?),
        component_key: row.text("component_key")?,
        vulnerability: VulnerabilityId::new(row.id("vulnerability_id")?),
        component_label: row.text("component_label")?,
        vulnerability_name: row.text("vulnerability_name")?,
        verdict: row.text("verdict")?,
        confidence: row.text("confidence")?,
        severity: row.integer("severity")?,
        score_milli: row.integer("score_milli")?,
        is_kev: row.truth("is_kev")?,
        epss_ppm: row.integer("epss_ppm")?,
        status: row.text("status")?,
        is_reopened: row.truth("is_reopened")?,
        is_open: row.text("state")? == "open",
        retracted_reason: row.text_if_any("retracted_reason")?,
        first_seen_at: Stamp(row.integer("first_seen_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
        revision: row.integer("revision")?,
    })
}

/// Reads an occurrence's row.
fn read_occurrence(row: &Row) -> Result<Occurrence, StoreError> {
    Ok(Occurrence {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        finding: FindingId::new(row.id("finding_id")?),
        sbom: SbomId::new(row.id("sbom_id")?),
        identity: IdentityId::new(row.id("identity_id")?),
        release: ReleaseId::new(row.id("release_id")?),
        context: row.id("context_id")?,
        label: row.text("label")?,
        verdict: row.text("verdict")?,
        confidence: row.text("confidence")?,
        evidence_sha256: row.sha256("evidence_sha256")?,
        is_open: row.text("state")? == "open",
        retracted_reason: row.text_if_any("retracted_reason")?,
        first_seen_at: Stamp(row.integer("first_seen_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
    })
}

/// Reads an event's row.
fn read_event(row: &Row) -> Result<FindingEvent, StoreError> {
    Ok(FindingEvent {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        id: row.id("id")?,
        finding: FindingId::new(row.id("finding_id")?),
        at: Stamp(row.integer("at")?),
        kind: row.text("kind")?,
        details: row.read("details", |text| serde_json::from_str(text).ok())?,
        person: row.id_if_any("person_id")?.map(PersonId::new),
    })
}
