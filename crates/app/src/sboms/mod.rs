//! SBOMs of releases: in, out, and searched.

pub mod check_upload;
pub mod export_components;
pub mod get_sbom;
pub mod ingest_sbom;
pub mod prepared;
pub mod read_original;
pub mod search_components;
pub mod sweep_folder;
pub mod withdraw_sbom;

use std::path::PathBuf;

use kikimori_core::cpe::Cpe;
use kikimori_core::field::FieldError;
use kikimori_core::id::ReleaseId;
use kikimori_core::limits::{FILE_NAME_CHARACTERS_MAX, IDENTIFIER_CHARACTERS_MAX, SBOM_PLATFORM_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::typed_text;
use serde::{Deserialize, Serialize};

use crate::app_error::AppError;
use crate::blob_store::BlobStore;
use crate::installation::Installation;

/// The kind of job that matches the components of an SBOM; its argument is the SBOM's id.
pub const MATCH_SBOM: &str = "match_sbom";

/// A file that somebody handed in, as it lies on the disk.
#[derive(Clone, Debug)]
pub struct HandedIn {
    /// Where it lies; it is read and left there.
    pub path: PathBuf,
    /// What it is called where it came from.
    pub name: String,
}

impl HandedIn {
    /// The file's name without folders, on one line, of a length that can be kept.
    #[must_use]
    pub fn file_name(&self) -> String {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        typed_text::line(last).chars().take(FILE_NAME_CHARACTERS_MAX).collect()
    }
}

/// What an SBOM is handed in for: texts, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectDraft {
    /// Which part of the release it is about; empty for the release itself.
    pub part: String,
    /// What is known about the platform: CPE names, one a line.
    pub platform: String,
}

/// What an SBOM is handed in for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The release's id as text.
    release: String,
    /// Which part of it.
    pub part: String,
    /// CPE names of the platform.
    pub platform: Vec<String>,
}

impl Subject {
    /// What was typed, judged.
    ///
    /// # Errors
    /// [`AppError::Fields`].
    pub fn check(release: ReleaseId, draft: &SubjectDraft) -> Result<Self, AppError> {
        let mut errors = Vec::new();
        let part = typed_text::line(&draft.part);
        let n_characters = part.chars().count();
        if n_characters > IDENTIFIER_CHARACTERS_MAX {
            let message = Message::new(codes::FIELD_TOO_LONG).with("max", IDENTIFIER_CHARACTERS_MAX);
            errors.push(FieldError { field: "part", message: message.with("length", n_characters) });
        }
        let lines = draft.platform.lines().map(typed_text::line).filter(|line| !line.is_empty());
        let platform: Vec<String> = lines.take(SBOM_PLATFORM_MAX + 1).collect();
        if platform.len() > SBOM_PLATFORM_MAX {
            let message = Message::new(codes::FIELD_TOO_MANY).with("max", SBOM_PLATFORM_MAX);
            errors.push(FieldError { field: "platform", message: message.with("count", platform.len()) });
        } else if let Some(wrong) = platform.iter().find(|name| Cpe::parse(name).is_err()) {
            let message = Message::new(codes::UPLOAD_PLATFORM).with("value", wrong);
            errors.push(FieldError { field: "platform", message });
        }
        if errors.is_empty() {
            Ok(Self { release: release.to_string(), part, platform })
        } else {
            Err(AppError::Fields(errors))
        }
    }

    /// The release.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if what was kept names none.
    pub fn release(&self) -> Result<ReleaseId, AppError> {
        ReleaseId::parse(&self.release).ok_or(AppError::NotFound)
    }
}

impl Installation {
    /// The originals.
    #[must_use]
    pub fn blobs(&self) -> BlobStore {
        BlobStore::of_installation(self.folder())
    }
}

/// Runs work that keeps a processor or a disk busy beside the server's own.
///
/// # Errors
/// What the work says; a fault if it broke off.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::fault)?
}
