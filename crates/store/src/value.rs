//! Values that go into statements and rows that come out, the same for both engines.

use kikimori_core::id::Id;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::StoreError;

/// A value bound to a place of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text, or none.
    Text(Option<String>),
    /// A whole number, a time in milliseconds, or a truth value as 0 or 1; or none.
    Integer(Option<i64>),
    /// Bytes, or none.
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(Some(i64::from(number)))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(is_so: bool) -> Self {
        Self::Integer(Some(i64::from(is_so)))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<[u8; 32]> for Value {
    fn from(bytes: [u8; 32]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Self::Bytes(Some(id.bytes().to_vec()))
    }
}

impl From<Option<Id>> for Value {
    fn from(id: Option<Id>) -> Self {
        Self::Bytes(id.map(|id| id.bytes().to_vec()))
    }
}

/// A row that a statement gave.
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// Reads a column of either engine's row; a column that is missing or of another type is unreadable.
macro_rules! column {
    ($row:expr, $column:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($column),
            Row::Postgres(row) => row.try_get($column),
        }
        .map_err(|_| StoreError::Unreadable { column: $column.to_owned() })
    };
}

impl Row {
    /// The text of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if it holds none; so do all readers below.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        column!(self, column)
    }

    /// The text of a column that may hold none.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn text_if_any(&self, column: &str) -> Result<Option<String>, StoreError> {
        column!(self, column)
    }

    /// The number of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn integer(&self, column: &str) -> Result<i64, StoreError> {
        column!(self, column)
    }

    /// The number of a column that may hold none.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn integer_if_any(&self, column: &str) -> Result<Option<i64>, StoreError> {
        column!(self, column)
    }

    /// The truth value of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn truth(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.integer(column)? != 0)
    }

    /// The bytes of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        column!(self, column)
    }

    /// The bytes of a column that may hold none.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn bytes_if_any(&self, column: &str) -> Result<Option<Vec<u8>>, StoreError> {
        column!(self, column)
    }

    /// The SHA-256 of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn sha256(&self, column: &str) -> Result<[u8; 32], StoreError> {
        <[u8; 32]>::try_from(self.bytes(column)?).map_err(|_| unreadable(column))
    }

    /// The id of a column.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn id(&self, column: &str) -> Result<Id, StoreError> {
        self.id_if_any(column)?.ok_or_else(|| unreadable(column))
    }

    /// The id of a column that may hold none.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn id_if_any(&self, column: &str) -> Result<Option<Id>, StoreError> {
        let Some(bytes) = self.bytes_if_any(column)? else { return Ok(None) };
        let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| unreadable(column))?;
        Ok(Some(Id::from_bytes(bytes)))
    }

    /// The value that a column's text stands for.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if `read` knows no such text.
    pub fn read<T>(&self, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        read(&self.text(column)?).ok_or_else(|| unreadable(column))
    }
}

/// The error of a column whose value is not what it promises.
fn unreadable(column: &str) -> StoreError {
    StoreError::Unreadable { column: column.to_owned() }
}
