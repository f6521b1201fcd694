//! Use cases, one file each. The command line, and later pages and the API, call these and only render what
//! they answer.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod app_error;
pub mod audit;
pub mod backup;
pub mod blob_store;
pub mod bundle;
pub mod check_sbom;
mod checksums;
pub mod companions;
pub mod component_identity;
pub mod convert_sbom;
pub mod current_library;
pub mod examine_installation;
pub mod explain_finding;
pub mod export_bundle;
pub mod feeds;
pub mod findings;
pub mod furnish_demo;
pub mod identities;
pub mod identity_rules;
pub mod import_bundle;
pub mod import_library;
pub mod inputs;
pub mod installation;
pub mod jobs;
pub mod judge_sbom;
pub mod keep_findings;
pub mod library_changed;
pub mod match_sbom;
pub mod merge_sboms;
pub mod products;
pub mod propose_identities;
pub mod refresh_scores;
pub mod sbom_file;
pub mod sboms;
pub mod scan_sbom;
pub mod sheet_file;
pub mod stored_message;
pub mod sync_library;
pub mod view_home;
pub mod views;
pub mod worker;
