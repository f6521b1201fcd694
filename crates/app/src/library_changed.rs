//! What happens when the library changes: what that touches is noted at once, and matched again in the background.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::id::{IdentityId, JobId, OrganisationId, SbomId};
use kikimori_matcher::library::Library;
use kikimori_matcher::library::touched::{Touched, between};
use kikimori_matcher::matching::context::Context;
use kikimori_store::jobs::{self, NewJob, PRIORITY_BULK, PRIORITY_NORMAL};
use kikimori_store::sbom_checks::SbomCheck;
use kikimori_store::units::Unit;
use kikimori_store::{Scope, StoreError, Transaction, identities, sbom_checks, settings, units};

use crate::app_error::AppError;
use crate::current_library::edition;
use crate::installation::Installation;
use crate::keep_findings::units::{EDITION, UNITS_AT_ONCE, UnitTask, hold, keep, resolution_of};
use crate::match_sbom::{enqueue, match_apart};
use crate::refresh_scores;
use crate::worker::{Hold, JobFault, Worker};

/// The kind of the job that matches again what a change of the library touched.
pub const KIND: &str = "library_changed";

/// How often the library may change under one job before the job is given back.
const LIBRARY_CHANGES_MAX: usize = 3;

/// SBOMs counted again in one step.
const SBOMS_AT_ONCE: usize = 50;

/// The library as it lies in its folder now.
///
/// # Errors
/// A fault when it cannot be read.
pub(crate) async fn current_library(installation: &Installation) -> Result<Option<Arc<Library>>, AppError> {
    let library = installation.library().clone();
    // Where waiting for files holds nobody up.
    let opened = tokio::task::spawn_blocking(move || library.get()).await.map_err(AppError::fault)?;
    opened.map_err(AppError::fault)
}

/// Notes a library that is not the one the stored units rest on: marks what must be matched again and puts the work in the queue.
/// Call it after an import, and whenever another library is met.
///
/// # Errors
/// [`AppError::Busy`] if the library here is older than the one that findings rest on already: another process has a newer one.
pub async fn note_library(installation: &Installation) -> Result<(), AppError> {
    let Some(library) = current_library(installation).await? else { return Ok(()) };
    let now_there = edition(&library);
    let mut read = installation.database.begin_read(Scope::System).await?;
    let before = settings::get(&mut read, EDITION).await?.unwrap_or_default();
    drop(read);
    if before == now_there {
        return Ok(());
    }
    if before > now_there {
        return Err(AppError::Busy);
    }
    let touched = touched(installation, &library, &before).await?;
    let mut work = installation.database.begin(Scope::System).await?;
    if settings::hold(&mut work, EDITION, installation.now()).await? != before {
        // Somebody else noted it meanwhile.
        return Ok(());
    }
    match &touched {
        Touched::Everything => units::mark_all_stale(&mut work).await?,
        Touched::Keys(keys) => {
            let keys: Vec<i64> = keys.iter().map(|key| key.cast_signed()).collect();
            units::mark_stale(&mut work, &keys).await?
        }
    };
    settings::set(&mut work, EDITION, &now_there, installation.now()).await?;
    add_job(installation, &mut work, KIND, PRIORITY_BULK).await?;
    add_job(installation, &mut work, refresh_scores::KIND, PRIORITY_BULK).await?;
    for sbom in sbom_checks::without_library(&mut work).await? {
        enqueue(installation, &mut work, sbom.organisation, sbom.id, PRIORITY_NORMAL, None).await?;
    }
    work.commit().await?;
    Ok(())
}

/// What the change from the edition that is noted to this library touches. Without the old library at hand: everything.
async fn touched(
    installation: &Installation,
    library: &Arc<Library>,
    before: &str,
) -> Result<Touched, AppError> {
    let Some(old) = installation.library().of_edition(before) else { return Ok(Touched::Everything) };
    let new = Arc::clone(library);
    tokio::task::spawn_blocking(move || between(&old, &new)).await.map_err(AppError::fault)
}

/// Puts a job of the installation in the queue; one that still waits is enough.
async fn add_job(
    installation: &Installation,
    work: &mut Transaction,
    kind: &'static str,
    priority: i64,
) -> Result<(), AppError> {
    let now = installation.now();
    let job = NewJob {
        id: JobId::new(installation.new_id()),
        organisation_id: None,
        kind,
        argument: String::new(),
        unique_key: Some(kind.to_owned()),
        priority,
        run_at: now,
        person_id: None,
        created_at: now,
    };
    jobs::insert(work, &job).await?;
    Ok(())
}

