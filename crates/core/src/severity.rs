//! CVSS scores.
