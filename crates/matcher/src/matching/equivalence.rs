//! Names that the library's own records state to be one software: what is known under one counts for the other.
//!
//! Nothing is guessed. Records must put exactly this package and exactly this CPE into one affected entry, for several
//! vulnerabilities, and no record may pair either of them with another name. Why: ADR 0011.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::ecosystem::{Ecosystem, PURL_TYPES};
use kikimori_core::finding::{Basis, NameEquivalence};
use kikimori_core::limits::{EQUIVALENCE_ENTRIES_MAX, EQUIVALENCE_VULNERABILITIES_MIN};
use kikimori_core::package_name;
use kikimori_core::verdict::Tri;

use super::identity::{Identity, LazyVersion, Search, SearchName, target_software};
use super::scan::Hit;
use crate::dictionary::KnownName;
use crate::dictionary::build::{known_name, vulnerability_of};
use crate::library::record_codec::{Body, NameView, names};
use crate::library::{At, Library, key};

/// Vulnerabilities whose records put a name beside another, and the first of these records.
#[derive(Default)]
struct Statements {
    /// Hashes of the vulnerabilities.
    vulnerabilities: BTreeSet<u64>,
    /// `source id`, the first in order.
    record: Option<String>,
}

/// Adds to what a component is looked up by the names that records state to be the same. Not for a distribution's builds:
/// their versions are their own. What rules gave is left as people decided it.
pub fn add_equivalents(identity: &mut Identity, library: &Library) {
    if identity.is_distribution_build {
        return;
    }
    let mut added: Vec<Search> = Vec::new();
    for search in identity.searches.iter().filter(|search| search.rule.is_none()) {
        let Some(own) = stated_name(&search.name) else { continue };
        let Some((other, statements)) = joined(library, &own) else { continue };
        let is_known = identity
            .searches
            .iter()
            .chain(&added)
            .any(|search| stated_name(&search.name).is_some_and(|name| name == other));
        if is_known {
            continue;
        }
        let equivalence = equivalence(&other, search, statements);
        added.extend(by_target(&other, search, equivalence.as_ref()));
        added.extend(search_of(&other, search, equivalence));
    }
    identity.searches.extend(added);
}

/// The CPE of a package, or the package of a CPE, that records join; asked from both sides.
fn joined(library: &Library, own: &KnownName) -> Option<(KnownName, Statements)> {
    let (other, statements) = only_counterpart(library, own)?;
    let (back, _) = only_counterpart(library, &other)?;
    (back == *own).then_some((other, statements))
}

/// Records join the two names, so that a scan searches by both.
#[must_use]
pub fn are_joined(library: &Library, package: &KnownName, cpe: &KnownName) -> bool {
    joined(library, package).is_some_and(|(other, _)| other == *cpe)
}

/// Drops what equivalent names add nothing by: what the component's own names say of the same entry, and "not affected",
/// which only an own name may bring.
pub(super) fn drop_weaker(hits: &mut Vec<Hit>, identity: &Identity) {
    let is_derived = |hit: &Hit| {
        identity.searches.get(usize::from(hit.search)).is_some_and(|search| search.equivalence.is_some())
    };
    if !hits.iter().any(is_derived) {
        return;
    }
    // Where an own name leaves an entry undecided, an equivalent one may decide it; where an own name decides, never.
    let own: BTreeSet<(At, bool)> = hits
        .iter()
        .filter(|hit| !is_derived(hit))
        .flat_map(|hit| [(hit.entry, hit.answer != Tri::Unknown), (hit.entry, false)])
        .collect();
    let says_more = |hit: &Hit| hit.answer != Tri::No && !own.contains(&(hit.entry, hit.answer == Tri::Yes));
    hits.retain(|hit| !is_derived(hit) || says_more(hit));
}

/// What is looked up, as the name that records state; `None` for what takes no part: repositories and packages of a
/// distribution's release.
fn stated_name(name: &SearchName) -> Option<KnownName> {
    match name {
        SearchName::Package { ecosystem, name } if ecosystem.release.is_none() => Some(KnownName::Package {
            base: ecosystem.base.clone(),
            name: package_name::canonical(&ecosystem.base, name).into_owned(),
        }),
        SearchName::Cpe { cpe, .. } => {
            let text = |attribute| match cpe.get(attribute) {
                CpeValue::Text(text) => Some(text.to_owned()),
                CpeValue::Any | CpeValue::Na => None,
            };
            Some(KnownName::Cpe {
                part: text(Attribute::Part)?,
                vendor: text(Attribute::Vendor)?,
                product: text(Attribute::Product)?,
            })
        }
        SearchName::Package { .. } | SearchName::Repository(_) => None,
    }
}

/// The one name of the other kind that records put beside this one, with their number; `None` when there is none, when
/// records name several, when too few do, or when there are too many entries to be sure.
fn only_counterpart(library: &Library, own: &KnownName) -> Option<(KnownName, Statements)> {
    let key = key_of(own)?;
    let mut entries: Vec<(At, u32)> = Vec::new();
    library.entries(key::hash(&key), |at, record| {
        if entries.len() <= EQUIVALENCE_ENTRIES_MAX {
            entries.push((at, record));
        }
    });
    if entries.len() > EQUIVALENCE_ENTRIES_MAX {
        return None;
    }
    let mut found: BTreeMap<KnownName, Statements> = BTreeMap::new();
    for (at, record) in entries {
        let record = At { segment: at.segment, number: record };
        let Some(other) = counterpart_in(library, at, own) else { continue };
        let Some((segment, row)) = library.record(record) else { continue };
        let Some(head) = segment.head(&row) else { continue };
        let statements = found.entry(other).or_default();
        statements.vulnerabilities.insert(vulnerability_of(&head));
        let record = format!("{} {}", head.source, head.id);
        if statements.record.as_ref().is_none_or(|first| record < *first) {
            statements.record = Some(record);
        }
    }
    if found.len() > 1 {
        return None;
    }
    found.pop_first().filter(|(_, found)| found.vulnerabilities.len() >= EQUIVALENCE_VULNERABILITIES_MIN)
}

