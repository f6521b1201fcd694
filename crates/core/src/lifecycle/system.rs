//! Operating systems under the names that lifecycle data give them.

use super::{LifecycleProduct, ReleaseCycle, SupportGap};
use crate::cpe::{Attribute, Cpe, CpeValue};

/// Windows' long-term editions by the year in their name, and the version that each is.
/// Source: Microsoft, "Windows lifecycle" pages (read 2026-11-21).
const LONG_TERM_YEARS: &[(&str, &str, &str)] = &[
    ("10", "2015", "1507"),
    ("10", "2016", "1607"),
    ("10", "2019", "1809"),
    ("10", "2021", "21h2"),
    ("11", "2024", "24h2"),
];

/// The product that lifecycle data keep of a distribution, by its OSV base name; `namespace` is the package URL's,
/// because `CentOS` packages answer to Red Hat's records and not to Red Hat's lifecycle.
#[must_use]
pub fn distribution(base: &str, namespace: &str) -> Option<&'static str> {
    Some(match base {
        "Red Hat" if namespace.to_lowercase().contains("centos") => "centos",
        "Red Hat" => "rhel",
        "Debian" => "debian",
        "Ubuntu" => "ubuntu",
        "Alpine" => "alpine-linux",
        "AlmaLinux" => "almalinux",
        "Rocky Linux" => "rocky-linux",
        "Fedora" => "fedora",
        "SUSE" => "sles",
        "openSUSE" => "opensuse",
        "Mageia" => "mageia",
        "Oracle Linux" => "oracle-linux",
        "Amazon Linux" => "amazon-linux",
        "Photon OS" => "vmware-photon",
        _ => return None,
    })
}

/// A release of Windows, as far as it is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemRelease {
    /// The product's name in lifecycle data: `windows`, `windows-server`, `windows-embedded`.
    pub product: &'static str,
    /// The parts that the cycle's name begins with: `10`, `21h2`.
    pub parts: Vec<String>,
    /// The build: `19044` of `10.0.19044.3803`.
    pub build: Option<String>,
    /// Words about the edition: `ltsc`, `iot`, `enterprise`, `pro`…
    pub words: Vec<String>,
}

impl SystemRelease {
    /// The cycles that may be meant; several where the edition is not stated.
    ///
    /// # Errors
    /// [`SupportGap::VersionTooCoarse`] when the release is not stated, [`SupportGap::NoCycle`] when the source has none.
    pub fn cycles_in<'a>(&self, product: &'a LifecycleProduct) -> Result<Vec<&'a ReleaseCycle>, SupportGap> {
        let parts_of = |cycle: &ReleaseCycle| -> Vec<String> {
            cycle.name.to_lowercase().split('-').map(str::to_owned).collect()
        };
        let begins = |cycle: &&ReleaseCycle| parts_of(cycle).starts_with(&self.parts);
        let mut found: Vec<&ReleaseCycle> = product.cycles.iter().filter(begins).collect();
        if let Some(build) = &self.build {
            let is_built = |cycle: &&ReleaseCycle| {
                cycle.latest.as_deref().and_then(|latest| latest.split('.').nth(2)) == Some(build.as_str())
            };
            retain_some(&mut found, is_built);
        }
        if found.is_empty() {
            return Err(SupportGap::NoCycle);
        }
        let has = |word: &str| self.words.iter().any(|known| known == word);
        let is_long_term = has("ltsc") || has("ltsb");
        let with = |wanted: &'static str| {
            move |cycle: &&ReleaseCycle| cycle.name.to_lowercase().split('-').any(|part| part == wanted)
        };
        if is_long_term {
            retain_some(&mut found, with("lts"));
        }
        if has("iot") {
            retain_some(&mut found, with("iot"));
        } else if is_long_term && has("enterprise") {
            retain_some(&mut found, with("e"));
        } else if has("pro") || has("home") || has("professional") {
            retain_some(&mut found, with("w"));
        }
        let releases: std::collections::BTreeSet<Option<String>> =
            found.iter().map(|cycle| parts_of(cycle).get(1).cloned()).collect();
        let is_open = self.parts.len() < 2 && self.build.is_none() && releases.len() > 1;
        if is_open { Err(SupportGap::VersionTooCoarse) } else { Ok(found) }
    }
}

/// Keeps what agrees, unless nothing does.
fn retain_some<'a>(found: &mut Vec<&'a ReleaseCycle>, agrees: impl Fn(&&'a ReleaseCycle) -> bool) {
    if found.iter().any(&agrees) {
        found.retain(agrees);
    }
}

