//! Package URLs: parsed, normalised by type, and written in canonical form.
//!
//! Source: ECMA-427 (Package-URL), and the type definitions of the purl project (read 2026-11-21).
//!
//! The reader is lenient where the meaning is plain: an upper-case scheme, type or qualifier key, `pkg://`,
//! characters that should have been percent-encoded, `%2F` between namespace segments, a `%` that starts no
//! sequence. What a type forbids, or what names nothing, is a [`PurlFault`].

mod encoding;
mod fault;
mod types;

use std::fmt::{Display, Formatter};

use crate::limits::IDENTIFIER_BYTES_MAX;
use encoding::{decode, push_encoded, push_encoded_path};
pub use fault::{PurlFault, PurlPart, PurlRule};

/// A package URL, decoded and normalised by the rules of its type. Displays in canonical form.
///
/// ```
/// # use kikimori_core::purl::Purl;
/// let purl = Purl::parse("pkg:PyPI/Django_package@1.11.1.dev1").unwrap();
/// assert_eq!(purl.to_string(), "pkg:pypi/django-package@1.11.1.dev1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// The package type, lower case (`npm`, `deb`, `generic`…).
    pub kind: String,
    /// The namespace, decoded, segments joined by `/`; never empty.
    pub namespace: Option<String>,
    /// The name, decoded; never empty.
    pub name: String,
    /// The version, decoded; never empty.
    pub version: Option<String>,
    /// Qualifiers sorted by key; keys lower case and unique, values decoded and never empty.
    pub qualifiers: Vec<(String, String)>,
    /// The path inside the package, decoded, without `.`, `..` and empty segments; never empty.
    pub subpath: Option<String>,
}

impl Purl {
    /// Reads a package URL.
    ///
    /// The version begins at the last `@` that does not begin a segment, so `pkg:npm/@babel/core` has no
    /// version; qualifiers begin at the first `?`, so an unencoded URL with a query stays whole.
    ///
    /// # Errors
    /// [`PurlFault`] naming the part and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PurlFault> {
        let text = text.trim();
        if text.len() > IDENTIFIER_BYTES_MAX {
            return Err(PurlFault::TooLong { bytes: text.len() });
        }
        let rest = match text.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("pkg:") => rest.trim_start_matches('/'),
            _ => return Err(PurlFault::Scheme),
        };
        let (rest, subpath) = split_or_all(rest.rsplit_once('#'), rest);
        let (rest, qualifiers) = split_or_all(rest.split_once('?'), rest);
        let (kind, rest) = rest.split_once('/').ok_or(if rest.is_empty() {
            PurlFault::Missing { part: PurlPart::Type }
        } else {
            PurlFault::Missing { part: PurlPart::Name }
        })?;
        let kind = checked_kind(kind)?;
        let (path, version) = split_version(rest.trim_matches('/'));
        let (namespace, name) = if types::rules(&kind).path_name {
            path.split_once('/').map_or((None, path), |(namespace, name)| (Some(namespace), name))
        } else {
            path.rsplit_once('/').map_or((None, path), |(namespace, name)| (Some(namespace), name))
        };
        let mut parts = Parts {
            namespace: namespace.map(|text| decode(text, PurlPart::Namespace)).transpose()?,
            name: decode(name, PurlPart::Name)?,
            version: version.map(|text| decode(text, PurlPart::Version)).transpose()?,
            qualifiers: Vec::new(),
            subpath: subpath.map(|text| decode(text, PurlPart::Subpath)).transpose()?,
        };
        for pair in qualifiers.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            parts.qualifiers.push((key.to_owned(), decode(value, PurlPart::Qualifiers)?));
        }
        parts.build(kind)
    }

    /// Builds a package URL from decoded parts, by the rules of its type. Empty parts count as absent.
    ///
    /// # Errors
    /// [`PurlFault`] naming the part and what is wrong with it.
    pub fn new(
        kind: &str,
        namespace: Option<&str>,
        name: &str,
        version: Option<&str>,
        qualifiers: &[(&str, &str)],
        subpath: Option<&str>,
    ) -> Result<Self, PurlFault> {
        let sizes = qualifiers.iter().map(|(key, value)| key.len().saturating_add(value.len()));
        let bytes = [Some(kind), namespace, Some(name), version, subpath]
            .into_iter()
            .flatten()
            .map(str::len)
            .chain(sizes)
            .fold(0, usize::saturating_add);
        if bytes > IDENTIFIER_BYTES_MAX {
            return Err(PurlFault::TooLong { bytes });
        }
        let pairs = qualifiers.iter().map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let parts = Parts {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            version: version.map(str::to_owned),
            qualifiers: pairs.collect(),
            subpath: subpath.map(str::to_owned),
        };
        parts.build(checked_kind(kind)?)
    }

    /// The decoded value of a qualifier; `key` is lower case.
    #[must_use]
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
    }
}

