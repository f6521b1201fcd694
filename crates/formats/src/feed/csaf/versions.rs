//! Versions as CSAF writes them: one version, a range in the `vers` notation, or what people write instead.

use kikimori_core::ecosystem;
use kikimori_core::limits;
use kikimori_core::percent;
use kikimori_core::statement::{Bound, Versions};
use kikimori_core::version::Scheme;

use super::super::range_text;

/// Constraints in one `vers` text, or alternatives in one list. Real ones have fewer than twenty.
const CONSTRAINTS_MAX: usize = 1_000;

/// Reads a version or range. What is not understood as a whole stays as written and decides nothing.
///
/// The second answer is the version order that a `vers` text names.
pub(super) fn read(text: &str, is_range: bool) -> (Vec<Versions>, Option<Scheme>) {
    let text = text.trim();
    let unparsed = || vec![Versions::Unparsed(text.chars().take(limits::VERSION_BYTES_MAX).collect())];
    if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("vers:")) {
        let read = vers(text.get(5..).unwrap_or_default());
        return read.map_or_else(|| (unparsed(), None), |(versions, scheme)| (versions, scheme));
    }
    let is_one_word =
        !text.contains(|character: char| character.is_whitespace() || "|,;".contains(character));
    let read = if text.contains('|') { alternatives(text) } else { range_text::read(text) };
    match read {
        Some(versions) => (versions, None),
        // The category says that it is a version; a word without digits (`IGS`) can be one.
        None if !is_range && is_one_word && !range_text::is_placeholder(text) && !text.contains(SIGNS) => {
            (vec![Versions::Exact(text.to_owned())], None)
        }
        None => (unparsed(), None),
    }
}

/// Signs that make a text a range.
const SIGNS: &[char] = &['<', '>', '=', '≤', '≥', '*'];

/// A text with bars that is no `vers`: comparators that hold together, or versions side by side.
fn alternatives(text: &str) -> Option<Vec<Versions>> {
    if text.contains(SIGNS) {
        let parts: Vec<&str> = text.split('|').map(str::trim).collect();
        let has_sign = |part: &&str| part.starts_with(SIGNS);
        return if parts.iter().all(has_sign) { range_text::read(&parts.join(", ")) } else { None };
    }
    if text.split('|').count() > CONSTRAINTS_MAX {
        return None;
    }
    let mut versions = Vec::new();
    for part in text.split('|') {
        versions.extend(range_text::read(part)?);
    }
    Some(versions)
}

/// Reads what stands behind `vers:`: a type, a slash, and constraints between bars.
///
/// Constraints are taken in their written order, which the specification demands to be ascending; pairs that do not
/// alternate between a lower and an upper end are not understood, nor are exclusions (`!=`).
///
/// Source: the version range specifier VERS (github.com/package-url/vers-spec, read 2026-11-21).
fn vers(text: &str) -> Option<(Vec<Versions>, Option<Scheme>)> {
    let (kind, constraints) = text.split_once('/')?;
    let scheme = scheme_of(&kind.to_ascii_lowercase());
    let constraints = constraints.trim().trim_matches('|');
    if constraints == "*" {
        return Some((vec![Versions::Interval(None, None)], scheme));
    }
    if constraints.split('|').count() > CONSTRAINTS_MAX {
        return None;
    }
    let mut versions = Vec::new();
    let mut low: Option<Bound> = None;
    let mut has_upper = false;
    for constraint in constraints.split('|').map(str::trim) {
        let (sign, version) = split_sign(constraint)?;
        let bound = Bound { version: decoded(version)?, is_included: sign.ends_with('=') };
        match sign {
            "" | "=" => versions.push(Versions::Exact(bound.version)),
            ">" | ">=" if low.is_none() => low = Some(bound),
            "<" | "<=" if low.is_some() || !has_upper => {
                has_upper = true;
                versions.push(Versions::Interval(low.take(), Some(bound)));
            }
            _ => return None,
        }
    }
    if low.is_some() {
        versions.push(Versions::Interval(low, None));
    }
    Some((versions, scheme))
}

