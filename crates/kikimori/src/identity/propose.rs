//! `kikimori identity propose`: candidates for components that nothing was found by. Nothing is applied.

use std::io::{self, Write};

use clap::ArgMatches;
use kikimori_app::propose_identities::{
    ComponentEquivalence, ComponentProposal, Proposals, ProposeRequest, Question, propose_identities,
};
use kikimori_app::scan_sbom::LibraryState;
use kikimori_core::sbom::Component;
use kikimori_locale::{Language, count, format, number, text};
use kikimori_matcher::dictionary::propose::{Candidate, CandidateBasis};
use serde::Serialize;

use super::accept::{arguments, command_line};
use crate::exit::{Exit, Failure};
use crate::report::json::{ComponentView, component_view};
use crate::report::labels::{Labelled as _, code_of_confidence, code_of_not_checked, name_and_version};
use crate::scan::{Asked, write_to};

/// Candidates shown for one component when nothing else is asked.
const CANDIDATES: usize = 5;
/// Most candidates that may be asked for; who wants more should search by another name.
const CANDIDATES_MAX: usize = 50;

/// `kikimori identity propose`.
pub fn propose(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let asked = Asked::read(matches, language)?;
    let n_candidates = match matches.get_one::<String>("top") {
        Some(written) => written
            .parse()
            .ok()
            .filter(|top| (1..=CANDIDATES_MAX).contains(top))
            .ok_or_else(|| Failure::of_usage(language, "usage.top", &[("value", written)]))?,
        None => CANDIDATES,
    };
    let file_name = asked.file_name();
    let request = ProposeRequest {
        scan: asked.request(None),
        component: matches.get_one::<String>("component").map(String::as_str),
        is_for_all: matches.get_flag("all"),
        n_candidates,
        has_equivalences: matches.get_flag("equivalences"),
    };
    let proposals =
        propose_identities(&request).map_err(|fault| Failure::of_scan(language, &file_name, &fault))?;
    write_to(None, &mut |out| match asked.format.as_str() {
        "json" => write_json(&proposals, out),
        "toml" => write_toml(&proposals, language, out),
        _ => write_table(&proposals, language, out),
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(match proposals.outcome.library {
        LibraryState::Missing => Exit::NoLibrary,
        LibraryState::Present { .. } => Exit::Done,
    })
}

/// A component of the SBOM by its index.
fn component_of(proposals: &Proposals, index: u32) -> Option<&Component> {
    proposals.outcome.file.sbom.components.get(index as usize)
}

/// The code of why a name is a candidate.
fn code_of_candidate(basis: &CandidateBasis) -> &'static str {
    match basis {
        CandidateBasis::NameAndOwner => "name_and_owner",
        CandidateBasis::Alias { .. } => "alias",
        CandidateBasis::Name => "name",
        CandidateBasis::WithoutLib => "without_lib",
        CandidateBasis::Words => "words",
        CandidateBasis::Slips { .. } => "slips",
    }
}

/// Why a name is a candidate, in words.
fn why(candidate: &Candidate, language: Language) -> String {
    let key = format!("enum.candidate.{}", code_of_candidate(&candidate.basis));
    let mut words = match &candidate.basis {
        CandidateBasis::Alias { record, n_vulnerabilities } => {
            count(language, &key, *n_vulnerabilities, &[("record", record)])
        }
        CandidateBasis::Slips { n_slips, n_chars } => count(language, &key, *n_slips, &[("chars", n_chars)]),
        _ => text(language, &key).to_owned(),
    };
    if candidate.is_owner_agreed && candidate.basis != CandidateBasis::NameAndOwner {
        words.push_str(text(language, "propose.owner_agrees"));
    }
    if let Some(listed) = &candidate.listed {
        let args: [(&str, &dyn std::fmt::Display); 4] = [
            ("source", &listed.source),
            ("id", &listed.id),
            ("vendor", &listed.vendor),
            ("product", &listed.product),
        ];
        words.push_str(&format(language, "propose.listed", &args));
    }
    words
}

/// What two names have in common, in words.
fn equivalence_words(item: &ComponentEquivalence, language: Language) -> String {
    let equivalence = &item.equivalence;
    let counts: [(&str, &dyn std::fmt::Display); 5] = [
        ("asserted", &equivalence.n_asserted),
        ("common", &equivalence.n_common),
        ("package_only", &equivalence.n_package_only),
        ("cpe_only", &equivalence.n_cpe_only),
        ("record", &equivalence.record.as_deref().unwrap_or("–")),
    ];
    format(language, "propose.equivalence", &counts)
}

/// The name that the component bears and the one that is proposed.
fn sides(item: &ComponentEquivalence) -> Option<(String, String)> {
    let (package, cpe) = (item.equivalence.package.identifier()?, item.equivalence.cpe.identifier()?);
    Some(if item.has_package { (package, cpe) } else { (cpe, package) })
}

/// The proposals for a person.
fn write_table(proposals: &Proposals, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if matches!(proposals.outcome.library, LibraryState::Missing) {
        return writeln!(out, "⚠ {}", text(language, "warning.no_library"));
    }
    let names = number(proposals.n_names);
    writeln!(out, "{}", count(language, "propose.head", proposals.components.len(), &[("names", &names)]))?;
    if proposals.n_dropped > 0 {
        writeln!(out, "⚠ {}", text(language, "propose.dropped"))?;
    }
    if proposals.components.is_empty() {
        writeln!(out, "\n{}", text(language, "propose.no_question"))?;
    }
    for proposal in &proposals.components {
        let Some(component) = component_of(proposals, proposal.component) else { continue };
        writeln!(out, "\n{}  [{}]", name_and_version(component), question_words(proposal, language))?;
        if proposal.candidates.is_empty() {
            writeln!(out, "  {}", text(language, "propose.none"))?;
        }
        for candidate in &proposal.candidates {
            let known = count(language, "propose.known", candidate.n_vulnerabilities, &[]);
            let likely =
                format(language, "propose.confidence", &[("word", &candidate.confidence().label(language))]);
            writeln!(
                out,
                "  {}  [{likely}]\n    {} · {known}",
                candidate.identifier,
                why(candidate, language)
            )?;
        }
        if let Some(first) = proposal.candidates.first() {
            let command = command_line(component, &first.identifier);
            writeln!(out, "  {}\n    {command}", text(language, "propose.accept"))?;
        }
    }
    if !proposals.equivalences.is_empty() {
        writeln!(out, "\n{}", text(language, "propose.equivalences"))?;
    }
    for item in &proposals.equivalences {
        if let Some((own, proposed)) = sides(item) {
            let joined = if item.is_joined { text(language, "propose.joined") } else { "" };
            writeln!(out, "  {own} = {proposed}{joined}\n    {}", equivalence_words(item, language))?;
        }
    }
    if !proposals.components.is_empty() || !proposals.equivalences.is_empty() {
        writeln!(out, "\n{}", text(language, "propose.hint"))?;
    }
    Ok(())
}

/// Why a component is in question, in words.
fn question_words(proposal: &ComponentProposal, language: Language) -> String {
    let mut words = match proposal.question {
        Question::NotChecked(reason) => {
            text(language, &format!("enum.not_checked.{}", code_of_not_checked(reason))).to_owned()
        }
        Question::NoRecord => text(language, "propose.no_record").to_owned(),
        Question::Checked => text(language, "propose.checked").to_owned(),
    };
    if proposal.n_components > 1 {
        words.push_str(&count(language, "propose.alike", proposal.n_components, &[]));
    }
    words
}

/// The code of why a component is in question.
fn code_of_question(question: Question) -> &'static str {
    match question {
        Question::NotChecked(reason) => code_of_not_checked(reason),
        Question::NoRecord => "no_record",
        Question::Checked => "checked",
    }
}

