//! The use cases on real databases, with a clock that stands still.

mod component_identity;
mod products;
mod sboms;
mod world;
