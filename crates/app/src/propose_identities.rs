//! Candidates for components that nothing was found by. They change no scan: a person decides, a rule remembers.

use std::collections::BTreeMap;

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::finding::NotCheckedReason;
use kikimori_core::identity_rule::purl_name;
use kikimori_core::package_name;
use kikimori_core::purl::Purl;
use kikimori_core::sbom::{Component, Role};
use kikimori_matcher::dictionary::equivalence::Equivalence;
use kikimori_matcher::dictionary::propose::Candidate;
use kikimori_matcher::dictionary::{Dictionary, KnownName};
use kikimori_matcher::library::Library;
use kikimori_matcher::library::key;
use kikimori_matcher::matching::equivalence::are_joined;
use kikimori_matcher::matching::identity::{SearchName, identify};

use crate::scan_sbom::{ScanFault, ScanOutcome, ScanRequest, scan_sbom};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ProposeRequest<'a> {
    /// SBOM, library and rules, as for a scan.
    pub scan: ScanRequest<'a>,
    /// Only components of this name.
    pub component: Option<&'a str>,
    /// Every component, also those that records speak about.
    pub is_for_all: bool,
    /// Candidates for one component.
    pub n_candidates: usize,
    /// Also say which packages and CPE names of the SBOM may be the same software.
    pub has_equivalences: bool,
}

/// The answer.
#[derive(Debug)]
pub struct Proposals {
    /// The scan it comes from.
    pub outcome: ScanOutcome,
    /// Components in question with their candidates, in document order; equal components once.
    pub components: Vec<ComponentProposal>,
    /// Pairs of package and CPE that concern components.
    pub equivalences: Vec<ComponentEquivalence>,
    /// Names in the dictionary.
    pub n_names: usize,
    /// Times that a name was left out of the dictionary because it was full.
    pub n_dropped: usize,
}

/// One component with its candidates.
#[derive(Clone, Debug)]
pub struct ComponentProposal {
    /// Index of the component in the SBOM.
    pub component: u32,
    /// Components that say the same, itself counted.
    pub n_components: usize,
    /// Why it is in question.
    pub question: Question,
    /// The candidates, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Why a component is in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// It was not checked.
    NotChecked(NotCheckedReason),
    /// It was checked, and no record of the library bears a name of it.
    NoRecord,
    /// It was checked, and all components were asked about.
    Checked,
}

/// A package and a CPE that may be the same software, and the component that bears one of them.
#[derive(Clone, Debug)]
pub struct ComponentEquivalence {
    /// Index of the component in the SBOM.
    pub component: u32,
    /// The pair.
    pub equivalence: Equivalence,
    /// The component bears the package; else the CPE.
    pub has_package: bool,
    /// Records join the two clearly enough that scans search by both.
    pub is_joined: bool,
}

/// Fewest vulnerabilities that two names must share before records that never name them together are compared.
const COMMON_MIN: usize = 2;

/// Finds candidates.
///
/// # Errors
/// [`ScanFault`] when SBOM, library or rules cannot be read. Without a library there are no candidates.
pub fn propose_identities(request: &ProposeRequest<'_>) -> Result<Proposals, ScanFault> {
    let outcome = scan_sbom(&request.scan)?;
    let library = Library::open(request.scan.library).map_err(ScanFault::Library)?;
    let Some(library) = library else {
        return Ok(Proposals {
            outcome,
            components: Vec::new(),
            equivalences: Vec::new(),
            n_names: 0,
            n_dropped: 0,
        });
    };
    let dictionary = Dictionary::of(&library);
    let mut components: Vec<ComponentProposal> = Vec::new();
    let mut known: BTreeMap<AskedKey, usize> = BTreeMap::new();
    for (index, question) in in_question(&outcome, &library, request) {
        let Some(component) = outcome.file.sbom.components.get(index as usize) else { continue };
        if let Some(proposal) = known.get(&asked_key(component)).and_then(|at| components.get_mut(*at)) {
            proposal.n_components += 1;
            continue;
        }
        known.insert(asked_key(component), components.len());
        components.push(ComponentProposal {
            component: index,
            n_components: 1,
            question,
            candidates: dictionary.propose(component, request.n_candidates),
        });
    }
    let equivalences =
        if request.has_equivalences { equivalences(&outcome, &dictionary, &library) } else { Vec::new() };
    let (n_names, n_dropped) = (dictionary.len(), dictionary.n_dropped());
    Ok(Proposals { outcome, components, equivalences, n_names, n_dropped })
}

/// What makes two components one question: name, group, supplier and identifiers without versions.
type AskedKey = (String, Option<String>, Vec<String>, Vec<String>);

