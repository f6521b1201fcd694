//! The job that matches an SBOM: its identities in their contexts, as far as that was not done for somebody else, and its findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::cpe::Cpe;
use kikimori_core::id::{Id, IdentityId, JobId, OrganisationId, PersonId, SbomId};
use kikimori_core::rule_book::Resolution;
use kikimori_core::sbom::{Component, Role, Sbom, SbomFormat};
use kikimori_matcher::library::Library;
use kikimori_matcher::matching::context::Context;
use kikimori_matcher::matching::unit::Needs;
use kikimori_store::jobs::{self, NewJob};
use kikimori_store::sbom_checks::{self, SbomCheck, SbomHead};
use kikimori_store::units::Unit;
use kikimori_store::{Scope, Transaction, identities, units};

use crate::app_error::AppError;
use crate::component_identity;
use crate::identities::decide_identity::rule_book;
use crate::installation::Installation;
use crate::keep_findings::reconcile::{self, Changes};
use crate::keep_findings::units::{
    KeepFault, UNITS_AT_ONCE, UnitResult, UnitTask, hold, keep, match_units, rules_text, stored_context,
};
use crate::library_changed::{current_library, note_library};
use crate::worker::{Hold, JobFault, Worker};

/// The kind of the job; its argument is the SBOM's id.
pub const KIND: &str = crate::sboms::MATCH_SBOM;

/// How often the library may change under one job before the job is given back.
const LIBRARY_CHANGES_MAX: usize = 3;

/// Puts an SBOM in the queue; a job for it that still waits is enough.
///
/// # Errors
/// A fault of the database.
pub async fn enqueue(
    installation: &Installation,
    work: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    priority: i64,
    person: Option<PersonId>,
) -> Result<(), AppError> {
    let now = installation.now();
    // What somebody waits for does not hide behind the same work that waits among the bulk.
    let unique_key = match priority {
        jobs::PRIORITY_INTERACTIVE => format!("{KIND}:{sbom}"),
        _ => format!("{KIND}:{sbom}:{priority}"),
    };
    let job = NewJob {
        id: JobId::new(installation.new_id()),
        organisation_id: Some(organisation),
        kind: KIND,
        argument: sbom.to_string(),
        unique_key: Some(unique_key),
        priority,
        run_at: now,
        person_id: person,
        created_at: now,
    };
    jobs::insert(work, &job).await?;
    Ok(())
}

/// What an SBOM is made of, for matching.
struct Bill {
    /// The SBOM.
    head: SbomHead,
    /// Its components in the order of the document, each with its identity.
    identities: Vec<IdentityId>,
    /// The same as a document that contexts are made from.
    sbom: Sbom,
    /// What the organisation's rules say about each.
    resolutions: Vec<Option<Resolution>>,
    /// Its surroundings.
    context: Arc<Context>,
}

/// Does the job.
///
/// # Errors
/// [`JobFault`].
pub async fn perform(
    worker: &Worker,
    held: &Hold<'_>,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<String, JobFault> {
    for _ in 0..LIBRARY_CHANGES_MAX {
        match attempt(worker, held, organisation, sbom).await {
            Err(JobFault::LibraryChanged) => note_library(&worker.installation).await?,
            other => return other,
        }
    }
    Err(JobFault::LibraryChanged)
}

/// Does the job with the library as it is now.
async fn attempt(
    worker: &Worker,
    held: &Hold<'_>,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<String, JobFault> {
    let installation = &worker.installation;
    let library = current_library(installation).await?;
    let mut read = installation.database.begin_read(Scope::System).await?;
    let Some(head) = sbom_checks::head(&mut read, organisation, sbom).await? else {
        return Ok("no_such_sbom".to_owned());
    };
    drop(read);
    if head.state != "current" {
        let changes = retract(installation, &head).await?;
        return Ok(format!("retracted={}", changes.n_retracted));
    }
    let Some(library) = library else {
        let n_components = wait_for_library(installation, &head).await?;
        return Ok(format!("no_library components={n_components}"));
    };
    let bill = read_bill(installation, head).await?;
    let (placed, n_matched) = place_units(worker, held, &library, &bill).await?;
    let changes = settle(installation, &library, &bill, &placed).await?;
    Ok(format!(
        "components={} matched={n_matched} appeared={} changed={} retracted={}",
        bill.identities.len(),
        changes.n_appeared,
        changes.n_changed,
        changes.n_retracted
    ))
}

