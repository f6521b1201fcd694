//! Products of endoflife.date in the forms that it publishes.

use kikimori_core::day::Day;
use kikimori_core::lifecycle::{Ending, LifecycleProduct, ReleaseCycle};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use proptest::prelude::*;

use super::super::{FeedFormat, FeedItem, RawRecord, parse};
use super::split_text;

/// A product as the API's version 1 writes it.
const OF_API: &str = r#"{"name":"pump-os","label":"Pump OS","aliases":[],"category":"os","tags":["os"],
  "identifiers":[{"id":"cpe:/o:hokuto:pump_os","type":"cpe"},{"id":"pkg:generic/pump-os","type":"purl"},
                 {"id":"pump-os","type":"repology"},{"id":"not a purl","type":"purl"}],
  "labels":{"eol":"Security"},"links":{"html":"https://endoflife.date/pump-os"},
  "releases":[
    {"name":"2","codename":null,"label":"2 (LTS)","releaseDate":"2024-02-01","isLts":true,"ltsFrom":null,"isEoas":false,
     "eoasFrom":"2027-02-01","isEol":false,"eolFrom":"2029-02-01","isEoes":null,"eoesFrom":null,"isMaintained":true,
     "latest":{"name":"2.4.1","date":"2026-01-01","link":"https://example.org/2.4.1"},"custom":null},
    {"name":"1","label":"1","releaseDate":"2020-02-31","isLts":false,"isEol":true,"eolFrom":null,"isMaintained":false,
     "latest":null},
    {"label":"no name"}
  ]}"#;

/// The same facts as the repository's product files write them.
const OF_REPOSITORY: &str = r#"{"title":"Pump OS","category":"os","tags":"os hokuto","permalink":"/pump-os","name":"pump-os",
  "releaseLabel":"__RELEASE_CYCLE__ (LTS)",
  "identifiers":[{"cpe":"cpe:/o:hokuto:pump_os"},{"purl":"pkg:generic/pump-os"},{"repology":"pump-os"}],
  "releases":[
    {"releaseCycle":"2","releaseDate":"2024-02-01","lts":true,"eoas":"2027-02-01","eol":"2029-02-01","latest":"2.4.1",
     "link":"https://example.org/2.4.1"},
    {"releaseCycle":1,"releaseLabel":"1","releaseDate":"2020-02-01","eol":true,"eoes":false,"link":"https://x/__LATEST__"}
  ]}"#;

/// A day.
fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Reads one product.
fn read(text: &str) -> (LifecycleProduct, Vec<Message>) {
    let (_, records) = split_text(text).unwrap();
    let mut notices = Vec::new();
    match parse(&records[0], &mut notices) {
        Ok(FeedItem::Lifecycle(product)) => (product, notices),
        other => panic!("{other:?}"),
    }
}

/// What both forms say.
fn expected() -> LifecycleProduct {
    LifecycleProduct {
        name: "pump-os".to_owned(),
        label: "Pump OS".to_owned(),
        link: Some("https://endoflife.date/pump-os".to_owned()),
        purls: vec!["pkg:generic/pump-os".to_owned()],
        cpes: vec!["cpe:/o:hokuto:pump_os".to_owned()],
        is_java: false,
        cycles: vec![
            ReleaseCycle {
                name: "2".to_owned(),
                label: Some("2 (LTS)".to_owned()),
                released_on: Some(day("2024-02-01")),
                active: Ending::On(day("2027-02-01")),
                security: Ending::On(day("2029-02-01")),
                is_long_term: true,
                latest: Some("2.4.1".to_owned()),
                link: Some("https://example.org/2.4.1".to_owned()),
                ..ReleaseCycle::default()
            },
            ReleaseCycle {
                name: "1".to_owned(),
                released_on: Some(day("2020-02-01")),
                security: Ending::Over,
                ..ReleaseCycle::default()
            },
        ],
    }
}

#[test]
fn reads_a_product_of_the_api_with_its_oddities_noticed() {
    let (product, notices) = read(OF_API);
    let mut expected = expected();
    expected.cycles[1].released_on = None;
    assert_eq!(product, expected);
    let codes: Vec<_> = notices.iter().map(|notice| (notice.code, notice.place.to_string())).collect();
    assert_eq!(
        codes,
        [
            (codes::FEED_IDENTIFIER_UNREADABLE, "/identifiers/3".to_owned()),
            (codes::FEED_DAY_UNREADABLE, "/releases/1/releaseDate".to_owned()),
            (codes::FEED_CYCLE_UNREADABLE, "/releases/2".to_owned()),
        ]
    );
    assert!(notices.iter().all(|notice| notice.args.contains(&("id", "pump-os".to_owned()))), "{notices:?}");
}

