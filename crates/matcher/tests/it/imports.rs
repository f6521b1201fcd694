//! Imports: whole feeds, changes, shrinking, locks, lists, and readers that stay while the library changes.

use std::path::Path;

use kikimori_core::vulnerability::{Epss, KevEntry, Record, RecordState};
use kikimori_matcher::library::import::{ImportMode, ImportReport, Importer, encode, record_key};
use kikimori_matcher::library::segment::RowState;
use kikimori_matcher::library::{Library, LibraryFault};
use kikimori_matcher::matching::scan::{ScanOptions, scan};

use crate::make::{NOW, WHOLE, component, import, import_as, npm, open, record, sbom};

const SHRINK: ImportMode = ImportMode::Whole { allow_shrink: true };

/// Records `GHSA-0`, `GHSA-1`… about packages `p0`, `p1`…
fn numbered(range: std::ops::Range<usize>) -> Vec<Record> {
    range.map(|number| npm(&format!("GHSA-{number}"), 100, &format!("p{number}"), "2.0.0")).collect()
}

/// The ids that a scan of `p0`… up to `count` finds.
fn found(library: &Library, count: usize) -> Vec<String> {
    let components = (0..count).map(|number| component(&format!("pkg:npm/p{number}@1.0.0"))).collect();
    let scan = scan(&sbom(components), Some(library), &ScanOptions::default());
    let mut ids: Vec<String> = scan.findings.iter().map(|finding| finding.vulnerability.id.clone()).collect();
    ids.sort();
    ids
}

/// Files of a folder, sorted, the lock aside.
fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|file| !file.contains("lock"))
        .collect();
    files.sort();
    files
}

/// Whether the library holds a record in force or retired.
fn holds(library: &Library, id: &str) -> bool {
    library.find_record(record_key("osv:ghsa", id)).is_some_and(|(_, row)| row.state != RowState::Removed)
}

#[test]
fn counts_what_an_import_did() {
    let folder = tempfile::tempdir().unwrap();
    let first = import(folder.path(), &numbered(0..10), WHOLE).unwrap();
    assert_eq!((first.n_new, first.n_changed, first.n_unchanged), (10, 0, 0));
    let mut next = numbered(0..10);
    next[0] = npm("GHSA-0", 200, "p0", "3.0.0");
    next[1] = npm("GHSA-1", 50, "p1", "3.0.0");
    next.push(npm("GHSA-10", 100, "p10", "2.0.0"));
    let second = import(folder.path(), &next, WHOLE).unwrap();
    let expected = ImportReport {
        n_new: 1,
        n_changed: 1,
        n_unchanged: 8,
        n_older: 1,
        snapshot: second.snapshot.clone(),
        ..ImportReport::default()
    };
    assert_eq!(second, expected);
    assert_ne!(first.snapshot, second.snapshot);
}

#[test]
fn the_same_feed_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lists = |importer: &mut Importer| {
        let kev = importer.start_feed("kev", "kev.json");
        importer.add_kev(kev, kev_entry("CVE-2024-1", "Name"));
        let epss = importer.start_feed("epss", "epss.csv");
        importer.add_epss(epss, "CVE-2024-1", Epss { probability_ppm: 5, percentile_ppm: 6 });
    };
    let run = || {
        let mut importer = Importer::begin(folder.path(), WHOLE, NOW).unwrap();
        let feed = importer.start_feed("osv", "all.zip");
        numbered(0..20).iter().for_each(|record| importer.add(feed, &encode(record)).unwrap());
        lists(&mut importer);
        importer.commit().unwrap()
    };
    let first = run();
    let before = files(folder.path());
    let second = run();
    assert!(second.is_unchanged && !first.is_unchanged);
    assert_eq!(first.snapshot, second.snapshot);
    assert_eq!(before, files(folder.path()));
}

