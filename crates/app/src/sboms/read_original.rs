//! Taking out an original, byte for byte.

use std::fs::File;

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::SbomId;
use kikimori_store::sboms::{self, StoredSbom};

use super::beside;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// The original of a revision, its bytes verified.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`]; a fault if the file is gone or was changed on the disk.
pub async fn read_original(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
) -> Result<(StoredSbom, File), AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut work = installation.begin(actor).await?;
    let sbom = sboms::get(&mut work, organisation, id).await?.ok_or(AppError::NotFound)?;
    let deed =
        Deed { action: "read_original", target_kind: "sbom", target_id: id.to_string(), details: Vec::new() };
    installation.audit(&mut work, actor, deed).await?;
    let (store, sha256) = (installation.blobs(), sbom.sha256);
    let file = beside(move || Ok(store.open(&sha256)?)).await?;
    work.commit().await?;
    Ok((sbom, file))
}
