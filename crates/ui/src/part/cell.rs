//! Cells: the smallest things on a page, in tables, facts and evidence alike.

use askama::Template;

use super::{Html, html};
use crate::address::is_web;
use crate::view::{FindingState, Link, Score};
use crate::words::Words;

/// The colour of a chip; its word stands beside it always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hue {
    /// White on dark red.
    Critical,
    /// Dark orange on pale orange.
    High,
    /// Dark yellow on pale yellow.
    Medium,
    /// Dark blue on pale blue.
    Low,
    /// Grey.
    Quiet,
    /// Dark green on pale green.
    Good,
    /// Dark red on pale red.
    Bad,
    /// A line without a fill.
    Plain,
}

impl Hue {
    /// Its name in `data-hue`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A word with a colour and perhaps a number.
#[derive(Clone, Debug)]
pub(crate) struct Chip {
    /// The colour.
    pub(crate) hue: Hue,
    /// The word.
    pub(crate) text: String,
    /// The number beside it; empty without one.
    pub(crate) number: String,
}

impl Chip {
    /// A chip with a word alone.
    pub(crate) fn new(hue: Hue, text: impl Into<String>) -> Self {
        Self { hue, text: text.into(), number: String::new() }
    }

    /// A severity with its number.
    pub(crate) fn severity(w: Words, score: &Score) -> Self {
        use crate::view::Severity as S;
        let hue = match score.severity {
            S::Critical => Hue::Critical,
            S::High => Hue::High,
            S::Medium => Hue::Medium,
            S::Low => Hue::Low,
            S::None | S::Unrated => Hue::Quiet,
        };
        let text = w.of("ui.severity", score.severity.code()).to_owned();
        Self { hue, text, number: score.score.clone() }
    }

    /// The state of a finding.
    pub(crate) fn state(w: Words, state: FindingState) -> Self {
        let hue = match state {
            FindingState::Unassessed => Hue::Plain,
            FindingState::UnderInvestigation => Hue::Medium,
            FindingState::Affected => Hue::Bad,
            FindingState::NotAffected | FindingState::Fixed => Hue::Good,
            FindingState::Retracted => Hue::Quiet,
        };
        let family = if state == FindingState::Retracted { "ui.state" } else { "assessment-status" };
        Self::new(hue, w.of(family, state.code()))
    }
}

/// What stands in one place of a table or a list of facts.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Nothing to show, with the reason for those who cannot see the dash.
    Missing(&'static str),
    /// A text in the page's language.
    Text(String),
    /// A text in another language: its tag and the text.
    Foreign(&'static str, String),
    /// A quiet text.
    Quiet(String),
    /// A number, at the right.
    Number(String),
    /// An identifier, which breaks anywhere.
    Code(String),
    /// An identifier with a button that copies it.
    Copy(String),
    /// A link.
    Link(Link),
    /// A link whose text is an identifier.
    CodeLink(Link),
    /// An address elsewhere; linked when it is one of the web.
    External(String),
    /// A chip.
    Chip(Chip),
    /// Cells in one line.
    Inline(Vec<Cell>),
    /// Cells below each other.
    Stack(Vec<Cell>),
    /// A button that posts at once to an address, with its token.
    Post(PostButton),
    /// A number with a bar beside it: number and length of 100.
    Share(String, u64),
}

/// A form of one button.
#[derive(Clone, Debug)]
pub(crate) struct PostButton {
    /// Where it posts.
    pub(crate) action: String,
    /// The token.
    pub(crate) csrf: String,
    /// What it says.
    pub(crate) text: String,
    /// What it is about, for those who hear the button alone.
    pub(crate) about: String,
    /// A revision or another hidden value: name and text.
    pub(crate) hidden: Vec<(String, String)>,
}

impl Cell {
    /// A text, or the dash when it is empty.
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Missing("ui.missing") } else { Self::Text(text.to_owned()) }
    }

    /// An identifier, or the dash when it is empty.
    pub(crate) fn code(text: &str) -> Self {
        if text.is_empty() { Self::Missing("ui.missing") } else { Self::Code(text.to_owned()) }
    }

    /// A link.
    pub(crate) fn link(text: &str, href: impl Into<String>) -> Self {
        Self::Link(Link::new(text, href))
    }

    /// A link over a number.
    pub(crate) fn count(n: u64, href: impl Into<String>) -> Self {
        if n == 0 { Self::Number("0".to_owned()) } else { Self::link(&crate::words::grouped(n), href) }
    }

    /// A number.
    pub(crate) fn number(n: u64) -> Self {
        Self::Number(crate::words::grouped(n))
    }

    /// Its HTML.
    pub(crate) fn html(&self, w: Words) -> Html {
        html(&CellTemplate { w, cell: self })
    }
}

/// The template of a cell.
#[derive(Template)]
#[template(path = "part/cell.html")]
struct CellTemplate<'a> {
    /// The words.
    w: Words,
    /// The cell.
    cell: &'a Cell,
}

impl CellTemplate<'_> {
    /// An address that may be linked.
    fn is_web(&self, url: &str) -> bool {
        is_web(url)
    }
}
