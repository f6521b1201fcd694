//! Documents made to break readers.

use kikimori_core::limits::NESTING_DEPTH_MAX;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::sbom::Sbom;
use kikimori_formats::sbom;
use proptest::prelude::*;

use crate::sbom_fixtures::FIXTURES;

/// The code of the refusal.
#[track_caller]
fn refused(document: impl AsRef<[u8]>) -> Message {
    sbom::read(document.as_ref()).expect_err("must be refused")
}

/// The bill.
#[track_caller]
fn read(document: impl AsRef<[u8]>) -> Sbom {
    sbom::read(document.as_ref()).unwrap()
}

/// Codes and places of the notices.
fn notices(sbom: &Sbom) -> Vec<String> {
    sbom.notices.iter().map(|notice| format!("{} {}", notice.code, notice.place)).collect()
}

/// A `CycloneDX` JSON document with these further fields.
fn cyclonedx(fields: &str) -> String {
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{fields}}}"#)
}

/// An SPDX 3 document with these elements.
fn linked(elements: &str) -> String {
    format!(r#"{{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{elements}]}}"#)
}

/// A `CycloneDX` XML document with this content.
fn xml(content: &str) -> String {
    format!(r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6">{content}</bom>"#)
}

#[test]
fn refuses_with_one_message_and_a_place() {
    let deep = format!("{}{}", r#"{"bomFormat":"CycloneDX","x":"#, "[".repeat(100_000));
    let deep_xml = xml(&"<a>".repeat(100_000));
    let deep_components = cyclonedx(&r#""components":[{"name":"x","#.repeat(NESTING_DEPTH_MAX));
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
        <bom xmlns="http://cyclonedx.org/schema/bom/1.6">&b;</bom>"#;
    let entity = xml("<components><component><name>&secret;</name></component></components>");
    let skipped_entity = xml("<unknown>&secret;</unknown>");
    let latin1 = b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\n\"x\":\"caf\xe9\"}".to_vec();
    let declared =
        r#"<?xml version="1.0" encoding="ISO-8859-1"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>"#;
    let utf16: Vec<u8> = cyclonedx("\"x\":1").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", vec![], "SBOM-008 /"),
        ("white space", b" \n\t\r\n".to_vec(), "SBOM-008 /"),
        ("NUL bytes", vec![0; 64], "SBOM-001 /"),
        ("NUL in JSON", b"{\x00".to_vec(), "SBOM-006 /"),
        ("NUL later in JSON", b"{ \x00".to_vec(), "SBOM-002 line 1, column 3"),
        ("truncated JSON", cyclonedx(r#""components":[{"name":"#).into_bytes(), "SBOM-002 line 1, column 68"),
        (
            "two documents",
            b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}{}".to_vec(),
            "SBOM-002 line 1, column 46",
        ),
        ("comma at the end", b"{\"bomFormat\":\"CycloneDX\",}".to_vec(), "SBOM-002 line 1, column 26"),
        ("number too large", cyclonedx(r#""serialNumber":1e999"#).into_bytes(), "SBOM-002 line 1, column 66"),
        ("deep JSON where nobody looks", deep.into_bytes(), "SBOM-003 line 1, column 149"),
        ("deep components", deep_components.into_bytes(), "SBOM-003 line 1, column 1594"),
        ("deep XML", deep_xml.into_bytes(), "SBOM-003 line 1, column 410"),
        ("entities that grow", bomb.as_bytes().to_vec(), "SBOM-007 line 1, column 77"),
        ("unknown entity", entity.into_bytes(), "SBOM-007 line 1, column 87"),
        ("unknown entity where nobody looks", skipped_entity.into_bytes(), "SBOM-007 line 1, column 67"),
        ("unclosed XML", xml("<components>").into_bytes(), "SBOM-002 line 1, column 68"),
        (
            "truncated XML",
            b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><comp".to_vec(),
            "SBOM-002 line 1, column 55",
        ),
        ("two roots", format!("{}<x/>", xml("")).into_bytes(), "SBOM-002 line 1, column 60"),
        ("unknown prefix", xml("<a:b/>").into_bytes(), "SBOM-002 line 1, column 56"),
        ("Latin-1", latin1, "SBOM-006 line 2, column 9"),
        ("declared Latin-1", declared.as_bytes().to_vec(), "SBOM-006 line 1, column 44"),
        ("UTF-16", utf16, "SBOM-006 /"),
        ("other XML", b"<html><body/></html>".to_vec(), "SBOM-001 /"),
        ("XML of another version", xml("").replace("1.6", "9.9").into_bytes(), "SBOM-004 /"),
        (
            "JSON of another version",
            br#"{"bomFormat":"CycloneDX","specVersion":"1.1"}"#.to_vec(),
            "SBOM-004 /specVersion",
        ),
        (
            "SPDX 3 of another version",
            linked(
                r#"{"type":"CreationInfo","@id":"_:c","specVersion":"2.3","created":"2026-04-01T00:00:00Z"}"#,
            )
            .into_bytes(),
            "SBOM-004 /",
        ),
        (
            "deep elements of SPDX 3",
            linked(&r#"{"type":"Relationship","from":"#.repeat(NESTING_DEPTH_MAX)).into_bytes(),
            "SBOM-003 line 1, column 3612",
        ),
        ("truncated SPDX 3", linked(r#"{"type":"software_Pack"#).into_bytes(), "SBOM-002 line 1, column 95"),
        ("a graph of something else", br#"{"@graph":[{"type":"software_Package"}]}"#.to_vec(), "SBOM-001 /"),
        (
            "SPDX of another version",
            br#"{"spdxVersion":"SPDX-3.0","packages":[]}"#.to_vec(),
            "SBOM-004 /spdxVersion",
        ),
        ("tag-value of another version", b"SPDXVersion: SPDX-2.1\n".to_vec(), "SBOM-004 /"),
        ("tag-value without version", b"DataLicense: CC0-1.0\n".to_vec(), "SBOM-001 /"),
        ("endless text", b"SPDXVersion: SPDX-2.3\nDocumentComment: <text>\n".to_vec(), "SBOM-002 line 2"),
    ];
    let found: Vec<String> = cases
        .iter()
        .map(|(name, document, _)| {
            let message = refused(document);
            format!("{name}: {} {}", message.code, message.place)
        })
        .collect();
    let expected: Vec<String> =
        cases.iter().map(|(name, _, expected)| format!("{name}: {expected}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn reads_what_can_be_understood_and_says_what_was_odd() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("\u{feff}{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.2\"}", "CycloneDX JSON 1.2", &[]),
        ("\u{feff}<bom xmlns='http://cyclonedx.org/schema/bom/1.0'/>", "CycloneDX XML 1.0", &[]),
        ("\u{feff}SPDXVersion: SPDX-2.2\r\nSPDXID: SPDXRef-DOCUMENT\r\n", "SPDX tag-value SPDX-2.2", &[]),
        (
            "\n\n <?xml version='1.0'?><bom xmlns='http://cyclonedx.org/schema/bom/1.1'/>",
            "CycloneDX XML 1.1",
            &[],
        ),
        (r#"{"bomFormat":"CycloneDX","specVersion":1.5}"#, "CycloneDX JSON 1.5", &["SBOM-009 /specVersion"]),
        (r#"{"bomFormat":"CycloneDX"}"#, "CycloneDX JSON ", &["SBOM-010 /"]),
        (r#"{"bomFormat":"cyclonedx","specVersion":"1.3"}"#, "CycloneDX JSON 1.3", &["SBOM-011 /"]),
        (
            r#"{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","components":[]}"#,
            "CycloneDX JSON 1.6",
            &["SBOM-010 /", "SBOM-010 /"],
        ),
        (r#"{"specVersion":"1.4","components":[]}"#, "CycloneDX JSON 1.4", &["SBOM-010 /"]),
        (r#"{"spdxVersion":"SPDX-2.3","name":"x","\u0070ackages":[]}"#, "SPDX JSON SPDX-2.3", &[]),
        (
            "SPDXVersion: SPDX-2.3\nPackageName: a\n: b\nPackageName:\nSPDXID: SPDXRef-b\nSPDXID:\n",
            "SPDX tag-value SPDX-2.3",
            &["SBOM-017 line 3", "SBOM-010 line 2", "SBOM-010 line 4", "SBOM-010 line 6"],
        ),
    ];
    for (document, format, expected) in cases {
        let sbom = read(document);
        assert_eq!(format!("{} {}", sbom.format.name(), sbom.spec_version), *format);
        assert_eq!(notices(&sbom), *expected, "{document}");
    }
}

#[test]
fn a_bill_of_many_levels_keeps_its_parents() {
    let n_levels = NESTING_DEPTH_MAX / 2 - 2;
    let open = r#""components":[{"type":"library","name":"x","#.repeat(n_levels);
    let sbom = read(cyclonedx(&format!(r#"{open}"bom-ref":"deepest"{}"#, "}]".repeat(n_levels))));
    assert_eq!(sbom.n_components(), n_levels);
    let parents: Vec<_> = sbom.components.iter().skip(1).map(|component| component.parent).collect();
    let expected: Vec<_> = (0..u32::try_from(n_levels).unwrap() - 1).map(Some).collect();
    assert_eq!(parents, expected);
}

#[test]
fn names_what_a_refused_document_looks_like() {
    let cases = [
        (r#"{"@context":"https://openvex.dev/ns/v0.2.0"}"#, "OpenVEX"),
        (r#"{"document":{"csaf_version":"2.0"},"product_tree":{},"vulnerabilities":[]}"#, "CSAF"),
        (r#"{"sbom":{"spdxVersion":"SPDX-2.3"}}"#, "JSON {sbom}"),
        (r#"{"artifacts":[],"source":{}}"#, "JSON {artifacts, source}"),
        (r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"#, "SPDX RDF/XML"),
        (r#"<SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd"/>"#, "SWID"),
        ("<project/>", "XML <project>"),
    ];
    for (document, expected) in cases {
        let message = refused(document);
        assert_eq!((message.code, message.args[0].1.as_str()), (codes::SBOM_UNKNOWN_FORMAT, expected));
    }
}

#[test]
fn wrong_types_of_known_fields_become_notices_and_keep_what_they_can() {
    let sbom = read(cyclonedx(
        r#""version":"2","serialNumber":7,"metadata":{"timestamp":5,"tools":"maker","supplier":"Example","authors":{"name":"A"}},
        "components":[
          {"type":"library","name":5,"version":1.5,"supplier":"ACME","licenses":["MIT",{"license":"BSD"},{},5],"hashes":{"alg":"MD5"}},
          {"name":["x"],"purl":{},"cpe":null,"components":"none","swid":[],"properties":[1],"evidence":{"identity":{"field":"cpe"}}},
          "text", 5, null, [], {"type":"teapot","name":"z","bom-ref":""}
        ],"dependencies":{"ref":"a"},"services":[5],"vulnerabilities":{}"#,
    ));
    assert_eq!(sbom.n_components(), 3);
    let first = &sbom.components[0];
    assert_eq!(
        (first.name.as_ref(), first.version.as_deref(), first.details().supplier.as_deref()),
        ("5", Some("1.5"), Some("ACME"))
    );
    let licences: Vec<&str> = first.details().licences.iter().map(|licence| &*licence.text).collect();
    assert_eq!(licences, ["MIT", "BSD"]);
    assert_eq!((sbom.revision.as_deref(), sbom.supplier.as_deref()), (Some("2"), Some("Example")));
    let authors: Vec<&str> = sbom.authors.iter().map(|author| author.name.as_str()).collect();
    assert_eq!((authors.as_slice(), sbom.serial.as_deref()), (&["A"][..], Some("7")));
    assert_eq!(
        notices(&sbom),
        [
            "SBOM-009 /version",
            "SBOM-009 /serialNumber",
            "SBOM-009 /metadata/timestamp",
            "SBOM-009 /metadata/tools",
            "SBOM-009 /metadata/supplier",
            "SBOM-009 /metadata/authors",
            "SBOM-009 /components/0/name",
            "SBOM-009 /components/0/version",
            "SBOM-009 /components/0/supplier",
            "SBOM-009 /components/0/licenses/0",
            "SBOM-009 /components/0/licenses/1/license",
            "SBOM-010 /components/0/licenses/2",
            "SBOM-009 /components/0/licenses/3",
            "SBOM-009 /components/0/hashes",
            "SBOM-010 /components/0/hashes",
            "SBOM-009 /components/1/name",
            "SBOM-009 /components/1/purl",
            "SBOM-009 /components/1/components",
            "SBOM-009 /components/1/components",
            "SBOM-009 /components/1/swid",
            "SBOM-009 /components/1/properties/0",
            "SBOM-010 /components/1",
            "SBOM-010 /components/1",
            "SBOM-009 /components/2",
            "SBOM-009 /components/3",
            "SBOM-009 /components/5",
            "SBOM-011 /components/6/bom-ref",
            "SBOM-011 /components/6",
            "SBOM-009 /dependencies",
            "SBOM-009 /services/0",
            "SBOM-009 /vulnerabilities",
            "SBOM-011 /",
            "SBOM-014 /dependencies/0",
        ]
    );
}

#[test]
fn faults_of_parts_that_are_not_kept_are_named_in_json_and_xml() {
    let component = |fields: &str| {
        cyclonedx(&format!(r#""components":[{{"type":"library","name":"a",{fields}}}]"#))
            .replace(r#""specVersion":"1.6""#, r#""specVersion":"1.7""#)
    };
    let of_xml = |content: &str| xml(content).replace("bom/1.6", "bom/1.7");
    let in_xml = |content: &str| {
        of_xml(&format!(
            r#"<components><component type="library"><name>a</name>{content}</component></components>"#
        ))
    };
    let cases: Vec<(&str, String, &[&str])> = vec![
        (
            "kind of patch",
            component(r#""pedigree":{"patches":[{"type":"odd"},{}]}"#),
            &["field=type value=odd", "field=type"],
        ),
        (
            "kind of patch, XML",
            in_xml(r#"<pedigree><patches><patch type="odd"/><patch/></patches></pedigree>"#),
            &["field=type value=odd", "field=type"],
        ),
        (
            "kind of issue and encoding of a diff",
            component(
                r#""pedigree":{"patches":[{"type":"monkey","diff":{"text":{"encoding":"base85"}},"resolves":[{"type":"foo"}]}]}"#,
            ),
            &["field=encoding value=base85", "field=type value=foo"],
        ),
        (
            "kind of issue and encoding of a diff, XML",
            in_xml(
                r#"<pedigree><patches><patch type="monkey"><diff><text encoding="base85">x</text></diff><resolves><issue type="foo"/></resolves></patch></patches></pedigree>"#,
            ),
            &["field=encoding value=base85", "field=type value=foo"],
        ),
        (
            "licence of no list, with an encoded text",
            component(
                r#""licenses":[{"license":{"id":"Apache-2","text":{"encoding":"rot13","content":"x"}}}]"#,
            ),
            &["field=encoding value=rot13", "field=id value=Apache-2"],
        ),
        (
            "licence of no list, with an encoded text, XML",
            in_xml(
                r#"<licenses><license><id>Apache-2</id><text encoding="rot13">x</text></license></licenses>"#,
            ),
            &["field=encoding value=rot13", "field=id value=Apache-2"],
        ),
        (
            "good licences",
            component(
                r#""licenses":[{"license":{"id":"GPL-2.0+","text":{"content":"x"}}},{"license":{"id":"Classpath-exception-2.0"}}]"#,
            ),
            &[],
        ),
        (
            "version and range",
            component(r#""version":"1","versionRange":"vers:npm/1","isExternal":true"#),
            &["field=versionRange value=vers:npm/1"],
        ),
        (
            "range of a part",
            component(r#""versionRange":"vers:npm/1""#),
            &["field=versionRange value=vers:npm/1"],
        ),
        ("range of what is outside", component(r#""versionRange":"vers:npm/1","isExternal":true"#), &[]),
        (
            "range of a part, XML",
            in_xml("<versionRange>vers:npm/1</versionRange>"),
            &["field=versionRange value=vers:npm/1"],
        ),
        (
            "way of data",
            cyclonedx(r#""services":[{"name":"s","data":[{"flow":"sideways"},{}]}]"#),
            &["field=flow value=sideways", "field=flow"],
        ),
        (
            "way of data, XML",
            xml(
                r#"<services><service><name>s</name><data><classification flow="sideways">x</classification></data></service></services>"#,
            ),
            &["field=flow value=sideways"],
        ),
        (
            "citations",
            cyclonedx(
                r#""citations":[{"pointers":["/x"]},{"process":"p","pointers":[],"expressions":[]},{"process":"p"}]"#,
            ),
            &["field=attributedTo", "field=expressions value=pointers + expressions", "field=pointers"],
        ),
        (
            "citations, XML",
            of_xml(
                "<citations><citation><pointers/><process/><process/></citation><citation><attributedTo/><attributedTo/></citation></citations>",
            ),
            &["field=process value=2", "field=attributedTo value=2", "field=pointers"],
        ),
        (
            "distribution",
            cyclonedx(r#""metadata":{"distribution":"free"}"#),
            &["field=metadata value=distribution"],
        ),
        (
            "distribution, XML",
            xml("<metadata><distribution>free</distribution></metadata>"),
            &["field=metadata value=distribution"],
        ),
        (
            "licences beside an expression",
            component(r#""licenses":[{"license":{"id":"MIT"}},{"expression":"MIT"}]"#)
                .replace(r#""specVersion":"1.7""#, r#""specVersion":"1.5""#),
            &["field=licenses value=license + expression"],
        ),
        (
            "licences beside an expression, from 1.7",
            component(r#""licenses":[{"license":{"id":"MIT"}},{"expression":"MIT"}]"#),
            &[],
        ),
    ];
    for (name, document, expected) in cases {
        let found: Vec<String> = read(document)
            .notices
            .iter()
            .map(|notice| {
                let values: Vec<String> =
                    notice.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
                values.join(" ")
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_last_of_twice_given_fields_counts_and_lists_are_joined() {
    let sbom = read(cyclonedx(
        r#""components":[{"type":"library","name":"a","name":"b"}],"components":[{"type":"library","name":"c"}]"#,
    ));
    let names: Vec<_> = sbom.components.iter().map(|component| component.name.as_ref()).collect();
    assert_eq!(names, ["b", "c"]);
    assert_eq!(notices(&sbom), ["SBOM-012 /components/0/name", "SBOM-012 /components"]);
}

#[test]
fn notices_are_counted_beyond_their_limit() {
    let sbom = read(cyclonedx(&format!(r#""components":[{}{{}}]"#, "{},".repeat(999))));
    assert_eq!((sbom.n_components(), sbom.notices.len(), sbom.n_notices_dropped), (1000, 1000, 1000));
}

#[test]
fn identifiers_and_texts_are_cut_at_their_limits_with_one_notice() {
    let cpes: Vec<String> = (0..300)
        .map(|n| format!(r#"{{"name":"syft:cpe23","value":"cpe:2.3:a:v:p{n}:1:*:*:*:*:*:*:*"}}"#))
        .collect();
    let name = "あ".repeat(30_000);
    let purl = format!("pkg:generic/{}", "x".repeat(9_000));
    let sbom = read(cyclonedx(&format!(
        r#""components":[{{"type":"library","name":"{name}","purl":"{purl}","properties":[{}]}}]"#,
        cpes.join(",")
    )));
    let component = &sbom.components[0];
    assert_eq!(
        (component.cpes.len(), component.purls.len(), component.name.chars().count()),
        (256, 0, 21_845)
    );
    assert_eq!(
        notices(&sbom),
        [
            "SBOM-015 /components/0/name",
            "SBOM-015 /components/0/purl",
            "SBOM-015 /components/0/properties/256"
        ]
    );
}

#[test]
fn a_huge_number_is_passed_over_in_unknown_fields() {
    assert!(
        read(cyclonedx(r#""unknown":1e999999,"other":-123456789012345678901234567890"#)).notices.is_empty()
    );
}

#[test]
fn containment_that_goes_in_a_circle_is_noticed() {
    let sbom = read(
        "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nPackageName: a\nSPDXID: SPDXRef-a\nPackageName: b\nSPDXID: SPDXRef-b\n\
         Relationship: SPDXRef-a CONTAINS SPDXRef-b\nRelationship: SPDXRef-a CONTAINED_BY SPDXRef-b\n",
    );
    assert_eq!(sbom.dependencies, [(0, 1), (1, 0)]);
    assert_eq!(notices(&sbom), ["SBOM-016 line 3"]);
}

#[test]
fn a_failing_input_is_reported_as_such() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk on fire"))
        }
    }
    let message = sbom::read(Broken).unwrap_err();
    assert_eq!((message.code, message.place), (codes::SBOM_UNREADABLE, Place::Document));
    let start = format!(r#"{{"bomFormat":"CycloneDX","components":[{}"#, " ".repeat(100_000));
    let message = sbom::read(std::io::Read::chain(start.as_bytes(), Broken)).unwrap_err();
    assert_eq!(message.code, codes::SBOM_UNREADABLE);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = sbom::read(&bytes[..]);
    }

    #[test]
    fn never_panics_on_texts_that_look_like_documents(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60)
    ) {
        let _ = sbom::read(words.concat().as_bytes());
    }

    #[test]
    fn never_panics_on_changed_fixtures(
        fixture in 0..FIXTURES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..8),
    ) {
        let mut bytes = FIXTURES[fixture].1.to_vec();
        for (index, byte, how) in changes {
            let at = index.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match how {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => bytes.insert(at.min(bytes.len()), byte),
                _ => {
                    let copy = bytes[at..].to_vec();
                    bytes.extend(copy);
                }
            }
        }
        if let Ok(sbom) = sbom::read(&bytes[..]) {
            for (from, to) in &sbom.dependencies {
                prop_assert!((*from).max(*to) < u32::try_from(sbom.components.len()).unwrap());
            }
        }
    }
}

/// Pieces of documents.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"bomFormat\":\"CycloneDX\",",
    "\"specVersion\":\"1.6\"",
    "\"components\"",
    "\"name\"",
    "\"metadata\"",
    "\"component\"",
    "\"spdxVersion\":\"SPDX-2.3\"",
    "\"packages\"",
    "\"relationships\"",
    "null",
    "1",
    "\"x\"",
    "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">",
    "</bom>",
    "<components>",
    "</components>",
    "<component type=\"library\">",
    "</component>",
    "<name>",
    "</name>",
    "<![CDATA[x]]>",
    "&amp;",
    "&x;",
    "<!DOCTYPE a>",
    "<!--",
    "-->",
    "<?xml version=\"1.0\"?>",
    "SPDXVersion: SPDX-2.3\n",
    "PackageName: a\n",
    "SPDXID: SPDXRef-a\n",
    "Relationship: SPDXRef-a CONTAINS SPDXRef-a\n",
    "<text>",
    "</text>",
    "\n",
    "FileName: f\n",
    "ExternalRef: SECURITY cpe23Type\n",
    "\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",",
    "\"@graph\"",
    "{\"type\":\"software_Package\",\"spdxId\":\"x\"",
    "{\"type\":\"Relationship\",\"from\":\"x\",\"to\":[\"x\"]",
    "\"creationInfo\"",
    "\u{feff}",
    "\u{0}",
];
