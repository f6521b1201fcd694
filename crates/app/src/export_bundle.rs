//! Exporting the library as one signed offline bundle, whole or as a delta.

use std::collections::BTreeSet;
use std::path::Path;

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::manifest::MANIFEST_FILE;
use kikimori_matcher::library::segment::Segment;
use kikimori_matcher::library::{Library, LibraryFault, Manifest, SegmentEntry, merge, sha256_hex};

use crate::bundle::{self, BundleManifest, SIGNATURE_BYTES, is_bundle};

/// Fewest digits of a snapshot that name it.
const SNAPSHOT_DIGITS_MIN: usize = 8;

/// The key to sign with.
pub struct SigningKey<'a> {
    /// The public key in PEM.
    pub public_pem: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Signs a message.
    pub sign: &'a dyn Fn(&[u8]) -> [u8; SIGNATURE_BYTES],
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOutcome {
    /// The snapshot in the bundle.
    pub snapshot: String,
    /// For a delta the snapshot that the receiver must have.
    pub base: Option<String>,
    /// A delta was asked for, but nothing of its base is in use any more, so that the bundle is a full one.
    pub is_base_gone: bool,
    /// Segments in the bundle.
    pub n_parts: usize,
    /// Segments of the library.
    pub n_segments: usize,
    /// Size of the bundle.
    pub size_bytes: u64,
    /// Size of the segments in it, unpacked.
    pub unpacked_bytes: u64,
    /// Fingerprint of the key.
    pub fingerprint: String,
}

/// Why a bundle was not written.
#[derive(Debug)]
pub enum ExportFault {
    /// There is no library.
    NoLibrary,
    /// What the delta is to build on cannot be read or is not known.
    Since(Message),
    /// The library cannot be read.
    Library(LibraryFault),
    /// The bundle cannot be written.
    Output(std::io::Error),
}

impl From<LibraryFault> for ExportFault {
    fn from(fault: LibraryFault) -> Self {
        Self::Library(fault)
    }
}

/// What somebody has who is to get a delta.
struct Base {
    /// The snapshot.
    snapshot: String,
    /// SHA-256 of its segments.
    segments: BTreeSet<String>,
}

impl Base {
    /// What a library with this manifest has.
    fn of(manifest: &Manifest) -> Self {
        let segments = manifest.segments.iter().map(|segment| segment.sha256.clone()).collect();
        Self { snapshot: manifest.snapshot.clone(), segments }
    }
}

/// Exports the library in `folder` to the file `output`, signed.
///
/// With `since` (a bundle made earlier, the receiver's library folder or its `library.json`, or a snapshot), only the
/// segments that are not in it.
///
/// # Errors
/// [`ExportFault`]; a file that was at `output` is then as it was.
pub fn export_bundle(
    folder: &Path,
    output: &Path,
    since: Option<&str>,
    now: Stamp,
    key: &SigningKey<'_>,
) -> Result<ExportOutcome, ExportFault> {
    let library = Library::open(folder)?.ok_or(ExportFault::NoLibrary)?;
    let mut manifest = library.manifest().clone();
    // Where the exporter got it from is the exporter's; the receiver notes who signed for it.
    manifest.provenance = None;
    let base = since.map(|since| find_base(since, folder, &manifest)).transpose()?;
    let has =
        |segment: &SegmentEntry| base.as_ref().is_some_and(|base| base.segments.contains(&segment.sha256));
    let is_base_gone = base.is_some() && !manifest.segments.iter().any(has);
    let wanted: Vec<(&SegmentEntry, &Segment)> = manifest
        .segments
        .iter()
        .zip(library.segments().iter().rev())
        .filter(|(entry, _)| !has(entry))
        .collect();
    for (entry, segment) in &wanted {
        if sha256_hex(segment.bytes()) != entry.sha256 {
            return Err(LibraryFault::Damaged { path: folder.join(&entry.file) }.into());
        }
        segment.release();
    }
    let packed = bundle::pack(&wanted).map_err(ExportFault::Output)?;
    let mut outcome = ExportOutcome {
        snapshot: manifest.snapshot.clone(),
        base: base.as_ref().filter(|_| !is_base_gone).map(|base| base.snapshot.clone()),
        is_base_gone,
        n_parts: wanted.len(),
        n_segments: manifest.segments.len(),
        size_bytes: 0,
        unpacked_bytes: wanted.iter().map(|(entry, _)| entry.size_bytes).sum(),
        fingerprint: key.fingerprint.clone(),
    };
    let contents = BundleManifest::new(
        manifest.clone(),
        outcome.base.clone(),
        packed.parts.clone(),
        &key.fingerprint,
        now,
    );
    outcome.size_bytes = bundle::write_bundle(output, &contents, packed, &key.public_pem, key.sign)
        .map_err(ExportFault::Output)?;
    Ok(outcome)
}

/// Finds what `since` names: a file or folder, else a snapshot of this library.
///
/// The list of contents of an earlier bundle is taken as it is, without judging its signature: it only says which segments may be left
/// out, and the receiver checks what it has.
fn find_base(since: &str, folder: &Path, manifest: &Manifest) -> Result<Base, ExportFault> {
    let path = Path::new(since);
    if is_bundle(path) {
        let contents = bundle::read_unverified(path).map_err(ExportFault::Since)?;
        return Ok(Base::of(&contents.library));
    }
    let is_manifest = path.file_name().is_some_and(|name| name == MANIFEST_FILE);
    let its_folder = match path.parent() {
        Some(parent) if is_manifest && parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) if is_manifest => parent,
        _ => path,
    };
    if its_folder.is_dir()
        && let Some(manifest) = Manifest::read(its_folder)?
    {
        return Ok(Base::of(&manifest));
    }
    find_snapshot(since, folder, manifest)
}

/// Finds a snapshot that this library had: as long as nothing was merged, its first segments are the library as it was.
fn find_snapshot(since: &str, folder: &Path, manifest: &Manifest) -> Result<Base, ExportFault> {
    if since.len() < SNAPSHOT_DIGITS_MIN || !since.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(unknown(since));
    }
    let since = since.to_ascii_lowercase();
    for n_segments in (1..=manifest.segments.len()).rev() {
        let mut earlier = manifest.clone();
        earlier.segments.truncate(n_segments);
        merge::count(folder, &mut earlier)?;
        if earlier.snapshot.starts_with(&since) {
            return Ok(Base::of(&earlier));
        }
    }
    Err(unknown(&since))
}

/// Nothing is known by this name.
fn unknown(since: &str) -> ExportFault {
    ExportFault::Since(Message::new(codes::BUNDLE_SINCE_UNKNOWN).with("since", since))
}
