//! Integration suites of the core: conformance data and tables.

<<<<<<< HEAD
mod corpus;
mod cpe;
mod cvss;
mod purl;
=======
// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod version_laws;
#[cfg(test)]
>>>>>>> versions
mod version_order;
