//! Integration tests of the readers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod corpus;
mod csaf_corpus;
mod csaf_fixtures;
mod dump;
mod feed_corpus;
mod feed_goldens;
mod sbom_corpus;
mod sbom_damage;
mod sbom_deviations;
mod sbom_fixtures;
mod sbom_hostile;
mod sbom_round_trip;
mod sbom_schema;
mod sbom_spdx3;
mod sbom_unsayable;
mod sheet_hostile;
