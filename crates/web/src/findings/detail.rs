//! One finding: `/findings/{id}`.

use axum::extract::{Path, Query};
use axum::response::Html;
use kikimori_app::findings::export_findings::probability;
use kikimori_app::findings::get_finding::{FindingDetails, Place, get_finding};
use kikimori_app::findings::list_findings::{FindingsAsked, list_findings};
use kikimori_app::keep_findings::evidence::StoredStatement;
use kikimori_core::assessment::AssessmentStatus;
use kikimori_core::id::FindingNumber;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, format, text};
use kikimori_store::assessments::StoredAssessment;
use kikimori_store::finding_lists::FindingFilter;
use kikimori_store::list::Page;
use kikimori_ui::page::finding::{self, Statement, Verdict, View};
use kikimori_ui::view::FormState;
use serde::Deserialize;

use super::history::{entries, reopened};
use super::list::may_assess;
use super::{number_text, product_name, row, score_of, state};
use crate::context::SignedIn;
use crate::refusal::Refusal;
use crate::times::jst;

/// What an address asks beside the finding.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    /// The finding whose assessment is to be taken over.
    #[serde(default)]
    copy_from: String,
}

/// The page.
pub(crate) async fn show(
    visitor: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Refusal> {
    let number = FindingNumber::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    let details = get_finding(installation, visitor.actor(), number).await?;
    let mut form = typed(details.assessments.last());
    if let Some(other) = FindingNumber::parse(&asked.copy_from) {
        let other = get_finding(installation, visitor.actor(), other).await?;
        if other.vulnerability.id == details.vulnerability.id {
            form = typed(other.assessments.last());
        }
    }
    form.revision = Some(details.listed.finding.revision.unsigned_abs());
    let view = view(&visitor, &details, form).await?;
    Ok(Html(finding::page(&visitor.context.frame(), &view)))
}

/// An assessment as it stands in the form.
fn typed(said: Option<&StoredAssessment>) -> FormState {
    let Some(said) = said else { return FormState::default() };
    let mut values = vec![
        ("status".to_owned(), said.status.clone()),
        ("justification".to_owned(), said.justification.clone().unwrap_or_default()),
        ("impact_ja".to_owned(), said.impact_ja.clone().unwrap_or_default()),
        ("impact_en".to_owned(), said.impact_en.clone().unwrap_or_default()),
    ];
    let responses = said.responses.split(',').filter(|code| !code.is_empty());
    values.extend(responses.map(|code| ("responses".to_owned(), code.to_owned())));
    FormState { values, ..FormState::default() }
}

/// What the page shows.
pub(crate) async fn view(
    visitor: &SignedIn,
    details: &FindingDetails,
    form: FormState,
) -> Result<View, Refusal> {
    let language = visitor.context.language;
    let (listed, vulnerability) = (&details.listed, &details.vulnerability);
    let finding = &listed.finding;
    let place = details.places.first();
    let said = place.and_then(|place| place.said.as_ref());
    let is_japanese = language == Language::Ja;
    let pick = |ja: &Option<String>, en: &Option<String>| match is_japanese {
        true => ja.clone().map(|text| (text, "ja")).or_else(|| en.clone().map(|text| (text, "en"))),
        false => en.clone().map(|text| (text, "en")).or_else(|| ja.clone().map(|text| (text, "ja"))),
    };
    let (title, _) = pick(&vulnerability.title_ja, &vulnerability.title_en).unwrap_or_default();
    let (description, description_language) =
        pick(&vulnerability.summary_ja, &vulnerability.summary_en).unwrap_or((String::new(), "en"));
    let versions: Vec<&str> = listed.releases.iter().map(|(_, version)| version.as_str()).collect();
    let statements = place.map(|place| place.evidence.statements.as_slice()).unwrap_or_default();
    let scored_by = vulnerability.scored_by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
    Ok(View {
        id: number_text(finding.number),
        vulnerability: finding.vulnerability_name.clone(),
        title,
        description,
        description_language,
        description_source: vulnerability.name.clone(),
        product: format!("{} {}", product_name(language, listed), versions.join(", ")),
        product_id: finding.product.to_string(),
        component: finding.component_label.clone(),
        identifier: finding.component_key.clone(),
        place: place.map(|place| place.occurrence.label.clone()).unwrap_or_default(),
        sbom_id: place.map(|place| place.occurrence.sbom.to_string()).unwrap_or_default(),
        score: score_of(vulnerability.severity, vulnerability.score_milli),
        vector: vulnerability.vector.as_ref().map(|text| format!("{text}{scored_by}")).unwrap_or_default(),
        kev_on: vulnerability.kev_added_on.clone().unwrap_or_default(),
        epss: probability(vulnerability.epss_ppm),
        state: state(&finding.status, finding.is_open),
        is_disputed: said.is_some_and(|said| said.is_disputed),
        reopened: reopened(language, details),
        snapshot: place.map(snapshot).unwrap_or_default(),
        statements: statements.iter().map(|one| statement(language, one)).collect(),
        form,
        may_assess: may_assess(visitor),
        next_id: next(visitor, finding.number).await?,
        history: entries(language, details),
        neighbours: details.siblings.iter().map(|listed| row(language, listed)).collect(),
    })
}

/// The point of the data used.
fn snapshot(place: &Place) -> String {
    let check = place.check.as_ref();
    let at = check.and_then(|check| check.library_as_of).map(jst).unwrap_or_default();
    let name = check.map(|check| check.snapshot.clone()).unwrap_or_default();
    format!("{at} {name}").trim().to_owned()
}

/// The most pressing finding that nobody has assessed, but for this one; empty without one.
async fn next(visitor: &SignedIn, number: i64) -> Result<String, Refusal> {
    let filter = FindingFilter {
        is_open: Some(true),
        statuses: vec![AssessmentStatus::NotAssessed.code().to_owned()],
        ..FindingFilter::default()
    };
    let asked = FindingsAsked { filter, is_descending: true, ..FindingsAsked::default() };
    let page = Page { number: 1, n_rows: 2 };
    let (found, _) =
        list_findings(&visitor.context.state.installation, visitor.actor(), &asked, page).await?;
    let other = found.iter().map(|listed| listed.finding.number).find(|other| *other != number);
    Ok(other.map(number_text).unwrap_or_default())
}

/// One statement in words.
fn statement(language: Language, stored: &StoredStatement) -> Statement {
    let word = |family: &str, code: &str| text(language, &format!("enum.{family}.{code}")).to_owned();
    let at = stored.revision_ms.map(|at| format!("（{}）", Stamp(at).date())).unwrap_or_default();
    let conditions: Vec<String> = stored
        .conditions
        .iter()
        .map(|(criteria, answer, _)| format!("{criteria}: {}", word("tri", answer)))
        .collect();
    let mut range = stored.range.clone().unwrap_or_default();
    for more in stored.compared.iter().chain(&conditions) {
        range = if range.is_empty() { more.clone() } else { format!("{range} / {more}") };
    }
    Statement {
        source: format!("{} {}", stored.source, stored.asserter),
        record: format!("{}{at}", stored.record),
        url: String::new(),
        verdict: match stored.verdict.as_str() {
            "affected" => Verdict::Affected,
            "not_affected" => Verdict::NotAffected,
            _ => Verdict::Unknown,
        },
        reason: stored.reason.as_deref().map(|code| word("reason", code)).unwrap_or_default(),
        searched_by: stored.searched_by.clone(),
        found: stored.found.clone(),
        range,
        basis: match &stored.rule {
            Some(rule) => format!("{} {rule}", word("basis", &stored.basis)),
            None => word("basis", &stored.basis),
        },
        authority: word("authority", &stored.authority),
        overruled: if stored.is_overruled {
            format(language, "ui.overruled_by_nearer", &[])
        } else {
            String::new()
        },
    }
}
