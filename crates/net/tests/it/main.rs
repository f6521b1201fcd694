//! A sync over real connections: a server on loopback that behaves, and one that misbehaves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod feeds;
mod files;
mod jvn;
mod misbehaviour;
mod nvd;
mod server;
mod site;
mod tls;
