//! ヘルプ / Help: `/help`: what the words mean, keys, whom to ask.

use crate::frame::Frame;
use crate::part::{Block, Cell, Fact, Page, Shape};
use crate::words::Words;

/// The page.
#[must_use]
pub fn page(frame: &Frame) -> String {
    let w = Words(frame.language);
    let words = ["not_checked", "unassessed", "unknown", "disputed", "retracted", "kev", "epss"]
        .into_iter()
        .map(|name| Fact::new(w, name, Cell::text(w.of("ui.help_words", name))))
        .collect();
    let mut page = Page::new(w, "ui.page.help").shape(Shape::Reading).block(Block::section(
        w,
        "help_words",
        vec![Block::Facts(words)],
    ));
    let mut keys = vec![key("Ctrl + Enter", w.t("ui.help_keys.send"))];
    if frame.has_shortcuts {
        keys.insert(0, key("/", w.t("ui.help_keys.search")));
        keys.insert(1, key("?", w.t("ui.help_keys.help")));
    }
    page = page.block(Block::section(w, "help_keys", vec![Block::Facts(keys)]));
    page.block(Block::section(w, "help_asking", vec![Block::Text(w.s("ui.help_asking"))])).render(frame)
}

/// A key and what it does.
fn key(name: &str, does: &str) -> Fact {
    Fact { name: name.to_owned(), cell: Cell::text(does) }
}
