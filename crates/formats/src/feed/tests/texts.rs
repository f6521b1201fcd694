//! Texts where versions belong.

use proptest::prelude::*;

use super::super::range_text::{compare_numbers, is_commit, read};
use super::show;

#[test]
fn version_texts_are_read_or_left() {
    let cases: &[(&str, &[&str])] = &[
        // GitHub's comparators.
        (">= 1.0, < 1.5", &["[1.0, 1.5)"]),
        (">=1.0,<1.5", &["[1.0, 1.5)"]),
        (">= 1.0 < 1.5", &["[1.0, 1.5)"]),
        (">= 1.0 && < 1.5", &["[1.0, 1.5)"]),
        (">= 1.0 and < 1.5", &["[1.0, 1.5)"]),
        ("> 1, <= 2.3", &["(1, 2.3]"]),
        ("<= 2.3", &["(, 2.3]"]),
        ("≤ 2.3", &["(, 2.3]"]),
        ("=< 2.3", &["(, 2.3]"]),
        ("&lt; 2.3", &["(, 2.3)"]),
        ("< v9.1.0764", &["(, 9.1.0764)"]),
        ("= 1.2", &["=1.2"]),
        ("= 1.2, = 1.3", &["=1.2", "=1.3"]),
        (">= 9.3.2", &["[9.3.2, )"]),
        ("> 1, < 2 || >= 3, < 4", &["(1, 2)", "[3, 4)"]),
        (">= 1, < 2, >= 3, < 4", &["[1, 2)", "[3, 4)"]),
        ("< 1.0, >= 2.0", &["(, 1.0)", "[2.0, )"]),
        ("< 2.0, >= 1.0", &["[1.0, 2.0)"]),
        ("1.0 < 1.5", &["[1.0, 1.5)"]),
        ("11.2.0 <= 11.2.4,  12.0.0 <= 12.0.2", &["[11.2.0, 11.2.4]", "[12.0.0, 12.0.2]"]),
        ("version 4.16 through 5.37 Patch 1", &["[4.16, 5.37 Patch 1]"]),
        ("2024-06-21", &["=2024-06-21"]),
        ("<= 2.6.x", &["(, 2.6.*]"]),
        ("< 2.6.x", &["(, 2.6)"]),
        ("All versions < V4.1.4", &["(, 4.1.4)"]),
        ("All versions < V4.8 HF4", &["(, 4.8 HF4)"]),
        ("All versions >= V3.0 < V3.2 SP1", &["[3.0, 3.2 SP1)"]),
        // Sentences.
        ("before 1.2", &["(, 1.2)"]),
        ("Before v2.19.3", &["(, 2.19.3)"]),
        ("prior to 1.2", &["(, 1.2)"]),
        ("versions prior to 1.2.", &["(, 1.2)"]),
        ("All versions before 4.5.2", &["(, 4.5.2)"]),
        ("earlier than 4.5", &["(, 4.5)"]),
        ("prior to V9.1SP4 Build1653", &["(, 9.1SP4 Build1653)"]),
        ("before version 8.0.0.4035", &["(, 8.0.0.4035)"]),
        ("prior to and including 8.1", &["(, 8.1]"]),
        ("1.2 and earlier", &["(, 1.2]"]),
        ("1.2 and all previous versions", &["(, 1.2]"]),
        ("Ver1.62 and earlier", &["(, 1.62]"]),
        ("Firmware versions \"11\" and prior", &["(, 11]"]),
        ("firmware ver.07.35 and earlier", &["(, 07.35]"]),
        ("8.0.29 and prior", &["(, 8.0.29]"]),
        ("2.6.x or below", &["(, 2.6.*]"]),
        ("up to 1.2", &["(, 1.2]"]),
        ("up to and including 1.2", &["(, 1.2]"]),
        ("up to (excluding) 1.2", &["(, 1.2)"]),
        ("up to, but not including, 1.2", &["(, 1.2)"]),
        ("through 1.2", &["(, 1.2]"]),
        ("1.0 through 1.5", &["[1.0, 1.5]"]),
        ("1.0 to 1.5", &["[1.0, 1.5]"]),
        ("1.0 - 1.5", &["[1.0, 1.5]"]),
        ("1.0 – 1.5", &["[1.0, 1.5]"]),
        ("versions 2.7 to 2.8.21", &["[2.7, 2.8.21]"]),
        ("from 1.0 through 1.5", &["[1.0, 1.5]"]),
        ("from 1.0 before 1.5", &["[1.0, 1.5)"]),
        ("from version 1.0 up to 1.5", &["[1.0, 1.5]"]),
        ("between 1.0 and 1.5", &["[1.0, 1.5]"]),
        ("1.x before 1.5", &["[1, 1.5)"]),
        ("1.0 and before 1.5", &["[1.0, 1.5)"]),
        ("after 9.0 and before 9.2.0a", &["(9.0, 9.2.0a)"]),
        ("1.2 and later", &["[1.2, )"]),
        ("Version.5.0 or later", &["[5.0, )"]),
        ("ArubaOS 10.4.x.x: 10.4.1.0 and below", &["[10.4, 10.4.1.0]"]),
        ("Fixed in OpenSSL 1.0.2y (Affected 1.0.2-1.0.2x)", &["[1.0.2, 1.0.2x]"]),
        // Everything, branches, lists, plain versions.
        ("*", &["(, )"]),
        ("all", &["(, )"]),
        ("All versions", &["(, )"]),
        ("firmware all versions", &["(, )"]),
        ("1.x", &["[1, 1.*]"]),
        ("8.10.x.x", &["[8.10, 8.10.*]"]),
        ("1.2.*", &["[1.2, 1.2.*]"]),
        ("4.6.0, 4.6.1, 4.6.2", &["=4.6.0", "=4.6.1", "=4.6.2"]),
        ("6.01,12.01", &["=6.01", "=12.01"]),
        ("1.0, 1.1 and 1.2", &["=1.0", "=1.1", "=1.2"]),
        ("7.0 - 7.0.5.19, 7.1 - 7.1.2.15, 8.0", &["[7.0, 7.0.5.19]", "[7.1, 7.1.2.15]", "=8.0"]),
        ("8.0.0-8.1.5", &["[8.0.0, 8.1.5]"]),
        ("1.2.3-4", &["=1.2.3-4"]),
        ("R14A", &["=R14A"]),
        ("2024.1", &["=2024.1"]),
        ("v1.2", &["=v1.2"]),
        ("<1.2", &["(, 1.2)"]),
    ];
    for (text, expected) in cases {
        let found = read(text).unwrap_or_else(|| panic!("{text:?} was not understood"));
        assert_eq!(found.iter().map(show).collect::<Vec<_>>(), *expected, "{text:?}");
    }
}

