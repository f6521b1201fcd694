//! The server as browsers and programs see it: requests in, pages and problems out.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod accounts;
mod api;
mod browser;
mod client;
mod findings;
// The attribute tells clippy that helper functions are test code too.
#[cfg(test)]
mod matrix;
mod people;
mod products;
mod serving;
mod tokens;
mod trail;
