//! Servers that misbehave: the library stays as it was, and the reason is said.

use std::time::Duration;

use kikimori_core::stamp::Stamp;

use crate::feeds::{gzip, kev, osv_zip};
use crate::server::{Mischief, Reply, Server};
use crate::site::{Site, file_source, noon};

/// A site whose library holds a catalogue of twenty rows.
fn prepared() -> Site {
    let site = Site::new();
    let server = Server::start(|_| Reply::body(kev("2026-11-20T00:00:00Z", 20)));
    site.sync_well(&file_source(server.at("/"), "kev.json"));
    site
}

/// A newer catalogue, large enough to be cut in pieces.
fn newer() -> Vec<u8> {
    kev("2026-11-21T00:00:00Z", 30)
}

/// Waits in seconds.
fn waits(site: &Site) -> Vec<u64> {
    site.waits.borrow().iter().map(Duration::as_secs).collect()
}

#[test]
fn a_cut_connection_is_continued_where_it_was_cut() {
    let body = newer();
    let half = body.len() / 2;
    let server = Server::start(move |seen| {
        let reply = Reply::versioned(seen, "\"v\"", &body);
        if seen.number == 0 { reply.gone_wrong(Mischief::CutAfter(half)) } else { reply }
    });
    let site = prepared();
    assert_eq!(site.sync_well(&file_source(server.at("/"), "kev.json")).n_files_updated, 1);
    let seen = server.seen();
    assert_eq!(seen[1].header("range"), format!("bytes={half}-"));
    assert_eq!(seen[1].header("if-range"), "\"v\"");
    assert_eq!(site.open().unwrap().manifest().n_kev, 30);
    assert_eq!(waits(&site), [2]);
}

#[test]
fn a_later_sync_continues_what_an_earlier_one_left() {
    let body = newer();
    let half = body.len() / 2;
    let server = Server::start(move |seen| match seen.number {
        0 => Reply::versioned(seen, "\"v\"", &body).gone_wrong(Mischief::CutAfter(half)),
        1..6 => Reply::status(503),
        _ => Reply::versioned(seen, "\"v\"", &body),
    });
    let site = prepared();
    let feed = file_source(server.at("/"), "kev.json");
    site.sync_badly(&feed, "SYNC-006");
    assert_eq!(waits(&site), [2, 4, 8, 16, 32]);
    assert_eq!(site.sync_well(&feed).n_files_updated, 1);
    assert_eq!(server.seen()[6].header("range"), format!("bytes={half}-"));
    assert_eq!(site.open().unwrap().manifest().n_kev, 30);
}

#[test]
fn a_piece_of_another_version_is_thrown_away() {
    let body = newer();
    let server = Server::start(move |seen| match seen.number {
        0 => Reply::body(vec![b'{'; 4_000]).with("ETag", "\"old\"").gone_wrong(Mischief::CutAfter(3_000)),
        _ => Reply::versioned(seen, "\"new\"", &body),
    });
    let site = prepared();
    site.sync_well(&file_source(server.at("/"), "kev.json"));
    assert_eq!(server.seen()[1].header("if-range"), "\"old\"");
    assert_eq!(site.open().unwrap().manifest().n_kev, 30);
}

#[test]
fn a_weak_entity_tag_or_a_wrong_range_never_joins_two_versions() {
    let body = newer();
    for (etag, wrong_range) in [("W/\"v\"", false), ("\"v\"", true)] {
        let body = body.clone();
        let server = Server::start(move |seen| match seen.number {
            0 => Reply::body(body.clone()).with("ETag", etag).gone_wrong(Mischief::CutAfter(1_000)),
            1 if wrong_range => Reply { status: 206, ..Reply::body(&body[500..]) }
                .with("ETag", etag)
                .with("Content-Range", &format!("bytes 500-{}/{}", body.len() - 1, body.len())),
            _ => Reply::body(body.clone()).with("ETag", etag),
        });
        let site = prepared();
        site.sync_well(&file_source(server.at("/"), "kev.json"));
        let expected = if wrong_range { "bytes=1000-" } else { "" };
        assert_eq!(server.seen()[1].header("range"), expected);
        assert_eq!(site.open().unwrap().manifest().n_kev, 30);
    }
}

#[test]
fn a_silent_server_is_given_up_after_some_attempts() {
    let server = Server::start(|_| Reply::body(newer()).gone_wrong(Mischief::SilentAfter(100)));
    let site = prepared();
    site.sync_badly(&file_source(server.at("/"), "kev.json"), "SYNC-004");
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn nobody_at_the_address_is_said() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let site = prepared();
    let outcome = site.sync_badly(&file_source(format!("http://127.0.0.1:{port}"), "kev.json"), "SYNC-003");
    let (_, message) = &outcome.faults[0];
    assert_eq!(message.args[0], ("address", format!("http://127.0.0.1:{port}/kev.json")));
}

