//! Vulnerability feeds: a stream is cut into records ([`split`]), each record becomes a domain value
//! ([`parse`]). Cutting is sequential; parsing is pure and may run on several threads.
//!
//! Read here: NVD CVE API 2.0 pages and year files, CVE Record 5, OSV, CISA's Known Exploited
//! Vulnerabilities, EPSS, JVN iPedia (JVNRSS, VULDEF, lists of names), CSAF, two enrichment files that correct NVD's and
//! CNAs' statements, and the release cycles of endoflife.date.

use std::collections::BTreeSet;

use kikimori_core::lifecycle::LifecycleProduct;
use kikimori_core::message::{Message, Place};
use kikimori_core::product_name::ProductName;
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Epss, KevEntry, Record};

mod configurations;
mod csaf;
mod cve;
mod cve_names;
mod cve_versions;
mod detect;
mod endoflife;
mod epss;
mod jvn;
mod kev;
mod nvd;
mod osv;
mod osv_ranges;
pub mod range_text;
mod record;
mod scan;
mod split;
mod wire;

pub use jvn::{read_sentence, rows as read_sentences};
pub use split::split;

/// A feed format that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedFormat {
    /// NVD CVE API 2.0: an item `{"cve": {…}}` or the object inside it.
    NvdApi,
    /// CVE Record 5.x.
    CveRecord,
    /// OSV.
    Osv,
    /// A row of CISA's Known Exploited Vulnerabilities.
    KevCatalog,
    /// A row of EPSS.
    EpssCsv,
    /// A correction of NVD's configurations: `{"_annotation": {"cve_id": …}, "cve": {"configurations": …}}`.
    NvdOverride,
    /// A CSAF document: `{"document": {"csaf_version": …}, …}`.
    Csaf,
    /// An additional container for a CVE record: `{"additionalMetadata": {"cveId": …}, "adp": {…}}`.
    AnchoreAdp,
    /// An overview of JVN (JVNRSS `item`).
    JvnOverview,
    /// A detail of JVN (VULDEF `Vulinfo`).
    JvnDetail,
    /// A vendor of JVN's lists, with its products.
    JvnNames,
    /// A row of JVN's `checksum.txt`.
    JvnChecksum,
    /// A product of endoflife.date with its release cycles.
    EndOfLife,
}

/// One record, cut out of its stream and not looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRecord {
    /// Its format.
    pub format: FeedFormat,
    /// The JSON of the record; for EPSS the line, for JVN the XML element.
    pub bytes: Box<[u8]>,
    /// Where it stood in the stream: a line, or a pointer into a list.
    pub place: Place,
}

/// What a stream says about itself, known when it has been read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedHeader {
    /// The formats of its records.
    pub formats: BTreeSet<FeedFormat>,
    /// When its publisher says it was made: NVD `timestamp`, KEV `dateReleased`, EPSS `score_date`, endoflife.date
    /// `generated_at`.
    pub stated_at: Option<Stamp>,
    /// How many records it says it holds: NVD `resultsPerPage`, KEV `count`.
    pub stated_count: Option<u64>,
    /// How many records there are on all pages: NVD `totalResults`.
    pub stated_total: Option<u64>,
    /// Records handed on.
    pub n_records: u64,
    /// Records passed over, at most [`kikimori_core::limits::NOTICES_MAX`].
    pub notices: Vec<Message>,
    /// Notices beyond that number.
    pub n_notices_dropped: u64,
}

/// A record as a domain value.
#[derive(Clone, Debug, PartialEq)]
pub enum FeedItem {
    /// A vulnerability record.
    Record(Record),
    /// The vulnerability records of one document.
    Advisory(Vec<Record>),
    /// A row of CISA's catalogue.
    Kev(KevEntry),
    /// A row of EPSS.
    Epss {
        /// The CVE id.
        cve: String,
        /// The score.
        epss: Epss,
    },
    /// A product with its release cycles.
    Lifecycle(LifecycleProduct),
    /// A vendor with its products.
    Names(Vec<ProductName>),
    /// What a file must be.
    Checksum(FileChecksum),
}

/// What a publisher says a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChecksum {
    /// The file's name, without folders.
    pub file_name: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its SHA-256, in small hexadecimal letters.
    pub sha256: String,
}

/// Reads one record. What is wrong inside it becomes notices; the rest of the record stands.
///
/// # Errors
/// FEED-005 when the record is no JSON or has no id, FEED-006 when a list in it is too long.
pub fn parse(raw: &RawRecord, notices: &mut Vec<Message>) -> Result<FeedItem, Message> {
    let read = match raw.format {
        FeedFormat::NvdApi => nvd::parse(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::NvdOverride => nvd::parse_override(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::CveRecord => cve::parse(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::AnchoreAdp => cve::parse_adp(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::Csaf => csaf::parse(&raw.bytes, notices).map(FeedItem::Advisory),
        FeedFormat::Osv => osv::parse(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::KevCatalog => kev::parse(&raw.bytes).map(FeedItem::Kev),
        FeedFormat::EpssCsv => epss::parse(&raw.bytes).map(|(cve, epss)| FeedItem::Epss { cve, epss }),
        FeedFormat::JvnOverview => jvn::parse_overview(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::JvnDetail => jvn::parse_detail(&raw.bytes, notices).map(FeedItem::Record),
        FeedFormat::JvnNames => jvn::parse_names(&raw.bytes).map(FeedItem::Names),
        FeedFormat::JvnChecksum => jvn::parse_checksum(&raw.bytes).map(FeedItem::Checksum),
        FeedFormat::EndOfLife => endoflife::parse(&raw.bytes, notices).map(FeedItem::Lifecycle),
    };
    read.map_err(|message| message.at(raw.place.clone()))
}

#[cfg(test)]
mod tests;
