//! The binary as a user meets it: real files, a real library, exit codes and output.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod advisories;
mod bundle_file;
mod bundles;
mod command_line;
mod conversion;
mod corpus;
mod demo;
mod hostile_bundles;
mod hostile_feeds;
mod hostile_settings;
mod identity;
mod jvn;
mod kills;
mod mistakes;
mod operations;
mod pairs;
mod program;
mod quality;
#[path = "../../../net/tests/it/server.rs"]
#[expect(dead_code, reason = "the tests of the HTTP client use all of it")]
mod server;
mod serving;
mod sheets;
mod spdx3;
mod support;
mod sync;
mod toolbox;
