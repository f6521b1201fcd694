//! The use cases on real databases, with a clock that stands still.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod component_identity;
mod product_lists;
mod products;
mod sboms;
mod watched_folder;
mod world;
