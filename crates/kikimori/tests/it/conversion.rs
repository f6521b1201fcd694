//! `kikimori sbom convert`, `diff` and `merge`: what is written, and that no loss is silent.

use serde_json::{Value, json};

use crate::program::{Home, repository};

/// A product with what only one family of formats can say.
const PUMP: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
  "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1,
  "metadata": {"timestamp": "2026-04-01T09:00:00+09:00", "lifecycles": [{"phase": "build"}],
    "component": {"type": "device", "bom-ref": "p", "name": "災害時対応型輸液ポンプ", "version": "1"}},
  "components": [
    {"type": "library", "bom-ref": "z", "name": "zlib", "version": "1.2.13", "purl": "pkg:deb/debian/zlib1g@1.2.13?distro=debian-12",
     "supplier": {"name": "Debian", "url": ["https://debian.example"]}, "pedigree": {"notes": "n"},
     "properties": [{"name": "kikimori:component:support-level", "value": "abandoned"}, {"name": "x", "value": "y"}]},
    {"type": "library", "bom-ref": "n", "name": "left", "version": "1.9.0", "purl": "pkg:npm/left@1.9.0"}],
  "services": [{"name": "cloud"}],
  "dependencies": [{"ref": "p", "dependsOn": ["z", "n"]}, {"ref": "z", "dependsOn": []}]}"#;

/// Another supplier's bill, in SPDX: the same zlib, a later left, and one that nobody else has.
const VIEWER: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: viewer
DocumentNamespace: https://viewer.example/1\nCreator: Organization: 架空画像株式会社\nCreated: 2026-05-01T00:00:00Z
PackageName: viewer\nSPDXID: SPDXRef-v\nPackageVersion: 2\nPackageDownloadLocation: NOASSERTION
PackageName: zlib\nSPDXID: SPDXRef-z\nPackageVersion: 1.2.13\nPackageDownloadLocation: NOASSERTION
PackageLicenseDeclared: Zlib
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/zlib1g@1.2.13?distro=debian-12
PackageName: left\nSPDXID: SPDXRef-n\nPackageVersion: 1.10.0\nPackageDownloadLocation: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:npm/left@1.10.0
PackageName: own\nSPDXID: SPDXRef-o\nPackageDownloadLocation: NOASSERTION
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-v\nRelationship: SPDXRef-v DEPENDS_ON SPDXRef-z
Relationship: SPDXRef-v CONTAINS SPDXRef-o\n";

/// Every format that is written.
const FORMATS: [&str; 4] = ["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tag-value"];

/// A home with both bills.
fn home() -> Home {
    let home = Home::new();
    home.file("pump.json", PUMP);
    home.file("viewer.spdx", VIEWER);
    home
}

/// The JSON file `name` of a home.
fn json_of(home: &Home, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(home.path(name)).unwrap()).unwrap()
}

/// A report's differences: field, kind and count.
fn differences(report: &Value) -> Vec<(&str, &str, u64)> {
    let rows = report["differences"].as_array().unwrap().iter();
    rows.map(|row| {
        (row["field"].as_str().unwrap(), row["kind"].as_str().unwrap(), row["count"].as_u64().unwrap())
    })
    .collect()
}

