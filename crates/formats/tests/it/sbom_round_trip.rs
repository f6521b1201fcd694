//! What is written is what was read: in the same format every claimed field, in another all but what is reported.

use std::collections::BTreeMap;
use std::path::Path;

use kikimori_conformance::{Group, Row};
use kikimori_core::sbom::loss::{Claim, Loss, LossKind, compare};
use kikimori_core::sbom::merge::{MergeSource, Product, merge};
use kikimori_core::sbom::{
    Agent, AgentKind, Component, ComponentKind, ExternalReference, Hash, Licence, LicenceForm,
    LicenceStanding, Property, Role, Sbom, SbomFormat, Scope, SourcePackage, SupplierField, Upkeep,
};
use kikimori_core::stamp::Stamp;
use kikimori_formats::sbom::write::{TargetFormat, WriteOptions, write};
use kikimori_formats::sbom::{self, read_whole};
use proptest::prelude::*;

use crate::corpus::{bytes_of, corpus, files_below};
use crate::sbom_fixtures::FIXTURES;

/// What a format demands beyond a bill.
pub fn options() -> WriteOptions {
    WriteOptions {
        serial: "urn:uuid:00000000-0000-8000-8000-000000000000".to_owned(),
        created: "2026-01-02T03:04:05Z".to_owned(),
        tool: "test 1".to_owned(),
    }
}

/// Writes a bill and reads it again; gives it with what differs.
fn round(bill: &Sbom, format: TargetFormat) -> (Sbom, Vec<Loss>) {
    let mut bytes = Vec::new();
    let order = write(bill, format, &options(), &mut bytes).unwrap();
    let again = read_whole(&bytes[..]).unwrap_or_else(|message| {
        panic!("{}: {message}\n{}", format.name(), String::from_utf8_lossy(&bytes))
    });
    let mut twice = Vec::new();
    write(bill, format, &options(), &mut twice).unwrap();
    assert!(bytes == twice, "the same bill gives the same bytes");
    let losses = compare(bill, &again, &order);
    (again, losses)
}

/// The losses of `losses` that say less or something else than before.
fn lost(losses: &[Loss]) -> Vec<&Loss> {
    losses.iter().filter(|loss| loss.kind.is_loss()).collect()
}

#[test]
fn fixtures_come_back_whole_in_their_own_format() {
    for index in [0, 1, 4, 6] {
        let (name, document, _) = FIXTURES[index];
        let bill = read_whole(document).unwrap();
        let (_, losses) = round(&bill, TargetFormat::of(bill.format).unwrap());
        let lost: Vec<_> =
            lost(&losses).into_iter().filter(|loss| loss.claim != Claim::DanglingReference).collect();
        assert_eq!(lost, [] as [&Loss; 0], "{name}");
    }
}

#[test]
fn a_nul_in_a_text_is_written_in_every_format_and_reported_where_it_changes() {
    let document = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
        {"type":"library","name":"a\u0000b","version":"5.1\u0000\u0000","licenses":[{"license":{"name":"own\u0000","text":{"content":"x\u0000y"}}}]}]}"#;
    let bill = read_whole(document.as_bytes()).unwrap();
    for format in TargetFormat::ALL {
        let (again, losses) = round(&bill, *format);
        let names: Vec<&str> = again.components.iter().map(|component| &*component.name).collect();
        let is_json = matches!(format, TargetFormat::CycloneDxJson | TargetFormat::SpdxJson);
        assert!(names.contains(&if is_json { "a\0b" } else { "a\u{fffd}b" }), "{}: {names:?}", format.name());
        assert!(is_json || !lost(&losses).is_empty(), "{}", format.name());
    }
}

