//! Use cases: what the command line and the pages ask for, from opening inputs to storing results.
#![forbid(unsafe_code)]

pub mod inputs;
