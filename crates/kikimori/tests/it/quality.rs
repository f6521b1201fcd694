//! `kikimori sbom quality`: the judgement as people and programs get it.

use serde_json::{Value, json};

use crate::program::{Home, repository};

/// A product that includes `whole`, which includes `bare`; `bare` lacks nearly everything.
const BILL: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
  "metadata": {"timestamp": "2026-04-01T09:00:00+09:00", "authors": [{"name": "品質保証部"}], "tools": [{"name": "maker"}],
    "component": {"type": "device", "bom-ref": "p", "name": "輸液ポンプ", "version": "1"}},
  "components": [
    {"type": "library", "bom-ref": "w", "name": "whole", "version": "1.0", "purl": "pkg:npm/whole@1.0", "supplier": {"name": "W"},
     "hashes": [{"alg": "MD5", "content": "d41d8cd98f00b204e9800998ecf8427e"}], "licenses": [{"license": {"id": "MIT"}}],
     "properties": [{"name": "kikimori:component:support-level", "value": "actively maintained"},
       {"name": "kikimori:component:support-ends-on", "value": "2028-03-31"}]},
    {"type": "library", "bom-ref": "b", "name": "=bare"}],
  "dependencies": [{"ref": "p", "dependsOn": ["w"]}, {"ref": "w", "dependsOn": ["b"]}]}"#;

/// The demo's pump and the answer of every profile.
#[test]
fn judges_by_every_built_in_set() {
    let home = Home::new();
    let file = home.file("bill.json", BILL);
    let (exit, report) = home.json(&["sbom", "quality", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(exit, 0);
    let of = |pointer: &str| report.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(of("/n_judged"), json!(2));
    assert_eq!(of("/levels"), json!(3));
    let verdicts: Vec<_> = report["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| {
            (
                profile["id"].as_str().unwrap(),
                profile["verdict"].as_str().unwrap(),
                profile["complete"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("jp-qa6", "not_met", Some(1)),
            ("ntia-2021", "not_met", Some(1)),
            ("cisa-2025", "not_met", Some(1)),
            ("fda-premarket", "not_met", Some(1)),
        ]
    );
    assert_eq!(of("/components/1/facts/supplier"), json!("missing"));
    assert_eq!(of("/components/1/facts/entry_author"), json!("inherited"));
    assert_eq!(of("/components/1/unmet/jp-qa6"), json!(["supplier", "version", "identifier"]));
    assert_eq!(of("/components/0/unmet"), json!({}));
    assert_eq!(of("/document/generation_context"), json!("missing"));
}

#[test]
fn says_what_is_missing_in_both_languages() {
    let home = Home::new();
    let file = home.file("bill.json", BILL);
    let said = |language: &str| {
        home.run(&[
            "sbom",
            "quality",
            file.to_str().unwrap(),
            "--profile",
            "jp-qa6,fda-premarket",
            "--lang",
            language,
        ])
        .out
    };
    let (japanese, english) = (said("ja"), said("en"));
    for words in ["輸液ポンプ 1", "満たしていません", "固有識別子: 1", "purl（pkg:…）", "=bare", "未判定"]
    {
        assert!(japanese.contains(words), "{words}\n{japanese}");
    }
    for words in
        ["not met", "Unique identifier: 1", "not judged", "has not been checked against its original"]
    {
        assert!(english.contains(words), "{words}\n{english}");
    }
    assert!(!japanese.contains("CISA"), "{japanese}");
}

#[test]
fn a_set_of_ones_own_is_judged_beside_the_others() {
    let home = Home::new();
    let file = home.file("bill.json", BILL);
    let own = "id: ours\nversion: '1'\nlabel: {ja: 社内, en: Ours}\ntitle: {ja: 社内, en: Ours}\nsource: us\nconfidence: high\n\
               elements:\n  - {fact: name, label: {ja: 名前, en: Name}}\n";
    let own = home.file("ours.yaml", own);
    let asked = format!("{},jp-qa6", own.display());
    let (_, report) =
        home.json(&["sbom", "quality", file.to_str().unwrap(), "--format", "json", "--profile", &asked]);
    assert_eq!(report["profiles"][0]["verdict"], "met");
    assert_eq!(report["profiles"][1]["id"], "jp-qa6");
    home.file("ours.yaml", "id: ours\nversion: [\n");
    let run = home.run(&["sbom", "quality", file.to_str().unwrap(), "--profile", own.to_str().unwrap()]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("QUALITY-001") && run.err.contains("ours.yaml"), "{}", run.err);
    let run = home.run(&["sbom", "quality", file.to_str().unwrap(), "--profile", "jp-qa7"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("jp-qa6, ntia-2021"), "{}", run.err);
}

#[test]
fn an_empty_bill_is_not_called_complete() {
    let home = Home::new();
    let file = home.file("bill.json", r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#);
    let run = home.run(&["sbom", "quality", file.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(run.out.matches("nothing to judge").count(), 4, "{}", run.out);
    assert!(!run.out.contains(": met"), "{}", run.out);
}

#[test]
fn writes_a_workbook_without_formulas() {
    use calamine::{Data, Reader, Xlsx, open_workbook};

    let home = Home::new();
    let file = home.file("bill.json", BILL);
    let book = home.path("bill.xlsx");
    let arguments = [
        "sbom",
        "quality",
        file.to_str().unwrap(),
        "-f",
        "xlsx",
        "-o",
        book.to_str().unwrap(),
        "--lang",
        "ja",
    ];
    assert_eq!(home.run(&arguments).exit, 0);
    let mut book: Xlsx<_> = open_workbook(&book).unwrap();
    assert_eq!(book.sheet_names(), ["判定", "要素ごと", "コンポーネント一覧"]);
    let list = book.worksheet_range("コンポーネント一覧").unwrap();
    let texts: Vec<String> = list.rows().flatten().map(ToString::to_string).collect();
    assert!(texts.contains(&"=bare".to_owned()), "{texts:?}");
    assert!(
        texts.iter().any(|text| text.starts_with("品質保証部") && text.contains("文書から補完")),
        "{texts:?}"
    );
    assert!(book.worksheet_formula("コンポーネント一覧").unwrap().is_empty());
    let verdicts = book.worksheet_range("判定").unwrap();
    assert!(verdicts.rows().flatten().any(|cell| *cell == Data::String("満たしていません".to_owned())));
}

#[test]
fn judges_every_demo_bill() {
    let home = Home::new();
    for name in ["infusion-pump-4.2.1.cdx.json", "image-viewer-3.0.0.spdx.json", "ventilator-2.7.0.spdx"] {
        let file = repository().join("demo/sboms").join(name);
        let (exit, report) = home.json(&["sbom", "quality", file.to_str().unwrap(), "--format", "json"]);
        assert_eq!(exit, 0, "{name}");
        assert_eq!(report["profiles"].as_array().map(Vec::len), Some(4), "{name}");
        assert!(report["levels"].as_u64().unwrap() >= 2, "{name}");
    }
}
