//! Reports: what a scan, an explanation, a check or the library looks like to a person or a program.

pub mod bundle_json;
pub mod check_json;
pub mod csv;
pub mod cyclonedx;
pub mod fold;
pub mod json;
pub mod labels;
pub mod library_json;
pub mod markdown;
pub mod rules;
pub mod sarif;
pub mod support;
pub mod support_json;
pub mod sync_json;
pub mod table;
pub mod text_table;
