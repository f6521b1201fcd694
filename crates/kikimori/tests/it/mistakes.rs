//! Plausible mistakes: what is said names the thing, why, and what to do, in the reader's language.

use crate::program::Home;

/// An SBOM with a product and one component.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5",
 "metadata":{"component":{"type":"device","name":"Pump","version":"1"}},
 "components":[{"type":"library","name":"own","version":"1"}]}"#;

#[test]
fn mistakes_are_told_in_plain_words() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("empty.json", "");
    home.file("random.json", "\u{1}\u{2}\u{3}");
    home.file("parts.csv", "foo,bar\n1,2\n");
    home.file("フォルダ 1/a.json", SBOM);
    for (arguments, english, japanese) in [
        (
            &["scan", "absent.json"][..],
            "there is no such file or folder",
            "そのようなファイルもフォルダもありません",
        ),
        (&["sbom", "check", "フォルダ 1"], "it is a folder, not a file", "ファイルではなくフォルダです"),
        (&["sbom", "sheet", "フォルダ 1"], "it is a folder, not a file", "ファイルではなくフォルダです"),
        (&["sbom", "diff", "a.cdx.json", "フォルダ 1"], "it is a folder", "フォルダです"),
        (&["key", "show", "フォルダ 1"], "it is a folder", "フォルダです"),
        (&["library", "import", "a.cdx.json"], "kikimori scan", "kikimori scan"),
        (&["library", "import", "empty.json"], "an empty file", "空のファイル"),
        (&["library", "import", "random.json"], "a file that is no text", "文書ではないファイル"),
        (&["sbom", "sheet", "parts.csv"], "sheet \"CSV\"", "シート「CSV」"),
        (&["scan", "a.cdx.json", "--platform", "windows"], "cpe:2.3:", "CPEは「cpe:2.3:」"),
        (&["sbom", "merge", "a.cdx.json", "--product", ""], "needs a value", "値がありません"),
        (&["library", "import", "a", "--delta", "--allow-shrink"], "together with", "と同時に使えません"),
        (&["scan", "a.cdx.json", "-o", "a.csv"], "--format csv", "--format csv"),
        (&["scan", "a.cdx.json", "-o", "a.xlsx"], "table, json, csv", "table, json, csv"),
        (&["sbom", "quality", "a.cdx.json", "-o", "a.XLSX"], "--format xlsx", "--format xlsx"),
        (&["sbom", "diff", "a.cdx.json", "a.cdx.json", "-o", "a.json"], "--format json", "--format json"),
        (&["sbom", "template", "-o", "a.ods"], "xlsx, csv", "xlsx, csv"),
        (&["explain", "a.cdx.json", ""], "needs a value", "値がありません"),
        (
            &["library", "import", "フォルダ 1", "absent.json"],
            "[INPUT-001] absent.json",
            "[INPUT-001] absent.json",
        ),
        (&["scan", "a.cdx.json", "--max-age", "1", "--max-age", "2"], "only once", "一度だけ"),
    ] {
        for (language, words) in [("en", english), ("ja", japanese)] {
            let run = home.run_in(arguments, &[("KIKIMORI_LANG", language)]);
            assert_eq!(run.exit, 2, "{arguments:?}\n{}\n{}", run.out, run.err);
            assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
            for alien in ["os error", "⟦", "the whole document", "文書全体"] {
                assert!(!run.err.contains(alien), "{arguments:?}: {}", run.err);
            }
        }
    }
    for name in ["a.csv", "a.xlsx", "a.XLSX", "a.json", "a.ods"] {
        assert!(!home.path(name).exists(), "{name} was written");
    }
    let run = home.run(&["sbom", "quality", "a.cdx.json", "--format", "table", "-o", "a.csv"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let run = home.run(&["scan", "フォルダ 1/a.json", "--library", "none"]);
    assert_eq!(run.exit, 3, "{}", run.err);
}

#[test]
fn a_result_that_cannot_be_written_says_why() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("folder/x", "");
    for (language, words) in [("en", "it is a folder, not a file"), ("ja", "ファイルではなくフォルダです")]
    {
        let run =
            home.run_in(&["sbom", "quality", "a.cdx.json", "-o", "folder"], &[("KIKIMORI_LANG", language)]);
        assert_eq!(run.exit, 5);
        assert!(run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn a_time_that_cannot_be_read_is_refused_and_not_replaced_by_the_clock() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    let run = home.run_at("yesterday", &["scan", "a.cdx.json"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("KIKIMORI_NOW") && run.err.contains("yesterday"), "{}", run.err);
}

#[test]
fn without_a_library_the_counts_agree() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    let (exit, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(exit, 3);
    assert_eq!(scan["sbom"]["components"]["total"], 1);
    assert_eq!(scan["not_checked"].as_array().unwrap().len(), 1);
}

#[test]
fn trusting_a_private_key_is_warned_of() {
    let home = Home::new();
    assert_eq!(home.run(&["key", "create", "-o", "k.pem"]).exit, 0);
    let run = home.run(&["key", "trust", "k.pem", "--name", "A"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains("private key"), "{}", run.err);
    assert_eq!(home.run(&["key", "distrust", "A"]).exit, 0);
    let run = home.run(&["key", "trust", "k.pub.pem", "--name", "B"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.is_empty(), "{}", run.err);
}

#[test]
fn help_names_arguments_in_their_order_and_common_options_last() {
    let home = Home::new();
    let run = home.run(&["sbom", "diff", "--help"]);
    let place = |text: &str| run.out.rfind(text).unwrap();
    assert!(place("  <OLD>") < place("  <NEW>"), "{}", run.out);
    assert!(place("--output") < place("--lang") && place("--lang") < place("--help"), "{}", run.out);
}
