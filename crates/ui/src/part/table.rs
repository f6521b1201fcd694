//! Tables: dense, with a header that stays and a first column that names the row.

use askama::Template;

use super::{Cell, Html, html};
use crate::view::Listing;
use crate::words::Words;

/// A column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// Its label.
    pub(crate) label: String,
    /// The address that sorts by it; empty when it cannot be sorted.
    pub(crate) sort_href: String,
    /// `ascending`, `descending` or `none` when it can be sorted.
    pub(crate) sorted: &'static str,
    /// Numbers stand at the right.
    pub(crate) is_number: bool,
    /// Its text does not break.
    pub(crate) is_narrow: bool,
}

/// A row: the first cell is its header.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Its cells, one a column.
    pub(crate) cells: Vec<Cell>,
    /// The value of its choice; empty when it cannot be chosen.
    pub(crate) choice: String,
    /// What the choice is called.
    pub(crate) choice_label: String,
}

impl Row {
    /// A row without a choice.
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells, choice: String::new(), choice_label: String::new() }
    }
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// What it shows. Hidden when a heading says the same.
    pub(crate) caption: String,
    /// The caption is shown.
    pub(crate) shows_caption: bool,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
    /// What can be done with chosen rows.
    pub(crate) bulk: Option<Bulk>,
}

/// What can be done with the rows that are chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bulk {
    /// Where the choice is sent.
    pub(crate) action: String,
    /// The token.
    pub(crate) csrf: String,
    /// The list's query, for "all that meet these conditions".
    pub(crate) query: String,
    /// Each act: value and text.
    pub(crate) acts: Vec<(&'static str, String)>,
}

impl Table {
    /// Rows can be chosen.
    fn is_selectable(&self) -> bool {
        self.bulk.is_some()
    }

    /// A table with columns of these keys. A key that ends in `#` is a number's, in `!` that of a narrow column.
    pub(crate) fn new(w: Words, caption: impl Into<String>, keys: &[&str]) -> Self {
        let columns = keys.iter().map(|key| column(w, key)).collect();
        Self { caption: caption.into(), columns, ..Self::default() }
    }

    /// Adds rows.
    pub(crate) fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Lets the columns of these names be sorted, in the order of the columns; an empty name cannot be.
    pub(crate) fn sorted_by(mut self, path: &str, listing: &Listing, names: &[&str]) -> Self {
        let now = listing.get("sort");
        for (column, name) in self.columns.iter_mut().zip(names).filter(|(_, name)| !name.is_empty()) {
            let descending = format!("-{name}");
            (column.sorted, column.sort_href) = if now == *name {
                ("ascending", listing.with(path, "sort", &descending))
            } else if now == descending {
                ("descending", listing.with(path, "sort", name))
            } else {
                ("none", listing.with(path, "sort", name))
            };
        }
        self
    }

    /// Its HTML.
    pub(crate) fn html(&self, w: Words) -> Html {
        html(&TableTemplate { w, table: self })
    }
}

/// A column of `ui.column.{key}`.
fn column(w: Words, key: &str) -> Column {
    let name = key.trim_end_matches(['#', '!']);
    Column {
        label: w.of("ui.column", name).to_owned(),
        is_number: key.contains('#'),
        is_narrow: key.contains('!') || key.contains('#'),
        ..Column::default()
    }
}

/// The template of a table.
#[derive(Template)]
#[template(path = "part/table.html")]
struct TableTemplate<'a> {
    /// The words.
    w: Words,
    /// The table.
    table: &'a Table,
}
