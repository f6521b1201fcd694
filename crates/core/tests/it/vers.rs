//! The vers specification's own cases about ranges.

use std::collections::BTreeMap;
use std::path::Path;

use kikimori_conformance::{Group, Row};
use kikimori_core::vers::{Comparator, Constraint, VersRange};
use kikimori_core::version::{Scheme, compare};
use serde_json::Value;

use crate::corpus::corpus;

/// A case answered otherwise on purpose: its input, and why.
const DEVIATIONS: &[(&str, &str)] = &[(
    "vers:datetime/2024-01-01t00:00:00z",
    "lower-case letters in a timestamp: the order `datetime` is not claimed, so its versions are not looked at",
)];

/// Kinds of cases that are no question to a range.
const NOT_ASKED: &[(&str, &str)] = &[
    ("from_native", "ranges in a package manager's own notation, which are not converted"),
    ("comparison", "two versions of an order that is not claimed"),
    ("equality", "two versions of an order that is not claimed"),
];

/// The orders whose cases of two versions another suite holds.
const ORDERS_HELD: &[&str] = &["apk", "maven", "nuget"];

/// The cases of every file in a folder.
fn cases(folder: &Path) -> Vec<Value> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
    paths.into_iter().map(read).flat_map(|file| file["tests"].as_array().unwrap().clone()).collect()
}

/// A constraint in canonical form.
fn written(kind: &str, constraint: &Constraint) -> String {
    let comparator = match constraint.comparator {
        Comparator::Equal => "",
        other => other.mark(),
    };
    let range = VersRange::parse(&format!("vers:{kind}/{comparator}{}", constraint.version)).unwrap();
    range.to_string().split_once('/').unwrap().1.to_owned()
}

/// Runs one case; the words tell what came instead.
fn run(case: &Value) -> Result<(), String> {
    let (input, expected) = (&case["input"], &case["expected_output"]);
    match case["test_type"].as_str().unwrap() {
        "parse" => {
            let found = VersRange::parse(input.as_str().unwrap());
            let is_canonical = found.as_ref().is_ok_and(|range| !matches!(range.oddity(), Ok(Some(_))));
            if case["expected_failure"] == true {
                return if is_canonical { Err(format!("read as {found:?}")) } else { Ok(()) };
            }
            let range = found.map_err(|fault| fault.to_string())?;
            let pairs = range.constraints().iter();
            let pairs: Vec<[&str; 2]> =
                pairs.map(|own| [own.comparator.mark(), own.version.as_str()]).collect();
            let is_same = expected["scheme"] == range.kind()
                && expected["version_constraints"] == serde_json::json!(pairs);
            if is_same && is_canonical { Ok(()) } else { Err(format!("{range:?}")) }
        }
        "validate" => {
            let range = VersRange::parse(input.as_str().unwrap()).map_err(|fault| fault.to_string())?;
            let scheme = Scheme::parse_name(range.kind()).unwrap();
            let mut sorted = range.constraints().to_vec();
            sorted.sort_by(|left, right| compare(scheme, &left.version, &right.version).unwrap());
            let list: Vec<String> =
                sorted.iter().map(|constraint| written(range.kind(), constraint)).collect();
            let list = if list.is_empty() { "*".to_owned() } else { list.join("|") };
            let found = format!("vers:{}/{list}", range.kind());
            if *expected == found.as_str() { Ok(()) } else { Err(found) }
        }
        "containment" => {
            let range =
                VersRange::parse(input["vers"].as_str().unwrap()).map_err(|fault| fault.to_string())?;
            let found = range.contains(input["version"].as_str().unwrap());
            if found.as_ref().ok() == expected.as_bool().as_ref() {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        }
        other => Err(format!("unknown kind of case {other}")),
    }
}

#[test]
fn every_range_of_the_vers_specification_is_answered() {
    let Some(folder) = corpus("vers-spec/tests") else { return };
    let (mut counts, mut failures, mut deviations) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut not_asked: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases(&folder) {
        let kind = case["test_type"].as_str().unwrap();
        let scheme =
            ["input_scheme", "scheme"].iter().find_map(|key| case["input"][key].as_str()).unwrap_or_default();
        if ORDERS_HELD.contains(&scheme) && matches!(kind, "comparison" | "equality") {
            continue;
        }
        if let Some((_, why)) = NOT_ASKED.iter().find(|(not_asked, _)| *not_asked == kind) {
            *not_asked.entry(format!("{scheme}: {why}")).or_default() += 1;
            continue;
        }
        *counts.entry(kind.to_owned()).or_insert(0_usize) += 1;
        if let Err(found) = run(&case) {
            match DEVIATIONS.iter().find(|(input, _)| case["input"] == **input) {
                Some((_, reason)) => deviations.push((kind.to_owned(), *reason)),
                None => failures.push(format!("{case}: {found}")),
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(deviations.len(), DEVIATIONS.len(), "a deviation is no longer one");
    for (kind, title) in [
        ("parse", "vers specification, reading ranges"),
        ("validate", "vers specification, validating and sorting ranges"),
        ("containment", "vers specification, versions in ranges"),
    ] {
        let own: Vec<&str> =
            deviations.iter().filter(|(other, _)| other == kind).map(|(_, reason)| *reason).collect();
        let n_cases = counts.get(kind).copied().unwrap_or_default();
        assert!(n_cases > 0, "{kind}");
        let mut row =
            Row::new(Group::Versions, &format!("vers-range-{kind}"), title, n_cases, n_cases - own.len());
        if kind == "containment" {
            let left = not_asked.iter().map(|(what, count)| format!("{what} ({count})"));
            row = row.fact(format!("cases not asked: {}", left.collect::<Vec<_>>().join("; ")));
        }
        own.into_iter().fold(row, |row, reason| row.deviation(1, reason)).report();
    }
}
