//! The queue of components that nothing could be looked up for, with candidates from the dictionary.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::IdentityId;
use kikimori_core::sbom::Component;
use kikimori_matcher::dictionary::propose::{Candidate, CandidateBasis};
use kikimori_store::identities;
use kikimori_store::identity_rules::{self, StoredRule};
use kikimori_store::list::Page;
use kikimori_store::sbom_checks::{self, Holder, Unresolved, UnresolvedFilter};

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
    pub candidates: Vec<Proposed>,
}

/// A name that may be the component's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The identifier that a rule would give.
    pub identifier: String,
    /// Why it is one: a code.
    pub basis: &'static str,
    /// What the reason counts: vulnerabilities whose records say so, or letters that differ.
    pub n: usize,
    /// Letters of the component's name.
    pub n_chars: usize,
    /// A record that puts the names side by side; empty without.
    pub record: String,
    /// Vulnerabilities known under the name.
    pub n_vulnerabilities: usize,
}

impl Proposed {
    /// A candidate of the dictionary.
    fn of(candidate: Candidate) -> Self {
        let (basis, n, n_chars, record) = match candidate.basis {
            CandidateBasis::NameAndOwner => ("name_and_owner", 0, 0, String::new()),
            CandidateBasis::Alias { record, n_vulnerabilities } => ("alias", n_vulnerabilities, 0, record),
            CandidateBasis::Name => ("name", 0, 0, String::new()),
            CandidateBasis::WithoutLib => ("without_lib", 0, 0, String::new()),
            CandidateBasis::Words => ("words", 0, 0, String::new()),
            CandidateBasis::Slips { n_slips, n_chars } => ("slips", n_slips, n_chars, String::new()),
        };
        let Candidate { identifier, n_vulnerabilities, .. } = candidate;
        Self { identifier, basis, n, n_chars, record, n_vulnerabilities }
    }
}

/// A page of the queue, those of most releases first, and how many there are. Without a library there are no candidates.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault.
pub async fn list_unresolved(
    installation: &Installation,
    actor: &Actor,
    filter: &UnresolvedFilter,
    page: Page,
) -> Result<(Vec<QueuedIdentity>, i64), AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    let (rows, n) = sbom_checks::unresolved(&mut read, organisation, filter, page).await?;
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
                let found = dictionary.propose(&one.component, CANDIDATES_MAX);
                one.candidates = found.into_iter().map(Proposed::of).collect();
            }
        }
        queued
    });
    Ok((proposed.await.map_err(AppError::fault)?, n))
}

/// Holders of an identity that are shown.
const HOLDERS_MAX: u32 = 100;

/// One component of the queue with the SBOMs that hold it.
///
/// # Errors
/// [`AppError::NotFound`] if it waits no more; [`AppError::Forbidden`].
pub async fn get_unresolved(
    installation: &Installation,
    actor: &Actor,
    identity: IdentityId,
) -> Result<(QueuedIdentity, Vec<Holder>), AppError> {
    let filter = UnresolvedFilter { identity: Some(identity), ..UnresolvedFilter::default() };
    let page = Page { number: 1, n_rows: 1 };
    let (mut queued, _) = list_unresolved(installation, actor, &filter, page).await?;
    let found = queued.pop().ok_or(AppError::NotFound)?;
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    Ok((found, sbom_checks::holders(&mut read, organisation, identity, HOLDERS_MAX).await?))
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
