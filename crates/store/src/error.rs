//! What can go wrong between us and the database.

/// A failed piece of work. Nothing of its transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique rule refused a row; the name follows `uq_<table>__<columns>` on both engines.
    #[error("the unique rule {0} refused a row")]
    Unique(String),
    /// A row that another row refers to is missing, or still referred to.
    #[error("a reference refused a row: {0}")]
    Reference(String),
    /// A value is outside what its column allows.
    #[error("a check refused a row: {0}")]
    Check(String),
    /// The row was changed since it was read.
    #[error("the row was changed by somebody else")]
    Conflict,
    /// The database had no room in time for this piece of work; it can be tried again.
    #[error("the database is busy")]
    Busy,
    /// The disk of the database is full.
    #[error("the disk of the database is full")]
    DiskFull,
    /// A stored value is not what its column promises.
    #[error("the column {column} holds a value that cannot be read")]
    Unreadable {
        /// The column.
        column: String,
    },
    /// The database was made by a newer or a changed version of Kikimori.
    #[error("the database's schema is not one of ours: {0}")]
    Schema(String),
    /// The database's settings would give wrong answers.
    #[error("the database cannot be used: {0}")]
    Unsuitable(String),
    /// Anything else.
    #[error("the database failed")]
    Fault(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether trying the same work again can succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let sqlx::Error::Database(database) = &error else { return Self::Fault(error) };
        let code = database.code().unwrap_or_default().into_owned();
        if database.is_unique_violation() {
            let name = database.constraint().map_or_else(|| unique_name(database.message()), str::to_owned);
            return Self::Unique(name);
        }
        if database.is_foreign_key_violation() {
            return Self::Reference(database.message().to_owned());
        }
        if database.is_check_violation() {
            return Self::Check(database.message().to_owned());
        }
        match code.as_str() {
            // SQLite: SQLITE_BUSY and its extended codes, SQLITE_LOCKED. PostgreSQL: serialization failure, deadlock, lock timeout.
            "5" | "261" | "517" | "773" | "6" | "40001" | "40P01" | "55P03" => Self::Busy,
            // SQLite: SQLITE_FULL. PostgreSQL: disk_full.
            "13" | "53100" => Self::DiskFull,
            _ => Self::Fault(error),
        }
    }
}

/// The name of the unique rule of a message of SQLite, such as `UNIQUE constraint failed: people.email`.
fn unique_name(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        let (of, name) = column.split_once('.').unwrap_or(("", column));
        table = of;
        names.push(name);
    }
    format!("uq_{table}__{}", names.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_unique_rules_alike_on_both_engines() {
        assert_eq!(unique_name("UNIQUE constraint failed: people.email"), "uq_people__email");
        assert_eq!(
            unique_name("UNIQUE constraint failed: products.organisation_id, products.number"),
            "uq_products__organisation_id_number"
        );
    }
}
