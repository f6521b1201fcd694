//! Feeds of the generated world: CVE records, NVD entries, OSV advisories and EPSS scores.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::catalog::{Product, Registry, product_of_record, sentence};
use super::random::Random;

/// Sizes of the generated feeds, in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedSizes {
    /// CVE records.
    pub n_cve: u64,
    /// NVD entries; they speak about the same vulnerabilities as the first CVE records.
    pub n_nvd: u64,
    /// OSV advisories; aliases of CVE records whose product has a registry.
    pub n_osv: u64,
}

impl FeedSizes {
    /// `n_records` shared out: half CVE records, three tenths NVD, two tenths OSV.
    pub fn of(n_records: u64) -> Self {
        Self { n_cve: n_records / 2, n_nvd: n_records * 3 / 10, n_osv: n_records / 5 }
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.n_cve + self.n_nvd + self.n_osv
    }
}

/// A vulnerability of the generated world; every feed that has it draws the same facts.
struct Vulnerability {
    /// Its number.
    number: u64,
    /// What it is in.
    product: Product,
    /// Lines of versions: introduced in, fixed in.
    ranges: Vec<(String, String)>,
    /// When its records were last changed.
    modified_on: String,
    /// Draws the texts.
    random: Random,
}

impl Vulnerability {
    /// The vulnerability of a number. Another `revision` has other ranges and a later date.
    fn of_number(number: u64, revision: u64) -> Self {
        let mut random = Random::new(number.wrapping_mul(0x2545_f491).wrapping_add(17));
        let rank = product_of_record(&mut random);
        let n_lines = if rank == 0 { 2 + random.below(5) } else { 1 + random.below(2) };
        let mut major = 1 + random.below(3);
        let ranges = (0..n_lines)
            .map(|_| {
                let fixed = format!("{major}.{}.{}", 1 + random.below(19), random.below(10) + revision);
                let introduced = format!("{major}.0.0");
                major += 1 + random.below(2);
                (introduced, fixed)
            })
            .collect();
        let (year, month) = (2010 + number % 15 + revision, 1 + random.below(12));
        let modified_on = format!("{year}-{month:02}-{:02}", 1 + random.below(28));
        Self { number, product: Product::of_rank(rank), ranges, modified_on, random }
    }

    /// Its CVE id.
    fn cve(&self) -> String {
        format!("CVE-{}-{:07}", 2010 + self.number % 15, self.number)
    }

    /// References.
    fn references(&mut self) -> Vec<String> {
        let (n_references, number) = (1 + self.random.below(5), self.number);
        (0..n_references).map(|index| format!("https://advisories.example.org/{number}/{index}")).collect()
    }

