//! What each package type demands and how it is normalised, as a table.
//!
//! Source: the purl project's type definitions (read 2026-11-21). Two choices of ours: a namespace that a
//! definition demands may be absent where the test suite does not refuse that (distribution packages in
//! real bills often carry only a `distro` qualifier), and Go module paths keep their case, because the
//! definition's `case_sensitive: true` agrees with the Go module reference while its note does not.

use super::{Purl, PurlFault, PurlPart, PurlRule};

/// How the letters of a part are normalised.
#[derive(Clone, Copy)]
enum Case {
    /// As written.
    Keep,
    /// To lower case.
    Lower,
    /// To upper case.
    Upper,
}

/// Whether a type has a namespace.
#[derive(Clone, Copy)]
enum Namespace {
    /// May be there.
    Free,
    /// Must be there.
    Required,
    /// Must not be there.
    Prohibited,
}

/// What a type demands of its name beyond case.
#[derive(Clone, Copy)]
enum NameRule {
    /// Nothing.
    Any,
    /// `PyPI`: `_` is `-`.
    Dashes,
    /// Pub: everything but letters and digits is `_`.
    Underscores,
    /// CPAN: a distribution (`URI-PackageURL`), not a module (`URI::PackageURL`).
    NoDoubleColon,
    /// Chrome: 32 letters from `a` to `p`; the version is one to four numbers.
    ChromeIdentifier,
    /// `MLflow`: case-insensitive when served by Databricks.
    LowerOnDatabricks,
}

/// The rules of one type.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// Whether a namespace must, may or must not be there.
    namespace: Namespace,
    /// Case of the namespace.
    namespace_case: Case,
    /// Case of the name.
    name_case: Case,
    /// Case of the version.
    version_case: Case,
    /// What else the name must be.
    name_rule: NameRule,
    /// A qualifier without which the type names nothing.
    qualifier: Option<&'static str>,
    /// The name is a path: the namespace ends at the first `/`, not the last (type `git`).
    pub(super) path_name: bool,
}

/// No rule at all: types that have none, and types unknown here.
const PLAIN: Rules = Rules {
    namespace: Namespace::Free,
    namespace_case: Case::Keep,
    name_case: Case::Keep,
    version_case: Case::Keep,
    name_rule: NameRule::Any,
    qualifier: None,
    path_name: false,
};

/// Types without a namespace.
const BARE: Rules = Rules { namespace: Namespace::Prohibited, ..PLAIN };

/// Types whose namespace and name are case-insensitive.
const LOWER: Rules = Rules { namespace_case: Case::Lower, name_case: Case::Lower, ..PLAIN };

/// Types without a namespace and with a case-insensitive name.
const BARE_LOWER: Rules = Rules { name_case: Case::Lower, ..BARE };

/// Types whose vendor namespace alone is case-insensitive.
const LOWER_VENDOR: Rules = Rules { namespace_case: Case::Lower, ..PLAIN };

/// The rules of a type, by its lower-case name.
pub(super) fn rules(kind: &str) -> Rules {
    match kind {
        "alpm" | "apk" | "bitbucket" | "brew" | "composer" | "deb" | "github" | "hex" | "luarocks" => LOWER,
        "bazel" | "cargo" | "cocoapods" | "conda" | "cran" | "gem" | "hackage" | "nuget" | "opam"
        | "vcpkg" => BARE,
        "bitnami" | "otp" => BARE_LOWER,
        "chrome-extension" => Rules { name_rule: NameRule::ChromeIdentifier, ..BARE_LOWER },
        "cpan" => Rules { namespace_case: Case::Upper, name_rule: NameRule::NoDoubleColon, ..PLAIN },
        "git" => Rules { path_name: true, ..PLAIN },
        "huggingface" => Rules { version_case: Case::Lower, ..PLAIN },
        "julia" => Rules { qualifier: Some("uuid"), ..BARE },
        "mlflow" => Rules { name_rule: NameRule::LowerOnDatabricks, ..BARE },
        "oci" => Rules { version_case: Case::Lower, ..BARE_LOWER },
        "pub" => Rules { name_rule: NameRule::Underscores, ..BARE_LOWER },
        "pypi" => Rules { version_case: Case::Lower, name_rule: NameRule::Dashes, ..BARE_LOWER },
        "qpkg" | "rpm" | "yocto" => LOWER_VENDOR,
        "swid" => Rules { qualifier: Some("tag_id"), ..PLAIN },
        "swift" => Rules { namespace: Namespace::Required, ..PLAIN },
        "vscode-extension" => Rules { namespace: Namespace::Required, version_case: Case::Lower, ..LOWER },
        _ => PLAIN,
    }
}

