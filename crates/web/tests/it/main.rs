//! The web server as a client meets it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod findings;
mod serving;
