//! The use cases on real databases, with a clock that stands still.

mod component_identity;
mod findings;
mod products;
mod sboms;
mod world;
