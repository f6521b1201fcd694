//! Sources that are plain files: each is asked for only if it changed.

use std::path::{Path, PathBuf};

use kikimori_core::limits::SYNC_FILES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::ImportMode;

use super::Work;
use super::clock::http_date;
use super::download::{Downloaded, forget};
use super::fetch::Validator;
use super::source::SourceFile;
use super::state::FileState;
use crate::import_library::NamedFeed;

/// How often a file is fetched whose publisher says what it must be.
const STATED_ATTEMPTS: usize = 2;

/// A file that came and waits to be imported.
struct Fresh {
    /// The file's address.
    address: String,
    /// What is imported.
    feed: NamedFeed,
    /// What is remembered once it is imported.
    state: FileState,
}

impl Work<'_> {
    /// Brings and imports the files that changed. They are imported together, and each by itself when that fails, so
    /// that a broken one does not hold up the others.
    pub(super) fn sync_files(
        &mut self,
        files: Vec<SourceFile>,
        now: Stamp,
        mode: ImportMode,
    ) -> Result<(), Message> {
        let is_remembered = self.has_library()?;
        let mut fresh = Vec::new();
        for file in files.into_iter().take(SYNC_FILES_MAX) {
            match self.fetch_file(&file, now, is_remembered) {
                Ok(found) => fresh.extend(found),
                Err(message) if message.code == codes::SYNC_NOT_FOUND && file.is_optional => {}
                Err(message) => self.outcome.faults.push((file.name, message)),
            }
            if self.remembered().not_before_ms.is_some() {
                break;
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let feeds: Vec<NamedFeed> = fresh.iter().map(|file| file.feed.clone()).collect();
        let together = self.import(&feeds, mode);
        let is_single = feeds.len() == 1;
        for file in fresh {
            let imported = match &together {
                Err(_) if !is_single => self.import(std::slice::from_ref(&file.feed), mode),
                together => together.clone(),
            };
            match imported {
                Ok(()) => {
                    self.remembered().files.insert(file.address, file.state);
                }
                Err(fault) => self.outcome.faults.push(fault),
            }
            forget(&file.feed.path);
        }
        Ok(())
    }

    /// Brings a file if it changed.
    fn fetch_file(
        &mut self,
        file: &SourceFile,
        now: Stamp,
        is_remembered: bool,
    ) -> Result<Option<Fresh>, Message> {
        let held = self.remembered().files.get(&file.address).cloned().filter(|_| is_remembered);
        let (downloaded, path) = match &file.checksum {
            Some((_, stated)) if held.as_ref().is_some_and(|held| held.sha256 == *stated) => {
                self.outcome.n_files_unchanged += 1;
                return Ok(None);
            }
            Some(stated) => self.download_stated(file, stated)?,
            None => self.download(&file.address, held.as_ref().map(|held| &held.validator))?,
        };
        let Downloaded::File { validator, sha256 } = downloaded else {
            self.outcome.n_files_unchanged += 1;
            return Ok(None);
        };
        if let Some(held) = held {
            if held.sha256 == sha256 {
                self.outcome.n_files_unchanged += 1;
                self.remembered().files.insert(file.address.clone(), FileState { validator, ..held });
                forget(&path);
                return Ok(None);
            }
            if !self.request.allow_older {
                self.refuse_older(file, &held.validator, &validator, &path)?;
            }
        }
        let feed = NamedFeed { path, name: file.name.clone() };
        let state = FileState { validator, sha256, imported_ms: now.0 };
        Ok(Some(Fresh { address: file.address.clone(), feed, state }))
    }

    /// Brings a file that must be what its publisher's list says; once more when it is not, because a list and its files
    /// are not replaced in the same moment.
    fn download_stated(
        &mut self,
        file: &SourceFile,
        (size_bytes, sha256): &(u64, String),
    ) -> Result<(Downloaded, PathBuf), Message> {
        let mut differing = None;
        for _ in 0..STATED_ATTEMPTS {
            let (downloaded, path) = self.download(&file.address, None)?;
            let Downloaded::File { sha256: found, .. } = &downloaded else { return Ok((downloaded, path)) };
            if found == sha256 {
                return Ok((downloaded, path));
            }
            let found_bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
            let message = Message::new(codes::FEED_CHECKSUM_DIFFERS)
                .with("file", &file.name)
                .with("stated_size", size_bytes)
                .with("size", found_bytes)
                .with("stated_hash", sha256)
                .with("hash", found);
            forget(&path);
            differing = Some(message);
        }
        Err(differing.unwrap_or_else(|| Message::new(codes::FEED_EMPTY)))
    }

    /// Refuses a file that its server dates before the one that is held.
    fn refuse_older(
        &self,
        file: &SourceFile,
        held: &Validator,
        found: &Validator,
        path: &Path,
    ) -> Result<(), Message> {
        let date = |validator: &Validator| validator.last_modified.as_deref().and_then(http_date);
        match (date(held), date(found)) {
            (Some(held_at), Some(found_at)) if found_at < held_at => {
                forget(path);
                let message = Message::new(codes::SYNC_OLDER).with("name", &file.name);
                Err(message.with("held", held_at).with("found", found_at))
            }
            _ => Ok(()),
        }
    }
}
