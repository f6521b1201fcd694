//! Every name that records of a library know things by, for proposals to people.
//!
//! Built on demand in one pass over the library; nothing of it is stored and nothing of it takes part in a match.

mod build;
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
    by_compact: BTreeMap<String, Vec<u32>>,
    /// Positions by word of the product.
    by_word: BTreeMap<String, Vec<u32>>,
}

impl Dictionary {
    /// Distinct names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// The library knows no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
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
