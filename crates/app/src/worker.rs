//! The worker: takes jobs from the queue, holds each while it works, and gives it back when it fails.
//!
//! A worker that is killed loses nothing: its lease runs out and another does the job again. Every job may be done twice, so each
//! brings things in line with what is there instead of adding to it. A lane with a least priority never takes bulk work, so that
//! what people wait for does not wait behind it.

use std::time::{Duration, Instant};

use kikimori_core::id::{JobId, SbomId};
use kikimori_core::stamp::Stamp;
use kikimori_store::Scope;
use kikimori_store::jobs::{self, Job, JobState, PRIORITY_INTERACTIVE, Renewal};
use tokio::sync::watch;

use crate::app_error::AppError;
use crate::installation::Installation;
use crate::keep_findings::units::KeepFault;
use crate::library_changed::note_library;
use crate::{library_changed, match_sbom, refresh_scores};

/// How long a worker holds a job without a sign of life: many times what a step takes.
const LEASE_MS: i64 = 60_000;
/// How often a job is begun before it is given up; killed workers count.
const ATTEMPTS_MAX: i64 = 6;
/// How long a job waits after its first failure; each further one doubles it.
const BACK_OFF_MS: i64 = 5_000;
/// How long a lane sleeps when nothing waits.
const IDLE: Duration = Duration::from_millis(500);
/// How often a lane looks whether another library came: one small file is read.
const LIBRARY_LOOKED_AT: Duration = Duration::from_secs(10);

/// Why a job ended early.
#[derive(Debug, thiserror::Error)]
pub enum JobFault {
    /// A person asked to stop it.
    #[error("cancelled")]
    Cancelled,
    /// The lease ran out; the job is somebody else's.
    #[error("the lease was lost")]
    Lost,
    /// The library changed meanwhile; what was noted of it must be noted again.
    #[error("the library changed")]
    LibraryChanged,
    /// Nobody knows how to do it.
    #[error("there is no such kind of job")]
    UnknownKind,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] AppError),
}

impl From<KeepFault> for JobFault {
    fn from(fault: KeepFault) -> Self {
        match fault {
            KeepFault::LibraryChanged => Self::LibraryChanged,
            KeepFault::Other(error) => Self::Other(error),
        }
    }
}

impl From<kikimori_store::StoreError> for JobFault {
    fn from(error: kikimori_store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Takes jobs and does them.
#[derive(Clone)]
pub struct Worker {
    /// What it works on.
    pub installation: Installation,
    /// Its name among workers.
    pub name: String,
}

/// A job's hold and its signs of life.
pub struct Hold<'a> {
    /// The worker.
    worker: &'a Worker,
    /// The job.
    id: JobId,
}

impl Hold<'_> {
    /// Reports progress and holds the job longer.
    ///
    /// # Errors
    /// [`JobFault::Cancelled`] or [`JobFault::Lost`]: go no further.
    pub async fn step(&self, n_done: usize, n_total: usize) -> Result<(), JobFault> {
        let installation = &self.worker.installation;
        let mut work = installation.database.begin(Scope::System).await?;
        let until = Stamp(installation.now().0 + LEASE_MS);
        let (n_done, n_total) = (n_done as i64, Some(n_total as i64));
        let renewal = jobs::renew(&mut work, self.id, &self.worker.name, until, n_done, n_total).await?;
        work.commit().await?;
        match renewal {
            Renewal::Held => Ok(()),
            Renewal::CancelAsked => Err(JobFault::Cancelled),
            Renewal::Lost => Err(JobFault::Lost),
        }
    }
}

impl Worker {
    /// A worker with a name of its own.
    #[must_use]
    pub fn new(installation: Installation) -> Self {
        let name = format!("worker-{}", installation.new_id());
        Self { installation, name }
    }

