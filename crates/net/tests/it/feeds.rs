//! Feeds made up for tests.

use std::io::Write;

/// CISA's catalogue of a day with `n` rows.
pub fn kev(released: &str, n: u32) -> Vec<u8> {
    let rows: Vec<String> = (0..n)
        .map(|number| {
            format!(
                r#"{{"cveID":"CVE-2026-{:04}","vendorProject":"V","product":"P","vulnerabilityName":"N",
                "dateAdded":"2026-01-01","shortDescription":"D","requiredAction":"A","dueDate":"2026-02-01",
                "knownRansomwareCampaignUse":"Unknown"}}"#,
                number + 1
            )
        })
        .collect();
    format!(
        r#"{{"title":"T","catalogVersion":"1","dateReleased":"{released}","count":{n},"vulnerabilities":[{}]}}"#,
        rows.join(",")
    )
    .into_bytes()
}

/// One OSV record.
pub fn osv_record(number: u32, modified: &str) -> String {
    format!(
        r#"{{"id":"GHSA-{number:04}","modified":"{modified}","affected":[{{"package":{{"ecosystem":"npm","name":"left{number}"}},
        "ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"1.1.0"}}]}}]}}]}}"#
    )
}

/// A zip of `n` OSV records.
pub fn osv_zip(n: u32, modified: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..n {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(format!("GHSA-{number:04}.json"), options).unwrap();
        writer.write_all(osv_record(number, modified).as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip of CVE records with these numbers.
pub fn cve_zip(numbers: std::ops::Range<u32>, updated: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in numbers {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(format!("cves/CVE-2026-{number:04}.json"), options).unwrap();
        let record = format!(
            r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"CVE-2026-{number:04}","state":"PUBLISHED",
            "datePublished":"2026-01-01T00:00:00Z","dateUpdated":"{updated}"}},"containers":{{"cna":{{"affected":[
            {{"vendor":"v","product":"p","versions":[{{"version":"1","status":"affected"}}]}}]}}}}}}"#
        );
        writer.write_all(record.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A page of NVD's API with these numbers.
pub fn nvd_page(numbers: std::ops::Range<u32>, total: u32, timestamp: &str, modified: &str) -> Vec<u8> {
    let start = numbers.start;
    let n_records = numbers.len();
    let rows: Vec<String> = numbers
        .map(|number| {
            format!(
                r#"{{"cve":{{"id":"CVE-2026-{number:04}","published":"2026-01-01T00:00:00.000","lastModified":"{modified}",
                "vulnStatus":"Analyzed","descriptions":[{{"lang":"en","value":"D"}}],"references":[]}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"resultsPerPage":{n_records},"startIndex":{start},"totalResults":{total},"format":"NVD_CVE","version":"2.0",
        "timestamp":"{timestamp}","vulnerabilities":[{}]}}"#,
        rows.join(",")
    )
    .into_bytes()
}

/// Bytes in gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
