//! CSAF documents as a user gets them: a folder with checksums, signatures and lists beside them.

use sha2::{Digest, Sha512};

use crate::program::Home;

/// A maker's document: one version affected, one fixed, one being looked into, one product not affected.
const ADVISORY: &str = r#"{"document":{"category":"csaf_vex","csaf_version":"2.0","title":"Heartline Monitor",
 "publisher":{"category":"vendor","name":"Heartline Devices","namespace":"https://www.heartline.example"},
 "tracking":{"id":"HLSA-2026-1","status":"final","version":"1","initial_release_date":"2026-10-01T00:00:00Z",
  "current_release_date":"2026-10-01T00:00:00Z"}},
 "product_tree":{"branches":[{"category":"vendor","name":"Heartline Devices","branches":[
  {"category":"product_name","name":"Heartline Monitor","branches":[
   {"category":"product_version_range","name":"vers:generic/<3.0","product":{"name":"Heartline Monitor 2","product_id":"A",
    "product_identification_helper":{"cpe":"cpe:2.3:a:heartline:monitor:*:*:*:*:*:*:*:*"}}},
   {"category":"product_version","name":"3.0","product":{"name":"Heartline Monitor 3.0","product_id":"B",
    "product_identification_helper":{"cpe":"cpe:2.3:a:heartline:monitor:3.0:*:*:*:*:*:*:*"}}},
   {"category":"product_version","name":"4.0","product":{"name":"Heartline Monitor 4.0","product_id":"C",
    "product_identification_helper":{"cpe":"cpe:2.3:a:heartline:monitor:4.0:*:*:*:*:*:*:*"}}}]}]}]},
 "vulnerabilities":[{"cve":"CVE-2026-1001","title":"Overflow","product_status":{"known_affected":["A"],
  "fixed":["B"],"under_investigation":["C"]},"flags":[{"label":"inline_mitigations_already_exist","product_ids":["B"]}]}]}"#;

/// NVD's range covers also the version that the maker fixed.
const NVD: &str = r#"{"resultsPerPage":1,"startIndex":0,"totalResults":1,"timestamp":"2026-11-20T00:00:00","vulnerabilities":[
 {"cve":{"id":"CVE-2026-1001","sourceIdentifier":"x@example.org","lastModified":"2026-11-20T00:00:00.000",
 "descriptions":[{"lang":"en","value":"An overflow."}],"configurations":[{"nodes":[{"operator":"OR","cpeMatch":[
 {"vulnerable":true,"criteria":"cpe:2.3:a:heartline:monitor:*:*:*:*:*:*:*:*","versionEndExcluding":"3.5"}]}]}]}}]}"#;

/// An SBOM with three versions of the monitor and other software.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"application","name":"monitor","version":"2.9","cpe":"cpe:2.3:a:heartline:monitor:2.9:*:*:*:*:*:*:*"},
 {"type":"application","name":"monitor","version":"3.0","cpe":"cpe:2.3:a:heartline:monitor:3.0:*:*:*:*:*:*:*"},
 {"type":"application","name":"monitor","version":"4.0","cpe":"cpe:2.3:a:heartline:monitor:4.0:*:*:*:*:*:*:*"},
 {"type":"library","name":"other","version":"1.0","cpe":"cpe:2.3:a:else:other:1.0:*:*:*:*:*:*:*"}]}"#;

/// A home with a published folder: the document, its checksum, its signature and the lists.
fn published() -> Home {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("csaf/white/2026/hlsa-2026-1.json", ADVISORY);
    let digest: String = Sha512::digest(ADVISORY).iter().map(|byte| format!("{byte:02x}")).collect();
    home.file("csaf/white/2026/hlsa-2026-1.json.sha512", &format!("{digest}  hlsa-2026-1.json\n"));
    home.file("csaf/white/2026/hlsa-2026-1.json.asc", "-----BEGIN PGP SIGNATURE-----\n");
    home.file("csaf/white/index.txt", "2026/hlsa-2026-1.json\n");
    home.file("csaf/white/changes.csv", "\"2026/hlsa-2026-1.json\",\"2026-10-01T00:00:00Z\"\n");
    home.file("csaf/provider-metadata.json", "{\"canonical_url\":\"https://www.heartline.example/x\"}");
    home
}

#[test]
fn a_published_folder_is_imported_and_decides() {
    let home = published();
    let (exit, report) = home.json(&["library", "import", "csaf", "-f", "json"]);
    assert_eq!((exit, &report["new"]), (0, &1.into()), "{report}");
    let notices = report["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 1, "{report}");
    assert!(
        notices[0]["code"] == "FEED-037" && notices[0]["text"].as_str().unwrap().contains('5'),
        "{report}"
    );

    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let findings = scan["findings"].as_array().unwrap();
    let shown: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {} {}",
                finding["component"]["version"],
                finding["verdict"],
                finding["reason"]["code"],
                finding["fixed_versions"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [r#""2.9" "affected" null ["3.0"]"#, r#""4.0" "unknown" "under_investigation" []"#],
        "{scan}"
    );
    assert_eq!(findings[0]["evidence"][0]["source"], "csaf:heartline.example");
    assert_eq!(findings[0]["evidence"][0]["record"], "HLSA-2026-1/CVE-2026-1001");
    assert_eq!(findings[0]["evidence"][0]["authority"], "supplier");
    // One maker's advisory checks nobody else's software, and not the rest of its own.
    let not_checked = scan["not_checked"].as_array().unwrap();
    assert_eq!(not_checked.len(), 2, "{scan}");
}

#[test]
fn the_makers_answer_retracts_what_was_derived_and_keeps_a_trace() {
    let home = published();
    home.file("nvd.json", NVD);
    assert_eq!(home.run(&["library", "import", "csaf", "nvd.json"]).exit, 0);
    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let retracted = scan["retracted"].as_array().unwrap();
    assert_eq!((retracted.len(), &retracted[0]["component"]["version"]), (1, &"3.0".into()), "{scan}");
    // The advisory is older than the other data and does not make them look old.
    assert_eq!(scan["library"]["as_of"], "2026-11-20T00:00:00Z", "{scan}");
    let run = home.run(&["explain", "a.cdx.json", "CVE-2026-1001"]);
    assert!(run.out.contains("HLSA-2026-1/CVE-2026-1001"), "{}", run.out);
}

#[test]
fn a_file_that_differs_from_its_checksum_is_refused_and_changes_nothing() {
    let home = published();
    home.file("csaf/white/2026/hlsa-2026-1.json", &ADVISORY.replace("known_affected", "known_not_affected"));
    let run = home.run(&["library", "import", "csaf"]);
    assert_eq!(run.exit, 2, "{}", run.err);
    assert!(run.err.contains("FEED-038") && run.err.contains("hlsa-2026-1.json.sha512"), "{}", run.err);
    assert_eq!(home.run(&["library", "info"]).exit, 3);
    home.file("csaf/white/2026/hlsa-2026-1.json.sha512", "oops");
    let (exit, report) = home.json(&["library", "import", "csaf", "-f", "json"]);
    assert_eq!(exit, 0);
    assert!(report["notices"].to_string().contains("FEED-039"), "{report}");
}
