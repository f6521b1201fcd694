//! Feeds and archives made to break an import: each ends in a code or in notices, and a refused one leaves the library as
//! it was.

use std::io::Write;
use std::path::Path;

use kikimori_app::import_library::{ImportFault, ImportOptions, import_library};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::LibraryFault;
use kikimori_matcher::library::import::ImportMode;
use zip::write::SimpleFileOptions;

use crate::bundles::content;
use crate::program::Home;

/// A sound feed in which `TEXT` stands for a text, `NUMBER` for a number, and `TWICE` before what a damage says twice.
struct Feed {
    /// Its name in the tables.
    name: &'static str,
    /// The document.
    text: &'static str,
    /// What is said twice: a key of a record, and what to write.
    twice: (&'static str, &'static str),
}

/// A feed of every format.
const FEEDS: &[Feed] = &[
    Feed {
        name: "NVD",
        text: r#"{"resultsPerPage":1,"startIndex":0,"totalResults":1,"timestamp":"2026-11-01T00:00:00.000","vulnerabilities":[
 {"cve":{"id":"CVE-2026-1","sourceIdentifier":"x","published":"2026-01-01T00:00:00.000","lastModified":"2026-01-02T00:00:00.000",
 "vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"TEXT"}],
 "metrics":{"cvssMetricV31":[{"source":"x","type":"Primary","cvssData":{"version":"3.1",
 "vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":NUMBER}}]},
 "configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
 "criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]}]}]}}]}"#,
        twice: (r#""vulnStatus":"Analyzed""#, r#""vulnStatus":"Analyzed","vulnStatus":"Rejected""#),
    },
    Feed {
        name: "CVE",
        text: r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-1","state":"PUBLISHED","serial":NUMBER},
 "containers":{"cna":{"descriptions":[{"lang":"en","value":"TEXT"}],
 "affected":[{"vendor":"v","product":"p","versions":[{"version":"0","lessThan":"2","status":"affected","versionType":"semver"}]}]}}}"#,
        twice: (r#""state":"PUBLISHED""#, r#""state":"PUBLISHED","state":"REJECTED""#),
    },
    Feed {
        name: "OSV",
        text: r#"{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z","summary":"TEXT","database_specific":{"n":NUMBER},
 "affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}"#,
        twice: (
            r#""modified":"2026-01-01T00:00:00Z""#,
            r#""modified":"2026-01-01T00:00:00Z","withdrawn":"2026-01-01T00:00:00Z","modified":"2026-01-02T00:00:00Z""#,
        ),
    },
    Feed {
        name: "CSAF",
        text: r#"{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"TEXT","publisher":{"category":"vendor","name":"V","namespace":"https://v.example"},
 "tracking":{"id":"ADV-1","status":"final","version":"NUMBER","current_release_date":"2026-01-01T00:00:00Z"}},
 "product_tree":{"branches":[{"category":"vendor","name":"V","branches":[{"category":"product_name","name":"P","branches":[
 {"category":"product_version","name":"1","product":{"product_id":"P-1","name":"P 1","product_identification_helper":{"cpe":"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"}}}]}]}]},
 "vulnerabilities":[{"cve":"CVE-2026-1","product_status":{"known_affected":["P-1"]},
 "scores":[{"products":["P-1"],"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":NUMBER}}]}]}"#,
        twice: (r#""cve":"CVE-2026-1""#, r#""cve":"CVE-2026-1","cve":"CVE-2026-2""#),
    },
    Feed {
        name: "JVN XML",
        text: r#"<?xml version="1.0" encoding="UTF-8" ?>
<VULDEF-Document version="3.2" xmlns="http://jvn.jp/vuldef/" xml:lang="ja"><Vulinfo><VulinfoID>JVNDB-2026-000001</VulinfoID><VulinfoData>
<Title>TEXT</Title><VulinfoDescription><Overview>o</Overview></VulinfoDescription>
<Affected><AffectedItem><Name>架空工業</Name><ProductName>管理画面</ProductName><Cpe version="2.2">cpe:/a:v:p</Cpe>
<VersionNumber>NUMBER より前のバージョン</VersionNumber></AffectedItem></Affected>
<Related><RelatedItem type="advisory"><Name>Common Vulnerabilities and Exposures (CVE)</Name><VulinfoID>CVE-2026-1</VulinfoID></RelatedItem></Related>
<DateFirstPublished>2026-01-01T00:00:00+09:00</DateFirstPublished><DateLastUpdated>2026-01-02T00:00:00+09:00</DateLastUpdated></VulinfoData></Vulinfo></VULDEF-Document>"#,
        twice: (
            "<VulinfoID>JVNDB-2026-000001</VulinfoID>",
            "<VulinfoID>JVNDB-2026-000001</VulinfoID><VulinfoID>JVNDB-2026-000002</VulinfoID>",
        ),
    },
    Feed {
        name: "JVNRSS",
        text: r#"<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/" xml:lang="ja">
<channel rdf:about="https://example.com/feed.rdf"><title>t</title><dc:date>2026-03-09T07:00:00+09:00</dc:date></channel>
<item rdf:about="https://example.com/JVNDB-2026-000001.html"><title>t</title><link>https://example.com/1</link><description>TEXT</description>
<sec:identifier>JVNDB-2026-000001</sec:identifier><sec:references source="CVE" id="CVE-2026-1">https://example.com/cve</sec:references>
<sec:cpe version="2.2" vendor="架空工業" product="管理画面">cpe:/a:v:p</sec:cpe><sec:cvss version="3.0" score="NUMBER" type="Base" severity="Medium" vector="CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N"/>
<dcterms:issued>2026-03-01T12:00+09:00</dcterms:issued><dcterms:modified>2026-03-08T09:30+09:00</dcterms:modified></item></rdf:RDF>"#,
        twice: (
            "<sec:identifier>JVNDB-2026-000001</sec:identifier>",
            "<sec:identifier>JVNDB-2026-000001</sec:identifier><sec:identifier>JVNDB-2026-000002</sec:identifier>",
        ),
    },
    Feed {
        name: "JVN names",
        text: r#"<?xml version="1.0"?><Result version="3.3" xmlns="http://jvndb.jvn.jp/myjvn/Results"><VendorInfo xml:lang="ja">
<Vendor vname="架空工業" cpe="cpe:/:example" vid="NUMBER"><Product pname="TEXT" cpe="cpe:/a:example:console" pid="70"/></Vendor></VendorInfo></Result>"#,
        twice: (r#"pid="70""#, r#"pid="70" pid="71""#),
    },
    Feed {
        name: "JVN JSON",
        text: r#"[{"url":"https://example.com/f.rdf","filename":"TEXT","sha256":"abababababababababababababababababababababababababababababababab","size":NUMBER,"lastModified":"2026/03/09 07:00:00"}]"#,
        twice: (r#""filename":"#, r#""filename":"g.rdf","filename":"#),
    },
    Feed {
        name: "endoflife",
        text: r#"{"schema_version":"1.2.0","generated_at":"2026-11-01T00:00:00Z","total":1,"result":[
 {"name":"openssl","label":"TEXT","category":"framework","identifiers":[{"id":"cpe:2.3:a:openssl:openssl","type":"cpe"}],"n":NUMBER,
  "releases":[{"name":"3.5","releaseDate":"2025-04-08","isEol":false,"eolFrom":"2030-04-08"}]}]}"#,
        twice: (r#""eolFrom":"2030-04-08""#, r#""eolFrom":"2030-04-08","eolFrom":"2020-04-08""#),
    },
    Feed {
        name: "KEV",
        text: r#"{"title":"T","catalogVersion":"1","dateReleased":"2026-11-01T00:00:00Z","count":1,"vulnerabilities":[
 {"cveID":"CVE-2026-1","vendorProject":"V","product":"P","vulnerabilityName":"TEXT","dateAdded":"2026-01-01","n":NUMBER,
 "shortDescription":"D","requiredAction":"A","dueDate":"2026-02-01","knownRansomwareCampaignUse":"Unknown"}]}"#,
        twice: (r#""dateAdded":"2026-01-01""#, r#""dateAdded":"2026-01-01","dateAdded":"2026-01-02""#),
    },
    Feed {
        name: "EPSS",
        text: "#model_version:v2026.03.01,score_date:2026-11-01T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1,0.NUMBER,0.5\nCVE-2026-2,0.1,0.2\n",
        twice: ("CVE-2026-2", "CVE-2026-1"),
    },
];

/// A damage: its name, and what it makes of a feed; `None` where it makes no sense.
type Damage = (&'static str, fn(&Feed) -> Option<Vec<u8>>);

/// The feed with this text and number.
fn filled(feed: &Feed, text: &str, number: &str) -> String {
    feed.text.replace("TEXT", text).replace("NUMBER", number)
}

/// The sound feed.
fn sound(feed: &Feed) -> String {
    filled(feed, "t", "5")
}

/// The feed is XML.
fn is_xml(feed: &Feed) -> bool {
    feed.text.starts_with('<')
}

/// The feed is JSON.
fn is_json(feed: &Feed) -> bool {
    feed.text.starts_with(['{', '['])
}

/// The sound feed with bytes for its text; the format must have one.
fn with_text(feed: &Feed, bytes: &[u8]) -> Option<Vec<u8>> {
    let (before, after) = feed.text.split_once("TEXT")?;
    let [before, after] = [before, after].map(|part| part.replace("NUMBER", "5"));
    Some([before.as_bytes(), bytes, after.as_bytes()].concat())
}

/// Every damage.
const DAMAGES: &[Damage] = &[
    ("sound", |feed| Some(sound(feed).into_bytes())),
    ("truncated", |feed| {
        let bytes = sound(feed).into_bytes();
        Some(bytes[..bytes.len() * 2 / 3].to_vec())
    }),
    ("bad UTF-8", |feed| with_text(feed, b"caf\xe9 \xff")),
    ("UTF-8 BOM", |feed| Some(format!("\u{feff}{}", sound(feed)).into_bytes())),
    ("UTF-16", |feed| {
        let text = format!("\u{feff}{}", sound(feed));
        Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
    }),
    ("depth", |feed| {
        let n_levels = 100_000;
        if is_xml(feed) {
            let deep = ["<a>".repeat(n_levels), "</a>".repeat(n_levels)].concat();
            let text = sound(feed);
            let at = text.rfind("</").unwrap();
            return Some([&text[..at], &deep, &text[at..]].concat().into_bytes());
        }
        let deep = format!("{{\"deep\":{}{},", "[".repeat(n_levels), "]".repeat(n_levels));
        is_json(feed).then(|| sound(feed).replacen('{', &deep, 1).into_bytes())
    }),
    ("key twice", |feed| {
        let text = sound(feed);
        assert!(text.contains(feed.twice.0), "{}", feed.name);
        Some(text.replace(feed.twice.0, feed.twice.1).into_bytes())
    }),
    ("document twice", |feed| is_json(feed).then(|| format!("{0}\n{0}", sound(feed)).into_bytes())),
    ("huge number", |feed| {
        let number =
            if is_json(feed) && feed.name != "CSAF" { "1e999999" } else { "99999999999999999999999999" };
        Some(filled(feed, "t", number).into_bytes())
    }),
    ("entities", |feed| {
        let bomb = "<!DOCTYPE NAME [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
        let text = filled(feed, "&b;", "5");
        let at = text.find("?>").filter(|_| is_xml(feed))? + 2;
        let root: String =
            text[at..].trim_start().chars().skip(1).take_while(|letter| !letter.is_whitespace()).collect();
        let bomb = bomb.replace("NAME", &root);
        Some([&text[..at], &bomb, &text[at..]].concat().into_bytes())
    }),
    ("long text", |feed| with_text(feed, "長".repeat(1 << 20).as_bytes())),
    ("NUL in a text", |feed| with_text(feed, b"a\0b")),
    ("empty", |_| Some(Vec::new())),
    ("white space", |_| Some(b" \r\n\t \n".to_vec())),
    ("NUL bytes", |_| Some(vec![0; 4_096])),
];

/// Imports a file into the library of a home; what came of it as one text.
fn outcome(home: &Home, file: &Path) -> String {
    let now = Stamp::parse("2026-11-21T00:00:00Z").unwrap();
    let options = ImportOptions { mode: ImportMode::Whole { allow_shrink: false }, now, n_threads: 1 };
    // Tests beside this one start programs, and until such a program runs it holds this process's lock as well.
    for _ in 0..10_000 {
        match import_library(&home.path("lib"), &[file.to_owned()], options, &|_| {}) {
            Ok(outcome) => {
                let n_records: u64 = outcome.inputs.iter().map(|input| input.n_records).sum();
                let mut codes: Vec<_> = outcome.notices.iter().map(|(_, notice)| notice.code.0).collect();
                codes.dedup();
                let codes = codes.join(" ");
                return format!("{n_records} read, {} refused {codes}", outcome.n_refused).trim().to_owned();
            }
            Err(ImportFault::Input { message, .. }) => return message.code.0.to_owned(),
            Err(ImportFault::Library(LibraryFault::Locked { .. })) => std::thread::yield_now(),
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("the library stays locked");
}

/// A home with a library of one record.
fn prepared() -> Home {
    let home = Home::new();
    home.file("first.json", &sound(&FEEDS[2]).replace("GHSA-1", "GHSA-0"));
    assert_eq!(outcome(&home, &home.path("first.json")), "1 read, 0 refused");
    home
}

/// Imports every file into a fresh copy of the same library; a refused one must leave it as it was.
fn outcomes(files: impl Iterator<Item = (String, Vec<u8>)>) -> Vec<String> {
    let mut found = Vec::new();
    let mut home = prepared();
    for (name, bytes) in files {
        let before = content(&home, "lib");
        let file = home.path("hostile");
        std::fs::write(&file, bytes).unwrap();
        let outcome = outcome(&home, &file);
        if outcome.contains("read") {
            home = prepared();
        } else {
            assert!(content(&home, "lib") == before, "{name}: the library was changed");
        }
        found.push(format!("{name}: {outcome}"));
    }
    found
}

#[test]
fn every_damage_of_every_feed_ends_in_a_code_or_a_notice() {
    let cases = FEEDS.iter().flat_map(|feed| {
        DAMAGES.iter().filter_map(|(name, damage)| Some((format!("{}, {name}", feed.name), damage(feed)?)))
    });
    let found = outcomes(cases);
    let expected: Vec<&str> = EXPECTED.trim().lines().collect();
    assert_eq!(found, expected, "{}", found.join("\n"));
}

/// What each damage comes to.
const EXPECTED: &str = "
NVD, sound: 1 read, 0 refused
NVD, truncated: FEED-002
NVD, bad UTF-8: 1 read, 1 refused FEED-005
NVD, UTF-8 BOM: 1 read, 0 refused
NVD, UTF-16: FEED-001
NVD, depth: FEED-004
NVD, key twice: 1 read, 0 refused FEED-008
NVD, document twice: 2 read, 0 refused
NVD, huge number: 1 read, 0 refused
NVD, long text: 1 read, 0 refused
NVD, NUL in a text: FEED-004
NVD, empty: FEED-001
NVD, white space: FEED-001
NVD, NUL bytes: FEED-001
CVE, sound: 1 read, 0 refused
CVE, truncated: FEED-002
CVE, bad UTF-8: 1 read, 1 refused FEED-005
CVE, UTF-8 BOM: 1 read, 0 refused
CVE, UTF-16: FEED-001
CVE, depth: FEED-004
CVE, key twice: 1 read, 0 refused FEED-008
CVE, document twice: 2 read, 0 refused
CVE, huge number: 1 read, 0 refused
CVE, long text: 1 read, 0 refused
CVE, NUL in a text: FEED-004
CVE, empty: FEED-001
CVE, white space: FEED-001
CVE, NUL bytes: FEED-001
OSV, sound: 1 read, 0 refused
OSV, truncated: FEED-002
OSV, bad UTF-8: 1 read, 1 refused FEED-005
OSV, UTF-8 BOM: 1 read, 0 refused
OSV, UTF-16: FEED-001
OSV, depth: FEED-004
OSV, key twice: 1 read, 0 refused FEED-008
OSV, document twice: 2 read, 0 refused
OSV, huge number: 1 read, 0 refused
OSV, long text: 1 read, 0 refused
OSV, NUL in a text: FEED-004
OSV, empty: FEED-001
OSV, white space: FEED-001
OSV, NUL bytes: FEED-001
CSAF, sound: 1 read, 0 refused
CSAF, truncated: FEED-002
CSAF, bad UTF-8: 1 read, 1 refused FEED-005
CSAF, UTF-8 BOM: 1 read, 0 refused
CSAF, UTF-16: FEED-001
CSAF, depth: FEED-004
CSAF, key twice: 1 read, 0 refused FEED-008
CSAF, document twice: 2 read, 0 refused
CSAF, huge number: 1 read, 0 refused
CSAF, long text: 1 read, 0 refused
CSAF, NUL in a text: FEED-004
CSAF, empty: FEED-001
CSAF, white space: FEED-001
CSAF, NUL bytes: FEED-001
JVN XML, sound: 1 read, 0 refused
JVN XML, truncated: FEED-002
JVN XML, bad UTF-8: FEED-004
JVN XML, UTF-8 BOM: 1 read, 0 refused
JVN XML, UTF-16: FEED-001
JVN XML, depth: FEED-006
JVN XML, key twice: 1 read, 0 refused FEED-008
JVN XML, huge number: 1 read, 0 refused
JVN XML, entities: FEED-021
JVN XML, long text: 1 read, 0 refused
JVN XML, NUL in a text: 1 read, 0 refused
JVN XML, empty: FEED-001
JVN XML, white space: FEED-001
JVN XML, NUL bytes: FEED-001
JVNRSS, sound: 1 read, 0 refused
JVNRSS, truncated: FEED-002
JVNRSS, bad UTF-8: FEED-004
JVNRSS, UTF-8 BOM: 1 read, 0 refused
JVNRSS, UTF-16: FEED-001
JVNRSS, depth: FEED-006
JVNRSS, key twice: 1 read, 0 refused FEED-008
JVNRSS, huge number: 1 read, 0 refused
JVNRSS, entities: FEED-021
JVNRSS, long text: 1 read, 0 refused
JVNRSS, NUL in a text: 1 read, 0 refused
JVNRSS, empty: FEED-001
JVNRSS, white space: FEED-001
JVNRSS, NUL bytes: FEED-001
JVN names, sound: 1 read, 0 refused
JVN names, truncated: FEED-002
JVN names, bad UTF-8: FEED-004
JVN names, UTF-8 BOM: 1 read, 0 refused
JVN names, UTF-16: FEED-001
JVN names, depth: FEED-006
JVN names, key twice: 1 read, 1 refused FEED-005
JVN names, huge number: 1 read, 0 refused
JVN names, entities: FEED-021
JVN names, long text: 1 read, 0 refused
JVN names, NUL in a text: 1 read, 0 refused
JVN names, empty: FEED-001
JVN names, white space: FEED-001
JVN names, NUL bytes: FEED-001
JVN JSON, sound: FEED-014
JVN JSON, truncated: FEED-002
JVN JSON, bad UTF-8: FEED-005
JVN JSON, UTF-8 BOM: FEED-014
JVN JSON, UTF-16: FEED-001
JVN JSON, depth: FEED-004
JVN JSON, key twice: FEED-005
JVN JSON, document twice: FEED-014
JVN JSON, huge number: FEED-005
JVN JSON, long text: FEED-014
JVN JSON, NUL in a text: FEED-004
JVN JSON, empty: FEED-001
JVN JSON, white space: FEED-001
JVN JSON, NUL bytes: FEED-001
endoflife, sound: 1 read, 0 refused
endoflife, truncated: FEED-002
endoflife, bad UTF-8: 1 read, 1 refused FEED-005
endoflife, UTF-8 BOM: 1 read, 0 refused
endoflife, UTF-16: FEED-001
endoflife, depth: FEED-004
endoflife, key twice: 1 read, 0 refused FEED-008
endoflife, document twice: 2 read, 0 refused
endoflife, huge number: 1 read, 1 refused FEED-005
endoflife, long text: 1 read, 0 refused
endoflife, NUL in a text: FEED-004
endoflife, empty: FEED-001
endoflife, white space: FEED-001
endoflife, NUL bytes: FEED-001
KEV, sound: 1 read, 0 refused
KEV, truncated: FEED-002
KEV, bad UTF-8: 1 read, 1 refused FEED-005
KEV, UTF-8 BOM: 1 read, 0 refused
KEV, UTF-16: FEED-001
KEV, depth: FEED-004
KEV, key twice: 1 read, 1 refused FEED-005
KEV, document twice: 2 read, 0 refused FEED-044
KEV, huge number: 1 read, 0 refused
KEV, long text: 1 read, 0 refused
KEV, NUL in a text: FEED-004
KEV, empty: FEED-001
KEV, white space: FEED-001
KEV, NUL bytes: FEED-001
EPSS, sound: 2 read, 0 refused
EPSS, truncated: FEED-001
EPSS, UTF-8 BOM: 2 read, 0 refused
EPSS, UTF-16: FEED-001
EPSS, key twice: 2 read, 0 refused FEED-044
EPSS, huge number: 2 read, 0 refused
EPSS, empty: FEED-001
EPSS, white space: FEED-001
EPSS, NUL bytes: FEED-001
";

/// Members in a zip archive, each packed or stored.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The archive says of its members that they are encrypted.
fn encrypted(mut archive: Vec<u8>) -> Vec<u8> {
    for at in 0..archive.len() - 10 {
        match &archive[at..at + 4] {
            b"PK\x03\x04" => archive[at + 6] |= 1,
            b"PK\x01\x02" => archive[at + 8] |= 1,
            _ => {}
        }
    }
    archive
}

/// Bytes in gzip.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A good record that grows to more than 64 megabytes of white space.
fn bomb() -> Vec<u8> {
    let mut bytes = sound(&FEEDS[2]).into_bytes();
    bytes.resize(bytes.len() + (80 << 20), b' ');
    bytes
}

#[test]
fn every_archive_made_to_harm_is_refused() {
    let good = sound(&FEEDS[2]).into_bytes();
    let good = good.as_slice();
    let bomb = bomb();
    let nested = (0..8).fold(zip(&[("r.json", good)]), |inner, _| zip(&[("in.zip", &inner)]));
    let whole = zip(&[("r.json", good), ("s.json", good)]);
    let packed = zstd::encode_all(good, 3).unwrap();
    let mut claims_little = zip(&[("r.json", &vec![b' '; 4_096])]);
    let central = claims_little.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    claims_little[central + 24..central + 28].copy_from_slice(&[1, 0, 0, 0]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("sound zip", whole.clone(), "2 read, 0 refused"),
        ("zip bomb", zip(&[("r.json", &bomb)]), "INPUT-003"),
        ("gzip bomb", gzip(&bomb), "INPUT-003"),
        ("Zstandard bomb", zstd::encode_all(bomb.as_slice(), 3).unwrap(), "INPUT-003"),
        ("bomb in a zip in gzip", gzip(&zip(&[("in.zip", &zip(&[("r.json", &bomb)]))])), "INPUT-003"),
        ("nested zips", nested, "INPUT-003"),
        ("cut zip", whole[..whole.len() - 30].to_vec(), "INPUT-002"),
        ("zip without its beginning", [b"PK\x03\x04", &whole[40..]].concat(), "INPUT-002"),
        ("encrypted zip", encrypted(whole.clone()), "INPUT-002"),
        ("zip that claims another size", claims_little, "INPUT-002"),
        ("cut gzip", gzip(good)[..60].to_vec(), "INPUT-002"),
        ("cut Zstandard", packed[..packed.len() - 9].to_vec(), "INPUT-002"),
        ("gzip of nothing", gzip(b""), "FEED-001"),
        ("zip of nothing", zip(&[]), "FEED-014"),
        ("zip of pictures", zip(&[("a.png", b"\x89PNG\r\n")]), "FEED-014"),
        (
            "good member before a cut one",
            zip(&[("r.json", good), ("s.json", &good[..good.len() - 4])]),
            "FEED-002",
        ),
    ];
    let found = outcomes(cases.iter().map(|(name, bytes, _)| ((*name).to_owned(), bytes.clone())));
    let expected: Vec<String> = cases.iter().map(|(name, _, code)| format!("{name}: {code}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn names_of_members_lead_nowhere() {
    let good = sound(&FEEDS[2]).into_bytes();
    let home = prepared();
    let outside = home.folder.path().parent().unwrap().join("kikimori-escaped.json");
    let names = [
        "../kikimori-escaped.json",
        "/tmp/kikimori-escaped.json",
        "a\\..\\..\\b.json",
        "lib/library.json",
        "..",
        "a\u{1b}[2Jb",
    ];
    for name in names {
        std::fs::write(home.path("names.zip"), zip(&[(name, &good)])).unwrap();
        assert_eq!(outcome(&home, &home.path("names.zip")), "1 read, 0 refused", "{name:?}");
        assert!(!outside.exists() && !Path::new("/tmp/kikimori-escaped.json").exists(), "{name:?}");
    }
    let many: Vec<(String, &[u8])> = (0..20_000).map(|number| (format!("{number}.txt"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    std::fs::write(home.path("many.zip"), zip(&many)).unwrap();
    let before = content(&home, "lib");
    assert_eq!(outcome(&home, &home.path("many.zip")), "FEED-014");
    assert!(content(&home, "lib") == before);
    let run = home.run(&["library", "import", "names.zip", "--library", "lib"]);
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'), "{}{}", run.out, run.err);
}