#[test]
fn too_many_requests_are_waited_out_as_the_server_asks() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::status(429).with("Retry-After", "17"),
        1 => Reply::status(503).with("Retry-After", "Sat, 21 Nov 2026 12:00:40 GMT"),
        _ => Reply::body(newer()),
    });
    let site = prepared();
    site.sync_well(&file_source(server.at("/"), "kev.json"));
    assert_eq!(waits(&site), [17, 40]);
}

#[test]
fn a_server_that_asks_for_an_hour_is_not_waited_for_nor_asked_again_before() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::status(429).with("Retry-After", "3600"),
        _ => Reply::body(newer()),
    });
    let mut site = prepared();
    let feed = file_source(server.at("/"), "kev.json");
    let outcome = site.sync_badly(&feed, "SYNC-008");
    assert_eq!(outcome.faults[0].1.args[1], ("until", "2026-11-21T13:00:00Z".to_owned()));
    assert_eq!(waits(&site), [0_u64; 0]);
    site.pass(Duration::from_secs(3_000));
    site.only = vec![feed.id.clone()];
    let until = Stamp(noon().0 + 3_600_000);
    assert_eq!(site.sync(&feed).skipped_until, Some(until));
    assert_eq!(server.seen().len(), 1);
    site.pass(Duration::from_secs(600));
    site.sync_well(&feed);
}

#[test]
fn a_server_cannot_lock_a_source_out_for_ever() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::status(503).with("Retry-After", "18446744073709551615"),
        _ => Reply::body(newer()),
    });
    let site = prepared();
    let feed = file_source(server.at("/"), "kev.json");
    site.sync_badly(&feed, "SYNC-008");
    site.pass(Duration::from_secs(86_400));
    site.sync_well(&feed);
}

#[test]
fn a_clock_that_was_ahead_holds_no_source_up() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::status(429).with("Retry-After", "86400"),
        _ => Reply::body(newer()),
    });
    let site = prepared();
    let feed = file_source(server.at("/"), "kev.json");
    site.pass(Duration::from_secs(1_000 * 86_400));
    site.sync_badly(&feed, "SYNC-008");
    site.now.set(noon());
    assert!(site.sync_well(&feed).skipped_until.is_none());
}

#[test]
fn statuses_that_do_not_pass_are_not_tried_again() {
    for (status, code) in
        [(404, "SYNC-016"), (410, "SYNC-016"), (401, "SYNC-007"), (403, "SYNC-007"), (400, "SYNC-006")]
    {
        let server = Server::start(move |_| Reply::status(status));
        let site = prepared();
        site.sync_badly(&file_source(server.at("/"), "kev.json"), code);
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[test]
fn a_wrong_content_length_is_a_cut() {
    let body = newer();
    let longer = (body.len() + 10).to_string();
    let server = Server::start(move |_| Reply::body(body.clone()).with("Content-Length", &longer));
    let site = prepared();
    site.sync_badly(&file_source(server.at("/"), "kev.json"), "SYNC-005");
}

#[test]
fn a_content_length_that_is_too_short_gives_a_cut_feed() {
    let body = newer();
    let shorter = (body.len() - 10).to_string();
    let server = Server::start(move |_| Reply::body(body.clone()).with("Content-Length", &shorter));
    let site = prepared();
    site.sync_badly(&file_source(server.at("/"), "kev.json"), "FEED-002");
}

#[test]
fn older_content_is_refused_by_what_it_states() {
    let server = Server::start(|_| Reply::body(kev("2026-11-19T00:00:00Z", 20)));
    let mut site = prepared();
    let feed = file_source(server.at("/"), "kev.json");
    let outcome = site.sync_badly(&feed, "SYNC-014");
    assert!(outcome.is_refusal());
    let (_, message) = &outcome.faults[0];
    assert_eq!(
        message.args[1..],
        [("held", "2026-11-20T00:00:00Z".to_owned()), ("found", "2026-11-19T00:00:00Z".to_owned())]
    );
    site.allow_older = true;
    site.sync_well(&feed);
}

#[test]
fn older_content_is_refused_by_the_date_of_its_server_and_by_its_records() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::body(osv_zip(20, "2026-11-20T00:00:00Z"))
            .with("Last-Modified", "Fri, 20 Nov 2026 00:00:00 GMT"),
        1 => Reply::body(osv_zip(21, "2026-11-20T00:00:00Z"))
            .with("Last-Modified", "Thu, 19 Nov 2026 00:00:00 GMT"),
        _ => Reply::body(osv_zip(20, "2026-11-18T00:00:00Z"))
            .with("Last-Modified", "Sat, 21 Nov 2026 00:00:00 GMT"),
    });
    let site = Site::new();
    let feed = file_source(server.at("/"), "all.zip");
    site.sync_well(&feed);
    site.sync_badly(&feed, "SYNC-014");
    site.sync_badly(&feed, "SYNC-014");
}

