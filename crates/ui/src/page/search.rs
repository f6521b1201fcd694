//! 検索の結果 / Search results: `/search?q=`.

use crate::address;
use crate::frame::Frame;
use crate::part::{Action, Block, Cell, Empty, Page, Row, Table};
use crate::view::Link;
use crate::words::Words;

/// What was found of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What it is, in the page's language, such as 「製品」.
    pub label: String,
    /// The first hits.
    pub hits: Vec<Hit>,
    /// All hits.
    pub n_total: u64,
    /// Where all of them are; empty when all are shown.
    pub all_href: String,
}

/// A hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// What it leads to.
    pub link: Link,
    /// What helps to tell it from others; empty without.
    pub detail: String,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What was searched for.
    pub q: String,
    /// What was found; groups without hits are left out.
    pub groups: Vec<Group>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let title = if view.q.is_empty() { w.s("ui.page.search") } else { w.f1("ui.search_for", "q", &view.q) };
    let mut page = Page::titled(title);
    if view.groups.is_empty() {
        let action =
            Action::link(w.t("ui.page.components"), address::with_query("/components", &[("q", &view.q)]));
        return page.block(Block::Empty(Empty::new(w, "search", vec![action]))).render(frame);
    }
    for group in &view.groups {
        let rows = group
            .hits
            .iter()
            .map(|hit| Row::new(vec![Cell::Link(hit.link.clone()), Cell::text(&hit.detail)]));
        let mut blocks =
            vec![Block::Table(Table::new(w, group.label.clone(), &["hit", "detail"]).rows(rows))];
        if !group.all_href.is_empty() {
            let text = w.n("ui.action.all_n", group.n_total);
            blocks.push(Block::Actions(vec![Action::link(text, group.all_href.clone())]));
        }
        page = page.block(Block::Section(group.label.clone(), blocks));
    }
    page.render(frame)
}
