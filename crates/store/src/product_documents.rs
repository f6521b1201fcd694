//! Documents of products, which stand elsewhere.

use kikimori_core::id::{DocumentId, OrganisationId, ProductId};
use kikimori_core::product_document::{DocumentKind, ProductDocument};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, product_id, number, title_ja, title_en, kind, document_revision, location, created_at, changed_at, revision FROM product_documents WHERE organisation_id = $1 AND id = $2";
    LIST_OF_PRODUCT = "SELECT id, product_id, number, title_ja, title_en, kind, document_revision, location, created_at, changed_at, revision FROM product_documents WHERE organisation_id = $1 AND product_id = $2 ORDER BY created_at, id LIMIT $3";
    INSERT = "INSERT INTO product_documents (organisation_id, id, number, title_ja, title_en, kind, document_revision, location, changed_at, created_at, product_id, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, 1)";
    UPDATE = "UPDATE product_documents SET number = $3, title_ja = $4, title_en = $5, kind = $6, document_revision = $7, location = $8, changed_at = $9, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND revision = $10";
    DELETE = "DELETE FROM product_documents WHERE organisation_id = $1 AND id = $2 AND revision = $3";
}

/// A document as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its id.
    pub id: DocumentId,
    /// Its product.
    pub product_id: ProductId,
    /// What people said about it.
    pub document: ProductDocument,
    /// When it was added.
    pub created_at: Stamp,
    /// When it was last changed.
    pub changed_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

/// The document of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: DocumentId,
) -> Result<Option<StoredDocument>, StoreError> {
    let values = vec![organisation.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// A product's documents, oldest first, at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn list_of_product(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    n_max: u32,
) -> Result<Vec<StoredDocument>, StoreError> {
    let values = vec![organisation.id().into(), product.id().into(), n_max.into()];
    transaction.rows(&LIST_OF_PRODUCT, values).await?.iter().map(read).collect()
}

/// Adds a document.
///
/// # Errors
/// [`StoreError::Unique`] if the product has one of this number.
pub async fn insert(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    id: DocumentId,
    document: &ProductDocument,
    at: Stamp,
) -> Result<(), StoreError> {
    let mut values = values(organisation, id, document, at);
    values.push(product.id().into());
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Writes what people say about a document whose revision is still `revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since, [`StoreError::Unique`] if another has this number.
pub async fn update(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: DocumentId,
    document: &ProductDocument,
    revision: i64,
    at: Stamp,
) -> Result<(), StoreError> {
    let mut values = values(organisation, id, document, at);
    values.push(revision.into());
    transaction.change_one(&UPDATE, values).await
}

/// Takes a document off the list, if its revision is still `revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn delete(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: DocumentId,
    revision: i64,
) -> Result<(), StoreError> {
    transaction.change_one(&DELETE, vec![organisation.id().into(), id.id().into(), revision.into()]).await
}

/// The values of a row, as far as people say them.
fn values(organisation: OrganisationId, id: DocumentId, document: &ProductDocument, at: Stamp) -> Vec<Value> {
    vec![
        organisation.id().into(),
        id.id().into(),
        (&document.number).into(),
        (&document.title_ja).into(),
        document.title_en.clone().into(),
        document.kind.code().into(),
        document.revision.clone().into(),
        document.location.clone().into(),
        at.0.into(),
    ]
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredDocument, StoreError> {
    let document = ProductDocument {
        number: row.text("number")?,
        title_ja: row.text("title_ja")?,
        title_en: row.text_if_any("title_en")?,
        kind: row.read("kind", DocumentKind::of_code)?,
        revision: row.text_if_any("document_revision")?,
        location: row.text_if_any("location")?,
    };
    Ok(StoredDocument {
        id: DocumentId::new(row.id("id")?),
        product_id: ProductId::new(row.id("product_id")?),
        document,
        created_at: Stamp(row.integer("created_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
        revision: row.integer("revision")?,
    })
}
