//! What changed from one bill to the next.
//!
//! Components are paired by identity, never by position: by the package without its version, else by the CPE name
//! without its version, else by group and name. Several versions of one package are paired as a multiset: equal
//! versions first, the others in the order of their versions.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Component, Role, Sbom};
use crate::cpe::{Attribute, Cpe};
use crate::package_name;
use crate::purl::Purl;
use crate::version::{Scheme, Version};

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SbomDiff {
    /// Components of the old bill, its subject counted.
    pub n_old: usize,
    /// Components of the new bill, its subject counted.
    pub n_new: usize,
    /// Components in which nothing of [`ChangedField`] changed.
    pub n_unchanged: usize,
    /// What is only in the old bill, by index.
    pub removed: Vec<u32>,
    /// What is only in the new bill, by index.
    pub added: Vec<u32>,
    /// Components of both that differ, in the order of the old bill.
    pub changed: Vec<ChangedComponent>,
}

impl SbomDiff {
    /// The bills list the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty() && self.changed.is_empty()
    }
}

/// A component of both bills that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedComponent {
    /// Index in the old bill.
    pub old: u32,
    /// Index in the new bill.
    pub new: u32,
    /// By what they were paired.
    pub basis: PairBasis,
    /// What the versions say about each other.
    pub version: VersionChange,
    /// The version in the old bill, from the package URL where the component has none of its own.
    pub old_version: Option<String>,
    /// The version in the new bill.
    pub new_version: Option<String>,
    /// Fields that differ.
    pub fields: Vec<FieldChange>,
}

/// By what two components are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairBasis {
    /// Each is what its document is about.
    Subject,
    /// The package without its version.
    Purl,
    /// Part, vendor and product of a CPE name.
    Cpe,
    /// Group and name.
    Name,
}

impl PairBasis {
    /// The stable code in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Purl => "purl",
            Self::Cpe => "cpe",
            Self::Name => "name",
        }
    }
}

/// What two versions say about each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionChange {
    /// The same text, or both without.
    Same,
    /// The new one is later.
    Upgraded,
    /// The new one is earlier.
    Downgraded,
    /// Another text for the same place in the order.
    Respelled,
    /// One is missing, or cannot be read in the order of the ecosystem.
    Undecided,
}

impl VersionChange {
    /// The stable code in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::Respelled => "respelled",
            Self::Undecided => "undecided",
        }
    }
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: ChangedField,
    /// What the old bill says; entries of a list on lines of their own.
    pub before: String,
    /// What the new bill says.
    pub after: String,
}

/// A field that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangedField {
    /// Group and name.
    Name,
    /// Packages without their versions.
    Purls,
    /// CPE names without their versions.
    Cpes,
    /// Supplier.
    Supplier,
    /// Licences.
    Licences,
    /// Kind.
    Kind,
    /// Hashes, where the version is the same.
    Hashes,
}

impl ChangedField {
    /// Every field, in the order of reports.
    const ALL: &[Self] =
        &[Self::Name, Self::Purls, Self::Cpes, Self::Supplier, Self::Licences, Self::Kind, Self::Hashes];

    /// The stable code in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Purls => "purls",
            Self::Cpes => "cpes",
            Self::Supplier => "supplier",
            Self::Kind => "kind",
            Self::Licences => "licences",
            Self::Hashes => "hashes",
        }
    }

    /// A change of it says that the component is identified in another way.
    #[must_use]
    pub fn is_identity(self) -> bool {
        matches!(self, Self::Name | Self::Purls | Self::Cpes)
    }
}

/// A component with what pairs it.
struct Node<'a> {
    /// The component.
    component: &'a Component,
    /// Keys by basis; those without are empty.
    keys: [Vec<String>; 3],
    /// The order of its versions.
    scheme: Scheme,
    /// Its version as written, else that of its package URL.
    version: Option<String>,
    /// Type of its package URL.
    purl_type: Option<String>,
}

