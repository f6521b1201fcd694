//! What a sync remembers: `sync.json` in the library's folder, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kikimori_core::message::{Message, codes};
use serde::{Deserialize, Serialize};

use super::fetch::Validator;

/// Name of the file in the library's folder.
const STATE_FILE: &str = "sync.json";
/// Largest file read, in bytes: a few hundred for each of `SYNC_FILES_MAX` files of every source.
const STATE_BYTES_MAX: u64 = 256 << 20;
/// Layout of the file.
const STATE_FORMAT: u32 = 1;

/// What a sync remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncState {
    /// Layout of this file.
    pub format: u32,
    /// Sources by their ids.
    pub sources: BTreeMap<String, SourceState>,
}

/// What is remembered of a source. Times are milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceState {
    /// When it was last tried.
    pub attempted_ms: Option<i64>,
    /// When it last succeeded, wholly.
    pub succeeded_ms: Option<i64>,
    /// Its server asked to be left alone until then.
    pub not_before_ms: Option<i64>,
    /// Why the last attempt failed; empty when it did not.
    pub faults: Vec<StoredFault>,
    /// What was imported, by address.
    pub files: BTreeMap<String, FileState>,
    /// How far NVD's API was read.
    pub nvd: Option<NvdState>,
    /// The day (UTC) up to whose end the CVE list was read.
    pub cve_day: Option<String>,
}

/// A fault that a later command shows again, in whatever language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFault {
    /// The file or source.
    pub name: String,
    /// Code of the message.
    pub code: String,
    /// Its named values.
    pub args: BTreeMap<String, String>,
}

impl StoredFault {
    /// Keeps a message about `name`.
    #[must_use]
    pub fn new(name: &str, message: &Message) -> Self {
        let args = message.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { name: name.to_owned(), code: message.code.0.to_owned(), args }
    }
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// What tells it from a later one.
    pub validator: Validator,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was imported.
    pub imported_ms: i64,
}

/// How far NVD's API was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NvdState {
    /// Where it was read from; another base begins anew.
    pub base: String,
    /// Everything changed before this is in the library; `None` before the first whole reading.
    pub until_ms: Option<i64>,
    /// A query whose pages are being fetched.
    pub run: Option<NvdRun>,
}

/// A query of NVD's API, interrupted or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NvdRun {
    /// What changed from then; `None` is everything.
    pub from_ms: Option<i64>,
    /// What changed until then.
    pub until_ms: i64,
    /// When its first page was made, as NVD says; changes since then are for the next query.
    pub stated_ms: Option<i64>,
    /// When it began.
    pub began_ms: i64,
    /// Records fetched so far: the next page begins there.
    pub n_records: u64,
    /// Pages fetched so far.
    pub n_pages: u32,
}

impl SyncState {
    /// Reads what was remembered for the library in `folder`; nothing when there is no such file.
    ///
    /// # Errors
    /// SYNC-023 when the file cannot be read or is damaged.
    pub fn read(folder: &Path) -> Result<Self, Message> {
        let path = state_path(folder);
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(on_disk(&path, &error)),
        };
        if metadata.len() > STATE_BYTES_MAX {
            return Err(on_disk(&path, &"> STATE_BYTES_MAX"));
        }
        let bytes = std::fs::read(&path).map_err(|error| on_disk(&path, &error))?;
        let state: Self = serde_json::from_slice(&bytes).map_err(|error| on_disk(&path, &error))?;
        if state.format == STATE_FORMAT { Ok(state) } else { Err(on_disk(&path, &"format")) }
    }

    /// Writes the file: beside, synced, renamed.
    ///
    /// # Errors
    /// SYNC-023 when the disk refuses; the old file is then still whole.
    pub fn write(&mut self, folder: &Path) -> Result<(), Message> {
        self.format = STATE_FORMAT;
        let path = state_path(folder);
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| on_disk(&path, &error))?;
        replace(&path, &bytes).map_err(|error| on_disk(&path, &error))
    }

    /// What is remembered of a source.
    pub fn source(&mut self, id: &str) -> &mut SourceState {
        self.sources.entry(id.to_owned()).or_default()
    }
}

/// Replaces a file durably: written beside, synced, renamed.
///
/// # Errors
/// What the system says; the old file is then still whole.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("json.new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

/// A file of the sync cannot be read or written.
pub fn on_disk(path: &Path, detail: &dyn std::fmt::Display) -> Message {
    Message::new(codes::SYNC_DISK).with("path", path.display()).with("detail", detail)
}

/// Where the file is.
fn state_path(folder: &Path) -> PathBuf {
    folder.join(STATE_FILE)
}
