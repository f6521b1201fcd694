//! A page of the audit trail.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use kikimori_core::access::{Action, Actor};
use kikimori_core::audit::{AuditActor, AuditEvent};
use kikimori_core::id::PersonId;
use kikimori_store::audit_events::{self, AuditFilter};
use kikimori_store::list::Page;
use kikimori_store::{Transaction, people};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// A page of the trail.
#[derive(Clone, Debug)]
pub struct Events {
    /// The events, newest first.
    pub events: Vec<AuditEvent>,
    /// How many fit the conditions.
    pub n_fitting: i64,
    /// How many there are.
    pub n_all: i64,
    /// The names of the people who did them.
    pub names: BTreeMap<PersonId, String>,
}

/// A page of the trail of the actor's organisation.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn list_events(
    installation: &Installation,
    actor: &Actor,
    filter: &AuditFilter,
    page: Page,
) -> Result<Events, AppError> {
    let organisation = require_own(actor, Action::ViewAudit)?;
    let mut read = installation.read(actor).await?;
    let (events, n_fitting) = audit_events::list(&mut read, Some(organisation), filter, page).await?;
    let n_all = i64::try_from(audit_events::n_added(&mut read, Some(organisation)).await?);
    let names = names(&mut read, events.iter()).await?;
    Ok(Events { events, n_fitting, n_all: n_all.unwrap_or(i64::MAX), names })
}

/// The names of the people who did these things.
pub(crate) async fn names(
    read: &mut Transaction,
    events: impl Iterator<Item = &AuditEvent>,
) -> Result<BTreeMap<PersonId, String>, AppError> {
    let mut names = BTreeMap::new();
    for event in events {
        let AuditActor::Person(id) = event.actor else { continue };
        if let Entry::Vacant(place) = names.entry(id) {
            let person = people::get(read, id).await?;
            place.insert(person.map_or_else(String::new, |person| person.name));
        }
    }
    Ok(names)
}
