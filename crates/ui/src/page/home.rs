//! ホーム / Home: `/`: today's work, what changed, deadlines, a few charts.

use crate::chart::{self, Chart};
use crate::frame::{Frame, Section};
use crate::page::findings::{self, FindingRow};
use crate::part::{Action, Block, Cell, Chip, Empty, Hue, Page, Row, Table};
use crate::view::Link;
use crate::words::Words;

/// Something that a person must do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// What, in the page's language.
    pub text: String,
    /// Where it is done.
    pub href: String,
    /// By when; empty without a deadline.
    pub due: String,
    /// The deadline has passed or is near.
    pub is_urgent: bool,
}

/// Something that changed since the last visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What, in the page's language.
    pub text: String,
    /// Where it is seen.
    pub href: String,
    /// When.
    pub at: String,
}

/// A step of the first days: shown until all are done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstStep {
    /// What to do, in the page's language.
    pub text: String,
    /// Where.
    pub href: String,
    /// It is done.
    pub is_done: bool,
}

/// The home page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// What to do first in a new organisation; empty when all is done.
    pub first_steps: Vec<FirstStep>,
    /// What this person must do, the nearest deadline first.
    pub tasks: Vec<Task>,
    /// What changed since the last visit.
    pub news: Vec<News>,
    /// Findings to look at first: unassessed, known to be exploited or most severe.
    pub findings: Vec<FindingRow>,
    /// Findings that nobody has assessed.
    pub n_unassessed: u64,
    /// A few charts.
    pub charts: Vec<Chart>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let mut page = Page::new(w, "ui.page.home")
        .under(w, Section::Home)
        .action(Action::link(w.t("ui.page.metrics"), "/metrics"));
    if !view.first_steps.is_empty() {
        page = page.block(first_steps(w, view));
    }
    let mut findings = Vec::new();
    if view.findings.is_empty() {
        findings.push(Block::Empty(Empty::new(w, "home_findings", Vec::new())));
    } else {
        findings.push(Block::Table(findings::table(w, &view.findings, None)));
    }
    if view.n_unassessed > 0 {
        let text = w.n("ui.action.unassessed_n", view.n_unassessed);
        findings.push(Block::Actions(vec![Action::link(text, "/findings?state=not_assessed")]));
    }
    page = page.block(Block::Grid(vec![tasks(w, view), news(w, view)])).block(Block::section(
        w,
        "first_findings",
        findings,
    ));
    if !view.charts.is_empty() {
        let charts = view.charts.iter().map(|chart| Block::Html(chart::figure(w, chart))).collect();
        page = page.block(Block::section(w, "charts", vec![Block::Grid(charts)]));
    }
    page.render(frame)
}

/// What to do first.
fn first_steps(w: Words, view: &View) -> Block {
    let rows = view
        .first_steps
        .iter()
        .map(|step| {
            let chip = if step.is_done {
                Chip::new(Hue::Good, w.t("ui.done"))
            } else {
                Chip::new(Hue::Plain, w.t("ui.not_done"))
            };
            Cell::Inline(vec![Cell::Chip(chip), Cell::Link(Link::new(&step.text, &step.href))])
        })
        .collect();
    Block::section(w, "first_steps", vec![Block::List(rows)])
}

/// Today's work.
fn tasks(w: Words, view: &View) -> Block {
    let inner = if view.tasks.is_empty() {
        Block::Empty(Empty::new(w, "tasks", Vec::new()))
    } else {
        Block::Table(Table::new(w, w.t("ui.section.tasks"), &["task", "due!"]).rows(view.tasks.iter().map(
            |task| {
                let due = if task.is_urgent {
                    Cell::Chip(Chip::new(Hue::Bad, task.due.clone()))
                } else {
                    Cell::text(&task.due)
                };
                Row::new(vec![Cell::Link(Link::new(&task.text, &task.href)), due])
            },
        )))
    };
    Block::section(w, "tasks", vec![inner])
}

/// What changed.
fn news(w: Words, view: &View) -> Block {
    let inner =
        if view.news.is_empty() {
            Block::Empty(Empty::new(w, "news", Vec::new()))
        } else {
            Block::Table(Table::new(w, w.t("ui.section.news"), &["news", "at!"]).rows(view.news.iter().map(
                |news| Row::new(vec![Cell::Link(Link::new(&news.text, &news.href)), Cell::text(&news.at)]),
            )))
        };
    Block::section(w, "news", vec![inner])
}
