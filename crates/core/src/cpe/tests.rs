//! Laws of names and relations.

use super::*;
use proptest::prelude::*;

/// Any attribute value as somebody might write it.
fn written_value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("-".to_owned()),
        Just(String::new()),
        "[a-zA-Z0-9._-]{1,8}",
        "[*?]{0,2}[a-c+\\\\.]{0,4}[*?]{0,2}",
        "\\PC{0,6}",
    ]
}

/// A canonical value of three letters, with wildcards in some.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("-".to_owned()),
        "[ab]{1,3}",
        "(\\*|\\?{1,2})?[ab]{1,2}(\\*|\\?{1,2})?",
        "(\\*|\\?{1,2})?(a|\\\\\\+|\\\\\\\\|\\\\\\*){1,3}(\\*|\\?{1,2})?",
    ]
}

/// The name with the given product.
fn product(text: &str) -> Cpe {
    Cpe::parse(&format!("cpe:2.3:a:v:{text}")).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// Slow and plain: does the pattern cover the text? Both as lists of characters; `*` and `?` as options.
fn covers_slowly(pattern: &[&str], text: &[&str]) -> bool {
    match (pattern.first(), text.first()) {
        (None, first) => first.is_none(),
        (Some(&"*"), first) => {
            covers_slowly(&pattern[1..], text) || (first.is_some() && covers_slowly(pattern, &text[1..]))
        }
        (Some(&"?"), first) => {
            covers_slowly(&pattern[1..], text)
                || (first.is_some() && covers_slowly(&pattern[1..], &text[1..]))
        }
        (Some(own), Some(other)) => own == other && covers_slowly(&pattern[1..], &text[1..]),
        (Some(_), None) => false,
    }
}

/// The characters of canonical text, quoted ones with their backslash.
fn characters(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = if rest.starts_with('\\') { 2 } else { 1 };
        found.push(&rest[..length]);
        rest = &rest[length..];
    }
    found
}

#[test]
fn stays_small() {
    assert!(size_of::<Cpe>() <= 40, "{}", size_of::<Cpe>());
}

proptest! {
    #[test]
    fn any_text_reads_or_faults(text in "(cpe:2\\.3:|cpe:/)?\\PC{0,80}") {
        if let Ok(cpe) = Cpe::parse(&text) {
            prop_assert_eq!(Cpe::parse(cpe.as_str()), Ok(cpe));
        }
    }

    #[test]
    fn canonical_form_is_stable(
        part in "[aohAOH*-]",
        values in proptest::collection::vec(written_value(), 0..10),
    ) {
        if let Ok(cpe) = Cpe::parse(&format!("cpe:2.3:{part}:{}", values.join(":"))) {
            prop_assert_eq!(Cpe::parse(cpe.as_str()), Ok(cpe.clone()));
            // Built value by value, as the full reader does; reading the whole takes the short way.
            let copied = Attribute::ALL.iter().try_fold(cpe.clone(), |name, &attribute| {
                name.with(attribute, cpe.get(attribute))
            });
            prop_assert_eq!(copied, Ok(cpe));
        }
    }

    #[test]
    fn uri_reads_or_faults(values in proptest::collection::vec("[a-zA-Z0-9~%.*-]{0,6}", 0..7)) {
        if let Ok(cpe) = Cpe::parse(&format!("cpe:/a:{}", values.join(":"))) {
            prop_assert_eq!(Cpe::parse(cpe.as_str()), Ok(cpe));
        }
    }

    #[test]
    fn quoted_text_comes_back(text in "[!-~]{1,12}") {
        let base = product("p");
        let quoted = quote(&text);
        let cpe = base.with(Attribute::Version, CpeValue::Text(&quoted));
        prop_assert_eq!(cpe.map(|cpe| cpe.get(Attribute::Version).unescaped().into_owned()), Ok(text.to_lowercase()));
    }

    #[test]
    fn relations_obey_their_laws(one in value(), two in value()) {
        let (one, two) = (product(&one), product(&two));
        let (source, target) = (one.get(Attribute::Product), two.get(Attribute::Product));
        let (forth, back) = (relate(source, target), relate(target, source));
        prop_assert_eq!(relate(CpeValue::Any, target) == Relation::Undefined, target.has_wildcard());
        if target.has_wildcard() {
            prop_assert_eq!(forth, Relation::Undefined);
        } else if !source.has_wildcard() {
            let dual = match forth {
                Relation::Subset => Relation::Superset,
                Relation::Superset => Relation::Subset,
                same => same,
            };
            prop_assert_eq!(back, dual);
            prop_assert_eq!(forth == Relation::Equal, source == target);
            prop_assert_eq!(
                relate(CpeValue::Any, target),
                if target == CpeValue::Any { Relation::Equal } else { Relation::Superset }
            );
        }
    }

    #[test]
    fn wildcards_cover_what_a_plain_matcher_covers(pattern in value(), text in value()) {
        let (one, two) = (product(&pattern), product(&text));
        let (source, target) = (one.get(Attribute::Product), two.get(Attribute::Product));
        if let (CpeValue::Text(pattern), CpeValue::Text(text)) = (source, target)
            && source.has_wildcard()
            && !target.has_wildcard()
        {
            let covered = covers_slowly(&characters(pattern), &characters(text));
            prop_assert_eq!(
                relate(source, target),
                if covered { Relation::Superset } else { Relation::Disjoint },
                "{} {}", pattern, text
            );
        }
    }
}

#[test]
fn joins_version_and_update() {
    for (name, expected) in [
        ("cpe:2.3:a:openbsd:openssh:7.4:p1:*:*:*:*:*:*", Some("7.4p1")),
        ("cpe:2.3:a:x:y:2.0:rc1:*:*:*:*:*:*", Some("2.0rc1")),
        ("cpe:2.3:a:x:y:8:update_212:*:*:*:*:*:*", Some("8 update_212")),
        ("cpe:2.3:a:x:y:2.0:*:*:*:*:*:*:*", Some("2.0")),
        ("cpe:2.3:a:x:y:-:*:*:*:*:*:*:*", None),
    ] {
        assert_eq!(Cpe::parse(name).unwrap().joined_version().as_deref(), expected, "{name}");
    }
}
