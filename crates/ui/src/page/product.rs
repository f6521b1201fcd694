//! 製品の詳細 / Product: `/products/{id}` and its tabs, each with an address of its own.

use crate::address;
use crate::frame::{Frame, Section, Tone};
use crate::page::findings::{self, FindingRow};
use crate::page::products::{SbomState, severity_counts};
use crate::part::{Action, Banner, Block, Cell, Chip, Empty, Fact, Hue, Page, Row, Tab, Table};
use crate::view::{HistoryEntry, Link, SeverityCounts};
use crate::words::Words;

/// The head of every tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The product's id.
    pub id: String,
    /// The trade name in the page's language.
    pub name: String,
    /// Releases.
    pub n_releases: u64,
    /// Open findings.
    pub n_findings: u64,
    /// Documents.
    pub n_documents: u64,
    /// The person may change the product.
    pub may_edit: bool,
    /// A sentence when support has ended or ends soon; empty otherwise.
    pub support_notice: String,
}

/// What the overview shows. Empty texts are shown as a dash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Trade name in Japanese.
    pub name_ja: String,
    /// Trade name in English; shown as 「英語版なし」 when empty.
    pub name_en: String,
    /// Generic name (一般的名称).
    pub generic_name: String,
    /// JMDN code.
    pub jmdn: String,
    /// The code of a [`kikimori_core::market::DeviceClass`]; empty when unknown.
    pub device_class: String,
    /// The code of a [`kikimori_core::market::Procedure`]; empty when unknown.
    pub procedure: String,
    /// Its number.
    pub market_number: String,
    /// Codes of [`kikimori_core::market::ConnectionKind`]s.
    pub connections: Vec<String>,
    /// The code of a [`kikimori_core::market::MarketState`]; empty when unknown.
    pub market_state: String,
    /// First sale.
    pub sale_start_on: String,
    /// Last sale.
    pub sale_end_on: String,
    /// End of life (EOL).
    pub eol_on: String,
    /// End of support (EOS).
    pub eos_on: String,
    /// Who looks after it.
    pub owner: String,
    /// Open findings of the newest release.
    pub findings: SeverityCounts,
    /// What happened.
    pub history: Vec<HistoryEntry>,
}

/// A release of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseRow {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// When it was released.
    pub released_on: String,
    /// Its GTIN; empty without one.
    pub gtin: String,
    /// The version that it supersedes; empty without one.
    pub supersedes: String,
    /// Whether it has an SBOM.
    pub sbom: SbomState,
    /// The newest SBOM's id; empty without one.
    pub sbom_id: String,
    /// Components of that SBOM.
    pub n_components: u64,
    /// Components that cannot be matched (未照合).
    pub n_unmatched: u64,
    /// Open findings.
    pub findings: SeverityCounts,
}

/// A document of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its title in the page's language.
    pub title: String,
    /// Where it is downloaded; empty when it is not on the web.
    pub href: String,
    /// Its revision.
    pub revision: String,
    /// When it was made.
    pub made_at: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// What a tab shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// 概要: `/products/{id}`.
    Overview(Box<Overview>),
    /// 版とSBOM: `/products/{id}/releases`.
    Releases(Vec<ReleaseRow>),
    /// 検出: `/products/{id}/findings`; the first rows of the list of findings.
    Findings(Vec<FindingRow>),
    /// 文書: `/products/{id}/documents`.
    Documents(Vec<DocumentRow>),
}

/// The page of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The head.
    pub head: Head,
    /// The tab.
    pub content: Content,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let head = &view.head;
    let base = address::product(&head.id);
    let mut page =
        Page::titled(head.name.clone()).above(&head.id).under(w, Section::Products).tabs(tabs(w, view));
    if head.may_edit {
        page = page
            .action(Action::link(w.t("ui.action.edit"), format!("{base}/edit")))
            .action(Action::link(w.t("ui.page.release_new"), format!("{base}/releases/new")))
            .action(Action::primary(
                w.t("ui.page.ingest"),
                address::with_query("/sboms/new", &[("product", &head.id)]),
            ));
    }
    if !head.support_notice.is_empty() {
        page = page.block(Block::Banner(Banner::new(Tone::Warning, head.support_notice.clone())));
    }
    let blocks = match &view.content {
        Content::Overview(overview) => overview_blocks(w, overview),
        Content::Releases(rows) => vec![releases(w, head, rows)],
        Content::Findings(rows) => finding_blocks(w, head, rows),
        Content::Documents(rows) => vec![documents(w, rows)],
    };
    page.blocks(blocks).render(frame)
}

/// The tabs.
fn tabs(w: Words, view: &View) -> Vec<Tab> {
    let base = address::product(&view.head.id);
    let now = match view.content {
        Content::Overview(_) => 0,
        Content::Releases(_) => 1,
        Content::Findings(_) => 2,
        Content::Documents(_) => 3,
    };
    [
        ("ui.tab.overview", "", None),
        ("ui.tab.releases", "/releases", Some(view.head.n_releases)),
        ("ui.tab.findings", "/findings", Some(view.head.n_findings)),
        ("ui.tab.documents", "/documents", Some(view.head.n_documents)),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (key, end, n))| Tab {
        text: w.s(key),
        href: format!("{base}{end}"),
        n: n.map(crate::words::grouped),
        is_current: index == now,
    })
    .collect()
}

