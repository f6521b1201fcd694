//! The binary as a user meets it: real files, a real library, exit codes and output.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints what it counted"
)]

mod command_line;
mod corpus;
mod demo;
mod identity;
mod program;
