//! Background work as people see it.

pub mod cancel_job;
pub mod list_jobs;
pub mod restart_job;

use kikimori_core::access::{Action, Actor, Target};
use kikimori_core::id::JobId;
use kikimori_store::jobs::{self, Job};
use kikimori_store::{Scope, Transaction};

use crate::app_error::AppError;
use crate::installation::{Installation, require};

/// Begins work on a job that an actor may do something to: one of their organisation, or one of the installation.
async fn begin(
    installation: &Installation,
    actor: &Actor,
    action: Action,
    id: JobId,
) -> Result<(Transaction, Job), AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    let job = jobs::get(&mut work, id).await?.ok_or(AppError::NotFound)?;
    require(actor, action, &target(&job))?;
    Ok((work, job))
}

/// Whose a job is.
fn target(job: &Job) -> Target {
    job.organisation_id.map_or_else(Target::installation, Target::of)
}
