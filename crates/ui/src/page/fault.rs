//! エラーの画面 / Error pages: what did not happen, what is safe, what to do, code and request id.

use crate::frame::Frame;
use crate::part::{Action, Block, Cell, Fact, Form, Page, Row, Shape, Table};
use crate::view::FormState;
use crate::words::Words;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: the request cannot be read, or its token is too old.
    BadRequest,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 405: the address does not take this.
    Method,
    /// 413.
    TooLarge,
    /// 422: what was sent cannot be taken, and no form is there to say so.
    Unprocessable,
    /// 429.
    TooMany,
    /// 500.
    Fault,
    /// 503.
    Unavailable,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::Method,
        Self::TooLarge,
        Self::Unprocessable,
        Self::TooMany,
        Self::Fault,
        Self::Unavailable,
    ];

    /// The HTTP status, and the end of its keys.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::TooLarge => 413,
            Self::Unprocessable => 422,
            Self::TooMany => 429,
            Self::Fault => 500,
            Self::Unavailable => 503,
        }
    }
}

/// An error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What happened.
    pub kind: Kind,
    /// The code of a message, such as `LIB-003`; empty without one.
    pub code: String,
    /// The cause in the page's language; empty for the sentence of its kind.
    pub cause: String,
    /// What to do in the page's language; empty for the sentence of its kind.
    pub remedy: String,
}

impl View {
    /// A page with the sentences of its kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, code: String::new(), cause: String::new(), remedy: String::new() }
    }
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let name = view.kind.status().to_string();
    let or = |given: &str, family: &str| {
        if given.is_empty() { w.of(family, &name).to_owned() } else { given.to_owned() }
    };
    let mut facts = vec![Fact::new(w, "status", Cell::code(&name))];
    if !view.code.is_empty() {
        facts.push(Fact::new(w, "code", Cell::Copy(view.code.clone())));
    }
    facts.push(Fact::new(w, "request", Cell::Copy(frame.request_id.clone())));
    let mut page = Page::titled(w.of("ui.fault.title", &name))
        .shape(Shape::Reading)
        .block(Block::Text(or(&view.cause, "ui.fault.cause")))
        .block(Block::Text(or(&view.remedy, "ui.fault.remedy")))
        .block(Block::Facts(facts));
    if frame.person.is_some() {
        page = page.block(Block::Actions(vec![Action::link(w.t("ui.nav.home"), "/")]));
    } else {
        page = page.block(Block::Actions(vec![Action::link(w.t("ui.page.sign_in"), "/sign-in")]));
    }
    page.render(frame)
}

/// A field that two people changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictRow {
    /// The field's label, in the page's language.
    pub label: String,
    /// What stands now.
    pub theirs: String,
    /// What this person typed.
    pub ours: String,
}

/// 409: somebody else saved while this person was typing. Posts what was typed, with the newest revision, to the same address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictView {
    /// What it is about.
    pub object: String,
    /// Where the form posts.
    pub action: String,
    /// Where what stands now is seen.
    pub href: String,
    /// Who saved, and when.
    pub saved_by: String,
    /// The fields that differ.
    pub rows: Vec<ConflictRow>,
    /// What this person typed, all of it, with the revision that stands now.
    pub form: FormState,
}

/// The page of a conflict.
#[must_use]
pub fn conflict_page(frame: &Frame, view: &ConflictView) -> String {
    let w = Words(frame.language);
    let rows = view
        .rows
        .iter()
        .map(|row| Row::new(vec![Cell::text(&row.label), Cell::text(&row.theirs), Cell::text(&row.ours)]));
    let mut form = Form::new(w, "conflict", view.action.clone(), &frame.csrf, &view.form);
    for (name, value) in &view.form.values {
        form = form.hidden(name, value.clone());
    }
    let form = form.submit(w.t("ui.action.save_mine")).cancel(view.href.clone());
    Page::new(w, "ui.fault.title.409")
        .above(&view.object)
        .lead(w.f1("ui.fault.cause.409", "who", &view.saved_by))
        .block(Block::Table(
            Table::new(w, w.t("ui.section.difference"), &["field", "theirs", "ours"]).rows(rows),
        ))
        .block(Block::Text(w.s("ui.fault.remedy.409")))
        .block(Block::Form(form))
        .render(frame)
}