#[test]
fn a_feed_that_shrank_does_not_replace_a_good_one() {
    let server = Server::start(|seen| match seen.number {
        0 => Reply::body(osv_zip(20, "2026-11-20T00:00:00Z")),
        _ => Reply::body(osv_zip(8, "2026-11-20T00:00:00Z")),
    });
    let mut site = Site::new();
    let feed = file_source(server.at("/"), "all.zip");
    site.sync_well(&feed);
    let outcome = site.sync_badly(&feed, "SYNC-015");
    assert!(outcome.is_refusal());
    site.allow_shrink = true;
    assert_eq!(site.sync_well(&feed).n_removed, 12);
}

#[test]
fn a_page_instead_of_the_feed_is_told_from_a_feed() {
    const PAGE: &str = "<!DOCTYPE html><html><body>Please sign in</body></html>";
    for (body, kind) in
        [(PAGE, "application/json"), (PAGE, "text/html; charset=utf-8"), ("Sign in", "text/html")]
    {
        let server = Server::start(move |_| Reply::body(body).with("Content-Type", kind));
        let site = prepared();
        site.sync_badly(&file_source(server.at("/"), "kev.json"), "SYNC-012");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_redirect_goes_only_where_the_list_says() {
    let elsewhere = Server::start(|_| Reply::body(newer()));
    let target = elsewhere.at("/kev.json").replace("127.0.0.1", "localhost");
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/kev.json" => Reply::status(302).with("Location", &target),
        "/moved/kev.json" => Reply::status(301).with("Location", "/here.json"),
        "/loop" => Reply::status(302).with("Location", "/loop"),
        "/up" => Reply::status(307).with("Location", "../kev2.json"),
        _ => Reply::body(newer()),
    });
    let site = prepared();
    let mut feed = file_source(server.at("/"), "kev.json");
    let outcome = site.sync_badly(&feed, "SYNC-011");
    let (_, message) = &outcome.faults[0];
    assert!(message.args[1].1.starts_with("http://localhost:"), "{message}");
    assert_eq!(elsewhere.seen().len(), 0, "nobody was asked whom the list does not name");
    feed.redirect_hosts = vec!["localhost".to_owned()];
    site.sync_well(&feed);
    assert_eq!(elsewhere.seen().len(), 1);
    prepared().sync_well(&file_source(server.at("/"), "moved/kev.json"));
    prepared().sync_badly(&file_source(server.at("/"), "loop"), "SYNC-011");
}

#[test]
fn a_bomb_is_refused() {
    let bomb = gzip(&vec![b' '; 128 << 20]);
    assert!(bomb.len() < 1 << 20);
    let server = Server::start(move |_| Reply::body(bomb.clone()));
    let site = prepared();
    site.sync_badly(&file_source(server.at("/"), "kev.json"), "INPUT-003");
}

#[test]
fn a_body_that_never_ends_stops_at_the_limit() {
    let server = Server::start(|_| Reply::body(vec![b'['; 65_536]).gone_wrong(Mischief::Endless));
    let site = prepared();
    let mut feed = file_source(server.at("/"), "kev.json");
    feed.size_bytes_max = 1 << 20;
    let outcome = site.sync_badly(&feed, "SYNC-013");
    assert_eq!(outcome.faults[0].1.args[1], ("max", (1 << 20).to_string()));
    let left = std::fs::read_dir(site.library().join("sync/feed")).unwrap().count();
    assert_eq!(left, 0, "nothing of it stays on the disk");
}

#[test]
fn no_bytes_and_no_http_are_said() {
    let server = Server::start(|_| Reply::body(""));
    prepared().sync_badly(&file_source(server.at("/"), "kev.json"), "FEED-001");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::Write;
        for stream in listener.incoming().flatten() {
            let _ = { stream }.write_all(b"220 mail.example ESMTP\r\n");
        }
    });
    prepared().sync_badly(&file_source(address, "kev.json"), "SYNC-003");
}