/// The overview.
fn overview_blocks(w: Words, view: &Overview) -> Vec<Block> {
    let choice = |family: &str, value: &str| {
        if value.is_empty() {
            Cell::Missing("ui.missing")
        } else {
            Cell::Text(w.of(family, value).to_owned())
        }
    };
    let name_en = if view.name_en.is_empty() {
        Cell::Quiet(w.s("ui.no_english"))
    } else {
        Cell::Foreign("en", view.name_en.clone())
    };
    let connections: Vec<Cell> = view
        .connections
        .iter()
        .map(|value| Cell::Chip(Chip::new(Hue::Plain, w.of("connection-kind", value))))
        .collect();
    let connections =
        if connections.is_empty() { Cell::Missing("ui.missing") } else { Cell::Inline(connections) };
    let identity = vec![
        Fact::new(w, "name_ja", Cell::text(&view.name_ja)),
        Fact::new(w, "name_en", name_en),
        Fact::new(w, "generic_name", Cell::text(&view.generic_name)),
        Fact::new(w, "jmdn", Cell::code(&view.jmdn)),
        Fact::new(w, "class", choice("device-class", &view.device_class)),
        Fact::new(w, "approval_kind", choice("procedure", &view.procedure)),
        Fact::new(w, "approval_number", Cell::code(&view.market_number)),
        Fact::new(w, "connections", connections),
    ];
    let life = vec![
        Fact::new(w, "market", choice("market-state", &view.market_state)),
        Fact::new(w, "sale_start", Cell::text(&view.sale_start_on)),
        Fact::new(w, "sale_end", Cell::text(&view.sale_end_on)),
        Fact::new(w, "eol", Cell::text(&view.eol_on)),
        Fact::new(w, "eos", Cell::text(&view.eos_on)),
        Fact::new(w, "owner", Cell::text(&view.owner)),
        Fact::new(w, "open_findings", severity_counts(w, &view.findings)),
    ];
    vec![Block::Columns(
        vec![
            Block::section(w, "identity", vec![Block::Facts(identity)]),
            Block::section(w, "life", vec![Block::Facts(life)]),
        ],
        vec![super::finding::history(w, &view.history)],
    )]
}

/// The releases.
fn releases(w: Words, head: &Head, rows: &[ReleaseRow]) -> Block {
    if rows.is_empty() {
        let href = format!("{}/releases/new", address::product(&head.id));
        let actions =
            if head.may_edit { vec![Action::primary(w.t("ui.page.release_new"), href)] } else { Vec::new() };
        return Block::Empty(Empty::new(w, "releases", actions));
    }
    let keys = [
        "version",
        "released_on!",
        "gtin",
        "supersedes",
        "sbom!",
        "components#",
        "unmatched#",
        "open_findings",
    ];
    Block::Table(Table::new(w, w.t("ui.tab.releases"), &keys).rows(rows.iter().map(|row| {
        let sbom = if row.sbom_id.is_empty() {
            Cell::Chip(row.sbom.chip(w))
        } else {
            Cell::Inline(vec![
                Cell::Chip(row.sbom.chip(w)),
                Cell::link(w.t("ui.action.show"), address::sbom(&row.sbom_id)),
            ])
        };
        let (n_components, n_unmatched) = if row.sbom == SbomState::Missing {
            (Cell::Missing("ui.missing"), Cell::Missing("ui.missing"))
        } else {
            (Cell::number(row.n_components), Cell::number(row.n_unmatched))
        };
        let edit = format!("{}/releases/{}", address::product(&head.id), address::encode(&row.id));
        Row::new(vec![
            if head.may_edit { Cell::Link(Link::new(&row.version, edit)) } else { Cell::text(&row.version) },
            Cell::text(&row.released_on),
            Cell::code(&row.gtin),
            Cell::text(&row.supersedes),
            sbom,
            n_components,
            n_unmatched,
            if row.sbom == SbomState::Missing {
                Cell::Quiet(w.s("ui.not_checked"))
            } else {
                severity_counts(w, &row.findings)
            },
        ])
    })))
}

/// The first findings.
fn finding_blocks(w: Words, head: &Head, rows: &[FindingRow]) -> Vec<Block> {
    if rows.is_empty() {
        let actions =
            vec![Action::link(w.t("ui.tab.releases"), format!("{}/releases", address::product(&head.id)))];
        return vec![Block::Empty(Empty::new(w, "product_findings", actions))];
    }
    let all = address::with_query(findings::PATH, &[("product", &head.id)]);
    vec![
        Block::Table(findings::table(w, rows, None)),
        Block::Actions(vec![Action::link(w.t("ui.action.all_findings"), all)]),
    ]
}

/// The documents.
fn documents(w: Words, rows: &[DocumentRow]) -> Block {
    if rows.is_empty() {
        return Block::Empty(Empty::new(w, "documents", Vec::new()));
    }
    let keys = ["document", "revision!", "made_at!", "sha256"];
    Block::Table(Table::new(w, w.t("ui.tab.documents"), &keys).rows(rows.iter().map(|row| {
        Row::new(vec![
            if row.href.is_empty() { Cell::text(&row.title) } else { Cell::link(&row.title, &row.href) },
            Cell::text(&row.revision),
            Cell::text(&row.made_at),
            Cell::Copy(row.sha256.clone()),
        ])
    })))
}
