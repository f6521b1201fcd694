//! CPE names: read from CPE 2.3 formatted strings and CPE 2.2 URIs, compared attribute by attribute.
//!
//! Source: NIST IR 7695 (naming: well-formed names, URI and formatted-string binding) and NIST IR 7696
//! (name matching), both August 2011.
//!
//! A name is one text in canonical form with the ends of its eleven attributes: lower case, every special
//! character quoted by a backslash, no quoting where none is needed. Equal names are equal texts.

mod matching;
mod reading;

use std::borrow::Cow;
use std::fmt::{Display, Formatter};

pub use matching::{NameRelation, Relation, compare, relate, relate_names};
pub use reading::quote;

/// What a CPE 2.3 formatted string begins with.
const PREFIX: &str = "cpe:2.3:";

/// The attributes of a CPE name, in the order of the formatted string (NIST IR 7695, 5.2 and 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `a` application, `o` operating system, `h` hardware.
    Part,
    /// Who makes it.
    Vendor,
    /// Its name.
    Product,
    /// Its version.
    Version,
    /// Its update, service pack or patch level.
    Update,
    /// The edition of CPE 2.2; kept for old names.
    Edition,
    /// The language of the user interface (RFC 5646).
    Language,
    /// The market or class of users it is made for.
    SwEdition,
    /// The software it runs on or in.
    TargetSw,
    /// The instruction set it runs on.
    TargetHw,
    /// Anything else.
    Other,
}

impl Attribute {
    /// All eleven, in order.
    pub const ALL: [Self; 11] = [
        Self::Part,
        Self::Vendor,
        Self::Product,
        Self::Version,
        Self::Update,
        Self::Edition,
        Self::Language,
        Self::SwEdition,
        Self::TargetSw,
        Self::TargetHw,
        Self::Other,
    ];

    /// The name in a well-formed name (`sw_edition`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Vendor => "vendor",
            Self::Product => "product",
            Self::Version => "version",
            Self::Update => "update",
            Self::Edition => "edition",
            Self::Language => "language",
            Self::SwEdition => "sw_edition",
            Self::TargetSw => "target_sw",
            Self::TargetHw => "target_hw",
            Self::Other => "other",
        }
    }
}

impl Display for Attribute {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What a CPE name is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `a`
    Application,
    /// `o`
    OperatingSystem,
    /// `h`
    Hardware,
    /// `*`
    Any,
    /// `-`
    Na,
}

/// The value of one attribute, borrowed from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CpeValue<'a> {
    /// `*`: no restriction.
    Any,
    /// `-`: the attribute has no meaning here. Not the same as [`CpeValue::Any`]: a version `-` says there
    /// are no versions, `*` says any.
    Na,
    /// Text in canonical formatted-string form: lower case, quoted, perhaps with `*` or `?` at either end.
    Text(&'a str),
}

impl<'a> CpeValue<'a> {
    /// The value without quoting, for display and for version comparison: `1.0\+b` is `1.0+b`.
    ///
    /// ANY and NA give `*` and `-`.
    #[must_use]
    pub fn unescaped(&self) -> Cow<'a, str> {
        match *self {
            Self::Any => Cow::Borrowed("*"),
            Self::Na => Cow::Borrowed("-"),
            Self::Text(text) if text.contains('\\') => {
                let mut plain = String::with_capacity(text.len());
                let mut characters = text.chars();
                while let Some(character) = characters.next() {
                    match character {
                        '\\' => plain.extend(characters.next()),
                        _ => plain.push(character),
                    }
                }
                Cow::Owned(plain)
            }
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Text with an unquoted `*` or `?` at either end. ANY alone is no wildcard.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        match *self {
            Self::Text(text) => matching::has_wildcard(text),
            Self::Any | Self::Na => false,
        }
    }

    /// The value as it stands in a formatted string.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        match *self {
            Self::Any => "*",
            Self::Na => "-",
            Self::Text(text) => text,
        }
    }
}

