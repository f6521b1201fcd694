//! SPDX 3: what is odd about a document of elements that refer to one another, and public documents.

use std::collections::BTreeMap;

use kikimori_conformance::{Group, Row};
use kikimori_core::sbom::{LicenceForm, Sbom};
use kikimori_formats::sbom;
use serde_json::Value;

use crate::corpus::{bytes_of, corpus, files_below};
use crate::sbom_fixtures::FIXTURES;

/// What every case below has: a document with its creation information.
const HEAD: &str = r#"{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-04-01T00:00:00Z","createdBy":["urn:o"]},
    {"type":"Organization","spdxId":"urn:o","name":"O","creationInfo":"_:c"},
    {"type":"SpdxDocument","spdxId":"urn:d","creationInfo":"_:c","rootElement":["urn:a"]},
    {"type":"software_Package","spdxId":"urn:a","name":"a","creationInfo":"_:c"}"#;

/// The bill of [`HEAD`] and these elements.
#[track_caller]
fn read(elements: &str) -> Sbom {
    let document = format!(
        r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{HEAD}{elements}]}}"#
    );
    sbom::read(document.as_bytes()).unwrap()
}

#[test]
fn every_oddity_is_named_and_nothing_more() {
    let cycle = r#",{"type":"software_Package","spdxId":"urn:b","name":"b"},
        {"type":"Relationship","relationshipType":"contains","from":"urn:a","to":["urn:b"]},
        {"type":"Relationship","relationshipType":"contains","from":"urn:b","to":["urn:a"]}"#;
    let depends = r#",{"type":"Relationship","relationshipType":"dependsOn","from":"urn:a","to":["urn:a"]}"#;
    let inline = format!(
        r#",{}"urn:a"{}"#,
        r#"{"type":"Relationship","relationshipType":"amends","to":["urn:a"],"from":"#.repeat(12),
        "}".repeat(12)
    );
    let cases: Vec<(&str, &str, &[&str])> = vec![
        ("nothing odd", "", &[]),
        (
            "an id twice",
            r#",{"type":"software_File","spdxId":"urn:a"}"#,
            &["SBOM-013 at /@graph/4 reference=urn:a first=/@graph/3"],
        ),
        (
            "the id of a file twice",
            r#",{"type":"software_File","spdxId":"urn:f"},{"type":"software_Package","spdxId":"urn:f","name":"f"}"#,
            &["SBOM-013 at /@graph/5 reference=urn:f first=/"],
        ),
        (
            "an edge to nothing",
            r#",{"type":"Relationship","relationshipType":"dependsOn","from":"urn:a","to":["urn:x","urn:y"]}"#,
            &[
                "SBOM-014 at /@graph/4 reference=urn:x count=1",
                "SBOM-014 at /@graph/4 reference=urn:y count=1",
            ],
        ),
        (
            "an agent that is not there",
            r#",{"type":"software_Package","spdxId":"urn:b","name":"b","suppliedBy":"urn:nobody"}"#,
            &["SBOM-014 at /@graph/4 reference=urn:nobody count=1"],
        ),
        (
            "a licence that is not there",
            r#",{"type":"Relationship","relationshipType":"hasDeclaredLicense","from":"urn:a","to":["urn:licence"]}"#,
            &["SBOM-014 at /@graph/4 reference=urn:licence count=1"],
        ),
        ("contained in a circle", cycle, &["SBOM-016 at /@graph/3 reference=urn:a"]),
        ("depends on itself", depends, &[]),
        (
            "a class of no model",
            r#",{"type":"software_Teapot","spdxId":"urn:t"}"#,
            &["SBOM-011 at /@graph/4 field=type value=software_Teapot"],
        ),
        ("no class", r#",{"spdxId":"urn:t"}"#, &["SBOM-010 at /@graph/4 field=type"]),
        (
            "no reference and no name",
            r#",{"type":"software_Package"}"#,
            &["SBOM-010 at /@graph/4 field=name", "SBOM-010 at /@graph/4 field=spdxId"],
        ),
        (
            "no type of relationship",
            r#",{"type":"Relationship","from":"urn:a","to":["urn:a"]}"#,
            &["SBOM-010 at /@graph/4 field=relationshipType"],
        ),
        (
            "no ends",
            r#",{"type":"Relationship","relationshipType":"contains"},{"type":"Relationship","relationshipType":"contains","from":"urn:a"}"#,
            &["SBOM-010 at /@graph/4 field=from", "SBOM-010 at /@graph/5 field=to"],
        ),
        (
            "words of no enumeration",
            r#",{"type":"LifecycleScopedRelationship","relationshipType":"amends","from":"urn:a","to":["urn:a"],"scope":"weekend","completeness":"half"},
            {"type":"software_Package","spdxId":"urn:b","name":"b","software_primaryPurpose":"toy","supportLevel":["maybe"]},
            {"type":"software_Sbom","spdxId":"urn:s","creationInfo":"_:c","software_sbomType":["guessed"]}"#,
            &[
                "SBOM-011 at /@graph/4 field=scope value=weekend",
                "SBOM-011 at /@graph/4 field=completeness value=half",
                "SBOM-011 at /@graph/4 field=relationshipType value=amends",
                "SBOM-011 at /@graph/5 field=software_primaryPurpose value=toy",
                "SBOM-011 at /@graph/5 field=supportLevel value=maybe",
                "SBOM-011 at /@graph/6 field=software_sbomType value=guessed",
            ],
        ),
        (
            "two documents in one",
            r#",{"type":"SpdxDocument","spdxId":"urn:e","creationInfo":"_:c"}"#,
            &["SBOM-012 at /@graph/4 field=SpdxDocument"],
        ),
        (
            "wrong types",
            r#",5,"text",[null],{"type":"software_Package","spdxId":"urn:b","name":7,"verifiedUsing":"x","externalIdentifier":5,"suppliedBy":1}"#,
            &[
                "SBOM-009 at /@graph/4 expected=object found=number",
                "SBOM-009 at /@graph/5 expected=object found=string",
                "SBOM-009 at /@graph/7/name expected=string found=number",
                "SBOM-009 at /@graph/7/verifiedUsing expected=object found=string",
                "SBOM-009 at /@graph/7/externalIdentifier expected=object found=number",
                "SBOM-009 at /@graph/7/suppliedBy expected=string found=number",
            ],
        ),
        (
            "a field twice",
            r#",{"type":"software_Package","spdxId":"urn:b","name":"b","name":"c"}"#,
            &["SBOM-012 at /@graph/4/name field=name", "SBOM-011 at /@graph/4/name field=(list) value=c"],
        ),
        (
            "halves of facts",
            r#",{"type":"software_Package","spdxId":"urn:b","name":"b","verifiedUsing":[{"algorithm":"sha1"}],
            "externalIdentifier":[{"identifier":"x"},{"externalIdentifierType":"barcode","identifier":"y"}]}"#,
            &[
                "SBOM-010 at /@graph/4/verifiedUsing/0 field=hashValue",
                "SBOM-010 at /@graph/4/externalIdentifier/0 field=externalIdentifierType",
                "SBOM-011 at /@graph/4/externalIdentifier/1 field=externalIdentifierType value=barcode",
            ],
        ),
        (
            "a time that is none",
            r#",{"type":"CreationInfo","@id":"_:e","specVersion":"3.0.1","created":"yesterday","createdBy":["urn:o"]}"#,
            &["SBOM-011 at /@graph/4/created field=created value=yesterday"],
        ),
        (
            "elements in elements without end",
            &inline,
            &["SBOM-015 at /@graph/4/from/from/from/from/from/from/from/from field=@graph max=8"],
        ),
        (
            "a later version",
            r#",{"type":"CreationInfo","@id":"_:c2","specVersion":"3.1","created":"2026-04-01T00:00:00Z"}"#,
            &[],
        ),
    ];
    for (name, elements, expected) in cases {
        let found: Vec<String> = read(elements).notices.iter().map(ToString::to_string).collect();
        let found: Vec<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|notice| !name.starts_with("elements in") || notice.starts_with("SBOM-015"))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_version_newer_than_known_is_read_with_a_notice() {
    let document = format!(
        r#"{{"@context":"https://spdx.org/rdf/3.1/spdx-context.jsonld","@graph":[{}]}}"#,
        HEAD.replace("3.0.1", "3.1.0")
    );
    let bill = sbom::read(document.as_bytes()).unwrap();
    assert_eq!((bill.n_components(), bill.spec_version.as_str()), (1, "3.1.0"));
    let notices: Vec<String> = bill.notices.iter().map(ToString::to_string).collect();
    assert_eq!(notices, ["SBOM-021 at / format=SPDX 3 JSON-LD version=3.1.0"]);
}

#[test]
fn reading_whole_keeps_every_licence_and_place_and_counts_the_rest() {
    let fixture = FIXTURES.iter().find(|(name, _, _)| *name == "spdx-3.0-every-field.json").unwrap();
    let bill = sbom::read_whole(fixture.1).unwrap();
    let ssl = bill.components[1].details();
    let licences: Vec<(&str, LicenceForm)> =
        ssl.licences.iter().map(|licence| (&*licence.text, licence.form)).collect();
    assert_eq!(
        licences,
        [("OpenSSL", LicenceForm::Expression), ("MIT OR LicenseRef-house", LicenceForm::Expression)]
    );
    let references: Vec<(Option<&str>, &str, &str)> = ssl
        .extras()
        .references
        .iter()
        .map(|reference| (reference.category.as_deref(), &*reference.kind, &*reference.locator))
        .collect();
    assert_eq!(
        references,
        [
            (Some("PERSISTENT-ID"), "gitoid", "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"),
            (Some("PERSISTENT-ID"), "swh", "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"),
            (None, "advisories", "https://example.jp/advisories"),
            (None, "distribution", "https://example.jp/openssl.tar.gz"),
            (None, "website", "https://example.jp/openssl"),
        ]
    );
    assert_eq!(
        (ssl.extras().copyright.as_deref(), ssl.extras().description.as_deref()),
        (Some("(c) Someone"), Some("TLS"))
    );
    assert_eq!(ssl.source.as_deref().unwrap().full_version().as_deref(), Some("1.1.1k-1"));
    assert_eq!(bill.leaves, [2]);
    assert_eq!(bill.extracted_licences[0].text, "Ask first.");
    let unkept: Vec<&str> = bill.unkept.fields().map(|(field, _)| field).collect();
    assert_eq!(unkept, UNKEPT);
}

/// What the fixture says and a bill has no room for.
const UNKEPT: &[&str] = &[
    "@graph/completeness",
    "@graph/externalIdentifier",
    "@graph/hasDynamicLink",
    "@graph/import/locationHint",
    "@graph/profileConformance",
    "@graph/scope",
    "@graph/security_justificationType",
    "@graph/security_score",
    "@graph/security_severity",
    "@graph/security_vectorString",
    "@graph/software_Snippet (whole)",
    "@graph/software_snippetFromFile",
    "@graph/verifiedUsing/(no hash)",
    "relationships (files, services, tools, document)",
    "security_*VulnAssessmentRelationship",
];

/// Whether an element is a package, also of a model or of data.
fn is_package(element: &Value) -> bool {
    let class = element["type"].as_str().unwrap_or_default();
    matches!(class, "software_Package" | "ai_AIPackage" | "dataset_DatasetPackage")
}

#[test]
fn public_documents_are_read_with_every_package_counted() {
    let mut n_cases = 0;
    let mut n_components = 0;
    let mut notices: BTreeMap<&str, usize> = BTreeMap::new();
    for collection in ["spdx-examples", "sbomqs-fixtures"] {
        let Some(corpus) = corpus(collection) else { return };
        for path in files_below(&corpus.join(collection)) {
            let bytes = bytes_of(&path);
            let Some(graph) = serde_json::from_slice::<Value>(&bytes)
                .ok()
                .filter(|document| document["@context"].to_string().contains("spdx.org/rdf/3"))
            else {
                continue;
            };
            let expected =
                graph["@graph"].as_array().unwrap().iter().filter(|element| is_package(element)).count();
            let bill =
                sbom::read(&bytes[..]).unwrap_or_else(|message| panic!("{}: {message}", path.display()));
            assert_eq!(bill.n_components(), expected, "{}", path.display());
            for notice in &bill.notices {
                *notices.entry(notice.code.0).or_default() += 1;
            }
            n_cases += 1;
            n_components += expected;
        }
    }
    println!("{notices:?}");
    assert!(n_cases > 0);
    Row::new(Group::Sboms, "spdx3", "SPDX 3 documents, every package counted", n_cases, n_cases)
        .fact(format!("{n_components} packages, those of models and data included"))
        .report();
}
