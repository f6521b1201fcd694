//! SBOMs of the same software by different generators, or in different formats, give the same findings.
//!
//! Compared are components that both documents list with one name and one version, and components with findings that only
//! one of them lists. Each difference is counted under its reason; one without a reason that the documents give fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kikimori_app::sbom_file::read_sbom;
use kikimori_conformance::{Group, Row, corpus};
use serde_json::Value;

use crate::program::Home;

/// What is compared: the two documents and who made them.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "cyclonedx-gomod, JSON and XML",
        "CycloneDX__bom-examples__SBOM__proton-bridge__proton-bridge-v1.6.3.bom.json.zst",
        "CycloneDX__bom-examples__SBOM__proton-bridge__proton-bridge-v1.6.3.bom.xml.zst",
    ),
    (
        "CycloneDX Maven plugin, JSON and XML",
        "CycloneDX__bom-examples__SBOM__keycloak-10.0.2__bom.json.zst",
        "CycloneDX__bom-examples__SBOM__keycloak-10.0.2__bom.xml.zst",
    ),
    (
        "cyclonedx-php-composer, versions 1.1 and 1.4",
        "CycloneDX__bom-examples__SBOM__laravel-7.12.0__bom.1.1.xml.zst",
        "CycloneDX__bom-examples__SBOM__laravel-7.12.0__bom.1.4.json.zst",
    ),
    (
        "cyclonedx-npm and the older Node.js module",
        "CycloneDX__bom-examples__SBOM__juice-shop__via_npm__bare__bom.1.4.json.zst",
        "CycloneDX__bom-examples__SBOM__juice-shop__v11.1.2__bom.json.zst",
    ),
    (
        "the Node.js module and cdxgen",
        "CycloneDX__bom-examples__SBOM__juice-shop__v11.1.2__bom.json.zst",
        "CycloneDX__sbom-utility__test__vex__cdx-1-4-appthreat-vex.json.zst",
    ),
    (
        "cyclonedx-npm and cdxgen",
        "CycloneDX__bom-examples__SBOM__juice-shop__via_npm__bare__bom.1.4.json.zst",
        "CycloneDX__sbom-utility__test__vex__cdx-1-4-appthreat-vex.json.zst",
    ),
    (
        "Red Hat (SPDX) and Domino (CycloneDX)",
        "guacsec__trustify__etc__test-data__quarkus-bom-2.13.8.Final-redhat-00004.json.zst",
        "guacsec__trustify__etc__test-data__cyclonedx__rh__product_component__example_component_quarkus.json.zst",
    ),
    (
        "Red Hat (SPDX) and Syft (CycloneDX)",
        "guacsec__trustify__etc__datasets__ds3__spdx__ubi8-minimal-8.8-1072.1697626218.json.zst",
        "guacsec__trustify__etc__test-data__cyclonedx__rh__image_index_variants__example_container_variant_amd64.json.zst",
    ),
    (
        "rpm-manifest-generator (CycloneDX) and Red Hat (SPDX)",
        "guacsec__trustify__etc__test-data__cyclonedx__openssl-3.0.7-18.el9_2.cdx_1.6_aliases.sbom.json.zst",
        "guacsec__trustify__etc__test-data__spdx__openssl-3.0.7-18.el9_2.spdx.json.zst",
    ),
];

/// One component as a document lists it: what it is looked up by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    /// Package URLs without what names no other software (architecture, checksums, repository…).
    purls: BTreeSet<String>,
    /// CPE names.
    cpes: BTreeSet<String>,
}

/// What a scan says of a component: vulnerability and verdict.
type Said = BTreeSet<(String, String)>;

/// A document's components by name and version.
type Components = BTreeMap<(String, String), (Listed, Said)>;

/// The last part of a name: generators differ about what belongs to the group.
fn last_part(name: &str) -> String {
    name.rsplit(['/', ':']).next().unwrap_or(name).to_owned()
}

/// A package URL with the qualifiers that decide what it is looked up by, in lower case as far as types allow.
fn looked_up(purl: &str) -> String {
    let (path, qualifiers) = purl.split_once('?').unwrap_or((purl, ""));
    let qualifiers: Vec<&str> = qualifiers
        .split('&')
        .filter(|pair| ["distro=", "epoch=", "upstream="].iter().any(|key| pair.starts_with(key)))
        .collect();
    format!("{}?{}", path.replace("%40", "@"), qualifiers.join("&"))
}

