//! Adding a release to a product.

use kikimori_core::access::{Action, Actor};
use kikimori_core::field::FieldError;
use kikimori_core::id::{OrganisationId, ProductId, ReleaseId};
use kikimori_core::limits::PRODUCT_RELEASES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::release::{Release, ReleaseDraft};
use kikimori_store::{StoreError, Transaction, releases};

use super::{find_active_product, release_fields, said};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Adds a release; gives its id, and what the person should look at again.
///
/// # Errors
/// [`AppError::Fields`] (also RELEASE-003, RELEASE-004), [`AppError::Forbidden`], [`AppError::NotFound`]; PRODUCT-011 when the product was
/// withdrawn.
pub async fn add_release(
    installation: &Installation,
    actor: &Actor,
    product: ProductId,
    draft: &ReleaseDraft,
) -> Result<(ReleaseId, Vec<FieldError>), AppError> {
    let organisation = require_own(actor, Action::EditReleases)?;
    let checked = draft.check().map_err(AppError::Fields)?;
    let id = ReleaseId::new(installation.new_id());
    let mut work = installation.begin(actor).await?;
    find_active_product(&mut work, organisation, product).await?;
    check_supersedes(&mut work, organisation, product, None, &checked.value).await?;
    releases::insert(&mut work, organisation, product, id, &checked.value, installation.now())
        .await
        .map_err(as_field)?;
    let mut details = vec![("product".to_owned(), product.to_string())];
    details.extend(said(&release_fields(&checked.value)));
    let deed = Deed { action: "add_release", target_kind: "release", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok((id, checked.notices))
}

/// A version that the product has already is an error of the field.
pub(super) fn as_field(error: StoreError) -> AppError {
    match error {
        StoreError::Unique(_) => AppError::field("version", Message::new(codes::RELEASE_VERSION_TAKEN)),
        other => other.into(),
    }
}

/// The release before must be another of the same product, and following it back must not lead here.
///
/// # Errors
/// [`AppError::Fields`] with RELEASE-004.
pub(super) async fn check_supersedes(
    work: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    own: Option<ReleaseId>,
    release: &Release,
) -> Result<(), AppError> {
    let refused = || AppError::field("supersedes", Message::new(codes::RELEASE_SUPERSEDES_OTHER));
    let mut before = release.supersedes;
    for _ in 0..=PRODUCT_RELEASES_MAX {
        let Some(id) = before else { return Ok(()) };
        if own == Some(id) {
            return Err(refused());
        }
        let found = releases::get(work, organisation, id).await?;
        let found = found.filter(|found| found.product_id == product).ok_or_else(refused)?;
        before = found.release.supersedes;
    }
    Err(refused())
}
