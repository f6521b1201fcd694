//! Evidence in words: what was searched by, what was found, which range decided, what was compared.

use std::cmp::Ordering;

use kikimori_core::finding::{Basis, Evidence, Verdict};
use kikimori_core::stamp::Stamp;
use kikimori_core::statement::{Status, VersionsRef};
use kikimori_core::verdict::Tri;
use kikimori_core::version::{Scheme, Version};

use super::configuration::{conditions, criteria_text};
use super::context::Context;
use super::evaluate::{Found, Outcome, evaluate};
use super::identity::{Identity, Search};
use super::scan::Hit;
use crate::library::Library;
use crate::library::record_codec::{Body, EntryView, NameView, rows};

/// Conditions shown with one piece of evidence.
const CONDITIONS_SHOWN_MAX: usize = 8;

/// Evaluates a hit again and writes its evidence. `None` only when the file is damaged.
#[must_use]
pub fn describe(library: &Library, hit: &Hit, identity: &Identity, context: &Context) -> Option<Evidence> {
    let search = identity.searches.get(usize::from(hit.search))?;
    let (segment, row) = library.record(hit.record)?;
    let head = segment.head(&row)?;
    let entry = segment.entry(hit.entry.number)?;
    let outcome = evaluate(&entry, search, identity, context)?;
    let stated = search.version.text.clone();
    let range = outcome.range.or_else(|| passed(&outcome, &entry, stated.as_deref()?));
    Some(Evidence {
        source: head.source.to_owned(),
        record: head.id.to_owned(),
        revision: head.modified_ms.map(Stamp),
        asserter: entry.asserter.to_owned(),
        authority: entry.authority,
        place: entry.place.to_owned(),
        verdict: match hit.answer {
            Tri::Yes => Verdict::Affected,
            Tri::Unknown => Verdict::Unknown,
            Tri::No => Verdict::NotAffected,
        },
        reason: hit.reason,
        is_overruled: hit.is_overruled,
        searched_by: search.written.clone(),
        found: match outcome.found {
            Found::Name(name) => name.display(),
            Found::Match(_, _, cpe_match) => criteria_text(&cpe_match),
        },
        range: range.map(|range| range.to_string()),
        compared: stated.as_deref().and_then(|stated| compared(&outcome, range?, stated)),
        scheme: outcome.scheme.name(),
        basis: basis(&outcome, search),
        confidence: hit.confidence,
        conditions: match outcome.found {
            Found::Match(configuration, position, cpe_match) => {
                conditions(&configuration, position, &cpe_match, context, CONDITIONS_SHOWN_MAX)
            }
            Found::Name(_) => Vec::new(),
        },
        fixed: fixed(&outcome).or_else(|| first_unaffected(&outcome, &entry, stated.as_deref()?)),
        rule: search.rule.clone(),
        equivalence: search.equivalence.clone(),
    })
}

/// How the identity is known: a record found by vendor and product is a weaker basis than one found by CPE.
fn basis(outcome: &Outcome<'_>, search: &Search) -> Basis {
    match outcome.found {
        Found::Name(NameView::Product { .. }) if search.rule.is_none() && search.equivalence.is_none() => {
            Basis::VendorProduct
        }
        _ => search.basis,
    }
}

/// The first version without the vulnerability.
fn fixed(outcome: &Outcome<'_>) -> Option<String> {
    match outcome.range {
        Some(VersionsRef::Interval(_, Some(upper))) if !upper.is_included && outcome.answer != Tri::No => {
            Some(upper.version.to_owned())
        }
        _ => None,
    }
}

/// The lowest version above the stated one that the entry calls not affected, for entries that name the affected versions
/// and the fixed ones apart (CSAF).
fn first_unaffected(outcome: &Outcome<'_>, entry: &EntryView<'_>, stated: &str) -> Option<String> {
    let Body::Versions { rows: list, .. } = entry.body else { return None };
    if outcome.answer != Tri::Yes {
        return None;
    }
    let is_above = |left: &str, right: &str| order(outcome.scheme, left, right).is_some_and(Ordering::is_gt);
    let mut lowest: Option<&str> = None;
    for row in rows(list).filter(|row| row.status == Status::Unaffected) {
        let candidate = match row.versions {
            VersionsRef::Exact(version) => version,
            VersionsRef::Interval(Some(lower), _) if lower.is_included => lower.version,
            _ => continue,
        };
        if is_above(candidate, stated) && lowest.is_none_or(|lowest| is_above(lowest, candidate)) {
            lowest = Some(candidate);
        }
    }
    lowest.map(str::to_owned)
}

/// The affected range that the stated version is just past, where the answer is "not affected" because no range holds it.
fn passed<'a>(outcome: &Outcome<'_>, entry: &EntryView<'a>, stated: &str) -> Option<VersionsRef<'a>> {
    let Body::Versions { rows: list, .. } = entry.body else { return None };
    if outcome.answer != Tri::No || outcome.is_explicit {
        return None;
    }
    let is_above = |left: &str, right: &str| order(outcome.scheme, left, right).is_some_and(Ordering::is_gt);
    let mut nearest: Option<(&str, VersionsRef<'_>)> = None;
    for row in rows(list).filter(|row| row.status == Status::Affected) {
        let VersionsRef::Interval(_, Some(upper)) = row.versions else { continue };
        let is_past = order(outcome.scheme, stated, upper.version)
            .is_some_and(|order| order.is_gt() || (order.is_eq() && !upper.is_included));
        if is_past && nearest.is_none_or(|(highest, _)| is_above(upper.version, highest)) {
            nearest = Some((upper.version, row.versions));
        }
    }
    nearest.map(|(_, versions)| versions)
}

/// The order of two texts that a verdict may rest on.
fn order(scheme: Scheme, left: &str, right: &str) -> Option<Ordering> {
    Some(Version::decisive(scheme, left).ok()?.compare(&Version::decisive(scheme, right).ok()?))
}

/// The stated version set against a range: `1.0 ≤ 1.0.2k < 1.0.2zb`; `?` where an order is not known.
fn compared(outcome: &Outcome<'_>, range: VersionsRef<'_>, stated: &str) -> Option<String> {
    let sign = |left: &str, right: &str| match order(outcome.scheme, left, right) {
        Some(Ordering::Less) => "<",
        Some(Ordering::Equal) => "=",
        Some(Ordering::Greater) => ">",
        None => "?",
    };
    match range {
        VersionsRef::Exact(version) => Some(format!("{stated} {} {version}", sign(stated, version))),
        VersionsRef::Interval(None, None) | VersionsRef::Unparsed(_) => None,
        VersionsRef::Interval(lower, upper) => {
            let mut text = String::new();
            if let Some(lower) = lower {
                text.push_str(&format!("{} {} ", lower.version, sign(lower.version, stated)));
            }
            text.push_str(stated);
            if let Some(upper) = upper {
                let limit = upper.version.trim_end_matches(".*").trim_end_matches(".x");
                text.push_str(&format!(" {} {}", sign(stated, limit), upper.version));
            }
            Some(text)
        }
    }
}
