//! Where a person is signed in, and ending it.

use kikimori_core::access::Action;
use kikimori_core::id::SessionId;
use kikimori_store::sessions::{self, Session};
use kikimori_store::{Scope, Transaction};

use crate::accounts::own;
use crate::accounts::resume_session::Presence;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require};

/// Most sessions that are listed; a person has a handful.
const SESSIONS_MAX: u32 = 200;

/// The running sessions of who is signed in, last used first.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn list_sessions(
    installation: &Installation,
    presence: &Presence,
) -> Result<Vec<Session>, AppError> {
    require(&presence.actor, Action::EndOwnSessions, &own(&presence.actor))?;
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    Ok(sessions::list_of_person(&mut read, presence.person.id, installation.now(), SESSIONS_MAX).await?)
}

/// Ends one session of who is signed in.
///
/// # Errors
/// [`AppError::NotFound`] if it is not theirs or has ended.
pub async fn end_session(
    installation: &Installation,
    presence: &Presence,
    id: SessionId,
) -> Result<(), AppError> {
    require(&presence.actor, Action::EndOwnSessions, &own(&presence.actor))?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    if !sessions::end(&mut work, id, presence.person.id, installation.now()).await? {
        return Err(AppError::NotFound);
    }
    note(installation, presence, &mut work, "end_session", id.to_string()).await?;
    Ok(work.commit().await?)
}

/// Ends all sessions of who is signed in but this one, and gives their number.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn end_other_sessions(installation: &Installation, presence: &Presence) -> Result<u64, AppError> {
    require(&presence.actor, Action::EndOwnSessions, &own(&presence.actor))?;
    let this = presence.session_id.ok_or(AppError::NotFound)?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    let n_ended =
        sessions::end_others_of_person(&mut work, presence.person.id, this, installation.now()).await?;
    note(installation, presence, &mut work, "end_other_sessions", this.to_string()).await?;
    work.commit().await?;
    Ok(n_ended)
}

/// Writes an event about a session.
async fn note(
    installation: &Installation,
    presence: &Presence,
    work: &mut Transaction,
    action: &str,
    target_id: String,
) -> Result<(), AppError> {
    let deed = Deed { action, target_kind: "session", target_id, details: Vec::new() };
    installation.audit(work, &presence.actor, deed).await
}
