//! Assessing findings: `/findings/{id}/assessment` and `/findings/bulk`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::findings::assess_findings::{AssessmentInput, assess_findings};
use kikimori_app::findings::get_finding::get_finding;
use kikimori_app::findings::list_findings::{FindingsAsked, list_findings};
use kikimori_core::access::Denial;
use kikimori_core::assessment::AssessmentDraft;
use kikimori_core::id::FindingNumber;
use kikimori_store::finding_lists::FindingFilter;
use kikimori_store::list::Page;
use kikimori_ui::page::finding;
use kikimori_ui::page::findings::{BulkView, bulk_page};
use kikimori_ui::view::FormState;

use super::list::may_assess;
use super::{detail, row};
use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};

/// What a form says about findings.
fn draft(form: &PostedForm) -> AssessmentDraft {
    AssessmentDraft {
        status: form.get("status").to_owned(),
        justification: form.get("justification").to_owned(),
        responses: form.all("responses"),
        impact_ja: form.get("impact_ja").to_owned(),
        impact_en: form.get("impact_en").to_owned(),
    }
}

/// Refuses those who may not assess before anything of their form is read.
fn allow(visitor: &SignedIn) -> Result<(), Refusal> {
    if may_assess(visitor) { Ok(()) } else { Err(AppError::Forbidden(Denial::RoleMissing).into()) }
}

/// Assesses one finding and goes back to it, or on to the next.
pub(crate) async fn one(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    allow(&visitor)?;
    let number = FindingNumber::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    let revision = form.revision().map(|revision| revision.cast_signed());
    let input = AssessmentInput {
        findings: vec![(number, revision)],
        draft: draft(&form),
        releases: Vec::new(),
        reason: form.get("reason").to_owned(),
    };
    // The page is asked before, because afterwards this finding is not among the open ones any more.
    let details = get_finding(installation, visitor.actor(), number).await?;
    let next = detail::view(&visitor, &details, FormState::default()).await?.next_id;
    match assess_findings(installation, visitor.actor(), &input).await {
        Ok(_) if form.get("next") == "1" && !next.is_empty() => {
            Ok(Redirect::to(&format!("/findings/{next}")).into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("/findings/{number}")).into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let view = detail::view(&visitor, &details, state).await?;
            let page = Html(finding::page(&visitor.context.frame(), &view));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks before many findings are assessed, and assesses them when that was confirmed.
pub(crate) async fn many(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    allow(&visitor)?;
    let mut numbers: Vec<FindingNumber> =
        form.all("id").iter().filter_map(|id| FindingNumber::parse(id)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Ok(Redirect::to("/findings").into_response());
    }
    if form.get("confirmed") != "1" {
        return Ok(confirm(&visitor, &numbers, FormState::default()).await?.into_response());
    }
    let input = AssessmentInput {
        findings: numbers.iter().map(|number| (*number, None)).collect(),
        draft: draft(&form),
        releases: Vec::new(),
        reason: form.get("reason").to_owned(),
    };
    match assess_findings(&visitor.context.state.installation, visitor.actor(), &input).await {
        Ok(_) => Ok(Redirect::to("/findings").into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = confirm(&visitor, &numbers, state).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The page that asks.
async fn confirm(
    visitor: &SignedIn,
    numbers: &[FindingNumber],
    form: FormState,
) -> Result<Html<String>, Refusal> {
    let filter = FindingFilter {
        numbers: Some(numbers.iter().map(|number| number.get().cast_signed()).collect()),
        ..FindingFilter::default()
    };
    let asked = FindingsAsked { filter, is_descending: true, ..FindingsAsked::default() };
    let page = Page { number: 1, n_rows: u32::try_from(numbers.len()).unwrap_or(u32::MAX) };
    let (found, _) =
        list_findings(&visitor.context.state.installation, visitor.actor(), &asked, page).await?;
    let rows = found.iter().map(|listed| row(visitor.context.language, listed)).collect();
    Ok(Html(bulk_page(&visitor.context.frame(), &BulkView { rows, form })))
}