#[test]
fn a_feed_that_shrank_is_refused_and_removed_when_allowed() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let before = files(folder.path());
    let LibraryFault::Shrank { feeds } = import(folder.path(), &numbered(0..17), WHOLE).unwrap_err() else {
        panic!("not refused");
    };
    assert_eq!((feeds[0].n_before, feeds[0].n_now), (20, 17));
    assert_eq!(files(folder.path()), before, "nothing is left of the refused import");
    assert_eq!(found(&open(folder.path()), 20).len(), 20);
    let report = import(folder.path(), &numbered(0..17), SHRINK).unwrap();
    assert_eq!(report.n_removed, 3);
    let library = open(folder.path());
    assert_eq!(found(&library, 20).len(), 17);
    assert_eq!(library.manifest().live["osv:ghsa"], 17);
    assert!(!holds(&library, "GHSA-18"));
    let again = import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    assert_eq!(again.n_new, 3, "removed records come back");
    assert_eq!(found(&open(folder.path()), 20).len(), 20);
}

#[test]
fn up_to_a_tenth_may_leave() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let report = import(folder.path(), &numbered(0..18), WHOLE).unwrap();
    assert_eq!(report.n_removed, 2);
}

#[test]
fn an_empty_feed_of_the_same_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    assert!(matches!(import(folder.path(), &[], WHOLE), Err(LibraryFault::Shrank { .. })));
}

#[test]
fn a_feed_is_known_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    import_as(folder.path(), "osv", "january.zip", &numbered(0..20), WHOLE).unwrap();
    import_as(folder.path(), "osv", "february.zip", &numbered(1..21), WHOLE).unwrap();
    let library = open(folder.path());
    assert_eq!(library.manifest().feeds.len(), 1);
    assert_eq!(library.manifest().feeds[&0].name, "february.zip");
    assert!(!holds(&library, "GHSA-0"));
}

#[test]
fn a_disjoint_second_part_is_another_feed() {
    let folder = tempfile::tempdir().unwrap();
    import_as(folder.path(), "nvd", "page.json", &numbered(0..20), WHOLE).unwrap();
    let report = import_as(folder.path(), "nvd", "page.json", &numbered(20..25), WHOLE).unwrap();
    assert_eq!(report.n_removed, 0);
    let library = open(folder.path());
    assert_eq!(library.manifest().feeds.len(), 2);
    assert_eq!(found(&library, 25).len(), 25);
}

#[test]
fn a_feed_split_in_two_parts_did_not_shrink() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let parts = |second: std::ops::Range<usize>| {
        let mut importer = Importer::begin(folder.path(), WHOLE, NOW).unwrap();
        for (name, range) in [("one.zip", 0..12), ("two.zip", second)] {
            let feed = importer.start_feed("osv", name);
            numbered(range).iter().for_each(|record| importer.add(feed, &encode(record)).unwrap());
        }
        importer.commit()
    };
    assert!(parts(12..20).unwrap().is_unchanged);
    assert!(matches!(parts(0..12), Err(LibraryFault::Shrank { .. })), "the same part twice is no whole");
}

#[test]
fn the_same_records_in_two_feeds_count_in_both() {
    let folder = tempfile::tempdir().unwrap();
    // Which of two feeds read at once brings a record first is chance.
    for is_reversed in [false, true, false] {
        let mut importer = Importer::begin(folder.path(), WHOLE, NOW).unwrap();
        let feeds = [importer.start_feed("osv", "all.zip"), importer.start_feed("osv", "npm.zip")];
        for record in numbered(0..20) {
            for position in 0..2 {
                let feed = feeds[if is_reversed { 1 - position } else { position }];
                importer.add(feed, &encode(&record)).unwrap();
            }
        }
        importer.commit().unwrap();
        let library = open(folder.path());
        assert_eq!(library.manifest().feeds.len(), 2, "no feed is made up");
        assert!(library.manifest().feeds.values().all(|feed| feed.n_records == 20));
        assert!(library.segments()[0].record(0).unwrap().feed == 0);
    }
}

