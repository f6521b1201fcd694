//! 製品 / Products: the list, a product with its tabs, and the forms of products and releases.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::count_findings::{count_product_findings, count_release_findings};
use kikimori_app::products::edit_product::edit_product;
use kikimori_app::products::edit_release::edit_release;
use kikimori_app::products::export_products::{ListForm, ListWords, export_products};
use kikimori_app::products::get_product::{ProductWithAll, get_product, get_release};
use kikimori_app::products::list_products::list_products;
use kikimori_app::views::list_views::list_views;
use kikimori_core::access::Action;
use kikimori_core::day::Day;
use kikimori_core::field::FieldError;
use kikimori_core::id::{ProductId, ReleaseId};
use kikimori_core::market::{DeviceClass, JmdnCode, MarketState};
use kikimori_core::product::ProductDraft;
use kikimori_core::product_list::ListColumn;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom_revision::SbomState as RevisionState;
use kikimori_locale::{Language, text};
use kikimori_store::products::{ListedProduct, ProductFilter, ProductOrder, StoredProduct, SupportFilter};
use kikimori_ui::page::product::{self, Content, DocumentRow, Head, Overview, ReleaseRow};
use kikimori_ui::page::product_form;
use kikimori_ui::page::products::{self, ProductRow, SbomState};
use kikimori_ui::view::{Choice, FormState, SeverityCounts};

use crate::context::SignedIn;
use crate::download::{CSV, XLSX, attachment};
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::refusal::{Refusal, field_errors};
use crate::shown::{may, n, product_name, severities};
use crate::times::jst;

/// What the address asks of the list; what cannot be understood is shown as ignored.
fn asked(request: &mut ListRequest, today: Day) -> (ProductFilter, (ProductOrder, bool)) {
    let device_class = DeviceClass::of_code(request.get("class"));
    if device_class.is_none() {
        request.ignore("class");
    }
    let support = match request.get("support") {
        "" | "supported" => SupportFilter::Supported(today),
        "ended" => SupportFilter::Ended(today),
        "all" => SupportFilter::Any,
        _ => {
            request.ignore("support");
            SupportFilter::Supported(today)
        }
    };
    let has_sbom = match request.get("sbom") {
        "missing" => Some(false),
        "present" => Some(true),
        _ => {
            request.ignore("sbom");
            None
        }
    };
    let order = match request.sort() {
        Some(("name", is_descending)) => Some((ProductOrder::Name, is_descending)),
        Some(("class", is_descending)) => Some((ProductOrder::DeviceClass, is_descending)),
        Some(("support_end", is_descending)) => Some((ProductOrder::Eos, is_descending)),
        _ => None,
    };
    if order.is_none() {
        request.ignore("sort");
    }
    let words = request.get("q").to_owned();
    let filter = ProductFilter { words, device_class, support, has_sbom, ..ProductFilter::default() };
    (filter, order.unwrap_or_default())
}

/// The list.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, products::CONDITIONS);
    let (installation, actor) = (&visitor.context.state.installation, visitor.actor());
    let today = Day::of(installation.now());
    let (filter, order) = asked(&mut request, today);
    let (listed, n_total) = list_products(installation, actor, &filter, order, request.page).await?;
    let everything = ProductFilter::default();
    let (_, n_unfiltered) = list_products(installation, actor, &everything, order, one_row()).await?;
    let ids: Vec<ProductId> = listed.iter().map(|listed| listed.stored.id).collect();
    let findings = count_product_findings(installation, actor, &ids).await?;
    let views = list_views(installation, actor, "products").await?;
    let language = visitor.context.language;
    let row = |listed: &ListedProduct| {
        product_row(language, listed, today, severities(findings.get(&listed.stored.id)))
    };
    let view = products::View {
        listing: request.listing(n_total, n_unfiltered, &views),
        rows: listed.iter().map(row).collect(),
        may_edit: may(actor, Action::EditProducts),
    };
    Ok(Html(products::page(&visitor.context.frame(), &view)))
}

/// A page of one row, where only the count is asked for.
fn one_row() -> kikimori_store::list::Page {
    kikimori_store::list::Page { number: 1, n_rows: 1 }
}

