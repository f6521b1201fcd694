//! Identity rules from the command line: a decision is written, applied, shown in every report, and shared.

use serde_json::Value;

use crate::program::Home;

/// An SBOM of a device: a library without identifier, one with a wrong identifier, and one of our own.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"library","name":"OpenTLS library","version":"1.0.2","supplier":{"name":"Acme"}},
 {"type":"library","name":"opentls","version":"1.0.2","purl":"pkg:generic/opentls@1.0.2",
  "cpe":"cpe:2.3:a:guessed:wrong:1.0.2:*:*:*:*:*:*:*"},
 {"type":"library","name":"pump-control","version":"3.1"}]}"#;

/// A feed that speaks about `opentls:opentls` and `guessed:wrong`.
const FEED: &str = r#"{"resultsPerPage":2,"startIndex":0,"totalResults":2,"format":"NVD_CVE","version":"2.0",
 "timestamp":"2026-11-20T00:00:00","vulnerabilities":[
 {"cve":{"id":"CVE-2026-0001","published":"2026-01-01T00:00:00","lastModified":"2026-01-02T00:00:00",
  "vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"a hole"}],
  "configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
   "criteria":"cpe:2.3:a:opentls:opentls:*:*:*:*:*:*:*:*","versionEndExcluding":"1.1.0","matchCriteriaId":"1"}]}]}]}},
 {"cve":{"id":"CVE-2026-0002","published":"2026-01-01T00:00:00","lastModified":"2026-01-02T00:00:00",
  "vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"another"}],
  "configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
   "criteria":"cpe:2.3:a:guessed:wrong:*:*:*:*:*:*:*:*","versionEndExcluding":"9","matchCriteriaId":"2"}]}]}]}}]}"#;

