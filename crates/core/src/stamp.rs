//! Points in time as documents write them.

use jiff::{Timestamp, civil};

/// A point in time, in milliseconds since 1970-01-01 UTC.
///
/// Feeds disagree about zones: NVD writes `2024-08-01T16:27:57.727` without one and means UTC, JVN writes
/// `+09:00`, EPSS `+0000`. [`Stamp::parse`] accepts all of these and plain dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

impl Stamp {
    /// Reads RFC 3339, the same without a zone (UTC is meant), with a `+0900` zone, or a plain date.
    ///
    /// ```
    /// use kikimori_core::stamp::Stamp;
    /// let plain = Stamp::parse("2024-08-01T00:00:00").unwrap();
    /// assert_eq!(Stamp::parse("2024-08-01T09:00:00+09:00"), Some(plain));
    /// assert_eq!(Stamp::parse("2024-08-01"), Some(plain));
    /// assert_eq!(Stamp::parse("yesterday"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 64 {
            return None;
        }
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Some(Self(timestamp.as_millisecond()));
        }
        let civil = match text.parse::<civil::DateTime>() {
            Ok(civil) => civil,
            Err(_) => text.parse::<civil::Date>().ok()?.at(0, 0, 0, 0),
        };
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// The date in UTC as `YYYY-MM-DD`.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().get(..10).unwrap_or_default().to_owned()
    }

    /// Whole days from `self` to `later`; negative when `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(86_400_000)
    }
}

impl std::fmt::Display for Stamp {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Timestamp::from_second(self.0.div_euclid(1_000)) {
            Ok(timestamp) => write!(formatter, "{timestamp}"),
            Err(_) => formatter.write_str("0000-00-00T00:00:00Z"),
        }
    }
}
