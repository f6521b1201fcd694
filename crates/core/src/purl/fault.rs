//! What can be wrong with a package URL, and where.

use std::fmt::{Display, Formatter};

use crate::limits::IDENTIFIER_BYTES_MAX;

/// The parts of a package URL, to say where a fault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurlPart {
    /// `npm` in `pkg:npm/...`.
    Type,
    /// The segments between type and name.
    Namespace,
    /// The last segment.
    Name,
    /// After `@`.
    Version,
    /// After `?`.
    Qualifiers,
    /// After `#`.
    Subpath,
}

impl Display for PurlPart {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Type => "type",
            Self::Namespace => "namespace",
            Self::Name => "name",
            Self::Version => "version",
            Self::Qualifiers => "qualifiers",
            Self::Subpath => "subpath",
        })
    }
}

/// A rule of a type's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurlRule {
    /// A namespace is required.
    NamespaceRequired,
    /// There is no namespace.
    NamespaceProhibited,
    /// The qualifier uuid is required.
    UuidRequired,
    /// The qualifier `tag_id` is required.
    TagIdRequired,
    /// A distribution, not a module: `::` cannot stand in it.
    Distribution,
    /// 32 letters from a to p.
    ChromeName,
    /// One to four numbers.
    ChromeVersion,
}

impl PurlRule {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::NamespaceRequired,
        Self::NamespaceProhibited,
        Self::UuidRequired,
        Self::TagIdRequired,
        Self::Distribution,
        Self::ChromeName,
        Self::ChromeVersion,
    ];

    /// The rule's stable name, under which the words for people are found.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NamespaceRequired => "namespace_required",
            Self::NamespaceProhibited => "namespace_prohibited",
            Self::UuidRequired => "uuid_required",
            Self::TagIdRequired => "tag_id_required",
            Self::Distribution => "distribution",
            Self::ChromeName => "chrome_name",
            Self::ChromeVersion => "chrome_version",
        }
    }
}

impl Display for PurlRule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NamespaceRequired => "a namespace is required",
            Self::NamespaceProhibited => "there is no namespace",
            Self::UuidRequired => "the qualifier uuid is required",
            Self::TagIdRequired => "the qualifier tag_id is required",
            Self::Distribution => "a distribution, not a module: \"::\" cannot stand in it",
            Self::ChromeName => "32 letters from a to p",
            Self::ChromeVersion => "one to four numbers",
        })
    }
}

/// Why a text or a set of parts is no package URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PurlFault {
    /// Longer than [`IDENTIFIER_BYTES_MAX`].
    #[error("{bytes} bytes are more than the {IDENTIFIER_BYTES_MAX} a package URL may have")]
    TooLong {
        /// Length found, in bytes.
        bytes: usize,
    },
    /// The text does not begin with `pkg:`.
    #[error("a package URL begins with \"pkg:\"")]
    Scheme,
    /// A part that every package URL has is absent or empty.
    #[error("the {part} is missing")]
    Missing {
        /// The absent part.
        part: PurlPart,
    },
    /// The type is not a letter followed by letters, digits, `.` and `-`.
    #[error("{text:?} is no package type: a letter, then letters, digits, '.' and '-'")]
    Type {
        /// The type as written.
        text: String,
    },
    /// A qualifier key is not a letter followed by letters, digits, `.`, `-` and `_`.
    #[error("{key:?} is no qualifier key: a letter, then letters, digits, '.', '-' and '_'")]
    QualifierKey {
        /// The key as written.
        key: String,
    },
    /// One qualifier key stands twice with different values.
    #[error("the qualifier {key:?} stands twice with different values")]
    QualifierTwice {
        /// The key, lower case.
        key: String,
    },
    /// The percent-encoded bytes of a part are no UTF-8.
    #[error("the percent-encoded bytes of the {part} are no UTF-8: {text:?}")]
    Encoding {
        /// The part.
        part: PurlPart,
        /// The text as written.
        text: String,
    },
    /// A part holds a control character.
    #[error("the {part} holds a control character: {text:?}")]
    Control {
        /// The part.
        part: PurlPart,
        /// The text, decoded.
        text: String,
    },
    /// The type's definition forbids what a part holds.
    #[error("type {kind:?}, {part}: {rule}")]
    TypeRule {
        /// The package type.
        kind: String,
        /// The part that breaks the rule.
        part: PurlPart,
        /// The rule in words.
        rule: PurlRule,
    },
}
