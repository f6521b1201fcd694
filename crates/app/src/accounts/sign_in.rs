//! Signing in with an address and a password.

use kikimori_core::account::email_key;
use kikimori_core::audit::AuditActor;
use kikimori_core::id::SessionId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::people::{self, Person};
use kikimori_store::sessions::{self, Session};
use kikimori_store::{Scope, Transaction, memberships, second_factors};

use crate::accounts::verify_second_factor::note_failure;
use crate::accounts::{Secret, password};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Failed attempts in a row after which an account is locked.
pub(crate) const FAILURES_MAX: i64 = 8;
/// How long it is locked.
pub(crate) const LOCK_MILLISECONDS: i64 = 15 * 60 * 1_000;
/// How long a session lasts without being used.
pub const SESSION_MILLISECONDS: i64 = 12 * 60 * 60 * 1_000;
/// How long the second step may take after the password.
const SECOND_STEP_MILLISECONDS: i64 = 10 * 60 * 1_000;
/// How long sessions that ended are kept, so that a person can still be told of them.
const ENDED_SESSIONS_MILLISECONDS: i64 = 30 * 24 * 60 * 60 * 1_000;
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
    if let Some(refusal) = person.as_ref().and_then(|person| lock_refusal(person, now)) {
        return Err(refusal);
    }
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let is_right = password::fits(typed.to_owned(), hash).await?;
    match person {
        Some(person) if is_right => begin_session(installation, &person, origin).await,
        Some(person) => {
            note_failure(installation, person.id, now, "sign_in_failed").await?;
            Err(AppError::Rule(Message::new(codes::ACCOUNT_SIGN_IN_REFUSED)))
        }
        None => Err(AppError::Rule(Message::new(codes::ACCOUNT_SIGN_IN_REFUSED))),
    }
}

/// The refusal while an account is locked.
pub(crate) fn lock_refusal(person: &Person, now: Stamp) -> Option<AppError> {
    let until = person.locked_until.filter(|until| *until > now)?;
    let minutes = (until.0 - now.0).div_euclid(60_000) + 1;
    Some(AppError::Rule(Message::new(codes::ACCOUNT_LOCKED).with("minutes", minutes)))
}

/// How somebody has shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A password, and nothing more is asked for.
    Password,
    /// A password; the code of the authenticator is still missing.
    PasswordOfTwo,
    /// The code of an authenticator after the password.
    Code,
    /// A recovery code after the password.
    RecoveryCode,
}

impl Proof {
    /// What the trail says.
    fn code(self) -> &'static str {
        match self {
            Self::Password | Self::PasswordOfTwo => "password",
            Self::Code => "authenticator",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// Begins a session of a person who has shown that they know the password. With an authenticator, the session counts only
/// after the second step.
///
/// # Errors
/// A fault of the database.
pub async fn begin_session(
    installation: &Installation,
    person: &Person,
    origin: &Origin,
) -> Result<Secret, AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    let factor = second_factors::get(&mut work, person.id).await?;
    let has_factor = factor.is_some_and(|factor| factor.confirmed_at.is_some());
    let proof = if has_factor { Proof::PasswordOfTwo } else { Proof::Password };
    let secret = add_session(installation, &mut work, person, origin, proof).await?;
    work.commit().await?;
    Ok(secret)
}

/// Adds a session with its event, and forgets sessions that ended long ago.
pub(crate) async fn add_session(
    installation: &Installation,
    work: &mut Transaction,
    person: &Person,
    origin: &Origin,
    proof: Proof,
) -> Result<Secret, AppError> {
    let now = installation.now();
    let secret = Secret::new(installation.random());
    let memberships = memberships::list_of_person(work, person.id, MEMBERSHIPS_MAX).await?;
    let organisation_id = memberships
        .iter()
        .find(|membership| membership.is_active)
        .map(|membership| membership.organisation_id);
    let is_complete = proof != Proof::PasswordOfTwo;
    let lasting = if is_complete { SESSION_MILLISECONDS } else { SECOND_STEP_MILLISECONDS };
    let session = Session {
        id: SessionId::new(installation.new_id()),
        secret_sha256: secret.sha256(),
        person_id: person.id,
        organisation_id,
        is_complete,
        csrf_secret: installation.random::<32>().to_vec(),
        user_agent: origin.user_agent.chars().take(USER_AGENT_CHARACTERS_MAX).collect(),
        address: origin.address.clone(),
        created_at: now,
        seen_at: now,
        expires_at: Stamp(now.0 + lasting),
    };
    sessions::delete_ended(work, Stamp(now.0 - ENDED_SESSIONS_MILLISECONDS)).await?;
    sessions::insert(work, &session).await?;
    if !is_complete {
        return Ok(secret);
    }
    // Only a whole sign-in forgets failed attempts: otherwise a known password would give any number of guesses at the code.
    people::note_success(work, person.id).await?;
    let deed = Deed {
        action: "sign_in",
        target_kind: "session",
        target_id: session.id.to_string(),
        details: vec![
            ("address".to_owned(), session.address.clone()),
            ("proof".to_owned(), proof.code().to_owned()),
        ],
    };
    installation.audit_as(work, AuditActor::Person(person.id), organisation_id, deed).await?;
    Ok(secret)
}
