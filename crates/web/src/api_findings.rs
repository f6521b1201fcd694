//! Findings for programs: `/api/v1/findings`, `/api/v1/findings/{number}`, its assessment, and `/api/v1/vulnerabilities/{name}`.
//!
//! Codes never change their meaning; `docs/formats/findings-api.md` describes each field.

use axum::Json;
use axum::extract::Path;
use axum::http::header::{ETAG, IF_MATCH, LINK};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use kikimori_app::findings::assess_findings::{AssessmentInput, assess_findings};
use kikimori_app::findings::export_findings::severity_code;
use kikimori_app::findings::get_finding::{FindingDetails, Place, get_finding};
use kikimori_app::findings::get_vulnerability::get_vulnerability;
use kikimori_app::findings::list_findings::{ListedFinding, list_findings};
use kikimori_core::assessment::AssessmentDraft;
use kikimori_core::id::{FindingNumber, ReleaseId};
use kikimori_core::stamp::Stamp;
use kikimori_store::assessments::StoredAssessment;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::SignedIn;
use crate::findings::list::read;
use crate::findings::number_text;
use crate::refusal::Refusal;

/// A page of findings; the conditions are those of the page `/findings`.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    let (request, asked) = read(&uri);
    let installation = &visitor.context.state.installation;
    let (found, n_total) = list_findings(installation, visitor.actor(), &asked, request.page).await?;
    let page = request.page;
    let has_next = page.n_before() + i64::from(page.n_rows) < n_total;
    let body = json!({
        "findings": found.iter().map(listed).collect::<Vec<_>>(),
        "n_total": n_total,
        "page": page.number,
        "per": page.n_rows,
        "ignored": request.ignored,
    });
    let mut response = Json(body).into_response();
    if has_next {
        let query = request.query_text();
        let joint = if query.is_empty() { "" } else { "&" };
        let next = page.number + 1;
        let link = format!("</api/v1/findings?{query}{joint}page={next}&per={}>; rel=\"next\"", page.n_rows);
        if let Ok(link) = link.parse() {
            response.headers_mut().insert(LINK, link);
        }
    }
    Ok(response)
}

/// A finding as lists show it.
fn listed(listed: &ListedFinding) -> Value {
    let finding = &listed.finding;
    let number_of = |number: i64| (number >= 0).then_some(number);
    json!({
        "number": number_text(finding.number),
        "revision": finding.revision,
        "product": { "id": finding.product.to_string(), "name_ja": listed.product_ja, "name_en": listed.product_en },
        "releases": listed.releases.iter()
            .map(|(id, version)| json!({ "id": id.to_string(), "version": version }))
            .collect::<Vec<_>>(),
        "component": { "key": finding.component_key, "label": finding.component_label },
        "vulnerability": finding.vulnerability_name,
        "verdict": finding.verdict,
        "confidence": finding.confidence,
        "severity": severity_code(finding.severity),
        "score": number_of(finding.score_milli).map(|milli| milli as f64 / 1_000.0),
        "is_known_exploited": finding.is_kev,
        "epss": number_of(finding.epss_ppm).map(|ppm| ppm as f64 / 1_000_000.0),
        "status": finding.status,
        "is_reopened": finding.is_reopened,
        "state": if finding.is_open { "open" } else { "retracted" },
        "retracted_reason": finding.retracted_reason,
        "first_seen_at": finding.first_seen_at.to_string(),
        "changed_at": finding.changed_at.to_string(),
    })
}

/// One finding with everything about it; its revision is the entity tag.
pub(crate) async fn show(visitor: SignedIn, Path(number): Path<String>) -> Result<Response, Refusal> {
    let number = FindingNumber::parse(&number).ok_or_else(Refusal::not_found)?;
    let details = get_finding(&visitor.context.state.installation, visitor.actor(), number).await?;
    Ok(answer(&details))
}

/// A finding with its entity tag.
fn answer(details: &FindingDetails) -> Response {
    let tag = format!("\"{}\"", details.listed.finding.revision);
    let mut body = listed(&details.listed);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("aliases".to_owned(), json!(details.aliases));
        fields.insert("vector".to_owned(), json!(details.vulnerability.vector));
        fields.insert("occurrences".to_owned(), details.places.iter().map(place).collect());
        fields.insert("n_more_occurrences".to_owned(), json!(details.n_more_places));
        fields.insert("assessments".to_owned(), details.assessments.iter().map(assessment).collect());
        let events = details.events.iter().map(|event| {
            let named: serde_json::Map<String, Value> =
                event.details.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            json!({ "at": event.at.to_string(), "kind": event.kind, "details": named })
        });
        fields.insert("events".to_owned(), events.collect());
    }
    ([(ETAG, tag)], Json(body)).into_response()
}

