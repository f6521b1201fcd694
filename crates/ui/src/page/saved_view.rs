//! 表示の保存 / Saving a view: `/views/new?path=…&query=…`, posted to `/views`.

use crate::frame::Frame;
use crate::part::{Block, Form, Page, Shape, Width};
use crate::view::FormState;
use crate::words::Words;

/// The fields; `path` and `query` are hidden. `shared` and `is_default` are `1` when they are chosen.
pub const FIELDS: &[&str] = &["view_name", "shared", "is_default", "path", "query"];

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What is typed, with `path` and `query` of the list.
    pub form: FormState,
    /// The conditions in words, such as 「状態：未判定」.
    pub conditions: Vec<String>,
    /// The person may share views.
    pub may_share: bool,
}

/// The page.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let (path, query) = (view.form.get("path"), view.form.get("query"));
    // Only a path of this site leads back: `//host` would leave it.
    let is_path = path.starts_with('/') && !path.starts_with("//");
    let back = if is_path { format!("{path}?{query}") } else { "/".to_owned() };
    let mut form = Form::new(w, "view", "/views", &frame.csrf, &view.form)
        .hidden("path", path)
        .hidden("query", query)
        .text("view_name")
        .required()
        .width(Width::Medium);
    if !view.conditions.is_empty() {
        form = form.fixed("conditions", &view.conditions.join(w.t("ui.comma")));
    }
    if view.may_share {
        form = form.check("shared");
    }
    let form = form.check("is_default").help().cancel(back);
    Page::new(w, "ui.page.saved_view").shape(Shape::Reading).block(Block::Form(form)).render(frame)
}