/// Why a text is no CPE name. Positions are bytes from the beginning of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CpeFault {
    /// Longer than the limit for identifiers.
    #[error("{bytes} bytes are more than the {limit} a CPE name may have", limit = crate::limits::IDENTIFIER_BYTES_MAX)]
    TooLong {
        /// Length found, in bytes.
        bytes: usize,
    },
    /// Neither binding.
    #[error("a CPE name begins with \"cpe:2.3:\" or \"cpe:/\"")]
    Prefix,
    /// Nothing after the prefix.
    #[error("the CPE name has no attributes")]
    Empty,
    /// More attributes than the binding has; usually a colon that should be quoted.
    #[error("position {at}: more than {limit} attributes; a colon inside a value must be quoted")]
    TooMany {
        /// Where the surplus begins.
        at: usize,
        /// How many the binding has: 11, in a URI 7, in a packed edition 5.
        limit: usize,
    },
    /// The part is none of `a`, `o`, `h`, `*`, `-`.
    #[error("position {at}: {text:?} is no part; a part is a, o, h, * or -")]
    Part {
        /// Where the part begins.
        at: usize,
        /// The part as written.
        text: String,
    },
    /// An unquoted `*` or `?` that is neither at the beginning nor at the end of its value.
    #[error("position {at}: an unquoted * or ? inside the {attribute}")]
    WildcardInside {
        /// Where it stands.
        at: usize,
        /// Which attribute.
        attribute: Attribute,
    },
    /// `*` and `?` side by side.
    #[error("position {at}: * and ? side by side in the {attribute}")]
    WildcardMixed {
        /// Where the second stands.
        at: usize,
        /// Which attribute.
        attribute: Attribute,
    },
    /// A backslash at the end of its value.
    #[error("position {at}: a backslash that quotes nothing in the {attribute}")]
    Backslash {
        /// Where it stands.
        at: usize,
        /// Which attribute.
        attribute: Attribute,
    },
    /// A control character.
    #[error("position {at}: a control character in the {attribute}")]
    Control {
        /// Where it stands.
        at: usize,
        /// Which attribute.
        attribute: Attribute,
    },
    /// A percent sign without two hexadecimal digits, or bytes that are no UTF-8, in a CPE 2.2 URI.
    #[error("position {at}: a percent sequence that cannot be decoded in the {attribute}")]
    Percent {
        /// Where the value begins.
        at: usize,
        /// Which attribute.
        attribute: Attribute,
    },
}

/// A CPE name in canonical form. Displays as CPE 2.3 formatted string.
///
/// ```
/// # use kikimori_core::cpe::{Attribute, Cpe};
/// let cpe = Cpe::parse("cpe:/a:Vendor:tool%2b%2b:1.0").unwrap();
/// assert_eq!(cpe.to_string(), r"cpe:2.3:a:vendor:tool\+\+:1.0:*:*:*:*:*:*:*");
/// assert_eq!(cpe.get(Attribute::Product).unescaped(), "tool++");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    /// The formatted string.
    text: Box<str>,
    /// Where each attribute ends in `text`, in bytes; the next begins one byte later.
    ends: [u16; 11],
}

impl Cpe {
    /// Reads a CPE 2.3 formatted string or a CPE 2.2 URI (with packed edition).
    ///
    /// Lenient where the meaning is plain: missing or empty attributes are ANY, upper case is lowered,
    /// special characters are quoted, white space is `_` (NIST IR 7695, 5.3.2), `**` is `*`.
    ///
    /// # Errors
    /// [`CpeFault`] with position and reason.
    pub fn parse(text: &str) -> Result<Self, CpeFault> {
        reading::read(text)
    }

    /// The name as CPE 2.3 formatted string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, attribute: Attribute) -> CpeValue<'_> {
        let index = attribute as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.map_or(PREFIX.len(), |&end| usize::from(end) + 1);
        let end = self.ends.get(index).map_or(start, |&end| usize::from(end));
        match self.text.get(start..end).unwrap_or("*") {
            "*" => CpeValue::Any,
            "-" => CpeValue::Na,
            text => CpeValue::Text(text),
        }
    }

    /// What the name is about.
    #[must_use]
    pub fn part(&self) -> Part {
        match self.get(Attribute::Part) {
            CpeValue::Text("a") => Part::Application,
            CpeValue::Text("o") => Part::OperatingSystem,
            CpeValue::Text("h") => Part::Hardware,
            CpeValue::Na => Part::Na,
            CpeValue::Any | CpeValue::Text(_) => Part::Any,
        }
    }

    /// Version and update as one text: `7.4` and `p1` are `7.4p1`, `10.0` and `sp2` are `10.0 sp2`. `None` when the
    /// name states no version.
    #[must_use]
    pub fn joined_version(&self) -> Option<String> {
        let CpeValue::Text(_) = self.get(Attribute::Version) else { return None };
        let version = self.get(Attribute::Version).unescaped().into_owned();
        Some(match self.get(Attribute::Update) {
            CpeValue::Text(update) => {
                let update = CpeValue::Text(update).unescaped();
                let is_tight = update.chars().next().is_some_and(char::is_alphabetic) && update.len() <= 3;
                if is_tight { format!("{version}{update}") } else { format!("{version} {update}") }
            }
            CpeValue::Any | CpeValue::Na => version,
        })
    }

    /// The name with one attribute replaced. Text is read as it would be in a formatted string; use
    /// [`quote`] first for text whose `*`, `?`, `\` and lone `-` stand for themselves.
    ///
    /// # Errors
    /// [`CpeFault`], with positions inside the new value.
    pub fn with(self, attribute: Attribute, value: CpeValue<'_>) -> Result<Self, CpeFault> {
        reading::replace(&self, attribute, value.as_str())
    }
}

impl Display for Cpe {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
