//! The manifest: which segments make up the library, which feeds they came from, how fresh they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use kikimori_core::stamp::Stamp;
use serde::{Deserialize, Serialize};

use super::LibraryFault;

/// Name of the manifest file in the library's folder.
pub const MANIFEST_FILE: &str = "library.json";
/// Layout of the manifest.
pub const MANIFEST_FORMAT: u32 = 2;
/// The family of lifecycle data.
pub const LIFECYCLE_FAMILY: &str = "endoflife";
/// Largest manifest read, in bytes: 65,536 feeds of a few hundred bytes.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// Segments that a manifest may name; imports merge them long before.
const MANIFEST_SEGMENTS_MAX: usize = 1_024;

/// A name that an import gives a segment: it stays inside the folder.
fn is_segment_file(name: &str) -> bool {
    let stem = name.strip_prefix("segment-").and_then(|rest| rest.strip_suffix(".kklib"));
    stem.is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// A SHA-256 as it is written here; names of files are made of it.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What every manifest says, whatever its layout.
#[derive(Deserialize)]
struct Layout {
    /// The layout.
    format: u32,
}

/// What makes up the library. Replaced as a whole by renaming, so that a crash leaves the old one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Layout of this file.
    pub format: u32,
    /// Counts up with every change.
    pub generation: u64,
    /// Hash of the content, 32 hexadecimal digits: the same records give the same snapshot in whatever order they came.
    pub snapshot: String,
    /// When this generation was made, milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// Segments, the oldest first.
    pub segments: Vec<SegmentEntry>,
    /// Sources by number, in order of first arrival; record rows hold the number.
    pub sources: Vec<String>,
    /// Feeds by number.
    pub feeds: BTreeMap<u16, Feed>,
    /// Records in force, by source.
    pub live: BTreeMap<String, u64>,
    /// Rejected and withdrawn records, by source.
    pub retired: BTreeMap<String, u64>,
    /// Names of vendors and products, by source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, u64>,
    /// Newest revision, by source, milliseconds since 1970 UTC.
    pub newest_ms: BTreeMap<String, i64>,
    /// Records of ecosystem databases, by ecosystem with release.
    pub ecosystems: BTreeMap<String, u64>,
    /// KEV entries.
    pub n_kev: u64,
    /// EPSS rows.
    pub n_epss: u64,
    /// Products with lifecycle data.
    pub n_products: u64,
    /// Their release cycles.
    pub n_cycles: u64,
    /// The signed bundle that was installed last; feeds may have been imported on top of it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

/// Where a library came from that was not built here: the bundle that was installed last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Fingerprint of the key that had signed it.
    pub fingerprint: String,
    /// The name under which that key was trusted here.
    pub signer: String,
    /// The snapshot it brought.
    pub snapshot: String,
    /// Its generation where it was built.
    pub generation: u64,
    /// When it was built there, milliseconds since 1970 UTC.
    pub created_ms: i64,
    /// When it was installed here, milliseconds since 1970 UTC.
    pub installed_ms: i64,
}

/// One segment file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentEntry {
    /// File name inside the folder.
    pub file: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256, hexadecimal; checked by `library verify`.
    pub sha256: String,
    /// Record rows in it.
    pub n_records: u64,
}

/// One feed: what one file, archive or folder brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The family of its format: `nvd`, `cve`, `osv`, `kev`, `epss`, `endoflife`…
    pub family: String,
    /// Name of the file, archive or folder.
    pub name: String,
    /// Distinct records it brought the last time it was imported whole.
    pub n_records: u64,
    /// The time that the feed itself states, milliseconds since 1970 UTC.
    pub stated_ms: Option<i64>,
    /// Newest revision among its records, milliseconds since 1970 UTC.
    pub newest_ms: Option<i64>,
    /// When it was last imported, milliseconds since 1970 UTC.
    pub imported_ms: i64,
}

/// A family of feeds brings no vulnerability records but facts beside them, of which the newest whole feed counts.
#[must_use]
pub fn is_beside_records(family: &str) -> bool {
    matches!(family, "kev" | "epss" | LIFECYCLE_FAMILY)
}

