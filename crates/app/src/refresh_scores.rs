//! The job that brings severity, known exploitation and its probability up to date: they change without any match changing.

use std::sync::Arc;

use kikimori_core::id::VulnerabilityId;
use kikimori_matcher::library::Library;
use kikimori_matcher::matching::groups::Groups;
use kikimori_store::vulnerabilities::{self, Vulnerability};
use kikimori_store::{Scope, settings};

use crate::app_error::AppError;
use crate::keep_findings::names::{note_changes, row_of};
use crate::keep_findings::units::EDITION;
use crate::library_changed::current_library;
use crate::worker::{Hold, JobFault, Worker};

/// The kind of the job.
pub const KIND: &str = "refresh_scores";

/// Vulnerabilities looked at in one step.
const AT_ONCE: u32 = 500;

/// Does the job.
///
/// # Errors
/// [`JobFault`].
pub async fn perform(worker: &Worker, held: &Hold<'_>) -> Result<String, JobFault> {
    let installation = &worker.installation;
    let Some(library) = current_library(installation).await? else { return Ok("no_library".to_owned()) };
    let mut read = installation.database.begin_read(Scope::System).await?;
    let n_total = vulnerabilities::count(&mut read).await?.unsigned_abs() as usize;
    drop(read);
    let mut after: Option<VulnerabilityId> = None;
    let (mut n_done, mut n_changed) = (0, 0);
    loop {
        let mut read = installation.database.begin_read(Scope::System).await?;
        let rows = vulnerabilities::list_after(&mut read, after, AT_ONCE).await?;
        drop(read);
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        n_done += rows.len();
        n_changed += refresh(worker, &library, rows).await?;
        held.step(n_done, n_total.max(n_done)).await?;
    }
    Ok(format!("vulnerabilities={n_done} changed={n_changed}"))
}

/// Brings some rows up to date; gives how many changed.
async fn refresh(
    worker: &Worker,
    library: &Arc<Library>,
    rows: Vec<Vulnerability>,
) -> Result<usize, JobFault> {
    let installation = &worker.installation;
    let asked = Arc::clone(library);
    let fresh = tokio::task::spawn_blocking(move || {
        let mut groups = Groups::new(&asked);
        let summaries = rows.into_iter().filter_map(|row| {
            let group = groups.of_id(&row.name);
            Some((row, groups.summary(group)?))
        });
        summaries.collect::<Vec<_>>()
    });
    let fresh = fresh.await.map_err(AppError::fault)?;
    let changed: Vec<(Vulnerability, Vulnerability)> = fresh
        .into_iter()
        .map(|(row, summary)| {
            let new = row_of(row.id, &summary);
            let scores = Vulnerability {
                severity: new.severity,
                score_milli: new.score_milli,
                vector: new.vector,
                scored_by: new.scored_by,
                kev_added_on: new.kev_added_on,
                epss_ppm: new.epss_ppm,
                ..row.clone()
            };
            (row, scores)
        })
        .filter(|(before, after)| before != after)
        .collect();
    if changed.is_empty() {
        return Ok(0);
    }
    let mut work = installation.database.begin(Scope::System).await?;
    settings::hold(&mut work, EDITION, installation.now()).await?;
    for (before, after) in &changed {
        let after = Vulnerability { changed_at: installation.now(), ..after.clone() };
        vulnerabilities::update(&mut work, &after).await?;
        vulnerabilities::copy_to_findings(&mut work, &after).await?;
        note_changes(installation, &mut work, before, &after).await?;
    }
    work.commit().await?;
    Ok(changed.len())
}
