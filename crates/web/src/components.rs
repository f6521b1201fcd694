//! コンポーネントの検索 / Components: which products and releases hold what is searched for.

use axum::http::Uri;
use axum::response::{Html, Response};
use kikimori_app::sboms::export_components::export_component_uses;
use kikimori_app::sboms::search_components::{ComponentsFound, search_components};
use kikimori_app::views::list_views::list_views;
use kikimori_locale::Language;
use kikimori_store::sbom_components::ComponentUse;
use kikimori_ui::page::components::{CONDITIONS, ComponentRow, View, page};

use crate::context::SignedIn;
use crate::download::{XLSX, attachment};
use crate::list_request::ListRequest;
use crate::refusal::Refusal;
use crate::sboms::{table_words, unmatched};
use crate::shown::{n, trade_name};

/// The words asked for: name or identifier, version and supplier are one search.
fn words(request: &mut ListRequest) -> String {
    request.ignore("match");
    request.ignore("sort");
    [request.get("q"), request.get("version"), request.get("supplier")].join(" ")
}

/// The page.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, CONDITIONS);
    let words = words(&mut request);
    let (installation, actor) = (&visitor.context.state.installation, visitor.actor());
    let found = search_components(installation, actor, &words, request.page).await?;
    let views = list_views(installation, actor, "components").await?;
    let language = visitor.context.language;
    let view = View {
        listing: request.listing(found.counts.n_uses, found.counts.n_uses, &views),
        rows: found.uses.iter().map(|used| row(language, &found, used)).collect(),
        n_products: n(found.counts.n_products),
    };
    Ok(Html(page(&visitor.context.frame(), &view)))
}

/// A component in a release.
fn row(language: Language, found: &ComponentsFound, used: &ComponentUse) -> ComponentRow {
    let identity = &used.identity;
    let component = kikimori_app::component_identity::to_component(identity).unwrap_or_default();
    let state = found.states.get(&(used.sbom_id, used.identity_id));
    let name = trade_name(language, &used.trade_name_ja, used.trade_name_en.as_deref());
    let part = if used.part.is_empty() { String::new() } else { format!("（{}）", used.part) };
    let has_no_identifier = identity.purl.is_none() && identity.cpe.is_none();
    ComponentRow {
        name: component.display_name(),
        version: identity.version.clone().unwrap_or_default(),
        supplier: identity.supplier.clone().unwrap_or_default(),
        identifier: identity.purl.clone().or_else(|| identity.cpe.clone()).unwrap_or_default(),
        release: format!("{name} {}{part}", used.release_version),
        product_id: used.product_id.to_string(),
        sbom_id: used.sbom_id.to_string(),
        is_current: true,
        is_unmatched: !unmatched(language, state, has_no_identifier).is_empty(),
        n_findings: n(state.map_or(0, |state| state.n_findings)),
    }
}

/// The same as a workbook.
pub(crate) async fn xlsx(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    let mut request = ListRequest::read(&uri, CONDITIONS);
    let searched = words(&mut request);
    let words = table_words(&visitor, "ui.page.components", &["product", "release", "part"], &request);
    let installation = &visitor.context.state.installation;
    let bytes = export_component_uses(installation, visitor.actor(), &searched, &words).await?;
    Ok(attachment(XLSX, "components.xlsx", bytes))
}
