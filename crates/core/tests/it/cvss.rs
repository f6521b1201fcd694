//! CVSS: every published vector recomputed.

use std::collections::BTreeMap;

use crate::corpus::{corpus, records};
use kikimori_conformance::{Group, Row};
use kikimori_core::severity::{CvssVersion, score, scores};
use serde_json::Value;

/// Every CVSS object in a record: the version its key names, and the object.
fn collect<'a>(value: &'a Value, found: &mut Vec<(CvssVersion, &'a Value)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => {
            for (key, field) in fields {
                match key.as_str() {
                    "cvssV2_0" => found.push((CvssVersion::V2, field)),
                    "cvssV3_0" => found.push((CvssVersion::V30, field)),
                    "cvssV3_1" => found.push((CvssVersion::V31, field)),
                    "cvssV4_0" => found.push((CvssVersion::V40, field)),
                    _ => collect(field, found),
                }
            }
        }
        _ => {}
    }
}

/// Published scores that no equation gives: the publisher's vector and score do not belong together.
const WRONG: [&str; 17] = [
    "CVE-2022-46647",
    "CVE-2023-36860",
    "CVE-2023-3932",
    "CVE-2023-44154",
    "CVE-2024-0095",
    "CVE-2024-20275",
    "CVE-2024-20848",
    "CVE-2024-28568",
    "CVE-2024-28575",
    "CVE-2024-33509",
    "CVE-2024-36989",
    "CVE-2024-36995",
    "CVE-2024-36997",
    "CVE-2024-38863",
    "CVE-2024-45323",
    "CVE-2024-46902",
    "CVE-2024-9798",
];

/// Published CVSS 4.0 scores that lie on a tie (5.65, 5.05) and were rounded down by a calculator without the
/// reference implementation's correction for floating point.
const TIES: [&str; 2] = ["CVE-2024-24552", "CVE-2024-8642"];

/// Why a published score differs from the base score computed from its vector; None when it does not.
fn difference(identifier: &str, version: CvssVersion, vector: &str, published: u8) -> Option<String> {
    let own = match score(vector) {
        Ok(own) => own,
        Err(fault) => return Some(format!("unexplained fault: {fault}")),
    };
    if own.version != version {
        return Some("unexplained: the vector is of another version than its key".to_owned());
    }
    if own.base_tenths == published {
        return None;
    }
    let reason = if own.score_tenths == published {
        "the published score is the temporal, threat or environmental one"
    } else if version == CvssVersion::V31
        // A requirement of medium changes nothing but the equation.
        && score(&format!("{}/CR:M", own.vector)).is_ok_and(|other| other.score_tenths == published)
    {
        "base vector with changed scope, scored by the environmental equation of 3.1"
    } else if TIES.contains(&identifier) {
        "a tie rounded down"
    } else if WRONG.contains(&identifier) {
        "vector and score do not belong together"
    } else {
        return Some(format!("unexplained: computed {} and {}", own.base_tenths, own.score_tenths));
    };
    Some(format!("{version}: {reason}"))
}

#[test]
fn recomputes_every_published_score() {
    let Some(path) = corpus("vulns/cve5-vulnrichment.ndjson.zst") else {
        return;
    };
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut totals: BTreeMap<CvssVersion, usize> = BTreeMap::new();
    let mut disagreements = Vec::new();
    records(&path, |record| {
        let identifier = record["cveMetadata"]["cveId"].as_str().unwrap_or_default();
        let mut found = Vec::new();
        collect(&record["containers"], &mut found);
        for (version, metric) in found {
            let (Some(vector), Some(published)) =
                (metric["vectorString"].as_str(), metric["baseScore"].as_f64())
            else {
                continue;
            };
            *totals.entry(version).or_default() += 1;
            let published = (published * 10.0).round() as u8;
            if let Some(reason) = difference(identifier, version, vector, published) {
                disagreements.push(format!("{identifier} {published} {vector}: {reason}"));
                *classes.entry(reason).or_default() += 1;
            }
        }
    });
    println!("CVSS vectors with a published score: {totals:?}; {} disagreements", disagreements.len());
    for (class, count) in &classes {
        println!("  {count:4} {class}");
    }
    for line in disagreements.iter().take(20) {
        println!("  {line}");
    }
    let unexplained: Vec<_> = disagreements.iter().filter(|line| line.contains(": unexplained")).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let expected = [
        ("3.0: vector and score do not belong together", 1),
        ("3.1: base vector with changed scope, scored by the environmental equation of 3.1", 109),
        ("3.1: the published score is the temporal, threat or environmental one", 247),
        ("3.1: vector and score do not belong together", 15),
        ("4.0: a tie rounded down", 2),
        ("4.0: the published score is the temporal, threat or environmental one", 10),
        ("4.0: vector and score do not belong together", 1),
    ];
    assert!(classes.iter().map(|(class, count)| (class.as_str(), *count)).eq(expected), "{classes:#?}");
    for (version, count) in totals {
        let (id, title) = (
            format!("cvss-published-{version}"),
            format!("CVSS {version} vectors published with a base score in CVE records"),
        );
        let own = classes
            .iter()
            .filter_map(|(class, number)| Some((class.strip_prefix(&format!("{version}: "))?, *number)));
        let n_other: usize = own.clone().map(|(_, number)| number).sum();
        let row = Row::new(Group::Severity, &id, &title, count, count - n_other);
        own.fold(row, |row, (reason, number)| row.deviation(number, reason)).report();
    }
}

/// The rows of a table with tabs between the columns.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect()).collect()
}

/// A score in tenths as it is printed.
fn printed(tenths: u8) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[test]
fn gives_the_scores_of_the_guides_examples() {
    let rows = rows(include_str!("../fixtures/cvss/examples.tsv"));
    for row in &rows {
        let [vector, expected, what] = row[..] else { panic!("{row:?}") };
        assert_eq!(printed(score(vector).unwrap().score_tenths), expected, "{what}");
    }
    let title = "examples of the CVSS 2.0 guide and of FIRST's documents for 3.1 and 4.0";
    Row::new(Group::Severity, "cvss-examples", title, rows.len(), rows.len()).report();
}

#[test]
fn agrees_with_an_independent_calculator() {
    let rows = rows(include_str!("../fixtures/cvss/random.tsv"));
    let mut wrong = Vec::new();
    for row in &rows {
        let [vector, ref expected @ ..] = row[..] else { panic!("{row:?}") };
        let own = scores(vector).unwrap();
        let optional = |tenths: Option<u8>| tenths.map_or("-".to_owned(), printed);
        let found = [
            printed(own.base_tenths),
            optional(own.threat_tenths),
            optional(own.environmental_tenths),
            printed(own.score_tenths),
        ];
        if found != *expected {
            wrong.push(format!("{vector}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    let title = "random vectors over every metric of every version, base, temporal or threat, environmental and whole score";
    Row::new(Group::Severity, "cvss-random", title, rows.len(), rows.len())
        .fact("scored by an independent calculator, not by the crate that computes here")
        .report();
}
