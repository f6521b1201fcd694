//! Names of vendors and products in the library, and texts in Japanese.

use std::path::Path;

use kikimori_core::product_name::ProductName;
use kikimori_core::vulnerability::{Record, RecordLanguage};
use kikimori_matcher::library::import::{ImportMode, ImportReport, Importer, encode};
use kikimori_matcher::library::{LibraryFault, product_names};
use kikimori_matcher::matching::groups::Groups;

use crate::make::{self, NOW, WHOLE, open};

/// A product of a vendor; the vendor itself without a product.
fn name(vendor: (&str, &str), product: Option<(&str, &str)>, cpe: &str) -> ProductName {
    ProductName {
        source: "jvn".to_owned(),
        vendor_id: vendor.0.to_owned(),
        vendor: vendor.1.to_owned(),
        product_id: product.map(|(id, _)| id.to_owned()),
        product: product.map(|(_, name)| name.to_owned()),
        cpe: Some(cpe.to_owned()),
    }
}

/// A vendor and two products.
fn names() -> Vec<ProductName> {
    let vendor = ("7", "架空工業");
    vec![
        name(vendor, None, "cpe:/:example"),
        name(vendor, Some(("70", "管理画面　Ｐｒｏ")), "cpe:/a:example:Console"),
        name(vendor, Some(("71", "Web-Viewer")), "cpe:/a:example:viewer"),
    ]
}

/// Imports names as a feed of their own.
fn import(folder: &Path, names: &[ProductName], mode: ImportMode) -> Result<ImportReport, LibraryFault> {
    let mut importer = Importer::begin(folder, mode, NOW)?;
    let feed = importer.start_feed("jvn-names", "names.rdf");
    for name in names {
        importer.add(feed, &product_names::encode(name))?;
    }
    importer.commit()
}

#[test]
fn names_are_found_by_name_and_by_cpe() {
    let folder = tempfile::tempdir().unwrap();
    let report = import(folder.path(), &names(), WHOLE).unwrap();
    assert_eq!((report.n_names, report.n_new), (3, 0));
    let library = open(folder.path());
    assert_eq!(library.manifest().names.get("jvn"), Some(&3));
    assert!(library.manifest().live.is_empty() && library.manifest().retired.is_empty());
    let all = names();
    for (asked, found) in [
        ("架空工業", &all[0..1]),
        ("管理画面 pro", &all[1..2]),
        ("ＷＥＢ＿ｖｉｅｗｅｒ", &all[2..3]),
        ("viewer", &[]),
        ("", &[]),
    ] {
        assert_eq!(library.product_names(asked), found, "{asked}");
    }
    assert_eq!(library.product_names_of_cpe("cpe:/a:example:console"), all[1..2]);
    assert_eq!(library.product_names_of_cpe("cpe:/a:example"), []);
    // A name is no record, whatever is asked for.
    assert_eq!(library.mentions("name 架空工業"), []);
}

#[test]
fn names_follow_their_feed_and_survive_merging() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &names(), WHOLE).unwrap();
    let changed = name(("7", "架空工業"), Some(("71", "Web-Viewer 2")), "cpe:/a:example:viewer");
    import(folder.path(), std::slice::from_ref(&changed), ImportMode::Delta).unwrap();
    for number in 0..12 {
        // Records that are in the way of nothing, so that segments pile up.
        let record = make::npm(&format!("GHSA-{number}"), 1, "left", "2.0");
        make::import(folder.path(), &[record], ImportMode::Delta).unwrap();
    }
    let library = open(folder.path());
    assert!(library.segments().len() < 12);
    assert_eq!(library.product_names("Web Viewer"), []);
    assert_eq!(library.product_names("web viewer 2"), [changed]);
    assert_eq!(library.manifest().names.get("jvn"), Some(&3));
    // A whole list without a product removes it.
    let report = import(folder.path(), &names()[..2], ImportMode::Whole { allow_shrink: true }).unwrap();
    let library = open(folder.path());
    assert_eq!((library.manifest().names.get("jvn"), report.n_removed), (Some(&2), 0));
    assert_eq!(library.product_names("web viewer 2"), []);
}

#[test]
fn the_snapshot_does_not_depend_on_the_order_of_names() {
    let snapshot = |names: &[ProductName]| {
        let folder = tempfile::tempdir().unwrap();
        import(folder.path(), names, WHOLE).unwrap();
        open(folder.path()).snapshot().to_owned()
    };
    let mut other = names();
    other.reverse();
    assert_eq!(snapshot(&names()), snapshot(&other));
    assert_ne!(snapshot(&names()), snapshot(&names()[..2]));
}

#[test]
fn japanese_texts_stand_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let text = |source: &str, id: &str, title: &str, language: RecordLanguage| Record {
        aliases: vec!["CVE-2024-1".to_owned()],
        title: Some(title.to_owned()),
        description: Some(format!("{title}.")),
        language,
        ..make::record(source, id, 1, Vec::new())
    };
    let records = [
        text("jvn:rss", "JVNDB-2024-000901", "概要", RecordLanguage::Japanese),
        text("jvn", "JVNDB-2024-000901", "詳細", RecordLanguage::Japanese),
        text("cve", "CVE-2024-1", "A hole", RecordLanguage::Unstated),
    ];
    make::import(folder.path(), &records, WHOLE).unwrap();
    let library = open(folder.path());
    let mut groups = Groups::new(&library);
    let group = groups.of_id("CVE-2024-1");
    let summary = groups.summary(group).unwrap();
    let japanese = summary.japanese.as_ref().unwrap();
    assert_eq!((japanese.source.as_str(), japanese.record.as_str()), ("jvn", "JVNDB-2024-000901"));
    assert_eq!((summary.title_for(true), summary.title_for(false)), (Some("詳細"), Some("A hole")));
    assert_eq!(summary.description_for(true), Some("詳細."));
    // Nothing is written for other languages, so that libraries made before there was one stay readable and equal.
    assert!(
        encode(&records[1]).head_length
            > encode(&Record { language: RecordLanguage::Unstated, ..records[1].clone() }).head_length
    );
    let alone = tempfile::tempdir().unwrap();
    make::import(alone.path(), &records[..1], WHOLE).unwrap();
    let library = open(alone.path());
    let mut groups = Groups::new(&library);
    let group = groups.of_id("CVE-2024-1");
    let summary = groups.summary(group).unwrap();
    assert_eq!((summary.title.as_deref(), summary.title_for(false)), (None, Some("概要")));
}
