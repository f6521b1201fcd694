//! A document, read and brought into the form in which it is kept.

use std::collections::BTreeMap;
use std::path::Path;

use kikimori_core::id::IdentityId;
use kikimori_core::limits::SBOM_NOTICES_KEPT_MAX;
use kikimori_core::message::Message;
use kikimori_core::sbom::diff::{SbomDiff, diff};
use kikimori_core::sbom::{Component, Sbom};
use kikimori_store::Transaction;
use kikimori_store::identities::{self, StoredIdentity};
use kikimori_store::sbom_components::StoredComponent;
use kikimori_store::sboms::SbomChanges;

use crate::app_error::AppError;
use crate::blob_store::{Blob, BlobStore};
use crate::check_sbom::check_sbom;
use crate::component_identity;
use crate::installation::Installation;
use crate::sbom_file::read_sbom;
use crate::stored_message::{StoredMessage, written};

/// A document that was read.
pub(crate) struct Prepared {
    /// The original, kept in the folder.
    pub blob: Blob,
    /// The bill.
    pub sbom: Sbom,
    /// What changed from the revision that it was compared with.
    pub diff: Option<SbomDiff>,
    /// That revision, read.
    pub before: Option<Sbom>,
}

/// Reads a document, and keeps the original once it could be read; compares it with an earlier original.
///
/// # Errors
/// [`AppError::Rule`] if it is no SBOM; a fault of the disk.
pub(crate) fn prepare(
    store: &BlobStore,
    path: &Path,
    before: Option<[u8; 32]>,
) -> Result<Prepared, AppError> {
    let sbom = read_sbom(path).map_err(AppError::Rule)?.sbom;
    let blob = store.put(&mut std::fs::File::open(path)?)?;
    let before = match before {
        Some(sha256) if sha256 != blob.sha256 => Some(read_kept(store, &sha256)?),
        _ => None,
    };
    let diff = before.as_ref().map(|before| diff(before, &sbom));
    Ok(Prepared { blob, sbom, diff, before })
}

/// Reads an original that could be read before.
///
/// # Errors
/// A fault of the disk, or of an original that was changed there.
pub(crate) fn read_kept(store: &BlobStore, sha256: &[u8; 32]) -> Result<Sbom, AppError> {
    drop(store.open(sha256)?);
    let file = read_sbom(&store.path(sha256)).map_err(AppError::Rule)?;
    Ok(file.sbom)
}

impl Prepared {
    /// How much changed.
    pub fn changes(&self) -> Option<SbomChanges> {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.diff.as_ref().map(|diff| SbomChanges {
            n_added: count(diff.added.len()),
            n_removed: count(diff.removed.len()),
            n_changed: count(diff.changed.len()),
        })
    }

    /// Listed components with a package URL or a CPE name.
    pub fn n_with_identifier(&self) -> usize {
        let listed = self.sbom.components.iter().filter(|component| component.role.is_listed());
        listed.filter(|component| !(component.purls.is_empty() && component.cpes.is_empty())).count()
    }

    /// What is missing and the first oddities as they are kept, and how many there were.
    pub fn notices(&self) -> (String, i64) {
        let mut notices = check_sbom(&self.sbom).notices();
        let n_all = notices.len() + self.sbom.notices.len() + self.sbom.n_notices_dropped;
        notices.extend(self.sbom.notices.iter().take(SBOM_NOTICES_KEPT_MAX).cloned());
        let kept = kept_notices(&notices);
        (serde_json::to_string(&kept).unwrap_or_default(), i64::try_from(n_all).unwrap_or(i64::MAX))
    }
}

/// The first notices in the form in which they are kept.
pub(crate) fn kept_notices(notices: &[Message]) -> Vec<StoredMessage> {
    notices.iter().take(SBOM_NOTICES_KEPT_MAX).map(StoredMessage::new).collect()
}

/// A document's components in the form in which they are kept: each distinct identity once, and for every component its key and place.
pub(crate) struct KeptComponents {
    /// Identities by key.
    identities: BTreeMap<[u8; 32], StoredIdentity>,
    /// The key of each component in order.
    keys: Vec<[u8; 32]>,
    /// Each component in order, its identity not known yet.
    components: Vec<StoredComponent>,
}

/// The id that stands where none is known yet.
const NO_IDENTITY: IdentityId = IdentityId::new(kikimori_core::id::Id::from_bytes([0; 16]));

impl KeptComponents {
    /// Of a bill.
    pub fn of(sbom: &Sbom) -> Self {
        let mut kept = Self { identities: BTreeMap::new(), keys: Vec::new(), components: Vec::new() };
        for (ordinal, component) in (0_i64..).zip(&sbom.components) {
            let identity = component_identity::of(component);
            kept.keys.push(identity.key_sha256);
            kept.identities.entry(identity.key_sha256).or_insert(identity);
            let stored = kept.component(ordinal, component);
            kept.components.push(stored);
        }
        kept
    }

    /// One component; its parent stands before it.
    fn component(&self, ordinal: i64, component: &Component) -> StoredComponent {
        let parent = component.parent.and_then(|parent| self.components.get(parent as usize));
        StoredComponent {
            ordinal,
            identity_id: NO_IDENTITY,
            reference: component.reference.as_deref().map(component_identity::kept),
            place: component_identity::kept(&written(&component.place)),
            parent: component.parent.map(i64::from),
            depth: parent.map_or(0, |parent| parent.depth + 1),
            role: component.role,
        }
    }

    /// Finds or adds the identities, and gives the components with them.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn settle(
        self,
        work: &mut Transaction,
        installation: &Installation,
    ) -> Result<Vec<StoredComponent>, AppError> {
        let keys: Vec<[u8; 32]> = self.identities.keys().copied().collect();
        let mut ids = identities::find_ids(work, &keys).await?;
        let missing: Vec<(IdentityId, &StoredIdentity)> = self
            .identities
            .iter()
            .filter(|(key, _)| !ids.contains_key(*key))
            .map(|(_, identity)| (IdentityId::new(installation.new_id()), identity))
            .collect();
        let n_added = identities::insert_missing(work, &missing, installation.now()).await?;
        if n_added == missing.len() as u64 {
            ids.extend(missing.iter().map(|(id, identity)| (identity.key_sha256, *id)));
        } else {
            // Somebody else added some at the same moment; theirs count.
            let keys: Vec<[u8; 32]> = missing.iter().map(|(_, identity)| identity.key_sha256).collect();
            ids.extend(identities::find_ids(work, &keys).await?);
        }
        let mut components = self.components;
        for (component, key) in components.iter_mut().zip(&self.keys) {
            component.identity_id = *ids.get(key).ok_or(AppError::Busy)?;
        }
        Ok(components)
    }
}
