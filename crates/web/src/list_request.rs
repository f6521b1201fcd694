//! The state of a list as its address holds it: conditions, order and page.

use axum::http::Uri;
use kikimori_store::list::Page;
use kikimori_store::saved_views::SavedView;
use kikimori_ui::view::{self, Listing};

/// Rows on a page that can be chosen; the first is the default.
const ROWS: [u32; 3] = [50, 100, 200];

/// Parameters read of one address.
const PARAMETERS_MAX: usize = 200;

/// What an address asks of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// The conditions that the list knows, and `sort`, without empty ones.
    pub query: Vec<(String, String)>,
    /// The page.
    pub page: Page,
    /// The parameters that the list does not know, as they came.
    pub ignored: Vec<String>,
}

impl ListRequest {
    /// Reads an address. `known` names the list's conditions; `sort`, `page` and `per` are known to every list.
    #[must_use]
    pub fn read(uri: &Uri, known: &[&str]) -> Self {
        let mut request =
            Self { query: Vec::new(), page: Page { number: 1, n_rows: ROWS[0] }, ignored: Vec::new() };
        let text = uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()).take(PARAMETERS_MAX) {
            match name.as_ref() {
                "page" => request.page.number = value.parse().unwrap_or(1).max(1),
                "per" => {
                    let rows = value.parse().ok().filter(|rows| ROWS.contains(rows));
                    request.page.n_rows = rows.unwrap_or(ROWS[0]);
                }
                _ if value.trim().is_empty() => {}
                "sort" => request.query.push((name.into_owned(), value.into_owned())),
                name if known.contains(&name) => {
                    request.query.push((name.to_owned(), value.trim().to_owned()));
                }
                name => request.ignored.push(format!("{name}={value}")),
            }
        }
        request
    }

    /// The first value of a condition; empty when it is not set.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The column to sort by and whether the greatest stands first: `sort=-due`.
    #[must_use]
    pub fn sort(&self) -> Option<(&str, bool)> {
        let sort = self.get("sort");
        match sort.strip_prefix('-') {
            Some(column) => Some((column, true)),
            None => (!sort.is_empty()).then_some((sort, false)),
        }
    }

    /// A condition could not be understood: it is shown as ignored and not applied.
    pub fn ignore(&mut self, name: &str) {
        self.query.retain(|(known, value)| {
            let is_kept = known != name;
            if !is_kept {
                self.ignored.push(format!("{name}={value}"));
            }
            is_kept
        });
    }

    /// What the page shows of it.
    #[must_use]
    pub fn listing(&self, n_total: i64, n_unfiltered: i64, views: &[SavedView]) -> Listing {
        let query = self.query_text();
        let saved = |view: &SavedView| view::SavedView {
            name: view.name.clone(),
            query: view.query.clone(),
            is_current: view.query == query,
        };
        Listing {
            query: self.query.clone(),
            page: u64::from(self.page.number),
            per_page: u64::from(self.page.n_rows),
            n_total: n_total.unsigned_abs(),
            n_unfiltered: n_unfiltered.unsigned_abs(),
            ignored: self.ignored.clone(),
            saved_views: views.iter().map(saved).collect(),
        }
    }

    /// The conditions as a query without `?`.
    #[must_use]
    pub fn query_text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_knows_and_shows_the_rest_as_ignored() {
        let uri = "/findings?status=open&status=&sort=-due&page=3&per=100&colour=red".parse().unwrap();
        let mut request = ListRequest::read(&uri, &["status"]);
        assert_eq!(request.get("status"), "open");
        assert_eq!(request.sort(), Some(("due", true)));
        assert_eq!(request.page, Page { number: 3, n_rows: 100 });
        assert_eq!(request.ignored, ["colour=red"]);
        assert_eq!(request.query_text(), "status=open&sort=-due");
        request.ignore("sort");
        assert_eq!((request.sort(), request.ignored.len()), (None, 2));
    }

    #[test]
    fn falls_back_on_pages_and_sizes_that_are_none() {
        let request = ListRequest::read(&"/x?page=0&per=7".parse().unwrap(), &[]);
        assert_eq!(request.page, Page { number: 1, n_rows: 50 });
        let request = ListRequest::read(&"/x?page=-1".parse().unwrap(), &[]);
        assert_eq!(request.page.number, 1);
    }
}