#[test]
fn feeds_merged_into_one_file_do_not_multiply() {
    let folder = tempfile::tempdir().unwrap();
    for range in [0..10, 10..20, 20..30] {
        import_as(folder.path(), "nvd", "year.json", &numbered(range), WHOLE).unwrap();
    }
    for _ in 0..3 {
        import_as(folder.path(), "nvd", "everything.json", &numbered(0..30), WHOLE).unwrap();
    }
    assert_eq!(open(folder.path()).manifest().feeds.len(), 4);
}

#[test]
fn revisions_count_not_the_order_they_come_in() {
    let revisions = [
        npm("GHSA-0", 100, "p0", "1.0.0"),
        npm("GHSA-0", 200, "p0", "2.0.0"),
        npm("GHSA-0", 300, "p0", "0.5.0"),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let one = tempfile::tempdir().unwrap();
        let records: Vec<Record> = order.iter().map(|index| revisions[*index].clone()).collect();
        import(one.path(), &records, WHOLE).unwrap();
        let many = tempfile::tempdir().unwrap();
        records.iter().for_each(|record| {
            import(many.path(), std::slice::from_ref(record), WHOLE).unwrap();
        });
        let mixed = tempfile::tempdir().unwrap();
        import(mixed.path(), &records[..1], WHOLE).unwrap();
        import(mixed.path(), &records[1..], WHOLE).unwrap();
        for folder in [one, many, mixed] {
            let library = open(folder.path());
            let (_, row) = library.find_record(record_key("osv:ghsa", "GHSA-0")).unwrap();
            assert_eq!(row.modified_ms, 300, "{order:?}");
            assert!(found(&library, 1).is_empty(), "only the newest range counts: {order:?}");
        }
    }
}

#[test]
fn a_correction_without_a_new_revision_counts() {
    for is_dated in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        for fixed in ["0.5.0", "2.0.0", "0.5.0", "2.0.0"] {
            let mut record = npm("GHSA-0", 100, "p0", fixed);
            record.modified_at = record.modified_at.filter(|_| is_dated);
            let report = import(folder.path(), &[record], WHOLE).unwrap();
            assert_eq!(report.n_older, 0);
            assert_eq!(found(&open(folder.path()), 1).len(), usize::from(fixed == "2.0.0"), "{fixed}");
        }
    }
}

#[test]
fn a_delta_reports_touched_keys_and_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..5), WHOLE).unwrap();
    let delta = [
        npm("GHSA-0", 200, "renamed", "2.0.0"),
        npm("GHSA-1", 100, "p1", "2.0.0"),
        npm("GHSA-2", 50, "older", "2.0.0"),
        npm("GHSA-9", 100, "p9", "2.0.0"),
    ];
    let report = import_as(folder.path(), "osv", "delta.zip", &delta, ImportMode::Delta).unwrap();
    let touched: Vec<&str> = report.touched.iter().map(String::as_str).collect();
    assert_eq!(touched, ["npm p0", "npm p9", "npm renamed"]);
    assert_eq!(
        (report.n_new, report.n_changed, report.n_unchanged, report.n_older, report.n_removed),
        (1, 1, 1, 1, 0)
    );
    assert_eq!(open(folder.path()).manifest().live["osv:ghsa"], 6);
}

#[test]
fn a_delta_keeps_records_in_their_feed() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let delta = [
        npm("GHSA-19", 200, "p19", "3.0.0"),
        npm("GHSA-19", 300, "p19", "4.0.0"),
        npm("GHSA-70", 200, "p70", "3.0.0"),
        npm("GHSA-71", 200, "p71", "3.0.0"),
    ];
    import_as(folder.path(), "osv", "delta.zip", &delta, ImportMode::Delta).unwrap();
    let library = open(folder.path());
    assert_eq!(library.manifest().feeds[&0].name, "all.zip");
    let (_, row) = library.find_record(record_key("osv:ghsa", "GHSA-19")).unwrap();
    assert_eq!((row.feed, row.modified_ms), (0, 300));
    let report = import(folder.path(), &numbered(0..19), WHOLE).unwrap();
    assert_eq!(report.n_removed, 1, "the whole feed no longer has the record that the delta changed");
    assert!(!holds(&open(folder.path()), "GHSA-19"));
    assert!(
        holds(&open(folder.path()), "GHSA-70"),
        "what only the delta brought is not the feed's to remove"
    );
}

