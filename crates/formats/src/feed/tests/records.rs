//! Reading records of each format.

use kikimori_core::message::codes;
use kikimori_core::statement::Status;
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{Applicability, Authority, Operator, RecordState};
use proptest::prelude::*;

use super::super::{FeedFormat, FeedItem, RawRecord, parse};
use super::{names, record, rows, split_text, statements};

/// A CVE record whose CNA container is `cna`.
fn cve(cna: &str) -> String {
    format!(
        r#"{{"cveMetadata":{{"cveId":"CVE-2024-1","state":"PUBLISHED","dateUpdated":"2024-02-03T04:05:06.789Z"}},"containers":{{"cna":{cna}}}}}"#
    )
}

/// A CVE record with one `affected` entry.
fn cve_affected(affected: &str) -> String {
    cve(&format!(r#"{{"providerMetadata":{{"shortName":"acme"}},"affected":[{affected}]}}"#))
}

/// The rows of a CVE record with these `versions`.
fn cve_rows(versions: &str) -> Vec<String> {
    let text = cve_affected(&format!(r#"{{"vendor":"v","product":"p","versions":[{versions}]}}"#));
    let (record, notices) = record(&text);
    assert_eq!(notices, [], "{versions}");
    rows(&record.affected[0])
}

#[test]
fn nvd_records_keep_configurations_scores_and_state() {
    let (record, notices) = record(
        r#"{"cve":{"id":"CVE-2024-1","sourceIdentifier":"x@example.org","published":"2024-01-02T03:04:05.678",
        "lastModified":"2024-02-03T04:05:06.789","vulnStatus":"Analyzed",
        "descriptions":[{"lang":"es","value":"uno"},{"lang":"en","value":" one "}],
        "metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","cvssData":{"vectorString":"CVSS:3.1/AV:N"}}],
          "cvssMetricV2":[{"source":"nvd@nist.gov","cvssData":{"vectorString":"(AV:N/AC:L)"}}],
          "cvssMetricV40":[{"source":"cna","cvssData":{"vectorString":"CVSS:4.0/AV:L"}}]},
        "weaknesses":[{"description":[{"lang":"en","value":"CWE-79"},{"lang":"en","value":"NVD-CWE-noinfo"}]}],
        "references":[{"url":"https://example.org/1"},{"url":"https://example.org/1"}],
        "configurations":[{"operator":"AND","nodes":[
          {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionEndExcluding":"1.5"},
            {"vulnerable":true,"criteria":"cpe:nonsense"}]},
          {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:h:v:h:-:*:*:*:*:*:*:*"}]}]}]}}"#,
    );
    assert_eq!((record.source.as_str(), record.state), ("nvd", RecordState::Published));
    assert_eq!(record.modified_at.unwrap().to_string(), "2024-02-03T04:05:06Z");
    assert_eq!(record.description.as_deref(), Some("one"));
    let severities: Vec<_> = record
        .severities
        .iter()
        .map(|severity| (severity.asserter.as_str(), severity.vector.as_str()))
        .collect();
    assert_eq!(
        severities,
        [("cna", "CVSS:4.0/AV:L"), ("nvd@nist.gov", "CVSS:3.1/AV:N"), ("nvd@nist.gov", "AV:N/AC:L")]
    );
    assert_eq!(record.cwes, ["CWE-79"]);
    assert_eq!(record.references, ["https://example.org/1"]);
    let [entry] = record.affected.as_slice() else { panic!("one entry") };
    assert_eq!((entry.asserter.as_str(), entry.authority), ("nvd@nist.gov", Authority::Derived));
    let Applicability::Configurations(configurations) = &entry.applicability else { panic!("versions") };
    assert_eq!((configurations.len(), configurations[0].operator), (1, Operator::And));
    assert_eq!(configurations[0].nodes.len(), 2);
    let first = &configurations[0].nodes[0].matches;
    assert_eq!(
        (first.len(), first[0].is_vulnerable, first[0].end_excluding.as_deref()),
        (1, true, Some("1.5"))
    );
    assert!(!configurations[0].nodes[1].matches[0].is_vulnerable);
    assert_eq!(notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [codes::FEED_CPE_UNREADABLE]);
}

#[test]
fn nvd_nested_nodes_are_flattened_or_noted() {
    let cpe = r#""cpe_match":[{"vulnerable":true,"cpe23Uri":"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"}]"#;
    let child = format!(r#"{{"operator":"OR",{cpe}}}"#);
    let nested = |nodes: &str| {
        let text = format!(
            r#"{{"id":"CVE-2024-1","sourceIdentifier":"x","configurations":[{{"nodes":[{nodes}]}}]}}"#
        );
        let (record, notices) = record(&text);
        let shapes: Vec<_> = record
            .affected
            .iter()
            .flat_map(|entry| match &entry.applicability {
                Applicability::Configurations(all) => {
                    all.iter().map(|one| (one.operator, one.nodes.len())).collect::<Vec<_>>()
                }
                Applicability::Versions { .. } => Vec::new(),
            })
            .collect();
        (shapes, notices.len())
    };
    let both = format!(r#"{{"operator":"AND","children":[{child},{child}],"cpe_match":[]}}"#);
    assert_eq!(nested(&both), (vec![(Operator::And, 2)], 0));
    assert_eq!(nested(&format!("{both},{child}")), (vec![(Operator::And, 2), (Operator::Or, 1)], 0));
    let deep = format!(r#"{{"operator":"AND","children":[{both}]}}"#);
    assert_eq!(nested(&deep), (vec![], 1));
}

#[test]
fn misshapen_entries_become_notices_and_the_rest_stands() {
    let (nvd, notices) = record(
        r#"{"cve":{"id":"CVE-2024-1","vulnStatus":"Rejected","descriptions":[3,{"lang":"en","value":"one"}],
        "metrics":{"cvssMetricV31":{"no":"list"}},"references":null,
        "configurations":[{"nodes":[{"cpeMatch":[7,{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"}]}]}]}}"#,
    );
    assert_eq!(
        (nvd.state, nvd.description.as_deref(), nvd.affected.len()),
        (RecordState::Rejected, Some("one"), 1)
    );
    assert_eq!(notices.len(), 3);
    assert!(notices.iter().all(|notice| notice.code == codes::FEED_ENTRY_UNREADABLE));
    assert!(notices.iter().all(|notice| notice.args.contains(&("id", "CVE-2024-1".to_owned()))));

    let (cve, notices) = record(&cve(
        r#"{"providerMetadata":{"shortName":"acme"},"title":{"no":"text"},"affected":[7,
        {"vendor":"v","product":"p","versions":[{"version":1.5,"status":"affected"},"bad",{"version":"2","status":"affected"}]}]}"#,
    ));
    assert_eq!(rows(&cve.affected[0]), ["=1.5", "=2"]);
    let places: Vec<_> = notices.iter().map(|notice| notice.place.to_string()).collect();
    assert_eq!(
        places,
        ["/containers/cna/affected/1/versions/1", "/containers/cna/affected/0", "/containers/cna/title"]
    );

    let (osv, notices) = record(
        r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1",{}],"severity":"HIGH",
        "affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},5]}]},"x"]}"#,
    );
    assert_eq!(
        (osv.aliases.as_slice(), osv.affected.len(), notices.len()),
        (&["CVE-2024-1".to_owned()][..], 1, 4)
    );
}

#[test]
fn records_without_an_id_are_errors() {
    for (format, text) in [
        (FeedFormat::NvdApi, r#"{"cve":{}}"#),
        (FeedFormat::CveRecord, r#"{"cveMetadata":{},"containers":{}}"#),
        (FeedFormat::Osv, r#"{"id":""}"#),
        (FeedFormat::Osv, r#"{"id":[1]}"#),
        (FeedFormat::Osv, r#"{"id":"#),
        (FeedFormat::KevCatalog, "{}"),
        (FeedFormat::EpssCsv, "CVE-2024-1,2,0"),
        (FeedFormat::EpssCsv, "CVE-2024-1,NaN,0"),
        (FeedFormat::EpssCsv, "x,0,0"),
        (FeedFormat::NvdOverride, r#"{"_annotation":{},"cve":{}}"#),
        (FeedFormat::AnchoreAdp, r#"{"additionalMetadata":{},"adp":{}}"#),
    ] {
        let place = kikimori_core::message::Place::Line(9);
        let raw = RawRecord { format, bytes: text.as_bytes().into(), place: place.clone() };
        let error = parse(&raw, &mut Vec::new()).unwrap_err();
        assert_eq!((error.code, error.place), (codes::FEED_RECORD_UNREADABLE, place), "{text}");
    }
}

#[test]
fn cve_records_keep_who_says_what() {
    let (record, notices) = record(
        r#"{"cveMetadata":{"cveId":"CVE-2024-1","state":"PUBLISHED","assignerShortName":"acme","dateUpdated":"2024-02-03T04:05:06.789Z"},
        "containers":{"cna":{"title":"T","descriptions":[{"lang":"en-US","value":"one"}],
          "metrics":[{"cvssV3_1":{"vectorString":"CVSS:3.1/AV:N"}},{"other":{}}],
          "problemTypes":[{"descriptions":[{"cweId":"CWE-79"},{"description":"CWE-20 Improper Input Validation"},{"description":"n/a"}]}],
          "affected":[{"vendor":"n/a","product":"n/a","versions":[{"version":"n/a","status":"affected"}]},
            {"vendor":"V","product":"P","platforms":["Windows"],"defaultStatus":"unaffected","cpes":["cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"],
             "repo":"https://github.com/V/P.git","packageURL":"pkg:npm/%40scope/p@1.0?x=y","versions":[{"version":"1","lessThan":"2","status":"affected","versionType":"semver"}]}],
          "cpeApplicability":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]}]}]},
        "adp":[{"title":"CVE Program Container","providerMetadata":{"shortName":"CVE"},"references":[{"url":"https://example.org"}]},
          {"providerMetadata":{"shortName":"CISA-ADP"},"affected":[{"vendor":"v","product":"p","versions":[{"version":"*","status":"affected"}]}]}]}}"#,
    );
    assert_eq!(notices, []);
    assert_eq!((record.title.as_deref(), record.description.as_deref()), (Some("T"), Some("one")));
    assert_eq!(record.cwes, ["CWE-79", "CWE-20"]);
    assert_eq!(record.severities[0].asserter, "acme");
    assert_eq!(record.references, ["https://example.org"]);
    let said: Vec<_> = record
        .affected
        .iter()
        .map(|entry| (entry.asserter.as_str(), entry.authority, entry.place.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("acme", Authority::Supplier, "/containers/cna/affected/1"),
            ("acme", Authority::Supplier, "/containers/cna/cpeApplicability"),
            ("CISA-ADP", Authority::Derived, "/containers/adp/1/affected/0"),
        ]
    );
    let first = &record.affected[0];
    assert_eq!(names(first), ["npm/@scope/p", "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*", "V|P", "github.com/v/p"]);
    assert_eq!((statements(first).scheme, statements(first).default), (Scheme::Npm, Status::Unaffected));
    assert_eq!(rows(first), ["[1, 2)"]);
    let Applicability::Versions { platforms, .. } = &first.applicability else { panic!("configurations") };
    assert_eq!(platforms, &["Windows"]);
    assert_eq!(rows(&record.affected[2]), ["(, )"]);

    let (rejected, _) = super::record(
        r#"{"cveMetadata":{"cveId":"CVE-2024-2","state":"REJECTED"},"containers":{"cna":{"rejectedReasons":[{"lang":"en","value":"dup"}]}}}"#,
    );
    assert_eq!((rejected.state, rejected.description.as_deref()), (RecordState::Rejected, Some("dup")));
}

#[test]
fn cve_packages_are_found_by_url_or_collection() {
    for (affected, expected) in [
        (r#""packageURL":"pkg:maven/org.example/core@1.2""#, Some("Maven/org.example:core")),
        (r#""packageURL":"pkg:golang/example.org/a/b#sub""#, Some("Go/example.org/a/b")),
        (r#""packageURL":"pkg:composer/acme/lib""#, Some("Packagist/acme/lib")),
        (r#""packageURL":"pkg:deb/debian/openssl""#, Some("Debian/openssl")),
        (r#""packageURL":"pkg:pypi/Django""#, Some("PyPI/Django")),
        (r#""packageURL":"pkg:generic/x""#, None),
        (r#""packageURL":"nonsense""#, None),
        (
            r#""collectionURL":"https://pypi.python.org","packageName":"apache-airflow""#,
            Some("PyPI/apache-airflow"),
        ),
        (r#""collectionURL":"https://www.npmjs.com/package","packageName":"@a/b""#, Some("npm/@a/b")),
        (
            r#""collectionURL":"https://repo.maven.apache.org/maven2","packageName":"org.a:b""#,
            Some("Maven/org.a:b"),
        ),
        (r#""collectionURL":"https://repo.maven.apache.org/maven2","packageName":"b""#, None),
        (r#""collectionURL":"https://wordpress.org/plugins","packageName":"b""#, None),
        (r#""collectionURL":"https://crates.io","packageName":"n/a""#, None),
    ] {
        let (record, _) = record(&cve_affected(&format!(r#"{{"vendor":"v","product":"p",{affected}}}"#)));
        let found = names(&record.affected[0]);
        let mut wanted: Vec<&str> = expected.into_iter().collect();
        wanted.push("v|p");
        assert_eq!(found, wanted, "{affected}");
    }
}

#[test]
fn cve_packages_of_red_hat_are_those_of_the_release() {
    let browser = r#""collectionURL":"https://access.redhat.com/downloads/content/package-browser/""#;
    let fix = r#""versions":[{"version":"1:3.0.7-24.el9","lessThan":"*","versionType":"rpm","status":"unaffected"}]"#;
    for (affected, expected) in [
        (
            r#""packageName":"openssl","cpes":["cpe:/a:redhat:enterprise_linux:9::appstream"]"#,
            &["Red Hat:9/openssl"][..],
        ),
        (
            r#""packageName":"nodejs:18/nodejs","cpes":["cpe:/a:redhat:enterprise_linux:8::appstream"]"#,
            &["Red Hat:8/nodejs:18/nodejs"],
        ),
        // The versions are the package's, so neither stream nor other product can be compared with them.
        (r#""packageName":"openssl","cpes":["cpe:/a:redhat:rhel_eus:9.2::appstream"]"#, &[]),
        (r#""packageName":"drools","cpes":["cpe:/a:redhat:quarkus:2"]"#, &[]),
    ] {
        let text = cve_affected(&format!(
            r#"{{"vendor":"Red Hat","product":"Product",{browser},{affected},"defaultStatus":"affected",{fix}}}"#
        ));
        let (record, _) = record(&text);
        let found: Vec<String> = record.affected.iter().flat_map(names).collect();
        assert_eq!(found, expected, "{affected}");
        assert!(record.affected.iter().all(|entry| entry.authority == Authority::Distribution));
    }
}

#[test]
fn the_kernel_is_found_by_its_cpe_name() {
    let versions = r#""defaultStatus":"affected","versions":[{"version":"4.1","status":"affected"}]"#;
    let kernel = "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*";
    for (affected, wanted) in [
        (r#""vendor":"Linux","product":"Linux""#, vec![kernel, "Linux|Linux"]),
        (r#""vendor":"Linux","product":"Linux tools""#, vec!["Linux|Linux tools"]),
    ] {
        let (read, _) = record(&cve_affected(&format!("{{{affected},{versions}}}")));
        assert_eq!(names(&read.affected[0]), wanted, "{affected}");
    }
}

#[test]
fn cve_version_rows_follow_the_schema() {
    for (versions, expected) in [
        (r#"{"version":"1.0","status":"affected"}"#, vec!["=1.0"]),
        (r#"{"version":"1.0","status":"unaffected"}"#, vec!["!=1.0"]),
        (r#"{"version":"1.0","status":"unknown"}"#, vec!["~=1.0"]),
        (r#"{"version":"0","lessThan":"1.5","status":"affected"}"#, vec!["(, 1.5)"]),
        (r#"{"version":"unspecified","lessThanOrEqual":"1.5","status":"affected"}"#, vec!["(, 1.5]"]),
        (r#"{"version":"n/a","lessThan":"1.5","status":"affected"}"#, vec!["(, 1.5)"]),
        (r#"{"version":"All versions","lessThan":"V4.1","status":"affected"}"#, vec!["(, V4.1)"]),
        (r#"{"version":"1.0","lessThan":"*","status":"affected"}"#, vec!["[1.0, )"]),
        (r#"{"version":"8.14.0","lessThan":"unspecified","status":"affected"}"#, vec!["[8.14.0, )"]),
        (r#"{"version":"next of 8.14","lessThan":"unspecified","status":"affected"}"#, vec!["(8.14, )"]),
        (
            r#"{"version":"unspecified","lessThan":"unspecified","status":"affected"}"#,
            vec!["?unspecified < unspecified"],
        ),
        (
            r#"{"version":"5.4.280","lessThanOrEqual":"5.4.*","status":"unaffected"}"#,
            vec!["![5.4.280, 5.4.*]"],
        ),
        (r#"{"version":"5.4","lessThan":"5.4.*","status":"affected"}"#, vec!["[5.4, 5.4.*]"]),
        (r#"{"version":"3.0","lessThan":"V3.2 SP1","status":"affected"}"#, vec!["[3.0, V3.2 SP1)"]),
        (r#"{"version":"1.0","lessThan":"< 4.4.13","status":"affected"}"#, vec!["[1.0, 4.4.13)"]),
        (r#"{"version":"SocketServer","lessThan":"2.0","status":"affected"}"#, vec!["?SocketServer < 2.0"]),
        (r#"{"version":"10.0","lessThan":"publication","status":"affected"}"#, vec!["?10.0 < publication"]),
        (r#"{"version":"*","status":"affected"}"#, vec!["(, )"]),
        (r#"{"version":"all versions","status":"affected"}"#, vec!["(, )"]),
        (r#"{"version":"n/a","status":"affected"}"#, vec!["?n/a"]),
        (r#"{"version":">= 1.0, < 1.5","status":"affected"}"#, vec!["[1.0, 1.5)"]),
        (r#"{"version":"Android kernel","status":"affected"}"#, vec!["?Android kernel"]),
        (
            r#"{"version":"10.1","lessThan":"10.1.9","status":"affected","changes":[{"at":"10.1.4","status":"unaffected"},{"at":"10.1.6","status":"affected"}]}"#,
            vec!["[10.1, 10.1.4)", "![10.1.4, 10.1.6)", "[10.1.6, 10.1.9)"],
        ),
        (
            r#"{"version":"1.0","lessThan":"3.0","status":"affected","changes":[{"at":"2.5","status":"affected"},{"at":"2.0","status":"unaffected"}]}"#,
            vec!["[1.0, 2.0)", "![2.0, 2.5)", "[2.5, 3.0)"],
        ),
        (
            r#"{"version":"1.0","lessThan":"3.0","status":"affected","changes":[{"at":"3.0","status":"unaffected"},{"at":"fix.patch","status":"unaffected"}]}"#,
            vec!["!?from fix.patch", "[1.0, 3.0)"],
        ),
        // Rows of commits are left where versions are said, and shown where not.
        (
            r#"{"version":"64e00e7abc","lessThan":"8ea5315fdd","status":"affected","versionType":"git"},{"version":"1.0","status":"affected"}"#,
            vec!["=1.0"],
        ),
        (
            r#"{"version":"0","lessThan":"8ea5315fdd","status":"affected","versionType":"git"}"#,
            vec!["?git 0 to 8ea5315fdd"],
        ),
        (
            r#"{"version":"1.3.0","lessThan":"1.4.1","status":"affected","versionType":"git"}"#,
            vec!["[1.3.0, 1.4.1)"],
        ),
    ] {
        assert_eq!(cve_rows(versions), expected, "{versions}");
    }
}

#[test]
fn cve_schemes_follow_the_rows_and_commits_give_way() {
    for (kinds, expected) in [
        (vec!["semver"], Scheme::Semver),
        (vec!["rpm"], Scheme::Rpm),
        (vec!["maven"], Scheme::Maven),
        (vec!["python"], Scheme::Pypi),
        (vec!["custom"], Scheme::Generic),
        (vec!["semver", "rpm"], Scheme::Generic),
        (vec!["semver", "original_commit_for_fix"], Scheme::Semver),
    ] {
        let versions: Vec<_> = kinds
            .iter()
            .map(|kind| format!(r#"{{"version":"1","status":"affected","versionType":"{kind}"}}"#))
            .collect();
        let text =
            cve_affected(&format!(r#"{{"vendor":"v","product":"p","versions":[{}]}}"#, versions.join(",")));
        let (record, _) = record(&text);
        assert_eq!(statements(&record.affected[0]).scheme, expected, "{kinds:?}");
        assert_eq!(statements(&record.affected[0]).default, Status::Unknown);
    }
    // As the Linux kernel writes: one entry for commits, one for versions.
    let (record, _) = record(&cve_affected(
        r#"{"vendor":"Linux","product":"Linux","defaultStatus":"unaffected","versions":[{"version":"1da177e4c3f4","lessThan":"e5be15c63804","status":"affected","versionType":"git"}]},
        {"vendor":"Linux","product":"Linux","defaultStatus":"affected","versions":[{"version":"4.1","status":"affected"},{"version":"0","lessThan":"4.1","status":"unaffected","versionType":"custom"}]}"#,
    ));
    assert_eq!(record.affected.len(), 1);
    assert_eq!(rows(&record.affected[0]), ["=4.1", "!(, 4.1)"]);
    assert_eq!(statements(&record.affected[0]).default, Status::Affected);
}

/// An OSV record with this id, members and `affected` elements.
fn osv(id: &str, members: &str, affected: &str) -> String {
    format!(r#"{{"id":"{id}","modified":"2024-01-01T00:00:00Z",{members}"affected":[{affected}]}}"#)
}

#[test]
fn osv_ranges_become_intervals() {
    for (ranges, expected) in [
        (r#"{"introduced":"0"},{"fixed":"1.2"}"#, vec!["(, 1.2)"]),
        (r#"{"introduced":"1.0"},{"last_affected":"1.2"}"#, vec!["[1.0, 1.2]"]),
        (r#"{"introduced":"1.0"}"#, vec!["[1.0, )"]),
        (r#"{"introduced":"1.0"},{"limit":"2.0"}"#, vec!["[1.0, 2.0)"]),
        (r#"{"introduced":"1.0"},{"limit":"*"}"#, vec!["[1.0, )"]),
        (
            r#"{"introduced":"0"},{"fixed":"1.2"},{"introduced":"2.0"},{"fixed":"2.1"}"#,
            vec!["(, 1.2)", "[2.0, 2.1)"],
        ),
        (
            r#"{"introduced":"0"},{"introduced":"2.0"},{"fixed":"1.2"},{"fixed":"2.1"}"#,
            vec!["(, 1.2)", "[2.0, 2.1)"],
        ),
        (
            r#"{"fixed":"2.1"},{"introduced":"2.0"},{"fixed":"1.2"},{"introduced":"0"}"#,
            vec!["(, 1.2)", "[2.0, 2.1)"],
        ),
        (r#"{"introduced":"1.0"},{"introduced":"1.5"},{"fixed":"2.0"},{"fixed":"3.0"}"#, vec!["[1.0, 2.0)"]),
        (
            r#"{"introduced":"1.0a"},{"introduced":"2.0a"},{"fixed":"1.1a"},{"fixed":"2.1a"}"#,
            vec!["[1.0a, 1.1a)", "[2.0a, 2.1a)"],
        ),
        (r#"{"introduced":"1.0a"},{"fixed":"1.1a"},{"introduced":"2.0a"}"#, vec!["[1.0a, 1.1a)", "[2.0a, )"]),
        (r#"{"introduced":"0","fixed":"1.2"}"#, vec!["(, 1.2)"]),
        (r#"{"fixed":"1.2"}"#, vec!["(, 1.2)"]),
        ("", vec![]),
    ] {
        let affected = format!(
            r#"{{"package":{{"ecosystem":"PyPI","name":"a"}},"ranges":[{{"type":"ECOSYSTEM","events":[{ranges}]}}]}}"#
        );
        let (record, _) = record(&osv("PYSEC-1", "", &affected));
        assert_eq!(rows(&record.affected[0]), expected, "{ranges}");
        assert_eq!(statements(&record.affected[0]).scheme, Scheme::Pypi);
        let default = if expected.is_empty() { Status::Unknown } else { Status::Unaffected };
        assert_eq!(statements(&record.affected[0]).default, default);
    }
    let (ghsa, _) = record(&osv(
        "GHSA-1",
        r#""database_specific":{"cwe_ids":["CWE-79"],"severity":"HIGH"},"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"},{"type":"Ubuntu","score":"low"}],"#,
        r#"{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"}]}],"versions":["1.0.1"],
        "severity":[{"type":"CVSS_V4","score":"CVSS:4.0/AV:L"}],"database_specific":{"last_known_affected_version_range":"<= 1.2.3"}}"#,
    ));
    assert_eq!(rows(&ghsa.affected[0]), ["[1.0.0, 1.2.3]", "=1.0.1"]);
    assert_eq!((ghsa.source.as_str(), ghsa.cwes.as_slice()), ("osv:ghsa", &["CWE-79".to_owned()][..]));
    assert_eq!(ghsa.severities.len(), 2);
    assert_eq!(ghsa.affected[0].authority, Authority::Supplier);
}

#[test]
fn osv_commits_stand_apart_from_packages() {
    let git = r#"{"type":"GIT","repo":"https://github.com/A/b.git","events":[{"introduced":"0"},{"fixed":"abc1234"}]}"#;
    let (tags, _) =
        record(&osv("CVE-2024-1", "", &format!(r#"{{"ranges":[{git}],"versions":["v1.0","v1.1"]}}"#)));
    assert_eq!(tags.source, "osv:cve");
    assert_eq!(
        (names(&tags.affected[0]), rows(&tags.affected[0])),
        (vec!["github.com/a/b".to_owned()], vec!["=v1.0".to_owned(), "=v1.1".to_owned()])
    );
    let (commits, _) = record(&osv("OSV-1", "", &format!(r#"{{"ranges":[{git}]}}"#)));
    assert_eq!(rows(&commits.affected[0]), ["?git 0 to abc1234"]);
    assert_eq!(statements(&commits.affected[0]).default, Status::Unknown);
    let (both, _) = record(&osv(
        "PYSEC-1",
        "",
        &format!(
            r#"{{"package":{{"ecosystem":"PyPI","name":"b"}},"ranges":[{git},{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1.2"}}]}}],"versions":["1.0"]}}"#
        ),
    ));
    assert_eq!(
        both.affected.iter().map(rows).collect::<Vec<_>>(),
        [vec!["(, 1.2)", "=1.0"], vec!["?git 0 to abc1234"]]
    );
}

#[test]
fn osv_ids_are_aliases_or_addressed() {
    let debian = r#"{"package":{"ecosystem":"Debian:12","name":"a"}}"#;
    let npm = r#"{"package":{"ecosystem":"npm","name":"a"}}"#;
    for (id, members, affected, source, aliases, addresses) in [
        (
            "GHSA-1",
            r#""aliases":["CVE-2024-1"],"related":["CVE-2024-2"],"#,
            npm,
            "osv:ghsa",
            vec!["CVE-2024-1"],
            vec![],
        ),
        (
            "GO-1",
            r#""aliases":["CVE-2024-1","CVE-2024-2","GHSA-2"],"#,
            npm,
            "osv:go",
            vec!["GHSA-2"],
            vec!["CVE-2024-1", "CVE-2024-2"],
        ),
        ("DLA-1-1", r#""aliases":["CVE-2024-1"],"#, debian, "osv:dla", vec!["CVE-2024-1"], vec![]),
        (
            "DSA-1-1",
            r#""aliases":["CVE-2024-1","CVE-2024-2"],"#,
            debian,
            "osv:dsa",
            vec![],
            vec!["CVE-2024-1", "CVE-2024-2"],
        ),
        ("ALSA-1", r#""related":["CVE-2024-1","RHSA-1"],"#, debian, "osv:alsa", vec![], vec!["CVE-2024-1"]),
        (
            "DEBIAN-CVE-2024-1",
            r#""upstream":["CVE-2024-1"],"#,
            debian,
            "osv:debian",
            vec![],
            vec!["CVE-2024-1"],
        ),
        (
            "UBUNTU-CVE-2024-1",
            r#""upstream":["CVE-2024-1"],"related":["CVE-2024-1"],"#,
            debian,
            "osv:ubuntu",
            vec![],
            vec!["CVE-2024-1"],
        ),
        ("MAL-2024-1", "", npm, "osv:mal", vec![], vec![]),
    ] {
        let (record, _) = record(&osv(id, members, affected));
        assert_eq!(record.source, source);
        assert_eq!(
            (record.aliases, record.addresses),
            (
                aliases.iter().map(ToString::to_string).collect(),
                addresses.iter().map(ToString::to_string).collect()
            ),
            "{id}"
        );
        let authority = if affected == debian { Authority::Distribution } else { Authority::Supplier };
        assert_eq!(record.affected[0].authority, authority);
    }
    let (withdrawn, _) = record(&osv("GHSA-1", r#""withdrawn":"2024-01-01T00:00:00Z","#, npm));
    assert_eq!(withdrawn.state, RecordState::Withdrawn);
    let (old, _) = record(r#"{"id":"GO-1","modified":"0001-01-01T00:00:00Z"}"#);
    assert_eq!(old.modified_at, None);
}

#[test]
fn corrections_and_catalogue_rows_are_read() {
    let (correction, _) = record(
        r#"{"_annotation":{"cve_id":"CVE-2024-1","modified":"2024-08-01T16:27:57.874000+00:00"},"cve":{"configurations":[{"nodes":[{"cpeMatch":[{"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","vulnerable":true}],"negate":false,"operator":"OR"}]}]}}"#,
    );
    assert_eq!((correction.source.as_str(), correction.id.as_str()), ("nvd-override", "CVE-2024-1"));
    assert_eq!(correction.affected[0].asserter, "anchore-overrides");
    assert_eq!(correction.modified_at.unwrap().date(), "2024-08-01");
    let (adp, _) = record(
        r#"{"additionalMetadata":{"cveId":"CVE-2024-1"},"adp":{"affected":[{"vendor":"v","product":"p","versions":[{"version":"0","lessThan":"2","status":"affected"}]}],"providerMetadata":{"shortName":"anchoreadp"}}}"#,
    );
    assert_eq!((adp.source.as_str(), adp.affected[0].authority), ("anchore-adp", Authority::Derived));
    assert_eq!(rows(&adp.affected[0]), ["(, 2)"]);
    let (_, rows) = split_text(
        r#"{"cveID":"CVE-2024-1","vulnerabilityName":"N","dateAdded":"2024-01-02","dueDate":"2024-02-03","knownRansomwareCampaignUse":"Known"}"#,
    )
    .unwrap();
    let FeedItem::Kev(kev) = parse(&rows[0], &mut Vec::new()).unwrap() else { panic!("no row") };
    assert_eq!(
        (kev.cve.as_str(), kev.added_on.as_str(), kev.due_on.as_str()),
        ("CVE-2024-1", "2024-01-02", "2024-02-03")
    );
    assert!(kev.is_ransomware_known && kev.name == "N");
}

#[test]
fn long_descriptions_are_cut_with_a_sign() {
    let text = format!(r#"{{"id":"GHSA-1","modified":"2024-01-01","details":"{}"}}"#, "漢".repeat(2_000));
    let (record, _) = record(&text);
    let description = record.description.unwrap();
    assert_eq!(description.chars().count(), kikimori_core::limits::DESCRIPTION_CHARS_MAX);
    assert!(description.ends_with("漢…"));
}

/// JSON values of the keys that the formats use.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "0",
            "1.2",
            "*",
            "CVE-2024-1",
            "affected",
            "GIT",
            "pkg:npm/%",
            "https://a.b/c",
            "cpe:2.3:a"
        ])
        .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "id",
        "cve",
        "cveMetadata",
        "cveId",
        "containers",
        "cna",
        "adp",
        "affected",
        "versions",
        "version",
        "lessThan",
        "changes",
        "at",
        "status",
        "package",
        "name",
        "ecosystem",
        "ranges",
        "events",
        "introduced",
        "fixed",
        "repo",
        "type",
        "configurations",
        "nodes",
        "cpeMatch",
        "children",
        "criteria",
        "aliases",
        "packageURL",
        "cpes",
        "metrics",
        "additionalMetadata",
        "_annotation",
        "cve_id",
        "database_specific",
        "product",
        "severity",
        "cveID",
        "document",
        "publisher",
        "tracking",
        "product_tree",
        "branches",
        "full_product_names",
        "relationships",
        "full_product_name",
        "product_id",
        "product_reference",
        "relates_to_product_reference",
        "product_identification_helper",
        "cpe",
        "purl",
        "vulnerabilities",
        "product_status",
        "known_affected",
        "fixed",
        "flags",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_panics(value in json()) {
        for format in [FeedFormat::NvdApi, FeedFormat::CveRecord, FeedFormat::Osv, FeedFormat::KevCatalog,
            FeedFormat::EpssCsv, FeedFormat::NvdOverride, FeedFormat::AnchoreAdp, FeedFormat::Csaf]
        {
            let bytes = value.to_string().into_bytes().into();
            let raw = RawRecord { format, bytes, place: kikimori_core::message::Place::Document };
            let _ = parse(&raw, &mut Vec::new());
        }
    }

    #[test]
    fn any_shape_below_an_id_still_gives_the_record(value in json()) {
        let id = serde_json::Value::from("CVE-2024-1");
        for (format, text) in [
            (FeedFormat::CveRecord, serde_json::json!({"cveMetadata": {"cveId": id}, "containers": value})),
            (FeedFormat::Osv, serde_json::json!({"id": id, "affected": value, "database_specific": value, "severity": value})),
            (FeedFormat::NvdApi, serde_json::json!({"cve": {"id": id, "configurations": value, "metrics": value, "published": value}})),
            (FeedFormat::Csaf, serde_json::json!({"document": {"csaf_version": "2.0", "tracking": {"id": id}, "publisher": value}, "product_tree": value, "vulnerabilities": [{"product_status": value, "flags": value, "cve": value}]})),
            (FeedFormat::Csaf, serde_json::json!({"document": {"tracking": {"id": id}}, "product_tree": {"branches": value, "relationships": value}, "vulnerabilities": value})),
            (FeedFormat::AnchoreAdp, serde_json::json!({"additionalMetadata": {"cveId": id}, "adp": {"affected": value, "metrics": value}})),
        ] {
            let bytes = text.to_string().into_bytes().into();
            let raw = RawRecord { format, bytes, place: kikimori_core::message::Place::Document };
            prop_assert!(parse(&raw, &mut Vec::new()).is_ok(), "{} {:?}", text, parse(&raw, &mut Vec::new()));
        }
    }
}
