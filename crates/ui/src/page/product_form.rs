//! 製品・版の登録と編集 / Product and release forms.

use crate::address;
use crate::frame::{Frame, Section};
use crate::part::{Block, Form, Page, Shape, Width};
use crate::view::{Choice, FormState};
use crate::words::Words;

/// The fields of the product form. `connections` may stand several times. Dates are texts as typed.
pub const FIELDS: &[&str] = &[
    "name_ja",
    "name_en",
    "generic_name",
    "jmdn",
    "class",
    "approval_kind",
    "approval_number",
    "connections",
    "market",
    "sale_start_on",
    "sale_end_on",
    "eol_on",
    "eos_on",
    "owner",
];

/// The values of `class`.
pub const CLASSES: &[&str] = &["I", "II", "III", "IV"];

/// The values of `approval_kind`: 承認, 認証, 届出, 申請前.
pub const APPROVAL_KINDS: &[&str] = &["approval", "certification", "notification", "none"];

/// The values of `connections`: how the device is connected.
pub const CONNECTIONS: &[&str] =
    &["none", "wired", "wireless", "bluetooth", "mobile", "remote_service", "media", "cloud"];

/// The values of `market`.
pub const MARKETS: &[&str] = &["before", "selling", "ended"];

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
        .pair("name", 0, true)
        .heading("classification")
        .text("generic_name")
        .help()
        .text("jmdn")
        .help()
        .width(Width::Short)
        .select("class", CLASSES)
        .select("approval_kind", APPROVAL_KINDS)
        .text("approval_number")
        .help()
        .width(Width::Medium)
        .heading("network")
        .checks("connections", CONNECTIONS)
        .help()
        .heading("life")
        .select("market", MARKETS)
        .date("sale_start_on")
        .date("sale_end_on")
        .date("eol_on")
        .date("eos_on")
        .select_of("owner", &view.owners)
        .submit(w.t(if is_new { "ui.action.add" } else { "ui.action.save" }))
        .cancel(action)
        .guarded();
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
