//! Lifecycle data in the library and in a scan: every way in which a component is recognised, and what stays open.

use std::path::Path;

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::lifecycle::{Ending, LifecycleProduct, ReleaseCycle, Support, SupportState};
use kikimori_core::sbom::{Component, ComponentKind, Role};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::{ImportMode, Importer};
use kikimori_matcher::library::{Library, LibraryFault};
use kikimori_matcher::matching::scan::{ScanOptions, scan};

use crate::make::{NOW, WHOLE, component, import, npm, open, sbom};

/// The day of every scan here.
const ON: &str = "2026-11-21";

/// A day.
fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A cycle: name, last day of security support, last day of extended support (`-` for none).
fn cycle(text: &str) -> ReleaseCycle {
    let words: Vec<&str> = text.split(' ').collect();
    let ending = |at: usize| match words.get(at) {
        None | Some(&"-") => Ending::Unstated,
        Some(&"open") => Ending::Open,
        Some(last) => Ending::On(day(last)),
    };
    ReleaseCycle {
        name: words[0].to_owned(),
        released_on: Some(day("2020-01-01")),
        security: ending(1),
        extended: ending(2),
        ..ReleaseCycle::default()
    }
}

/// A product: name, identifiers, cycles.
fn product(name: &str, identifiers: &[&str], cycles: &[&str]) -> LifecycleProduct {
    let of = |prefix: &str| {
        identifiers.iter().filter(|id| id.starts_with(prefix)).map(|id| (*id).to_owned()).collect::<Vec<_>>()
    };
    LifecycleProduct {
        name: name.into(),
        label: name.to_uppercase(),
        link: None,
        purls: of("pkg:"),
        cpes: of("cpe:"),
        is_java: false,
        cycles: cycles.iter().map(|text| cycle(text)).collect(),
    }
}

/// The products of most tests.
pub fn products() -> Vec<LifecycleProduct> {
    vec![
        product(
            "openssl",
            &["cpe:/a:openssl:openssl"],
            &["3.5 2030-04-08", "3.0 2026-09-07", "1.0.2 2019-12-31"],
        ),
        product(
            "python",
            &[
                "pkg:generic/python",
                "pkg:docker/library/python",
                "pkg:deb/debian/python3.11",
                "cpe:2.3:a:python:python",
            ],
            &["3.14 2030-10-31", "3.11 2027-10-31", "3.8 2024-10-07"],
        ),
        product("express", &["pkg:npm/express", "pkg:github/expressjs/express"], &["5 open", "4 2026-10-01"]),
        product("log4j", &["pkg:maven/org.apache.logging.log4j/log4j-core"], &["2 open", "2.12 2021-12-14"]),
        product("base-image", &["pkg:oci/base?repository_url=registry.example"], &["1 2025-01-01"]),
        product(
            "debian",
            &["cpe:2.3:o:debian:debian_linux"],
            &["12 2026-07-11 2028-06-30", "10 2022-09-10 2024-06-30"],
        ),
        product(
            "ubuntu",
            &["cpe:2.3:o:canonical:ubuntu_linux"],
            &["22.04 2027-04-01", "20.04 2025-05-31 2030-04-02"],
        ),
        product("rhel", &["cpe:2.3:o:redhat:enterprise_linux"], &["8 2029-05-31"]),
        product("centos", &["cpe:2.3:o:centos:centos"], &["8 2021-12-31"]),
        product("alpine-linux", &["cpe:2.3:o:alpinelinux:alpine_linux"], &["3.18 2025-05-09"]),
        product(
            "windows",
            &["cpe:2.3:o:microsoft:windows"],
            &[
                "10-22h2 2025-10-14 2028-10-10",
                "10-1809-e-lts 2029-01-09",
                "10-1809-w 2020-11-10",
                "7-sp1 2020-01-14",
            ],
        ),
        product("windows-server", &[], &["2019 2029-01-09"]),
        product("ansible", &["cpe:2.3:a:redhat:ansible"], &["2.9 2022-05-23"]),
        product("ansible-core", &["cpe:2.3:a:redhat:ansible"], &["2.18 2026-11-30"]),
        product("undated", &["pkg:npm/undated"], &["1 -"]),
    ]
}

/// Imports products as one feed.
fn import_products(
    folder: &Path,
    products: &[LifecycleProduct],
    mode: ImportMode,
) -> Result<String, LibraryFault> {
    let mut importer = Importer::begin(folder, mode, NOW)?;
    let feed = importer.start_feed("endoflife", "endoflife.json");
    importer.state_time(feed, Some(Stamp(1_600_000_000_000)));
    for product in products {
        importer.add_lifecycle(feed, product.clone())?;
    }
    Ok(importer.commit()?.snapshot)
}

