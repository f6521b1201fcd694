//! SBOMの取り込み / Ingest: `/sboms/new`, `/sboms/check`, receipt.

use crate::address;
use crate::frame::{Frame, Section, Tone};
use crate::part::{Action, Banner, Block, Cell, Fact, Form, Page, Receipt, Shape, Step};
use crate::view::{Choice, FormState};
use crate::words::Words;

/// The steps.
const STEPS: &[&str] = &["file", "check", "done"];

/// The fields of the first step, posted to `/sboms/check` with the file.
pub const FIELDS: &[&str] = &["release", "file"];

/// The first step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The releases that may get an SBOM: value is the release's id, label product and version.
    pub releases: Vec<Choice>,
    /// What is typed and wrong.
    pub form: FormState,
    /// The largest file, such as `100 MB`.
    pub size_max: String,
}

/// The page of the first step.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "ingest", "/sboms/check", &frame.csrf, &view.form)
        .select_of("release", &view.releases)
        .required()
        .file("file", ".json,.xml,.spdx,.tag,.csv,.xlsx,.gz,.zip,.zst")
        .required()
        .help()
        .submit(w.t("ui.action.check"))
        .cancel("/products");
    start(w, 0)
        .lead(w.t("ui.lead.ingest"))
        .block(Block::Form(form))
        .block(Block::Note(w.f1("ui.size_max", "size", &view.size_max)))
        .render(frame)
}

/// A notice of the check: code, cause, remedy and place in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The code, such as `SBOM-004`.
    pub code: String,
    /// What is missing and why it matters.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// Where; empty when everywhere.
    pub place: String,
    /// How often.
    pub n: u64,
}

/// The second step: posts `token` and `release` to `/sboms/new`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckView {
    /// What names the checked file.
    pub token: String,
    /// The release's id.
    pub release_id: String,
    /// Product and version.
    pub release: String,
    /// The file's name.
    pub file: String,
    /// Its format, such as `CycloneDX 1.6（JSON）`.
    pub format: String,
    /// Its size, such as `1.2 MB`.
    pub size: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Components.
    pub n_components: u64,
    /// Components that can be matched.
    pub n_matchable: u64,
    /// Components that cannot be matched (未照合 after ingest).
    pub n_unmatched: u64,
    /// Entries that cannot be taken.
    pub n_refused: u64,
    /// Against the SBOM now in place: added, removed, changed; `None` for the first one.
    pub difference: Option<(u64, u64, u64)>,
    /// This very file is in place already.
    pub is_same: bool,
    /// What was noticed.
    pub notices: Vec<Notice>,
}

/// The page of the second step.
#[must_use]
pub fn check_page(frame: &Frame, view: &CheckView) -> String {
    let w = Words(frame.language);
    let mut page = start(w, 1).lead(w.t("ui.lead.ingest_check"));
    if view.is_same {
        page = page.block(Block::Banner(Banner::new(Tone::Info, w.t("ui.ingest_same"))));
    }
    if view.n_unmatched > 0 {
        page = page
            .block(Block::Banner(Banner::new(Tone::Warning, w.n("ui.ingest_unmatched", view.n_unmatched))));
    }
    let form = Form::new(w, "ingest", "/sboms/new", &frame.csrf, &FormState::default())
        .hidden("token", view.token.clone())
        .hidden("release", view.release_id.clone())
        .submit(w.t("ui.action.ingest"))
        .cancel("/sboms/new");
    page.block(Block::Facts(check_facts(w, view)))
        .block(Block::Form(form))
        .block(notices(w, &view.notices))
        .render(frame)
}

/// What the check found.
fn check_facts(w: Words, view: &CheckView) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(w, "release", Cell::text(&view.release)),
        Fact::new(w, "file", Cell::code(&view.file)),
        Fact::new(w, "format", Cell::text(&view.format)),
        Fact::new(w, "size", Cell::text(&view.size)),
        Fact::new(w, "sha256", Cell::Copy(view.sha256.clone())),
        Fact::new(w, "n_components", Cell::number(view.n_components)),
        Fact::new(w, "n_matchable", Cell::number(view.n_matchable)),
        Fact::new(w, "n_unmatched", Cell::number(view.n_unmatched)),
        Fact::new(w, "n_refused", Cell::number(view.n_refused)),
    ];
    let difference = match view.difference {
        None => w.s("ui.difference_none"),
        Some((added, removed, changed)) => {
            w.f("ui.difference", &[("added", &added), ("removed", &removed), ("changed", &changed)])
        }
    };
    facts.push(Fact::new(w, "difference", Cell::Text(difference)));
    facts
}

/// What was noticed, with what to do.
pub(crate) fn notices(w: Words, notices: &[Notice]) -> Block {
    if notices.is_empty() {
        return Block::section(w, "notices", vec![Block::Note(w.s("ui.notices_none"))]);
    }
    let table =
        crate::part::Table::new(w, w.t("ui.section.notices"), &["code!", "cause", "remedy", "count#"]).rows(
            notices.iter().map(|notice| {
                let mut cause = vec![Cell::text(&notice.cause)];
                if !notice.place.is_empty() {
                    cause.push(Cell::Quiet(notice.place.clone()));
                }
                crate::part::Row::new(vec![
                    Cell::code(&notice.code),
                    Cell::Stack(cause),
                    Cell::text(&notice.remedy),
                    Cell::number(notice.n),
                ])
            }),
        );
    Block::section(w, "notices", vec![Block::Table(table)])
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptView {
    /// The SBOM's id.
    pub sbom_id: String,
    /// Product and version.
    pub release: String,
    /// The product's id.
    pub product_id: String,
    /// Components taken.
    pub n_components: u64,
    /// Components that cannot be matched.
    pub n_unmatched: u64,
    /// When, with its zone.
    pub at: String,
    /// The match still runs; its findings come later.
    pub is_matching: bool,
    /// Findings; meaningful once the match is done.
    pub n_findings: u64,
}

/// The page of the receipt.
#[must_use]
pub fn receipt_page(frame: &Frame, view: &ReceiptView) -> String {
    let w = Words(frame.language);
    let matched = if view.is_matching {
        Block::Poll("matching", 5, vec![Block::Banner(Banner::new(Tone::Info, w.t("ui.matching_runs")))])
    } else {
        Block::Poll("matching", 0, vec![Block::Text(w.n("ui.matching_done", view.n_findings))])
    };
    let mut actions = vec![Action::primary(w.t("ui.page.sbom"), address::sbom(&view.sbom_id))];
    actions.push(Action::link(
        w.t("ui.tab.findings"),
        format!("{}/findings", address::product(&view.product_id)),
    ));
    if view.n_unmatched > 0 {
        actions.push(Action::link(w.t("ui.page.identities"), "/identities"));
    }
    start(w, 2)
        .block(Block::Receipt(Receipt {
            title: w.s("ui.ingest_done"),
            label: w.s("ui.receipt_number"),
            number: view.sbom_id.clone(),
        }))
        .block(Block::Facts(vec![
            Fact::new(w, "release", Cell::text(&view.release)),
            Fact::new(w, "n_components", Cell::number(view.n_components)),
            Fact::new(w, "n_unmatched", Cell::number(view.n_unmatched)),
            Fact::new(w, "at", Cell::text(&view.at)),
        ]))
        .block(matched)
        .block(Block::Actions(actions))
        .render(frame)
}

/// A page of one step.
fn start(w: Words, step: usize) -> Page {
    Page::new(w, "ui.page.ingest")
        .under(w, Section::Products)
        .shape(Shape::Reading)
        .block(Block::Steps(Step::all(w, STEPS, step)))
}
