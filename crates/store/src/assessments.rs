//! What people said about findings; rows are only added.

use kikimori_core::id::{FindingId, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO assessments (organisation_id, finding_id, number, status, justification, responses, impact_ja, impact_en, releases, evidence_sha256, copied_from, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
}

/// Findings asked for in one statement.
const ASKED_MAX: usize = 500;

/// One thing that somebody said about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAssessment {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The finding.
    pub finding: FindingId,
    /// Counts from 1 within the finding.
    pub number: i64,
    /// The status's code.
    pub status: String,
    /// The justification's code.
    pub justification: Option<String>,
    /// Codes of responses with commas.
    pub responses: String,
    /// The impact statement in Japanese.
    pub impact_ja: Option<String>,
    /// The impact statement in English.
    pub impact_en: Option<String>,
    /// Ids of the releases it speaks about, with commas; empty for the whole product.
    pub releases: String,
    /// Over the evidence that it judged.
    pub evidence_sha256: [u8; 32],
    /// The number of the finding it was copied from.
    pub copied_from: Option<String>,
    /// Who said it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
}

/// Adds an assessment.
///
/// # Errors
/// [`StoreError::Unique`] if somebody added one of the same number meanwhile.
pub async fn append(transaction: &mut Transaction, new: &StoredAssessment) -> Result<(), StoreError> {
    let values = vec![
        new.organisation.id().into(),
        new.finding.id().into(),
        new.number.into(),
        (&new.status).into(),
        new.justification.clone().into(),
        (&new.responses).into(),
        new.impact_ja.clone().into(),
        new.impact_en.clone().into(),
        (&new.releases).into(),
        new.evidence_sha256.into(),
        new.copied_from.clone().into(),
        new.person.id().into(),
        new.at.0.into(),
    ];
    transaction.execute(&INSERT, values).await?;
    Ok(())
}

/// The assessments of findings, by finding, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_findings(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    findings: &[FindingId],
) -> Result<Vec<StoredAssessment>, StoreError> {
    let mut found = Vec::new();
    for asked in findings.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT organisation_id, finding_id, number, status, justification, responses, impact_ja, impact_en, releases, evidence_sha256, copied_from, person_id, at FROM assessments",
        );
        query.filter("organisation_id = ?", [organisation.id().into()]);
        query.filter_one_of("finding_id", asked.iter().map(|id| Value::from(id.id())).collect());
        query.push("ORDER BY finding_id, number", []);
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredAssessment, StoreError> {
    Ok(StoredAssessment {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        finding: FindingId::new(row.id("finding_id")?),
        number: row.integer("number")?,
        status: row.text("status")?,
        justification: row.text_if_any("justification")?,
        responses: row.text("responses")?,
        impact_ja: row.text_if_any("impact_ja")?,
        impact_en: row.text_if_any("impact_en")?,
        releases: row.text("releases")?,
        evidence_sha256: row.sha256("evidence_sha256")?,
        copied_from: row.text_if_any("copied_from")?,
        person: PersonId::new(row.id("person_id")?),
        at: Stamp(row.integer("at")?),
    })
}
