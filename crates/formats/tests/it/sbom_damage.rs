//! Every damage to every format of a bill: a code, or a bill whose notices say what was odd.

use kikimori_formats::sbom::{self, read_whole};

/// A sound bill of two components in which `TEXT` stands for a text and `NUMBER` for a number.
struct Bill {
    /// Its name in the table.
    name: &'static str,
    /// The document.
    text: &'static str,
    /// A field of a component, and what to write to give it twice.
    twice: (&'static str, &'static str),
    /// The second component's reference, to be made that of the first.
    same_id: (&'static str, &'static str),
    /// What to write so that the components contain or need each other in a circle.
    circle: (&'static str, &'static str),
}

/// A bill of every format.
const BILLS: &[Bill] = &[
    Bill {
        name: "CycloneDX JSON",
        text: r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":NUMBER,"components":[
 {"type":"library","bom-ref":"a","name":"TEXT","version":"1"},{"type":"library","bom-ref":"b","name":"b","version":"2"}],
 "dependencies":[{"ref":"a","dependsOn":["b"]},{"ref":"b","dependsOn":[]}]}"#,
        twice: (r#""version":"1""#, r#""version":"1","version":"1.1""#),
        same_id: (r#""bom-ref":"b""#, r#""bom-ref":"a""#),
        circle: (r#""dependsOn":[]"#, r#""dependsOn":["a"]"#),
    },
    Bill {
        name: "CycloneDX XML",
        text: r#"<?xml version="1.0" encoding="UTF-8"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="NUMBER"><components>
<component type="library" bom-ref="a"><name>TEXT</name><version>1</version></component><component type="library" bom-ref="b"><name>b</name><version>2</version></component></components>
<dependencies><dependency ref="a"><dependency ref="b"/></dependency><dependency ref="b"></dependency></dependencies></bom>"#,
        twice: ("<version>1</version>", "<version>1</version><version>1.1</version>"),
        same_id: (r#"bom-ref="b""#, r#"bom-ref="a""#),
        circle: (r#"<dependency ref="b"></dependency>"#, r#"<dependency ref="b"><dependency ref="a"/></dependency>"#),
    },
    Bill {
        name: "SPDX JSON",
        text: r#"{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://d.example/1",
 "creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t"]},"packages":[
 {"SPDXID":"SPDXRef-a","name":"TEXT","versionInfo":"1","downloadLocation":"NOASSERTION","x":NUMBER},
 {"SPDXID":"SPDXRef-b","name":"b","versionInfo":"2","downloadLocation":"NOASSERTION"}],
 "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"},
 {"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-b"}]}"#,
        twice: (r#""versionInfo":"1""#, r#""versionInfo":"1","versionInfo":"1.1""#),
        same_id: (r#""SPDXID":"SPDXRef-b""#, r#""SPDXID":"SPDXRef-a""#),
        circle: (r#""CONTAINS","relatedSpdxElement":"SPDXRef-b"}"#, r#""CONTAINS","relatedSpdxElement":"SPDXRef-b"},{"spdxElementId":"SPDXRef-b","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-a"}"#),
    },
    Bill {
        name: "SPDX tag-value",
        text: "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nDocumentNamespace: https://d.example/1\nCreator: Tool: t\nCreated: 2026-01-01T00:00:00Z
PackageName: TEXT\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageDownloadLocation: NOASSERTION\nPackageComment: NUMBER
PackageName: b\nSPDXID: SPDXRef-b\nPackageVersion: 2\nPackageDownloadLocation: NOASSERTION
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\nRelationship: SPDXRef-a CONTAINS SPDXRef-b\n",
        twice: ("PackageVersion: 1\n", "PackageVersion: 1\nPackageVersion: 1.1\n"),
        same_id: ("SPDXID: SPDXRef-b", "SPDXID: SPDXRef-a"),
        circle: ("CONTAINS SPDXRef-b\n", "CONTAINS SPDXRef-b\nRelationship: SPDXRef-b CONTAINS SPDXRef-a\n"),
    },
    Bill {
        name: "SPDX 3",
        text: r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
 {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-01T00:00:00Z","createdBy":["https://d.example/o"]},
 {"type":"Organization","spdxId":"https://d.example/o","name":"o","creationInfo":"_:c"},
 {"type":"SpdxDocument","spdxId":"https://d.example/d","creationInfo":"_:c","rootElement":["https://d.example/a"]},
 {"type":"software_Package","spdxId":"https://d.example/a","creationInfo":"_:c","name":"TEXT","software_packageVersion":"1","x":NUMBER},
 {"type":"software_Package","spdxId":"https://d.example/b","creationInfo":"_:c","name":"b","software_packageVersion":"2"},
 {"type":"Relationship","spdxId":"https://d.example/r","creationInfo":"_:c","relationshipType":"contains","from":"https://d.example/a","to":["https://d.example/b"]}]}"#,
        twice: (r#""software_packageVersion":"1""#, r#""software_packageVersion":"1","software_packageVersion":"1.1""#),
        same_id: (r#""spdxId":"https://d.example/b""#, r#""spdxId":"https://d.example/a""#),
        circle: (r#""to":["https://d.example/b"]}"#, r#""to":["https://d.example/b"]},{"type":"Relationship","spdxId":"https://d.example/s","creationInfo":"_:c","relationshipType":"contains","from":"https://d.example/b","to":["https://d.example/a"]}"#),
    },
    Bill {
        name: "CSV",
        text: "部品名,版数,親部品,備考\nTEXT,1,,NUMBER\nb,2,TEXT,\n",
        twice: ("部品名,版数,", "部品名,版数,版数,"),
        same_id: ("b,2,", "TEXT,1,"),
        circle: ("TEXT,1,,", "TEXT,1,b,"),
    },
];

/// The bill with this text and number.
fn filled(bill: &Bill, text: &str, number: &str) -> String {
    bill.text.replace("TEXT", text).replace("NUMBER", number)
}

/// The sound bill with a piece of it replaced, which must be there.
fn changed(bill: &Bill, (from, to): (&str, &str)) -> Vec<u8> {
    let from = from.replace("TEXT", "a");
    let text = filled(bill, "a", "1");
    assert!(text.contains(&from), "{} {from}", bill.name);
    text.replacen(&from, &to.replace("TEXT", "a"), 1).into_bytes()
}

/// The sound bill with bytes for its first text.
fn with_text(bill: &Bill, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = bill.text.split_once("TEXT").unwrap();
    let [before, after] = [before, after].map(|part| part.replace("NUMBER", "1").replace("TEXT", "a"));
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// A damage: its name, and what it makes of a bill.
type Damage = (&'static str, fn(&Bill) -> Vec<u8>);

/// Every damage.
const DAMAGES: &[Damage] = &[
    ("sound", |bill| filled(bill, "a", "1").into_bytes()),
    ("truncated", |bill| {
        let bytes = filled(bill, "a", "1").into_bytes();
        bytes[..bytes.len() - bytes.len() / 4].to_vec()
    }),
    ("last byte missing", |bill| {
        let mut bytes = filled(bill, "a", "1").trim_end().as_bytes().to_vec();
        bytes.pop();
        bytes
    }),
    ("bad UTF-8", |bill| with_text(bill, b"caf\xe9 \xff\xfe")),
    ("UTF-8 BOM", |bill| format!("\u{feff}{}", filled(bill, "a", "1")).into_bytes()),
    ("UTF-16", |bill| {
        let text = format!("\u{feff}{}", filled(bill, "a", "1"));
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("field twice", |bill| changed(bill, bill.twice)),
    ("id twice", |bill| changed(bill, bill.same_id)),
    ("circle", |bill| changed(bill, bill.circle)),
    ("huge number", |bill| filled(bill, "a", &"9".repeat(400)).into_bytes()),
    ("long text", |bill| with_text(bill, "長".repeat(100_000).as_bytes())),
    ("NUL in a text", |bill| with_text(bill, b"a\0b")),
    ("NUL bytes at the end", |bill| [filled(bill, "a", "1").as_bytes(), &[0; 64]].concat()),
];

/// What reading comes to, as one text; reading whole must come to the same.
fn outcome(document: &[u8]) -> String {
    let (plain, whole) = (sbom::read(document), read_whole(document));
    match (plain, whole) {
        (Err(plain), Err(whole)) => {
            assert_eq!(plain, whole);
            plain.code.0.to_owned()
        }
        (Ok(plain), Ok(whole)) => {
            assert_eq!(
                (plain.n_components(), &plain.dependencies),
                (whole.n_components(), &whole.dependencies)
            );
            let codes: Vec<&str> = plain.notices.iter().map(|notice| notice.code.0).collect();
            format!("{} components {}", plain.n_components(), codes.join(" ")).trim().to_owned()
        }
        (plain, whole) => panic!("{:?} {:?}", plain.map(drop), whole.map(drop)),
    }
}

#[test]
fn every_damage_of_every_format_ends_in_a_code_or_a_notice() {
    let found: Vec<String> = BILLS
        .iter()
        .flat_map(|bill| DAMAGES.iter().map(move |(name, damage)| (bill.name, name, damage(bill))))
        .map(|(bill, damage, document)| format!("{bill}, {damage}: {}", outcome(&document)))
        .collect();
    let expected: Vec<&str> = EXPECTED.trim().lines().collect();
    assert_eq!(found, expected, "{}", found.join("\n"));
}

/// What each damage comes to.
const EXPECTED: &str = "
CycloneDX JSON, sound: 2 components
CycloneDX JSON, truncated: SBOM-002
CycloneDX JSON, last byte missing: SBOM-002
CycloneDX JSON, bad UTF-8: SBOM-006
CycloneDX JSON, UTF-8 BOM: 2 components
CycloneDX JSON, UTF-16: SBOM-006
CycloneDX JSON, field twice: 2 components SBOM-012
CycloneDX JSON, id twice: 2 components SBOM-013 SBOM-014
CycloneDX JSON, circle: 2 components
CycloneDX JSON, huge number: SBOM-002
CycloneDX JSON, long text: 2 components SBOM-015
CycloneDX JSON, NUL in a text: SBOM-002
CycloneDX JSON, NUL bytes at the end: SBOM-002
CycloneDX XML, sound: 2 components
CycloneDX XML, truncated: SBOM-002
CycloneDX XML, last byte missing: SBOM-002
CycloneDX XML, bad UTF-8: SBOM-006
CycloneDX XML, UTF-8 BOM: 2 components
CycloneDX XML, UTF-16: SBOM-006
CycloneDX XML, field twice: 2 components SBOM-012
CycloneDX XML, id twice: 2 components SBOM-013 SBOM-014
CycloneDX XML, circle: 2 components
CycloneDX XML, huge number: 2 components
CycloneDX XML, long text: 2 components SBOM-015
CycloneDX XML, NUL in a text: 2 components
CycloneDX XML, NUL bytes at the end: SBOM-002
SPDX JSON, sound: 2 components
SPDX JSON, truncated: SBOM-002
SPDX JSON, last byte missing: SBOM-002
SPDX JSON, bad UTF-8: SBOM-006
SPDX JSON, UTF-8 BOM: 2 components
SPDX JSON, UTF-16: SBOM-006
SPDX JSON, field twice: 2 components SBOM-012
SPDX JSON, id twice: 2 components SBOM-013 SBOM-014
SPDX JSON, circle: 2 components SBOM-016
SPDX JSON, huge number: 2 components
SPDX JSON, long text: 2 components SBOM-015
SPDX JSON, NUL in a text: SBOM-002
SPDX JSON, NUL bytes at the end: SBOM-002
SPDX tag-value, sound: 2 components
SPDX tag-value, truncated: 2 components SBOM-017
SPDX tag-value, last byte missing: 2 components SBOM-014
SPDX tag-value, bad UTF-8: SBOM-006
SPDX tag-value, UTF-8 BOM: 2 components
SPDX tag-value, UTF-16: SBOM-006
SPDX tag-value, field twice: 2 components SBOM-012
SPDX tag-value, id twice: 2 components SBOM-013 SBOM-014
SPDX tag-value, circle: 2 components SBOM-016
SPDX tag-value, huge number: 2 components
SPDX tag-value, long text: 2 components SBOM-015
SPDX tag-value, NUL in a text: SBOM-001
SPDX tag-value, NUL bytes at the end: SBOM-001
SPDX 3, sound: 2 components
SPDX 3, truncated: SBOM-002
SPDX 3, last byte missing: SBOM-002
SPDX 3, bad UTF-8: SBOM-006
SPDX 3, UTF-8 BOM: 2 components
SPDX 3, UTF-16: SBOM-006
SPDX 3, field twice: 2 components SBOM-012 SBOM-011
SPDX 3, id twice: 2 components SBOM-013 SBOM-014
SPDX 3, circle: 2 components SBOM-016
SPDX 3, huge number: 2 components
SPDX 3, long text: 2 components SBOM-015
SPDX 3, NUL in a text: SBOM-002
SPDX 3, NUL bytes at the end: SBOM-002
CSV, sound: 2 components SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, truncated: 1 components SHEET-040 SHEET-041 SHEET-042 SHEET-043 SHEET-044 SHEET-045 SHEET-046
CSV, last byte missing: 2 components SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, bad UTF-8: SBOM-001
CSV, UTF-8 BOM: 2 components SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, UTF-16: 2 components SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, field twice: 2 components SHEET-018 SHEET-036 SHEET-040 SHEET-042 SHEET-043 SHEET-044 SHEET-045 SHEET-046
CSV, id twice: 2 components SHEET-022 SHEET-036 SHEET-040 SHEET-042 SHEET-043 SHEET-044 SHEET-045 SHEET-046
CSV, circle: 2 components SHEET-024 SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, huge number: 2 components SHEET-040 SHEET-042 SHEET-043 SHEET-045 SHEET-046
CSV, long text: SBOM-003
CSV, NUL in a text: SBOM-001
CSV, NUL bytes at the end: SBOM-001
";
