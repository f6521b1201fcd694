//! How long components are supported, as the command line says it.

use crate::program::Home;

/// An SBOM with an operating system, one of its packages, and two programs of their own.
const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"operating-system","name":"Windows 10","version":"1809"},
 {"type":"library","name":"zlib1g","version":"1","purl":"pkg:deb/debian/zlib1g@1?distro=debian-12"},
 {"type":"library","name":"openssl","version":"1.0.2k","cpe":"cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"},
 {"type":"library","name":"own","version":"1"}]}"#;

/// Lifecycle data as API v1 gives them.
const FEED: &str = r#"{"schema_version":"1.2.0","generated_at":"2026-11-01T00:00:00Z","total":3,"result":[
 {"name":"openssl","label":"OpenSSL","category":"framework","identifiers":[{"id":"cpe:2.3:a:openssl:openssl","type":"cpe"}],
  "releases":[{"name":"3.5","releaseDate":"2025-04-08","isEol":false,"eolFrom":"2030-04-08"},
              {"name":"1.0.2","releaseDate":"2015-01-22","isEol":true,"eolFrom":"2019-12-31"}]},
 {"name":"debian","label":"Debian","category":"os","identifiers":[],
  "releases":[{"name":"12","releaseDate":"2023-06-10","isEol":true,"eolFrom":"2026-07-11","isEoes":false,"eoesFrom":"2028-06-30"}]},
 {"name":"windows","label":"Microsoft Windows","category":"os","identifiers":[],
  "releases":[{"name":"10-1809-e-lts","label":"10 1809 (E)","releaseDate":"2018-11-13","isEol":false,"eolFrom":"2029-01-09"},
              {"name":"10-1809-w","label":"10 1809 (W)","releaseDate":"2018-11-13","isEol":true,"eolFrom":"2020-11-10"}]}]}"#;