/// Reads a document and scans it.
fn components(home: &Home, path: &Path) -> Components {
    let mut found = Components::new();
    for component in read_sbom(path).unwrap().sbom.components {
        let key = (last_part(&component.name), component.version.as_deref().unwrap_or_default().to_owned());
        let (listed, _) = found.entry(key).or_default();
        listed.purls.extend(component.purls.iter().map(|purl| looked_up(purl)));
        listed.cpes.extend(component.cpes.iter().cloned());
    }
    let (exit, scan) = home.json(&["scan", path.to_str().unwrap(), "-f", "json"]);
    assert_eq!(exit, 0, "{}", path.display());
    for finding in scan["findings"].as_array().unwrap() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (last_part(&text(&finding["component"]["name"])), text(&finding["component"]["version"]));
        let said = (text(&finding["vulnerability"]["id"]), text(&finding["verdict"]));
        found.get_mut(&key).unwrap().1.insert(said);
    }
    found
}

/// Why a component of one document has findings that the other document has not, where it has no component of this
/// name and version.
fn reason_of_absence(key: &(String, String), other: &Components) -> &'static str {
    if other.keys().any(|(name, _)| *name == key.0) {
        "the other document lists another version of the component"
    } else {
        "the other document does not list the component"
    }
}

/// Why two components of one name and version may have different findings.
fn reason(left: &Listed, right: &Listed) -> Option<&'static str> {
    let is_empty = |listed: &Listed| listed.purls.is_empty() && listed.cpes.is_empty();
    let paths = |listed: &Listed| -> BTreeSet<String> {
        listed.purls.iter().filter_map(|purl| Some(purl.split_once('?')?.0.to_owned())).collect()
    };
    if is_empty(left) || is_empty(right) {
        Some("one document gives the component no identifier")
    } else if left.purls.is_empty() != right.purls.is_empty() {
        Some("one document names a package, the other only a CPE, and no two records join the names")
    } else if paths(left) != paths(right) {
        Some("the documents name different packages")
    } else if left.purls != right.purls {
        Some("one document states the distribution's release or source package, the other not")
    } else if left.cpes != right.cpes {
        Some("one document adds CPE names that the other does not")
    } else {
        None
    }
}