/// A constraint's sign and version.
fn split_sign(constraint: &str) -> Option<(&str, &str)> {
    let signs = [">=", "<=", "!=", ">", "<", "="];
    let sign = signs.into_iter().find(|sign| constraint.starts_with(sign)).unwrap_or_default();
    if sign == "!=" {
        return None;
    }
    constraint.get(sign.len()..).map(|version| (sign, version.trim()))
}

/// A version of a `vers` text: something, no wildcard, percent-encoding undone.
fn decoded(version: &str) -> Option<String> {
    let is_plain = !version.is_empty()
        && version.len() <= limits::VERSION_BYTES_MAX
        && !version.contains(|character: char| character == '*' || character.is_control());
    String::from_utf8(percent::decoded(version)).ok().filter(|_| is_plain)
}

/// The order that a `vers` type names; `None` where it names no known one.
fn scheme_of(kind: &str) -> Option<Scheme> {
    match kind {
        "alpine" => Some(Scheme::Apk),
        "generic" | "intdot" | "datetime" | "lexicographic" => Some(Scheme::Generic),
        _ => Scheme::parse_name(kind).or_else(|| ecosystem::of_purl_type(kind).map(ecosystem::scheme_of)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read, in short.
    fn show(text: &str, is_range: bool) -> String {
        let (versions, scheme) = read(text, is_range);
        let versions: Vec<String> = versions
            .iter()
            .map(|versions| match versions {
                Versions::Exact(version) => format!("={version}"),
                Versions::Unparsed(text) => format!("?{text}"),
                Versions::Interval(low, high) => {
                    let end = |bound: &Option<Bound>| {
                        bound.as_ref().map_or(String::new(), |bound| {
                            format!("{}{}", bound.version, if bound.is_included { "!" } else { "" })
                        })
                    };
                    format!("{}..{}", end(low), end(high))
                }
            })
            .collect();
        let scheme = scheme.map(|scheme| format!(" {}", scheme.name())).unwrap_or_default();
        format!("{}{scheme}", versions.join(" "))
    }

    #[test]
    fn reads_vers_and_leaves_what_is_unclear() {
        for (text, expected) in [
            ("vers:all/*", ".."),
            ("vers:npm/<1.5.0", "..1.5.0 npm"),
            ("vers:generic/>=1.0|<=2.0", "1.0!..2.0! generic"),
            ("vers:deb/>=1|<2|>=3|<4", "1!..2 3!..4 deb"),
            ("vers:pypi/1.0|2.0|>=3.0", "=1.0 =2.0 3.0!.. pypi"),
            ("vers:semver/>1.0.0%2Bb", "1.0.0+b.. semver"),
            ("vers:alpine/<1.2-r3", "..1.2-r3 apk"),
            ("vers:unknown/<3", "..3"),
            ("vers:npm/!=1.0", "?vers:npm/!=1.0"),
            ("vers:npm/<1|<2", "?vers:npm/<1|<2"),
            ("vers:npm/>1|>2", "?vers:npm/>1|>2"),
            ("vers:npm/", "?vers:npm/"),
            ("vers:npm", "?vers:npm"),
            ("vers:npm/<1.*", "?vers:npm/<1.*"),
        ] {
            assert_eq!(show(text, true), expected, "{text}");
        }
    }

    #[test]
    fn reads_what_people_write_instead() {
        for (text, is_range, expected) in [
            ("<= 2.3.6", true, "..2.3.6!"),
            (">= 4.01 | <= 4.34", true, "4.01!..4.34!"),
            ("<= U61 |<= L81", true, "?<= U61 |<= L81"),
            ("9.13 | 9.19 | 9.33", false, "=9.13 =9.19 =9.33"),
            ("A.01 <= C.0x | 4.0", true, "?A.01 <= C.0x | 4.0"),
            ("before 3.2", true, "..3.2"),
            ("1.2.3", false, "=1.2.3"),
            ("2.X", false, "2!..2.*!"),
            ("IGS", false, "=IGS"),
            ("IGS", true, "?IGS"),
            ("N/A", false, "?N/A"),
            ("<=N", true, "?<=N"),
            ("distributed < april 1, 2018", true, "?distributed < april 1, 2018"),
            ("all versions", false, ".."),
        ] {
            assert_eq!(show(text, is_range), expected, "{text}");
        }
    }
}
