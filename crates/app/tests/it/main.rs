//! The use cases on real databases, with a clock that stands still.

mod component_identity;
mod product_lists;
mod products;
mod sboms;
mod watched_folder;
mod world;