/// The bases that have keys, strongest first; positions in [`Node::keys`].
const BASES: [PairBasis; 3] = [PairBasis::Purl, PairBasis::Cpe, PairBasis::Name];

impl<'a> Node<'a> {
    /// The node of a component.
    fn of(component: &'a Component) -> Self {
        let purls: Vec<Purl> = component.purls.iter().filter_map(|text| Purl::parse(text).ok()).collect();
        let cpes = cpe_keys(component);
        let own = |purl: &Purl| purl.version.clone();
        Self {
            keys: [purls.iter().map(package_of).collect(), cpes, vec![component.display_name()]],
            scheme: purls.iter().find_map(package_name::scheme_of_purl).unwrap_or(Scheme::Generic),
            version: component.version.as_deref().map(str::to_owned).or_else(|| purls.iter().find_map(own)),
            purl_type: purls.first().map(|purl| purl.kind.clone()),
            component,
        }
    }

    /// The names may stand for the same thing: packages of two ecosystems do not.
    fn may_share_a_name(&self, other: &Self) -> bool {
        match (self.purl_type.as_deref(), other.purl_type.as_deref()) {
            (Some(own), Some(theirs)) => own == theirs || own == "generic" || theirs == "generic",
            _ => true,
        }
    }
}

/// A package URL without version, qualifiers and path.
fn package_of(purl: &Purl) -> String {
    Purl { version: None, qualifiers: Vec::new(), subpath: None, ..purl.clone() }.to_string()
}

/// Part, vendor and product of each CPE name that can be read.
fn cpe_keys(component: &Component) -> Vec<String> {
    let key = |cpe: Cpe| {
        [Attribute::Part, Attribute::Vendor, Attribute::Product]
            .map(|part| cpe.get(part).unescaped().into_owned())
            .join(":")
    };
    component.cpes.iter().filter_map(|text| Cpe::parse(text).ok()).map(key).collect()
}

/// Compares two bills.
#[must_use]
pub fn diff(old: &Sbom, new: &Sbom) -> SbomDiff {
    let olds: Vec<Node<'_>> = old.components.iter().map(Node::of).collect();
    let news: Vec<Node<'_>> = new.components.iter().map(Node::of).collect();
    let mut pairs = Pairs::new(&olds, &news);
    pairs.pair_subjects();
    for (position, basis) in BASES.into_iter().enumerate() {
        pairs.pair_equal_versions(position, basis);
    }
    for (position, basis) in BASES.into_iter().enumerate() {
        pairs.pair_others(position, basis);
    }
    pairs.into_diff()
}

/// Components being paired.
struct Pairs<'a> {
    /// The old bill's.
    olds: &'a [Node<'a>],
    /// The new bill's.
    news: &'a [Node<'a>],
    /// The partner of each old one.
    partners: BTreeMap<u32, (u32, PairBasis)>,
    /// New ones that have a partner.
    is_taken: Vec<bool>,
}

