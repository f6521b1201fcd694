//! Records, lists and checksums of JVN, written by us.

use kikimori_core::message::codes;
use kikimori_core::product_name::ProductName;
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Authority, Record, RecordLanguage, RecordState};

use super::{names, record, rows, split_text};
use crate::feed::{FeedFormat, FeedItem, FileChecksum, parse, split};

/// A VULDEF document around records.
fn vuldef(records: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" ?>
<VULDEF-Document version="3.2" xmlns="http://jvn.jp/vuldef/" xmlns:status="http://jvndb.jvn.jp/myjvn/Status" xml:lang="ja">
{records}
<status:Status version="3.3" method="getVulnDetailInfo" retCd="0" errCd="" errMsg="" totalRes="1" totalResRet="1" feed="hnd"/>
</VULDEF-Document>"#
    )
}

/// A detail with these affected items and related items.
fn detail(affected: &str, related: &str) -> String {
    vuldef(&format!(
        "<Vulinfo><VulinfoID>JVNDB-2024-000901</VulinfoID><VulinfoData>
<Title>架空の管理画面における認可処理の不備</Title>
<VulinfoDescription><Overview>架空の管理画面には、認可処理の不備があります。&lt;ul&gt;&lt;li&gt;&lt;script&gt; の扱い&lt;/li&gt;&lt;/ul&gt;&#13;
詳しくは開発者の案内を参照。</Overview></VulinfoDescription>
<Affected>{affected}</Affected>
<Impact><Cvss version=\"2.0\"><Vector>AV:N/AC:L/Au:S/C:P/I:N/A:N</Vector></Cvss>
<Cvss version=\"3.0\"><Vector>CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N</Vector></Cvss></Impact>
<Related>{related}</Related>
<DateFirstPublished>2024-03-01T12:00:10+09:00</DateFirstPublished>
<DateLastUpdated>2024-03-08T09:30:00+09:00</DateLastUpdated>
<DatePublic>2024-02-28T00:00:00+09:00</DatePublic>
</VulinfoData></Vulinfo>"
    ))
}

/// A related item.
fn related(kind: &str, name: &str, id: &str) -> String {
    format!(
        "<RelatedItem type=\"{kind}\"><Name>{name}</Name><VulinfoID>{id}</VulinfoID><URL>https://example.com/{id}</URL></RelatedItem>"
    )
}

/// An affected item with one product.
const ITEM: &str = "<AffectedItem><Name>架空工業</Name><ProductName>管理画面</ProductName>
<Cpe version=\"2.2\">cpe:/a:example:console</Cpe><VersionNumber>2.4.1 より前のバージョン</VersionNumber></AffectedItem>";

/// An overview in JVNRSS.
fn overview(items: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/" xml:lang="ja">
<channel rdf:about="https://example.com/feed.rdf"><title>新着</title><dc:date>2024-03-09T07:00:00+09:00</dc:date>
<items><rdf:Seq><rdf:li rdf:resource="https://example.com/1"/></rdf:Seq></items></channel>
{items}</rdf:RDF>"#
    )
}

/// One item of an overview.
const OVERVIEW_ITEM: &str = r#"<item rdf:about="https://jvndb.jvn.jp/ja/contents/2024/JVNDB-2024-000901.html">
<title>架空の管理画面における認可処理の不備</title><link>https://jvndb.jvn.jp/ja/contents/2024/JVNDB-2024-000901.html</link>
<description>認可処理の不備があります。</description><sec:identifier>JVNDB-2024-000901</sec:identifier>
<sec:references source="CVE" id="CVE-2024-90001">https://example.com/cve</sec:references>
<sec:references source="NVD" id="CVE-2024-90001">https://example.com/nvd</sec:references>
<sec:references source="JVN" id="JVN#12345678">https://example.com/jvn</sec:references>
<sec:references source="関連文書" id="CVE-2020-1">https://example.com/other</sec:references>
<sec:references id="CWE-862" title="認可の欠如(CWE-862)">https://example.com/cwe</sec:references>
<sec:cpe version="2.2" vendor="架空工業" product="管理画面">cpe:/a:example:console</sec:cpe>
<sec:cvss version="3.0" score="4.3" type="Base" severity="Medium" vector="CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N"/>
<dc:date>2024-03-08T09:30+09:00</dc:date><dcterms:issued>2024-03-01T12:00+09:00</dcterms:issued>
<dcterms:modified>2024-03-08T09:30+09:00</dcterms:modified></item>"#;

