//! Bringing a backup back, into an empty place only.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use kikimori_core::message::{Message, codes};
use kikimori_store::{Database, DatabaseAddress, Scope, Transaction, copy};
use tempfile::TempDir;

use super::archive::{Archive, Manifest, TablePart, open, unreadable};
use super::part::{read_row, write_table};
use super::write::sync_folder;
use super::{BackupFault, Extent, Place, ROWS_AT_ONCE};

/// Brings the backup `input` back. Everything is checked first and made beside; what was interrupted leaves an empty place.
///
/// # Errors
/// [`BackupFault::Rule`] if the backup cannot be used, or the place is not empty.
pub async fn restore(input: &Path, place: &Place<'_>) -> Result<Extent, BackupFault> {
    require_empty(place)?;
    let (mut archive, manifest) = open(input)?;
    let parent = place.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(BackupFault::file(parent))?;
    let beside = tempfile::Builder::new()
        .prefix(".kikimori-restore-")
        .tempdir_in(parent)
        .map_err(BackupFault::file(parent))?;
    let staged = beside.path().join("data");
    lay_out(&mut archive, &manifest, &staged)?;
    match place.database {
        DatabaseAddress::File(path) => {
            into_file(&mut archive, &manifest, path, place.folder, &staged).await?;
        }
        DatabaseAddress::Postgres(_) => {
            let database = Database::open(place.database).await?;
            let restored = into_server(&database, &mut archive, &manifest, place.folder, &staged).await;
            database.close().await;
            restored?;
        }
    }
    sync_folder(parent).map_err(BackupFault::file(parent))?;
    remove(beside);
    Ok(manifest.extent())
}

/// Removes what is left beside; a folder that stays harms nobody.
fn remove(beside: TempDir) {
    let _ = beside.close();
}

/// Refuses a folder or a file of a database that is there already.
fn require_empty(place: &Place<'_>) -> Result<(), BackupFault> {
    let is_taken = match fs::read_dir(place.folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(BackupFault::file(place.folder)(error)),
    };
    if is_taken {
        return Err(not_empty(&place.folder.display().to_string()));
    }
    match place.database {
        DatabaseAddress::File(path) if path.exists() => Err(not_empty(&path.display().to_string())),
        _ => Ok(()),
    }
}

/// The refusal of a place that is not empty.
fn not_empty(place: &str) -> BackupFault {
    BackupFault::Rule(Message::new(codes::BACKUP_NOT_EMPTY).with("place", place))
}

/// Writes the files beside, and brings them to the disk.
fn lay_out(archive: &mut Archive, manifest: &Manifest, staged: &Path) -> Result<(), BackupFault> {
    fs::create_dir_all(staged).map_err(BackupFault::file(staged))?;
    private_folder(staged).map_err(BackupFault::file(staged))?;
    for file in &manifest.files {
        let path = staged.join(&file.path);
        lay_out_one(archive, &file.part(), &path).map_err(BackupFault::file(&path))?;
    }
    Ok(())
}

/// Lets nobody but the owner into a folder.
fn private_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    let _ = folder;
    Ok(())
}

/// Makes a file that only its owner may read.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes one file.
fn lay_out_one(archive: &mut Archive, part: &str, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut output = private_file(path)?;
    io::copy(&mut archive.by_name(part)?, &mut output)?;
    output.sync_all()
}

/// Makes a file of SQLite beside, then gives folder and file their names.
async fn into_file(
    archive: &mut Archive,
    manifest: &Manifest,
    path: &Path,
    folder: &Path,
    staged: &Path,
) -> Result<(), BackupFault> {
    let (beside, is_inside) = match path.strip_prefix(folder) {
        Ok(below) => (staged.join(below), true),
        Err(_) => (path.with_extension("restoring"), false),
    };
    // What an interrupted run left has no name that anybody uses.
    if beside.exists() {
        fs::remove_file(&beside).map_err(BackupFault::file(&beside))?;
    }
    let database = Database::open(&DatabaseAddress::File(beside.clone())).await?;
    let loaded = load(&database, archive, manifest).await;
    let migrated = match loaded {
        Ok(work) => finish(&database, work).await,
        Err(fault) => Err(fault),
    };
    database.close().await;
    migrated?;
    if !is_inside {
        fs::rename(&beside, path).map_err(BackupFault::file(path))?;
    }
    take_place(staged, folder)
}

/// Fills an empty database of a server. Its commit comes last: before it, nothing was restored.
async fn into_server(
    database: &Database,
    archive: &mut Archive,
    manifest: &Manifest,
    folder: &Path,
    staged: &Path,
) -> Result<(), BackupFault> {
    let step = database.schema_step().await?;
    if !database.is_empty().await? || step > manifest.schema_step {
        return Err(not_empty("--database"));
    }
    let work = load(database, archive, manifest).await?;
    take_place(staged, folder)?;
    finish(database, work).await
}

/// Commits, then takes the steps of the schema that the backup did not know.
async fn finish(database: &Database, work: Transaction) -> Result<(), BackupFault> {
    work.commit().await?;
    Ok(database.migrate().await?)
}

/// Gives the folder its name.
fn take_place(staged: &Path, folder: &Path) -> Result<(), BackupFault> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(BackupFault::file(folder)(error));
        }
        _ => {}
    }
    fs::rename(staged, folder).map_err(BackupFault::file(folder))
}

/// Adds all rows, reads them again, and compares with the manifest. The caller commits.
async fn load(
    database: &Database,
    archive: &mut Archive,
    manifest: &Manifest,
) -> Result<Transaction, BackupFault> {
    database.migrate_to(manifest.schema_step).await?;
    let mut work = database.begin(Scope::System).await?;
    let tables = copy::tables(&mut work).await?;
    let fits = manifest.tables.len() == tables.len()
        && manifest.tables.iter().zip(&tables).all(|(part, table)| part.fits(table));
    if !fits {
        return Err(unreadable("tables"));
    }
    copy::defer_references(&mut work).await?;
    for (part, table) in manifest.tables.iter().zip(&tables) {
        load_table(&mut work, archive, part, table).await?;
    }
    copy::check_references(&mut work).await?;
    for (part, table) in manifest.tables.iter().zip(&tables) {
        let found = write_table(&mut work, table, &mut io::sink(), &PathBuf::from(&table.name)).await?;
        if found.sha256 != part.sha256 || found.n_rows != part.rows {
            return Err(BackupFault::Rule(
                Message::new(codes::BACKUP_PART_DIFFERS).with("part", part.part()),
            ));
        }
    }
    Ok(work)
}

/// Adds the rows of a table.
async fn load_table(
    work: &mut Transaction,
    archive: &mut Archive,
    part: &TablePart,
    table: &copy::Table,
) -> Result<(), BackupFault> {
    let entry = archive.by_name(&part.part()).map_err(|error| unreadable(&error.to_string()))?;
    let mut input = BufReader::new(entry);
    let (mut rows, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        let n = input.read_until(b'\n', &mut line).map_err(|error| unreadable(&error.to_string()))?;
        if n > 0 {
            rows.push(read_row(&line, table).ok_or_else(|| unreadable(&part.part()))?);
        }
        if n == 0 || rows.len() >= ROWS_AT_ONCE as usize {
            copy::insert(work, table, std::mem::take(&mut rows)).await?;
        }
        if n == 0 {
            return Ok(());
        }
    }
}
