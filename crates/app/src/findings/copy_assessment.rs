//! Copying what was said about a finding to the same vulnerability in other products: never by itself, always by a person.

use std::collections::BTreeSet;

use kikimori_core::access::{Action, Actor};
use kikimori_core::assessment::{Assessment, AssessmentResponse, AssessmentStatus, Justification};
use kikimori_core::id::FindingNumber;
use kikimori_store::assessments::{self, StoredAssessment};
use kikimori_store::findings;

use super::assess_findings::{ASSESSED_AT_ONCE_MAX, Saying, append};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Copies the newest assessment of a finding to others of the same vulnerability; gives how many.
///
/// # Errors
/// [`AppError::NotFound`] if there is nothing to copy, or a finding is not there or of another vulnerability.
pub async fn copy_assessment(
    installation: &Installation,
    actor: &Actor,
    from: FindingNumber,
    to: &[FindingNumber],
) -> Result<usize, AppError> {
    let organisation = require_own(actor, Action::AssessFinding)?;
    if to.is_empty() || to.len() > ASSESSED_AT_ONCE_MAX {
        return Err(AppError::NotFound);
    }
    let mut work = installation.begin(actor).await?;
    let source = findings::get(&mut work, organisation, from.get()).await?.ok_or(AppError::NotFound)?;
    let said = assessments::of_findings(&mut work, organisation, &[source.id]).await?;
    let assessment = said.last().and_then(read).ok_or(AppError::NotFound)?;
    let to: BTreeSet<FindingNumber> = to.iter().copied().filter(|number| *number != from).collect();
    let mut details = vec![("from".to_owned(), from.to_string())];
    for number in &to {
        let finding =
            findings::get(&mut work, organisation, number.get()).await?.ok_or(AppError::NotFound)?;
        if finding.vulnerability != source.vulnerability {
            return Err(AppError::NotFound);
        }
        let saying = Saying {
            assessment: &assessment,
            releases: &[],
            reason: "",
            copied_from: Some(from.to_string()),
        };
        append(installation, &mut work, actor, &finding, saying).await?;
        details.push(("to".to_owned(), number.to_string()));
    }
    let target_id = from.to_string();
    let deed = Deed { action: "copy_assessment", target_kind: "finding", target_id, details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(to.len())
}

/// An assessment as it was stored.
#[must_use]
pub fn read(said: &StoredAssessment) -> Option<Assessment> {
    Some(Assessment {
        status: AssessmentStatus::of_code(&said.status)?,
        justification: said.justification.as_deref().and_then(Justification::of_code),
        responses: said.responses.split(',').filter_map(AssessmentResponse::of_code).collect(),
        impact_ja: said.impact_ja.clone(),
        impact_en: said.impact_en.clone(),
    })
}
