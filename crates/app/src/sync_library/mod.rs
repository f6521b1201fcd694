//! Synchronising the library with its sources: fetch what changed, import it, remember how far it went.
//!
//! A source that fails leaves its part of the library as it was and does not stop the others. Nothing is fetched from
//! an address that the list of sources does not name.

pub mod clock;
mod cve_list;
mod download;
pub mod fetch;
mod files;
mod folder;
mod jvn;
mod nvd;
pub mod source;
pub mod state;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::{LibraryFault, Manifest};

use crate::import_library::{
    ImportFault, ImportOptions, ImportOutcome, ImportProgress, NamedFeed, import_feeds,
};
use clock::{Clock, LEFT_ALONE_MAX};
use download::{Downloaded, Downloader, Wanted, part_of};
use fetch::{Fetch, FetchFault, Request, Validator};
use source::{Source, SourceKind, files, request_gap};
use state::{StoredFault, SyncState, on_disk};

/// The folder inside the library's in which downloads grow.
const DOWNLOADS: &str = "sync";
/// Name of the lock file.
const LOCK_FILE: &str = "sync-lock";

/// What is to be synchronised, and how.
pub struct SyncRequest<'a> {
    /// The library's folder.
    pub library: &'a Path,
    /// The sources listed.
    pub sources: &'a [Source],
    /// Only these, and these even if they were synchronised a short time ago; empty means all.
    pub only: &'a [String],
    /// Accept feeds that shrank.
    pub allow_shrink: bool,
    /// Accept feeds older than those in the library.
    pub allow_older: bool,
    /// Parser threads.
    pub n_threads: usize,
    /// Who brings bytes from servers.
    pub http: &'a dyn Fetch,
    /// Time and pauses.
    pub clock: Clock<'a>,
    /// Who is told how far it is.
    pub progress: Progress<'a>,
}

/// Who is told how far a sync is.
pub type Progress<'a> = &'a (dyn Fn(SyncProgress<'_>) + Sync);

/// How far a sync is, told from time to time.
#[derive(Debug)]
pub enum SyncProgress<'a> {
    /// A source begins.
    Source(&'a str),
    /// Bytes arrive.
    Downloading {
        /// From where.
        address: &'a str,
        /// How many so far.
        n_bytes: u64,
        /// How many there are, where the server says it.
        total_bytes: Option<u64>,
    },
    /// An attempt failed and the next one waits.
    Waiting {
        /// Why it failed.
        fault: &'a Message,
        /// How long.
        pause: Duration,
    },
    /// Records are imported.
    Importing(ImportProgress<'a>),
}

/// What became of every source, in the order of the list.
#[derive(Debug, Default)]
pub struct SyncOutcome {
    /// The sources.
    pub sources: Vec<SourceOutcome>,
}

/// What became of a source.
#[derive(Debug, Default)]
pub struct SourceOutcome {
    /// Its id.
    pub id: String,
    /// Left alone until then, because it was synchronised a short time ago or its server asked for it.
    pub skipped_until: Option<Stamp>,
    /// Files (or pages) imported.
    pub n_files_updated: u64,
    /// Files that were current.
    pub n_files_unchanged: u64,
    /// Records that were not there before.
    pub n_new: u64,
    /// Records whose content changed.
    pub n_changed: u64,
    /// Records that left their feed.
    pub n_removed: u64,
    /// Records that could not be read.
    pub n_refused: u64,
    /// Notices of what was imported, each with its feed.
    pub notices: Vec<(String, Message)>,
    /// Notices beyond those.
    pub n_notices_dropped: u64,
    /// What failed, each with the file or source.
    pub faults: Vec<(String, Message)>,
}

impl SourceOutcome {
    /// Nothing failed but feeds that shrank or are older, which were not let in.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let is_refused =
            |message: &Message| message.code == codes::SYNC_SHRANK || message.code == codes::SYNC_OLDER;
        !self.faults.is_empty() && self.faults.iter().all(|(_, message)| is_refused(message))
    }
}

/// Synchronises the library with its sources, one after the other.
///
/// # Errors
/// SYNC-020 when another sync runs, SYNC-023 when the sync's own files cannot be read or written. What fails with one
/// source stands in the [`SyncOutcome`].
pub fn sync_library(request: &SyncRequest<'_>) -> Result<SyncOutcome, Message> {
    let downloads = request.library.join(DOWNLOADS);
    std::fs::create_dir_all(&downloads).map_err(|error| on_disk(&downloads, &error))?;
    let _lock = lock(request.library)?;
    let mut state = SyncState::read(request.library)?;
    let mut outcome = SyncOutcome::default();
    for source in request.sources {
        if !request.only.is_empty() && !request.only.contains(&source.id) {
            continue;
        }
        (request.progress)(SyncProgress::Source(&source.id));
        let mut work = Work::new(request, source, &mut state, &downloads);
        work.run()?;
        outcome.sources.push(work.outcome);
    }
    Ok(outcome)
}

/// Takes the lock of the library's syncs.
fn lock(library: &Path) -> Result<File, Message> {
    let path = library.join(LOCK_FILE);
    let file = File::create(&path).map_err(|error| on_disk(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Message::new(codes::SYNC_RUNNING).with("path", library.display()))
        }
        Err(TryLockError::Error(error)) => Err(on_disk(&path, &error)),
    }
}

/// One source being synchronised.
struct Work<'a> {
    /// The whole task.
    request: &'a SyncRequest<'a>,
    /// The source.
    source: &'a Source,
    /// What is remembered of all sources.
    state: &'a mut SyncState,
    /// Where its downloads grow.
    folder: PathBuf,
    /// Who brings files.
    downloader: Downloader<'a>,
    /// What became of it so far.
    outcome: SourceOutcome,
}

