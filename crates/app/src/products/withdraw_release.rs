//! Withdrawing a release, and taking it back.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::ReleaseId;
use kikimori_store::releases;

use super::{checked_reason, find_active_product, find_release};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Withdraws a release, or takes it back: a withdrawn one takes no SBOM and is not searched.
///
/// # Errors
/// [`AppError::Fields`] without a reason, [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`].
pub async fn set_release_active(
    installation: &Installation,
    actor: &Actor,
    id: ReleaseId,
    is_active: bool,
    revision: i64,
    reason: &str,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditReleases)?;
    let reason = checked_reason(reason)?;
    let mut work = installation.begin(actor).await?;
    let before = find_release(&mut work, organisation, id).await?;
    find_active_product(&mut work, organisation, before.product_id).await?;
    if before.is_active == is_active {
        return Err(AppError::Conflict);
    }
    releases::set_active(&mut work, organisation, id, is_active, revision, installation.now()).await?;
    let action = if is_active { "restore_release" } else { "withdraw_release" };
    let details = vec![("reason".to_owned(), reason)];
    let deed = Deed { action, target_kind: "release", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
