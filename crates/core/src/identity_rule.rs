//! Identity rules: what a person decided about the identity of components, with author, date and reason.
//!
//! A rule names components as an SBOM writes them and says what they are. Nothing here guesses: a pattern is exact, or
//! ends in `*`, and rules that disagree are shown instead of applied ([`crate::rule_book`]).

use crate::cpe::{Attribute, Cpe, CpeValue};
use crate::message::Place;
use crate::purl::Purl;
use crate::sbom::Component;
use crate::stamp::Stamp;

/// One decision about the identity of components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRule {
    /// The rule's id, unique among the rules that are used together.
    pub id: String,
    /// Which components it speaks about.
    pub subject: Subject,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub author: String,
    /// When, `YYYY-MM-DD`.
    pub decided_on: String,
    /// Why.
    pub reason: String,
    /// The organisation that answers for the rule.
    pub organisation: Option<String>,
    /// Ids of rules that this one takes the place of, also those of other organisations.
    pub supersedes: Vec<String>,
    /// The file it stands in, as named.
    pub origin: String,
    /// Where in the file.
    pub place: Place,
}

/// Which components a rule speaks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// By what they are recognised.
    pub name: SubjectName,
    /// Only these versions, as written.
    pub version: Option<TextPattern>,
}

/// By what components are recognised, as the SBOM writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectName {
    /// A package URL; version, qualifiers and subpath do not count.
    Purl(TextPattern),
    /// Part, vendor and product of a CPE name.
    Cpe(CpePattern),
    /// Name, and where given group and supplier.
    Written {
        /// The name.
        name: TextPattern,
        /// The group; any when not given.
        group: Option<TextPattern>,
        /// The supplier; any when not given.
        supplier: Option<TextPattern>,
    },
}

/// A text, whole or up to a trailing `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPattern {
    /// Exactly this text.
    Exact(String),
    /// Every text that begins so.
    Prefix(String),
}

/// Part, vendor and product of a CPE name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpePattern {
    /// `a`, `o` or `h`.
    pub part: String,
    /// The vendor in canonical form.
    pub vendor: String,
    /// The product in canonical form.
    pub product: TextPattern,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The component is also this.
    Add(Named),
    /// The component is this and not what the SBOM's identifiers say.
    Replace(Named),
    /// The identifier that the subject names is wrong.
    Ignore,
    /// Nobody publishes vulnerabilities of it under a public name; it stays listed as not checked.
    NoPublicIdentity,
}

impl Decision {
    /// The words that files write, in the order in which help lists them.
    pub const WORDS: &[&str] = &["add", "replace", "ignore", "no-public-identity"];

    /// The word that files write.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Replace(_) => "replace",
            Self::Ignore => "ignore",
            Self::NoPublicIdentity => "no-public-identity",
        }
    }

    /// The identifiers that it gives; none where it gives none.
    #[must_use]
    pub fn named(&self) -> Option<&Named> {
        match self {
            Self::Add(named) | Self::Replace(named) => Some(named),
            Self::Ignore | Self::NoPublicIdentity => None,
        }
    }
}

/// Identifiers that a rule gives, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Package URLs.
    pub purls: Vec<String>,
    /// CPE names.
    pub cpes: Vec<String>,
}

/// Why a text cannot be a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// It is empty or would cover everything.
    TooBroad,
    /// It is no package URL without version and qualifiers.
    Purl,
    /// It is no CPE name with part, vendor and product and nothing more.
    Cpe,
}

impl TextPattern {
    /// Reads a text; a trailing `*` stands for any continuation.
    ///
    /// # Errors
    /// [`PatternFault::TooBroad`] when nothing stands before the `*`, or nothing at all.
    pub fn parse(text: &str) -> Result<Self, PatternFault> {
        let text = text.trim();
        match text.strip_suffix('*') {
            Some(before) if !before.is_empty() => Ok(Self::Prefix(before.to_owned())),
            None if !text.is_empty() => Ok(Self::Exact(text.to_owned())),
            _ => Err(PatternFault::TooBroad),
        }
    }

    /// The pattern covers a text.
    #[must_use]
    pub fn covers(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == text,
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
        }
    }

    /// How narrow it is: exact before prefix, a longer prefix before a shorter one.
    fn narrowness(&self) -> usize {
        match self {
            Self::Exact(_) => usize::MAX,
            Self::Prefix(prefix) => prefix.len(),
        }
    }
}

impl std::fmt::Display for TextPattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(exact) => formatter.write_str(exact),
            Self::Prefix(prefix) => write!(formatter, "{prefix}*"),
        }
    }
}

