//! Times as pages write them.

use kikimori_core::stamp::Stamp;

/// Milliseconds between UTC and Japan Standard Time, which knows no summer time.
const JST_MILLISECONDS: i64 = 9 * 60 * 60 * 1_000;

/// A time in Japan with its zone: `2026-11-21 10:15 JST`.
#[must_use]
pub fn jst(at: Stamp) -> String {
    let text = Stamp(at.0.saturating_add(JST_MILLISECONDS)).to_string();
    let (day, time) = text.split_at_checked(10).unwrap_or((&text, ""));
    format!("{day} {} JST", time.get(1..6).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_japanese_time_with_its_zone() {
        assert_eq!(jst(Stamp::parse("2026-11-20T15:15:59Z").unwrap()), "2026-11-21 00:15 JST");
    }
}
