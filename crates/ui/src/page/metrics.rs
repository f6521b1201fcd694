//! 指標 / Metrics: `/metrics`: charts, each with its sentence, table and file.

use crate::chart::{self, Chart};
use crate::frame::{Frame, Section};
use crate::part::{Action, Block, Empty, Page};
use crate::words::Words;

/// The page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The period, in the page's language, such as 「2026年8月24日〜11月21日（週ごと、JST）」.
    pub period: String,
    /// The charts.
    pub charts: Vec<Chart>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let page = Page::new(w, "ui.page.metrics")
        .under(w, Section::Home)
        .lead(view.period.clone())
        .action(Action::print(w));
    if view.charts.is_empty() {
        return page.block(Block::Empty(Empty::new(w, "metrics", Vec::new()))).render(frame);
    }
    let charts = view.charts.iter().map(|chart| Block::Html(chart::figure(w, chart))).collect();
    page.block(Block::Grid(charts)).render(frame)
}
