//! Integration suites of the core: conformance data and tables.

mod corpus;
mod cpe;
mod cvss;
mod purl;
mod version_order;
