//! A unit of work: everything that touches the data runs inside one, with a scope.

use kikimori_core::id::OrganisationId;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::StoreError;
use crate::database::Engine;
use crate::statement::{Statement, statements};
use crate::value::{Row, Value};

statements! {
    /// Tells PostgreSQL's row security whose rows this transaction may see. SQLite has no such wall: there it is a no-op.
    SET_SCOPE =
        sqlite "SELECT $1 AS organisation, $2 AS scope",
        postgres "SELECT set_config('kikimori.organisation', $1, true), set_config('kikimori.scope', $2, true)";
}

/// Most values bound to one statement of [`Transaction::insert_many`]: both engines allow at least 32,766.
const VALUES_MAX: usize = 4_000;

/// Whose rows a transaction may touch. PostgreSQL enforces it for every statement; our statements name the organisation besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One organisation's rows and the shared ones.
    Organisation(OrganisationId),
    /// Accounts, sessions and shared rows only, before it is known who asks.
    Installation,
    /// All rows: background work and maintenance.
    System,
}

/// A unit of work. Dropped without [`Transaction::commit`], it leaves no trace.
pub struct Transaction {
    /// The engine's transaction.
    inner: Inner,
    /// Whose rows.
    scope: Scope,
}

/// Either engine's transaction.
pub(crate) enum Inner {
    /// Of SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// Of PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    /// A transaction that has told the engine its scope.
    pub(crate) async fn scoped(inner: Inner, scope: Scope) -> Result<Self, StoreError> {
        let mut transaction = Self { inner, scope };
        if transaction.engine() == Engine::Postgres {
            let (organisation, name) = match scope {
                Scope::Organisation(id) => (hexadecimal(&id.bytes()), "organisation"),
                Scope::Installation => (String::new(), "installation"),
                Scope::System => (String::new(), "system"),
            };
            transaction.rows(&SET_SCOPE, vec![organisation.into(), name.into()]).await?;
        }
        Ok(transaction)
    }

    /// Whose rows it may touch.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The engine below.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Makes the work take effect. When this returns, it is on the disk.
    ///
    /// # Errors
    /// What the engine says; then nothing took effect.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(transaction) => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let text = self.text(statement);
        self.execute_text(text, values).await
    }

    /// Runs a statement that must change one row: the one whose revision is still the expected one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it changed none.
    pub(crate) async fn change_one(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<(), StoreError> {
        match self.execute(statement, values).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn rows(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let text = self.text(statement);
        self.rows_of_text(text, values).await
    }

    /// Runs a statement and gives its first row, if there is one.
    pub(crate) async fn row(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    /// Runs a text put together from fixed pieces and gives its rows.
    pub(crate) async fn rows_of_text(
        &mut self,
        text: SqlStr,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(transaction) => {
                let rows = bind_sqlite(sqlx::query(text), values).fetch_all(&mut **transaction).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Inner::Postgres(transaction) => {
                let rows = bind_postgres(sqlx::query(text), values).fetch_all(&mut **transaction).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Inserts rows, many in one statement: `start` is `INSERT INTO t (a, b) VALUES`, `end` what follows the rows, such as
    /// `ON CONFLICT DO NOTHING`. `values` holds `n_columns` for each row, one row after another. Gives the number of rows inserted.
    pub(crate) async fn insert_many(
        &mut self,
        start: &str,
        end: &'static str,
        n_columns: usize,
        mut values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let n_columns = n_columns.max(1);
        let n_values_max = (VALUES_MAX / n_columns).max(1) * n_columns;
        let mut n_inserted = 0;
        while !values.is_empty() {
            let rest = values.split_off(values.len().min(n_values_max));
            let mut text = String::from(start);
            for row in 0..values.len() / n_columns {
                text.push_str(if row == 0 { " (" } else { ", (" });
                for column in 0..n_columns {
                    let comma = if column == 0 { "" } else { ", " };
                    text.push_str(&format!("{comma}${}", row * n_columns + column + 1));
                }
                text.push(')');
            }
            text.push(' ');
            text.push_str(end);
            n_inserted += self.execute_text(AssertSqlSafe(text).into_sql_str(), values).await?;
            values = rest;
        }
        Ok(n_inserted)
    }

    /// Runs a text that gives no rows.
    pub(crate) async fn run_text(&mut self, text: SqlStr) -> Result<(), StoreError> {
        self.execute_text(text, vec![]).await.map(|_| ())
    }

    /// The statement's text for this engine.
    fn text(&self, statement: &Statement) -> SqlStr {
        match self.engine() {
            Engine::Sqlite => statement.sqlite.into_sql_str(),
            Engine::Postgres => statement.postgres.into_sql_str(),
        }
    }

    /// Runs a text and gives the number of rows it changed.
    pub(crate) async fn execute_text(&mut self, text: SqlStr, values: Vec<Value>) -> Result<u64, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(transaction) => {
                let done = bind_sqlite(sqlx::query(text), values).execute(&mut **transaction).await?;
                Ok(done.rows_affected())
            }
            Inner::Postgres(transaction) => {
                let done = bind_postgres(sqlx::query(text), values).execute(&mut **transaction).await?;
                Ok(done.rows_affected())
            }
        }
    }
}

/// Binds the values in order for SQLite.
fn bind_sqlite(
    query: Query<'_, Sqlite, SqliteArguments>,
    values: Vec<Value>,
) -> Query<'_, Sqlite, SqliteArguments> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// Binds the values in order for PostgreSQL.
fn bind_postgres(
    query: Query<'_, Postgres, PgArguments>,
    values: Vec<Value>,
) -> Query<'_, Postgres, PgArguments> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// Lower-case hexadecimal digits of bytes.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
