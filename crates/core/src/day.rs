//! Civil days, as documents state them: without a time and without a zone.

use jiff::Span;
use jiff::civil::Date;

use crate::stamp::Stamp;

/// The day that days are counted from.
const FIRST: Date = jiff::civil::date(1970, 1, 1);

/// A civil day, in days since 1970-01-01.
///
/// ```
/// use kikimori_core::day::Day;
/// let day = Day::parse("2026-07-11").unwrap();
/// assert_eq!(day.to_string(), "2026-07-11");
/// assert!(day < Day::parse("2026-07-12").unwrap());
/// assert_eq!(Day::parse("2026-02-30"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Reads `YYYY-MM-DD`; what follows a `T` is left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().split('T').next().unwrap_or_default();
        if text.len() != 10 {
            return None;
        }
        let date: Date = text.parse().ok()?;
        Some(Self(date.since(FIRST).ok()?.get_days()))
    }

    /// The day in UTC that a point in time is on.
    #[must_use]
    pub fn of(stamp: Stamp) -> Self {
        let days = stamp.0.div_euclid(86_400_000);
        Self(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }
}

impl std::fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = Span::new().try_days(self.0).and_then(|span| FIRST.checked_add(span));
        match date {
            Ok(date) => write!(formatter, "{date}"),
            Err(_) => formatter.write_str("0000-00-00"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_the_day_of_a_point_in_time_in_utc() {
        for (text, expected) in [
            ("2026-11-21T00:00:00Z", "2026-11-21"),
            ("2026-11-20T23:59:59.999Z", "2026-11-20"),
            ("2026-11-21T08:59:59+09:00", "2026-11-20"),
            ("1969-12-31T23:59:59Z", "1969-12-31"),
        ] {
            assert_eq!(Day::of(Stamp::parse(text).unwrap()).to_string(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn writes_what_it_reads(days in -700_000_i32..2_900_000) {
            let day = Day(days);
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
        }

        #[test]
        fn never_panics(text: String, days: i32, stamp: i64) {
            let _ = Day::parse(&text);
            let _ = Day(days).to_string();
            let _ = Day::of(Stamp(stamp));
        }
    }
}
