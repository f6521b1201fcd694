//! One file, brought here: tried again, continued where it was cut, bounded in size.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kikimori_core::hexadecimal;
use kikimori_core::limits::{SYNC_ATTEMPTS_MAX, SYNC_PIECES_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::sha256_hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::clock::{ASKED_PAUSE_MAX, Clock, LEFT_ALONE_MAX, pause};
use super::fetch::{Answer, AnswerKind, Fetch, FetchFault, Request, Validator, is_http, shown};
use super::folder::Folder;
use super::state::{on_disk, replace};
use super::{Progress, SyncProgress};
use crate::inputs::is_plausible;

/// Bytes read at once.
const BUFFER_BYTES: usize = 64 << 10;
/// An attempt that brought at least this many bytes is no failure in a row, even if it was cut.
const PIECE_BYTES_MIN: u64 = 1 << 20;
/// Bytes looked at to tell a page from a feed.
const START_BYTES: usize = 512;

/// A file that is wanted.
pub(super) struct Wanted<'a> {
    /// What to ask; `partial` is filled in here.
    pub(super) request: Request<'a>,
    /// Where the file grows.
    pub(super) part: PathBuf,
    /// Largest size, in bytes.
    pub(super) size_bytes_max: u64,
    /// Time between two requests.
    pub(super) gap: Duration,
    /// The server says "denied" when it means "too many requests" (NVD does).
    pub(super) is_denied_passing: bool,
}

/// What came of it.
pub(super) enum Downloaded {
    /// What is held is current.
    NotModified,
    /// A whole file, at [`Wanted::part`].
    File {
        /// What tells it from a later one.
        validator: Validator,
        /// SHA-256 of its bytes.
        sha256: String,
    },
}

/// Beside a file that grows: what it is the beginning of.
#[derive(Serialize, Deserialize)]
struct Beginning {
    /// The address.
    address: String,
    /// The version.
    validator: Validator,
}

/// Brings files, one request at a time.
pub(super) struct Downloader<'a> {
    /// Who brings bytes from servers; [`Folder`] brings those of files.
    pub(super) http: &'a dyn Fetch,
    /// Time and pauses.
    pub(super) clock: Clock<'a>,
    /// Who is told.
    pub(super) progress: Progress<'a>,
    /// When the last request was made.
    pub(super) asked_at: Option<Duration>,
}

impl Downloader<'_> {
    /// Brings a file, in several attempts.
    ///
    /// # Errors
    /// [`FetchFault`] of the last attempt; what came so far stays for the next sync.
    pub(super) fn download(&mut self, wanted: &Wanted<'_>) -> Result<Downloaded, FetchFault> {
        let mut n_failed = 0;
        for _ in 0..SYNC_PIECES_MAX {
            self.keep_gap(wanted.gap);
            let before_bytes = size_of(&wanted.part);
            let fault = match self.attempt(wanted) {
                Ok(downloaded) => return Ok(downloaded),
                Err(fault) => fault,
            };
            let n_gained_bytes = size_of(&wanted.part).saturating_sub(before_bytes);
            n_failed = if n_gained_bytes >= PIECE_BYTES_MIN { 1 } else { n_failed + 1 };
            let is_denied = wanted.is_denied_passing && fault.message.code == codes::SYNC_DENIED;
            if !(fault.is_passing || is_denied) || n_failed >= SYNC_ATTEMPTS_MAX {
                return Err(fault);
            }
            let asked = fault.wait.map(|asked| asked.min(LEFT_ALONE_MAX));
            if let Some(asked) = asked.filter(|asked| *asked > ASKED_PAUSE_MAX) {
                let asked_ms = i64::try_from(asked.as_millis()).unwrap_or(i64::MAX);
                let until = Stamp((self.clock.now)().0.saturating_add(asked_ms));
                let message = Message::new(codes::SYNC_ASKED_TO_WAIT);
                let message = message.with("address", shown(wanted.request.address)).with("until", until);
                return Err(FetchFault { message, is_passing: false, wait: Some(asked) });
            }
            let pause = pause(n_failed, asked, (self.clock.jitter)());
            (self.progress)(SyncProgress::Waiting { fault: &fault.message, pause });
            (self.clock.wait)(pause);
        }
        let message = Message::new(codes::SYNC_CUT)
            .with("address", shown(wanted.request.address))
            .with("received", size_of(&wanted.part))
            .with("detail", "SYNC_PIECES_MAX");
        Err(FetchFault::lasting(message))
    }

    /// Waits until the gap between two requests has passed.
    fn keep_gap(&mut self, gap: Duration) {
        let now = (self.clock.elapsed)();
        if let Some(asked_at) = self.asked_at {
            let rest = gap.saturating_sub(now.saturating_sub(asked_at));
            if !rest.is_zero() {
                (self.clock.wait)(rest);
            }
        }
        self.asked_at = Some((self.clock.elapsed)());
    }

    /// Asks once and writes what comes.
    fn attempt(&self, wanted: &Wanted<'_>) -> Result<Downloaded, FetchFault> {
        let address = wanted.request.address;
        let beginning = read_beginning(&wanted.part, address);
        let n_held_bytes = size_of(&wanted.part);
        let partial = beginning
            .as_ref()
            .filter(|beginning| n_held_bytes > 0 && beginning.strong().is_some())
            .map(|beginning| (n_held_bytes, beginning));
        let fetch = if is_http(address) { self.http } else { &Folder };
        let answer = fetch.fetch(&Request { partial, ..wanted.request })?;
        let start = match answer.kind {
            AnswerKind::NotModified => return Ok(Downloaded::NotModified),
            AnswerKind::Rest(start) if start == n_held_bytes && partial.is_some() => start,
            AnswerKind::Whole => 0,
            AnswerKind::Rest(_) | AnswerKind::BadRange => {
                forget(&wanted.part);
                let message = Message::new(codes::SYNC_CUT)
                    .with("address", shown(address))
                    .with("received", 0)
                    .with("detail", "Content-Range");
                return Err(FetchFault::passing(message));
            }
        };
        let validator = answer.validator.clone();
        let mut file = begin(&wanted.part, start, address, &validator).map_err(FetchFault::lasting)?;
        self.copy(wanted, answer, start, &mut file)?;
        file.sync_all().map_err(|error| FetchFault::lasting(on_disk(&wanted.part, &error)))?;
        let sha256 =
            hash_of(&wanted.part).map_err(|error| FetchFault::lasting(on_disk(&wanted.part, &error)))?;
        Ok(Downloaded::File { validator, sha256 })
    }

    /// Writes the body behind the `start` bytes that are there.
    fn copy(
        &self,
        wanted: &Wanted<'_>,
        answer: Answer,
        start: u64,
        file: &mut File,
    ) -> Result<(), FetchFault> {
        let address = wanted.request.address;
        let Answer { length_bytes, is_page, mut body, .. } = answer;
        let total_bytes = length_bytes.map(|length| start.saturating_add(length));
        let too_large = || {
            forget(&wanted.part);
            let message = Message::new(codes::SYNC_TOO_LARGE);
            let message = message.with("address", shown(address)).with("max", wanted.size_bytes_max);
            FetchFault::lasting(message)
        };
        if total_bytes.is_some_and(|total| total > wanted.size_bytes_max) {
            return Err(too_large());
        }
        let mut n_bytes = start;
        let mut first = Vec::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(fault_of(error, address, n_bytes)),
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            if start == 0 && first.len() < START_BYTES {
                first.extend(bytes.iter().take(START_BYTES - first.len()));
                if is_for_people(&first, is_page) {
                    forget(&wanted.part);
                    let message = Message::new(codes::SYNC_PAGE).with("address", shown(address));
                    return Err(FetchFault::lasting(message));
                }
            }
            n_bytes = n_bytes.saturating_add(count as u64);
            if n_bytes > wanted.size_bytes_max {
                return Err(too_large());
            }
            file.write_all(bytes).map_err(|error| FetchFault::lasting(on_disk(&wanted.part, &error)))?;
            (self.progress)(SyncProgress::Downloading { address: &shown(address), n_bytes, total_bytes });
        }
        if let Some(total) = total_bytes.filter(|total| *total != n_bytes) {
            let detail = format!("{n_bytes} of {total}");
            return Err(cut(address, n_bytes, &detail));
        }
        Ok(())
    }
}

