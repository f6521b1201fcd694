//! Signing in with an address and a password.

use kikimori_core::account::email_key;
use kikimori_core::audit::AuditActor;
use kikimori_core::id::{PersonId, SessionId};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::people::{self, Person};
use kikimori_store::sessions::{self, Session};
use kikimori_store::{Scope, memberships};

use crate::accounts::{Secret, password};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Failed attempts in a row after which an account is locked.
const FAILURES_MAX: i64 = 8;
/// How long it is locked.
const LOCK_MILLISECONDS: i64 = 15 * 60 * 1_000;
/// How long a session lasts without being used.
pub const SESSION_MILLISECONDS: i64 = 12 * 60 * 60 * 1_000;
/// Memberships looked at to find one to begin with.
const MEMBERSHIPS_MAX: u32 = 100;
/// Longest text kept of what a browser says it is, in characters.
const USER_AGENT_CHARACTERS_MAX: usize = 300;

/// Where a request to sign in comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// What the browser says it is.
    pub user_agent: String,
    /// The network address.
    pub address: String,
}

/// Signs a person in and gives the secret of the new session.
///
/// # Errors
/// [`AppError::Rule`] if address and password do not fit, or the account is locked.
pub async fn sign_in(
    installation: &Installation,
    email: &str,
    typed: &str,
    origin: &Origin,
) -> Result<Secret, AppError> {
    let email = email_key(email);
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let person = people::find_by_email(&mut read, &email).await?.filter(|person| person.is_active);
    drop(read);
    let now = installation.now();
    if let Some(until) = person.as_ref().and_then(|person| person.locked_until).filter(|until| *until > now) {
        let minutes = (until.0 - now.0).div_euclid(60_000) + 1;
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_LOCKED).with("minutes", minutes)));
    }
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let is_right = password::fits(typed.to_owned(), hash).await?;
    match person {
        Some(person) if is_right => begin_session(installation, &person, origin).await,
        Some(person) => {
            note_failure(installation, person.id, now).await?;
            Err(AppError::Rule(Message::new(codes::ACCOUNT_SIGN_IN_REFUSED)))
        }
        None => Err(AppError::Rule(Message::new(codes::ACCOUNT_SIGN_IN_REFUSED))),
    }
}

/// Counts a failed attempt and writes it down.
async fn note_failure(installation: &Installation, person: PersonId, now: Stamp) -> Result<(), AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    let locked_until = Stamp(now.0 + LOCK_MILLISECONDS);
    people::note_failure(&mut work, person, FAILURES_MAX, locked_until).await?;
    let deed = Deed {
        action: "sign_in_failed",
        target_kind: "person",
        target_id: person.to_string(),
        details: Vec::new(),
    };
    installation.audit_as(&mut work, AuditActor::System, None, deed).await?;
    Ok(work.commit().await?)
}

/// Begins a session of a person who has shown who they are.
///
/// # Errors
/// A fault of the database.
pub async fn begin_session(
    installation: &Installation,
    person: &Person,
    origin: &Origin,
) -> Result<Secret, AppError> {
    let now = installation.now();
    let secret = Secret::new(installation.random());
    let mut work = installation.database.begin(Scope::Installation).await?;
    let memberships = memberships::list_of_person(&mut work, person.id, MEMBERSHIPS_MAX).await?;
    let organisation_id = memberships
        .iter()
        .find(|membership| membership.is_active)
        .map(|membership| membership.organisation_id);
    let session = Session {
        id: SessionId::new(installation.new_id()),
        secret_sha256: secret.sha256(),
        person_id: person.id,
        organisation_id,
        is_complete: true,
        csrf_secret: installation.random::<32>().to_vec(),
        user_agent: origin.user_agent.chars().take(USER_AGENT_CHARACTERS_MAX).collect(),
        address: origin.address.clone(),
        created_at: now,
        seen_at: now,
        expires_at: Stamp(now.0 + SESSION_MILLISECONDS),
    };
    sessions::insert(&mut work, &session).await?;
    people::note_success(&mut work, person.id).await?;
    let deed = Deed {
        action: "sign_in",
        target_kind: "session",
        target_id: session.id.to_string(),
        details: vec![("address".to_owned(), session.address.clone())],
    };
    installation.audit_as(&mut work, AuditActor::Person(person.id), organisation_id, deed).await?;
    work.commit().await?;
    Ok(secret)
}