/// A row of the list.
fn product_row(
    language: Language,
    listed: &ListedProduct,
    today: Day,
    findings: SeverityCounts,
) -> ProductRow {
    let product = &listed.stored.product;
    ProductRow {
        id: listed.stored.id.to_string(),
        name: product_name(language, product),
        generic_name: product.generic_name.clone().unwrap_or_default(),
        jmdn: product.jmdn_code.as_ref().map(JmdnCode::as_str).unwrap_or_default().to_owned(),
        device_class: product.device_class.map(DeviceClass::code).unwrap_or_default().to_owned(),
        approval: product.market_number.as_ref().map(|number| number.number.clone()).unwrap_or_default(),
        release: listed.newest_version.clone().unwrap_or_default(),
        sbom: sbom_state(listed.n_components, listed.n_with_identifier),
        findings,
        support_end_on: product.eos.map(|day| day.to_string()).unwrap_or_default(),
        is_ended: product.eos.is_some_and(|day| day < today)
            || product.market_state == Some(MarketState::Discontinued),
    }
}

/// Whether components are there and all have identifiers.
fn sbom_state(n_components: Option<i64>, n_with_identifier: Option<i64>) -> SbomState {
    match (n_components, n_with_identifier) {
        (Some(all), Some(with)) if with < all => SbomState::Incomplete,
        (Some(_), _) => SbomState::Present,
        (None, _) => SbomState::Missing,
    }
}

/// The list as a workbook.
pub(crate) async fn xlsx(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    export(&visitor, &uri, ListForm::Xlsx).await
}

/// The list as CSV.
pub(crate) async fn csv(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    export(&visitor, &uri, ListForm::Csv).await
}

/// The list as a file.
async fn export(visitor: &SignedIn, uri: &Uri, form: ListForm) -> Result<Response, Refusal> {
    let mut request = ListRequest::read(uri, products::CONDITIONS);
    let installation = &visitor.context.state.installation;
    let (filter, order) = asked(&mut request, Day::of(installation.now()));
    let language = visitor.context.language;
    let lines = export_lines(visitor, &request);
    let bytes = with_words(language, lines, async |words| {
        export_products(installation, visitor.actor(), &filter, order, form, words).await
    })
    .await?;
    Ok(match form {
        ListForm::Xlsx => attachment(XLSX, "products.xlsx", bytes),
        ListForm::Csv => attachment(CSV, "products.csv", bytes),
    })
}

/// What a file says about itself: conditions, time, person.
pub(crate) fn export_lines(visitor: &SignedIn, request: &ListRequest) -> Vec<(String, String)> {
    let language = visitor.context.language;
    let mut lines: Vec<(String, String)> = request
        .query
        .iter()
        .map(|(name, value)| (text(language, &format!("ui.filter.{name}")).to_owned(), value.clone()))
        .collect();
    let now = jst(visitor.context.state.installation.now());
    lines.push((text(language, "ui.export.made_at").to_owned(), now));
    lines.push((text(language, "ui.export.made_by").to_owned(), visitor.presence.person.name.clone()));
    lines
}

/// Does something with the words of a list of products.
pub(crate) async fn with_words<T>(
    language: Language,
    lines: Vec<(String, String)>,
    work: impl AsyncFnOnce(&ListWords<'_>) -> T,
) -> T {
    let heading =
        |column: ListColumn| text(language, &format!("ui.field.{}", heading_field(column))).to_owned();
    let value = |column: ListColumn, code: &str| match column {
        ListColumn::DeviceClass => text(language, &format!("device-class.{code}")).to_owned(),
        ListColumn::Procedure => text(language, &format!("procedure.{code}")).to_owned(),
        ListColumn::MarketState => text(language, &format!("market-state.{code}")).to_owned(),
        _ => code.to_owned(),
    };
    let words = ListWords {
        title: text(language, "ui.page.products").to_owned(),
        heading: &heading,
        value: &value,
        conditions: text(language, "ui.conditions").to_owned(),
        lines,
    };
    work(&words).await
}

/// The field whose label is the heading of a column.
fn heading_field(column: ListColumn) -> &'static str {
    if column == ListColumn::Id { "product_id" } else { column.code() }
}