#[test]
fn texts_that_name_things_are_left() {
    for text in [
        "",
        " ",
        "-",
        "n/a",
        "N/A",
        "unspecified",
        "unknown",
        "various",
        "See references",
        "Snapdragon 460 Mobile Platform",
        "Android 12",
        "3.1 All",
        "before 2024-06-21",
        "21.2.3 before 2024-06-21",
        "SaaS",
        "main",
        "Java SE: 8u231",
        "SAP_BASIS 701",
        "21.sp1 ap358730",
        "before 1.2.3 and 1.3.4",
        "before 1.2.3 and before 1.3.4",
        "< 1.2, < 1.3",
        "> 1, > 2",
        "< 6942e8b2c01dc33c2c41a471f91ef3f6ca726073",
        "commits prior to 43896a4",
        "stable < 3.1",
        "home-assistant-js-websocket: < 8.2.0",
        "< = > ",
        "<",
        ">= ",
        "1.0 !",
        "^1.2 ~3",
        "version 1803  (Core Installation)",
        "before",
        "and earlier",
        "prior to",
        "to",
        "<=> 1.2",
        "< < 1.2",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
}

#[test]
fn plain_numbers_compare_and_commits_are_told_apart() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    assert_eq!(compare_numbers("1.9", "1.10"), Some(Less));
    assert_eq!(compare_numbers("v1.10", "1.10.0"), Some(Equal));
    assert_eq!(compare_numbers("2", "1.10"), Some(Greater));
    assert_eq!(compare_numbers("1.0a", "1.0"), None);
    assert!(is_commit("8ea5315fdd866c4e6b7978d0a249c59c267f2fd7") && is_commit("64e00e7"));
    assert!(!is_commit("20240101") && !is_commit("1.2.3") && !is_commit("abc"));
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn no_text_of_known_words_panics(words in prop::collection::vec(
        prop::sample::select(vec!["before", "1.2", "2.x", "and", "earlier", "to", "<", ">=", "=", ",", "||", ";",
            "all", "versions", "up", "through", "SP1", "build", "v", "(", "including", "from", "-", ": ", "*"]),
        0..14))
    {
        let _ = read(&words.join(" "));
        let _ = read(&words.concat());
    }

    #[test]
    fn intervals_survive_every_spelling(low in 0_u32..50, high in 50_u32..100) {
        let expected = vec![format!("[1.{low}, 1.{high})")];
        for text in [
            format!(">= 1.{low}, < 1.{high}"), format!("<1.{high},>=1.{low}"), format!("1.{low} before 1.{high}"),
            format!("versions from 1.{low} before version 1.{high}"), format!("1.{low} prior to 1.{high}."),
        ] {
            prop_assert_eq!(read(&text).unwrap().iter().map(show).collect::<Vec<_>>(), expected.clone(), "{}", text);
        }
    }
}
