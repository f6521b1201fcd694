//! The JSON of MyJVN API 4.0, written by us after its documents.

use kikimori_core::message::codes;
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::RecordLanguage;

use super::{names, record, rows, split_text};
use crate::feed::{FeedFormat, FeedItem, parse};

/// A detail.
const DETAIL: &str = r#"{"$schema":"https://example.com/x.json","document":{"category":"myjvn_security_advisory","csaf_version":"2.1",
 "title":"架空の管理画面における認可処理の不備","lang":"ja","notes":[{"category":"other","text":"x"},{"category":"description","text":"認可処理の不備があります。"}],
 "tracking":{"id":"JVNDB-2025-000901","current_release_date":"2025-04-26T07:36:21+09:00","initial_release_date":"2025-04-04T14:45:58+09:00"},
 "references":[{"summary":"CVE-2025-90001","url":"https://example.com/cve","source":"Common Vulnerabilities and Exposures (CVE)","type":"advisory"},
  {"summary":"JVN#12345678","url":"https://example.com/jvn","source":"JVN"},{"summary":"CVE-2019-1","url":"https://example.com/doc","source":"関連文書"}]},
 "product_tree":{"branches":[{"category":"vendor","name":"架空工業","branches":[
  {"category":"product_name","name":"管理画面","product":{"product_id":"jvnpid:1.0::example:console","name":"管理画面","product_identification_helper":{"cpe":"cpe:2.3:a:example:console:*:*:*:*:*:*:*:*"}}},
  {"category":"product_name","name":"管理画面","branches":[{"category":"product_version","name":"8.1.2","product":{"product_id":"x","name":"管理画面 8.1.2",
   "product_identification_helper":{"cpe":"cpe:2.3:a:example:console:8.1.2:*:*:*:*:*:*:*"}}}]}]}]},
 "vulnerabilities":[{"cve":"CVE-2025-90001","cwes":[{"id":"CWE-862","name":"x","url":""}],
  "metrics":[{"content":{"cvss_v2":{"version":"2.0","vectorString":"AV:N/AC:L/Au:N/C:P/I:N/A:N"},
   "cvss_v3":{"version":"3.0","vectorString":"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},"ScoringSystem":{"version":"5.0"},"source":"NVD"}}]}],
 "jvn_extension":{"vulnid":"JVNDB-2025-000901","affected":[{"vendor":"架空工業","product":"管理画面","versions":[
  {"version":"8.1.2","status":"affected","description":"バージョン 8.1.2"},
  {"version":"0.0.0","status":"affected","lessThan":"1.0.6","versionType":"semver"},
  {"version":"2.1.0","status":"affected","lessThanOrEqual":"2.1.3","versionType":"semver"},
  {"version":"","status":"affected","description":"バージョン 4.0以上 4.2未満"},
  {"version":"機能拡張版","status":"affected","description":""},
  {"version":"5.0","status":"unaffected"}]}]},
 "status":{"version":"4.0.0","retCd":0,"totalRes":"1","totalResRet":"1"}}"#;

/// One overview.
const OVERVIEW: &str = r#"{"title":"架空の管理画面における認可処理の不備","id":"JVNDB-2025-000901","summary":"認可処理の不備があります。",
 "link":"https://jvndb.jvn.jp/ja/contents/2025/JVNDB-2025-000901.html","modified":"2025-04-26T07:36:21+09:00","created":"2025-04-04T14:45:58+09:00",
 "public":"2025-04-01T00:00:00+09:00","references":[{"url":"https://example.com/cve","summary":"CVE-2025-90001","source":"CVE"}],
 "products":[{"vname":"架空工業","product_id":"x","pname":"管理画面","product_ids":{"cpe":"cpe:2.3:a:example:console:*:*:*:*:*:*:*:*"}}],
 "metrics":[{"content":{"cvss_v3":{"version":"3.0","vectorString":"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}}],"cwes":[{"id":"CWE-862"}]}"#;

/// One vendor with a product.
const VENDOR: &str = r#"{"vendor_id":"jvnpid:1.0::example","vid":"7","vname":"架空工業","cpe":"cpe:2.3::example","products":[
 {"product_id":"jvnpid:1.0::example:console","pid":"70","pname":"管理画面","product_ids":[{"cpe":"cpe:2.3:a:example:console:*:*:*:*:*:*:*:*"}]}]}"#;

#[test]
fn a_detail_of_the_json_is_read_like_one_of_the_xml() {
    let (found, notices) = record(DETAIL);
    assert_eq!(notices, []);
    assert_eq!((found.source.as_str(), found.id.as_str()), ("jvn", "JVNDB-2025-000901"));
    assert_eq!(found.language, RecordLanguage::Japanese);
    assert_eq!(found.description.as_deref(), Some("認可処理の不備があります。"));
    assert_eq!(
        (found.aliases, found.addresses),
        (vec!["CVE-2025-90001".to_owned()], vec!["JVN#12345678".to_owned()])
    );
    assert_eq!(found.modified_at, Stamp::parse("2025-04-25T22:36:21Z"));
    assert_eq!(found.cwes, ["CWE-862"]);
    assert_eq!(found.severities.len(), 2);
    assert_eq!(found.severities[0].asserter, "JVN iPedia (NVD)");
    let [entry] = found.affected.as_slice() else { panic!("{:?}", found.affected) };
    assert!(names(entry).contains(&"cpe:2.3:a:example:console:*:*:*:*:*:*:*:*".to_owned()));
    assert_eq!(rows(entry), ["=8.1.2", "(, 1.0.6)", "[2.1.0, 2.1.3]", "[4.0, 4.2)", "?機能拡張版", "!=5.0"]);
}

#[test]
fn without_the_extension_the_product_tree_says_what_is_affected() {
    let (head, tail) = (
        DETAIL.find(r#""affected":[{"vendor""#).unwrap(),
        DETAIL.find(r#""status":{"version":"4.0.0""#).unwrap(),
    );
    let text = format!("{}\"lang\":\"ja\"}},{}", &DETAIL[..head], &DETAIL[tail..]);
    let (found, notices) = record(&text);
    assert_eq!(notices, []);
    assert_eq!(rows(&found.affected[0]), ["=8.1.2"]);
}

#[test]
fn answers_and_bundles_are_unwrapped() {
    let feed = format!(
        r#"{{"$schema":"x","feed":{{"title":"x","entry":[{OVERVIEW},{OVERVIEW}]}},"status":{{"totalRes":"6"}}}}"#
    );
    let dictionary =
        format!(r#"{{"jvn-product-dictionary":{{"lang":"ja","vendors":[{VENDOR}]}},"status":{{}}}}"#);
    let bundle = format!(
        r#"{{"type":"bundle","id":"b","objects":[{{"type":"identity","id":"i","created":"2025-01-01T00:00:00Z","modified":"2025-01-01T00:00:00Z"}},
            {{"type":"jvn-jp-sdo","VULDEF-Document":[{DETAIL},{DETAIL}]}}]}}"#
    );
    for (text, format, count) in [
        (DETAIL, FeedFormat::JvnDetail, 1),
        (feed.as_str(), FeedFormat::JvnOverview, 2),
        (&dictionary, FeedFormat::JvnNames, 1),
        (&bundle, FeedFormat::JvnDetail, 2),
    ] {
        let (header, records) = split_text(text).unwrap();
        assert_eq!((header.n_records, header.notices), (count, Vec::new()), "{format:?}");
        assert!(records.iter().all(|raw| raw.format == format), "{format:?}");
        for raw in &records {
            let mut notices = Vec::new();
            match parse(raw, &mut notices).unwrap() {
                FeedItem::Record(record) => assert_eq!(record.aliases, ["CVE-2025-90001"]),
                FeedItem::Names(names) => assert_eq!(names.len(), 2),
                other => panic!("{other:?}"),
            }
            assert_eq!(notices, []);
        }
    }
    let nested = format!("{}{}", r#"{"feed":"#.repeat(200), "}".repeat(200));
    assert!(split_text(&nested).is_err());
    let nested = format!("{}1{}", r#"{"objects":["#.repeat(5_000), "]}".repeat(5_000));
    assert!(split_text(&nested).is_err());
}

#[test]
fn misshapen_json_never_loses_more_than_it_must() {
    let (_, records) = split_text(&DETAIL.replace("JVNDB-2025-000901", "")).unwrap();
    assert_eq!(parse(&records[0], &mut Vec::new()).unwrap_err().code, codes::FEED_RECORD_UNREADABLE);
    // The project's own examples have members without a value; that is no JSON.
    let empty = DETAIL.replace(r#""retCd":0"#, r#""retCd":"#);
    let (_, records) = split_text(&empty).unwrap();
    assert_eq!(parse(&records[0], &mut Vec::new()).unwrap_err().code, codes::FEED_RECORD_UNREADABLE);
    for (from, to) in [
        ("\"metrics\":[", "\"metrics\":7,\"m\":["),
        ("\"branches\":[", "\"branches\":{},\"b\":["),
        ("\"cwes\":[{", "\"cwes\":[null,{"),
    ] {
        let (found, _) = record(&DETAIL.replace(from, to));
        assert_eq!(found.aliases, ["CVE-2025-90001"], "{to}");
    }
}
