//! The pass over the library that collects its names.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::ecosystem;
use kikimori_core::folded_name::FoldedName;
use kikimori_core::limits::DICTIONARY_NAMES_MAX;
use kikimori_core::package_name;
use kikimori_core::product_name::ProductName;

use super::{Assertion, Dictionary, Known, KnownName, ListedName, Spelling};
use crate::library::record_codec::{
    Body, EntryView, HeadView, NameView, configurations, matches, names, nodes,
};
use crate::library::segment::RowState;
use crate::library::{At, Library, key};

/// Names of one entry that may stand side by side for one thing; an entry with more lists different things.
const BESIDE_MAX: usize = 4;

/// What is collected on the way.
#[derive(Default)]
struct Collection {
    /// Names with their vulnerabilities, in order of arrival.
    known: Vec<(KnownName, Vec<u64>)>,
    /// Positions by hash of the name.
    positions: BTreeMap<u64, u32>,
    /// Names side by side, the lower position first: the vulnerabilities and the records that say so.
    beside: BTreeMap<(u32, u32), Vec<(u64, At)>>,
    /// Names of a source's list, each with the position of the CPE that the list gives.
    listed: Vec<(u32, ListedName)>,
    /// Words of the vendors that lists name, by the vendor's word in CPE names.
    vendors: BTreeMap<String, BTreeSet<String>>,
    /// Names left out because there are too many.
    n_dropped: usize,
    /// A name as text, before it is hashed.
    text: String,
}

impl Dictionary {
    /// Collects the names of every record in force.
    #[must_use]
    pub fn of(library: &Library) -> Self {
        let mut collection = Collection::default();
        for (number, segment) in library.segments().iter().enumerate() {
            for record in 0..segment.n_records() {
                let at = At { segment: number as u32, number: record };
                let Some(row) = segment.record(record) else { continue };
                if !library.is_current(at, &row) {
                    continue;
                }
                if row.state == RowState::Name {
                    collection.add_listed(segment.name(&row));
                }
                if row.state != RowState::Live {
                    continue;
                }
                let Some(head) = segment.head(&row) else { continue };
                let vulnerability = vulnerability_of(&head);
                let last = row.first_entry.saturating_add(row.n_entries).min(segment.n_entries());
                for entry in (row.first_entry..last).filter_map(|entry| segment.entry(entry)) {
                    collection.add_entry(&entry, vulnerability, at);
                }
            }
        }
        collection.finish(library)
    }
}

/// What a record's vulnerability is counted as: its CVE id where it has one.
pub(crate) fn vulnerability_of(head: &HeadView<'_>) -> u64 {
    let ids = std::iter::once(head.id).chain(head.aliases.iter().copied());
    key::hash(ids.filter(|id| id.starts_with("CVE-")).min().unwrap_or(head.id))
}

impl Collection {
    /// Adds the names of one entry.
    fn add_entry(&mut self, entry: &EntryView<'_>, vulnerability: u64, record: At) {
        let mut found: BTreeSet<u32> = BTreeSet::new();
        match entry.body {
            Body::Versions { names: list, .. } => {
                for name in names(list) {
                    found.extend(self.position(&name));
                }
                if found.len() > 1 && self.is_one_thing(&found) {
                    for left in &found {
                        for right in found.range(left + 1..) {
                            self.beside.entry((*left, *right)).or_default().push((vulnerability, record));
                        }
                    }
                }
            }
            Body::Configurations(list) => {
                for configuration in configurations(list) {
                    for node in nodes(configuration.nodes) {
                        let vulnerable = matches(node.matches).filter(|found| found.is_vulnerable);
                        for cpe_match in vulnerable {
                            found.extend(self.position(&NameView::Cpe(cpe_match.criteria)));
                        }
                    }
                }
            }
        }
        for position in found {
            if let Some((_, vulnerabilities)) = self.known.get_mut(position as usize) {
                vulnerabilities.push(vulnerability);
            }
        }
    }

    /// Adds a name of a source's list; one without CPE gives nothing to propose.
    fn add_listed(&mut self, name: Option<ProductName>) {
        let Some(name) = name else { return };
        let Some(cpe) = name.cpe.as_deref().and_then(|text| Cpe::parse(text).ok()) else { return };
        if let CpeValue::Text(vendor) = cpe.get(Attribute::Vendor) {
            let words = FoldedName::new(&name.vendor);
            let vendor = self.vendors.entry(vendor.to_owned()).or_default();
            vendor.extend(words.telling_words().map(str::to_owned));
        }
        let Some(product) = name.product else { return };
        let Some(position) = self.position(&NameView::Cpe(&cpe.to_string())) else { return };
        let id = format!("{}/{}", name.vendor_id, name.product_id.unwrap_or_default());
        self.listed.push((position, ListedName { source: name.source, id, vendor: name.vendor, product }));
    }

    /// The names of an entry are of different kinds and at most one of each: they are meant for one thing.
    fn is_one_thing(&self, found: &BTreeSet<u32>) -> bool {
        if found.len() > BESIDE_MAX {
            return false;
        }
        let kinds: Vec<u8> = found
            .iter()
            .filter_map(|position| self.known.get(*position as usize))
            .map(|(name, _)| match name {
                KnownName::Cpe { .. } => 0,
                KnownName::Package { .. } => 1,
                KnownName::Product { .. } => 2,
            })
            .collect();
        (0..=2).all(|kind| kinds.iter().filter(|found| **found == kind).count() <= 1)
    }

