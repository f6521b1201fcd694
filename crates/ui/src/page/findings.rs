//! 検出 / Findings: `/findings`, and the page that confirms an act on many.

use kikimori_core::assessment::AssessmentStatus;

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{
    Action, Block, Bulk, Cell, Chip, Condition, Empty, Filter, Form, Hue, Page, Row, Shape, Table, results,
};
use crate::view::{Choice, FindingState, FormState, Link, Listing, Score};
use crate::words::Words;

/// The path of the list.
pub(crate) const PATH: &str = "/findings";

/// A finding in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingRow {
    /// Its id, such as `FND-000123`.
    pub id: String,
    /// The vulnerability's id, such as `CVE-2024-0001`.
    pub vulnerability: String,
    /// Product and release, such as `Pump X 2.4`.
    pub product: String,
    /// The product's id.
    pub product_id: String,
    /// Component and version, such as `openssl 3.0.11`.
    pub component: String,
    /// Its severity.
    pub score: Score,
    /// The vulnerability is known to be exploited.
    pub is_kev: bool,
    /// The EPSS probability, such as `0.412`; empty when there is none.
    pub epss: String,
    /// The days left or the date of its deadline; empty without one.
    pub due: String,
    /// Who looks after it; empty without anyone.
    pub owner: String,
    /// What was decided.
    pub state: FindingState,
    /// Sources disagree about it.
    pub is_disputed: bool,
}

/// The conditions of the list: parameters of its address.
pub const CONDITIONS: &[&str] = &["q", "state", "product", "component", "severity", "epss", "kev"];

/// The list of findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its state. Parameters: `q`, `state`, `product`, `severity`, `kev`, `epss`, `component`, `sort`
    /// (`id`, `product`, `component`, `score`, `epss`, `due`, `state`).
    pub listing: Listing,
    /// The rows of this page.
    pub rows: Vec<FindingRow>,
    /// The products that may be chosen; value is the id.
    pub products: Vec<Choice>,
    /// The person may assess findings.
    pub may_assess: bool,
    /// An SBOM has been ingested; decides what an empty list says.
    pub has_sboms: bool,
}

/// The page of the list.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let query = view.listing.query_text();
    let export = |ending: &str| format!("{PATH}.{ending}{}{query}", if query.is_empty() { "" } else { "?" });
    let bulk = view.may_assess.then(|| Bulk {
        action: format!("{PATH}/bulk"),
        csrf: frame.csrf.clone(),
        query: query.clone(),
        acts: vec![("assess", w.s("ui.action.assess_chosen"))],
    });
    let mut table = table(w, &view.rows, Some(&view.listing));
    table.bulk = bulk;
    let empty = if view.has_sboms {
        Empty::new(w, "findings", vec![Action::link(w.t("ui.page.components"), "/components")])
    } else {
        Empty::new(w, "no_sbom", vec![Action::primary(w.t("ui.page.ingest"), "/sboms/new")])
    };
    Page::new(w, "ui.page.findings")
        .under(w, Section::Findings)
        .lead(w.t("ui.lead.findings"))
        .action(Action::link(w.t("ui.action.to_excel"), export("xlsx")))
        .action(Action::link(w.t("ui.action.to_csv"), export("csv")))
        .action(Action::print(w))
        .block(results(&filter(w, view), &table, empty))
        .render(frame)
}

/// The filter.
fn filter<'a>(w: Words, view: &'a View) -> Filter<'a> {
    let mut states = w.choices("assessment-status", AssessmentStatus::ALL.iter().map(|one| one.code()));
    states.push(Choice::new("retracted", w.t("ui.state.retracted")));
    Filter {
        w,
        path: PATH,
        listing: &view.listing,
        conditions: vec![
            Condition::text("q"),
            Condition::select_of("state", states),
            Condition::select_of("product", view.products.clone()),
            Condition::text("component"),
            Condition::select(w, "severity", &["critical", "high", "medium", "low"]),
            Condition::text("epss"),
            Condition::check("kev"),
        ],
    }
}

