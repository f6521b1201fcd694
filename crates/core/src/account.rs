//! Accounts: what people type when they set up an installation or choose a password.

use crate::access::OrganisationKind;
use crate::field::{Checked, FieldCheck, FieldError};
use crate::limits::NAME_CHARACTERS_MAX;
use crate::message::{Message, codes};
use crate::typed_text;

/// Longest e-mail address, in characters (RFC 5321, 4.5.3.1.3: a path has 256 bytes with its brackets).
pub const EMAIL_CHARACTERS_MAX: usize = 254;

/// Fewest characters of a password. Length protects more than mixed signs do.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;

/// Most characters of a password, so that hashing one cannot be made expensive.
pub const PASSWORD_CHARACTERS_MAX: usize = 200;

/// What is typed at the first start.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SetupDraft {
    /// Kind of the organisation.
    pub organisation_kind: String,
    /// Its name in Japanese; required.
    pub organisation_name_ja: String,
    /// Its name in English.
    pub organisation_name_en: String,
    /// The person's name.
    pub person_name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The same again.
    pub password_again: String,
}

/// What passed.
#[derive(Clone, PartialEq, Eq)]
pub struct Setup {
    /// Kind of the organisation.
    pub organisation_kind: OrganisationKind,
    /// Its name in Japanese.
    pub organisation_name_ja: String,
    /// Its name in English.
    pub organisation_name_en: Option<String>,
    /// The person's name.
    pub person_name: String,
    /// The address, in lower case.
    pub email: String,
    /// The password.
    pub password: String,
}

impl SetupDraft {
    /// Judges every field.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<Checked<Setup>, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let kind = check.choice("organisation_kind", &self.organisation_kind, OrganisationKind::of_code);
        if kind.is_none() && check.is_fine("organisation_kind") {
            check.error("organisation_kind", Message::new(codes::FIELD_REQUIRED));
        }
        let name_ja = check.required_line("organisation_ja", &self.organisation_name_ja, NAME_CHARACTERS_MAX);
        let name_en = check.line("organisation_en", &self.organisation_name_en, NAME_CHARACTERS_MAX);
        let person_name = check.required_line("person", &self.person_name, NAME_CHARACTERS_MAX);
        let email = email(&mut check, "email", &self.email);
        let password = password(&mut check, &self.password, &self.password_again, email.as_deref());
        let value = (|| {
            Some(Setup {
                organisation_kind: kind?,
                organisation_name_ja: name_ja?,
                organisation_name_en: name_en,
                person_name: person_name?,
                email: email?,
                password: password?,
            })
        })();
        check.finish(value)
    }
}

/// The password that a person wants from now on, typed twice; the fields are `new_password` and `new_password_again`.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password_typed: &str, again: &str, email: &str) -> Result<String, Vec<FieldError>> {
    let mut check = FieldCheck::default();
    let value = password(&mut check, password_typed, again, Some(email));
    check.finish(value).map(|checked| checked.value)
}

/// The form of an address under which people are found: half-width, lower case, without spaces around.
#[must_use]
pub fn email_key(typed: &str) -> String {
    typed_text::code(typed).to_lowercase()
}

/// An e-mail address that can be one: something, an at sign, a domain. Whether it exists shows when mail arrives.
pub(crate) fn email(check: &mut FieldCheck, field: &'static str, typed: &str) -> Option<String> {
    let email = check.required_line(field, &email_key(typed), EMAIL_CHARACTERS_MAX)?;
    let is_plausible =
        email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        }) && !email.chars().any(|character| character.is_whitespace() || character.is_control());
    if !is_plausible {
        check.error(field, Message::new(codes::ACCOUNT_EMAIL).with("value", crate::field::shown(typed)));
        return None;
    }
    Some(email)
}

