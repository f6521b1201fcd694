//! Why a text could not be read, in the user's language, on one line.

use kikimori_core::cpe::CpeFault;
use kikimori_core::limits::{IDENTIFIER_BYTES_MAX, VERS_BYTES_MAX, VERS_CONSTRAINTS_MAX, VERSION_BYTES_MAX};
use kikimori_core::purl::PurlFault;
use kikimori_core::severity::{CvssFault, VECTOR_BYTES_MAX};
use kikimori_core::vers::VersFault;
use kikimori_core::version::VersionFault;
use kikimori_locale::{Language, format, text};

/// Characters of a text from the input that a reason repeats.
const SHOWN_CHARS_MAX: usize = 80;

/// A text from the input as a reason repeats it: cut, and without characters that could move the cursor or the columns.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN_CHARS_MAX)
        .map(|character| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })
        .collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// Why a text has no place in an order.
pub fn of_version(language: Language, fault: &VersionFault) -> String {
    match fault {
        VersionFault::Empty => text(language, "tool.version.empty").to_owned(),
        VersionFault::TooLong => format(language, "tool.too_long", &[("max", &VERSION_BYTES_MAX)]),
        VersionFault::NotAVersion { scheme, reason } => {
            let flaw = text(language, &format!("flaw.{}", reason.code()));
            format(language, "tool.version.flaw", &[("scheme", &scheme.name()), ("flaw", &flaw)])
        }
    }
}

/// Why a text is no version range, or gives no answer.
pub fn of_vers(language: Language, fault: &VersFault) -> String {
    let with = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| format(language, key, args);
    let plain = |key: &str| text(language, key).to_owned();
    match fault {
        VersFault::TooLong { .. } => with("tool.too_long", &[("max", &VERS_BYTES_MAX)]),
        VersFault::TooMany => with("tool.vers.too_many", &[("max", &VERS_CONSTRAINTS_MAX)]),
        VersFault::Scheme => plain("tool.vers.scheme"),
        VersFault::Type { text } => with("tool.vers.type", &[("text", &shown(text))]),
        VersFault::UnknownType { text } => with("tool.vers.unknown_type", &[("text", &shown(text))]),
        VersFault::Character { at } => with("tool.vers.character", &[("at", at)]),
        VersFault::EmptyConstraint => plain("tool.vers.empty_constraint"),
        VersFault::EmptyVersion { comparator } => {
            with("tool.vers.empty_version", &[("comparator", comparator)])
        }
        VersFault::EqualSign => plain("tool.vers.equal_sign"),
        VersFault::Asterisk => plain("tool.vers.asterisk"),
        VersFault::Unencoded { character, version } => {
            with("tool.vers.unencoded", &[("character", character), ("version", &shown(version))])
        }
        VersFault::Percent { version } => with("tool.vers.percent", &[("version", &shown(version))]),
        VersFault::Twice { version } => with("tool.vers.twice", &[("version", &shown(version))]),
        VersFault::Version { version, fault } => {
            let fault = of_version(language, fault);
            with("tool.vers.version", &[("version", &shown(version)), ("fault", &fault)])
        }
        VersFault::Asked { fault } => of_version(language, fault),
    }
}

/// Why a text is no package URL.
pub fn of_purl(language: Language, fault: &PurlFault) -> String {
    let with = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| format(language, key, args);
    match fault {
        PurlFault::TooLong { .. } => with("tool.too_long", &[("max", &IDENTIFIER_BYTES_MAX)]),
        PurlFault::Scheme => text(language, "tool.purl.scheme").to_owned(),
        PurlFault::Missing { part } => with("tool.purl.missing", &[("part", part)]),
        PurlFault::Type { text } => with("tool.purl.type", &[("text", &shown(text))]),
        PurlFault::QualifierKey { key } => with("tool.purl.qualifier_key", &[("key", &shown(key))]),
        PurlFault::QualifierTwice { key } => with("tool.purl.qualifier_twice", &[("key", &shown(key))]),
        PurlFault::Encoding { part, text } => {
            with("tool.purl.encoding", &[("part", part), ("text", &shown(text))])
        }
        PurlFault::Control { part, text } => {
            with("tool.purl.control", &[("part", part), ("text", &shown(text))])
        }
        PurlFault::TypeRule { kind, part, rule } => {
            let rule = text(language, &format!("purl_rule.{}", rule.code()));
            with("tool.purl.type_rule", &[("kind", &shown(kind)), ("part", part), ("rule", &rule)])
        }
    }
}

