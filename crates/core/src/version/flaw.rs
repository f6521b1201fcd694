//! What keeps a text from being a version.

use std::fmt::{Display, Formatter};

/// What keeps a text from having a place in a scheme's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// It is an unresolved variable.
    Variable,
    /// It is a wildcard.
    Wildcard,
    /// It holds a control character.
    Control,
    /// It is a commit hash.
    CommitHash,
    /// It is a branch.
    Branch,
    /// It is a range or a list.
    Range,
    /// It holds no number.
    NoNumber,
    /// It does not start with a number.
    NumberFirst,
    /// A number is missing.
    NumberMissing,
    /// A dot is not followed by a number.
    NumberAfterDot,
    /// A dot is not followed by a number or a word.
    WordAfterDot,
    /// It has more than four numbers.
    FourNumbers,
    /// It holds more than numbers and separators.
    NumbersOnly,
    /// The numbers are followed by something else than a pre-release.
    AfterNumbers,
    /// An identifier after the numbers is empty.
    EmptyIdentifier,
    /// It holds a character that no identifier may hold.
    IdentifierCharacter,
    /// A pre-release label is empty or holds a character it may not hold.
    Label,
    /// It holds a character that gem versions may not hold.
    GemCharacter,
    /// It holds a character that Composer versions may not hold.
    ComposerCharacter,
    /// It holds white space.
    WhiteSpace,
    /// It holds white space or a character outside ASCII.
    WhiteSpaceOrNonAscii,
    /// It holds white space or comparison signs.
    WhiteSpaceOrComparison,
    /// It holds white space or the signs of a range.
    WhiteSpaceOrRange,
    /// Its epoch is not a number.
    Epoch,
    /// Nothing follows the hyphen.
    AfterHyphen,
    /// The hyphen is not followed by r and a number.
    AlpineRelease,
    /// Its commit hash is empty.
    AlpineHash,
    /// Its parts are not those of an Alpine version, or not in order.
    AlpineParts,
    /// It has a suffix that apk does not know.
    AlpineSuffix,
    /// It does not follow PEP 440.
    Pep440,
}

impl Flaw {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Variable,
        Self::Wildcard,
        Self::Control,
        Self::CommitHash,
        Self::Branch,
        Self::Range,
        Self::NoNumber,
        Self::NumberFirst,
        Self::NumberMissing,
        Self::NumberAfterDot,
        Self::WordAfterDot,
        Self::FourNumbers,
        Self::NumbersOnly,
        Self::AfterNumbers,
        Self::EmptyIdentifier,
        Self::IdentifierCharacter,
        Self::Label,
        Self::GemCharacter,
        Self::ComposerCharacter,
        Self::WhiteSpace,
        Self::WhiteSpaceOrNonAscii,
        Self::WhiteSpaceOrComparison,
        Self::WhiteSpaceOrRange,
        Self::Epoch,
        Self::AfterHyphen,
        Self::AlpineRelease,
        Self::AlpineHash,
        Self::AlpineParts,
        Self::AlpineSuffix,
        Self::Pep440,
    ];

    /// The flaw's stable name, under which the words for people are found.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Wildcard => "wildcard",
            Self::Control => "control",
            Self::CommitHash => "commit_hash",
            Self::Branch => "branch",
            Self::Range => "range",
            Self::NoNumber => "no_number",
            Self::NumberFirst => "number_first",
            Self::NumberMissing => "number_missing",
            Self::NumberAfterDot => "number_after_dot",
            Self::WordAfterDot => "word_after_dot",
            Self::FourNumbers => "four_numbers",
            Self::NumbersOnly => "numbers_only",
            Self::AfterNumbers => "after_numbers",
            Self::EmptyIdentifier => "empty_identifier",
            Self::IdentifierCharacter => "identifier_character",
            Self::Label => "label",
            Self::GemCharacter => "gem_character",
            Self::ComposerCharacter => "composer_character",
            Self::WhiteSpace => "white_space",
            Self::WhiteSpaceOrNonAscii => "white_space_or_non_ascii",
            Self::WhiteSpaceOrComparison => "white_space_or_comparison",
            Self::WhiteSpaceOrRange => "white_space_or_range",
            Self::Epoch => "epoch",
            Self::AfterHyphen => "after_hyphen",
            Self::AlpineRelease => "alpine_release",
            Self::AlpineHash => "alpine_hash",
            Self::AlpineParts => "alpine_parts",
            Self::AlpineSuffix => "alpine_suffix",
            Self::Pep440 => "pep440",
        }
    }
}

impl Display for Flaw {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Variable => "it is an unresolved variable",
            Self::Wildcard => "it is a wildcard",
            Self::Control => "it holds a control character",
            Self::CommitHash => "it is a commit hash",
            Self::Branch => "it is a branch",
            Self::Range => "it is a range or a list",
            Self::NoNumber => "it holds no number",
            Self::NumberFirst => "it does not start with a number",
            Self::NumberMissing => "a number is missing",
            Self::NumberAfterDot => "a dot is not followed by a number",
            Self::WordAfterDot => "a dot is not followed by a number or a word",
            Self::FourNumbers => "it has more than four numbers",
            Self::NumbersOnly => "it holds more than numbers and separators",
            Self::AfterNumbers => "the numbers are followed by something else than a pre-release",
            Self::EmptyIdentifier => "an identifier after the numbers is empty",
            Self::IdentifierCharacter => "it holds a character that no identifier may hold",
            Self::Label => "a pre-release label is empty or holds a character it may not hold",
            Self::GemCharacter => "it holds a character that gem versions may not hold",
            Self::ComposerCharacter => "it holds a character that Composer versions may not hold",
            Self::WhiteSpace => "it holds white space",
            Self::WhiteSpaceOrNonAscii => "it holds white space or a character outside ASCII",
            Self::WhiteSpaceOrComparison => "it holds white space or comparison signs",
            Self::WhiteSpaceOrRange => "it holds white space or the signs of a range",
            Self::Epoch => "its epoch is not a number",
            Self::AfterHyphen => "nothing follows the hyphen",
            Self::AlpineRelease => "the hyphen is not followed by r and a number",
            Self::AlpineHash => "its commit hash is empty",
            Self::AlpineParts => "its parts are not those of an Alpine version, or not in order",
            Self::AlpineSuffix => "it has a suffix that apk does not know",
            Self::Pep440 => "it does not follow PEP 440",
        })
    }
}
