//! The settings of an organisation.

use kikimori_core::access::{Action, Actor};
use kikimori_core::account::check_organisation_names;
use kikimori_store::organisations::{self, Organisation};

use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// The actor's organisation.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn find_organisation(installation: &Installation, actor: &Actor) -> Result<Organisation, AppError> {
    let id = require_own(actor, Action::ViewOrganisation)?;
    let mut read = installation.read(actor).await?;
    organisations::get(&mut read, id).await?.ok_or(AppError::NotFound)
}

/// Changes the names of the actor's organisation, unless they were changed since `revision` was shown.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::Conflict`]; [`AppError::Forbidden`].
pub async fn edit_organisation(
    installation: &Installation,
    actor: &Actor,
    (typed_ja, typed_en): (&str, &str),
    revision: i64,
) -> Result<(), AppError> {
    let id = require_own(actor, Action::EditOrganisation)?;
    let (name_ja, name_en) = check_organisation_names(typed_ja, typed_en).map_err(AppError::Fields)?;
    let mut work = installation.begin(actor).await?;
    let before = organisations::get(&mut work, id).await?.ok_or(AppError::NotFound)?;
    let details = vec![
        ("before".to_owned(), format!("{} / {}", before.name_ja, before.name_en)),
        ("after".to_owned(), format!("{name_ja} / {name_en}")),
    ];
    organisations::update(&mut work, &Organisation { name_ja, name_en, revision, ..before }).await?;
    let deed =
        Deed { action: "edit_organisation", target_kind: "organisation", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