/// The support of components against a library.
fn support(library: &Library, components: Vec<Component>, platform: Vec<Cpe>) -> Support {
    let options = ScanOptions { on: Some(day(ON)), platform, ..ScanOptions::default() };
    scan(&sbom(components), Some(library), &options).support
}

/// A finding in short: `openssl 1.0.2 ended`, and why when it is open.
fn short(support: &Support) -> Vec<String> {
    support
        .findings
        .iter()
        .map(|finding| {
            let cycles: Vec<&str> = finding.cycles.iter().map(|cycle| cycle.name.as_str()).collect();
            format!("{} {} {:?}", finding.product, cycles.join("|"), finding.state)
        })
        .collect()
}

/// A component with a CPE.
fn with_cpe(cpe: &str) -> Component {
    Component { cpes: vec![cpe.to_owned()].into(), purls: Vec::new().into(), ..component(cpe) }
}

/// An operating system by name and version.
fn system(name: &str, version: Option<&str>) -> Component {
    Component {
        kind: ComponentKind::OperatingSystem,
        name: name.into(),
        version: version.map(Into::into),
        purls: Vec::new().into(),
        ..component("pkg:generic/x")
    }
}

#[test]
fn recognises_components_by_every_identifier() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let library = open(folder.path());
    let with_version =
        |purl: &str, version: &str| Component { version: Some(version.into()), ..component(purl) };
    let cases: Vec<(Component, &[&str])> = vec![
        (with_cpe("cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"), &["openssl 1.0.2 Ended"]),
        (with_cpe("cpe:/a:openssl:openssl:3.5.1"), &["openssl 3.5 Supported"]),
        (with_cpe("cpe:2.3:o:openssl:openssl:3.5.1:*:*:*:*:*:*:*"), &[]),
        (with_cpe("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"), &["openssl  Unknown(VersionMissing)"]),
        (with_cpe("cpe:2.3:a:openssl:openssl:1.1.1:*:*:*:*:*:*:*"), &["openssl  Unknown(NoCycle)"]),
        (component("pkg:generic/python@3.8.10"), &["python 3.8 Ended"]),
        (with_version("pkg:generic/python", "3.11.2"), &["python 3.11 Supported"]),
        (component("pkg:docker/library/python@3.8-slim"), &["python 3.8 Ended"]),
        (component("pkg:generic/python@3"), &["python  Unknown(VersionTooCoarse)"]),
        (component("pkg:generic/cpython@3.8.10"), &[]),
        (component("pkg:npm/express@4.18.2"), &["express 4 Ended"]),
        (component("pkg:github/expressjs/express@v5.0.0"), &["express 5 Supported"]),
        (component("pkg:npm/expression@4.18.2"), &[]),
        (component("pkg:maven/org.apache.logging.log4j/log4j-core@2.12.4"), &["log4j 2.12 Ended"]),
        (component("pkg:maven/org.apache.logging.log4j/log4j-api@2.12.4"), &[]),
        (component("pkg:oci/base@1.5?repository_url=registry.example"), &["base-image 1 Ended"]),
        (component("pkg:oci/base@1.5?repository_url=other.example"), &[]),
        (with_cpe("cpe:2.3:a:redhat:ansible:2.18.1:*:*:*:*:*:*:*"), &["ansible-core 2.18 Supported"]),
        (component("pkg:npm/undated@1.2.3"), &["undated 1 Unknown(EndUnstated)"]),
        (component("not a purl"), &[]),
    ];
    for (component, expected) in cases {
        let name = component.name.clone();
        let support = support(&library, vec![component], Vec::new());
        assert_eq!(short(&support), expected, "{name}");
        assert_eq!(support.n_without_data, usize::from(expected.is_empty()), "{name}");
        assert_eq!(support.n_products, 15);
        assert_eq!(support.as_of, Some(Stamp(1_600_000_000_000)));
    }
}

#[test]
fn one_component_with_two_identifiers_is_one_finding() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let library = open(folder.path());
    let mut both = component("pkg:generic/python@3.8.10");
    both.cpes = vec!["cpe:2.3:a:python:python:3.8.10:*:*:*:*:*:*:*".to_owned()].into();
    let support = support(&library, vec![both, component("pkg:generic/python@3.8.2")], Vec::new());
    assert_eq!(short(&support), ["python 3.8 Ended"]);
    let finding = &support.findings[0];
    assert_eq!(finding.components, [0, 1]);
    assert_eq!(finding.evidence.len(), 2);
    assert!(finding.id.starts_with("SUP-") && finding.id.len() == 16, "{}", finding.id);
}

