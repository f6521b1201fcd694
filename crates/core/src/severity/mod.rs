//! CVSS 2.0, 3.0, 3.1 and 4.0: scores computed from vectors, never taken from a publisher.
//!
//! Vectors are normalised here (order, case, repetition, undefined metrics) and scored by the `cvss` crate.

mod metrics;

use std::fmt::{Display, Formatter};

use metrics::{Group, Metric, metrics};

/// Longest vector read, in bytes. A complete CVSS 4.0 vector has about 200.
pub const VECTOR_BYTES_MAX: usize = 1024;

/// A version of the Common Vulnerability Scoring System.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CvssVersion {
    /// 2.0 (2007)
    V2,
    /// 3.0 (2015)
    V30,
    /// 3.1 (2019)
    V31,
    /// 4.0 (2023)
    V40,
}

impl Display for CvssVersion {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::V2 => "2.0",
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V40 => "4.0",
        })
    }
}

/// Severity in words.
///
/// CVSS 3.x and 4.0: none 0.0, low 0.1–3.9, medium 4.0–6.9, high 7.0–8.9, critical 9.0–10.0.
/// CVSS 2.0 as the NVD rates it: low 0.0–3.9, medium 4.0–6.9, high 7.0–10.0.
///
/// Source: CVSS 3.1 specification, section 5; CVSS 4.0 specification, section 6; NVD, Vulnerability Metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// No impact.
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// The severity of a score in tenths (0 to 100) on the scale of `version`.
    #[must_use]
    pub const fn of(version: CvssVersion, score_tenths: u8) -> Self {
        match (version, score_tenths) {
            (CvssVersion::V2, 0..40) => Self::Low,
            (CvssVersion::V2, 70..) => Self::High,
            (_, 0) => Self::None,
            (_, 1..40) => Self::Low,
            (_, 40..70) => Self::Medium,
            (_, 70..90) => Self::High,
            (_, 90..) => Self::Critical,
        }
    }
}

/// A score computed from a vector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    /// The version of the vector.
    pub version: CvssVersion,
    /// The score in tenths, 0 to 100: environmental when the vector has environmental metrics, else temporal
    /// or threat when it has those, else base.
    pub score_tenths: u8,
    /// The base score in tenths, 0 to 100: equal to `score_tenths` when only base metrics are defined.
    pub base_tenths: u8,
    /// The severity of `score_tenths`.
    pub severity: Severity,
    /// The vector in canonical form: the specification's order and case, undefined metrics (`X`, `ND`) left
    /// out.
    pub vector: String,
}

/// Why a text cannot be scored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CvssFault {
    /// Longer than any vector.
    #[error("{bytes} bytes are more than the {VECTOR_BYTES_MAX} a CVSS vector may have")]
    TooLong {
        /// Length found, in bytes.
        bytes: usize,
    },
    /// Nothing to score.
    #[error("the CVSS vector is empty")]
    Empty,
    /// A version other than 2.0, 3.0, 3.1 and 4.0.
    #[error("{version:?} is no CVSS version known here")]
    Version {
        /// The version as written.
        version: String,
    },
    /// Metrics of CVSS 3.x or 4.0 without the prefix that tells which.
    #[error("{metric} is no metric of CVSS 2.0, and the vector names no version")]
    PrefixMissing {
        /// The first metric that CVSS 2.0 does not have.
        metric: String,
    },
    /// A component that is no metric and value.
    #[error("{component:?} is no metric and value")]
    Component {
        /// The component as written.
        component: String,
    },
    /// A metric that the version does not have.
    #[error("CVSS {version} has no metric {metric:?}")]
    Metric {
        /// The version.
        version: CvssVersion,
        /// The metric as written.
        metric: String,
    },
    /// A value that the metric does not have.
    #[error("CVSS {version}: {metric} has no value {value:?}")]
    Value {
        /// The version.
        version: CvssVersion,
        /// The metric.
        metric: &'static str,
        /// The value as written.
        value: String,
    },
    /// One metric with two values.
    #[error("{metric} stands twice with different values")]
    Conflict {
        /// The metric.
        metric: &'static str,
    },
    /// A base metric is absent.
    #[error("CVSS {version}: {metric} is missing")]
    Missing {
        /// The version.
        version: CvssVersion,
        /// The metric.
        metric: &'static str,
    },
    /// The scoring crate refuses what was normalised here; a fault of ours.
    #[error("the normalised vector was refused: {reason}")]
    Refused {
        /// The crate's words.
        reason: String,
    },
}

