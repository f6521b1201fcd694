//! 同定待ち / Identity queue: `/identities` and `/identities/{id}`.

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{Block, Cell, Condition, Empty, Fact, Filter, Form, Page, Row, Table, results};
use crate::view::{Choice, FormState, Link, Listing};
use crate::words::Words;

/// The path of the queue.
const PATH: &str = "/identities";

/// The fields of the decision, posted to `/identities/{id}`. `candidate` holds the value of a proposal, `another` (then
/// `purl` and `cpe` count) or `none` (no vulnerability source can know it).
pub const FIELDS: &[&str] = &["candidate", "purl", "cpe", "reason"];

/// A component that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityRow {
    /// Its id in the queue.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version; empty without one.
    pub version: String,
    /// Its supplier; empty without one.
    pub supplier: String,
    /// Why it is not matched, in the page's language.
    pub reason: String,
    /// Releases that hold it.
    pub n_releases: u64,
    /// Proposals.
    pub n_candidates: u64,
}

/// The conditions of the queue: parameters of its address.
pub const CONDITIONS: &[&str] = &["q", "product", "candidates"];

/// The queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its state. Parameters: `q`, `product`, `sbom`, `candidates` (`some`, `none`), `sort` (`name`, `releases`).
    pub listing: Listing,
    /// The rows of this page.
    pub rows: Vec<IdentityRow>,
    /// The products that may be chosen.
    pub products: Vec<Choice>,
}

/// The page of the queue.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let keys = ["component", "version", "supplier", "unmatched_reason", "releases#", "candidates#"];
    let rows = view.rows.iter().map(|row| {
        Row::new(vec![
            Cell::Link(Link::new(&row.name, address::identity(&row.id))),
            Cell::code(&row.version),
            Cell::text(&row.supplier),
            Cell::text(&row.reason),
            Cell::count(row.n_releases, address::with_query("/components", &[("q", &row.name)])),
            Cell::number(row.n_candidates),
        ])
    });
    let table = Table::new(w, w.t("ui.page.identities"), &keys).rows(rows).sorted_by(
        PATH,
        &view.listing,
        &["name", "", "", "", "releases", ""],
    );
    let filter = Filter {
        w,
        path: PATH,
        listing: &view.listing,
        conditions: vec![
            Condition::text("q"),
            Condition::select_of("product", view.products.clone()),
            Condition::select(w, "candidates", &["some", "none"]),
        ],
    };
    Page::new(w, "ui.page.identities")
        .under(w, Section::Products)
        .tabs(super::products::tabs(w, PATH))
        .lead(w.t("ui.lead.identities"))
        .block(results(&filter, &table, Empty::new(w, "identities", Vec::new())))
        .render(frame)
}

/// A proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The value of the field `candidate`.
    pub value: String,
    /// The identifier, such as `pkg:generic/openssl`.
    pub identifier: String,
    /// What speaks for it, in the page's language.
    pub basis: String,
    /// Records that name it.
    pub n_records: u64,
}

/// The decision about one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionView {
    /// Its id in the queue.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its supplier.
    pub supplier: String,
    /// Its identifiers as written, with their fields; empty without any.
    pub written: Vec<String>,
    /// Why it is not matched, in the page's language.
    pub reason: String,
    /// Product and release that hold it.
    pub releases: Vec<Link>,
    /// The proposals, the likeliest first. They are never taken without a person.
    pub candidates: Vec<Candidate>,
    /// What is typed.
    pub form: FormState,
    /// The next one in the queue; empty at the end.
    pub next_id: String,
}

/// The page of a decision.
#[must_use]
pub fn decision_page(frame: &Frame, view: &DecisionView) -> String {
    let w = Words(frame.language);
    let mut choices: Vec<Choice> = view
        .candidates
        .iter()
        .map(|candidate| {
            let label = w.f(
                "ui.candidate",
                &[
                    ("identifier", &candidate.identifier),
                    ("basis", &candidate.basis),
                    ("n", &candidate.n_records),
                ],
            );
            Choice::new(&candidate.value, label)
        })
        .collect();
    choices.push(Choice::new("another", w.t("ui.choice.candidate.another")));
    choices.push(Choice::new("none", w.t("ui.choice.candidate.none")));
    let mut form = Form::new(w, "identity", address::identity(&view.id), &frame.csrf, &view.form)
        .radio_of("candidate", choices)
        .required()
        .help()
        .text("purl")
        .help()
        .text("cpe")
        .help()
        .area("reason", 1_000)
        .required()
        .submit(w.t("ui.action.decide"))
        .cancel(PATH)
        .guarded();
    if !view.next_id.is_empty() {
        form = form.second("next", "1", w.t("ui.action.decide_next"));
    }
    let releases = view.releases.iter().cloned().map(Cell::Link).collect();
    let facts = vec![
        Fact::new(w, "name", Cell::text(&view.name)),
        Fact::new(w, "version", Cell::code(&view.version)),
        Fact::new(w, "supplier", Cell::text(&view.supplier)),
        Fact::new(
            w,
            "written",
            if view.written.is_empty() {
                Cell::Missing("ui.missing")
            } else {
                Cell::Stack(view.written.iter().map(|text| Cell::code(text)).collect())
            },
        ),
        Fact::new(w, "unmatched_reason", Cell::text(&view.reason)),
        Fact::new(w, "releases", Cell::Stack(releases)),
    ];
    Page::titled(w.f1("ui.identity_of", "name", &view.name))
        .under(w, Section::Products)
        .crumb(w.t("ui.page.identities"), PATH)
        .block(Block::Columns(
            vec![Block::section(w, "decision", vec![Block::Form(form.clone())])],
            vec![Block::section(w, "as_written", vec![Block::Facts(facts)])],
        ))
        .with_errors(&form)
        .render(frame)
}
