//! Readers and writers: bytes to domain values and back.
//!
//! A reader returns a value plus notices; it refuses only what cannot be represented and never panics on any
//! bytes. Texts are kept as written. Nothing here knows a database or a file system.
#![forbid(unsafe_code)]

pub mod feed;
pub mod rules;
pub mod sbom;
mod xml_entity;
