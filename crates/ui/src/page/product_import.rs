//! 製品の一括登録 / Product import: `/products/import`: file, check, receipt.

use crate::frame::{Frame, Section, Tone};
use crate::part::{
    Action, Banner, Block, Cell, Chip, Fact, Form, Hue, Page, Receipt, Row, Shape, Step, Table,
};
use crate::view::FormState;
use crate::words::{Words, grouped};

/// The steps.
const STEPS: &[&str] = &["file", "check", "done"];

/// The field of the first step.
pub const FIELDS: &[&str] = &["file"];

/// The first step: posts the file to `/products/import/check`. `template_href` leads to an empty sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What is wrong with the file as a whole.
    pub form: FormState,
    /// The largest file, such as `20 MB`.
    pub size_max: String,
}

/// The page of the first step.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "import", "/products/import/check", &frame.csrf, &view.form)
        .file("file", ".xlsx,.csv")
        .required()
        .submit(w.t("ui.action.check"))
        .cancel("/products");
    start(w, 0)
        .lead(w.t("ui.lead.product_import"))
        .action(Action::link(w.t("ui.action.template"), "/products/import/template.xlsx"))
        .block(Block::Form(form))
        .block(Block::Note(w.f1("ui.size_max", "size", &view.size_max)))
        .render(frame)
}

/// What the import does with a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change {
    /// 追加.
    Added,
    /// 変更.
    Changed,
    /// 変更なし.
    #[default]
    Unchanged,
    /// 登録できない.
    Refused,
}

impl Change {
    /// Its chip.
    fn chip(self, w: Words) -> Chip {
        match self {
            Self::Added => Chip::new(Hue::Good, w.t("ui.change.added")),
            Self::Changed => Chip::new(Hue::Low, w.t("ui.change.changed")),
            Self::Unchanged => Chip::new(Hue::Quiet, w.t("ui.change.unchanged")),
            Self::Refused => Chip::new(Hue::Bad, w.t("ui.change.refused")),
        }
    }
}

/// A row of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its number in the sheet.
    pub line: u64,
    /// The product's name as written.
    pub name: String,
    /// What would be done.
    pub change: Change,
    /// Field by field, in the page's language: `クラス：II → III`, or why it is refused.
    pub reasons: Vec<String>,
}

/// The second step: posts `token` to `/products/import`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewView {
    /// What names the checked file.
    pub token: String,
    /// The file's name.
    pub file: String,
    /// Rows that would be added.
    pub n_added: u64,
    /// Rows that would be changed.
    pub n_changed: u64,
    /// Rows that change nothing.
    pub n_unchanged: u64,
    /// Rows that cannot be taken.
    pub n_refused: u64,
    /// The rows shown; refused ones first.
    pub rows: Vec<PreviewRow>,
}

/// The page of the second step.
#[must_use]
pub fn preview_page(frame: &Frame, view: &PreviewView) -> String {
    let w = Words(frame.language);
    let n = view.n_added + view.n_changed;
    let counts = vec![
        Fact::new(w, "file", Cell::code(&view.file)),
        Fact::new(w, "n_added", Cell::number(view.n_added)),
        Fact::new(w, "n_changed", Cell::number(view.n_changed)),
        Fact::new(w, "n_unchanged", Cell::number(view.n_unchanged)),
        Fact::new(w, "n_refused", Cell::number(view.n_refused)),
    ];
    let table = Table::new(w, w.t("ui.section.rows"), &["row!", "product", "change!", "reasons"])
        .rows(view.rows.iter().map(|row| preview_row(w, row)));
    let mut page = start(w, 1).shape(Shape::Wide);
    if view.n_refused > 0 {
        page =
            page.block(Block::Banner(Banner::new(Tone::Warning, w.n("ui.import_refused", view.n_refused))));
    }
    page = page.block(Block::Facts(counts));
    page = if n > 0 {
        let form = Form::new(w, "import", "/products/import", &frame.csrf, &FormState::default())
            .hidden("token", view.token.clone())
            .submit(w.n("ui.action.import_n", n))
            .cancel("/products/import");
        page.block(Block::Form(form))
    } else {
        page.block(Block::Actions(vec![Action::link(w.t("ui.action.other_file"), "/products/import")]))
    };
    page.block(Block::Table(table)).render(frame)
}

/// The row of a row.
fn preview_row(w: Words, row: &PreviewRow) -> Row {
    Row::new(vec![
        Cell::Number(grouped(row.line)),
        Cell::text(&row.name),
        Cell::Chip(row.change.chip(w)),
        Cell::Stack(row.reasons.iter().map(|reason| Cell::text(reason)).collect()),
    ])
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptView {
    /// The number of the import.
    pub number: String,
    /// The file's name.
    pub file: String,
    /// Rows added.
    pub n_added: u64,
    /// Rows changed.
    pub n_changed: u64,
    /// Rows left out.
    pub n_refused: u64,
}

/// The page of the receipt.
#[must_use]
pub fn receipt_page(frame: &Frame, view: &ReceiptView) -> String {
    let w = Words(frame.language);
    start(w, 2)
        .block(Block::Receipt(Receipt {
            title: w.s("ui.import_done"),
            label: w.s("ui.receipt_number"),
            number: view.number.clone(),
        }))
        .block(Block::Facts(vec![
            Fact::new(w, "file", Cell::code(&view.file)),
            Fact::new(w, "n_added", Cell::number(view.n_added)),
            Fact::new(w, "n_changed", Cell::number(view.n_changed)),
            Fact::new(w, "n_refused", Cell::number(view.n_refused)),
        ]))
        .block(Block::Actions(vec![Action::primary(w.t("ui.page.products"), "/products")]))
        .render(frame)
}

/// A page of one step.
fn start(w: Words, step: usize) -> Page {
    Page::new(w, "ui.page.product_import")
        .under(w, Section::Products)
        .shape(Shape::Reading)
        .block(Block::Steps(Step::all(w, STEPS, step)))
}