#[test]
fn a_distribution_decides_about_its_own_builds() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let library = open(folder.path());
    let with_upstream = Component {
        // Upstream's 1.0.2 is long over; Debian's build of it is Debian's.
        cpes: vec!["cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*".to_owned()].into(),
        ..component("pkg:deb/debian/openssl@1.0.2k-1?distro=debian-12")
    };
    let cases: Vec<(Vec<Component>, &[&str])> = vec![
        (vec![with_upstream.clone()], &["debian 12 ExtendedOnly"]),
        (vec![component("pkg:deb/debian/zlib1g@1.2?distro=buster")], &["debian 10 Ended"]),
        (vec![component("pkg:deb/ubuntu/zlib1g@1.2?distro=ubuntu-20.04")], &["ubuntu 20.04 ExtendedOnly"]),
        (vec![component("pkg:apk/alpine/zlib@1.2?distro=alpine-3.18.4")], &["alpine-linux 3.18 Ended"]),
        (vec![component("pkg:rpm/redhat/zlib@1.2?distro=rhel-8.6")], &["rhel 8 Supported"]),
        (vec![component("pkg:rpm/centos/zlib@1.2?distro=centos-8")], &["centos 8 Ended"]),
        (vec![component("pkg:deb/debian/zlib1g@1.2?distro=debian-7")], &["debian  Unknown(NoCycle)"]),
        (vec![component("pkg:deb/debian/zlib1g@1.2")], &["debian  Unknown(DistributionBuild)"]),
        (
            vec![component("pkg:deb/debian/zlib1g@1.2"), system("debian", Some("12.4"))],
            &["debian 12 ExtendedOnly"],
        ),
        (vec![component("pkg:apk/wolfi/zlib@1.2")], &[]),
    ];
    for (components, expected) in cases {
        let name = components[0].name.clone();
        assert_eq!(short(&support(&library, components, Vec::new())), expected, "{name}");
    }
    // Without data about the distribution nothing says that upstream's end is the component's.
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &[products()[0].clone()], WHOLE).unwrap();
    let alone = support(&open(folder.path()), vec![with_upstream], Vec::new());
    assert_eq!(short(&alone), ["openssl  Unknown(DistributionBuild)"]);
}

#[test]
fn packages_and_their_system_are_one_finding() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let packages = ["zlib1g", "libc6", "openssl"]
        .map(|name| component(&format!("pkg:deb/debian/{name}@1?distro=debian-12")));
    let mut components = vec![with_cpe("cpe:2.3:o:debian:debian_linux:12.0:*:*:*:*:*:*:*")];
    components.extend(packages);
    let support = support(&open(folder.path()), components, Vec::new());
    assert_eq!(short(&support), ["debian 12 ExtendedOnly"]);
    assert_eq!(support.findings[0].components, [0, 1, 2, 3]);
    let counts: Vec<usize> =
        support.findings[0].evidence.iter().map(|evidence| evidence.n_components).collect();
    assert_eq!(counts, [1, 3], "{:?}", support.findings[0].evidence);
    assert_eq!(support.n_components_in(|state| state == SupportState::ExtendedOnly), 4);
}

