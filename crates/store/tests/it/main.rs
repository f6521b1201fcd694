//! The store on both engines: one story, every statement, equal schemas, and what happens when things go wrong.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod products;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod story;
