//! Rows of FIRST's Exploit Prediction Scoring System: `CVE-2024-1,0.00043,0.08268`.

use kikimori_core::message::{Message, codes};
use kikimori_core::vulnerability::Epss;

/// Reads a row.
///
/// # Errors
/// FEED-005 when it has not three columns or a number is not between 0 and 1.
pub(super) fn parse(bytes: &[u8]) -> Result<(String, Epss), Message> {
    let unreadable =
        |detail: &str| Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", detail.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable("not UTF-8"))?;
    let mut columns = text.split(',').map(|column| column.trim().trim_matches('"'));
    let (Some(cve), Some(probability), Some(percentile), None) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(unreadable("three columns were expected"));
    };
    if !cve.starts_with("CVE-") {
        return Err(unreadable("no CVE id"));
    }
    let share = |text: &str| ppm(text).ok_or_else(|| unreadable("a number from 0 to 1 was expected"));
    let epss = Epss { probability_ppm: share(probability)?, percentile_ppm: share(percentile)? };
    Ok((cve.to_owned(), epss))
}

/// A share from 0 to 1 in millionths, rounded.
fn ppm(text: &str) -> Option<u32> {
    let share: f64 = text.parse().ok()?;
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    // At most 1,000,000: the conversion is exact.
    Some((share * 1_000_000.0).round() as u32)
}
