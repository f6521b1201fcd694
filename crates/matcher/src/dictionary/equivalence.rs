//! Package and CPE that are the same software, by what the library's records say.

use std::collections::BTreeMap;

use super::{Dictionary, KnownName};

/// A package and a CPE that may be the same software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivalence {
    /// The package's position of names, shown.
    pub package: KnownName,
    /// The CPE.
    pub cpe: KnownName,
    /// Vulnerabilities whose records bear both names in one affected entry.
    pub n_asserted: usize,
    /// One of these records.
    pub record: Option<String>,
    /// Vulnerabilities known under both names.
    pub n_common: usize,
    /// Vulnerabilities known under the package only.
    pub n_package_only: usize,
    /// Vulnerabilities known under the CPE only.
    pub n_cpe_only: usize,
}

impl Dictionary {
    /// Every pair of a package and a CPE that share at least `n_common_min` vulnerabilities or that a record puts side by
    /// side, in order of names.
    #[must_use]
    pub fn equivalences(&self, n_common_min: usize) -> Vec<Equivalence> {
        let mut by_vulnerability: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (position, known) in self.known.iter().enumerate() {
            if matches!(known.name, KnownName::Cpe { .. }) && known.listed.is_none() {
                for vulnerability in &known.vulnerabilities {
                    by_vulnerability.entry(*vulnerability).or_default().push(position as u32);
                }
            }
        }
        let mut found = Vec::new();
        for (position, known) in self.known.iter().enumerate() {
            if !matches!(known.name, KnownName::Package { .. }) {
                continue;
            }
            let mut common: BTreeMap<u32, usize> = BTreeMap::new();
            for vulnerability in &known.vulnerabilities {
                for cpe in by_vulnerability.get(vulnerability).into_iter().flatten() {
                    *common.entry(*cpe).or_default() += 1;
                }
            }
            for (cpe, n_common) in common {
                let Some(other) = self.at(cpe) else { continue };
                let assertion = self.asserted.get(&(position as u32)).and_then(|beside| beside.get(&cpe));
                let n_asserted = assertion.map_or(0, |assertion| assertion.vulnerabilities.len());
                if n_common < n_common_min && n_asserted == 0 {
                    continue;
                }
                found.push(Equivalence {
                    package: known.name.clone(),
                    cpe: other.name.clone(),
                    n_asserted,
                    record: assertion.map(|assertion| assertion.record.clone()),
                    n_common,
                    n_package_only: known.vulnerabilities.len() - n_common,
                    n_cpe_only: other.vulnerabilities.len() - n_common,
                });
            }
        }
        found.sort_by(|left, right| (&left.package, &left.cpe).cmp(&(&right.package, &right.cpe)));
        found
    }
}
