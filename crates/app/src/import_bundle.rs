//! Importing a signed offline bundle: the library becomes what was signed, at once, or stays as it was.

use std::path::{Path, PathBuf};

use kikimori_core::limits::BUNDLE_AHEAD_MS_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::install::{Installed, Installer};
use kikimori_matcher::library::{LibraryFault, Manifest, Provenance};

use crate::bundle::{BundleManifest, BundleReader, Judge, PartFault, Signer, is_bundle};
use crate::import_library::ImportFault;

/// How a bundle is imported.
#[derive(Clone, Copy, Debug)]
pub struct BundleOptions {
    /// Now.
    pub now: Stamp,
    /// Accept a bundle that is older than what the library holds.
    pub is_older_allowed: bool,
    /// Give up records that were imported into the library besides bundles.
    pub is_replacing: bool,
}

/// What importing a bundle did.
#[derive(Clone, Debug)]
pub struct BundleOutcome {
    /// Who signed it.
    pub signer: Signer,
    /// For a delta the snapshot that it builds on.
    pub base: Option<String>,
    /// The library as it was.
    pub before: Option<Manifest>,
    /// The library as it is.
    pub after: Manifest,
    /// The library held all of it already; nothing was changed.
    pub is_unchanged: bool,
    /// Segments that were unpacked.
    pub n_unpacked: usize,
}

/// The bundle among the paths of an import; `None` when there is none, and these are feeds.
///
/// # Errors
/// BUNDLE-011 when it does not stand alone.
pub fn find_bundle(paths: &[PathBuf]) -> Result<Option<&Path>, Message> {
    let Some(path) = paths.iter().find(|path| is_bundle(path)) else { return Ok(None) };
    if paths.len() > 1 {
        return Err(Message::new(codes::BUNDLE_MIXED).with("path", path.display()));
    }
    Ok(Some(path))
}

/// Makes the library in `folder` what the bundle at `path` says, if `judge` accepts its signature.
///
/// # Errors
/// [`ImportFault`]; the library is then as it was.
pub fn import_bundle(
    folder: &Path,
    path: &Path,
    options: BundleOptions,
    judge: &Judge<'_>,
) -> Result<BundleOutcome, ImportFault> {
    let refuse = |message| ImportFault::Input { name: path.display().to_string(), message };
    let mut reader = BundleReader::open(path, judge).map_err(refuse)?;
    let contents = reader.manifest.clone();
    refuse_future(&contents, options.now).map_err(refuse)?;
    let mut installer = Installer::begin(folder)?;
    let before = installer.before().cloned();
    let mut outcome = BundleOutcome {
        signer: reader.signer.clone(),
        base: contents.base.clone(),
        before: before.clone(),
        after: contents.library.clone(),
        is_unchanged: false,
        n_unpacked: 0,
    };
    if let Some(before) = before {
        if is_there(&before, &contents.library) {
            outcome.after = before;
            outcome.is_unchanged = true;
            return Ok(outcome);
        }
        refuse_loss(&before, &contents.library, options).map_err(refuse)?;
    }
    let mut held = Vec::with_capacity(contents.library.segments.len());
    for (segment, part) in contents.segments() {
        held.push(installer.has_segment(segment)?);
        if part.is_none() && held.last() == Some(&false) {
            return Err(refuse(base_missing(&contents, outcome.before.as_ref())));
        }
    }
    for ((segment, part), is_held) in contents.segments().zip(held) {
        let Some(part) = part else { continue };
        let mut file = if is_held { None } else { Some(installer.create(segment)?) };
        reader.next_part(part, segment, file.as_mut()).map_err(|fault| match fault {
            PartFault::Bundle(message) => refuse(message),
            PartFault::Out(source) => LibraryFault::Io { path: folder.to_owned(), source }.into(),
        })?;
        if let Some(file) = file {
            installer.place(segment, &file)?;
            outcome.n_unpacked += 1;
        }
    }
    let provenance = provenance(&contents.library, &reader.signer, options.now);
    reader.finish().map_err(refuse)?;
    match installer.commit(&contents.library, provenance)? {
        Installed::Done(after) => outcome.after = *after,
        Installed::SnapshotDiffers { found } => {
            let stated = &contents.library.snapshot;
            let message =
                Message::new(codes::BUNDLE_SNAPSHOT_DIFFERS).with("stated", stated).with("found", found);
            return Err(refuse(message));
        }
    }
    Ok(outcome)
}

/// Refuses a bundle that was made later than now: after it, every right one would look old.
fn refuse_future(contents: &BundleManifest, now: Stamp) -> Result<(), Message> {
    let made = Stamp::parse(&contents.created_at).unwrap_or(now).max(Stamp(contents.library.created_ms));
    if made.0 <= now.0.saturating_add(BUNDLE_AHEAD_MS_MAX) {
        return Ok(());
    }
    Err(Message::new(codes::BUNDLE_FUTURE).with("created", made).with("now", now))
}

/// The library holds this state already, or one of the same records that was made later.
fn is_there(before: &Manifest, library: &Manifest) -> bool {
    before.snapshot == library.snapshot && before.created_ms >= library.created_ms
}

/// Refuses a bundle that would give up newer data or local records, unless that is allowed.
fn refuse_loss(before: &Manifest, library: &Manifest, options: BundleOptions) -> Result<(), Message> {
    if !options.is_older_allowed {
        refuse_older(before, library)?;
    }
    if options.is_replacing || !before.has_local_records() || before.snapshot == library.snapshot {
        return Ok(());
    }
    let installed_ms = before.provenance.as_ref().map_or(i64::MIN, |provenance| provenance.installed_ms);
    let local = before.feeds.values().filter(|feed| feed.imported_ms >= installed_ms);
    let feeds: Vec<&str> = local.map(|feed| feed.name.as_str()).collect();
    Err(Message::new(codes::BUNDLE_LOCAL_RECORDS)
        .with("snapshot", &before.snapshot)
        .with("feeds", feeds.join(", ")))
}

/// Refuses a bundle of a library that was built before the one installed last, or whose data of any family of feeds are
/// older than those of the library.
fn refuse_older(before: &Manifest, library: &Manifest) -> Result<(), Message> {
    let older = |what: &str, bundle: Stamp, library: Stamp| {
        Message::new(codes::BUNDLE_OLDER).with("what", what).with("bundle", bundle).with("library", library)
    };
    if let Some(provenance) = before.provenance.as_ref().filter(|last| last.created_ms > library.created_ms) {
        return Err(older("snapshot", Stamp(library.created_ms), Stamp(provenance.created_ms)));
    }
    let brought = library.newest_by_family();
    for (family, held) in before.newest_by_family() {
        if let Some(brought) = brought.get(family).filter(|brought| **brought < held) {
            return Err(older(family, *brought, held));
        }
    }
    Ok(())
}

/// The library lacks segments that the delta builds on.
fn base_missing(contents: &BundleManifest, before: Option<&Manifest>) -> Message {
    Message::new(codes::BUNDLE_BASE_MISSING)
        .with("needed", contents.base.as_deref().unwrap_or("–"))
        .with("present", before.map_or("–", |before| before.snapshot.as_str()))
}

/// Where the library comes from now.
fn provenance(library: &Manifest, signer: &Signer, now: Stamp) -> Provenance {
    Provenance {
        fingerprint: signer.fingerprint.clone(),
        signer: signer.name.clone(),
        snapshot: library.snapshot.clone(),
        generation: library.generation,
        created_ms: library.created_ms,
        installed_ms: now.0,
    }
}