impl SubjectName {
    /// Reads a package URL without version, perhaps with a trailing `*`.
    ///
    /// ```
    /// # use kikimori_core::identity_rule::SubjectName;
    /// assert!(SubjectName::of_purl("pkg:generic/acme/*").is_ok());
    /// assert!(SubjectName::of_purl("pkg:generic/openssl@1.0").is_err());
    /// ```
    ///
    /// # Errors
    /// [`PatternFault`] when it is no package URL, states a version or qualifiers, or covers a whole type.
    pub fn of_purl(text: &str) -> Result<Self, PatternFault> {
        let text = text.trim();
        let Some(before) = text.strip_suffix('*') else {
            return plain_purl(text).map(|path| Self::Purl(TextPattern::Exact(path)));
        };
        // A letter stands in for what `*` covers, so that the text before it is normalised by the rules of its type.
        let path = plain_purl(&format!("{before}x"))?;
        let prefix = path.strip_suffix('x').ok_or(PatternFault::Purl)?;
        match prefix.split_once('/') {
            Some((_, rest)) if !rest.is_empty() => Ok(Self::Purl(TextPattern::Prefix(prefix.to_owned()))),
            _ => Err(PatternFault::TooBroad),
        }
    }

    /// Reads a CPE name of which part, vendor and product are given, the product perhaps with a trailing `*`.
    ///
    /// # Errors
    /// [`PatternFault`] when it is no CPE name or gives more or less.
    pub fn of_cpe(text: &str) -> Result<Self, PatternFault> {
        let cpe = Cpe::parse(text).map_err(|_| PatternFault::Cpe)?;
        let (CpeValue::Text(part), CpeValue::Text(vendor)) =
            (cpe.get(Attribute::Part), cpe.get(Attribute::Vendor))
        else {
            return Err(PatternFault::TooBroad);
        };
        let is_more = Attribute::ALL.iter().skip(3).any(|attribute| cpe.get(*attribute) != CpeValue::Any);
        if is_more || CpeValue::Text(vendor).has_wildcard() {
            return Err(PatternFault::Cpe);
        }
        let product = match cpe.get(Attribute::Product) {
            CpeValue::Text(product) if !CpeValue::Text(product).has_wildcard() => {
                TextPattern::Exact(product.to_owned())
            }
            CpeValue::Text(product) => match product.strip_suffix('*') {
                Some(prefix) if !CpeValue::Text(prefix).has_wildcard() => {
                    TextPattern::Prefix(prefix.to_owned())
                }
                _ => return Err(PatternFault::Cpe),
            },
            CpeValue::Any | CpeValue::Na => return Err(PatternFault::TooBroad),
        };
        Ok(Self::Cpe(CpePattern { part: part.to_owned(), vendor: vendor.to_owned(), product }))
    }
}

/// A package URL without version, qualifiers and subpath, in canonical form.
fn plain_purl(text: &str) -> Result<String, PatternFault> {
    let purl = Purl::parse(text).map_err(|_| PatternFault::Purl)?;
    if purl.version.is_some() || !purl.qualifiers.is_empty() || purl.subpath.is_some() {
        return Err(PatternFault::Purl);
    }
    Ok(purl.to_string())
}

/// The canonical form of a package URL without version, qualifiers and subpath: what subjects are compared with.
#[must_use]
pub fn purl_name(purl: &Purl) -> String {
    let plain = Purl { version: None, qualifiers: Vec::new(), subpath: None, ..purl.clone() };
    plain.to_string()
}

