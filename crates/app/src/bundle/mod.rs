//! The offline bundle: a library, or what changed in it, as one signed file (`docs/formats/bundle.md`).
//!
//! The file is a tar archive, so that common tools open it: the signer's public key, the signature, the list of contents
//! (signed), then the segments, each packed with Zstandard. Whether a key is trusted and a signature right, the caller says.

mod pack;
mod read;
mod tape;

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::segment::LAYOUT;
use kikimori_matcher::library::{Manifest, SegmentEntry};
use serde::{Deserialize, Serialize};

pub(crate) use pack::{pack, write_bundle};
pub use read::is_bundle;
pub(crate) use read::{BundleReader, PartFault, read_unverified};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// What is signed begins with this, so that a signature made for something else never fits; the list of contents follows.
const SIGNED_START: &[u8] = b"kikimori-bundle 1\n";
/// Name of the format.
const FORMAT: &str = "kikimori-bundle";
/// Its version.
const FORMAT_VERSION: u32 = 1;
/// The signer's public key.
const SIGNER_MEMBER: &str = "signer.pem";
/// The signature.
const SIGNATURE_MEMBER: &str = "manifest.sig";
/// The list of contents.
const MANIFEST_MEMBER: &str = "manifest.json";
/// What the name of a packed segment ends with.
const PACKED_ENDING: &str = ".zst";

/// A signer whom the caller trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The name under which the key is trusted here.
    pub name: String,
    /// Fingerprint of the key.
    pub fingerprint: String,
}

/// Why a signature was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// The signer's key is no key.
    KeyUnreadable,
    /// The key is not trusted.
    KeyUnknown {
        /// Its fingerprint.
        fingerprint: String,
    },
    /// The signature does not fit the content and the key.
    Wrong {
        /// Fingerprint of the key.
        fingerprint: String,
    },
}

/// Judges a signature: the signer's public key as the bundle brings it (PEM), the signed bytes, the signature.
pub type Judge<'a> = dyn Fn(&str, &[u8], &[u8; SIGNATURE_BYTES]) -> Result<Signer, SignatureFault> + 'a;

/// The list of contents; what is signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundleManifest {
    /// Name of the format.
    pub format: String,
    /// Its version.
    pub format_version: u32,
    /// Layout of the segments.
    pub layout: u32,
    /// When the bundle was made (RFC 3339).
    pub created_at: String,
    /// Fingerprint of the signer's key.
    pub fingerprint: String,
    /// For a delta the snapshot that it builds on.
    pub base: Option<String>,
    /// The packed segments, in the order in which they follow.
    pub parts: Vec<BundlePart>,
    /// The library's manifest: snapshot, generation, time, every segment with size and SHA-256, freshness of every feed.
    pub library: Manifest,
}

/// One packed segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundlePart {
    /// Name of the file in the bundle.
    pub file: String,
    /// Bytes, packed.
    pub size_bytes: u64,
    /// SHA-256 of the packed bytes, hexadecimal.
    pub sha256: String,
}

impl BundleManifest {
    /// The contents of a bundle of this library, made `now`.
    pub(crate) fn new(
        library: Manifest,
        base: Option<String>,
        parts: Vec<BundlePart>,
        fingerprint: &str,
        now: Stamp,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            layout: LAYOUT,
            created_at: now.to_string(),
            fingerprint: fingerprint.to_owned(),
            base,
            parts,
            library,
        }
    }

    /// Reads a list of contents and checks that it is whole in itself.
    ///
    /// # Errors
    /// BUNDLE-002, BUNDLE-005 or BUNDLE-007.
    fn read(bytes: &[u8]) -> Result<Self, Message> {
        let head: Head = serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))?;
        if head.format != FORMAT {
            return Err(malformed("manifest.json: format"));
        }
        if (head.format_version, head.layout) != (FORMAT_VERSION, LAYOUT) {
            return Err(Message::new(codes::BUNDLE_VERSION)
                .with("found", format!("{}.{}", head.format_version, head.layout))
                .with("expected", format!("{FORMAT_VERSION}.{LAYOUT}")));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Every name stays inside the folder, every part is a segment's, nothing is missing, and no limit is reached.
    fn check(&self) -> Result<(), Message> {
        if !self.library.is_sound() || Stamp::parse(&self.created_at).is_none() {
            return Err(malformed("manifest.json: library"));
        }
        let feeds = self.library.feeds.values().flat_map(|feed| [&feed.family, &feed.name]);
        if feeds.chain(&self.library.sources).any(|name| name.chars().any(char::is_control)) {
            return Err(malformed("manifest.json: feeds"));
        }
        if self.parts.len() > limits::BUNDLE_PARTS_MAX {
            return Err(limit("BUNDLE_PARTS_MAX", limits::BUNDLE_PARTS_MAX as u64));
        }
        let mut segments = self.library.segments.iter();
        for part in &self.parts {
            if !segments.any(|segment| part_name(segment) == part.file) {
                return Err(malformed(&format!("manifest.json: parts: {}", part.file)));
            }
        }
        if self.base.is_none() && self.parts.len() != self.library.segments.len() {
            return Err(malformed("manifest.json: parts"));
        }
        let part_max = limits::BUNDLE_PART_BYTES_MAX;
        let sizes = self.parts.iter().map(|part| part.size_bytes);
        if sizes
            .chain(self.library.segments.iter().map(|segment| segment.size_bytes))
            .any(|size| size > part_max)
        {
            return Err(limit("BUNDLE_PART_BYTES_MAX", part_max));
        }
        let unpacked: u64 = self.library.segments.iter().map(|segment| segment.size_bytes).sum();
        if unpacked > limits::BUNDLE_UNPACKED_BYTES_MAX {
            return Err(limit("BUNDLE_UNPACKED_BYTES_MAX", limits::BUNDLE_UNPACKED_BYTES_MAX));
        }
        Ok(())
    }

    /// The segments with their parts; without one, the receiver must have the segment.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&SegmentEntry, Option<&BundlePart>)> {
        self.library.segments.iter().map(|segment| {
            let name = part_name(segment);
            (segment, self.parts.iter().find(|part| part.file == name))
        })
    }
}

/// What is read of a list of contents before the rest, whose fields depend on it.
#[derive(Deserialize)]
struct Head {
    /// Name of the format.
    format: String,
    /// Its version.
    format_version: u32,
    /// Layout of the segments.
    layout: u32,
}

/// The name of a segment's file in a bundle.
fn part_name(segment: &SegmentEntry) -> String {
    format!("{}{PACKED_ENDING}", segment.file)
}

/// The bytes that are signed.
fn signed_bytes(manifest: &[u8]) -> Vec<u8> {
    [SIGNED_START, manifest].concat()
}

/// Bytes are not what the format says.
fn malformed(detail: &str) -> Message {
    Message::new(codes::BUNDLE_MALFORMED).with("detail", detail)
}

/// A limit was reached.
fn limit(name: &str, max: u64) -> Message {
    Message::new(codes::BUNDLE_LIMIT).with("limit", name).with("max", max)
}