    /// A CVSS 3.1 vector.
    fn vector(&mut self) -> String {
        let mut pick = |choices: &[&'static str]| self.random.pick(choices);
        let (attack, complexity, privileges) =
            (pick(&["N", "N", "L", "A"]), pick(&["L", "L", "H"]), pick(&["N", "L", "H"]));
        let (interaction, impact) = (pick(&["N", "R"]), pick(&["H", "L", "N"]));
        format!(
            "CVSS:3.1/AV:{attack}/AC:{complexity}/PR:{privileges}/UI:{interaction}/S:U/C:{impact}/I:L/A:H"
        )
    }

    /// As a CVE record (5.1).
    fn cve_record(&mut self) -> Value {
        let n_words = 40 + self.random.below(80);
        let text = sentence(&mut self.random, n_words);
        let references: Vec<Value> = self
            .references()
            .into_iter()
            .map(|url| json!({ "url": url, "tags": ["vendor-advisory"] }))
            .collect();
        let versions: Vec<Value> = self
            .ranges
            .iter()
            .map(|(introduced, fixed)| {
                json!({ "version": introduced, "lessThan": fixed, "status": "affected", "versionType": "semver" })
            })
            .collect();
        let modified = format!("{}T08:15:30.000Z", self.modified_on);
        let provider = json!({ "orgId": "00000000-0000-4000-8000-000000000001", "shortName": "example", "dateUpdated": modified });
        let (vendor, product) = (&self.product.vendor, &self.product.name);
        let affected = json!([{ "vendor": vendor, "product": product, "defaultStatus": "unaffected", "versions": versions }]);
        let cve = self.cve();
        json!({
            "dataType": "CVE_RECORD", "dataVersion": "5.1",
            "cveMetadata": {
                "cveId": cve, "state": "PUBLISHED", "assignerShortName": "example",
                "assignerOrgId": "00000000-0000-4000-8000-000000000001",
                "datePublished": "2010-01-01T00:00:00.000Z", "dateUpdated": modified,
            },
            "containers": { "cna": {
                "providerMetadata": provider, "affected": affected,
                "descriptions": [{ "lang": "en", "value": text }],
                "problemTypes": [{ "descriptions": [
                    { "type": "CWE", "cweId": "CWE-787", "lang": "en", "description": "CWE-787 Out-of-bounds Write" },
                ] }],
                "metrics": [{ "format": "CVSS", "cvssV3_1": { "version": "3.1", "vectorString": self.vector() } }],
                "references": references,
            } },
        })
    }

    /// As an entry of the NVD API (2.0).
    fn nvd_entry(&mut self) -> Value {
        let n_words = 40 + self.random.below(80);
        let text = sentence(&mut self.random, n_words);
        let criteria = self.product.cpe("*");
        let matches: Vec<Value> = self
            .ranges
            .iter()
            .map(|(introduced, fixed)| {
                json!({
                    "vulnerable": true, "criteria": criteria, "versionStartIncluding": introduced,
                    "versionEndExcluding": fixed, "matchCriteriaId": "00000000-0000-4000-8000-000000000002",
                })
            })
            .collect();
        let mut nodes = vec![json!({ "operator": "OR", "negate": false, "cpeMatch": matches })];
        let runs_on = self.random.is_in(15);
        if runs_on {
            let platform = json!([{
                "vulnerable": false, "criteria": "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*",
                "matchCriteriaId": "00000000-0000-4000-8000-000000000003",
            }]);
            nodes.push(json!({ "operator": "OR", "negate": false, "cpeMatch": platform }));
        }
        let configuration =
            if runs_on { json!({ "operator": "AND", "nodes": nodes }) } else { json!({ "nodes": nodes }) };
        let references: Vec<Value> = self
            .references()
            .into_iter()
            .map(|url| json!({ "url": url, "source": "security@example.org" }))
            .collect();
        let vector = self.vector();
        json!({ "cve": {
            "id": self.cve(), "sourceIdentifier": "security@example.org", "vulnStatus": "Analyzed",
            "published": "2010-01-01T00:00:00.000", "lastModified": format!("{}T08:15:30.000", self.modified_on),
            "descriptions": [{ "lang": "en", "value": text }],
            "metrics": { "cvssMetricV31": [{
                "source": "nvd@nist.gov", "type": "Primary",
                "cvssData": { "version": "3.1", "vectorString": vector, "baseScore": 7.5, "baseSeverity": "HIGH" },
            }] },
            "weaknesses": [{ "source": "nvd@nist.gov", "type": "Primary",
                "description": [{ "lang": "en", "value": "CWE-787" }] }],
            "configurations": [configuration], "references": references,
        } })
    }

    /// As an OSV advisory (1.7); `None` when the product has no registry.
    fn osv_advisory(&mut self) -> Option<Value> {
        let (ecosystem, name) = self.product.osv_package()?;
        let kind = if self.product.registry == Registry::Npm { "SEMVER" } else { "ECOSYSTEM" };
        let events: Vec<Value> = self
            .ranges
            .iter()
            .flat_map(|(introduced, fixed)| [json!({ "introduced": introduced }), json!({ "fixed": fixed })])
            .collect();
        let n_versions = self.random.below(30);
        let versions: Vec<String> = (0..n_versions).map(|patch| format!("1.0.{patch}")).collect();
        let n_words = 30 + self.random.below(60);
        let text = sentence(&mut self.random, n_words);
        let references: Vec<Value> =
            self.references().into_iter().map(|url| json!({ "type": "WEB", "url": url })).collect();
        let package = json!({ "ecosystem": ecosystem, "name": name });
        Some(json!({
            "schema_version": "1.6.0", "id": format!("GHSA-{:04x}-{:04x}-xxxx", self.number >> 16, self.number & 0xffff),
            "modified": format!("{}T08:15:30Z", self.modified_on), "published": "2010-01-01T00:00:00Z",
            "aliases": [self.cve()], "details": text, "references": references,
            "severity": [{ "type": "CVSS_V3", "score": self.vector() }],
            "affected": [{
                "package": package, "ranges": [{ "type": kind, "events": events }], "versions": versions,
            }],
        }))
    }
}

/// Writes `cve.ndjson`, `nvd.ndjson`, `osv.ndjson` and `epss.csv` into `folder`.
pub fn write_feeds(folder: &Path, sizes: FeedSizes) -> io::Result<()> {
    write_lines(
        &folder.join("cve.ndjson"),
        (0..sizes.n_cve).map(|n| Vulnerability::of_number(n, 0).cve_record()),
    )?;
    write_lines(
        &folder.join("nvd.ndjson"),
        (0..sizes.n_nvd).map(|n| Vulnerability::of_number(n, 0).nvd_entry()),
    )?;
    let advisories = (0..).filter_map(|n| Vulnerability::of_number(n, 0).osv_advisory());
    write_lines(&folder.join("osv.ndjson"), advisories.take(sizes.n_osv as usize))?;
    let mut file = BufWriter::new(File::create(folder.join("epss.csv"))?);
    writeln!(file, "#model_version:v2025.03.14,score_date:2026-01-01T00:00:00+0000\ncve,epss,percentile")?;
    let mut random = Random::new(5);
    for number in 0..sizes.n_cve {
        let cve = Vulnerability::of_number(number, 0).cve();
        writeln!(file, "{cve},0.{:05},0.{:05}", random.below(100_000), random.below(100_000))?;
    }
    file.flush()
}

/// Writes changes: new revisions of `sizes` records spread over the feeds, each kind in its own file.
pub fn write_delta(folder: &Path, sizes: FeedSizes, all: FeedSizes) -> io::Result<()> {
    let step = |part: u64, whole: u64| (0..part).map(move |index| index * (whole / part.max(1)).max(1));
    let changed = |number| Vulnerability::of_number(number, 1);
    write_lines(&folder.join("cve.ndjson"), step(sizes.n_cve, all.n_cve).map(|n| changed(n).cve_record()))?;
    write_lines(&folder.join("nvd.ndjson"), step(sizes.n_nvd, all.n_nvd).map(|n| changed(n).nvd_entry()))?;
    let advisories = (0..all.n_osv).filter_map(|n| changed(n).osv_advisory());
    write_lines(&folder.join("osv.ndjson"), advisories.take(sizes.n_osv as usize))
}

/// The ids of the first vulnerability of a product and of the first one of a product with few: the worst and the
/// usual case of "one vulnerability changed".
pub fn changed_ids(sizes: FeedSizes) -> (String, String) {
    let of_rank = |range: std::ops::Range<u64>| {
        let is_in = |number: &u64| {
            let mut random = Random::new(number.wrapping_mul(0x2545_f491).wrapping_add(17));
            range.contains(&product_of_record(&mut random))
        };
        (0..sizes.n_nvd)
            .find(is_in)
            .map(|number| Vulnerability::of_number(number, 0).cve())
            .unwrap_or_default()
    };
    (of_rank(0..1), of_rank(2_000..40_000))
}

/// Writes one JSON value a line.
fn write_lines(path: &Path, values: impl Iterator<Item = Value>) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    for value in values {
        serde_json::to_writer(&mut file, &value)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}
