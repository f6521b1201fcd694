//! The use cases on real databases, with a clock that stands still.

// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod component_identity;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod product_lists;
#[cfg(test)]
mod products;
#[cfg(test)]
mod sboms;
#[cfg(test)]
mod watched_folder;
#[cfg(test)]
mod world;
