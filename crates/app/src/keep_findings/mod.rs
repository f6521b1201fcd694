//! Findings that keep themselves: what the library says about identities, once for everybody, and what that means for products.
//!
//! | module | does |
//! |---|---|
//! | [`evidence`] | statements as stored, and what of them an assessment rests on |
//! | [`units`] | matches identities in contexts and keeps what the library says |
//! | [`names`] | one row for each vulnerability under all its names; rows that turn out to be one are joined |
//! | [`reconcile`] | brings the findings of an SBOM in line with what the library says about its units |
//!
//! Why so: ADR 0013.

pub mod codes;
pub mod evidence;
pub mod names;
pub mod reconcile;
pub mod units;

/// The series of numbers of findings.
pub const NUMBERS: &str = "finding";
