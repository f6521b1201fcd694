//! The shipped demo gives exactly the findings that its own table promises.

use std::collections::BTreeMap;

use jsonschema::Registry;
use serde_json::Value;

use crate::program::{Home, repository};

/// A row's key: file, component, version, vulnerability.
type Key = (String, String, String, String);

/// What the table promises, by key.
fn promised() -> BTreeMap<Key, (String, String)> {
    let table = std::fs::read_to_string(repository().join("demo/expected.tsv")).unwrap();
    table
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let key = (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned(), cells[3].to_owned());
            (key, (cells[4].to_owned(), cells[5].to_owned()))
        })
        .collect()
}

/// What scans of the demo's SBOMs give, by key: verdict, reason, disputed.
fn found() -> BTreeMap<Key, (String, String, bool)> {
    let home = Home::new();
    assert_eq!(home.run(&["demo", "--no-serve"]).exit, 0);
    let demo = home.path(".local/share/kikimori/demo");
    let mut found = BTreeMap::new();
    for file in ["infusion-pump-4.2.1.cdx.json", "image-viewer-3.0.0.spdx.json", "ventilator-2.7.0.spdx"] {
        let path = demo.join("sboms").join(file);
        let library = demo.join("library");
        let arguments =
            ["scan", path.to_str().unwrap(), "--library", library.to_str().unwrap(), "-f", "json"];
        let (exit, scan) = home.json(&arguments);
        assert_eq!(exit, 0);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for list in ["findings", "retracted", "not_checked"] {
            for item in scan[list].as_array().unwrap() {
                let component = &item["component"];
                let key = (
                    format!("sboms/{file}"),
                    text(&component["name"]),
                    text(&component["version"]),
                    text(&item["vulnerability"]["id"]),
                );
                let verdict = match (list, item["verdict"].as_str()) {
                    ("not_checked", _) => "not-checked",
                    (_, Some("not_affected")) => "retracted",
                    (_, Some(verdict)) => verdict,
                    (_, None) => panic!("a finding without a verdict"),
                };
                let is_disputed = item["is_disputed"].as_bool().unwrap_or(false);
                let before = found
                    .insert(key.clone(), (verdict.to_owned(), text(&item["reason"]["code"]), is_disputed));
                assert!(before.is_none(), "{key:?} is there twice");
            }
        }
        for item in scan["support"]["findings"].as_array().unwrap() {
            let (component, cycle) = (&item["components"][0], &item["cycles"][0]);
            let cycle_name = format!("{} {}", text(&item["product"]), text(&cycle["name"]));
            let key =
                (format!("sboms/{file}"), text(&component["name"]), text(&component["version"]), cycle_name);
            let state = format!("support-{}", text(&item["state"]).replace('_', "-"));
            found.insert(key, (state, text(&cycle["security"]["last_day"]), false));
        }
    }
    found
}

#[test]
fn demo_gives_exactly_what_its_table_promises() {
    let (promised, found) = (promised(), found());
    let mut wrong = Vec::new();
    for (key, (verdict, reason)) in &promised {
        match found.get(key) {
            None if verdict == "none" => {}
            Some((got, code, is_disputed)) if got == verdict => {
                let expected_code = match reason.as_str() {
                    "platform-unknown" => "platform_unknown",
                    "version-missing" => "version_missing",
                    "version-unparsable" => "version_unparsable",
                    "no-identity" => "no_identifier",
                    "no-database" => "type_without_database",
                    last_day if verdict.starts_with("support-") => last_day,
                    _ => "",
                };
                if code != expected_code || (reason == "sources-disagree") != *is_disputed {
                    wrong.push(format!(
                        "{key:?}: {verdict} for {reason}, but got {code} (disputed {is_disputed})"
                    ));
                }
            }
            got => wrong.push(format!("{key:?}: {verdict} was promised, got {got:?}")),
        }
    }
    let unexpected = found.keys().filter(|key| !promised.contains_key(key));
    wrong.extend(unexpected.map(|key| format!("{key:?} was not promised")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("demo {}/{}", promised.len(), promised.len());
}

#[test]
fn reports_of_the_demo_as_cyclonedx_are_valid_by_its_schema() {
    let schema = |name: &str| -> Value {
        let path = repository().join("crates/formats/tests/schemas").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let registry = Registry::new()
        .add("http://cyclonedx.org/schema/spdx.schema.json", schema("spdx.schema.json"))
        .unwrap()
        .add("http://cyclonedx.org/schema/jsf-0.82.schema.json", schema("jsf-0.82.schema.json"))
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema("bom-1.6.schema.json"))
        .unwrap();
    let home = Home::new();
    assert_eq!(home.run(&["demo", "--no-serve"]).exit, 0);
    let demo = home.path(".local/share/kikimori/demo");
    let library = demo.join("library");
    for file in ["infusion-pump-4.2.1.cdx.json", "image-viewer-3.0.0.spdx.json", "ventilator-2.7.0.spdx"] {
        let path = demo.join("sboms").join(file);
        for language in ["ja", "en"] {
            let (exit, report) = home.json(&[
                "scan",
                path.to_str().unwrap(),
                "--library",
                library.to_str().unwrap(),
                "-f",
                "cyclonedx",
                "--lang",
                language,
            ]);
            assert_eq!(exit, 0);
            assert!(!report["vulnerabilities"].as_array().unwrap().is_empty());
            let faults: Vec<String> = validator
                .iter_errors(&report)
                .map(|fault| format!("{}: {fault:.300}", fault.instance_path()))
                .collect();
            assert_eq!(faults, [""; 0], "{file} {language}");
        }
    }
}

#[test]
fn demo_speaks_both_languages_without_a_missing_word() {
    let home = Home::new();
    for language in ["ja", "en"] {
        let run = home.run(&["demo", "--no-serve", "--lang", language]);
        assert_eq!(run.exit, 0);
        assert!(!run.out.contains('⟦'), "a text is missing: {}", run.out);
        assert!(!run.out.contains('{'), "a placeholder is left: {}", run.out);
        assert!(run.out.contains("CVE-2021-44228"));
    }
}

#[test]
fn a_library_of_another_version_is_named_and_the_demo_replaces_its_own() {
    let home = Home::new();
    assert_eq!(home.run(&["demo", "--no-serve"]).exit, 0);
    let manifest = home.path(".local/share/kikimori/demo/library/library.json");
    let current = std::fs::read_to_string(&manifest).unwrap();
    let old =
        current.replacen("\"format\":2", "\"format\":1", 1).replacen("\"format\": 2", "\"format\": 1", 1);
    assert_ne!(old, current);
    std::fs::write(&manifest, &old).unwrap();
    let folder = manifest.parent().unwrap().to_str().unwrap();
    let run = home.run(&["library", "info", "--library", folder]);
    assert_eq!(run.exit, 5);
    assert!(run.err.contains("[LIB-006]") && run.err.contains("layout 1"), "{}", run.err);
    let again = home.run(&["demo", "--no-serve"]);
    assert_eq!(again.exit, 0, "{}", again.err);
    assert!(again.out.contains("CVE-2021-44228"));
}