#[test]
fn sboms_of_one_software_by_two_generators_give_the_same_findings() {
    let Some(corpus) = corpus("pairs of SBOMs") else { return };
    let home = Home::new();
    let run = home.run(&["library", "import", corpus.join("vulns").to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let (mut n_same, mut n_with_findings, mut n_findings) = (0, 0, 0);
    let mut reasons: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (makers, left, right) in PAIRS {
        let [left, right] = [left, right].map(|name| components(&home, &corpus.join("sboms").join(name)));
        let mut n_common = 0;
        for (key, (listed, said)) in &left {
            let Some((other_listed, other_said)) = right.get(key) else { continue };
            n_common += 1;
            n_with_findings += usize::from(!said.is_empty() || !other_said.is_empty());
            if said == other_said {
                n_same += 1;
                n_findings += said.len();
                continue;
            }
            let why = reason(listed, other_listed)
                .unwrap_or_else(|| panic!("{makers}: {key:?}: {said:?} against {other_said:?}"));
            println!("pairs of SBOMs: {makers}: {key:?}: {why}");
            *reasons.entry(why).or_default() += 1;
        }
        assert!(n_common >= 5, "{makers}: only {n_common} components in common");
        for (one, other) in [(&left, &right), (&right, &left)] {
            let only_here =
                one.iter().filter(|(key, (_, said))| !said.is_empty() && !other.contains_key(*key));
            for (key, _) in only_here {
                *reasons.entry(reason_of_absence(key, other)).or_default() += 1;
            }
        }
    }
    let n_different: usize = reasons.values().sum();
    assert!(n_with_findings > 50, "{n_with_findings} components with findings are no test");
    let title =
        "components of the same software in SBOMs by two generators or in two formats: the same findings";
    let mut row = Row::new(Group::Sboms, "pairs", title, n_same + n_different, n_same).fact(format!(
        "{} pairs of documents; {n_with_findings} of the components have findings, {n_findings} findings are the same",
        PAIRS.len()
    ));
    for (why, n_cases) in reasons {
        row = row.deviation(n_cases, why);
    }
    row.report();
}

/// Packages and CPEs that records of public feeds put into one entry for two vulnerabilities or more, and versions.
const JOINED: &[(&str, &str, [&str; 3])] = &[
    (
        "pkg:maven/org.eclipse.jetty/jetty-server",
        "org.eclipse.jetty:jetty-server",
        ["9.4.27.v20200227", "9.4.50.v20221201", "12.0.8"],
    ),
    (
        "pkg:maven/org.apache.commons/commons-configuration2",
        "org.apache.commons:commons-configuration2",
        ["2.8.0", "2.10.1", "2.0"],
    ),
    ("pkg:golang/github.com/hashicorp/go-getter", "hashicorp:go-getter", ["1.5.0", "1.6.2", "1.7.5"]),
    ("pkg:golang/k8s.io/kubernetes", "kubernetes:kubernetes", ["1.20.0", "1.26.1", "1.31.0"]),
    ("pkg:golang/golang.org/x/net", "golang:networking", ["0.7.0", "0.17.0", "0.40.0"]),
    ("pkg:pypi/flask-appbuilder", "flask-appbuilder_project:flask-appbuilder", ["3.3.0", "4.1.0", "4.5.1"]),
    ("pkg:golang/github.com/hashicorp/vault", "hashicorp:vault", ["1.9.0", "1.12.0", "1.17.0"]),
    ("pkg:gem/rdoc", "ruby-lang:rdoc", ["6.3.0", "6.4.0", "6.6.3.1"]),
    ("pkg:gem/rexml", "ruby-lang:rexml", ["3.2.0", "3.2.8", "3.3.9"]),
    (
        "pkg:maven/org.eclipse.jetty.http2/http2-common",
        "org.eclipse.jetty.http2:http2-common",
        ["9.4.40", "9.4.54", "11.0.20"],
    ),
    ("pkg:pypi/aiohttp", "aiohttp:aiohttp", ["3.8.0", "3.9.4", "3.13.3"]),
    ("pkg:golang/helm.sh/helm/v3", "helm:helm", ["3.5.0", "3.11.0", "3.14.2"]),
    ("pkg:npm/parse-server", "parseplatform:parse-server", ["4.10.0", "6.5.0", "8.2.0"]),
];

#[test]
fn a_package_and_the_cpe_that_records_join_give_the_same_findings() {
    let Some(corpus) = corpus("joined names") else { return };
    let home = Home::new();
    let run = home.run(&["library", "import", corpus.join("vulns").to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let listed = |identifier: &dyn Fn(&str, &str, &str) -> String| {
        let all = JOINED.iter().flat_map(|(purl, cpe, versions)| {
            versions.map(|version| {
                let identifier = identifier(purl, cpe, version);
                format!(r#"{{"type":"library","name":"{cpe}","version":"{version}",{identifier}}}"#)
            })
        });
        let all = all.collect::<Vec<_>>().join(",");
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{all}]}}"#)
    };
    home.file(
        "purl.json",
        &listed(&|purl, _, version| {
            let go = if purl.starts_with("pkg:golang") { "v" } else { "" };
            format!(r#""purl":"{purl}@{go}{version}""#)
        }),
    );
    home.file(
        "cpe.json",
        &listed(&|_, cpe, version| format!(r#""cpe":"cpe:2.3:a:{cpe}:{version}:*:*:*:*:*:*:*""#)),
    );
    let said = |file: &str| {
        let (_, scan) = home.json(&["scan", file, "-f", "json"]);
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        let mut n_derived = 0;
        for finding in scan["findings"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let component = &finding["component"];
            let found = (text(&finding["vulnerability"]["id"]), text(&finding["verdict"]));
            let key = format!("{} {}", text(&component["name"]), text(&component["version"]));
            said.entry(key).or_default().insert(found);
            let mut evidence = finding["evidence"].as_array().unwrap().iter();
            n_derived += usize::from(evidence.all(|evidence| evidence["basis"] == "equivalence"));
        }
        (said, n_derived)
    };
    let ((by_purl, n_by_purl), (by_cpe, n_by_cpe)) = (said("purl.json"), said("cpe.json"));
    for key in by_purl.keys().chain(by_cpe.keys()) {
        assert_eq!(by_purl.get(key), by_cpe.get(key), "{key}");
    }
    let n_findings: usize = by_purl.values().map(BTreeSet::len).sum();
    assert!(n_by_purl > 50 && n_by_cpe > 20, "{n_by_purl} and {n_by_cpe} findings rest on the other name");
    let title = "packages and CPEs that records join, three versions each: the same findings by either name";
    Row::new(Group::Sboms, "joined", title, JOINED.len() * 3, JOINED.len() * 3)
        .fact(format!(
            "{n_findings} findings by each name; {n_by_purl} of those by package and {n_by_cpe} of those by CPE rest on the other name"
        ))
        .report();
}
