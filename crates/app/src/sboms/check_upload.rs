//! Looking at a file before it counts: what it is, what it lacks, and what would change. The file then waits for a yes.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{ReleaseId, UploadId};
use kikimori_core::limits::UPLOAD_HOURS_MAX;
use kikimori_core::message::Message;
use kikimori_core::sbom::{Component, Sbom};
use kikimori_core::stamp::Stamp;
use kikimori_store::blobs;
use kikimori_store::products::StoredProduct;
use kikimori_store::releases::StoredRelease;
use kikimori_store::sboms::{self, SbomChanges, StoredSbom};
use kikimori_store::uploads::{self, Upload};

use super::prepared::{Prepared, prepare};
use super::{HandedIn, Subject, SubjectDraft, beside};
use crate::app_error::AppError;
use crate::check_sbom::{GapKind, Matchability, check_sbom};
use crate::installation::{Deed, Installation, require_own};
use crate::products::find_active_release;

/// The kind of uploads that are SBOMs.
pub(super) const KIND: &str = "sbom";

/// Gaps and changes shown one by one; the rest is counted.
pub const SHOWN_MAX: usize = 200;

/// What a file is, and what would become of it.
#[derive(Clone, Debug)]
pub struct UploadCheck {
    /// What to say yes to.
    pub upload: UploadId,
    /// Until when.
    pub expires_at: Stamp,
    /// The product.
    pub product: StoredProduct,
    /// The release.
    pub release: StoredRelease,
    /// Which part of the release.
    pub part: String,
    /// The file's name.
    pub file_name: String,
    /// The file's SHA-256.
    pub sha256: [u8; 32],
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The format's name.
    pub format: &'static str,
    /// The format's version.
    pub spec_version: String,
    /// The document's own name and identity.
    pub document: (Option<String>, Option<String>),
    /// What a matcher can work with; only the first gaps are listed.
    pub matchability: Matchability,
    /// How many components have a gap.
    pub n_gaps: usize,
    /// Components of the listed gaps by name and version.
    pub gap_components: Vec<(String, Option<String>, GapKind)>,
    /// What is missing, and the first oddities.
    pub notices: Vec<Message>,
    /// How many there are.
    pub n_notices: usize,
    /// The current revision, if there is one.
    pub current: Option<StoredSbom>,
    /// The file is the current revision, byte for byte: a yes changes nothing.
    pub is_current: bool,
    /// How much would change.
    pub changes: Option<SbomChanges>,
    /// The first components that would come, go, or change: name, version before, version after.
    pub changed: Vec<ChangedName>,
}

/// A component that comes, goes or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedName {
    /// Group and name.
    pub name: String,
    /// The version before; none if it comes.
    pub before: Option<String>,
    /// The version after; none if it goes.
    pub after: Option<String>,
    /// What happens to it.
    pub kind: ChangeKind,
}

/// What happens to a component between two revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It is another version, or says something else.
    Changed,
}