impl<'a> Pairs<'a> {
    /// Nobody paired.
    fn new(olds: &'a [Node<'a>], news: &'a [Node<'a>]) -> Self {
        Self { olds, news, partners: BTreeMap::new(), is_taken: vec![false; news.len()] }
    }

    /// Pairs two.
    fn pair(&mut self, old: u32, new: u32, basis: PairBasis) {
        if let Some(is_taken) = self.is_taken.get_mut(new as usize) {
            *is_taken = true;
        }
        self.partners.insert(old, (new, basis));
    }

    /// Pairs what the documents are about, where each is about one thing.
    fn pair_subjects(&mut self) {
        let subject = |nodes: &[Node<'_>]| {
            let is_about = |node: &Node<'_>| matches!(node.component.role, Role::Subject | Role::Described);
            let mut found = (0_u32..).zip(nodes).filter(|(_, node)| is_about(node)).map(|(index, _)| index);
            let first = found.next()?;
            found.next().is_none().then_some(first)
        };
        if let (Some(old), Some(new)) = (subject(self.olds), subject(self.news)) {
            self.pair(old, new, PairBasis::Subject);
        }
    }

    /// The new ones without a partner, by key.
    fn free_by_key(&self, position: usize) -> BTreeMap<&'a str, Vec<u32>> {
        let mut free: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for ((node, index), is_taken) in self.news.iter().zip(0_u32..).zip(&self.is_taken) {
            if !is_taken {
                for key in node.keys.get(position).into_iter().flatten() {
                    free.entry(key).or_default().push(index);
                }
            }
        }
        free
    }

    /// The old ones without a partner.
    fn free_olds(&self) -> Vec<u32> {
        (0_u32..)
            .zip(self.olds)
            .map(|(index, _)| index)
            .filter(|old| !self.partners.contains_key(old))
            .collect()
    }

    /// Pairs those with a common key and the same version.
    fn pair_equal_versions(&mut self, position: usize, basis: PairBasis) {
        let mut by_version: BTreeMap<(&str, Option<&str>), Vec<u32>> = BTreeMap::new();
        for (key, indexes) in self.free_by_key(position) {
            // Popped from the end, so the first of the document comes last.
            for index in indexes.into_iter().rev() {
                let version = self.news.get(index as usize).and_then(|node| node.version.as_deref());
                by_version.entry((key, version)).or_default().push(index);
            }
        }
        for old in self.free_olds() {
            let Some(node) = self.olds.get(old as usize) else { continue };
            let found = node.keys.get(position).into_iter().flatten().find_map(|key| {
                let list = by_version.get_mut(&(key.as_str(), node.version.as_deref()))?;
                while let Some(new) = list.pop() {
                    if !self.is_taken.get(new as usize).copied().unwrap_or(true) && self.fits(old, new, basis)
                    {
                        return Some(new);
                    }
                }
                None
            });
            if let Some(new) = found {
                self.pair(old, new, basis);
            }
        }
    }

    /// Pairs those with a common key and other versions, in the order of their versions.
    fn pair_others(&mut self, position: usize, basis: PairBasis) {
        let free = self.free_by_key(position);
        let mut olds: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for old in self.free_olds() {
            for key in
                self.olds.get(old as usize).and_then(|node| node.keys.get(position)).into_iter().flatten()
            {
                olds.entry(key).or_default().push(old);
            }
        }
        for (key, mut own) in olds {
            own.retain(|old| !self.partners.contains_key(old));
            let mut theirs = free.get(key).cloned().unwrap_or_default();
            theirs.retain(|new| !self.is_taken.get(*new as usize).copied().unwrap_or(true));
            sort_by_version(&mut own, self.olds);
            sort_by_version(&mut theirs, self.news);
            for (old, new) in own.into_iter().zip(theirs) {
                if self.fits(old, new, basis) {
                    self.pair(old, new, basis);
                }
            }
        }
    }

    /// Two components with a common key may be the same.
    fn fits(&self, old: u32, new: u32, basis: PairBasis) -> bool {
        if basis != PairBasis::Name {
            return true;
        }
        match (self.olds.get(old as usize), self.news.get(new as usize)) {
            (Some(old), Some(new)) => old.may_share_a_name(new),
            _ => false,
        }
    }

    /// What is left over is removed or added; what is paired is compared.
    fn into_diff(self) -> SbomDiff {
        let mut diff = SbomDiff { n_old: self.olds.len(), n_new: self.news.len(), ..SbomDiff::default() };
        diff.removed = self.free_olds();
        let free = (0_u32..).zip(&self.is_taken).filter(|(_, is_taken)| !**is_taken);
        diff.added = free.map(|(index, _)| index).collect();
        for (old, (new, basis)) in self.partners {
            let (Some(was), Some(now)) = (self.olds.get(old as usize), self.news.get(new as usize)) else {
                continue;
            };
            let version = compare_versions(was, now);
            let fields = compare_fields(was, now, version);
            if version == VersionChange::Same && fields.is_empty() {
                diff.n_unchanged += 1;
            } else {
                let (old_version, new_version) = (was.version.clone(), now.version.clone());
                let changed = ChangedComponent { old, new, basis, version, old_version, new_version, fields };
                diff.changed.push(changed);
            }
        }
        diff
    }
}

