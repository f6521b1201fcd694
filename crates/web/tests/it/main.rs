//! The web server as a client meets it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod api;
mod browser;
mod products;
mod serving;