/// The proposals as rules in comments: whoever decides takes the signs away and writes author, date and reason.
fn write_toml(proposals: &Proposals, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    writeln!(out, "# {}", text(language, "propose.as_rules"))?;
    for proposal in &proposals.components {
        let Some(component) = component_of(proposals, proposal.component) else { continue };
        for candidate in &proposal.candidates {
            writeln!(out, "\n# {}: {}", one_line(&name_and_version(component)), why(candidate, language))?;
            let subject = format!("name = {}", quoted(&component.name));
            write_rule(&subject, &candidate.identifier, out)?;
        }
    }
    for item in &proposals.equivalences {
        let Some((own, proposed)) = sides(item) else { continue };
        writeln!(out, "\n# {}", one_line(&equivalence_words(item, language)))?;
        let key = if item.has_package { "purl" } else { "cpe" };
        write_rule(&format!("{key} = {}", quoted(&own)), &proposed, out)?;
    }
    Ok(())
}

/// A text without line ends, so that it stays inside its comment.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// One rule in comments.
fn write_rule(subject: &str, identifier: &str, out: &mut dyn Write) -> io::Result<()> {
    let list = if identifier.starts_with("pkg:") { "purls" } else { "cpes" };
    let identifier = serde_json::Value::from(identifier);
    writeln!(out, "# [[rule]]\n# id = \"\"\n# component = {{ {subject} }}\n# action = \"add\"")?;
    writeln!(out, "# {list} = [{identifier}]\n# author = \"\"\n# decided_on = \"\"\n# reason = \"\"")
}

