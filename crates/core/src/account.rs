//! Accounts: what people type when they set up an installation, invite others, choose a password or make a token.

use crate::access::{OrganisationKind, Role, RoleSet, TokenScope};
use crate::day::Day;
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

/// Longest life of an API token, in days.
pub const TOKEN_DAYS_MAX: i32 = 365;

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

/// A person's own profile as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileDraft {
    /// Their name; required.
    pub person_name: String,
    /// The language of their pages.
    pub language: String,
    /// Shortcuts of the keyboard are on.
    pub has_shortcuts: bool,
}

impl ProfileDraft {
    /// Judges every field; gives name and language.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<(String, String), Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let name = check.required_line("person", &self.person_name, NAME_CHARACTERS_MAX);
        let language = language(&mut check, &self.language);
        check.finish(name.zip(language)).map(|checked| checked.value)
    }
}

/// An invitation as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationDraft {
    /// The name of who is invited; required.
    pub person_name: String,
    /// Their address; required.
    pub email: String,
    /// Codes of roles; at least one.
    pub roles: Vec<String>,
    /// The language of their pages.
    pub language: String,
}

/// An invitation that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// The name of who is invited.
    pub person_name: String,
    /// Their address, in lower case.
    pub email: String,
    /// The roles that they get.
    pub roles: RoleSet,
    /// The language of their pages.
    pub language: String,
}

impl InvitationDraft {
    /// Judges every field, for an organisation of this kind.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self, kind: OrganisationKind) -> Result<NewInvitation, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let person_name = check.required_line("person", &self.person_name, NAME_CHARACTERS_MAX);
        let email = email(&mut check, "email", &self.email);
        let roles = roles(&mut check, &self.roles, kind);
        let language = language(&mut check, &self.language);
        let value = (|| {
            Some(NewInvitation {
                person_name: person_name?,
                email: email?,
                roles: roles?,
                language: language?,
            })
        })();
        check.finish(value).map(|checked| checked.value)
    }
}

/// The roles of a person as chosen; the field is `roles`.
///
/// # Errors
/// None is chosen, or one that the kind of organisation does not know.
pub fn check_roles(codes: &[String], kind: OrganisationKind) -> Result<RoleSet, Vec<FieldError>> {
    let mut check = FieldCheck::default();
    let value = roles(&mut check, codes, kind);
    check.finish(value).map(|checked| checked.value)
}

/// An API token as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenDraft {
    /// What it is for; required.
    pub name: String,
    /// The code of its scope; required.
    pub scope: String,
    /// The last day on which it can be used; required.
    pub expires_on: String,
}

/// An API token that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it allows at most.
    pub scope: TokenScope,
    /// The last day on which it can be used.
    pub expires_on: Day,
}

impl TokenDraft {
    /// Judges every field.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self, today: Day) -> Result<NewToken, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let name = check.required_line("token_name", &self.name, NAME_CHARACTERS_MAX);
        let scope = check.choice("token_scope", &self.scope, TokenScope::of_code);
        if scope.is_none() && check.is_fine("token_scope") {
            check.error("token_scope", Message::new(codes::FIELD_REQUIRED));
        }
        let expires_on = check.day("expires_on", &self.expires_on);
        let (first, last) = (Day(today.0.saturating_add(1)), Day(today.0.saturating_add(TOKEN_DAYS_MAX)));
        match expires_on {
            Some(day) if day < first || day > last => {
                let message = Message::new(codes::ACCOUNT_TOKEN_END).with("first", first).with("last", last);
                check.error("expires_on", message);
            }
            None if check.is_fine("expires_on") => {
                check.error("expires_on", Message::new(codes::FIELD_REQUIRED));
            }
            _ => {}
        }
        let value = (|| Some(NewToken { name: name?, scope: scope?, expires_on: expires_on? }))();
        check.finish(value).map(|checked| checked.value)
    }
}

/// The names of an organisation as typed, in Japanese (required) and English; the fields are `organisation_ja` and `organisation_en`.
///
/// # Errors
/// Everything that is wrong, at most one error a field.
pub fn check_organisation_names(name_ja: &str, name_en: &str) -> Result<(String, String), Vec<FieldError>> {
    let mut check = FieldCheck::default();
    let name_ja = check.required_line("organisation_ja", name_ja, NAME_CHARACTERS_MAX);
    let name_en = check.line("organisation_en", name_en, NAME_CHARACTERS_MAX).unwrap_or_default();
    check.finish(name_ja.map(|name_ja| (name_ja, name_en))).map(|checked| checked.value)
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

/// The tag of a language that our pages have.
fn language(check: &mut FieldCheck, typed: &str) -> Option<String> {
    let is_ours = |text: &str| matches!(text, "ja" | "en").then(|| text.to_owned());
    let language = check.choice("language", typed, is_ours);
    if language.is_none() && check.is_fine("language") {
        check.error("language", Message::new(codes::FIELD_REQUIRED));
    }
    language
}

/// Roles that the kind of organisation knows, at least one.
fn roles(check: &mut FieldCheck, codes_chosen: &[String], kind: OrganisationKind) -> Option<RoleSet> {
    let mut roles = RoleSet::EMPTY;
    for code in codes_chosen {
        match Role::of_code(code).filter(|role| role.is_known_to(kind)) {
            Some(role) => roles = roles.with(role),
            None => {
                let message = Message::new(codes::FIELD_CHOICE).with("value", crate::field::shown(code));
                check.error("roles", message);
                return None;
            }
        }
    }
    if roles.is_empty() {
        check.error("roles", Message::new(codes::FIELD_REQUIRED));
        return None;
    }
    Some(roles)
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
    fn gives_only_roles_that_the_kind_knows() {
        let chosen = |codes: &[&str], kind| {
            let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
            check_roles(&codes, kind).map_err(|errors| errors[0].message.code.to_string())
        };
        let roles = chosen(&["psirt", "administrator", "psirt"], OrganisationKind::Mah).unwrap();
        assert_eq!(roles.iter().count(), 2);
        assert_eq!(chosen(&["psirt"], OrganisationKind::Hospital), Err("FIELD-004".to_owned()));
        assert_eq!(chosen(&[], OrganisationKind::Mah), Err("FIELD-001".to_owned()));
    }

    #[test]
    fn lets_no_token_live_longer_than_a_year() {
        let today = Day::parse("2026-11-21").unwrap();
        let ends = |day: &str| {
            let draft =
                TokenDraft { name: "CI".to_owned(), scope: "read".to_owned(), expires_on: day.to_owned() };
            draft
                .check(today)
                .map(|token| token.expires_on.to_string())
                .map_err(|errors| errors[0].message.code.to_string())
        };
        assert_eq!(ends("2026/11/22"), Ok("2026-11-22".to_owned()));
        assert_eq!(ends("2027-11-21"), Ok("2027-11-21".to_owned()));
        for wrong in ["2026-11-21", "2027-11-22", "2020-01-01"] {
            assert_eq!(ends(wrong), Err("ACCOUNT-016".to_owned()), "{wrong}");
        }
        assert_eq!(ends(""), Err("FIELD-001".to_owned()));
        let errors = TokenDraft::default().check(today).unwrap_err();
        assert_eq!(errors.len(), 3);
    }

    #[test]
    fn names_every_wrong_field_at_once() {
        let errors = SetupDraft::default().check().err().unwrap();
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["organisation_kind", "organisation_ja", "person", "email", "new_password"]);
    }
}
