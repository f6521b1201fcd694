//! Running an installation: backup and restore on and across both engines, the doctor, TLS, metrics, the log, the end.

use std::path::Path;
use std::process::Output;

use kikimori_store::DatabaseAddress;

use crate::program::Home;
use crate::serving::{PASSWORD, Server, kikimori};

/// A path as an argument.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A database as an argument.
fn address(address: &DatabaseAddress) -> String {
    match address {
        DatabaseAddress::Postgres(address) => address.clone(),
        DatabaseAddress::File(path) => text(path).to_owned(),
    }
}

/// Runs the program to its end.
fn run(arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = kikimori(arguments).output().unwrap();
    let said = [String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap()].concat();
    (status.code().unwrap(), said)
}

#[tokio::test]
async fn carries_an_installation_from_each_engine_to_each_while_it_runs() {
    let place = tempfile::tempdir().unwrap();
    for (number, source) in kikimori_testbed::each().await.into_iter().enumerate() {
        let data = place.path().join(format!("data-{number}"));
        let server = Server::start_first(&data, &["--database", &address(&source.address)]);
        server.set_up();
        std::fs::create_dir_all(data.join("blobs/ab")).unwrap();
        std::fs::write(data.join("blobs/ab/abcd"), "原本").unwrap();
        std::fs::create_dir_all(data.join("library")).unwrap();
        std::fs::write(data.join("library/large"), "left out").unwrap();
        let backup = place.path().join(format!("backup-{number}.zip"));
        let of_source = ["--data", text(&data), "--database", &address(&source.address)];
        let make =
            ["backup", "--output", text(&backup), of_source[0], of_source[1], of_source[2], of_source[3]];
        let (exit, said) = run(&make);
        assert_eq!(exit, 0, "{said}");
        assert!(said.contains("1 files") && said.contains("Left out: 1 entries"), "{said}");
        assert_eq!(run(&make).0, 6, "an existing file is not overwritten");
        assert_eq!(run(&["restore", "--check", "--input", text(&backup)]).0, 0);
        for target in kikimori_testbed::each().await {
            let restored = place.path().join(format!("restored-{number}-{:?}", target.engine));
            let database = address(&target.address);
            let bring =
                ["restore", "--input", text(&backup), "--data", text(&restored), "--database", &database];
            let (exit, said) = run(&bring);
            assert_eq!(exit, 0, "{:?} to {:?}: {said}", source.engine, target.engine);
            assert_eq!(run(&bring).0, 6, "a place that is not empty");
            assert_eq!(std::fs::read_to_string(restored.join("blobs/ab/abcd")).unwrap(), "原本");
            assert!(!restored.join("library").exists());
            let second = Server::start(&restored, &["--database", &database]);
            assert_eq!(second.sign_in().status, 303, "the person and the password came along");
            let again = place.path().join(format!("again-{number}-{:?}.zip", target.engine));
            drop(second);
            let (exit, said) = run(&[
                "backup",
                "--data",
                text(&restored),
                "--database",
                &database,
                "--output",
                text(&again),
            ]);
            assert_eq!(exit, 0, "{said}");
        }
    }
}

#[test]
fn refuses_damaged_newer_and_foreign_backups() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup) = (place.path().join("data"), place.path().join("backup.zip"));
    let (exit, said) = run(&["backup", "--data", text(&data), "--output", text(&backup)]);
    assert!(exit == 2 && said.contains("[BACKUP-001]"), "{said}");
    drop(Server::start_first(&data, &[]));
    assert_eq!(run(&["backup", "--data", text(&data), "--output", text(&backup)]).0, 0);

    let rebuilt = |name: &str, change: &dyn Fn(&str, String) -> String| {
        use std::io::{Read as _, Write as _};
        let path = place.path().join(name);
        let mut from = zip::ZipArchive::new(std::fs::File::open(&backup).unwrap()).unwrap();
        let mut into = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for index in 0..from.len() {
            let mut entry = from.by_index(index).unwrap();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            let name = entry.name().unwrap().into_owned();
            into.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
            into.write_all(change(&name, content).as_bytes()).unwrap();
        }
        into.finish().unwrap();
        path
    };
    let step = format!("\"schema_step\": {}", kikimori_store::migration::newest_step());
    let cases = [
        (
            rebuilt("changed", &|name, content| {
                if name.contains("setup_links") { content.replace(':', ";") + " " } else { content }
            }),
            "[BACKUP-004]",
        ),
        (rebuilt("newer", &|_, content| content.replace(&step, "\"schema_step\": 99")), "[BACKUP-005]"),
        (rebuilt("foreign", &|_, content| content.replace("kikimori-backup", "other")), "[BACKUP-003]"),
        (rebuilt("outside", &|_, content| content.replace("\"setup_links\"", "\"../x\"")), "[BACKUP-003]"),
    ];
    let cut = place.path().join("cut");
    let bytes = std::fs::read(&backup).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let more = [(cut, "[BACKUP-003]"), (place.path().join("none"), "[BACKUP-003]")];
    for (path, code) in cases.into_iter().chain(more) {
        let target = place.path().join("target");
        let (exit, said) = run(&["restore", "--input", text(&path), "--data", text(&target)]);
        assert!(exit == 2 && said.contains(code), "{}: {exit} {said}", path.display());
        assert!(!target.exists(), "something was restored");
    }
}

