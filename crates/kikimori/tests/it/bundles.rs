//! The offline bundle as those who make and those who receive it meet it.

use serde_json::Value;

use crate::program::{Home, Run};

/// An advisory of the feed: which one, which day of November 2026 it was revised, where the hole was fixed.
fn advisory(number: u32, day: u32, fixed: &str) -> String {
    format!(
        r#"{{"id":"GHSA-0000-0000-{number:04}","modified":"2026-11-{day:02}T00:00:00Z","summary":"hole {number}",
        "affected":[{{"package":{{"ecosystem":"npm","name":"package-{number}"}},
        "ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

/// A feed of that many advisories.
fn feed(n_advisories: u32, day: u32) -> String {
    (0..n_advisories).map(|number| advisory(number, day, "1.1.0").replace('\n', "") + "\n").collect()
}

/// A home where a library was built on 10 November, with a key to sign and its public key trusted as "Body".
pub fn prepared() -> Home {
    let home = Home::new();
    home.file("feed.ndjson", &feed(3, 9));
    done(&home.run_at("2026-11-10T00:00:00Z", &["library", "import", "feed.ndjson", "--library", "maker"]));
    done(&home.run(&["key", "create", "--output", "sign.pem"]));
    done(&home.run(&["key", "trust", "sign.pub.pem", "--name", "Body"]));
    home
}

/// The run did what was asked.
pub fn done(run: &Run) {
    assert_eq!(run.exit, 0, "{}\n{}", run.out, run.err);
}

/// The run ended so, with this code.
fn refused(run: &Run, exit: i32, code: &str) {
    assert_eq!(run.exit, exit, "{}\n{}", run.out, run.err);
    assert!(run.err.contains(&format!("[{code}]")), "{code}\n{}", run.err);
}

/// Exports the maker's library to `output`.
pub fn export(home: &Home, output: &str, more: &[&str]) -> Value {
    let arguments = ["library", "export", "--library", "maker", "--key", "sign.pem", "--output", output];
    let (exit, outcome) = home.json(&[&arguments, more, &["--format", "json"]].concat());
    assert_eq!(exit, 0);
    outcome
}

/// Imports a bundle into `library`.
fn import(home: &Home, bundle: &str, library: &str, more: &[&str]) -> Run {
    home.run(&[&["library", "import", bundle, "--library", library], more].concat())
}

/// What `library info` says.
fn info(home: &Home, library: &str) -> Value {
    home.json(&["library", "info", "--library", library, "--format", "json"]).1
}

/// Brings a change of the feed to the maker's library.
fn change(home: &Home, name: &str, number: u32, day: u32, fixed: &str) {
    home.file(name, &advisory(number, day, fixed));
    let now = format!("2026-11-{:02}T00:00:00Z", day + 1);
    done(&home.run_at(&now, &["library", "import", "--delta", name, "--library", "maker"]));
}

/// Every file of a library with its content, but for the lock.
pub fn content(home: &Home, library: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(listing) = std::fs::read_dir(home.path(library)) else { return Vec::new() };
    let mut files: Vec<(String, Vec<u8>)> = listing
        .map(|item| item.unwrap())
        .filter(|item| item.file_name() != "import-lock")
        .map(|item| (item.file_name().into_string().unwrap(), std::fs::read(item.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn the_receiver_has_what_the_maker_signed() {
    let home = prepared();
    let outcome = export(&home, "full.kkbundle", &[]);
    assert_eq!((&outcome["base"], &outcome["parts"]), (&Value::Null, &1.into()));
    let (exit, imported) =
        home.json(&["library", "import", "full.kkbundle", "--library", "ward", "--format", "json"]);
    assert_eq!(exit, 0);
    assert_eq!(imported["signer"]["name"], "Body");
    assert_eq!(imported["records"], serde_json::json!([{ "source": "osv:ghsa", "before": 0, "after": 3 }]));
    let (maker, ward) = (info(&home, "maker"), info(&home, "ward"));
    for field in ["snapshot", "records", "as_of", "sources", "feeds", "ecosystems", "size_bytes"] {
        assert_eq!(maker[field], ward[field], "{field}");
    }
    assert_eq!(maker["bundle"], Value::Null);
    assert_eq!(ward["bundle"]["snapshot"], maker["snapshot"]);
    assert_eq!(ward["bundle"]["fingerprint"], outcome["fingerprint"]);
    assert_eq!(ward["bundle"]["created_at"], "2026-11-10T00:00:00Z");
    assert_eq!(ward["bundle"]["installed_at"], "2026-11-21T00:00:00Z");
    assert_eq!(ward["bundle"]["local_records"], false);
    done(&home.run(&["library", "verify", "--library", "ward"]));
    let sbom = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
        {"type":"library","name":"package-1","version":"1.0.0","purl":"pkg:npm/package-1@1.0.0"}]}"#;
    home.file("a.cdx.json", sbom);
    let scan = |library| home.run(&["scan", "a.cdx.json", "--library", library, "--format", "json"]).out;
    assert_eq!(scan("maker"), scan("ward"));
    assert!(scan("ward").contains("GHSA-0000-0000-0001"));
}

#[test]
fn the_same_library_and_time_give_the_same_bundle() {
    let home = prepared();
    export(&home, "one.kkbundle", &[]);
    export(&home, "two.kkbundle", &[]);
    assert_eq!(
        std::fs::read(home.path("one.kkbundle")).unwrap(),
        std::fs::read(home.path("two.kkbundle")).unwrap()
    );
}

#[test]
fn only_trusted_keys_are_accepted() {
    let home = prepared();
    export(&home, "full.kkbundle", &[]);
    done(&home.run(&["key", "distrust", "Body"]));
    refused(&import(&home, "full.kkbundle", "ward", &[]), 2, "BUNDLE-003");
    assert_eq!(content(&home, "ward"), []);
    done(&home.run(&["key", "create", "--output", "other.pem"]));
    refused(&import(&home, "full.kkbundle", "ward", &["--trust", "other.pub.pem"]), 2, "BUNDLE-003");
    let run = import(&home, "full.kkbundle", "ward", &["--trust", "sign.pub.pem"]);
    done(&run);
    assert!(run.out.contains("sign.pub"), "{}", run.out);
    assert!(home.run(&["key", "list"]).out.contains("No key is trusted"));
    let shown = home.run(&["key", "show", "sign.pem"]).out;
    let line = shown.lines().find_map(|line| line.strip_prefix("Public key: ")).unwrap();
    done(&import(&home, "full.kkbundle", "other-ward", &["--trust", line]));
    assert!(!shown.contains("PRIVATE"), "{shown}");
}

#[test]
fn key_files_are_made_once_and_for_their_owner_only() {
    let home = prepared();
    let before = std::fs::read(home.path("sign.pem")).unwrap();
    refused(&home.run(&["key", "create", "--output", "sign.pem"]), 2, "KEY-002");
    assert_eq!(std::fs::read(home.path("sign.pem")).unwrap(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(home.path("sign.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    home.file("no.pem", "no key");
    refused(&home.run(&["key", "show", "no.pem"]), 2, "KEY-001");
    let export = ["library", "export", "--library", "maker", "--output", "x", "--key", "sign.pub.pem"];
    refused(&home.run(&export), 2, "KEY-001");
    assert!(!home.path("x").exists());
}

#[test]
fn the_list_of_trusted_keys_is_a_text_that_people_may_edit() {
    let home = prepared();
    refused(&home.run(&["key", "trust", "sign.pub.pem", "--name", "Again"]), 2, "KEY-004");
    done(&home.run(&["key", "create", "--output", "other.pem"]));
    refused(&home.run(&["key", "trust", "other.pub.pem", "--name", "Body"]), 2, "KEY-004");
    refused(&home.run(&["key", "trust", "other.pub.pem", "--name", "a\u{1b}b"]), 2, "KEY-006");
    refused(&home.run(&["key", "trust", "other.pub.pem", "--name", "a\u{202e}b"]), 2, "KEY-006");
    refused(&home.run(&["key", "distrust", "Nobody"]), 2, "KEY-005");
    done(&home.run(&["key", "trust", "other.pub.pem", "--name", "業界団体 2026"]));
    let shown = home.run(&["key", "show", "other.pem"]).out;
    let fingerprint = shown.lines().find_map(|line| line.strip_prefix("Fingerprint: ")).unwrap();
    let listed = home.run(&["key", "list"]).out;
    assert!(listed.contains("業界団体 2026") && listed.contains(fingerprint), "{listed}");
    done(&home.run(&["key", "distrust", &fingerprint.replace(' ', "")]));
    assert!(!home.run(&["key", "list"]).out.contains("2026"));
    let list = home.path(".config/kikimori/trusted-keys");
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, format!("# mine\n\n{text}broken\n")).unwrap();
    let run = home.run(&["key", "list"]);
    refused(&run, 2, "KEY-003");
    assert!(run.err.contains("line 5"), "{}", run.err);
}

#[test]
fn a_delta_brings_only_what_the_receiver_lacks() {
    let home = prepared();
    let first = export(&home, "full.kkbundle", &[]);
    done(&import(&home, "full.kkbundle", "ward", &[]));
    change(&home, "change.json", 1, 12, "1.2.0");
    let first_snapshot = first["snapshot"].as_str().unwrap();
    for (since, bundle) in
        [("full.kkbundle", "a"), (&first_snapshot[..12], "b"), ("ward", "c"), ("ward/library.json", "d")]
    {
        let delta = export(&home, bundle, &["--since", since]);
        assert_eq!((&delta["base"], &delta["parts"]), (&first["snapshot"], &1.into()), "{since}");
        assert_eq!(delta["segments"], 2);
        assert_eq!(
            std::fs::read(home.path(bundle)).unwrap(),
            std::fs::read(home.path("a")).unwrap(),
            "{since}"
        );
    }
    refused(&import(&home, "a", "empty", &[]), 2, "BUNDLE-009");
    assert_eq!(content(&home, "empty"), []);
    done(&import(&home, "a", "ward", &[]));
    assert_eq!(info(&home, "ward")["snapshot"], info(&home, "maker")["snapshot"]);
    done(&home.run(&["library", "verify", "--library", "ward"]));
    // Somebody with the same segments by another way may use it too.
    export(&home, "all.kkbundle", &[]);
    done(&import(&home, "all.kkbundle", "other", &[]));
    assert!(import(&home, "a", "other", &[]).out.contains("Nothing was changed"));
}

#[test]
fn a_delta_whose_base_was_merged_away_is_a_full_bundle_and_says_so() {
    let home = prepared();
    let first = export(&home, "full.kkbundle", &[]);
    for day in 10..19 {
        change(&home, "change.json", 1, day, &format!("1.{day}.0"));
    }
    let outcome = export(&home, "all.kkbundle", &["--since", "full.kkbundle"]);
    assert_eq!((&outcome["base"], &outcome["base_gone"]), (&Value::Null, &true.into()), "{outcome}");
    done(&import(&home, "all.kkbundle", "ward", &[]));
    let since = first["snapshot"].as_str().unwrap();
    let arguments =
        ["library", "export", "--library", "maker", "--key", "sign.pem", "--output", "x", "--since"];
    for since in [since, "0123456789ab", "no such file", "sign.pem", "."] {
        refused(&home.run(&[&arguments, &[since][..]].concat()), 2, "BUNDLE-014");
    }
    assert!(!home.path("x").exists());
}

#[test]
fn a_replayed_bundle_changes_nothing_and_an_older_one_is_refused() {
    let home = prepared();
    export(&home, "old.kkbundle", &[]);
    change(&home, "change.json", 1, 12, "1.2.0");
    export(&home, "new.kkbundle", &[]);
    done(&import(&home, "new.kkbundle", "ward", &[]));
    let before = content(&home, "ward");
    let run = import(&home, "new.kkbundle", "ward", &[]);
    done(&run);
    assert!(run.out.contains("Nothing was changed"), "{}", run.out);
    refused(&import(&home, "old.kkbundle", "ward", &[]), 6, "BUNDLE-008");
    refused(&import(&home, "old.kkbundle", "ward", &["--replace"]), 6, "BUNDLE-008");
    assert_eq!(content(&home, "ward"), before);
    done(&import(&home, "old.kkbundle", "ward", &["--allow-older"]));
    assert_eq!(info(&home, "ward")["bundle"]["created_at"], "2026-11-10T00:00:00Z");
}

#[test]
fn a_library_built_later_from_older_feeds_is_older_too() {
    let home = prepared();
    change(&home, "change.json", 1, 12, "1.2.0");
    export(&home, "new.kkbundle", &[]);
    done(&import(&home, "new.kkbundle", "ward", &[]));
    home.file("old.ndjson", &feed(3, 5));
    done(&home.run_at("2026-11-20T00:00:00Z", &["library", "import", "old.ndjson", "--library", "late"]));
    let run = home.run(&[
        "library",
        "export",
        "--library",
        "late",
        "--key",
        "sign.pem",
        "--output",
        "late.kkbundle",
    ]);
    done(&run);
    let run = import(&home, "late.kkbundle", "ward", &[]);
    refused(&run, 6, "BUNDLE-008");
    assert!(run.err.contains("osv: bundle 2026-11-05"), "{}", run.err);
}

#[test]
fn local_records_are_not_given_up_silently() {
    let home = prepared();
    export(&home, "one.kkbundle", &[]);
    change(&home, "change.json", 1, 12, "1.2.0");
    export(&home, "two.kkbundle", &[]);
    done(&import(&home, "one.kkbundle", "ward", &[]));
    home.file("own.json", &advisory(99, 8, "9.9.9"));
    done(&home.run(&["library", "import", "own.json", "--library", "ward", "--delta"]));
    let ward = info(&home, "ward");
    assert_eq!((&ward["records"], &ward["bundle"]["local_records"]), (&4.into(), &true.into()));
    assert!(home.run(&["library", "info", "--library", "ward"]).out.contains("after the bundle"));
    let before = content(&home, "ward");
    let run = import(&home, "two.kkbundle", "ward", &[]);
    refused(&run, 6, "BUNDLE-010");
    assert_eq!(content(&home, "ward"), before);
    let run = import(&home, "two.kkbundle", "ward", &["--replace"]);
    done(&run);
    assert!(run.out.contains("osv:ghsa: records in force 4 → 3"), "{}", run.out);
    assert_eq!(info(&home, "ward")["snapshot"], info(&home, "maker")["snapshot"]);
    // A library that no bundle brought is local altogether.
    home.file("own.json", &advisory(98, 8, "9.9.9"));
    done(&home.run(&["library", "import", "own.json", "--library", "own"]));
    refused(&import(&home, "two.kkbundle", "own", &[]), 6, "BUNDLE-010");
    done(&import(&home, "two.kkbundle", "own", &["--replace"]));
}

#[test]
fn the_last_bundle_stands_against_older_ones_after_local_imports_too() {
    let home = prepared();
    export(&home, "old.kkbundle", &[]);
    change(&home, "change.json", 1, 12, "1.2.0");
    export(&home, "new.kkbundle", &[]);
    done(&import(&home, "new.kkbundle", "ward", &[]));
    home.file("own.json", &advisory(99, 8, "9.9.9"));
    done(&home.run(&["library", "import", "own.json", "--library", "ward", "--delta"]));
    refused(&import(&home, "old.kkbundle", "ward", &["--replace"]), 6, "BUNDLE-008");
}

#[test]
fn a_bundle_comes_alone_and_with_its_own_options() {
    let home = prepared();
    export(&home, "full.kkbundle", &[]);
    let run = home.run(&["library", "import", "feed.ndjson", "full.kkbundle", "--library", "ward"]);
    refused(&run, 2, "BUNDLE-011");
    refused(
        &home.run(&["library", "import", "full.kkbundle", "full.kkbundle", "--library", "ward"]),
        2,
        "BUNDLE-011",
    );
    for (path, option) in [
        ("full.kkbundle", "--delta"),
        ("full.kkbundle", "--allow-shrink"),
        ("feed.ndjson", "--replace"),
        ("feed.ndjson", "--allow-older"),
    ] {
        let run = import(&home, path, "ward", &[option]);
        assert_eq!(run.exit, 2, "{path} {option}");
        assert!(run.err.contains(option), "{}", run.err);
    }
    assert_eq!(import(&home, "feed.ndjson", "ward", &["--trust", "sign.pub.pem"]).exit, 2);
    assert_eq!(content(&home, "ward"), []);
    let export = ["library", "export", "--library", "nowhere", "--key", "sign.pem", "--output", "x"];
    assert_eq!(home.run(&export).exit, 3);
    assert!(!home.path("x").exists());
}

#[test]
fn what_an_installation_that_died_left_is_removed() {
    let home = prepared();
    export(&home, "full.kkbundle", &[]);
    let orphan = format!("ward/segment-{}.new", "a".repeat(40));
    home.file(&orphan, "half a segment");
    home.file(&orphan.replace(".new", ".kklib"), "a segment that no manifest names");
    done(&import(&home, "full.kkbundle", "ward", &[]));
    assert_eq!(content(&home, "ward").len(), 2);
}

#[test]
fn an_installation_that_is_killed_leaves_a_whole_library() {
    let home = prepared();
    export(&home, "one.kkbundle", &[]);
    home.file("large.ndjson", &feed(20_000, 12));
    done(&home.run_at("2026-11-13T00:00:00Z", &["library", "import", "large.ndjson", "--library", "maker"]));
    export(&home, "two.kkbundle", &[]);
    done(&import(&home, "one.kkbundle", "ward", &[]));
    let (maker, ward) = (info(&home, "maker")["snapshot"].clone(), info(&home, "ward")["snapshot"].clone());
    let mut n_killed = 0;
    for round in 0..12_u64 {
        let mut child = home.start(&["library", "import", "two.kkbundle", "--library", "ward"]);
        let wait = std::time::Duration::from_millis(8 * round);
        let begun = std::time::Instant::now();
        while begun.elapsed() < wait && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        n_killed += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        done(&home.run(&["library", "verify", "--library", "ward"]));
        let now = info(&home, "ward")["snapshot"].clone();
        assert!(now == maker || now == ward, "round {round}: neither the old library nor the new one");
        if now == maker {
            done(&import(&home, "one.kkbundle", "ward", &["--allow-older"]));
        }
    }
    assert!(n_killed > 2, "the import ended before it could be killed");
    done(&import(&home, "two.kkbundle", "ward", &[]));
    assert_eq!(info(&home, "ward")["snapshot"], maker);
    assert_eq!(content(&home, "ward").len(), 2, "a killed installation left files behind");
}
