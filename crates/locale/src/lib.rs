//! The words: every sentence a person reads, in Japanese and English.
//!
//! The tables are `locales/ja.toml` and `locales/en.toml`; Japanese is the source of truth. A text is a whole
//! sentence with `{named}` places, never built from pieces. `cargo xtask i18n` checks that both tables hold the
//! same keys and that every key is used.
#![forbid(unsafe_code)]

mod language;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};
use std::io::{Error, ErrorKind};
use std::sync::{Mutex, OnceLock};

use kikimori_core::message::{Code, Message, Place};
use kikimori_core::sheet::column_letters;

pub use language::Language;

/// The Japanese table as it is compiled in.
const JAPANESE: &str = include_str!("../../../locales/ja.toml");

/// The English table as it is compiled in.
const ENGLISH: &str = include_str!("../../../locales/en.toml");

/// Different missing keys shown by name; further ones are shown as `⟦…⟧`, which bounds the memory they hold.
const MISSING_KEYS_MAX: usize = 1_000;

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalisedMessage {
    /// The stable code, the same in every language.
    pub code: Code,
    /// Where it happened.
    pub place: String,
    /// What happened and what follows from it.
    pub cause: String,
    /// What the reader can do.
    pub remedy: String,
}

/// The text of `key`. A key that is in no table comes back as `⟦key⟧`.
///
/// ```
/// use kikimori_locale::{Language, text};
/// assert_eq!(text(Language::En, "place.document"), "the whole document");
/// assert_eq!(text(Language::Ja, "no.such.key"), "⟦no.such.key⟧");
/// ```
#[must_use]
pub fn text(language: Language, key: &str) -> &'static str {
    match find(language, key) {
        Some(text) => text,
        None => missing(key),
    }
}

/// The text of `key` with each `{name}` replaced by the argument of that name.
///
/// A name without an argument stays in braces. Arguments are inserted as they are and not searched for names.
#[must_use]
pub fn format(language: Language, key: &str, args: &[(&str, &dyn Display)]) -> String {
    fill(text(language, key), args)
}

/// The text for `n` things: `key.one` in English when `n` is 1, otherwise `key.other`; `{n}` is [`number`]`(n)`.
///
/// Japanese has no plural: its table holds `key.other` only.
#[must_use]
pub fn count(language: Language, key: &str, n: usize, args: &[(&str, &dyn Display)]) -> String {
    let form = match language {
        Language::En if n == 1 => "one",
        Language::Ja | Language::En => "other",
    };
    let shown = number(n);
    let mut all_args: Vec<(&str, &dyn Display)> = vec![("n", &shown)];
    all_args.extend_from_slice(args);
    fill(text(language, &format!("{key}.{form}")), &all_args)
}

/// A number with a comma before each group of three digits, as both languages write it.
///
/// ```
/// assert_eq!(kikimori_locale::number(1_234_567), "1,234,567");
/// assert_eq!(kikimori_locale::number(999), "999");
/// ```
#[must_use]
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A message in words: place, cause and remedy.
#[must_use]
pub fn message(language: Language, message: &Message) -> LocalisedMessage {
    let details: Vec<Option<&'static str>> =
        message.args.iter().map(|(name, value)| detail_words(language, name, value)).collect();
    let args: Vec<(&str, &dyn Display)> = message
        .args
        .iter()
        .zip(&details)
        .map(|((name, value), words)| match words {
            Some(words) => (*name, words as &dyn Display),
            None => (*name, value as &dyn Display),
        })
        .collect();
    LocalisedMessage {
        code: message.code,
        place: place(language, &message.place),
        cause: format(language, &format!("message.{}.cause", message.code), &args),
        remedy: format(language, &format!("message.{}.remedy", message.code), &args),
    }
}

/// Words for an argument that is the system's reason, or a word that a reader gives instead of a text.
fn detail_words(language: Language, name: &str, value: &str) -> Option<&'static str> {
    match (name, value) {
        ("detail", _) => system_words(language, value),
        ("found", "empty") => Some(text(language, "system.empty")),
        ("found", "binary") => Some(text(language, "system.binary")),
        _ => None,
    }
}

