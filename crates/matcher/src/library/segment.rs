//! One immutable file of the library, memory-mapped.
//!
//! ```text
//! header   magic, version, nine sections (offset, length), hash of the header
//! payload  record heads, then entries, each in the order of their keys, encoded
//! records  one row a record, sorted by the hash of source and id
//! entries  one row an entry: record, length, offset
//! keys     one row a key, sorted by hash: start and count in postings
//! postings entry numbers
//! mentions one row for every id that a record bears, aliases or addresses, sorted by hash
//! kev      the KEV catalogue, encoded          epss   one row a CVE, sorted by hash
//! lifecycles  products with their release cycles, see lifecycles.rs
//! ```
//! All integers are little-endian. Every read is checked against the section; a damaged file gives
//! [`LibraryFault::Damaged`], never a panic.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use kikimori_core::product_name::ProductName;
use kikimori_core::vulnerability::{Epss, KevEntry};

use super::codec::{Reader, u32_at, u64_at};
use super::key;
use super::lifecycles::Lifecycles;
use super::record_codec::{EntryView, HeadView};
use super::segment_writer::header;
pub use super::segment_writer::{Encoded, SegmentInfo, SegmentWriter};
use super::{LibraryFault, product_names};

/// First bytes of a segment file.
pub(super) const MAGIC: &[u8; 8] = b"KKMSEG\0\x01";
/// Layout version; another version is refused with the remedy "import again".
pub const LAYOUT: u32 = 2;
/// Sections in the order of the header.
pub(super) const N_SECTIONS: usize = 9;
/// Bytes of the header: magic, layout, count, sections, hash.
pub(super) const HEADER_BYTES: usize = 8 + 4 + 4 + N_SECTIONS * 16 + 8;
/// Bytes of one record row.
pub(super) const RECORD_ROW: usize = 64;
/// Bytes of one entry row.
pub(super) const ENTRY_ROW: usize = 16;
/// Bytes of one key row.
pub(super) const KEY_ROW: usize = 16;
/// Bytes of one mention row.
pub(super) const MENTION_ROW: usize = 12;
/// Bytes of one EPSS row.
pub(super) const EPSS_ROW: usize = 16;

/// What kind of row a record row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// A record in force.
    Live,
    /// Rejected or withdrawn: kept, listed, never matched.
    Retired,
    /// The record left its feed; the row hides older ones.
    Removed,
    /// No record but the name of a vendor or product, see [`super::product_names`]; its mentions are look-up names.
    Name,
}

impl RowState {
    /// The row is that of a vulnerability record, in force or not.
    #[must_use]
    pub fn is_record(self) -> bool {
        matches!(self, Self::Live | Self::Retired)
    }
}

/// One record's row.
#[derive(Clone, Copy, Debug)]
pub struct RecordRow {
    /// Hash of source and id.
    pub key_hash: u64,
    /// SHA-256 of the record's encoding, first half.
    pub content_hash: u128,
    /// Revision, milliseconds since 1970 UTC; `i64::MIN` when the source gives none.
    pub modified_ms: i64,
    /// Where the head starts in the payload.
    pub offset: u64,
    /// Bytes of the head.
    pub length: u32,
    /// First entry.
    pub first_entry: u32,
    /// Entries.
    pub n_entries: u32,
    /// The feed it came from (number in the manifest).
    pub feed: u16,
    /// Its source (number in the manifest).
    pub source: u16,
    /// Kind of row.
    pub state: RowState,
}

