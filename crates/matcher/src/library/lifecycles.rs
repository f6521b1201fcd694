//! Lifecycle data in a segment: products with their release cycles, found by the keys of their identifiers.
//!
//! ```text
//! counts    products, keys
//! products  one row a product, sorted by name: offset and length in the payload
//! keys      one row a key, sorted by hash: product number
//! payload   products, encoded
//! ```

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::distro;
use kikimori_core::lifecycle::{Ending, LifecycleProduct, ReleaseCycle};
use kikimori_core::package_name;
use kikimori_core::purl::Purl;
use sha2::{Digest, Sha256};

use super::codec::{Reader, Writer, u32_at, u64_at};
use super::key;

/// Bytes of the counts.
const COUNTS_BYTES: usize = 8;
/// Bytes of one product row.
const PRODUCT_ROW: usize = 8;
/// Bytes of one key row.
const KEY_ROW: usize = 12;

/// The key of a product by its source's name.
#[must_use]
pub fn name_key(name: &str) -> String {
    format!("lifecycle {}", name.to_lowercase())
}

/// The key of a package URL of a type that no ecosystem answers to (`generic`, `docker`, `oci`…).
#[must_use]
pub fn purl_key(purl: &Purl) -> String {
    let namespace = purl.namespace.as_deref().unwrap_or_default();
    format!("purl {}/{namespace}/{}", purl.kind, purl.name).to_lowercase()
}

/// The keys under which a package URL of a product is found.
#[must_use]
pub fn keys_of_purl(purl: &Purl) -> Vec<String> {
    if let Some(ecosystem) = distro::of_purl(purl) {
        return vec![key::package(&ecosystem.base, &purl.name)];
    }
    let package = package_name::of_purl(purl).map(|(base, name)| key::package(base, &name));
    let repository = package_name::repository_of_purl(purl).map(|path| key::repository(&path));
    let keys: Vec<String> = package.into_iter().chain(repository).collect();
    if keys.is_empty() { vec![purl_key(purl)] } else { keys }
}

/// The keys under which a product is found, sorted.
fn keys_of(product: &LifecycleProduct) -> Vec<String> {
    let purls = product.purls.iter().filter_map(|written| Purl::parse(written).ok());
    let cpes = product.cpes.iter().filter_map(|written| Cpe::parse(written).ok());
    let mut keys = vec![name_key(&product.name)];
    keys.extend(purls.flat_map(|purl| keys_of_purl(&purl)));
    // A name with a wildcard would be every component.
    keys.extend(cpes.map(|cpe| key::cpe(&cpe)).filter(|key| key != key::WILDCARD_KEY));
    keys.sort();
    keys.dedup();
    keys
}

/// Encodes the section; the same products give the same bytes in whatever order they come.
#[must_use]
pub fn encode(products: &[LifecycleProduct]) -> Vec<u8> {
    let mut sorted: Vec<&LifecycleProduct> = products.iter().collect();
    sorted.sort();
    let mut payload = Writer::default();
    let (mut rows, mut keys) = (Vec::new(), Vec::new());
    for (number, product) in sorted.iter().enumerate() {
        let start = payload.bytes.len();
        write(&mut payload, product);
        rows.extend((start as u32).to_le_bytes());
        rows.extend(((payload.bytes.len() - start) as u32).to_le_bytes());
        keys.extend(keys_of(product).iter().map(|text| (key::hash(text), number as u32)));
    }
    keys.sort_unstable();
    let mut bytes =
        Vec::with_capacity(COUNTS_BYTES + rows.len() + keys.len() * KEY_ROW + payload.bytes.len());
    bytes.extend((sorted.len() as u32).to_le_bytes());
    bytes.extend((keys.len() as u32).to_le_bytes());
    bytes.extend(rows);
    for (hash, number) in keys {
        bytes.extend(hash.to_le_bytes());
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(payload.bytes);
    bytes
}

/// SHA-256 of a product's encoding, first half.
#[must_use]
pub fn content_hash(product: &LifecycleProduct) -> u128 {
    let mut writer = Writer::default();
    write(&mut writer, product);
    let digest = Sha256::digest(&writer.bytes);
    digest.iter().take(16).fold(0_u128, |hash, byte| (hash << 8) | u128::from(*byte))
}

/// Encodes a product.
fn write(writer: &mut Writer, product: &LifecycleProduct) {
    writer.text(&product.name);
    writer.text(&product.label);
    writer.optional_text(product.link.as_deref());
    writer.texts(&product.purls);
    writer.texts(&product.cpes);
    writer.byte(u8::from(product.is_java));
    writer.uint(product.cycles.len() as u64);
    for cycle in &product.cycles {
        writer.text(&cycle.name);
        writer.optional_text(cycle.label.as_deref());
        writer.optional_int(cycle.released_on.map(|day| i64::from(day.0)));
        for ending in [cycle.active, cycle.security, cycle.extended, cycle.discontinued] {
            match ending {
                Ending::Unstated => writer.byte(0),
                Ending::Over => writer.byte(1),
                Ending::Open => writer.byte(2),
                Ending::On(day) => {
                    writer.byte(3);
                    writer.int(i64::from(day.0));
                }
            }
        }
        writer.byte(u8::from(cycle.is_long_term));
        writer.optional_text(cycle.latest.as_deref());
        writer.optional_text(cycle.link.as_deref());
    }
}

/// The section, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Lifecycles<'a> {
    /// One row a product.
    products: &'a [u8],
    /// One row a key.
    keys: &'a [u8],
    /// The products, encoded.
    payload: &'a [u8],
}

