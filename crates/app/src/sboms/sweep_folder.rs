//! A watched folder: what is put there is taken in.
//!
//! ```text
//! <folder>/<product>/<release>/<file>          the release's own SBOM
//! <folder>/<product>/<release>/<part>/<file>   the SBOM of a part, such as a supplier's module
//! ```
//!
//! `<product>` is the approval, certification or notification number, or the trade name in Japanese or English; `<release>` is the version.
//! A note `<file>.kikimori.json` beside a file, `{"release": "<id>", "part": "…", "platform": ["cpe:2.3:o:…"]}`, says it instead;
//! then the folders' names do not matter. Product and release must be there: nothing is made up from names of folders.
//!
//! A file that was taken in goes to `done/`, one that was refused to `refused/`, under the same folders, with the time before its
//! name and a receipt `….receipt.json` beside it. A file that is still being written (changed less than a quarter of a minute ago, hidden, or named
//! `*.part` or `*.tmp`) is left for the next time; so is everything when the database is busy.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use kikimori_core::id::{OrganisationId, ReleaseId};
use kikimori_core::limits::SWEPT_FILES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom_revision::SbomSource;
use kikimori_core::typed_text;
use kikimori_store::{Scope, Transaction, products, releases};
use serde::{Deserialize, Serialize};

use super::ingest_sbom::{Delivery, Hand, Receipt, take_in};
use super::{Subject, SubjectDraft, beside};
use crate::app_error::AppError;
use crate::blob_store::hexadecimal;
use crate::installation::Installation;
use crate::stored_message::StoredMessage;

/// The folder of files that were taken in.
const DONE: &str = "done";
/// The folder of files that were refused.
const REFUSED: &str = "refused";
/// How the name of a note ends.
const NOTE: &str = ".kikimori.json";
/// How long a file must have been left alone, in milliseconds.
const QUIET_MS: i64 = 15_000;
/// Folders below the watched one that are looked into: product, release, part.
const DEPTH_MAX: usize = 3;
/// Largest note, in bytes.
const NOTE_BYTES_MAX: u64 = 64 << 10;

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Files taken in.
    pub n_done: usize,
    /// Files refused.
    pub n_refused: usize,
    /// Files left for the next time.
    pub n_left: usize,
}

/// The note beside a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    /// The release's id.
    release: String,
    /// Which part.
    #[serde(default)]
    part: String,
    /// CPE names of the platform.
    #[serde(default)]
    platform: Vec<String>,
}

/// What is written beside a file that was moved away.
#[derive(Clone, Debug, Serialize)]
struct FolderReceipt<'a> {
    /// `done` or `refused`.
    outcome: &'a str,
    /// The file's name.
    file: &'a str,
    /// When, in UTC.
    at: String,
    /// The revision's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    sbom: Option<String>,
    /// The number of the revision within release and part.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
    /// The file was current already.
    #[serde(skip_serializing_if = "Option::is_none")]
    was_current: Option<bool>,
    /// SHA-256 of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Components listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<i64>,
    /// Why it was refused: code, place and values of a message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<StoredMessage>,
}

/// Takes in what lies in a watched folder of an organisation.
///
/// # Errors
/// A fault of the disk or the database, [`AppError::Busy`]; files that were not moved yet are taken the next time.
pub async fn sweep_folder(
    installation: &Installation,
    organisation: OrganisationId,
    folder: &Path,
) -> Result<Sweep, AppError> {
    let (root, now_ms) = (folder.to_owned(), installation.now().0);
    let (files, n_left) = beside(move || Ok(waiting(&root, now_ms)?)).await?;
    let mut sweep = Sweep { n_left, ..Sweep::default() };
    for file in files {
        let outcome = match take(installation, organisation, folder, &file).await {
            Err(error @ (AppError::Busy | AppError::Fault(_))) => return Err(error),
            other => other,
        };
        let (folder, now) = (folder.to_owned(), installation.now());
        let is_done = outcome.is_ok();
        beside(move || put_away(&folder, &file, &outcome, &now.to_string())).await?;
        if is_done { sweep.n_done += 1 } else { sweep.n_refused += 1 }
    }
    Ok(sweep)
}

