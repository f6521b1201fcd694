//! Time, pauses and chance, as a sync needs them.

use std::time::Duration;

use kikimori_core::stamp::Stamp;

/// The first pause between two attempts.
const PAUSE_FIRST: Duration = Duration::from_secs(2);
/// The longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// The longest time that a server may ask to be left alone and is still waited for.
pub const ASKED_PAUSE_MAX: Duration = Duration::from_secs(5 * 60);

/// The longest time that a source is left alone because its server asks for it.
pub const LEFT_ALONE_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Where a sync gets its time and its pauses from, so that tests need not wait.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// Now.
    pub now: &'a dyn Fn() -> Stamp,
    /// Time since some fixed moment; never goes back.
    pub elapsed: &'a dyn Fn() -> Duration,
    /// Waits.
    pub wait: &'a dyn Fn(Duration),
    /// A number from 0 to below 1, different each time, so that many installations do not ask at one moment.
    pub jitter: &'a dyn Fn() -> f64,
}

/// How long to wait before the next attempt after `n_failed` (at least one) in a row.
///
/// The pause doubles from two seconds to a minute; half of it is left to chance. A server's own wish counts if
/// it is longer.
#[must_use]
pub fn pause(n_failed: u32, asked: Option<Duration>, jitter: f64) -> Duration {
    let doubled = PAUSE_FIRST.saturating_mul(1 << n_failed.saturating_sub(1).min(16)).min(PAUSE_MAX);
    let chosen = doubled.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0));
    asked.map_or(chosen, |asked| asked.max(chosen))
}

/// The moment that an HTTP date names: the form that RFC 9110 asks senders to use.
///
/// ```
/// use kikimori_app::sync_library::clock::http_date;
/// use kikimori_core::stamp::Stamp;
/// assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Stamp::parse("1994-11-06T08:49:37Z"));
/// assert_eq!(http_date("yesterday"), None);
/// ```
#[must_use]
pub fn http_date(text: &str) -> Option<Stamp> {
    let (_, rest) = text.trim().split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? + 1;
    Stamp::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
}

/// How long a `Retry-After` header asks to wait: seconds, or a date.
#[must_use]
pub fn retry_after(text: &str, now: Stamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until_ms = http_date(text)?.0.saturating_sub(now.0);
    Some(Duration::from_millis(u64::try_from(until_ms).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_bounded() {
        for (n_failed, jitter, seconds) in
            [(1, 1.0, 2), (2, 1.0, 4), (3, 1.0, 8), (5, 1.0, 32), (6, 1.0, 60), (40, 1.0, 60), (3, 0.0, 4)]
        {
            assert_eq!(pause(n_failed, None, jitter), Duration::from_secs(seconds), "{n_failed} {jitter}");
        }
    }

    #[test]
    fn a_server_may_ask_for_more_and_not_for_less() {
        assert_eq!(pause(1, Some(Duration::from_secs(30)), 0.5), Duration::from_secs(30));
        assert_eq!(pause(4, Some(Duration::from_secs(1)), 1.0), Duration::from_secs(16));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Stamp::parse("2026-11-21T00:00:00Z").unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sat, 21 Nov 2026 00:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Fri, 20 Nov 2026 00:01:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}
