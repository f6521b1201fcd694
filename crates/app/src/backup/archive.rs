//! The file: a zip whose `manifest.json` names every part with its size and hash.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Component, Path};

use kikimori_core::message::{Message, codes};
use kikimori_store::copy::{ColumnKind, Table};
use kikimori_store::migration::newest_step;
use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::part::{Measured, Meter};
use super::{BackupFault, Extent};

/// What a backup calls itself.
pub const FORMAT: &str = "kikimori-backup";
/// The version of the form.
pub const VERSION: u32 = 1;
/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Largest manifest read, in bytes: a million files of three hundred bytes.
const MANIFEST_BYTES_MAX: u64 = 300 << 20;

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The version of Kikimori that made it.
    pub kikimori: String,
    /// When, as RFC 3339 in UTC.
    pub made_at: String,
    /// The step of the schema whose tables it holds.
    pub schema_step: i64,
    /// The tables, by name.
    pub tables: Vec<TablePart>,
    /// The files, by path.
    pub files: Vec<FilePart>,
}

/// A table of a backup; its rows are the part `tables/<name>.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePart {
    /// Its name.
    pub name: String,
    /// Its columns in the order of the values.
    pub columns: Vec<ColumnPart>,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Hash of the part.
    pub sha256: String,
}

/// A column of a table of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPart {
    /// Its name.
    pub name: String,
    /// `text`, `integer` or `bytes`.
    pub kind: String,
}

/// A file of a backup; its content is the part `files/<path>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePart {
    /// The path below the folder, with `/`.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// Hash of the content.
    pub sha256: String,
}

impl TablePart {
    /// A table with what was measured of it.
    pub fn new(table: &Table, measured: Measured) -> Self {
        let Measured { n_rows, n_bytes, sha256 } = measured;
        Self { name: table.name.clone(), columns: columns(table), rows: n_rows, bytes: n_bytes, sha256 }
    }

    /// The name of the part.
    pub fn part(&self) -> String {
        format!("tables/{}.jsonl", self.name)
    }

    /// Whether it is a table of just these columns.
    pub fn fits(&self, table: &Table) -> bool {
        self.name == table.name && self.columns == columns(table)
    }
}

/// The columns of a table.
fn columns(table: &Table) -> Vec<ColumnPart> {
    let kind = |kind| match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Bytes => "bytes",
    };
    let part = |column: &kikimori_store::copy::Column| ColumnPart {
        name: column.name.clone(),
        kind: kind(column.kind).to_owned(),
    };
    table.columns.iter().map(part).collect()
}

impl FilePart {
    /// The name of the part.
    pub fn part(&self) -> String {
        format!("files/{}", self.path)
    }
}

impl Manifest {
    /// How much it holds.
    #[must_use]
    pub fn extent(&self) -> Extent {
        Extent {
            n_tables: self.tables.len(),
            n_rows: self.tables.iter().map(|table| table.rows).sum(),
            n_files: self.files.len(),
            files_bytes: self.files.iter().map(|file| file.bytes).sum(),
            n_left_out: 0,
        }
    }
}

/// A backup that is open.
pub type Archive = ZipArchive<BufReader<File>>;

/// Reads the whole backup and compares every part with the manifest.
///
/// # Errors
/// [`BackupFault::Rule`] if it is no backup, is damaged, or is newer than this version of Kikimori.
pub fn check(path: &Path) -> Result<Manifest, BackupFault> {
    open(path).map(|(_, manifest)| manifest)
}

/// Opens a backup and compares every part with the manifest.
pub fn open(path: &Path) -> Result<(Archive, Manifest), BackupFault> {
    let file = File::open(path).map_err(BackupFault::file(path))?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(&error.to_string()))?;
    let manifest = read_manifest(&mut archive)?;
    if manifest.format != FORMAT {
        return Err(unreadable(MANIFEST));
    }
    if manifest.version > VERSION || manifest.schema_step > newest_step() {
        let message = Message::new(codes::BACKUP_NEWER).with("found", manifest.schema_step);
        return Err(BackupFault::Rule(
            message.with("known", newest_step()).with("made_by", &manifest.kikimori),
        ));
    }
    let tables = manifest.tables.iter().map(|table| (table.part(), table.bytes, &table.sha256));
    let files = manifest.files.iter().map(|file| (file.part(), file.bytes, &file.sha256));
    let parts: Vec<(String, u64, &String)> = tables.chain(files).collect();
    if archive.len() != parts.len() + 1 {
        return Err(unreadable(&format!("{} / {}", archive.len(), parts.len() + 1)));
    }
    for (part, n_bytes, sha256) in parts {
        if !is_inside(&part) {
            return Err(unreadable(&part));
        }
        let found = measure(&mut archive, &part, n_bytes)?;
        if found.n_bytes != n_bytes || found.sha256 != *sha256 {
            return Err(BackupFault::Rule(Message::new(codes::BACKUP_PART_DIFFERS).with("part", part)));
        }
    }
    Ok((archive, manifest))
}

/// Reads the manifest.
fn read_manifest(archive: &mut Archive) -> Result<Manifest, BackupFault> {
    let entry = archive.by_name(MANIFEST).map_err(|error| unreadable(&error.to_string()))?;
    let mut bytes = Vec::new();
    entry.take(MANIFEST_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| unreadable(&error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(&error.to_string()))
}

/// Measures a part, and one byte more than it should have at most.
fn measure(archive: &mut Archive, part: &str, n_bytes: u64) -> Result<Measured, BackupFault> {
    let entry = archive.by_name(part).map_err(|error| unreadable(&format!("{part}: {error}")))?;
    let mut meter = Meter::new(entry.take(n_bytes.saturating_add(1)));
    io::copy(&mut meter, &mut io::sink()).map_err(|error| unreadable(&format!("{part}: {error}")))?;
    Ok(meter.finish(0))
}

/// Whether a path stays below its folder.
fn is_inside(path: &str) -> bool {
    !path.contains('\\') && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The file is no backup, or a damaged one.
pub fn unreadable(detail: &str) -> BackupFault {
    BackupFault::Rule(Message::new(codes::BACKUP_UNREADABLE).with("detail", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_below_its_folder() {
        assert!(is_inside("files/blobs/ab/abcd"));
        for outside in ["files/../x", "/etc/passwd", "files/./../..", "files\\..\\x", ".."] {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
