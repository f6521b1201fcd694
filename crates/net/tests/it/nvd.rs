//! NVD's API: pages, windows, rates and interruptions.

use std::time::Duration;

use kikimori_app::sync_library::source::{Source, SourceKind};

use crate::feeds::{gzip, nvd_page};
use crate::server::{Reply, Seen, Server};
use crate::site::{Site, source, with_key};

/// Records on one page of the test's NVD.
const PAGE: u32 = 20;

/// A value of the query.
fn query<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    let (_, query) = seen.target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// An NVD of `total` records, or of `changed` ones in a window.
fn answer(seen: &Seen, total: u32, changed: std::ops::Range<u32>) -> Reply {
    let start: u32 = query(seen, "startIndex").unwrap().parse().unwrap();
    let page = match query(seen, "lastModStartDate") {
        None => nvd_page(
            start..(start + PAGE).min(total),
            total,
            "2026-11-21T12:00:00.000",
            "2026-11-01T00:00:00.000",
        ),
        Some(_) => {
            let n_changed = changed.len() as u32;
            let page = nvd_page(changed, n_changed, "2026-11-22T12:00:00.000", "2026-11-22T00:00:00.000");
            String::from_utf8(page).unwrap().replace(r#""startIndex":48"#, r#""startIndex":0"#).into_bytes()
        }
    };
    Reply::body(page)
}

/// NVD at a server.
fn nvd(server: &Server) -> Source {
    source("nvd", SourceKind::NvdApi, server.at("/rest/json/cves/2.0"))
}

#[test]
fn all_of_nvd_is_read_once_and_then_what_changed() {
    let server = Server::start(|seen| answer(seen, 50, 48..52));
    let (site, nvd) = (Site::new(), nvd(&server));
    let outcome = site.sync_well(&nvd);
    assert_eq!((outcome.n_new, outcome.n_files_updated), (50, 3));
    let starts: Vec<String> =
        server.seen().iter().map(|seen| query(seen, "startIndex").unwrap().to_owned()).collect();
    assert_eq!(starts, ["0", "20", "40"]);
    assert_eq!(
        site.waits.borrow().as_slice(),
        [Duration::from_secs(6); 2],
        "5 requests in 30 s without a key"
    );
    let feeds = site.open().unwrap().manifest().feeds.clone();
    assert_eq!(feeds.len(), 1, "{feeds:?}");
    assert_eq!((feeds[&0].name.as_str(), feeds[&0].n_records), ("nvd", 50));

    site.pass(Duration::from_secs(86_400));
    let outcome = site.sync_well(&nvd);
    assert_eq!((outcome.n_new, outcome.n_changed), (2, 2));
    let last = server.seen().pop().unwrap();
    assert_eq!(query(&last, "lastModStartDate"), Some("2026-11-21T11:00:00Z"), "an hour of overlap");
    assert_eq!(query(&last, "lastModEndDate").map(|end| &end[..15]), Some("2026-11-22T12:0"));
    assert_eq!(site.open().unwrap().manifest().live["nvd"], 52);
    assert_eq!(site.open().unwrap().manifest().feeds.len(), 1);
}

#[test]
fn a_long_absence_is_made_up_in_windows() {
    let server = Server::start(|seen| match query(seen, "lastModStartDate") {
        None => answer(seen, 20, 0..0),
        Some(_) => Reply::body(nvd_page(0..0, 0, "2027-11-21T12:00:00.000", "")),
    });
    let (site, nvd) = (Site::new(), nvd(&server));
    site.sync_well(&nvd);
    site.pass(Duration::from_secs(365 * 86_400));
    site.sync_well(&nvd);
    let windows: Vec<(String, String)> = server.seen()[1..]
        .iter()
        .map(|seen| {
            let date = |name| query(seen, name).unwrap()[..10].to_owned();
            (date("lastModStartDate"), date("lastModEndDate"))
        })
        .collect();
    let window = |from: &str, until: &str| (from.to_owned(), until.to_owned());
    assert_eq!(
        windows,
        [
            window("2026-11-21", "2027-03-20"),
            window("2027-03-20", "2027-07-17"),
            window("2027-07-17", "2027-11-13"),
            window("2027-11-13", "2027-11-21"),
        ]
    );
}

#[test]
fn an_interrupted_reading_goes_on_at_the_next_page() {
    let server = Server::start(|seen| match seen.number {
        1..7 => Reply::status(503),
        _ => answer(seen, 50, 0..0),
    });
    let (site, nvd) = (Site::new(), nvd(&server));
    site.sync_badly(&nvd, "SYNC-006");
    assert!(site.open().is_none(), "a part of NVD is not imported");
    site.pass(Duration::from_secs(600));
    assert_eq!(site.sync_well(&nvd).n_new, 50);
    let starts: Vec<String> =
        server.seen()[7..].iter().map(|seen| query(seen, "startIndex").unwrap().to_owned()).collect();
    assert_eq!(starts, ["20", "40", "0"], "the first page is not fetched again; then what changed meanwhile");
    let left: Vec<_> = std::fs::read_dir(site.library().join("sync/nvd")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_key_goes_into_its_header_and_nowhere_else() {
    let elsewhere = Server::start(|seen| answer(seen, 20, 0..0));
    let target = elsewhere.port;
    let server = Server::start(move |seen| match seen.header("apikey") {
        "geheim-4711" if seen.number < 2 => Reply::status(503),
        "geheim-4711" if seen.number == 2 => {
            Reply::status(302).with("Location", &format!("http://localhost:{target}{}", seen.target))
        }
        _ => Reply::status(403),
    });
    let site = Site::new();
    let mut nvd = with_key(nvd(&server), "geheim-4711");
    nvd.redirect_hosts = vec!["localhost".to_owned()];
    let outcome = site.sync_well(&nvd);
    assert_eq!(outcome.n_new, 20);
    assert_eq!(elsewhere.seen()[0].header("apikey"), "", "the key is for one host");
    assert!(!format!("{nvd:?}{outcome:?}").contains("geheim"), "a key is never shown");
    for entry in std::fs::read_dir(site.library()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("geheim"), "{:?}", entry.path());
    }
    assert!(server.seen().iter().all(|seen| !seen.target.contains("geheim")));
}

#[test]
fn with_a_key_requests_may_come_faster() {
    let server = Server::start(|seen| answer(seen, 50, 0..0));
    let site = Site::new();
    site.sync_well(&with_key(nvd(&server), "k"));
    assert_eq!(site.waits.borrow().as_slice(), [Duration::from_millis(600); 2]);
}

#[test]
fn a_missing_key_is_said_and_the_source_asked_without() {
    let server = Server::start(|seen| answer(seen, 20, 0..0));
    let mut nvd = nvd(&server);
    nvd.key_variable = Some("NVD_API_KEY".to_owned());
    let outcome = Site::new().sync_well(&nvd);
    assert_eq!(outcome.notices[0].1.code.0, "SYNC-018");
}

#[test]
fn denied_means_too_fast_at_nvd_and_passes() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::status(403),
        _ => answer(seen, 20, 0..0),
    });
    assert_eq!(Site::new().sync_well(&nvd(&server)).n_new, 20);
}

