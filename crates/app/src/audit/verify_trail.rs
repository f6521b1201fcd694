//! Verifying the chain of the audit trail: nothing was changed, left out, put between or cut off.

use kikimori_core::access::{Action, Actor};
use kikimori_core::audit::FIRST_PREVIOUS_HASH;
use kikimori_core::id::OrganisationId;
use kikimori_store::{Scope, Transaction, audit_events, organisations};

use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Events read at once.
const BATCH: u32 = 1_000;
/// Most organisations of an installation that are verified.
const ORGANISATIONS_MAX: u32 = 100_000;

/// What a verification found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Events whose hash and place are right, from the first on.
    pub n_good: u64,
    /// The number of the first event that is not as it was written, or that is missing.
    pub broken_at: Option<u64>,
}

/// Verifies the trail of the actor's organisation, and writes down that it was done.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn verify_trail(installation: &Installation, actor: &Actor) -> Result<Verification, AppError> {
    let organisation = require_own(actor, Action::VerifyAudit)?;
    let mut read = installation.read(actor).await?;
    let found = verify_chain(&mut read, Some(organisation)).await?;
    drop(read);
    let mut work = installation.begin(actor).await?;
    let broken_at = found.broken_at.map_or_else(String::new, |number| number.to_string());
    let deed = Deed {
        action: "verify_audit",
        target_kind: "audit",
        target_id: String::new(),
        details: vec![("n_good".to_owned(), found.n_good.to_string()), ("broken_at".to_owned(), broken_at)],
    };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(found)
}

/// A trail: an organisation's, or the installation's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The organisation; none for the installation's own.
    pub organisation: Option<OrganisationId>,
    /// Its name in Japanese; empty for the installation's own.
    pub name: String,
}

/// Every trail of an installation, for who has the database in their hands.
///
/// # Errors
/// A fault of the database.
pub async fn list_trails(installation: &Installation) -> Result<Vec<Trail>, AppError> {
    let mut read = installation.database.begin_read(Scope::System).await?;
    let organisations = organisations::list(&mut read, ORGANISATIONS_MAX).await?;
    let own = Trail { organisation: None, name: String::new() };
    let others = organisations.into_iter().map(|one| Trail { organisation: Some(one.id), name: one.name_ja });
    Ok(std::iter::once(own).chain(others).collect())
}

/// Verifies one trail, for who has the database in their hands.
///
/// # Errors
/// A fault of the database.
pub async fn verify_as_system(
    installation: &Installation,
    organisation: Option<OrganisationId>,
) -> Result<Verification, AppError> {
    let mut read = installation.database.begin_read(Scope::System).await?;
    verify_chain(&mut read, organisation).await
}

/// Walks a chain from its first event and stops where it does not hold.
async fn verify_chain(
    read: &mut Transaction,
    organisation: Option<OrganisationId>,
) -> Result<Verification, AppError> {
    let n_added = audit_events::n_added(read, organisation).await?;
    let (mut n_good, mut previous) = (0_u64, FIRST_PREVIOUS_HASH);
    loop {
        let batch = audit_events::list_from(read, organisation, n_good, BATCH).await?;
        if batch.is_empty() {
            break;
        }
        for (event, hash) in &batch {
            let is_next = event.sequence == n_good + 1;
            if !is_next || audit_events::hash(event, &previous) != *hash {
                return Ok(Verification { n_good, broken_at: Some(n_good + 1) });
            }
            n_good += 1;
            previous = *hash;
        }
    }
    // Events cut off at the end leave a chain that holds; the counter knows how many there were.
    let broken_at = (n_good != n_added).then_some(n_good + 1);
    Ok(Verification { n_good, broken_at })
}
