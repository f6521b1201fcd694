//! CSAF documents: who speaks, limits, and shapes that no publisher means.

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::vulnerability::{Authority, Record};
use serde_json::{Value, json};

use super::super::{FeedItem, parse};
use super::{names, rows, split_text};

/// The records of a document, with its notices.
fn read(document: &Value) -> Result<(Vec<Record>, Vec<Message>), Message> {
    let (_, raw) = split_text(&document.to_string())?;
    assert_eq!(raw.len(), 1);
    let mut notices = Vec::new();
    match parse(&raw[0], &mut notices)? {
        FeedItem::Advisory(records) => Ok((records, notices)),
        other => panic!("{other:?}"),
    }
}

/// A document with this publisher, product tree and vulnerabilities.
#[expect(clippy::needless_pass_by_value, reason = "every caller builds them for this call")]
fn document(publisher: Value, tree: Value, vulnerabilities: Value) -> Value {
    let tracking = json!({"id": "ADV-1", "status": "final", "current_release_date": "2031-01-01T00:00:00Z"});
    json!({
        "document": {"csaf_version": "2.0", "publisher": publisher, "tracking": tracking},
        "product_tree": tree,
        "vulnerabilities": vulnerabilities,
    })
}

/// A vendor by name and namespace.
fn vendor(name: &str, namespace: &str) -> Value {
    json!({"category": "vendor", "name": name, "namespace": namespace})
}

#[test]
fn authority_depends_on_who_speaks_of_whose_product() {
    let branch = |vendor: &str| {
        json!({"branches": [{"category": "vendor", "name": vendor, "branches": [
            {"category": "product_name", "name": "Thing", "product": {"name": "Thing", "product_id": "T"}}]}]})
    };
    let helper = |key: &str, text: &str| {
        json!({"full_product_names": [{"name": "Thing", "product_id": "T",
            "product_identification_helper": {key: text}}]})
    };
    let acme = || vendor("ACME ProductCERT", "https://cert.acme.example");
    for (publisher, tree, expected) in [
        (acme(), branch("ACME"), Authority::Supplier),
        (acme(), branch("Acme, Inc."), Authority::Supplier),
        (vendor("PSIRT", "https://www.big-corp.example"), branch("Big Corp"), Authority::Derived),
        (vendor("PSIRT", "https://www.bigcorp.example"), branch("Big Corp"), Authority::Supplier),
        (acme(), branch("Microsoft"), Authority::Derived),
        (acme(), branch(""), Authority::Derived),
        (acme(), helper("cpe", "cpe:2.3:a:acme:thing:1.0:*:*:*:*:*:*:*"), Authority::Supplier),
        (acme(), helper("cpe", "cpe:2.3:a:openssl:openssl:1.0:*:*:*:*:*:*:*"), Authority::Derived),
        (acme(), helper("purl", "pkg:npm/lodash@4.17.20"), Authority::Derived),
        (acme(), helper("purl", "pkg:rpm/redhat/openssl@1-1?distro=rhel-8"), Authority::Derived),
        (
            vendor("Red Hat Product Security", "https://www.redhat.com"),
            helper("purl", "pkg:rpm/redhat/openssl@1-1?distro=rhel-8"),
            Authority::Distribution,
        ),
        (
            vendor("Red Hat Product Security", "https://redhat.com.evil.example"),
            helper("purl", "pkg:rpm/redhat/openssl@1-1?distro=rhel-8"),
            Authority::Derived,
        ),
        (
            vendor("SUSE", "https://www.suse.com/"),
            helper("purl", "pkg:rpm/suse/openssl@1-1"),
            Authority::Distribution,
        ),
        (
            json!({"category": "coordinator", "name": "ACME", "namespace": "https://acme.example"}),
            branch("ACME"),
            Authority::Derived,
        ),
        (
            json!({"category": "translator", "name": "ACME", "namespace": "https://acme.example"}),
            branch("ACME"),
            Authority::Derived,
        ),
    ] {
        let status = json!([{"cve": "CVE-2031-1", "product_status": {"known_affected": ["T"]}}]);
        let document = document(publisher, tree, status);
        let (records, _) = read(&document).unwrap();
        assert_eq!(records[0].affected[0].authority, expected, "{document}");
    }
}

#[test]
fn sources_and_ids_name_the_publisher_and_the_advisory() {
    for (namespace, expected) in [
        ("https://www.Acme.example/psirt", "csaf:acme.example"),
        ("acme.example", "csaf:acme.example"),
        ("urn:acme", "csaf"),
        ("", "csaf"),
    ] {
        let document = document(vendor("ACME", namespace), json!({}), json!([{}]));
        let (records, _) = read(&document).unwrap();
        assert_eq!((records[0].source.as_str(), records[0].id.as_str()), (expected, "ADV-1/1"));
    }
    let none = json!({"document": {"csaf_version": "2.0", "tracking": {"id": ""}}});
    assert_eq!(read(&none).unwrap_err().code, codes::FEED_RECORD_UNREADABLE);
}

