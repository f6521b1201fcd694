//! Taking an SBOM in: as the current revision of a part of a release.
//!
//! The same content twice is one revision: what is current already is given back. Content that was current once and was replaced or
//! withdrawn becomes a new revision, because it is said anew.

use std::path::PathBuf;

use kikimori_core::access::{Action, Actor};
use kikimori_core::audit::AuditActor;
use kikimori_core::id::{JobId, OrganisationId, PersonId, SbomId, UploadId};
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom_revision::{SbomSource, SbomState};
use kikimori_store::jobs::{self, NewJob};
use kikimori_store::releases::StoredRelease;
use kikimori_store::sboms::{SbomChanges, StoredSbom};
use kikimori_store::{Scope, Transaction, blobs, counters, sbom_components, sboms, uploads};

use super::prepared::{KeptComponents, Prepared, prepare};
use super::{HandedIn, MATCH_SBOM, Subject, SubjectDraft, beside};
use crate::app_error::AppError;
use crate::blob_store::hexadecimal;
use crate::component_identity::kept;
use crate::installation::{Deed, Installation, require_own};
use crate::products::find_active_release;

/// How often the comparison is made anew because somebody else handed in a revision meanwhile.
const ATTEMPTS_MAX: usize = 3;

/// What became of a file that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The revision.
    pub sbom: StoredSbom,
    /// It was current already: nothing was added.
    pub was_current: bool,
    /// What changed from the revision before; none for the first one and for one that was current already.
    pub changes: Option<SbomChanges>,
}

/// Who hands in, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The person; nobody for a watched folder.
    pub person: Option<PersonId>,
    /// How it came.
    pub source: SbomSource,
}

/// What is handed in.
pub(crate) struct Delivery<'a> {
    /// Where the file lies.
    pub path: PathBuf,
    /// Its name.
    pub file_name: String,
    /// What it is for.
    pub subject: &'a Subject,
    /// The upload that waited, to be taken off in the same piece of work.
    pub upload: Option<UploadId>,
}

/// Takes a file in at once, as the API does.
///
/// # Errors
/// [`AppError::Rule`] if it is no SBOM, or product or release were withdrawn; [`AppError::Fields`], [`AppError::Forbidden`],
/// [`AppError::NotFound`], [`AppError::Conflict`].
pub async fn ingest_sbom(
    installation: &Installation,
    actor: &Actor,
    file: &HandedIn,
    release: kikimori_core::id::ReleaseId,
    draft: &SubjectDraft,
    source: SbomSource,
) -> Result<Receipt, AppError> {
    let organisation = require_own(actor, Action::UploadSbom)?;
    let subject = Subject::check(release, draft)?;
    let hand = Hand { organisation, person: Some(actor.person), source };
    let delivery =
        Delivery { path: file.path.clone(), file_name: file.file_name(), subject: &subject, upload: None };
    take_in(installation, hand, &delivery).await
}

/// Takes in a file that waited for this person's yes.
///
/// # Errors
/// UPLOAD-001 if it waits no longer; otherwise as for [`ingest_sbom`].
pub async fn confirm_upload(
    installation: &Installation,
    actor: &Actor,
    id: UploadId,
) -> Result<Receipt, AppError> {
    let organisation = require_own(actor, Action::UploadSbom)?;
    let mut read = installation.read(actor).await?;
    let upload = uploads::get(&mut read, organisation, id, actor.person, installation.now()).await?;
    drop(read);
    let gone = || AppError::Rule(Message::new(codes::UPLOAD_GONE));
    let upload = upload.filter(|upload| upload.kind == super::check_upload::KIND).ok_or_else(gone)?;
    let subject: Subject = serde_json::from_str(&upload.subject).map_err(AppError::fault)?;
    let hand = Hand { organisation, person: Some(actor.person), source: SbomSource::Web };
    let path = installation.blobs().path(&upload.sha256);
    let delivery = Delivery { path, file_name: upload.file_name, subject: &subject, upload: Some(id) };
    take_in(installation, hand, &delivery).await
}

/// Reads the file, compares it with what is current, and takes it in.
pub(crate) async fn take_in(
    installation: &Installation,
    hand: Hand,
    delivery: &Delivery<'_>,
) -> Result<Receipt, AppError> {
    for _ in 0..ATTEMPTS_MAX {
        let current = current_of(installation, hand, delivery.subject).await?;
        let (store, path) = (installation.blobs(), delivery.path.clone());
        let before = current.as_ref().map(|current| current.sha256);
        let (prepared, components) = beside(move || {
            let prepared = prepare(&store, &path, before)?;
            let components = KeptComponents::of(&prepared.sbom);
            Ok((prepared, components))
        })
        .await?;
        let attempt =
            Attempt { installation, hand, delivery, compared_with: current.map(|current| current.id) };
        if let Some(receipt) = attempt.commit(&prepared, components).await? {
            return Ok(receipt);
        }
    }
    Err(AppError::Busy)
}

/// What is current now.
async fn current_of(
    installation: &Installation,
    hand: Hand,
    subject: &Subject,
) -> Result<Option<StoredSbom>, AppError> {
    let mut read = installation.database.begin_read(Scope::Organisation(hand.organisation)).await?;
    let (_, release) = find_active_release(&mut read, hand.organisation, subject.release()?).await?;
    Ok(sboms::find_current(&mut read, hand.organisation, release.id, &subject.part).await?)
}

