//! Ids of rows, ordered by the time they were made, and the numbers that people say aloud.

use crate::stamp::Stamp;
use crate::typed_text;

/// The letters of Crockford's base 32, small.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of an id as text: 130 bits, of which the first two are zero.
const TEXT_CHARACTERS: usize = 26;

/// The latest time that fits into an id: 48 bits of milliseconds, the year 10889.
const LATEST: i64 = (1 << 48) - 1;

/// 16 bytes in the layout of UUID version 7 (RFC 9562): milliseconds, then chance.
///
/// As text 26 characters of Crockford's base 32 in small letters. Texts order as bytes do, and both by the time of making.
///
/// ```
/// use kikimori_core::{id::Id, stamp::Stamp};
/// let id = Id::new(Stamp(1_795_000_000_000), [7; 10]);
/// assert_eq!(id.to_string(), "01m7q5cqg0ew3re1r70w3ge1r7");
/// assert_eq!(Id::parse("OLM7Q5CQG0EW3REIR7OW3GE1R7"), Some(id));
/// assert_eq!(id.made_at(), Stamp(1_795_000_000_000));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

impl Id {
    /// An id made at `at` with ten bytes of chance, 74 bits of which count. Times outside 1970 to 10889 are taken as the nearest inside.
    #[must_use]
    pub fn new(at: Stamp, random: [u8; 10]) -> Self {
        let milliseconds = at.0.clamp(0, LATEST).to_be_bytes();
        let [_, _, m0, m1, m2, m3, m4, m5] = milliseconds;
        let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9] = random;
        let (version, variant) = (0x70 | (r0 & 0x0F), 0x80 | (r2 & 0x3F));
        Self([m0, m1, m2, m3, m4, m5, version, r1, variant, r3, r4, r5, r6, r7, r8, r9])
    }

    /// The id with these bytes, as they were stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// When it was made.
    #[must_use]
    pub fn made_at(self) -> Stamp {
        let milliseconds = u128::from_be_bytes(self.0) >> 80;
        Stamp(i64::try_from(milliseconds).unwrap_or(LATEST))
    }

    /// Reads the text form; large letters are taken as small, `i` and `l` as `1`, `o` as `0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_CHARACTERS {
            return None;
        }
        let mut bits = 0_u128;
        for (index, letter) in text.bytes().enumerate() {
            let letter = match letter.to_ascii_lowercase() {
                b'i' | b'l' => b'1',
                b'o' => b'0',
                other => other,
            };
            let value = LETTERS.iter().position(|known| *known == letter)?;
            // The first letter holds three bits.
            if index == 0 && value > 7 {
                return None;
            }
            bits = (bits << 5) | value as u128;
        }
        Some(Self(bits.to_be_bytes()))
    }
}

impl std::fmt::Display for Id {
    /// 26 characters.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let mut text = String::with_capacity(TEXT_CHARACTERS);
        for place in (0..TEXT_CHARACTERS).rev() {
            let value = ((bits >> (place * 5)) & 0x1F) as usize;
            text.push(LETTERS.get(value).map_or('0', |letter| char::from(*letter)));
        }
        formatter.pad(&text)
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

/// Declares ids that cannot be taken for one another.
macro_rules! typed_ids {
    ($($(#[$about:meta])* pub struct $name:ident;)+) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Id);

            impl $name {
                /// This id, known to be of this kind.
                #[must_use]
                pub const fn new(id: Id) -> Self {
                    Self(id)
                }

                /// Reads the text form, as [`Id::parse`] does.
                #[must_use]
                pub fn parse(text: &str) -> Option<Self> {
                    Id::parse(text).map(Self)
                }

                /// The id without its kind.
                #[must_use]
                pub const fn id(self) -> Id {
                    self.0
                }

                /// The bytes.
                #[must_use]
                pub const fn bytes(self) -> [u8; 16] {
                    self.0.bytes()
                }
            }

            impl std::fmt::Display for $name {
                /// 26 characters.
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Display::fmt(&self.0, formatter)
                }
            }
        )+
    };
}

typed_ids! {
    /// The id of an organisation.
    pub struct OrganisationId;
    /// The id of a person.
    pub struct PersonId;
    /// The id of a product.
    pub struct ProductId;
    /// The id of a release.
    pub struct ReleaseId;
    /// The id of a revision of an SBOM.
    pub struct SbomId;
    /// The id of a file that was handed in and waits for a person's yes.
    pub struct UploadId;
    /// The id of a document.
    pub struct DocumentId;
    /// The id of a finding; people see its [`FindingNumber`].
    pub struct FindingId;
    /// The id of a vulnerability under all its names.
    pub struct VulnerabilityId;
    /// The id of a component identity.
    pub struct IdentityId;
    /// The id of a job.
    pub struct JobId;
    /// The id of a session.
    pub struct SessionId;
    /// The id of an API token, not its secret.
    pub struct TokenId;
    /// The id of a link that was handed over: an invitation, or one to set a new password.
    pub struct InvitationId;
    /// The id of a saved view.
    pub struct ViewId;
    /// The id of a notification rule.
    pub struct RuleId;
    /// The id of a notification.
    pub struct NotificationId;
}

/// The number of a finding within its organisation, as people say it: `FND-000123`.
///
/// It has at most eleven digits, so that it is never taken for the id of a finding in a report, `FND-` and twelve digits.
///
/// ```
/// use kikimori_core::id::FindingNumber;
/// let number = FindingNumber::new(123).unwrap();
/// assert_eq!(number.to_string(), "FND-000123");
/// assert_eq!(FindingNumber::parse(" ｆｎｄ－１２３ "), Some(number));
/// assert_eq!(FindingNumber::parse("FND-0d2f8a6c1b3e"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingNumber(u64);

impl FindingNumber {
    /// The largest number.
    pub const MAX: u64 = 99_999_999_999;

