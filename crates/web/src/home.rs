//! ホーム / Home.

use axum::response::Html;
use kikimori_ui::page::home;

use crate::context::SignedIn;

/// The home page.
pub(crate) async fn page(visitor: SignedIn) -> Html<String> {
    Html(home::page(&visitor.context.frame(), &home::View::default()))
}
