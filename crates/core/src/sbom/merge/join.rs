//! Which components of two bills are one, and what they say together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::loss::{Claim, values};
use super::super::{AgentKind, Component, Sbom};
use crate::purl::Purl;

/// Fields in which two equal components must not contradict each other.
const SINGLE: &[Claim] = &[
    Claim::Kind,
    Claim::Group,
    Claim::Name,
    Claim::Version,
    Claim::Swid,
    Claim::Supplier,
    Claim::SupplierField,
    Claim::SupplierKind,
    Claim::Author,
    Claim::AuthorKind,
    Claim::Manufacturer,
    Claim::Publisher,
    Claim::Licences,
    Claim::Copyright,
    Claim::Description,
    Claim::SourcePackage,
    Claim::SourceInfo,
    Claim::Scope,
    Claim::Upkeep,
];

/// What a document says about a component's dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Nothing.
    Silent,
    /// It depends on nothing.
    Leaf,
    /// It depends on something.
    Depends,
}

/// What a bill says about dependencies.
pub(super) struct Graph {
    /// Components that depend on nothing.
    leaves: BTreeSet<u32>,
    /// Components that depend on something.
    depending: BTreeSet<u32>,
}

impl Graph {
    /// The graph of `sbom`.
    pub(super) fn of(sbom: &Sbom) -> Self {
        let depending = sbom.dependencies.iter().map(|(from, _)| *from).collect();
        Self { leaves: sbom.leaves.iter().copied().collect(), depending }
    }

    /// What it says about one component.
    pub(super) fn side(&self, index: u32) -> Side {
        if self.depending.contains(&index) {
            Side::Depends
        } else if self.leaves.contains(&index) {
            Side::Leaf
        } else {
            Side::Silent
        }
    }
}

/// Components that later ones may be joined with, by package URL.
#[derive(Default)]
pub(super) struct Joiner(BTreeMap<String, First>);

/// A component that later ones may be joined with.
#[derive(Clone, Debug)]
pub(super) struct First {
    /// Its package URL.
    key: String,
    /// Its index in the merged bill.
    pub(super) index: u32,
    /// The number of its source.
    pub(super) number: usize,
    /// The source that it was last joined with.
    last: usize,
    /// What its source says about its dependencies.
    side: Side,
}

impl First {
    /// The dependencies contradict those of a component with `side`.
    pub(super) fn contradiction(&self, side: Side) -> Option<Claim> {
        let pair = [self.side, side];
        (pair.contains(&Side::Leaf) && pair.contains(&Side::Depends)).then_some(Claim::Leaf)
    }
}

impl Joiner {
    /// An earlier source's component with the same package URL. A component that has none becomes one for later
    /// sources, at `next`.
    pub(super) fn find(
        &mut self,
        component: &Component,
        number: usize,
        next: u32,
        side: Side,
    ) -> Option<First> {
        let purl = component.purls.first().and_then(|written| Purl::parse(written).ok())?;
        purl.version.as_ref()?;
        let key = purl.to_string();
        if let Some(first) = self.0.get(&key) {
            return (first.last != number).then(|| first.clone());
        }
        self.0.insert(key.clone(), First { key, index: next, number, last: number, side });
        None
    }

    /// Remembers that `first` was joined with a component of a source.
    pub(super) fn joined(&mut self, first: &First, number: usize, side: Side) {
        if let Some(first) = self.0.get_mut(&first.key) {
            first.last = number;
            if first.side == Side::Silent {
                first.side = side;
            }
        }
    }
}

/// The first field in which two components contradict each other; a field that one of them lacks does not.
pub(super) fn contradiction(own: &Component, other: &Component) -> Option<Claim> {
    let differs = |claim: &&Claim| {
        let sorted = |component| {
            let mut list = values(component, **claim);
            list.sort_unstable();
            list.dedup();
            list
        };
        let (own, other) = (sorted(own), sorted(other));
        !own.is_empty() && !other.is_empty() && own != other
    };
    SINGLE.iter().find(differs).copied().or_else(|| has_other_hash(own, other).then_some(Claim::Hashes))
}

/// Both have a hash of one algorithm, and none of that algorithm is the same.
fn has_other_hash(own: &Component, other: &Component) -> bool {
    let mut by_algorithm: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for hash in &own.details().hashes {
        let canonical = hash.canonical().to_ascii_lowercase();
        let algorithm = canonical.split('=').next().unwrap_or_default().to_owned();
        by_algorithm.entry(algorithm).or_default().insert(canonical);
    }
    other.details().hashes.iter().any(|hash| {
        let canonical = hash.canonical().to_ascii_lowercase();
        let algorithm = canonical.split('=').next().unwrap_or_default();
        by_algorithm.get(algorithm).is_some_and(|known| !known.contains(&canonical))
    })
}

/// Adds to `own` what only `other` says. They contradict each other in nothing.
pub(super) fn absorb(own: &mut Component, other: Component) {
    if own.details().extras().is_kind_unstated {
        own.kind = other.kind;
    }
    take(&mut own.group, other.group);
    take(&mut own.version, other.version);
    own.purls = union(own.purls.to_vec(), other.purls.to_vec()).into();
    own.cpes = union(own.cpes.to_vec(), other.cpes.to_vec()).into();
    let Some(theirs) = other.details else { return };
    let details = own.details_mut();
    let had_supplier = details.supplier.is_some();
    take(&mut details.supplier, theirs.supplier);
    take(&mut details.author, theirs.author);
    take(&mut details.swid, theirs.swid);
    take(&mut details.source, theirs.source);
    take(&mut details.upkeep, theirs.upkeep);
    for hash in theirs.hashes {
        if details.hashes.iter().all(|known| known.canonical() != hash.canonical()) {
            details.hashes.push(hash);
        }
    }
    if details.licences.is_empty() {
        details.licences = theirs.licences;
    }
    let Some(theirs) = theirs.extras else { return };
    let extras = details.extras_mut();
    if extras.is_kind_unstated {
        extras.is_kind_unstated = theirs.is_kind_unstated;
        take(&mut extras.kind_written, theirs.kind_written);
    }
    if !had_supplier {
        extras.supplier_field = theirs.supplier_field;
    }
    take_kind(&mut extras.supplier_kind, theirs.supplier_kind);
    take_kind(&mut extras.author_kind, theirs.author_kind);
    take(&mut extras.manufacturer, theirs.manufacturer);
    take(&mut extras.publisher, theirs.publisher);
    take(&mut extras.description, theirs.description);
    take(&mut extras.copyright, theirs.copyright);
    take(&mut extras.source_info, theirs.source_info);
    take(&mut extras.scope, theirs.scope);
    extras.references = union(std::mem::take(&mut extras.references), theirs.references);
    extras.properties = union(std::mem::take(&mut extras.properties), theirs.properties);
}

/// Fills what is empty.
fn take<T>(own: &mut Option<T>, other: Option<T>) {
    if own.is_none() {
        *own = other;
    }
}

/// Fills what is not stated.
fn take_kind(own: &mut AgentKind, other: AgentKind) {
    if *own == AgentKind::Unstated {
        *own = other;
    }
}

/// Both lists, each entry once.
fn union<T: Ord + Clone>(own: Vec<T>, other: Vec<T>) -> Vec<T> {
    let known: BTreeSet<T> = own.iter().cloned().collect();
    let mut seen = known;
    let mut list = own;
    list.extend(other.into_iter().filter(|entry| seen.insert(entry.clone())));
    list
}