/// Where a finding occurs, and why.
fn place(place: &Place) -> Value {
    let statements = place.evidence.statements.iter().map(|one| {
        json!({
            "source": one.source,
            "record": one.record,
            "revision": one.revision_ms.map(|at| Stamp(at).to_string()),
            "asserter": one.asserter,
            "authority": one.authority,
            "verdict": one.verdict,
            "reason": one.reason,
            "is_overruled": one.is_overruled,
            "searched_by": one.searched_by,
            "found": one.found,
            "range": one.range,
            "compared": one.compared,
            "basis": one.basis,
            "confidence": one.confidence,
            "fixed": one.fixed,
        })
    });
    json!({
        "sbom": place.occurrence.sbom.to_string(),
        "release": place.occurrence.release.to_string(),
        "component": place.occurrence.label,
        "verdict": place.occurrence.verdict,
        "state": if place.occurrence.is_open { "open" } else { "retracted" },
        "retracted_reason": place.occurrence.retracted_reason,
        "library_snapshot": place.check.as_ref().map(|check| check.snapshot.clone()),
        "evidence": statements.collect::<Vec<_>>(),
        "n_more_evidence": place.evidence.n_more,
    })
}

/// What somebody said.
fn assessment(said: &StoredAssessment) -> Value {
    let codes =
        |text: &str| text.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    json!({
        "status": said.status,
        "justification": said.justification,
        "responses": codes(&said.responses),
        "impact_ja": said.impact_ja,
        "impact_en": said.impact_en,
        "releases": codes(&said.releases),
        "copied_from": said.copied_from,
        "at": said.at.to_string(),
    })
}

/// An assessment as a program sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    /// The status.
    status: String,
    /// The justification.
    #[serde(default)]
    justification: String,
    /// The responses.
    #[serde(default)]
    responses: Vec<String>,
    /// The impact statement in Japanese.
    #[serde(default)]
    impact_ja: String,
    /// The impact statement in English.
    #[serde(default)]
    impact_en: String,
    /// Only about these releases.
    #[serde(default)]
    releases: Vec<String>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Assesses a finding whose revision the program has seen: `If-Match` holds the entity tag.
pub(crate) async fn assess(
    visitor: SignedIn,
    Path(number): Path<String>,
    headers: HeaderMap,
    Json(sent): Json<Sent>,
) -> Result<Response, Refusal> {
    let number = FindingNumber::parse(&number).ok_or_else(Refusal::not_found)?;
    let Some(tag) = headers.get(IF_MATCH) else {
        return Err(Refusal::of(StatusCode::PRECONDITION_REQUIRED));
    };
    let revision = tag.to_str().ok().and_then(|tag| tag.trim().trim_matches('"').parse().ok());
    let Some(revision) = revision else { return Err(Refusal::of(StatusCode::PRECONDITION_FAILED)) };
    let releases: Option<Vec<ReleaseId>> = sent.releases.iter().map(|id| ReleaseId::parse(id)).collect();
    let input = AssessmentInput {
        findings: vec![(number, Some(revision))],
        draft: AssessmentDraft {
            status: sent.status,
            justification: sent.justification,
            responses: sent.responses,
            impact_ja: sent.impact_ja,
            impact_en: sent.impact_en,
        },
        releases: releases.ok_or_else(Refusal::not_found)?,
        reason: sent.reason,
    };
    let installation = &visitor.context.state.installation;
    match assess_findings(installation, visitor.actor(), &input).await {
        Ok(_) => Ok(answer(&get_finding(installation, visitor.actor(), number).await?)),
        Err(kikimori_app::app_error::AppError::Conflict) => Err(Refusal::of(StatusCode::PRECONDITION_FAILED)),
        Err(error) => Err(error.into()),
    }
}

/// A vulnerability: what each source says, and the organisation's findings.
pub(crate) async fn vulnerability(
    visitor: SignedIn,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let details = get_vulnerability(&visitor.context.state.installation, visitor.actor(), &name).await?;
    let summary = details.summary.as_deref();
    let records = details.records.iter().map(|record| {
        json!({
            "source": record.source,
            "record": record.record,
            "modified_at": record.modified_ms.map(|at| Stamp(at).to_string()),
            "is_in_force": record.is_in_force,
            "is_advisory": record.is_advisory,
            "title": record.title,
            "description": record.description,
            "vectors": record.severities.iter()
                .map(|(asserter, vector)| json!({ "asserter": asserter, "vector": vector }))
                .collect::<Vec<_>>(),
        })
    });
    Ok(Json(json!({
        "name": summary.map_or(name.as_str(), |summary| summary.id.as_str()),
        "aliases": summary.map(|summary| summary.aliases.iter().map(|alias| alias.id.clone()).collect::<Vec<_>>()),
        "known_exploited_since": summary.and_then(|summary| summary.kev.as_ref()).map(|kev| kev.added_on.clone()),
        "epss": summary.and_then(|summary| summary.epss).map(|epss| f64::from(epss.probability_ppm) / 1_000_000.0),
        "records": records.collect::<Vec<_>>(),
        "findings": details.findings.iter().map(listed).collect::<Vec<_>>(),
    })))
}