impl Display for Purl {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let mut text = String::with_capacity(self.kind.len() + self.name.len() + 48);
        text.push_str("pkg:");
        text.push_str(&self.kind);
        text.push('/');
        if let Some(namespace) = &self.namespace {
            push_encoded_path(&mut text, namespace);
            text.push('/');
        }
        if types::rules(&self.kind).path_name {
            push_encoded_path(&mut text, &self.name);
        } else {
            push_encoded(&mut text, &self.name);
        }
        if let Some(version) = &self.version {
            text.push('@');
            push_encoded(&mut text, version);
        }
        for (position, (key, value)) in self.qualifiers.iter().enumerate() {
            text.push(if position == 0 { '?' } else { '&' });
            text.push_str(key);
            text.push('=');
            push_encoded(&mut text, value);
        }
        if let Some(subpath) = &self.subpath {
            text.push('#');
            push_encoded_path(&mut text, subpath);
        }
        formatter.write_str(&text)
    }
}

/// Decoded parts before the rules of the type.
struct Parts {
    /// Segments joined by `/`, perhaps with empty ones.
    namespace: Option<String>,
    /// The name, perhaps empty.
    name: String,
    /// The version, perhaps empty.
    version: Option<String>,
    /// Keys as written, values decoded.
    qualifiers: Vec<(String, String)>,
    /// Segments joined by `/`, perhaps with empty ones.
    subpath: Option<String>,
}

impl Parts {
    /// Applies the general rules, then those of the type `kind` (already checked and lower case).
    fn build(mut self, kind: String) -> Result<Purl, PurlFault> {
        if types::rules(&kind).path_name {
            self.split_path_name();
        }
        let namespace = self.namespace.map(|text| joined(&text, |segment| !segment.is_empty()));
        let subpath = self.subpath.map(|text| joined(&text, |segment| !matches!(segment, "" | "." | "..")));
        let mut purl = Purl {
            kind,
            namespace: namespace.filter(|text| !text.is_empty()),
            name: self.name,
            version: self.version.filter(|text| !text.is_empty()),
            qualifiers: checked_qualifiers(self.qualifiers)?,
            subpath: subpath.filter(|text| !text.is_empty()),
        };
        if purl.name.is_empty() {
            return Err(PurlFault::Missing { part: PurlPart::Name });
        }
        refuse_control(PurlPart::Namespace, purl.namespace.as_deref())?;
        refuse_control(PurlPart::Name, Some(&purl.name))?;
        refuse_control(PurlPart::Version, purl.version.as_deref())?;
        refuse_control(PurlPart::Subpath, purl.subpath.as_deref())?;
        types::apply(&mut purl)?;
        Ok(purl)
    }

    /// Makes the first segment the namespace and the others the name, however they were divided.
    fn split_path_name(&mut self) {
        let written = format!("{}/{}", self.namespace.as_deref().unwrap_or_default(), self.name);
        let path = joined(&written, |segment| !segment.is_empty());
        (self.namespace, self.name) = match path.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
            None => (None, path),
        };
    }
}

/// The text before and after a separator, or all of it and nothing.
fn split_or_all<'a>(split: Option<(&'a str, &'a str)>, all: &'a str) -> (&'a str, Option<&'a str>) {
    split.map_or((all, None), |(before, after)| (before, Some(after)))
}

/// Splits the version off at the last `@`, unless that begins a segment (`@babel/core`: an unencoded npm
/// scope).
fn split_version(path: &str) -> (&str, Option<&str>) {
    match path.rsplit_once('@') {
        Some((before, after)) if after.contains('/') && (before.is_empty() || before.ends_with('/')) => {
            (path, None)
        }
        Some((before, after)) => (before, Some(after)),
        None => (path, None),
    }
}

/// The type in lower case, when it is one: a letter, then letters, digits, `.` and `-` (ECMA-427, type).
fn checked_kind(text: &str) -> Result<String, PurlFault> {
    if text.is_empty() {
        return Err(PurlFault::Missing { part: PurlPart::Type });
    }
    let other = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(other) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(PurlFault::Type { text: text.to_owned() })
    }
}

/// Qualifiers with lower-case keys, sorted, without empty values.
fn checked_qualifiers(pairs: Vec<(String, String)>) -> Result<Vec<(String, String)>, PurlFault> {
    let mut qualifiers: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let other = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !(key.starts_with(|first: char| first.is_ascii_alphabetic()) && key.bytes().all(other)) {
            return Err(PurlFault::QualifierKey { key });
        }
        refuse_control(PurlPart::Qualifiers, Some(&value))?;
        if !value.is_empty() {
            qualifiers.push((key.to_ascii_lowercase(), value));
        }
    }
    qualifiers.sort_unstable();
    qualifiers.dedup();
    for (one, next) in qualifiers.iter().zip(qualifiers.iter().skip(1)) {
        if one.0 == next.0 {
            return Err(PurlFault::QualifierTwice { key: one.0.clone() });
        }
    }
    Ok(qualifiers)
}

/// The `/`-separated segments that `keep` holds, joined again.
fn joined(text: &str, keep: impl Fn(&str) -> bool) -> String {
    let mut path = String::with_capacity(text.len());
    for segment in text.split('/').filter(|segment| keep(segment)) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(segment);
    }
    path
}

/// Refuses control characters: no package has one in its name, and they break every listing.
fn refuse_control(part: PurlPart, text: Option<&str>) -> Result<(), PurlFault> {
    match text {
        Some(text) if text.contains(char::is_control) => {
            Err(PurlFault::Control { part, text: text.to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
