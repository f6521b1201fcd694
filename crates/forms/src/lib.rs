//! Catalogs: regulation, forms and element sets as data, read into the domain's types.
//!
//! Files lie in `catalogs/`, one immutable file per version, and are built into the program. People may bring files of their own in
//! the same form.
#![forbid(unsafe_code)]

pub mod sbom_profile;
pub mod sheet_mapping;
