//! The second step of signing in: the code of an authenticator, or a recovery code.

use kikimori_core::audit::AuditActor;
use kikimori_core::id::PersonId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::{Scope, Transaction, people, second_factors, sessions};

use crate::accounts::resume_session::Presence;
use crate::accounts::second_factor::code_sha256;
use crate::accounts::sign_in::{FAILURES_MAX, LOCK_MILLISECONDS, Origin, Proof, add_session, lock_refusal};
use crate::accounts::{Secret, totp};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// What is typed in the second step.
#[derive(Clone, Copy, Debug)]
pub enum SecondStep<'a> {
    /// The code that an authenticator shows.
    Code(&'a str),
    /// A recovery code.
    RecoveryCode(&'a str),
}

/// Completes signing in: ends the session that only knew the password and begins one that counts; gives its secret.
///
/// # Errors
/// [`AppError::Fields`] if the code does not fit; [`AppError::Rule`] while the account is locked.
pub async fn verify_second_factor(
    installation: &Installation,
    pending: &Presence,
    step: SecondStep<'_>,
    origin: &Origin,
) -> Result<Secret, AppError> {
    let now = installation.now();
    let mut work = installation.database.begin(Scope::Installation).await?;
    let person = people::get(&mut work, pending.person.id).await?.ok_or(AppError::NotFound)?;
    if let Some(refusal) = lock_refusal(&person, now) {
        return Err(refusal);
    }
    if !accept(&mut work, person.id, step, now).await? {
        drop(work);
        note_failure(installation, person.id, now, "second_factor_failed").await?;
        let field = match step {
            SecondStep::Code(_) => "code",
            SecondStep::RecoveryCode(_) => "recovery_code",
        };
        return Err(AppError::field(field, Message::new(codes::ACCOUNT_CODE)));
    }
    if let Some(session) = pending.session_id {
        sessions::end(&mut work, session, person.id, now).await?;
    }
    let proof = match step {
        SecondStep::Code(_) => Proof::Code,
        SecondStep::RecoveryCode(_) => Proof::RecoveryCode,
    };
    let secret = add_session(installation, &mut work, &person, origin, proof).await?;
    work.commit().await?;
    Ok(secret)
}

/// Uses up what was typed; whether it fits.
async fn accept(
    work: &mut Transaction,
    person: PersonId,
    step: SecondStep<'_>,
    now: Stamp,
) -> Result<bool, AppError> {
    match step {
        SecondStep::RecoveryCode(typed) => {
            Ok(second_factors::use_code(work, person, code_sha256(typed), now).await?)
        }
        SecondStep::Code(typed) => {
            let factor = second_factors::get(work, person).await?;
            let step = factor.and_then(|factor| totp::step_of(&factor.secret, typed, now));
            match step {
                Some(step) => Ok(second_factors::use_step(work, person, step, now).await?),
                None => Ok(false),
            }
        }
    }
}

/// Counts a failed attempt and writes it down; too many lock the account.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn note_failure(
    installation: &Installation,
    person: PersonId,
    now: Stamp,
    action: &str,
) -> Result<(), AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    let locked_until = Stamp(now.0 + LOCK_MILLISECONDS);
    people::note_failure(&mut work, person, FAILURES_MAX, locked_until).await?;
    let target_id = person.to_string();
    let deed = Deed { action, target_kind: "person", target_id, details: Vec::new() };
    installation.audit_as(&mut work, AuditActor::System, None, deed).await?;
    Ok(work.commit().await?)
}