impl RecordRow {
    /// The row's bytes.
    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        out.write_all(&self.key_hash.to_le_bytes())?;
        out.write_all(&self.content_hash.to_le_bytes())?;
        out.write_all(&self.modified_ms.to_le_bytes())?;
        out.write_all(&self.offset.to_le_bytes())?;
        out.write_all(&self.length.to_le_bytes())?;
        out.write_all(&self.first_entry.to_le_bytes())?;
        out.write_all(&self.n_entries.to_le_bytes())?;
        out.write_all(&self.feed.to_le_bytes())?;
        out.write_all(&[
            match self.state {
                RowState::Live => 0,
                RowState::Retired => 1,
                RowState::Removed => 2,
                RowState::Name => 3,
            },
            0,
        ])?;
        out.write_all(&self.source.to_le_bytes())?;
        out.write_all(&[0; 6])
    }

    /// Reads the row at `offset`.
    fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        let low = u128::from(u64_at(bytes, offset + 8)?);
        let high = u128::from(u64_at(bytes, offset + 16)?);
        let tail = u32_at(bytes, offset + 52)?;
        Some(Self {
            key_hash: u64_at(bytes, offset)?,
            content_hash: low | (high << 64),
            modified_ms: u64_at(bytes, offset + 24)? as i64,
            offset: u64_at(bytes, offset + 32)?,
            length: u32_at(bytes, offset + 40)?,
            first_entry: u32_at(bytes, offset + 44)?,
            n_entries: u32_at(bytes, offset + 48)?,
            feed: (tail & 0xffff) as u16,
            source: (u32_at(bytes, offset + 56)? & 0xffff) as u16,
            state: match (tail >> 16) & 0xff {
                0 => RowState::Live,
                1 => RowState::Retired,
                3 => RowState::Name,
                _ => RowState::Removed,
            },
        })
    }
}

/// A segment, memory-mapped.
#[derive(Debug)]
pub struct Segment {
    /// The whole file.
    map: memmap2::Mmap,
    /// Sections: offset and length, checked against the file.
    sections: [(usize, usize); N_SECTIONS],
}

