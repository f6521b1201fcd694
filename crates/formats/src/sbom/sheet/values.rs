//! What the texts of cells say: days, versions, hashes, and that nothing is known.

use kikimori_core::sbom::ComponentKind;
use kikimori_core::typed_text::width;

use super::fold::{self, WordSet};
use super::grid::{Cell, CellKind};

/// Words that say that nothing is known or that nothing is there.
static PLACEHOLDERS: WordSet = WordSet::new(&[
    "",
    "na",
    "nil",
    "none",
    "null",
    "なし",
    "無し",
    "無",
    "不明",
    "未定",
    "未確認",
    "未調査",
    "未記入",
    "確認中",
    "調査中",
    "tbd",
    "tba",
    "unknown",
    "該当なし",
    "該当せず",
    "?",
    "↑",
    "×",
    "noassertion",
    "undefined",
    "最新",
    "latest",
]);

/// Words that say that the value is that of the row above.
static SAME_AS_ABOVE: WordSet = WordSet::new(&[
    "同上",
    "〃",
    "同前",
    "上に同じ",
    "上と同じ",
    "上記に同じ",
    "上記と同じ",
    "ditto",
    "same as above",
    "as above",
]);

/// Words that a version may begin with and that are no part of it.
const VERSION_WORDS: &[&str] = &["version", "ver.", "ver", "バージョン"];

/// English months, as spreadsheets abbreviate them.
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The text says that nothing is known; what says "the same as above" does where nothing above says more.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.has(text) || is_same_as_above(text)
}

/// The text says that the value is that of the row above.
pub(super) fn is_same_as_above(text: &str) -> bool {
    SAME_AS_ABOVE.has(text)
}

/// What may have become of a version in a spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VersionDoubt {
    /// It stands as a number, which loses final zeros.
    Number,
    /// It stands as a date or looks like one that a spreadsheet made.
    Date,
}

/// Whether a version may be something else than what was typed.
pub(super) fn version_doubt(cell: &Cell) -> Option<VersionDoubt> {
    match cell.kind {
        CellKind::Number => return Some(VersionDoubt::Number),
        CellKind::Date => return Some(VersionDoubt::Date),
        CellKind::Text | CellKind::Boolean | CellKind::Fault | CellKind::Unvalued => {}
    }
    let text = width(cell.text.trim()).to_lowercase();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_scientific = text
        .split_once("e+")
        .is_some_and(|(mantissa, exponent)| is_number(exponent) && is_number(&mantissa.replacen('.', "", 1)));
    if is_scientific {
        return Some(VersionDoubt::Number);
    }
    let slashes: Vec<&str> = text.split('/').collect();
    let is_slashed =
        matches!(slashes.len(), 2 | 3) && slashes.iter().all(|part| is_number(part) && part.len() <= 4);
    let is_kanji = text.contains('月') && text.starts_with(|character: char| character.is_ascii_digit());
    let dashes: Vec<&str> = text.split('-').collect();
    let is_month = matches!(dashes.len(), 2 | 3)
        && dashes.iter().any(|part| MONTHS.contains(part))
        && dashes.iter().all(|part| MONTHS.contains(part) || is_number(part));
    (is_slashed || is_kanji || is_month).then_some(VersionDoubt::Date)
}

/// A version as it is compared: half width, without words like "Ver." in front.
pub(super) fn version(text: &str) -> String {
    let mut plain = width(text).trim().to_owned();
    let lower = plain.to_lowercase();
    let word = VERSION_WORDS.iter().find(|word| lower.starts_with(*word));
    if let Some(rest) = word.and_then(|word| plain.get(word.len()..)) {
        let rest = rest.trim_start_matches([' ', '.', ':']);
        if rest.starts_with(|character: char| character.is_ascii_digit()) {
            plain = rest.to_owned();
        }
    }
    plain
}

/// A hash with its algorithm, from `SHA-256: 0123…`, or by its length alone.
pub(super) fn hash(text: &str) -> Option<(String, String)> {
    let text = width(text);
    let text = text.trim();
    let (algorithm, value) = match text.rsplit_once([':', '=', ' ']) {
        Some((algorithm, value)) => (Some(fold::word(algorithm)), value.trim()),
        None => (None, text),
    };
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let by_length = match value.len() {
        32 => "MD5",
        40 => "SHA-1",
        64 => "SHA-256",
        96 => "SHA-384",
        128 => "SHA-512",
        _ => return None,
    };
    let stated = match algorithm.as_deref() {
        None => by_length,
        Some("md5") => "MD5",
        Some("sha1") => "SHA-1",
        Some("sha256") => "SHA-256",
        Some("sha384") => "SHA-384",
        Some("sha512") => "SHA-512",
        Some("sha3256") => "SHA3-256",
        Some("sha3512") => "SHA3-512",
        Some(_) => return None,
    };
    let is_fitting =
        stated == by_length || stated.starts_with("SHA3") && matches!(by_length, "SHA-256" | "SHA-512");
    is_fitting.then(|| (stated.to_owned(), value.to_ascii_lowercase()))
}