/// The key under which records that state a name are found; `None` for names that take no part.
fn key_of(name: &KnownName) -> Option<String> {
    match name {
        KnownName::Package { base, name } => Some(key::package(base, name)),
        KnownName::Cpe { vendor, product, .. } => {
            Some(key::product(&CpeValue::Text(vendor).unescaped(), &CpeValue::Text(product).unescaped()))
        }
        KnownName::Product { .. } => None,
    }
}

/// Hashes of the keys under which records lie that decide whether an identity has equivalent names, its own keys aside:
/// those of the names that its own names point to, whether these point back or not.
pub(super) fn keys_asked(identity: &Identity, library: &Library) -> BTreeSet<u64> {
    if identity.is_distribution_build {
        return BTreeSet::new();
    }
    let own = identity.searches.iter().filter(|search| search.rule.is_none());
    own.filter_map(|search| only_counterpart(library, &stated_name(&search.name)?))
        .filter_map(|(other, _)| key_of(&other))
        .map(|text| key::hash(&text))
        .collect()
}

/// The name of the other kind in an entry that names one package and one CPE, one of them ours.
fn counterpart_in(library: &Library, at: At, own: &KnownName) -> Option<KnownName> {
    let entry = library.segments().get(at.segment as usize)?.entry(at.number)?;
    let Body::Versions { names: list, .. } = entry.body else { return None };
    let mut packages = BTreeSet::new();
    let mut cpes = BTreeSet::new();
    for name in names(list) {
        match name {
            // A distribution's package beside a CPE says nothing about other builds.
            NameView::Package { release: Some(_), .. } => return None,
            NameView::Package { .. } => packages.extend(known_name(&name)),
            NameView::Cpe(_) => cpes.extend(known_name(&name)),
            NameView::Product { .. } | NameView::Repository(_) => {}
        }
    }
    let (package, cpe) = match (packages.len(), cpes.len()) {
        (1, 1) => (packages.pop_first()?, cpes.pop_first()?),
        _ => return None,
    };
    if package == *own { Some(cpe) } else { (cpe == *own).then_some(package) }
}

/// The statement that a name is the same as one of the component's; `None` for names that have no identifier.
fn equivalence(other: &KnownName, own: &Search, statements: Statements) -> Option<Arc<NameEquivalence>> {
    Some(Arc::new(NameEquivalence {
        own: own.written.clone(),
        other: other.identifier()?,
        n_vulnerabilities: statements.vulnerabilities.len(),
        record: statements.record.unwrap_or_default(),
    }))
}

/// What to look up for an equivalent name, with the version of the component's own.
fn search_of(other: &KnownName, own: &Search, equivalence: Option<Arc<NameEquivalence>>) -> Option<Search> {
    let equivalence = equivalence?;
    let name = match other {
        KnownName::Package { base, name } => SearchName::Package {
            ecosystem: Ecosystem { base: base.clone(), release: None },
            name: name.clone(),
        },
        KnownName::Cpe { part, vendor, product } => SearchName::Cpe {
            cpe: Box::new(Cpe::parse(&format!("cpe:2.3:{part}:{vendor}:{product}:*:*:*:*:*:*:*:*")).ok()?),
            vendor: CpeValue::Text(vendor).unescaped().into_owned(),
            product: CpeValue::Text(product).unescaped().into_owned(),
            prefix: format!("cpe:2.3:{part}:{vendor}:{product}:"),
        },
        KnownName::Product { .. } => return None,
    };
    Some(Search {
        name,
        version: LazyVersion::new(own.version.text.clone()),
        written: equivalence.other.clone(),
        basis: Basis::Equivalence,
        rule: None,
        equivalence: Some(equivalence),
        target_software: None,
    })
}

/// The component's own CPE once more, with the target software that the equivalent package runs on: records ask for it
/// (`python`), and a CPE seldom states it.
fn by_target(other: &KnownName, own: &Search, equivalence: Option<&Arc<NameEquivalence>>) -> Option<Search> {
    let (KnownName::Package { base, .. }, SearchName::Cpe { cpe, vendor, product, prefix }) =
        (other, &own.name)
    else {
        return None;
    };
    let kind = PURL_TYPES.iter().find(|(_, ecosystem)| ecosystem == base)?.0;
    let (vendor, product, prefix) = (vendor.clone(), product.clone(), prefix.clone());
    Some(Search {
        name: SearchName::Cpe { cpe: cpe.clone(), vendor, product, prefix },
        version: LazyVersion::new(own.version.text.clone()),
        written: own.written.clone(),
        basis: Basis::Equivalence,
        rule: None,
        equivalence: equivalence.cloned(),
        target_software: Some(target_software(kind)?),
    })
}
