//! Integration suites of the core: conformance data and tables.

// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod cpe;
#[cfg(test)]
mod cvss;
#[cfg(test)]
mod purl;
#[cfg(test)]
mod vers;
#[cfg(test)]
mod version_laws;
#[cfg(test)]
mod version_order;
