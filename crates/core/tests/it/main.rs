//! Integration suites of the core: conformance data and tables.

mod cpe;
mod cvss;
mod purl;
mod version_order;
