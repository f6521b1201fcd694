//! Changing one's own password.

use kikimori_core::account::check_password;
use kikimori_core::message::{Message, codes};
use kikimori_store::{Scope, people, sessions};

use crate::accounts::password;
use crate::accounts::resume_session::Presence;
use crate::accounts::verify_second_factor::note_failure;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// What is typed to change a password.
#[derive(Clone, Default)]
pub struct PasswordChange {
    /// The present password.
    pub present: String,
    /// The new one.
    pub new: String,
    /// The same again.
    pub again: String,
}

/// Changes the password of who is signed in and ends all their other sessions.
///
/// # Errors
/// [`AppError::Fields`] if the present password is wrong or the new one does not do.
pub async fn change_password(
    installation: &Installation,
    presence: &Presence,
    change: &PasswordChange,
) -> Result<(), AppError> {
    let person = &presence.person;
    let new = check_password(&change.new, &change.again, &person.email).map_err(AppError::Fields)?;
    require_password(installation, presence, &change.present).await?;
    let hash = password::hash(new, installation.random()).await?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    let now = installation.now();
    people::set_password(&mut work, person.id, &hash, now).await?;
    if let Some(session) = presence.session_id {
        sessions::end_others_of_person(&mut work, person.id, session, now).await?;
    }
    let deed = Deed {
        action: "change_password",
        target_kind: "person",
        target_id: person.id.to_string(),
        details: Vec::new(),
    };
    installation.audit(&mut work, &presence.actor, deed).await?;
    Ok(work.commit().await?)
}

/// Asks that who is signed in knows the present password. Wrong ones count like wrong ones of signing in.
///
/// # Errors
/// [`AppError::Fields`] on `password`; [`AppError::Rule`] while the account is locked.
pub(crate) async fn require_password(
    installation: &Installation,
    presence: &Presence,
    typed: &str,
) -> Result<(), AppError> {
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let person = people::get(&mut read, presence.person.id).await?.ok_or(AppError::NotFound)?;
    drop(read);
    let now = installation.now();
    if let Some(refusal) = crate::accounts::sign_in::lock_refusal(&person, now) {
        return Err(refusal);
    }
    if password::fits(typed.to_owned(), person.password_hash).await? {
        return Ok(());
    }
    note_failure(installation, person.id, now, "password_failed").await?;
    Err(AppError::field("password", Message::new(codes::ACCOUNT_PASSWORD_WRONG)))
}
