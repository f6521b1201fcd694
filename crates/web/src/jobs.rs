//! ジョブ / Jobs: `/admin/jobs`.

use axum::http::Uri;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::jobs::cancel_job::cancel_job;
use kikimori_app::jobs::list_jobs::{JobPage, list_jobs};
use kikimori_app::jobs::restart_job::restart_job;
use kikimori_core::id::JobId;
use kikimori_locale::{Language, text};
use kikimori_store::jobs::{Job, JobState};
use kikimori_ui::page::admin::data::{self, JobRow, JobsView, jobs_page};

use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::refusal::Refusal;
use crate::times::jst;

/// The list.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, &["job_state"]);
    let state = JobState::of_code(request.get("job_state"));
    if state.is_none() {
        request.ignore("job_state");
    }
    let installation = &visitor.context.state.installation;
    let page = list_jobs(installation, visitor.actor(), state, request.page).await?;
    let language = visitor.context.language;
    let rows = page.jobs.iter().map(|job| row(language, &page, job)).collect();
    let view = JobsView { listing: request.listing(page.n_total, page.n_total, &[]), rows };
    Ok(Html(jobs_page(&visitor.context.frame(), &view)))
}

/// One job in words.
fn row(language: Language, page: &JobPage, job: &Job) -> JobRow {
    let share = job.n_total.filter(|total| *total > 0).map(|total| {
        (job.n_done.clamp(0, total).unsigned_abs() * 100).checked_div(total.unsigned_abs()).unwrap_or(0)
    });
    let name = job.person_id.and_then(|id| page.names.get(&id).cloned());
    JobRow {
        id: job.id.to_string(),
        what: text(language, &format!("job-kind.{}", job.kind)).to_owned(),
        state: match job.state {
            JobState::Waiting => data::JobState::Waiting,
            JobState::Running => data::JobState::Running,
            JobState::Done => data::JobState::Done,
            JobState::Failed => data::JobState::Failed,
            JobState::Cancelled => data::JobState::Cancelled,
        },
        share,
        who: name.unwrap_or_else(|| text(language, "ui.product").to_owned()),
        at: jst(job.started_at.unwrap_or(job.created_at)),
        outcome: job.outcome.clone().unwrap_or_default(),
        n_tries: job.n_attempts.unsigned_abs(),
    }
}

/// Stops a job.
pub(crate) async fn cancel(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = JobId::parse(form.get("job")).ok_or_else(Refusal::not_found)?;
    cancel_job(&visitor.context.state.installation, visitor.actor(), id).await?;
    Ok(Redirect::to("/admin/jobs").into_response())
}

/// Tries a failed job again.
pub(crate) async fn retry(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = JobId::parse(form.get("job")).ok_or_else(Refusal::not_found)?;
    restart_job(&visitor.context.state.installation, visitor.actor(), id).await?;
    Ok(Redirect::to("/admin/jobs").into_response())
}
