//! Matching identities in contexts, and keeping what the library says about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::finding::VulnerabilitySummary;
use kikimori_core::id::{Id, IdentityId, OrganisationId, SbomId, VulnerabilityId};
use kikimori_core::identity_rule::IdentityRule;
use kikimori_core::rule_book::{Resolution, RuleBook};
use kikimori_core::sbom::Component;
use kikimori_formats::rules;
use kikimori_matcher::library::Library;
use kikimori_matcher::matching::context::Context;
use kikimori_matcher::matching::unit::{Needs, UnitMatcher};
use kikimori_store::units::{Match, StoredContext, Unit};
use kikimori_store::{Transaction, sbom_checks, settings, units};
use sha2::{Digest as _, Sha256};

use super::{codes, evidence, names, reconcile};
use crate::app_error::AppError;
use crate::current_library::edition;
use crate::installation::Installation;

/// The setting with the edition of the library that units rest on.
pub const EDITION: &str = "library_edition";

/// Units matched and kept in one step: some tenths of a second, so that leases are renewed and others get their turn.
pub const UNITS_AT_ONCE: usize = 200;

/// An identity to be matched in its surroundings.
#[derive(Clone, Debug)]
pub struct UnitTask {
    /// The identity.
    pub identity: IdentityId,
    /// Its component.
    pub component: Component,
    /// What rules say about it.
    pub resolution: Option<Resolution>,
    /// Its surroundings.
    pub context: Arc<Context>,
    /// The unit as it is stored, when it is matched again in its own context.
    pub again: Option<Unit>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct UnitResult {
    /// The unit.
    pub unit: Unit,
    /// Its context.
    pub context: StoredContext,
    /// It needs more of its surroundings than its context holds: its SBOMs must be matched.
    pub has_outgrown: bool,
    /// Keys under which records lie that decide.
    keys: Vec<(i64, IdentityId)>,
    /// What the library says: the vulnerability, and the match without its id.
    matches: Vec<(Arc<VulnerabilitySummary>, Match)>,
}

/// The context of a component as stored: its id is made of its content.
#[must_use]
pub fn stored_context(context: &Context, rules: String) -> StoredContext {
    let surroundings = context.text();
    let mut digest = Sha256::new();
    digest.update((surroundings.len() as u64).to_be_bytes());
    digest.update(&surroundings);
    digest.update(&rules);
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.finalize()) {
        *byte = from;
    }
    StoredContext { id: Id::from_bytes(bytes), surroundings, rules }
}

/// The rules that speak about a component, as far as they decide, as a file of rules; empty when none does. Author and reason
/// stay with the organisation.
#[must_use]
pub fn rules_text(resolution: Option<&Resolution>) -> String {
    let Some(resolution) = resolution else { return String::new() };
    let mut all: Vec<&Arc<IdentityRule>> = resolution.applied().chain(&resolution.conflict).collect();
    all.sort_by(|left, right| left.id.cmp(&right.id));
    all.dedup_by(|left, right| left.id == right.id);
    let organisation = all.first().and_then(|rule| rule.organisation.clone());
    let mut text = rules::file_head(organisation.as_deref());
    for rule in all {
        let plain = IdentityRule {
            author: "-".to_owned(),
            reason: "-".to_owned(),
            supersedes: Vec::new(),
            ..(**rule).clone()
        };
        text.push_str(&rules::rule_text(&plain));
    }
    text
}

/// What stored rules say about a component.
///
/// # Errors
/// A fault if the text is not one of ours.
pub fn resolution_of(text: &str, component: &Component) -> Result<Option<Resolution>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let unreadable =
        || AppError::fault(kikimori_store::StoreError::Unreadable { column: "rules".to_owned() });
    let read = rules::read(text.as_bytes(), "").map_err(|_| unreadable())?;
    let book = RuleBook::new(read).map_err(|_| unreadable())?;
    Ok(book.resolve(component))
}

/// Matches units. Works without waiting for anything: call it where that holds nobody up.
///
/// # Errors
/// A fault if evidence cannot be packed.
pub fn match_units(
    library: &Library,
    tasks: Vec<UnitTask>,
    now: kikimori_core::stamp::Stamp,
) -> Result<Vec<UnitResult>, AppError> {
    let mut matcher = UnitMatcher::new(library);
    let results = tasks.into_iter().map(|task| {
        let found = matcher.match_unit(&task.component, task.resolution.as_ref(), &task.context);
        let mut needs = found.needs;
        let mut has_outgrown = false;
        let context = match &task.again {
            Some(unit) => {
                let held = Needs::read(&unit.needs).unwrap_or_default();
                has_outgrown = !needs.is_within(&held);
                needs = held;
                stored_context(&task.context, rules_text(task.resolution.as_ref()))
            }
            None => stored_context(&task.context.narrowed(&needs), rules_text(task.resolution.as_ref())),
        };
        let context_id = task.again.as_ref().map_or(context.id, |unit| unit.context);
        let mut matches = Vec::with_capacity(found.findings.len());
        for finding in &found.findings {
            let found = Match {
                identity: task.identity,
                context: context_id,
                vulnerability: VulnerabilityId::new(context_id),
                verdict: codes::verdict(finding.verdict).to_owned(),
                reason: finding.reason.map(|reason| codes::reason(reason).to_owned()),
                confidence: codes::confidence(finding.confidence).to_owned(),
                is_disputed: finding.is_disputed,
                fixed_versions: lines(&finding.fixed_versions),
                evidence: evidence::pack(finding)?,
                evidence_sha256: evidence::sha256(finding),
            };
            matches.push((Arc::clone(&finding.vulnerability), found));
        }
        let (not_checked, detail) = found
            .not_checked
            .map_or((None, None), |(reason, detail)| (Some(codes::not_checked(reason).to_owned()), detail));
        let missing: Vec<String> = found.missing_ecosystems.into_iter().collect();
        let unit = Unit {
            identity: task.identity,
            context: context_id,
            needs: needs.text(),
            snapshot: library.snapshot().to_owned(),
            is_stale: false,
            not_checked,
            not_checked_detail: detail.map(|text| text.replace('\0', "\u{2400}")),
            missing_ecosystems: lines(&missing),
            matched_at: now,
        };
        let keys = found.keys.into_iter().map(|key| (key.cast_signed(), task.identity)).collect();
        Ok(UnitResult { unit, context, has_outgrown, keys, matches })
    });
    results.collect()
}