    /// The number `n`, from 1 to [`Self::MAX`].
    #[must_use]
    pub fn new(n: u64) -> Option<Self> {
        (1..=Self::MAX).contains(&n).then_some(Self(n))
    }

    /// The number as a number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads `FND-000123` in any width and case, with any hyphen or none, with or without leading zeros.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Full width takes three bytes a character; what is longer is no number.
        if text.len() > 120 {
            return None;
        }
        let text = typed_text::code(text).to_ascii_lowercase();
        let digits = text.strip_prefix("fnd")?;
        let digits = digits.strip_prefix('-').unwrap_or(digits);
        if digits.len() > 11 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        Self::new(digits.parse().ok()?)
    }
}

impl std::fmt::Display for FindingNumber {
    /// `FND-` and at least six digits.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "FND-{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn has_the_layout_of_uuid_version_7() {
        let bytes = Id::new(Stamp(0x0123_4567_89AB), [0xFF; 10]).bytes();
        assert_eq!(bytes[..6], [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB]);
        assert_eq!((bytes[6] >> 4, bytes[8] >> 6), (7, 0b10));
        assert_eq!(Id::new(Stamp(-5), [0; 10]).made_at(), Stamp(0));
        assert_eq!(Id::new(Stamp(i64::MAX), [0; 10]).made_at(), Stamp(LATEST));
    }

    #[test]
    fn reads_no_other_texts() {
        let most = "7zzzzzzzzzzzzzzzzzzzzzzzzz";
        assert_eq!(Id::parse(most), Some(Id::from_bytes([0xFF; 16])));
        for text in [
            "",
            "8zzzzzzzzzzzzzzzzzzzzzzzzz",
            &most[1..],
            "7zzzzzzzzzzzzzzzzzzzzzzzzu",
            "7zzzzzzzzzzzzzzzzzzzzzzz\u{e9}",
        ] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers_as_people_type_them() {
        let number = FindingNumber::new(123);
        for text in [
            "FND-000123",
            "fnd-123",
            "FND123",
            "ＦＮＤー０００１２３",
            "FND–123",
            " FND - 123 ",
            "fnd-00000000123",
        ] {
            assert_eq!(FindingNumber::parse(text), number, "{text}");
        }
        for text in ["123", "FND-", "FND-0", "FND-000000000123", "FND-12a", "FND--1", "FND-+1", "XFND-1"] {
            assert_eq!(FindingNumber::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes_in_either_case(bytes: [u8; 16]) {
            let id = Id::from_bytes(bytes);
            let text = id.to_string();
            prop_assert_eq!(text.len(), TEXT_CHARACTERS);
            prop_assert_eq!(Id::parse(&text), Some(id));
            prop_assert_eq!(ProductId::parse(&text.to_uppercase()).map(ProductId::bytes), Some(bytes));
        }

        #[test]
        fn texts_order_as_bytes_and_times_do(left: [u8; 16], right: [u8; 16], early in 0..LATEST, chance: [u8; 10]) {
            let (left, right) = (Id::from_bytes(left), Id::from_bytes(right));
            prop_assert_eq!(left.cmp(&right), left.to_string().cmp(&right.to_string()));
            let (first, second) = (Id::new(Stamp(early), chance), Id::new(Stamp(early + 1), [0; 10]));
            prop_assert!(first < second);
            prop_assert_eq!(first.made_at(), Stamp(early));
        }

        #[test]
        fn numbers_read_what_they_write(n in 1..=FindingNumber::MAX) {
            let number = FindingNumber::new(n).unwrap();
            prop_assert_eq!(FindingNumber::parse(&number.to_string()), Some(number));
        }

        #[test]
        fn never_panics(text: String) {
            let _ = (Id::parse(&text), FindingNumber::parse(&text));
        }
    }
}
