//! Assessing findings, one or many at once: what the vulnerability means for the product.

use std::collections::BTreeSet;

use kikimori_core::access::{Action, Actor};
use kikimori_core::assessment::{Assessment, AssessmentDraft, AssessmentStatus};
use kikimori_core::field::FieldError;
use kikimori_core::id::{FindingId, FindingNumber, OrganisationId, ReleaseId};
use kikimori_store::Transaction;
use kikimori_store::assessments::{self, StoredAssessment};
use kikimori_store::finding_lists;
use kikimori_store::findings::{self, FindingEvent, StoredFinding};
use sha2::{Digest as _, Sha256};

use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Findings assessed at once: as many as a person can have looked at.
pub const ASSESSED_AT_ONCE_MAX: usize = 500;

/// Longest reason, in characters.
const REASON_CHARACTERS_MAX: usize = 1_000;

/// What is to be said about findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessmentInput {
    /// The findings, each with the revision that the person saw; no revision asks for none.
    pub findings: Vec<(FindingNumber, Option<i64>)>,
    /// What is said.
    pub draft: AssessmentDraft,
    /// Only about these releases; about the whole product when empty.
    pub releases: Vec<ReleaseId>,
    /// Why, for the trail; may be empty.
    pub reason: String,
}

/// What is said, where, and why.
pub(crate) struct Saying<'a> {
    /// What.
    pub assessment: &'a Assessment,
    /// About which releases; all when empty.
    pub releases: &'a [ReleaseId],
    /// Why; may be empty.
    pub reason: &'a str,
    /// The number of the finding it is copied from.
    pub copied_from: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// How many findings were assessed.
    pub n_assessed: usize,
    /// What should be looked at again.
    pub notices: Vec<FieldError>,
}

