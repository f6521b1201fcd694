//! Releases of a product: what people type, and the value that passed the rules.

use crate::day::Day;
use crate::field::{Checked, FieldCheck, FieldError, shown};
use crate::id::ReleaseId;
use crate::limits::{NAME_CHARACTERS_MAX, RELEASE_VERSION_CHARACTERS_MAX};
use crate::market::{Gtin, GtinFault};
use crate::message::{Message, codes};

/// A release as a person or a file gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseDraft {
    /// The version; required.
    pub version: String,
    /// The day of the release.
    pub released_on: String,
    /// The GTIN.
    pub gtin: String,
    /// The id of the release before it.
    pub supersedes: String,
}

/// A release that passed the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version, as written.
    pub version: String,
    /// The day of the release.
    pub released_on: Option<Day>,
    /// The GTIN.
    pub gtin: Option<Gtin>,
    /// The release before it.
    pub supersedes: Option<ReleaseId>,
}

impl ReleaseDraft {
    /// The release. That the one before it is of the same product and that no circle arises is checked where both are known.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<Checked<Release>, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let version = check.required_line("version", &self.version, RELEASE_VERSION_CHARACTERS_MAX);
        let released_on = check.day("released_on", &self.released_on);
        let gtin = self.gtin(&mut check);
        let supersedes = check.choice("supersedes", &self.supersedes, ReleaseId::parse);
        check.finish(version.map(|version| Release { version, released_on, gtin, supersedes }))
    }

    /// The GTIN.
    fn gtin(&self, check: &mut FieldCheck) -> Option<Gtin> {
        let typed = check.code("gtin", &self.gtin, NAME_CHARACTERS_MAX)?;
        let code = match Gtin::parse(&typed) {
            Ok(gtin) => return Some(gtin),
            Err(GtinFault::Shape) => codes::RELEASE_GTIN_SHAPE,
            Err(GtinFault::CheckDigit) => codes::RELEASE_GTIN_CHECK_DIGIT,
        };
        check.error("gtin", Message::new(code).with("value", shown(&typed)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::message::Code;

    /// Fields and codes of the errors.
    fn errors(draft: &ReleaseDraft) -> Vec<(&'static str, Code)> {
        let errors = draft.check().unwrap_err();
        errors.iter().map(|error| (error.field, error.message.code)).collect()
    }

    #[test]
    fn reads_what_people_type() {
        let before = ReleaseId::new(Id::from_bytes([3; 16]));
        let draft = ReleaseDraft {
            version: " Ｖ２．０　Rev.B ".to_owned(),
            released_on: "R8.4.1".to_owned(),
            gtin: "４００６３８１ ３３３９３１".to_owned(),
            supersedes: before.to_string().to_uppercase(),
        };
        let release = draft.check().unwrap().value;
        assert_eq!(release.version, "Ｖ２．０ Rev.B");
        assert_eq!(release.released_on, Day::parse("2026-04-01"));
        assert_eq!(release.gtin.unwrap().as_str(), "4006381333931");
        assert_eq!(release.supersedes, Some(before));
    }

    #[test]
    fn names_every_error_at_once() {
        let draft = ReleaseDraft {
            version: "1".repeat(RELEASE_VERSION_CHARACTERS_MAX + 1),
            released_on: "春".to_owned(),
            gtin: "4006381333932".to_owned(),
            supersedes: "前の版".to_owned(),
        };
        let expected = [
            ("version", codes::FIELD_TOO_LONG),
            ("released_on", codes::FIELD_DATE),
            ("gtin", codes::RELEASE_GTIN_CHECK_DIGIT),
            ("supersedes", codes::FIELD_CHOICE),
        ];
        assert_eq!(errors(&draft), expected);
        let draft = ReleaseDraft { gtin: "12".to_owned(), ..ReleaseDraft::default() };
        let expected = [("version", codes::FIELD_REQUIRED), ("gtin", codes::RELEASE_GTIN_SHAPE)];
        assert_eq!(errors(&draft), expected);
    }
}
