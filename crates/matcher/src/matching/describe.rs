//! Evidence in words: what was searched by, what was found, which range decided, what was compared.

use kikimori_core::finding::{Basis, Evidence, Verdict};
use kikimori_core::stamp::Stamp;
use kikimori_core::statement::{Status, VersionsRef};
use kikimori_core::verdict::Tri;
use kikimori_core::version;

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
        range: outcome.range.map(|range| range.to_string()),
        compared: stated.as_deref().and_then(|stated| compared(&outcome, stated)),
        scheme: outcome.scheme.name(),
        basis: basis(&outcome, search),
        confidence: outcome.confidence,
        conditions: match outcome.found {
            Found::Match(configuration, position, cpe_match) => {
                conditions(&configuration, position, &cpe_match, context, CONDITIONS_SHOWN_MAX)
            }
            Found::Name(_) => Vec::new(),
        },
        fixed: fixed(&outcome).or_else(|| first_unaffected(&outcome, &entry, stated.as_deref()?)),
    })
}

/// How the identity is known: a record found by vendor and product is a weaker basis than one found by CPE.
fn basis(outcome: &Outcome<'_>, search: &Search) -> Basis {
    match outcome.found {
        Found::Name(NameView::Product { .. }) => Basis::VendorProduct,
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
    let is_above = |left: &str, right: &str| {
        version::compare(outcome.scheme, left, right).is_ok_and(std::cmp::Ordering::is_gt)
    };
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

/// The stated version set against the deciding range: `1.0 ≤ 1.0.2k < 1.0.2zb`.
fn compared(outcome: &Outcome<'_>, stated: &str) -> Option<String> {
    let sign = |left: &str, right: &str| match version::compare(outcome.scheme, left, right) {
        Ok(std::cmp::Ordering::Less) => "<",
        Ok(std::cmp::Ordering::Equal) => "=",
        Ok(std::cmp::Ordering::Greater) => ">",
        Err(_) => "?",
    };
    match outcome.range? {
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
