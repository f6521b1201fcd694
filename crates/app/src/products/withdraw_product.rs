//! Withdrawing a product, and taking it back.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::ProductId;
use kikimori_store::products;

use super::{checked_reason, find_product};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Withdraws a product: it leaves the lists, and its SBOMs are no longer matched. All that is known of it stays.
///
/// # Errors
/// [`AppError::Fields`] without a reason, [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`].
pub async fn withdraw_product(
    installation: &Installation,
    actor: &Actor,
    id: ProductId,
    revision: i64,
    reason: &str,
) -> Result<(), AppError> {
    set_active(installation, actor, id, false, revision, reason).await
}

/// Takes a withdrawn product back.
///
/// # Errors
/// As for [`withdraw_product`].
pub async fn restore_product(
    installation: &Installation,
    actor: &Actor,
    id: ProductId,
    revision: i64,
    reason: &str,
) -> Result<(), AppError> {
    set_active(installation, actor, id, true, revision, reason).await
}

/// Withdraws or takes back.
async fn set_active(
    installation: &Installation,
    actor: &Actor,
    id: ProductId,
    is_active: bool,
    revision: i64,
    reason: &str,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditProducts)?;
    let reason = checked_reason(reason)?;
    let mut work = installation.begin(actor).await?;
    let before = find_product(&mut work, organisation, id).await?;
    if before.is_active == is_active {
        return Err(AppError::Conflict);
    }
    products::set_active(&mut work, organisation, id, is_active, revision, installation.now()).await?;
    let action = if is_active { "restore_product" } else { "withdraw_product" };
    let details = vec![("reason".to_owned(), reason)];
    let deed = Deed { action, target_kind: "product", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
