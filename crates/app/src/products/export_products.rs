//! The list of products as a file that people open elsewhere, change, and give back.

use kikimori_core::access::{Action, Actor};
use kikimori_core::limits::PRODUCTS_MAX;
use kikimori_core::product_list::ListColumn;
use kikimori_documents::workbook::{Cell, Column, Sheet};
use kikimori_documents::{csv, workbook};
use kikimori_store::list::Page;
use kikimori_store::products::{self, ProductFilter, ProductOrder, StoredProduct};

use super::product_fields;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// A workbook of Excel.
    Xlsx,
    /// Text with commas.
    Csv,
}

/// The words of the file, in one language.
pub struct ListWords<'a> {
    /// The title of the workbook and of its first sheet.
    pub title: String,
    /// The heading of a column.
    pub heading: &'a (dyn Fn(ListColumn) -> String + Sync),
    /// The word for a code of a column: `on_sale` of [`ListColumn::MarketState`].
    pub value: &'a (dyn Fn(ListColumn, &str) -> String + Sync),
    /// The name of the second sheet.
    pub conditions: String,
    /// Lines of the second sheet: conditions, time, person.
    pub lines: Vec<(String, String)>,
}

/// Width of the columns in characters.
const WIDTHS: [u16; 14] = [28, 30, 30, 26, 12, 10, 12, 22, 26, 14, 12, 12, 12, 12];

/// The products that fit, all of them, as a file.
///
/// # Errors
/// [`AppError::Forbidden`]; a fault when the file cannot be written.
pub async fn export_products(
    installation: &Installation,
    actor: &Actor,
    filter: &ProductFilter,
    order: (ProductOrder, bool),
    form: ListForm,
    words: &ListWords<'_>,
) -> Result<Vec<u8>, AppError> {
    let organisation = require_own(actor, Action::ViewProducts)?;
    let mut work = installation.begin(actor).await?;
    let page = Page { number: 1, n_rows: u32::try_from(PRODUCTS_MAX).unwrap_or(u32::MAX) };
    let (listed, _) = products::list(&mut work, organisation, filter, order, page).await?;
    let rows: Vec<Vec<String>> = listed.iter().map(|listed| row(&listed.stored, words)).collect();
    let details = vec![("products".to_owned(), rows.len().to_string())];
    let deed = Deed { action: "export_products", target_kind: "product", target_id: String::new(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    match form {
        ListForm::Csv => Ok(csv::write(&headings(words), &rows)),
        ListForm::Xlsx => workbook_of(installation, words, rows),
    }
}

/// An empty list to be filled in.
///
/// # Errors
/// A fault when the file cannot be written.
pub fn empty_list(installation: &Installation, words: &ListWords<'_>) -> Result<Vec<u8>, AppError> {
    workbook_of(installation, words, Vec::new())
}

/// The headings.
fn headings(words: &ListWords<'_>) -> Vec<String> {
    ListColumn::ALL.iter().map(|column| (words.heading)(*column)).collect()
}

/// The row of a product.
fn row(stored: &StoredProduct, words: &ListWords<'_>) -> Vec<String> {
    let fields = product_fields(&stored.product);
    let mut cells = vec![stored.id.to_string()];
    for (name, value) in fields {
        let Some(column) = ListColumn::of_code(name) else { continue };
        cells.push(match column {
            ListColumn::DeviceClass | ListColumn::Procedure | ListColumn::MarketState
                if !value.is_empty() =>
            {
                (words.value)(column, &value)
            }
            _ => value,
        });
    }
    cells
}

/// The workbook: the list, and a sheet that says what it holds.
fn workbook_of(
    installation: &Installation,
    words: &ListWords<'_>,
    rows: Vec<Vec<String>>,
) -> Result<Vec<u8>, AppError> {
    let column = |heading: String, width_chars| Column { heading, width_chars };
    let cell = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let list = Sheet {
        name: words.title.clone(),
        lines: Vec::new(),
        columns: headings(words)
            .into_iter()
            .zip(WIDTHS)
            .map(|(heading, width)| column(heading, width))
            .collect(),
        rows: rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    };
    let conditions = Sheet {
        name: words.conditions.clone(),
        lines: Vec::new(),
        columns: vec![column(words.conditions.clone(), 28), column(String::new(), 60)],
        rows: words.lines.iter().map(|(name, value)| vec![cell(name.clone()), cell(value.clone())]).collect(),
    };
    let made_on = installation.now().date();
    workbook::write(&words.title, &made_on, &[list, conditions]).map_err(AppError::fault)
}
