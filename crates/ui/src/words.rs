//! The words of a page: every sentence comes from the tables of `locales/`.

use std::fmt::Display;

use kikimori_locale::{Language, count, format, number, text};

use crate::view::Choice;

/// The words in one language. Templates call it `w`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    /// The text of a key.
    pub(crate) fn t(self, key: &str) -> &'static str {
        text(self.0, key)
    }

    /// The text of a key, owned.
    pub(crate) fn s(self, key: &str) -> String {
        text(self.0, key).to_owned()
    }

    /// The text of the key `family.name`. Computed families stand in the list of `cargo xtask i18n`.
    pub(crate) fn of(self, family: &str, name: &str) -> &'static str {
        text(self.0, &std::format!("{family}.{name}"))
    }

    /// Choices of codes whose words are `family.code`.
    pub(crate) fn choices<'a>(self, family: &str, codes: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
        codes.into_iter().map(|code| Choice::new(code, self.of(family, code))).collect()
    }

    /// The text of a key with one value filled in.
    pub(crate) fn f1(self, key: &str, name: &str, value: &dyn Display) -> String {
        format(self.0, key, &[(name, value)])
    }

    /// The text of a key with values filled in.
    pub(crate) fn f(self, key: &str, args: &[(&str, &dyn Display)]) -> String {
        format(self.0, key, args)
    }

    /// The text for a number of things.
    pub(crate) fn n(self, key: &str, n: u64) -> String {
        count(self.0, key, usize::try_from(n).unwrap_or(usize::MAX), &[])
    }

    /// The language tag.
    pub(crate) fn tag(self) -> &'static str {
        self.0.tag()
    }
}

/// A number with commas.
pub(crate) fn grouped(n: u64) -> String {
    number(usize::try_from(n).unwrap_or(usize::MAX))
}
