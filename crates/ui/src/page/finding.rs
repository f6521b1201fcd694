//! 検出の詳細 / Finding: `/findings/{id}`. Left the evidence, right the assessment, below history and neighbours.

use kikimori_core::assessment::{AssessmentResponse, AssessmentStatus, Justification};
use kikimori_core::limits::STATEMENT_CHARACTERS_MAX;

use crate::address;
use crate::frame::{Frame, Section, Tone};
use crate::page::findings::FindingRow;
use crate::part::{
    Action, Banner, Block, Cell, Chip, Empty, Evidence, EvidenceRow, Fact, Form, Hue, Page, Row, Table,
};
use crate::view::{FindingState, FormState, HistoryEntry, Link, Score};
use crate::words::Words;

/// The fields of the assessment form.
///
/// As [`kikimori_core::assessment::AssessmentDraft`] calls them, and the `reason` for the audit trail. `responses` may stand several times. Posted to `/findings/{id}/assessment`. `next=1` stands when the person chose to save
/// and go on to the next finding.
pub const FIELDS: &[&str] = &["status", "justification", "responses", "impact_ja", "impact_en", "reason"];

/// How a statement answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// 影響あり.
    Affected,
    /// 影響なし.
    NotAffected,
    /// 判定できない.
    #[default]
    Unknown,
}

/// One statement of a record that was weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Who says it, such as `NVD` or `Debian`.
    pub source: String,
    /// The record and its revision, such as `CVE-2024-0001（2026-11-01）`.
    pub record: String,
    /// Where the record can be read; empty when nowhere.
    pub url: String,
    /// What it answers.
    pub verdict: Verdict,
    /// Why the answer is unknown, in the page's language; empty otherwise.
    pub reason: String,
    /// What was searched by, such as `pkg:deb/debian/openssl@3.0.11`.
    pub searched_by: String,
    /// What was found, such as `cpe:2.3:a:openssl:openssl`.
    pub found: String,
    /// The range, such as `>= 3.0.0, < 3.0.12`.
    pub range: String,
    /// How we know that it is this component, in the page's language.
    pub basis: String,
    /// The weight of who says it, in the page's language.
    pub authority: String,
    /// Why it does not count, in the page's language; empty when it counts.
    pub overruled: String,
}

/// The page of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: String,
    /// The vulnerability's id.
    pub vulnerability: String,
    /// What it is about: a short title; empty without one.
    pub title: String,
    /// The description in the best language there is.
    pub description: String,
    /// The language of the description: `ja` or `en`.
    pub description_language: &'static str,
    /// Who wrote the description and when, such as `JVN, 2026-11-01`.
    pub description_source: String,
    /// Product and release.
    pub product: String,
    /// The product's id.
    pub product_id: String,
    /// Component and version as the SBOM writes them.
    pub component: String,
    /// The component's purl, CPE or other identifier; empty without any.
    pub identifier: String,
    /// Its place in the SBOM, such as `/components/12`.
    pub place: String,
    /// The SBOM's id.
    pub sbom_id: String,
    /// Its severity.
    pub score: Score,
    /// The vector and who gave it, such as `CVSS:3.1/AV:N/… (NVD)`.
    pub vector: String,
    /// Since when it is known to be exploited; empty when it is not.
    pub kev_on: String,
    /// The EPSS probability and percentile with their date; empty without.
    pub epss: String,
    /// What was decided.
    pub state: FindingState,
    /// Sources disagree.
    pub is_disputed: bool,
    /// Why it was opened again; empty otherwise.
    pub reopened: String,
    /// The point of the data used, `2026-11-21 06:00 JST`, and the library's snapshot.
    pub snapshot: String,
    /// The statements, those that count first.
    pub statements: Vec<Statement>,
    /// What is typed in the assessment form, and the revision.
    pub form: FormState,
    /// The person may assess it.
    pub may_assess: bool,
    /// The one after it in the list that the person came from; empty without one.
    pub next_id: String,
    /// What happened to it.
    pub history: Vec<HistoryEntry>,
    /// The same vulnerability in other products.
    pub neighbours: Vec<FindingRow>,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let form = form(w, frame, view);
    let mut page = Page::titled(view.vulnerability.clone())
        .above(&view.id)
        .under(w, Section::Findings)
        .lead(view.title.clone())
        .action(Action::link(w.t("ui.page.vulnerability"), address::vulnerability(&view.vulnerability)))
        .action(Action::print(w));
    if !view.next_id.is_empty() {
        page = page.action(Action::link(w.t("ui.action.next_finding"), address::finding(&view.next_id)));
    }
    if !view.reopened.is_empty() {
        page = page.block(Block::Banner(Banner::new(Tone::Warning, view.reopened.clone())));
    }
    if view.is_disputed {
        page = page.block(Block::Banner(Banner::new(Tone::Warning, w.t("ui.disputed_why"))));
    }
    let assessment = if view.may_assess {
        vec![Block::Form(form.clone())]
    } else {
        vec![Block::Facts(decided(w, view)), Block::Note(w.s("ui.assess_not_allowed"))]
    };
    let mut narrow = vec![Block::section(w, "assessment", assessment)];
    narrow.push(history(w, &view.history));
    page.block(Block::Facts(facts(w, view)))
        .block(Block::Columns(evidence(w, view), narrow))
        .block(neighbours(w, view))
        .with_errors(&form)
        .render(frame)
}

