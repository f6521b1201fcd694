//! The filter bar with its active conditions, and the pager.

use askama::Template;

use super::{Block, Empty, Html, Table, html};
use crate::view::{Choice, Listing, N_ROWS_PER_PAGE};
use crate::words::{Words, grouped};

/// Pages shown beside the present one.
const N_PAGES_BESIDE: u64 = 2;

/// Rows that a page may have.
const PER_PAGE: [u64; 3] = [N_ROWS_PER_PAGE, 100, 200];

/// The lists whose conditions can be kept under a name.
const PATHS_SAVED: [&str; 4] = ["/findings", "/products", "/components", "/identities"];

/// One condition of a list, labelled `ui.filter.{name}`.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// The parameter.
    pub(crate) name: &'static str,
    /// The choices; empty for a text field.
    pub(crate) choices: Vec<Choice>,
    /// A yes-or-no condition, sent as `1`.
    pub(crate) is_check: bool,
}

impl Condition {
    /// A text to search for.
    pub(crate) fn text(name: &'static str) -> Self {
        Self { name, choices: Vec::new(), is_check: false }
    }

    /// Yes or no.
    pub(crate) fn check(name: &'static str) -> Self {
        Self { name, choices: Vec::new(), is_check: true }
    }

    /// One of values labelled `ui.choice.{name}.{value}`.
    pub(crate) fn select(w: Words, name: &'static str, values: &[&str]) -> Self {
        let family = format!("ui.choice.{name}");
        Self::select_of(name, values.iter().map(|value| Choice::new(*value, w.of(&family, value))).collect())
    }

    /// One of given choices.
    pub(crate) fn select_of(name: &'static str, choices: Vec<Choice>) -> Self {
        Self { name, choices, is_check: false }
    }
}

/// A condition as it is shown and taken away.
struct Active {
    /// Such as `状態：未判定`.
    text: String,
    /// The address without it.
    href: String,
}

/// The filter of a list.
#[derive(Clone, Debug)]
pub(crate) struct Filter<'a> {
    /// The words.
    pub(crate) w: Words,
    /// The list's path.
    pub(crate) path: &'a str,
    /// The list's state.
    pub(crate) listing: &'a Listing,
    /// Its conditions.
    pub(crate) conditions: Vec<Condition>,
}

impl Filter<'_> {
    /// Its HTML, with saved views before.
    pub(crate) fn html(&self) -> Html {
        html(&FilterTemplate { w: self.w, filter: self })
    }

    /// What is set, and the count.
    fn active_html(&self) -> Html {
        html(&ActiveTemplate { w: self.w, filter: self, active: self.active() })
    }

    /// The conditions that are set.
    fn active(&self) -> Vec<Active> {
        let label = |name: &str, value: &str| {
            let condition = self.conditions.iter().find(|condition| condition.name == name)?;
            let value = condition
                .choices
                .iter()
                .find(|choice| choice.value == value)
                .map_or(value, |choice| &choice.label);
            let name = self.w.of("ui.filter", name);
            Some(if condition.is_check {
                name.to_owned()
            } else {
                self.w.f("ui.condition", &[("name", &name), ("value", &value)])
            })
        };
        self.listing
            .query
            .iter()
            .filter_map(|(name, value)| {
                let href = self.listing.with(self.path, name, "");
                label(name, value).map(|text| Active { text, href })
            })
            .collect()
    }

    /// The address without any condition.
    fn clear_href(&self) -> String {
        let sort = self.listing.get("sort");
        let bare = Listing { per_page: self.listing.per_page, ..Listing::default() };
        bare.with(self.path, "sort", sort)
    }

    /// The address that keeps this list under a name; empty for lists of the administration and of one document.
    fn save_href(&self) -> String {
        if !PATHS_SAVED.contains(&self.path) {
            return String::new();
        }
        crate::address::with_query(
            "/views/new",
            &[("path", self.path), ("query", &self.listing.query_text())],
        )
    }
}

/// The template of a filter bar.
#[derive(Template)]
#[template(path = "part/filter.html")]
struct FilterTemplate<'a> {
    /// The words.
    w: Words,
    /// The filter.
    filter: &'a Filter<'a>,
}

