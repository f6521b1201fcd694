//! SPDX 3 documents, as people give them to the program.

use serde_json::json;

use crate::program::Home;

/// A pump with a library of its own, statements about it, and a radio in another document.
const BILL: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
  {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-04-01T09:00:00Z", "createdBy": ["urn:maker"], "createdUsing": ["urn:tool"]},
  {"type": "Organization", "spdxId": "urn:maker", "name": "品質保証部", "creationInfo": "_:c"},
  {"type": "Tool", "spdxId": "urn:tool", "name": "maker", "creationInfo": "_:c"},
  {"type": "SpdxDocument", "spdxId": "urn:document", "name": "pump", "creationInfo": "_:c", "rootElement": ["urn:bill"],
   "import": [{"type": "ExternalMap", "externalSpdxId": "urn:radio"}]},
  {"type": "software_Sbom", "spdxId": "urn:bill", "creationInfo": "_:c", "software_sbomType": ["build"], "rootElement": ["urn:pump"]},
  {"type": "software_Package", "spdxId": "urn:pump", "name": "輸液ポンプ", "software_packageVersion": "1", "software_primaryPurpose": "device",
   "suppliedBy": "urn:maker", "creationInfo": "_:c"},
  {"type": "software_Package", "spdxId": "urn:whole", "name": "whole", "software_packageVersion": "1.0", "suppliedBy": "urn:maker",
   "software_packageUrl": "pkg:npm/whole@1.0", "supportLevel": ["support"], "validUntilTime": "2028-03-31T00:00:00Z", "creationInfo": "_:c",
   "verifiedUsing": [{"type": "Hash", "algorithm": "md5", "hashValue": "d41d8cd98f00b204e9800998ecf8427e"}]},
  {"type": "Relationship", "spdxId": "urn:r1", "relationshipType": "dependsOn", "from": "urn:pump", "to": ["urn:whole"], "creationInfo": "_:c"},
  {"type": "Relationship", "spdxId": "urn:r2", "relationshipType": "hasDeclaredLicense", "from": "urn:whole",
   "to": ["https://spdx.org/licenses/MIT"], "creationInfo": "_:c"},
  {"type": "security_VexAffectedVulnAssessmentRelationship", "spdxId": "urn:r3", "relationshipType": "affects", "from": "urn:v",
   "to": ["urn:whole"], "creationInfo": "_:c"}
]}"#;

/// One advisory about the library.
const ADVISORY: &str = r#"{"id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-03-01T00:00:00Z", "published": "2026-03-01T00:00:00Z",
  "aliases": ["CVE-2026-0001"], "affected": [{"package": {"ecosystem": "npm", "name": "whole"},
  "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]}]}"#;

#[test]
fn checking_names_what_was_understood_and_what_was_not_used() {
    let home = Home::new();
    home.file("pump.spdx3.json", BILL);
    let (exit, report) = home.json(&["sbom", "check", "pump.spdx3.json", "--format", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(
        (&report["sbom"]["format"], &report["sbom"]["spec_version"], &report["components"]["total"]),
        (&json!("SPDX 3 JSON-LD"), &json!("3.0.1"), &json!(2))
    );
    let codes: Vec<&str> =
        report["notices"].as_array().unwrap().iter().map(|notice| notice["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["SBOM-019", "SBOM-020"]);
    for (language, words) in [
        ("ja", ["脆弱性についての記述が1件", "別の文書の要素を参照", "品質保証部"]),
        (
            "en",
            [
                "makes 1 statements about vulnerabilities",
                "refers to elements of other documents",
                "品質保証部",
            ],
        ),
    ] {
        let run = home.run(&["sbom", "check", "pump.spdx3.json", "--lang", language]);
        for word in words {
            assert!(run.out.contains(word), "{word}\n{}", run.out);
        }
        assert!(!run.out.contains('⟦'), "{}", run.out);
    }
}

#[test]
fn a_scan_finds_what_is_known_of_its_packages() {
    let home = Home::new();
    home.file("pump.spdx3.json", BILL);
    home.file("osv/GHSA-aaaa-bbbb-cccc.json", ADVISORY);
    let run = home.run(&["library", "import", "osv"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let (exit, report) = home.json(&["scan", "pump.spdx3.json", "--fail-on", "any", "--format", "json"]);
    assert_eq!(exit, 1, "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["component"]["ref"], json!("urn:whole"));
    assert_eq!(findings[0]["component"]["place"], json!("/@graph/6"));
    assert_eq!(report["sbom"]["subject"]["name"], json!("輸液ポンプ"));
}

#[test]
fn quality_judges_support_and_the_phase_from_their_own_fields() {
    let home = Home::new();
    home.file("pump.spdx3.json", BILL);
    let (exit, report) = home.json(&["sbom", "quality", "pump.spdx3.json", "--format", "json"]);
    assert_eq!(exit, 0);
    let facts = &report["components"][0]["facts"];
    for fact in ["support_level", "support_end", "hash", "licence", "supplier"] {
        assert_eq!(facts[fact], json!("given"), "{fact} {facts:#}");
    }
    assert_eq!(facts["entry_author"], json!("inherited"));
    assert_eq!(report["document"]["generation_context"], json!("given"));
}