/// A component's identifiers and version in the form that subjects are compared with; read once for all rules.
#[derive(Debug)]
pub struct Written<'a> {
    /// The component.
    pub component: &'a Component,
    /// Package URLs that can be read: as written, and their names.
    pub purls: Vec<(&'a str, String)>,
    /// CPE names that can be read: as written, and parsed.
    pub cpes: Vec<(&'a str, Cpe)>,
    /// The version: the component's, or that of its package URL.
    pub version: Option<String>,
}

impl<'a> Written<'a> {
    /// Reads a component.
    #[must_use]
    pub fn new(component: &'a Component) -> Self {
        let mut version = component.version.as_deref().map(str::to_owned);
        let mut purls = Vec::new();
        for written in component.purls.iter() {
            if let Ok(purl) = Purl::parse(written) {
                version = version.or_else(|| purl.version.clone());
                purls.push((written.as_str(), purl_name(&purl)));
            }
        }
        let cpes = component.cpes.iter().filter_map(|text| Some((text.as_str(), Cpe::parse(text).ok()?)));
        Self { component, purls, cpes: cpes.collect(), version }
    }
}

impl Subject {
    /// The rule speaks about a component.
    #[must_use]
    pub fn covers(&self, written: &Written<'_>) -> bool {
        let is_version = match (&self.version, &written.version) {
            (None, _) => true,
            (Some(pattern), Some(version)) => pattern.covers(version),
            (Some(_), None) => false,
        };
        is_version
            && match &self.name {
                SubjectName::Purl(pattern) => written.purls.iter().any(|(_, name)| pattern.covers(name)),
                SubjectName::Cpe(pattern) => written.cpes.iter().any(|(_, cpe)| pattern.covers(cpe)),
                SubjectName::Written { name, group, supplier } => {
                    let component = written.component;
                    let agrees = |pattern: &Option<TextPattern>, text: Option<&str>| {
                        pattern.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.covers(text)))
                    };
                    name.covers(&component.name)
                        && agrees(group, component.group.as_deref())
                        && agrees(supplier, component.details().supplier.as_deref())
                }
            }
    }

    /// The identifiers of a component that the subject names, as written.
    #[must_use]
    pub fn named_identifiers<'a>(&self, written: &Written<'a>) -> Vec<&'a str> {
        match &self.name {
            SubjectName::Purl(pattern) => {
                let named = written.purls.iter().filter(|(_, name)| pattern.covers(name));
                named.map(|(text, _)| *text).collect()
            }
            SubjectName::Cpe(pattern) => {
                let named = written.cpes.iter().filter(|(_, cpe)| pattern.covers(cpe));
                named.map(|(text, _)| *text).collect()
            }
            SubjectName::Written { .. } => Vec::new(),
        }
    }

    /// How narrow the subject is; the narrower one wins. Compared in this order: the version, identifier before name,
    /// the name itself, supplier and group.
    #[must_use]
    pub fn narrowness(&self) -> [usize; 5] {
        let of = |pattern: Option<&TextPattern>| pattern.map_or(0, TextPattern::narrowness);
        let version = of(self.version.as_ref());
        match &self.name {
            SubjectName::Purl(pattern) => [version, 1, pattern.narrowness(), 0, 0],
            SubjectName::Cpe(pattern) => [version, 1, pattern.product.narrowness(), 0, 0],
            SubjectName::Written { name, group, supplier } => {
                [version, 0, name.narrowness(), of(supplier.as_ref()), of(group.as_ref())]
            }
        }
    }

    /// The subject as people read it: `pkg:generic/openssl`, `name=OpenSSL* supplier=Acme`.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = match &self.name {
            SubjectName::Purl(pattern) => pattern.to_string(),
            SubjectName::Cpe(pattern) => {
                format!("cpe:2.3:{}:{}:{}", pattern.part, pattern.vendor, pattern.product)
            }
            SubjectName::Written { name, group, supplier } => {
                let mut text = format!("name={name}");
                for (key, pattern) in [("group", group), ("supplier", supplier)] {
                    if let Some(pattern) = pattern {
                        text.push_str(&format!(" {key}={pattern}"));
                    }
                }
                text
            }
        };
        if let Some(version) = &self.version {
            text.push_str(&format!(" version={version}"));
        }
        text
    }
}

impl CpePattern {
    /// The pattern covers a CPE name.
    fn covers(&self, cpe: &Cpe) -> bool {
        cpe.get(Attribute::Part) == CpeValue::Text(&self.part)
            && cpe.get(Attribute::Vendor) == CpeValue::Text(&self.vendor)
            && matches!(cpe.get(Attribute::Product), CpeValue::Text(product) if self.product.covers(product))
    }
}

