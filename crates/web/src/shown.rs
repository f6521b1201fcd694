//! How pages show what the store gives: names in the page's language, counts, sizes.

use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_core::product::Product;
use kikimori_locale::Language;
use kikimori_store::finding_counts::SeverityTally;
use kikimori_ui::view::SeverityCounts;

/// The trade name in the page's language, in Japanese if it has no English one.
pub(crate) fn trade_name(language: Language, ja: &str, en: Option<&str>) -> String {
    match (language, en) {
        (Language::En, Some(en)) => en.to_owned(),
        _ => ja.to_owned(),
    }
}

/// The trade name of a product.
pub(crate) fn product_name(language: Language, product: &Product) -> String {
    trade_name(language, &product.trade_name_ja, product.trade_name_en.as_deref())
}

/// A count.
pub(crate) fn n(count: i64) -> u64 {
    count.unsigned_abs()
}

/// Findings by severity.
pub(crate) fn severities(tally: Option<&SeverityTally>) -> SeverityCounts {
    let [unscored, none, low, medium, high, critical] = tally.copied().unwrap_or_default().map(n);
    SeverityCounts { critical, high, medium, low, other: unscored + none }
}

/// Whether the person may do something with the things of their organisation.
pub(crate) fn may(actor: &Actor, action: Action) -> bool {
    actor.membership.is_some_and(|membership| {
        decide(actor, action, &Target::of(membership.organisation)) == Decision::Allowed
    })
}

/// A size as people read it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{}.{} kB", bytes >> 10, (bytes % 1_024) * 10 / 1_024),
        _ => format!("{}.{} MB", bytes >> 20, (bytes % 1_048_576) * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_sizes_in_the_unit_that_fits() {
        assert_eq!([0, 1_023, 1_536, 5 << 20].map(size), ["0 B", "1023 B", "1.5 kB", "5.0 MB"]);
    }

    #[test]
    fn falls_back_on_the_japanese_name() {
        assert_eq!(trade_name(Language::En, "ポンプ", Some("Pump")), "Pump");
        assert_eq!(trade_name(Language::En, "ポンプ", None), "ポンプ");
        assert_eq!(trade_name(Language::Ja, "ポンプ", Some("Pump")), "ポンプ");
    }
}