/// Sorts components of one identity by version; those that have no place in the order keep theirs, behind.
fn sort_by_version(indexes: &mut [u32], nodes: &[Node<'_>]) {
    let version = |index: &u32| {
        let node = nodes.get(*index as usize)?;
        Version::decisive(node.scheme, node.version.as_deref()?).ok()
    };
    indexes.sort_by(|left, right| match (version(left), version(right)) {
        (Some(left), Some(right)) if left.scheme() == right.scheme() => left.compare(&right),
        (Some(left), Some(right)) => left.scheme().cmp(&right.scheme()),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
}

/// What the versions of a pair say about each other.
fn compare_versions(was: &Node<'_>, now: &Node<'_>) -> VersionChange {
    if was.version == now.version {
        return VersionChange::Same;
    }
    let (Some(old), Some(new)) = (was.version.as_deref(), now.version.as_deref()) else {
        return VersionChange::Undecided;
    };
    // Without a package URL there is only the generic order; beside one, the order of the package counts.
    let scheme = if was.purl_type.is_some() { was.scheme } else { now.scheme };
    let is_one_order = was.scheme == now.scheme || was.purl_type.is_none() || now.purl_type.is_none();
    let versions = (Version::decisive(scheme, old), Version::decisive(scheme, new));
    match versions {
        (Ok(old), Ok(new)) if is_one_order => match old.compare(&new) {
            Ordering::Less => VersionChange::Upgraded,
            Ordering::Greater => VersionChange::Downgraded,
            Ordering::Equal => VersionChange::Respelled,
        },
        _ => VersionChange::Undecided,
    }
}

/// Fields of a pair that differ.
fn compare_fields(was: &Node<'_>, now: &Node<'_>, version: VersionChange) -> Vec<FieldChange> {
    let is_compared = |field: &ChangedField| *field != ChangedField::Hashes || version == VersionChange::Same;
    ChangedField::ALL
        .iter()
        .filter(|field| is_compared(field))
        .filter_map(|field| {
            let (before, after) = (value(was, *field), value(now, *field));
            (before != after).then_some(FieldChange { field: *field, before, after })
        })
        .collect()
}

/// A field as a text that does not depend on the order of its entries.
fn value(node: &Node<'_>, field: ChangedField) -> String {
    let details = node.component.details();
    let mut list: Vec<String> = match field {
        ChangedField::Name => return node.component.display_name(),
        ChangedField::Supplier => return details.supplier.clone().unwrap_or_default(),
        ChangedField::Kind => return node.component.kind.name().to_owned(),
        ChangedField::Purls => node.keys.first().cloned().unwrap_or_default(),
        ChangedField::Cpes => node.keys.get(1).cloned().unwrap_or_default(),
        ChangedField::Licences => details.licences.iter().map(|licence| licence.text.to_string()).collect(),
        ChangedField::Hashes => details.hashes.iter().map(super::Hash::canonical).collect(),
    };
    list.sort_unstable();
    list.dedup();
    list.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::{Hash, Licence, SbomFormat};
    use super::*;

    /// A component with a name, a version and perhaps a package URL.
    fn component(name: &str, version: &str, purl: &str) -> Component {
        Component {
            name: name.into(),
            version: Some(version.into()).filter(|_| !version.is_empty()),
            purls: Some(purl.to_owned()).into_iter().filter(|purl| !purl.is_empty()).collect(),
            ..Component::default()
        }
    }

    /// A bill of these components.
    fn bill(components: &[Component]) -> Sbom {
        Sbom { components: components.to_vec(), ..Sbom::new(SbomFormat::CycloneDxJson, "1.6") }
    }

    /// The pairs with what their versions say, and how many were removed and added.
    fn check(old: &[Component], new: &[Component]) -> (Vec<(u32, u32, &'static str)>, usize, usize) {
        let diff = diff(&bill(old), &bill(new));
        assert_eq!(diff.n_old, diff.removed.len() + diff.changed.len() + diff.n_unchanged);
        assert_eq!(diff.n_new, diff.added.len() + diff.changed.len() + diff.n_unchanged);
        let pairs = diff.changed.iter().map(|pair| (pair.old, pair.new, pair.version.code())).collect();
        (pairs, diff.removed.len(), diff.added.len())
    }

    #[test]
    fn versions_are_compared_in_the_order_of_the_ecosystem() {
        let cases = [
            ("pkg:npm/a@1.9.0", "pkg:npm/a@1.10.0", "upgraded"),
            ("pkg:deb/debian/a@1.0", "pkg:deb/debian/a@1.0~rc1", "downgraded"),
            ("pkg:pypi/a@1.0", "pkg:pypi/a@1.0.0", "respelled"),
            ("pkg:npm/a@1.0.0", "pkg:npm/a@latest", "undecided"),
        ];
        for (old, new, expected) in cases {
            let found = check(&[component("a", "", old)], &[component("a", "", new)]);
            assert_eq!(found, (vec![(0, 0, expected)], 0, 0), "{old} {new}");
        }
    }

    #[test]
    fn several_versions_of_a_package_are_a_multiset() {
        let of = |versions: &[&str]| -> Vec<Component> {
            versions.iter().map(|version| component("a", version, &format!("pkg:npm/a@{version}"))).collect()
        };
        assert_eq!(check(&of(&["1.0.0", "2.0.0"]), &of(&["2.0.0", "1.0.0"])), (vec![], 0, 0));
        assert_eq!(check(&of(&["1.0.0", "2.0.0"]), &of(&["2.0.0"])), (vec![], 1, 0));
        assert_eq!(
            check(&of(&["1.0.0", "2.0.0"]), &of(&["2.0.1", "1.0.1", "3.0.0"])).0,
            [(0, 1, "upgraded"), (1, 0, "upgraded")]
        );
    }

    #[test]
    fn a_name_pairs_only_what_can_be_the_same() {
        let (npm, pypi, generic) = ("pkg:npm/debug@1", "pkg:pypi/debug@1", "pkg:generic/debug@1");
        let one = |purl| [component("debug", "1", purl)];
        assert_eq!(check(&one(npm), &one(pypi)), (vec![], 1, 1));
        assert_eq!(check(&one(generic), &one(npm)), (vec![(0, 0, "same")], 0, 0));
        assert_eq!(check(&one(""), &one(npm)), (vec![(0, 0, "same")], 0, 0));
    }

    #[test]
    fn another_hash_of_the_same_version_is_told_and_of_another_version_is_not() {
        let with_hash = |version: &str, value: &str, licence: &str| {
            let mut component = component("a", version, "");
            let details = component.details_mut();
            details.hashes.push(Hash { algorithm: "MD5".to_owned(), value: value.to_owned() });
            details.licences.push(Licence { text: licence.into(), ..Licence::default() });
            component
        };
        let fields = |old: Component, new: Component| -> Vec<ChangedField> {
            let diff = diff(&bill(&[old]), &bill(&[new]));
            diff.changed.iter().flat_map(|pair| pair.fields.iter().map(|field| field.field)).collect()
        };
        let old = with_hash("1", "00", "MIT");
        assert_eq!(fields(old.clone(), with_hash("1", "01", "MIT")), [ChangedField::Hashes]);
        assert_eq!(fields(old.clone(), with_hash("2", "01", "Zlib")), [ChangedField::Licences]);
        assert_eq!(fields(old.clone(), old), []);
    }
}
