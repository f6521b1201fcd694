//! Names of vendors and products in the library, found by name or by CPE name.
//!
//! A name is a row like a record's, without entries and of its own kind, so that deltas, removal, merging and the snapshot id
//! treat it as they treat records. Its mentions are hashes of what it is looked up by; a prefix keeps them apart from ids.

use kikimori_core::product_name::{ProductName, normal};
use sha2::{Digest, Sha256};

use super::codec::{Reader, Writer};
use super::key;
use super::segment::{Encoded, RowState};

/// The key under which a normalised name is found.
#[must_use]
pub fn key_of_name(normal_name: &str) -> String {
    format!("name {normal_name}")
}

/// The key under which a CPE name in small letters is found.
#[must_use]
pub fn key_of_cpe(cpe: &str) -> String {
    format!("name-cpe {cpe}")
}

/// Encodes a name.
#[must_use]
pub fn encode(name: &ProductName) -> Encoded {
    let mut writer = Writer::default();
    writer.text(&name.source);
    writer.text(&name.vendor_id);
    writer.text(&name.vendor);
    writer.optional_text(name.product_id.as_deref());
    writer.optional_text(name.product.as_deref());
    writer.optional_text(name.cpe.as_deref());
    let called = name.product.as_ref().unwrap_or(&name.vendor);
    let mut mentions = vec![key::hash(&key_of_name(&normal(called)))];
    mentions.extend(name.cpe.as_ref().map(|cpe| key::hash(&key_of_cpe(&cpe.to_ascii_lowercase()))));
    mentions.sort_unstable();
    mentions.dedup();
    let digest = Sha256::digest(&writer.bytes);
    let identity =
        format!("name {} {} {}", name.source, name.vendor_id, name.product_id.as_deref().unwrap_or_default());
    Encoded {
        key_hash: key::hash(&identity),
        content_hash: digest.iter().take(16).fold(0_u128, |hash, byte| (hash << 8) | u128::from(*byte)),
        modified_ms: i64::MIN,
        dated_ms: None,
        head_length: writer.bytes.len() as u32,
        bytes: writer.bytes,
        entry_lengths: Vec::new(),
        keys: Vec::new(),
        mentions,
        state: RowState::Name,
        source: name.source.clone(),
        ecosystems: Vec::new(),
    }
}

/// Reads a name; `None` when the bytes are damaged.
pub(super) fn read(bytes: &[u8]) -> Option<ProductName> {
    let mut reader = Reader::new(bytes);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Some(ProductName {
        source: reader.text()?.to_owned(),
        vendor_id: reader.text()?.to_owned(),
        vendor: reader.text()?.to_owned(),
        product_id: owned(reader.optional_text()?),
        product: owned(reader.optional_text()?),
        cpe: owned(reader.optional_text()?),
    })
}
