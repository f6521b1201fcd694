//! The server is killed (SIGKILL) at any moment, a hundred times: what it acknowledged is there, and nothing is half done.
//!
//! 40 kills while people sign in, name lists and change their language (on PostgreSQL 10 more, if there is one), 40 while the schema is
//! made, 20 while a backup is restored; and 10 while SBOMs are taken in and matched.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use kikimori_core::audit::{AuditEvent, FIRST_PREVIOUS_HASH};
use kikimori_core::id::OrganisationId;
use kikimori_store::{Database, DatabaseAddress, Engine, Scope, audit_events, organisations, saved_views};

use crate::serving::{Server, kikimori, post, spawn};

/// Kills between two checks of one database, so that no limit on rows is met.
const KILLS_OF_ONE_FOLDER: usize = 10;

/// Waits up to this many milliseconds, nobody knows how long.
fn wait_up_to(milliseconds: u16) {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).unwrap();
    let n = u16::from_le_bytes(bytes) % milliseconds;
    #[expect(clippy::disallowed_methods, reason = "a kill at a moment that nobody knows is the test")]
    thread::sleep(Duration::from_millis(n.into()));
}

/// The whole trail of an organisation, after its hashes were checked.
async fn trail(database: &Database, organisation: OrganisationId) -> Vec<AuditEvent> {
    let mut read = database.begin_read(Scope::System).await.unwrap();
    let (mut events, mut previous) = (Vec::new(), FIRST_PREVIOUS_HASH);
    loop {
        let after = events.last().map_or(0, |event: &AuditEvent| event.sequence);
        let more = audit_events::list_from(&mut read, Some(organisation), after, 500).await.unwrap();
        if more.is_empty() {
            return events;
        }
        for (event, hash) in more {
            assert_eq!(event.sequence, events.len() as u64 + 1, "a gap in the trail");
            assert_eq!(audit_events::hash(&event, &previous), hash, "the trail is broken");
            previous = hash;
            events.push(event);
        }
    }
}

/// Opens what a kill left and checks it: the database is sound, and every acknowledged name is there, once.
async fn check(address: &DatabaseAddress, named: &[String], n_signed_in: usize) {
    let database = Database::open(address).await.unwrap();
    let said = database.examine().await.unwrap();
    assert!(said.damage.is_empty() && said.n_broken_references == 0, "{said:?}");
    let mut read = database.begin_read(Scope::System).await.unwrap();
    let organisation = organisations::list(&mut read, 2).await.unwrap()[0].id;
    let events = trail(&database, organisation).await;
    let n_of = |action: &str| events.iter().filter(|event| event.action == action).count();
    let in_trail: Vec<&str> = events
        .iter()
        .filter(|event| event.target_kind == "view")
        .filter_map(|event| {
            event.details.iter().find(|(name, _)| name == "name").map(|(_, value)| value.as_str())
        })
        .collect();
    for name in named {
        assert_eq!(in_trail.iter().filter(|found| *found == name).count(), 1, "{name} was acknowledged");
    }
    assert!(n_of("sign_in") >= n_signed_in, "a session that was acknowledged is gone");
    let person = events.iter().find_map(|event| match event.actor {
        kikimori_core::audit::AuditActor::Person(person) => Some(person),
        kikimori_core::audit::AuditActor::System => None,
    });
    let n_views = saved_views::count(&mut read, organisation, person.unwrap()).await.unwrap();
    assert_eq!(
        usize::try_from(n_views).unwrap(),
        in_trail.len(),
        "a row without its event, or the other way"
    );
    drop(read);
    database.close().await;
}

/// One life of a server: people work, and it is killed. What was acknowledged is added to `named`; gives acknowledged sessions.
fn one_life(server: &mut Server, life: usize, named: &Mutex<Vec<String>>) -> usize {
    let signed_in = server.sign_in();
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    let cookie = signed_in.cookie();
    let csrf = server.get("/views/new?path=%2Ffindings", &cookie).csrf();
    let (is_over, n_signed_in) = (AtomicBool::new(false), Mutex::new(1));
    let address = server.address.clone();
    thread::scope(|scope| {
        for worker in 0..2 {
            let (address, cookie, csrf, is_over) = (&address, &cookie, &csrf, &is_over);
            scope.spawn(move || {
                for number in 0.. {
                    let name = format!("list {life}.{worker}.{number}");
                    let form =
                        format!("csrf={csrf}&path=%2Ffindings&query=q&view_name={}", name.replace(' ', "+"));
                    let is_done = post(address, "/views", cookie, &form).status == 303;
                    if is_done {
                        named.lock().unwrap().push(name);
                    }
                    let language = if number % 2 == 0 { "ja" } else { "en" };
                    post(
                        address,
                        "/language",
                        cookie,
                        &format!("csrf={csrf}&language={language}&return=%2F"),
                    );
                    if is_over.load(Ordering::Relaxed) || number >= 8 {
                        break;
                    }
                }
            });
        }
        let server = &mut *server;
        scope.spawn(|| {
            wait_up_to(120);
            server.kill();
            is_over.store(true, Ordering::Relaxed);
        });
    });
    n_signed_in.into_inner().unwrap()
}