/// A page for people: it says so itself, or begins like one. XML of a feed does not.
fn is_for_people(start: &[u8], is_page: bool) -> bool {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let is_html = text.contains("<!doctype html") || text.contains("<html");
    let is_packed = matches!(start, [b'P', b'K', ..] | [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..]);
    is_html || (is_page && !is_packed && !is_plausible(start))
}

/// What an error in the middle of a body says.
fn fault_of(error: io::Error, address: &str, n_bytes: u64) -> FetchFault {
    let detail = error.to_string();
    match error.into_inner().map(|inner| inner.downcast::<FetchFault>()) {
        Some(Ok(fault)) => *fault,
        _ => cut(address, n_bytes, &detail),
    }
}

/// A connection was cut.
fn cut(address: &str, n_bytes: u64, detail: &str) -> FetchFault {
    let message = Message::new(codes::SYNC_CUT);
    FetchFault::passing(
        message.with("address", shown(address)).with("received", n_bytes).with("detail", detail),
    )
}

/// Where a file of a source grows: told by its address, so that a later sync finds it again.
pub(super) fn part_of(folder: &Path, address: &str) -> PathBuf {
    let name = sha256_hex(address.as_bytes());
    folder.join(format!("{}.part", name.get(..16).unwrap_or_default()))
}

/// Removes a file and what it is the beginning of.
pub(super) fn forget(part: &Path) {
    let _ = std::fs::remove_file(part);
    let _ = std::fs::remove_file(beginning_path(part));
}

/// Where the beginning of a file is described.
fn beginning_path(part: &Path) -> PathBuf {
    part.with_extension("part.json")
}

/// What a file is the beginning of, when it is one of this address.
fn read_beginning(part: &Path, address: &str) -> Option<Validator> {
    let bytes = std::fs::read(beginning_path(part)).ok()?;
    let beginning: Beginning = serde_json::from_slice(&bytes).ok()?;
    (beginning.address == address).then_some(beginning.validator)
}

/// Opens a file to be continued at `start`, or anew.
fn begin(part: &Path, start: u64, address: &str, validator: &Validator) -> Result<File, Message> {
    let opened = if start > 0 {
        OpenOptions::new().append(true).open(part)
    } else {
        // Emptied first: old bytes must never stand beside a new validator.
        File::create(part).and_then(|file| {
            let beginning = Beginning { address: address.to_owned(), validator: validator.clone() };
            let bytes = serde_json::to_vec(&beginning).map_err(io::Error::other)?;
            replace(&beginning_path(part), &bytes)?;
            Ok(file)
        })
    };
    opened.map_err(|error| on_disk(part, &error))
}

/// A file's size; nothing when there is none.
fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// SHA-256 of a file.
fn hash_of(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hexadecimal::of(&hasher.finalize()))
}