/// Looks at a file that was handed in for a part of a release.
///
/// # Errors
/// [`AppError::Rule`] if it is no SBOM, or product or release were withdrawn; [`AppError::Fields`], [`AppError::Forbidden`],
/// [`AppError::NotFound`].
pub async fn check_upload(
    installation: &Installation,
    actor: &Actor,
    file: &HandedIn,
    release: ReleaseId,
    draft: &SubjectDraft,
) -> Result<UploadCheck, AppError> {
    let organisation = require_own(actor, Action::UploadSbom)?;
    let subject = Subject::check(release, draft)?;
    let mut read = installation.read(actor).await?;
    let (product, release) = find_active_release(&mut read, organisation, release).await?;
    let current = sboms::find_current(&mut read, organisation, release.id, &subject.part).await?;
    drop(read);
    let (store, path) = (installation.blobs(), file.path.clone());
    let before = current.as_ref().map(|current| current.sha256);
    let (prepared, matchability) = beside(move || {
        let prepared = prepare(&store, &path, before)?;
        let matchability = check_sbom(&prepared.sbom);
        Ok((prepared, matchability))
    })
    .await?;
    let now = installation.now();
    let upload = Upload {
        id: UploadId::new(installation.new_id()),
        kind: KIND.to_owned(),
        sha256: prepared.blob.sha256,
        file_name: file.file_name(),
        subject: serde_json::to_string(&subject).map_err(AppError::fault)?,
        person_id: actor.person,
        created_at: now,
        expires_at: Stamp(now.0 + UPLOAD_HOURS_MAX * 3_600_000),
    };
    let mut work = installation.begin(actor).await?;
    uploads::delete_expired(&mut work, organisation, now).await?;
    blobs::insert(&mut work, prepared.blob.sha256, prepared.blob.size_bytes, now).await?;
    uploads::insert(&mut work, organisation, &upload).await?;
    let details =
        vec![("file".to_owned(), upload.file_name.clone()), ("release".to_owned(), release.id.to_string())];
    let target_id = upload.id.to_string();
    let deed = Deed { action: "check_upload", target_kind: "upload", target_id, details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(answer(upload, &prepared, matchability, (product, release), (subject.part, current)))
}

/// Puts the answer together.
fn answer(
    upload: Upload,
    prepared: &Prepared,
    mut matchability: Matchability,
    (product, release): (StoredProduct, StoredRelease),
    (part, current): (String, Option<StoredSbom>),
) -> UploadCheck {
    let sbom = &prepared.sbom;
    let n_gaps = matchability.gaps.len();
    let missing = matchability.notices();
    matchability.gaps.truncate(SHOWN_MAX);
    let gap_components = matchability.gaps.iter().filter_map(|gap| {
        let component = sbom.components.get(gap.component as usize)?;
        Some((component.display_name(), component.version.as_deref().map(str::to_owned), gap.kind))
    });
    UploadCheck {
        upload: upload.id,
        expires_at: upload.expires_at,
        product,
        release,
        part,
        file_name: upload.file_name,
        sha256: prepared.blob.sha256,
        size_bytes: prepared.blob.size_bytes,
        format: sbom.format.name(),
        spec_version: sbom.spec_version.clone(),
        document: (sbom.name.clone(), sbom.serial.clone()),
        n_gaps,
        gap_components: gap_components.collect(),
        matchability,
        n_notices: missing.len() + sbom.notices.len() + sbom.n_notices_dropped,
        notices: missing.into_iter().chain(sbom.notices.iter().cloned()).take(SHOWN_MAX).collect(),
        is_current: current.as_ref().is_some_and(|current| current.sha256 == prepared.blob.sha256),
        changes: prepared.changes(),
        changed: changed_names(prepared.before.as_ref(), sbom, prepared.diff.as_ref()),
        current,
    }
}

/// The first components that come, go or change.
pub(super) fn changed_names(
    before: Option<&Sbom>,
    after: &Sbom,
    diff: Option<&kikimori_core::sbom::diff::SbomDiff>,
) -> Vec<ChangedName> {
    let (Some(before), Some(diff)) = (before, diff) else { return Vec::new() };
    let at = |sbom: &Sbom, number: u32| sbom.components.get(number as usize).cloned();
    let version = |component: &Component| component.version.as_deref().map(str::to_owned);
    let added = diff.added.iter().filter_map(|number| {
        let component = at(after, *number)?;
        let (name, after) = (component.display_name(), version(&component));
        Some(ChangedName { name, before: None, after, kind: ChangeKind::Added })
    });
    let removed = diff.removed.iter().filter_map(|number| {
        let component = at(before, *number)?;
        let (name, before) = (component.display_name(), version(&component));
        Some(ChangedName { name, before, after: None, kind: ChangeKind::Removed })
    });
    let changed = diff.changed.iter().filter_map(|change| {
        let name = at(after, change.new)?.display_name();
        let (before, after) = (change.old_version.clone(), change.new_version.clone());
        Some(ChangedName { name, before, after, kind: ChangeKind::Changed })
    });
    added.chain(removed).chain(changed).take(SHOWN_MAX).collect()
}
