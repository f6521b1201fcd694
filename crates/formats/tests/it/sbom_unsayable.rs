//! Values that the target format forbids: the document stays valid, and what was left out or changed is reported.

use kikimori_core::sbom::loss::{Claim, Loss, LossKind, compare};
use kikimori_formats::sbom::read_whole;
use kikimori_formats::sbom::write::{TargetFormat, WriteOptions, write};

/// A bill with one component that has these further fields.
fn bill(fields: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
            {{"type":"library","bom-ref":"SPDXRef-a","name":"a","version":"1",{fields}}}]}}"#
    )
}

/// The bill in a format, and what differs in one field when it is read again.
fn written(fields: &str, target: TargetFormat, claim: Claim) -> (String, Vec<Loss>) {
    let sbom = read_whole(bill(fields).as_bytes()).unwrap();
    let options = WriteOptions {
        serial: "urn:uuid:00000000-0000-8000-8000-000000000000".to_owned(),
        created: "2026-01-02T03:04:05Z".to_owned(),
        tool: "test 1".to_owned(),
    };
    let mut bytes = Vec::new();
    let order = write(&sbom, target, &options, &mut bytes).unwrap();
    let again = read_whole(&bytes[..]).unwrap();
    let differences = compare(&sbom, &again, &order);
    let differences = differences.into_iter().filter(|loss| loss.claim == claim).collect();
    (String::from_utf8(bytes).unwrap(), differences)
}

#[test]
fn only_addresses_stand_where_spdx_wants_addresses() {
    for (locator, is_address) in [
        ("https://example.org/a.tar.gz", true),
        ("git+https://example.org/a.git@v1#sub", true),
        ("ftp://example.org/a?x=1&y=%20", true),
        ("a.tar.gz", false),
        ("../dist/a.tgz", false),
        ("/opt/a", false),
        ("example.org/a", false),
        ("://example.org", false),
        ("https://", false),
        ("1x://example.org", false),
        ("C:\\\\dist\\\\a.zip", false),
        ("https://例え.example/a", false),
        ("https://example.org/<a>", false),
    ] {
        let fields = format!(
            r#""externalReferences":[{{"type":"distribution","url":"{locator}"}},{{"type":"website","url":"{locator}"}}]"#
        );
        let plain = locator.replace("\\\\", "\\");
        for target in [TargetFormat::SpdxTagValue, TargetFormat::SpdxJson] {
            let (text, differences) = written(&fields, target, Claim::ExternalReferences);
            assert_eq!(differences, [], "{locator}: nothing is lost");
            let is_download_kept = text.contains(&format!("PackageDownloadLocation: {plain}\n"))
                || text.contains(&format!("\"downloadLocation\": \"{locator}\""));
            let is_unstated = text.contains("PackageDownloadLocation: NOASSERTION\n")
                || text.contains("\"downloadLocation\": \"NOASSERTION\"");
            assert_eq!((is_download_kept, is_unstated), (is_address, !is_address), "{locator}\n{text}");
            let has_homepage = text.contains("PackageHomePage: ") || text.contains("\"homepage\": ");
            assert_eq!(has_homepage, is_address, "{locator}\n{text}");
        }
    }
}

#[test]
fn white_space_in_a_locator_is_written_as_addresses_write_it_and_reported() {
    let fields = r#""externalReferences":[{"type":"distribution","url":"my dist/a\u3000b.zip"}]"#;
    for target in [TargetFormat::SpdxTagValue, TargetFormat::SpdxJson] {
        let (text, differences) = written(fields, target, Claim::ExternalReferences);
        assert!(text.contains("my%20dist/a%E3%80%80b.zip"), "{text}");
        assert!(text.contains("NOASSERTION"), "{text}");
        let kinds: Vec<LossKind> = differences.iter().map(|loss| loss.kind).collect();
        assert_eq!(kinds, [LossKind::Changed], "{differences:?}");
        assert!(format!("{differences:?}").contains("my dist"), "the value is named: {differences:?}");
    }
}

