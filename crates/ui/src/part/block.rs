//! Blocks: what a page is made of, from top to bottom.

use askama::Template;

use super::{Cell, Form, Html, Table, html};
use crate::frame::Tone;
use crate::view::HistoryEntry;
use crate::words::Words;

/// A part of a page.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// A section with a heading.
    Section(String, Vec<Block>),
    /// A paragraph.
    Text(String),
    /// A quiet paragraph.
    Note(String),
    /// A text as it is, in a language when it is another: such as a record's description.
    Quote(String, &'static str),
    /// A text that keeps its lines, such as a recovery code or a file's content.
    Verbatim(String),
    /// A banner.
    Banner(Banner),
    /// Names and what stands for them.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
    /// Links and buttons in a row.
    Actions(Vec<Action>),
    /// What happened, newest first.
    Timeline(Vec<HistoryEntry>),
    /// Why we think so.
    Evidence(Vec<Evidence>),
    /// Nothing is here, and why.
    Empty(Empty),
    /// Text that opens.
    Disclosure(Disclosure),
    /// Wide and narrow side by side.
    Columns(Vec<Block>, Vec<Block>),
    /// Equal boxes side by side.
    Grid(Vec<Block>),
    /// A list of links or short cells.
    List(Vec<Cell>),
    /// What was done, with its number.
    Receipt(Receipt),
    /// The steps of a process.
    Steps(Vec<Step>),
    /// A region that a script may fetch again: id, seconds between, content.
    Poll(&'static str, u32, Vec<Block>),
    /// What another template made.
    Html(Html),
}

/// A banner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Banner {
    /// How it is meant.
    pub(crate) tone: Tone,
    /// Its first sentence.
    pub(crate) title: String,
    /// What follows.
    pub(crate) lines: Vec<Cell>,
}

impl Banner {
    /// A banner of one sentence.
    pub(crate) fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: title.into(), lines: Vec::new() }
    }
}

/// A name and what stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// The name.
    pub(crate) name: String,
    /// What stands for it.
    pub(crate) cell: Cell,
}

impl Fact {
    /// A fact named `ui.fact.{key}`.
    pub(crate) fn new(w: Words, key: &str, cell: Cell) -> Self {
        Self { name: w.of("ui.fact", key).to_owned(), cell }
    }
}

/// A link that looks like a button, or a button that posts.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// What it says.
    pub(crate) text: String,
    /// Where it leads; empty for a button that prints.
    pub(crate) href: String,
    /// `primary`, `secondary` or `quiet`.
    pub(crate) kind: &'static str,
    /// It posts: the token.
    pub(crate) csrf: String,
}

impl Action {
    /// A secondary link.
    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), kind: "secondary", csrf: String::new() }
    }

    /// The main link of a page.
    pub(crate) fn primary(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { kind: "primary", ..Self::link(text, href) }
    }

    /// A button that posts.
    pub(crate) fn post(text: impl Into<String>, action: impl Into<String>, csrf: &str) -> Self {
        Self { csrf: csrf.to_owned(), ..Self::link(text, action) }
    }

    /// A button that prints the page; only the script shows it.
    pub(crate) fn print(w: Words) -> Self {
        Self { kind: "quiet", ..Self::link(w.t("ui.action.print"), "") }
    }
}

/// One statement that was weighed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Who says it, such as `NVD`.
    pub(crate) source: String,
    /// What it says about the component, as a chip.
    pub(crate) verdict: Option<super::Chip>,
    /// It does not count, and why; empty when it counts.
    pub(crate) overruled: String,
    /// Its details.
    pub(crate) rows: Vec<EvidenceRow>,
}

/// A detail of a statement.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceRow {
    /// The name.
    pub(crate) name: String,
    /// The detail.
    pub(crate) cell: Cell,
}

/// Nothing is here: what this is, why it is empty, the next step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Empty {
    /// What is empty.
    pub(crate) title: String,
    /// Why.
    pub(crate) why: String,
    /// The next step.
    pub(crate) actions: Vec<Action>,
}

impl Empty {
    /// An empty state of `ui.empty.{name}` and `ui.empty.{name}_why`.
    pub(crate) fn new(w: Words, name: &str, actions: Vec<Action>) -> Self {
        Self { title: w.s(&format!("ui.empty.{name}")), why: w.s(&format!("ui.empty.{name}_why")), actions }
    }
}

/// Text that opens.
#[derive(Clone, Debug)]
pub(crate) struct Disclosure {
    /// What it says closed.
    pub(crate) summary: String,
    /// What it holds.
    pub(crate) blocks: Vec<Block>,
}

/// What was done, with its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Receipt {
    /// What was done.
    pub(crate) title: String,
    /// The label of the number.
    pub(crate) label: String,
    /// The number; empty without one.
    pub(crate) number: String,
}

/// A step of a process.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// What it is.
    pub(crate) text: String,
    /// `done`, `current` or `later`.
    pub(crate) state: &'static str,
}

impl Step {
    /// The steps of these keys of `ui.step`, of which the `current` one (from 0) is shown.
    pub(crate) fn all(w: Words, keys: &[&str], current: usize) -> Vec<Self> {
        let state = |index: usize| match index.cmp(&current) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "current",
            std::cmp::Ordering::Greater => "later",
        };
        keys.iter()
            .enumerate()
            .map(|(index, key)| Self { text: w.of("ui.step", key).to_owned(), state: state(index) })
            .collect()
    }
}

/// A tab: a link with its own address.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// Its label.
    pub(crate) text: String,
    /// Its address.
    pub(crate) href: String,
    /// How many things it holds.
    pub(crate) n: Option<String>,
    /// It is the one shown.
    pub(crate) is_current: bool,
}

impl Block {
    /// A section of `ui.section.{key}`.
    pub(crate) fn section(w: Words, key: &str, blocks: Vec<Self>) -> Self {
        Self::Section(w.of("ui.section", key).to_owned(), blocks)
    }

    /// Its HTML.
    pub(crate) fn html(&self, w: Words) -> Html {
        html(&BlockTemplate { w, block: self })
    }
}

/// The template of a block.
#[derive(Template)]
#[template(path = "part/block.html")]
struct BlockTemplate<'a> {
    /// The words.
    w: Words,
    /// The block.
    block: &'a Block,
}

/// The template of actions.
#[derive(Template)]
#[template(path = "part/actions.html")]
pub(crate) struct ActionsTemplate<'a> {
    /// The actions.
    pub(crate) actions: &'a [Action],
}

/// The HTML of actions.
pub(crate) fn actions(actions: &[Action]) -> Html {
    html(&ActionsTemplate { actions })
}
