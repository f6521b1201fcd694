//! Sources that are plain files, on servers that behave and in folders.

use std::sync::Mutex;
use std::time::Duration;

use kikimori_app::sync_library::source::SourceKind;

use crate::feeds::{cve_zip, kev, osv_zip};
use crate::server::{Reply, Server};
use crate::site::{Site, file_source, source};

#[test]
fn a_feed_is_fetched_again_only_if_it_changed() {
    let server = Server::start(|seen| match seen.number {
        0 | 1 => Reply::versioned(seen, "\"one\"", &kev("2026-11-20T00:00:00Z", 20)),
        _ => Reply::versioned(seen, "\"two\"", &kev("2026-11-21T00:00:00Z", 21)),
    });
    let (site, feed) = (Site::new(), source("kev", SourceKind::Kev, server.at("/feeds")));
    assert_eq!(site.sync_well(&feed).n_files_updated, 1);
    assert_eq!(site.open().unwrap().manifest().n_kev, 20);
    assert_eq!(site.sync_well(&feed).n_files_unchanged, 1);
    assert_eq!(site.sync_well(&feed).n_files_updated, 1);
    assert_eq!(site.open().unwrap().manifest().n_kev, 21);
    let seen = server.seen();
    assert_eq!(seen[0].target, "/feeds/known_exploited_vulnerabilities.json");
    assert_eq!(seen[0].header("if-none-match"), "");
    assert_eq!(seen[1].header("if-none-match"), "\"one\"");
    assert_eq!(seen[0].header("user-agent"), "kikimori-test");
    let state = site.state();
    let remembered = &state.sources["kev"];
    assert_eq!(remembered.succeeded_ms, Some(site.now.get().0));
    assert_eq!(remembered.faults, []);
    assert_eq!(site.open().unwrap().manifest().feeds[&0].name, "kev/known_exploited_vulnerabilities.json");
}

#[test]
fn last_modified_serves_where_there_is_no_entity_tag() {
    const DATE: &str = "Fri, 20 Nov 2026 00:00:00 GMT";
    let server = Server::start(|seen| {
        let is_current = seen.header("if-modified-since") == DATE;
        let body = kev("2026-11-20T00:00:00Z", 20);
        let reply = if is_current { Reply::status(304) } else { Reply::body(body) };
        reply.with("Last-Modified", DATE)
    });
    let (site, feed) = (Site::new(), file_source(server.at("/"), "kev.json"));
    site.sync_well(&feed);
    assert_eq!(site.sync_well(&feed).n_files_unchanged, 1);
}

#[test]
fn without_validators_equal_bytes_are_not_imported_again() {
    let server = Server::start(|_| Reply::body(kev("2026-11-20T00:00:00Z", 20)));
    let (site, feed) = (Site::new(), file_source(server.at("/"), "kev.json"));
    site.sync_well(&feed);
    assert_eq!(site.sync_well(&feed).n_files_unchanged, 1);
    assert_eq!(site.open().unwrap().manifest().generation, 1);
}

#[test]
fn what_is_remembered_does_not_outlive_the_library() {
    let server = Server::start(|seen| Reply::versioned(seen, "\"one\"", &kev("2026-11-20T00:00:00Z", 20)));
    let (site, feed) = (Site::new(), file_source(server.at("/"), "kev.json"));
    site.sync_well(&feed);
    std::fs::remove_file(site.library().join("library.json")).unwrap();
    assert_eq!(site.sync_well(&feed).n_files_updated, 1);
}

#[test]
fn a_folder_serves_as_a_server_does() {
    let (site, stick) = (Site::new(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(stick.path().join("Rocky Linux")).unwrap();
    std::fs::create_dir_all(stick.path().join("npm")).unwrap();
    std::fs::write(stick.path().join("Rocky Linux/all.zip"), osv_zip(5, "2026-11-01T00:00:00Z")).unwrap();
    std::fs::write(stick.path().join("npm/all.zip"), osv_zip(9, "2026-11-01T00:00:00Z")).unwrap();
    let kind = || SourceKind::Osv(vec!["npm".to_owned(), "Rocky Linux".to_owned()]);
    for base in [stick.path().display().to_string(), format!("file://{}", stick.path().display())] {
        let feed = source("osv", kind(), base);
        let outcome = site.sync_well(&feed);
        assert_eq!((outcome.n_files_updated, outcome.n_files_unchanged).0 + outcome.n_files_unchanged, 2);
        assert_eq!(site.sync_well(&feed).n_files_unchanged, 2);
    }
    assert_eq!(site.open().unwrap().manifest().live["osv:ghsa"], 9);
    std::fs::remove_dir_all(stick.path().join("npm")).unwrap();
    site.sync_badly(&source("osv", kind(), stick.path().display().to_string()), "SYNC-016");
}

#[test]
fn one_broken_file_or_source_does_not_hold_up_the_others() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/npm/all.zip" => Reply::body(osv_zip(9, "2026-11-01T00:00:00Z")),
        "/PyPI/all.zip" => Reply::body(&osv_zip(9, "2026-11-01T00:00:00Z")[..200]),
        "/known_exploited_vulnerabilities.json" => Reply::body(kev("2026-11-20T00:00:00Z", 20)),
        _ => Reply::status(404),
    });
    let site = Site::new();
    let ecosystems = ["PyPI", "Go", "npm"].map(str::to_owned).to_vec();
    let outcome = site
        .try_sync(&[
            source("osv", SourceKind::Osv(ecosystems), server.at("")),
            source("kev", SourceKind::Kev, server.at("")),
        ])
        .unwrap();
    let codes: Vec<(&str, &str)> =
        outcome.sources[0].faults.iter().map(|(name, message)| (name.as_str(), message.code.0)).collect();
    assert_eq!(codes, [("osv/Go/all.zip", "SYNC-016"), ("osv/PyPI/all.zip", "INPUT-002")]);
    assert_eq!(outcome.sources[1].faults, []);
    let library = site.open().unwrap();
    assert_eq!(library.manifest().live["osv:ghsa"], 9);
    assert_eq!(library.manifest().n_kev, 20);
}