#[tokio::test]
async fn the_doctor_sees_what_is_wrong() {
    for bed in kikimori_testbed::each().await {
        let data = bed.folder.path().join("data");
        let database = address(&bed.address);
        let arguments = ["doctor", "--data", text(&data), "--database", &database];
        drop(Server::start_first(&data, &arguments[3..]));
        let (exit, said) = run(&arguments);
        assert_eq!(exit, 0, "{said}");
        assert!(said.contains("no library") && !said.contains("WRONG") && !said.contains('⟦'), "{said}");
        std::fs::create_dir_all(data.join("blobs/ab")).unwrap();
        std::fs::write(data.join("blobs/ab/abcd"), "changed").unwrap();
        let (exit, said) = run(&arguments);
        assert!(exit == 5 && said.contains("WRONG") && said.contains("abcd"), "{said}");
        let json = kikimori(&arguments).arg("--json").env("LANG", "ja_JP.UTF-8").output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(json["format"], "kikimori-doctor");
        let found = |check: &str| {
            let checks = json["checks"].as_array().unwrap();
            checks.iter().find(|one| one["check"] == check).map(|one| one["outcome"].clone())
        };
        assert_eq!(found("originals").unwrap(), "fail");
        assert_eq!(found("library").unwrap(), "warn");
        assert_eq!(found("database").unwrap(), "ok");
        assert_eq!(found("row_security").is_some(), bed.engine == kikimori_store::Engine::Postgres);
        let japanese = kikimori(&arguments).args(["--lang", "ja"]).output().unwrap();
        let japanese = String::from_utf8(japanese.stdout).unwrap();
        assert!(
            japanese.contains("異常") && !japanese.contains('⟦') && !japanese.contains('{'),
            "{japanese}"
        );
    }
    let (exit, said) = run(&["doctor", "--data", "/does/not/exist"]);
    assert!(exit == 5 && said.contains("is not there"), "{said}");
}

#[test]
fn logs_routes_and_no_secrets_and_ends_in_order() {
    let home = tempfile::tempdir().unwrap();
    let mut server = Server::start_first(home.path(), &["--metrics-listen", "127.0.0.1:0"]);
    let metrics = server.line();
    let metrics = metrics.trim().split_once("http://").unwrap().1.trim_end_matches("/metrics").to_owned();
    let way = server.set_up.clone().unwrap();
    let secret = way.rsplit('/').next().unwrap().to_owned();
    assert_eq!(server.get(&way, "").status, 200);
    let cookie = server.set_up();
    assert_eq!(server.get("/?x=geheim", &cookie).status, 200);
    let text = crate::serving::get(&metrics, "/metrics").body;
    assert!(text.contains("route=\"/setup/{token}\",status=\"200\"} 1"), "{text}");
    let page = server.get("/metrics", &cookie).body;
    assert!(!page.contains("route=\""), "the figures for monitoring are not on the public address: {page}");
    let (exit, log) = server.end();
    assert_eq!(exit, 0);
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert!(answered.len() >= 4, "{log}");
    for line in answered {
        assert!(line["fields"]["status"].is_u64() && line["fields"]["latency_ms"].is_u64(), "{line}");
        assert_eq!(line["span"]["id"].as_str().unwrap().len(), 36, "{line}");
        assert!(line["span"]["method"].is_string() && line["span"]["route"].is_string(), "{line}");
    }
    let cookie = cookie.split_once('=').unwrap().1;
    for hidden in [secret.as_str(), cookie, PASSWORD, "a@example.jp", "geheim"] {
        assert!(!log.contains(hidden), "the log tells {hidden}: {log}");
    }
}

#[test]
fn says_what_is_wrong_with_a_certificate() {
    let home = Home::new();
    let (certificate, key) = (home.file("cert.pem", "no certificate"), home.path("none.pem"));
    let data = home.path("data");
    let arguments =
        ["serve", "--data", text(&data), "--tls-cert", text(&certificate), "--tls-key", text(&key)];
    let run = home.run(&arguments);
    assert!(run.exit == 2 && run.err.contains("[SERVER-005]") && run.err.contains("cert.pem"), "{}", run.err);
    assert_eq!(home.run(&arguments[..5]).exit, 2, "a certificate without its key");
}

#[test]
fn the_demo_serves_its_organisations() {
    let home = Home::new();
    let mut child = home.talk(&["demo", "--listen", "127.0.0.1:0"]);
    let (mut password, mut address) = (String::new(), String::new());
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    for line in lines.map(Result::unwrap) {
        if let Some(rest) = line.strip_prefix("Password: ") {
            password = rest.to_owned();
        }
        if let Some((_, rest)) = line.split_once("Kikimori is at http://") {
            address = rest.to_owned();
            break;
        }
    }
    for person in ["hokuto", "aozora", "sakura"] {
        let form = format!("email={person}%40demo.example&password={password}");
        assert_eq!(crate::serving::post(&address, "/sign-in", "", &form).status, 303, "{person}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
