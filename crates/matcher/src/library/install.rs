//! Installing a library that was built elsewhere: its segments beside the old ones, then the manifest at once.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::import::{lock, remove_leftovers};
use super::manifest::{SegmentEntry, sync_folder};
use super::segment::Segment;
use super::{LibraryFault, Manifest, Provenance, merge, sha256_hex};

/// Digits of a segment's SHA-256 in the name of its file here: no name of an import is like it, and none is taken twice.
const NAME_DIGITS: usize = 40;

/// An installation. Dropping it without [`Installer::commit`] changes nothing.
pub struct Installer {
    /// The library's folder.
    folder: PathBuf,
    /// Held until the installation ends.
    _lock: File,
    /// The library as it was.
    before: Option<Manifest>,
    /// Segments in place, by the SHA-256 that they have been checked against: name of the file.
    placed: BTreeMap<String, String>,
}

/// What the installation came to.
#[derive(Debug)]
pub enum Installed {
    /// The library holds what the manifest says.
    Done(Box<Manifest>),
    /// The records give another snapshot than the manifest says; the library is as it was.
    SnapshotDiffers {
        /// The snapshot that they give.
        found: String,
    },
}

impl Installer {
    /// Takes the lock and reads what is there.
    ///
    /// # Errors
    /// [`LibraryFault::Locked`] while an import runs; [`LibraryFault::Io`]; [`LibraryFault::Damaged`].
    pub fn begin(folder: &Path) -> Result<Self, LibraryFault> {
        let lock = lock(folder)?;
        remove_leftovers(folder)?;
        let before = Manifest::read(folder)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock, before, placed: BTreeMap::new() })
    }

    /// The manifest of the library as it was.
    #[must_use]
    pub fn before(&self) -> Option<&Manifest> {
        self.before.as_ref()
    }

    /// Whether the library holds this segment already, checked against its hash; it is used then.
    ///
    /// # Errors
    /// [`LibraryFault::Io`]; [`LibraryFault::Damaged`] when the file is not what its manifest says.
    pub fn has_segment(&mut self, wanted: &SegmentEntry) -> Result<bool, LibraryFault> {
        let held = self.before.iter().flat_map(|manifest| &manifest.segments);
        let Some(held) = held.into_iter().find(|held| held.sha256 == wanted.sha256) else { return Ok(false) };
        let path = self.folder.join(&held.file);
        if sha256_hex(Segment::open(&path)?.bytes()) != wanted.sha256 {
            return Err(LibraryFault::Damaged { path });
        }
        self.placed.insert(wanted.sha256.clone(), held.file.clone());
        Ok(true)
    }

    /// The file to write a segment into; it counts once [`Installer::place`] was called.
    ///
    /// # Errors
    /// [`LibraryFault::Io`].
    pub fn create(&self, segment: &SegmentEntry) -> Result<File, LibraryFault> {
        let path = self.written_path(segment);
        File::create(&path).map_err(|error| LibraryFault::io(&path, error))
    }

    /// Gives a written segment its name, durably. The caller has checked its size and hash.
    ///
    /// # Errors
    /// [`LibraryFault::Io`].
    pub fn place(&mut self, segment: &SegmentEntry, written: &File) -> Result<(), LibraryFault> {
        let name = format!("{}.kklib", name_of(segment));
        let path = self.folder.join(&name);
        written.sync_all().map_err(|error| LibraryFault::io(&path, error))?;
        std::fs::rename(self.written_path(segment), &path).map_err(|error| LibraryFault::io(&path, error))?;
        self.placed.insert(segment.sha256.clone(), name);
        Ok(())
    }

    /// Makes the segments of `manifest` the library. All of them must be in place.
    ///
    /// Counts and the snapshot are worked out again from the records; the generation goes on from the one here.
    ///
    /// # Errors
    /// [`LibraryFault`]; the library is then as it was.
    pub fn commit(self, manifest: &Manifest, provenance: Provenance) -> Result<Installed, LibraryFault> {
        let mut next = manifest.clone();
        for segment in &mut next.segments {
            let missing = || LibraryFault::Damaged { path: self.folder.join(&segment.file) };
            segment.file = self.placed.get(&segment.sha256).ok_or_else(missing)?.clone();
        }
        next.generation = self.before.as_ref().map_or(1, |before| before.generation.saturating_add(1));
        next.provenance = Some(provenance);
        sync_folder(&self.folder)?;
        merge::count(&self.folder, &mut next)?;
        if next.snapshot != manifest.snapshot {
            return Ok(Installed::SnapshotDiffers { found: next.snapshot });
        }
        next.write(&self.folder)?;
        Ok(Installed::Done(Box::new(next)))
    }

    /// Where a segment is being written.
    fn written_path(&self, segment: &SegmentEntry) -> PathBuf {
        self.folder.join(format!("{}.new", name_of(segment)))
    }
}

impl Drop for Installer {
    /// Removes what no manifest names: the old segments, or what was written for an installation that did not come about.
    /// A reader that has a file open keeps it; where it cannot be removed, the next import tries again.
    fn drop(&mut self) {
        let _ = remove_leftovers(&self.folder);
    }
}

/// The name of a segment's file without its ending. [`Manifest::is_sound`] holds hashes to hexadecimal digits.
fn name_of(segment: &SegmentEntry) -> String {
    format!("segment-{}", segment.sha256.get(..NAME_DIGITS).unwrap_or(&segment.sha256))
}
