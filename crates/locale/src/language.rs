//! The two languages and how one is chosen.

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Japanese, the source of truth of every text.
    Ja,
    /// English.
    En,
}

impl Language {
    /// Both languages, Japanese first.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// Reads a language tag or a POSIX locale name: `ja`, `ja-JP`, `ja_JP.UTF-8`, `en`… Upper or lower case.
    ///
    /// ```
    /// use kikimori_locale::Language;
    /// assert_eq!(Language::parse("ja_JP.UTF-8"), Some(Language::Ja));
    /// assert_eq!(Language::parse("en"), Some(Language::En));
    /// assert_eq!(Language::parse("java"), None);
    /// ```
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let end = tag.find(['_', '-', '.', '@']).unwrap_or(tag.len());
        match tag.get(..end)?.to_ascii_lowercase().as_str() {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of a POSIX environment: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not
    /// empty decides. Japanese for `ja…`; English for everything else.
    ///
    /// English also when nothing is set or the locale is `C` or `POSIX`: such a terminal often cannot show
    /// Japanese. Source: POSIX.1-2024, Base Definitions 8.2.
    #[must_use]
    pub fn from_posix_locale(lc_all: Option<&str>, lc_messages: Option<&str>, lang: Option<&str>) -> Self {
        let decides = [lc_all, lc_messages, lang].into_iter().flatten().find(|value| !value.is_empty());
        decides.and_then(Self::parse).unwrap_or(Self::En)
    }

    /// The language tag: `ja` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_and_locale_names() {
        for (tag, language) in [
            ("ja", Some(Language::Ja)),
            ("JA", Some(Language::Ja)),
            ("ja-JP", Some(Language::Ja)),
            ("ja_JP.eucJP", Some(Language::Ja)),
            ("ja.UTF-8", Some(Language::Ja)),
            ("en_GB@euro", Some(Language::En)),
            ("de_DE.UTF-8", None),
            ("jam", None),
            ("日本語", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(tag), language, "{tag}");
        }
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
    }

    #[test]
    fn first_variable_that_is_set_decides() {
        let (ja, en, empty) = (Some("ja_JP.UTF-8"), Some("en_US.UTF-8"), Some(""));
        for (lc_all, lc_messages, lang, language) in [
            (None, None, None, Language::En),
            (None, None, ja, Language::Ja),
            (empty, empty, ja, Language::Ja),
            (None, en, ja, Language::En),
            (ja, en, en, Language::Ja),
            (Some("C"), None, ja, Language::En),
            (Some("POSIX"), None, None, Language::En),
            (None, None, Some("C.UTF-8"), Language::En),
            (None, None, Some("fr_FR.UTF-8"), Language::En),
        ] {
            let chosen = Language::from_posix_locale(lc_all, lc_messages, lang);
            assert_eq!(chosen, language, "{lc_all:?} {lc_messages:?} {lang:?}");
        }
    }
}
