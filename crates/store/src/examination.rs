//! What a database says about its own state.

use kikimori_core::stamp::Stamp;

use crate::database::{Database, Engine};
use crate::statement::statements;
use crate::{Scope, StoreError};

statements! {
    /// Damage of the file, one row each; a sound one says "ok".
    INTEGRITY = sqlite "SELECT integrity_check AS damage FROM pragma_integrity_check", postgres "SELECT 'ok' AS damage";
    /// Rows that refer to nothing.
    BROKEN_REFERENCES =
        sqlite "SELECT count(*) AS n FROM pragma_foreign_key_check",
        postgres "SELECT count(*) AS n FROM pg_constraint WHERE contype = 'f' AND NOT convalidated";
    /// The engine's version, whether row security does not bind our role, and whether a table with an owner is without it.
    ENGINE =
        sqlite "SELECT sqlite_version() AS version, 0 AS is_above, 0 AS n_open",
        postgres "SELECT current_setting('server_version') AS version, (SELECT (rolsuper OR rolbypassrls)::int::bigint FROM pg_roles WHERE rolname = current_user) AS is_above, (SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attname = 'organisation_id' AND c.relname <> 'sessions' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)) AS n_open";
    /// When the newest event happened.
    NEWEST_EVENT = "SELECT max(at) AS at FROM audit_events";
    /// Jobs that wait, run, failed.
    JOBS = "SELECT state, count(*) AS n FROM jobs GROUP BY state ORDER BY state";
}

/// What a database says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Which engine.
    pub engine: Engine,
    /// Its version.
    pub version: String,
    /// Damage of the file.
    pub damage: Vec<String>,
    /// References that lead nowhere.
    pub n_broken_references: i64,
    /// Row security does not bind the role that Kikimori uses.
    pub is_above_row_security: bool,
    /// Tables with an owner that are not behind row security.
    pub n_open_tables: i64,
    /// When the newest event happened.
    pub newest_event: Option<Stamp>,
}

impl Database {
    /// Asks the database about itself. A large file of SQLite is read as a whole.
    ///
    /// # Errors
    /// What the database says.
    pub async fn examine(&self) -> Result<Examination, StoreError> {
        let mut read = self.begin_read(Scope::System).await?;
        let said = read.rows(&INTEGRITY, vec![]).await?;
        let damage: Vec<String> = said.iter().map(|row| row.text("damage")).collect::<Result<_, _>>()?;
        let engine = read.row(&ENGINE, vec![]).await?.ok_or(StoreError::Conflict)?;
        let broken = read.row(&BROKEN_REFERENCES, vec![]).await?;
        let newest = read.row(&NEWEST_EVENT, vec![]).await?;
        Ok(Examination {
            engine: self.engine(),
            version: engine.text("version")?,
            damage: damage.into_iter().filter(|line| line != "ok").collect(),
            n_broken_references: broken.map_or(Ok(0), |row| row.integer("n"))?,
            is_above_row_security: engine.truth("is_above")?,
            n_open_tables: engine.integer("n_open")?,
            newest_event: newest.map_or(Ok(None), |row| row.integer_if_any("at"))?.map(Stamp),
        })
    }

    /// How many jobs are in each state.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count_jobs(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let mut read = self.begin_read(Scope::System).await?;
        let rows = read.rows(&JOBS, vec![]).await?;
        rows.iter().map(|row| Ok((row.text("state")?, row.integer("n")?))).collect()
    }
}
