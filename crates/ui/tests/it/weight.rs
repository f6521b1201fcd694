//! How much a page weighs.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use kikimori_ui::{Language, assets};

use crate::samples::{Samples, Variant};

/// Bytes of a list of 50 rows.
const LIST_BYTES_MAX: usize = 100_000;

/// Bytes of style sheets and script, compressed.
const ASSETS_BYTES_MAX: usize = 60_000;

/// Lines of the script.
const SCRIPT_LINES_MAX: usize = 300;

#[test]
fn lists_of_fifty_rows_are_light() {
    for language in Language::ALL {
        // Many rows with texts of their usual length.
        let pages = Samples { language, variant: Variant::Many }.pages();
        for name in [
            "findings",
            "products",
            "sbom",
            "components",
            "identities",
            "audit",
            "users",
            "jobs",
            "rules",
            "feeds",
        ] {
            let page = pages.iter().find(|page| page.name == name).unwrap();
            assert!(page.html.matches("<tr>").count() > 50, "{name}");
            assert!(
                page.html.len() <= LIST_BYTES_MAX,
                "{name} {}: {} bytes",
                language.tag(),
                page.html.len()
            );
        }
    }
}

#[test]
fn assets_are_light() {
    let mut n_bytes = 0;
    for asset in assets::ALL.iter().filter(|asset| !asset.name.ends_with("svg")) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(asset.bytes).unwrap();
        n_bytes += encoder.finish().unwrap().len();
    }
    assert!(n_bytes <= ASSETS_BYTES_MAX, "{n_bytes} bytes");
    let script = assets::find("app.js").unwrap().bytes;
    assert!(script.iter().filter(|byte| **byte == b'\n').count() <= SCRIPT_LINES_MAX);
}
