//! The queue of background work, in the database itself: several processes take from it safely.

use kikimori_core::id::{JobId, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::list::{ListQuery, Page};
use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO jobs (id, organisation_id, kind, argument, unique_key, priority, state, run_at, n_attempts, is_cancel_asked, n_done, person_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, 0, 0, $8, $9) ON CONFLICT (unique_key) WHERE state = 'waiting' DO NOTHING";
    // A lease that ran out is taken like a waiting job.
    LEASE =
        sqlite "UPDATE jobs SET state = 'running', worker = $1, lease_until = $3, n_attempts = n_attempts + 1, started_at = COALESCE(started_at, $2) WHERE id = (SELECT id FROM jobs WHERE ((state = 'waiting' AND run_at <= $2) OR (state = 'running' AND lease_until < $2)) AND priority >= $4 ORDER BY priority DESC, run_at, id LIMIT 1) RETURNING id, organisation_id, kind, argument, unique_key, priority, state, run_at, n_attempts, worker, lease_until, is_cancel_asked, n_done, n_total, outcome, person_id, created_at, started_at, ended_at",
        postgres "UPDATE jobs SET state = 'running', worker = $1, lease_until = $3, n_attempts = n_attempts + 1, started_at = COALESCE(started_at, $2) WHERE id = (SELECT id FROM jobs WHERE ((state = 'waiting' AND run_at <= $2) OR (state = 'running' AND lease_until < $2)) AND priority >= $4 ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, organisation_id, kind, argument, unique_key, priority, state, run_at, n_attempts, worker, lease_until, is_cancel_asked, n_done, n_total, outcome, person_id, created_at, started_at, ended_at";
    // Gives no row when the lease was lost.
    RENEW = "UPDATE jobs SET lease_until = $3, n_done = $4, n_total = $5 WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING is_cancel_asked";
    FINISH = "UPDATE jobs SET state = $3, outcome = $4, ended_at = $5, lease_until = NULL WHERE id = $1 AND worker = $2 AND state = 'running'";
    RETRY = "UPDATE jobs SET state = 'waiting', unique_key = NULL, outcome = $3, run_at = $4, lease_until = NULL, worker = NULL WHERE id = $1 AND worker = $2 AND state = 'running'";
    CANCEL_WAITING = "UPDATE jobs SET state = 'cancelled', ended_at = $2 WHERE id = $1 AND state = 'waiting'";
    ASK_TO_CANCEL = "UPDATE jobs SET is_cancel_asked = 1 WHERE id = $1 AND state = 'running'";
    GET = "SELECT id, organisation_id, kind, argument, unique_key, priority, state, run_at, n_attempts, worker, lease_until, is_cancel_asked, n_done, n_total, outcome, person_id, created_at, started_at, ended_at FROM jobs WHERE id = $1";
    RESTART = "UPDATE jobs SET state = 'waiting', run_at = $2, n_attempts = 0, is_cancel_asked = 0, ended_at = NULL, worker = NULL WHERE id = $1 AND state = 'failed'";
    COUNT_OPEN = "SELECT COUNT(*) AS n FROM jobs WHERE state IN ('waiting', 'running')";
    DELETE_ENDED = "DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND ended_at < $1";
}

/// What a person waits for goes first.
pub const PRIORITY_INTERACTIVE: i64 = 100;
/// What keeps findings current.
pub const PRIORITY_NORMAL: i64 = 50;
/// Bulk work; it never goes before the others.
pub const PRIORITY_BULK: i64 = 10;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It waits for a worker, or for its time.
    Waiting,
    /// A worker holds it.
    Running,
    /// It did its work.
    Done,
    /// It gave up.
    Failed,
    /// A person stopped it.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The code in the table.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A job to be put in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// The organisation it works for; none for the installation.
    pub organisation_id: Option<OrganisationId>,
    /// What it does.
    pub kind: &'static str,
    /// What it does it to, as its kind writes it.
    pub argument: String,
    /// A job with the same key that still waits makes this one needless.
    pub unique_key: Option<String>,
    /// Higher goes first.
    pub priority: i64,
    /// Not before.
    pub run_at: Stamp,
    /// Who asked for it.
    pub person_id: Option<PersonId>,
    /// When.
    pub created_at: Stamp,
}