impl<'a> Work<'a> {
    /// Nothing done yet.
    fn new(
        request: &'a SyncRequest<'a>,
        source: &'a Source,
        state: &'a mut SyncState,
        downloads: &Path,
    ) -> Self {
        let downloader = Downloader {
            http: request.http,
            clock: request.clock,
            progress: request.progress,
            asked_at: None,
        };
        let outcome = SourceOutcome { id: source.id.clone(), ..SourceOutcome::default() };
        Self { request, source, state, folder: downloads.join(&source.id), downloader, outcome }
    }

    /// Synchronises the source and remembers how it went.
    fn run(&mut self) -> Result<(), Message> {
        let now = (self.request.clock.now)();
        if let Some(until) = self.left_alone_until(now) {
            self.outcome.skipped_until = Some(until);
            return Ok(());
        }
        self.remembered().attempted_ms = Some(now.0);
        self.remembered().not_before_ms = None;
        self.save()?;
        std::fs::create_dir_all(&self.folder).map_err(|error| on_disk(&self.folder, &error))?;
        if let Some(variable) = self.source.key_variable.as_ref().filter(|_| self.source.key.is_none()) {
            let message = Message::new(codes::SYNC_KEY_MISSING).with("variable", variable);
            self.outcome.notices.push((self.source.id.clone(), message));
        }
        let result = match &self.source.kind {
            SourceKind::NvdApi => self.sync_nvd(),
            SourceKind::CveList => self.sync_cve_list(now),
            SourceKind::Jvn => self.sync_jvn(now),
            SourceKind::Files { is_delta: true, .. } => {
                self.sync_files(files(self.source, now), now, ImportMode::Delta)
            }
            _ => self.sync_files(files(self.source, now), now, self.whole()),
        };
        if let Err(message) = result {
            self.outcome.faults.push((self.source.id.clone(), message));
        }
        let faults: Vec<StoredFault> =
            self.outcome.faults.iter().map(|(name, message)| StoredFault::new(name, message)).collect();
        let remembered = self.remembered();
        if faults.is_empty() {
            remembered.succeeded_ms = Some(now.0);
        }
        remembered.faults = faults;
        self.save()
    }

    /// Until when the source is left alone; a source that was asked for by name only as its server asked.
    fn left_alone_until(&mut self, now: Stamp) -> Option<Stamp> {
        let is_named = !self.request.only.is_empty();
        let interval_ms = i64::try_from(self.source.interval_min.as_millis()).unwrap_or(i64::MAX);
        let remembered = self.remembered();
        // Times that cannot be come from a clock that was wrong, and hold nothing up.
        let since = remembered.succeeded_ms.filter(|since| !is_named && *since <= now.0);
        let asked = remembered
            .not_before_ms
            .filter(|until| until.saturating_sub(LEFT_ALONE_MAX.as_millis() as i64) <= now.0);
        let until = since.map(|since| since.saturating_add(interval_ms)).max(asked);
        until.filter(|until| *until > now.0).map(Stamp)
    }

