//! What was odd about a sheet: one message for each kind and column, with the rows it was seen in.

use std::collections::BTreeMap;

use kikimori_core::limits::SHEET_ROWS_NAMED_MAX;
use kikimori_core::message::{Code, Message, Place};

use super::super::builder::excerpt;
use super::layout::Heading;

/// Runs of rows that one message names.
const RUNS_NAMED: usize = 40;

/// Rows seen so far.
#[derive(Default)]
pub(super) struct Seen {
    /// Rows in order, at most [`SHEET_ROWS_NAMED_MAX`].
    pub(super) rows: Vec<u32>,
    /// How many there are.
    pub(super) n_rows: usize,
    /// The first value.
    value: String,
}

impl Seen {
    /// One more row.
    pub(super) fn add(&mut self, row: u32) {
        if self.rows.last() == Some(&row) {
            return;
        }
        self.n_rows += 1;
        if self.rows.len() < SHEET_ROWS_NAMED_MAX {
            self.rows.push(row);
        }
    }
}

/// Everything that was odd.
#[derive(Default)]
pub(super) struct Oddities {
    /// By kind and column.
    seen: BTreeMap<(Code, Option<u32>), Seen>,
}

impl Oddities {
    /// Notes a row.
    pub(super) fn row(&mut self, code: Code, row: u32) {
        self.seen.entry((code, None)).or_default().add(row);
    }

    /// Notes a value of a cell.
    pub(super) fn cell(&mut self, code: Code, column: u32, row: u32, value: &str) {
        let seen = self.seen.entry((code, Some(column))).or_default();
        if seen.n_rows == 0 {
            seen.value = excerpt(value);
        }
        seen.add(row);
    }

    /// The messages, by code and column.
    pub(super) fn messages(&self, heading: &Heading) -> Vec<Message> {
        let message = |((code, column), seen): (&(Code, Option<u32>), &Seen)| {
            let place = seen.rows.first().map_or(Place::Document, |row| Place::Row(*row));
            let mut message = Message::new(*code).at(place);
            if let Some(column) = column {
                message = message.with("heading", excerpt(&heading.label(*column)));
            }
            message = message.with("rows", rows_text(seen)).with("count", seen.n_rows);
            if column.is_some() { message.with("value", &seen.value) } else { message }
        };
        self.seen.iter().map(message).collect()
    }
}

/// Rows in words of numbers: `5, 7–9`; an ellipsis where there are more.
pub(super) fn rows_text(seen: &Seen) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in &seen.rows {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*row) => *last = *row,
            _ => runs.push((*row, *row)),
        }
    }
    let named: Vec<String> = runs
        .iter()
        .take(RUNS_NAMED)
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect();
    let is_cut = runs.len() > RUNS_NAMED || seen.n_rows > seen.rows.len();
    format!("{}{}", named.join(", "), if is_cut { ", …" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_rows_in_runs() {
        let text = |rows: &[u32]| {
            let mut seen = Seen::default();
            rows.iter().for_each(|row| seen.add(*row));
            rows_text(&seen)
        };
        assert_eq!(text(&[5]), "5");
        assert_eq!(text(&[5, 6, 8, 9, 10, 10]), "5, 6, 8–10");
        let many: Vec<u32> = (0..3_000).map(|index| index * 2).collect();
        assert!(text(&many).ends_with(", …"));
    }
}
