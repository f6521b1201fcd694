//! One finding: where it occurs, why we think so, what people said, what happened.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{FindingNumber, PersonId, SbomId};
use kikimori_store::assessments::{self, StoredAssessment};
use kikimori_store::findings::{self, FindingEvent, Occurrence, StoredFinding};
use kikimori_store::people;
use kikimori_store::sbom_checks::{self, SbomCheck};
use kikimori_store::units::{self, Match};
use kikimori_store::vulnerabilities::{self, Vulnerability};

use super::list_findings::{ListedFinding, furnished};
use crate::app_error::AppError;
use crate::installation::{Installation, require_own};
use crate::keep_findings::evidence::{StoredEvidence, unpack};

/// Places shown with their evidence; the rest is counted.
const PLACES_MAX: usize = 20;
/// Events shown.
const EVENTS_MAX: u32 = 200;
/// Findings of the same vulnerability shown.
const SIBLINGS_MAX: u32 = 50;

/// A finding with everything about it.
#[derive(Clone, Debug)]
pub struct FindingDetails {
    /// The finding with its product and releases.
    pub listed: ListedFinding,
    /// The vulnerability.
    pub vulnerability: Vulnerability,
    /// All its names.
    pub aliases: Vec<String>,
    /// Where it occurs, open places first, each with what the library said.
    pub places: Vec<Place>,
    /// Places that are not among `places`.
    pub n_more_places: usize,
    /// What people said, the oldest first.
    pub assessments: Vec<StoredAssessment>,
    /// What happened, the newest first.
    pub events: Vec<FindingEvent>,
    /// The names of the people among them.
    pub names: BTreeMap<PersonId, String>,
    /// Findings of the same vulnerability in other products or components.
    pub siblings: Vec<ListedFinding>,
}

/// Where a finding occurs, and why.
#[derive(Clone, Debug)]
pub struct Place {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// What the library said; `None` when it says nothing any more.
    pub said: Option<Match>,
    /// The statements weighed.
    pub evidence: StoredEvidence,
    /// The last check of the SBOM.
    pub check: Option<SbomCheck>,
}

/// A finding by its number.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn get_finding(
    installation: &Installation,
    actor: &Actor,
    number: FindingNumber,
) -> Result<FindingDetails, AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    let finding = findings::get(&mut read, organisation, number.get()).await?.ok_or(AppError::NotFound)?;
    let vulnerability =
        vulnerabilities::get(&mut read, finding.vulnerability).await?.ok_or(AppError::NotFound)?;
    let aliases = vulnerabilities::aliases(&mut read, finding.vulnerability).await?;
    let mut occurrences = findings::occurrences_of(&mut read, organisation, &[finding.id]).await?;
    occurrences.sort_by_key(|place| (!place.is_open, std::cmp::Reverse(place.changed_at)));
    let n_more_places = occurrences.len().saturating_sub(PLACES_MAX);
    occurrences.truncate(PLACES_MAX);
    let mut places = Vec::with_capacity(occurrences.len());
    for occurrence in occurrences {
        places.push(place(&mut read, &finding, occurrence).await?);
    }
    let siblings =
        findings::of_vulnerability_in(&mut read, organisation, finding.vulnerability, SIBLINGS_MAX).await?;
    let siblings: Vec<StoredFinding> = siblings.into_iter().filter(|other| other.id != finding.id).collect();
    let assessments = assessments::of_findings(&mut read, organisation, &[finding.id]).await?;
    let events = findings::events(&mut read, organisation, finding.id, EVENTS_MAX).await?;
    let siblings = furnished(&mut read, organisation, siblings).await?;
    let listed = furnished(&mut read, organisation, vec![finding]).await?.pop().ok_or(AppError::NotFound)?;
    let people: BTreeSet<PersonId> = assessments
        .iter()
        .map(|said| said.person)
        .chain(events.iter().filter_map(|event| event.person))
        .collect();
    let mut names = BTreeMap::new();
    for id in people {
        names.extend(people::get(&mut read, id).await?.map(|person| (id, person.name)));
    }
    Ok(FindingDetails {
        listed,
        vulnerability,
        aliases,
        places,
        n_more_places,
        assessments,
        events,
        names,
        siblings,
    })
}

/// An occurrence with what the library said.
async fn place(
    read: &mut kikimori_store::Transaction,
    finding: &StoredFinding,
    occurrence: Occurrence,
) -> Result<Place, AppError> {
    let said = units::get_match(read, occurrence.identity, occurrence.context, finding.vulnerability).await?;
    let evidence = said.as_ref().and_then(|said| unpack(&said.evidence)).unwrap_or_default();
    let sbom: SbomId = occurrence.sbom;
    let check = sbom_checks::get(read, finding.organisation, sbom).await?;
    Ok(Place { occurrence, said, evidence, check })
}
