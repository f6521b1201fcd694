//! Trying a failed job again.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::JobId;
use kikimori_store::jobs;

use crate::app_error::AppError;
use crate::installation::{Deed, Installation};
use crate::jobs::begin;

/// Puts a failed job back in the queue.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there, somebody else's, or in no state for it; [`AppError::Forbidden`].
pub async fn restart_job(installation: &Installation, actor: &Actor, id: JobId) -> Result<(), AppError> {
    let action = Action::RunJobs;
    let (mut work, job) = begin(installation, actor, action, id).await?;
    if !jobs::restart(&mut work, id, installation.now()).await? {
        return Err(AppError::NotFound);
    }
    let details = vec![("kind".to_owned(), job.kind), ("argument".to_owned(), job.argument)];
    let deed = Deed { action: action.code(), target_kind: "job", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
