//! The releases that an SBOM can be handed in for.

use kikimori_core::access::{Action, Actor};
use kikimori_store::releases::{self, StoredRelease};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// The newest active releases of active products with the products' trade names in Japanese and English; at most `n_max`.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_releases(
    installation: &Installation,
    actor: &Actor,
    n_max: u32,
) -> Result<Vec<(StoredRelease, String, Option<String>)>, AppError> {
    let organisation = require_own(actor, Action::ViewReleases)?;
    let mut read = installation.read(actor).await?;
    Ok(releases::list_active(&mut read, organisation, n_max).await?)
}
