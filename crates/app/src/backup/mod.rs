//! One file with everything of an installation: all rows of the database and all files of its folder but the library.
//!
//! The form is the same for both engines (docs/formats/backup.md), so a copy made on SQLite comes back on PostgreSQL and the other way.
//! It is read within one transaction and shows one moment, while the server goes on working.

mod archive;
mod part;
mod restore;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use kikimori_core::message::Message;
use kikimori_store::{DatabaseAddress, StoreError};

pub use archive::{Manifest, check};
pub use restore::restore;
pub use write::back_up;

/// Folders of an installation that are no part of a backup: the library is made again from its feeds or bundles.
const LEFT_OUT: &[&str] = &["library"];

/// Rows read or added at once.
const ROWS_AT_ONCE: u32 = 500;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// Something the person can act on.
    #[error("a rule refused it: {0:?}")]
    Rule(Message),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or a folder.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BackupFault {
    /// What the system said about a file.
    fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path: path.clone(), source }
    }
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Tables.
    pub n_tables: usize,
    /// Rows of all tables.
    pub n_rows: u64,
    /// Files.
    pub n_files: usize,
    /// Bytes of all files.
    pub files_bytes: u64,
    /// Entries of the folder that were left out: the library, links, and what is being written.
    pub n_left_out: usize,
}

/// Where an installation is.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The folder with its files.
    pub folder: &'a Path,
    /// Its database.
    pub database: &'a DatabaseAddress,
}
