//! Published CSAF documents, and the ones that test validators of the format.
#![expect(clippy::print_stdout, reason = "a test that reports what it counted")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kikimori_conformance::{Group, Row};
use kikimori_core::message::{Code, codes};
use kikimori_core::statement::Versions;
use kikimori_core::vulnerability::{AffectedName, Applicability, Record};
use kikimori_formats::feed::{self, FeedFormat, FeedItem};

use crate::corpus::{bytes_of, corpus, files_below};

/// What was counted over documents.
#[derive(Default)]
struct Counts {
    /// Documents read.
    n_documents: usize,
    /// Records made of them.
    n_records: usize,
    /// Affected entries, each a product with its versions.
    n_entries: usize,
    /// Entries under which nothing of an SBOM can be found.
    n_nameless: usize,
    /// Rows by status.
    statuses: BTreeMap<String, usize>,
    /// Rows whose versions are understood.
    n_parsed: usize,
    /// Rows whose versions stay text, by text.
    unparsed: BTreeMap<String, usize>,
    /// Notices by code.
    notices: BTreeMap<String, usize>,
    /// Documents refused, with why.
    refused: Vec<(String, String)>,
}

impl Counts {
    /// Reads a document; the answer is its records, or `None` when it was refused or is no CSAF document.
    fn add(&mut self, path: &Path) -> Option<Vec<Record>> {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = bytes_of(path);
        let mut notices = Vec::new();
        let mut records = Vec::new();
        let mut is_csaf = false;
        let split = feed::split(bytes.as_slice(), &mut |raw| {
            is_csaf |= raw.format == FeedFormat::Csaf;
            if let FeedItem::Advisory(found) = feed::parse(&raw, &mut notices)? {
                records.extend(found);
            }
            Ok(())
        });
        if let Err(message) = split {
            self.refused.push((name, message.to_string()));
            return None;
        }
        assert!(is_csaf, "{name}");
        self.n_documents += 1;
        self.n_records += records.len();
        for notice in notices {
            *self.notices.entry(notice.code.to_string()).or_default() += 1;
        }
        records.iter().for_each(|record| self.count(record));
        Some(records)
    }

    /// Counts a record's entries and rows.
    fn count(&mut self, record: &Record) {
        for entry in &record.affected {
            self.n_entries += 1;
            let Applicability::Versions { names, versions, .. } = &entry.applicability else { continue };
            let is_nameless = names.iter().all(|name| {
                matches!(name, AffectedName::Product { vendor, product } if vendor.is_empty() || product.is_empty())
            });
            self.n_nameless += usize::from(is_nameless);
            for row in &versions.rows {
                *self.statuses.entry(format!("{:?}", row.status)).or_default() += 1;
                match &row.versions {
                    Versions::Unparsed(text) => *self.unparsed.entry(text.clone()).or_default() += 1,
                    _ => self.n_parsed += 1,
                }
            }
        }
    }

    /// Rows whose versions stay text.
    fn n_unparsed(&self) -> usize {
        self.unparsed.values().sum()
    }

    /// What was counted, in a sentence for the page.
    fn in_words(&self) -> String {
        let notices: Vec<String> =
            self.notices.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let notices = if notices.is_empty() { "none".to_owned() } else { notices.join(", ") };
        format!(
            "{} records (one a vulnerability), {} statements about a product with {} version rows, of them unparsed {}; \
             statements about a product that nothing but its whole name names: {}; notices: {notices}",
            self.n_records,
            self.n_entries,
            self.n_parsed + self.n_unparsed(),
            self.n_unparsed(),
            self.n_nameless
        )
    }

    /// Prints what no row of the page holds.
    fn print(&self, name: &str) {
        println!("{name}: {} documents, {}, {:?}", self.n_documents, self.in_words(), self.statuses);
        for (text, count) in &self.unparsed {
            println!("    {count:4} {text:?}");
        }
    }
}

/// The JSON files below a folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let is_json = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    files_below(folder).into_iter().filter(is_json).collect()
}

/// Vulnerabilities of a document, counted without the reader, and whether each has a product with a status.
fn independent_count(path: &Path) -> (usize, usize) {
    let document: serde_json::Value = serde_json::from_slice(&bytes_of(path)).unwrap();
    let list =
        document.get("vulnerabilities").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let has_status = |vulnerability: &&serde_json::Value| {
        let status = vulnerability.get("product_status").and_then(serde_json::Value::as_object);
        status.is_some_and(|status| {
            status.values().any(|ids| ids.as_array().is_some_and(|ids| !ids.is_empty()))
        })
    };
    (list.len(), list.iter().filter(has_status).count())
}

