//! The shell of a page: head, navigation, heading, blocks, footer.

use askama::Template;

use super::{Action, Block, Form, Html, Tab, html};
use crate::assets;
use crate::frame::{Crumbs, Frame, Section, Tone};
use crate::view::Link;
use crate::words::Words;

/// How wide a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As wide as tables need.
    #[default]
    Wide,
    /// A measure for reading and typing.
    Reading,
    /// A small card in the middle, for those who are not signed in.
    Card,
}

impl Shape {
    /// Its name in `data-shape`.
    fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Reading => "reading",
            Self::Card => "card",
        }
    }
}

/// A page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// Its title and heading.
    pub(crate) title: String,
    /// What stands before the heading, such as an id.
    pub(crate) above: String,
    /// A sentence under the heading; empty without one.
    pub(crate) lead: String,
    /// The place of the navigation that it belongs to.
    pub(crate) section: Option<Section>,
    /// The way to it; the page itself is added.
    pub(crate) crumbs: Crumbs,
    /// What can be done with the whole of it.
    pub(crate) actions: Vec<Action>,
    /// Its tabs.
    pub(crate) tabs: Vec<Tab>,
    /// What is wrong: the id of a field (or empty) and the sentence.
    pub(crate) errors: Vec<(String, String)>,
    /// Its content.
    pub(crate) blocks: Vec<Block>,
    /// How wide it is.
    pub(crate) shape: Shape,
}

impl Page {
    /// A page titled by a key.
    pub(crate) fn new(w: Words, key: &str) -> Self {
        Self { title: w.s(key), ..Self::default() }
    }

    /// A page with another title.
    pub(crate) fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Under a place of the navigation.
    pub(crate) fn under(mut self, w: Words, section: Section) -> Self {
        self.section = Some(section);
        if section != Section::Home {
            self.crumbs.insert(0, Link::new(w.t(section.key()), section.href()));
        }
        self
    }

    /// One step further on the way to it.
    pub(crate) fn crumb(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Link::new(text, href));
        self
    }

    /// With a line above the heading.
    pub(crate) fn above(mut self, text: impl Into<String>) -> Self {
        self.above = text.into();
        self
    }

    /// With the errors of a form that stands inside another block.
    pub(crate) fn with_errors(mut self, form: &Form) -> Self {
        self.errors.extend(form.summary());
        self
    }

    /// With tabs.
    pub(crate) fn tabs(mut self, tabs: Vec<Tab>) -> Self {
        self.tabs = tabs;
        self
    }

    /// With blocks.
    pub(crate) fn blocks(mut self, blocks: Vec<Block>) -> Self {
        for block in blocks {
            self = self.block(block);
        }
        self
    }

    /// With a sentence under the heading.
    pub(crate) fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = text.into();
        self
    }

    /// With an action.
    pub(crate) fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// With a block.
    pub(crate) fn block(mut self, block: Block) -> Self {
        if let Block::Form(form) = &block {
            self.errors.extend(form.summary());
        }
        self.blocks.push(block);
        self
    }

    /// With its width.
    pub(crate) fn shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// The whole document.
    pub(crate) fn render(mut self, frame: &Frame) -> Html {
        // The last step is the page itself when a list is its own section.
        if self.crumbs.last().is_some_and(|last| last.text == self.title) {
            self.crumbs.pop();
        }
        html(&ShellTemplate { w: Words(frame.language), frame, page: &self })
    }
}

/// The template of a document.
#[derive(Template)]
#[template(path = "layout.html")]
struct ShellTemplate<'a> {
    /// The words.
    w: Words,
    /// What surrounds the page.
    frame: &'a Frame,
    /// The page.
    page: &'a Page,
}

impl ShellTemplate<'_> {
    /// The page belongs to a place of the navigation.
    fn is_here(&self, section: &Section) -> bool {
        self.page.section.as_ref() == Some(section)
    }

    /// How many errors there are.
    fn errors_title(&self) -> String {
        self.w.n("ui.errors", u64::try_from(self.page.errors.len()).unwrap_or(u64::MAX))
    }

    /// The other language, in its own words and with its tag.
    fn languages(&self) -> [(&'static str, &'static str, bool); 2] {
        let is_japanese = self.w.tag() == "ja";
        [("ja", "日本語", is_japanese), ("en", "English", !is_japanese)]
    }
}