/// One try at taking a file in.
struct Attempt<'a> {
    /// Where.
    installation: &'a Installation,
    /// Who.
    hand: Hand,
    /// What.
    delivery: &'a Delivery<'a>,
    /// The revision that was current when it was compared.
    compared_with: Option<SbomId>,
}

impl Attempt<'_> {
    /// Writes everything in one piece of work; none if another revision became current meanwhile.
    async fn commit(
        &self,
        prepared: &Prepared,
        components: KeptComponents,
    ) -> Result<Option<Receipt>, AppError> {
        let (owner, subject) = (self.hand.organisation, self.delivery.subject);
        let mut work = self.installation.database.begin(Scope::Organisation(owner)).await?;
        let (_, release) = find_active_release(&mut work, owner, subject.release()?).await?;
        // The series is held until the end, so that two revisions of one part never overtake each other.
        let series = format!("sbom:{}:{}", release.id, subject.part);
        let revision_number = counters::take(&mut work, owner.id(), &series, 1).await?;
        let current = sboms::find_current(&mut work, owner, release.id, &subject.part).await?;
        if let Some(current) = current.as_ref().filter(|current| current.sha256 == prepared.blob.sha256) {
            let current = current.clone();
            drop(work);
            self.forget_upload().await?;
            return Ok(Some(Receipt { sbom: current, was_current: true, changes: None }));
        }
        if current.as_ref().map(|current| current.id) != self.compared_with {
            return Ok(None);
        }
        let sbom = self.revision(prepared, &release, revision_number);
        blobs::insert(&mut work, prepared.blob.sha256, prepared.blob.size_bytes, sbom.ingested_at).await?;
        if let Some(current) = current {
            sboms::supersede(&mut work, owner, current.id).await?;
        }
        sboms::insert(&mut work, owner, &sbom).await?;
        let components = components.settle(&mut work, self.installation).await?;
        sbom_components::insert_all(&mut work, owner, sbom.id, components).await?;
        if let Some(upload) = self.delivery.upload {
            uploads::delete(&mut work, owner, upload).await?;
        }
        self.order_match(&mut work, &sbom).await?;
        self.audit(&mut work, &sbom).await?;
        work.commit().await?;
        Ok(Some(Receipt { changes: sbom.changes, sbom, was_current: false }))
    }

    /// The new revision.
    fn revision(&self, prepared: &Prepared, release: &StoredRelease, revision_number: i64) -> StoredSbom {
        let (notices, n_notices) = prepared.notices();
        let sbom = &prepared.sbom;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        StoredSbom {
            id: SbomId::new(self.installation.new_id()),
            product_id: release.product_id,
            release_id: release.id,
            part: self.delivery.subject.part.clone(),
            revision_number,
            sha256: prepared.blob.sha256,
            file_name: self.delivery.file_name.clone(),
            format: sbom.format.name().to_owned(),
            spec_version: kept(&sbom.spec_version),
            serial: sbom.serial.as_deref().map(kept),
            n_components: count(sbom.n_components()),
            n_with_identifier: count(prepared.n_with_identifier()),
            notices,
            n_notices,
            platform: self.delivery.subject.platform.clone(),
            follows: self.compared_with,
            changes: prepared.changes(),
            state: SbomState::Current,
            withdrawn_reason: None,
            source: self.hand.source,
            ingested_by: self.hand.person,
            ingested_at: self.installation.now(),
        }
    }

    /// Takes off an upload that brought nothing new.
    async fn forget_upload(&self) -> Result<(), AppError> {
        let Some(upload) = self.delivery.upload else { return Ok(()) };
        let owner = self.hand.organisation;
        let mut work = self.installation.database.begin(Scope::Organisation(owner)).await?;
        uploads::delete(&mut work, owner, upload).await?;
        Ok(work.commit().await?)
    }

    /// Asks for the components to be matched, before bulk work.
    async fn order_match(&self, work: &mut Transaction, sbom: &StoredSbom) -> Result<(), AppError> {
        let job = NewJob {
            id: JobId::new(self.installation.new_id()),
            organisation_id: Some(self.hand.organisation),
            kind: MATCH_SBOM,
            argument: sbom.id.to_string(),
            unique_key: Some(format!("{MATCH_SBOM}:{}", sbom.id)),
            priority: jobs::PRIORITY_INTERACTIVE,
            run_at: sbom.ingested_at,
            person_id: self.hand.person,
            created_at: sbom.ingested_at,
        };
        jobs::insert(work, &job).await?;
        Ok(())
    }

    /// The event.
    async fn audit(&self, work: &mut Transaction, sbom: &StoredSbom) -> Result<(), AppError> {
        let details = [
            ("product", sbom.product_id.to_string()),
            ("release", sbom.release_id.to_string()),
            ("part", sbom.part.clone()),
            ("revision", sbom.revision_number.to_string()),
            ("file", sbom.file_name.clone()),
            ("sha256", hexadecimal(&sbom.sha256)),
            ("components", sbom.n_components.to_string()),
            ("source", sbom.source.code().to_owned()),
        ];
        let deed = Deed {
            action: "ingest_sbom",
            target_kind: "sbom",
            target_id: sbom.id.to_string(),
            details: details.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        };
        let actor = self.hand.person.map_or(AuditActor::System, AuditActor::Person);
        self.installation.audit_as(work, actor, Some(self.hand.organisation), deed).await
    }
}
