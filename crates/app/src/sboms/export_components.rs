//! Components as a workbook: those of an SBOM, and where those are that were searched for.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::SbomId;
use kikimori_documents::workbook::{self, Cell, Column, Sheet};
use kikimori_store::identities::StoredIdentity;
use kikimori_store::list::Page;
use kikimori_store::sbom_components::{self, ComponentFilter};
use kikimori_store::sboms;

use crate::app_error::AppError;
use crate::component_identity::to_component;
use crate::installation::{Deed, Installation, require_own};

/// Rows of a workbook: what a sheet holds beneath its heading, and no SBOM has more components.
const ROWS_MAX: u32 = 1_000_000;

/// The words of a workbook, in one language.
#[derive(Clone, Debug, Default)]
pub struct TableWords {
    /// The title of the workbook and of its first sheet.
    pub title: String,
    /// Headings in order; see the functions for what each column holds.
    pub headings: Vec<String>,
    /// The name of the second sheet.
    pub conditions: String,
    /// Lines of the second sheet: conditions, time, person.
    pub lines: Vec<(String, String)>,
}

/// Every row on one page.
fn all() -> Page {
    Page { number: 1, n_rows: ROWS_MAX }
}

/// The components of an SBOM that fit: name, version, supplier, package URL, CPE name, kind, place.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn export_sbom_components(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
    filter: &ComponentFilter,
    words: &TableWords,
) -> Result<Vec<u8>, AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut work = installation.begin(actor).await?;
    sboms::get(&mut work, organisation, id).await?.ok_or(AppError::NotFound)?;
    let (listed, _) = sbom_components::list(&mut work, organisation, id, filter, all()).await?;
    let mut rows = Vec::with_capacity(listed.len());
    for listed in &listed {
        let mut cells = cells_of(&listed.identity)?;
        cells.push(listed.component.reference.clone().unwrap_or_default());
        rows.push(cells);
    }
    let details = vec![("components".to_owned(), rows.len().to_string())];
    let deed = Deed { action: "export_components", target_kind: "sbom", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    workbook_of(installation, words, rows)
}

/// Where components are that the words fit: name, version, supplier, package URL, CPE name, kind, product, release, part.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn export_component_uses(
    installation: &Installation,
    actor: &Actor,
    searched: &str,
    words: &TableWords,
) -> Result<Vec<u8>, AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut work = installation.begin(actor).await?;
    let (uses, _) = sbom_components::search(&mut work, organisation, searched, all()).await?;
    let mut rows = Vec::with_capacity(uses.len());
    for used in &uses {
        let mut cells = cells_of(&used.identity)?;
        cells.extend([used.trade_name_ja.clone(), used.release_version.clone(), used.part.clone()]);
        rows.push(cells);
    }
    let details =
        vec![("words".to_owned(), searched.to_owned()), ("rows".to_owned(), rows.len().to_string())];
    let deed =
        Deed { action: "export_components", target_kind: "component", target_id: String::new(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    workbook_of(installation, words, rows)
}

/// Name, version, supplier, package URLs, CPE names and kind.
fn cells_of(identity: &StoredIdentity) -> Result<Vec<String>, AppError> {
    let component = to_component(identity)?;
    Ok(vec![
        component.display_name(),
        component.version.as_deref().unwrap_or_default().to_owned(),
        component.details().supplier.clone().unwrap_or_default(),
        component.purls.join("\n"),
        component.cpes.join("\n"),
        component.kind.name().to_owned(),
    ])
}

/// The workbook: the rows, and a sheet that says what they are.
fn workbook_of(
    installation: &Installation,
    words: &TableWords,
    rows: Vec<Vec<String>>,
) -> Result<Vec<u8>, AppError> {
    let cell = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let column = |heading: &String| Column { heading: heading.clone(), width_chars: 24 };
    let list = Sheet {
        name: words.title.clone(),
        lines: Vec::new(),
        columns: words.headings.iter().map(column).collect(),
        rows: rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    };
    let lines = words.lines.iter();
    let conditions = Sheet {
        name: words.conditions.clone(),
        lines: Vec::new(),
        columns: [&words.conditions, &String::new()].map(column).to_vec(),
        rows: lines.map(|(name, value)| vec![cell(name.clone()), cell(value.clone())]).collect(),
    };
    workbook::write(&words.title, &installation.now().date(), &[list, conditions]).map_err(AppError::fault)
}
