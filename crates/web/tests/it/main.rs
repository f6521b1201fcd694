//! The server as browsers and programs see it: requests in, pages and problems out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod client;
// The attribute tells clippy that helper functions are test code too.
#[cfg(test)]
mod matrix;
mod people;
mod serving;
mod tokens;
mod trail;