/// Retracts what an SBOM that is current no more had found.
async fn retract(installation: &Installation, head: &SbomHead) -> Result<Changes, JobFault> {
    let mut work = installation.database.begin(Scope::System).await?;
    kikimori_store::settings::hold(&mut work, crate::keep_findings::units::EDITION, installation.now())
        .await?;
    let changes = clear(installation, &mut work, head).await?;
    work.commit().await?;
    Ok(changes)
}

/// Retracts what an SBOM had found and forgets its units.
async fn clear(
    installation: &Installation,
    work: &mut Transaction,
    head: &SbomHead,
) -> Result<Changes, AppError> {
    let changes = reconcile::sbom(installation, work, head, None).await?;
    sbom_checks::replace_units(work, head.organisation, head.id, &[]).await?;
    let check = SbomCheck {
        organisation: head.organisation,
        sbom: head.id,
        state: "withdrawn".to_owned(),
        snapshot: String::new(),
        library_as_of: None,
        n_components: 0,
        n_not_checked: 0,
        matched_at: installation.now(),
    };
    sbom_checks::put(work, &check).await?;
    Ok(changes)
}

/// Notes that an SBOM was not checked, because there is no library.
async fn wait_for_library(installation: &Installation, head: &SbomHead) -> Result<usize, JobFault> {
    let mut work = installation.database.begin(Scope::System).await?;
    let n_components = sbom_checks::components(&mut work, head.organisation, head.id).await?.len();
    let check = SbomCheck {
        organisation: head.organisation,
        sbom: head.id,
        state: "no_library".to_owned(),
        snapshot: String::new(),
        library_as_of: None,
        n_components: n_components as i64,
        n_not_checked: n_components as i64,
        matched_at: installation.now(),
    };
    sbom_checks::put(&mut work, &check).await?;
    work.commit().await?;
    Ok(n_components)
}

/// Reads what matching needs of an SBOM.
async fn read_bill(installation: &Installation, head: SbomHead) -> Result<Bill, JobFault> {
    let mut read = installation.database.begin_read(Scope::System).await?;
    let rows = sbom_checks::components(&mut read, head.organisation, head.id).await?;
    let distinct: BTreeSet<IdentityId> = rows.iter().map(|(identity, _)| *identity).collect();
    let distinct: Vec<IdentityId> = distinct.into_iter().collect();
    let stored = identities::list_of_ids(&mut read, &distinct).await?;
    let book = rule_book(&mut read, head.organisation).await?;
    drop(read);
    let mut made: BTreeMap<IdentityId, Component> = BTreeMap::new();
    for (id, identity) in &stored {
        made.insert(*id, component_identity::to_component(identity)?);
    }
    let mut sbom = Sbom::new(SbomFormat::CycloneDxJson, "");
    let mut identities = Vec::with_capacity(rows.len());
    for (identity, role) in rows {
        let Some(component) = made.get(&identity) else { continue };
        let mut component = component.clone();
        component.role = Role::of_code(&role).unwrap_or_default();
        sbom.components.push(component);
        identities.push(identity);
    }
    let resolutions: Vec<_> = sbom.components.iter().map(|component| book.resolve(component)).collect();
    let written: Vec<String> = serde_json::from_str(&head.platform).unwrap_or_default();
    let platform: Vec<Cpe> = written.iter().filter_map(|text| Cpe::parse(text).ok()).collect();
    let context = Arc::new(Context::new(&sbom, &resolutions, &platform));
    Ok(Bill { head, identities, sbom, resolutions, context })
}

/// Finds the unit of each identity, matching those that nobody matched yet; gives them and how many were matched.
async fn place_units(
    worker: &Worker,
    held: &Hold<'_>,
    library: &Arc<Library>,
    bill: &Bill,
) -> Result<(BTreeMap<IdentityId, Id>, usize), JobFault> {
    let installation = &worker.installation;
    let (mut placed, tasks) = known_units(installation, bill).await?;
    let n_total = placed.len() + tasks.len();
    let n_matched = tasks.len();
    let mut tasks = tasks.into_iter().peekable();
    while tasks.peek().is_some() {
        let part: Vec<UnitTask> = tasks.by_ref().take(UNITS_AT_ONCE).collect();
        let results = match_apart(library, part, installation).await?;
        placed.extend(results.iter().map(|result| (result.unit.identity, result.unit.context)));
        let mut work = installation.database.begin(Scope::System).await?;
        hold(installation, &mut work, library).await?;
        keep(installation, &mut work, library, results).await?;
        work.commit().await?;
        held.step(placed.len(), n_total).await?;
    }
    Ok((placed, n_matched))
}

