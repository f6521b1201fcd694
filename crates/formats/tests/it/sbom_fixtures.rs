//! Small documents written for this project, each with what the reader must make of it.

use std::fmt::Write as _;

use kikimori_core::sbom::Sbom;
use kikimori_formats::sbom;

/// A document and what is expected of it, by name.
macro_rules! fixture {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("fixtures/", $name)),
            include_str!(concat!("fixtures/", $name, ".expected")),
        )
    };
}

/// Name, bytes and expectation of every fixture.
pub const FIXTURES: &[(&str, &[u8], &str)] = &[
    fixture!("cyclonedx-1.6-every-field.json"),
    fixture!("cyclonedx-1.6-every-field.xml"),
    fixture!("cyclonedx-1.4-unusual-order.json"),
    fixture!("cyclonedx-1.2-odd.json"),
    fixture!("spdx-2.3-every-field.json"),
    fixture!("spdx-2.3-unusual-order.json"),
    fixture!("spdx-2.3-every-field.spdx"),
    fixture!("spdx-3.0-every-field.json"),
    fixture!("spdx-3.0-unusual-order.json"),
    fixture!("spdx-3.0-one-element.json"),
    fixture!("cyclonedx-1.1-dependency-graph.xml"),
];

/// Everything in a bill, in lines for people.
fn describe(sbom: &Sbom) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| writeln!(text, "{name}: {value}").unwrap();
    line("format", format!("{} {}", sbom.format.name(), sbom.spec_version));
    line("serial, revision", format!("{:?}, {:?}", sbom.serial, sbom.revision));
    line("name", format!("{:?}", sbom.name));
    line(
        "created",
        format!("{:?} = {:?}", sbom.created_written, sbom.created_at.map(|stamp| stamp.to_string())),
    );
    let authors: Vec<&str> = sbom.authors.iter().map(|author| author.name.as_str()).collect();
    line("authors", format!("{authors:?}"));
    line("tools", format!("{:?}", sbom.tools));
    line("supplier", format!("{:?}", sbom.supplier));
    if !sbom.generation_contexts.is_empty() {
        line("contexts", format!("{:?}", sbom.generation_contexts));
    }
    line(
        "counts",
        format!(
            "{} components, {} files, {} services, {} vulnerabilities, {} dangling",
            sbom.n_components(),
            sbom.n_files,
            sbom.n_services,
            sbom.n_vulnerabilities,
            sbom.n_dangling_references
        ),
    );
    for (index, component) in sbom.components.iter().enumerate() {
        line(
            "component",
            format!(
                "{index} {:?} {:?} {} {:?} in {:?} at {}",
                component.role,
                component.reference,
                component.kind.name(),
                component.display_name(),
                component.parent,
                component.place
            ),
        );
        line("    version", format!("{:?}", component.version));
        line("    people", format!("{:?}, {:?}", component.details().supplier, component.details().author));
        line(
            "    identifiers",
            format!("{:?} {:?} {:?}", component.purls, component.cpes, component.details().swid),
        );
        let hashes: Vec<_> = component
            .details()
            .hashes
            .iter()
            .map(|hash| format!("{}={}", hash.algorithm, hash.value))
            .collect();
        let licences: Vec<&str> = component.details().licences.iter().map(|licence| &*licence.text).collect();
        line("    facts", format!("{hashes:?} {licences:?}"));
        if let Some(upkeep) = &component.details().upkeep {
            line("    upkeep", format!("{upkeep:?}"));
        }
    }
    line("dependencies", format!("{:?}", sbom.dependencies));
    for notice in &sbom.notices {
        line("notice", notice.to_string());
    }
    text
}

#[test]
fn fixtures_read_as_expected() {
    for (name, document, expected) in FIXTURES {
        assert_eq!(describe(&sbom::read(*document).unwrap()), *expected, "{name}");
    }
}

#[test]
fn json_and_xml_and_tag_value_say_the_same() {
    let facts = |index: usize| {
        let mut bill = sbom::read(FIXTURES[index].1).unwrap();
        for component in &mut bill.components {
            component.place = kikimori_core::message::Place::Document;
        }
        (
            bill.components,
            bill.dependencies,
            bill.authors,
            bill.tools,
            bill.supplier,
            bill.n_services,
            bill.n_files,
        )
    };
    assert_eq!(facts(0), facts(1));
    assert_eq!(facts(4), facts(6));
}
