//! Opening a database, its pools of connections, and closing it.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use kikimori_core::limits::{DATABASE_CONNECTIONS_MAX, DATABASE_WAIT_SECONDS};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Row as _};

use crate::StoreError;
use crate::transaction::{Inner, Scope, Transaction};

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file of ours.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

/// Where the data are.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseAddress {
    /// A file of SQLite.
    File(PathBuf),
    /// An address `postgres://…`, which may hold a password.
    Postgres(String),
}

impl DatabaseAddress {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH`, or a path.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Self::Postgres(text.to_owned());
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        Self::File(PathBuf::from(path))
    }
}

impl std::fmt::Debug for DatabaseAddress {
    /// Without the address of PostgreSQL, which may hold a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "File({})", path.display()),
            Self::Postgres(_) => formatter.write_str("Postgres(…)"),
        }
    }
}

/// An open database. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Database {
    /// The pools.
    pub(crate) pools: Pools,
}

/// The connections.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// SQLite: one writer, so that writers queue here and never fail with "busy"; readers beside it.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// PostgreSQL: one pool.
    Postgres(PgPool),
}

impl Database {
    /// Opens the database; a file of SQLite is made if it is not there. The schema is not touched: see [`Database::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Unsuitable`] for a PostgreSQL older than 15, or one whose database has the character type `C`, in which
    /// Japanese texts cannot be searched; otherwise what the engine says.
    pub async fn open(address: &DatabaseAddress) -> Result<Self, StoreError> {
        match address {
            DatabaseAddress::File(path) => open_sqlite(path).await,
            DatabaseAddress::Postgres(address) => open_postgres(address).await,
        }
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins work that may write. On SQLite it waits until it is the only writer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if no connection came free in time.
    pub async fn begin(&self, scope: Scope) -> Result<Transaction, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Transaction::scoped(inner, scope).await
    }

    /// Begins work that only reads, on one state of the data. It never waits for a writer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if no connection came free in time.
    pub async fn begin_read(&self, scope: Scope) -> Result<Transaction, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Transaction::scoped(inner, scope).await
    }

    /// Waits for running work and closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// How long to wait for a connection, or for another process's writer.
fn wait() -> Duration {
    Duration::from_secs(DATABASE_WAIT_SECONDS)
}

/// Opens SQLite. Each commit is on the disk before it is acknowledged (`synchronous=FULL`).
async fn open_sqlite(path: &std::path::Path) -> Result<Database, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(wait())
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-32768")
        .statement_cache_capacity(400);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(wait())
        .connect_with(options.clone())
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(DATABASE_CONNECTIONS_MAX)
        .acquire_timeout(wait())
        .connect_lazy_with(options.read_only(true));
    Ok(Database { pools: Pools::Sqlite { writer, readers } })
}

/// Opens PostgreSQL and refuses one that would give wrong answers.
async fn open_postgres(address: &str) -> Result<Database, StoreError> {
    let options = PgConnectOptions::from_str(address)?.application_name("kikimori");
    let pool = PgPoolOptions::new()
        .max_connections(DATABASE_CONNECTIONS_MAX)
        .acquire_timeout(wait())
        .connect_with(options)
        .await?;
    let row = sqlx::query(
        "SELECT current_setting('server_version_num') AS version, datctype AS characters, \
         pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(&pool)
    .await?;
    let version: i64 = row.try_get::<String, _>("version")?.parse().unwrap_or(0);
    let (characters, encoding): (String, String) = (row.try_get("characters")?, row.try_get("encoding")?);
    if version < 150_000 {
        return Err(StoreError::Unsuitable(format!("PostgreSQL 15 or later is needed, this is {version}")));
    }
    if encoding != "UTF8" || matches!(characters.as_str(), "C" | "POSIX") {
        return Err(StoreError::Unsuitable(format!(
            "the database needs the encoding UTF8 and a character type such as C.UTF-8, it has {encoding} and {characters}"
        )));
    }
    Ok(Database { pools: Pools::Postgres(pool) })
}

impl Database {
    /// Prepares a statement on its engine and throws it away; for the test that prepares all.
    ///
    /// # Errors
    /// What the engine says about the text.
    pub async fn prepare(&self, statement: &crate::statement::Statement) -> Result<(), StoreError> {
        use sqlx::Executor as _;
        use sqlx::SqlSafeStr as _;
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                writer.acquire().await?.prepare(AssertSqlSafe(statement.sqlite).into_sql_str()).await?;
            }
            Pools::Postgres(pool) => {
                pool.acquire().await?.prepare(AssertSqlSafe(statement.postgres).into_sql_str()).await?;
            }
        }
        Ok(())
    }
}
