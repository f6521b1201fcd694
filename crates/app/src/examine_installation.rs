//! Looks an installation over: the database, the originals, the library, the clock, the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::Library;
use kikimori_store::migration::newest_step;
use kikimori_store::{Database, DatabaseAddress, Engine};
use sha2::{Digest as _, Sha256};

use crate::backup::Place;

/// Originals whose hash is computed when not all are asked for.
const SAMPLE: usize = 200;
/// Days after which a library is called old.
const LIBRARY_DAYS_MAX: i64 = 7;
/// How far the newest event may lie ahead of the clock, in milliseconds; clocks of replicas differ by seconds.
const AHEAD_MILLISECONDS_MAX: i64 = 60_000;
/// Free space below which there is a warning: an SBOM with its rows takes some ten megabytes.
const FREE_BYTES_WARN: u64 = 2 << 30;
/// Free space below which writing will soon fail.
const FREE_BYTES_FAIL: u64 = 200 << 20;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// As it should be.
    Fine,
    /// It could not be looked at; nothing is known.
    NotChecked,
    /// It works, and somebody should look.
    Warning,
    /// Something is wrong.
    Failure,
}

impl Outcome {
    /// The code in JSON and in keys of words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::NotChecked => "not_checked",
            Self::Warning => "warn",
            Self::Failure => "fail",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub subject: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found; words for it and for the remedy stand under `doctor.finding.<found>`.
    pub found: &'static str,
    /// Values for the words.
    pub values: Vec<(&'static str, String)>,
}

impl Check {
    /// A check with its outcome.
    fn new(subject: &'static str, outcome: Outcome, found: &'static str) -> Self {
        Self { subject, outcome, found, values: Vec::new() }
    }