/// The template of what is set.
#[derive(Template)]
#[template(path = "part/active.html")]
struct ActiveTemplate<'a> {
    /// The words.
    w: Words,
    /// The filter.
    filter: &'a Filter<'a>,
    /// What is set.
    active: Vec<Active>,
}

/// A numbered page.
struct PageLink {
    /// Its number; 0 for a gap.
    number: u64,
    /// Its address.
    href: String,
    /// It is the one shown.
    is_current: bool,
}

/// The template of a pager.
#[derive(Template)]
#[template(path = "part/pager.html")]
struct PagerTemplate {
    /// The words.
    w: Words,
    /// The pages.
    pages: Vec<PageLink>,
    /// The page before; empty on the first.
    previous: String,
    /// The page after; empty on the last.
    next: String,
    /// Rows a page: number, address, whether it is so now.
    sizes: Vec<(u64, String, bool)>,
}

/// The pager of a list; nothing for a list that fits one page.
pub(crate) fn pager(w: Words, path: &str, listing: &Listing) -> Html {
    let per_page = listing.rows_per_page();
    let n_pages = listing.n_total.div_ceil(per_page).max(1);
    if n_pages == 1 && listing.n_total <= N_ROWS_PER_PAGE {
        return String::new();
    }
    let page = listing.page.clamp(1, n_pages);
    let href = |number: u64| listing.with(path, "page", &number.to_string());
    let mut pages: Vec<PageLink> = Vec::new();
    let first = page.saturating_sub(N_PAGES_BESIDE).max(1);
    let last = (page + N_PAGES_BESIDE).min(n_pages);
    let mut numbers: Vec<u64> = vec![1];
    numbers.extend(first.max(2)..=last);
    numbers.push(n_pages);
    numbers.dedup();
    let mut before = 0;
    for number in numbers {
        if number > before + 1 {
            pages.push(PageLink { number: 0, href: String::new(), is_current: false });
        }
        pages.push(PageLink { number, href: href(number), is_current: number == page });
        before = number;
    }
    let previous = if page > 1 { href(page - 1) } else { String::new() };
    let next = if page < n_pages { href(page + 1) } else { String::new() };
    let sizes = PER_PAGE
        .iter()
        .map(|size| (*size, listing.with(path, "per", &size.to_string()), *size == per_page))
        .collect();
    html(&PagerTemplate { w, pages, previous, next, sizes })
}

/// 「128件中 1–50件」.
pub(crate) fn count_line(w: Words, listing: &Listing) -> String {
    let per_page = listing.rows_per_page();
    let n_pages = listing.n_total.div_ceil(per_page).max(1);
    let from = (listing.page.clamp(1, n_pages) - 1) * per_page + 1;
    let to = (from + per_page - 1).min(listing.n_total);
    w.f("ui.count_line", &[("n", &grouped(listing.n_total)), ("from", &grouped(from)), ("to", &grouped(to))])
}

/// The whole of a list: filter, count, table and pager, or why it is empty.
pub(crate) fn results(filter: &Filter<'_>, table: &Table, empty: Empty) -> Block {
    let (w, listing, path) = (filter.w, filter.listing, filter.path);
    let mut html = filter.html();
    html.push_str("<div id=\"results\">");
    html.push_str(&filter.active_html());
    if !listing.ignored.is_empty() {
        let text = w.f1("ui.ignored", "names", &listing.ignored.join(w.t("ui.comma")));
        html.push_str(&Block::Note(text).html(w));
    }
    if table.rows.is_empty() {
        let is_filtered = listing.n_unfiltered > 0 && !filter.active().is_empty();
        let empty = if is_filtered {
            Empty {
                title: w.s("ui.empty.filtered"),
                why: w.n("ui.empty.filtered_why", listing.n_unfiltered),
                actions: vec![super::Action::link(w.t("ui.filter_clear"), filter.clear_href())],
            }
        } else {
            empty
        };
        html.push_str(&Block::Empty(empty).html(w));
    } else {
        html.push_str(&table.html(w));
        html.push_str(&pager(w, path, listing));
    }
    html.push_str("</div>");
    Block::Html(html)
}