/// A home with the SBOM and a library of lifecycle data.
fn prepared() -> Home {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file("endoflife.json", FEED);
    let run = home.run(&["library", "import", "endoflife.json"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    home
}

#[test]
fn a_scan_says_what_is_over_and_what_is_open() {
    let home = prepared();
    let run = home.run(&["scan", "a.cdx.json"]);
    for words in [
        "component support: support ended 1, extended support only 1, support undecided 1, no data 1",
        "Support of components on 2026-11-21 (data of 2026-11-01)",
        "This is not the end of life or support of the medical device.",
        "support ended          2019-12-31",
        "next supported 3.5",
        "extended support until 2028-06-30",
        "edition not stated, and editions differ",
        "10 1809 (E): 2029-01-09, 10 1809 (W): 2020-11-10",
    ] {
        assert!(run.out.contains(words), "{words}\n{}", run.out);
    }
    let run = home.run(&["scan", "a.cdx.json", "--lang", "ja"]);
    for words in [
        "サポート終了",
        "延長サポートのみ",
        "エディションの記載なし",
        "医療機器そのもののEOL・EOSとは別です。",
        "情報なし 1",
    ] {
        assert!(run.out.contains(words), "{words}\n{}", run.out);
    }
    assert!(!run.out.contains('⟦') && !run.out.contains('{'), "{}", run.out);
}

#[test]
fn the_day_decides_and_fail_on_follows_it() {
    let home = prepared();
    let fails = |arguments: &[&str]| home.run(arguments).exit;
    assert_eq!(fails(&["scan", "a.cdx.json", "--fail-on", "end-of-support"]), 1);
    // Extended support and an open edition are no end.
    let only_debian =
        SBOM.replace("\"cpe\":\"cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*\"", "\"scope\":\"required\"");
    home.file("b.cdx.json", &only_debian);
    assert_eq!(fails(&["scan", "b.cdx.json", "--fail-on", "end-of-support"]), 0);
    for (now, state) in [
        ("2019-12-31T23:59:59Z", "supported"),
        ("2020-01-01T00:00:00Z", "ended"),
        ("2026-11-21T00:00:00Z", "ended"),
    ] {
        let (_, scan) = home.json_at(now, &["scan", "a.cdx.json", "-f", "json"]);
        let findings = scan["support"]["findings"].as_array().unwrap();
        let openssl = findings.iter().find(|finding| finding["product"] == "openssl").unwrap();
        assert_eq!(openssl["state"], state, "{now}");
    }
}

#[test]
fn json_has_the_state_the_days_and_the_source() {
    let home = prepared();
    let (_, scan) = home.json(&["scan", "a.cdx.json", "-f", "json"]);
    let support = &scan["support"];
    assert_eq!((&scan["format_version"], &support["on"]), (&"1.1".into(), &"2026-11-21".into()));
    assert_eq!((&support["products"], &support["as_of"]), (&3.into(), &"2026-11-01T00:00:00Z".into()));
    assert_eq!(support["components"]["ended"], 1);
    assert_eq!(support["components"]["without_data"], 1);
    let ended = &support["findings"][0];
    assert_eq!((&ended["state"], &ended["source"]), (&"ended".into(), &"endoflife.date".into()));
    assert_eq!(ended["cycles"][0]["security"]["last_day"], "2019-12-31");
    assert_eq!(ended["cycles"][0]["security"]["is_over"], true);
    assert_eq!(ended["cycles"][0]["extended"]["is_over"], serde_json::Value::Null);
    assert_eq!(ended["next_supported"], "3.5");
    assert_eq!(ended["link"], "https://endoflife.date/openssl");
    assert_eq!(ended["components"][0]["name"], "openssl");
    assert_eq!(ended["evidence"][0]["basis"], "cpe");
    let open =
        support["findings"].as_array().unwrap().iter().find(|finding| finding["state"] == "unknown").unwrap();
    assert_eq!(open["reason"]["code"], "edition_unstated");
    assert_eq!(open["evidence"][0]["basis"], "system_name");
}

#[test]
fn explain_tells_the_cycles_of_a_component() {
    let home = prepared();
    for (what, language, words) in [
        (
            "openssl",
            "en",
            &["SUP-", "OpenSSL 1.0.2: support ended", "security support until: 2019-12-31", "searched by"][..],
        ),
        (
            "openssl",
            "ja",
            &[
                "OpenSSL 1.0.2: サポート終了",
                "セキュリティサポートの最終日: 2019-12-31",
                "情報源（時点）: endoflife.date openssl (2026-11-01)",
            ],
        ),
        (
            "zlib1g",
            "en",
            &["Debian 12: extended support only", "Debian:12", "distribution of the package, 1 component"],
        ),
        (
            "Windows 10",
            "ja",
            &[
                "→ CPE名またはOSの名前にエディション",
                "10 1809 (E) (サポート中)",
                "10 1809 (W) (サポート終了)",
            ],
        ),
    ] {
        let run = home.run(&["explain", "a.cdx.json", what, "--lang", language]);
        assert_eq!(run.exit, 0, "{}", run.err);
        for words in words {
            assert!(run.out.contains(words), "{what} {language}: {words}\n{}", run.out);
        }
    }
    let (_, explanation) = home.json(&["explain", "a.cdx.json", "zlib1g", "-f", "json"]);
    assert_eq!(explanation["support"][0]["product"], "debian");
}

#[test]
fn a_library_without_lifecycle_data_says_so() {
    let home = Home::new();
    home.file("a.cdx.json", SBOM);
    home.file(
        "feed.json",
        r#"{"id":"GHSA-1","modified":"2026-11-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"x"}}]}"#,
    );
    assert_eq!(home.run(&["library", "import", "feed.json"]).exit, 0);
    let run = home.run(&["scan", "a.cdx.json", "--fail-on", "end-of-support"]);
    assert_eq!(run.exit, 0);
    assert!(run.out.contains("component support: not asked"), "{}", run.out);
}

#[test]
fn library_info_counts_products_and_cycles() {
    let home = prepared();
    let run = home.run(&["library", "info"]);
    assert!(run.out.contains("Lifecycle data: 3 products, 5 release cycles"), "{}", run.out);
    let (_, info) = home.json(&["library", "info", "-f", "json"]);
    assert_eq!((&info["products"], &info["cycles"]), (&3.into(), &5.into()));
}

#[test]
fn release_cycles_without_a_product_are_refused() {
    let home = Home::new();
    home.file("python.json", r#"[{"cycle":"3.11","eol":"2027-10-31"}]"#);
    let run = home.run(&["library", "import", "python.json"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("FEED-040") && run.err.contains("api/v1"), "{}", run.err);
}