#[test]
fn a_detail_keeps_japanese_names_versions_and_times() {
    let ids = [
        related("advisory", "Common Vulnerabilities and Exposures (CVE)", "CVE-2024-90001"),
        related("advisory", "National Vulnerability Database (NVD)", "CVE-2024-90001"),
        related("advisory", "JVN", "JVN#12345678"),
        related("vendor", "架空工業", "CVE-2099-1"),
        related("cwe", "JVNDB", "CWE-862"),
        related("cwe", "JVNDB", "CWE-noinfo"),
    ];
    let (found, notices) = record(&detail(ITEM, &ids.concat()));
    assert_eq!(notices, []);
    assert_eq!((found.source.as_str(), found.id.as_str()), ("jvn", "JVNDB-2024-000901"));
    assert_eq!(found.language, RecordLanguage::Japanese);
    assert_eq!(found.title.as_deref(), Some("架空の管理画面における認可処理の不備"));
    let overview =
        "架空の管理画面には、認可処理の不備があります。 <script> の扱い 詳しくは開発者の案内を参照。";
    assert_eq!(found.description.as_deref(), Some(overview));
    assert_eq!(found.aliases, ["CVE-2024-90001"]);
    assert_eq!(found.addresses, ["JVN#12345678"]);
    assert_eq!(found.cwes, ["CWE-862"]);
    assert_eq!(found.published_at, Stamp::parse("2024-03-01T03:00:10Z"));
    assert_eq!(found.modified_at, Stamp::parse("2024-03-08T00:30:00Z"));
    let vectors: Vec<_> =
        found.severities.iter().map(|one| (one.asserter.as_str(), one.vector.as_str())).collect();
    let wanted = [
        ("JVN iPedia", "AV:N/AC:L/Au:S/C:P/I:N/A:N"),
        ("JVN iPedia", "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N"),
    ];
    assert_eq!(vectors, wanted);
    let [entry] = found.affected.as_slice() else { panic!("{:?}", found.affected) };
    assert_eq!((entry.asserter.as_str(), entry.authority), ("JVN iPedia", Authority::Derived));
    assert_eq!(names(entry), ["cpe:2.3:a:example:console:*:*:*:*:*:*:*:*", "架空工業|管理画面"]);
    assert_eq!(rows(entry), ["(, 2.4.1)"]);
}

#[test]
fn several_cves_are_addressed_and_never_joined() {
    let ids = ["CVE-2024-90001", "CVE-2024-90002", "CVE-2024-90001"];
    let ids = ids.map(|id| related("advisory", "Common Vulnerabilities and Exposures (CVE)", id));
    let (found, _) =
        record(&detail(ITEM, &[ids.concat(), related("advisory", "JVN", "JVNVU#91234567")].concat()));
    assert_eq!(found.aliases, Vec::<String>::new());
    assert_eq!(found.addresses, ["CVE-2024-90001", "CVE-2024-90002", "JVNVU#91234567"]);
}

#[test]
fn a_record_without_a_cve_is_kept_under_its_own_id() {
    let (found, notices) = record(&detail(ITEM, &related("advisory", "JVN", "JVN#12345678")));
    assert_eq!((found.aliases.len(), found.id.as_str()), (0, "JVNDB-2024-000901"));
    assert_eq!(found.addresses, ["JVN#12345678"]);
    assert_eq!(notices, []);
}

#[test]
fn versions_that_are_not_understood_stay_visible() {
    let item = |name: &str, cpe: &str, versions: &str| {
        format!(
            "<AffectedItem><Name>架空工業</Name><ProductName>{name}</ProductName>{cpe}{versions}</AffectedItem>"
        )
    };
    let cpe = "<Cpe version=\"2.2\">cpe:/a:example:console</Cpe>";
    for (item, expected_names, expected_rows) in [
        (
            item("管理画面", cpe, "<VersionNumber/>"),
            vec!["cpe:2.3:a:example:console:*:*:*:*:*:*:*:*", "架空工業|管理画面"],
            vec![],
        ),
        (
            item(
                "管理画面",
                "",
                "<VersionNumber>管理画面 1.2 以前</VersionNumber><VersionNumber>SP2</VersionNumber>",
            ),
            vec!["架空工業|管理画面"],
            vec!["(, 1.2]", "?SP2"],
        ),
        (item("(複数の製品)", cpe, ""), vec!["cpe:2.3:a:example:console:*:*:*:*:*:*:*:*"], vec![]),
    ] {
        let (found, notices) = record(&detail(&item, ""));
        assert_eq!(notices, []);
        let entry = &found.affected[0];
        assert_eq!(
            (names(entry), rows(entry)),
            (
                expected_names.iter().map(ToString::to_string).collect(),
                expected_rows.iter().map(ToString::to_string).collect()
            )
        );
    }
    // Nothing that a component could be found by.
    let (found, _) = record(&detail(&item("(複数の製品)", "", "<VersionNumber/>"), ""));
    assert_eq!(found.affected, []);
    let (_, notices) = record(&detail(&item("管理画面", "<Cpe>cpe:/a:b:c:d:e:f:g:h:i</Cpe>", ""), ""));
    assert_eq!(notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [codes::FEED_CPE_UNREADABLE]);
}