/// A release of Windows that a CPE name states, with words about the edition from its attributes and from `name`.
///
/// NVD writes the release into the product (`windows_10_21h2`, `windows_server_2019`), older names write it into the
/// version (`windows_10:1809`, `windows_server_2008:r2:sp1`).
#[must_use]
pub fn windows(cpe: &Cpe, name: &str) -> Option<SystemRelease> {
    let (CpeValue::Text("o"), CpeValue::Text("microsoft"), CpeValue::Text(product)) =
        (cpe.get(Attribute::Part), cpe.get(Attribute::Vendor), cpe.get(Attribute::Product))
    else {
        return None;
    };
    let product = CpeValue::Text(product).unescaped();
    let mut parts: Vec<String> = product.strip_prefix("windows_")?.split('_').map(str::to_owned).collect();
    let text = |attribute: Attribute| match cpe.get(attribute) {
        value @ CpeValue::Text(_) => Some(value.unescaped().into_owned()),
        CpeValue::Any | CpeValue::Na => None,
    };
    let mut build = None;
    for written in [Attribute::Version, Attribute::Update].into_iter().filter_map(text) {
        match build_of(&written) {
            Some(found) => build = Some(found),
            None => parts.extend((!written.contains('.')).then_some(written)),
        }
    }
    let mut words = words_of(name);
    words.extend([Attribute::Edition, Attribute::SwEdition, Attribute::Other].into_iter().filter_map(text));
    Some(released(parts, build, words))
}

/// A release of Windows that the name and version of an operating system's component state: `Windows 10 1809`,
/// `Microsoft Windows 10 IoT Enterprise LTSC 2021`, `Windows Server 2019`.
#[must_use]
pub fn windows_by_name(name: &str, version: Option<&str>) -> Option<SystemRelease> {
    let words = words_of(name);
    let position = words.iter().position(|word| word == "windows")?;
    if position > 1 {
        return None;
    }
    // `64bit` says nothing about the release.
    let is_release = |word: &&String| {
        is_kind(word) || (word.starts_with(|first: char| first.is_ascii_digit()) && !word.ends_with("bit"))
    };
    let mut parts: Vec<String> = words.iter().skip(position + 1).filter(is_release).cloned().collect();
    let mut build = None;
    if let Some(version) = version {
        match build_of(version) {
            Some(found) => build = Some(found),
            None => parts.extend(words_of(version).into_iter().filter(|word| is_release(&word))),
        }
    }
    parts.dedup();
    if parts.is_empty() && build.is_none() {
        return None;
    }
    Some(released(parts, build, words))
}

/// Words of a release's name that are no numbers.
fn is_kind(word: &str) -> bool {
    matches!(
        word,
        "server"
            | "embedded"
            | "xp"
            | "vista"
            | "r2"
            | "sp1"
            | "sp2"
            | "sp3"
            | "compact"
            | "standard"
            | "posready"
            | "industry"
    )
}

/// The words of a text in lower case; years of long-term editions stay words.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '.');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The build in `10.0.19044` or `10.0.19044.3803`.
fn build_of(version: &str) -> Option<String> {
    let build = version.trim().strip_prefix("10.0.")?.split('.').next()?;
    (build.len() >= 5 && build.bytes().all(|byte| byte.is_ascii_digit())).then(|| build.to_owned())
}

/// Puts product and parts into the words of lifecycle data.
fn released(mut parts: Vec<String>, build: Option<String>, words: Vec<String>) -> SystemRelease {
    let is = |parts: &[String], word: &str| parts.first().is_some_and(|part| part == word);
    let product = if is(&parts, "server") {
        parts.remove(0);
        if let [year, release, ..] = parts.as_slice()
            && year == "2022"
            && release.contains('h')
        {
            parts.remove(0);
        }
        "windows-server"
    } else if is(&parts, "embedded") {
        parts.remove(0);
        "windows-embedded"
    } else {
        "windows"
    };
    if product == "windows" {
        let is_long_term = words.iter().any(|word| word == "ltsc" || word == "ltsb");
        for (system, year, release) in LONG_TERM_YEARS {
            let is_meant = is_long_term
                && is(&parts, system)
                && (words.iter().any(|word| word == year) || parts.iter().any(|part| part == year));
            if is_meant {
                parts.retain(|part| part != year);
                if parts.len() == 1 {
                    parts.push((*release).to_owned());
                }
            }
        }
        let number = match parts.first().map(String::as_str) {
            Some("xp") => Some("5"),
            Some("vista") => Some("6"),
            _ => None,
        };
        if let (Some(number), Some(first)) = (number, parts.first_mut()) {
            number.clone_into(first);
        }
    }
    SystemRelease { product, parts, build, words }
}
