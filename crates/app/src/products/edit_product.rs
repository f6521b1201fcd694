//! Changing what is said about a product.

use kikimori_core::access::{Action, Actor};
use kikimori_core::field::FieldError;
use kikimori_core::id::ProductId;
use kikimori_core::product::ProductDraft;
use kikimori_store::products;

use super::{changed, find_active_product, product_fields};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Changes a product that is still as the person saw it; gives what the person should look at again.
///
/// # Errors
/// [`AppError::Fields`], [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`]; PRODUCT-011 when it was withdrawn.
pub async fn edit_product(
    installation: &Installation,
    actor: &Actor,
    id: ProductId,
    draft: &ProductDraft,
    revision: i64,
) -> Result<Vec<FieldError>, AppError> {
    let organisation = require_own(actor, Action::EditProducts)?;
    let checked = draft.check().map_err(AppError::Fields)?;
    let mut work = installation.begin(actor).await?;
    let before = find_active_product(&mut work, organisation, id).await?;
    products::update(&mut work, organisation, id, &checked.value, revision, installation.now()).await?;
    let details = changed(&product_fields(&before.product), &product_fields(&checked.value));
    let deed = Deed { action: "edit_product", target_kind: "product", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(checked.notices)
}