#[test]
fn documents_alone_in_lists_and_with_a_vulnerability_list_are_told_from_envelopes() {
    let one = document(vendor("ACME", "https://acme.example"), json!({}), json!([{"cve": "CVE-2031-1"}]));
    for text in [one.to_string(), format!("[{one}]"), format!("{one}\n{one}")] {
        let (header, raw) = split_text(&text).unwrap();
        assert_eq!(header.formats.len(), 1, "{text}");
        assert!(raw.iter().all(|raw| raw.format == super::super::FeedFormat::Csaf), "{text}");
    }
    // A document without `csaf_version`, or with its vulnerabilities first, is refused and not half read.
    for text in [
        r#"{"document":{"tracking":{"id":"A"}},"vulnerabilities":[{"cve":"CVE-2031-1"}]}"#,
        r#"{"vulnerabilities":[{"cve":"CVE-2031-1"}],"document":{"csaf_version":"2.0","tracking":{"id":"A"}}}"#,
    ] {
        assert_eq!(split_text(text).unwrap_err().code, codes::FEED_UNKNOWN_FORMAT, "{text}");
    }
}

/// Branches in branches, `depth` of them, with a product in the last.
fn nested(depth: usize) -> Value {
    let mut branch =
        json!({"category": "product_name", "name": "P", "product": {"name": "P", "product_id": "P"}});
    for _ in 1..depth {
        branch = json!({"category": "product_family", "name": "F", "branches": [branch]});
    }
    json!({"branches": [branch]})
}

#[test]
fn limits_are_said_by_name() {
    let of_tree =
        |tree| document(vendor("ACME", "https://acme.example"), tree, json!([{"cve": "CVE-2031-1"}]));
    assert!(read(&of_tree(nested(limits::CSAF_BRANCH_DEPTH_MAX))).is_ok());
    for depth in [limits::CSAF_BRANCH_DEPTH_MAX + 1, 55] {
        let error = read(&of_tree(nested(depth))).unwrap_err();
        assert_eq!(error.code, codes::FEED_LIMIT, "{depth}: {error}");
        assert!(error.to_string().contains("CSAF_BRANCH_DEPTH_MAX"), "{error}");
    }
    // Deeper than any reader of JSON here goes: the stream itself is refused.
    let levels = 10_000;
    let deep = format!(
        r#"{{"document":{{"csaf_version":"2.0","tracking":{{"id":"A"}}}},"product_tree":{}{}}}"#,
        r#"{"branches":["#.repeat(levels),
        "]}".repeat(levels)
    );
    assert_eq!(split_text(&deep).unwrap_err().code, codes::FEED_MALFORMED);
    let many = Value::Array(vec![json!({}); limits::CSAF_VULNERABILITIES_MAX + 1]);
    let error = read(&document(vendor("ACME", ""), json!({}), many)).unwrap_err();
    assert!(error.to_string().contains("CSAF_VULNERABILITIES_MAX"), "{error}");
}

/// A chain of products, each the default component of the next; the last is plain, or the first again.
fn chain(length: usize, is_circle: bool) -> Value {
    let next = |index: usize| if is_circle { (index + 1) % length } else { index + 1 };
    let relationships: Vec<Value> = (0..length)
        .map(|index| {
            json!({"category": "default_component_of", "product_reference": "PART",
                "relates_to_product_reference": format!("P{}", next(index)),
                "full_product_name": {"name": format!("P{index}"), "product_id": format!("P{index}")}})
        })
        .collect();
    let whole = json!({"name": "Whole", "product_id": format!("P{length}"),
        "product_identification_helper": {"cpe": "cpe:2.3:a:acme:whole:1.0:*:*:*:*:*:*:*"}});
    json!({"full_product_names": [{"name": "Part", "product_id": "PART"}, whole], "relationships": relationships})
}

#[test]
fn long_chains_end_and_circles_are_noticed() {
    let status = json!([{"cve": "CVE-2031-1", "product_status": {"known_affected": ["P0"]}}]);
    for (length, name, row) in [(3, "cpe:2.3:a:acme:whole:*:*:*:*:*:*:*:*", "=1.0"), (5_000, "|P0", "?P0")] {
        let tree = chain(length, false);
        let (records, notices) =
            read(&document(vendor("ACME", "https://acme.example"), tree, status.clone())).unwrap();
        assert_eq!(notices, []);
        assert_eq!(names(&records[0].affected[0]), [name]);
        assert_eq!(rows(&records[0].affected[0]), [row]);
    }
    let round = document(vendor("ACME", "https://acme.example"), chain(5_000, true), status);
    let (records, notices) = read(&round).unwrap();
    assert_eq!(rows(&records[0].affected[0]), ["?P0"]);
    assert_eq!(notices.len(), limits::NOTICES_MAX);
    assert!(notices.iter().all(|notice| notice.code == codes::FEED_CSAF_CIRCULAR));
}