#[test]
fn a_source_is_left_alone_for_its_interval_unless_it_is_named() {
    let server = Server::start(|seen| Reply::versioned(seen, "\"one\"", &kev("2026-11-20T00:00:00Z", 20)));
    let mut site = Site::new();
    let mut feed = source("kev", SourceKind::Kev, server.at(""));
    feed.interval_min = Duration::from_secs(7_200);
    site.sync_well(&feed);
    site.pass(Duration::from_secs(7_199));
    assert!(site.sync(&feed).skipped_until.is_some());
    site.pass(Duration::from_secs(1));
    assert!(site.sync(&feed).skipped_until.is_none());
    site.only = vec!["kev".to_owned()];
    assert!(site.sync(&feed).skipped_until.is_none());
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn the_cve_list_is_fetched_whole_once_and_then_by_days() {
    let missing =
        Mutex::new(vec!["/r/download/cve_2026-11-21_0000Z/2026-11-21_all_CVEs_at_midnight.zip.zip"]);
    let server = Server::start(move |seen| {
        if missing.lock().unwrap().contains(&seen.target.as_str()) {
            return Reply::status(404);
        }
        match seen.target.as_str() {
            "/r/download/cve_2026-11-20_0000Z/2026-11-20_all_CVEs_at_midnight.zip.zip" => {
                Reply::body(cve_zip(0..40, "2026-11-19T00:00:00Z"))
            }
            "/r/download/cve_2026-11-20_at_end_of_day/2026-11-20_delta_CVEs_at_end_of_day.zip" => {
                Reply::body(cve_zip(38..42, "2026-11-20T00:00:00Z"))
            }
            "/r/download/cve_2026-11-21_at_end_of_day/2026-11-21_delta_CVEs_at_end_of_day.zip" => {
                Reply::body(cve_zip(42..43, "2026-11-21T00:00:00Z"))
            }
            _ => Reply::status(404),
        }
    });
    let (site, list) = (Site::new(), source("cve", SourceKind::CveList, server.at("/r")));
    let outcome = site.sync_well(&list);
    assert_eq!((outcome.n_new, outcome.n_changed), (42, 2));
    assert_eq!(site.state().sources["cve"].cve_day.as_deref(), Some("2026-11-20"));
    assert_eq!(site.sync_well(&list).n_files_unchanged, 1);
    assert_eq!(server.seen().len(), 3, "nothing more to ask for on the same day");
    site.pass(Duration::from_secs(2 * 86_400));
    assert_eq!(site.sync_well(&list).n_new, 1);
    assert_eq!(site.state().sources["cve"].cve_day.as_deref(), Some("2026-11-21"));
    let library = site.open().unwrap();
    assert_eq!(library.manifest().live["cve"], 43);
    assert_eq!(library.manifest().feeds.len(), 1, "{:?}", library.manifest().feeds);
}

#[test]
fn a_second_sync_on_one_library_is_refused() {
    let site = Site::new();
    std::fs::create_dir_all(site.library()).unwrap();
    let lock = std::fs::File::create(site.library().join("sync-lock")).unwrap();
    lock.try_lock().unwrap();
    assert_eq!(site.try_sync(&[]).unwrap_err().code.0, "SYNC-020");
}

#[test]
fn a_damaged_memory_is_said_and_not_guessed() {
    let site = Site::new();
    std::fs::create_dir_all(site.library()).unwrap();
    std::fs::write(site.library().join("sync.json"), "{").unwrap();
    assert_eq!(site.try_sync(&[]).unwrap_err().code.0, "SYNC-023");
}
