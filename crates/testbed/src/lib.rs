//! For tests only: fresh databases on both engines.
//!
//! PostgreSQL is used when `KIKIMORI_TEST_POSTGRES` names a server, as `cargo xtask test` does after starting one. Its role must not be
//! a superuser, because row security does not bind superusers.
#![forbid(unsafe_code)]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test bed fails loudly")]

use std::sync::atomic::{AtomicU32, Ordering};

use kikimori_store::{Database, DatabaseAddress, Engine};
use tempfile::TempDir;

/// The environment variable with the address of a PostgreSQL server for tests.
pub const POSTGRES: &str = "KIKIMORI_TEST_POSTGRES";

/// Counts databases, for names of their own.
static N_DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database of one test.
pub struct TestDatabase {
    /// Where it is.
    pub address: DatabaseAddress,
    /// Which engine.
    pub engine: Engine,
    /// The folder that holds it, removed at the end; also for other files of the test.
    pub folder: TempDir,
}

impl TestDatabase {
    /// Opens it with the newest schema.
    pub async fn open(&self) -> Database {
        let database = Database::open(&self.address).await.expect("the database opens");
        database.migrate().await.expect("the schema is made");
        database
    }
}

/// An empty database of SQLite.
#[must_use]
pub fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = DatabaseAddress::File(folder.path().join("kikimori.sqlite"));
    TestDatabase { address, engine: Engine::Sqlite, folder }
}

/// An empty database on each engine that this machine has.
///
/// # Panics
/// If PostgreSQL is missing and `CI` is set: there every test runs on both.
pub async fn each() -> Vec<TestDatabase> {
    let mut all = vec![sqlite()];
    match environment(POSTGRES) {
        Some(server) => all.push(postgres(&server).await),
        None => {
            assert!(environment("CI").is_none(), "{POSTGRES} is not set");
            eprintln!("POSTGRESQL NOT SET: this test ran on SQLite alone");
        }
    }
    all
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "the test bed is told by the environment what the machine has")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An empty database on a server; it goes with the server.
async fn postgres(server: &str) -> TestDatabase {
    use sqlx::Connection as _;
    let number = N_DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the server answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
        .execute(&mut connection)
        .await
        .expect("an old database goes");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .expect("a database is made");
    let (front, _) = server.rsplit_once('/').expect("the address names a database");
    TestDatabase {
        address: DatabaseAddress::Postgres(format!("{front}/{name}")),
        engine: Engine::Postgres,
        folder: tempfile::tempdir().expect("a temporary folder"),
    }
}