#[test]
fn a_conversion_reports_every_loss() {
    let home = home();
    let run = home.run(&[
        "sbom",
        "convert",
        "pump.json",
        "--to",
        "spdx-json",
        "-o",
        "out.json",
        "--report",
        "report.json",
    ]);
    assert_eq!((run.exit, run.out.as_str()), (0, ""), "{}", run.err);
    let report = json_of(&home, "report.json");
    assert_eq!((&report["format"], &report["lossless"]), (&json!("kikimori-sbom-convert"), &json!(false)));
    assert_eq!(
        differences(&report),
        [
            ("revision", "lost", 1),
            ("document_name", "added", 1),
            ("tools", "added", 1),
            ("generation_contexts", "lost", 1),
            ("reference", "renamed", 3),
            ("upkeep", "lost", 1),
            ("properties", "lost", 1),
        ]
    );
    let source = &report["sources"][0];
    assert_eq!(source["services"], json!(1));
    assert_eq!(
        source["unkept"],
        json!([
            {"field": "components/pedigree", "count": 1},
            {"field": "components/supplier/url", "count": 1}
        ])
    );
    for words in ["upkeep", "abandoned", "services: 1", "components/pedigree: 1"] {
        assert!(run.err.contains(words), "{words}\n{}", run.err);
    }
    let written = json_of(&home, "out.json");
    assert_eq!(written["creationInfo"]["created"], json!("2026-04-01T00:00:00Z"));
    assert_eq!(
        written["creationInfo"]["creators"],
        json!([format!("Tool: kikimori {}", env!("CARGO_PKG_VERSION"))])
    );
    assert_eq!(written["documentNamespace"], json!("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
    assert_eq!(written["packages"][0]["name"], json!("災害時対応型輸液ポンプ"));
}

#[test]
fn the_same_input_gives_the_same_bytes_in_every_format() {
    let home = home();
    for file in ["pump.json", "viewer.spdx"] {
        for format in FORMATS {
            let arguments = ["sbom", "convert", file, "--to", format];
            let first = home.run(&arguments);
            let second = home.run_at("2030-01-01T00:00:00Z", &arguments);
            assert_eq!((first.exit, second.exit), (0, 0), "{}", first.err);
            assert!(first.out == second.out, "{file} {format}");
            let again = home.run_with(&["sbom", "check", "-", "--format", "json"], first.out.as_bytes());
            let checked: Value = serde_json::from_str(&again.out).unwrap();
            let asked: String = format.chars().filter(char::is_ascii_alphabetic).collect();
            let found = checked["sbom"]["format"].as_str().unwrap().to_lowercase();
            assert_eq!(found.chars().filter(char::is_ascii_alphabetic).collect::<String>(), asked);
            assert_eq!(checked["notices"], json!([]), "{file} {format}");
        }
    }
}

#[test]
fn a_document_that_states_no_time_gets_one_that_is_reported() {
    let home = Home::new();
    home.file("empty.json", r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#);
    let run = home.run(&["sbom", "convert", "empty.json", "--to", "spdx-tag-value"]);
    assert!(run.out.contains("Created: 1970-01-01T00:00:00Z\n"), "{}", run.out);
    assert!(run.err.contains("time of the document"), "{}", run.err);
    let run = home.run(&["sbom", "convert", "empty.json", "--to", "cyclonedx-json", "--lang", "ja"]);
    assert!(run.err.contains("失われた情報はありません"), "{}", run.err);
    assert!(!run.out.contains("timestamp"), "{}", run.out);
    assert_eq!(home.run(&["sbom", "diff", "empty.json", "empty.json"]).exit, 0);
}

#[test]
fn a_comparison_pairs_across_formats() {
    let home = home();
    let (exit, report) = home.json(&["sbom", "diff", "pump.json", "viewer.spdx", "--format", "json"]);
    assert_eq!(exit, 0);
    let names = |pointer: &str| -> Vec<String> {
        let list = report.pointer(pointer).and_then(Value::as_array).unwrap();
        list.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/added"), ["own"]);
    assert_eq!(names("/removed"), [] as [&str; 0]);
    let changed: Vec<_> = report["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let fields = row["fields"].as_array().unwrap().iter();
            let fields: Vec<_> = fields.map(|field| field["field"].as_str().unwrap()).collect();
            (row["basis"].as_str().unwrap(), row["version"]["change"].as_str().unwrap(), fields)
        })
        .collect();
    assert_eq!(
        changed,
        [
            ("subject", "upgraded", vec!["name", "kind"]),
            ("purl", "same", vec!["supplier", "licences"]),
            ("purl", "upgraded", vec![]),
        ]
    );
    assert_eq!(report["counts"]["upgraded"], json!(2));
    let japanese = home.run(&["sbom", "diff", "pump.json", "viewer.spdx", "--lang", "ja"]).out;
    for words in ["追加: 1", "1.9.0 → 1.10.0", "同定の変更", "Debian → –", "災害時対応型輸液ポンプ → viewer"]
    {
        assert!(japanese.contains(words), "{words}\n{japanese}");
    }
}

#[test]
fn a_conversion_is_no_difference() {
    let home = home();
    for file in ["pump.json", "viewer.spdx"] {
        for format in FORMATS {
            home.run(&["sbom", "convert", file, "--to", format, "-o", "converted"]);
            let (_, report) = home.json(&["sbom", "diff", file, "converted", "--format", "json"]);
            let counts = &report["counts"];
            assert_eq!(counts["added"], json!(0), "{file} {format}");
            assert_eq!(counts["removed"], json!(0), "{file} {format}");
            assert_eq!(counts["upgraded"], json!(0), "{file} {format}");
        }
    }
}

#[test]
fn a_merge_keeps_suppliers_apart_and_says_where_each_comes_from() {
    let home = home();
    let arguments = [
        "sbom",
        "merge",
        "pump.json",
        "viewer.spdx",
        "--product",
        "統合システム",
        "--version",
        "3",
        "-o",
        "merged.json",
        "--report",
        "report.json",
    ];
    let run = home.run(&arguments);
    assert_eq!(run.exit, 0, "{}", run.err);
    let merged = json_of(&home, "merged.json");
    assert_eq!(merged["metadata"]["component"]["name"], json!("統合システム"));
    assert_eq!(merged["metadata"]["timestamp"], json!("2026-11-21T00:00:00Z"));
    let of = |pointer: &str| merged.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(of("/components/0/bom-ref"), json!("sbom-1/p"));
    assert_eq!(of("/components/0/components/0/bom-ref"), json!("sbom-1/z"));
    assert_eq!(of("/components/1/components/0/bom-ref"), json!("sbom-2/SPDXRef-z"));
    assert_eq!(
        of("/components/1/properties/1"),
        json!({"name": "kikimori:merge:file", "value": "viewer.spdx"})
    );
    assert_eq!(
        of("/dependencies/0"),
        json!({"ref": "product", "dependsOn": ["sbom-1/p", "sbom-2/SPDXRef-v"]})
    );
    let report = json_of(&home, "report.json");
    assert_eq!(report["format"], json!("kikimori-sbom-merge"));
    assert_eq!(report["merge"], json!({"joined": 0, "kept_apart": []}));
    assert_eq!(report["sources"].as_array().unwrap().len(), 2);
    let again = home.run(&arguments);
    assert_eq!(again.exit, 0);
    assert_eq!(json_of(&home, "merged.json"), merged);
}

#[test]
fn a_merge_joins_equal_components_when_asked() {
    let home = home();
    for format in FORMATS {
        let run = home.run(&[
            "sbom",
            "merge",
            "pump.json",
            "viewer.spdx",
            "--product",
            "P",
            "--join",
            "--to",
            format,
            "-o",
            "merged",
            "--report",
            "report.json",
        ]);
        assert_eq!(run.exit, 0, "{}", run.err);
        let report = json_of(&home, "report.json");
        assert_eq!(report["merge"]["joined"], json!(1), "{format}");
        assert_eq!(report["target"]["components"], json!(7), "{format}");
        assert!(run.err.contains("1 equal component was joined"), "{}", run.err);
        let merged = std::fs::read_to_string(home.path("merged")).unwrap();
        assert!(merged.contains("sbom-1, sbom-2"), "{format}\n{merged}");
    }
    let run = home.run(&["sbom", "merge", "pump.json", "gone.json", "--product", "P", "-o", "never"]);
    assert_eq!(run.exit, 2, "{}", run.err);
    assert!(!home.path("never").exists());
}

#[test]
fn the_demos_bills_are_converted_there_and_back() {
    let home = Home::new();
    let folder = repository().join("demo/sboms");
    for (file, there, back) in [
        ("infusion-pump-4.2.1.cdx.json", "spdx-json", "cyclonedx-json"),
        ("ventilator-2.7.0.spdx", "cyclonedx-xml", "spdx-tag-value"),
    ] {
        let path = folder.join(file);
        let path = path.to_str().unwrap();
        home.run(&["sbom", "convert", path, "--to", there, "-o", "there"]);
        home.run(&["sbom", "convert", "there", "--to", back, "-o", "back"]);
        let (_, report) = home.json(&["sbom", "diff", path, "back", "--format", "json"]);
        assert_eq!((&report["added"], &report["removed"]), (&json!([]), &json!([])), "{file}");
        assert!(
            report["changed"].as_array().unwrap().iter().all(|row| row["version"]["change"] == json!("same")),
            "{file}"
        );
    }
}