#[test]
fn what_is_not_kept_is_counted_by_name() {
    let bill = read_whole(FIXTURES[0].1).unwrap();
    let counted: Vec<_> = bill.unkept.fields().collect();
    assert_eq!(
        counted,
        [
            ("components/evidence/identity/confidence", 1),
            ("components/evidence/identity/identity (not a CPE)", 2),
            ("components/evidence/identity/methods", 1),
            ("components/swid/name", 1),
            ("dependencies/provides", 1),
            ("metadata/authors/email", 1),
            ("metadata/supplier/url", 1),
            ("metadata/tools/components/type", 1),
            ("relationships (files, services, tools, document)", 2),
        ]
    );
    assert!(sbom::read(FIXTURES[0].1).unwrap().unkept.is_empty(), "a scan counts nothing");
}

/// What may differ in a document's own format, and why: the document breaks its format's rules.
const OWN_DIFFERENCES: &[(Claim, LossKind)] = &[
    // No `urn:uuid:`.
    (Claim::Serial, LossKind::Changed),
    // An empty time where the format demands one.
    (Claim::Created, LossKind::Changed),
    // A creator without `Person:` or `Organization:`.
    (Claim::DocumentAuthors, LossKind::Changed),
    (Claim::DanglingReference, LossKind::Lost),
    // A kind or an algorithm outside the enumeration.
    (Claim::Kind, LossKind::Changed),
    (Claim::Hashes, LossKind::Lost),
    // A locator that is no address.
    (Claim::ExternalReferences, LossKind::Changed),
    // The same tool twice.
    (Claim::Tools, LossKind::Lost),
    // Ids that are not on SPDX's list; expressions beside licences.
    (Claim::Licences, LossKind::Changed),
];

/// Folders of the corpus with bills of materials.
const FOLDERS: &[&str] = &[
    "sboms",
    "cyclonedx-spec-tests",
    "cyclonedx-bom-examples",
    "spdx-examples",
    "sbom-utility-tests",
    "sbomqs-fixtures",
    "dependency-track-fixtures",
];

/// Every document of the corpus that can be read, with its name.
pub fn documents(corpus: &Path) -> impl Iterator<Item = (String, Sbom, TargetFormat)> {
    let files = FOLDERS.iter().flat_map(|folder| files_below(&corpus.join(folder)));
    files.filter_map(|path| {
        let bill = read_whole(&bytes_of(&path)[..]).ok()?;
        let format = TargetFormat::of(bill.format)?;
        Some((path.display().to_string(), bill, format))
    })
}

#[test]
fn real_documents_come_back_whole_in_their_own_format() {
    let Some(corpus) = corpus("sboms") else { return };
    let mut n_documents: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_whole = 0;
    let mut by_claim: BTreeMap<(Claim, LossKind), (usize, String)> = BTreeMap::new();
    for (name, bill, format) in documents(&corpus) {
        *n_documents.entry(format.name()).or_default() += 1;
        let (_, losses) = round(&bill, format);
        let lost = lost(&losses);
        n_whole += usize::from(lost.is_empty());
        for loss in lost {
            let example = || (0, format!("{name}: {:.200?} → {:.200?}", loss.before, loss.after));
            by_claim.entry((loss.claim, loss.kind)).or_insert_with(example).0 += 1;
        }
    }
    let surprises: Vec<_> = by_claim.iter().filter(|(key, _)| !OWN_DIFFERENCES.contains(key)).collect();
    assert!(surprises.is_empty(), "{surprises:#?}");
    let unseen: Vec<_> = OWN_DIFFERENCES.iter().filter(|key| !by_claim.contains_key(*key)).collect();
    assert!(unseen.is_empty(), "listed and not found: {unseen:?}");
    let n_cases: usize = n_documents.values().sum();
    let counted: Vec<String> =
        n_documents.iter().map(|(format, count)| format!("{format} {count}")).collect();
    let broken: Vec<String> = by_claim
        .iter()
        .map(|((claim, kind), (count, _))| format!("{} {} {count}", claim.code(), kind.code()))
        .collect();
    let title = "SBOMs read, written in their own format and read again with every claimed field";
    Row::new(Group::Sboms, "round-trip", title, n_cases, n_whole)
        .deviation(
            n_cases - n_whole,
            &format!(
                "the document breaks the rules of its format, and the difference is reported ({})",
                broken.join(", ")
            ),
        )
        .fact(format!("written as: {}", counted.join(", ")))
        .report();
}