/// A job as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The organisation it works for; none for the installation.
    pub organisation_id: Option<OrganisationId>,
    /// What it does.
    pub kind: String,
    /// What it does it to.
    pub argument: String,
    /// Higher goes first.
    pub priority: i64,
    /// How far it is.
    pub state: JobState,
    /// Not before.
    pub run_at: Stamp,
    /// How often it was begun.
    pub n_attempts: i64,
    /// A person asked to stop it.
    pub is_cancel_asked: bool,
    /// Steps done.
    pub n_done: i64,
    /// Steps in all, when known.
    pub n_total: Option<i64>,
    /// What came of it, or why it failed last.
    pub outcome: Option<String>,
    /// Who asked for it.
    pub person_id: Option<PersonId>,
    /// When it was asked for.
    pub created_at: Stamp,
    /// When it was first begun.
    pub started_at: Option<Stamp>,
    /// When it ended.
    pub ended_at: Option<Stamp>,
}

/// Puts a job in the queue; whether it was needed (none with its key waits already).
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert(transaction: &mut Transaction, job: &NewJob) -> Result<bool, StoreError> {
    let values = vec![
        job.id.id().into(),
        job.organisation_id.map(OrganisationId::id).into(),
        job.kind.into(),
        (&job.argument).into(),
        job.unique_key.clone().into(),
        job.priority.into(),
        job.run_at.0.into(),
        job.person_id.map(PersonId::id).into(),
        job.created_at.0.into(),
    ];
    Ok(transaction.execute(&INSERT, values).await? > 0)
}

/// Takes the next job of at least this priority for a worker, until `lease_until`.
///
/// # Errors
/// What the database says.
pub async fn lease(
    transaction: &mut Transaction,
    worker: &str,
    now: Stamp,
    lease_until: Stamp,
    priority_min: i64,
) -> Result<Option<Job>, StoreError> {
    let values = vec![worker.into(), now.0.into(), lease_until.0.into(), priority_min.into()];
    transaction.row(&LEASE, values).await?.map(|row| read(&row)).transpose()
}

/// What a worker learns when it reports progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Go on.
    Held,
    /// Go no further: a person asked to stop.
    CancelAsked,
    /// Go no further: the lease ran out and the job is somebody else's.
    Lost,
}

/// Reports progress and holds the job until `lease_until`.
///
/// # Errors
/// What the database says.
pub async fn renew(
    transaction: &mut Transaction,
    id: JobId,
    worker: &str,
    lease_until: Stamp,
    n_done: i64,
    n_total: Option<i64>,
) -> Result<Renewal, StoreError> {
    let values = vec![id.id().into(), worker.into(), lease_until.0.into(), n_done.into(), n_total.into()];
    match transaction.row(&RENEW, values).await? {
        None => Ok(Renewal::Lost),
        Some(row) if row.truth("is_cancel_asked")? => Ok(Renewal::CancelAsked),
        Some(_) => Ok(Renewal::Held),
    }
}

/// Ends a job that this worker still holds; whether it did.
///
/// # Errors
/// What the database says.
pub async fn finish(
    transaction: &mut Transaction,
    id: JobId,
    worker: &str,
    state: JobState,
    outcome: &str,
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![id.id().into(), worker.into(), state.code().into(), outcome.into(), at.0.into()];
    Ok(transaction.execute(&FINISH, values).await? > 0)
}

/// Puts a job that this worker still holds back until `run_at`; whether it did.
///
/// # Errors
/// What the database says.
pub async fn retry(
    transaction: &mut Transaction,
    id: JobId,
    worker: &str,
    reason: &str,
    run_at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![id.id().into(), worker.into(), reason.into(), run_at.0.into()];
    Ok(transaction.execute(&RETRY, values).await? > 0)
}