    /// The same with a value.
    fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

/// Looks everything over; `is_thorough` computes the hash of every original.
pub async fn examine_installation(place: &Place<'_>, is_thorough: bool, now: Stamp) -> Vec<Check> {
    let mut checks = vec![folder(place.folder)];
    database(place.database, now, &mut checks).await;
    if !place.folder.is_dir() {
        return checks;
    }
    checks.push(originals(&place.folder.join("blobs"), is_thorough));
    checks.push(library(&place.folder.join("library"), now));
    checks.push(disk(place.folder));
    checks
}

/// The folder is there and can be written to.
fn folder(folder: &Path) -> Check {
    if !folder.is_dir() {
        return Check::new("folder", Outcome::Failure, "folder_missing").with("path", folder.display());
    }
    match tempfile::tempfile_in(folder) {
        Ok(_) => Check::new("folder", Outcome::Fine, "folder_fine").with("path", folder.display()),
        Err(error) => Check::new("folder", Outcome::Failure, "folder_read_only")
            .with("path", folder.display())
            .with("detail", error),
    }
}

/// The database's own checks, its schema, its row security, and the clock beside its newest event.
async fn database(address: &DatabaseAddress, now: Stamp, checks: &mut Vec<Check>) {
    if let DatabaseAddress::File(path) = address
        && !path.is_file()
    {
        let check = Check::new("database", Outcome::Failure, "database_missing");
        checks.push(check.with("path", path.display()));
        return;
    }
    let unreachable = |error: kikimori_store::StoreError| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        let detail = format!("{error}{cause}");
        Check::new("database", Outcome::Failure, "database_unreachable").with("detail", detail)
    };
    let database = match Database::open(address).await {
        Ok(database) => database,
        Err(error) => return checks.push(unreachable(error)),
    };
    match database.schema_step().await {
        Ok(0) => checks.push(Check::new("schema", Outcome::Warning, "schema_none")),
        Ok(step) => {
            checks.push(schema(step));
            match database.examine().await {
                Ok(said) => of_examination(&said, now, checks),
                Err(error) => checks.push(unreachable(error)),
            }
        }
        Err(error) => checks.push(unreachable(error)),
    }
    database.close().await;
}

/// The step of the schema.
fn schema(step: i64) -> Check {
    let (outcome, found) = match step.cmp(&newest_step()) {
        std::cmp::Ordering::Less => (Outcome::Warning, "schema_older"),
        std::cmp::Ordering::Equal => (Outcome::Fine, "schema_fine"),
        std::cmp::Ordering::Greater => (Outcome::Failure, "schema_newer"),
    };
    Check::new("schema", outcome, found).with("step", step).with("known", newest_step())
}

/// What the database said about itself.
fn of_examination(said: &kikimori_store::examination::Examination, now: Stamp, checks: &mut Vec<Check>) {
    let engine = match said.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    checks.push(match said.damage.first() {
        None => Check::new("database", Outcome::Fine, "database_fine")
            .with("engine", engine)
            .with("version", &said.version),
        Some(damage) => Check::new("database", Outcome::Failure, "database_damaged")
            .with("n", said.damage.len())
            .with("detail", damage),
    });
    checks.push(match said.n_broken_references {
        0 => Check::new("references", Outcome::Fine, "references_fine"),
        n => Check::new("references", Outcome::Failure, "references_broken").with("n", n),
    });
    if said.engine == Engine::Postgres {
        checks.push(match (said.is_above_row_security, said.n_open_tables) {
            (true, _) => Check::new("row_security", Outcome::Failure, "row_security_above"),
            (false, 0) => Check::new("row_security", Outcome::Fine, "row_security_fine"),
            (false, n) => Check::new("row_security", Outcome::Failure, "row_security_open").with("n", n),
        });
    }
    let ahead = said.newest_event.map_or(0, |at| at.0.saturating_sub(now.0));
    checks.push(if ahead > AHEAD_MILLISECONDS_MAX {
        Check::new("clock", Outcome::Warning, "clock_behind")
            .with("minutes", ahead.div_euclid(60_000))
            .with("now", now)
    } else {
        Check::new("clock", Outcome::Fine, "clock_fine").with("now", now)
    });
}

/// The originals have the hashes that they are named by.
fn originals(folder: &Path, is_thorough: bool) -> Check {
    let files = match files_of(folder) {
        Ok(files) => files,
        Err(error) => {
            return Check::new("originals", Outcome::Failure, "originals_unreadable").with("detail", error);
        }
    };
    let step = if is_thorough { 1 } else { files.len().div_ceil(SAMPLE).max(1) };
    let (mut n_checked, mut wrong) = (0_usize, Vec::new());
    for (name, path) in files.iter().step_by(step) {
        n_checked += 1;
        match hash_of(path) {
            Ok(hash) if hash == *name => {}
            Ok(_) => wrong.push(name.clone()),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    let check = match wrong.first() {
        None if n_checked < files.len() => Check::new("originals", Outcome::Fine, "originals_sampled"),
        None => Check::new("originals", Outcome::Fine, "originals_fine"),
        Some(first) => Check::new("originals", Outcome::Failure, "originals_changed")
            .with("n", wrong.len())
            .with("first", first),
    };
    check.with("n_files", files.len()).with("n_checked", n_checked)
}

/// The originals by name, which is the hash.
fn files_of(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for shelf in fs::read_dir(folder)? {
        let shelf = shelf?.path();
        if !shelf.is_dir() {
            continue;
        }
        for file in fs::read_dir(shelf)? {
            let file = file?;
            files.push((file.file_name().to_string_lossy().into_owned(), file.path()));
        }
    }
    files.sort();
    Ok(files)
}

/// The hash of a file, as hexadecimal digits.
fn hash_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The library is there, whole and fresh.
fn library(folder: &Path, now: Stamp) -> Check {
    match Library::open(folder) {
        Ok(None) => Check::new("library", Outcome::Warning, "library_none").with("path", folder.display()),
        Err(fault) => Check::new("library", Outcome::Failure, "library_damaged").with("detail", fault),
        Ok(Some(library)) => match library.as_of() {
            None => Check::new("library", Outcome::Warning, "library_undated"),
            Some(as_of) => {
                let days = as_of.days_until(now);
                let check = if days > LIBRARY_DAYS_MAX {
                    Check::new("library", Outcome::Warning, "library_old")
                } else {
                    Check::new("library", Outcome::Fine, "library_fine")
                };
                check.with("as_of", as_of.date()).with("days", days)
            }
        },
    }
}

/// The moment as of which an installation's library speaks; none without a library.
#[must_use]
pub fn library_as_of(folder: &Path) -> Option<Stamp> {
    Library::open(folder).ok().flatten().and_then(|library| library.as_of())
}

/// Free space for the folder.
fn disk(folder: &Path) -> Check {
    let Some(free) = free_bytes(folder) else {
        return Check::new("disk", Outcome::NotChecked, "disk_unknown");
    };
    let (outcome, found) = match free {
        free if free < FREE_BYTES_FAIL => (Outcome::Failure, "disk_full"),
        free if free < FREE_BYTES_WARN => (Outcome::Warning, "disk_low"),
        _ => (Outcome::Fine, "disk_fine"),
    };
    Check::new("disk", outcome, found).with("mebibytes", free >> 20)
}

/// Bytes that we may still write where a folder lies.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let said = rustix::fs::statvfs(folder).ok()?;
    Some(said.f_bavail.saturating_mul(said.f_frsize))
}

/// Not known on this system.
#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_a_changed_original() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = folder.path().join("ba");
        fs::create_dir_all(&shelf).unwrap();
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(shelf.join(name), b"abc").unwrap();
        assert_eq!(originals(folder.path(), true).outcome, Outcome::Fine);
        fs::write(shelf.join(name), b"abd").unwrap();
        let check = originals(folder.path(), true);
        assert_eq!((check.outcome, check.found), (Outcome::Failure, "originals_changed"));
    }

    #[test]
    fn knows_older_and_newer_schemas() {
        assert_eq!(schema(newest_step()).outcome, Outcome::Fine);
        assert_eq!(schema(newest_step() + 1).outcome, Outcome::Failure);
        assert_eq!(schema(newest_step() - 1).outcome, Outcome::Warning);
    }
}
