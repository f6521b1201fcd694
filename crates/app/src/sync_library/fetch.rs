//! What a sync asks of whoever brings bytes: an HTTP client, or a folder.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use kikimori_core::message::Message;

/// Brings the bytes at an address.
pub trait Fetch {
    /// Asks once; the caller tries again.
    ///
    /// # Errors
    /// [`FetchFault`] when no bytes of a feed come. An error in the middle of the body is an [`std::io::Error`] that
    /// holds a [`FetchFault`].
    fn fetch(&self, request: &Request<'_>) -> Result<Answer, FetchFault>;
}

/// A question for the bytes at an address.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The address: `http://…`, `https://…`, or a path.
    pub address: &'a str,
    /// What is there already: ask for the bytes only if they differ.
    pub held: Option<&'a Validator>,
    /// The beginning that is there already: its length in bytes, and what it is the beginning of.
    pub partial: Option<(u64, &'a Validator)>,
    /// The key, as the header of this name.
    pub key: Option<(&'static str, &'a Secret)>,
    /// Hosts, beside the address's own, that a server may point to.
    pub redirect_hosts: &'a [String],
    /// The bytes may come packed with gzip.
    pub accepts_gzip: bool,
}

/// What came.
pub struct Answer {
    /// What it is.
    pub kind: AnswerKind,
    /// What tells these bytes from later ones.
    pub validator: Validator,
    /// Bytes that the body should have.
    pub length_bytes: Option<u64>,
    /// It calls itself a page for people.
    pub is_page: bool,
    /// The bytes.
    pub body: Box<dyn Read>,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// The whole.
    Whole,
    /// What follows this many bytes.
    Rest(u64),
    /// What is held is current; there is no body.
    NotModified,
    /// The beginning that is held does not fit any more; there is no body.
    BadRange,
}

/// What tells one version of the bytes at an address from another, as its server wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Validator {
    /// `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validator {
    /// The validator that a beginning can be continued by (RFC 9110, 13.1.5): no weak entity tag.
    #[must_use]
    pub fn strong(&self) -> Option<&str> {
        match &self.etag {
            Some(etag) if !etag.starts_with("W/") => Some(etag),
            _ => self.last_modified.as_deref(),
        }
    }
}

/// Why no bytes came.
#[derive(Clone, Debug)]
pub struct FetchFault {
    /// What a person is told.
    pub message: Message,
    /// It may pass by itself: worth another attempt.
    pub is_passing: bool,
    /// How long the server asks to be left alone.
    pub wait: Option<Duration>,
}

impl FetchFault {
    /// A fault that stays.
    #[must_use]
    pub fn lasting(message: Message) -> Self {
        Self { message, is_passing: false, wait: None }
    }

    /// A fault that may pass.
    #[must_use]
    pub fn passing(message: Message) -> Self {
        Self { message, is_passing: true, wait: None }
    }
}

impl fmt::Display for FetchFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(formatter)
    }
}

impl std::error::Error for FetchFault {}

/// A key that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a key.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The key itself, for the one header it belongs in.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Whether an address is a server's and not a path.
#[must_use]
pub fn is_http(address: &str) -> bool {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// An address as it may be shown: without a user, a password and a query.
///
/// ```
/// use kikimori_app::sync_library::fetch::shown;
/// assert_eq!(shown("https://me:secret@mirror.example/a.zip?key=1"), "https://mirror.example/a.zip");
/// assert_eq!(shown("/media/usb/a?b@c.zip"), "/media/usb/a?b@c.zip");
/// ```
#[must_use]
pub fn shown(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}
