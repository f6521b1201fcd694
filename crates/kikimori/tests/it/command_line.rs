//! The command line as a table: arguments, exit code, and what is said.

use serde_json::Value;

use crate::program::Home;

/// An SBOM with one affected, one undecided and one nameless component.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"library","name":"left","version":"1.0.0","purl":"pkg:npm/left@1.0.0"},
 {"type":"library","name":"left","version":"latest","purl":"pkg:npm/left@latest"},
 {"type":"library","name":"own","version":"1"}]}"#;

/// A feed that speaks about `left`.
const FEED: &str = r#"{"id":"GHSA-aaaa-bbbb-cccc","modified":"2026-11-01T00:00:00Z","aliases":["CVE-2026-0001"],
 "summary":"a hole","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
 "affected":[{"package":{"ecosystem":"npm","name":"left"},
 "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.1.0"}]}]}]}"#;

/// A home with the SBOM and a library.
fn prepared() -> Home {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("feed.json", FEED);
    let run = home.run(&["library", "import", "feed.json"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    home
}

#[test]
fn exit_codes_are_as_documented() {
    let home = prepared();
    for (arguments, exit) in [
        (&["scan", "a.cdx.json"][..], 0),
        (&["scan", "a.cdx.json", "--fail-on", "critical"], 1),
        (&["scan", "a.cdx.json", "--fail-on", "kev"], 0),
        (&["scan", "a.cdx.json", "--fail-on", "kev,unknown"], 1),
        (&["scan", "a.cdx.json", "--fail-on", "not-checked"], 1),
        (&["scan", "a.cdx.json", "--fail-on", "any"], 1),
        (&["scan", "absent.json"], 2),
        (&["scan", "feed.json"], 2),
        (&["scan", "a.cdx.json", "--fail-on", "often"], 2),
        (&["scan", "a.cdx.json", "--platform", "windows"], 2),
        (&["scan", "a.cdx.json", "--max-age", "soon"], 2),
        (&["scan"], 2),
        (&["scna"], 2),
        (&["scan", "a.cdx.json", "--library", "nowhere"], 3),
        (&["library", "info", "--library", "nowhere"], 3),
        (&["explain", "a.cdx.json", "CVE-2026-0001", "--library", "nowhere"], 3),
        (&["scan", "a.cdx.json", "--max-age", "7"], 4),
        (&["scan", "a.cdx.json", "--max-age", "4w", "--fail-on", "any"], 1),
        (&["library", "verify"], 0),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let run = home.run(arguments);
        assert_eq!(run.exit, exit, "{arguments:?}\n{}\n{}", run.out, run.err);
        assert!(exit != 2 || !run.err.is_empty() || !run.out.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn a_scan_shows_verdict_evidence_and_what_was_not_checked() {
    let home = prepared();
    let (exit, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(scan["format"], "kikimori-scan");
    assert_eq!(scan["format_version"], "1.2");
    assert_eq!(scan["sbom"]["components"]["total"], 3);
    let findings = scan["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    let (affected, unknown) = (&findings[0], &findings[1]);
    assert_eq!(affected["verdict"], "affected");
    assert_eq!(affected["vulnerability"]["id"], "CVE-2026-0001");
    assert_eq!(affected["vulnerability"]["severity"], "critical");
    assert_eq!(affected["vulnerability"]["score"], 9.8);
    assert_eq!(affected["fixed_versions"][0], "1.1.0");
    let evidence = &affected["evidence"][0];
    assert_eq!(evidence["source"], "osv:ghsa");
    assert_eq!(evidence["record"], "GHSA-aaaa-bbbb-cccc");
    assert_eq!(evidence["revision"], "2026-11-01T00:00:00Z");
    assert_eq!(evidence["searched_by"], "pkg:npm/left@1.0.0");
    assert_eq!(evidence["compared"], "1.0.0 < 1.1.0");
    assert_eq!(evidence["confidence"], "high");
    assert_eq!(evidence["snapshot"], scan["library"]["snapshot"]);
    assert_eq!(unknown["verdict"], "unknown");
    assert_eq!(unknown["reason"]["code"], "version_unparsable");
    assert_eq!(unknown["evidence"][0]["compared"], "latest ? 1.1.0");
    assert_eq!(scan["not_checked"][0]["component"]["name"], "own");
    assert_eq!(scan["not_checked"][0]["reason"]["code"], "no_identifier");
}

#[test]
fn without_a_library_the_scan_says_so_first() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    let run = home.run(&["scan", "a.cdx.json"]);
    assert_eq!(run.exit, 3);
    assert!(run.out.lines().next().unwrap().contains("nothing was checked"), "{}", run.out);
    let (exit, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(exit, 3);
    assert_eq!(scan["warnings"][0]["code"], "no_library");
    assert_eq!(scan["not_checked"].as_array().unwrap().len(), 3);
    assert_eq!(scan["library"]["present"], false);
}

#[test]
fn old_data_is_said_first() {
    let home = prepared();
    let run = home.run(&["scan", "a.cdx.json", "--max-age", "7"]);
    assert!(run.out.lines().next().unwrap().contains("20 days old"), "{}", run.out);
}

#[test]
fn a_shrunk_feed_is_refused_and_changes_nothing() {
    let home = Home::new();
    let record =
        |number: u32| format!(r#"{{"id":"GHSA-{number}","modified":"2026-01-01T00:00:00Z","affected":[]}}"#);
    let whole: Vec<String> = (0..100).map(record).collect();
    home.file("whole.ndjson", &whole.join("\n"));
    home.file("part.ndjson", &whole[..40].join("\n"));
    assert_eq!(home.run(&["library", "import", "whole.ndjson"]).exit, 0);
    let (_, before) = home.json(&["library", "info", "-f", "json"]);
    let refused = home.run(&["library", "import", "part.ndjson"]);
    assert_eq!(refused.exit, 6, "{}", refused.out);
    assert!(refused.err.contains("100 records before, 40 now"), "{}", refused.err);
    let (_, after) = home.json(&["library", "info", "-f", "json"]);
    assert_eq!(before, after);
    let (exit, delta) = home.json(&["library", "import", "part.ndjson", "--delta", "-f", "json"]);
    assert_eq!((exit, &delta["unchanged"]), (0, &Value::from(40)));
    let (exit, shrunk) = home.json(&["library", "import", "part.ndjson", "--allow-shrink", "-f", "json"]);
    assert_eq!((exit, &shrunk["removed"]), (0, &Value::from(60)));
}

#[test]
fn a_cut_feed_is_refused_and_changes_nothing() {
    let home = prepared();
    let (_, before) = home.json(&["library", "info", "-f", "json"]);
    home.file("cut.json", &FEED[..FEED.len() - 20]);
    let run = home.run(&["library", "import", "cut.json"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("FEED-002") && run.err.contains("unchanged"), "{}", run.err);
    let (_, after) = home.json(&["library", "info", "-f", "json"]);
    assert_eq!(before, after);
}

#[test]
fn a_delta_names_the_touched_keys() {
    let home = prepared();
    home.file("delta.json", &FEED.replace("1.1.0", "1.2.0").replace("2026-11-01", "2026-11-20"));
    let (exit, report) = home.json(&["library", "import", "--delta", "delta.json", "-f", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(report["changed"], 1);
    assert_eq!(report["touched"][0], "npm left");
    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    assert_eq!(scan["findings"][0]["fixed_versions"][0], "1.2.0");
}

#[test]
fn sbom_check_counts_what_can_be_matched() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    let (exit, check) = home.json(&["sbom", "check", "a.cdx.json", "-f", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(check["components"]["total"], 3);
    assert_eq!(check["components"]["with_purl"], 2);
    assert_eq!(check["components"]["with_neither"], 1);
    assert_eq!(check["components"]["version_unparsable"], 1);
    let run = home.run(&["sbom", "check", "a.cdx.json", "--lang", "ja"]);
    assert!(run.out.contains("コンポーネント 3 件"), "{}", run.out);
}

#[test]
fn explain_shows_every_statement() {
    let home = prepared();
    let run = home.run(&["explain", "a.cdx.json", "CVE-2026-0001"]);
    assert_eq!(run.exit, 0);
    assert!(run.out.contains("osv:ghsa GHSA-aaaa-bbbb-cccc"), "{}", run.out);
    assert!(run.out.contains("1.0.0 < 1.1.0"), "{}", run.out);
    let run = home.run(&["explain", "a.cdx.json", "CVE-1999-0001"]);
    assert!(run.out.contains("no record in the library"), "{}", run.out);
}

#[test]
fn every_report_format_is_written() {
    let home = prepared();
    for (format, beginning) in [
        ("table", "a.cdx.json"),
        ("json", "{"),
        ("csv", "\u{feff}"),
        ("cyclonedx", "{"),
        ("sarif", "{"),
        ("markdown", "# "),
    ] {
        let run = home.run(&["scan", "a.cdx.json", "-f", format]);
        assert_eq!(run.exit, 0, "{format}: {}", run.err);
        assert!(run.out.starts_with(beginning), "{format}: {}", run.out);
        assert!(run.out.contains("CVE-2026-0001"), "{format}: {}", run.out);
        assert!(!run.out.contains('⟦'), "{format}: {}", run.out);
        let output = home.path("report");
        let run = home.run(&["scan", "a.cdx.json", "-f", format, "-o", "report"]);
        assert_eq!((run.exit, run.out.as_str()), (0, ""));
        assert!(std::fs::read_to_string(output).unwrap().contains("CVE-2026-0001"));
    }
}

#[test]
fn errors_and_help_speak_the_language() {
    let home = prepared();
    let run = home.run(&["scan", "absent.json", "--lang", "ja"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("確認"), "{}", run.err);
    for language in ["ja", "en"] {
        for arguments in [
            &["--help"][..],
            &["scan", "--help"],
            &["explain", "--help"],
            &["library", "import", "--help"],
            &["library", "info", "--help"],
            &["sbom", "check", "--help"],
        ] {
            let run = home.run(&[arguments, &["--lang", language]].concat());
            assert_eq!(run.exit, 0);
            assert!(!run.out.contains('⟦') && !run.out.is_empty(), "{arguments:?}: {}", run.out);
        }
    }
}

#[test]
fn same_inputs_give_the_same_bytes() {
    let home = prepared();
    let first = home.run(&["scan", "a.cdx.json", "-f", "json"]).out;
    let second = home.run(&["scan", "a.cdx.json", "-f", "json"]).out;
    assert_eq!(first, second);
}

#[test]
fn an_import_that_is_killed_leaves_a_whole_library() {
    let home = Home::new();
    let record = |number: u32, fixed: &str| {
        format!(
            r#"{{"id":"GHSA-{number}","modified":"2026-01-0{fixed}T00:00:00Z","affected":[{{"package":{{"ecosystem":"npm",
"name":"p{number}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}.0.0"}}]}}]}}]}}"#
        )
        .replace('\n', "")
    };
    let feed = |fixed: &str| (0..20_000).map(|number| record(number, fixed)).collect::<Vec<_>>().join("\n");
    home.file("one.ndjson", &feed("1"));
    home.file("two.ndjson", &feed("2"));
    assert_eq!(home.run(&["library", "import", "one.ndjson"]).exit, 0);
    let snapshot = |home: &Home| home.json(&["library", "info", "-f", "json"]).1["snapshot"].clone();
    let before = snapshot(&home);
    let mut n_killed = 0;
    for round in 0..12_u64 {
        let mut child = home.start(&["library", "import", "two.ndjson"]);
        let wait = std::time::Duration::from_millis(15 * round);
        let begun = std::time::Instant::now();
        while begun.elapsed() < wait && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        n_killed += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        let verified = home.run(&["library", "verify"]);
        assert_eq!(verified.exit, 0, "round {round}: {}", verified.err);
    }
    assert!(n_killed > 2, "the import ended before it could be killed");
    assert_eq!(home.run(&["library", "import", "two.ndjson"]).exit, 0);
    assert_ne!(snapshot(&home), before);
    let kept = std::fs::read_dir(home.path(".local/share/kikimori/library")).unwrap().count();
    assert!(kept <= 4, "an aborted import left files behind: {kept}");
}

#[test]
fn source_packages_are_found_as_each_tool_writes_them() {
    let home = Home::new();
    home.file(
        "debian.json",
        r#"{"id":"DSA-1-1","modified":"2026-01-01T00:00:00Z","upstream":["CVE-2026-0002"],
        "affected":[{"package":{"ecosystem":"Debian:12","name":"openssl"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.13-1"}]}]}]}"#,
    );
    assert_eq!(home.run(&["library", "import", "debian.json"]).exit, 0);
    let syft = "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl";
    let trivy = "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12.4";
    let properties = r#"[{"name":"aquasecurity:trivy:SrcName","value":"openssl"},
        {"name":"aquasecurity:trivy:SrcRelease","value":"1"},{"name":"aquasecurity:trivy:SrcVersion","value":"3.0.11"}]"#;
    let cyclonedx = |purl: &str, properties: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{"type":"library","name":"libssl3",
            "version":"3.0.11-1","purl":"{purl}","properties":{properties}}}]}}"#
        )
    };
    home.file("syft.json", &cyclonedx(syft, "[]"));
    home.file("trivy.json", &cyclonedx(trivy, properties));
    home.file(
        "trivy.xml",
        &format!(
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>libssl3</name>
            <version>3.0.11-1</version><purl>{trivy}</purl><properties>
            <property name="aquasecurity:trivy:SrcName">openssl</property>
            <property name="aquasecurity:trivy:SrcVersion">3.0.11-1</property></properties></component></components></bom>"#
        ),
    );
    home.file(
        "trivy.spdx.json",
        &format!(
            r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","dataLicense":"CC0-1.0","name":"n",
            "documentNamespace":"https://example.org/n","creationInfo":{{"created":"2026-01-01T00:00:00Z","creators":["Tool: t"]}},
            "packages":[{{"SPDXID":"SPDXRef-1","name":"libssl3","versionInfo":"3.0.11-1","downloadLocation":"NONE",
            "sourceInfo":"built package from: openssl 3.0.11-1","externalRefs":[{{"referenceCategory":"PACKAGE-MANAGER",
            "referenceType":"purl","referenceLocator":"{trivy}"}}]}}]}}"#
        ),
    );
    for file in ["syft.json", "trivy.json", "trivy.xml", "trivy.spdx.json"] {
        let (exit, scan) = home.json(&["scan", file, "-f", "json"]);
        assert_eq!(exit, 0, "{file}");
        let findings = scan["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{file}: {scan}");
        assert_eq!(findings[0]["vulnerability"]["id"], "CVE-2026-0002", "{file}");
        assert_eq!(findings[0]["evidence"][0]["compared"], "3.0.11-1 < 3.0.13-1", "{file}");
        assert_eq!(findings[0]["evidence"][0]["basis"], "purl_upstream", "{file}");
    }
}

#[test]
fn a_missing_page_is_told() {
    let home = Home::new();
    let page = |id: u32| {
        format!(
            r#"{{"resultsPerPage":1,"startIndex":{id},"totalResults":2,"format":"NVD_CVE","version":"2.0",
            "timestamp":"2026-11-01T00:00:00.000","vulnerabilities":[{{"cve":{{"id":"CVE-2026-{id}","published":
            "2026-01-01T00:00:00.000","lastModified":"2026-01-01T00:00:00.000","vulnStatus":"Analyzed","descriptions":[]}}}}]}}"#
        )
    };
    home.file("pages/0.json", &page(0));
    let (exit, report) = home.json(&["library", "import", "pages", "-f", "json"]);
    assert_eq!((exit, &report["notices"][0]["code"]), (0, &Value::from("FEED-015")));
    home.file("pages/1.json", &page(1));
    let (exit, report) = home.json(&["library", "import", "pages", "-f", "json"]);
    assert_eq!((exit, report["notices"].as_array().unwrap().len()), (0, 0), "{report}");
}