/// Words for kinds of components.
static KINDS: [(WordSet, ComponentKind); 11] = [
    (
        WordSet::new(&["アプリケーション", "アプリ", "application", "app", "ソフトウェア", "プログラム"]),
        ComponentKind::Application,
    ),
    (
        WordSet::new(&[
            "ライブラリ",
            "library",
            "lib",
            "oss",
            "モジュール",
            "パッケージ",
            "package",
            "module",
        ]),
        ComponentKind::Library,
    ),
    (WordSet::new(&["フレームワーク", "framework"]), ComponentKind::Framework),
    (WordSet::new(&["コンテナ", "container", "コンテナイメージ"]), ComponentKind::Container),
    (
        WordSet::new(&[
            "os",
            "オペレーティングシステム",
            "基本ソフトウェア",
            "operating-system",
            "operating system",
        ]),
        ComponentKind::OperatingSystem,
    ),
    (WordSet::new(&["機器", "ハードウェア", "device", "hardware"]), ComponentKind::Device),
    (WordSet::new(&["ファームウェア", "firmware", "ファームウエア"]), ComponentKind::Firmware),
    (WordSet::new(&["ファイル", "file"]), ComponentKind::File),
    (WordSet::new(&["ドライバ", "デバイスドライバ", "device-driver", "driver"]), ComponentKind::DeviceDriver),
    (
        WordSet::new(&["プラットフォーム", "実行環境", "ミドルウェア", "platform", "runtime", "middleware"]),
        ComponentKind::Platform,
    ),
    (WordSet::new(&["その他", "other"]), ComponentKind::Other),
];

/// A kind of component, from its word.
pub(super) fn kind(text: &str) -> Option<ComponentKind> {
    KINDS.iter().find(|(words, _)| words.has(text)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubts_versions_that_a_spreadsheet_may_have_made() {
        let of = |text: &str, kind| version_doubt(&Cell { text: text.to_owned(), kind, ..Cell::default() });
        assert_eq!(of("1.1", CellKind::Number), Some(VersionDoubt::Number));
        assert_eq!(of("2024-01-02", CellKind::Date), Some(VersionDoubt::Date));
        for text in ["2024/1/2", "1/2", "1月2日", "Jan-02", "2-Jan", "２０２４／１／２"] {
            assert_eq!(of(text, CellKind::Text), Some(VersionDoubt::Date), "{text}");
        }
        assert_eq!(of("1.00E+05", CellKind::Text), Some(VersionDoubt::Number));
        for text in ["1.10", "2024-01-02", "10.0.19044", "1.2.3-rc1", "v1/x", "1e", "mar-1.0"] {
            assert_eq!(of(text, CellKind::Text), None, "{text}");
        }
    }

    #[test]
    fn reads_versions_and_hashes() {
        for (text, expected) in [
            ("Ver.1.2", "1.2"),
            ("Ｖｅｒ．　１．２", "1.2"),
            ("バージョン3", "3"),
            ("v1.2", "v1.2"),
            ("version", "version"),
            ("versions 3", "versions 3"),
        ] {
            assert_eq!(version(text), expected);
        }
        let sha = "ab".repeat(32);
        assert_eq!(hash(&sha), Some(("SHA-256".to_owned(), sha.clone())));
        assert_eq!(
            hash(&format!("SHA256:{}", sha.to_uppercase())),
            Some(("SHA-256".to_owned(), sha.clone()))
        );
        assert_eq!(hash(&format!("MD5:{sha}")), None);
        assert_eq!(hash("0123"), None);
        assert!(
            is_placeholder("―") && is_placeholder("Ｎ／Ａ") && is_placeholder("不明") && !is_placeholder("0")
        );
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = version(&text);
            let _ = hash(&text);
            let _ = kind(&text);
            let _ = is_placeholder(&text);
            let _ = version_doubt(&Cell { text, ..Cell::default() });
        }
    }
}
