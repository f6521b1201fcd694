//! What the texts of cells say: days, versions, hashes, and that nothing is known.

use kikimori_core::day::Day;
use kikimori_core::sbom::ComponentKind;

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

/// Japanese eras: how they are written, and the year before their first.
const ERAS: &[(&str, i32)] =
    &[("令和", 2018), ("平成", 1988), ("昭和", 1925), ("r", 2018), ("h", 1988), ("s", 1925)];

/// Numbers that stand for days of the years 1990 to 2099 in spreadsheets.
const SERIALS: std::ops::Range<i32> = 32_874..73_051;

/// Days from 1899-12-30, which spreadsheets count from, to 1970-01-01.
const DAYS_TO_1970: i32 = 25_569;

/// The text says that nothing is known; what says "the same as above" does where nothing above says more.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.has(text) || is_same_as_above(text)
}

/// The text says that the value is that of the row above.
pub(super) fn is_same_as_above(text: &str) -> bool {
    SAME_AS_ABOVE.has(text)
}

/// A day, where the text says one day and no other: `2027-03-31`, `2027/3/31`, `2027年3月31日`, `令和9年3月31日`, `R9.3.31`,
/// `20270331`, or a spreadsheet's number. A time after it is left out.
pub(super) fn day(text: &str) -> Option<Day> {
    let text = fold::width(text).trim().to_lowercase();
    let text = text.split(['t', ' ']).next().filter(|text| !text.is_empty())?.to_owned();
    if text.len() > 40 {
        return None;
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return civil(
            text.get(..4)?.parse().ok()?,
            text.get(4..6)?.parse().ok()?,
            text.get(6..)?.parse().ok()?,
        );
    }
    if let Ok(serial) = text.parse::<i32>() {
        return SERIALS.contains(&serial).then(|| Day(serial - DAYS_TO_1970));
    }
    let era = ERAS.iter().find_map(|(name, before)| Some((text.strip_prefix(name)?, *before)));
    let (rest, before) = era.unwrap_or((&text, 0));
    let rest = match rest.strip_prefix('元') {
        Some(rest) if before > 0 => format!("1{rest}"),
        _ => rest.to_owned(),
    };
    let is_end = rest.ends_with('日');
    let rest = rest.trim_end_matches('日');
    let parts: Vec<&str> = rest.split(['年', '月', '/', '.', '-']).collect();
    let [year, month, date] = parts.as_slice() else { return None };
    if before == 0 && year.len() != 4 || is_end != text.contains('年') {
        return None;
    }
    civil(year.parse::<i32>().ok()?.checked_add(before)?, month.parse().ok()?, date.parse().ok()?)
}

/// The day of a date.
fn civil(year: i32, month: u32, date: u32) -> Option<Day> {
    (1900..=9999).contains(&year).then(|| Day::parse(&format!("{year:04}-{month:02}-{date:02}")))?
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
    let text = fold::width(cell.text.trim()).to_lowercase();
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
    let mut plain = fold::width(text).trim().to_owned();
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
    let text = fold::width(text);
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
    fn reads_days_and_no_others() {
        for text in [
            "2027-03-31",
            "2027/3/31",
            "2027.3.31",
            "2027年3月31日",
            "令和9年3月31日",
            "R9.3.31",
            "Ｒ９．３．３１",
            "ｒ9/3/31",
            "20270331",
            "46477",
            "2027-03-31T00:00:00Z",
            "2027/3/31 9:00",
            "２０２７年３月３１日",
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), Some("2027-03-31"), "{text}");
        }
        assert_eq!(day("令和元年5月1日").unwrap().to_string(), "2019-05-01");
        assert_eq!(day("H31.4.30").unwrap().to_string(), "2019-04-30");
        for text in [
            "2027年3月",
            "3/4/2027",
            "27/3/31",
            "2027年度末",
            "2027-02-30",
            "2027",
            "",
            "継続",
            "R9.3",
            "元年5月1日",
            "2027年3/31",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

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
            let _ = day(&text);
            let _ = version(&text);
            let _ = hash(&text);
            let _ = kind(&text);
            let _ = is_placeholder(&text);
            let _ = version_doubt(&Cell { text, ..Cell::default() });
        }
    }
}