/// Matches again what must be, in small steps. It can be stopped and begun again at any step: what is left is marked.
///
/// # Errors
/// [`JobFault`].
pub async fn perform(worker: &Worker, held: &Hold<'_>) -> Result<String, JobFault> {
    let installation = &worker.installation;
    let mut work = installation.database.begin(Scope::System).await?;
    // Nobody can be about to use one of these: who takes a unit makes sure that the library has not changed since.
    units::delete_unused(&mut work).await?;
    let n_total = units::count_stale(&mut work).await?.unsigned_abs() as usize;
    work.commit().await?;
    let mut n_done = 0;
    let mut n_changes = 0;
    loop {
        match step(installation).await {
            Ok(0) => break,
            Ok(n) => n_done += n,
            Err(JobFault::LibraryChanged) if n_changes < LIBRARY_CHANGES_MAX => {
                n_changes += 1;
                note_library(installation).await?;
            }
            Err(fault) => return Err(fault),
        }
        held.step(n_done, n_total.max(n_done)).await?;
    }
    let n_sboms = count_again(installation, held, n_done).await?;
    Ok(format!("units={n_done} sboms={n_sboms}"))
}

/// Counts again what could not be checked of each SBOM, and notes the library that answers now; gives how many SBOMs.
async fn count_again(installation: &Installation, held: &Hold<'_>, n_done: usize) -> Result<usize, JobFault> {
    let Some(library) = current_library(installation).await? else { return Ok(0) };
    let mut read = installation.database.begin_read(Scope::System).await?;
    let current = sbom_checks::current(&mut read, None).await?;
    drop(read);
    for part in current.chunks(SBOMS_AT_ONCE) {
        let mut work = installation.database.begin(Scope::System).await?;
        for head in part {
            let check = sbom_checks::get(&mut work, head.organisation, head.id).await?;
            let Some(check) = check.filter(|check| check.state == "matched") else { continue };
            let n_not_checked = sbom_checks::count_not_checked(&mut work, head.organisation, head.id).await?;
            let check = SbomCheck {
                snapshot: library.snapshot().to_owned(),
                library_as_of: library.as_of(),
                n_not_checked,
                matched_at: installation.now(),
                ..check
            };
            sbom_checks::put(&mut work, &check).await?;
        }
        work.commit().await?;
        held.step(n_done, n_done).await?;
    }
    Ok(current.len())
}

/// Matches some units again; gives how many.
async fn step(installation: &Installation) -> Result<usize, JobFault> {
    let Some(library) = current_library(installation).await? else { return Ok(0) };
    let tasks = stale_tasks(installation).await?;
    let n_units = tasks.len();
    if n_units == 0 {
        return Ok(0);
    }
    let results = match_apart(&library, tasks, installation).await?;
    let mut work = installation.database.begin(Scope::System).await?;
    hold(installation, &mut work, &library).await?;
    let to_match: BTreeSet<(OrganisationId, SbomId)> =
        keep(installation, &mut work, &library, results).await?;
    for (organisation, sbom) in to_match {
        enqueue(installation, &mut work, organisation, sbom, PRIORITY_NORMAL, None).await?;
    }
    work.commit().await?;
    Ok(n_units)
}

/// Some of the units that must be matched again, each in its own context.
async fn stale_tasks(installation: &Installation) -> Result<Vec<UnitTask>, JobFault> {
    let mut read = installation.database.begin_read(Scope::System).await?;
    let stale: Vec<Unit> = units::list_stale(&mut read, UNITS_AT_ONCE as u32).await?;
    let ids: BTreeSet<IdentityId> = stale.iter().map(|unit| unit.identity).collect();
    let ids: Vec<IdentityId> = ids.into_iter().collect();
    let stored = identities::list_of_ids(&mut read, &ids).await?;
    let context_ids: BTreeSet<_> = stale.iter().map(|unit| unit.context).collect();
    let context_ids: Vec<_> = context_ids.into_iter().collect();
    let contexts = units::contexts(&mut read, &context_ids).await?;
    drop(read);
    let unreadable = || StoreError::Unreadable { column: "surroundings".to_owned() };
    let mut surroundings: BTreeMap<_, Arc<Context>> = BTreeMap::new();
    for (id, context) in &contexts {
        surroundings.insert(*id, Arc::new(Context::read(&context.surroundings).ok_or_else(unreadable)?));
    }
    let mut tasks = Vec::with_capacity(stale.len());
    for unit in stale {
        let (Some(identity), Some(context), Some(stored)) =
            (stored.get(&unit.identity), surroundings.get(&unit.context), contexts.get(&unit.context))
        else {
            return Err(unreadable().into());
        };
        let component = crate::component_identity::to_component(identity)?;
        let resolution = resolution_of(&stored.rules, &component)?;
        let context = Arc::clone(context);
        tasks.push(UnitTask { identity: unit.identity, component, resolution, context, again: Some(unit) });
    }
    Ok(tasks)
}
