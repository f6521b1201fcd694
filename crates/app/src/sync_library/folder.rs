//! Feeds from a folder: a mirror on a file server, a USB stick.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use kikimori_core::message::{Message, codes};

use super::fetch::{Answer, AnswerKind, Fetch, FetchFault, Request, Validator};

/// Reads files. An address is a path, or a `file:` address of one.
pub struct Folder;

impl Fetch for Folder {
    fn fetch(&self, request: &Request<'_>) -> Result<Answer, FetchFault> {
        let path = path_of(request.address);
        let mut file = File::open(&path).map_err(|error| unreadable(&path, &error))?;
        let metadata = file.metadata().map_err(|error| unreadable(&path, &error))?;
        if metadata.is_dir() {
            return Err(unreadable(&path, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let length_bytes = metadata.len();
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified_ms = modified.map_or(0, |since| since.as_millis());
        let validator =
            Validator { etag: Some(format!("\"{length_bytes}-{modified_ms}\"")), last_modified: None };
        let mut answer = Answer {
            kind: AnswerKind::Whole,
            validator,
            length_bytes: Some(length_bytes),
            is_page: false,
            body: Box::new(io::empty()),
        };
        if request.held == Some(&answer.validator) {
            answer.kind = AnswerKind::NotModified;
            return Ok(answer);
        }
        if let Some((start, beginning)) = request.partial
            && *beginning == answer.validator
            && start <= length_bytes
        {
            file.seek(SeekFrom::Start(start)).map_err(|error| unreadable(&path, &error))?;
            answer.kind = AnswerKind::Rest(start);
            answer.length_bytes = Some(length_bytes - start);
        }
        answer.body = Box::new(file);
        Ok(answer)
    }
}

/// The path that an address names.
#[must_use]
pub fn path_of(address: &str) -> PathBuf {
    let path = address.strip_prefix("file://").or_else(|| address.strip_prefix("file:")).unwrap_or(address);
    PathBuf::from(path)
}

/// A file that cannot be read; a missing one is named so.
fn unreadable(path: &Path, error: &io::Error) -> FetchFault {
    FetchFault::lasting(match error.kind() {
        io::ErrorKind::NotFound => Message::new(codes::SYNC_NOT_FOUND).with("address", path.display()),
        _ => Message::new(codes::SYNC_DISK).with("path", path.display()).with("detail", error),
    })
}
