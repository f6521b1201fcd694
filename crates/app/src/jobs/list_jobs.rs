//! The jobs of an organisation.

use std::collections::BTreeMap;

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::PersonId;
use kikimori_store::jobs::{self, Job, JobState};
use kikimori_store::list::Page;
use kikimori_store::{Scope, people};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// A page of jobs.
#[derive(Clone, Debug)]
pub struct JobPage {
    /// The jobs, newest first.
    pub jobs: Vec<Job>,
    /// How many fit.
    pub n_total: i64,
    /// The names of those who asked for them.
    pub names: BTreeMap<PersonId, String>,
}

/// A page of the jobs of the actor's organisation.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_jobs(
    installation: &Installation,
    actor: &Actor,
    state: Option<JobState>,
    page: Page,
) -> Result<JobPage, AppError> {
    let organisation = require_own(actor, Action::ViewJobs)?;
    let mut read = installation.database.begin_read(Scope::Organisation(organisation)).await?;
    let (jobs, n_total) = jobs::list(&mut read, Some(organisation), state, page).await?;
    let mut names = BTreeMap::new();
    for id in jobs.iter().filter_map(|job| job.person_id) {
        if !names.contains_key(&id)
            && let Some(person) = people::get(&mut read, id).await?
        {
            names.insert(id, person.name);
        }
    }
    Ok(JobPage { jobs, n_total, names })
}
