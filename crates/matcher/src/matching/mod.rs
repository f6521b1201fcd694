//! The match: identities, evaluation, grouping and evidence.

pub mod context;
pub mod describe;
pub mod evaluate;
pub mod groups;
pub mod identity;
pub mod reverse;
pub mod scan;
