//! The store on both engines: one story, every statement, equal schemas, and what happens when things go wrong.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod accounts;
mod copy;
mod products;
mod schema;
mod statements;
mod story;
