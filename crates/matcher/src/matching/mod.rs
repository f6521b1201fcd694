//! The match: identities, evaluation, grouping and evidence.

mod combine;
mod configuration;
pub mod context;
mod coverage;
mod cpe_version;
pub mod describe;
pub mod equivalence;
pub mod evaluate;
pub mod groups;
pub mod identity;
pub mod reverse;
pub mod scan;
mod support;
pub mod unit;
mod weigh;
