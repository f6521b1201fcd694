//! The list of products.

use kikimori_core::access::{Action, Actor};
use kikimori_store::list::Page;
use kikimori_store::products::{self, ListedProduct, ProductFilter, ProductOrder};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// A page of the products that fit, and how many fit. The order's truth value says whether it runs down.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_products(
    installation: &Installation,
    actor: &Actor,
    filter: &ProductFilter,
    order: (ProductOrder, bool),
    page: Page,
) -> Result<(Vec<ListedProduct>, i64), AppError> {
    let organisation = require_own(actor, Action::ViewProducts)?;
    let mut read = installation.read(actor).await?;
    Ok(products::list(&mut read, organisation, filter, order, page).await?)
}