/// Computes the score of a vector.
///
/// Accepts what has one meaning: any order and case, parentheses, spaces, empty components (trailing
/// slashes), repeated equal metrics, and a leading score (`7.5/CVSS:3.1/...`), which is ignored. A vector
/// without prefix is CVSS 2.0.
///
/// # Errors
/// [`CvssFault`] naming the metric.
///
/// ```
/// # use kikimori_core::severity::{Severity, score};
/// let score = score("cvss:3.1/AC:L/AV:N/PR:N/UI:R/S:C/C:L/I:L/A:N/").unwrap();
/// assert_eq!((score.score_tenths, score.severity), (61, Severity::Medium));
/// assert_eq!(score.vector, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N");
/// ```
pub fn score(vector: &str) -> Result<Score, CvssFault> {
    let scores = scores(vector)?;
    let severity = Severity::of(scores.version, scores.score_tenths);
    Ok(Score {
        version: scores.version,
        score_tenths: scores.score_tenths,
        base_tenths: scores.base_tenths,
        severity,
        vector: scores.vector,
    })
}

/// Every score that a vector defines, in tenths from 0 to 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    /// The version of the vector.
    pub version: CvssVersion,
    /// The vector in canonical form, as in [`Score`].
    pub vector: String,
    /// The base metrics alone.
    pub base_tenths: u8,
    /// With the temporal (2.0, 3.x) or threat metrics (4.0); `None` when none of them is defined.
    pub threat_tenths: Option<u8>,
    /// With the environmental metrics; `None` when none of them is defined. In 2.0 and 3.x this score takes the temporal
    /// metrics into account too, in 4.0 it is that of base and environmental metrics.
    pub environmental_tenths: Option<u8>,
    /// Of everything that the vector defines.
    pub score_tenths: u8,
    /// CVSS 4.0, which metrics the score rests on: `CVSS-B`, `CVSS-BT`, `CVSS-BE` or `CVSS-BTE`.
    ///
    /// Source: CVSS 4.0 specification, 1.3.
    pub nomenclature: Option<&'static str>,
}

/// Computes every score of a vector; reads what [`score`] reads.
///
/// # Errors
/// [`CvssFault`] naming the metric.
pub fn scores(vector: &str) -> Result<Scores, CvssFault> {
    let defined = read(vector)?;
    let version = defined.version;
    let (has_threat, has_environmental) = (defined.has(Group::Threat), defined.has(Group::Environmental));
    let vector = defined.canonical(|_| true);
    let (base, threat, environmental, whole) = match version {
        CvssVersion::V2 => {
            let parsed: cvss::v2::Vector = vector.parse().map_err(refused)?;
            let threat = has_threat.then(|| tenths(parsed.temporal_score().value()));
            let environmental = has_environmental.then(|| tenths(parsed.environmental_score().value()));
            (tenths(parsed.score().value()), threat, environmental, None)
        }
        // The environmental equation is used only when environmental metrics are defined: in CVSS 3.1 it has other
        // constants than the base equation, so a base-only vector with changed scope can differ by 0.1.
        CvssVersion::V30 | CvssVersion::V31 => {
            let parsed: cvss::v3::Vector = vector.parse().map_err(refused)?;
            let threat = has_threat.then(|| tenths(parsed.temporal_score().value()));
            let environmental = has_environmental.then(|| tenths(parsed.environmental_score().value()));
            (tenths(parsed.base_score().value()), threat, environmental, None)
        }
        CvssVersion::V40 => {
            let with = |group: Group| score_v4(&defined.canonical(|own| own == Group::Base || own == group));
            let threat = has_threat.then(|| with(Group::Threat)).transpose()?;
            let environmental = has_environmental.then(|| with(Group::Environmental)).transpose()?;
            (with(Group::Base)?, threat, environmental, Some(score_v4(&vector)?))
        }
    };
    let nomenclature = (version == CvssVersion::V40).then_some(match (has_threat, has_environmental) {
        (false, false) => "CVSS-B",
        (true, false) => "CVSS-BT",
        (false, true) => "CVSS-BE",
        (true, true) => "CVSS-BTE",
    });
    Ok(Scores {
        version,
        vector,
        base_tenths: base,
        threat_tenths: threat,
        environmental_tenths: environmental,
        score_tenths: whole.or(environmental).or(threat).unwrap_or(base),
        nomenclature,
    })
}

/// Score of a canonical CVSS 4.0 vector, in tenths.
fn score_v4(vector: &str) -> Result<u8, CvssFault> {
    let parsed: cvss::v4::Vector = vector.parse().map_err(refused)?;
    Ok(tenths(parsed.score().value()))
}

