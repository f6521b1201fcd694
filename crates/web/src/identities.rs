//! 同定待ち / Identity queue: `/identities` and `/identities/{id}`.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::identities::decide_identity::{IdentityDraft, decide_identity};
use kikimori_app::identities::list_unresolved::{Proposed, QueuedIdentity, get_unresolved, list_unresolved};
use kikimori_app::views::list_views::list_views;
use kikimori_core::field::FieldError;
use kikimori_core::id::{IdentityId, ProductId};
use kikimori_core::sbom::Component;
use kikimori_core::typed_text::searched;
use kikimori_locale::{Language, count, text};
use kikimori_store::list::Page;
use kikimori_store::sbom_checks::{Holder, UnresolvedFilter};
use kikimori_ui::page::identities::{
    CONDITIONS, Candidate, DecisionView, IdentityRow, View, decision_page, page,
};
use kikimori_ui::view::{FormState, Link};

use crate::context::SignedIn;
use crate::findings::list::products;
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::refusal::{Refusal, field_errors};

/// The queue.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, CONDITIONS);
    let mut filter = UnresolvedFilter::default();
    if !request.get("q").is_empty() {
        filter.text = Some(searched(request.get("q")));
    }
    filter.product = ProductId::parse(request.get("product"));
    if filter.product.is_none() {
        request.ignore("product");
    }
    // Candidates are looked for when the page is made; the queue has one order, those of most releases first.
    request.ignore("candidates");
    request.ignore("sort");
    let installation = &visitor.context.state.installation;
    let (queue, n_total) = list_unresolved(installation, visitor.actor(), &filter, request.page).await?;
    let everything = UnresolvedFilter::default();
    let n_unfiltered = match filter == everything {
        true => n_total,
        false => {
            let one = Page { number: 1, n_rows: 1 };
            list_unresolved(installation, visitor.actor(), &everything, one).await?.1
        }
    };
    let views = list_views(installation, visitor.actor(), "identities").await?;
    let language = visitor.context.language;
    let view = View {
        listing: request.listing(n_total, n_unfiltered, &views),
        rows: queue.iter().map(|one| row(language, one)).collect(),
        products: products(&visitor, language).await?,
    };
    Ok(Html(page(&visitor.context.frame(), &view)))
}

/// A component of the queue.
fn row(language: Language, one: &QueuedIdentity) -> IdentityRow {
    IdentityRow {
        id: one.unresolved.identity.to_string(),
        name: one.component.display_name(),
        version: one.component.version.as_deref().unwrap_or_default().to_owned(),
        supplier: supplier(&one.component),
        reason: reason(language, one),
        n_releases: one.unresolved.n_releases.unsigned_abs(),
        n_candidates: one.candidates.len() as u64,
    }
}

/// Whose a component is; empty without.
fn supplier(component: &Component) -> String {
    component.details().supplier.clone().unwrap_or_default()
}

/// Why nothing could be looked up.
fn reason(language: Language, one: &QueuedIdentity) -> String {
    text(language, &format!("enum.not_checked.{}", one.unresolved.reason)).to_owned()
}

/// One component, to be decided about.
pub(crate) async fn form(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    show(&visitor, &id, FormState::default()).await
}

/// The page of a decision.
async fn show(visitor: &SignedIn, id: &str, form: FormState) -> Result<Html<String>, Refusal> {
    let identity = IdentityId::parse(id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    let (one, holders) = get_unresolved(installation, visitor.actor(), identity).await?;
    let language = visitor.context.language;
    let written = one.component.purls.iter().chain(one.component.cpes.iter()).cloned().collect();
    let candidates = one.candidates.iter().map(|candidate| Candidate {
        value: candidate.identifier.clone(),
        identifier: candidate.identifier.clone(),
        basis: basis(language, candidate),
        n_records: candidate.n_vulnerabilities as u64,
    });
    let view = DecisionView {
        id: identity.to_string(),
        name: one.component.display_name(),
        version: one.component.version.as_deref().unwrap_or_default().to_owned(),
        supplier: supplier(&one.component),
        written,
        reason: reason(language, &one),
        releases: holders.iter().map(link).collect(),
        candidates: candidates.collect(),
        form,
        next_id: next(visitor, identity).await?,
    };
    Ok(Html(decision_page(&visitor.context.frame(), &view)))
}

/// Why a name is proposed, in words.
fn basis(language: Language, proposed: &Proposed) -> String {
    let key = format!("enum.candidate.{}", proposed.basis);
    match proposed.basis {
        "alias" => count(language, &key, proposed.n, &[("record", &proposed.record)]),
        "slips" => count(language, &key, proposed.n, &[("chars", &proposed.n_chars)]),
        _ => text(language, &key).to_owned(),
    }
}

/// An SBOM that holds the component.
fn link(holder: &Holder) -> Link {
    Link::new(format!("{} {}", holder.product_ja, holder.version), format!("/sboms/{}", holder.sbom))
}

/// The next component of the queue; empty at the end.
async fn next(visitor: &SignedIn, identity: IdentityId) -> Result<String, Refusal> {
    let page = Page { number: 1, n_rows: 2 };
    let filter = UnresolvedFilter::default();
    let (queue, _) =
        list_unresolved(&visitor.context.state.installation, visitor.actor(), &filter, page).await?;
    let other = queue.iter().map(|one| one.unresolved.identity).find(|other| *other != identity);
    Ok(other.map(|id| id.to_string()).unwrap_or_default())
}

/// Decides and goes back to the queue, or on to the next.
pub(crate) async fn submit(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let identity = IdentityId::parse(&id).ok_or_else(Refusal::not_found)?;
    let candidate = form.get("candidate").to_owned();
    let mut draft = IdentityDraft {
        identity: Some(identity),
        decision: "add".to_owned(),
        reason: form.get("reason").to_owned(),
        ..IdentityDraft::default()
    };
    match candidate.as_str() {
        "none" => draft.decision = "no-public-identity".to_owned(),
        "another" => {
            (draft.purl, draft.cpe) = (form.get("purl").to_owned(), form.get("cpe").to_owned());
        }
        "" => draft.decision.clear(),
        purl if purl.starts_with("pkg:") => draft.purl = candidate,
        _ => draft.cpe = candidate,
    }
    let next = next(&visitor, identity).await?;
    match decide_identity(&visitor.context.state.installation, visitor.actor(), &draft).await {
        Ok(_) if form.get("next") == "1" && !next.is_empty() => {
            Ok(Redirect::to(&format!("/identities/{next}")).into_response())
        }
        Ok(_) => Ok(Redirect::to("/identities").into_response()),
        Err(AppError::Fields(errors)) => {
            let of_form = |error: FieldError| match error.field {
                "decision" | "identity" => FieldError { field: "candidate", ..error },
                _ => error,
            };
            let errors: Vec<FieldError> = errors.into_iter().map(of_form).collect();
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = show(&visitor, &id, state).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
