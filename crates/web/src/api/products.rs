//! `/api/v1/products`.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::edit_product::edit_product;
use kikimori_app::products::get_product::{ProductWithAll, get_product};
use kikimori_app::products::list_products::list_products;
use kikimori_app::products::product_fields;
use kikimori_app::products::withdraw_product::{restore_product, withdraw_product};
use kikimori_core::id::ProductId;
use kikimori_core::product::ProductDraft;
use kikimori_store::products::{ProductFilter, ProductOrder, StoredProduct};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Paging, Sent, list as page_of, precondition, seen, tagged};
use crate::context::SignedIn;
use crate::refusal::Refusal;

/// What is said about a product.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Draft {
    /// Trade name in Japanese.
    trade_name_ja: String,
    /// Trade name in English.
    trade_name_en: String,
    /// Generic name.
    generic_name: String,
    /// JMDN code.
    jmdn_code: String,
    /// Class.
    device_class: String,
    /// Approval, certification or notification.
    procedure: String,
    /// Its number.
    market_number: String,
    /// Connection kinds.
    connections: Vec<String>,
    /// State on the market.
    market_state: String,
    /// First day of sale.
    sale_start: String,
    /// Last day of sale.
    sale_end: String,
    /// End of life.
    eol: String,
    /// End of support.
    eos: String,
}

impl From<Draft> for ProductDraft {
    fn from(draft: Draft) -> Self {
        Self {
            trade_name_ja: draft.trade_name_ja,
            trade_name_en: draft.trade_name_en,
            generic_name: draft.generic_name,
            jmdn_code: draft.jmdn_code,
            device_class: draft.device_class,
            procedure: draft.procedure,
            market_number: draft.market_number,
            connections: draft.connections,
            market_state: draft.market_state,
            sale_start: draft.sale_start,
            sale_end: draft.sale_end,
            eol: draft.eol,
            eos: draft.eos,
        }
    }
}

/// Why something is withdrawn or taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// The reason.
    #[serde(default)]
    pub(crate) reason: String,
}

/// Conditions on the list.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words that names or numbers contain.
    q: String,
    /// Withdrawn ones instead of the others.
    withdrawn: bool,
}

/// A product; what is not stated is null.
fn product(stored: &StoredProduct) -> Value {
    let mut body = serde_json::Map::new();
    body.insert("id".to_owned(), json!(stored.id.to_string()));
    for (name, value) in product_fields(&stored.product) {
        let value = match name {
            "connections" => {
                json!(stored.product.connections.iter().map(|kind| kind.code()).collect::<Vec<_>>())
            }
            _ if value.is_empty() => Value::Null,
            _ => json!(value),
        };
        body.insert(name.to_owned(), value);
    }
    body.insert("state".to_owned(), json!(if stored.is_active { "active" } else { "withdrawn" }));
    body.insert("created_at".to_owned(), json!(stored.created_at.to_string()));
    body.insert("changed_at".to_owned(), json!(stored.changed_at.to_string()));
    body.insert("revision".to_owned(), json!(stored.revision));
    Value::Object(body)
}

/// `GET /api/v1/products`.
pub(crate) async fn list(
    visitor: SignedIn,
    Query(paging): Query<Paging>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let filter = ProductFilter { words: asked.q, is_withdrawn: asked.withdrawn, ..ProductFilter::default() };
    let installation = &visitor.context.state.installation;
    let order = (ProductOrder::Name, false);
    let (rows, n) = list_products(installation, visitor.actor(), &filter, order, paging.page()).await?;
    Ok(page_of(&rows.iter().map(|row| product(&row.stored)).collect::<Vec<_>>(), n, paging.page()))
}

/// `POST /api/v1/products`.
pub(crate) async fn add(visitor: SignedIn, Sent(draft): Sent<Draft>) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    let (id, _) = add_product(installation, visitor.actor(), &draft.into()).await?;
    let all = get_product(installation, visitor.actor(), id).await?;
    let mut response = tagged(StatusCode::CREATED, all.product.revision, product(&all.product));
    if let Ok(place) = format!("/api/v1/products/{id}").parse() {
        response.headers_mut().insert(axum::http::header::LOCATION, place);
    }
    Ok(response)
}

/// The product of an address.
async fn load(visitor: &SignedIn, id: &str) -> Result<ProductWithAll, Refusal> {
    let id = ProductId::parse(id).ok_or_else(Refusal::not_found)?;
    Ok(get_product(&visitor.context.state.installation, visitor.actor(), id).await?)
}

/// `GET /api/v1/products/{id}`.
pub(crate) async fn get(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let all = load(&visitor, &id).await?;
    Ok(tagged(StatusCode::OK, all.product.revision, product(&all.product)))
}

/// `PUT /api/v1/products/{id}`: says everything anew.
pub(crate) async fn put(
    visitor: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(draft): Sent<Draft>,
) -> Result<Response, Refusal> {
    let revision = seen(&headers)?;
    let product_id = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    edit_product(installation, visitor.actor(), product_id, &draft.into(), revision)
        .await
        .map_err(precondition)?;
    get(visitor, Path(id)).await
}

/// `POST /api/v1/products/{id}/withdraw`.
pub(crate) async fn withdraw(
    visitor: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent<Reason>,
) -> Result<Response, Refusal> {
    let revision = seen(&headers)?;
    let product_id = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    withdraw_product(
        &visitor.context.state.installation,
        visitor.actor(),
        product_id,
        revision,
        &body.reason,
    )
    .await
    .map_err(precondition)?;
    Ok(get(visitor, Path(id)).await?.into_response())
}

/// `POST /api/v1/products/{id}/restore`.
pub(crate) async fn restore(
    visitor: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent<Reason>,
) -> Result<Response, Refusal> {
    let revision = seen(&headers)?;
    let product_id = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    restore_product(&visitor.context.state.installation, visitor.actor(), product_id, revision, &body.reason)
        .await
        .map_err(precondition)?;
    get(visitor, Path(id)).await
}
