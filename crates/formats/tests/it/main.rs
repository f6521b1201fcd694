//! Integration tests of the readers.

mod corpus;
mod sbom_corpus;
mod sbom_deviations;
mod sbom_fixtures;
mod sbom_hostile;
