//! The vulnerability library: a folder with a manifest and immutable, memory-mapped segments.
//!
//! A newer segment hides the older records that it brings again, so a delta is one small new file. The manifest
//! is replaced by renaming; a crash at any moment leaves the old library whole, and a reader that has the old
//! one open keeps it.

pub mod codec;
mod feeds;
pub mod import;
pub mod install;
pub mod key;
pub mod lifecycles;
pub mod manifest;
pub mod merge;
pub mod product_names;
pub mod record_codec;
pub mod segment;
pub mod segment_writer;
pub mod touched;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kikimori_core::hexadecimal;
use kikimori_core::product_name::{self, ProductName};
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Epss, KevEntry};
use sha2::{Digest, Sha256};

use lifecycles::Lifecycles;
pub use manifest::{Feed, LIFECYCLE_FAMILY, Manifest, Provenance, SegmentEntry};
use segment::{RecordRow, Segment};

/// What can go wrong with the library itself.
#[derive(Debug, thiserror::Error)]
pub enum LibraryFault {
    /// The system refused to read or write.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what it should be; import again into a new folder.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Another version of the program wrote the library; import again into a new folder.
    #[error("{} is of layout {found}, not {}", path.display(), manifest::MANIFEST_FORMAT)]
    OtherLayout {
        /// The manifest.
        path: PathBuf,
        /// Its layout.
        found: u32,
    },
    /// Another process is importing.
    #[error("{} is locked by another import", path.display())]
    Locked {
        /// The library's folder.
        path: PathBuf,
    },
    /// Feeds shrank: refused, so that a truncated feed does not replace a good one.
    #[error("feeds shrank")]
    Shrank {
        /// Each feed that shrank.
        feeds: Vec<ShrunkFeed>,
    },
    /// More entries than one segment can number.
    #[error("too many entries")]
    TooLarge,
}

/// A feed that brought fewer records than the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShrunkFeed {
    /// Name of the file, archive or folder.
    pub name: String,
    /// Records the last time.
    pub n_before: u64,
    /// Records now.
    pub n_now: u64,
}

/// A feed that speaks as of an earlier time than the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderFeed {
    /// Name of the file, archive or folder.
    pub name: String,
    /// As of when it spoke the last time.
    pub held_at: Stamp,
    /// As of when it speaks now.
    pub found_at: Stamp,
}

impl LibraryFault {
    /// An input/output fault at `path`.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

/// An entry's or record's address: segment (the newest is 0) and number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The segment, counted from the newest.
    pub segment: u32,
    /// The row in it.
    pub number: u32,
}

/// The library, open for reading.
#[derive(Debug)]
pub struct Library {
    /// The manifest it was opened with.
    manifest: Manifest,
    /// Segments, the newest first.
    segments: Vec<Segment>,
    /// The KEV catalogue by CVE id.
    kev: BTreeMap<String, KevEntry>,
    /// The segment that carries EPSS.
    epss_segment: Option<usize>,
    /// The segment that carries lifecycle data.
    lifecycle_segment: Option<usize>,
}

