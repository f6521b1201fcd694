//! The list of findings as a file: all rows that fit the same conditions, and what they were.

use kikimori_core::access::{Action, Actor};
use kikimori_documents::workbook::{Cell, Column, SHEET_ROWS_MAX, Sheet};
use kikimori_documents::{csv, workbook};
use kikimori_store::finding_lists;
use kikimori_store::list::Page;
use kikimori_store::settings;

use super::list_findings::{FindingsAsked, ListedFinding, furnished, resolved};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};
use crate::keep_findings::units::EDITION;
use crate::products::export_products::ListForm;

/// Rows of a file: what a sheet holds beneath its heading, so that both forms hold the same.
const ROWS_MAX: u32 = 1_000_000;
const _: () = assert!((ROWS_MAX as usize) < SHEET_ROWS_MAX);

/// The columns: codes for headings, and widths in characters.
const COLUMNS: [(&str, u16); 15] = [
    ("finding", 14),
    ("product", 30),
    ("releases", 16),
    ("component", 32),
    ("vulnerability", 20),
    ("verdict", 12),
    ("severity", 10),
    ("score", 8),
    ("kev", 8),
    ("epss", 10),
    ("status", 14),
    ("reopened", 10),
    ("occurrence", 12),
    ("first_seen", 14),
    ("changed", 14),
];

/// The words of the file, in one language.
pub struct ExportWords<'a> {
    /// The title of the workbook and of its first sheet.
    pub title: String,
    /// The heading of a column by its code.
    pub heading: &'a (dyn Fn(&str) -> String + Sync),
    /// The word for a code of a column: `affected` of `verdict`, `high` of `severity`, `yes` of `kev`.
    pub value: &'a (dyn Fn(&str, &str) -> String + Sync),
    /// The name of the second sheet.
    pub conditions: String,
    /// Lines of the second sheet: conditions, time, person.
    pub lines: Vec<(String, String)>,
    /// What stands beside the edition of the library there.
    pub library: String,
}

/// The findings that fit, all of them, as a file.
///
/// # Errors
/// [`AppError::Forbidden`]; a fault when the file cannot be written.
pub async fn export_findings(
    installation: &Installation,
    actor: &Actor,
    asked: &FindingsAsked,
    form: ListForm,
    words: &ExportWords<'_>,
) -> Result<Vec<u8>, AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut work = installation.begin(actor).await?;
    let listed = match resolved(&mut work, asked).await? {
        Some(filter) => {
            let page = Page { number: 1, n_rows: ROWS_MAX };
            let (order, is_descending) = (asked.order, asked.is_descending);
            let found =
                finding_lists::rows_of(&mut work, organisation, &filter, order, is_descending, page).await?;
            furnished(&mut work, organisation, found).await?
        }
        None => Vec::new(),
    };
    let edition = settings::get(&mut work, EDITION).await?.unwrap_or_default();
    let details = vec![("findings".to_owned(), listed.len().to_string())];
    let deed = Deed { action: "export_findings", target_kind: "finding", target_id: String::new(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    let rows: Vec<Vec<String>> = listed.iter().map(|listed| row(listed, words)).collect();
    let headings: Vec<String> = COLUMNS.iter().map(|(code, _)| (words.heading)(code)).collect();
    match form {
        ListForm::Csv => Ok(csv::write(&headings, &rows)),
        ListForm::Xlsx => workbook_of(installation, words, headings, rows, edition),
    }
}

/// The row of a finding.
fn row(listed: &ListedFinding, words: &ExportWords<'_>) -> Vec<String> {
    let finding = &listed.finding;
    let value = |column: &str, code: &str| (words.value)(column, code);
    let yes = |column: &str, is_so: bool| value(column, if is_so { "yes" } else { "no" });
    let releases: Vec<&str> = listed.releases.iter().map(|(_, version)| version.as_str()).collect();
    vec![
        format!("FND-{:06}", finding.number),
        listed.product_ja.clone(),
        releases.join(", "),
        finding.component_label.clone(),
        finding.vulnerability_name.clone(),
        value("verdict", &finding.verdict),
        value("severity", severity_code(finding.severity)),
        score(finding.score_milli),
        yes("kev", finding.is_kev),
        probability(finding.epss_ppm),
        value("status", &finding.status),
        yes("reopened", finding.is_reopened),
        value("occurrence", if finding.is_open { "open" } else { "retracted" }),
        finding.first_seen_at.date(),
        finding.changed_at.date(),
    ]
}

/// The code of a severity's rank.
#[must_use]
pub fn severity_code(rank: i64) -> &'static str {
    match rank {
        1 => "none",
        2 => "low",
        3 => "medium",
        4 => "high",
        5 => "critical",
        _ => "unscored",
    }
}

/// A score in thousandths as people write it: `7.5`; empty when there is none.
#[must_use]
pub fn score(milli: i64) -> String {
    if milli < 0 { String::new() } else { format!("{}.{}", milli / 1_000, milli % 1_000 / 100) }
}

/// A probability in millionths as people write it: `0.412`; empty when there is none.
#[must_use]
pub fn probability(ppm: i64) -> String {
    if ppm < 0 { String::new() } else { format!("{}.{:03}", ppm / 1_000_000, ppm % 1_000_000 / 1_000) }
}

/// The workbook: the list, and a sheet that says what it holds.
fn workbook_of(
    installation: &Installation,
    words: &ExportWords<'_>,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    edition: String,
) -> Result<Vec<u8>, AppError> {
    let cell = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let widths = COLUMNS.iter().map(|(_, width)| *width);
    let column = |heading: String, width_chars| Column { heading, width_chars };
    let list = Sheet {
        name: words.title.clone(),
        lines: Vec::new(),
        columns: headings.into_iter().zip(widths).map(|(heading, width)| column(heading, width)).collect(),
        rows: rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    };
    let mut lines = words.lines.clone();
    lines.push((words.library.clone(), edition));
    let conditions = Sheet {
        name: words.conditions.clone(),
        lines: Vec::new(),
        columns: vec![column(words.conditions.clone(), 28), column(String::new(), 60)],
        rows: lines.into_iter().map(|(name, value)| vec![cell(name), cell(value)]).collect(),
    };
    let made_on = installation.now().date();
    workbook::write(&words.title, &made_on, &[list, conditions]).map_err(AppError::fault)
}
