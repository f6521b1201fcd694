//! Ranges read, written and asked.

use proptest::prelude::*;

use super::*;

/// A readable range.
fn range(text: &str) -> VersRange {
    VersRange::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// Asserts which of the versions a range holds.
fn check(text: &str, inside: &[&str], outside: &[&str]) {
    let range = range(text);
    for (versions, expected) in [(inside, true), (outside, false)] {
        for version in versions {
            assert_eq!(range.contains(version), Ok(expected), "{text} {version}");
        }
    }
}

#[test]
fn holds_what_lies_between_the_bounds() {
    check("vers:npm/*", &["1.0.0", "0.0.0-alpha"], &[]);
    check("vers:npm/1.2.3", &["1.2.3", "v1.2.3"], &["1.2.4", "1.2.3-rc.1"]);
    check("vers:npm/<2.0.0", &["0.0.1", "2.0.0-rc.1"], &["2.0.0", "2.0.1"]);
    check("vers:npm/<=2.0.0", &["2.0.0"], &["2.0.1"]);
    check("vers:npm/>2.0.0", &["2.0.1", "10.0.0"], &["2.0.0", "1.9.9"]);
    check("vers:npm/>=2.0.0", &["2.0.0"], &["2.0.0-rc.1"]);
    check("vers:npm/>=1.0|<2.0", &["1.0.0", "1.10.0"], &["0.9.9", "2.0.0", "2.1.0"]);
    check("vers:npm/1.2.3|>=2.0.0|<5.0.0", &["1.2.3", "2.0.0", "4.9.9"], &["1.2.4", "5.0.0"]);
    check(
        "vers:npm/<1.0.0|>=2.0.0|<3.0.0|>4.0.0",
        &["0.1.0", "2.5.0", "4.0.1"],
        &["1.0.0", "3.0.0", "4.0.0"],
    );
    check("vers:deb/>=1:1.0-1|<1:1.2~rc1-1", &["1:1.1-1"], &["1:1.2~rc1-1", "1.1-1", "1:1.2-1"]);
    check("vers:alpine/<1.2.3-r4", &["1.2.3-r3"], &["1.2.3-r4"]);
}

#[test]
fn takes_out_what_is_not_equal() {
    check("vers:gem/>=2.2.0|!=2.2.1|<2.3.0", &["2.2.0", "2.2.2"], &["2.2.1", "2.3.0"]);
    check("vers:pypi/!=5", &["4", "5.1"], &["5", "5.0"]);
    check("vers:pypi/!=5|!=6", &["4", "7"], &["5", "6"]);
    // Beside a listed version the exclusion adds nothing.
    check("vers:pypi/1|!=5", &["1"], &["5", "6"]);
    check("vers:pypi/!=1|>=2", &["2", "3"], &["1", "1.5"]);
}

#[test]
fn answers_ranges_that_are_odd_but_clear() {
    check("vers:pypi/>=3.0.0|2.0.3", &["2.0.3", "3.1"], &["2.0.4"]);
    check("vers:npm/<2.0.0|>=1.0.0", &["1.5.0"], &["0.9.0", "2.0.0"]);
    check("vers:npm/>=1.0.0|>=2.0.0|<3.0.0", &["1.5.0", "2.5.0"], &["3.0.0"]);
    check("vers:npm/>=1.0.0|<2.0.0|<3.0.0", &["2.5.0"], &["3.0.0"]);
    check("vers:npm/>1.0.0|>1.0.0|<2.0.0|1.7.0", &["1.0.1", "1.7.0"], &["1.0.0", "2.0.0"]);
    for (text, oddity) in [
        ("vers:npm/*", None),
        ("vers:npm/>=1.0.0|!=1.5.0|<2.0.0|2.5.0|3.0.0|>=4.0.0", None),
        ("vers:npm/1.0.0|!=1.1.0|>2.0.0", None),
        ("vers:npm/>=2.0.0|<1.0.0", Some(VersOddity::Unsorted)),
        ("vers:npm/1.0.0|1.0.0", Some(VersOddity::Repeated)),
        ("vers:pypi/1.0|1.0.0", Some(VersOddity::Repeated)),
        ("vers:npm/>=1.0.0|>=2.0.0", Some(VersOddity::Redundant)),
        ("vers:npm/<1.0.0|<2.0.0", Some(VersOddity::Redundant)),
        ("vers:npm/1.0.0|<2.0.0", Some(VersOddity::Redundant)),
        ("vers:npm/>1.0.0|2.0.0|<3.0.0", Some(VersOddity::Redundant)),
        ("vers:deb/1%2b2", Some(VersOddity::Encoding)),
        ("vers:deb/1%7c2", Some(VersOddity::Encoding)),
        ("vers:deb/1%7C2", None),
        ("vers:conan/1.0", None),
    ] {
        assert_eq!(range(text).oddity(), Ok(oddity), "{text}");
    }
}

#[test]
fn gives_no_answer_without_a_reason() {
    let contains = |text: &str, version: &str| range(text).contains(version).unwrap_err();
    assert_eq!(contains("vers:conan/<1", "1"), VersFault::UnknownType { text: "conan".to_owned() });
    assert_eq!(contains("vers:npm/>=1.0|<1.0", "1.0"), VersFault::Twice { version: "1.0".to_owned() });
    assert_eq!(contains("vers:pypi/1.0|!=1.0.0", "1.0"), VersFault::Twice { version: "1.0.0".to_owned() });
    assert!(matches!(contains("vers:npm/<latest", "1.0.0"), VersFault::Version { .. }));
    assert!(matches!(contains("vers:npm/<2.0.0", "latest"), VersFault::Asked { .. }));
    assert!(matches!(contains("vers:composer/<2.0", "dev-main"), VersFault::Asked { .. }));
    assert_eq!(range("vers:all/*").contains("anything"), Ok(true));
    assert_eq!(range("vers:none/*").contains("anything"), Ok(false));
}

#[test]
fn says_why_a_text_is_no_range() {
    let kind = |text: &str| VersFault::Type { text: text.to_owned() };
    let percent = |version: &str| VersFault::Percent { version: version.to_owned() };
    let unencoded =
        |character, version: &str| VersFault::Unencoded { character, version: version.to_owned() };
    for (text, fault) in [
        ("", VersFault::Scheme),
        ("npm/1.0", VersFault::Scheme),
        ("VERS:npm/1.0", VersFault::Scheme),
        ("vers:npm", kind("npm")),
        ("vers:/1.0", kind("")),
        ("vers:NPM/1.0", kind("NPM")),
        ("vers:1npm/1.0", kind("1npm")),
        ("vers:invalid/1.0", kind("invalid")),
        ("vers:npm/", VersFault::EmptyConstraint),
        ("vers:npm/|1.0", VersFault::EmptyConstraint),
        ("vers:npm/1.0|", VersFault::EmptyConstraint),
        ("vers:npm/1.0||2.0", VersFault::EmptyConstraint),
        ("vers:npm/>=1.0| <2.0", VersFault::Character { at: 15 }),
        ("vers:npm/1.0\t", VersFault::Character { at: 12 }),
        ("vers:npm/é", VersFault::Character { at: 9 }),
        ("vers:npm/=1.0", VersFault::EqualSign),
        ("vers:npm/>=", VersFault::EmptyVersion { comparator: ">=" }),
        ("vers:npm/>=1.0|*", VersFault::Asterisk),
        ("vers:npm/*|1.0", VersFault::Asterisk),
        ("vers:npm/*1.0", VersFault::Asterisk),
        ("vers:npm/1.*", unencoded('*', "1.*")),
        ("vers:npm/>>1.0", unencoded('>', ">1.0")),
        ("vers:npm/1.0=2", unencoded('=', "1.0=2")),
        ("vers:npm/1%2", percent("1%2")),
        ("vers:npm/1%2G0", percent("1%2G0")),
        ("vers:npm/1%09", percent("1%09")),
        ("vers:npm/1%C3%A9", percent("1%C3%A9")),
        ("vers:all/1.0", VersFault::Asterisk),
    ] {
        assert_eq!(VersRange::parse(text), Err(fault), "{text}");
    }
    let long = format!("vers:npm/{}", "1|".repeat(VERS_CONSTRAINTS_MAX));
    assert_eq!(VersRange::parse(&long), Err(VersFault::TooMany));
    assert!(matches!(VersRange::parse(&"v".repeat(VERS_BYTES_MAX + 1)), Err(VersFault::TooLong { .. })));
}

#[test]
fn decodes_once_and_writes_the_same() {
    assert_eq!(range("vers:npm/1.0%252F0").constraints()[0].version, "1.0%2F0");
    assert_eq!(range("vers:deb/1%20%7C2").constraints()[0].version, "1 |2");
    for text in [
        "vers:npm/1.0%252F0",
        "vers:deb/1%20%7C2",
        "vers:npm/1|!=2|>=3|<4",
        "vers:npm/*",
        "vers:deb/1:2~3+4-5",
    ] {
        assert_eq!(range(text).to_string(), text);
    }
    assert_eq!(range("vers:deb/1%2b2").to_string(), "vers:deb/1+2");
}

proptest! {
    /// No text panics, and what is read comes back.
    #[test]
    fn no_text_panics(text in "(vers:(npm|deb|all|x)/)?[<>=!*|%0-9a-f. ]{0,24}", version in "[0-9.a]{0,6}") {
        if let Ok(range) = VersRange::parse(&text) {
            let _ = (range.contains(&version), range.oddity());
            let again = VersRange::parse(&range.to_string());
            prop_assert_eq!(again.map(|again| again.constraints), Ok(range.constraints));
        }
    }

    /// A canonical range holds a version exactly when one constraint or interval, looked at alone, does.
    #[test]
    fn agrees_with_a_count_over_all_versions(marks in prop::collection::vec(0_usize..7, 1..9)) {
        // Constraints on the versions 1, 3, 5…; every version from 0 on is asked.
        let comparators = ["", "!=", "<", "<=", ">", ">="];
        let list: Vec<(usize, &str)> = marks
            .iter()
            .enumerate()
            .filter_map(|(index, mark)| Some((2 * index + 1, *comparators.get(*mark)?)))
            .collect();
        prop_assume!(!list.is_empty());
        let text = list.iter().map(|(version, mark)| format!("{mark}{version}")).collect::<Vec<_>>().join("|");
        let range = range(&format!("vers:generic/{text}"));
        prop_assume!(range.oddity() == Ok(None));
        for asked in 0..20 {
            let is_alone = list.iter().any(|(version, mark)| mark.is_empty() && *version == asked);
            let is_excluded = list.iter().any(|(version, mark)| *mark == "!=" && *version == asked);
            let bounds: Vec<&(usize, &str)> = list.iter().filter(|(_, mark)| mark.contains(['<', '>'])).collect();
            let fits = |(version, mark): &(usize, &str)| match *mark {
                "<" => asked < *version,
                "<=" => asked <= *version,
                ">" => asked > *version,
                _ => asked >= *version,
            };
            // A lower bound holds until the next bound, an upper one since the one before.
            let is_between = bounds.iter().enumerate().any(|(index, bound)| {
                let other = if bound.1.starts_with('>') { bounds.get(index + 1) } else { index.checked_sub(1).and_then(|index| bounds.get(index)) };
                fits(bound) && other.is_none_or(|other| fits(other))
            });
            let is_exclusion = list.iter().all(|(_, mark)| *mark == "!=");
            let expected = !is_excluded && (is_alone || is_between || is_exclusion);
            prop_assert_eq!(range.contains(&asked.to_string()), Ok(expected), "{} {}", text, asked);
        }
    }
}