/// Matches units on a thread of their own.
pub(crate) async fn match_apart(
    library: &Arc<Library>,
    tasks: Vec<UnitTask>,
    installation: &Installation,
) -> Result<Vec<UnitResult>, AppError> {
    let (library, now) = (Arc::clone(library), installation.now());
    tokio::task::spawn_blocking(move || match_units(&library, tasks, now)).await.map_err(AppError::fault)?
}

/// The units that were matched before and still count, and what remains to be matched.
async fn known_units(
    installation: &Installation,
    bill: &Bill,
) -> Result<(BTreeMap<IdentityId, Id>, Vec<UnitTask>), JobFault> {
    let mut firsts: BTreeMap<IdentityId, usize> = BTreeMap::new();
    for (number, identity) in bill.identities.iter().enumerate() {
        firsts.entry(*identity).or_insert(number);
    }
    let ids: Vec<IdentityId> = firsts.keys().copied().collect();
    let mut read = installation.database.begin_read(Scope::System).await?;
    let mut known: BTreeMap<IdentityId, Vec<Unit>> = BTreeMap::new();
    for unit in units::of_identities(&mut read, &ids).await?.into_iter().filter(|unit| !unit.is_stale) {
        known.entry(unit.identity).or_default().push(unit);
    }
    drop(read);
    let mut placed = BTreeMap::new();
    let mut tasks = Vec::new();
    for (identity, number) in firsts {
        let resolution = bill.resolutions.get(number).cloned().flatten();
        let rules = rules_text(resolution.as_ref());
        let is_ours = |unit: &&Unit| {
            Needs::read(&unit.needs).is_some_and(|needs| {
                stored_context(&bill.context.narrowed(&needs), rules.clone()).id == unit.context
            })
        };
        if let Some(unit) = known.get(&identity).and_then(|units| units.iter().find(is_ours)) {
            placed.insert(identity, unit.context);
            continue;
        }
        let Some(component) = bill.sbom.components.get(number).cloned() else { continue };
        let context = Arc::clone(&bill.context);
        tasks.push(UnitTask { identity, component, resolution, context, again: None });
    }
    Ok((placed, tasks))
}

/// Writes which units the SBOM has, and brings its findings in line, and those of the SBOMs whose place it took.
async fn settle(
    installation: &Installation,
    library: &Library,
    bill: &Bill,
    placed: &BTreeMap<IdentityId, Id>,
) -> Result<Changes, JobFault> {
    let mut work = installation.database.begin(Scope::System).await?;
    hold(installation, &mut work, library).await.map_err(|fault| match fault {
        KeepFault::LibraryChanged => JobFault::LibraryChanged,
        KeepFault::Other(error) => JobFault::Other(error),
    })?;
    let (organisation, id) = (bill.head.organisation, bill.head.id);
    // A person may have withdrawn it meanwhile.
    let Some(head) = sbom_checks::head(&mut work, organisation, id).await? else {
        return Ok(Changes::default());
    };
    if head.state != "current" {
        let changes = clear(installation, &mut work, &head).await?;
        work.commit().await?;
        return Ok(changes);
    }
    let rows: Vec<(IdentityId, Id)> =
        placed.iter().map(|(identity, context)| (*identity, *context)).collect();
    sbom_checks::replace_units(&mut work, organisation, id, &rows).await?;
    let mut changes = reconcile::sbom(installation, &mut work, &head, None).await?;
    for old in sbom_checks::outdated(&mut work, organisation, head.release).await? {
        changes.n_retracted += clear(installation, &mut work, &old).await?.n_retracted;
    }
    let check = SbomCheck {
        organisation,
        sbom: id,
        state: "matched".to_owned(),
        snapshot: library.snapshot().to_owned(),
        library_as_of: library.as_of(),
        n_components: bill.identities.len() as i64,
        n_not_checked: sbom_checks::count_not_checked(&mut work, organisation, id).await?,
        matched_at: installation.now(),
    };
    sbom_checks::put(&mut work, &check).await?;
    work.commit().await?;
    Ok(changes)
}
