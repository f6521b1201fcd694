//! Cases beyond the standard's own suite: what real bills write.

use super::*;
use proptest::prelude::*;

/// `text` parses and displays as `canonical`.
fn check(text: &str, canonical: &str) {
    let purl = Purl::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    assert_eq!(purl.to_string(), canonical, "{text}");
    assert_eq!(Purl::parse(canonical).as_ref(), Ok(&purl), "{canonical}");
}

#[test]
fn reads_what_real_bills_write() {
    for (text, canonical) in [
        ("pkg://npm//lodash@4.17.21", "pkg:npm/lodash@4.17.21"),
        ("PKG:npm/lodash@4.17.21", "pkg:npm/lodash@4.17.21"),
        (" pkg:npm/lodash ", "pkg:npm/lodash"),
        ("pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core@1.0.0"),
        ("pkg:npm/%40angular%2Fcore@1.0.0", "pkg:npm/%40angular%2Fcore@1.0.0"),
        ("pkg:golang/github.com%2FBurntSushi/toml@v1.2.0", "pkg:golang/github.com/BurntSushi/toml@v1.2.0"),
        ("pkg:rpm/bash@5.1.8-6.el9?distro=rhel-9.4&epoch=", "pkg:rpm/bash@5.1.8-6.el9?distro=rhel-9.4"),
        ("pkg:deb/debian/openssl@1:3.0.11-1~deb12u2+b1", "pkg:deb/debian/openssl@1:3.0.11-1~deb12u2%2Bb1"),
        ("pkg:deb/libc6@2.36?Arch=amd64&arch=amd64", "pkg:deb/libc6@2.36?arch=amd64"),
        (
            "pkg:generic/x@1?download_url=https://h/?a=1",
            "pkg:generic/x@1?download_url=https:%2F%2Fh%2F%3Fa%3D1",
        ),
        ("pkg:generic/my app@1.0 beta", "pkg:generic/my%20app@1.0%20beta"),
        ("pkg:generic/100%@1", "pkg:generic/100%25@1"),
        ("pkg:generic/x@", "pkg:generic/x"),
        ("pkg:git/host%2Fa//b@1", "pkg:git/host/a/b@1"),
        ("pkg:git/a//@", "pkg:git/a"),
        ("pkg:generic/x@feature/branch", "pkg:generic/x@feature%2Fbranch"),
        ("pkg:generic/x#a/../b/./c//", "pkg:generic/x#a/b/c"),
        ("pkg:generic/機器@1", "pkg:generic/%E6%A9%9F%E5%99%A8@1"),
    ] {
        check(text, canonical);
    }
}

#[test]
fn names_the_part_at_fault() {
    for (text, expected) in [
        ("", PurlFault::Scheme),
        ("npm/lodash", PurlFault::Scheme),
        ("pkg:", PurlFault::Missing { part: PurlPart::Type }),
        ("pkg:npm", PurlFault::Missing { part: PurlPart::Name }),
        ("pkg:npm/@1.0", PurlFault::Missing { part: PurlPart::Name }),
        ("pkg:3d/x", PurlFault::Type { text: "3d".to_owned() }),
        ("pkg:npm/x?a=1&A=2", PurlFault::QualifierTwice { key: "a".to_owned() }),
        ("pkg:npm/x?a%20b=1", PurlFault::QualifierKey { key: "a%20b".to_owned() }),
        ("pkg:npm/%FF", PurlFault::Encoding { part: PurlPart::Name, text: "%FF".to_owned() }),
        ("pkg:npm/x@1%00", PurlFault::Control { part: PurlPart::Version, text: "1\0".to_owned() }),
        (
            "pkg:cargo/a/b",
            PurlFault::TypeRule {
                kind: "cargo".to_owned(),
                part: PurlPart::Namespace,
                rule: PurlRule::NamespaceProhibited,
            },
        ),
    ] {
        assert_eq!(Purl::parse(text), Err(expected), "{text}");
    }
    let long = format!("pkg:npm/{}", "a".repeat(IDENTIFIER_BYTES_MAX));
    assert_eq!(Purl::parse(&long), Err(PurlFault::TooLong { bytes: IDENTIFIER_BYTES_MAX + 8 }));
}

#[test]
fn finds_qualifiers_by_key() {
    let purl = Purl::parse("pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=1&arch=i386").unwrap();
    assert_eq!(purl.qualifier("epoch"), Some("1"));
    assert_eq!(purl.qualifier("distro"), None);
}

proptest! {
    #[test]
    fn any_text_parses_or_faults_and_canonical_form_is_stable(text in "(pkg:)?\\PC{0,60}") {
        if let Ok(purl) = Purl::parse(&text) {
            let canonical = purl.to_string();
            prop_assert_eq!(Purl::parse(&canonical), Ok(purl));
        }
    }

    #[test]
    fn package_like_text_keeps_its_parts(
        text in "pkg:(npm|deb|pypi|git|golang|x)/[a-zA-Z%@./_+]{0,12}/[a-zA-Z%@._]{1,8}(@[0-9a-z.:~+%/]{0,8})?(\\?[a-c]=[a-z/%]{0,3})?(#[a-z./]{0,6})?"
    ) {
        if let Ok(purl) = Purl::parse(&text) {
            prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
        }
    }

    #[test]
    fn parts_survive_building_and_reading(
        namespace in proptest::option::of("\\PC{1,10}"),
        name in "\\PC{1,10}",
        version in proptest::option::of("\\PC{1,10}"),
        value in "\\PC{1,10}",
    ) {
        let built = Purl::new("generic", namespace.as_deref(), &name, version.as_deref(), &[("k", &value)], None);
        if let Ok(purl) = built {
            prop_assert_eq!(&purl.name, &name);
            prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
        }
    }
}
