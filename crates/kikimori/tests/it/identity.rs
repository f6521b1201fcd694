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

/// A CVE record whose one entry bears a package and a CPE; versions below 2.0 are affected.
fn stating_both(id: &str, package: &str, cpe: &str) -> String {
    format!(
        r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"{id}","state":"PUBLISHED",
 "assignerOrgId":"00000000-0000-4000-8000-000000000000","dateUpdated":"2026-10-01T00:00:00.000Z"}},
 "containers":{{"cna":{{"providerMetadata":{{"orgId":"00000000-0000-4000-8000-000000000000","shortName":"maker"}},
 "title":"A hole","affected":[{{"vendor":"maker","product":"{package}","collectionURL":"https://pypi.org",
 "packageName":"{package}","cpes":["{cpe}:*:*:*:*:*:*:*:*"],"defaultStatus":"unaffected",
 "versions":[{{"version":"0","lessThan":"2.0","status":"affected","versionType":"custom"}}]}}],
 "descriptions":[{{"lang":"en","value":"A hole."}}],"references":[{{"url":"https://example.com/1"}}]}}}}}}"#
    )
}

/// An NVD record about a CPE, versions below 3.0.
fn nvd_only(id: &str, cpe: &str) -> String {
    format!(
        r#"{{"cve":{{"id":"{id}","published":"2026-01-01T00:00:00","lastModified":"2026-01-02T00:00:00",
 "vulnStatus":"Analyzed","descriptions":[{{"lang":"en","value":"a hole"}}],
 "configurations":[{{"nodes":[{{"operator":"OR","negate":false,"cpeMatch":[{{"vulnerable":true,
 "criteria":"{cpe}:*:*:*:*:*:*:*:*","versionEndExcluding":"3.0","matchCriteriaId":"1"}}]}}]}}]}}}}"#
    )
}

/// An OSV record about a package, versions below 2.5.
fn osv_only(id: &str, package: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"2026-10-01T00:00:00Z","summary":"a hole","affected":[{{
 "package":{{"ecosystem":"PyPI","name":"{package}"}},
 "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2.5"}}]}}]}}]}}"#
    )
}

/// A home with a library in which two records state that `thing` and `maker:thing` are one, and one record that
/// `single` and `maker:single` are; each name also has a record of its own.
fn with_equivalence() -> Home {
    let home = Home::new();
    let thing = "cpe:2.3:a:maker:thing";
    for (file, text) in [
        ("1.json", stating_both("CVE-2026-1001", "thing", thing)),
        ("2.json", stating_both("CVE-2026-1002", "thing", thing)),
        ("3.json", nvd_only("CVE-2026-1003", thing)),
        ("4.json", osv_only("PYSEC-2026-1", "thing")),
        ("5.json", stating_both("CVE-2026-2001", "single", "cpe:2.3:a:maker:single")),
        ("6.json", nvd_only("CVE-2026-2002", "cpe:2.3:a:maker:single")),
    ] {
        home.file(&format!("feeds/{file}"), &text);
    }
    let run = home.run(&["library", "import", "feeds"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    home
}

/// An SBOM of one component with these identifiers.
fn sbom_of(name: &str, version: &str, identifiers: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{"type":"library","name":"{name}",
 "version":"{version}",{identifiers}}}]}}"#
    )
}