impl Segment {
    /// Maps the file at `path` and checks its header.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when it cannot be opened, [`LibraryFault::Damaged`] when header and size do not agree.
    pub fn open(path: &Path) -> Result<Self, LibraryFault> {
        let file = File::open(path).map_err(|error| LibraryFault::io(path, error))?;
        #[expect(
            unsafe_code,
            reason = "a memory map is the point; segment files are never changed after they are named"
        )]
        // SAFETY: segments are written under another name, synced, renamed once and never modified; a reader that
        // holds the map keeps the old file alive after it is deleted. Outside tampering is out of scope, and all
        // reads are bounds-checked and UTF-8-checked, so it cannot become memory unsafety beyond a bus error.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|error| LibraryFault::io(path, error))?;
        let damaged = || LibraryFault::Damaged { path: path.to_owned() };
        let head = map.get(..HEADER_BYTES).ok_or_else(damaged)?;
        if head.get(..8) != Some(MAGIC.as_slice()) || u32_at(head, 8) != Some(LAYOUT) {
            return Err(damaged());
        }
        let mut sections = [(0, 0); N_SECTIONS];
        let mut written = [(0, 0); N_SECTIONS];
        for (index, (section, raw)) in sections.iter_mut().zip(written.iter_mut()).enumerate() {
            let offset = u64_at(head, 16 + index * 16).ok_or_else(damaged)?;
            let length = u64_at(head, 24 + index * 16).ok_or_else(damaged)?;
            let end = offset.checked_add(length).ok_or_else(damaged)?;
            if end > map.len() as u64 {
                return Err(damaged());
            }
            *raw = (offset, length);
            *section = (offset as usize, length as usize);
        }
        if header(&written) != head {
            return Err(damaged());
        }
        Ok(Self { map, sections })
    }

    /// Gives the pages read so far back to the system's cache, where the next read finds them.
    ///
    /// Reading a few bytes maps a whole neighbourhood of pages, which count as this process's memory. A long scan lets
    /// go of them from time to time.
    pub fn release(&self) {
        #[cfg(unix)]
        {
            #[expect(
                unsafe_code,
                reason = "letting go of mapped pages is a hint that memmap2 cannot check for us"
            )]
            // SAFETY: the map is a shared, read-only map of a file that never changes: a page that was let go of is read
            // again from the file with the same content, so no borrowed slice ever sees other bytes.
            let _ = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// The bytes of a section.
    fn section(&self, index: usize) -> &[u8] {
        let (offset, length) = self.sections.get(index).copied().unwrap_or_default();
        self.map.get(offset..offset + length).unwrap_or_default()
    }

    /// Record rows.
    #[must_use]
    pub fn n_records(&self) -> u32 {
        (self.section(1).len() / RECORD_ROW) as u32
    }

    /// Entry rows.
    #[must_use]
    pub fn n_entries(&self) -> u32 {
        (self.section(2).len() / ENTRY_ROW) as u32
    }

    /// Distinct keys.
    #[must_use]
    pub fn n_keys(&self) -> u32 {
        (self.section(3).len() / KEY_ROW) as u32
    }

    /// Size of the file in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.map.len() as u64
    }

    /// The whole file, for checksums.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// The row of record `number`.
    #[must_use]
    pub fn record(&self, number: u32) -> Option<RecordRow> {
        RecordRow::read(self.section(1), (number as usize).checked_mul(RECORD_ROW)?)
    }

    /// The record with this hash of source and id.
    #[must_use]
    pub fn find_record(&self, key_hash: u64) -> Option<(u32, RecordRow)> {
        let rows = self.section(1);
        let position = first_at_least(rows, RECORD_ROW, key_hash);
        let row = RecordRow::read(rows, position * RECORD_ROW)?;
        (row.key_hash == key_hash).then_some((position as u32, row))
    }

    /// The head of a record.
    #[must_use]
    pub fn head(&self, row: &RecordRow) -> Option<HeadView<'_>> {
        let start = usize::try_from(row.offset).ok()?;
        HeadView::read(self.section(0).get(start..start.checked_add(row.length as usize)?)?)
    }

    /// The name that a row of names holds.
    #[must_use]
    pub fn name(&self, row: &RecordRow) -> Option<ProductName> {
        let start = usize::try_from(row.offset).ok()?;
        let bytes = self.section(0).get(start..start.checked_add(row.length as usize)?)?;
        product_names::read(bytes).filter(|_| row.state == RowState::Name)
    }

    /// Head and entries of a record as bytes, for copying into another segment.
    #[must_use]
    pub fn payload(&self, row: &RecordRow) -> Option<Vec<&[u8]>> {
        let start = usize::try_from(row.offset).ok()?;
        let mut parts = vec![self.section(0).get(start..start.checked_add(row.length as usize)?)?];
        for entry in row.first_entry..row.first_entry.checked_add(row.n_entries)? {
            parts.push(self.entry_bytes(entry)?.1);
        }
        Some(parts)
    }

    /// The record of an entry and the entry's bytes.
    fn entry_bytes(&self, entry: u32) -> Option<(u32, &[u8])> {
        let rows = self.section(2);
        let at = (entry as usize).checked_mul(ENTRY_ROW)?;
        let record = u32_at(rows, at)?;
        let length = u32_at(rows, at + 4)? as usize;
        let offset = usize::try_from(u64_at(rows, at + 8)?).ok()?;
        Some((record, self.section(0).get(offset..offset.checked_add(length)?)?))
    }

    /// The record number of an entry.
    #[must_use]
    pub fn record_of_entry(&self, entry: u32) -> Option<u32> {
        u32_at(self.section(2), (entry as usize).checked_mul(ENTRY_ROW)?)
    }

    /// An entry, read in place.
    #[must_use]
    pub fn entry(&self, entry: u32) -> Option<EntryView<'_>> {
        EntryView::read(self.entry_bytes(entry)?.1)
    }

    /// The entries under a key.
    pub fn postings(&self, key_hash: u64) -> impl Iterator<Item = u32> + '_ {
        let position = first_at_least(self.section(3), KEY_ROW, key_hash);
        let (_, entries) = self.key(position).filter(|(found, _)| *found == key_hash).unwrap_or_default();
        entries.chunks_exact(4).filter_map(|bytes| u32_at(bytes, 0))
    }

    /// The key at a position, with the bytes of its postings.
    fn key(&self, position: usize) -> Option<(u64, &[u8])> {
        let keys = self.section(3);
        let at = position.checked_mul(KEY_ROW)?;
        let start = (u32_at(keys, at + 8)? as usize).checked_mul(4)?;
        let length = (u32_at(keys, at + 12)? as usize).checked_mul(4)?;
        Some((u64_at(keys, at)?, self.section(4).get(start..start.checked_add(length)?).unwrap_or_default()))
    }

    /// Every key with its entries, in order of hash; never more pairs than there are postings, however damaged the
    /// file is.
    pub fn keys(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        (0..self.n_keys() as usize)
            .filter_map(|position| self.key(position))
            .flat_map(|(hash, entries)| {
                entries.chunks_exact(4).filter_map(move |bytes| Some((hash, u32_at(bytes, 0)?)))
            })
            .take(self.section(4).len() / 4)
    }

    /// The records that bear, alias or address an id.
    pub fn mentions(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let rows = self.section(5);
        let hash = key::hash(id);
        let first = first_at_least(rows, MENTION_ROW, hash);
        (first..).map_while(move |position| {
            (u64_at(rows, position * MENTION_ROW)? == hash)
                .then(|| u32_at(rows, position * MENTION_ROW + 8))?
        })
    }

    /// Every mention: id hash and record.
    pub fn all_mentions(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.section(5).chunks_exact(MENTION_ROW).filter_map(|row| Some((u64_at(row, 0)?, u32_at(row, 8)?)))
    }

    /// This segment carries a KEV catalogue.
    #[must_use]
    pub fn has_kev(&self) -> bool {
        !self.section(6).is_empty()
    }

    /// The KEV catalogue.
    #[must_use]
    pub fn kev(&self) -> Option<Vec<KevEntry>> {
        let mut reader = Reader::new(self.section(6));
        let count = reader.count()?;
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push(KevEntry {
                cve: reader.text()?.to_owned(),
                added_on: reader.text()?.to_owned(),
                due_on: reader.text()?.to_owned(),
                is_ransomware_known: reader.byte()? == 1,
                name: reader.text()?.to_owned(),
            });
        }
        Some(entries)
    }

    /// The lifecycle data, where this segment carries some; `Some(None)` when they are damaged.
    #[must_use]
    pub fn lifecycles(&self) -> Option<Option<Lifecycles<'_>>> {
        let section = self.section(8);
        (!section.is_empty()).then(|| Lifecycles::read(section))
    }

    /// This segment carries EPSS rows.
    #[must_use]
    pub fn has_epss(&self) -> bool {
        !self.section(7).is_empty()
    }

    /// Every EPSS row.
    pub fn all_epss(&self) -> impl Iterator<Item = (u64, Epss)> + '_ {
        self.section(7).chunks_exact(EPSS_ROW).filter_map(|row| {
            let epss = Epss { probability_ppm: u32_at(row, 8)?, percentile_ppm: u32_at(row, 12)? };
            Some((u64_at(row, 0)?, epss))
        })
    }

    /// The EPSS row of a CVE.
    #[must_use]
    pub fn epss(&self, cve: &str) -> Option<Epss> {
        let rows = self.section(7);
        let hash = key::hash(cve);
        let at = first_at_least(rows, EPSS_ROW, hash) * EPSS_ROW;
        (u64_at(rows, at)? == hash).then(|| {
            Some(Epss { probability_ppm: u32_at(rows, at + 8)?, percentile_ppm: u32_at(rows, at + 12)? })
        })?
    }
}

/// The first row whose leading `u64` is at least `hash`, in rows sorted by it.
fn first_at_least(rows: &[u8], row_bytes: usize, hash: u64) -> usize {
    let (mut low, mut high) = (0, rows.len() / row_bytes);
    while low < high {
        let middle = low + (high - low) / 2;
        if u64_at(rows, middle * row_bytes).is_some_and(|found| found < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