/// A candidate.
#[derive(Serialize)]
struct CandidateView<'a> {
    /// The identifier that a rule would give.
    identifier: &'a str,
    /// The name as records have it.
    known_as: String,
    /// `high`, `medium` or `low`; never enough to match by.
    confidence: &'static str,
    /// Code of why it is a candidate.
    basis: &'static str,
    /// One of the records that put both names side by side.
    record: Option<&'a str>,
    /// Vulnerabilities whose records do.
    side_by_side: Option<usize>,
    /// Letters that differ.
    slips: Option<usize>,
    /// Letters of the component's name.
    letters: Option<usize>,
    /// What a source's list calls it, where that is what agrees.
    listed: Option<ListedView<'a>>,
    /// The component's words say whose it is, too.
    is_owner_agreed: bool,
    /// Vulnerabilities known under the name.
    vulnerabilities: usize,
    /// Arguments after `kikimori` that accept it, author and reason left empty.
    accept: Vec<String>,
}

/// A name in a source's list.
#[derive(Serialize)]
struct ListedView<'a> {
    /// The source.
    source: &'a str,
    /// Vendor and product number there.
    id: &'a str,
    /// The vendor.
    vendor: &'a str,
    /// The product.
    product: &'a str,
}

/// Views a candidate for a component.
fn candidate_view<'a>(candidate: &'a Candidate, component: Option<&Component>) -> CandidateView<'a> {
    let (record, side_by_side) = match &candidate.basis {
        CandidateBasis::Alias { record, n_vulnerabilities } => {
            (Some(record.as_str()), Some(*n_vulnerabilities))
        }
        _ => (None, None),
    };
    let (slips, letters) = match candidate.basis {
        CandidateBasis::Slips { n_slips, n_chars } => (Some(n_slips), Some(n_chars)),
        _ => (None, None),
    };
    CandidateView {
        identifier: &candidate.identifier,
        known_as: candidate.known.shown(),
        confidence: code_of_confidence(candidate.confidence()),
        basis: code_of_candidate(&candidate.basis),
        record,
        side_by_side,
        slips,
        letters,
        listed: candidate.listed.as_ref().map(|listed| ListedView {
            source: &listed.source,
            id: &listed.id,
            vendor: &listed.vendor,
            product: &listed.product,
        }),
        is_owner_agreed: candidate.is_owner_agreed,
        vulnerabilities: candidate.n_vulnerabilities,
        accept: component.map(|component| arguments(component, &candidate.identifier)).unwrap_or_default(),
    }
}

/// A component in question.
#[derive(Serialize)]
struct ProposalView<'a> {
    /// The component.
    component: Option<ComponentView<'a>>,
    /// Components that say the same.
    components: usize,
    /// Code of why it is in question.
    reason: &'static str,
    /// The candidates.
    candidates: Vec<CandidateView<'a>>,
}

/// A pair of names.
#[derive(Serialize)]
struct EquivalenceView<'a> {
    /// The identifier that a component bears.
    own: String,
    /// The one that may be the same software.
    proposed: String,
    /// Scans search by both already.
    is_joined: bool,
    /// Vulnerabilities whose records bear both names in one entry.
    asserted: usize,
    /// One of these records.
    record: Option<&'a str>,
    /// Vulnerabilities under both names.
    common: usize,
    /// Under the package only.
    package_only: usize,
    /// Under the CPE only.
    cpe_only: usize,
}

/// The proposals for a program.
fn write_json(proposals: &Proposals, out: &mut dyn Write) -> io::Result<()> {
    let components: Vec<ProposalView<'_>> = proposals
        .components
        .iter()
        .map(|proposal| ProposalView {
            component: component_of(proposals, proposal.component).map(component_view),
            components: proposal.n_components,
            reason: code_of_question(proposal.question),
            candidates: proposal
                .candidates
                .iter()
                .map(|candidate| candidate_view(candidate, component_of(proposals, proposal.component)))
                .collect(),
        })
        .collect();
    let equivalences: Vec<EquivalenceView<'_>> = proposals
        .equivalences
        .iter()
        .filter_map(|item| {
            let (own, proposed) = sides(item)?;
            let equivalence = &item.equivalence;
            Some(EquivalenceView {
                own,
                proposed,
                is_joined: item.is_joined,
                asserted: equivalence.n_asserted,
                record: equivalence.record.as_deref(),
                common: equivalence.n_common,
                package_only: equivalence.n_package_only,
                cpe_only: equivalence.n_cpe_only,
            })
        })
        .collect();
    let document = serde_json::json!({
        "format": "kikimori-identity-proposals",
        "format_version": "1.0",
        "snapshot": proposals.outcome.scan.snapshot,
        "names": proposals.n_names,
        "names_dropped": proposals.n_dropped,
        "components": components,
        "equivalences": equivalences,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
