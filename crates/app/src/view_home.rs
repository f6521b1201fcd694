//! The home page: what to do first, what changed, and how much waits.

use kikimori_core::access::{Action, Actor};
use kikimori_core::stamp::Stamp;
use kikimori_store::finding_lists::{FindingFilter, FindingOrder};
use kikimori_store::findings::{self, FindingEvent, StoredFinding};
use kikimori_store::list::Page;
use kikimori_store::products::{ProductFilter, ProductOrder};
use kikimori_store::{finding_lists, products, sboms};

use crate::app_error::AppError;
use crate::feeds::{DataState, data_state};
use crate::findings::list_findings::{ListedFinding, furnished};
use crate::installation::{Installation, require_own};

/// Milliseconds of a day.
const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;
/// Findings shown to look at first.
const FINDINGS_SHOWN: u32 = 8;
/// Changes shown.
const NEWS_SHOWN: u32 = 8;
/// Days of which changes are shown.
const NEWS_DAYS: i64 = 14;
/// Days that separate the bands of age.
pub const BAND_DAYS: [i64; 3] = [7, 30, 90];

/// What the home page tells.
#[derive(Clone, Debug)]
pub struct Home {
    /// There are vulnerability data.
    pub has_data: bool,
    /// There is a product.
    pub has_products: bool,
    /// There is an SBOM in force.
    pub has_sboms: bool,
    /// Findings to look at first: not judged yet, the most severe first.
    pub first: Vec<ListedFinding>,
    /// Findings that are not judged yet.
    pub n_unassessed: i64,
    /// What changed, the newest first, with the finding it happened to.
    pub news: Vec<(FindingEvent, Option<StoredFinding>)>,
    /// Findings that wait, by severity (0 unrated to 5 critical) and band of age.
    pub waiting: Vec<(i64, i64, i64)>,
}

/// What the actor's home page tells.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn view_home(installation: &Installation, actor: &Actor) -> Result<Home, AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let data = data_state(installation).await?;
    let now = installation.now();
    let before = |days: i64| Stamp(now.0 - days * DAY_MILLISECONDS);
    let mut read = installation.read(actor).await?;
    let one = Page { number: 1, n_rows: 1 };
    let order = (ProductOrder::Name, false);
    let (_, n_products) =
        products::list(&mut read, organisation, &ProductFilter::default(), order, one).await?;
    let has_sboms = !sboms::list_current_after(&mut read, organisation, None, 1).await?.is_empty();
    let filter = FindingFilter {
        is_open: Some(true),
        statuses: vec!["not_assessed".to_owned()],
        ..FindingFilter::default()
    };
    let page = Page { number: 1, n_rows: FINDINGS_SHOWN };
    let (found, n_unassessed) =
        finding_lists::list(&mut read, organisation, &filter, FindingOrder::Severity, true, page).await?;
    let first = furnished(&mut read, organisation, found).await?;
    let events = findings::newest_events(&mut read, organisation, before(NEWS_DAYS), NEWS_SHOWN).await?;
    let ids: Vec<_> = events.iter().map(|event| event.finding).collect();
    let of_events = findings::of_ids(&mut read, organisation, &ids).await?;
    let finding_of =
        |event: &FindingEvent| of_events.iter().find(|finding| finding.id == event.finding).cloned();
    let news = events.into_iter().map(|event| (event.clone(), finding_of(&event))).collect();
    let waiting = findings::count_by_age(&mut read, organisation, BAND_DAYS.map(before)).await?;
    Ok(Home {
        has_data: data != DataState::Missing,
        has_products: n_products > 0,
        has_sboms,
        first,
        n_unassessed,
        news,
        waiting,
    })
}