#[test]
fn a_delta_that_is_part_of_a_feed_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let delta = [npm("GHSA-3", 200, "p3", "3.0.0")];
    import_as(folder.path(), "osv", "delta.zip", &delta, ImportMode::Delta).unwrap();
    let library = open(folder.path());
    assert_eq!(library.manifest().feeds.len(), 1);
    assert_eq!(library.manifest().feeds[&0].name, "all.zip");
    assert_eq!(library.manifest().feeds[&0].n_records, 20);
}

#[test]
fn ecosystems_are_counted_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let count = || open(folder.path()).manifest().ecosystems.get("npm").copied();
    import(folder.path(), &numbered(0..20), WHOLE).unwrap();
    let changed: Vec<Record> =
        (0..20).map(|number| npm(&format!("GHSA-{number}"), 200, &format!("p{number}"), "3.0.0")).collect();
    import(folder.path(), &changed, WHOLE).unwrap();
    assert_eq!(count(), Some(20), "changed records do not count twice");
    import(folder.path(), &numbered(0..19), WHOLE).unwrap();
    assert_eq!(count(), Some(19));
    import(folder.path(), &[], SHRINK).unwrap();
    assert_eq!(count(), None);
}

/// A KEV entry.
fn kev_entry(cve: &str, name: &str) -> KevEntry {
    KevEntry {
        cve: cve.to_owned(),
        added_on: "2024-01-01".to_owned(),
        due_on: "2024-02-01".to_owned(),
        is_ransomware_known: false,
        name: name.to_owned(),
    }
}

#[test]
fn known_exploited_and_scores_are_replaced_whole_and_merged_by_deltas() {
    let folder = tempfile::tempdir().unwrap();
    let run = |cves: &[(&str, u32)], mode: ImportMode| {
        let mut importer = Importer::begin(folder.path(), mode, NOW).unwrap();
        let kev = importer.start_feed("kev", "kev.json");
        let epss = importer.start_feed("epss", "epss.csv");
        for (cve, probability_ppm) in cves {
            importer.add_kev(kev, kev_entry(cve, &probability_ppm.to_string()));
            importer.add_epss(epss, cve, Epss { probability_ppm: *probability_ppm, percentile_ppm: 1 });
        }
        importer.commit()
    };
    let probability = |library: &Library, cve: &str| library.epss(cve).map(|epss| epss.probability_ppm);
    let name = |library: &Library, cve: &str| library.kev(cve).map(|entry| entry.name.clone());
    run(&[("CVE-1", 1), ("CVE-2", 2)], WHOLE).unwrap();
    run(&[("CVE-2", 20), ("CVE-3", 3)], ImportMode::Delta).unwrap();
    let library = open(folder.path());
    for (cve, expected) in [("CVE-1", Some(1)), ("CVE-2", Some(20)), ("CVE-3", Some(3)), ("CVE-4", None)] {
        assert_eq!(probability(&library, cve), expected);
        assert_eq!(name(&library, cve), expected.map(|number: u32| number.to_string()));
    }
    assert_eq!((library.manifest().n_kev, library.manifest().n_epss), (3, 3));
    run(&[("CVE-1", 1), ("CVE-2", 2), ("CVE-4", 4)], WHOLE).unwrap();
    let library = open(folder.path());
    assert_eq!((probability(&library, "CVE-3"), name(&library, "CVE-3")), (None, None));
    assert_eq!((probability(&library, "CVE-4"), name(&library, "CVE-2")), (Some(4), Some("2".to_owned())));
    assert!(matches!(run(&[("CVE-1", 1)], WHOLE), Err(LibraryFault::Shrank { .. })));
}

