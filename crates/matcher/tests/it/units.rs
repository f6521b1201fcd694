//! Laws of the unit that is matched once for everybody: put together, units say what a scan says; a unit needs no more of
//! its surroundings than it names; and a change of the library changes only units that it touches.

use kikimori_core::finding::Finding;
use kikimori_core::sbom::{Component, ComponentKind, Sbom};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Configuration, Node, Operator, Record, RecordState,
};
use kikimori_matcher::library::Library;
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::merge;
use kikimori_matcher::library::touched::{Touched, between};
use kikimori_matcher::matching::context::Context;
use kikimori_matcher::matching::scan::{ScanOptions, scan};
use kikimori_matcher::matching::unit::{Needs, UnitMatch, UnitMatcher};
use proptest::prelude::*;

use crate::make::{
    WHOLE, component, cpe, cpe_match, entry, import_as, open, package, parse_cpe, record, sbom,
};

/// What entries of the small world may name; the last two lines are pairs that make names equivalent.
const NAMES: &[&[&str]] = &[
    &["npm/a"],
    &["npm/b"],
    &["Debian:11/a"],
    &["Debian:12/a"],
    &["cpe a:v:a"],
    &["product"],
    &["cpe a:v:*"],
    &["npm/a", "cpe a:v:a"],
    &["npm/a", "cpe a:v:a"],
    &["npm/b", "cpe a:v:b"],
];

/// Conditions of the small world.
const CONDITIONS: &[&[&str]] = &[
    &[],
    &["o:microsoft:windows_10 *"],
    &["o:linux:linux_kernel *", "h:v:device *"],
    &["a:w:other >=2.0"],
    &["a:w:absent *"],
    &["a:*:* *"],
];

/// An entry about names, or a configuration with conditions.
fn arbitrary_entry() -> impl Strategy<Value = AffectedEntry> {
    let range = (0_u8..5, 1_u8..4).prop_map(|(low, width)| (low, low + width));
    let versions = (0..NAMES.len(), range.clone(), 0_u8..3, 0_u8..3).prop_map(
        |(names, (low, high), status, authority)| {
            let status = ["affected", "unaffected", "unknown"][usize::from(status)];
            let names = NAMES[names].iter().map(|text| match text.strip_prefix("cpe ") {
                Some(name) => AffectedName::Cpe(parse_cpe(name)),
                None if *text == "product" => {
                    AffectedName::Product { vendor: "V".to_owned(), product: "A".to_owned() }
                }
                None => package(text),
            });
            let mut entry =
                entry(names.collect(), Scheme::Npm, &[&format!("{status} >={low}.0.0 <{high}.0.0")]);
            entry.authority =
                [Authority::Derived, Authority::Supplier, Authority::Distribution][usize::from(authority)];
            entry
        },
    );
    let configurations = (0..CONDITIONS.len(), range, any::<bool>(), any::<bool>()).prop_map(
        |(on, (low, high), negate, is_one)| {
            let own = cpe_match(&format!("a:v:a >={low}.0 <{high}.0"), true);
            let conditions: Vec<_> = CONDITIONS[on].iter().map(|text| cpe_match(text, false)).collect();
            let node = |operator, negate, matches| Node { operator, negate, matches };
            let nodes = if is_one {
                vec![node(Operator::And, false, std::iter::once(own).chain(conditions).collect())]
            } else {
                let mut nodes = vec![node(Operator::Or, false, vec![own])];
                if !conditions.is_empty() {
                    nodes.push(node(Operator::Or, negate, conditions));
                }
                nodes
            };
            AffectedEntry {
                asserter: "nvd".to_owned(),
                authority: Authority::Derived,
                place: "/configurations".to_owned(),
                applicability: Applicability::Configurations(vec![Configuration {
                    operator: Operator::And,
                    negate: false,
                    nodes,
                }]),
            }
        },
    );
    prop_oneof![versions, configurations]
}

/// Records whose revisions are told apart by their times.
fn arbitrary_records(n_max: usize) -> impl Strategy<Value = Vec<Record>> {
    let ids = prop::collection::vec(0_u8..6, 0..2);
    let one = (0_u8..3, 0_u8..6, prop::collection::vec(arbitrary_entry(), 0..3), ids.clone(), ids, 0_u8..8);
    prop::collection::vec(one, 1..n_max).prop_map(|records| {
        let id_of = |number: &u8| format!("CVE-2024-{number}");
        let records = records.into_iter().enumerate();
        records
            .map(|(time, (source, id, mut entries, aliases, addresses, state))| {
                let source = ["nvd", "cve", "osv:ghsa"][usize::from(source)];
                let id = if source == "osv:ghsa" { format!("GHSA-{id}") } else { id_of(&id) };
                for (place, entry) in entries.iter_mut().enumerate() {
                    entry.place = format!("{}/{place}", entry.place);
                }
                let mut record = record(source, &id, 1_000 + time as i64, entries);
                record.aliases = aliases.iter().map(id_of).collect();
                record.addresses = addresses.iter().map(id_of).collect();
                record.state = if state == 0 { RecordState::Withdrawn } else { RecordState::Published };
                record
            })
            .collect()
    })
}

/// A component with a CPE beside its package URL.
fn with_cpe(purl: &str, name: &str) -> Component {
    let mut component = component(purl);
    component.cpes = vec![cpe(name)].into();
    component
}