/// A home with the SBOM and a library.
fn prepared() -> Home {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("feed.json", FEED);
    let run = home.run(&["library", "import", "feed.json"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    home
}

/// Writes a decision and expects success.
fn decide(home: &Home, arguments: &[&str]) {
    let all = [&["identity", "decide", "--author", "山田", "--reason", "製造元に確認"], arguments].concat();
    let run = home.run(&all);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.out.contains("2026-11-21"), "{}", run.out);
}

/// Component name and vulnerability of each finding.
fn found(scan: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = scan["findings"].as_array().unwrap().iter();
    let mut found: Vec<_> = findings
        .map(|finding| (text(&finding["component"]["name"]), text(&finding["vulnerability"]["id"])))
        .collect();
    found.sort();
    found
}

/// Component name and reason of each component that was not checked.
fn not_checked(scan: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = scan["not_checked"].as_array().unwrap().iter();
    list.map(|item| (text(&item["component"]["name"]), text(&item["reason"]["code"]))).collect()
}

/// Owned pairs.
fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

#[test]
fn a_decision_is_applied_from_then_on_and_says_who_decided() {
    let home = prepared();
    let (_, before) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(found(&before), pairs(&[("opentls", "CVE-2026-0002")]));
    let cpe = "cpe:2.3:a:opentls:opentls";
    decide(
        &home,
        &["--name", "OpenTLS*", "--supplier", "Acme", "--add-cpe", cpe, "--organisation", "医療機器"],
    );
    decide(&home, &["--cpe", "cpe:2.3:a:guessed:wrong", "--ignore"]);
    decide(&home, &["--purl", "pkg:generic/opentls", "--add-cpe", cpe]);
    decide(&home, &["--name", "pump-control", "--no-public-identity"]);
    let (_, after) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let expected = pairs(&[("OpenTLS library", "CVE-2026-0001"), ("opentls", "CVE-2026-0001")]);
    assert_eq!(found(&after), expected);
    assert_eq!(not_checked(&after), pairs(&[("pump-control", "no_public_identity")]));
    let evidence = &after["findings"][0]["evidence"][0];
    assert_eq!(evidence["basis"], "rule");
    assert_eq!(evidence["searched_by"], cpe);
    assert_eq!(evidence["compared"], "1.0.2 < 1.1.0");
    assert_eq!(evidence["rule"]["author"], "山田");
    assert_eq!(evidence["rule"]["organisation"], "医療機器");
    assert_eq!(after["identity_rules"]["applied"].as_array().unwrap().len(), 4);
    assert_eq!(after["identity_rules"]["files"][0]["rules"], 4);
    for (format, words) in [
        ("table", "identified by rule R-20261121-"),
        ("csv", "医療機器, 山田, 2026-11-21: 製造元に確認"),
        ("markdown", "4 identity rules"),
        ("cyclonedx", "kikimori:identity-rule"),
        ("sarif", "identityRules"),
    ] {
        let run = home.run(&["scan", "a.cdx.json", "-f", format]);
        assert!(run.out.contains(words), "{format}: {}", run.out);
    }
    let explained = home.run(&["explain", "a.cdx.json", "CVE-2026-0001"]);
    assert!(explained.out.contains("製造元に確認"), "{}", explained.out);
}

#[test]
fn a_rule_keeps_the_ids_of_findings_that_were_there_before() {
    let home = prepared();
    let (_, before) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    decide(&home, &["--purl", "pkg:generic/opentls", "--add-cpe", "cpe:2.3:a:opentls:opentls"]);
    let (_, after) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let id = |scan: &Value| {
        let findings = scan["findings"].as_array().unwrap().iter();
        let mut wanted = findings.filter(|finding| finding["vulnerability"]["id"] == "CVE-2026-0002");
        wanted.next().unwrap()["id"].clone()
    };
    assert_eq!(id(&before), id(&after));
    assert_eq!(after["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn rules_of_several_organisations_are_used_together_and_their_conflicts_shown() {
    let home = prepared();
    let decided = |file: &str, organisation: &str, cpe: &str| {
        let arguments = ["--name", "OpenTLS library", "--add-cpe", cpe, "--file", file];
        decide(&home, &[&arguments[..], &["--organisation", organisation]].concat());
    };
    decided("ours.toml", "ours", "cpe:2.3:a:opentls:opentls");
    decided("theirs.toml", "theirs", "cpe:2.3:a:other:other");
    let both = ["--rules", "ours.toml", "--rules", "theirs.toml"];
    let (exit, scan) = home.json(&[&["scan", "a.cdx.json", "-f", "json"], &both[..]].concat());
    assert_eq!(exit, 0);
    assert_eq!(found(&scan), pairs(&[("opentls", "CVE-2026-0002")]));
    assert!(not_checked(&scan).contains(&("OpenTLS library".to_owned(), "rules_conflict".to_owned())));
    assert!(scan["warnings"].as_array().unwrap().iter().any(|warning| warning["code"] == "rules_conflict"));
    let listed = home.run(&[&["identity", "rules", "--check"], &both[..]].concat());
    assert_eq!(listed.exit, 1);
    assert!(listed.out.contains("RULE-015") && listed.out.contains("theirs.toml"), "{}", listed.out);
    let (exit, alone) = home.json(&["scan", "a.cdx.json", "-f", "json", "--rules", "ours.toml"]);
    assert_eq!((exit, found(&alone).len()), (0, 2));
}

#[test]
fn a_new_decision_supersedes_the_earlier_one_visibly() {
    let home = prepared();
    decide(&home, &["--name", "OpenTLS library", "--add-cpe", "cpe:2.3:a:other:other"]);
    decide(&home, &["--name", "OpenTLS library", "--add-cpe", "cpe:2.3:a:opentls:opentls"]);
    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(found(&scan).len(), 2);
    let (exit, rules) = home.json(&["identity", "rules", "--check", "-f", "json"]);
    assert_eq!(exit, 0);
    let standing = |index: usize| rules["rules"][index]["standing"].as_str().unwrap().to_owned();
    assert_eq!([standing(0), standing(1)], ["superseded", "in_force"]);
    assert_eq!(rules["rules"][0]["by"], rules["rules"][1]["id"]);
}

#[test]
fn a_file_with_a_wrong_rule_stops_the_scan_and_names_the_lines() {
    let home = prepared();
    let head = "format = \"kikimori-identity-rules\"\nformat_version = \"1\"\n";
    home.file("wrong.toml", &format!("{head}[[rule]]\nid = \"R-1\"\nauthor = \"\"\nreson = \"x\"\n"));
    let run = home.run(&["scan", "a.cdx.json", "--rules", "wrong.toml"]);
    assert_eq!(run.exit, 2);
    for words in ["[RULE-004] wrong.toml, line 3", "[RULE-006] wrong.toml, line 6", "reson"] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    for arguments in [
        &["identity", "decide", "--name", "*", "--no-public-identity", "--author", "a", "--reason", "b"][..],
        &["identity", "decide", "--name", "x", "--author", "a", "--reason", "b"],
        &["identity", "decide", "--name", "x", "--no-public-identity", "--reason", "b"],
        &["identity", "decide", "--name", "x", "--add-purl", "npm/x", "--author", "a", "--reason", "b"],
        &["identity", "rules"],
        &["scan", "a.cdx.json", "--rules", "absent.toml"],
    ] {
        let run = home.run(arguments);
        assert_eq!(run.exit, 2, "{arguments:?} {}", run.out);
        assert!(!run.err.is_empty());
    }
}