/// What is known at a glance.
fn facts(w: Words, view: &View) -> Vec<Fact> {
    let mut chips = vec![Cell::Chip(Chip::state(w, view.state)), Cell::Chip(Chip::severity(w, &view.score))];
    if !view.kev_on.is_empty() {
        chips.push(Cell::Chip(Chip::new(Hue::Bad, w.f1("ui.kev_since", "on", &view.kev_on))));
    }
    let mut component = vec![Cell::text(&view.component)];
    if !view.identifier.is_empty() {
        component.push(Cell::Copy(view.identifier.clone()));
    }
    let mut severity = vec![Cell::code(&view.vector)];
    if !view.epss.is_empty() {
        severity.push(Cell::Text(w.f1("ui.epss_is", "epss", &view.epss)));
    }
    vec![
        Fact::new(w, "state", Cell::Inline(chips)),
        Fact::new(w, "product", Cell::link(&view.product, address::product(&view.product_id))),
        Fact::new(w, "component", Cell::Stack(component)),
        Fact::new(
            w,
            "place",
            Cell::Inline(vec![
                Cell::link(w.t("ui.page.sbom"), address::sbom(&view.sbom_id)),
                Cell::code(&view.place),
            ]),
        ),
        Fact::new(w, "vector", Cell::Stack(severity)),
    ]
}

/// Why we think so, and what the vulnerability is.
fn evidence(w: Words, view: &View) -> Vec<Block> {
    let mut blocks = vec![Block::Note(w.f1("ui.evidence_lead", "snapshot", &view.snapshot))];
    if view.statements.is_empty() {
        blocks.push(Block::Empty(Empty::new(w, "evidence", Vec::new())));
    } else {
        blocks.push(Block::Evidence(
            view.statements.iter().map(|statement| statement_block(w, statement)).collect(),
        ));
    }
    let mut all = vec![Block::section(w, "evidence", blocks)];
    if !view.description.is_empty() {
        all.push(Block::section(
            w,
            "description",
            vec![
                Block::Quote(view.description.clone(), view.description_language),
                Block::Note(w.f1("ui.source_is", "source", &view.description_source)),
            ],
        ));
    }
    all
}

