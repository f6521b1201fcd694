//! SBOM: `/sboms/{id}`: what is missing, the components, the difference, the original.

use crate::address;
use crate::frame::{Frame, Section, Tone};
use crate::page::ingest::{Notice, notices};
use crate::part::{
    Action, Banner, Block, Cell, Chip, Condition, Disclosure, Empty, Fact, Filter, Hue, Page, Row, Table,
    results,
};
use crate::view::Listing;
use crate::words::Words;

/// A component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentRow {
    /// Its name.
    pub name: String,
    /// Its version as written; empty without one.
    pub version: String,
    /// Its supplier; empty without one.
    pub supplier: String,
    /// Its purl, CPE or other identifier; empty without any.
    pub identifier: String,
    /// Its licence; empty without one.
    pub licence: String,
    /// How deep it stands under the product: 0 when not known, 1 for direct.
    pub depth: u32,
    /// Why it is not matched (未照合), in the page's language; empty when it is.
    pub unmatched: String,
    /// Open findings.
    pub n_findings: u64,
}

/// A difference from the SBOM before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DifferenceRow {
    /// `added`, `removed` or `changed`.
    pub kind: String,
    /// The component.
    pub name: String,
    /// Its version before; empty when it is new.
    pub before: String,
    /// Its version now; empty when it is gone.
    pub after: String,
}

/// The conditions of the list of components: parameters of its address.
pub const CONDITIONS: &[&str] = &["q", "match"];

/// The page of an SBOM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: String,
    /// Product and version.
    pub release: String,
    /// The product.
    pub product: String,
    /// The product's id.
    pub product_id: String,
    /// Its format.
    pub format: String,
    /// The original's name.
    pub file: String,
    /// The original's SHA-256.
    pub sha256: String,
    /// The original's size.
    pub size: String,
    /// Who ingested it.
    pub ingested_by: String,
    /// When, with its zone.
    pub ingested_at: String,
    /// Who wrote it and with what, as the document says; empty when it does not.
    pub author: String,
    /// The revision of this release's SBOM, from 1.
    pub revision: u64,
    /// A newer revision's id; empty when this is the newest.
    pub newer_id: String,
    /// All components.
    pub n_components: u64,
    /// Components that are not matched.
    pub n_unmatched: u64,
    /// What is missing and why it matters.
    pub notices: Vec<Notice>,
    /// The state of the list of components. Parameters: `q`, `match` (`unmatched`).
    pub listing: Listing,
    /// The components of this page.
    pub rows: Vec<ComponentRow>,
    /// The difference from the revision before; empty for the first.
    pub difference: Vec<DifferenceRow>,
    /// Differences in all; more than are shown when there are many.
    pub n_differences: u64,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let path = address::sbom(&view.id);
    let mut page = Page::titled(w.f1("ui.sbom_of", "release", &view.release))
        .above(&view.id)
        .under(w, Section::Products)
        .crumb(&view.product, address::product(&view.product_id))
        .action(Action::link(w.t("ui.action.original"), format!("{path}/original")))
        .action(Action::link(w.t("ui.action.to_excel"), format!("{path}/components.xlsx")))
        .action(Action::print(w));
    if !view.newer_id.is_empty() {
        let mut banner = Banner::new(Tone::Warning, w.t("ui.sbom_old"));
        banner.lines.push(Cell::link(&view.newer_id, address::sbom(&view.newer_id)));
        page = page.block(Block::Banner(banner));
    }
    if view.n_unmatched > 0 {
        let mut banner = Banner::new(Tone::Warning, w.n("ui.sbom_unmatched", view.n_unmatched));
        banner.lines.push(Cell::link(
            w.t("ui.page.identities"),
            address::with_query("/identities", &[("sbom", &view.id)]),
        ));
        page = page.block(Block::Banner(banner));
    }
    page.block(Block::Columns(vec![notices(w, &view.notices)], vec![original(w, view)]))
        .block(difference(w, view))
        .block(Block::section(w, "components", vec![components(w, &path, view)]))
        .render(frame)
}

/// The original.
fn original(w: Words, view: &View) -> Block {
    Block::section(
        w,
        "original",
        vec![Block::Facts(vec![
            Fact::new(w, "format", Cell::text(&view.format)),
            Fact::new(w, "file", Cell::Stack(vec![Cell::code(&view.file), Cell::Quiet(view.size.clone())])),
            Fact::new(w, "sha256", Cell::Copy(view.sha256.clone())),
            Fact::new(w, "author", Cell::text(&view.author)),
            Fact::new(
                w,
                "ingested",
                Cell::Stack(vec![Cell::text(&view.ingested_by), Cell::Quiet(view.ingested_at.clone())]),
            ),
            Fact::new(w, "revision", Cell::number(view.revision)),
            Fact::new(w, "n_components", Cell::number(view.n_components)),
            Fact::new(w, "n_unmatched", Cell::number(view.n_unmatched)),
        ])],
    )
}

/// The difference from the revision before.
fn difference(w: Words, view: &View) -> Block {
    if view.difference.is_empty() {
        let key = if view.revision > 1 { "ui.difference_equal" } else { "ui.difference_none" };
        return Block::section(w, "difference", vec![Block::Note(w.s(key))]);
    }
    let rows = view.difference.iter().map(|row| {
        let (hue, key) = match row.kind.as_str() {
            "added" => (Hue::Good, "ui.change.added"),
            "removed" => (Hue::Bad, "ui.change.removed"),
            _ => (Hue::Low, "ui.change.changed"),
        };
        Row::new(vec![
            Cell::text(&row.name),
            Cell::Chip(Chip::new(hue, w.t(key))),
            Cell::code(&row.before),
            Cell::code(&row.after),
        ])
    });
    let table =
        Table::new(w, w.t("ui.section.difference"), &["component", "change!", "before", "after"]).rows(rows);
    let summary = w.n("ui.differences", view.n_differences);
    Block::section(
        w,
        "difference",
        vec![Block::Disclosure(Disclosure { summary, blocks: vec![Block::Table(table)] })],
    )
}

/// The components.
fn components(w: Words, path: &str, view: &View) -> Block {
    let keys =
        ["component", "version", "supplier", "identifier", "licence", "depth#", "matching!", "findings#"];
    let rows = view.rows.iter().map(|row| {
        let matched = if row.unmatched.is_empty() {
            Cell::Chip(Chip::new(Hue::Quiet, w.t("ui.matched")))
        } else {
            Cell::Stack(vec![
                Cell::Chip(Chip::new(Hue::Medium, w.t("ui.not_checked"))),
                Cell::Quiet(row.unmatched.clone()),
            ])
        };
        let findings = if row.unmatched.is_empty() || row.n_findings > 0 {
            Cell::count(row.n_findings, address::with_query("/findings", &[("component", &row.name)]))
        } else {
            Cell::Missing("ui.not_checked")
        };
        Row::new(vec![
            Cell::text(&row.name),
            Cell::code(&row.version),
            Cell::text(&row.supplier),
            Cell::code(&row.identifier),
            Cell::text(&row.licence),
            if row.depth == 0 { Cell::Missing("ui.missing") } else { Cell::number(row.depth.into()) },
            matched,
            findings,
        ])
    });
    let table = Table::new(w, w.t("ui.section.components"), &keys).rows(rows);
    let filter = Filter {
        w,
        path,
        listing: &view.listing,
        conditions: vec![Condition::text("q"), Condition::select(w, "match", &["unmatched"])],
    };
    results(&filter, &table, Empty::new(w, "components", Vec::new()))
}
