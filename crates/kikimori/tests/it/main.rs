//! The binary as a user meets it: real files, a real library, exit codes and output.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod bundle_file;
mod bundles;
mod command_line;
mod corpus;
mod demo;
mod hostile_bundles;
mod program;
mod quality;
mod toolbox;