/// A table of findings; sortable with a list's state. Deadline and owner stand only where there are any.
pub(crate) fn table(w: Words, rows: &[FindingRow], listing: Option<&Listing>) -> Table {
    let has_due = rows.iter().any(|row| !row.due.is_empty());
    let has_owner = rows.iter().any(|row| !row.owner.is_empty());
    let mut columns = vec!["finding!", "product_release", "component", "severity!", "kev!", "epss#"];
    let mut sorts = vec!["id", "product", "component", "score", "", "epss"];
    for (has, column, sort) in [(has_due, "due!", "due"), (has_owner, "owner", "")] {
        if has {
            columns.push(column);
            sorts.push(sort);
        }
    }
    columns.push("state!");
    sorts.push("state");
    let table = Table::new(w, w.t("ui.page.findings"), &columns)
        .rows(rows.iter().map(|row| finding_row(w, row, has_due, has_owner)));
    match listing {
        Some(listing) => table.sorted_by(PATH, listing, &sorts),
        None => table,
    }
}

/// The row of a finding.
fn finding_row(w: Words, row: &FindingRow, has_due: bool, has_owner: bool) -> Row {
    let id = Cell::CodeLink(Link::new(&row.id, address::finding(&row.id)));
    let vulnerability = Cell::Quiet(row.vulnerability.clone());
    let kev =
        if row.is_kev { Cell::Chip(Chip::new(Hue::Bad, w.t("ui.kev"))) } else { Cell::Missing("ui.kev_not") };
    let mut state = vec![Cell::Chip(Chip::state(w, row.state))];
    if row.is_disputed {
        state.push(Cell::Chip(Chip::new(Hue::Medium, w.t("ui.disputed"))));
    }
    let mut cells = vec![
        Cell::Stack(vec![id, vulnerability]),
        Cell::link(&row.product, address::product(&row.product_id)),
        Cell::text(&row.component),
        Cell::Chip(Chip::severity(w, &row.score)),
        kev,
        Cell::text(&row.epss),
    ];
    if has_due {
        cells.push(Cell::text(&row.due));
    }
    if has_owner {
        cells.push(Cell::text(&row.owner));
    }
    cells.push(Cell::Stack(state));
    Row { cells, choice: row.id.clone(), choice_label: w.f1("ui.select_one", "name", &row.id) }
}

/// The assessment of many findings, asked before it is done. Posts to `/findings/bulk` with `confirmed=1`,
/// `act`, one `id` each, and the fields of [`crate::page::finding::FIELDS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkView {
    /// What was chosen.
    pub rows: Vec<FindingRow>,
    /// What is typed and what is wrong.
    pub form: FormState,
}

/// The page that confirms.
#[must_use]
pub fn bulk_page(frame: &Frame, view: &BulkView) -> String {
    let w = Words(frame.language);
    let n = u64::try_from(view.rows.len()).unwrap_or(u64::MAX);
    let mut form = Form::new(w, "bulk", format!("{PATH}/bulk"), &frame.csrf, &view.form)
        .hidden("confirmed", "1")
        .hidden("act", "assess");
    for row in &view.rows {
        form = form.hidden("id", row.id.clone());
    }
    let form = super::finding::assessment_fields(w, form).submit(w.n("ui.action.assess_n", n)).cancel(PATH);
    Page::titled(w.n("ui.page.bulk", n))
        .under(w, Section::Findings)
        .lead(w.t("ui.lead.bulk"))
        .shape(Shape::Wide)
        .block(Block::Columns(
            vec![Block::Table(chosen(w, &view.rows))],
            vec![Block::section(w, "assessment", vec![Block::Form(form.clone())])],
        ))
        .with_errors(&form)
        .render(frame)
}

/// What was chosen, with as much as is needed to recognise it.
fn chosen(w: Words, rows: &[FindingRow]) -> Table {
    let keys = ["finding!", "product_release", "component", "severity!", "state!"];
    Table::new(w, w.t("ui.page.findings"), &keys).rows(rows.iter().map(|row| {
        Row::new(vec![
            Cell::Stack(vec![
                Cell::CodeLink(Link::new(&row.id, address::finding(&row.id))),
                Cell::Quiet(row.vulnerability.clone()),
            ]),
            Cell::text(&row.product),
            Cell::text(&row.component),
            Cell::Chip(Chip::severity(w, &row.score)),
            Cell::Chip(Chip::state(w, row.state)),
        ])
    }))
}