/// Why the system refused, in words, where they are known; otherwise the system's own text.
#[must_use]
pub fn system_reason(language: Language, error: &Error) -> String {
    let shown = error.to_string();
    system_words(language, &shown).map_or(shown, str::to_owned)
}

/// The words for a reason that ends with the system's number, `(os error 2)`, or names a kind of error alone.
fn system_words(language: Language, reason: &str) -> Option<&'static str> {
    let number = reason.rsplit_once("(os error ").and_then(|(_, number)| number.strip_suffix(')'));
    let kind = match number.and_then(|number| number.parse().ok()) {
        Some(number) if cfg!(windows) && matches!(number, 32 | 33) => ErrorKind::ResourceBusy,
        Some(number) => Error::from_raw_os_error(number).kind(),
        None => [ErrorKind::IsADirectory, ErrorKind::NotFound, ErrorKind::PermissionDenied]
            .into_iter()
            .find(|kind| kind.to_string() == reason)?,
    };
    let key = match kind {
        ErrorKind::NotFound => "system.not_found",
        ErrorKind::PermissionDenied => "system.permission_denied",
        ErrorKind::IsADirectory => "system.is_a_folder",
        ErrorKind::NotADirectory => "system.not_a_folder",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "system.full",
        ErrorKind::ReadOnlyFilesystem => "system.read_only",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "system.busy",
        ErrorKind::InvalidFilename => "system.file_name",
        _ => return None,
    };
    Some(text(language, key))
}

/// A place in words.
///
/// ```
/// use kikimori_core::message::Place;
/// use kikimori_locale::{Language, place};
/// assert_eq!(place(Language::Ja, &Place::Line(12)), "12行目");
/// assert_eq!(place(Language::En, &Place::Line(12)), "line 12");
/// ```
#[must_use]
pub fn place(language: Language, place: &Place) -> String {
    match place {
        Place::Document => text(language, "place.document").to_owned(),
        Place::Pointer(pointer) => format(language, "place.pointer", &[("pointer", pointer)]),
        Place::Item(..) => format(language, "place.pointer", &[("pointer", place)]),
        Place::Line(line) => format(language, "place.line", &[("line", line)]),
        Place::LineColumn(line, column) => {
            format(language, "place.line_column", &[("line", line), ("column", column)])
        }
        Place::Offset(offset) => format(language, "place.offset", &[("offset", offset)]),
        Place::Row(row) => format(language, "place.row", &[("row", row)]),
        Place::Column(column) => format(language, "place.column", &[("column", &column_letters(*column))]),
    }
}

/// A language's table: key to text.
type Texts = BTreeMap<String, String>;

/// The text of `key`, if the table has it. Each table is read once, at its first use.
fn find(language: Language, key: &str) -> Option<&'static str> {
    static JAPANESE_TEXTS: OnceLock<Texts> = OnceLock::new();
    static ENGLISH_TEXTS: OnceLock<Texts> = OnceLock::new();
    let (texts, table) = match language {
        Language::Ja => (&JAPANESE_TEXTS, JAPANESE),
        Language::En => (&ENGLISH_TEXTS, ENGLISH),
    };
    texts.get_or_init(|| read_texts(table)).get(key).map(String::as_str)
}

/// Reads a table; lines that cannot be read are left out (a test shows that there are none).
fn read_texts(table: &str) -> Texts {
    table::read(table).0.into_iter().map(|entry| (entry.key, entry.text)).collect()
}

/// `⟦key⟧`, kept for the life of the process, at most [`MISSING_KEYS_MAX`] of them.
fn missing(key: &str) -> &'static str {
    static SHOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut shown = SHOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let name = format!("⟦{key}⟧");
    if let Some(known) = shown.get(name.as_str()) {
        return known;
    }
    if shown.len() >= MISSING_KEYS_MAX {
        return "⟦…⟧";
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    shown.insert(name);
    name
}

