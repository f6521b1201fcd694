//! Small CSAF documents written for this project, each with what the reader must make of it.

use std::fmt::Write as _;

use kikimori_formats::feed::{self, FeedItem};

use crate::dump;

/// A document and what is expected of it, by name.
macro_rules! fixture {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("fixtures/csaf/", $name, ".json")).as_slice(),
            include_str!(concat!("fixtures/csaf/", $name, ".expected")),
        )
    };
}

/// Name, bytes and expectation of every fixture.
const FIXTURES: &[(&str, &[u8], &str)] = &[
    fixture!("vendor-vex"),
    fixture!("coordinator-without-identifiers"),
    fixture!("lenient-2.1"),
    fixture!("distribution"),
    fixture!("withdrawn-2.1"),
];

/// Reads a document.
fn read(bytes: &[u8]) -> String {
    let mut found = Vec::new();
    let mut notices = Vec::new();
    feed::split(bytes, &mut |raw| {
        match feed::parse(&raw, &mut notices)? {
            FeedItem::Advisory(records) => found.extend(records),
            other => panic!("{other:?}"),
        }
        Ok(())
    })
    .unwrap();
    let mut text = String::new();
    found.iter().for_each(|record| dump::record(&mut text, record));
    notices.iter().for_each(|notice| writeln!(text, "{notice}").unwrap());
    text
}

#[test]
fn documents_give_what_is_expected() {
    let mut differing = String::new();
    for (name, bytes, expected) in FIXTURES {
        let found = read(bytes);
        if found != *expected {
            writeln!(differing, "=== {name} gives\n{found}").unwrap();
        }
    }
    assert!(differing.is_empty(), "{differing}");
}
