//! "Running on" facts: what is known about the operating system and hardware, and what a condition means
//! against it.

use crate::cpe::{Attribute, Cpe, CpeValue, Relation, relate};
use crate::finding::{FactOrigin, PlatformFact};
use crate::sbom::{ComponentKind, Sbom};
use crate::verdict::Tri;

/// A fact with its parsed name.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The CPE name.
    pub cpe: Cpe,
    /// Where it is known from.
    pub origin: FactOrigin,
    /// It names the operating system itself (and not firmware or a part that merely has part `o`).
    pub is_operating_system: bool,
}

/// Everything known about what the software runs on.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    /// The facts: given ones first, then those of the SBOM, then inferred ones.
    pub facts: Vec<Fact>,
}

impl Platform {
    /// Collects facts from what was given and from the SBOM: components of kind operating system or device, CPEs
    /// of part `o` and `h`, and the operating system that a distribution's packages imply.
    #[must_use]
    pub fn new(given: &[Cpe], sbom: &Sbom) -> Self {
        let mut facts: Vec<Fact> = given
            .iter()
            .map(|cpe| Fact {
                cpe: cpe.clone(),
                origin: FactOrigin::Given,
                is_operating_system: is_text(cpe, Attribute::Part, "o"),
            })
            .collect();
        let mut has_linux_packages = false;
        for component in &sbom.components {
            for written in component.cpes.iter() {
                let Ok(cpe) = Cpe::parse(written) else { continue };
                let is_system =
                    component.kind == ComponentKind::OperatingSystem || is_known_operating_system(&cpe);
                let is_os = is_text(&cpe, Attribute::Part, "o");
                if is_os || is_text(&cpe, Attribute::Part, "h") {
                    facts.push(Fact {
                        cpe,
                        origin: FactOrigin::Component,
                        is_operating_system: is_os && is_system,
                    });
                }
            }
            has_linux_packages |= component.purls.iter().any(|purl| {
                ["pkg:deb/", "pkg:rpm/", "pkg:apk/"].iter().any(|prefix| purl.starts_with(prefix))
            });
            if component.kind == ComponentKind::OperatingSystem
                && component.cpes.is_empty()
                && let Some(cpe) = system_by_name(&component.name)
            {
                facts.push(Fact { cpe, origin: FactOrigin::Inferred, is_operating_system: true });
            }
        }
        if has_linux_packages
            && let Ok(cpe) = Cpe::parse("cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*")
            && !facts.iter().any(|fact| is_text(&fact.cpe, Attribute::Product, "linux_kernel"))
        {
            facts.push(Fact { cpe, origin: FactOrigin::Inferred, is_operating_system: true });
        }
        Self { facts }
    }

    /// The facts, for reports.
    #[must_use]
    pub fn shown(&self) -> Vec<PlatformFact> {
        let mut shown: Vec<PlatformFact> = self
            .facts
            .iter()
            .map(|fact| PlatformFact { cpe: fact.cpe.to_string(), origin: fact.origin })
            .collect();
        shown.dedup();
        shown
    }

    /// Whether a condition of part `o` or `h` holds, by names alone; `in_range` judges a fact whose name agrees.
    ///
    /// An operating system that is known and belongs to another family answers `No`; nothing known answers
    /// `Unknown`. Hardware is only ever denied when hardware was given by the person who asked.
    pub fn answer(&self, criteria: &Cpe, mut in_range: impl FnMut(&Cpe) -> Tri) -> (Tri, Option<&Fact>) {
        let mut best = (Tri::No, None);
        let is_system_wanted = is_text(criteria, Attribute::Part, "o");
        let mut is_closed = false;
        for fact in &self.facts {
            is_closed |= if is_system_wanted {
                // Firmware may well be built on the operating system that is known.
                fact.is_operating_system && !text_of(criteria, Attribute::Product).ends_with("firmware")
            } else {
                fact.origin == FactOrigin::Given && is_text(&fact.cpe, Attribute::Part, "h")
            };
            let by_name = agrees(criteria, &fact.cpe);
            let answer = match by_name {
                Tri::No => Tri::No,
                _ if is_family(criteria, &fact.cpe) => by_name.and(in_range(&unversioned(&fact.cpe))),
                _ => by_name.and(in_range(&fact.cpe)),
            };
            if answer > best.0 {
                best = (answer, Some(fact));
            }
        }
        if best.0 == Tri::No && !is_closed {
            return (Tri::Unknown, None);
        }
        best
    }
}

/// Whether a fact's name agrees with a criteria's, version and update aside.
///
/// `Unknown` when the criteria names an attribute that the fact leaves open. Families are known: a condition on
/// `microsoft:windows` holds on every `windows_…`, one on `linux:linux_kernel` on every Linux distribution; where
/// only the family is known, a condition on a member is open.
#[must_use]
pub fn agrees(criteria: &Cpe, fact: &Cpe) -> Tri {
    let mut answer = Tri::Yes;
    if is_family(fact, criteria) {
        answer = Tri::Unknown;
    } else if !is_family(criteria, fact) {
        for attribute in [Attribute::Part, Attribute::Vendor, Attribute::Product] {
            answer = answer.and(attribute_answer(criteria, fact, attribute));
        }
    }
    for attribute in [
        Attribute::Edition,
        Attribute::Language,
        Attribute::SwEdition,
        Attribute::TargetSw,
        Attribute::TargetHw,
        Attribute::Other,
    ] {
        answer = answer.and(attribute_answer(criteria, fact, attribute));
    }
    answer
}

