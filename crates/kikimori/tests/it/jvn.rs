//! JVN from its files to findings, as a user sees it. The vulnerabilities, products and companies are invented.

use sha2::{Digest, Sha256};

use crate::program::Home;

/// Components found by CPE, each with what JVN says about it.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"application","name":"console","version":"2.4.0","cpe":"cpe:2.3:a:example:console:2.4.0:*:*:*:*:*:*:*"},
 {"type":"application","name":"gateway","version":"5.2","cpe":"cpe:2.3:a:example:gateway:5.2:*:*:*:*:*:*:*"},
 {"type":"application","name":"viewer","version":"1.0","cpe":"cpe:2.3:a:example:viewer:1.0:*:*:*:*:*:*:*"}]}"#;

/// An NVD record that ends the range of the console earlier than JVN does.
const NVD: &str = r#"{"cve":{"id":"CVE-2024-90001","sourceIdentifier":"x@example.com","published":"2024-03-01T00:00:00.000",
 "lastModified":"2024-03-02T00:00:00.000","vulnStatus":"Analyzed",
 "descriptions":[{"lang":"en","value":"Console lacks authorization."}],"metrics":{},"references":[],
 "configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
 "criteria":"cpe:2.3:a:example:console:*:*:*:*:*:*:*:*","versionEndExcluding":"2.3"}]}]}]}}"#;

/// A detail: id, title, affected product with CPE product and sentence, related ids.
fn vulinfo(id: &str, title: &str, product: &str, sentence: &str, related: &[&str]) -> String {
    let related: String = related
        .iter()
        .map(|id| {
            let name =
                if id.starts_with("CVE-") { "Common Vulnerabilities and Exposures (CVE)" } else { "JVN" };
            format!(
                "<RelatedItem type=\"advisory\"><Name>{name}</Name><VulinfoID>{id}</VulinfoID></RelatedItem>"
            )
        })
        .collect();
    format!(
        "<Vulinfo><VulinfoID>{id}</VulinfoID><VulinfoData><Title>{title}</Title>
<VulinfoDescription><Overview>{title}があります。</Overview></VulinfoDescription>
<Affected><AffectedItem><Name>架空工業</Name><ProductName>{product}</ProductName>
<Cpe version=\"2.2\">cpe:/a:example:{product}</Cpe><VersionNumber>{sentence}</VersionNumber></AffectedItem></Affected>
<Impact><Cvss version=\"3.0\"><Vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</Vector></Cvss></Impact>
<Related>{related}</Related>
<DateFirstPublished>2024-03-01T12:00:00+09:00</DateFirstPublished>
<DateLastUpdated>2024-03-08T12:00:00+09:00</DateLastUpdated></VulinfoData></Vulinfo>"
    )
}

/// The details of a year.
fn details() -> String {
    let records = [
        vulinfo(
            "JVNDB-2024-000901",
            "架空の管理画面における認可処理の不備",
            "console",
            "2.4.1 より前のバージョン",
            &["CVE-2024-90001", "JVN#12345678"],
        ),
        vulinfo(
            "JVNDB-2024-000902",
            "架空の中継装置における情報漏えい",
            "gateway",
            "5.0 から 5.3 まで",
            &["JVN#12345678"],
        ),
        vulinfo(
            "JVNDB-2024-000903",
            "架空の閲覧ソフトにおける解放済みメモリの使用",
            "viewer",
            "機能拡張版 2.0 以前",
            &[],
        ),
    ];
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<VULDEF-Document version=\"3.2\" xmlns=\"http://jvn.jp/vuldef/\" xml:lang=\"ja\">{}</VULDEF-Document>\n",
        records.concat()
    )
}

/// A list of one vendor and its product.
const NAMES: &str = r#"<?xml version="1.0"?><Result version="3.3" xmlns="http://jvndb.jvn.jp/myjvn/Results"><VendorInfo xml:lang="ja">
<Vendor vname="架空工業" cpe="cpe:/:example" vid="7"><Product pname="管理画面" cpe="cpe:/a:example:console" pid="70"/></Vendor>
</VendorInfo></Result>"#;

/// A list of checksums with one row.
fn checksums(file: &str, content: &str) -> String {
    let hash: String = Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"[{{"url":"https://example.com/{file}","filename":"{file}","sha256":"{hash}","size":{},"lastModified":"2024/03/09 07:00:00"}},
            {{"url":"https://example.com/other.rdf","filename":"other.rdf","sha256":"{hash}","size":1,"lastModified":"2024/03/09 07:00:00"}}]"#,
        content.len()
    )
}

/// A home with the SBOM and a folder of feeds.
fn prepared() -> Home {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("jvn/jvndb_detail_2024.rdf", &details());
    home.file("jvn/checksum.txt", &checksums("jvndb_detail_2024.rdf", &details()));
    home.file("jvn/myjvn_product_202403.rdf", NAMES);
    home
}

