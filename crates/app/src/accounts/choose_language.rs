//! The language of a person's pages.

use kikimori_store::{Scope, people};

use crate::accounts::resume_session::Presence;
use crate::app_error::AppError;
use crate::installation::Installation;

/// Sets the language of a person's pages, `ja` or `en`. It is a habit and no event of the trail.
///
/// # Errors
/// A fault of the database.
pub async fn choose_language(
    installation: &Installation,
    presence: &Presence,
    language: &str,
) -> Result<(), AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    people::set_language(&mut work, presence.person.id, language).await?;
    Ok(work.commit().await?)
}