/// Many lives of a server on one database.
fn lives(address: &DatabaseAddress, folder: &Path, n_lives: usize) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = match address {
        DatabaseAddress::Postgres(address) => address.clone(),
        DatabaseAddress::File(path) => path.display().to_string(),
    };
    let more = ["--database", &database];
    let first = Server::start_first(folder, &more);
    first.set_up();
    drop(first);
    let (named, mut n_signed_in) = (Mutex::new(Vec::new()), 0);
    for life in 0..n_lives {
        let mut server = Server::start(folder, &more);
        n_signed_in += one_life(&mut server, life, &named);
        runtime.block_on(check(address, &named.lock().unwrap(), n_signed_in));
    }
    named.into_inner().unwrap().len()
}

#[tokio::test]
async fn loses_nothing_acknowledged_when_killed_while_people_work() {
    let mut n_acknowledged = 0;
    for bed in kikimori_testbed::each().await {
        let n_folders = if bed.engine == Engine::Sqlite { 3 } else { 0 };
        let mut beds = vec![bed];
        beds.extend((0..n_folders).map(|_| kikimori_testbed::sqlite()));
        for bed in beds {
            let work = move || lives(&bed.address, bed.folder.path(), KILLS_OF_ONE_FOLDER);
            n_acknowledged += tokio::task::spawn_blocking(work).await.unwrap();
        }
    }
    println!("{n_acknowledged} acknowledged names outlived the kills");
    assert!(n_acknowledged > 0, "no write was acknowledged before a kill, so nothing was tested");
}

#[tokio::test]
async fn starts_again_when_killed_while_the_schema_is_made() {
    for _ in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let mut child = spawn(folder.path(), &[]);
        wait_up_to(80);
        child.kill().unwrap();
        child.wait().unwrap();
        let database =
            Database::open(&DatabaseAddress::File(folder.path().join("kikimori.sqlite"))).await.unwrap();
        database.migrate().await.unwrap();
        let said = database.examine().await.unwrap();
        assert!(said.damage.is_empty(), "{said:?}");
        assert_eq!(database.schema_step().await.unwrap(), kikimori_store::migration::newest_step());
        database.close().await;
    }
}

#[test]
fn restores_wholly_or_not_at_all_when_killed() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup) = (place.path().join("data"), place.path().join("backup.zip"));
    let server = Server::start_first(&data, &[]);
    server.set_up();
    std::fs::create_dir_all(data.join("blobs/aa")).unwrap();
    std::fs::write(data.join("blobs/aa/bytes"), vec![7; 4 << 20]).unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let done = kikimori(&["backup", "--data", &path(&data), "--output", &path(&backup)]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    drop(server);
    let mut n_whole = 0;
    for round in 0..20 {
        let target = place.path().join(format!("restored-{round}"));
        let arguments = ["restore", "--data", &path(&target), "--input", &path(&backup)];
        let mut child = kikimori(&arguments).spawn().unwrap();
        wait_up_to(160);
        child.kill().unwrap();
        child.wait().unwrap();
        if target.exists() {
            n_whole += 1;
        } else {
            let again = kikimori(&arguments).output().unwrap();
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        }
        assert_eq!(std::fs::read(target.join("blobs/aa/bytes")).unwrap().len(), 4 << 20);
        let server = Server::start(&target, &[]);
        assert_eq!(server.sign_in().status, 303);
    }
    println!("{n_whole} of 20 were whole before the kill");
}

/// The demo's server is killed while it takes SBOMs in and matches them.
#[tokio::test]
async fn keeps_originals_and_rows_together_when_killed_while_sboms_are_taken_in() {
    let home = crate::program::Home::new();
    assert_eq!(home.run(&["demo", "--no-serve"]).exit, 0);
    let folder = home.path(".local/share/kikimori/demo");
    let mut n_sboms = 0;
    for _ in 0..10 {
        for name in ["kikimori.sqlite", "kikimori.sqlite-wal", "kikimori.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.join(name));
        }
        let _ = std::fs::remove_dir_all(folder.join("blobs"));
        let mut child = home.start(&["demo", "--listen", "127.0.0.1:0"]);
        wait_up_to(2_500);
        child.kill().unwrap();
        child.wait().unwrap();
        let address = DatabaseAddress::File(folder.join("kikimori.sqlite"));
        let database = Database::open(&address).await.unwrap();
        database.migrate().await.unwrap();
        let mut read = database.begin_read(Scope::System).await.unwrap();
        for organisation in organisations::list(&mut read, 10).await.unwrap() {
            let events = trail(&database, organisation.id).await;
            n_sboms += events.iter().filter(|event| event.target_kind == "sbom").count();
        }
        drop(read);
        database.close().await;
        let run = home.run(&["doctor", "--all", "--data", folder.to_str().unwrap()]);
        assert_eq!(run.exit, 0, "{}", run.out);
        let backup = home.path("backup.zip");
        let _ = std::fs::remove_file(&backup);
        let arguments = ["backup", "--data", folder.to_str().unwrap(), "--output", backup.to_str().unwrap()];
        assert_eq!(home.run(&arguments).exit, 0);
    }
    println!("{n_sboms} SBOMs had been taken in before the kills");
    assert!(n_sboms > 0, "every kill came too early, so nothing was tested");
}