impl Library {
    /// Opens the library in `folder`; `None` when there is none.
    ///
    /// # Errors
    /// [`LibraryFault`] when a file cannot be opened or is damaged.
    pub fn open(folder: &Path) -> Result<Option<Self>, LibraryFault> {
        // A concurrent import may delete old segments between the two reads; the manifest then names new ones.
        for _ in 0..8 {
            let Some(manifest) = Manifest::read(folder)? else { return Ok(None) };
            match open_segments(folder, &manifest) {
                Ok(segments) => return Self::new(folder, manifest, segments).map(Some),
                Err(LibraryFault::Io { source, path }) if source.kind() == std::io::ErrorKind::NotFound => {
                    if Manifest::read(folder)?.as_ref() == Some(&manifest) {
                        return Err(LibraryFault::Io { path, source });
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(LibraryFault::Damaged { path: folder.to_owned() })
    }

    /// Puts segments (newest first) and manifest together.
    fn new(folder: &Path, manifest: Manifest, segments: Vec<Segment>) -> Result<Self, LibraryFault> {
        let damaged = || LibraryFault::Damaged { path: folder.to_owned() };
        let kev = match segments.iter().find(|segment| segment.has_kev()) {
            Some(segment) => segment.kev().ok_or_else(damaged)?,
            None => Vec::new(),
        };
        let epss_segment = segments.iter().position(Segment::has_epss);
        let lifecycle_segment = segments.iter().position(|segment| segment.lifecycles().is_some());
        if lifecycle_segment
            .and_then(|index| segments.get(index)?.lifecycles())
            .is_some_and(|read| read.is_none())
        {
            return Err(damaged());
        }
        let kev = kev.into_iter().map(|entry| (entry.cve.clone(), entry)).collect();
        Ok(Self { manifest, segments, kev, epss_segment, lifecycle_segment })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The snapshot id.
    #[must_use]
    pub fn snapshot(&self) -> &str {
        &self.manifest.snapshot
    }

    /// The moment as of which the vulnerability data speak; see [`Manifest::as_of`].
    #[must_use]
    pub fn as_of(&self) -> Option<Stamp> {
        self.manifest.as_of()
    }

    /// The segments, newest first.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Lets go of the pages read so far; see [`Segment::release`].
    pub fn release(&self) {
        self.segments.iter().for_each(Segment::release);
    }

    /// The entries under a key whose records are in force, newest segments first.
    pub fn entries(&self, key_hash: u64, mut visit: impl FnMut(At, u32)) {
        for (index, segment) in self.segments.iter().enumerate() {
            for entry in segment.postings(key_hash) {
                let Some(record) = segment.record_of_entry(entry) else { continue };
                let Some(row) = segment.record(record) else { continue };
                if self.is_current(At { segment: index as u32, number: record }, &row) {
                    visit(At { segment: index as u32, number: entry }, record);
                }
            }
        }
    }

    /// No newer segment brings this record again.
    pub(crate) fn is_current(&self, at: At, row: &RecordRow) -> bool {
        is_current(self.segments.get(..at.segment as usize).unwrap_or_default(), row)
    }

    /// The entries of a record.
    pub(crate) fn entries_of(&self, at: At) -> Vec<record_codec::EntryView<'_>> {
        let Some((segment, row)) = self.record(at) else { return Vec::new() };
        let last = row.first_entry.saturating_add(row.n_entries).min(segment.n_entries());
        (row.first_entry..last).filter_map(|entry| segment.entry(entry)).collect()
    }

    /// The row of a record.
    #[must_use]
    pub fn record(&self, at: At) -> Option<(&Segment, RecordRow)> {
        let segment = self.segments.get(at.segment as usize)?;
        Some((segment, segment.record(at.number)?))
    }

    /// The current row of the record with this hash of source and id, removed ones included.
    #[must_use]
    pub fn find_record(&self, key_hash: u64) -> Option<(At, RecordRow)> {
        self.segments.iter().enumerate().find_map(|(index, segment)| {
            let (number, row) = segment.find_record(key_hash)?;
            Some((At { segment: index as u32, number }, row))
        })
    }

    /// Current records that bear, alias or address an id (candidates: a hash collision may add others).
    pub fn mentions(&self, id: &str) -> Vec<At> {
        let mut found = Vec::new();
        for (index, segment) in self.segments.iter().enumerate() {
            for record in segment.mentions(id) {
                let Some(row) = segment.record(record) else { continue };
                let at = At { segment: index as u32, number: record };
                if row.state.is_record() && self.is_current(at, &row) {
                    found.push(at);
                }
            }
        }
        found
    }

    /// Vendors and products that a source's list calls so, whatever the width and case of letters; sorted.
    #[must_use]
    pub fn product_names(&self, name: &str) -> Vec<ProductName> {
        let wanted = product_name::normal(name);
        let is_called_so = |found: &ProductName| {
            product_name::normal(found.product.as_ref().unwrap_or(&found.vendor)) == wanted
        };
        self.names_under(&product_names::key_of_name(&wanted), is_called_so)
    }

    /// Vendors and products that a source's list gives this CPE name, as written there; sorted.
    #[must_use]
    pub fn product_names_of_cpe(&self, cpe: &str) -> Vec<ProductName> {
        let wanted = cpe.to_ascii_lowercase();
        let has_cpe =
            |found: &ProductName| found.cpe.as_ref().is_some_and(|cpe| cpe.to_ascii_lowercase() == wanted);
        self.names_under(&product_names::key_of_cpe(&wanted), has_cpe)
    }

    /// Current names under a key for which `is_meant` holds.
    fn names_under(&self, key: &str, is_meant: impl Fn(&ProductName) -> bool) -> Vec<ProductName> {
        let mut found = Vec::new();
        for (index, segment) in self.segments.iter().enumerate() {
            for number in segment.mentions(key) {
                let Some(row) = segment.record(number) else { continue };
                let at = At { segment: index as u32, number };
                if self.is_current(at, &row) {
                    found.extend(segment.name(&row).filter(&is_meant));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The KEV entry of a CVE.
    #[must_use]
    pub fn kev(&self, cve: &str) -> Option<&KevEntry> {
        self.kev.get(cve)
    }

    /// The EPSS row of a CVE.
    #[must_use]
    pub fn epss(&self, cve: &str) -> Option<Epss> {
        self.segments.get(self.epss_segment?)?.epss(cve)
    }

    /// The lifecycle data; `None` when the library holds none.
    #[must_use]
    pub fn lifecycles(&self) -> Option<Lifecycles<'_>> {
        self.segments.get(self.lifecycle_segment?)?.lifecycles()?
    }

    /// As of when the lifecycle data speak: the newest of their feeds.
    #[must_use]
    pub fn lifecycles_as_of(&self) -> Option<Stamp> {
        let feeds = self.manifest.feeds.values().filter(|feed| feed.family == LIFECYCLE_FAMILY);
        feeds.filter_map(Feed::as_of).max()
    }

    /// Whether an ecosystem database covers this ecosystem; without a release, any release counts.
    #[must_use]
    pub fn covers(&self, base: &str, release: Option<&str>) -> bool {
        self.manifest.ecosystems.keys().any(|written| {
            let ecosystem = kikimori_core::ecosystem::Ecosystem::parse(written);
            ecosystem.base.eq_ignore_ascii_case(base)
                && (release.is_none()
                    || kikimori_core::distro::speaks_about(base, ecosystem.release.as_deref(), release)
                        != kikimori_core::verdict::Tri::No)
        })
    }

    /// Whether any source that collects vulnerabilities by CPE or product is there. Advisories of one publisher (CSAF) speak
    /// of a few products and check nobody else's.
    #[must_use]
    pub fn covers_cpe(&self) -> bool {
        let is_partial = |source: &str| source.starts_with("osv:") || source.starts_with("csaf");
        self.manifest.live.iter().any(|(source, count)| *count > 0 && !is_partial(source))
    }

    /// Checks every segment against its checksum.
    ///
    /// # Errors
    /// [`LibraryFault::Damaged`] naming the first segment that differs.
    pub fn verify(&self, folder: &Path) -> Result<(), LibraryFault> {
        for (segment, entry) in self.segments.iter().zip(self.manifest.segments.iter().rev()) {
            if sha256_hex(segment.bytes()) != entry.sha256 {
                return Err(LibraryFault::Damaged { path: folder.join(&entry.file) });
            }
        }
        Ok(())
    }
}

/// None of the `newer` segments brings the row's record again.
fn is_current(newer: &[Segment], row: &RecordRow) -> bool {
    !newer.iter().any(|newer| newer.find_record(row.key_hash).is_some())
}

/// Opens the segments of a manifest, newest first.
fn open_segments(folder: &Path, manifest: &Manifest) -> Result<Vec<Segment>, LibraryFault> {
    let mut segments = Vec::with_capacity(manifest.segments.len());
    for entry in manifest.segments.iter().rev() {
        let path = folder.join(&entry.file);
        let segment = Segment::open(&path)?;
        if segment.size_bytes() != entry.size_bytes {
            return Err(LibraryFault::Damaged { path });
        }
        segments.push(segment);
    }
    Ok(segments)
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hexadecimal::of(&Sha256::digest(bytes))
}
