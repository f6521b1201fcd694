//! Every record of the public corpora parses, or is refused with a reason.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that reports what it counted")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use kikimori_conformance::{Group, Row};
use kikimori_core::message::Message;
use kikimori_core::statement::Versions;
use kikimori_core::vulnerability::{Applicability, RecordState};
use kikimori_formats::feed::{self, FeedHeader, FeedItem, RawRecord};

use crate::corpus::corpus;

/// What was counted over a stream or several.
#[derive(Debug, Default)]
struct Counts {
    /// Records by kind of item.
    items: BTreeMap<&'static str, usize>,
    /// Records that could not be read.
    errors: Vec<String>,
    /// Notices by code.
    notices: BTreeMap<String, usize>,
    /// Affected entries.
    n_entries: usize,
    /// Version rows.
    n_rows: usize,
    /// Rows not understood, by text.
    unparsed: BTreeMap<String, usize>,
    /// Records not in force.
    n_out_of_force: usize,
    /// Bytes of records.
    n_bytes: usize,
}

impl Counts {
    /// Parses a record and counts what came of it.
    fn add(&mut self, raw: &RawRecord) {
        self.n_bytes += raw.bytes.len();
        let mut notices = Vec::new();
        match feed::parse(raw, &mut notices) {
            Ok(FeedItem::Record(record)) => {
                *self.items.entry("record").or_default() += 1;
                self.n_out_of_force += usize::from(record.state != RecordState::Published);
                for entry in &record.affected {
                    self.n_entries += 1;
                    let Applicability::Versions { versions, .. } = &entry.applicability else {
                        continue;
                    };
                    self.n_rows += versions.rows.len();
                    for row in &versions.rows {
                        if let Versions::Unparsed(text) = &row.versions {
                            *self.unparsed.entry(text.clone()).or_default() += 1;
                        }
                    }
                }
            }
            Ok(FeedItem::Advisory(_)) => *self.items.entry("advisory").or_default() += 1,
            Ok(FeedItem::Kev(_)) => *self.items.entry("kev").or_default() += 1,
            Ok(FeedItem::Epss { .. }) => *self.items.entry("epss").or_default() += 1,
            Ok(FeedItem::Names(names)) => *self.items.entry("names").or_default() += names.len(),
            Ok(FeedItem::Checksum(_)) => *self.items.entry("checksum").or_default() += 1,
            Ok(FeedItem::Lifecycle(product)) => {
                *self.items.entry("product").or_default() += 1;
                self.n_entries += product.cycles.len();
                self.n_rows += product.purls.len() + product.cpes.len();
            }
            Err(message) => self.errors.push(message.to_string()),
        }
        for notice in notices {
            let count = self.notices.entry(notice.code.to_string()).or_default();
            *count += 1;
            if *count <= 3 {
                println!("    {notice}");
            }
        }
    }

    /// What was counted besides the records.
    fn in_words(&self) -> String {
        let n_unparsed: usize = self.unparsed.values().sum();
        let notices: Vec<String> =
            self.notices.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let notices = if notices.is_empty() { "none".to_owned() } else { notices.join(", ") };
        format!(
            "out of force {}, affected entries {}, version rows {}, of them unparsed {n_unparsed}; notices: {notices}",
            self.n_out_of_force, self.n_entries, self.n_rows
        )
    }

    /// Prints the counts.
    fn print(&self, name: &str) {
        let n_unparsed: usize = self.unparsed.values().sum();
        println!(
            "{name}: {:?} out of force {} entries {} rows {} unparsed {n_unparsed} notices {:?} errors {:?}",
            self.items, self.n_out_of_force, self.n_entries, self.n_rows, self.notices, self.errors
        );
        let mut commonest: Vec<_> = self.unparsed.iter().collect();
        commonest.sort_by(|left, right| right.1.cmp(left.1));
        for (text, count) in commonest.into_iter().take(40) {
            println!("    {count:6} {text:?}");
        }
    }
}

/// Opens a file, unpacking zstd and gzip by name.
fn bytes_of(path: &Path) -> Box<dyn Read> {
    let file = File::open(path).unwrap();
    match path.extension().and_then(|end| end.to_str()) {
        Some("zst") => Box::new(zstd::Decoder::new(file).unwrap()),
        Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
        _ => Box::new(file),
    }
}

