//! The metrics of each CVSS version with their values, in the specification's vector order.
//!
//! Source: CVSS 2.0 guide, 2.4; CVSS 3.1 specification, Table 15; CVSS 4.0 specification, Table 23.

use super::CvssVersion;

/// The group of a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// Must be there.
    Base,
    /// Temporal (2.0, 3.x) or threat (4.0).
    Threat,
    /// Environmental, requirements and modified base metrics.
    Environmental,
    /// Supplemental (4.0); without influence on the score.
    Supplemental,
}

/// One metric.
pub(super) struct Metric {
    /// Its key in a vector (`AV`).
    pub(super) key: &'static str,
    /// Its group.
    pub(super) group: Group,
    /// Its values, separated by blanks.
    values: &'static str,
}

impl Metric {
    /// The table's own text of a value, found without regard to case.
    pub(super) fn value(&self, written: &str) -> Option<&'static str> {
        self.values.split(' ').find(|value| value.eq_ignore_ascii_case(written))
    }
}

/// A row of the table.
const fn metric(group: Group, key: &'static str, values: &'static str) -> Metric {
    Metric { key, group, values }
}

/// The metrics of a version.
pub(super) const fn metrics(version: CvssVersion) -> &'static [Metric] {
    match version {
        CvssVersion::V2 => &V2,
        CvssVersion::V30 | CvssVersion::V31 => &V3,
        CvssVersion::V40 => &V4,
    }
}

use Group::{Base, Environmental, Supplemental, Threat};

/// CVSS 2.0.
static V2: [Metric; 14] = [
    metric(Base, "AV", "L A N"),
    metric(Base, "AC", "H M L"),
    metric(Base, "Au", "M S N"),
    metric(Base, "C", "N P C"),
    metric(Base, "I", "N P C"),
    metric(Base, "A", "N P C"),
    metric(Threat, "E", "U POC F H ND"),
    metric(Threat, "RL", "OF TF W U ND"),
    metric(Threat, "RC", "UC UR C ND"),
    metric(Environmental, "CDP", "N L LM MH H ND"),
    metric(Environmental, "TD", "N L M H ND"),
    metric(Environmental, "CR", "L M H ND"),
    metric(Environmental, "IR", "L M H ND"),
    metric(Environmental, "AR", "L M H ND"),
];

/// CVSS 3.0 and 3.1.
static V3: [Metric; 22] = [
    metric(Base, "AV", "N A L P"),
    metric(Base, "AC", "L H"),
    metric(Base, "PR", "N L H"),
    metric(Base, "UI", "N R"),
    metric(Base, "S", "U C"),
    metric(Base, "C", "H L N"),
    metric(Base, "I", "H L N"),
    metric(Base, "A", "H L N"),
    metric(Threat, "E", "X H F P U"),
    metric(Threat, "RL", "X U W T O"),
    metric(Threat, "RC", "X C R U"),
    metric(Environmental, "CR", "X H M L"),
    metric(Environmental, "IR", "X H M L"),
    metric(Environmental, "AR", "X H M L"),
    metric(Environmental, "MAV", "X N A L P"),
    metric(Environmental, "MAC", "X L H"),
    metric(Environmental, "MPR", "X N L H"),
    metric(Environmental, "MUI", "X N R"),
    metric(Environmental, "MS", "X U C"),
    metric(Environmental, "MC", "X N L H"),
    metric(Environmental, "MI", "X N L H"),
    metric(Environmental, "MA", "X N L H"),
];

/// CVSS 4.0.
static V4: [Metric; 32] = [
    metric(Base, "AV", "N A L P"),
    metric(Base, "AC", "L H"),
    metric(Base, "AT", "N P"),
    metric(Base, "PR", "N L H"),
    metric(Base, "UI", "N P A"),
    metric(Base, "VC", "H L N"),
    metric(Base, "VI", "H L N"),
    metric(Base, "VA", "H L N"),
    metric(Base, "SC", "H L N"),
    metric(Base, "SI", "H L N"),
    metric(Base, "SA", "H L N"),
    metric(Threat, "E", "X A P U"),
    metric(Environmental, "CR", "X H M L"),
    metric(Environmental, "IR", "X H M L"),
    metric(Environmental, "AR", "X H M L"),
    metric(Environmental, "MAV", "X N A L P"),
    metric(Environmental, "MAC", "X L H"),
    metric(Environmental, "MAT", "X N P"),
    metric(Environmental, "MPR", "X N L H"),
    metric(Environmental, "MUI", "X N P A"),
    metric(Environmental, "MVC", "X H L N"),
    metric(Environmental, "MVI", "X H L N"),
    metric(Environmental, "MVA", "X H L N"),
    metric(Environmental, "MSC", "X H L N"),
    metric(Environmental, "MSI", "X S H L N"),
    metric(Environmental, "MSA", "X S H L N"),
    metric(Supplemental, "S", "X N P"),
    metric(Supplemental, "AU", "X N Y"),
    metric(Supplemental, "R", "X A U I"),
    metric(Supplemental, "V", "X D C"),
    metric(Supplemental, "RE", "X L M H"),
    metric(Supplemental, "U", "X Clear Green Amber Red"),
];