/// The crate's refusal as a fault.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn refused(error: cvss::Error) -> CvssFault {
    CvssFault::Refused { reason: error.to_string() }
}

/// A score as whole tenths from 0 to 100.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=100; a NaN becomes 0"
)]
fn tenths(score: f64) -> u8 {
    (score * 10.0).round().clamp(0.0, 100.0) as u8
}

/// The metrics of one vector that are defined.
struct Defined {
    /// The version.
    version: CvssVersion,
    /// The value of each metric in the order of the version's table; absent when undefined.
    values: Vec<(&'static Metric, Option<&'static str>)>,
}

impl Defined {
    /// True when a metric of the group is defined.
    fn has(&self, group: Group) -> bool {
        self.values.iter().any(|(metric, value)| metric.group == group && value.is_some())
    }

    /// The vector text of the groups that `keep` holds.
    fn canonical(&self, keep: impl Fn(Group) -> bool) -> String {
        let mut text = String::with_capacity(64);
        if self.version != CvssVersion::V2 {
            text.push_str("CVSS:");
            text.push_str(&self.version.to_string());
        }
        for (metric, value) in &self.values {
            if let Some(value) = value
                && keep(metric.group)
            {
                if !text.is_empty() {
                    text.push('/');
                }
                text.push_str(metric.key);
                text.push(':');
                text.push_str(value);
            }
        }
        text
    }
}

/// Reads a vector against the table of its version.
fn read(vector: &str) -> Result<Defined, CvssFault> {
    if vector.len() > VECTOR_BYTES_MAX {
        return Err(CvssFault::TooLong { bytes: vector.len() });
    }
    let text = vector.trim();
    let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
    let mut components = text.split('/').map(str::trim).filter(|part| !part.is_empty()).peekable();
    components.next_if(|first| first.parse::<f64>().is_ok());
    let prefix = components.peek().and_then(|first| prefix_version(first)).transpose()?;
    if prefix.is_some() {
        components.next();
    }
    let version = prefix.unwrap_or(CvssVersion::V2);
    let table = metrics(version);
    let mut values: Vec<Option<&'static str>> = vec![None; table.len()];
    let mut count = 0_usize;
    for component in components {
        count += 1;
        let (key, value) = component
            .split_once(':')
            .map(|(key, value)| (key.trim(), value.trim()))
            .ok_or_else(|| CvssFault::Component { component: component.to_owned() })?;
        let Some((metric, slot)) =
            table.iter().zip(&mut values).find(|(metric, _)| metric.key.eq_ignore_ascii_case(key))
        else {
            return Err(unknown_metric(version, prefix.is_some(), key));
        };
        let value = metric.value(value).ok_or_else(|| CvssFault::Value {
            version,
            metric: metric.key,
            value: value.to_owned(),
        })?;
        match *slot {
            Some(before) if before != value => return Err(CvssFault::Conflict { metric: metric.key }),
            _ => *slot = Some(value),
        }
    }
    if count == 0 {
        return Err(CvssFault::Empty);
    }
    let values = table.iter().zip(values).map(|(metric, value)| match value {
        None if metric.group == Group::Base => Err(CvssFault::Missing { version, metric: metric.key }),
        value => Ok((metric, value.filter(|text| !matches!(*text, "X" | "ND")))),
    });
    Ok(Defined { version, values: values.collect::<Result<_, _>>()? })
}

/// The version that a first component names; None when it is no `CVSS:` prefix.
fn prefix_version(component: &str) -> Option<Result<CvssVersion, CvssFault>> {
    let (key, version) = component.split_once(':')?;
    if !key.trim().eq_ignore_ascii_case("cvss") {
        return None;
    }
    Some(match version.trim() {
        "2.0" => Ok(CvssVersion::V2),
        "3.0" => Ok(CvssVersion::V30),
        "3.1" => Ok(CvssVersion::V31),
        "4.0" => Ok(CvssVersion::V40),
        other => Err(CvssFault::Version { version: other.to_owned() }),
    })
}

/// The fault for a metric that the version does not have.
fn unknown_metric(version: CvssVersion, prefixed: bool, key: &str) -> CvssFault {
    let known = |version| metrics(version).iter().any(|metric| metric.key.eq_ignore_ascii_case(key));
    if !prefixed && (known(CvssVersion::V31) || known(CvssVersion::V40)) {
        CvssFault::PrefixMissing { metric: key.to_ascii_uppercase() }
    } else {
        CvssFault::Metric { version, metric: key.to_owned() }
    }
}

#[cfg(test)]
mod tests;