/// Splits and parses a stream.
fn read(input: impl Read, counts: &mut Counts) -> Result<FeedHeader, Message> {
    feed::split(input, &mut |raw| {
        counts.add(&raw);
        Ok(())
    })
}

#[test]
fn every_record_of_the_bulk_files_parses() {
    let Some(corpus) = corpus("feed bulk files") else {
        return;
    };
    for (file, title, kind, expected) in [
        ("anchore-adp", "ADP containers of Anchore", "record", 6_335),
        ("cisa-kev", "CISA KEV", "kev", 1_404),
        ("cve5-vulnrichment", "CVE records with CISA ADP", "record", 44_130),
        ("nvd-overrides-cpe", "NVD override configurations", "record", 32_184),
        ("osv-almalinux", "OSV AlmaLinux", "record", 5_680),
        ("osv-crates", "OSV crates.io", "record", 1_206),
        ("osv-go", "OSV Go", "record", 4_291),
        ("osv-pypi", "OSV PyPI", "record", 2_661),
    ] {
        let mut counts = Counts::default();
        let path = corpus.join(format!("vulns/{file}.ndjson.zst"));
        let header = read(bytes_of(&path), &mut counts).unwrap();
        counts.print(file);
        assert_eq!(counts.items.get(kind), Some(&expected), "{file}");
        assert_eq!(counts.errors, Vec::<String>::new(), "{file}");
        assert_eq!(header.n_records, expected as u64, "{file}");
        assert_eq!(header.notices, Vec::new(), "{file}");
        Row::new(Group::Feeds, file, title, expected, expected).fact(counts.in_words()).report();
    }
    for file in ["friendsofphp", "nodejs-security-wg", "rubysec"] {
        let path = corpus.join(format!("vulns/{file}.ndjson.zst"));
        let refusal = read(bytes_of(&path), &mut Counts::default()).unwrap_err();
        println!("{file}: {refusal}");
        assert_eq!(refusal.code, kikimori_core::message::codes::FEED_UNKNOWN_FORMAT, "{file}");
    }
}

/// All files below a folder, sorted.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, out);
        } else {
            out.push(entry);
        }
    }
}

#[test]
fn published_samples_parse_or_are_refused_with_a_reason() {
    let Some(corpus) = corpus("feed samples") else {
        return;
    };
    let samples = "feeds-samples/vuls-data-update/pkg";
    let mut n_read = 0;
    let mut n_refused = 0;
    for (folder, least) in [
        (format!("{samples}/extract/nvd/api/cve"), 6),
        (format!("{samples}/fetch/nvd/api/cve"), 10),
        (format!("{samples}/extract/nvd/feed/cve/v2"), 6),
        (format!("{samples}/fetch/nvd/feed/cve/v2"), 3),
        (format!("{samples}/extract/mitre/cve/v5"), 4),
        (format!("{samples}/extract/cisa/kev"), 1),
        (format!("{samples}/fetch/cisa/kev"), 1),
        (format!("{samples}/fetch/epss"), 2),
        (format!("{samples}/fetch/golang/osv"), 1),
        (format!("{samples}/fetch/nuget/osv"), 1),
        (format!("{samples}/fetch/git/osv"), 1),
        (format!("{samples}/fetch/npm/osv"), 1),
        (format!("{samples}/fetch/cargo/osv"), 1),
        (format!("{samples}/fetch/pip/osv"), 1),
        (format!("{samples}/fetch/maven/osv"), 1),
        ("dependency-track-fixtures/vuln-data-source/nvd".to_owned(), 1),
        ("dependency-track-fixtures/vuln-data-source/osv".to_owned(), 9),
        ("osv-scanner-fixtures".to_owned(), 0),
        ("grype-db-transformer-fixtures".to_owned(), 0),
    ] {
        let mut paths = Vec::new();
        files(&corpus.join(&folder), &mut paths);
        let mut counts = Counts::default();
        let mut n_folder = 0;
        for path in paths {
            let name = path.strip_prefix(&corpus).unwrap().display().to_string();
            let name = name.rsplit("fixtures/").next().unwrap_or_default().to_owned();
            if path.extension().is_some_and(|end| end == "zip") {
                let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
                for index in 0..archive.len() {
                    let member = archive.by_index(index).unwrap();
                    if member.is_dir() {
                        continue;
                    }
                    let header = read(member, &mut counts).unwrap();
                    assert_eq!(header.n_records, 1, "{name}");
                }
                n_folder += 1;
                continue;
            }
            match read(bytes_of(&path), &mut counts) {
                Ok(_) => n_folder += 1,
                Err(refusal) => {
                    n_refused += 1;
                    println!("  refused {name}: {refusal}");
                }
            }
        }
        counts.print(&folder);
        assert_eq!(counts.errors, Vec::<String>::new(), "{folder}");
        assert!(n_folder >= least, "{folder}: {n_folder} read");
        n_read += n_folder;
    }
    Row::new(Group::Feeds, "samples", "small samples in many formats, files", n_read + n_refused, n_read)
        .deviation(n_refused, "refused with a message code: a format that is not read, or no feed")
        .report();
}