#[test]
fn jvn_speaks_beside_nvd_and_alone() {
    let home = prepared();
    home.file("nvd.json", NVD);
    let import = home.run(&["library", "import", "jvn", "nvd.json"]);
    assert_eq!(import.exit, 0, "{}", import.err);
    for said in
        ["jvn: 1 file, 3 records", "names of vendors and products 2", "files that agree with checksum.txt 1"]
    {
        assert!(import.out.contains(said), "{said}\n{}", import.out);
    }
    let info = home.run(&["library", "info", "--lang", "ja"]);
    for said in ["JVN iPedia の情報は、IPA と JPCERT/CC が", "jvn（ベンダと製品の名前）  2"]
    {
        assert!(info.out.contains(said), "{said}\n{}", info.out);
    }
    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let findings = scan["findings"].as_array().unwrap();
    let of = |id: &str| {
        let found = findings.iter().find(|finding| finding["vulnerability"]["id"] == id);
        found.unwrap_or_else(|| panic!("{id}: {findings:#?}"))
    };
    assert_eq!(findings.len(), 3);
    // NVD says fixed in 2.3, JVN in 2.4.1: one finding, and the disagreement is shown.
    let console = of("CVE-2024-90001");
    assert_eq!((&console["verdict"], &console["is_disputed"]), (&"affected".into(), &true.into()));
    let sources: Vec<_> =
        console["evidence"].as_array().unwrap().iter().map(|one| one["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["jvn", "nvd"]);
    assert_eq!(console["evidence"][0]["compared"], "2.4.0 < 2.4.1");
    assert_eq!(console["evidence"][0]["asserter"], "JVN iPedia");
    assert_eq!(console["vulnerability"]["description"], "Console lacks authorization.");
    assert_eq!(console["vulnerability"]["japanese"]["title"], "架空の管理画面における認可処理の不備");
    assert_eq!(console["vulnerability"]["japanese"]["record"], "JVNDB-2024-000901");
    // One advisory of JVN stands behind both records and joins nothing.
    assert_eq!(console["vulnerability"]["aliases"].as_array().unwrap().len(), 1);
    let gateway = of("JVNDB-2024-000902");
    assert_eq!(gateway["verdict"], "affected");
    assert_eq!(gateway["evidence"][0]["compared"], "5.0 < 5.2 < 5.3");
    // What is not understood is undecided, with its words.
    let viewer = of("JVNDB-2024-000903");
    assert_eq!(
        (&viewer["verdict"], &viewer["reason"]["code"]),
        (&"unknown".into(), &"range_unparsed".into())
    );
    assert_eq!(viewer["evidence"][0]["range"], "“機能拡張版 2.0 以前”");
    assert_eq!(scan["library"]["attributions"].as_array().unwrap().len(), 1);
}

#[test]
fn reports_in_japanese_show_japanese_titles() {
    let home = prepared();
    home.file("nvd.json", NVD);
    assert_eq!(home.run(&["library", "import", "jvn", "nvd.json"]).exit, 0);
    let title = "架空の管理画面における認可処理の不備";
    for format in ["table", "markdown", "csv", "sarif"] {
        let japanese = home.run(&["scan", "a.cdx.json", "-f", format, "--lang", "ja"]).out;
        assert!(japanese.contains(title), "{format}: {japanese}");
        let english = home.run(&["scan", "a.cdx.json", "-f", format, "--lang", "en"]).out;
        // Where nothing else is known, the Japanese text is better than none; the table has no titles in English.
        assert!(!english.contains(title) || format == "csv" || format == "sarif", "{format}: {english}");
    }
    let bom = home.run(&["scan", "a.cdx.json", "-f", "cyclonedx", "--lang", "ja"]).out;
    assert!(bom.contains("認可処理の不備があります。"), "{bom}");
    assert!(bom.contains("https://jvndb.jvn.jp/ja/contents/2024/JVNDB-2024-000902.html"), "{bom}");
    let explained = home.run(&["explain", "a.cdx.json", "CVE-2024-90001", "--lang", "ja"]).out;
    for said in [title, "JVN iPedia", "jvn JVNDB-2024-000901", "2.4.0 < 2.4.1"] {
        assert!(explained.contains(said), "{said}\n{explained}");
    }
    // By the number on JVN, every vulnerability of the advisory.
    let advisory = home.run(&["explain", "a.cdx.json", "JVN#12345678"]).out;
    for said in ["CVE-2024-90001", "JVNDB-2024-000902"] {
        assert!(advisory.contains(said), "{said}\n{advisory}");
    }
    assert!(!advisory.contains("JVNDB-2024-000903"), "{advisory}");
}

#[test]
fn a_file_that_is_not_what_checksum_txt_says_is_refused() {
    for (listed, is_packed) in [("size", false), ("hash", false), ("hash", true)] {
        let home = prepared();
        assert_eq!(home.run(&["library", "import", "jvn/myjvn_product_202403.rdf"]).exit, 0);
        let snapshot = home.json(&["library", "info", "-f", "json"]).1["snapshot"].clone();
        let other = if listed == "size" { details() + " " } else { details().replace("2.4.1", "2.4.2") };
        home.file("jvn/checksum.txt", &checksums("jvndb_detail_2024.rdf", &other));
        if is_packed {
            let packed = zstd::encode_all(details().as_bytes(), 1).unwrap();
            std::fs::write(home.path("jvn/jvndb_detail_2024.rdf.zst"), packed).unwrap();
            std::fs::remove_file(home.path("jvn/jvndb_detail_2024.rdf")).unwrap();
        }
        let run = home.run(&["library", "import", "jvn"]);
        assert_eq!(run.exit, 2, "{}", run.out);
        assert!(run.err.contains("FEED-023"), "{}", run.err);
        assert!(run.err.contains("jvndb_detail_2024.rdf"), "{}", run.err);
        assert_eq!(home.json(&["library", "info", "-f", "json"]).1["snapshot"], snapshot);
    }
}
