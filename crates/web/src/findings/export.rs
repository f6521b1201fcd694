//! The list of findings as a file: `/findings.xlsx` and `/findings.csv` with the conditions of the list.

use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use kikimori_app::findings::export_findings::{ExportWords, export_findings};
use kikimori_app::products::export_products::ListForm;
use kikimori_locale::{Language, text};

use super::list::read;
use crate::context::SignedIn;
use crate::refusal::Refusal;
use crate::times::jst;

/// As a workbook.
pub(crate) async fn xlsx(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    let bytes = export(&visitor, &uri, ListForm::Xlsx).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(bytes, kind, "findings.xlsx"))
}

/// As text with commas.
pub(crate) async fn csv(visitor: SignedIn, uri: Uri) -> Result<Response, Refusal> {
    let bytes = export(&visitor, &uri, ListForm::Csv).await?;
    Ok(file(bytes, "text/csv; charset=utf-8", "findings.csv"))
}

/// A file to be kept.
fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let place = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, place)], bytes).into_response()
}

/// The file.
async fn export(visitor: &SignedIn, uri: &Uri, form: ListForm) -> Result<Vec<u8>, Refusal> {
    let (request, asked) = read(uri);
    let language = visitor.context.language;
    let word = |key: &str| text(language, key).to_owned();
    let mut lines: Vec<(String, String)> = request
        .query
        .iter()
        .filter(|(name, _)| name != "sort")
        .map(|(name, value)| (word(&format!("findings-export.condition.{name}")), value.clone()))
        .collect();
    let installation = &visitor.context.state.installation;
    lines.push((word("findings-export.at"), jst(installation.now())));
    lines.push((word("findings-export.person"), visitor.presence.person.name.clone()));
    let words = ExportWords {
        title: word("ui.page.findings"),
        heading: &|code| word(&format!("findings-export.column.{code}")),
        value: &|column, code| value(language, column, code),
        conditions: word("findings-export.conditions"),
        lines,
        library: word("findings-export.library"),
    };
    Ok(export_findings(installation, visitor.actor(), &asked, form, &words).await?)
}

/// The word for a code of a column.
fn value(language: Language, column: &str, code: &str) -> String {
    let key = match (column, code) {
        ("verdict", code) => format!("enum.verdict.{code}"),
        ("severity", "unscored") => "enum.severity.unrated".to_owned(),
        ("severity", code) => format!("enum.severity.{code}"),
        ("status", code) => format!("assessment-status.{code}"),
        ("occurrence", code) => format!("findings-export.occurrence.{code}"),
        (_, code) => format!("findings-export.answer.{code}"),
    };
    text(language, &key).to_owned()
}