impl<'a> Lifecycles<'a> {
    /// Reads the counts; `None` when they do not fit the section.
    #[must_use]
    pub fn read(section: &'a [u8]) -> Option<Self> {
        let n_products = u32_at(section, 0)? as usize;
        let n_keys = u32_at(section, 4)? as usize;
        let rest = section.get(COUNTS_BYTES..)?;
        let (products, rest) = rest.split_at_checked(n_products.checked_mul(PRODUCT_ROW)?)?;
        let (keys, payload) = rest.split_at_checked(n_keys.checked_mul(KEY_ROW)?)?;
        Some(Self { products, keys, payload })
    }

    /// The products.
    #[must_use]
    pub fn n_products(self) -> u32 {
        (self.products.len() / PRODUCT_ROW) as u32
    }

    /// The numbers of the products under a key.
    pub fn find(self, key: &str) -> impl Iterator<Item = u32> + use<'a> {
        let hash = key::hash(key);
        let keys = self.keys;
        let hash_at = move |position: usize| u64_at(keys, position * KEY_ROW);
        let (mut low, mut high) = (0, keys.len() / KEY_ROW);
        while low < high {
            let middle = low + (high - low) / 2;
            if hash_at(middle).is_some_and(|found| found < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..).map_while(move |position| {
            (hash_at(position)? == hash).then(|| u32_at(keys, position * KEY_ROW + 8))?
        })
    }

    /// A product.
    #[must_use]
    pub fn product(self, number: u32) -> Option<LifecycleProduct> {
        let at = (number as usize).checked_mul(PRODUCT_ROW)?;
        let start = u32_at(self.products, at)? as usize;
        let length = u32_at(self.products, at.checked_add(4)?)? as usize;
        read_product(&mut Reader::new(self.payload.get(start..start.checked_add(length)?)?))
    }

    /// Every product, sorted by name; `None` when one is damaged.
    #[must_use]
    pub fn all(self) -> Option<Vec<LifecycleProduct>> {
        (0..self.n_products()).map(|number| self.product(number)).collect()
    }
}

/// Reads a product.
fn read_product(reader: &mut Reader<'_>) -> Option<LifecycleProduct> {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let mut product = LifecycleProduct {
        name: reader.text()?.to_owned(),
        label: reader.text()?.to_owned(),
        link: reader.optional_text()?.map(str::to_owned),
        purls: owned(reader.texts()?),
        cpes: owned(reader.texts()?),
        is_java: reader.byte()? == 1,
        cycles: Vec::new(),
    };
    for _ in 0..reader.count()? {
        product.cycles.push(ReleaseCycle {
            name: reader.text()?.to_owned(),
            label: reader.optional_text()?.map(str::to_owned),
            released_on: match reader.optional_int()? {
                Some(days) => Some(Day(i32::try_from(days).ok()?)),
                None => None,
            },
            active: read_ending(reader)?,
            security: read_ending(reader)?,
            extended: read_ending(reader)?,
            discontinued: read_ending(reader)?,
            is_long_term: reader.byte()? == 1,
            latest: reader.optional_text()?.map(str::to_owned),
            link: reader.optional_text()?.map(str::to_owned),
        });
    }
    Some(product)
}

/// Reads the end of a phase.
fn read_ending(reader: &mut Reader<'_>) -> Option<Ending> {
    Some(match reader.byte()? {
        0 => Ending::Unstated,
        1 => Ending::Over,
        2 => Ending::Open,
        3 => Ending::On(Day(i32::try_from(reader.int()?).ok()?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A product with something of everything.
    fn product(name: &str) -> LifecycleProduct {
        LifecycleProduct {
            name: name.to_owned(),
            label: "製品".to_owned(),
            link: Some("https://example.org".to_owned()),
            purls: vec![
                format!("pkg:generic/{name}"),
                "pkg:github/a/b".to_owned(),
                "pkg:npm/%40a/b".to_owned(),
                "pkg:deb/debian/b".to_owned(),
            ],
            cpes: vec![format!("cpe:2.3:a:v:{name}"), "cpe:2.3:a:*:*".to_owned()],
            is_java: true,
            cycles: vec![ReleaseCycle {
                name: "1".to_owned(),
                label: Some("1 (LTS)".to_owned()),
                released_on: Some(Day(-5)),
                active: Ending::Over,
                security: Ending::On(Day(20_000)),
                extended: Ending::Open,
                discontinued: Ending::Unstated,
                is_long_term: true,
                latest: None,
                link: None,
            }],
        }
    }

    #[test]
    fn products_come_back_and_are_found_by_every_identifier() {
        let (one, two) = (product("one"), product("two"));
        let bytes = encode(&[two.clone(), one.clone()]);
        assert_eq!(bytes, encode(&[one.clone(), two.clone()]));
        let section = Lifecycles::read(&bytes).unwrap();
        assert_eq!(section.all(), Some(vec![one, two]));
        for (key, expected) in [
            ("lifecycle one", &[0][..]),
            ("purl generic//two", &[1]),
            ("cpe v two", &[1]),
            ("repository github.com/a/b", &[0, 1]),
            ("npm @a/b", &[0, 1]),
            ("debian b", &[0, 1]),
            (key::WILDCARD_KEY, &[]),
            ("lifecycle three", &[]),
        ] {
            assert_eq!(section.find(key).collect::<Vec<_>>(), expected, "{key}");
        }
    }

    proptest! {
        #[test]
        fn damaged_sections_never_panic(at in 0_usize..400, value: u8, cut in 0_usize..400) {
            let mut bytes = encode(&[product("one"), product("two")]);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Some(section) = Lifecycles::read(&bytes) {
                let _ = section.find("lifecycle one").count();
                let _ = section.product(0);
                let _ = section.all();
            }
        }
    }
}
