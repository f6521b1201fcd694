//! The address is the state of a list: what its links lead to.

use kikimori_ui::page::findings::{self, View};
use kikimori_ui::view::Listing;
use kikimori_ui::{Frame, Language};

use crate::html::{Tag, read};
use crate::samples::{Samples, Variant};

/// The tags of a list of findings with this state.
fn list(query: &[(&str, &str)], page: u64, n_total: u64) -> Vec<Tag> {
    let samples = Samples { language: Language::En, variant: Variant::Typical };
    let view = View {
        listing: Listing {
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            page,
            per_page: 100,
            n_total,
            ..Listing::default()
        },
        rows: samples.findings(3),
        products: samples.products(),
        may_assess: true,
        has_sboms: true,
    };
    read(&findings::page(&Frame::new(Language::En, "/findings", "r"), &view)).unwrap()
}

/// The address of the link with these words.
fn href<'a>(tags: &'a [Tag], words: &str) -> &'a str {
    tags.iter()
        .find(|tag| tag.name == "a" && tag.text.split_whitespace().collect::<Vec<_>>().join(" ") == words)
        .unwrap_or_else(|| panic!("no link says {words}"))
        .get("href")
        .unwrap()
}

#[test]
fn headers_sort_and_turn_round() {
    let tags = list(&[("kev", "1"), ("sort", "epss")], 3, 1_000);
    assert_eq!(href(&tags, "EPSS"), "/findings?kev=1&sort=-epss&per=100");
    assert_eq!(href(&tags, "Component"), "/findings?kev=1&sort=component&per=100");
    let sorted: Vec<_> =
        tags.iter().filter_map(|tag| tag.get("aria-sort")).filter(|sort| *sort != "none").collect();
    assert_eq!(sorted, ["ascending"]);
    let tags = list(&[("sort", "-epss")], 1, 1_000);
    assert_eq!(href(&tags, "EPSS"), "/findings?sort=epss&per=100");
    assert!(tags.iter().any(|tag| tag.get("aria-sort") == Some("descending")));
}

#[test]
fn a_condition_goes_away_alone_and_keeps_the_order() {
    let tags = list(&[("state", "not_assessed"), ("q", "a&b"), ("sort", "-due")], 2, 300);
    assert_eq!(
        href(&tags, "State: Not assessed✕Remove this condition"),
        "/findings?q=a%26b&sort=-due&per=100"
    );
    assert_eq!(href(&tags, "Clear all"), "/findings?sort=-due&per=100");
    assert_eq!(
        href(&tags, "Save these conditions"),
        "/views/new?path=%2Ffindings&query=state%3Dnot_assessed%26q%3Da%2526b%26sort%3D-due"
    );
    assert_eq!(href(&tags, "Excel"), "/findings.xlsx?state=not_assessed&q=a%26b&sort=-due");
}

#[test]
fn pages_are_numbered_with_gaps() {
    let numbers = |page, n_total| {
        let tags = list(&[], page, n_total);
        let pager = tags.iter().position(|tag| tag.get("class") == Some("kk-pager__pages")).unwrap();
        tags.iter()
            .filter(|tag| tag.name == "li" && tag.parents.last() == Some(&pager))
            .map(|tag| tag.text.trim().trim_start_matches("Page ").to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(numbers(1, 150), "1 2 Next ›");
    assert_eq!(numbers(5, 1_000), "‹ Previous 1 … 3 4 5 6 7 … 10 Next ›");
    assert_eq!(numbers(10, 1_000), "‹ Previous 1 … 8 9 10");
    // A page beyond the end is shown as the last one.
    assert_eq!(numbers(99, 1_000), "‹ Previous 1 … 8 9 10");
    let tags = list(&[], 2, 1_000);
    assert_eq!(href(&tags, "Page 3"), "/findings?page=3&per=100");
    assert!(tags.iter().any(|tag| tag.text == "101–200 of 1,000"));
}

#[test]
fn an_empty_list_says_why() {
    let view = View {
        listing: Listing {
            query: vec![("kev".to_owned(), "1".to_owned())],
            page: 1,
            per_page: 50,
            n_unfiltered: 37,
            ..Listing::default()
        },
        has_sboms: true,
        ..View::default()
    };
    let frame = Frame::new(Language::En, "/findings", "r");
    assert!(findings::page(&frame, &view).contains("There are 37 without the conditions."));
    let nothing = View::default();
    assert!(findings::page(&frame, &nothing).contains("There is nothing to match yet"));
    let matched = View { has_sboms: true, ..View::default() };
    assert!(findings::page(&frame, &matched).contains("Components that are not checked are not included."));
}
