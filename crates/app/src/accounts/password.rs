//! Hashes of passwords: Argon2id with the parameters of the crate's default (19 MiB, two passes), which is OWASP's first recommendation.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::app_error::AppError;

/// A hash that no password fits, so that an unknown address takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash of a password with a random salt. Takes tens of milliseconds on a thread of its own.
///
/// # Errors
/// A fault, if the machine has not the memory.
pub async fn hash(password: String, salt: [u8; 16]) -> Result<String, AppError> {
    let work = move || {
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| AppError::fault(std::io::Error::other(error.to_string())))?;
        Ok(hash.to_string())
    };
    tokio::task::spawn_blocking(work).await.map_err(AppError::fault)?
}

/// Whether a password fits a hash. Without a hash it does not, after the same time.
///
/// # Errors
/// A fault, if the thread dies.
pub async fn fits(password: String, hash: Option<String>) -> Result<bool, AppError> {
    let work = move || {
        let has_hash = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let Ok(parsed) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && has_hash
    };
    tokio::task::spawn_blocking(work).await.map_err(AppError::fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fits_its_own_password_only() {
        let hash = hash("いろはにほへとちりぬるを".to_owned(), [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("いろはにほへとちりぬるを".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!fits("いろは".to_owned(), Some(hash)).await.unwrap());
        assert!(!fits("いろは".to_owned(), None).await.unwrap());
        assert!(PasswordHash::new(NOBODY).is_ok(), "the decoy costs as much as a real hash");
    }
}
