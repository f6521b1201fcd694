//! Making a backup.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::migration::newest_step;
use kikimori_store::{Database, DatabaseAddress, Scope, copy};
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::archive::{FORMAT, FilePart, MANIFEST, Manifest, TablePart, VERSION};
use super::part::{Meter, write_table};
use super::{BackupFault, Extent, LEFT_OUT, Place};

/// Depth of folders that are followed; ours are two deep.
const DEPTH_MAX: usize = 16;

/// The file while it is being written.
type Output = ZipWriter<BufWriter<File>>;

/// Writes a backup of an installation to `output`. The file gets its name when it is whole and on the disk.
///
/// # Errors
/// [`BackupFault::Rule`] if there is no installation, `output` is there already, or the database is newer than this version.
pub async fn back_up(
    place: &Place<'_>,
    output: &Path,
    version: &str,
    now: Stamp,
) -> Result<Extent, BackupFault> {
    if let DatabaseAddress::File(path) = place.database
        && !path.is_file()
    {
        return Err(BackupFault::Rule(Message::new(codes::BACKUP_NO_DATA).with("path", path.display())));
    }
    if output.exists() {
        return Err(BackupFault::Rule(Message::new(codes::BACKUP_EXISTS).with("path", output.display())));
    }
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).map_err(BackupFault::file(output))?;
    let writer = BufWriter::new(file.reopen().map_err(BackupFault::file(output))?);
    let mut archive = ZipWriter::new(writer);
    let database = Database::open(place.database).await?;
    let written = write_parts(&database, place, &mut archive, output, (version, now)).await;
    database.close().await;
    let extent = written?;
    let mut writer = archive.finish().map_err(|error| zip_fault(output, error))?;
    writer.flush().map_err(BackupFault::file(output))?;
    writer.get_ref().sync_all().map_err(BackupFault::file(output))?;
    file.persist_noclobber(output).map_err(|error| BackupFault::file(output)(error.error))?;
    sync_folder(folder).map_err(BackupFault::file(folder))?;
    Ok(extent)
}

/// Brings the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Writes all parts, the manifest last.
async fn write_parts(
    database: &Database,
    place: &Place<'_>,
    archive: &mut Output,
    output: &Path,
    (version, now): (&str, Stamp),
) -> Result<Extent, BackupFault> {
    let mut read = database.begin_read(Scope::System).await?;
    let schema_step = copy::step(&mut read).await?;
    if schema_step == 0 {
        let message = Message::new(codes::BACKUP_NO_DATA).with("path", place.folder.display());
        return Err(BackupFault::Rule(message));
    }
    if schema_step > newest_step() {
        let message = Message::new(codes::BACKUP_NEWER).with("found", schema_step);
        return Err(BackupFault::Rule(message.with("known", newest_step()).with("made_by", "?")));
    }
    let mut tables = Vec::new();
    for table in copy::tables(&mut read).await? {
        start(archive, &format!("tables/{}.jsonl", table.name), output)?;
        let measured = write_table(&mut read, &table, archive, output).await?;
        tables.push(TablePart::new(&table, measured));
    }
    // Files are kept before the database names them, so those that it names at this moment are all there.
    let mut n_left_out = 0;
    let mut paths = Vec::new();
    walk(place.folder, place, DEPTH_MAX, &mut paths, &mut n_left_out)
        .map_err(BackupFault::file(place.folder))?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        files.push(write_file(archive, place.folder, &path, output)?);
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        kikimori: version.to_owned(),
        made_at: now.to_string(),
        schema_step,
        tables,
        files,
    };
    start(archive, MANIFEST, output)?;
    let json = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from);
    archive.write_all(&json.map_err(BackupFault::file(output))?).map_err(BackupFault::file(output))?;
    Ok(Extent { n_left_out, ..manifest.extent() })
}

/// Begins a part.
fn start(archive: &mut Output, name: &str, output: &Path) -> Result<(), BackupFault> {
    let options = SimpleFileOptions::default().large_file(true);
    archive.start_file(name, options).map_err(|error| zip_fault(output, error))
}

/// Writes a file of the folder.
fn write_file(
    archive: &mut Output,
    folder: &Path,
    path: &Path,
    output: &Path,
) -> Result<FilePart, BackupFault> {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let names: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let mut part = FilePart { path: names.join("/"), bytes: 0, sha256: String::new() };
    start(archive, &part.part(), output)?;
    let mut meter = Meter::new(File::open(path).map_err(BackupFault::file(path))?);
    io::copy(&mut meter, archive).map_err(BackupFault::file(path))?;
    let measured = meter.finish(0);
    (part.bytes, part.sha256) = (measured.n_bytes, measured.sha256);
    Ok(part)
}

/// Finds the files below a folder. What is being written, links, the database's own files and [`LEFT_OUT`] are not among them.
fn walk(
    folder: &Path,
    place: &Place<'_>,
    depth: usize,
    paths: &mut Vec<PathBuf>,
    n_left_out: &mut usize,
) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_top = folder == place.folder;
        if is_of_database(&path, place.database) {
            continue;
        }
        if name.starts_with("incoming-")
            || name.starts_with('.')
            || (is_top && LEFT_OUT.contains(&name.as_str()))
        {
            *n_left_out += 1;
        } else if kind.is_dir() && depth > 0 {
            walk(&path, place, depth - 1, paths, n_left_out)?;
        } else if kind.is_file() {
            paths.push(path);
        } else {
            *n_left_out += 1;
        }
    }
    Ok(())
}

/// Whether a file is the database or stands beside it for SQLite's own use.
fn is_of_database(path: &Path, database: &DatabaseAddress) -> bool {
    let DatabaseAddress::File(file) = database else { return false };
    let (path, file) = (path.to_string_lossy(), file.to_string_lossy());
    path.strip_prefix(&*file).is_some_and(|rest| matches!(rest, "" | "-wal" | "-shm" | "-journal"))
}

/// A failure to write the zip.
fn zip_fault(output: &Path, error: zip::result::ZipError) -> BackupFault {
    BackupFault::file(output)(io::Error::from(error))
}
