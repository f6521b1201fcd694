//! Look-up keys: what a name in a record and an identifier of a component have in common.
//!
//! A key only finds candidates. Whether a candidate really speaks about the component is decided on the full
//! names afterwards, so a hash collision costs a comparison and never a wrong finding.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::package_name;

use super::record_codec::{Body, EntryView, NameView, configurations, matches, names, nodes};

/// A 64-bit hash of a key: FNV-1a with a final mix. Stable for ever, because files hold it.
#[must_use]
pub fn hash(text: &str) -> u64 {
    let mut value = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.as_bytes() {
        value = (value ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The key under which names with a wildcard vendor or product are kept: every CPE search looks there too.
pub const WILDCARD_KEY: &str = "cpe *";

/// The key of a package: `npm lodash`. The release is not part of it, because a component may not state one.
#[must_use]
pub fn package(base: &str, name: &str) -> String {
    format!("{} {}", base.to_lowercase(), package_name::canonical(base, name))
}

/// The key of a CPE name: `cpe openssl openssl`.
#[must_use]
pub fn cpe(name: &Cpe) -> String {
    let (vendor, product) = (name.get(Attribute::Vendor), name.get(Attribute::Product));
    let is_open = |value: CpeValue<'_>| !matches!(value, CpeValue::Text(_)) || value.has_wildcard();
    if is_open(vendor) || is_open(product) {
        return WILDCARD_KEY.to_owned();
    }
    self::product(&vendor.unescaped(), &product.unescaped())
}

/// The key of vendor and product as free text, spelled as a CPE would spell them: `Apache Software Foundation`
/// becomes `apache_software_foundation`.
#[must_use]
pub fn product(vendor: &str, product: &str) -> String {
    format!("cpe {} {}", normal_product(vendor), normal_product(product))
}

/// A vendor or product name spelled as a CPE would spell it.
#[must_use]
pub fn normal_product(text: &str) -> String {
    text.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("_")
}

/// The key of a repository.
#[must_use]
pub fn repository(host_and_path: &str) -> String {
    format!("repository {}", host_and_path.to_lowercase())
}

/// The keys under which an entry is found, sorted, without duplicates. Conditions ("running on") are no keys.
#[must_use]
pub fn of_entry(entry: &EntryView<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    match entry.body {
        Body::Versions { names: list, .. } => keys.extend(names(list).filter_map(|name| of_name(&name))),
        Body::Configurations(list) => {
            for configuration in configurations(list) {
                for node in nodes(configuration.nodes) {
                    for cpe_match in matches(node.matches).filter(|cpe_match| cpe_match.is_vulnerable) {
                        keys.extend(Cpe::parse(cpe_match.criteria).ok().map(|name| cpe(&name)));
                    }
                }
            }
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The key of one name; `None` when the name says nothing (empty vendor or product).
fn of_name(name: &NameView<'_>) -> Option<String> {
    match name {
        NameView::Package { base, name, .. } => Some(package(base, name)),
        NameView::Cpe(text) => Cpe::parse(text).ok().map(|name| cpe(&name)),
        NameView::Product { vendor, product: name } => {
            let is_empty = vendor.trim().is_empty() || name.trim().is_empty();
            (!is_empty).then(|| product(vendor, name))
        }
        NameView::Repository(text) => Some(repository(text)),
    }
}