    /// Works until told to stop, on jobs of at least this priority, and notes a library that came. What is begun is finished.
    pub async fn run(&self, priority_min: i64, mut stop: watch::Receiver<bool>) {
        let mut looked_at: Option<Instant> = None;
        while !*stop.borrow() {
            if looked_at.is_none_or(|at| at.elapsed() > LIBRARY_LOOKED_AT) {
                looked_at = Some(Instant::now());
                // A library that cannot be read now may be readable next time; the page of feeds says what is wrong with it.
                let _ = note_library(&self.installation).await;
            }
            // A fault of the database leaves the job to its lease; the next round tries again.
            let is_busy = self.run_once(priority_min).await.unwrap_or(false);
            if !is_busy {
                tokio::select! {
                    () = tokio::time::sleep(IDLE) => {}
                    changed = stop.changed() => if changed.is_err() { return },
                }
            }
        }
    }

    /// Takes the next job of at least this priority and does it; whether there was one.
    ///
    /// # Errors
    /// A fault of the database around the job; what the job itself says is kept with it.
    pub async fn run_once(&self, priority_min: i64) -> Result<bool, AppError> {
        let now = self.installation.now();
        let mut work = self.installation.database.begin(Scope::System).await?;
        let until = Stamp(now.0 + LEASE_MS);
        let job = jobs::lease(&mut work, &self.name, now, until, priority_min).await?;
        work.commit().await?;
        let Some(job) = job else { return Ok(false) };
        if job.n_attempts > ATTEMPTS_MAX {
            self.end(&job, JobState::Failed, job.outcome.as_deref().unwrap_or("given_up")).await?;
            return Ok(true);
        }
        match self.perform(&job).await {
            Ok(outcome) => self.end(&job, JobState::Done, &outcome).await?,
            Err(JobFault::Cancelled) => self.end(&job, JobState::Cancelled, "cancelled").await?,
            Err(JobFault::Lost) => {}
            Err(fault @ JobFault::UnknownKind) => {
                self.end(&job, JobState::Failed, &fault.to_string()).await?;
            }
            Err(fault) if job.n_attempts >= ATTEMPTS_MAX => {
                self.end(&job, JobState::Failed, &shown(&fault)).await?;
            }
            Err(fault) => self.give_back(&job, &fault).await?,
        }
        Ok(true)
    }

    /// Does a job and gives what came of it in words for logs.
    async fn perform(&self, job: &Job) -> Result<String, JobFault> {
        let hold = Hold { worker: self, id: job.id };
        match job.kind.as_str() {
            match_sbom::KIND => {
                let sbom = SbomId::parse(&job.argument).ok_or(JobFault::UnknownKind)?;
                let organisation = job.organisation_id.ok_or(JobFault::UnknownKind)?;
                match_sbom::perform(self, &hold, organisation, sbom).await
            }
            library_changed::KIND => library_changed::perform(self, &hold).await,
            refresh_scores::KIND => refresh_scores::perform(self, &hold).await,
            _ => Err(JobFault::UnknownKind),
        }
    }

    /// Ends a job.
    async fn end(&self, job: &Job, state: JobState, outcome: &str) -> Result<(), AppError> {
        let mut work = self.installation.database.begin(Scope::System).await?;
        jobs::finish(&mut work, job.id, &self.name, state, outcome, self.installation.now()).await?;
        work.commit().await?;
        Ok(())
    }

    /// Puts a job back for later.
    async fn give_back(&self, job: &Job, fault: &JobFault) -> Result<(), AppError> {
        let wait = match fault {
            JobFault::LibraryChanged => 0,
            _ => BACK_OFF_MS << job.n_attempts.clamp(1, 10),
        };
        let run_at = Stamp(self.installation.now().0 + wait);
        let mut work = self.installation.database.begin(Scope::System).await?;
        jobs::retry(&mut work, job.id, &self.name, &shown(fault), run_at).await?;
        work.commit().await?;
        Ok(())
    }
}

/// A fault with its causes, in one line.
fn shown(fault: &JobFault) -> String {
    let mut text = fault.to_string();
    let mut cause = std::error::Error::source(fault);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// The priority of work for a person who waits.
pub const INTERACTIVE: i64 = PRIORITY_INTERACTIVE;