#[test]
fn sboms_of_two_tools_give_the_same_findings_where_records_state_the_names_to_be_one() {
    let home = with_equivalence();
    home.file("purl.json", &sbom_of("thing", "1.5", r#""purl":"pkg:pypi/thing@1.5""#));
    home.file("cpe.json", &sbom_of("thing", "1.5", r#""cpe":"cpe:2.3:a:maker:thing:1.5:*:*:*:*:*:*:*""#));
    let (_, by_purl) = home.json(&["scan", "purl.json", "-f", "json"]);
    let (_, by_cpe) = home.json(&["scan", "cpe.json", "-f", "json"]);
    let expected =
        ["CVE-2026-1001", "CVE-2026-1002", "CVE-2026-1003", "PYSEC-2026-1"].map(|id| ("thing", id));
    assert_eq!(found(&by_purl), pairs(&expected));
    assert_eq!(found(&by_cpe), pairs(&expected));
    // What only the other name leads to says so and is never sure.
    for (scan, id, own, other) in [
        (&by_purl, "CVE-2026-1003", "pkg:pypi/thing@1.5", "cpe:2.3:a:maker:thing"),
        (&by_cpe, "PYSEC-2026-1", "cpe:2.3:a:maker:thing:1.5:*:*:*:*:*:*:*", "pkg:pypi/thing"),
    ] {
        let mut findings = scan["findings"].as_array().unwrap().iter();
        let finding = findings.find(|finding| finding["vulnerability"]["id"] == id).unwrap();
        assert_eq!(finding["confidence"], "low");
        let evidence = &finding["evidence"][0];
        assert_eq!((&evidence["basis"], &evidence["confidence"]), (&"equivalence".into(), &"low".into()));
        assert_eq!(evidence["equivalence"]["own"], own);
        assert_eq!(evidence["equivalence"]["other"], other);
        assert_eq!(evidence["equivalence"]["vulnerabilities"], 2);
        assert_eq!(evidence["equivalence"]["record"], "cve CVE-2026-1001");
    }
    for format in ["table", "csv", "markdown", "cyclonedx", "sarif"] {
        let run = home.run(&["scan", "purl.json", "-f", format]);
        assert!(run.out.contains("derived: records of 2 vulnerabilities"), "{format}: {}", run.out);
    }
    let explained = home.run(&["explain", "cpe.json", "PYSEC-2026-1"]);
    assert!(explained.out.contains("Equivalent names: derived"), "{}", explained.out);
}

#[test]
fn an_equivalent_name_adds_findings_and_takes_none_away() {
    let home = with_equivalence();
    // 2.7 is fixed by OSV; NVD calls it affected. Who bears the CPE must not lose the finding.
    home.file("cpe.json", &sbom_of("thing", "2.7", r#""cpe":"cpe:2.3:a:maker:thing:2.7:*:*:*:*:*:*:*""#));
    let (_, scan) = home.json(&["scan", "cpe.json", "-f", "json"]);
    assert_eq!(found(&scan), pairs(&[("thing", "CVE-2026-1003")]));
    assert_eq!(scan["retracted"].as_array().unwrap().len(), 0);
}

#[test]
fn one_record_is_a_proposal_and_no_equivalence() {
    let home = with_equivalence();
    home.file("purl.json", &sbom_of("single", "1.5", r#""purl":"pkg:pypi/single@1.5""#));
    let (_, scan) = home.json(&["scan", "purl.json", "-f", "json"]);
    assert_eq!(found(&scan), pairs(&[("single", "CVE-2026-2001")]));
    let (_, proposals) = home.json(&["identity", "propose", "purl.json", "--equivalences", "-f", "json"]);
    let pair = &proposals["equivalences"][0];
    assert_eq!((&pair["proposed"], &pair["asserted"]), (&"cpe:2.3:a:maker:single".into(), &1.into()));
    assert_eq!((&pair["record"], &pair["is_joined"]), (&"cve CVE-2026-2001".into(), &false.into()));
    home.file("purl.json", &sbom_of("thing", "1.5", r#""purl":"pkg:pypi/thing@1.5""#));
    let (_, proposals) = home.json(&["identity", "propose", "purl.json", "--equivalences", "-f", "json"]);
    assert_eq!(proposals["equivalences"][0]["is_joined"], true);
    // A second pairing makes it ambiguous, and then nothing is derived for the name that was sure before.
    home.file("purl.json", &sbom_of("thing", "1.5", r#""purl":"pkg:pypi/thing@1.5""#));
    let other = stating_both("CVE-2026-1009", "thing", "cpe:2.3:a:other:thing");
    home.file("other.json", &other);
    let run = home.run(&["library", "import", "--delta", "other.json"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let (_, scan) = home.json(&["scan", "purl.json", "-f", "json"]);
    assert!(!found(&scan).iter().any(|(_, id)| id == "CVE-2026-1003"), "{:?}", found(&scan));
}

/// A list of JVN: what a CPE is called in Japanese.
const NAMES: &str = r#"<?xml version="1.0"?><Result version="3.3" xmlns="http://jvndb.jvn.jp/myjvn/Results"><VendorInfo xml:lang="ja">
<Vendor vname="架空通信株式会社" cpe="cpe:/:opentls" vid="7"><Product pname="オープン暗号ライブラリ" cpe="cpe:/a:opentls:opentls" pid="70"/></Vendor>
</VendorInfo></Result>"#;

/// The candidates of the component of a name.
fn candidates<'a>(proposals: &'a Value, name: &str) -> &'a Vec<Value> {
    let mut components = proposals["components"].as_array().unwrap().iter();
    let found = components.find(|item| item["component"]["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {proposals}"))["candidates"].as_array().unwrap()
}

#[test]
fn proposes_identifiers_with_basis_likelihood_and_the_command_that_accepts_them() {
    let home = prepared();
    home.file("names.xml", NAMES);
    assert_eq!(home.run(&["library", "import", "names.xml"]).exit, 0);
    home.file(
        "b.cdx.json",
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"library","name":"Open-TLS","version":"1.0.2","supplier":{"name":"Somebody"}},
 {"type":"library","name":"ｵｰﾌﾟﾝ暗号ﾗｲﾌﾞﾗﾘ","version":"1.0.2","supplier":{"name":"架空通信"}},
 {"type":"library","name":"opentsl","version":"1.0.2"},
 {"type":"library","name":"OpenTLS","version":"1.0.2","supplier":{"name":"架空通信（株）"}},
 {"type":"library","name":"pump-control","version":"3.1"}]}"#,
    );
    let (exit, proposals) = home.json(&["identity", "propose", "b.cdx.json", "-f", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(proposals["format"], "kikimori-identity-proposals");
    let first = |name: &str| {
        let first = &candidates(&proposals, name)[0];
        let text = |key: &str| first[key].as_str().unwrap().to_owned();
        (text("identifier"), text("basis"), text("confidence"))
    };
    let cpe = "cpe:2.3:a:opentls:opentls".to_owned();
    let expected = |basis: &str, confidence: &str| (cpe.clone(), basis.to_owned(), confidence.to_owned());
    assert_eq!(first("Open-TLS"), expected("name", "medium"));
    // The Japanese spelling leads to the CPE by the list, and the vendor's Japanese name is the owner.
    assert_eq!(first("ｵｰﾌﾟﾝ暗号ﾗｲﾌﾞﾗﾘ"), expected("name_and_owner", "high"));
    let listed = &candidates(&proposals, "ｵｰﾌﾟﾝ暗号ﾗｲﾌﾞﾗﾘ")[0]["listed"];
    assert_eq!((&listed["source"], &listed["id"]), (&"jvn".into(), &"7/70".into()));
    assert_eq!(first("OpenTLS"), expected("name_and_owner", "high"));
    assert_eq!(first("opentsl"), expected("slips", "low"));
    let slip = &candidates(&proposals, "opentsl")[0];
    assert_eq!((&slip["slips"], &slip["letters"]), (&1.into(), &7.into()));
    assert!(candidates(&proposals, "pump-control").is_empty());
    // Nothing of it takes part in a scan.
    let (_, scan) = home.json(&["scan", "b.cdx.json", "-f", "json"]);
    assert!(found(&scan).is_empty());
    // The command is refused until somebody says who and why, and applied afterwards.
    let accept = slip["accept"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap());
    let mut accept: Vec<&str> = accept.collect();
    assert_eq!(home.run(&accept).exit, 2);
    for (option, value) in [("--author", "山田"), ("--reason", "綴りの誤り")] {
        let at = accept.iter().position(|argument| *argument == option).unwrap();
        accept[at + 1] = value;
    }
    let run = home.run(&accept);
    assert_eq!(run.exit, 0, "{}", run.err);
    let (_, scan) = home.json(&["scan", "b.cdx.json", "-f", "json"]);
    assert_eq!(found(&scan), pairs(&[("opentsl", "CVE-2026-0001")]));
    // Whom a rule serves is not in question any more, except for --all.
    let (_, proposals) = home.json(&["identity", "propose", "b.cdx.json", "-f", "json"]);
    let names = |proposals: &Value| proposals["components"].as_array().unwrap().len();
    assert_eq!(names(&proposals), 4);
    let (_, all) = home.json(&["identity", "propose", "b.cdx.json", "--all", "-f", "json"]);
    assert_eq!(names(&all), 5);
    let japanese = home.run(&["identity", "propose", "b.cdx.json", "--lang", "ja"]);
    for words in
        ["見込み: 高", "jvn の一覧での名前は「架空通信株式会社 オープン暗号ライブラリ」", "--author ''"]
    {
        assert!(japanese.out.contains(words), "{words}: {}", japanese.out);
    }
}
