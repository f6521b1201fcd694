//! SBOMの取り込み / SBOMs: file, check, receipt; a revision with its components; the original.

use axum::body::Body;
use axum::extract::{Path, Query, Request};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::products::list_releases::list_releases;
use kikimori_app::sboms::SubjectDraft;
use kikimori_app::sboms::check_upload::{ChangeKind, ChangedName, UploadCheck, check_upload};
use kikimori_app::sboms::export_components::{TableWords, export_sbom_components};
use kikimori_app::sboms::get_sbom::{SbomWithComponents, compare_sboms, get_sbom};
use kikimori_app::sboms::ingest_sbom::confirm_upload;
use kikimori_app::sboms::read_original::read_original;
use kikimori_app::stored_message::StoredMessage;
use kikimori_core::access::Action;
use kikimori_core::id::{ReleaseId, SbomId, UploadId};
use kikimori_core::limits::UPLOAD_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom_revision::SbomState;
use kikimori_locale::{Language, text};
use kikimori_store::finding_counts::ComponentState;
use kikimori_store::list::Page;
use kikimori_store::sbom_components::{ComponentFilter, ListedComponent};
use kikimori_ui::page::ingest::{self, CheckView, Notice, ReceiptView};
use kikimori_ui::page::sbom::{self, ComponentRow, DifferenceRow};
use kikimori_ui::view::{Choice, FormState};
use serde::Deserialize;

use crate::context::SignedIn;
use crate::download::{XLSX, attachment};
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::products::export_lines;
use crate::refusal::{Refusal, field_errors};
use crate::shown::{n, product_name, size, trade_name};
use crate::times::jst;
use crate::upload;

/// Releases to choose from: the newest.
const RELEASES_MAX: u32 = 500;

/// The product or release that an SBOM is handed in for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct For {
    /// The product's id.
    product: String,
    /// The release's id.
    release: String,
}

/// The first step.
pub(crate) async fn form(visitor: SignedIn, Query(subject): Query<For>) -> Result<Html<String>, Refusal> {
    kikimori_app::installation::require_own(visitor.actor(), Action::UploadSbom)?;
    let values = vec![("release".to_owned(), subject.release.clone())];
    first_page(&visitor, &subject.product, FormState { values, ..FormState::default() }).await
}

/// The page of the first step.
async fn first_page(visitor: &SignedIn, product: &str, form: FormState) -> Result<Html<String>, Refusal> {
    let language = visitor.context.language;
    let found = list_releases(&visitor.context.state.installation, visitor.actor(), RELEASES_MAX).await?;
    let is_meant = |id: &str| product.is_empty() || id == product;
    let releases = found.into_iter().filter(|(release, ..)| is_meant(&release.product_id.to_string())).map(
        |(release, ja, en)| {
            let name = trade_name(language, &ja, en.as_deref());
            Choice::new(release.id.to_string(), format!("{name} {}", release.release.version))
        },
    );
    let view = ingest::View { releases: releases.collect(), form, size_max: size(UPLOAD_BYTES_MAX as u64) };
    Ok(Html(ingest::page(&visitor.context.frame(), &view)))
}

/// The second step: looks at the file.
pub(crate) async fn check(visitor: SignedIn, request: Request) -> Result<Response, Refusal> {
    // Who may not hand in does not fill the disk either.
    kikimori_app::installation::require_own(visitor.actor(), Action::UploadSbom)?;
    let sent = match upload::of_page(&visitor.context, request).await {
        Ok(sent) => sent,
        Err(refused) => return Ok(refused),
    };
    let release = ReleaseId::parse(sent.get("release"));
    let draft = SubjectDraft { part: sent.get("part").to_owned(), platform: sent.get("platform").to_owned() };
    let done = match (sent.file(), release) {
        (Ok(file), Some(release)) => {
            check_upload(&visitor.context.state.installation, visitor.actor(), &file, release, &draft).await
        }
        (Err(error), Some(_)) => Err(error),
        (_, None) => Err(AppError::field("release", Message::new(codes::FIELD_REQUIRED))),
    };
    match done {
        Ok(check) => {
            let view = check_view(visitor.context.language, &check);
            Ok(Html(ingest::check_page(&visitor.context.frame(), &view)).into_response())
        }
        Err(error) => first_again(&visitor, sent.values(), error).await,
    }
}