/// Replaces each `{name}` of `text` in one pass.
fn fill(text: &str, args: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, after)| {
            args.iter().find(|(known, _)| *known == name).map(|(_, value)| (value, after))
        });
        match value {
            Some((value, after)) => {
                // Writing to a string fails only when a `Display` does; its text so far is then kept.
                let _ = write!(filled, "{value}");
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use kikimori_core::message::codes;

    use super::*;

    #[test]
    fn tables_are_read_completely_and_equal_real_toml() {
        for table in [JAPANESE, ENGLISH] {
            let (entries, faults) = table::read(table);
            assert_eq!(faults, []);
            let ours: Texts = entries.into_iter().map(|entry| (entry.key, entry.text)).collect();
            let real: Texts = toml::from_str(table).unwrap();
            assert_eq!(ours, real);
            assert!(!ours.is_empty());
        }
    }

    #[test]
    fn every_code_has_cause_and_remedy_in_both_languages() {
        for language in Language::ALL {
            for code in codes::ALL {
                for part in ["cause", "remedy"] {
                    let key = format!("message.{code}.{part}");
                    assert!(find(language, &key).is_some_and(|text| !text.is_empty()), "{language:?} {key}");
                }
            }
        }
    }

    #[test]
    fn every_coded_word_of_the_domain_is_in_both_languages() {
        use kikimori_core::access::{Action, OrganisationKind, Role, TokenScope};
        use kikimori_core::assessment::{AssessmentResponse, AssessmentStatus, Justification};
        use kikimori_core::component_key::KeyBasis;
        use kikimori_core::market::{ConnectionKind, DeviceClass, MarketState, Procedure};
        let mut keys = BTreeSet::new();
        let mut families = Vec::new();
        let mut family = |name: &'static str, codes: Vec<&'static str>| {
            keys.extend(codes.iter().map(|code| format!("{name}.{code}")));
            families.push(name);
        };
        family("organisation-kind", OrganisationKind::ALL.iter().map(|one| one.code()).collect());
        family("role", Role::ALL.iter().map(|one| one.code()).collect());
        family("action", Action::ALL.iter().map(|one| one.code()).collect());
        family("token-scope", TokenScope::ALL.iter().map(|one| one.code()).collect());
        family("device-class", DeviceClass::ALL.iter().map(|one| one.code()).collect());
        family("procedure", Procedure::ALL.iter().map(|one| one.code()).collect());
        family("market-state", MarketState::ALL.iter().map(|one| one.code()).collect());
        family("connection-kind", ConnectionKind::ALL.iter().map(|one| one.code()).collect());
        family("assessment-status", AssessmentStatus::ALL.iter().map(|one| one.code()).collect());
        family("justification", Justification::ALL.iter().map(|one| one.code()).collect());
        family("assessment-response", AssessmentResponse::ALL.iter().map(|one| one.code()).collect());
        family("key-basis", KeyBasis::ALL.iter().map(|one| one.code()).collect());
        for table in [JAPANESE, ENGLISH] {
            let of_families: BTreeSet<String> = table::read(table)
                .0
                .into_iter()
                .map(|entry| entry.key)
                .filter(|key| key.split_once('.').is_some_and(|(name, _)| families.contains(&name)))
                .collect();
            assert_eq!(of_families, keys);
        }
    }

    #[test]
    fn puts_a_message_into_words() {
        let limit = Message::new(codes::SBOM_LIMIT)
            .at(Place::Pointer("/components/5".to_owned()))
            .with("limit", "SBOM_COMPONENTS_MAX")
            .with("max", 1_000_000);
        let japanese = message(Language::Ja, &limit);
        assert_eq!(japanese.code, codes::SBOM_LIMIT);
        assert_eq!(japanese.place, "/components/5（JSONポインター）");
        assert!(japanese.cause.contains("SBOM_COMPONENTS_MAX") && japanese.cause.contains("1000000"));
        let english = message(Language::En, &limit);
        assert_eq!(english.place, "/components/5 (JSON pointer)");
        assert!(english.cause.contains("1000000") && !english.cause.contains('{'), "{}", english.cause);
    }

    #[test]
    fn puts_the_systems_reasons_into_words() {
        let missing = Message::new(codes::INPUT_UNREADABLE)
            .with("path", "pump.json")
            .with("detail", Error::from(ErrorKind::IsADirectory));
        assert!(message(Language::Ja, &missing).cause.contains("フォルダです"));
        assert!(message(Language::En, &missing).cause.contains("a folder, not a file"));
        #[cfg(unix)]
        for (number, words) in [(2, "ありません"), (13, "権限"), (28, "空き")] {
            let reason = system_reason(Language::Ja, &Error::from_raw_os_error(number));
            assert!(reason.contains(words) && !reason.contains("os error"), "{number}: {reason}");
        }
        let other = Error::other("the cable was pulled");
        assert_eq!(system_reason(Language::Ja, &other), "the cable was pulled");
    }

    #[test]
    fn shows_a_code_without_sentences_by_its_keys() {
        let unknown = message(Language::Ja, &Message::new(Code("TEST-999")));
        assert_eq!(unknown.cause, "⟦message.TEST-999.cause⟧");
        assert_eq!(unknown.remedy, "⟦message.TEST-999.remedy⟧");
    }

    #[test]
    fn puts_every_place_into_words() {
        let cases = [
            (Place::Document, "文書全体", "the whole document"),
            (Place::Line(3), "3行目", "line 3"),
            (Place::LineColumn(3, 7), "3行目の7バイト目", "line 3, byte 7"),
            (Place::Offset(0), "先頭から0バイトの位置", "byte offset 0"),
        ];
        for (place_given, japanese, english) in cases {
            assert_eq!(place(Language::Ja, &place_given), japanese);
            assert_eq!(place(Language::En, &place_given), english);
        }
    }

    #[test]
    fn fills_places_by_name_in_one_pass() {
        let braces = "{b}";
        assert_eq!(fill("{a}-{b}-{a}", &[("a", &1), ("b", &"x")]), "1-x-1");
        assert_eq!(fill("{a}{b}", &[("a", &braces), ("b", &2)]), "{b}2");
        assert_eq!(fill("{unknown} {", &[("a", &1)]), "{unknown} {");
        assert_eq!(fill("{not {a}", &[("a", &1)]), "{not 1");
        assert_eq!(fill("", &[]), "");
    }

    #[test]
    fn counts_with_a_plural_in_english_only() {
        assert_eq!(count(Language::En, "test.n", 1, &[]), "⟦test.n.one⟧");
        for (language, n) in [(Language::En, 0), (Language::En, 2), (Language::Ja, 1), (Language::Ja, 2)] {
            assert_eq!(count(language, "test.n", n, &[]), "⟦test.n.other⟧");
        }
    }

    #[test]
    fn names_a_missing_key_once_in_memory() {
        let first = text(Language::Ja, "test.missing");
        assert_eq!(first, "⟦test.missing⟧");
        assert!(std::ptr::eq(first, text(Language::En, "test.missing")));
    }

    #[test]
    fn groups_digits_by_three() {
        for (n, shown) in
            [(0, "0"), (12, "12"), (1_000, "1,000"), (100_000, "100,000"), (1_000_000, "1,000,000")]
        {
            assert_eq!(number(n), shown);
        }
    }

    proptest::proptest! {
        #[test]
        fn reads_any_table_without_a_panic(table in "[\"\\\\={}#a\n .ü]{0,60}") {
            let (entries, faults) = table::read(&table);
            proptest::prop_assert!(entries.len() + faults.len() <= table.lines().count());
            let _ = table::placeholders(&table);
            let _ = fill(&table, &[("a", &"x")]);
        }
    }
}