/// Every value under `key` in a JSON document.
fn texts_under(value: &serde_json::Value, key: &str, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts_under(value, key, out)),
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value {
                    serde_json::Value::String(text) if name == key => out.push(text.clone()),
                    serde_json::Value::Array(list) if name == key => {
                        out.extend(list.iter().filter_map(|text| text.as_str().map(str::to_owned)));
                    }
                    value => texts_under(value, key, out),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn jvn_feeds_lists_and_sentences_are_read() {
    let Some(corpus) = corpus("JVN feeds") else {
        return;
    };
    let (mut paths, mut counts, mut n_refused) = (Vec::new(), Counts::default(), 0);
    files(&corpus.join("jvn/pkg"), &mut paths);
    let (mut sentences, mut n_excerpts) = (std::collections::BTreeSet::new(), 0);
    for path in &paths {
        let is_feed = path.extension().is_some_and(|end| end == "rdf" || end == "txt");
        match read(bytes_of(path), &mut counts) {
            Ok(header) => {
                assert!(is_feed && header.n_records > 0, "{}", path.display());
                n_excerpts += header.notices.len();
            }
            Err(refusal) => {
                assert!(!is_feed, "{}: {refusal}", path.display());
                n_refused += 1;
            }
        }
        if let Ok(value) = serde_json::from_reader(bytes_of(path)) {
            for key in ["versionnumber", "VersionNumber"] {
                let mut texts = Vec::new();
                texts_under(&value, key, &mut texts);
                sentences.extend(texts.into_iter().filter(|text| !text.is_empty()));
            }
        }
    }
    counts.print("jvn");
    let (read, left): (Vec<&String>, Vec<&String>) =
        sentences.iter().partition(|text| feed::read_sentence(text, &[]).is_some());
    println!("JVN: {} sentences read, left as text: {left:?}; {n_refused} other files refused", read.len());
    assert_eq!(counts.errors, Vec::<String>::new());
    assert_eq!(counts.notices, BTreeMap::new());
    let expected = [("checksum", 34), ("names", 15), ("record", 16)];
    assert_eq!(counts.items.iter().map(|(kind, count)| (*kind, *count)).collect::<Vec<_>>(), expected);
    // Two of the files were cut down by those who published them and still state the whole number.
    assert_eq!(n_excerpts, 2);
    assert!(left.len() <= 1, "left as text: {left:?}");
    let n_items: usize = counts.items.values().sum();
    let title = "JVN: overviews, details, names of vendors and products, rows of `checksum.txt`";
    Row::new(Group::Feeds, "jvn", title, n_items, n_items).fact(counts.in_words()).report();
    let title = "JVN: Japanese sentences about versions, distinct";
    Row::new(Group::Feeds, "jvn-sentences", title, read.len() + left.len(), read.len())
        .deviation(left.len(), "names a part of the product (`core`) and stays text")
        .report();
}

#[test]
fn every_product_and_release_cycle_is_read() {
    let Some(corpus) = corpus("endoflife.date") else {
        return;
    };
    let mut counts = Counts::default();
    let header = read(bytes_of(&corpus.join("endoflife.json")), &mut counts).unwrap();
    counts.print("endoflife");
    assert_eq!(counts.items.get("product"), Some(&464));
    assert_eq!(counts.n_entries, 8_351);
    assert_eq!(counts.errors, Vec::<String>::new());
    assert_eq!(header.n_records, 464);
    assert_eq!(header.stated_at.map(|stamp| stamp.date()).as_deref(), Some("2026-08-22"));
    assert_eq!(counts.notices, BTreeMap::new());
    Row::new(Group::Lifecycle, "endoflife", "endoflife.date, release cycles", 8_351, counts.n_entries)
        .fact(format!("464 products with {} package URLs and CPE names", counts.n_rows))
        .report();
}