/// The files that wait, in order, and how many are left for the next time.
fn waiting(root: &Path, now_ms: i64) -> std::io::Result<(Vec<PathBuf>, usize)> {
    let mut files = Vec::new();
    let mut n_left = 0;
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_ours = depth == 0 && (name == DONE || name == REFUSED);
            if is_ours || name.starts_with('.') || name.ends_with(NOTE) || kind.is_symlink() {
                continue;
            }
            if kind.is_dir() {
                if depth < DEPTH_MAX {
                    folders.push((path, depth + 1));
                }
                continue;
            }
            let is_partial = name.ends_with(".part") || name.ends_with(".tmp");
            if is_partial || now_ms - changed_ms(&entry)? < QUIET_MS || files.len() >= SWEPT_FILES_MAX {
                n_left += 1;
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok((files, n_left))
}

/// When a file was last changed, in milliseconds since 1970.
fn changed_ms(entry: &fs::DirEntry) -> std::io::Result<i64> {
    let since = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Takes one file in.
async fn take(
    installation: &Installation,
    organisation: OrganisationId,
    root: &Path,
    file: &Path,
) -> Result<Receipt, AppError> {
    let subject = match note_of(file)? {
        Some(note) => {
            let release = ReleaseId::parse(&note.release).ok_or(AppError::NotFound)?;
            Subject::check(release, &SubjectDraft { part: note.part, platform: note.platform.join("\n") })?
        }
        None => {
            let mut read = installation.database.begin_read(Scope::Organisation(organisation)).await?;
            let (release, part) = by_folders(&mut read, organisation, root, file).await?;
            Subject::check(release, &SubjectDraft { part, platform: String::new() })?
        }
    };
    let hand = Hand { organisation, person: None, source: SbomSource::Folder };
    let file_name = super::HandedIn { path: file.to_owned(), name: name_of(file) }.file_name();
    let delivery = Delivery { path: file.to_owned(), file_name, subject: &subject, upload: None };
    take_in(installation, hand, &delivery).await
}

/// The note beside a file, if there is one.
fn note_of(file: &Path) -> Result<Option<Note>, AppError> {
    let path = note_path(file);
    let Ok(metadata) = fs::metadata(&path) else { return Ok(None) };
    let refused = |detail: String| {
        AppError::Rule(Message::new(codes::UPLOAD_NOTE).with("path", name_of(&path)).with("detail", detail))
    };
    if metadata.len() > NOTE_BYTES_MAX {
        return Err(refused(format!("NOTE_BYTES_MAX = {NOTE_BYTES_MAX}")));
    }
    serde_json::from_slice(&fs::read(&path)?).map(Some).map_err(|error| refused(error.to_string()))
}

/// Where the note beside a file lies.
fn note_path(file: &Path) -> PathBuf {
    file.with_file_name(format!("{}{NOTE}", name_of(file)))
}

/// A file's name.
fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Release and part that the folders' names say.
async fn by_folders(
    read: &mut Transaction,
    organisation: OrganisationId,
    root: &Path,
    file: &Path,
) -> Result<(ReleaseId, String), AppError> {
    let below = file.strip_prefix(root).ok().and_then(Path::parent).unwrap_or(Path::new(""));
    let names: Vec<String> =
        below.components().map(|name| typed_text::line(&name.as_os_str().to_string_lossy())).collect();
    let name = names.first().cloned().unwrap_or_default();
    let mut found = match kikimori_core::market::market_number(&name) {
        Some(number) => products::find_by_market_number(read, organisation, &number, 10).await?,
        None => Vec::new(),
    };
    if found.is_empty() && !name.is_empty() {
        found = products::find_by_name(read, organisation, &name, 10).await?;
    }
    let product = match found.as_slice() {
        [one] => one.id,
        [] => return Err(AppError::Rule(Message::new(codes::UPLOAD_NO_PRODUCT).with("value", name))),
        several => {
            let message = Message::new(codes::UPLOAD_SEVERAL_PRODUCTS).with("value", name);
            return Err(AppError::Rule(message.with("count", several.len())));
        }
    };
    let version = names.get(1).cloned().unwrap_or_default();
    let release = releases::find_by_version(read, organisation, product, &version).await?;
    let release = release.ok_or_else(|| {
        let message = Message::new(codes::UPLOAD_NO_RELEASE).with("product", name);
        AppError::Rule(message.with("value", version))
    })?;
    Ok((release.id, names.get(2).cloned().unwrap_or_default()))
}

/// Moves a file away, with its note and a receipt.
fn put_away(root: &Path, file: &Path, outcome: &Result<Receipt, AppError>, at: &str) -> Result<(), AppError> {
    let shelf = root.join(if outcome.is_ok() { DONE } else { REFUSED });
    let below = file.strip_prefix(root).ok().and_then(Path::parent).unwrap_or(Path::new(""));
    let target = shelf.join(below);
    fs::create_dir_all(&target)?;
    let name = name_of(file);
    let stem = format!("{}-{name}", at.replace([':', '-'], ""));
    let text = serde_json::to_vec_pretty(&receipt(outcome, &name, at)).map_err(AppError::fault)?;
    fs::write(target.join(format!("{stem}.receipt.json")), text)?;
    let note = note_path(file);
    if note.exists() {
        fs::rename(&note, target.join(format!("{stem}{NOTE}")))?;
    }
    fs::rename(file, target.join(stem))?;
    Ok(())
}

/// The receipt of a file.
fn receipt<'a>(outcome: &Result<Receipt, AppError>, file: &'a str, at: &str) -> FolderReceipt<'a> {
    let mut written = FolderReceipt {
        outcome: if outcome.is_ok() { DONE } else { REFUSED },
        file,
        at: at.to_owned(),
        sbom: None,
        revision: None,
        was_current: None,
        sha256: None,
        components: None,
        reasons: Vec::new(),
    };
    match outcome {
        Ok(receipt) => {
            written.sbom = Some(receipt.sbom.id.to_string());
            written.revision = Some(receipt.sbom.revision_number);
            written.was_current = Some(receipt.was_current);
            written.sha256 = Some(hexadecimal(&receipt.sbom.sha256));
            written.components = Some(receipt.sbom.n_components);
        }
        Err(AppError::Rule(message)) => written.reasons = vec![StoredMessage::new(message)],
        Err(AppError::Fields(fields)) => {
            written.reasons = fields.iter().map(|field| StoredMessage::new(&field.message)).collect();
        }
        Err(_) => written.reasons = vec![StoredMessage::new(&Message::new(codes::ACCESS_NOT_FOUND))],
    }
    written
}