    /// Whole feeds, under the conditions of this sync.
    fn whole(&self) -> ImportMode {
        ImportMode::Whole { allow_shrink: self.request.allow_shrink }
    }

    /// What is remembered of the source.
    fn remembered(&mut self) -> &mut state::SourceState {
        self.state.source(&self.source.id)
    }

    /// Writes down what is remembered.
    fn save(&mut self) -> Result<(), Message> {
        self.state.write(self.request.library)
    }

    /// Whether there is a library: without one, nothing that is remembered holds.
    fn has_library(&self) -> Result<bool, Message> {
        Manifest::read(self.request.library)
            .map(|manifest| manifest.is_some())
            .map_err(|fault| self.library_fault(&fault))
    }

    /// Brings one file.
    fn download(
        &mut self,
        address: &str,
        held: Option<&Validator>,
    ) -> Result<(Downloaded, PathBuf), Message> {
        let part = part_of(&self.folder, address);
        let is_nvd = self.source.kind == SourceKind::NvdApi;
        let wanted = Wanted {
            request: Request {
                address,
                held,
                partial: None,
                key: self.source.key.as_ref().map(|key| ("apiKey", key)),
                redirect_hosts: &self.source.redirect_hosts,
                accepts_gzip: is_nvd,
            },
            part: part.clone(),
            size_bytes_max: self.source.size_bytes_max,
            gap: request_gap(self.source),
            is_denied_passing: is_nvd,
        };
        match self.downloader.download(&wanted) {
            Ok(downloaded) => Ok((downloaded, part)),
            Err(FetchFault { message, wait, .. }) => {
                if let Some(wait) = wait {
                    let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                    let until_ms = (self.request.clock.now)().0.saturating_add(wait_ms);
                    self.remembered().not_before_ms = Some(until_ms);
                }
                Err(message)
            }
        }
    }

    /// Imports what was brought, all of it or nothing.
    fn import(&mut self, feeds: &[NamedFeed], mode: ImportMode) -> Result<(), (String, Message)> {
        let options =
            ImportOptions { mode, now: (self.request.clock.now)(), n_threads: self.request.n_threads };
        let progress = self.request.progress;
        let imported =
            import_feeds(self.request.library, feeds, options, self.request.allow_older, &|step| {
                progress(SyncProgress::Importing(step));
            });
        match imported {
            Ok(imported) => {
                self.count(imported, feeds.len());
                Ok(())
            }
            Err(ImportFault::Input { name, message }) => Err((name, message)),
            Err(ImportFault::Older { name, held_at, found_at }) => {
                let message = Message::new(codes::SYNC_OLDER).with("name", &name);
                Err((name, message.with("held", held_at).with("found", found_at)))
            }
            Err(ImportFault::Library(fault)) => Err((self.source.id.clone(), self.library_fault(&fault))),
        }
    }

    /// Adds an import to what became of the source.
    fn count(&mut self, imported: ImportOutcome, n_feeds: usize) {
        let outcome = &mut self.outcome;
        outcome.n_files_updated += n_feeds as u64;
        outcome.n_new += imported.report.n_new;
        outcome.n_changed += imported.report.n_changed;
        outcome.n_removed += imported.report.n_removed;
        outcome.n_refused += imported.n_refused;
        outcome.notices.extend(imported.notices);
        outcome.n_notices_dropped += imported.n_notices_dropped;
    }

    /// A fault of the library as a message.
    fn library_fault(&self, fault: &LibraryFault) -> Message {
        let path = self.request.library.display();
        match fault {
            LibraryFault::Locked { .. } => Message::new(codes::SYNC_RUNNING).with("path", path),
            LibraryFault::Shrank { feeds } => {
                let shrunk = feeds.first().cloned();
                let (name, before, now) =
                    shrunk.map_or_else(Default::default, |feed| (feed.name, feed.n_before, feed.n_now));
                let message = Message::new(codes::SYNC_SHRANK).with("name", name);
                message.with("before", before).with("now", now)
            }
            fault => Message::new(codes::SYNC_LIBRARY).with("path", path).with("detail", fault),
        }
    }
}