#[test]
fn pages_may_come_packed_and_must_fit_together() {
    let server = Server::start(|seen| {
        assert_eq!(seen.header("accept-encoding"), "gzip");
        let reply = answer(seen, 20, 0..0);
        Reply::body(gzip(&reply.body)).with("Content-Encoding", "gzip")
    });
    assert_eq!(Site::new().sync_well(&nvd(&server)).n_new, 20);
    for wrong in [
        nvd_page(7..20, 20, "2026-11-21T12:00:00.000", "2026-11-01T00:00:00.000"),
        nvd_page(0..0, 20, "2026-11-21T12:00:00.000", ""),
        b"{}".to_vec(),
        b"[1,2".to_vec(),
    ] {
        let server = Server::start(move |_| Reply::body(wrong.clone()));
        Site::new().sync_badly(&nvd(&server), "SYNC-021");
    }
}

#[test]
fn a_folder_cannot_answer_queries() {
    let site = Site::new();
    site.sync_badly(&source("nvd", SourceKind::NvdApi, "/media/usb".to_owned()), "SYNC-017");
}

#[test]
fn a_clock_ahead_of_nvd_loses_no_change() {
    let server = Server::start(|seen| answer(seen, 20, 0..0));
    let (site, nvd) = (Site::new(), nvd(&server));
    site.pass(Duration::from_secs(30 * 86_400));
    site.sync_well(&nvd);
    let state = site.state();
    let until_ms = state.sources["nvd"].nvd.as_ref().unwrap().until_ms;
    assert_eq!(until_ms, Some(crate::site::noon().0), "as NVD says, not as the clock says");
}
