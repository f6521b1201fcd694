//! Which format a record has, from the keys of its outermost object.

use super::FeedFormat;

/// Keys remembered for a message about an unknown record.
const KEYS_SHOWN_MAX: usize = 5;

/// What is known of an object from its own keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Bits of [`Key`].
    seen: u64,
    /// First keys as written, for messages.
    shown: Vec<String>,
}

/// Keys that tell formats apart. A key counts only with a value of the right kind.
#[derive(Clone, Copy)]
enum Key {
    /// `id` with a string.
    Id,
    /// `modified` with a string.
    Modified,
    /// `schema_version` with a string.
    SchemaVersion,
    /// `affected` with a list.
    Affected,
    /// `cve` with an object.
    CveObject,
    /// `cveMetadata` with an object.
    CveMetadata,
    /// `containers` with an object.
    Containers,
    /// `_annotation` with an object.
    Annotation,
    /// `additionalMetadata` with an object.
    AdditionalMetadata,
    /// `adp` with an object.
    Adp,
    /// `cveID` with a string.
    CveId,
    /// `dateAdded` with a string.
    DateAdded,
    /// `sourceIdentifier` or `vulnStatus` with a string.
    NvdStatus,
    /// `configurations`, any value: with `cve` beside it, the record is of NVD's retired 1.1 format.
    Configurations,
    /// `configurations` with a list.
    ConfigurationList,
    /// `filename` with a string.
    FileName,
    /// `sha256` with a string.
    Sha256,
    /// `jvn_extension` with an object.
    JvnExtension,
    /// `public` with a string.
    JvnPublic,
    /// `vendor_id` with a string.
    JvnVendorId,
    /// `vname` with a string.
    JvnVendorName,
    /// `document` with an object that has `csaf_version`.
    CsafDocument,
    /// `releases` with a list.
    Releases,
    /// `category` with a string.
    Category,
    /// `result` with an object.
    ResultObject,
    /// `cycle` with a string or number.
    Cycle,
    /// `eol` with a string or truth value.
    Eol,
}

impl Shape {
    /// Takes note of a key (with its quotes) and the first byte of its value.
    pub(super) fn note(&mut self, key: &[u8], first: u8) {
        if self.shown.len() < KEYS_SHOWN_MAX {
            let key = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
            let key = key.get(..key.len().min(40)).unwrap_or_default();
            self.shown.push(String::from_utf8_lossy(key).into_owned());
        }
        let key = match (key, first) {
            (b"\"id\"", b'"') => Key::Id,
            (b"\"modified\"", b'"') => Key::Modified,
            (b"\"schema_version\"", b'"') => Key::SchemaVersion,
            (b"\"affected\"", b'[') => Key::Affected,
            (b"\"cve\"", b'{') => Key::CveObject,
            (b"\"cveMetadata\"", b'{') => Key::CveMetadata,
            (b"\"containers\"", b'{') => Key::Containers,
            (b"\"_annotation\"", b'{') => Key::Annotation,
            (b"\"additionalMetadata\"", b'{') => Key::AdditionalMetadata,
            (b"\"adp\"", b'{') => Key::Adp,
            (b"\"cveID\"", b'"') => Key::CveId,
            (b"\"dateAdded\"", b'"') => Key::DateAdded,
            (b"\"filename\"", b'"') => Key::FileName,
            (b"\"sha256\"", b'"') => Key::Sha256,
            (b"\"jvn_extension\"", b'{') => Key::JvnExtension,
            (b"\"public\"", b'"') => Key::JvnPublic,
            (b"\"vendor_id\"", b'"') => Key::JvnVendorId,
            (b"\"vname\"", b'"') => Key::JvnVendorName,
            (b"\"releases\"", b'[') => Key::Releases,
            (b"\"category\"", b'"') => Key::Category,
            (b"\"result\"", b'{') => Key::ResultObject,
            (b"\"cycle\"", b'"' | b'0'..=b'9') => Key::Cycle,
            (b"\"eol\"", b'"' | b't' | b'f') => Key::Eol,
            (b"\"sourceIdentifier\"" | b"\"vulnStatus\"", b'"') => Key::NvdStatus,
            (b"\"configurations\"", first) => {
                if first == b'[' {
                    self.seen |= 1 << (Key::ConfigurationList as u64);
                }
                Key::Configurations
            }
            _ => return,
        };
        self.seen |= 1 << (key as u64);
    }

    /// Takes note of an object under `document`, which a CSAF document is told by.
    pub(super) fn note_document(&mut self, value: &[u8]) {
        let mark = b"\"csaf_version\"";
        if value.windows(mark.len()).any(|window| window == mark) {
            self.seen |= 1 << (Key::CsafDocument as u64);
        }
    }

    /// What was seen so far is a CSAF document: its list of vulnerabilities belongs to it.
    pub(super) fn is_csaf(&self) -> bool {
        self.seen & (1 << (Key::CsafDocument as u64)) != 0
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.seen = 0;
        self.shown.clear();
    }

    /// A few words for a message: the first keys.
    pub(super) fn describe(&self) -> String {
        if self.shown.is_empty() { "{}".to_owned() } else { format!("{{{}, …}}", self.shown.join(", ")) }
    }

    /// The format, if it is one that is read here.
    pub(super) fn format(&self) -> Option<FeedFormat> {
        let has = |key: Key| self.has(key);
        if has(Key::CveMetadata) && has(Key::Containers) {
            Some(FeedFormat::CveRecord)
        } else if has(Key::Annotation) && has(Key::CveObject) {
            Some(FeedFormat::NvdOverride)
        } else if has(Key::AdditionalMetadata) && has(Key::Adp) {
            Some(FeedFormat::AnchoreAdp)
        } else if has(Key::CveId) && has(Key::DateAdded) {
            Some(FeedFormat::KevCatalog)
        } else if has(Key::JvnExtension) {
            Some(FeedFormat::JvnDetail)
        } else if self.is_csaf() {
            Some(FeedFormat::Csaf)
        } else if has(Key::JvnVendorId) && has(Key::JvnVendorName) {
            Some(FeedFormat::JvnNames)
        } else if has(Key::Id) && has(Key::JvnPublic) && has(Key::Modified) {
            Some(FeedFormat::JvnOverview)
        } else if has(Key::FileName) && has(Key::Sha256) {
            Some(FeedFormat::JvnChecksum)
        } else if (has(Key::CveObject) && !has(Key::Configurations))
            || (has(Key::Id) && (has(Key::NvdStatus) || has(Key::ConfigurationList)))
        {
            Some(FeedFormat::NvdApi)
        } else if has(Key::Id) && (has(Key::Modified) || has(Key::Affected) || has(Key::SchemaVersion)) {
            Some(FeedFormat::Osv)
        } else if (has(Key::Releases) && has(Key::Category))
            || (has(Key::ResultObject) && has(Key::SchemaVersion))
        {
            Some(FeedFormat::EndOfLife)
        } else {
            None
        }
    }

    /// A release cycle of endoflife.date's API v0, which does not say what product it is of.
    pub(super) fn is_unnamed_cycle(&self) -> bool {
        self.has(Key::Cycle) && self.has(Key::Eol)
    }

    /// The object has this key.
    fn has(&self, key: Key) -> bool {
        self.seen & (1 << (key as u64)) != 0
    }
}
