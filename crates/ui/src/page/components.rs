//! 部品の検索 / Components: `/components`: which products and releases hold it.

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{Action, Cell, Chip, Condition, Empty, Filter, Hue, Page, Row, Table, results};
use crate::view::Listing;
use crate::words::Words;

/// The path.
const PATH: &str = "/components";

/// A component in a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentRow {
    /// Its name.
    pub name: String,
    /// Its version; empty without one.
    pub version: String,
    /// Its supplier; empty without one.
    pub supplier: String,
    /// Its purl, CPE or other identifier; empty without any.
    pub identifier: String,
    /// Product and release.
    pub release: String,
    /// The product's id.
    pub product_id: String,
    /// The SBOM's id.
    pub sbom_id: String,
    /// It is in the newest SBOM of the release.
    pub is_current: bool,
    /// It is not matched (未照合).
    pub is_unmatched: bool,
    /// Open findings about it in this release.
    pub n_findings: u64,
}

/// The conditions of the list: parameters of its address.
pub const CONDITIONS: &[&str] = &["q", "version", "supplier"];

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its state. Parameters: `q` (name, purl, CPE), `version`, `supplier`.
    pub listing: Listing,
    /// The rows of this page; none before something is searched for.
    pub rows: Vec<ComponentRow>,
    /// Products that hold what was searched for.
    pub n_products: u64,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let keys =
        ["component", "version", "supplier", "identifier", "product_release", "matching!", "findings#"];
    let rows = view.rows.iter().map(|row| {
        let mut release = vec![Cell::link(&row.release, address::product(&row.product_id))];
        if !row.is_current {
            release.push(Cell::Chip(Chip::new(Hue::Quiet, w.t("ui.older_sbom"))));
        }
        let matched = if row.is_unmatched {
            Chip::new(Hue::Medium, w.t("ui.not_checked"))
        } else {
            Chip::new(Hue::Quiet, w.t("ui.matched"))
        };
        Row::new(vec![
            Cell::link(&row.name, address::with_query(&address::sbom(&row.sbom_id), &[("q", &row.name)])),
            Cell::code(&row.version),
            Cell::text(&row.supplier),
            Cell::code(&row.identifier),
            Cell::Inline(release),
            Cell::Chip(matched),
            if row.is_unmatched && row.n_findings == 0 {
                Cell::Missing("ui.not_checked")
            } else {
                Cell::count(
                    row.n_findings,
                    address::with_query(
                        "/findings",
                        &[("component", &row.name), ("product", &row.product_id)],
                    ),
                )
            },
        ])
    });
    let table = Table::new(w, w.t("ui.page.components"), &keys).rows(rows);
    let filter = Filter {
        w,
        path: PATH,
        listing: &view.listing,
        conditions: vec![Condition::text("q"), Condition::text("version"), Condition::text("supplier")],
    };
    let lead = if view.n_products > 0 {
        w.n("ui.lead.components_n", view.n_products)
    } else {
        w.s("ui.lead.components")
    };
    let query = view.listing.query_text();
    let empty = if query.is_empty() { "components_start" } else { "components_search" };
    Page::new(w, "ui.page.components")
        .under(w, Section::Products)
        .tabs(super::products::tabs(w, PATH))
        .lead(lead)
        .action(Action::link(w.t("ui.action.to_excel"), format!("{PATH}.xlsx?{query}")))
        .block(results(&filter, &table, Empty::new(w, empty, Vec::new())))
        .render(frame)
}