/// The small world's bill; `system` adds an operating system.
fn bill(system: Option<(&str, &str)>, has_other: bool) -> Sbom {
    let mut components = Vec::new();
    for number in 0..6 {
        components.push(component(&format!("pkg:npm/a@{number}.1.0")));
        components.push(component(&format!("pkg:npm/b@{number}.1.0")));
        components.push(component(&format!("pkg:deb/debian/a@{number}.1.0")));
        components.push(component(&format!("pkg:deb/debian/a@{number}.1.0?distro=debian-12")));
        components.push(with_cpe(&format!("pkg:generic/a@{number}.1"), &format!("a:v:a:{number}.1")));
        components.push(with_cpe(&format!("pkg:pypi/x@{number}.1"), &format!("a:v:b:{number}.1")));
    }
    components.push(component("pkg:generic/nothing@1"));
    if has_other {
        components.push(with_cpe("pkg:generic/other@2.5", "a:w:other:2.5"));
    }
    if let Some((name, version)) = system {
        let mut component = component("pkg:generic/system");
        component.kind = ComponentKind::OperatingSystem;
        component.name = name.into();
        component.version = Some(version.into());
        component.purls = Vec::new().into();
        components.push(component);
    }
    sbom(components)
}

/// Every component matched by itself in what it needs, as it comes back from its text.
fn units(sbom: &Sbom, library: &Library) -> Vec<UnitMatch> {
    let context = Context::new(sbom, &[], &[]);
    let mut matcher = UnitMatcher::new(library);
    let mut found = Vec::new();
    for component in &sbom.components {
        let whole = matcher.match_unit(component, None, &context);
        let needs = Needs::read(&whole.needs.text()).unwrap();
        let narrow = Context::read(&context.narrowed(&needs).text()).unwrap();
        assert_eq!(narrow.text(), context.narrowed(&whole.needs).text());
        let unit = UnitMatcher::new(library).match_unit(component, None, &narrow);
        assert_eq!(unit, whole, "{} in {}", component.name, narrow.text());
        found.push(unit);
    }
    found
}

/// The findings of units in the order of components.
fn joined(units: &[UnitMatch]) -> Vec<Finding> {
    let numbered = units.iter().enumerate();
    let mut all: Vec<Finding> = numbered
        .flat_map(|(number, unit)| unit.findings.iter().map(move |one| (number, one)))
        .map(|(number, finding)| Finding { component: number as u32, ..finding.clone() })
        .collect();
    order(&mut all);
    all
}

/// Puts findings in an order of their own.
fn order(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.component, finding.vulnerability.id.clone());
        key(left).cmp(&key(right))
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn units_put_together_are_the_scan(
        records in arbitrary_records(30),
        system in prop::sample::select(vec![None, Some(("debian", "11")), Some(("Windows", "10"))]),
        has_other: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        import_as(folder.path(), "test", "all", &records, WHOLE).unwrap();
        let library = open(folder.path());
        let bill = bill(system, has_other);
        let units = units(&bill, &library);
        let scan = scan(&bill, Some(&library), &ScanOptions::default());
        let mut expected: Vec<Finding> = scan.findings.into_iter().chain(scan.retracted).collect();
        order(&mut expected);
        prop_assert_eq!(joined(&units), expected);
        let not_checked: Vec<_> = units
            .iter()
            .enumerate()
            .filter_map(|(number, unit)| Some((number as u32, unit.not_checked.clone()?)))
            .collect();
        let expected: Vec<_> =
            scan.not_checked.into_iter().map(|one| (one.component, (one.reason, one.detail))).collect();
        prop_assert_eq!(not_checked, expected);
    }

    #[test]
    fn a_delta_changes_only_what_it_touches(
        records in arbitrary_records(30),
        cut in 1_usize..30,
        system in prop::sample::select(vec![None, Some(("debian", "11"))]),
        is_merged: bool,
    ) {
        let cut = cut.min(records.len());
        let folder = tempfile::tempdir().unwrap();
        import_as(folder.path(), "test", "first", &records[..cut], WHOLE).unwrap();
        let old = open(folder.path());
        import_as(folder.path(), "test", "second", &records[cut..], ImportMode::Delta).unwrap();
        if is_merged {
            let mut manifest = open(folder.path()).manifest().clone();
            merge::merge(folder.path(), &mut manifest).unwrap();
            merge::count(folder.path(), &mut manifest).unwrap();
            manifest.write(folder.path()).unwrap();
        }
        let new = open(folder.path());
        let Touched::Keys(touched) = between(&old, &new) else { return Ok(()) };
        let bill = bill(system, true);
        for (before, after) in units(&bill, &old).into_iter().zip(units(&bill, &new)) {
            if before.keys.is_disjoint(&touched) {
                prop_assert_eq!(before, after);
            }
        }
        let same = between(&new, &open(folder.path()));
        prop_assert_eq!(same, Touched::Keys(std::collections::BTreeSet::new()));
    }
}

#[test]
fn a_database_that_comes_touches_everything_and_a_score_nothing() {
    let folder = tempfile::tempdir().unwrap();
    import_as(folder.path(), "osv", "first", &[crate::make::npm("GHSA-1", 1, "a", "2.0.0")], WHOLE).unwrap();
    let old = open(folder.path());
    let about_python =
        record("osv:pypi", "PYSEC-1", 1, vec![entry(vec![package("PyPI/a")], Scheme::Pypi, &[])]);
    import_as(folder.path(), "osv", "second", &[about_python], ImportMode::Delta).unwrap();
    assert_eq!(between(&old, &open(folder.path())), Touched::Everything);
}