/// One statement with its details.
fn statement_block(w: Words, statement: &Statement) -> Evidence {
    let (hue, key) = match statement.verdict {
        Verdict::Affected => (Hue::Bad, "ui.verdict.affected"),
        Verdict::NotAffected => (Hue::Good, "ui.verdict.not_affected"),
        Verdict::Unknown => (Hue::Medium, "ui.verdict.unknown"),
    };
    let mut rows = Vec::new();
    let mut add = |key: &str, cell: Cell| {
        rows.push(EvidenceRow { name: w.of("ui.fact", key).to_owned(), cell });
    };
    let mut record = vec![Cell::code(&statement.record)];
    if !statement.url.is_empty() {
        record.push(Cell::External(statement.url.clone()));
    }
    add("searched_by", Cell::code(&statement.searched_by));
    add("found", Cell::code(&statement.found));
    add("range", Cell::code(&statement.range));
    if !statement.reason.is_empty() {
        add("unknown_reason", Cell::text(&statement.reason));
    }
    add("basis", Cell::text(&statement.basis));
    add("authority", Cell::text(&statement.authority));
    add("record", Cell::Stack(record));
    Evidence {
        source: statement.source.clone(),
        verdict: Some(Chip::new(hue, w.t(key))),
        overruled: statement.overruled.clone(),
        rows,
    }
}

/// The assessment form.
fn form(w: Words, frame: &Frame, view: &View) -> Form {
    let action = format!("{}/assessment", address::finding(&view.id));
    let form = assessment_fields(w, Form::new(w, "assessment", action, &frame.csrf, &view.form)).guarded();
    if view.next_id.is_empty() { form } else { form.second("next", "1", w.t("ui.action.save_next")) }
}

/// The fields of an assessment.
pub(crate) fn assessment_fields(w: Words, form: Form) -> Form {
    let statuses = w.choices("assessment-status", AssessmentStatus::ALL.iter().map(|one| one.code()));
    let justifications = w.choices("justification", Justification::ALL.iter().map(|one| one.code()));
    let responses = w.choices("assessment-response", AssessmentResponse::ALL.iter().map(|one| one.code()));
    form.radio_of("status", statuses)
        .required()
        .select_of("justification", &justifications)
        .help()
        .checks_of("responses", responses)
        .help()
        .pair("impact", STATEMENT_CHARACTERS_MAX, false)
        .area("reason", 1_000)
        .help()
}

/// The decision, for those who may only read it.
fn decided(w: Words, view: &View) -> Vec<Fact> {
    let form = &view.form;
    let justification = form.get("justification");
    let justification = if justification.is_empty() { "" } else { w.of("justification", justification) };
    let responses = form
        .values
        .iter()
        .filter(|(name, _)| name == "responses")
        .map(|(_, code)| Cell::text(w.of("assessment-response", code)))
        .collect();
    vec![
        Fact::new(w, "state", Cell::Chip(Chip::state(w, view.state))),
        Fact::new(w, "justification", Cell::text(justification)),
        Fact::new(w, "impact", Cell::text(form.get("impact_ja"))),
        Fact::new(w, "responses", Cell::Stack(responses)),
    ]
}

/// What happened.
pub(crate) fn history(w: Words, entries: &[HistoryEntry]) -> Block {
    let inner = if entries.is_empty() {
        Block::Note(w.s("ui.history_none"))
    } else {
        Block::Timeline(entries.to_vec())
    };
    Block::section(w, "history", vec![inner])
}

/// The same vulnerability elsewhere.
fn neighbours(w: Words, view: &View) -> Block {
    let mut blocks = Vec::new();
    if view.neighbours.is_empty() {
        blocks.push(Block::Note(w.s("ui.neighbours_none")));
    } else {
        let mut keys = vec!["finding!", "product_release", "component", "state!"];
        if view.may_assess {
            keys.push("act!");
        }
        let rows = view.neighbours.iter().map(|row| {
            let mut cells = vec![
                Cell::CodeLink(Link::new(&row.id, address::finding(&row.id))),
                Cell::text(&row.product),
                Cell::text(&row.component),
                Cell::Chip(Chip::state(w, row.state)),
            ];
            if view.may_assess {
                let href = format!("{}?copy_from={}", address::finding(&view.id), address::encode(&row.id));
                cells.push(Cell::link(w.t("ui.action.copy_assessment"), href));
            }
            Row::new(cells)
        });
        blocks.push(Block::Table(Table::new(w, w.t("ui.section.neighbours"), &keys).rows(rows)));
    }
    Block::section(w, "neighbours", blocks)
}
