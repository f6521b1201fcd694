//! Our own style sheet, script and pictures.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use kikimori_ui::assets;

use crate::refusal::Refusal;

/// A file; with the hash of its content in the address it may be kept for ever.
pub(crate) async fn asset(Path(path): Path<String>) -> Response {
    match assets::find(&path) {
        Some(asset) => {
            let keeping = if asset.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
            ([(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, keeping)], asset.bytes).into_response()
        }
        None => Refusal::not_found().into_response(),
    }
}
