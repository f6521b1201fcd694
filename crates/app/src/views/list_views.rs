//! The named lists of a page.

use kikimori_core::access::{Action, Actor};
use kikimori_core::limits::SAVED_VIEWS_MAX;
use kikimori_store::saved_views::{self, SavedView};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// The views of a page that a person sees, by name: their own and the shared ones.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_views(
    installation: &Installation,
    actor: &Actor,
    page: &str,
) -> Result<Vec<SavedView>, AppError> {
    let organisation = require_own(actor, Action::ViewViews)?;
    let mut read = installation.read(actor).await?;
    Ok(saved_views::list(&mut read, organisation, page, actor.person, SAVED_VIEWS_MAX).await?)
}