/// Cancels a waiting job at once, and asks a running one to stop; whether there was one.
///
/// # Errors
/// What the database says.
pub async fn cancel(transaction: &mut Transaction, id: JobId, at: Stamp) -> Result<bool, StoreError> {
    let n_waiting = transaction.execute(&CANCEL_WAITING, vec![id.id().into(), at.0.into()]).await?;
    let n_running = transaction.execute(&ASK_TO_CANCEL, vec![id.id().into()]).await?;
    Ok(n_waiting + n_running > 0)
}

/// The job of this id.
///
/// # Errors
/// What the database says.
pub async fn get(transaction: &mut Transaction, id: JobId) -> Result<Option<Job>, StoreError> {
    transaction.row(&GET, vec![id.id().into()]).await?.map(|row| read(&row)).transpose()
}

/// A page of the jobs of an organisation (or of the installation, which has none), newest first, and how many fit.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation_id: Option<OrganisationId>,
    state: Option<JobState>,
    page: Page,
) -> Result<(Vec<Job>, i64), StoreError> {
    let conditions = |query: &mut ListQuery| {
        match organisation_id {
            Some(id) => query.filter("organisation_id = ?", [id.id().into()]),
            None => query.filter("organisation_id IS NULL", []),
        };
        if let Some(state) = state {
            query.filter("state = ?", [state.code().into()]);
        }
    };
    let mut counted = ListQuery::new("SELECT COUNT(*) AS n FROM jobs");
    conditions(&mut counted);
    let (text, values) = counted.finish();
    let n = transaction.rows_of_text(text, values).await?.first().map_or(Ok(0), |row| row.integer("n"))?;
    let mut query = ListQuery::new(
        "SELECT id, organisation_id, kind, argument, unique_key, priority, state, run_at, n_attempts, worker, lease_until, is_cancel_asked, n_done, n_total, outcome, person_id, created_at, started_at, ended_at FROM jobs",
    );
    conditions(&mut query);
    query.push(
        "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
        [page.n_rows.into(), page.n_before().into()],
    );
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, n))
}

/// Puts a failed job back in the queue, from its first attempt; whether there was one.
///
/// # Errors
/// [`StoreError::Unique`] if a job with its key waits already.
pub async fn restart(transaction: &mut Transaction, id: JobId, at: Stamp) -> Result<bool, StoreError> {
    Ok(transaction.execute(&RESTART, vec![id.id().into(), at.0.into()]).await? > 0)
}

/// How many jobs wait or run.
///
/// # Errors
/// What the database says.
pub async fn count_open(transaction: &mut Transaction) -> Result<i64, StoreError> {
    transaction.row(&COUNT_OPEN, vec![]).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// Forgets jobs that ended before `before`.
///
/// # Errors
/// What the database says.
pub async fn delete_ended(transaction: &mut Transaction, before: Stamp) -> Result<u64, StoreError> {
    transaction.execute(&DELETE_ENDED, vec![before.0.into()]).await
}

/// Reads a row.
fn read(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: JobId::new(row.id("id")?),
        organisation_id: row.id_if_any("organisation_id")?.map(OrganisationId::new),
        kind: row.text("kind")?,
        argument: row.text("argument")?,
        priority: row.integer("priority")?,
        state: row.read("state", JobState::of_code)?,
        run_at: Stamp(row.integer("run_at")?),
        n_attempts: row.integer("n_attempts")?,
        is_cancel_asked: row.truth("is_cancel_asked")?,
        n_done: row.integer("n_done")?,
        n_total: row.integer_if_any("n_total")?,
        outcome: row.text_if_any("outcome")?,
        person_id: row.id_if_any("person_id")?.map(PersonId::new),
        created_at: Stamp(row.integer("created_at")?),
        started_at: row.integer_if_any("started_at")?.map(Stamp),
        ended_at: row.integer_if_any("ended_at")?.map(Stamp),
    })
}
