//! What is written as JSON is valid by the published schemas of its format.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use kikimori_conformance::{Group, Row};
use kikimori_core::sbom::{Component, ExternalReference, Sbom, SbomFormat};
use kikimori_formats::sbom::read_whole;
use kikimori_formats::sbom::write::{TargetFormat, write};
use proptest::prelude::*;
use serde_json::Value;

use crate::corpus::corpus;
use crate::sbom_fixtures::FIXTURES;
use crate::sbom_round_trip::{bill, documents, options};

/// A schema that comes with the tests.
macro_rules! schema {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../schemas/", $name))).unwrap()
    };
}

/// The schema of each format that is written as JSON.
struct Schemas {
    /// `CycloneDX` 1.6.
    cyclonedx: Validator,
    /// SPDX 2.3.
    spdx: Validator,
}

/// The schemas, made ready once.
static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::new);

impl Schemas {
    /// The schemas with those that they refer to; formats of texts (dates, addresses) are checked too.
    fn new() -> Self {
        let registry = Registry::new()
            .add("http://cyclonedx.org/schema/spdx.schema.json", schema!("spdx.schema.json"))
            .unwrap()
            .add("http://cyclonedx.org/schema/jsf-0.82.schema.json", schema!("jsf-0.82.schema.json"))
            .unwrap()
            .prepare()
            .unwrap();
        let build = |schema: &Value| {
            jsonschema::options()
                .with_registry(&registry)
                .should_validate_formats(true)
                .build(schema)
                .unwrap()
        };
        Self {
            cyclonedx: build(&schema!("bom-1.6.schema.json")),
            spdx: build(&schema!("spdx-2.3.schema.json")),
        }
    }

    /// Writes a bill in both formats; every place that is not valid, with what is wrong there.
    fn faults(&self, bill: &Sbom) -> Vec<String> {
        let formats = [(TargetFormat::CycloneDxJson, &self.cyclonedx), (TargetFormat::SpdxJson, &self.spdx)];
        let mut faults = Vec::new();
        for (format, schema) in formats {
            let mut bytes = Vec::new();
            write(bill, format, &options(), &mut bytes).unwrap();
            let written: Value = serde_json::from_slice(&bytes).unwrap();
            faults.extend(
                schema
                    .iter_errors(&written)
                    .map(|fault| format!("{} {}: {fault:.300}", format.name(), fault.instance_path())),
            );
        }
        faults
    }
}

#[test]
fn the_schemas_refuse_what_is_wrong() {
    let bill = read_whole(FIXTURES[0].1).unwrap();
    for (format, schema, field, wrong) in [
        (TargetFormat::CycloneDxJson, &SCHEMAS.cyclonedx, "/components/0/type", "thing"),
        (TargetFormat::CycloneDxJson, &SCHEMAS.cyclonedx, "/metadata/timestamp", "yesterday"),
        (TargetFormat::SpdxJson, &SCHEMAS.spdx, "/packages/0/primaryPackagePurpose", "THING"),
    ] {
        let mut bytes = Vec::new();
        write(&bill, format, &options(), &mut bytes).unwrap();
        let mut written: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(schema.is_valid(&written));
        *written.pointer_mut(field).unwrap() = Value::from(wrong);
        assert!(!schema.is_valid(&written), "{field}");
    }
}

#[test]
fn fixtures_are_written_as_their_schemas_say() {
    for (name, document, _) in FIXTURES {
        assert_eq!(SCHEMAS.faults(&read_whole(*document).unwrap()), [""; 0], "{name}");
    }
}

#[test]
fn entries_that_say_the_same_are_told_apart() {
    let document = r#"{"bomFormat":"CycloneDX","specVersion":"1.4",
        "metadata":{"tools":[{"name":"t","version":"1"},{"name":"t","version":"1"}]},
        "components":[{"type":"library","name":"a","version":"1"},{"type":"library","name":"a","version":"1"},
            {"type":"library","name":"b","components":[{"type":"file","name":"c"},{"type":"file","name":"c"}]}]}"#;
    let bill = read_whole(document.as_bytes()).unwrap();
    assert_eq!(SCHEMAS.faults(&bill), [""; 0]);
    let mut bytes = Vec::new();
    write(&bill, TargetFormat::CycloneDxJson, &options(), &mut bytes).unwrap();
    assert_eq!(read_whole(&bytes[..]).unwrap().components.len(), 5);
}

#[test]
fn real_documents_are_written_as_their_schemas_say() {
    let Some(corpus) = corpus("sboms") else { return };
    let mut n_documents = 0;
    // By where they are, whichever component it is: how many, and the first.
    let mut faults: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (name, bill, _) in documents(&corpus) {
        n_documents += 1;
        for fault in SCHEMAS.faults(&bill) {
            let place = fault.split(": ").next().unwrap_or_default();
            let place =
                place.split('/').filter(|step| step.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
            faults.entry(place).or_insert_with(|| (0, format!("{name}: {fault}"))).0 += 1;
        }
    }
    assert!(n_documents > 100);
    assert!(faults.is_empty(), "{faults:#?}");
    let title = "SBOMs written as CycloneDX JSON and as SPDX JSON, valid by the published schemas";
    Row::new(Group::Sboms, "schemas", title, n_documents * 2, n_documents * 2)
        .fact("CycloneDX 1.6, SPDX 2.3, formats of dates and addresses included")
        .report();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bill_is_written_as_its_schema_says(cyclonedx in bill(false), spdx in bill(true)) {
            for bill in [&cyclonedx, &spdx] {
            prop_assert_eq!(SCHEMAS.faults(bill), [""; 0]);
        }
    }

    #[test]
    fn any_text_becomes_an_address(text in r"(https?://|mailto:|//)?([a-z0-9]{0,4}[\[\]@:/?#%{}<>|^` é\\]){0,6}.{0,4}") {
        let mut bill = Sbom::new(SbomFormat::CycloneDxJson, "");
        let mut component = Component { name: "a".into(), ..Component::default() };
        component.details_mut().extras_mut().references =
            vec![ExternalReference { kind: "website".into(), locator: text.into(), ..ExternalReference::default() }];
        bill.components = vec![component];
        prop_assert_eq!(SCHEMAS.faults(&bill), [""; 0]);
    }
}
