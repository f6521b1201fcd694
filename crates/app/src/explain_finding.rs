//! Explaining a finding: every statement that was weighed, also those that say "not affected".

use kikimori_core::finding::Finding;
use kikimori_core::lifecycle::SupportFinding;
use kikimori_matcher::library::{Library, LibraryFault};

use crate::scan_sbom::{ScanFault, ScanOutcome, ScanRequest, scan_sbom};

/// The answer to "why?".
#[derive(Debug)]
pub struct Explanation {
    /// The scan it comes from.
    pub outcome: ScanOutcome,
    /// The findings asked for, in the scan's order: affected, undecided, then those that say "not affected".
    pub findings: Vec<Finding>,
    /// Components that answer to the question and were not checked.
    pub not_checked: Vec<kikimori_core::finding::NotChecked>,
    /// What is known about the support of the components asked for.
    pub support: Vec<SupportFinding>,
    /// Sources that have a record of the id asked for, as `source record`, when no finding speaks about it.
    pub records: Vec<String>,
}

/// Explains `what` (a finding's id, a vulnerability's id, or a component's name or identifier) in an SBOM.
///
/// # Errors
/// [`ScanFault`] when the SBOM or the library cannot be read.
pub fn explain_finding(request: &ScanRequest<'_>, what: &str) -> Result<Explanation, ScanFault> {
    let request = ScanRequest { include_not_affected: true, ..request.clone() };
    let outcome = scan_sbom(&request)?;
    let components = &outcome.file.sbom.components;
    let is_component = |index: u32| {
        components.get(index as usize).is_some_and(|component| {
            &*component.name == what
                || component.display_name() == what
                || component.reference.as_deref() == Some(what)
                || component.purls.iter().chain(component.cpes.iter()).any(|written| written == what)
        })
    };
    // An advisory of JVN (`JVN#…`, `JVNVU#…`) is no alias: it stands behind several vulnerabilities. The records that name it
    // are what is asked for.
    let of_advisory = if what.to_uppercase().starts_with("JVN") && what.contains('#') {
        records_of(&request, what).map_err(ScanFault::Library)?
    } else {
        Vec::new()
    };
    let names_advisory = |evidence: &kikimori_core::finding::Evidence| {
        of_advisory.contains(&format!("{} {}", evidence.source, evidence.record))
    };
    let is_asked = |finding: &&Finding| {
        finding.id.eq_ignore_ascii_case(what)
            || finding.vulnerability.id.eq_ignore_ascii_case(what)
            || finding.vulnerability.aliases.iter().any(|alias| alias.id.eq_ignore_ascii_case(what))
            || finding.evidence.iter().any(|evidence| evidence.record.eq_ignore_ascii_case(what))
            || (!of_advisory.is_empty() && finding.evidence.iter().any(names_advisory))
            || is_component(finding.component)
    };
    let scan = &outcome.scan;
    let findings: Vec<Finding> =
        scan.findings.iter().chain(&scan.retracted).filter(is_asked).cloned().collect();
    let not_checked =
        scan.not_checked.iter().filter(|not_checked| is_component(not_checked.component)).cloned().collect();
    let support: Vec<SupportFinding> = scan
        .support
        .findings
        .iter()
        .filter(|finding| {
            finding.id.eq_ignore_ascii_case(what)
                || finding.components.iter().any(|index| is_component(*index))
        })
        .cloned()
        .collect();
    let records = if findings.is_empty() && support.is_empty() {
        records_of(&request, what).map_err(ScanFault::Library)?
    } else {
        Vec::new()
    };
    Ok(Explanation { outcome, findings, not_checked, support, records })
}

/// Records that bear, alias or address an id.
fn records_of(request: &ScanRequest<'_>, id: &str) -> Result<Vec<String>, LibraryFault> {
    let Some(library) = Library::open(request.library)? else { return Ok(Vec::new()) };
    let mut records: Vec<String> = [id.to_owned(), id.to_uppercase()]
        .iter()
        .flat_map(|id| library.mentions(id))
        .filter_map(|at| {
            let (segment, row) = library.record(at)?;
            let head = segment.head(&row)?;
            Some(format!("{} {}", head.source, head.id))
        })
        .collect();
    records.sort();
    records.dedup();
    Ok(records)
}