#[test]
fn hashes_that_are_none_are_left_out_and_reported_with_their_value() {
    let sha1 = "0123456789abcdef0123456789abcdef01234567";
    for (algorithm, value, is_cyclonedx, is_spdx) in [
        ("SHA-1", sha1.to_owned(), true, true),
        ("SHA-1", sha1.to_ascii_uppercase(), true, true),
        ("SHA-1", sha1[..39].to_owned(), false, false),
        ("SHA-1", format!("{}g", &sha1[..39]), false, false),
        ("SHA-1", format!(" {}", &sha1[..39]), false, false),
        ("SHA-256", sha1.to_owned(), true, false),
        ("SHA-256", "unknown".to_owned(), false, false),
        ("MD5", format!("sha1:{}", &sha1[..27]), false, false),
        ("MD5", "d41d8cd9\\nFilesAnalyzed: true".to_owned(), false, false),
        ("SHA-512", "ab".repeat(64), true, true),
        ("BLAKE3", "ab".repeat(32), true, true),
    ] {
        let fields = format!(r#""hashes":[{{"alg":"{algorithm}","content":"{value}"}}]"#);
        for target in TargetFormat::ALL {
            let is_cyclonedx_target =
                matches!(target, TargetFormat::CycloneDxJson | TargetFormat::CycloneDxXml);
            let is_kept = if is_cyclonedx_target { is_cyclonedx } else { is_spdx };
            let (text, differences) = written(&fields, *target, Claim::Hashes);
            let told: Vec<LossKind> = differences.iter().map(|loss| loss.kind).collect();
            let expected: &[LossKind] = if is_kept { &[] } else { &[LossKind::Lost] };
            assert_eq!(told, expected, "{algorithm} {value} {}", target.name());
            assert_eq!(
                text.to_lowercase().contains(&value.to_lowercase()),
                is_kept,
                "{value} {}\n{text}",
                target.name()
            );
            let named = format!("{differences:?}").to_lowercase();
            let first_word: String =
                value.to_lowercase().chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(is_kept || named.contains(&first_word), "{named}");
            if is_kept && !is_cyclonedx_target {
                assert!(text.contains(&value.to_lowercase()), "SPDX wants small letters\n{text}");
            }
        }
    }
}

#[test]
fn what_is_no_expression_becomes_a_licence_that_the_document_defines() {
    for (licence, is_valid) in [
        ("MIT", true),
        ("MIT OR Apache-2.0", true),
        ("GPL-2.0-with-classpath-exception", true),
        ("GPL-2.0-with-classpath-exception OR MIT", true),
        ("GPL-2.0-only WITH Classpath-exception-2.0", true),
        ("GPL-2.0+", true),
        ("GPL-2.0+ AND LGPL-2.1", true),
        ("LicenseRef-own AND MIT", true),
        ("NOASSERTION", true),
        ("BSD", false),
        ("MIT OR", false),
        ("MIT, Apache-2.0", false),
        ("MIT / Apache-2.0", false),
        ("Apache License 2.0", false),
        ("(MIT OR Zlib", false),
        ("GPL-2.0-only WITH everything", false),
        ("社内ライセンス", false),
    ] {
        let fields = format!(r#""licenses":[{{"expression":"{licence}"}}]"#);
        for target in [TargetFormat::SpdxTagValue, TargetFormat::SpdxJson] {
            let (text, differences) = written(&fields, target, Claim::Licences);
            let stands_as_is = text.contains(&format!("PackageLicenseDeclared: {licence}\n"))
                || text.contains(&format!("\"licenseDeclared\": \"{licence}\""));
            let is_defined = text.contains(&format!("ExtractedText: <text>{licence}</text>"))
                || text.contains(&format!("\"extractedText\": \"{licence}\""));
            assert_eq!((stands_as_is, is_defined), (is_valid, !is_valid), "{licence}\n{text}");
            assert!(is_valid || text.contains("LicenseRef-"), "{licence}\n{text}");
            let is_reported = differences.iter().any(|loss| loss.kind.is_loss());
            assert!(is_valid || is_reported || text.contains(licence), "{licence} {differences:?}");
        }
        let fields = format!(r#""licenses":[{{"license":{{"id":"{licence}"}}}}]"#);
        let (text, _) = written(&fields, TargetFormat::SpdxTagValue, Claim::Licences);
        let is_id = text.contains(&format!("PackageLicenseDeclared: {licence}\n"));
        assert_eq!(
            is_id,
            is_valid && !licence.contains(' ') && licence != "NOASSERTION",
            "{licence}\n{text}"
        );
    }
}
