//! Targets that read files of Kikimori's own: archives, bundles, the library.

use std::io::{Read, Write};
use std::path::Path;

use kikimori_app::bundle::{SIGNATURE_BYTES, Signer};
use kikimori_app::import_bundle::{BundleOptions, import_bundle};
use kikimori_core::sbom::Sbom;
use kikimori_core::stamp::Stamp;
use kikimori_formats::sbom;
use kikimori_matcher::library::segment::Segment;
use kikimori_matcher::library::{Library, Manifest};
use kikimori_matcher::matching::scan::{ScanOptions, scan};

/// A bill whose components are in the library that the seeds come from.
const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
 {"type":"library","name":"console","version":"2.2","cpe":"cpe:2.3:a:example:console:2.2:*:*:*:*:*:*:*"},
 {"type":"library","name":"parser","version":"1.2.0","purl":"pkg:npm/parser@1.2.0"},
 {"type":"library","name":"python","version":"3.8","purl":"pkg:generic/python@3.8"}]}"#;

/// The manifest of the library that the seeds come from.
const MANIFEST: &str = include_str!("../seeds/manifest/library.json");

/// Bytes read of each stream of an input: enough to come past every header.
const STREAM_BYTES_MAX: u64 = 1 << 20;

/// Opens a file as people give it: plain, packed or an archive.
pub fn open_inputs(data: &[u8]) {
    let path = written(data);
    let _ = kikimori_app::inputs::open_each(&[path.to_path_buf()], &mut |mut input| {
        let mut start = Vec::new();
        let _ = input.reader.by_ref().take(STREAM_BYTES_MAX).read_to_end(&mut start);
        Ok(())
    });
    let _ = kikimori_app::sbom_file::read_sbom(&path);
}

/// Imports a bundle whose signature any key may have made, into a library of its own.
pub fn open_bundle(data: &[u8]) {
    let path = written(data);
    let folder = tempfile::tempdir().expect("a folder for a library");
    let now = Stamp::parse("2026-11-21T00:00:00Z").expect("a time");
    let options = BundleOptions { now, is_older_allowed: true, is_replacing: true };
    let judge = |_: &str, _: &[u8], _: &[u8; SIGNATURE_BYTES]| {
        Ok(Signer { name: "anybody".to_owned(), fingerprint: "0".to_owned() })
    };
    let _ = kikimori_app::bundle::is_bundle(&path);
    let _ = import_bundle(folder.path(), &path, options, &judge);
}

/// Opens a library with this manifest.
pub fn open_manifest(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for a library");
    std::fs::write(folder.path().join("library.json"), data).expect("room for a manifest");
    if let Ok(Some(manifest)) = Manifest::read(folder.path()) {
        let _ = (manifest.is_sound(), manifest.newest_by_family().len());
    }
    let _ = Library::open(folder.path()).map(|library| library.map(|library| library.as_of()));
}

/// Opens a library with this segment, reads all that is in it, and matches a bill with it.
pub fn open_segment(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for a library");
    std::fs::write(folder.path().join("library.json"), MANIFEST).expect("room for a manifest");
    let Ok(Some(mut manifest)) = Manifest::read(folder.path()) else { panic!("the manifest of the seeds") };
    let Some(entry) = manifest.segments.first_mut() else { panic!("a manifest without segments") };
    let path = folder.path().join(&entry.file);
    entry.size_bytes = data.len() as u64;
    manifest.segments.truncate(1);
    std::fs::write(&path, data).expect("room for a segment");
    if manifest.write(folder.path()).is_err() {
        return;
    }
    match_bill(folder.path());
}

/// Reads everything in the library in `folder`.
fn match_bill(folder: &Path) {
    let Ok(Some(library)) = Library::open(folder) else { return };
    library.segments().iter().for_each(read_segment);
    let _ = library.product_names("console");
    let bill: Sbom = sbom::read(BILL.as_bytes()).expect("a bill");
    let _ =
        scan(&bill, Some(&library), &ScanOptions { include_not_affected: true, ..ScanOptions::default() });
}

/// Reads every row of a segment.
fn read_segment(segment: &Segment) {
    let _ = (segment.keys().count(), segment.all_mentions().count(), segment.all_epss().count());
    for number in 0..segment.n_records().min(100) {
        let Some(row) = segment.record(number) else { continue };
        let _ = (segment.payload(&row), segment.name(&row));
        let _ = segment.head(&row).and_then(|head| head.texts().map(|texts| texts.references.len()));
    }
    for number in 0..segment.n_entries().min(100) {
        let _ = (segment.entry(number).is_some(), segment.record_of_entry(number));
    }
    let _ = segment.lifecycles().flatten().map(|lifecycles| lifecycles.all());
}

/// The bytes as a file.
fn written(data: &[u8]) -> tempfile::TempPath {
    let mut file = tempfile::NamedTempFile::new().expect("a folder for temporary files");
    file.write_all(data).expect("room for a temporary file");
    file.into_temp_path()
}
