//! All rows of all tables, out of one engine and into either: what backups are made of.
//!
//! The tables and columns are asked of the database itself, so that a new table needs nothing here. A copy is read within one
//! transaction, which shows one state of the data while others go on writing.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::database::{Database, Engine};
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    /// Every column of every table of ours, with its place in the primary key from 1, or 0.
    COLUMNS =
        sqlite "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, c.pk AS key_place FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.name",
        postgres "SELECT c.relname::text AS table_name, a.attname::text AS column_name, format_type(a.atttypid, NULL) AS kind, coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint + 1 AS key_place FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE '\\_sqlx%' ORDER BY c.relname::text COLLATE \"C\", a.attname::text COLLATE \"C\"";
    /// Every reference between tables, by its table and name.
    REFERENCES =
        sqlite "SELECT '' AS table_name, '' AS reference WHERE 1 = 0",
        postgres "SELECT c.relname::text AS table_name, k.conname::text AS reference FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2";
    /// The newest step of the schema that was taken.
    STEP = "SELECT coalesce(max(version), 0) AS step FROM _sqlx_migrations";
    /// How many tables of ours there are.
    N_TABLES =
        sqlite "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
        postgres "SELECT count(*) AS n FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname = '_sqlx_migrations'";
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Texts.
    Text,
    /// Whole numbers.
    Integer,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, by name.
    pub columns: Vec<Column>,
    /// The places of the primary key's columns among `columns`, in the key's order.
    pub key: Vec<usize>,
}

impl Table {
    /// The names of all columns with commas.
    fn column_names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The columns of the key with commas, ordered by bytes on both engines.
    fn key_columns(&self, engine: Engine) -> String {
        let columns = self.key.iter().filter_map(|place| self.columns.get(*place)).map(|column| {
            let is_collated = engine == Engine::Postgres && column.kind == ColumnKind::Text;
            format!("{}{}", column.name, if is_collated { " COLLATE \"C\"" } else { "" })
        });
        columns.collect::<Vec<_>>().join(", ")
    }
}

impl Database {
    /// The newest step of the schema that was taken; 0 for a database without tables of ours.
    ///
    /// # Errors
    /// What the database says.
    pub async fn schema_step(&self) -> Result<i64, StoreError> {
        let mut read = self.begin_read(crate::Scope::System).await?;
        step(&mut read).await
    }

