//! Files of rules: what is read, and what is said about what is wrong.

use kikimori_core::message::{Message, Place};
use proptest::prelude::*;

use super::*;

/// A file with a head and this text.
fn file(text: &str) -> String {
    format!("{}{text}", file_head(Some("医療機器株式会社")))
}

/// A whole rule with these lines for component and action.
fn rule(lines: &str) -> String {
    format!(
        "\n[[rule]]\nid = \"R-1\"\nauthor = \"山田\"\ndecided_on = 2026-11-21\nreason = \"製造元に確認\"\n{lines}\n"
    )
}

/// The codes and lines of what is said about a text.
fn said(text: &str) -> Vec<(&'static str, u64)> {
    let Err(messages) = read(text.as_bytes(), "rules.toml") else { return Vec::new() };
    let line = |message: &Message| match message.place {
        Place::Line(line) => line,
        _ => 0,
    };
    messages.iter().map(|message| (message.code.0, line(message))).collect()
}

#[test]
fn reads_what_people_write() {
    let text = file(&rule(
        "component = { name = \"OpenSSL*\", supplier = \"Acme\", version = \"1.0.*\" }\naction = \"add\"\n\
         cpes = [\"cpe:2.3:a:openssl:openssl\"]\nsupersedes = [\"R-0\"]",
    ));
    let rules = read(text.as_bytes(), "rules.toml").unwrap();
    let rule = &rules[0];
    assert_eq!(rule.subject.shown(), "name=OpenSSL* supplier=Acme version=1.0.*");
    assert_eq!(
        (rule.decided_on.as_str(), rule.organisation.as_deref()),
        ("2026-11-21", Some("医療機器株式会社"))
    );
    assert_eq!((rule.place.clone(), rule.origin.as_str()), (Place::Line(5), "rules.toml"));
    assert_eq!(rule.decision.named().unwrap().cpes, ["cpe:2.3:a:openssl:openssl"]);
    assert_eq!(rule.supersedes, ["R-0"]);
}

#[test]
fn says_what_is_wrong_and_where() {
    let named = "component = { name = \"x\" }\n";
    for (text, expected) in [
        ("format = ", vec![("RULE-002", 1)]),
        ("format = \"other\"\nformat_version = \"1\"", vec![("RULE-003", 1)]),
        (&file("formt = 1"), vec![("RULE-006", 4)]),
        (&file("[[rule]]"), vec![("RULE-004", 4); 6]),
        (&file(&rule(&format!("{named}action = \"add\""))), vec![("RULE-011", 11)]),
        (&file(&rule(&format!("{named}action = \"ignore\""))), vec![("RULE-011", 11)]),
        (&file(&rule(&format!("{named}action = \"guess\""))), vec![("RULE-005", 11)]),
        (
            &file(&rule("component = { name = \"*\" }\naction = \"no-public-identity\"")),
            vec![("RULE-010", 10)],
        ),
        (&file(&rule("component = { }\naction = \"no-public-identity\"")), vec![("RULE-012", 10)]),
        (
            &file(&rule("component = { purl = \"pkg:a/b\", name = \"b\" }\naction = \"no-public-identity\"")),
            vec![("RULE-012", 10)],
        ),
        (&file(&rule("component = { purl = \"pkg:a/b@1\" }\naction = \"ignore\"")), vec![("RULE-005", 10)]),
        (&file(&rule(&format!("{named}action = \"add\"\npurls = [\"npm/x\"]"))), vec![("RULE-007", 12)]),
        (
            &file(&rule(&format!("{named}action = \"add\"\npurls = [\"pkg:npm/x@1\"]"))),
            vec![("RULE-013", 12)],
        ),
        (&file(&rule(&format!("{named}action = \"add\"\ncpes = [\"cpe:2.3:a:v\"]"))), vec![("RULE-005", 12)]),
        (&file(&rule(&format!("{named}action = \"add\"\npurls = 1"))), vec![("RULE-005", 12)]),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn refuses_one_id_twice_and_dates_that_are_none() {
    let body = "component = { name = \"x\" }\naction = \"no-public-identity\"";
    assert_eq!(said(&file(&format!("{}{}", rule(body), rule(body)))), [("RULE-008", 13)]);
    let wrong = rule(body).replace("2026-11-21", "\"21.11.2026\"");
    assert_eq!(said(&file(&wrong)), [("RULE-005", 8)]);
}

#[test]
fn a_version_may_be_given_where_the_rule_is_about_one_version() {
    let text = file(&rule(
        "component = { name = \"x\", version = \"r12\" }\naction = \"replace\"\npurls = [\"pkg:npm/x@1.2.0\"]",
    ));
    assert_eq!(said(&text), []);
}

#[test]
fn stops_at_limits() {
    let long = "x".repeat(kikimori_core::limits::RULE_TEXT_BYTES_MAX + 1);
    let body = "component = { name = \"x\" }\naction = \"no-public-identity\"";
    assert_eq!(said(&file(&rule(body).replace("製造元に確認", &long)))[0], ("RULE-009", 9));
    let many = vec!["\"pkg:npm/x\""; kikimori_core::limits::RULE_LIST_MAX + 1].join(",");
    let text = file(&rule(&format!("component = {{ name = \"x\" }}\naction = \"add\"\npurls = [{many}]")));
    assert_eq!(said(&text)[0], ("RULE-009", 12));
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, "x");
    }

    #[test]
    fn never_panics_behind_a_head(text in "\\PC{0,200}") {
        let _ = read(file(&text).as_bytes(), "x");
    }

    #[test]
    fn reads_back_what_it_writes(name in "[^\\p{Cc}*]{1,20}", reason in "\\PC{1,40}", id in "[A-Z]-[0-9]{1,4}") {
        prop_assume!(!name.trim().is_empty() && !reason.trim().is_empty());
        let text = file(&rule("component = { name = \"x\" }\naction = \"add\"\npurls = [\"pkg:npm/x\"]"));
        let mut rule = read(text.as_bytes(), "x").unwrap().remove(0);
        rule.id = id;
        rule.reason = reason.trim().to_owned();
        rule.subject.name = SubjectName::Written {
            name: TextPattern::Exact(name.trim().to_owned()),
            group: None,
            supplier: Some(TextPattern::Prefix("Acme".to_owned())),
        };
        let written = file(&rule_text(&rule));
        let read_back = read(written.as_bytes(), "x").unwrap().remove(0);
        prop_assert_eq!(IdentityRule { place: rule.place.clone(), ..read_back }, rule);
    }
}
