//! The schema, step by step, for each engine. Steps only add; a removal comes a release later.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::StoreError;
use crate::database::{Database, Pools};

/// A step of the schema with its text for each engine.
struct Step {
    /// The number in the file's name.
    number: i64,
    /// The words in the file's name.
    name: &'static str,
    /// For SQLite.
    sqlite: &'static str,
    /// For PostgreSQL.
    postgres: &'static str,
}

/// A step whose files are `migrations/<engine>/<number>_<name>.sql`.
macro_rules! step {
    ($number:literal, $name:literal) => {
        Step {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/000", $number, "_", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/000", $number, "_", $name, ".sql")),
        }
    };
}

/// All steps in order.
const STEPS: &[Step] = &[
    step!(1, "lay_the_ground"),
    step!(2, "keep_products_and_sboms"),
    step!(3, "keep_findings"),
    step!(4, "keep_accounts"),
    step!(5, "save_views"),
];

/// The newest step that this version of Kikimori knows.
#[must_use]
pub fn newest_step() -> i64 {
    STEPS.iter().map(|step| step.number).max().unwrap_or(0)
}

impl Database {
    /// Brings the schema up to this version of Kikimori. Each step takes effect as a whole or not at all; several processes may
    /// call it at once.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if the database was made by a newer version, or a step of it was changed.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.migrate_to(newest_step()).await
    }

    /// Brings an empty database to an older step, for a copy of that step; [`Database::migrate`] then takes it further.
    ///
    /// # Errors
    /// Those of [`Database::migrate`].
    pub async fn migrate_to(&self, number: i64) -> Result<(), StoreError> {
        let migrator = |text: fn(&Step) -> &'static str| {
            let steps = STEPS.iter().filter(|step| step.number <= number).map(|step| {
                let name = Cow::Borrowed(step.name);
                Migration::new(step.number, name, MigrationType::Simple, text(step).into_sql_str(), false)
            });
            Migrator::with_migrations(steps.collect())
        };
        let done = match &self.pools {
            Pools::Sqlite { writer, .. } => migrator(|step| step.sqlite).run(writer).await,
            Pools::Postgres(pool) => migrator(|step| step.postgres).run(pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::Execute(error) => error.into(),
            MigrateError::ExecuteMigration(error, number) => {
                StoreError::Schema(format!("step {number} failed: {error}"))
            }
            other => StoreError::Schema(other.to_string()),
        })
    }
}