/// The key of a component.
fn asked_key(component: &Component) -> AskedKey {
    let purls = component.purls.iter().filter_map(|text| Some(purl_name(&Purl::parse(text).ok()?)));
    let supplier = component.details().supplier.clone();
    (component.display_name(), supplier, purls.collect(), component.cpes.to_vec())
}

/// The components in question: those not checked for want of a name that the library knows, and those of which no
/// record bears a name. The latter only without a package of an ecosystem whose database the library holds: there,
/// silence is an answer about a name that is certain.
fn in_question(
    outcome: &ScanOutcome,
    library: &Library,
    request: &ProposeRequest<'_>,
) -> Vec<(u32, Question)> {
    let not_checked: BTreeMap<u32, NotCheckedReason> =
        outcome.scan.not_checked.iter().map(|item| (item.component, item.reason)).collect();
    let is_wanted = |component: &Component| {
        request
            .component
            .is_none_or(|wanted| *component.name == *wanted || component.display_name() == wanted)
    };
    let mut asked = Vec::new();
    for (index, component) in outcome.file.sbom.components.iter().enumerate() {
        let index = index as u32;
        if !is_wanted(component) || component.role == Role::Subject {
            continue;
        }
        let question = match not_checked.get(&index) {
            Some(reason) => Question::NotChecked(*reason),
            None if is_unknown(component, outcome, library) => Question::NoRecord,
            None => Question::Checked,
        };
        let is_asked = match question {
            // A person has decided about the first; the second lacks data, not a name.
            Question::NotChecked(
                NotCheckedReason::NoPublicIdentity | NotCheckedReason::NoSourceForEcosystem,
            )
            | Question::Checked => request.is_for_all,
            Question::NotChecked(_) | Question::NoRecord => true,
        };
        if is_asked {
            asked.push((index, question));
        }
    }
    asked
}

/// No record bears a name of the component, and none of its names is a package of a database in the library.
fn is_unknown(component: &Component, outcome: &ScanOutcome, library: &Library) -> bool {
    let resolution = outcome.rules.book.resolve(component);
    let identity = identify(component, resolution.as_ref(), None);
    let mut is_known = false;
    for search in &identity.searches {
        is_known |= match &search.name {
            SearchName::Package { ecosystem, .. } => library.covers(&ecosystem.base, None),
            SearchName::Cpe { .. } | SearchName::Repository(_) => false,
        };
        for text in search.keys().iter().filter(|text| *text != key::WILDCARD_KEY) {
            library.entries(key::hash(text), |_, _| is_known = true);
        }
    }
    !is_known && !identity.searches.is_empty()
}

/// The pairs that concern components of the SBOM, each once.
fn equivalences(
    outcome: &ScanOutcome,
    dictionary: &Dictionary,
    library: &Library,
) -> Vec<ComponentEquivalence> {
    let mut by_package: BTreeMap<KnownName, u32> = BTreeMap::new();
    let mut by_cpe: BTreeMap<KnownName, u32> = BTreeMap::new();
    for (index, component) in outcome.file.sbom.components.iter().enumerate() {
        for purl in component.purls.iter().filter_map(|text| Purl::parse(text).ok()) {
            if let Some((base, name)) = package_name::of_purl(&purl) {
                let name = package_name::canonical(base, &name).into_owned();
                by_package.entry(KnownName::Package { base: base.to_owned(), name }).or_insert(index as u32);
            }
        }
        for cpe in component.cpes.iter().filter_map(|text| Cpe::parse(text).ok()) {
            let text = |attribute| match cpe.get(attribute) {
                CpeValue::Text(text) => Some(text.to_owned()),
                CpeValue::Any | CpeValue::Na => None,
            };
            let parts = (text(Attribute::Part), text(Attribute::Vendor), text(Attribute::Product));
            if let (Some(part), Some(vendor), Some(product)) = parts {
                by_cpe.entry(KnownName::Cpe { part, vendor, product }).or_insert(index as u32);
            }
        }
    }
    let mut found = Vec::new();
    for equivalence in dictionary.equivalences(COMMON_MIN) {
        // Who bears both needs no proposal.
        let (component, has_package) =
            match (by_package.get(&equivalence.package), by_cpe.get(&equivalence.cpe)) {
                (Some(component), None) => (*component, true),
                (None, Some(component)) => (*component, false),
                (Some(_), Some(_)) | (None, None) => continue,
            };
        let is_joined = are_joined(library, &equivalence.package, &equivalence.cpe);
        found.push(ComponentEquivalence { component, equivalence, has_package, is_joined });
    }
    found.sort_by_key(|item| {
        (item.component, std::cmp::Reverse((item.equivalence.n_asserted, item.equivalence.n_common)))
    });
    found
}
