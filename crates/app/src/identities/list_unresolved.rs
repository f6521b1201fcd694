//! The queue of components that nothing could be looked up for, with candidates from the dictionary.

use kikimori_core::access::{Action, Actor};
use kikimori_core::sbom::Component;
use kikimori_matcher::dictionary::propose::Candidate;
use kikimori_store::identities;
use kikimori_store::identity_rules::{self, StoredRule};
use kikimori_store::list::Page;
use kikimori_store::sbom_checks::{self, Unresolved};

use super::decide_identity::RULES_MAX;
use crate::app_error::AppError;
use crate::component_identity::to_component;
use crate::installation::{Installation, require_own};

/// Candidates shown for one component.
const CANDIDATES_MAX: usize = 5;

/// A component in the queue.
#[derive(Clone, Debug)]
pub struct QueuedIdentity {
    /// Which, why, and in how many places.
    pub unresolved: Unresolved,
    /// The component.
    pub component: Component,
    /// Candidates, the likeliest first. Nothing is decided by them.
    pub candidates: Vec<Candidate>,
}

/// A page of the queue, those of most products first, and how many there are. Without a library there are no candidates.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault.
pub async fn list_unresolved(
    installation: &Installation,
    actor: &Actor,
    page: Page,
) -> Result<(Vec<QueuedIdentity>, i64), AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    let (rows, n) = sbom_checks::unresolved(&mut read, organisation, page).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.identity).collect();
    let stored = identities::list_of_ids(&mut read, &ids).await?;
    drop(read);
    let mut queued = Vec::with_capacity(rows.len());
    for unresolved in rows {
        let Some(identity) = stored.get(&unresolved.identity) else { continue };
        let component = to_component(identity)?;
        queued.push(QueuedIdentity { unresolved, component, candidates: Vec::new() });
    }
    if queued.is_empty() {
        return Ok((queued, n));
    }
    let library = installation.library().clone();
    let proposed = tokio::task::spawn_blocking(move || {
        if let Ok(Some(dictionary)) = library.dictionary() {
            for one in &mut queued {
                one.candidates = dictionary.propose(&one.component, CANDIDATES_MAX);
            }
        }
        queued
    });
    Ok((proposed.await.map_err(AppError::fault)?, n))
}

/// An organisation's rules, the oldest first.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_rules(installation: &Installation, actor: &Actor) -> Result<Vec<StoredRule>, AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    Ok(identity_rules::list(&mut read, organisation, RULES_MAX).await?)
}