/// Normalises `purl` by the rules of its type.
pub(super) fn apply(purl: &mut Purl) -> Result<(), PurlFault> {
    let rules = rules(&purl.kind);
    let fault = |part, rule| PurlFault::TypeRule { kind: purl.kind.clone(), part, rule };
    match (rules.namespace, &purl.namespace) {
        (Namespace::Required, None) => {
            return Err(fault(PurlPart::Namespace, PurlRule::NamespaceRequired));
        }
        (Namespace::Prohibited, Some(_)) => {
            return Err(fault(PurlPart::Namespace, PurlRule::NamespaceProhibited));
        }
        _ => {}
    }
    if let Some(key) = rules.qualifier
        && purl.qualifier(key).is_none()
    {
        return Err(fault(
            PurlPart::Qualifiers,
            if key == "uuid" { PurlRule::UuidRequired } else { PurlRule::TagIdRequired },
        ));
    }
    if let Some(namespace) = &mut purl.namespace {
        recase(namespace, rules.namespace_case);
    }
    recase(&mut purl.name, rules.name_case);
    if let Some(version) = &mut purl.version {
        recase(version, rules.version_case);
    }
    apply_name_rule(purl, rules.name_rule)
}

/// Normalises or refuses the name by the type's own rule.
fn apply_name_rule(purl: &mut Purl, rule: NameRule) -> Result<(), PurlFault> {
    let fault = |part, rule| PurlFault::TypeRule { kind: purl.kind.clone(), part, rule };
    match rule {
        NameRule::Any => {}
        NameRule::Dashes => purl.name = purl.name.replace('_', "-"),
        NameRule::Underscores => {
            purl.name = purl.name.replace(|other: char| !other.is_ascii_alphanumeric(), "_");
        }
        NameRule::NoDoubleColon => {
            if purl.name.contains("::") {
                return Err(fault(PurlPart::Name, PurlRule::Distribution));
            }
        }
        NameRule::ChromeIdentifier => {
            if !(purl.name.len() == 32 && purl.name.bytes().all(|byte| matches!(byte, b'a'..=b'p'))) {
                return Err(fault(PurlPart::Name, PurlRule::ChromeName));
            }
            let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let version = purl.version.as_deref().unwrap_or("0");
            if !(version.split('.').count() <= 4 && version.split('.').all(number)) {
                return Err(fault(PurlPart::Version, PurlRule::ChromeVersion));
            }
        }
        NameRule::LowerOnDatabricks => {
            let server = purl.qualifier("repository_url").unwrap_or_default();
            if server.to_ascii_lowercase().contains("databricks") {
                purl.name = purl.name.to_lowercase();
            }
        }
    }
    Ok(())
}

/// Changes the letters of `text`, in place when ASCII.
fn recase(text: &mut String, case: Case) {
    match case {
        Case::Keep => {}
        Case::Lower if text.is_ascii() => text.make_ascii_lowercase(),
        Case::Lower => *text = text.to_lowercase(),
        Case::Upper if text.is_ascii() => text.make_ascii_uppercase(),
        Case::Upper => *text = text.to_uppercase(),
    }
}
