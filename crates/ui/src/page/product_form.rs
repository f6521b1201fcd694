//! 製品・版の登録と編集 / Product and release forms.

use kikimori_core::market::{ConnectionKind, DeviceClass, MarketState, Procedure};

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{Block, Form, Page, Shape, Width};
use crate::view::{Choice, FormState};
use crate::words::Words;

/// The fields of the product form.
///
/// As [`kikimori_core::product::ProductDraft`] calls them, and `owner`, which stands only where there are owners to choose. `connections` may stand several times. Dates are texts as typed.
pub const FIELDS: &[&str] = &[
    "trade_name_ja",
    "trade_name_en",
    "generic_name",
    "jmdn_code",
    "device_class",
    "procedure",
    "market_number",
    "connections",
    "market_state",
    "sale_start",
    "sale_end",
    "eol",
    "eos",
    "owner",
];

/// The fields of the release form.
pub const RELEASE_FIELDS: &[&str] = &["version", "released_on", "gtin", "supersedes"];

/// The product form: posts to `/products` when new, to `/products/{id}` when it exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The product's id; empty for a new one.
    pub id: String,
    /// Its present name; empty for a new one.
    pub name: String,
    /// What is typed.
    pub form: FormState,
    /// Who may look after it: value is the person's id.
    pub owners: Vec<Choice>,
}

/// The page of the product form.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let is_new = view.id.is_empty();
    let action = if is_new { "/products".to_owned() } else { address::product(&view.id) };
    let form = Form::new(w, "product", action.clone(), &frame.csrf, &view.form)
        .heading("names")
        .pair("trade_name", 0, true)
        .heading("classification")
        .text("generic_name")
        .help()
        .text("jmdn_code")
        .help()
        .width(Width::Short)
        .select_of("device_class", &w.choices("device-class", DeviceClass::ALL.iter().map(|one| one.code())))
        .select_of("procedure", &w.choices("procedure", Procedure::ALL.iter().map(|one| one.code())))
        .text("market_number")
        .help()
        .width(Width::Medium)
        .heading("network")
        .checks_of(
            "connections",
            w.choices("connection-kind", ConnectionKind::ALL.iter().map(|one| one.code())),
        )
        .help()
        .heading("life")
        .select_of("market_state", &w.choices("market-state", MarketState::ALL.iter().map(|one| one.code())))
        .date("sale_start")
        .date("sale_end")
        .date("eol")
        .date("eos");
    let form = if view.owners.is_empty() { form } else { form.select_of("owner", &view.owners) };
    let form =
        form.submit(w.t(if is_new { "ui.action.add" } else { "ui.action.save" })).cancel(action).guarded();
    let mut page = Page::new(w, if is_new { "ui.page.product_new" } else { "ui.page.product_edit" })
        .under(w, Section::Products)
        .shape(Shape::Reading);
    if !is_new {
        page = page.crumb(&view.name, address::product(&view.id));
    }
    page.block(Block::Form(form)).render(frame)
}

/// The release form: posts to `/products/{id}/releases/new`, or to `/products/{id}/releases/{release}` when it exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseView {
    /// The product's id.
    pub product_id: String,
    /// The product's name.
    pub product: String,
    /// The release's id; empty for a new one.
    pub id: String,
    /// What is typed.
    pub form: FormState,
    /// The releases that it may supersede: value is the release's id.
    pub releases: Vec<Choice>,
}

/// The page of the release form.
#[must_use]
pub fn release_page(frame: &Frame, view: &ReleaseView) -> String {
    let w = Words(frame.language);
    let product = address::product(&view.product_id);
    let is_new = view.id.is_empty();
    let end = if is_new { "new".to_owned() } else { address::encode(&view.id) };
    let list = format!("{product}/releases");
    let form = Form::new(w, "release", format!("{list}/{end}"), &frame.csrf, &view.form)
        .text("version")
        .help()
        .required()
        .width(Width::Medium)
        .date("released_on")
        .text("gtin")
        .help()
        .width(Width::Medium)
        .select_of("supersedes", &view.releases)
        .submit(w.t(if is_new { "ui.action.add" } else { "ui.action.save" }))
        .cancel(list)
        .guarded();
    Page::new(w, if is_new { "ui.page.release_new" } else { "ui.page.release_edit" })
        .under(w, Section::Products)
        .crumb(&view.product, product)
        .shape(Shape::Reading)
        .block(Block::Form(form))
        .render(frame)
}
