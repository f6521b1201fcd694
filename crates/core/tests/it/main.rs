//! Integration tests of the domain, one binary.

// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod version_laws;
#[cfg(test)]
mod version_order;
