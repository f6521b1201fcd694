//! Every name that records of a library know things by, for proposals to people.
//!
//! Built on demand in one pass over the library; nothing of it is stored and nothing of it takes part in a match.

pub(crate) mod build;
pub mod equivalence;
pub mod propose;

use std::collections::BTreeMap;

use kikimori_core::cpe::quote;
use kikimori_core::ecosystem;
use kikimori_core::purl::Purl;

/// A name that records know something by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownName {
    /// A CPE's part, vendor and product in canonical form.
    Cpe {
        /// `a`, `o` or `h`.
        part: String,
        /// The vendor.
        vendor: String,
        /// The product.
        product: String,
    },
    /// A package of an ecosystem without releases.
    Package {
        /// The ecosystem.
        base: String,
        /// The name in canonical spelling.
        name: String,
    },
    /// Vendor and product as text.
    Product {
        /// The vendor as written.
        vendor: String,
        /// The product as written.
        product: String,
    },
}

/// A known name with what is known under it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The name.
    pub name: KnownName,
    /// Hashes of the vulnerabilities, ascending; those of one alias group that share a CVE id count once.
    pub vulnerabilities: Vec<u64>,
    /// The product part, folded and without anything between its words.
    compact: String,
    /// The words of the product part.
    words: Vec<String>,
    /// The words that say whose it is.
    owner: Vec<String>,
    /// The list that calls the CPE so, where the spelling is a list's and not the name's own.
    listed: Option<ListedName>,
}

/// What a source's list calls a CPE: vendor and product as people write them, often in Japanese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedName {
    /// The source, `jvn`.
    pub source: String,
    /// Vendor and product number in the list, `7/70`.
    pub id: String,
    /// The vendor as written.
    pub vendor: String,
    /// The product as written.
    pub product: String,
}

/// One spelling of products, prepared for comparing with others.
#[derive(Debug)]
struct Spelling {
    /// The letters as a set of sixty-four.
    letters: u64,
    /// Characters.
    n_chars: usize,
    /// The names with this spelling.
    positions: Vec<u32>,
}

impl Spelling {
    /// Prepares a spelling without names.
    fn new(text: &str) -> Self {
        Self { letters: letters_of(text), n_chars: text.chars().count(), positions: Vec::new() }
    }
}

/// The letters of a text as a set of sixty-four.
fn letters_of(text: &str) -> u64 {
    text.chars().fold(0, |letters, letter| letters | 1 << (letter as u32 % 64))
}

/// Two names that one affected entry bears side by side: one record says that they are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Hashes of the vulnerabilities whose records say so, ascending.
    pub vulnerabilities: Vec<u64>,
    /// One of the records, `source id`, the first in order.
    pub record: String,
}

/// Every name of a library.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// The names.
    known: Vec<Known>,
    /// Which names records put side by side, by positions, both ways.
    asserted: BTreeMap<u32, BTreeMap<u32, Assertion>>,
    /// Positions by compact product.
    by_compact: BTreeMap<String, Spelling>,
    /// Positions by word of the product.
    by_word: BTreeMap<String, Vec<u32>>,
    /// Times that a name was left out because there are too many.
    n_dropped: usize,
}

impl Dictionary {
    /// Names of records and of lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// The library knows no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Times that a name was left out because the dictionary was full.
    #[must_use]
    pub fn n_dropped(&self) -> usize {
        self.n_dropped
    }

    /// The names of one spelling.
    fn spelled(&self, compact: &str) -> &[u32] {
        self.by_compact.get(compact).map(|spelling| spelling.positions.as_slice()).unwrap_or_default()
    }

    /// The name at a position.
    fn at(&self, position: u32) -> Option<&Known> {
        self.known.get(position as usize)
    }

    /// The names that records put beside the one at a position.
    fn beside(&self, position: u32) -> impl Iterator<Item = (u32, &Assertion)> {
        self.asserted.get(&position).into_iter().flatten().map(|(other, assertion)| (*other, assertion))
    }
}

impl KnownName {
    /// The identifier that a rule would give for the name; `None` for ecosystems that no package URL type names alone.
    #[must_use]
    pub fn identifier(&self) -> Option<String> {
        match self {
            Self::Cpe { part, vendor, product } => Some(format!("cpe:2.3:{part}:{vendor}:{product}")),
            Self::Product { vendor, product } => {
                let spelled = |text: &str| quote(&crate::library::key::normal_product(text));
                Some(format!("cpe:2.3:a:{}:{}", spelled(vendor), spelled(product)))
            }
            Self::Package { base, name } => {
                let kind = ecosystem::PURL_TYPES.iter().find(|(_, ecosystem)| ecosystem == base)?.0;
                let split = if base == "Maven" { name.split_once(':') } else { name.rsplit_once('/') };
                let (namespace, name) =
                    split.map_or((None, name.as_str()), |(before, name)| (Some(before), name));
                Some(Purl::new(kind, namespace, name, None, &[], None).ok()?.to_string())
            }
        }
    }

    /// The name as people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Cpe { vendor, product, .. } => format!("{vendor}:{product}"),
            Self::Package { base, name } => format!("{base}/{name}"),
            Self::Product { vendor, product } => format!("{vendor} / {product}"),
        }
    }
}
