//! What the views of several pages share: choices, typed text, lists, severities.

use crate::address;

/// A text that leads to an address of this site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads: a path of this site.
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// One value to choose, with its label in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What is wrong with one field. The same sentence stands in the summary and under the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name; empty for the form as a whole.
    pub field: String,
    /// The cause and what to do, in the page's language.
    pub text: String,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// What stands in a form: names and texts as they are sent. A name stands once for each chosen value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormState {
    /// Names and texts, in any order.
    pub values: Vec<(String, String)>,
    /// What is wrong, in the order of the form; empty at first.
    pub errors: Vec<FieldError>,
    /// The revision that the person saw, for the editing of what exists.
    pub revision: Option<u64>,
}

impl FormState {
    /// The first text of a name; empty when it does not stand.
    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A value is among those of a name.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, other)| known == name && other == value)
    }

    /// The sentence about a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.text.as_str())
    }
}

/// A list that the person has named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Its query, without `?`.
    pub query: String,
    /// It is the one now shown.
    pub is_current: bool,
}

/// Rows a page when nothing is said.
pub(crate) const N_ROWS_PER_PAGE: u64 = 50;

/// The state of a list: its address holds all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The parameters that were understood, `sort` included, `page` and `per` not.
    pub query: Vec<(String, String)>,
    /// The page shown, from 1.
    pub page: u64,
    /// Rows a page: 50, 100 or 200; 0 for 50.
    pub per_page: u64,
    /// Rows that meet the conditions.
    pub n_total: u64,
    /// Rows without the conditions, for the sentence of an empty list.
    pub n_unfiltered: u64,
    /// Parameters that were not understood, as they came.
    pub ignored: Vec<String>,
    /// The lists that the person has named.
    pub saved_views: Vec<SavedView>,
}

impl Listing {
    /// The first value of a parameter; empty when it is not set.
    pub fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Rows a page; 50 when nothing is said.
    pub(crate) fn rows_per_page(&self) -> u64 {
        if self.per_page == 0 { N_ROWS_PER_PAGE } else { self.per_page }
    }

    /// The address of this list with one parameter set (or taken away by an empty value), on its first page.
    pub(crate) fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut query: Vec<(&str, &str)> = self
            .query
            .iter()
            .filter(|(known, _)| known != name)
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        if !value.is_empty() {
            query.push((name, value));
        }
        let per = self.per_page.to_string();
        if self.rows_per_page() != N_ROWS_PER_PAGE && name != "per" {
            query.push(("per", &per));
        }
        address::with_query(path, &query)
    }

    /// The query of this list, without page.
    pub(crate) fn query_text(&self) -> String {
        let query: Vec<(&str, &str)> = self.query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        address::with_query("", &query).trim_start_matches('?').to_owned()
    }
}

/// How severe a score is, in JVN's five words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// 緊急: 9.0 and more.
    Critical,
    /// 重要: 7.0 to 8.9.
    High,
    /// 警告: 4.0 to 6.9.
    Medium,
    /// 注意: 0.1 to 3.9.
    Low,
    /// なし: 0.0.
    None,
    /// 未評価: no source gives a score.
    #[default]
    Unrated,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::None, Self::Unrated];

    /// The value in addresses and the end of its key.
    pub fn code(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::None => "none",
            Self::Unrated => "unrated",
        }
    }
}

/// A severity and its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The word.
    pub severity: Severity,
    /// The number as its source gives it, such as `7.5`; empty without one.
    pub score: String,
}

/// What was decided about a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// 未判定: nobody has assessed it.
    #[default]
    Unassessed,
    /// 調査中.
    UnderInvestigation,
    /// 影響あり.
    Affected,
    /// 影響なし.
    NotAffected,
    /// 修正済み.
    Fixed,
    /// 撤回: the record that spoke for it was withdrawn or overruled.
    Retracted,
}

impl FindingState {
    /// The value in addresses and forms, and the end of its key.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unassessed => "not_assessed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::Retracted => "retracted",
        }
    }
}

/// Numbers of findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts {
    /// 緊急.
    pub critical: u64,
    /// 重要.
    pub high: u64,
    /// 警告.
    pub medium: u64,
    /// 注意.
    pub low: u64,
    /// なし and 未評価.
    pub other: u64,
}

/// One entry of a history, newest first in lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When, with its zone: `2026-11-21 09:00 JST`.
    pub at: String,
    /// Who: a person's name or the name of the program.
    pub who: String,
    /// What was done, in the page's language.
    pub what: String,
    /// Why, as the person wrote it; empty without one.
    pub why: String,
}