/// The form of a new product.
pub(crate) async fn new_form(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    allow(&visitor, Action::EditProducts)?;
    Ok(Html(product_form::page(&visitor.context.frame(), &product_form::View::default())))
}

/// Refuses who may not.
fn allow(visitor: &SignedIn, action: Action) -> Result<(), Refusal> {
    kikimori_app::installation::require_own(visitor.actor(), action)?;
    Ok(())
}

/// What was typed about a product.
fn product_draft(form: &PostedForm) -> ProductDraft {
    let typed = |name: &str| form.get(name).to_owned();
    ProductDraft {
        trade_name_ja: typed("trade_name_ja"),
        trade_name_en: typed("trade_name_en"),
        generic_name: typed("generic_name"),
        jmdn_code: typed("jmdn_code"),
        device_class: typed("device_class"),
        procedure: typed("procedure"),
        market_number: typed("market_number"),
        connections: form.all("connections"),
        market_state: typed("market_state"),
        sale_start: typed("sale_start"),
        sale_end: typed("sale_end"),
        eol: typed("eol"),
        eos: typed("eos"),
    }
}

/// Adds a product.
pub(crate) async fn add(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    match add_product(&visitor.context.state.installation, visitor.actor(), &product_draft(&form)).await {
        Ok((id, _)) => Ok(Redirect::to(&format!("/products/{id}")).into_response()),
        Err(AppError::Fields(errors)) => Ok(again(&visitor, &form, &errors, |form| product_form::View {
            form,
            ..product_form::View::default()
        })),
        Err(error) => Err(error.into()),
    }
}

