//! The pages: a module for each address, with its view and the function that renders it.

pub mod account;
pub mod fault;
pub mod finding;
pub mod findings;
pub mod home;
pub mod ingest;
pub mod product;
pub mod product_form;
pub mod product_import;
pub mod products;
pub mod sbom;