/// Documents of the corpus that are turned into other formats: every so many, because each is read seven times.
const CROSS_STEP: usize = 8;

#[test]
fn what_another_format_changes_is_reported_on_the_way_or_on_the_way_back() {
    let Some(corpus) = corpus("sboms") else { return };
    let mut n_ways = 0;
    for (name, bill, own) in documents(&corpus).step_by(CROSS_STEP) {
        for target in TargetFormat::ALL.iter().copied().filter(|target| *target != own) {
            let mut bytes = Vec::new();
            let there = write(&bill, target, &options(), &mut bytes).unwrap();
            let other = read_whole(&bytes[..]).unwrap();
            let (again, on_the_way_back) = round(&other, own);
            let mut bytes = Vec::new();
            let back = write(&other, own, &options(), &mut bytes).unwrap();
            let on_the_way = compare(&bill, &other, &there);
            let order: Vec<u32> = back.iter().map(|index| there[*index as usize]).collect();
            let reported: Vec<Claim> =
                on_the_way.iter().chain(&on_the_way_back).map(|loss| loss.claim).collect();
            for loss in compare(&bill, &again, &order) {
                assert!(reported.contains(&loss.claim), "{name} {}: {loss:?}", target.name());
            }
            n_ways += 1;
        }
    }
    assert!(n_ways > 100);
    let title = "SBOMs converted to another format and back: every difference was reported on the way";
    Row::new(Group::Sboms, "conversion", title, n_ways, n_ways)
        .fact(format!("every {CROSS_STEP}th document, into each of the three other formats"))
        .report();
}

/// A text as people write it, without white space at its ends.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9<>&\"'é語:/.-]([a-zA-Z0-9<>&\"'é語:/. -]{0,10}[a-zA-Z0-9<>&'é語:/.-])?"
}

/// One word.
fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z][a-zA-Z0-9.-]{0,8}"
}

