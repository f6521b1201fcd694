//! Lists: filters, order and pages, put together from fixed pieces of SQL and bound values.
//!
//! A piece is a `&'static str`, so that nothing a person typed can become SQL.

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use kikimori_core::limits::SEARCH_WORDS_MAX;

use crate::Engine;
use crate::value::Value;

/// A query under construction. Places for values are written `?` in pieces and numbered here.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// The text so far.
    text: String,
    /// The values so far.
    values: Vec<Value>,
    /// Whether a condition was added.
    has_condition: bool,
}

impl ListQuery {
    /// A query that begins with `start`, such as `SELECT a FROM t`.
    #[must_use]
    pub fn new(start: &'static str) -> Self {
        Self { text: start.to_owned(), ..Self::default() }
    }

    /// Adds a piece with its values; each `?` of the piece takes one.
    pub fn push(&mut self, piece: &'static str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.text.push(' ');
        let mut values = values.into_iter();
        for part in piece.split_inclusive('?') {
            match part.strip_suffix('?') {
                Some(before) => {
                    self.values.extend(values.next());
                    self.text.push_str(before);
                    self.text.push_str(&format!("${}", self.values.len()));
                }
                None => self.text.push_str(part),
            }
        }
        self
    }

    /// Goes on with a piece whose own conditions begin anew, such as `) SELECT b FROM found` after a common table expression.
    pub fn then(&mut self, piece: &'static str) -> &mut Self {
        self.push(piece, []);
        self.has_condition = false;
        self
    }

    /// Adds a condition with its values; conditions are joined by `AND`.
    pub fn filter(&mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let joint = if self.has_condition { "AND" } else { "WHERE" };
        self.has_condition = true;
        self.push(joint, []);
        self.push(condition, values)
    }

    /// Adds the condition that a column is one of the values. No values: nothing fits.
    pub fn filter_one_of(&mut self, column: &'static str, values: Vec<Value>) -> &mut Self {
        if values.is_empty() {
            return self.filter("1 = 0", []);
        }
        let joint = if self.has_condition { "AND" } else { "WHERE" };
        self.has_condition = true;
        self.push(joint, []).push(column, []).push("IN (", []);
        for (number, value) in values.into_iter().enumerate() {
            self.push(if number == 0 { "?" } else { ", ?" }, [value]);
        }
        self.push(")", [])
    }

    /// Adds the condition that a text in the form of searches contains every word asked for. `sqlite` and `postgres` are the
    /// condition for one word, such as `instr(t.search_text, ?) > 0` and `t.search_text LIKE ?`.
    pub fn filter_words(
        &mut self,
        engine: Engine,
        sqlite: &'static str,
        postgres: &'static str,
        words: &str,
    ) -> &mut Self {
        for word in words.split_whitespace().take(SEARCH_WORDS_MAX) {
            match engine {
                Engine::Sqlite => self.filter(sqlite, [word.into()]),
                Engine::Postgres => {
                    let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                    self.filter(postgres, [format!("%{word}%").into()])
                }
            };
        }
        self
    }

    /// The text and its values.
    #[must_use]
    pub fn finish(self) -> (SqlStr, Vec<Value>) {
        (AssertSqlSafe(self.text).into_sql_str(), self.values)
    }
}

/// A page of a list: numbered from 1, as auditors quote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The page, from 1.
    pub number: u32,
    /// Rows on a page.
    pub n_rows: u32,
}

impl Page {
    /// Rows before this page.
    #[must_use]
    pub fn n_before(self) -> i64 {
        i64::from(self.number.saturating_sub(1)) * i64::from(self.n_rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_the_places_of_values() {
        let mut query = ListQuery::new("SELECT a FROM t");
        query.filter("b = ?", [1_i64.into()]).filter_one_of("c", vec!["x".into(), "y".into()]);
        query.push("ORDER BY a LIMIT ? OFFSET ?", [50_i64.into(), 0_i64.into()]);
        let (text, values) = query.finish();
        assert_eq!(
            text.as_str(),
            "SELECT a FROM t WHERE b = $1 AND c IN ( $2 , $3 ) ORDER BY a LIMIT $4 OFFSET $5"
        );
        assert_eq!(values.len(), 5);
    }

    #[test]
    fn one_of_nothing_fits_nothing() {
        let mut query = ListQuery::new("SELECT a FROM t");
        query.filter_one_of("c", vec![]);
        assert_eq!(query.finish().0.as_str(), "SELECT a FROM t WHERE 1 = 0");
    }
}
