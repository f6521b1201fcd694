//! One's own authenticator: setting it up, recovery codes, and giving it up.

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::{Scope, Transaction, second_factors};
use sha2::{Digest as _, Sha256};

use crate::accounts::change_password::require_password;
use crate::accounts::resume_session::Presence;
use crate::accounts::totp;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Recovery codes that a person gets.
const CODES: usize = 10;

/// What authenticators call this.
const ISSUER: &str = "Kikimori";

/// The authenticator of a person.
#[derive(Clone, PartialEq, Eq)]
pub enum SecondFactorState {
    /// It is being set up.
    Enrol {
        /// The address for the QR code.
        uri: String,
        /// The secret, to type.
        secret: String,
    },
    /// It is in use.
    InUse {
        /// Since when.
        since: Stamp,
        /// Recovery codes left.
        n_codes: i64,
    },
}

/// The authenticator of who is signed in; without one, its set-up begins.
///
/// # Errors
/// A fault of the database.
pub async fn find_or_begin(
    installation: &Installation,
    presence: &Presence,
) -> Result<SecondFactorState, AppError> {
    let person = &presence.person;
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let secret = match second_factors::get(&mut read, person.id).await? {
        Some(factor) => {
            if let Some(since) = factor.confirmed_at {
                let n_codes = second_factors::count_codes(&mut read, person.id).await?;
                return Ok(SecondFactorState::InUse { since, n_codes });
            }
            factor.secret
        }
        None => {
            drop(read);
            let secret = installation.random::<20>().to_vec();
            let mut work = installation.database.begin(Scope::Installation).await?;
            second_factors::replace(&mut work, person.id, &secret, installation.now()).await?;
            work.commit().await?;
            secret
        }
    };
    let uri = totp::uri(&secret, ISSUER, &person.email);
    Ok(SecondFactorState::Enrol { uri, secret: totp::base32(&secret) })
}

/// Takes the authenticator into use with its first code, and gives the recovery codes.
///
/// # Errors
/// [`AppError::Fields`] if the code does not fit; [`AppError::Rule`] if there is nothing to take into use.
pub async fn confirm_second_factor(
    installation: &Installation,
    presence: &Presence,
    typed: &str,
) -> Result<Vec<String>, AppError> {
    let person = presence.person.id;
    let now = installation.now();
    let mut work = installation.database.begin(Scope::Installation).await?;
    let factor = second_factors::get(&mut work, person).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_none()) else {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_AUTHENTICATOR)));
    };
    let wrong = || AppError::field("code", Message::new(codes::ACCOUNT_CODE));
    let step = totp::step_of(&factor.secret, typed, now).ok_or_else(wrong)?;
    if !second_factors::use_step(&mut work, person, step, now).await? {
        return Err(wrong());
    }
    let codes = new_codes(installation, &mut work, presence).await?;
    note(installation, presence, &mut work, "turn_on_second_factor").await?;
    work.commit().await?;
    Ok(codes)
}

/// Gives new recovery codes in place of the old ones.
///
/// # Errors
/// [`AppError::Rule`] without an authenticator in use.
pub async fn replace_recovery_codes(
    installation: &Installation,
    presence: &Presence,
) -> Result<Vec<String>, AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    let factor = second_factors::get(&mut work, presence.person.id).await?;
    if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_AUTHENTICATOR)));
    }
    let codes = new_codes(installation, &mut work, presence).await?;
    note(installation, presence, &mut work, "replace_recovery_codes").await?;
    work.commit().await?;
    Ok(codes)
}

/// Gives up the authenticator and its recovery codes.
///
/// # Errors
/// [`AppError::Fields`] if the password is wrong.
pub async fn remove_second_factor(
    installation: &Installation,
    presence: &Presence,
    password: &str,
) -> Result<(), AppError> {
    require_password(installation, presence, password).await?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    second_factors::delete(&mut work, presence.person.id).await?;
    note(installation, presence, &mut work, "turn_off_second_factor").await?;
    Ok(work.commit().await?)
}

/// The hash under which a recovery code is stored, of the code as people type it.
pub(crate) fn code_sha256(typed: &str) -> [u8; 32] {
    let letters = kikimori_core::typed_text::code(typed);
    let letters: String = letters.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(letters.to_ascii_uppercase().as_bytes()).into()
}

/// Makes and stores recovery codes: 80 random bits each, in groups of four letters.
async fn new_codes(
    installation: &Installation,
    work: &mut Transaction,
    presence: &Presence,
) -> Result<Vec<String>, AppError> {
    let codes: Vec<String> = (0..CODES)
        .map(|_| {
            let letters: Vec<char> = totp::base32(&installation.random::<10>()).chars().collect();
            letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
        })
        .collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| code_sha256(code)).collect();
    second_factors::replace_codes(work, presence.person.id, &hashes).await?;
    Ok(codes)
}

/// Writes an event about a person's own account.
async fn note(
    installation: &Installation,
    presence: &Presence,
    work: &mut Transaction,
    action: &str,
) -> Result<(), AppError> {
    let target_id = presence.person.id.to_string();
    let deed = Deed { action, target_kind: "person", target_id, details: Vec::new() };
    installation.audit(work, &presence.actor, deed).await
}