#[test]
fn an_overview_is_a_source_of_its_own() {
    let (header, records) = split_text(&overview(OVERVIEW_ITEM)).unwrap();
    assert_eq!(header.stated_at, Stamp::parse("2024-03-08T22:00:00Z"));
    assert_eq!(records[0].format, FeedFormat::JvnOverview);
    let (found, notices) = record(&overview(OVERVIEW_ITEM));
    assert_eq!(notices, []);
    assert_eq!((found.source.as_str(), found.id.as_str()), ("jvn:rss", "JVNDB-2024-000901"));
    assert_eq!(found.aliases, ["CVE-2024-90001"]);
    assert_eq!(found.addresses, ["JVN#12345678"]);
    assert_eq!(found.cwes, ["CWE-862"]);
    assert_eq!(found.modified_at, Stamp::parse("2024-03-08T00:30:00Z"));
    assert_eq!(found.references.len(), 5);
    assert_eq!(rows(&found.affected[0]), Vec::<String>::new());
}

#[test]
fn english_and_deleted_records_are_told() {
    let settled = |text: String| -> Record { record(&text).0 };
    let english = OVERVIEW_ITEM
        .replace("架空の管理画面における認可処理の不備", "Missing authorization in Console")
        .replace("認可処理の不備があります。", "Console lacks authorization.");
    let found = settled(overview(&english));
    assert_eq!((found.source.as_str(), found.language), ("jvn:rss-en", RecordLanguage::Unstated));
    let deleted =
        OVERVIEW_ITEM.replace("認可処理の不備があります。", "** 削除 ** 本件は取り下げられました。");
    assert_eq!(settled(overview(&deleted)).state, RecordState::Withdrawn);
}

#[test]
fn lists_of_names_give_vendors_and_products() {
    let text = r#"<?xml version="1.0"?><Result version="3.3" xmlns="http://jvndb.jvn.jp/myjvn/Results" xmlns:status="http://jvndb.jvn.jp/myjvn/Status">
<VendorInfo xml:lang="ja"><Vendor vname="架空工業" cpe="cpe:/:example" vid="7"><Product pname="管理画面" cpe="cpe:/a:example:console" pid="70"/>
<Product pname="" cpe="cpe:/a:example:empty" pid="71"/></Vendor><Vendor vname="Beispiel &amp; Co" cpe="cpe:/:beispiel" vid="8"/></VendorInfo>
<status:Status retCd="0" totalRes="61449" totalResRet="61449"/></Result>"#;
    let (header, records) = split_text(text).unwrap();
    assert_eq!((header.n_records, header.notices), (2, Vec::new()));
    let name = |vendor: (&str, &str), product: Option<(&str, &str)>, cpe: &str| ProductName {
        source: "jvn".to_owned(),
        vendor_id: vendor.0.to_owned(),
        vendor: vendor.1.to_owned(),
        product_id: product.map(|(id, _)| id.to_owned()),
        product: product.map(|(_, name)| name.to_owned()),
        cpe: Some(cpe.to_owned()),
    };
    let parsed: Vec<FeedItem> = records.iter().map(|raw| parse(raw, &mut Vec::new()).unwrap()).collect();
    let first = ("7", "架空工業");
    assert_eq!(
        parsed,
        [
            FeedItem::Names(vec![
                name(first, None, "cpe:/:example"),
                name(first, Some(("70", "管理画面")), "cpe:/a:example:console")
            ]),
            FeedItem::Names(vec![name(("8", "Beispiel & Co"), None, "cpe:/:beispiel")]),
        ]
    );
}

#[test]
fn checksums_are_rows_of_size_and_hash() {
    let hash = "AB".repeat(32);
    let text = format!(
        r#"[{{"url": "https://example.com/f.rdf", "filename": "f.rdf", "sha256": "{hash}", "size": 12, "lastModified": "2024/03/01 12:00:00"}},
            {{"filename": "g.rdf", "sha256": "short", "size": 12}}]"#
    );
    let (_, records) = split_text(&text).unwrap();
    let wanted = FileChecksum { file_name: "f.rdf".to_owned(), size_bytes: 12, sha256: hash.to_lowercase() };
    assert_eq!(parse(&records[0], &mut Vec::new()), Ok(FeedItem::Checksum(wanted)));
    assert_eq!(parse(&records[1], &mut Vec::new()).unwrap_err().code, codes::FEED_RECORD_UNREADABLE);
}

