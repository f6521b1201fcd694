//! Integration tests of the domain, one binary.

mod version_laws;
mod version_order;
