//! 製品 / Products: `/products`.

use kikimori_core::market::DeviceClass;

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{Action, Cell, Chip, Condition, Empty, Filter, Hue, Page, Row, Tab, Table, results};
use crate::view::{Link, Listing, Score, Severity, SeverityCounts};
use crate::words::Words;

/// The path of the list.
const PATH: &str = "/products";

/// Whether a release has an SBOM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SbomState {
    /// None was ingested.
    #[default]
    Missing,
    /// One was ingested, with what cannot be matched.
    Incomplete,
    /// One was ingested and can be matched.
    Present,
}

impl SbomState {
    /// Its chip.
    pub(crate) fn chip(self, w: Words) -> Chip {
        match self {
            Self::Missing => Chip::new(Hue::Bad, w.t("ui.sbom_state.missing")),
            Self::Incomplete => Chip::new(Hue::Medium, w.t("ui.sbom_state.incomplete")),
            Self::Present => Chip::new(Hue::Good, w.t("ui.sbom_state.present")),
        }
    }
}

/// A product in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRow {
    /// Its id.
    pub id: String,
    /// The trade name (販売名) in the page's language.
    pub name: String,
    /// The generic name (一般的名称).
    pub generic_name: String,
    /// The JMDN code.
    pub jmdn: String,
    /// The code of a [`DeviceClass`]; empty when unknown.
    pub device_class: String,
    /// The number of approval, certification or notification.
    pub approval: String,
    /// The newest release; empty without any.
    pub release: String,
    /// Whether that release has an SBOM.
    pub sbom: SbomState,
    /// Open findings.
    pub findings: SeverityCounts,
    /// An SBOM of it waits to be matched, or cannot be for want of data: no findings say nothing then.
    pub is_waiting: bool,
    /// End of support; empty when not set.
    pub support_end_on: String,
    /// Support has ended.
    pub is_ended: bool,
}

/// The conditions of the list: parameters of its address.
pub const CONDITIONS: &[&str] = &["q", "class", "support", "sbom"];

/// The list of products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its state. Parameters: `q`, `class`, `support` (`supported` by default, `ended`, `all`), `sbom`, `sort`
    /// (`name`, `class`, `support_end`).
    pub listing: Listing,
    /// The rows of this page.
    pub rows: Vec<ProductRow>,
    /// The person may add products.
    pub may_edit: bool,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let keys = [
        "product",
        "generic_name",
        "class!",
        "approval!",
        "release",
        "sbom!",
        "open_findings",
        "support_end!",
    ];
    let table = Table::new(w, w.t("ui.page.products"), &keys)
        .rows(view.rows.iter().map(|row| product_row(w, row)))
        .sorted_by(PATH, &view.listing, &["name", "", "class", "", "", "", "", "support_end"]);
    let filter = Filter {
        w,
        path: PATH,
        listing: &view.listing,
        conditions: vec![
            Condition::text("q"),
            Condition::select_of(
                "class",
                w.choices("device-class", DeviceClass::ALL.iter().map(|one| one.code())),
            ),
            Condition::select(w, "support", &["supported", "ended", "all"]),
            Condition::select(w, "sbom", &["missing", "present"]),
        ],
    };
    let mut page = Page::new(w, "ui.page.products")
        .under(w, Section::Products)
        .lead(w.t("ui.lead.products"))
        .tabs(tabs(w, PATH));
    let mut first = Vec::new();
    if view.may_edit {
        let add = Action::primary(w.t("ui.page.product_new"), "/products/new");
        let import = Action::link(w.t("ui.page.product_import"), "/products/import");
        first = vec![add.clone(), import.clone()];
        page = page.action(import).action(add);
    }
    page.action(Action::link(w.t("ui.action.to_excel"), "/products.xlsx"))
        .block(results(&filter, &table, Empty::new(w, "products", first)))
        .render(frame)
}

/// The lists under 製品, as tabs of each other.
pub(crate) fn tabs(w: Words, path: &str) -> Vec<Tab> {
    [("ui.page.products", PATH), ("ui.page.components", "/components"), ("ui.page.identities", "/identities")]
        .into_iter()
        .map(|(key, href)| Tab { text: w.s(key), href: href.to_owned(), n: None, is_current: href == path })
        .collect()
}

/// The row of a product.
fn product_row(w: Words, row: &ProductRow) -> Row {
    let mut generic = vec![Cell::text(&row.generic_name)];
    if !row.jmdn.is_empty() {
        generic.push(Cell::Quiet(w.f1("ui.jmdn_is", "code", &row.jmdn)));
    }
    let mut support = vec![Cell::text(&row.support_end_on)];
    if row.is_ended {
        support.push(Cell::Chip(Chip::new(Hue::Quiet, w.t("ui.support_ended"))));
    }
    Row::new(vec![
        Cell::Link(Link::new(&row.name, address::product(&row.id))),
        Cell::Stack(generic),
        Cell::text(&row.device_class.to_uppercase()),
        Cell::code(&row.approval),
        Cell::text(&row.release),
        Cell::Chip(row.sbom.chip(w)),
        if row.sbom == SbomState::Missing {
            Cell::Quiet(w.s("ui.not_checked"))
        } else {
            checked_counts(w, &row.findings, row.is_waiting)
        },
        Cell::Stack(support),
    ])
}

/// Open findings by severity; where matching waits, that is said, and none is never said.
pub(crate) fn checked_counts(w: Words, counts: &SeverityCounts, is_waiting: bool) -> Cell {
    match (is_waiting, *counts == SeverityCounts::default()) {
        (false, _) => severity_counts(w, counts),
        (true, true) => Cell::Quiet(w.s("ui.not_checked")),
        (true, false) => Cell::Stack(vec![severity_counts(w, counts), Cell::Quiet(w.s("ui.not_checked"))]),
    }
}

/// Open findings by severity, the worst first; words for none.
pub(crate) fn severity_counts(w: Words, counts: &SeverityCounts) -> Cell {
    let chips: Vec<Cell> = [
        (Severity::Critical, counts.critical),
        (Severity::High, counts.high),
        (Severity::Medium, counts.medium),
        (Severity::Low, counts.low),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(severity, n)| Cell::Chip(Chip::severity(w, &Score { severity, score: crate::words::grouped(n) })))
    .chain((counts.other > 0).then(|| {
        let mut chip = Chip::new(Hue::Quiet, w.t("ui.severity.rest"));
        chip.number = crate::words::grouped(counts.other);
        Cell::Chip(chip)
    }))
    .collect();
    if chips.is_empty() { Cell::Quiet(w.s("ui.findings_none")) } else { Cell::Inline(chips) }
}
