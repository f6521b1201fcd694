//! The components of pages. A page is a list of [`Block`]s; each renders itself from one template, which escapes every text.

pub(crate) mod block;
pub(crate) mod cell;
pub(crate) mod field;
pub(crate) mod filter;
pub(crate) mod shell;
pub(crate) mod table;

pub(crate) use block::{
    Action, Banner, Block, Disclosure, Empty, Evidence, EvidenceRow, Fact, Receipt, Step, Tab,
};
pub(crate) use cell::{Cell, Chip, Hue};
pub(crate) use field::{Form, Width};
pub(crate) use filter::{Condition, Filter, pager, results};
pub(crate) use shell::{Page, Shape};
pub(crate) use table::{Bulk, Row, Table};

use askama::Template;

/// HTML that a template made.
pub(crate) type Html = String;

/// Renders a template. It fails only when a `Display` inside does, and ours do not; then nothing is shown.
pub(crate) fn html<T: Template>(template: &T) -> Html {
    template.render().unwrap_or_default()
}
