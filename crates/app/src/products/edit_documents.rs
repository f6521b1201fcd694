//! The documents of a product: adding, changing, taking off the list.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{DocumentId, OrganisationId, ProductId};
use kikimori_core::message::{Message, codes};
use kikimori_core::product_document::{ProductDocument, ProductDocumentDraft};
use kikimori_store::product_documents::StoredDocument;
use kikimori_store::{StoreError, Transaction, product_documents};

use super::{changed, find_active_product, said};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// A document's fields as texts; what is not stated is empty.
#[must_use]
pub fn document_fields(document: &ProductDocument) -> [(&'static str, String); 6] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        ("number", document.number.clone()),
        ("title_ja", document.title_ja.clone()),
        ("title_en", text(&document.title_en)),
        ("kind", document.kind.code().to_owned()),
        ("revision", text(&document.revision)),
        ("location", text(&document.location)),
    ]
}

/// Adds a document to a product.
///
/// # Errors
/// [`AppError::Fields`] (also DOCUMENT-001), [`AppError::Forbidden`], [`AppError::NotFound`]; PRODUCT-011.
pub async fn add_document(
    installation: &Installation,
    actor: &Actor,
    product: ProductId,
    draft: &ProductDocumentDraft,
) -> Result<DocumentId, AppError> {
    let organisation = require_own(actor, Action::EditDocuments)?;
    let document = draft.check().map_err(AppError::Fields)?.value;
    let id = DocumentId::new(installation.new_id());
    let mut work = installation.begin(actor).await?;
    find_active_product(&mut work, organisation, product).await?;
    product_documents::insert(&mut work, organisation, product, id, &document, installation.now())
        .await
        .map_err(as_field)?;
    let mut details = vec![("product".to_owned(), product.to_string())];
    details.extend(said(&document_fields(&document)));
    let deed = Deed { action: "add_document", target_kind: "document", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(id)
}

/// Changes a document that is still as the person saw it.
///
/// # Errors
/// As for [`add_document`]; [`AppError::Conflict`].
pub async fn edit_document(
    installation: &Installation,
    actor: &Actor,
    id: DocumentId,
    draft: &ProductDocumentDraft,
    revision: i64,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditDocuments)?;
    let document = draft.check().map_err(AppError::Fields)?.value;
    let mut work = installation.begin(actor).await?;
    let before = find_document(&mut work, organisation, id).await?;
    product_documents::update(&mut work, organisation, id, &document, revision, installation.now())
        .await
        .map_err(as_field)?;
    let details = changed(&document_fields(&before.document), &document_fields(&document));
    let deed = Deed { action: "edit_document", target_kind: "document", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}

/// Takes a document off the list; what it said stays in the trail.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`].
pub async fn remove_document(
    installation: &Installation,
    actor: &Actor,
    id: DocumentId,
    revision: i64,
) -> Result<ProductId, AppError> {
    let organisation = require_own(actor, Action::EditDocuments)?;
    let mut work = installation.begin(actor).await?;
    let before = find_document(&mut work, organisation, id).await?;
    product_documents::delete(&mut work, organisation, id, revision).await?;
    let details = said(&document_fields(&before.document));
    let deed =
        Deed { action: "remove_document", target_kind: "document", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(before.product_id)
}

/// The document of this id, of a product that was not withdrawn.
async fn find_document(
    work: &mut Transaction,
    organisation: OrganisationId,
    id: DocumentId,
) -> Result<StoredDocument, AppError> {
    let document = product_documents::get(work, organisation, id).await?.ok_or(AppError::NotFound)?;
    find_active_product(work, organisation, document.product_id).await?;
    Ok(document)
}

/// A number that another document of the product bears is an error of the field.
fn as_field(error: StoreError) -> AppError {
    match error {
        StoreError::Unique(_) => AppError::field("number", Message::new(codes::DOCUMENT_NUMBER_TAKEN)),
        other => other.into(),
    }
}
