//! The audit trail: events are added, never changed.

use kikimori_core::audit::{AuditActor, AuditEvent, FIRST_PREVIOUS_HASH};
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;
use sha2::{Digest as _, Sha256};

use crate::counters;
use crate::list::{ListQuery, Page};
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    HASH_OF = "SELECT hash FROM audit_events WHERE organisation_id = $1 AND sequence = $2";
    INSERT = "INSERT INTO audit_events (organisation_id, sequence, at, person_id, action, target_kind, target_id, details, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST_FROM = "SELECT organisation_id, sequence, at, person_id, action, target_kind, target_id, details, hash FROM audit_events WHERE organisation_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
}

/// The name of the series that numbers a chain.
const SERIES: &str = "audit";

/// What an event says before it has its place in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The organisation; none for the installation's own chain.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub at: Stamp,
    /// Who.
    pub actor: AuditActor,
    /// What was done.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// Which.
    pub target_id: String,
    /// What changed and why.
    pub details: Vec<(String, String)>,
}

/// Conditions on the list of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only this person's.
    pub person: Option<PersonId>,
    /// Only this action.
    pub action: Option<String>,
    /// Only about this kind of thing.
    pub target_kind: Option<String>,
    /// Only about this thing.
    pub target_id: Option<String>,
    /// Not before.
    pub since: Option<Stamp>,
    /// Before.
    pub until: Option<Stamp>,
}

/// Adds an event at the end of its chain. Others who add to the same chain wait until this transaction ends.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn append(transaction: &mut Transaction, new: NewEvent) -> Result<AuditEvent, StoreError> {
    let owner = new.organisation.map_or(counters::INSTALLATION, OrganisationId::id);
    let sequence = counters::take(transaction, owner, SERIES, 1).await?;
    let previous = match transaction.row(&HASH_OF, vec![owner.into(), (sequence - 1).into()]).await? {
        Some(row) => row.sha256("hash")?,
        None => FIRST_PREVIOUS_HASH,
    };
    let event = AuditEvent {
        organisation: new.organisation,
        sequence: sequence.unsigned_abs(),
        at: new.at,
        actor: new.actor,
        action: new.action,
        target_kind: new.target_kind,
        target_id: new.target_id,
        details: new.details,
    };
    let values = vec![
        owner.into(),
        sequence.into(),
        event.at.0.into(),
        match event.actor {
            AuditActor::Person(person) => Some(person.id()),
            AuditActor::System => None,
        }
        .into(),
        (&event.action).into(),
        (&event.target_kind).into(),
        (&event.target_id).into(),
        serde_json::to_string(&event.details).unwrap_or_default().into(),
        hash(&event, &previous).into(),
    ];
    transaction.execute(&INSERT, values).await?;
    Ok(event)
}

/// How many events were ever added to a chain, by its counter. A chain with fewer rows was cut.
///
/// # Errors
/// What the database says.
pub async fn n_added(
    transaction: &mut Transaction,
    organisation: Option<OrganisationId>,
) -> Result<u64, StoreError> {
    let owner = organisation.map_or(counters::INSTALLATION, OrganisationId::id);
    Ok(counters::last(transaction, owner, SERIES).await?.unsigned_abs())
}

/// The hash of an event that follows one with the hash `previous`.
#[must_use]
pub fn hash(event: &AuditEvent, previous: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(event.canonical_bytes(previous)).into()
}

/// The next `n_max` events of a chain after `sequence`, with their stored hashes, for verification and export.
///
/// # Errors
/// What the database says.
pub async fn list_from(
    transaction: &mut Transaction,
    organisation: Option<OrganisationId>,
    sequence: u64,
    n_max: u32,
) -> Result<Vec<(AuditEvent, [u8; 32])>, StoreError> {
    let owner = organisation.map_or(counters::INSTALLATION, OrganisationId::id);
    let values = vec![owner.into(), i64::try_from(sequence).unwrap_or(i64::MAX).into(), n_max.into()];
    transaction
        .rows(&LIST_FROM, values)
        .await?
        .iter()
        .map(|row| Ok((read(row)?, row.sha256("hash")?)))
        .collect()
}

/// A page of a chain's events that fit, newest first, and how many fit.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation: Option<OrganisationId>,
    filter: &AuditFilter,
    page: Page,
) -> Result<(Vec<AuditEvent>, i64), StoreError> {
    let mut counted = ListQuery::new("SELECT COUNT(*) AS n FROM audit_events");
    conditions(&mut counted, organisation, filter);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let n = rows.first().map_or(Ok(0), |row| row.integer("n"))?;
    let mut query = ListQuery::new(
        "SELECT organisation_id, sequence, at, person_id, action, target_kind, target_id, details, hash FROM audit_events",
    );
    conditions(&mut query, organisation, filter);
    query.push("ORDER BY sequence DESC LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, n))
}

/// Adds the conditions of a filter.
fn conditions(query: &mut ListQuery, organisation: Option<OrganisationId>, filter: &AuditFilter) {
    let owner = organisation.map_or(counters::INSTALLATION, OrganisationId::id);
    query.filter("organisation_id = ?", [owner.into()]);
    if let Some(person) = filter.person {
        query.filter("person_id = ?", [person.id().into()]);
    }
    let texts: [(&'static str, &Option<String>); 3] = [
        ("action = ?", &filter.action),
        ("target_kind = ?", &filter.target_kind),
        ("target_id = ?", &filter.target_id),
    ];
    for (condition, text) in texts {
        if let Some(text) = text {
            query.filter(condition, [Value::from(text)]);
        }
    }
    for (condition, at) in [("at >= ?", filter.since), ("at < ?", filter.until)] {
        if let Some(at) = at {
            query.filter(condition, [at.0.into()]);
        }
    }
}

/// Reads a row.
fn read(row: &Row) -> Result<AuditEvent, StoreError> {
    let owner = row.id("organisation_id")?;
    Ok(AuditEvent {
        organisation: (owner != counters::INSTALLATION).then(|| OrganisationId::new(owner)),
        sequence: row.integer("sequence")?.unsigned_abs(),
        at: Stamp(row.integer("at")?),
        actor: row
            .id_if_any("person_id")?
            .map_or(AuditActor::System, |id| AuditActor::Person(PersonId::new(id))),
        action: row.text("action")?,
        target_kind: row.text("target_kind")?,
        target_id: row.text("target_id")?,
        details: row.read("details", |text| serde_json::from_str(text).ok())?,
    })
}
