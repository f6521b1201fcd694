//! Adding a product.

use kikimori_core::access::{Action, Actor};
use kikimori_core::field::FieldError;
use kikimori_core::id::ProductId;
use kikimori_core::product::ProductDraft;
use kikimori_store::products;

use super::{product_fields, said};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Adds a product; gives its id, and what the person should look at again.
///
/// # Errors
/// [`AppError::Fields`], [`AppError::Forbidden`].
pub async fn add_product(
    installation: &Installation,
    actor: &Actor,
    draft: &ProductDraft,
) -> Result<(ProductId, Vec<FieldError>), AppError> {
    let organisation = require_own(actor, Action::EditProducts)?;
    let checked = draft.check().map_err(AppError::Fields)?;
    let id = ProductId::new(installation.new_id());
    let mut work = installation.begin(actor).await?;
    products::insert(&mut work, organisation, id, &checked.value, installation.now()).await?;
    let details = said(&product_fields(&checked.value));
    let deed = Deed { action: "add_product", target_kind: "product", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok((id, checked.notices))
}
