//! The pages: a module for each address, with its view and the function that renders it.

pub mod account;
pub mod admin;
pub mod components;
pub mod fault;
pub mod finding;
pub mod findings;
pub mod help;
pub mod home;
pub mod identities;
pub mod ingest;
pub mod metrics;
pub mod product;
pub mod product_form;
pub mod product_import;
pub mod products;
pub mod saved_view;
pub mod sbom;
pub mod search;
pub mod vulnerability;