/// A component of either family of formats.
fn component(is_spdx: bool) -> impl Strategy<Value = Component> {
    let kinds = prop::sample::select(vec![
        ComponentKind::Application,
        ComponentKind::Library,
        ComponentKind::Framework,
        ComponentKind::Container,
        ComponentKind::OperatingSystem,
        ComponentKind::Device,
        ComponentKind::Firmware,
        ComponentKind::File,
        ComponentKind::Other,
    ]);
    let names = (text(), prop::option::of(text()), prop::option::of(text()), kinds);
    let identifiers = (
        prop::collection::btree_set(word(), 0..3),
        prop::collection::btree_set(word(), 0..3),
        prop::option::of(word()),
    );
    let people = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
        0..3_u8,
        any::<bool>(),
    );
    let facts = (
        prop::collection::vec(
            prop_oneof![
                (Just("SHA-1"), "[0-9a-f]{40}"),
                (Just("SHA-256"), "[0-9a-f]{64}"),
                (Just("MD5"), "[0-9a-f]{32}"),
                (Just("BLAKE3"), "[0-9a-f]{64}"),
            ],
            0..3,
        ),
        prop::collection::vec((prop::sample::select(vec!["MIT", "LGPL-2.1+", "Zlib"]), 0..3_u8), 0..3),
        prop::option::of(text()),
        prop::option::of("[a-z]{1,5}(\n[a-z]{1,5})?"),
        prop::option::of(0..3_usize),
        prop::collection::vec(
            (
                prop::sample::select(vec!["vcs", "website", "distribution", "advisories"]),
                word(),
                prop::option::of(text()),
            ),
            0..4,
        ),
        prop::collection::vec((word(), text()), 0..3),
        prop::option::of((word(), word())),
        prop::option::of((prop::option::of(text()), word())),
    );
    (names, identifiers, people, facts).prop_map(move |(names, identifiers, people, facts)| {
        let (name, version, group, kind) = names;
        let (purls, cpes, swid) = identifiers;
        let (supplier, author, publisher, field, is_person) = people;
        let (hashes, licences, copyright, description, scope, references, properties, source, upkeep) = facts;
        let mut component = Component {
            name: name.into(),
            version: version.map(Into::into),
            group: group.filter(|_| !is_spdx).map(Into::into),
            kind,
            purls: purls.into_iter().map(|purl| format!("pkg:generic/{purl}")).collect(),
            cpes: cpes.into_iter().map(|product| format!("cpe:2.3:a:v:{product}:*:*:*:*:*:*:*:*")).collect(),
            ..Component::default()
        };
        let details = component.details_mut();
        let hash = |(algorithm, value): (&str, String)| Hash { algorithm: algorithm.to_owned(), value };
        details.hashes = hashes.into_iter().map(hash).collect();
        details.swid = swid;
        details.source = source.map(|(name, version)| {
            Box::new(SourcePackage { name, version: Some(version), ..SourcePackage::default() })
        });
        details.upkeep = upkeep.filter(|_| !is_spdx).map(|(level, by)| {
            let (ends_on, at) = (Some("2030-03-31".to_owned()), Some("2026-01-02".to_owned()));
            Box::new(Upkeep {
                support_level: level,
                support_ends_on: ends_on,
                entered_by: Some(by),
                entered_at: at,
            })
        });
        let mut seen = std::collections::BTreeSet::new();
        for (text, standing) in licences {
            let standing = match standing {
                0 if !is_spdx => LicenceStanding::Unstated,
                1 => LicenceStanding::Concluded,
                _ => LicenceStanding::Declared,
            };
            if !is_spdx || seen.insert(standing) {
                details.licences.push(Licence { text: text.into(), form: LicenceForm::Id, standing });
            }
        }
        details.supplier = supplier;
        details.author = author;
        let (has_supplier, has_author) = (details.supplier.is_some(), details.author.is_some());
        let person = |is_there: bool| match (is_there, is_spdx && is_person) {
            (false, _) => AgentKind::Unstated,
            (true, true) => AgentKind::Person,
            (true, false) => AgentKind::Organisation,
        };
        let extras = details.extras_mut();
        extras.supplier_kind = person(has_supplier);
        extras.author_kind = if is_spdx || !has_author { person(has_author) } else { AgentKind::Person };
        extras.copyright = copyright.map(Into::into);
        extras.description = description.map(Into::into);
        if !is_spdx {
            extras.scope = scope.map(|index| [Scope::Required, Scope::Optional, Scope::Excluded][index]);
            extras.properties = properties
                .into_iter()
                .map(|(name, value)| Property { name: name.into(), value: value.into() })
                .collect();
            if has_supplier && field == 1 {
                extras.supplier_field = SupplierField::Manufacturer;
                extras.publisher = publisher.map(Into::into);
            } else if has_supplier && field == 2 {
                extras.supplier_field = SupplierField::Publisher;
                extras.supplier_kind = AgentKind::Unstated;
            } else if has_supplier {
                extras.manufacturer = publisher.map(Into::into);
            }
        }
        extras.references = references
            .into_iter()
            .map(|(kind, locator, comment)| ExternalReference {
                category: None,
                kind: kind.into(),
                locator: locator.into(),
                comment: comment.map(Into::into),
            })
            .collect();
        if kind == ComponentKind::Other {
            extras.kind_written = Some(if is_spdx { "SOURCE" } else { "data" }.into());
        }
        component
    })
}