/// Assesses findings, all or none.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::NotFound`] if one is not there; [`AppError::Conflict`] if one changed since the person saw it.
pub async fn assess_findings(
    installation: &Installation,
    actor: &Actor,
    input: &AssessmentInput,
) -> Result<Assessed, AppError> {
    let organisation = require_own(actor, Action::AssessFinding)?;
    let checked = input.draft.check().map_err(AppError::Fields)?;
    if input.findings.is_empty() || input.findings.len() > ASSESSED_AT_ONCE_MAX {
        return Err(AppError::NotFound);
    }
    let reason: String = input.reason.trim().chars().take(REASON_CHARACTERS_MAX).collect();
    let mut work = installation.begin(actor).await?;
    let mut numbers = Vec::with_capacity(input.findings.len());
    for (number, revision) in &input.findings {
        let finding =
            findings::get(&mut work, organisation, number.get()).await?.ok_or(AppError::NotFound)?;
        if revision.is_some_and(|revision| revision != finding.revision) {
            return Err(AppError::Conflict);
        }
        let saying = Saying {
            assessment: &checked.value,
            releases: &input.releases,
            reason: &reason,
            copied_from: None,
        };
        append(installation, &mut work, actor, &finding, saying).await?;
        numbers.push(number.to_string());
    }
    let mut details = vec![("status".to_owned(), checked.value.status.code().to_owned())];
    if !reason.is_empty() {
        details.push(("reason".to_owned(), reason));
    }
    details.extend(numbers.iter().skip(1).map(|number| ("finding".to_owned(), number.clone())));
    let target_id = numbers.into_iter().next().unwrap_or_default();
    let deed = Deed { action: Action::AssessFinding.code(), target_kind: "finding", target_id, details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(Assessed { n_assessed: input.findings.len(), notices: checked.notices })
}

/// Adds what is said to a finding's history and to the finding.
pub(crate) async fn append(
    installation: &Installation,
    work: &mut Transaction,
    actor: &Actor,
    finding: &StoredFinding,
    saying: Saying<'_>,
) -> Result<(), AppError> {
    let Saying { assessment, releases, reason, copied_from } = saying;
    let organisation = finding.organisation;
    let places = releases_of(work, organisation, finding.id).await?;
    if releases.iter().any(|release| !places.contains(release)) {
        return Err(AppError::NotFound);
    }
    let history = assessments::of_findings(work, organisation, &[finding.id]).await?;
    let responses: Vec<&str> = assessment.responses.iter().map(|response| response.code()).collect();
    let named: Vec<String> = releases.iter().map(ToString::to_string).collect();
    let said = StoredAssessment {
        organisation,
        finding: finding.id,
        number: history.last().map_or(1, |last| last.number + 1),
        status: assessment.status.code().to_owned(),
        justification: assessment.justification.map(|one| one.code().to_owned()),
        responses: responses.join(","),
        impact_ja: assessment.impact_ja.clone(),
        impact_en: assessment.impact_en.clone(),
        releases: named.join(","),
        evidence_sha256: evidence_of(work, organisation, finding.id).await?,
        copied_from,
        person: actor.person,
        at: installation.now(),
    };
    assessments::append(work, &said).await?;
    let status = status_of(&places, history.iter().chain([&said]));
    let event = FindingEvent {
        organisation,
        id: installation.new_id(),
        finding: finding.id,
        at: said.at,
        kind: "assessed".to_owned(),
        details: vec![
            ("from".to_owned(), finding.status.clone()),
            ("to".to_owned(), said.status.clone()),
            ("reason".to_owned(), reason.to_owned()),
        ],
        person: Some(actor.person),
    };
    findings::append_events(work, &[event]).await?;
    let after = StoredFinding {
        status: status.code().to_owned(),
        is_reopened: false,
        changed_at: said.at,
        ..finding.clone()
    };
    findings::update(work, &after).await?;
    Ok(())
}

/// The releases that a finding occurs in.
async fn releases_of(
    work: &mut Transaction,
    organisation: OrganisationId,
    finding: FindingId,
) -> Result<BTreeSet<ReleaseId>, AppError> {
    let found = finding_lists::releases_of(work, organisation, &[finding]).await?;
    Ok(found.into_iter().map(|(_, release, _)| release).collect())
}

/// The hash over the evidence of every open place.
async fn evidence_of(
    work: &mut Transaction,
    organisation: OrganisationId,
    finding: FindingId,
) -> Result<[u8; 32], AppError> {
    let places = findings::occurrences_of(work, organisation, &[finding]).await?;
    let open = places.iter().filter(|place| place.is_open);
    let hashes: BTreeSet<[u8; 32]> = open.map(|place| place.evidence_sha256).collect();
    let mut digest = Sha256::new();
    hashes.iter().for_each(|hash| digest.update(hash));
    Ok(digest.finalize().into())
}

/// The status of a finding: of the releases it occurs in, the one of the release that most remains to be done about.
fn status_of<'a>(
    releases: &BTreeSet<ReleaseId>,
    history: impl Iterator<Item = &'a StoredAssessment> + Clone,
) -> AssessmentStatus {
    let unsettled = [
        AssessmentStatus::NotAssessed,
        AssessmentStatus::UnderInvestigation,
        AssessmentStatus::Affected,
        AssessmentStatus::Fixed,
        AssessmentStatus::NotAffected,
    ];
    let read = |said: &StoredAssessment| AssessmentStatus::of_code(&said.status);
    if releases.is_empty() {
        return history.last().and_then(read).unwrap_or(AssessmentStatus::NotAssessed);
    }
    let of_release = |release: &ReleaseId| {
        let name = release.to_string();
        let covering = history
            .clone()
            .filter(|said| said.releases.is_empty() || said.releases.split(',').any(|one| one == name));
        covering.last().and_then(read).unwrap_or(AssessmentStatus::NotAssessed)
    };
    let rank = |status: &AssessmentStatus| unsettled.iter().position(|one| one == status);
    releases.iter().map(of_release).min_by_key(rank).unwrap_or(AssessmentStatus::NotAssessed)
}