/// A civil date, `YYYY-MM-DD`.
#[must_use]
pub fn is_civil_date(text: &str) -> bool {
    text.len() == 10 && Stamp::parse(text).is_some_and(|stamp| stamp.date() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component with name, supplier, version and identifiers.
    fn component(name: &str, version: &str, identifiers: &[&str]) -> Component {
        let is_purl = |text: &&&str| text.starts_with("pkg:");
        let list = |wanted: bool| -> Vec<String> {
            let chosen = identifiers.iter().filter(|text| is_purl(text) == wanted);
            chosen.map(|text| (*text).to_owned()).collect()
        };
        let mut component = Component {
            name: name.into(),
            version: (!version.is_empty()).then(|| version.into()),
            purls: list(true).into(),
            cpes: list(false).into(),
            ..Component::default()
        };
        component.details_mut().supplier = Some("Acme".to_owned());
        component
    }

    /// A subject by name.
    fn by_name(name: &str, supplier: Option<&str>, version: Option<&str>) -> Subject {
        let pattern = |text: &str| TextPattern::parse(text).unwrap();
        let name = SubjectName::Written { name: pattern(name), group: None, supplier: supplier.map(pattern) };
        Subject { name, version: version.map(pattern) }
    }

    #[test]
    fn covers_what_is_written_and_nothing_like_it() {
        let openssl = component(
            "OpenSSL",
            "1.0.2k",
            &["pkg:generic/openssl@1.0.2k", "cpe:2.3:a:openssl:openssl:1.0.2k"],
        );
        for (subject, expected) in [
            (by_name("OpenSSL", None, None), true),
            (by_name("openssl", None, None), false),
            (by_name("Open*", None, None), true),
            (by_name("OpenSSL", Some("Acme"), None), true),
            (by_name("OpenSSL", Some("Other"), None), false),
            (by_name("OpenSSL", None, Some("1.0.*")), true),
            (by_name("OpenSSL", None, Some("1.1.*")), false),
            (Subject { name: SubjectName::of_purl("pkg:generic/openssl").unwrap(), version: None }, true),
            (Subject { name: SubjectName::of_purl("pkg:generic/open*").unwrap(), version: None }, true),
            (Subject { name: SubjectName::of_purl("pkg:generic/opens").unwrap(), version: None }, false),
            (
                Subject { name: SubjectName::of_cpe("cpe:2.3:a:openssl:openssl").unwrap(), version: None },
                true,
            ),
            (Subject { name: SubjectName::of_cpe("cpe:2.3:a:openssl:open*").unwrap(), version: None }, true),
            (
                Subject { name: SubjectName::of_cpe("cpe:2.3:o:openssl:openssl").unwrap(), version: None },
                false,
            ),
        ] {
            assert_eq!(subject.covers(&Written::new(&openssl)), expected, "{}", subject.shown());
        }
    }

    #[test]
    fn takes_the_version_from_the_package_url_where_the_component_has_none() {
        let component = component("x", "", &["pkg:generic/x@2.0"]);
        assert!(by_name("x", None, Some("2.0")).covers(&Written::new(&component)));
        assert!(!by_name("x", None, Some("3.0")).covers(&Written::new(&component)));
    }

    #[test]
    fn refuses_patterns_that_say_too_much_or_too_little() {
        for text in ["", "*", "  "] {
            assert_eq!(TextPattern::parse(text), Err(PatternFault::TooBroad));
        }
        for (text, fault) in [
            ("pkg:generic/x@1", PatternFault::Purl),
            ("pkg:generic/x?arch=a", PatternFault::Purl),
            ("openssl", PatternFault::Purl),
            ("pkg:generic/*", PatternFault::TooBroad),
        ] {
            assert_eq!(SubjectName::of_purl(text), Err(fault), "{text}");
        }
        for (text, fault) in [
            ("cpe:2.3:a:v:p:1.0", PatternFault::Cpe),
            ("cpe:2.3:a:v*:p", PatternFault::Cpe),
            ("cpe:2.3:a:v", PatternFault::TooBroad),
            ("cpe:2.3:*:v:p", PatternFault::TooBroad),
            ("openssl", PatternFault::Cpe),
        ] {
            assert_eq!(SubjectName::of_cpe(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn narrower_subjects_come_after_broader_ones() {
        let purl = |text: &str| Subject { name: SubjectName::of_purl(text).unwrap(), version: None };
        let ordered = [
            by_name("O*", None, None),
            by_name("Open*", None, None),
            by_name("OpenSSL", None, None),
            by_name("OpenSSL", Some("A*"), None),
            by_name("OpenSSL", Some("Acme"), None),
            purl("pkg:generic/o*"),
            purl("pkg:generic/openssl"),
            by_name("OpenSSL", None, Some("1.*")),
            by_name("OpenSSL", None, Some("1.0")),
        ];
        for pair in ordered.windows(2) {
            assert!(pair[0].narrowness() < pair[1].narrowness(), "{} {}", pair[0].shown(), pair[1].shown());
        }
    }

    #[test]
    fn knows_civil_dates() {
        for (text, expected) in
            [("2026-11-21", true), ("2026-02-30", false), ("2026-1-1", false), ("21.11.2026", false)]
        {
            assert_eq!(is_civil_date(text), expected, "{text}");
        }
    }
}