/// The form of a product again, with what is wrong.
fn again(
    visitor: &SignedIn,
    form: &PostedForm,
    errors: &[FieldError],
    view: impl Fn(FormState) -> product_form::View,
) -> Response {
    let state = form.state(field_errors(visitor.context.language, errors));
    let page = product_form::page(&visitor.context.frame(), &view(state));
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// The form of a product that is there.
pub(crate) async fn edit_form(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    allow(&visitor, Action::EditProducts)?;
    let all = load(&visitor, &id).await?;
    let draft = ProductDraft::of(&all.product.product);
    let mut values: Vec<(String, String)> = kikimori_app::products::product_fields(&all.product.product)
        .into_iter()
        .filter(|(name, _)| *name != "connections")
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    values.extend(draft.connections.into_iter().map(|kind| ("connections".to_owned(), kind)));
    let form = FormState { values, errors: Vec::new(), revision: Some(n(all.product.revision)) };
    let name = product_name(visitor.context.language, &all.product.product);
    let view = product_form::View { id: all.product.id.to_string(), name, form, owners: Vec::new() };
    Ok(Html(product_form::page(&visitor.context.frame(), &view)))
}

/// Changes a product.
pub(crate) async fn edit(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    let product = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    let revision = form.revision().and_then(|revision| i64::try_from(revision).ok()).unwrap_or_default();
    match edit_product(installation, visitor.actor(), product, &product_draft(&form), revision).await {
        Ok(_) => Ok(Redirect::to(&format!("/products/{product}")).into_response()),
        Err(AppError::Fields(errors)) => {
            let name = product_name(visitor.context.language, &load(&visitor, &id).await?.product.product);
            Ok(again(&visitor, &form, &errors, |form| product_form::View {
                id: id.clone(),
                name: name.clone(),
                form,
                owners: Vec::new(),
            }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The product of an address, with all that hangs on it.
async fn load(visitor: &SignedIn, id: &str) -> Result<ProductWithAll, Refusal> {
    let id = ProductId::parse(id).ok_or_else(Refusal::not_found)?;
    Ok(get_product(&visitor.context.state.installation, visitor.actor(), id).await?)
}

/// 概要.
pub(crate) async fn overview(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    let all = load(&visitor, &id).await?;
    let installation = &visitor.context.state.installation;
    let findings = count_product_findings(installation, visitor.actor(), &[all.product.id]).await?;
    let counts = severities(findings.get(&all.product.id));
    let content = Content::Overview(Box::new(overview_of(&all.product, counts)));
    Ok(show(&visitor, &all, counts, content))
}

/// The page of a product.
fn show(visitor: &SignedIn, all: &ProductWithAll, counts: SeverityCounts, content: Content) -> Html<String> {
    let language = visitor.context.language;
    let today = Day::of(visitor.context.state.installation.now());
    let stored = &all.product;
    let notice = match stored.product.eos.filter(|day| *day < today) {
        _ if !stored.is_active => text(language, "message.PRODUCT-011.cause").to_owned(),
        Some(day) => kikimori_locale::format(language, "ui.support_ended_on", &[("day", &day)]),
        None => String::new(),
    };
    let head = Head {
        id: stored.id.to_string(),
        name: product_name(language, &stored.product),
        n_releases: all.releases.iter().filter(|release| release.is_active).count() as u64,
        n_findings: counts.critical + counts.high + counts.medium + counts.low + counts.other,
        n_documents: all.documents.len() as u64,
        may_edit: stored.is_active && may(visitor.actor(), Action::EditProducts),
        support_notice: notice,
    };
    Html(product::page(&visitor.context.frame(), &product::View { head, content }))
}

/// What the overview shows.
fn overview_of(stored: &StoredProduct, findings: SeverityCounts) -> Overview {
    let fields = kikimori_app::products::product_fields(&stored.product);
    let field = |name: &str| {
        fields.iter().find(|(known, _)| *known == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    Overview {
        name_ja: field("trade_name_ja"),
        name_en: field("trade_name_en"),
        generic_name: field("generic_name"),
        jmdn: field("jmdn_code"),
        device_class: field("device_class"),
        procedure: field("procedure"),
        market_number: field("market_number"),
        connections: stored.product.connections.iter().map(|kind| kind.code().to_owned()).collect(),
        market_state: field("market_state"),
        sale_start_on: field("sale_start"),
        sale_end_on: field("sale_end"),
        eol_on: field("eol"),
        eos_on: field("eos"),
        owner: String::new(),
        findings,
        history: Vec::new(),
    }
}

/// 版とSBOM.
pub(crate) async fn releases(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    let all = load(&visitor, &id).await?;
    let (installation, actor) = (&visitor.context.state.installation, visitor.actor());
    let of_product = count_product_findings(installation, actor, &[all.product.id]).await?;
    let findings = count_release_findings(installation, actor, all.product.id).await?;
    let version_of = |id: ReleaseId| {
        let release = all.releases.iter().find(|release| release.id == id);
        release.map(|release| release.release.version.clone()).unwrap_or_default()
    };
    let active = all.releases.iter().filter(|release| release.is_active);
    let rows = active.map(|release| {
        let mut current = all
            .sboms
            .iter()
            .filter(|sbom| sbom.release_id == release.id && sbom.state == RevisionState::Current)
            .collect::<Vec<_>>();
        // The release's own first, then those of its parts.
        current.sort_by(|left, right| left.part.cmp(&right.part));
        let n_components: i64 = current.iter().map(|sbom| sbom.n_components).sum();
        let n_with: i64 = current.iter().map(|sbom| sbom.n_with_identifier).sum();
        let is_there = !current.is_empty();
        ReleaseRow {
            id: release.id.to_string(),
            version: release.release.version.clone(),
            released_on: release.release.released_on.map(|day| day.to_string()).unwrap_or_default(),
            gtin: release.release.gtin.as_ref().map(|gtin| gtin.as_str().to_owned()).unwrap_or_default(),
            supersedes: release.release.supersedes.map(version_of).unwrap_or_default(),
            sbom: sbom_state(is_there.then_some(n_components), is_there.then_some(n_with)),
            sbom_id: current.first().map(|sbom| sbom.id.to_string()).unwrap_or_default(),
            n_components: n(n_components),
            n_unmatched: n(n_components - n_with),
            findings: severities(findings.get(&release.id)),
        }
    });
    let content = Content::Releases(rows.collect());
    Ok(show(&visitor, &all, severities(of_product.get(&all.product.id)), content))
}

/// 検出: the list of findings of this product.
pub(crate) async fn findings(_visitor: SignedIn, Path(id): Path<String>) -> Result<Redirect, Refusal> {
    let id = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    Ok(Redirect::to(&format!("/findings?product={id}")))
}

/// 文書.
pub(crate) async fn documents(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    let all = load(&visitor, &id).await?;
    let installation = &visitor.context.state.installation;
    let findings = count_product_findings(installation, visitor.actor(), &[all.product.id]).await?;
    let language = visitor.context.language;
    let rows = all.documents.iter().map(|stored| {
        let document = &stored.document;
        let title = match (language, &document.title_en) {
            (Language::En, Some(title)) => title,
            _ => &document.title_ja,
        };
        DocumentRow {
            title: format!("{} {title}", document.number),
            // Only addresses of the web are links; a shelf or a drive is not.
            href: document.location.clone().filter(|place| place.starts_with("https://")).unwrap_or_default(),
            revision: document.revision.clone().unwrap_or_default(),
            made_at: jst(stored.changed_at),
            sha256: String::new(),
        }
    });
    let content = Content::Documents(rows.collect());
    Ok(show(&visitor, &all, severities(findings.get(&all.product.id)), content))
}

/// The releases that a release may follow.
fn earlier(all: &ProductWithAll, own: Option<ReleaseId>) -> Vec<Choice> {
    let others = all.releases.iter().filter(|release| Some(release.id) != own);
    others.map(|release| Choice::new(release.id.to_string(), &release.release.version)).collect()
}

/// What was typed about a release.
fn release_draft(form: &PostedForm) -> ReleaseDraft {
    let typed = |name: &str| form.get(name).to_owned();
    ReleaseDraft {
        version: typed("version"),
        released_on: typed("released_on"),
        gtin: typed("gtin"),
        supersedes: typed("supersedes"),
    }
}

/// The page of a release's form.
fn release_page(
    visitor: &SignedIn,
    all: &ProductWithAll,
    id: Option<ReleaseId>,
    form: FormState,
) -> Html<String> {
    let view = product_form::ReleaseView {
        product_id: all.product.id.to_string(),
        product: product_name(visitor.context.language, &all.product.product),
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        form,
        releases: earlier(all, id),
    };
    Html(product_form::release_page(&visitor.context.frame(), &view))
}

/// The form of a new release.
pub(crate) async fn new_release_form(
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<String>, Refusal> {
    allow(&visitor, Action::EditReleases)?;
    let all = load(&visitor, &id).await?;
    Ok(release_page(&visitor, &all, None, FormState::default()))
}

/// Adds a release.
pub(crate) async fn add_new_release(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let product = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    let done = add_release(installation, visitor.actor(), product, &release_draft(&form)).await.map(drop);
    after_release(&visitor, &id, None, &form, done).await
}

/// The way on from a release's form: to the releases, or to the form again.
async fn after_release(
    visitor: &SignedIn,
    product: &str,
    release: Option<ReleaseId>,
    form: &PostedForm,
    done: Result<(), AppError>,
) -> Result<Response, Refusal> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/products/{product}/releases")).into_response()),
        Err(AppError::Fields(errors)) => {
            let all = load(visitor, product).await?;
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = release_page(visitor, &all, release, state);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The form of a release that is there.
pub(crate) async fn edit_release_form(
    visitor: SignedIn,
    Path((product, release)): Path<(String, String)>,
) -> Result<Html<String>, Refusal> {
    allow(&visitor, Action::EditReleases)?;
    let id = ReleaseId::parse(&release).ok_or_else(Refusal::not_found)?;
    let all = load(&visitor, &product).await?;
    let (_, stored) = get_release(&visitor.context.state.installation, visitor.actor(), id).await?;
    if stored.product_id != all.product.id {
        return Err(Refusal::not_found());
    }
    let fields = kikimori_app::products::release_fields(&stored.release);
    let values = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let form = FormState { values, errors: Vec::new(), revision: Some(n(stored.revision)) };
    Ok(release_page(&visitor, &all, Some(id), form))
}

/// Changes a release.
pub(crate) async fn edit_old_release(
    visitor: SignedIn,
    Path((product, release)): Path<(String, String)>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let id = ReleaseId::parse(&release).ok_or_else(Refusal::not_found)?;
    let revision = form.revision().and_then(|revision| i64::try_from(revision).ok()).unwrap_or_default();
    let installation = &visitor.context.state.installation;
    let done =
        edit_release(installation, visitor.actor(), id, &release_draft(&form), revision).await.map(drop);
    after_release(&visitor, &product, Some(id), &form, done).await
}
