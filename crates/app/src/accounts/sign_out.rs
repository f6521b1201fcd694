//! Signing out.

use kikimori_store::{Scope, sessions};

use crate::accounts::resume_session::Presence;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Ends the session of a person.
///
/// # Errors
/// A fault of the database.
pub async fn sign_out(installation: &Installation, presence: &Presence) -> Result<(), AppError> {
    let Some(session) = presence.session_id else { return Err(AppError::NotFound) };
    let mut work = installation.database.begin(Scope::Installation).await?;
    sessions::end(&mut work, session, presence.person.id, installation.now()).await?;
    let deed = Deed {
        action: "sign_out",
        target_kind: "session",
        target_id: session.to_string(),
        details: Vec::new(),
    };
    installation.audit(&mut work, &presence.actor, deed).await?;
    Ok(work.commit().await?)
}
