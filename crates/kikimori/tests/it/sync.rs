//! `kikimori library sync` as a user starts it.

use crate::program::Home;
use crate::server::{Reply, Server};

/// An OSV record.
const FEED: &str = r#"{"id":"GHSA-aaaa-bbbb-cccc","modified":"2026-11-01T00:00:00Z","aliases":["CVE-2026-0001"],
 "affected":[{"package":{"ecosystem":"npm","name":"left"},
 "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.1.0"}]}]}]}"#;

/// CISA's catalogue of a day.
fn kev(day: u32) -> String {
    format!(
        r#"{{"title":"T","catalogVersion":"1","dateReleased":"2026-11-{day}T00:00:00Z","count":1,"vulnerabilities":[
        {{"cveID":"CVE-2026-0001","vendorProject":"V","product":"P","vulnerabilityName":"N","dateAdded":"2026-01-01",
        "shortDescription":"D","requiredAction":"A","dueDate":"2026-02-01","knownRansomwareCampaignUse":"Unknown"}}]}}"#
    )
}

#[test]
fn without_a_list_nothing_is_contacted_and_the_way_to_one_is_said() {
    let home = Home::new();
    let run = home.run(&["library", "sync", "--library", "lib"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.starts_with("[SYNC-002] lib/sync.toml"), "{}", run.err);
    assert!(run.err.contains("--print-config"), "{}", run.err);
    assert!(!home.path("lib").exists());
    for lang in ["ja", "en"] {
        let run = home.run(&["library", "sync", "--print-config", "--lang", lang]);
        assert_eq!(run.exit, 0);
        assert!(run.out.contains("https://services.nvd.nist.gov/rest/json/cves/2.0"), "{}", run.out);
        assert!(run.out.lines().all(|line| line.chars().count() < 160), "{}", run.out);
    }
    home.file("lib/sync.toml", "[[source]]\nid = 1\n");
    let run = home.run(&["library", "sync", "--library", "lib"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.starts_with("[SYNC-001] lib/sync.toml, line 2"), "{}", run.err);
}

#[test]
fn a_folder_is_synchronised_and_shown_by_info() {
    let home = Home::new();
    home.file("usb/feed.json", FEED);
    home.file("usb/known_exploited_vulnerabilities.json", &kev(20));
    home.file(
        "sync.toml",
        "[[source]]\nid = \"osv\"\nkind = \"files\"\nbase = \"usb\"\nurls = [\"feed.json\"]\n\
         [[source]]\nid = \"kev\"\nkind = \"kev\"\nbase = \"usb\"\nmin_interval_minutes = 60\n\
         [[source]]\nid = \"off\"\nkind = \"epss\"\nbase = \"https://nowhere.example\"\nenabled = false\n",
    );
    let sync = ["library", "sync", "--config", "sync.toml", "--library", "lib", "-f", "json"];
    let (exit, outcome) = home.json(&sync);
    assert_eq!((exit, &outcome["format"]), (0, &"kikimori-sync".into()));
    assert_eq!(outcome["sources"].as_array().unwrap().len(), 2);
    assert_eq!(outcome["sources"][0]["result"], "updated");
    assert_eq!(outcome["sources"][0]["new"], 1);
    let (_, again) = home.json(&sync);
    assert_eq!(again["sources"][0]["result"], "unchanged");
    assert_eq!(again["sources"][1]["result"], "skipped");
    assert_eq!(again["sources"][1]["skipped_until"], "2026-11-21T01:00:00Z");

    home.file("usb/known_exploited_vulnerabilities.json", &kev(19));
    let run = home.run(&["library", "sync", "--config", "sync.toml", "--library", "lib", "--source", "kev"]);
    assert_eq!(run.exit, 6, "{}\n{}", run.out, run.err);
    assert!(run.out.contains("[SYNC-014] kev/known_exploited_vulnerabilities.json"), "{}", run.out);
    let (_, info) = home.json(&["library", "info", "--library", "lib", "-f", "json"]);
    let kev = &info["syncs"][0];
    assert_eq!((&kev["source"], &kev["failures"][0]["code"]), (&"kev".into(), &"SYNC-014".into()));
    assert_eq!(kev["succeeded_at"], "2026-11-21T00:00:00Z");
    assert_eq!(info["kev"], 1);
    for (lang, words) in [("en", "is older (as of 2026-11-19"), ("ja", "より古い内容です")] {
        let run = home.run(&["library", "info", "--library", "lib", "--lang", lang]);
        assert!(run.out.contains(words), "{}", run.out);
    }
    let run = home.run(&["library", "sync", "--config", "sync.toml", "--library", "lib", "--source", "nvd"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("osv, kev"), "{}", run.err);
}

#[test]
fn the_table_of_a_sync_has_every_number_below_its_heading() {
    let home = Home::new();
    home.file("usb/feed.json", FEED);
    home.file(
        "sync.toml",
        "[[source]]\nid = \"osv\"\nkind = \"files\"\nbase = \"usb\"\nurls = [\"feed.json\"]\n\
         [[source]]\nid = \"nvd\"\nkind = \"nvd-feeds\"\nbase = \"usb\"\n",
    );
    let run = home.run(&["library", "sync", "--config", "sync.toml", "--library", "lib"]);
    assert_eq!(run.exit, 7, "{}", run.err);
    let cells = |start: &str| -> Vec<String> {
        let row = run.out.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
        row.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    let headings = cells("source");
    assert_eq!(headings.len(), cells("osv").len(), "{}", run.out);
    let of = |heading: &str| cells("osv")[headings.iter().position(|text| text == heading).unwrap()].clone();
    assert_eq!(
        (of("files imported"), of("files unchanged"), of("new")),
        ("1".into(), "0".into(), "1".into())
    );
    let n_told = run.out.lines().filter(|line| line.starts_with("[SYNC-016] nvd/")).count();
    assert_eq!(n_told, 2, "{}", run.out);
    let rest = run.out.lines().find(|line| line.contains("times more")).unwrap();
    assert!(rest.contains("nvd/nvdcve-2.0-2004.json.gz"), "{rest}");
}

#[test]
fn a_server_that_fails_does_not_stop_the_others_and_the_key_stays_hidden() {
    let server = Server::start(|seen| match seen.target.split('?').next().unwrap_or_default() {
        "/nvd" if seen.header("apikey") == "geheim-4711" => Reply::status(400),
        "/known_exploited_vulnerabilities.json" => Reply::body(kev(20)),
        _ => Reply::body("<html>Sign in</html>").with("Content-Type", "text/html"),
    });
    let home = Home::new();
    let base = server.at("");
    home.file(
        "lib/sync.toml",
        &format!(
            "[[source]]\nid = \"nvd\"\nkind = \"nvd-api\"\nbase = \"{base}/nvd\"\nkey_env = \"MY_KEY\"\n\
             [[source]]\nid = \"epss\"\nkind = \"epss\"\nbase = \"{base}\"\n\
             [[source]]\nid = \"kev\"\nkind = \"kev\"\nbase = \"{base}\"\n"
        ),
    );
    let arguments = ["library", "sync", "--library", "lib"];
    let run = home.run_in(
        &arguments,
        &[("MY_KEY", "geheim-4711"), ("http_proxy", "http://127.0.0.1:1"), ("NO_PROXY", "127.0.0.1")],
    );
    assert_eq!(run.exit, 7, "{}\n{}", run.out, run.err);
    assert!(run.out.contains("[SYNC-006] nvd"), "{}", run.out);
    assert!(run.out.contains("[SYNC-012] epss"), "{}", run.out);
    assert!(run.err.contains("synchronising kev"), "{}", run.err);
    let said = format!("{}{}", run.out, run.err);
    assert!(!said.contains("geheim") && !said.contains("startIndex"), "{said}");
    let state = std::fs::read_to_string(home.path("lib/sync.json")).unwrap();
    assert!(!state.contains("geheim"), "{state}");
    let (_, info) = home.json(&["library", "info", "--library", "lib", "-f", "json"]);
    assert_eq!(info["kev"], 1);
}

#[test]
fn a_bundle_that_cannot_be_read_is_said_with_its_name() {
    let home = Home::new();
    home.file("lib/sync.toml", "ca_bundle = \"missing.pem\"\n");
    let run = home.run(&["library", "sync", "--library", "lib"]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("[SYNC-022]") && run.err.contains("lib/missing.pem"), "{}", run.err);
}