/// A password typed twice, exactly as typed: nothing is folded or trimmed.
fn password(check: &mut FieldCheck, typed: &str, again: &str, email: Option<&str>) -> Option<String> {
    let length = typed.chars().count();
    let fault = if typed.is_empty() {
        Message::new(codes::FIELD_REQUIRED)
    } else if length < PASSWORD_CHARACTERS_MIN {
        Message::new(codes::ACCOUNT_PASSWORD_SHORT)
            .with("min", PASSWORD_CHARACTERS_MIN)
            .with("length", length)
    } else if length > PASSWORD_CHARACTERS_MAX {
        Message::new(codes::FIELD_TOO_LONG).with("max", PASSWORD_CHARACTERS_MAX).with("length", length)
    } else if is_guessable(typed, email) {
        Message::new(codes::ACCOUNT_PASSWORD_GUESSABLE)
    } else if typed != again {
        check.error("new_password_again", Message::new(codes::ACCOUNT_PASSWORDS_DIFFER));
        return None;
    } else {
        return Some(typed.to_owned());
    };
    check.error("new_password", fault);
    None
}

/// One character or two over and over, a run of neighbours, or the address itself.
fn is_guessable(password: &str, email: Option<&str>) -> bool {
    let characters: Vec<char> = password.to_lowercase().chars().collect();
    let distinct: std::collections::BTreeSet<char> = characters.iter().copied().collect();
    let is_run = characters.windows(2).all(|pair| match pair {
        ['9', '0'] => true,
        [first, second] => u32::from(*second).abs_diff(u32::from(*first)) <= 1,
        _ => true,
    });
    let local = email.and_then(|email| email.split('@').next()).filter(|local| local.chars().count() >= 4);
    let lower = password.to_lowercase();
    let is_address = email.is_some_and(|email| lower == *email)
        || local.is_some_and(|local| {
            lower.starts_with(local)
                && lower.chars().count() < local.chars().count() + PASSWORD_CHARACTERS_MIN / 2
        });
    distinct.len() < 4 || is_run || is_address || lower.contains("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of what is wrong with a password, or nothing.
    fn fault(password: &str) -> Option<String> {
        let errors = check_password(password, password, "taro.yamada@example.jp").err()?;
        errors.first().map(|error| format!("{} {}", error.field, error.message.code))
    }

    #[test]
    fn judges_passwords_by_length_and_not_by_signs() {
        assert_eq!(fault("いろはにほへとちりぬるを"), None);
        assert_eq!(fault("kikimori mamoru shizuka"), None);
        assert_eq!(fault("short").as_deref(), Some("new_password ACCOUNT-002"));
        for guessable in [
            "aaaaaaaaaaaaa",
            "abcdefghijklmn",
            "1234567890123",
            "taro.yamada@example.jp",
            "my-password-1",
            "taro.yamada12",
        ] {
            assert_eq!(fault(guessable).as_deref(), Some("new_password ACCOUNT-003"), "{guessable}");
        }
        let differ = check_password("いろはにほへとちりぬるを", "x", "a@b.jp").unwrap_err();
        assert_eq!(differ[0].field, "new_password_again");
    }

    #[test]
    fn takes_addresses_as_people_type_them() {
        let typed = |email: &str| {
            let draft = SetupDraft {
                organisation_kind: "mah".to_owned(),
                organisation_name_ja: "株式会社例".to_owned(),
                person_name: "山田".to_owned(),
                email: email.to_owned(),
                password: "いろはにほへとちりぬるを".to_owned(),
                password_again: "いろはにほへとちりぬるを".to_owned(),
                ..SetupDraft::default()
            };
            draft
                .check()
                .map(|checked| checked.value.email)
                .map_err(|errors| errors[0].message.code.to_string())
        };
        assert_eq!(typed("　Ｙamada@Example.JP "), Ok("yamada@example.jp".to_owned()));
        for wrong in ["yamada", "@example.jp", "yamada@", "a@b@c", "a@.jp", "a@c.jp."] {
            assert_eq!(typed(wrong), Err("ACCOUNT-001".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn names_every_wrong_field_at_once() {
        let errors = SetupDraft::default().check().err().unwrap();
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["organisation_kind", "organisation_ja", "person", "email", "new_password"]);
    }
}
