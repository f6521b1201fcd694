//! 情報源 / Feeds: `/admin/feeds`.

use axum::response::Html;
use kikimori_app::feeds::view_feeds::view_feeds;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, count, text};
use kikimori_ui::page::admin::data::{FeedRow, FeedState, FeedsView, feeds_page};
use kikimori_ui::view::FormState;

use crate::context::SignedIn;
use crate::refusal::Refusal;
use crate::times::jst;

/// The page.
pub(crate) async fn page(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let context = &visitor.context;
    let feeds = view_feeds(&context.state.installation, visitor.actor()).await?;
    let now = context.state.installation.now();
    let rows = feeds
        .feeds
        .iter()
        .map(|feed| FeedRow {
            name: format!("{} ({})", feed.name, feed.family),
            state: if feed.is_stale { FeedState::Stale } else { FeedState::Fresh },
            success_at: jst(feed.imported_at),
            age: feed.as_of.map(|as_of| age(context.language, as_of, now)).unwrap_or_default(),
            n_records: feed.n_records,
            ..FeedRow::default()
        })
        .collect();
    let view = FeedsView {
        rows,
        snapshot: feeds.snapshot,
        n_records: feeds.n_records,
        may_run: false,
        form: FormState::default(),
    };
    Ok(Html(feeds_page(&context.frame(), &view)))
}

/// How long ago data were true, in words.
pub(crate) fn age(language: Language, as_of: Stamp, now: Stamp) -> String {
    match usize::try_from(as_of.days_until(now)).unwrap_or(0) {
        0 => text(language, "ui.age.today").to_owned(),
        days => count(language, "ui.age.days", days, &[]),
    }
}
