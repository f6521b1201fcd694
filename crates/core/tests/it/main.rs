//! Suites over public data and over the crate's public interface.

#[cfg(test)]
mod corpus;
mod cpe;
mod cvss;
mod purl;