/// Texts, one a line, without what a column cannot hold.
fn lines(texts: &[String]) -> String {
    texts.join("\n").replace('\0', "\u{2400}")
}

/// Why units were not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepFault {
    /// The library is not the one that the stored units rest on: what changed must be noted first.
    #[error("the library has changed")]
    LibraryChanged,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] AppError),
}

impl From<kikimori_store::StoreError> for KeepFault {
    fn from(error: kikimori_store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Takes the turn to change units and makes sure that they rest on this library. Others wait until the work ends.
///
/// # Errors
/// [`KeepFault::LibraryChanged`].
pub async fn hold(
    installation: &Installation,
    work: &mut Transaction,
    library: &Library,
) -> Result<(), KeepFault> {
    let held = settings::hold(work, EDITION, installation.now()).await?;
    if held == edition(library) { Ok(()) } else { Err(KeepFault::LibraryChanged) }
}

/// Keeps what the library says about units, and brings the findings of every SBOM that holds a changed one in line.
///
/// Gives the SBOMs that must be matched because a unit outgrew its context. The caller holds the turn ([`hold`]).
///
/// # Errors
/// A fault of the database.
pub async fn keep(
    installation: &Installation,
    work: &mut Transaction,
    library: &Library,
    results: Vec<UnitResult>,
) -> Result<BTreeSet<(OrganisationId, SbomId)>, AppError> {
    let mut to_match = BTreeSet::new();
    let mut kept = Vec::with_capacity(results.len());
    for result in results {
        if result.has_outgrown {
            let Unit { identity, context, .. } = result.unit;
            to_match.extend(sbom_checks::sboms_of_unit(work, identity, context).await?);
            units::delete(work, identity, context).await?;
        } else {
            kept.push(result);
        }
    }
    let summaries: BTreeMap<String, Arc<VulnerabilitySummary>> = kept
        .iter()
        .flat_map(|result| &result.matches)
        .map(|(summary, _)| (summary.id.clone(), Arc::clone(summary)))
        .collect();
    let ids = names::keep(installation, work, library, &summaries).await?;
    let identities: BTreeSet<IdentityId> = kept.iter().map(|result| result.unit.identity).collect();
    let identities: Vec<IdentityId> = identities.into_iter().collect();
    let mut before: BTreeMap<(IdentityId, Id), BTreeMap<VulnerabilityId, Match>> = BTreeMap::new();
    for held in units::matches_of_identities(work, &identities).await? {
        before.entry((held.identity, held.context)).or_default().insert(held.vulnerability, held);
    }
    units::insert_contexts(work, kept.iter().map(|result| &result.context), installation.now()).await?;
    let rows: Vec<Unit> = kept.iter().map(|result| result.unit.clone()).collect();
    units::put(work, &rows).await?;
    let keys: Vec<(i64, IdentityId)> = kept.iter().flat_map(|result| result.keys.iter().copied()).collect();
    units::insert_keys(work, &keys).await?;
    let mut changed = Vec::new();
    let mut written = Vec::new();
    for result in kept {
        let unit = (result.unit.identity, result.unit.context);
        let mut before = before.remove(&unit).unwrap_or_default();
        let mut is_changed = false;
        let mut seen = BTreeSet::new();
        for (summary, mut found) in result.matches {
            let Some(id) = ids.get(&summary.id) else { continue };
            found.vulnerability = *id;
            if !seen.insert(*id) {
                continue;
            }
            is_changed |= before.remove(id).is_none_or(|held| !is_same(&held, &found));
            written.push(found);
        }
        is_changed |= !before.is_empty();
        for gone in before.into_keys() {
            units::delete_match(work, unit.0, unit.1, gone).await?;
        }
        if is_changed {
            changed.push(unit);
        }
    }
    units::put_matches(work, &written).await?;
    spread(installation, work, &changed).await?;
    Ok(to_match)
}

/// Both say the same.
fn is_same(left: &Match, right: &Match) -> bool {
    (&left.verdict, &left.confidence, left.evidence_sha256)
        == (&right.verdict, &right.confidence, right.evidence_sha256)
}

/// Brings the findings of every SBOM that holds one of these units in line.
async fn spread(
    installation: &Installation,
    work: &mut Transaction,
    changed: &[(IdentityId, Id)],
) -> Result<(), AppError> {
    let mut touched: BTreeMap<(OrganisationId, SbomId), Vec<IdentityId>> = BTreeMap::new();
    for (identity, context) in changed {
        for sbom in sbom_checks::sboms_of_unit(work, *identity, *context).await? {
            touched.entry(sbom).or_default().push(*identity);
        }
    }
    for ((organisation, sbom), identities) in touched {
        if let Some(head) = sbom_checks::head(work, organisation, sbom).await? {
            reconcile::sbom(installation, work, &head, Some(&identities)).await?;
        }
    }
    Ok(())
}
