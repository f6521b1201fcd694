//! Where is a component? By name, package URL, CPE name or supplier.

use kikimori_core::access::{Action, Actor};
use kikimori_store::list::Page;
use kikimori_store::sbom_components::{self, ComponentUse, UseCounts};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// A page of the products and releases whose current SBOMs hold components that the words fit, and how many there are.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn search_components(
    installation: &Installation,
    actor: &Actor,
    words: &str,
    page: Page,
) -> Result<(Vec<ComponentUse>, UseCounts), AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut read = installation.read(actor).await?;
    Ok(sbom_components::search(&mut read, organisation, words, page).await?)
}
