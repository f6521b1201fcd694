//! 検索 / Search: `/search?q=`, `/help` and `/metrics`.

use axum::extract::Query;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::findings::list_findings::{FindingsAsked, list_findings};
use kikimori_app::products::list_products::list_products;
use kikimori_core::id::FindingNumber;
use kikimori_locale::{Language, text};
use kikimori_store::finding_lists::{FindingFilter, FindingOrder};
use kikimori_store::list::Page;
use kikimori_store::products::{ProductFilter, ProductOrder};
use kikimori_ui::page::help;
use kikimori_ui::page::search::{Group, Hit, View, page};
use kikimori_ui::view::Link;
use serde::Deserialize;

use crate::context::{Context, SignedIn};
use crate::findings::row;
use crate::refusal::Refusal;

/// Hits shown of one kind; a link leads to the rest.
const HITS: Page = Page { number: 1, n_rows: 10 };
/// Longest text that is searched for, in characters.
const WORDS_CHARACTERS_MAX: usize = 200;

/// What is searched for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// The words.
    #[serde(default)]
    q: String,
}

/// What was found. The number of a finding leads straight to it.
pub(crate) async fn search(visitor: SignedIn, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let words: String = asked.q.trim().chars().take(WORDS_CHARACTERS_MAX).collect();
    if let Some(number) = FindingNumber::parse(&words).filter(|_| words.to_lowercase().starts_with("fnd")) {
        return Ok(Redirect::to(&format!("/findings/{number}")).into_response());
    }
    let mut groups = Vec::new();
    if !words.is_empty() {
        groups.extend(products(&visitor, &words).await?);
        groups.extend(findings(&visitor, &words).await?);
    }
    Ok(Html(page(&visitor.context.frame(), &View { q: words, groups })).into_response())
}

/// Products whose names or numbers hold the words; nothing for who may not see them.
async fn products(visitor: &SignedIn, words: &str) -> Result<Option<Group>, Refusal> {
    let filter = ProductFilter { words: words.to_owned(), ..ProductFilter::default() };
    let installation = &visitor.context.state.installation;
    let order = (ProductOrder::Name, false);
    let (found, n_total) = match list_products(installation, visitor.actor(), &filter, order, HITS).await {
        Ok(found) => found,
        Err(AppError::Forbidden(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let language = visitor.context.language;
    let hit = |listed: &kikimori_store::products::ListedProduct| {
        let product = &listed.stored.product;
        let name = match (language, &product.trade_name_en) {
            (Language::En, Some(name)) => name.clone(),
            _ => product.trade_name_ja.clone(),
        };
        Hit {
            link: Link::new(name, format!("/products/{}", listed.stored.id)),
            detail: product.generic_name.clone().unwrap_or_default(),
        }
    };
    Ok(group(
        text(language, "ui.page.products"),
        found.iter().map(hit).collect(),
        n_total,
        "/products",
        words,
    ))
}

/// Findings of a vulnerability of this name, else of components whose names hold the words; nothing for who may not see them.
async fn findings(visitor: &SignedIn, words: &str) -> Result<Option<Group>, Refusal> {
    let installation = &visitor.context.state.installation;
    let of_vulnerability =
        FindingsAsked { vulnerability: Some(words.to_owned()), ..asked(FindingFilter::default()) };
    let filter = FindingFilter { component: Some(words.to_owned()), ..FindingFilter::default() };
    let mut found = (Vec::new(), 0);
    for asked in [of_vulnerability, asked(filter)] {
        found = match list_findings(installation, visitor.actor(), &asked, HITS).await {
            Ok(found) => found,
            Err(AppError::Forbidden(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if found.1 > 0 {
            break;
        }
    }
    let language = visitor.context.language;
    let hits = found.0.iter().map(|listed| {
        let row = row(language, listed);
        Hit {
            link: Link::new(format!("{} {}", row.id, row.vulnerability), format!("/findings/{}", row.id)),
            detail: format!("{} / {}", row.component, row.product),
        }
    });
    Ok(group(text(language, "ui.page.findings"), hits.collect(), found.1, "/findings", words))
}

/// Findings asked for, the most severe first.
fn asked(filter: FindingFilter) -> FindingsAsked {
    FindingsAsked { filter, vulnerability: None, order: FindingOrder::Severity, is_descending: true }
}

/// A group of hits; nothing without hits.
fn group(label: &str, hits: Vec<Hit>, n_total: i64, path: &str, words: &str) -> Option<Group> {
    if hits.is_empty() {
        return None;
    }
    let n_total = n_total.unsigned_abs();
    let is_all = n_total <= hits.len() as u64;
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
    let all_href = if is_all { String::new() } else { format!("{path}?{query}") };
    Some(Group { label: label.to_owned(), hits, n_total, all_href })
}

/// What the words mean and which keys there are.
pub(crate) async fn help(context: Context) -> Html<String> {
    Html(help::page(&context.frame()))
}