/// A bill of either family of formats.
pub fn bill(is_spdx: bool) -> impl Strategy<Value = Sbom> {
    let edges = prop::collection::btree_set((0..6_u32, 0..6_u32), 0..8);
    (prop::collection::vec(component(is_spdx), 6), edges, any::<[bool; 6]>(), text(), text()).prop_map(
        move |(components, edges, nested, author, tool)| {
            let format = if is_spdx { SbomFormat::SpdxJson } else { SbomFormat::CycloneDxJson };
            let mut bill = Sbom { components, ..Sbom::new(format, "") };
            for (index, component) in bill.components.iter_mut().enumerate() {
                component.reference = Some(format!("SPDXRef-{index}").into());
                if !is_spdx && index > 1 && nested[index] {
                    component.parent = Some(index as u32 - 1);
                }
            }
            bill.components[0].role = if is_spdx { Role::Described } else { Role::Subject };
            bill.supplier = bill.components[0].details().supplier.clone();
            bill.serial = Some("urn:uuid:11111111-1111-8111-8111-111111111111".to_owned());
            bill.revision = (!is_spdx).then(|| "1".to_owned());
            bill.name = is_spdx.then(|| "document".to_owned());
            bill.created_written = Some("2026-02-03T04:05:06Z".to_owned());
            bill.created_at = Stamp::parse("2026-02-03T04:05:06Z");
            bill.authors = vec![Agent { name: author, kind: AgentKind::Person }];
            bill.tools = vec![tool];
            bill.generation_contexts =
                if is_spdx { Vec::new() } else { vec!["build".to_owned(), "after the audit".to_owned()] };
            bill.dependencies = edges.into_iter().filter(|(from, to)| from < to && *from < 4).collect();
            if is_spdx {
                bill.containments = bill.dependencies.iter().copied().filter(|(_, to)| to % 2 == 0).collect();
            }
            bill.leaves = vec![5];
            bill
        },
    )
}

#[test]
fn a_tool_with_two_spaces_before_its_version_keeps_them() {
    let mut bill = Sbom::new(SbomFormat::CycloneDxJson, "");
    bill.tools = vec!["scanner  4e".to_owned(), "scanner 4e".to_owned()];
    for format in [TargetFormat::CycloneDxJson, TargetFormat::CycloneDxXml] {
        let (found, _) = round(&bill, format);
        assert_eq!(found.tools, bill.tools, "{}", format.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cyclonedx_bill_comes_back_whole(bill in bill(false)) {
        for format in [TargetFormat::CycloneDxJson, TargetFormat::CycloneDxXml] {
            let (_, losses) = round(&bill, format);
            prop_assert_eq!(&losses, &[], "{}", format.name());
        }
    }

    #[test]
    fn any_spdx_bill_comes_back_whole(bill in bill(true)) {
        for format in [TargetFormat::SpdxJson, TargetFormat::SpdxTagValue] {
            let (_, losses) = round(&bill, format);
            prop_assert_eq!(&losses, &[], "{}", format.name());
        }
    }

    #[test]
    fn any_bill_is_read_again_from_every_format(cyclonedx in bill(false), spdx in bill(true)) {
        for format in TargetFormat::ALL {
            for bill in [&cyclonedx, &spdx] {
                let (again, _) = round(bill, *format);
                prop_assert_eq!(again.components.len(), bill.components.len());
            }
        }
    }

    #[test]
    fn a_merge_says_everything_that_its_sources_say(cyclonedx in bill(false), spdx in bill(true)) {
        let product = Product { name: "p".to_owned(), version: None, kind: ComponentKind::Device, supplier: None };
        let source = |sbom: &Sbom| MergeSource { file: "f".to_owned(), sha256: "0".to_owned(), sbom: sbom.clone() };
        for format in [SbomFormat::CycloneDxJson, SbomFormat::SpdxJson] {
            let merged = merge(&product, vec![source(&cyclonedx), source(&spdx)], format, false);
            prop_assert_eq!(merged.sbom.components.len(), 13);
            for (bill, root) in [(&cyclonedx, 1), (&spdx, 7)] {
                prop_assert!(merged.roots.contains(&root));
                // The subject of each stands first; the others follow in their order.
                let own = |index: u32| index.checked_sub(root).filter(|own| *own < 6).unwrap_or(u32::MAX);
                let order: Vec<u32> = (0..13).map(own).collect();
                let differences = compare(bill, &merged.sbom, &order);
                let of_components = differences.iter().filter(|loss| loss.component.is_some() && loss.kind.is_loss());
                let silent: Vec<&Loss> = of_components.filter(|loss| loss.claim != Claim::Subject).collect();
                prop_assert_eq!(silent, [] as [&Loss; 0]);
            }
        }
    }
}