/// Reads documents that must all be read: every vulnerability becomes a record, every status a statement.
fn read_all(paths: &[PathBuf]) -> Counts {
    let mut counts = Counts::default();
    for path in paths {
        let records = counts.add(path).unwrap_or_else(|| panic!("{}: {:?}", path.display(), counts.refused));
        let (n_vulnerabilities, n_with_status) = independent_count(path);
        assert_eq!(records.len(), n_vulnerabilities.max(1), "{}", path.display());
        let n_spoken = records.iter().filter(|record| !record.affected.is_empty()).count();
        assert_eq!(n_spoken, n_with_status, "{}", path.display());
    }
    counts
}

#[test]
fn medical_advisories_are_read() {
    let Some(corpus) = corpus("CSAF medical advisories") else {
        return;
    };
    let mut paths = documents(&corpus.join("csaf-icsma"));
    paths.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("icsma-"));
    let counts = read_all(&paths);
    counts.print("medical advisories");
    assert!(!paths.is_empty() && counts.notices.is_empty());
    assert!(counts.n_parsed > counts.n_unparsed() * 3, "too little is understood");
    Row::new(
        Group::Advisories,
        "csaf-icsma",
        "CSAF, medical advisories of CISA",
        paths.len(),
        counts.n_documents,
    )
    .fact(counts.in_words())
    .report();
}

/// Tests of the product tree and of statuses whose failing documents must give a notice, with its code.
const NOTICED: &[(&str, Code)] = &[
    ("6-1-01", codes::FEED_CSAF_PRODUCT_UNDEFINED),
    ("6-1-02", codes::FEED_CSAF_PRODUCT_TWICE),
    ("6-1-03", codes::FEED_CSAF_CIRCULAR),
    ("6-1-04", codes::FEED_CSAF_PRODUCT_UNDEFINED),
    ("6-1-05", codes::FEED_CSAF_PRODUCT_TWICE),
    ("6-1-06", codes::FEED_CSAF_CONTRADICTION),
    ("6-1-13", codes::FEED_CSAF_PURL_UNREADABLE),
];

/// Whether a document of the test files is meant to fail: the last number of its name is below 11.
fn is_failing(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    name.rsplit('-').next().and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number < 11)
}

#[test]
fn documents_that_test_validators_are_read() {
    let Some(corpus) = corpus("CSAF validator documents") else {
        return;
    };
    let start = "oasis_csaf_tc-csaf_2_0-2021-";
    let mut paths = documents(&corpus.join("csaf-validator/csaf_2.0/test/validator/data"));
    paths.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with(start));
    let (failing, valid): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| is_failing(path));
    let read = read_all(&valid);
    read.print("valid documents");
    // One of them is a draft, and says so.
    let unexpected: Vec<_> = read.notices.keys().filter(|code| *code != "FEED-034").collect();
    assert!(!valid.is_empty() && unexpected.is_empty(), "{unexpected:?}");
    let title = "CSAF 2.0, valid documents of the validator tests";
    Row::new(Group::Advisories, "csaf-valid", title, valid.len(), read.n_documents)
        .fact(read.in_words())
        .report();

    let mut counts = Counts::default();
    let mut n_to_notice = 0;
    for path in &failing {
        let before = counts.notices.clone();
        counts.add(path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let test = name.trim_start_matches(start);
        if let Some((_, code)) = NOTICED.iter().find(|(number, _)| test.starts_with(number)) {
            let count = |notices: &BTreeMap<String, usize>| notices.get(&code.to_string()).copied();
            assert!(count(&counts.notices) > count(&before), "{name}: no {code}");
            n_to_notice += 1;
        }
    }
    counts.print("failing documents");
    assert!(n_to_notice >= NOTICED.len());
    let n_answered = counts.n_documents + counts.refused.len();
    let title = "CSAF 2.0, failing documents of the validator tests";
    Row::new(Group::Advisories, "csaf-failing", title, failing.len(), n_answered)
        .fact(counts.in_words())
        .fact(format!(
            "{n_to_notice} of them break the product tree, the statuses or a package URL, and each gives the notice for \
             it; the others break rules that matching does not rest on ({} refused)",
            counts.refused.len()
        ))
        .report();
}

#[test]
fn published_examples_are_read() {
    let Some(corpus) = corpus("CSAF examples") else {
        return;
    };
    let paths = documents(&corpus.join("csaf-validator/csaf_2.0/examples/csaf"));
    let counts = read_all(&paths);
    counts.print("examples");
    assert!(!paths.is_empty());
    let title = "CSAF 2.0, examples of the specification's repository (advisories, VEX)";
    Row::new(Group::Advisories, "csaf-examples", title, paths.len(), counts.n_documents)
        .fact(counts.in_words())
        .report();
}