impl Feed {
    /// As of when the data speak: what the feed states, else its newest record; never later than the import.
    #[must_use]
    pub fn as_of(&self) -> Option<Stamp> {
        self.stated_ms.or(self.newest_ms).map(|stamp| Stamp(stamp.min(self.imported_ms)))
    }
}

impl Manifest {
    /// Reads the manifest of the library in `folder`; `None` when there is no library.
    ///
    /// # Errors
    /// [`LibraryFault::Io`]; [`LibraryFault::OtherLayout`] when another version wrote it; [`LibraryFault::Damaged`].
    pub fn read(folder: &Path) -> Result<Option<Self>, LibraryFault> {
        let path = folder.join(MANIFEST_FILE);
        let damaged = || LibraryFault::Damaged { path: path.clone() };
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(LibraryFault::io(&path, error)),
        };
        if metadata.len() > MANIFEST_BYTES_MAX {
            return Err(damaged());
        }
        let text = std::fs::read(&path).map_err(|error| LibraryFault::io(&path, error))?;
        let Layout { format: found } = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if found != MANIFEST_FORMAT {
            return Err(LibraryFault::OtherLayout { path, found });
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if manifest.is_sound() { Ok(Some(manifest)) } else { Err(damaged()) }
    }

    /// Of the layout that is read here, and every name stays inside the folder.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.format == MANIFEST_FORMAT
            && self.segments.len() <= MANIFEST_SEGMENTS_MAX
            && self.segments.iter().all(|entry| is_segment_file(&entry.file) && is_hash(&entry.sha256))
    }

    /// Records were imported that no bundle brought: the content is not that of the bundle installed last.
    #[must_use]
    pub fn has_local_records(&self) -> bool {
        self.provenance.as_ref().is_none_or(|provenance| provenance.snapshot != self.snapshot)
    }

    /// The moment as of which the vulnerability data speak: of every family of feeds (`nvd`, `cve`, `osv`…) the newest,
    /// and of these the oldest, so that a fresh feed of one family does not make old data of another look fresh. KEV,
    /// EPSS and lifecycle data do not count, and advisories (`csaf`), of which the newest may well be old, only where
    /// there is no other.
    #[must_use]
    pub fn as_of(&self) -> Option<Stamp> {
        let newest = self.newest_by_family();
        let oldest = |is_counted: &dyn Fn(&str) -> bool| {
            newest.iter().filter(|(family, _)| is_counted(family)).map(|(_, as_of)| *as_of).min()
        };
        oldest(&|family| !is_beside_records(family) && family != "csaf")
            .or_else(|| oldest(&|family| family == "csaf"))
    }

    /// As of when the data of every family of feeds speak: the newest feed of each.
    #[must_use]
    pub fn newest_by_family(&self) -> BTreeMap<&str, Stamp> {
        let mut newest: BTreeMap<&str, Stamp> = BTreeMap::new();
        for feed in self.feeds.values() {
            if let Some(as_of) = feed.as_of() {
                let entry = newest.entry(&feed.family).or_insert(as_of);
                *entry = as_of.max(*entry);
            }
        }
        newest
    }

    /// Replaces the manifest: written beside, synced, renamed, folder synced.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses; the old manifest is then still whole.
    pub fn write(&self, folder: &Path) -> Result<(), LibraryFault> {
        let path = folder.join(MANIFEST_FILE);
        let beside = folder.join(format!("{MANIFEST_FILE}.new"));
        let fault = |error| LibraryFault::io(&path, error);
        let text = serde_json::to_vec_pretty(self).map_err(|error| fault(error.into()))?;
        let mut file = File::create(&beside).map_err(fault)?;
        file.write_all(&text).map_err(fault)?;
        file.sync_all().map_err(fault)?;
        std::fs::rename(&beside, &path).map_err(fault)?;
        sync_folder(folder)
    }
}

/// Makes renames in a folder durable, where the system can (Windows syncs with the rename).
///
/// # Errors
/// [`LibraryFault::Io`] when the disk refuses.
pub fn sync_folder(folder: &Path) -> Result<(), LibraryFault> {
    if cfg!(unix) {
        let handle = File::open(folder).map_err(|error| LibraryFault::io(folder, error))?;
        handle.sync_all().map_err(|error| LibraryFault::io(folder, error))?;
    }
    Ok(())
}