    /// Whether no table of ours holds a row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let mut read = self.begin_read(crate::Scope::System).await?;
        for table in tables(&mut read).await? {
            let rows =
                read.rows_of_text(safe(format!("SELECT 1 AS one FROM {} LIMIT 1", table.name)), vec![]);
            if !rows.await?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The newest step of the schema as a transaction sees it.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn step(transaction: &mut Transaction) -> Result<i64, StoreError> {
    let n = transaction.row(&N_TABLES, vec![]).await?.map_or(Ok(0), |row| row.integer("n"))?;
    if n == 0 {
        return Ok(0);
    }
    transaction.row(&STEP, vec![]).await?.map_or(Ok(0), |row| row.integer("step"))
}

/// Every table of ours, by name.
///
/// # Errors
/// [`StoreError::Schema`] for a table without a primary key or with a type that is not ours.
pub async fn tables(transaction: &mut Transaction) -> Result<Vec<Table>, StoreError> {
    let mut found: BTreeMap<String, Vec<(Column, i64)>> = BTreeMap::new();
    for row in transaction.rows(&COLUMNS, vec![]).await? {
        let (table, name, kind) = (row.text("table_name")?, row.text("column_name")?, row.text("kind")?);
        let kind = match kind.as_str() {
            "TEXT" | "text" => ColumnKind::Text,
            "INTEGER" | "bigint" => ColumnKind::Integer,
            "BLOB" | "bytea" => ColumnKind::Bytes,
            other => return Err(StoreError::Schema(format!("{table}.{name} has the type {other}"))),
        };
        found.entry(table).or_default().push((Column { name, kind }, row.integer("key_place")?));
    }
    let tables = found.into_iter().map(|(name, columns)| {
        let mut key: Vec<(i64, usize)> = columns
            .iter()
            .enumerate()
            .filter(|(_, (_, place))| *place > 0)
            .map(|(index, (_, place))| (*place, index))
            .collect();
        key.sort_unstable();
        if key.is_empty() {
            return Err(StoreError::Schema(format!("{name} has no primary key")));
        }
        Ok(Table {
            name,
            columns: columns.into_iter().map(|(column, _)| column).collect(),
            key: key.into_iter().map(|(_, index)| index).collect(),
        })
    });
    tables.collect()
}

/// The next `n_max` rows of a table after the one with the key `after`, in the order of the key.
///
/// # Errors
/// What the database says.
pub async fn rows_after(
    transaction: &mut Transaction,
    table: &Table,
    after: Option<&[Value]>,
    n_max: u32,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let key = table.key_columns(transaction.engine());
    let (condition, values) = match after {
        Some(values) => {
            let places: Vec<String> = (1..=values.len()).map(|number| format!("${number}")).collect();
            (format!("WHERE ({key}) > ({})", places.join(", ")), values.to_vec())
        }
        None => (String::new(), vec![]),
    };
    let text = format!(
        "SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {n_max}",
        table.column_names(),
        table.name
    );
    let rows = transaction.rows_of_text(safe(text), values).await?;
    rows.iter().map(|row| table.columns.iter().map(|column| read(row, column)).collect()).collect()
}

/// The value of a column.
fn read(row: &Row, column: &Column) -> Result<Value, StoreError> {
    Ok(match column.kind {
        ColumnKind::Text => Value::Text(row.text_if_any(&column.name)?),
        ColumnKind::Integer => Value::Integer(row.integer_if_any(&column.name)?),
        ColumnKind::Bytes => Value::Bytes(row.bytes_if_any(&column.name)?),
    })
}

/// Lets rows refer to rows that come later, until [`check_references`].
///
/// # Errors
/// What the database says.
pub async fn defer_references(transaction: &mut Transaction) -> Result<(), StoreError> {
    if transaction.engine() == Engine::Sqlite {
        return transaction.run_text(safe("PRAGMA defer_foreign_keys = ON".to_owned())).await;
    }
    alter_references(transaction, "DEFERRABLE INITIALLY DEFERRED").await
}

/// Refuses references that lead nowhere, and from then on at once. SQLite does it when the transaction ends.
///
/// # Errors
/// [`StoreError::Reference`].
pub async fn check_references(transaction: &mut Transaction) -> Result<(), StoreError> {
    if transaction.engine() == Engine::Sqlite {
        return Ok(());
    }
    transaction.run_text(safe("SET CONSTRAINTS ALL IMMEDIATE".to_owned())).await?;
    alter_references(transaction, "NOT DEFERRABLE").await
}

/// Changes when PostgreSQL checks references.
async fn alter_references(transaction: &mut Transaction, when: &str) -> Result<(), StoreError> {
    for row in transaction.rows(&REFERENCES, vec![]).await? {
        let (table, reference) = (row.text("table_name")?, row.text("reference")?);
        let text = format!("ALTER TABLE {table} ALTER CONSTRAINT \"{reference}\" {when}");
        transaction.run_text(safe(text)).await?;
    }
    Ok(())
}

/// Adds rows to a table; each holds the values of all its columns in their order.
///
/// # Errors
/// What the database says.
pub async fn insert(
    transaction: &mut Transaction,
    table: &Table,
    rows: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    let start = format!("INSERT INTO {} ({}) VALUES", table.name, table.column_names());
    let values = rows.into_iter().flatten().collect();
    transaction.insert_many(&start, "", table.columns.len(), values).await?;
    Ok(())
}

/// Takes away what the steps of the schema themselves put into a table, because the copy brings it.
///
/// # Errors
/// What the database says.
pub async fn clear(transaction: &mut Transaction, table: &Table) -> Result<(), StoreError> {
    transaction.run_text(safe(format!("DELETE FROM {}", table.name))).await
}

/// A text put together from names that the database itself gave.
fn safe(text: String) -> SqlStr {
    AssertSqlSafe(text).into_sql_str()
}
