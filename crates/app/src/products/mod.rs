//! Products, their releases and their documents.

pub mod add_product;
pub mod add_release;
pub mod count_findings;
pub mod edit_documents;
pub mod edit_product;
pub mod edit_release;
pub mod export_products;
pub mod get_product;
pub mod import_products;
pub mod list_products;
pub mod list_releases;
pub mod withdraw_product;
pub mod withdraw_release;

use kikimori_core::id::{OrganisationId, ProductId, ReleaseId};
use kikimori_core::market::{Gtin, JmdnCode};
use kikimori_core::message::{Message, codes};
use kikimori_core::product::Product;
use kikimori_core::release::Release;
use kikimori_store::products::StoredProduct;
use kikimori_store::releases::StoredRelease;
use kikimori_store::{Transaction, products, releases};

use crate::app_error::AppError;

/// A product's fields as texts, in the order in which people see them; what is not stated is empty.
#[must_use]
pub fn product_fields(product: &Product) -> [(&'static str, String); 13] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<kikimori_core::day::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let number = product.market_number.as_ref();
    let kinds: Vec<&str> = product.connections.iter().map(|kind| kind.code()).collect();
    [
        ("trade_name_ja", product.trade_name_ja.clone()),
        ("trade_name_en", text(&product.trade_name_en)),
        ("generic_name", text(&product.generic_name)),
        ("jmdn_code", product.jmdn_code.as_ref().map(JmdnCode::as_str).unwrap_or_default().to_owned()),
        ("device_class", product.device_class.map(|class| class.code()).unwrap_or_default().to_owned()),
        ("procedure", number.map(|number| number.procedure.code()).unwrap_or_default().to_owned()),
        ("market_number", number.map(|number| number.number.clone()).unwrap_or_default()),
        ("connections", kinds.join(",")),
        ("market_state", product.market_state.map(|state| state.code()).unwrap_or_default().to_owned()),
        ("sale_start", day(product.sale_start)),
        ("sale_end", day(product.sale_end)),
        ("eol", day(product.eol)),
        ("eos", day(product.eos)),
    ]
}

/// A release's fields as texts; what is not stated is empty.
#[must_use]
pub fn release_fields(release: &Release) -> [(&'static str, String); 4] {
    [
        ("version", release.version.clone()),
        ("released_on", release.released_on.map(|day| day.to_string()).unwrap_or_default()),
        ("gtin", release.gtin.as_ref().map(Gtin::as_str).unwrap_or_default().to_owned()),
        ("supersedes", release.supersedes.map(|id| id.to_string()).unwrap_or_default()),
    ]
}

/// What is said, for the trail: names and values that are not empty.
fn said(fields: &[(&'static str, String)]) -> Vec<(String, String)> {
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    fields.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// What changed, for the trail: `name` with the old value and `name` with the new one, arrows between.
fn changed(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<(String, String)> {
    let pairs = before.iter().zip(after).filter(|((_, old), (_, new))| old != new);
    pairs.map(|((name, old), (_, new))| ((*name).to_owned(), format!("{old} → {new}"))).collect()
}

/// The product of this id.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) async fn find_product(
    work: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
) -> Result<StoredProduct, AppError> {
    products::get(work, organisation, id).await?.ok_or(AppError::NotFound)
}

/// The product of this id, as long as it was not withdrawn.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Rule`] with PRODUCT-011.
pub(crate) async fn find_active_product(
    work: &mut Transaction,
    organisation: OrganisationId,
    id: ProductId,
) -> Result<StoredProduct, AppError> {
    let product = find_product(work, organisation, id).await?;
    if product.is_active { Ok(product) } else { Err(AppError::Rule(Message::new(codes::PRODUCT_WITHDRAWN))) }
}

/// The release of this id.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) async fn find_release(
    work: &mut Transaction,
    organisation: OrganisationId,
    id: ReleaseId,
) -> Result<StoredRelease, AppError> {
    releases::get(work, organisation, id).await?.ok_or(AppError::NotFound)
}

/// The release of this id with its product, as long as neither was withdrawn.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Rule`] with PRODUCT-011 or RELEASE-005.
pub(crate) async fn find_active_release(
    work: &mut Transaction,
    organisation: OrganisationId,
    id: ReleaseId,
) -> Result<(StoredProduct, StoredRelease), AppError> {
    let release = find_release(work, organisation, id).await?;
    let product = find_active_product(work, organisation, release.product_id).await?;
    if !release.is_active {
        return Err(AppError::Rule(Message::new(codes::RELEASE_WITHDRAWN)));
    }
    Ok((product, release))
}

/// The reason that a person must give for what others see.
///
/// # Errors
/// [`AppError::Fields`] when it is missing or too long.
pub(crate) fn checked_reason(reason: &str) -> Result<String, AppError> {
    use kikimori_core::limits::STATEMENT_CHARACTERS_MAX;
    let kept = kikimori_core::typed_text::lines(reason);
    if kept.is_empty() {
        return Err(AppError::field("reason", Message::new(codes::FIELD_REQUIRED)));
    }
    let n_characters = kept.chars().count();
    if n_characters > STATEMENT_CHARACTERS_MAX {
        let message = Message::new(codes::FIELD_TOO_LONG).with("max", STATEMENT_CHARACTERS_MAX);
        return Err(AppError::field("reason", message.with("length", n_characters)));
    }
    Ok(kept)
}
