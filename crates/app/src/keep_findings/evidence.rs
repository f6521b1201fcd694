//! Statements as stored: every one that was weighed, compressed, and a hash over what an assessment rests on.

use std::collections::BTreeSet;

use kikimori_core::finding::{Evidence, Finding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::codes;

/// Statements kept with one match. Kernels have hundreds of builds; those that carry the verdict stand first.
const STATEMENTS_MAX: usize = 100;
/// Bytes of one match's statements when unpacked: a hundred statements of ten kilobytes.
const EVIDENCE_BYTES_MAX: usize = 4 << 20;
/// How hard to compress: statements are written once and read seldom.
const COMPRESSION: i32 = 3;

/// What was weighed about a component and a vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvidence {
    /// The statements, those that carry the verdict first.
    pub statements: Vec<StoredStatement>,
    /// Statements that are not kept.
    pub n_more: usize,
}

/// One statement of one record about one component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredStatement {
    /// The source.
    pub source: String,
    /// The record's id in that source.
    pub record: String,
    /// The record's revision, milliseconds since 1970 UTC.
    pub revision_ms: Option<i64>,
    /// Who asserts it.
    pub asserter: String,
    /// How near the asserter stands: a code.
    pub authority: String,
    /// Where in the record.
    pub place: String,
    /// What the statement alone says: a code.
    pub verdict: String,
    /// Why it is undecided: a code.
    pub reason: Option<String>,
    /// A nearer statement overruled it.
    pub is_overruled: bool,
    /// The identifier that was searched by.
    pub searched_by: String,
    /// The name in the record that it found.
    pub found: String,
    /// The range that decided.
    pub range: Option<String>,
    /// The comparison.
    pub compared: Option<String>,
    /// The version order used.
    pub scheme: String,
    /// How the identity was known: a code.
    pub basis: String,
    /// How sure the identification is: a code.
    pub confidence: String,
    /// Conditions: criteria, answer's code, the fact that answered.
    pub conditions: Vec<(String, String, Option<String>)>,
    /// The first version without the vulnerability.
    pub fixed: Option<String>,
    /// The id of the identity rule that gave the identity.
    pub rule: Option<String>,
    /// Another name that records state to be the same: own, other, a record that says so.
    pub equivalence: Option<(String, String, String)>,
}

impl StoredStatement {
    /// A statement, to be stored. Of a rule only the id is kept: its words are its organisation's.
    fn of(evidence: &Evidence) -> Self {
        let conditions = evidence.conditions.iter().map(|condition| {
            let answer = codes::answer(condition.answer).to_owned();
            (condition.criteria.clone(), answer, condition.fact.clone())
        });
        Self {
            source: evidence.source.clone(),
            record: evidence.record.clone(),
            revision_ms: evidence.revision.map(|at| at.0),
            asserter: evidence.asserter.clone(),
            authority: codes::authority(evidence.authority).to_owned(),
            place: evidence.place.clone(),
            verdict: codes::verdict(evidence.verdict).to_owned(),
            reason: evidence.reason.map(|reason| codes::reason(reason).to_owned()),
            is_overruled: evidence.is_overruled,
            searched_by: evidence.searched_by.clone(),
            found: evidence.found.clone(),
            range: evidence.range.clone(),
            compared: evidence.compared.clone(),
            scheme: evidence.scheme.to_owned(),
            basis: codes::basis(evidence.basis).to_owned(),
            confidence: codes::confidence(evidence.confidence).to_owned(),
            conditions: conditions.collect(),
            fixed: evidence.fixed.clone(),
            rule: evidence.rule.as_ref().map(|rule| rule.id.clone()),
            equivalence: evidence
                .equivalence
                .as_ref()
                .map(|one| (one.own.clone(), one.other.clone(), one.record.clone())),
        }
    }
}

/// A finding's statements, packed.
///
/// # Errors
/// What the system says when memory runs out.
pub fn pack(finding: &Finding) -> std::io::Result<Vec<u8>> {
    let statements = finding.evidence.iter().take(STATEMENTS_MAX).map(StoredStatement::of).collect();
    let n_more = finding.evidence.len().saturating_sub(STATEMENTS_MAX);
    let text = serde_json::to_vec(&StoredEvidence { statements, n_more }).unwrap_or_default();
    zstd::bulk::compress(&text, COMPRESSION)
}

/// The statements that [`pack`] packed; `None` for any other bytes.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Option<StoredEvidence> {
    let text = zstd::bulk::decompress(bytes, EVIDENCE_BYTES_MAX).ok()?;
    serde_json::from_slice(&text).ok()
}

/// What of a statement an assessment rests on: its answer, its range and its conditions, not who says so and since when.
type Substance<'a> = (&'static str, Option<&'static str>, Option<&'a str>, Vec<(&'a str, &'static str)>);

/// The hash over what an assessment rests on: the verdict, and what the statements that stand say. Another source that says the
/// same, a new revision, or a new name of the vulnerability leave it as it is.
#[must_use]
pub fn sha256(finding: &Finding) -> [u8; 32] {
    let standing = finding.evidence.iter().filter(|evidence| !evidence.is_overruled);
    let said: BTreeSet<Substance<'_>> = standing
        .map(|evidence| {
            let conditions = evidence.conditions.iter();
            (
                codes::verdict(evidence.verdict),
                evidence.reason.map(codes::reason),
                evidence.range.as_deref(),
                conditions.map(|one| (one.criteria.as_str(), codes::answer(one.answer))).collect(),
            )
        })
        .collect();
    let whole = (
        codes::verdict(finding.verdict),
        finding.reason.map(codes::reason),
        finding.is_disputed,
        &finding.fixed_versions,
        said,
    );
    Sha256::digest(serde_json::to_vec(&whole).unwrap_or_default()).into()
}