    /// The position of a name; `None` for names that proposals cannot use.
    fn position(&mut self, name: &NameView<'_>) -> Option<u32> {
        self.text.clear();
        match name {
            NameView::Cpe(text) => {
                // `cpe:2.3:part:vendor:product:` is canonical, so equal names are equal texts.
                let end = unquoted_colon(text, 5)?;
                self.text.push_str(text.get(..end)?);
            }
            NameView::Package { base, name, .. } => {
                if !ecosystem::PURL_TYPES.iter().any(|(_, ecosystem)| ecosystem == base) {
                    return None;
                }
                self.text.push_str(base);
                self.text.push('\n');
                self.text.push_str(&package_name::canonical(base, name));
            }
            NameView::Product { vendor, product } => {
                if vendor.trim().is_empty() || product.trim().is_empty() {
                    return None;
                }
                self.text.push_str(&key::normal_product(vendor));
                self.text.push('\n');
                self.text.push_str(&key::normal_product(product));
            }
            NameView::Repository(_) => return None,
        }
        let hash = key::hash(&self.text);
        if let Some(position) = self.positions.get(&hash) {
            return Some(*position);
        }
        let known = known_name(name)?;
        if self.known.len() >= DICTIONARY_NAMES_MAX {
            self.n_dropped += 1;
            return None;
        }
        let position = self.known.len() as u32;
        self.known.push((known, Vec::new()));
        self.positions.insert(hash, position);
        Some(position)
    }

    /// Puts the dictionary together.
    fn finish(self, library: &Library) -> Dictionary {
        let mut dictionary = Dictionary { n_dropped: self.n_dropped, ..Dictionary::default() };
        for (name, mut vulnerabilities) in self.known {
            vulnerabilities.sort_unstable();
            vulnerabilities.dedup();
            let mut known = folded(name, vulnerabilities);
            if let KnownName::Cpe { vendor, .. } = &known.name {
                known.owner.extend(self.vendors.get(vendor).into_iter().flatten().cloned());
            }
            dictionary.add(known);
        }
        for (position, listed) in self.listed {
            let Some(of_cpe) = dictionary.at(position).cloned() else { continue };
            let product = FoldedName::new(&listed.product);
            if !product.words.is_empty() {
                let (compact, words) = (product.compact(), product.words);
                dictionary.add(Known { compact, words, listed: Some(listed), ..of_cpe });
            }
        }
        let record_of = |at: At| {
            let (segment, row) = library.record(at)?;
            let head = segment.head(&row)?;
            Some(format!("{} {}", head.source, head.id))
        };
        for ((left, right), statements) in self.beside {
            let mut vulnerabilities: Vec<u64> = statements.iter().map(|(hash, _)| *hash).collect();
            vulnerabilities.sort_unstable();
            vulnerabilities.dedup();
            let record = statements.iter().filter_map(|(_, at)| record_of(*at)).min().unwrap_or_default();
            let assertion = Assertion { vulnerabilities, record };
            dictionary.asserted.entry(left).or_default().insert(right, assertion.clone());
            dictionary.asserted.entry(right).or_default().insert(left, assertion);
        }
        dictionary
    }
}

impl Dictionary {
    /// Adds a name under its spelling and its words.
    fn add(&mut self, known: Known) {
        let position = self.known.len() as u32;
        let spelling =
            self.by_compact.entry(known.compact.clone()).or_insert_with_key(|text| Spelling::new(text));
        spelling.positions.push(position);
        for word in &known.words {
            self.by_word.entry(word.clone()).or_default().push(position);
        }
        self.known.push(known);
    }
}

/// Where the colon that ends the attribute with this number stands, counted from `cpe`; quoted colons do not count.
fn unquoted_colon(text: &str, number: usize) -> Option<usize> {
    let mut is_quoted = false;
    let mut n_colons = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_quoted => is_quoted = false,
            b'\\' => is_quoted = true,
            b':' => {
                n_colons += 1;
                if n_colons == number {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A record's name as a known one; `None` when vendor or product is open.
pub(crate) fn known_name(name: &NameView<'_>) -> Option<KnownName> {
    match name {
        NameView::Cpe(text) => {
            let cpe = Cpe::parse(text).ok()?;
            let closed = |attribute| match cpe.get(attribute) {
                CpeValue::Text(text) if !CpeValue::Text(text).has_wildcard() => Some(text.to_owned()),
                _ => None,
            };
            Some(KnownName::Cpe {
                part: closed(Attribute::Part)?,
                vendor: closed(Attribute::Vendor)?,
                product: closed(Attribute::Product)?,
            })
        }
        NameView::Package { base, name, .. } => Some(KnownName::Package {
            base: (*base).to_owned(),
            name: package_name::canonical(base, name).into_owned(),
        }),
        NameView::Product { vendor, product } => {
            Some(KnownName::Product { vendor: (*vendor).to_owned(), product: (*product).to_owned() })
        }
        NameView::Repository(_) => None,
    }
}

/// A known name with its words.
fn folded(name: KnownName, vulnerabilities: Vec<u64>) -> Known {
    let (owner, product) = match &name {
        KnownName::Cpe { vendor, product, .. } => (
            CpeValue::Text(vendor).unescaped().into_owned(),
            CpeValue::Text(product).unescaped().into_owned(),
        ),
        KnownName::Product { vendor, product } => (vendor.clone(), product.clone()),
        KnownName::Package { base, name } => {
            let separator = if base == "Maven" { ':' } else { '/' };
            let (owner, product) = name.rsplit_once(separator).unwrap_or(("", name));
            (owner.to_owned(), product.to_owned())
        }
    };
    let product = FoldedName::new(&product);
    let owner = FoldedName::new(&owner).telling_words().map(str::to_owned).collect();
    Known { name, vulnerabilities, compact: product.compact(), words: product.words, owner, listed: None }
}