/// Why a text is no CPE name.
pub fn of_cpe(language: Language, fault: &CpeFault) -> String {
    let with = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| format(language, key, args);
    match fault {
        CpeFault::TooLong { .. } => with("tool.too_long", &[("max", &IDENTIFIER_BYTES_MAX)]),
        CpeFault::Prefix => text(language, "tool.cpe.prefix").to_owned(),
        CpeFault::Empty => text(language, "tool.cpe.empty").to_owned(),
        CpeFault::TooMany { at, limit } => with("tool.cpe.too_many", &[("at", at), ("limit", limit)]),
        CpeFault::Part { at, text } => with("tool.cpe.part", &[("at", at), ("text", &shown(text))]),
        CpeFault::WildcardInside { at, attribute } => {
            with("tool.cpe.wildcard_inside", &[("at", at), ("attribute", attribute)])
        }
        CpeFault::WildcardMixed { at, attribute } => {
            with("tool.cpe.wildcard_mixed", &[("at", at), ("attribute", attribute)])
        }
        CpeFault::Backslash { at, attribute } => {
            with("tool.cpe.backslash", &[("at", at), ("attribute", attribute)])
        }
        CpeFault::Control { at, attribute } => {
            with("tool.cpe.control", &[("at", at), ("attribute", attribute)])
        }
        CpeFault::Percent { at, attribute } => {
            with("tool.cpe.percent", &[("at", at), ("attribute", attribute)])
        }
    }
}

/// Why a text cannot be scored.
pub fn of_cvss(language: Language, fault: &CvssFault) -> String {
    let with = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| format(language, key, args);
    match fault {
        CvssFault::TooLong { .. } => with("tool.too_long", &[("max", &VECTOR_BYTES_MAX)]),
        CvssFault::Empty => text(language, "tool.cvss.empty").to_owned(),
        CvssFault::Version { version } => with("tool.cvss.version", &[("version", &shown(version))]),
        CvssFault::PrefixMissing { metric } => {
            with("tool.cvss.prefix_missing", &[("metric", &shown(metric))])
        }
        CvssFault::Component { component } => {
            with("tool.cvss.component", &[("component", &shown(component))])
        }
        CvssFault::Metric { version, metric } => {
            with("tool.cvss.metric", &[("version", version), ("metric", &shown(metric))])
        }
        CvssFault::Value { version, metric, value } => {
            with("tool.cvss.value", &[("version", version), ("metric", metric), ("value", &shown(value))])
        }
        CvssFault::Conflict { metric } => with("tool.cvss.conflict", &[("metric", metric)]),
        CvssFault::Missing { version, metric } => {
            with("tool.cvss.missing", &[("version", version), ("metric", metric)])
        }
        CvssFault::Refused { reason } => with("tool.cvss.refused", &[("reason", &shown(reason))]),
    }
}

#[cfg(test)]
mod tests {
    use kikimori_core::purl::PurlRule;
    use kikimori_core::vers::VersOddity;
    use kikimori_core::version::Flaw;

    use super::*;

    #[test]
    fn every_computed_reason_has_words() {
        let codes = Flaw::ALL.iter().map(|flaw| format!("flaw.{}", flaw.code()));
        let codes = codes.chain(PurlRule::ALL.iter().map(|rule| format!("purl_rule.{}", rule.code())));
        let codes =
            codes.chain(VersOddity::ALL.iter().map(|oddity| format!("vers_oddity.{}", oddity.code())));
        for code in codes {
            for language in [Language::Ja, Language::En] {
                assert!(!text(language, &code).contains('⟦'), "{language:?} {code}");
            }
        }
    }

    #[test]
    fn repeats_no_character_that_moves_the_cursor() {
        assert_eq!(shown("a\u{1b}[2J\tb"), "a\u{fffd}[2J\u{fffd}b");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), SHOWN_CHARS_MAX + 1);
    }
}
