//! Withdrawing a revision that should not count.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{JobId, SbomId};
use kikimori_store::jobs::{self, NewJob};
use kikimori_store::sboms;

use super::MATCH_SBOM;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};
use crate::products::checked_reason;

/// Withdraws a revision. No other takes its place: the part is without a current SBOM until one is handed in.
///
/// # Errors
/// [`AppError::Fields`] without a reason, [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] if it was withdrawn.
pub async fn withdraw_sbom(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
    reason: &str,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::WithdrawSbom)?;
    let reason = checked_reason(reason)?;
    let mut work = installation.begin(actor).await?;
    let sbom = sboms::get(&mut work, organisation, id).await?.ok_or(AppError::NotFound)?;
    sboms::withdraw(&mut work, organisation, id, &reason).await?;
    let now = installation.now();
    // Matching it again finds that it does not count and retracts its findings.
    let job = NewJob {
        id: JobId::new(installation.new_id()),
        organisation_id: Some(organisation),
        kind: MATCH_SBOM,
        argument: id.to_string(),
        unique_key: Some(format!("{MATCH_SBOM}:{id}")),
        priority: jobs::PRIORITY_INTERACTIVE,
        run_at: now,
        person_id: Some(actor.person),
        created_at: now,
    };
    jobs::insert(&mut work, &job).await?;
    let details = vec![
        ("release".to_owned(), sbom.release_id.to_string()),
        ("part".to_owned(), sbom.part.clone()),
        ("revision".to_owned(), sbom.revision_number.to_string()),
        ("reason".to_owned(), reason),
    ];
    let deed = Deed { action: "withdraw_sbom", target_kind: "sbom", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
