//! A person's own name, language and shortcuts. An account belongs to no organisation: the right to change it is the session itself.

use kikimori_core::account::ProfileDraft;
use kikimori_store::Scope;
use kikimori_store::people::{self, Person};

use crate::accounts::resume_session::Presence;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Changes the profile of who is signed in, unless it was changed since `revision` was shown.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::Conflict`].
pub async fn edit_profile(
    installation: &Installation,
    presence: &Presence,
    draft: &ProfileDraft,
    revision: i64,
) -> Result<(), AppError> {
    let (name, language) = draft.check().map_err(AppError::Fields)?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    let before = people::get(&mut work, presence.person.id).await?.ok_or(AppError::NotFound)?;
    let details = vec![("before".to_owned(), before.name.clone()), ("after".to_owned(), name.clone())];
    people::update(&mut work, &Person { name, language, revision, ..before }).await?;
    people::set_shortcuts(&mut work, presence.person.id, draft.has_shortcuts).await?;
    let target_id = presence.person.id.to_string();
    let deed = Deed { action: "edit_profile", target_kind: "person", target_id, details };
    installation.audit(&mut work, &presence.actor, deed).await?;
    Ok(work.commit().await?)
}
