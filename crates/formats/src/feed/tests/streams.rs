//! Cutting streams into records.

use std::io::{self, Read};

use kikimori_core::limits;
use kikimori_core::message::{Place, codes};
use kikimori_core::stamp::Stamp;
use proptest::prelude::*;

use super::super::{FeedFormat, FeedItem, parse, split};
use super::split_text;

/// A minimal record of each format.
const CVE: &str = r#"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"cna":{}}}"#;
/// An item of NVD's API.
const NVD: &str = r#"{"cve":{"id":"CVE-2024-1","sourceIdentifier":"x"}}"#;
/// An OSV record.
const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","details":"a \"quoted\" } ] text"}"#;
/// A row of CISA's catalogue.
const KEV: &str = r#"{"cveID":"CVE-2024-1","dateAdded":"2024-01-01"}"#;

#[test]
fn every_envelope_is_recognised() {
    use FeedFormat::{AnchoreAdp, CveRecord, EpssCsv, KevCatalog, NvdApi, NvdOverride, Osv};
    let override_row = r#"{"_annotation":{"cve_id":"CVE-2024-1"},"cve":{"configurations":[]}}"#;
    let adp = r#"{"additionalMetadata":{"cveId":"CVE-2024-1"},"adp":{"affected":[]}}"#;
    for (text, format, places) in [
        (CVE.to_owned(), CveRecord, vec!["line 1"]),
        (format!("\u{feff}{CVE}\n"), CveRecord, vec!["line 1"]),
        (format!("[{CVE}, {CVE}]"), CveRecord, vec!["/0", "/1"]),
        (format!("{CVE}\n\r\n{CVE}\n"), CveRecord, vec!["line 1", "line 3"]),
        (NVD.to_owned(), NvdApi, vec!["line 1"]),
        (r#"{"id":"CVE-2024-1","configurations":[]}"#.to_owned(), NvdApi, vec!["line 1"]),
        (r#"{"id":"CVE-2024-1","vulnStatus":"Rejected"}"#.to_owned(), NvdApi, vec!["line 1"]),
        (format!(r#"{{"resultsPerPage":1,"vulnerabilities":[{NVD}]}}"#), NvdApi, vec!["/vulnerabilities/0"]),
        (r#"{"resultsPerPage":0,"totalResults":0,"vulnerabilities":[]}"#.to_owned(), NvdApi, vec![]),
        (OSV.to_owned(), Osv, vec!["line 1"]),
        (format!("[{OSV}]"), Osv, vec!["/0"]),
        (format!(r#"{{"vulns":[{OSV},{OSV}]}}"#), Osv, vec!["/vulns/0", "/vulns/1"]),
        (format!(r#"{{"count":1,"vulnerabilities":[{KEV}]}}"#), KevCatalog, vec!["/vulnerabilities/0"]),
        (format!("{KEV}\n{KEV}"), KevCatalog, vec!["line 1", "line 2"]),
        ("cve,epss,percentile\nCVE-2024-1,0.1,0.2\n".to_owned(), EpssCsv, vec!["line 2"]),
        (override_row.to_owned(), NvdOverride, vec!["line 1"]),
        (adp.to_owned(), AnchoreAdp, vec!["line 1"]),
    ] {
        let (header, records) = split_text(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(header.formats.iter().copied().collect::<Vec<_>>(), [format], "{text}");
        assert!(records.iter().all(|raw| raw.format == format), "{text}");
        assert_eq!(records.iter().map(|raw| raw.place.to_string()).collect::<Vec<_>>(), places, "{text}");
        assert_eq!(header.n_records, records.len() as u64);
        for raw in &records {
            parse(raw, &mut Vec::new()).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }
}

#[test]
fn headers_say_when_and_how_many() {
    let stamp = Stamp::parse("2024-05-06T07:08:09Z");
    let page = format!(
        r#"{{"resultsPerPage":1,"startIndex":0,"totalResults":7,"timestamp":"2024-05-06T07:08:09","vulnerabilities":[{NVD}]}}"#
    );
    let (header, _) = split_text(&page).unwrap();
    assert_eq!((header.stated_at, header.stated_count, header.stated_total), (stamp, Some(1), Some(7)));
    let catalogue =
        format!(r#"{{"vulnerabilities":[{KEV}],"dateReleased":"2024-05-06T07:08:09.0000Z","count":1}}"#);
    let (header, _) = split_text(&catalogue).unwrap();
    assert_eq!((header.stated_at, header.stated_count), (stamp, Some(1)));
    let csv = "#model_version:v2023.03.01,score_date:2024-05-06T07:08:09+0000\ncve,epss,percentile\nCVE-2024-1,0.5,0.25\n";
    let (header, records) = split_text(csv).unwrap();
    assert_eq!(header.stated_at, stamp);
    let Ok(FeedItem::Epss { cve, epss }) = parse(&records[0], &mut Vec::new()) else { panic!("no row") };
    assert_eq!((cve.as_str(), epss.probability_ppm, epss.percentile_ppm), ("CVE-2024-1", 500_000, 250_000));
}

#[test]
fn short_and_cut_streams_are_errors() {
    let page = format!(r#"{{"resultsPerPage":2,"vulnerabilities":[{NVD},{NVD}]}}"#);
    let lines = format!("{OSV}\n{OSV}\n");
    for whole in [page.as_str(), &lines, CVE, KEV, &format!("[{OSV},{OSV}]")] {
        let length = whole.trim_end().len();
        for end in 1..length {
            let Err(error) = split_text(&whole[..end]) else {
                // Whole lines are a shorter file, not a cut one.
                assert!(whole == lines && end <= OSV.len() + 1, "{}", &whole[..end]);
                continue;
            };
            assert_eq!(error.code, codes::FEED_CUT, "{}: {error}", &whole[..end]);
        }
    }
    for text in [
        format!(r#"{{"resultsPerPage":3,"vulnerabilities":[{NVD},{NVD}]}}"#),
        format!(r#"{{"vulnerabilities":[{KEV}],"count":2}}"#),
    ] {
        let error = split_text(&text).unwrap_err();
        assert_eq!(error.code, codes::FEED_SHORT, "{error}");
    }
    // A line cut inside a text, with whole lines behind it.
    let error = split_text(&format!("{OSV}\n{{\"id\":\"GHSA-2\",\"det\n{OSV}\n")).unwrap_err();
    assert_eq!((error.code, error.place), (codes::FEED_MALFORMED, Place::Line(3)));
    for csv in [
        "cve,epss,percentile\nCVE-2024-1,0.12345,0.12345\nCVE-2024-2,0.12345,0.1",
        "cve,epss,percentile\nCVE-2024-1,0.12345,0.12345\nCVE-2024-2,0.1",
        "cve,epss,percentile\nCVE-2024-1,0.12345,0.12345\nCVE-2",
    ] {
        let error = split_text(csv).unwrap_err();
        assert_eq!((error.code, error.place), (codes::FEED_CUT, Place::Line(3)), "{csv}");
    }
    let csv = "cve,epss,percentile\nCVE-2024-1,0.12345,0.12345\nCVE-2024-2,0.12345,0.54321";
    assert_eq!(split_text(csv).unwrap().1.len(), 2);
}

#[test]
fn other_formats_are_refused_and_strangers_among_records_noted() {
    for text in [
        "",
        "  \n",
        "{}",
        "[]",
        "[1]",
        "README",
        "<?xml version=\"1.0\"?>",
        "cve,epss\nCVE-2024-1,0.1\n",
        "#!/bin/sh\n",
        "call me",
        r#"{"gem":"x","cve":"2014-1"}"#,
        r#"{"cve":null,"branches":{}}"#,
        r#"{"cve":["CVE-2024-1"]}"#,
        r#"{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"CVE-2024-1"}]}"#,
        r#"{"id":"x"}"#,
        r#"{"CVE_Items":[{"cve":{},"configurations":{}}]}"#,
        r#"{"cve":{},"configurations":{},"impact":{}}"#,
    ] {
        let error = split_text(text).unwrap_err();
        assert_eq!(error.code, codes::FEED_UNKNOWN_FORMAT, "{text:?}: {error}");
    }
    let (header, records) = split_text(&format!("{OSV}\n{{\"gem\":1}}\n[2,{OSV}]\n")).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(header.notices.len(), 2);
    assert!(header.notices.iter().all(|notice| notice.code == codes::FEED_RECORD_UNKNOWN));
    assert_eq!(header.notices[0].place, Place::Line(2));
}

#[test]
fn malformed_streams_say_where() {
    for (text, line) in [
        (format!("{OSV}\n}}"), 2),
        (format!("{OSV}\n\n,{OSV}"), 3),
        (format!("[{OSV} {OSV}]"), 1),
        ("{\"id\" 1}".to_owned(), 1),
        ("{1:2}".to_owned(), 1),
        ("{\"a\":[}]}".to_owned(), 1),
        (format!("{{\"a\":{}}}", "[".repeat(limits::NESTING_DEPTH_MAX + 1)), 1),
    ] {
        let error = split_text(&text).unwrap_err();
        assert_eq!(
            (error.code, error.place.clone()),
            (codes::FEED_MALFORMED, Place::Line(line)),
            "{text:.60}"
        );
    }
    let endless = io::Cursor::new(b"{\"id\":\"".to_vec()).chain(io::repeat(b'a'));
    assert_eq!(split(endless, &mut |_| Ok(())).unwrap_err().code, codes::FEED_LIMIT);
}

#[test]
fn wrapped_messages_of_readers_come_through() {
    /// A reader that fails after a few bytes.
    struct Failing(bool);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                let inner = kikimori_core::message::Message::new(codes::INPUT_ARCHIVE_BROKEN);
                return Err(io::Error::other(inner));
            }
            buffer[0] = b'{';
            Ok(1)
        }
    }
    assert_eq!(split(Failing(false), &mut |_| Ok(())).unwrap_err().code, codes::INPUT_ARCHIVE_BROKEN);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = split(bytes.as_slice(), &mut |raw| { let _ = parse(&raw, &mut Vec::new()); Ok(()) });
    }

    #[test]
    fn no_json_like_text_panics(text in r#"([\[{}\],:" 1]|"id"|"modified"|"cve"|"affected"|"vulnerabilities"|\\){0,40}"#) {
        let _ = split(text.as_bytes(), &mut |raw| { let _ = parse(&raw, &mut Vec::new()); Ok(()) });
    }

    #[test]
    fn any_buffer_size_gives_the_same_records(size in 1_usize..40) {
        /// Gives a few bytes at a time.
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.1.min(self.0.len()).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text = format!("{OSV}\n [ {CVE} ,{NVD}]\n{KEV}");
        let mut records = Vec::new();
        let header = split(Slow(text.as_bytes(), size), &mut |raw| { records.push(raw); Ok(()) }).unwrap();
        prop_assert_eq!((header, records), split_text(&text).unwrap());
    }
}