#[test]
fn recognises_operating_systems() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let library = open(folder.path());
    let cases: Vec<(Component, &[&str])> = vec![
        (with_cpe("cpe:2.3:o:microsoft:windows_10_22h2:*:*:*:*:*:*:*:*"), &["windows 10-22h2 ExtendedOnly"]),
        (
            with_cpe("cpe:2.3:o:microsoft:windows_10_1809:*:*:*:*:*:*:*:*"),
            &["windows 10-1809-e-lts|10-1809-w Unknown(EditionUnstated)"],
        ),
        (
            with_cpe("cpe:2.3:o:microsoft:windows_10_1809:*:*:*:*:ltsc:*:*:*"),
            &["windows 10-1809-e-lts Supported"],
        ),
        (with_cpe("cpe:2.3:o:microsoft:windows_7:-:sp1:*:*:*:*:*:*"), &["windows 7-sp1 Ended"]),
        (
            with_cpe("cpe:2.3:o:microsoft:windows_server_2019:*:*:*:*:*:*:*:*"),
            &["windows-server 2019 Supported"],
        ),
        (with_cpe("cpe:2.3:o:microsoft:windows_embedded_compact:7:*:*:*:*:*:*:*"), &[]),
        (system("Windows 10 IoT Enterprise LTSC 2019", None), &["windows 10-1809-e-lts Supported"]),
        (system("Microsoft Windows 7 SP1", None), &["windows 7-sp1 Ended"]),
        (system("Ubuntu", Some("20.04.6")), &["ubuntu 20.04 ExtendedOnly"]),
        (system("CentOS Linux", Some("8")), &["centos 8 Ended"]),
        (system("VxWorks", Some("6.9")), &[]),
        (Component { kind: ComponentKind::Application, ..system("Windows 7 SP1", None) }, &[]),
    ];
    for (component, expected) in cases {
        let name = component.name.clone();
        assert_eq!(short(&support(&library, vec![component], Vec::new())), expected, "{name}");
    }
    // Components without identifiers that share a version are not one thing.
    let two = vec![system("Ubuntu", Some("20.04")), system("VxWorks", Some("20.04"))];
    let support = support(&library, two, Vec::new());
    assert_eq!(
        (short(&support).as_slice(), support.n_without_data),
        (&["ubuntu 20.04 ExtendedOnly".to_owned()][..], 1)
    );
}

#[test]
fn the_subject_needs_no_lifecycle_data_and_no_library_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    import_products(folder.path(), &products(), WHOLE).unwrap();
    let subject = Component { role: Role::Subject, ..system("Pump", Some("1")) };
    assert_eq!(support(&open(folder.path()), vec![subject], Vec::new()).n_without_data, 0);
    let plain = tempfile::tempdir().unwrap();
    import(plain.path(), &[npm("GHSA-1", 1, "express", "2")], WHOLE).unwrap();
    let none = support(&open(plain.path()), vec![component("pkg:npm/express@4.18.2")], Vec::new());
    assert_eq!(none, Support::default());
}

#[test]
fn the_order_of_products_does_not_show_and_every_fact_counts() {
    let import_into = |products: &[LifecycleProduct]| {
        let folder = tempfile::tempdir().unwrap();
        import_products(folder.path(), products, WHOLE).unwrap()
    };
    let mut reversed = products();
    reversed.reverse();
    let snapshot = import_into(&products());
    assert_eq!(import_into(&reversed), snapshot);
    let mut changed = products();
    changed[0].cycles[0].security = Ending::On(day("2031-01-01"));
    assert_ne!(import_into(&changed), snapshot);
    // Two products of one name: the same one counts, whatever the order.
    let mut twice = products();
    twice.push(changed[0].clone());
    let mut twice_reversed = twice.clone();
    twice_reversed.reverse();
    assert_eq!(import_into(&twice), import_into(&twice_reversed));
}

#[test]
fn a_whole_import_replaces_and_a_delta_adds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    import_products(path, &products(), WHOLE).unwrap();
    let before = open(path).manifest().clone();
    assert_eq!((before.n_products, before.n_cycles), (15, 26));
    // The same again changes nothing.
    assert_eq!(import_products(path, &products(), WHOLE).unwrap(), before.snapshot);
    assert_eq!(open(path).manifest().segments.len(), 1);
    // Fewer are refused, unless that is allowed.
    let few = &products()[..3];
    assert!(matches!(import_products(path, few, WHOLE), Err(LibraryFault::Shrank { .. })));
    assert_eq!(open(path).snapshot(), before.snapshot);
    let mut fresh = products()[0].clone();
    fresh.cycles.push(cycle("4.0 2027-05-14"));
    let new = product("new", &["pkg:npm/new"], &["1 2027-01-01"]);
    import_products(path, &[fresh.clone(), new], ImportMode::Delta).unwrap();
    let after = open(path);
    assert_eq!((after.manifest().n_products, after.manifest().n_cycles), (16, 28));
    assert_eq!(after.as_of(), None, "lifecycle data are no vulnerability data");
    import_products(path, few, ImportMode::Whole { allow_shrink: true }).unwrap();
    assert_eq!(open(path).manifest().n_products, 3);
    // Other imports leave them, and merging keeps them.
    for number in 0..12 {
        import(path, &[npm(&format!("GHSA-{number}"), number, "a", "2")], ImportMode::Delta).unwrap();
    }
    let library = open(path);
    assert!(library.manifest().segments.len() < 9);
    assert_eq!(library.lifecycles().unwrap().all().unwrap().len(), 3);
    library.verify(path).unwrap();
}
