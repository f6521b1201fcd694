//! Days as people type them: widths, separators, Japanese eras, spreadsheets' numbers.

use crate::day::Day;
use crate::typed_text::width;

/// Japanese eras: how they are written, and the year before their first.
const ERAS: &[(&str, i32)] =
    &[("令和", 2018), ("平成", 1988), ("昭和", 1925), ("r", 2018), ("h", 1988), ("s", 1925)];

/// Numbers that stand for days of the years 1990 to 2099 in spreadsheets.
const SERIALS: std::ops::Range<i32> = 32_874..73_051;

/// Days from 1899-12-30, which spreadsheets count from, to 1970-01-01.
const DAYS_TO_1970: i32 = 25_569;

/// A day, where the text says one day and no other: `2027-03-31`, `2027/3/31`, `2027年3月31日`, `令和9年3月31日`, `R9.3.31`,
/// `20270331`, or a spreadsheet's number. A time after it is left out.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let text = width(text).trim().to_lowercase();
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

    proptest! {
        #[test]
        fn reads_what_a_day_writes(days in -20_000_i32..100_000) {
            prop_assert_eq!(day(&Day(days).to_string()), Some(Day(days)));
        }

        #[test]
        fn never_panics(text: String) {
            let _ = day(&text);
        }
    }
}
