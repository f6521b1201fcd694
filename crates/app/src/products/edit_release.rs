//! Changing what is said about a release.

use kikimori_core::access::{Action, Actor};
use kikimori_core::field::FieldError;
use kikimori_core::id::ReleaseId;
use kikimori_core::release::ReleaseDraft;
use kikimori_store::releases;

use super::add_release::{as_field, check_supersedes};
use super::{changed, find_active_release, release_fields};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Changes a release that is still as the person saw it; gives what the person should look at again.
///
/// # Errors
/// As for [`super::add_release::add_release`]; [`AppError::Conflict`]; RELEASE-005 when it was withdrawn.
pub async fn edit_release(
    installation: &Installation,
    actor: &Actor,
    id: ReleaseId,
    draft: &ReleaseDraft,
    revision: i64,
) -> Result<Vec<FieldError>, AppError> {
    let organisation = require_own(actor, Action::EditReleases)?;
    let checked = draft.check().map_err(AppError::Fields)?;
    let mut work = installation.begin(actor).await?;
    let (_, before) = find_active_release(&mut work, organisation, id).await?;
    check_supersedes(&mut work, organisation, before.product_id, Some(id), &checked.value).await?;
    releases::update(&mut work, organisation, &before, &checked.value, revision, installation.now())
        .await
        .map_err(as_field)?;
    let details = changed(&release_fields(&before.release), &release_fields(&checked.value));
    let deed = Deed { action: "edit_release", target_kind: "release", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(checked.notices)
}