#[test]
fn declared_encodings_are_read() {
    let utf8 = detail(ITEM, "");
    let wanted = record(&utf8).0;
    for (label, encoding) in [
        ("Shift_JIS", encoding_rs::SHIFT_JIS),
        ("EUC-JP", encoding_rs::EUC_JP),
        ("ISO-2022-JP", encoding_rs::ISO_2022_JP),
    ] {
        let text = utf8.replace("UTF-8", label);
        let (bytes, _, has_losses) = encoding.encode(&text);
        assert!(!has_losses);
        let mut found = Vec::new();
        split(bytes.as_ref(), &mut |raw| {
            found.push(parse(&raw, &mut Vec::new()).unwrap());
            Ok(())
        })
        .unwrap();
        assert_eq!(found, [FeedItem::Record(wanted.clone())], "{label}");
    }
    let (bom, _) = split_text(&format!("\u{FEFF}\n{utf8}")).unwrap();
    assert_eq!(bom.n_records, 1);
    assert_eq!(split_text(&utf8.replace("UTF-8", "EBCDIC-9")).unwrap_err().code, codes::FEED_ENCODING);
}

#[test]
fn what_is_wrong_with_a_stream_is_said() {
    let whole = detail(ITEM, "");
    for (text, code) in [
        (whole[..whole.len() - 40].to_owned(), codes::FEED_CUT),
        (whole[..whole.find("</Title>").unwrap()].to_owned(), codes::FEED_CUT),
        (whole[..whole.find("<Affected>").unwrap() + 4].to_owned(), codes::FEED_CUT),
        (whole.replace("</Affected>", "</Impact>"), codes::FEED_MALFORMED),
        (
            whole.replace(
                "<VULDEF-Document",
                "<!DOCTYPE VULDEF-Document [<!ENTITY a \"b\">]><VULDEF-Document",
            ),
            codes::FEED_XML_ENTITY,
        ),
        ("<html><body/></html>".to_owned(), codes::FEED_UNKNOWN_FORMAT),
        (
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>".to_owned(),
            codes::FEED_UNKNOWN_FORMAT,
        ),
        (whole.replace("retCd=\"0\" errCd=\"\"", "retCd=\"1\" errCd=\"E01\""), codes::FEED_API_FAULT),
        (format!("<VULDEF-Document>{}", "<a>".repeat(500)), codes::FEED_LIMIT),
        ("<".to_owned(), codes::FEED_UNKNOWN_FORMAT),
        ("<!DOCTYPE html><html/>".to_owned(), codes::FEED_UNKNOWN_FORMAT),
        ("<?xml version=\"1.0\" encoding=\"windows-1252\"?><a/>".to_owned(), codes::FEED_UNKNOWN_FORMAT),
    ] {
        assert_eq!(split_text(&text).unwrap_err().code, code, "{text:.300}");
    }
    let (header, _) = split_text(&whole.replace("totalResRet=\"1\"", "totalResRet=\"9\"")).unwrap();
    assert_eq!(header.notices[0].code, codes::FEED_FEWER_THAN_STATED);
    let (header, _) = split_text(&whole.replace("totalRes=\"1\"", "totalRes=\"120\"")).unwrap();
    assert_eq!(header.stated_total, Some(120));
    let (header, _) = split_text(&vuldef("").replace("totalResRet=\"1\"", "totalResRet=\"0\"")).unwrap();
    assert_eq!((header.n_records, header.formats.len()), (0, 1));
}

#[test]
fn one_bad_record_is_refused_alone() {
    for (text, code) in [
        (
            detail(ITEM, "").replace("<VulinfoID>JVNDB-2024-000901</VulinfoID>", ""),
            codes::FEED_RECORD_UNREADABLE,
        ),
        (detail(ITEM, "").replace("認可処理の不備があります", "&unknown;"), codes::FEED_XML_ENTITY),
        (detail(ITEM, "").replace("認可処理の不備があります", "&#xFFFFFFFF;"), codes::FEED_RECORD_UNREADABLE),
    ] {
        let (_, records) = split_text(&text).unwrap();
        assert_eq!(parse(&records[0], &mut Vec::new()).unwrap_err().code, code);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
    #[test]
    fn no_bytes_panic(at in 0_usize..2_000, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)) {
        let mut text = detail(ITEM, &related("advisory", "JVN", "JVN#1")).into_bytes();
        let at = at.min(text.len());
        text.splice(at..at, bytes);
        let mut records = Vec::new();
        let _ = split(text.as_slice(), &mut |raw| {
            records.push(raw);
            Ok(())
        });
        for raw in records {
            let _ = parse(&raw, &mut Vec::new());
        }
    }
}
