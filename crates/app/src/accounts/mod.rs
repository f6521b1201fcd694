//! Accounts: first start, signing in and out, the people of an organisation, API tokens, and who a request comes from.

pub mod accept_link;
pub mod api_tokens;
pub mod change_password;
pub mod choose_language;
pub mod edit_member;
pub mod edit_organisation;
pub mod edit_profile;
pub mod invite_person;
pub mod list_people;
pub mod list_sessions;
pub mod password;
pub mod resume_session;
pub mod second_factor;
pub mod set_up;
pub mod sign_in;
pub mod sign_out;
pub mod switch_organisation;
pub mod totp;
pub mod use_token;
pub mod verify_second_factor;

use kikimori_core::access::{Actor, Role, RoleSet, Target};
use sha2::{Digest as _, Sha256};

/// What every API token begins with.
const TOKEN_START: &str = "kkm_";

/// A secret that is shown once and found again by its hash: 32 random bytes as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret of random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A new secret of an API token, with a beginning that programs which look for leaked secrets can know.
    #[must_use]
    pub fn of_token(random: [u8; 32]) -> Self {
        Self(format!("{TOKEN_START}{}", Self::new(random).0))
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

/// What is an actor's own: of them in their organisation, or of an operator who acts for none.
pub(crate) fn own(actor: &Actor) -> Target {
    match actor.membership {
        Some(membership) => Target::own(membership.organisation, actor.person),
        None => Target::own_of_operator(actor.person),
    }
}

/// Roles as the trail writes them.
pub(crate) fn roles_text(roles: RoleSet) -> String {
    roles.iter().map(Role::code).collect::<Vec<_>>().join(" ")
}
