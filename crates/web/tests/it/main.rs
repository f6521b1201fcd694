//! The server as browsers and programs see it: requests in, pages and problems out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod client;
mod findings;
mod matrix;
mod people;
mod serving;
mod tokens;
mod trail;
