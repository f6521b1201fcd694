//! Findings as people work with them: the list, one with its evidence, its assessment, and what is known of the vulnerability.

pub mod assess_findings;
pub mod copy_assessment;
pub mod export_findings;
pub mod get_finding;
pub mod get_vulnerability;
pub mod list_findings;