#[test]
fn one_import_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Importer::begin(folder.path(), WHOLE, NOW).unwrap();
    assert!(matches!(Importer::begin(folder.path(), WHOLE, NOW), Err(LibraryFault::Locked { .. })));
    drop(first);
    import(folder.path(), &numbered(0..1), WHOLE).unwrap();
    assert_eq!(files(folder.path()), ["library.json", "segment-000001.kklib"]);
}

#[test]
fn an_import_that_stops_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..5), WHOLE).unwrap();
    let before = files(folder.path());
    let mut importer = Importer::begin(folder.path(), WHOLE, NOW).unwrap();
    let feed = importer.start_feed("osv", "all.zip");
    importer.add(feed, &encode(&npm("GHSA-0", 900, "p0", "9.0.0"))).unwrap();
    drop(importer);
    assert_eq!(files(folder.path()), before);
    assert_eq!(found(&open(folder.path()), 5).len(), 5);
}

#[test]
fn what_a_crash_left_behind_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..5), WHOLE).unwrap();
    let snapshot = open(folder.path()).snapshot().to_owned();
    for left in
        ["segment-000002.new", "segment-000002.kklib", "segment-000001-merged.new", "library.json.new"]
    {
        std::fs::write(folder.path().join(left), b"half").unwrap();
    }
    assert_eq!(open(folder.path()).snapshot(), snapshot, "a reader does not see what no manifest names");
    import(folder.path(), &numbered(0..6), WHOLE).unwrap();
    assert_eq!(files(folder.path()), ["library.json", "segment-000001.kklib", "segment-000002.kklib"]);
    assert_eq!(found(&open(folder.path()), 6).len(), 6);
}

#[test]
fn many_imports_are_merged_while_a_reader_stays() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..3), WHOLE).unwrap();
    let reader = open(folder.path());
    for number in 3..23 {
        let delta = [npm(&format!("GHSA-{number}"), 100, &format!("p{number}"), "2.0.0")];
        import_as(folder.path(), "osv", "delta.zip", &delta, ImportMode::Delta).unwrap();
        assert_eq!(found(&reader, 30).len(), 3, "the reader keeps its library");
        let library = open(folder.path());
        assert_eq!(found(&library, 30).len(), number + 1);
        assert!(library.segments().len() <= 8);
        let names: Vec<&String> = library.manifest().segments.iter().map(|entry| &entry.file).collect();
        let kept = files(folder.path()).into_iter().filter(|file| file.ends_with(".kklib")).count();
        assert_eq!(kept, names.len(), "no file is left that no manifest names");
        library.verify(folder.path()).unwrap();
    }
}

#[test]
fn retired_records_are_kept_and_do_not_match() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &numbered(0..3), WHOLE).unwrap();
    let mut withdrawn = npm("GHSA-1", 200, "p1", "2.0.0");
    withdrawn.state = RecordState::Withdrawn;
    import_as(folder.path(), "osv", "delta.zip", &[withdrawn], ImportMode::Delta).unwrap();
    let library = open(folder.path());
    assert_eq!(found(&library, 3), ["GHSA-0", "GHSA-2"]);
    assert_eq!((library.manifest().live["osv:ghsa"], library.manifest().retired["osv:ghsa"]), (2, 1));
}

#[test]
fn an_alias_group_that_is_too_large_is_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let mut records = numbered(0..3);
    for (index, record) in records.iter_mut().enumerate() {
        record.aliases = vec!["WRONG-0".to_owned()];
        record.aliases.extend((0..100).map(|number| format!("WRONG-{index}-{number}")));
    }
    import(folder.path(), &records, WHOLE).unwrap();
    assert_eq!(found(&open(folder.path()), 3), ["GHSA-0", "GHSA-1", "GHSA-2"]);
}

#[test]
fn an_empty_folder_is_no_library() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Library::open(folder.path()).unwrap().is_none());
    assert!(Library::open(&folder.path().join("absent")).unwrap().is_none());
    import(folder.path(), &[record("cve", "CVE-1", 1, Vec::new())], WHOLE).unwrap();
    let library = open(folder.path());
    assert_eq!(library.manifest().live["cve"], 1);
}
