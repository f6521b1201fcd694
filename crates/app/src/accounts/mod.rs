//! Accounts: first start, signing in and out, and who a request comes from.

pub mod choose_language;
pub mod furnish_demo;
pub mod password;
pub mod resume_session;
pub mod set_up;
pub mod sign_in;
pub mod sign_out;

use sha2::{Digest as _, Sha256};

/// A secret that is shown once and found again by its hash: 32 random bytes as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret of random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What somebody brought as a secret.
    #[must_use]
    pub fn brought(text: &str) -> Self {
        Self(text.chars().take(128).collect())
    }

    /// The text that is shown or kept in a cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash under which it is stored.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}