#[test]
fn reads_a_product_of_the_repository() {
    let (product, notices) = read(OF_REPOSITORY);
    let mut expected = expected();
    expected.cycles[1].extended = Ending::Open;
    assert_eq!((product, notices), (expected, Vec::new()));
}

#[test]
fn java_is_told_by_the_tag() {
    for (tags, is_java) in
        [("\"amazon java-distribution\"", true), ("[\"java-distribution\"]", true), ("\"java\"", false)]
    {
        let text = format!(r#"{{"name":"x","category":"lang","tags":{tags},"releases":[]}}"#);
        assert_eq!(read(&text).0.is_java, is_java, "{tags}");
    }
}

#[test]
fn every_form_is_recognised_with_its_time() {
    for (text, n_records, stated) in [
        (
            format!(
                r#"{{"schema_version":"1.2.0","generated_at":"2026-11-01T02:00:00+00:00","total":2,"result":[{OF_API},{OF_REPOSITORY}]}}"#
            ),
            2,
            Some("2026-11-01"),
        ),
        (
            format!(
                r#"{{"schema_version":"1.2.0","last_modified":"2026-10-01T00:00:00Z","result":{OF_API}}}"#
            ),
            1,
            Some("2026-10-01"),
        ),
        (format!(r#"{{"commit_date":"2026-08-22","products":[{OF_REPOSITORY}]}}"#), 1, Some("2026-08-22")),
        (format!("[{OF_API}]"), 1, None),
        (format!("{}\n{}\n", OF_API.replace('\n', ""), OF_REPOSITORY.replace('\n', "")), 2, None),
    ] {
        let (header, records) = split_text(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(header.formats.iter().copied().collect::<Vec<_>>(), [FeedFormat::EndOfLife], "{text}");
        assert_eq!(records.len(), n_records, "{text}");
        assert_eq!(header.stated_at.map(Stamp::date).as_deref(), stated, "{text}");
        for raw in &records {
            assert!(matches!(parse(raw, &mut Vec::new()), Ok(FeedItem::Lifecycle(_))), "{text}");
        }
    }
}

#[test]
fn forms_without_a_product_are_refused_with_a_reason() {
    for (text, code) in [
        (r#"[{"cycle":"3.11","releaseDate":"2022-10-24","eol":"2027-10-31"}]"#, codes::FEED_CYCLE_UNNAMED),
        (r#"{"cycle":3,"eol":false}"#, codes::FEED_CYCLE_UNNAMED),
        (
            r#"{"schema_version":"1.0","total":1,"result":[{"name":"x","label":"X","uri":"u"}]}"#,
            codes::FEED_UNKNOWN_FORMAT,
        ),
        (
            r#"{"schema_version":"1.0","total":3,"result":[{"name":"x","category":"os","releases":[]}]}"#,
            codes::FEED_SHORT,
        ),
    ] {
        assert_eq!(split_text(text).unwrap_err().code, code, "{text}");
    }
    let (_, records) =
        split_text(r#"{"schema_version":"1.0","result":{"name":"3.11","isEol":false}}"#).unwrap();
    assert_eq!(parse(&records[0], &mut Vec::new()).unwrap_err().code, codes::FEED_RECORD_UNREADABLE);
}

proptest! {
    #[test]
    fn never_panics_on_any_release(value in "\\PC{0,30}", key in "eol|eoas|eoes|releaseDate|latest|lts|link|name|releaseLabel") {
        let value = serde_json::Value::String(value);
        let text = format!(r#"{{"name":"x","category":"os","releases":[{{"releaseCycle":"1","{key}":{value}}}]}}"#);
        let raw = RawRecord { format: FeedFormat::EndOfLife, bytes: text.into_bytes().into(), place: Default::default() };
        prop_assert!(matches!(parse(&raw, &mut Vec::new()), Ok(FeedItem::Lifecycle(_))));
    }

    #[test]
    fn never_panics_on_any_bytes(bytes: Vec<u8>) {
        let raw = RawRecord { format: FeedFormat::EndOfLife, bytes: bytes.into(), place: Default::default() };
        let _ = parse(&raw, &mut Vec::new());
    }
}
