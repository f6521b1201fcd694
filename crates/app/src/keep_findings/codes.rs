//! Codes under which verdicts, reasons and confidences are stored and published; a code never changes its meaning.

use kikimori_core::finding::{Basis, Confidence, NotCheckedReason, Reason, Verdict};
use kikimori_core::severity::Severity;
use kikimori_core::statement::UnknownReason;
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Authority;

/// The code of a verdict.
#[must_use]
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Affected => "affected",
        Verdict::Unknown => "unknown",
        Verdict::NotAffected => "not_affected",
    }
}

/// The code of a confidence.
#[must_use]
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

/// How high a confidence of this code is.
#[must_use]
pub fn confidence_rank(code: &str) -> u8 {
    match code {
        "high" => 2,
        "medium" => 1,
        _ => 0,
    }
}

/// The code of a reason why something is undecided.
#[must_use]
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Version(UnknownReason::VersionMissing) => "version_missing",
        Reason::Version(UnknownReason::VersionUnparsable) => "version_unparsable",
        Reason::Version(UnknownReason::BoundUnparsable) => "bound_unparsable",
        Reason::Version(UnknownReason::RangeUnparsed) => "range_unparsed",
        Reason::Version(UnknownReason::RecordSaysUnknown) => "record_says_unknown",
        Reason::Version(UnknownReason::UnderInvestigation) => "under_investigation",
        Reason::PlatformUnknown => "platform_unknown",
        Reason::AttributeUnstated => "attribute_unstated",
        Reason::DistributionReleaseUnknown => "distribution_release_unknown",
        Reason::BackportPossible => "backport_possible",
    }
}

/// The code of a reason why a component was not checked.
#[must_use]
pub fn not_checked(reason: NotCheckedReason) -> &'static str {
    match reason {
        NotCheckedReason::NoIdentifier => "no_identifier",
        NotCheckedReason::IdentifierUnreadable => "identifier_unreadable",
        NotCheckedReason::TypeWithoutDatabase => "type_without_database",
        NotCheckedReason::NoSourceForEcosystem => "no_source_for_ecosystem",
        NotCheckedReason::NoLibrary => "no_library",
        NotCheckedReason::NoPublicIdentity => "no_public_identity",
        NotCheckedReason::IdentifiersIgnored => "identifiers_ignored",
        NotCheckedReason::RulesConflict => "rules_conflict",
    }
}

/// The code of how an identity is known.
#[must_use]
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Purl => "purl",
        Basis::PurlUpstream => "purl_upstream",
        Basis::Cpe => "cpe",
        Basis::CpeWithComponentVersion => "cpe_with_component_version",
        Basis::VendorProduct => "vendor_product",
        Basis::Repository => "repository",
        Basis::Rule => "rule",
        Basis::Equivalence => "equivalence",
    }
}

/// The code of how near an asserter stands.
#[must_use]
pub fn authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Distribution => "distribution",
        Authority::Supplier => "supplier",
        Authority::Derived => "derived",
    }
}

/// The code of a three-valued answer.
#[must_use]
pub fn answer(answer: Tri) -> &'static str {
    match answer {
        Tri::Yes => "yes",
        Tri::Unknown => "unknown",
        Tri::No => "no",
    }
}

/// The rank of a severity in tables: 0 not scored, 1 none, 2 low, 3 medium, 4 high, 5 critical.
#[must_use]
pub fn severity_rank(severity: Option<Severity>) -> i64 {
    match severity {
        None => 0,
        Some(Severity::None) => 1,
        Some(Severity::Low) => 2,
        Some(Severity::Medium) => 3,
        Some(Severity::High) => 4,
        Some(Severity::Critical) => 5,
    }
}

/// The severity of a rank.
#[must_use]
pub fn severity_of_rank(rank: i64) -> Option<Severity> {
    [Severity::None, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        .into_iter()
        .find(|severity| severity_rank(Some(*severity)) == rank)
}