/// One attribute's answer: equal or superset is yes, subset is open, disjoint is no.
fn attribute_answer(criteria: &Cpe, fact: &Cpe, attribute: Attribute) -> Tri {
    match relate(criteria.get(attribute), fact.get(attribute)) {
        Relation::Equal | Relation::Superset => Tri::Yes,
        Relation::Subset | Relation::Undefined => Tri::Unknown,
        Relation::Disjoint => Tri::No,
    }
}

/// Whether `member` is another member of the operating-system family that `family` names.
fn is_family(family: &Cpe, member: &Cpe) -> bool {
    if !is_text(family, Attribute::Part, "o") || !is_text(member, Attribute::Part, "o") {
        return false;
    }
    let product = text_of(member, Attribute::Product);
    if product == text_of(family, Attribute::Product) {
        return false;
    }
    if is_text(family, Attribute::Vendor, "microsoft") && is_text(family, Attribute::Product, "windows") {
        return is_text(member, Attribute::Vendor, "microsoft") && product.starts_with("windows");
    }
    if is_text(family, Attribute::Vendor, "linux") && is_text(family, Attribute::Product, "linux_kernel") {
        return product.contains("linux") || LINUX_SYSTEMS.contains(&product.as_str());
    }
    false
}

/// The fact without its version, which counts in another series than its family's.
fn unversioned(fact: &Cpe) -> Cpe {
    fact.clone().with(Attribute::Version, CpeValue::Any).unwrap_or_else(|_| fact.clone())
}

/// Systems on the Linux kernel that do not say so in their product name.
const LINUX_SYSTEMS: &[&str] =
    &["android", "centos", "chrome_os", "fedora", "leap", "opensuse", "photon_os", "tumbleweed", "yocto"];

/// Vendors and products (a prefix) that are operating systems, not firmware.
const OPERATING_SYSTEMS: &[(&str, &str)] = &[
    ("microsoft", "windows"),
    ("linux", "linux_kernel"),
    ("debian", "debian_linux"),
    ("canonical", "ubuntu_linux"),
    ("redhat", "enterprise_linux"),
    ("fedoraproject", "fedora"),
    ("alpinelinux", "alpine_linux"),
    ("almalinux", "almalinux"),
    ("suse", "linux_enterprise"),
    ("opensuse", "leap"),
    ("oracle", "linux"),
    ("amazon", "linux"),
    ("apple", "mac"),
    ("apple", "iphone_os"),
    ("google", "android"),
    ("freebsd", "freebsd"),
    ("netbsd", "netbsd"),
    ("openbsd", "openbsd"),
    ("windriver", "vxworks"),
    ("windriver", "linux"),
    ("blackberry", "qnx"),
    ("qnx", "qnx"),
    ("greenhills", "integrity"),
    ("amazon", "freertos"),
    ("freertos", "freertos"),
    ("zephyrproject", "zephyr"),
    ("azure-rtos", "threadx"),
    ("yoctoproject", "yocto"),
];

/// The name is that of an operating system.
fn is_known_operating_system(cpe: &Cpe) -> bool {
    is_text(cpe, Attribute::Part, "o")
        && OPERATING_SYSTEMS.iter().any(|(vendor, prefix)| {
            is_text(cpe, Attribute::Vendor, vendor) && text_of(cpe, Attribute::Product).starts_with(prefix)
        })
}

/// The operating system that a component's name plainly says, where it has no CPE.
fn system_by_name(name: &str) -> Option<Cpe> {
    let name = name.to_lowercase();
    let (vendor, product) = if name.starts_with("windows") || name.starts_with("microsoft windows") {
        ("microsoft", "windows")
    } else if [
        "debian",
        "ubuntu",
        "alpine",
        "almalinux",
        "rocky",
        "rhel",
        "fedora",
        "centos",
        "yocto",
        "linux",
    ]
    .iter()
    .any(|word| name.contains(word))
    {
        ("linux", "linux_kernel")
    } else if name.contains("vxworks") {
        ("windriver", "vxworks")
    } else {
        return None;
    };
    Cpe::parse(&format!("cpe:2.3:o:{vendor}:{product}:*:*:*:*:*:*:*:*")).ok()
}

/// An attribute's text, empty when it is `*` or `-`.
fn text_of(cpe: &Cpe, attribute: Attribute) -> String {
    match cpe.get(attribute) {
        CpeValue::Text(text) => text.to_string(),
        CpeValue::Any | CpeValue::Na => String::new(),
    }
}

/// The attribute is this text.
fn is_text(cpe: &Cpe, attribute: Attribute, wanted: &str) -> bool {
    matches!(cpe.get(attribute), CpeValue::Text(text) if text == wanted)
}
