//! Rows of JVN's `checksum.txt`: which file has which size and SHA-256.

use kikimori_core::message::{Message, codes};
use serde::Deserialize;

use crate::feed::FileChecksum;
use crate::feed::wire::{self, Text};

/// A row.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Row<'a> {
    /// The file's name.
    #[serde(default)]
    filename: Text<'a>,
    /// SHA-256, hexadecimal.
    #[serde(default)]
    sha256: Text<'a>,
    /// Size in bytes.
    #[serde(default)]
    size: Text<'a>,
}

/// Reads a row.
///
/// # Errors
/// FEED-005 when it is no JSON, or name, size or hash cannot be read.
pub(in crate::feed) fn parse(bytes: &[u8]) -> Result<FileChecksum, Message> {
    let row: Row<'_> = serde_json::from_slice(bytes).map_err(|error| wire::unreadable(&error))?;
    let sha256 = row.sha256.trimmed().to_ascii_lowercase();
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (row.filename.filled(), row.size.trimmed().parse()) {
        (Some(name), Ok(size_bytes)) if is_hash => {
            Ok(FileChecksum { file_name: name.to_owned(), size_bytes, sha256 })
        }
        _ => Err(Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", "no usable checksum")),
    }
}
