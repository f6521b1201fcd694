//! The database: all SQL of Kikimori, on SQLite and PostgreSQL from one code base.
//!
//! | module | holds |
//! |---|---|
//! | [`database`] | opening, pools, closing |
//! | [`transaction`] | a unit of work with its scope; everything else runs inside one |
//! | [`statement`] | SQL texts as values, so that a test can prepare each on both engines |
//! | [`list`] | filters, order and pages put together from fixed pieces |
//! | [`migration`] | the schema, step by step, for each engine |
//! | one module a table family | `get`, `find_*`, `list`, `insert`, `update`, `append` |
//!
//! Ids are 16 bytes, times milliseconds since 1970-01-01 UTC, civil days texts like `2026-11-21`, truth values 0 and 1, so that both
//! engines store and compare the same values. No business rule stands here.
#![forbid(unsafe_code)]

pub mod api_tokens;
pub mod assessments;
pub mod audit_events;
pub mod blobs;
pub mod copy;
pub mod counters;
pub mod database;
pub mod error;
pub mod examination;
pub mod finding_counts;
pub mod finding_lists;
pub mod findings;
pub mod identities;
pub mod identity_rules;
pub mod invitations;
pub mod jobs;
pub mod list;
pub mod memberships;
pub mod migration;
pub mod organisations;
pub mod people;
pub mod product_documents;
pub mod products;
pub mod releases;
pub mod saved_views;
pub mod sbom_checks;
pub mod sbom_components;
pub mod sboms;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod statement;
pub mod statements;
pub mod transaction;
pub mod units;
pub mod uploads;
pub mod value;
pub mod vulnerabilities;

pub use database::{Database, DatabaseAddress, Engine};
pub use error::StoreError;
pub use transaction::{Scope, Transaction};