/// The first step again, with what is wrong with the file.
async fn first_again(
    visitor: &SignedIn,
    values: Vec<(String, String)>,
    error: AppError,
) -> Result<Response, Refusal> {
    let language = visitor.context.language;
    let errors = match error {
        AppError::Rule(message) => {
            let words = kikimori_locale::message(language, &message);
            let sentence = format!("{} ({}): {} {}", words.code, words.place, words.cause, words.remedy);
            vec![kikimori_ui::view::FieldError::new("file", sentence)]
        }
        AppError::Fields(errors) => field_errors(language, &errors),
        other => return Err(other.into()),
    };
    let page = first_page(visitor, "", FormState { values, errors, revision: None }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the check found.
fn check_view(language: Language, check: &UploadCheck) -> CheckView {
    let found = &check.matchability;
    let n_unmatched = found.n_with_neither + found.n_type_without_database;
    let count = |n: usize| n as u64;
    let name = product_name(language, &check.product.product);
    CheckView {
        token: check.upload.to_string(),
        release_id: check.release.id.to_string(),
        release: format!("{name} {}", check.release.release.version),
        file: check.file_name.clone(),
        format: format!("{} {}", check.format, check.spec_version),
        size: size(check.size_bytes),
        sha256: kikimori_app::blob_store::hexadecimal(&check.sha256),
        n_components: count(found.n_total),
        n_matchable: count(found.n_total.saturating_sub(n_unmatched)),
        n_unmatched: count(n_unmatched),
        n_refused: 0,
        difference: check
            .changes
            .map(|changes| (n(changes.n_added), n(changes.n_removed), n(changes.n_changed))),
        is_same: check.is_current,
        notices: check.notices.iter().map(|message| notice(language, &StoredMessage::new(message))).collect(),
    }
}

/// A notice in words.
fn notice(language: Language, message: &StoredMessage) -> Notice {
    let args: Vec<(&str, &dyn std::fmt::Display)> =
        message.args.iter().map(|(name, value)| (name.as_str(), value as &dyn std::fmt::Display)).collect();
    let said =
        |part: &str| kikimori_locale::format(language, &format!("message.{}.{part}", message.code), &args);
    Notice {
        code: message.code.clone(),
        cause: said("cause"),
        remedy: said("remedy"),
        place: kikimori_locale::place(language, &message.place()),
        n: 1,
    }
}

/// The last step: takes the file in.
pub(crate) async fn confirm(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = UploadId::parse(form.get("token")).ok_or_else(Refusal::bad_request)?;
    match confirm_upload(&visitor.context.state.installation, visitor.actor(), id).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/sboms/{}/receipt", receipt.sbom.id)).into_response()),
        Err(error @ (AppError::Rule(_) | AppError::Fields(_))) => {
            first_again(&visitor, vec![("release".to_owned(), form.get("release").to_owned())], error).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The SBOM of an address with a page of its components.
async fn load(
    visitor: &SignedIn,
    id: &str,
    filter: &ComponentFilter,
    page: Page,
) -> Result<SbomWithComponents, Refusal> {
    let id = SbomId::parse(id).ok_or_else(Refusal::not_found)?;
    Ok(get_sbom(&visitor.context.state.installation, visitor.actor(), id, filter, page).await?)
}

/// Product and version in the page's language.
fn release_name(language: Language, all: &SbomWithComponents) -> String {
    let name = product_name(language, &all.product.product);
    let part = if all.sbom.part.is_empty() { String::new() } else { format!("（{}）", all.sbom.part) };
    format!("{name} {}{part}", all.release.release.version)
}

/// Components that are not, or cannot be, matched.
fn n_unmatched(all: &SbomWithComponents) -> u64 {
    match &all.check {
        Some(check) => n(check.n_not_checked),
        None => n(all.sbom.n_components - all.sbom.n_with_identifier),
    }
}

/// The receipt.
pub(crate) async fn receipt(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    let one = Page { number: 1, n_rows: 1 };
    let all = load(&visitor, &id, &ComponentFilter::default(), one).await?;
    let installation = &visitor.context.state.installation;
    let n_findings =
        kikimori_app::sboms::get_sbom::count_sbom_findings(installation, visitor.actor(), all.sbom.id)
            .await?;
    let view = ReceiptView {
        sbom_id: all.sbom.id.to_string(),
        release: release_name(visitor.context.language, &all),
        product_id: all.product.id.to_string(),
        n_components: n(all.sbom.n_components),
        n_unmatched: n_unmatched(&all),
        at: jst(all.sbom.ingested_at),
        is_matching: all.check.is_none(),
        n_findings: n(n_findings),
    };
    Ok(Html(ingest::receipt_page(&visitor.context.frame(), &view)))
}

/// What the address asks of the components.
fn asked(request: &mut ListRequest) -> ComponentFilter {
    let is_without_identifier = match request.get("match") {
        "unmatched" => true,
        _ => {
            request.ignore("match");
            false
        }
    };
    request.ignore("sort");
    ComponentFilter { words: request.get("q").to_owned(), is_without_identifier, is_without_version: false }
}

/// A revision.
pub(crate) async fn page(
    visitor: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, sbom::CONDITIONS);
    let filter = asked(&mut request);
    let all = load(&visitor, &id, &filter, request.page).await?;
    let language = visitor.context.language;
    let newer = all
        .revisions
        .iter()
        .find(|other| other.state == SbomState::Current && other.revision_number > all.sbom.revision_number);
    let changes = all.sbom.changes.unwrap_or_default();
    let difference = match all.sbom.follows {
        Some(_) => compare_sboms(&visitor.context.state.installation, visitor.actor(), all.sbom.id).await?.2,
        None => Vec::new(),
    };
    let rows = all.components.iter().map(|listed| {
        component_row(language, listed, all.states.get(&(all.sbom.id, listed.component.identity_id)))
    });
    let view = sbom::View {
        id: all.sbom.id.to_string(),
        release: release_name(language, &all),
        product: product_name(language, &all.product.product),
        product_id: all.product.id.to_string(),
        format: format!("{} {}", all.sbom.format, all.sbom.spec_version),
        file: all.sbom.file_name.clone(),
        sha256: kikimori_app::blob_store::hexadecimal(&all.sbom.sha256),
        size: size(all.size_bytes),
        ingested_by: all.person.clone().unwrap_or_else(|| text(language, "ui.watched_folder").to_owned()),
        ingested_at: jst(all.sbom.ingested_at),
        author: String::new(),
        revision: n(all.sbom.revision_number),
        newer_id: newer.map(|newer| newer.id.to_string()).unwrap_or_default(),
        n_components: n(all.sbom.n_components),
        n_unmatched: n_unmatched(&all),
        notices: all.notices.iter().map(|message| notice(language, message)).collect(),
        listing: request.listing(all.n_components, all.sbom.n_components, &[]),
        rows: rows.collect(),
        difference: difference.iter().map(difference_row).collect(),
        n_differences: n(changes.n_added + changes.n_removed + changes.n_changed),
    };
    Ok(Html(sbom::page(&visitor.context.frame(), &view)))
}

/// A component in words.
fn component_row(
    language: Language,
    listed: &ListedComponent,
    state: Option<&ComponentState>,
) -> ComponentRow {
    let identity = &listed.identity;
    let component = kikimori_app::component_identity::to_component(identity).unwrap_or_default();
    ComponentRow {
        name: component.display_name(),
        version: identity.version.clone().unwrap_or_default(),
        supplier: identity.supplier.clone().unwrap_or_default(),
        identifier: identity.purl.clone().or_else(|| identity.cpe.clone()).unwrap_or_default(),
        licence: String::new(),
        depth: u32::try_from(listed.component.depth).unwrap_or_default(),
        unmatched: unmatched(language, state, identity.purl.is_none() && identity.cpe.is_none()),
        n_findings: n(state.map_or(0, |state| state.n_findings)),
    }
}

/// Why a component is not matched; empty when it is.
pub(crate) fn unmatched(
    language: Language,
    state: Option<&ComponentState>,
    has_no_identifier: bool,
) -> String {
    match state.filter(|state| state.is_looked_at) {
        Some(ComponentState { not_checked: Some((reason, detail)), .. }) => {
            let word = text(language, &format!("enum.not_checked.{reason}"));
            match detail {
                Some(detail) => format!("{word}: {detail}"),
                None => word.to_owned(),
            }
        }
        Some(_) => String::new(),
        None if has_no_identifier => text(language, "enum.not_checked.no_identifier").to_owned(),
        None => text(language, "ui.matching_waits").to_owned(),
    }
}

/// A difference in words.
fn difference_row(changed: &ChangedName) -> DifferenceRow {
    let kind = match changed.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    DifferenceRow {
        kind: kind.to_owned(),
        name: changed.name.clone(),
        before: changed.before.clone().unwrap_or_default(),
        after: changed.after.clone().unwrap_or_default(),
    }
}

/// The original, byte for byte.
pub(crate) async fn original(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = SbomId::parse(&id).ok_or_else(Refusal::not_found)?;
    let (stored, file) = read_original(&visitor.context.state.installation, visitor.actor(), id).await?;
    let name = if stored.file_name.is_empty() { "sbom".to_owned() } else { stored.file_name };
    Ok(attachment("application/octet-stream", &name, Body::new(upload::FileBody::new(file))))
}

/// The components as a workbook.
pub(crate) async fn xlsx(visitor: SignedIn, Path(id): Path<String>, uri: Uri) -> Result<Response, Refusal> {
    let id = SbomId::parse(&id).ok_or_else(Refusal::not_found)?;
    let mut request = ListRequest::read(&uri, sbom::CONDITIONS);
    let filter = asked(&mut request);
    let words = table_words(&visitor, "ui.section.components", &["reference"], &request);
    let bytes =
        export_sbom_components(&visitor.context.state.installation, visitor.actor(), id, &filter, &words)
            .await?;
    Ok(attachment(XLSX, &format!("components-{id}.xlsx"), bytes))
}

/// The words of a workbook of components; `further` are the columns after those of a component.
pub(crate) fn table_words(
    visitor: &SignedIn,
    title: &str,
    further: &[&str],
    request: &ListRequest,
) -> TableWords {
    let language = visitor.context.language;
    let of_component = ["component", "version", "supplier", "purl", "cpe", "kind"];
    let columns = of_component.iter().chain(further);
    TableWords {
        title: text(language, title).to_owned(),
        headings: columns.map(|column| text(language, &format!("ui.column.{column}")).to_owned()).collect(),
        conditions: text(language, "ui.conditions").to_owned(),
        lines: export_lines(visitor, request),
    }
}
