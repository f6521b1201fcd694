//! What an SBOM gives a matcher to work with, and what it lacks.

use kikimori_core::cpe::Cpe;
use kikimori_core::message::{Message, codes};
use kikimori_core::package_name;
use kikimori_core::purl::Purl;
use kikimori_core::sbom::{Component, Sbom};
use kikimori_core::version::{Scheme, Version};

/// How many components can be matched, by what, and why the others cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matchability {
    /// Components listed, nested ones counted, the document's own subject not.
    pub n_total: usize,
    /// With at least one package URL.
    pub n_with_purl: usize,
    /// With at least one CPE.
    pub n_with_cpe: usize,
    /// With both.
    pub n_with_both: usize,
    /// With neither.
    pub n_with_neither: usize,
    /// With a package URL that cannot be read.
    pub n_purl_unreadable: usize,
    /// With a CPE that cannot be read.
    pub n_cpe_unreadable: usize,
    /// With only package URLs of a type that no vulnerability database covers, and no CPE.
    pub n_type_without_database: usize,
    /// Without a version.
    pub n_version_missing: usize,
    /// With a version that cannot be read in the order of its ecosystem (the generic order without one).
    pub n_version_unparsable: usize,
    /// With a supplier.
    pub n_with_supplier: usize,
    /// With a hash.
    pub n_with_hash: usize,
    /// With a licence.
    pub n_with_licence: usize,
    /// Components with a gap, in document order.
    pub gaps: Vec<Gap>,
}

/// One component's gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Index of the component.
    pub component: u32,
    /// What is missing.
    pub kind: GapKind,
    /// The identifier or version in question.
    pub detail: Option<Box<str>>,
}

/// What a component lacks for matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// Neither package URL nor CPE.
    NoIdentifier,
    /// A package URL that cannot be read.
    PurlUnreadable,
    /// A CPE that cannot be read.
    CpeUnreadable,
    /// A package URL of a type without a vulnerability database, and no CPE.
    TypeWithoutDatabase,
    /// No version.
    VersionMissing,
    /// A version that cannot be read.
    VersionUnparsable,
}

impl Matchability {
    /// What is missing, counted, as notices that say why it matters.
    #[must_use]
    pub fn notices(&self) -> Vec<Message> {
        let counted = [
            (codes::GAP_NO_IDENTIFIER, self.n_with_neither),
            (codes::GAP_TYPE_WITHOUT_DATABASE, self.n_type_without_database),
            (codes::GAP_IDENTIFIER_UNREADABLE, self.n_purl_unreadable + self.n_cpe_unreadable),
            (codes::GAP_VERSION_MISSING, self.n_version_missing),
            (codes::GAP_VERSION_UNPARSABLE, self.n_version_unparsable),
        ];
        let missing = counted.into_iter().filter(|(_, n)| *n > 0);
        missing.map(|(code, n)| Message::new(code).with("count", n)).collect()
    }
}

/// Looks through the listed components.
#[must_use]
pub fn check_sbom(sbom: &Sbom) -> Matchability {
    let mut report = Matchability::default();
    for (index, component) in sbom.components.iter().enumerate() {
        if component.role.is_listed() {
            check_component(&mut report, index as u32, component);
        }
    }
    report
}

/// Counts one component and notes its gaps.
fn check_component(report: &mut Matchability, index: u32, component: &Component) {
    let mut gap = |kind, detail: Option<&str>| {
        report.gaps.push(Gap { component: index, kind, detail: detail.map(Box::from) });
    };
    report.n_total += 1;
    let (has_purl, has_cpe) = (!component.purls.is_empty(), !component.cpes.is_empty());
    report.n_with_purl += usize::from(has_purl);
    report.n_with_cpe += usize::from(has_cpe);
    report.n_with_both += usize::from(has_purl && has_cpe);
    report.n_with_supplier += usize::from(component.details().supplier.is_some());
    report.n_with_hash += usize::from(!component.details().hashes.is_empty());
    report.n_with_licence += usize::from(!component.details().licences.is_empty());
    if !has_purl && !has_cpe {
        report.n_with_neither += 1;
        gap(GapKind::NoIdentifier, None);
    }
    let mut purls = Vec::new();
    let mut unreadable = component.purls.iter().filter(|written| match Purl::parse(written) {
        Ok(purl) => {
            purls.push(purl);
            false
        }
        Err(_) => true,
    });
    let first_unreadable = unreadable.next();
    unreadable.for_each(drop);
    if let Some(written) = first_unreadable {
        report.n_purl_unreadable += 1;
        gap(GapKind::PurlUnreadable, Some(written));
    }
    if let Some(written) = component.cpes.iter().find(|written| Cpe::parse(written).is_err()) {
        report.n_cpe_unreadable += 1;
        gap(GapKind::CpeUnreadable, Some(written));
    }
    let schemes: Vec<Option<Scheme>> = purls.iter().map(package_name::scheme_of_purl).collect();
    if has_purl && !has_cpe && first_unreadable.is_none() && schemes.iter().all(Option::is_none) {
        report.n_type_without_database += 1;
        let kind = purls.first().map(|purl| format!("pkg:{}", purl.kind));
        gap(GapKind::TypeWithoutDatabase, kind.as_deref());
    }
    let version = purls.iter().find_map(|purl| purl.version.as_deref()).or(component.version.as_deref());
    match version {
        None => {
            report.n_version_missing += 1;
            gap(GapKind::VersionMissing, None);
        }
        Some(version) => {
            let scheme = schemes.into_iter().flatten().next().unwrap_or(Scheme::Generic);
            if Version::decisive(scheme, version).is_err() {
                report.n_version_unparsable += 1;
                gap(GapKind::VersionUnparsable, Some(version));
            }
        }
    }
}
