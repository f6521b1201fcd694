//! One immutable file of the library, memory-mapped.
//!
//! ```text
//! header   magic, version, nine sections (offset, length), hash of the header
//! payload  record heads, then entries in the order of their keys, encoded
//! records  one row a record, sorted by the hash of source and id
//! entries  one row an entry: record, length, offset
//! keys     one row a key, sorted by hash: start and count in postings
//! postings entry numbers
//! mentions one row for every id that a record bears, aliases or addresses, sorted by hash
//! kev      the KEV catalogue, encoded          epss   one row a CVE, sorted by hash
//! ```
//! All integers are little-endian. Every read is checked against the section; a damaged file gives
//! [`LibraryFault::Damaged`], never a panic.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use kikimori_core::vulnerability::{Epss, KevEntry};
use sha2::{Digest, Sha256};

use super::LibraryFault;
use super::codec::{Reader, Writer, u32_at, u64_at};
use super::key;
use super::record_codec::{EntryView, HeadView};

/// First bytes of a segment file.
const MAGIC: &[u8; 8] = b"KKMSEG\0\x01";
/// Layout version; another version is refused with the remedy "import again".
const LAYOUT: u32 = 1;
/// Sections in the order of the header.
const N_SECTIONS: usize = 8;
/// Bytes of the header: magic, layout, count, sections, hash.
const HEADER_BYTES: usize = 8 + 4 + 4 + N_SECTIONS * 16 + 8;
/// Bytes of one record row.
const RECORD_ROW: usize = 64;
/// Bytes of one entry row.
const ENTRY_ROW: usize = 16;
/// Bytes of one key row.
const KEY_ROW: usize = 16;
/// Bytes of one mention row.
const MENTION_ROW: usize = 12;
/// Bytes of one EPSS row.
const EPSS_ROW: usize = 16;

/// What kind of row a record row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// A record in force.
    Live,
    /// Rejected or withdrawn: kept, listed, never matched.
    Retired,
    /// The record left its feed; the row hides older ones.
    Removed,
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
    fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
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
                _ => RowState::Removed,
            },
        })
    }
}

/// An entry as the writer keeps it until the tables are written.
#[derive(Clone, Copy, Debug)]
struct PendingEntry {
    /// Bytes of the entry.
    length: u32,
    /// Where it starts among the entries as they arrived; in the file, where it starts in the payload.
    offset: u64,
}

/// A record, encoded and ready to be added; made by [`super::import::encode`] on any thread.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// Hash of source and id.
    pub key_hash: u64,
    /// SHA-256 of head and entries, first half.
    pub content_hash: u128,
    /// Revision.
    pub modified_ms: i64,
    /// The latest time that the record states, revision or publication: how far its feed reaches.
    pub dated_ms: Option<i64>,
    /// Head and entries, one after the other.
    pub bytes: Vec<u8>,
    /// Bytes of the head.
    pub head_length: u32,
    /// Bytes of each entry.
    pub entry_lengths: Vec<u32>,
    /// Keys with the entry (within the record) that bears each.
    pub keys: Vec<(u64, u32)>,
    /// Hashes of the ids that the record bears, aliases or addresses.
    pub mentions: Vec<u64>,
    /// Kind of row.
    pub state: RowState,
    /// The source's name.
    pub source: String,
    /// Ecosystems (with release) that the entries speak about, when the source is an ecosystem database.
    pub ecosystems: Vec<String>,
}

/// Writes a segment: payload first, tables at the end, header last.
pub struct SegmentWriter {
    /// Where the file will be written.
    path: PathBuf,
    /// The file.
    file: BufWriter<File>,
    /// Bytes of payload so far: heads, which go to the file as they arrive.
    payload_length: u64,
    /// Entries as they arrived, one after the other. They are written at the end, those of one key side by side: a
    /// search then reads a few pages instead of a few bytes of every page.
    entry_bytes: Vec<u8>,
    /// Rows in order of arrival; `first_entry` counts in order of arrival too.
    records: Vec<RecordRow>,
    /// Entries in order of arrival.
    entries: Vec<PendingEntry>,
    /// Key hash and entry.
    keys: Vec<(u64, u32)>,
    /// Id hash and record (in order of arrival).
    mentions: Vec<(u64, u32)>,
    /// The KEV catalogue, if this segment carries one.
    kev: Option<Vec<KevEntry>>,
    /// EPSS rows, if this segment carries them.
    epss: Option<Vec<(u64, Epss)>>,
}

impl SegmentWriter {
    /// Starts a file at `path`, which must not exist.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the file cannot be made.
    pub fn create(path: &Path) -> Result<Self, LibraryFault> {
        let file = File::create_new(path).map_err(|error| LibraryFault::io(path, error))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(&[0; HEADER_BYTES]).map_err(|error| LibraryFault::io(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            payload_length: 0,
            entry_bytes: Vec::new(),
            records: Vec::new(),
            entries: Vec::new(),
            keys: Vec::new(),
            mentions: Vec::new(),
            kev: None,
            epss: None,
        })
    }

    /// Records added so far, replaced ones included.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.records.len()
    }

    /// The row added as number `index`.
    #[must_use]
    pub fn row(&self, index: u32) -> Option<&RecordRow> {
        self.records.get(index as usize)
    }

    /// Adds a record and returns its number.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses, [`LibraryFault::TooLarge`] past four thousand million entries.
    pub fn add(&mut self, encoded: &Encoded, feed: u16, source: u16) -> Result<u32, LibraryFault> {
        let number = u32::try_from(self.records.len()).map_err(|_| LibraryFault::TooLarge)?;
        let first_entry = u32::try_from(self.entries.len()).map_err(|_| LibraryFault::TooLarge)?;
        let (head, entries) =
            encoded.bytes.split_at_checked(encoded.head_length as usize).ok_or(LibraryFault::TooLarge)?;
        self.file.write_all(head).map_err(|error| LibraryFault::io(&self.path, error))?;
        let mut offset = self.entry_bytes.len() as u64;
        self.entry_bytes.extend_from_slice(entries);
        for length in &encoded.entry_lengths {
            self.entries.push(PendingEntry { length: *length, offset });
            offset += u64::from(*length);
        }
        if encoded.state == RowState::Live {
            self.keys.extend(encoded.keys.iter().map(|(hash, entry)| (*hash, first_entry + entry)));
        }
        self.mentions.extend(encoded.mentions.iter().map(|hash| (*hash, number)));
        self.records.push(RecordRow {
            key_hash: encoded.key_hash,
            content_hash: encoded.content_hash,
            modified_ms: encoded.modified_ms,
            offset: self.payload_length,
            length: encoded.head_length,
            first_entry,
            n_entries: u32::try_from(encoded.entry_lengths.len()).map_err(|_| LibraryFault::TooLarge)?,
            feed,
            source,
            state: encoded.state,
        });
        self.payload_length += head.len() as u64;
        Ok(number)
    }

    /// Gives rows their final feed numbers: `final_feed` gets the row's number and the feed it was added with.
    pub fn renumber_feeds(&mut self, final_feed: &dyn Fn(u32, u16) -> u16) {
        for (number, row) in self.records.iter_mut().enumerate() {
            if row.state != RowState::Removed {
                row.feed = final_feed(number as u32, row.feed);
            }
        }
    }

    /// Adds a row that hides an older record.
    pub fn remove(&mut self, row: &RecordRow) {
        self.records.push(RecordRow { n_entries: 0, length: 0, offset: 0, state: RowState::Removed, ..*row });
    }

    /// Carries a KEV catalogue, which replaces the one of older segments.
    pub fn set_kev(&mut self, entries: Vec<KevEntry>) {
        self.kev = Some(entries);
    }

    /// Carries EPSS rows (hash of the CVE id), which replace those of older segments.
    pub fn set_epss(&mut self, rows: Vec<(u64, Epss)>) {
        self.epss = Some(rows);
    }

    /// Writes tables and header and makes the file durable. `is_dropped` names rows (by number) that a later
    /// row of the same session replaced.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses.
    pub fn finish(mut self, is_dropped: &dyn Fn(u32) -> bool) -> Result<SegmentInfo, LibraryFault> {
        let path = self.path.clone();
        self.write_tables(is_dropped).map_err(|error| LibraryFault::io(&path, error))
    }

    /// The entries, in the order in which the sorted keys name them first, then those that no key names.
    fn write_entry_bytes(&mut self) -> std::io::Result<()> {
        let by_key = self.keys.iter().map(|(_, entry)| *entry);
        let mut is_written = vec![false; self.entries.len()];
        for number in by_key.chain(0..self.entries.len() as u32) {
            let number = number as usize;
            let (Some(entry), Some(is_written)) = (self.entries.get_mut(number), is_written.get_mut(number))
            else {
                continue;
            };
            if std::mem::replace(is_written, true) {
                continue;
            }
            let start = entry.offset as usize;
            let bytes = self.entry_bytes.get(start..start + entry.length as usize).unwrap_or_default();
            self.file.write_all(bytes)?;
            entry.offset = self.payload_length;
            self.payload_length += bytes.len() as u64;
        }
        self.entry_bytes = Vec::new();
        Ok(())
    }

    /// The tables, in one pass over what was kept.
    fn write_tables(&mut self, is_dropped: &dyn Fn(u32) -> bool) -> std::io::Result<SegmentInfo> {
        let mut order: Vec<u32> =
            (0..self.records.len() as u32).filter(|number| !is_dropped(*number)).collect();
        order.sort_by_key(|number| self.records.get(*number as usize).map(|row| row.key_hash));
        let mut renumbered = vec![u32::MAX; self.records.len()];
        for (position, number) in order.iter().enumerate() {
            if let Some(slot) = renumbered.get_mut(*number as usize) {
                *slot = position as u32;
            }
        }
        let mut record_of_entry = vec![u32::MAX; self.entries.len()];
        for number in &order {
            if let Some(row) = self.records.get(*number as usize) {
                let new_number = renumbered.get(*number as usize).copied().unwrap_or(u32::MAX);
                let first = row.first_entry as usize;
                for slot in record_of_entry.iter_mut().skip(first).take(row.n_entries as usize) {
                    *slot = new_number;
                }
            }
        }
        self.keys.retain(|(_, entry)| {
            record_of_entry.get(*entry as usize).is_some_and(|record| *record != u32::MAX)
        });
        self.keys.sort_unstable();
        self.keys.dedup();
        self.write_entry_bytes()?;
        let mut sections = [(0_u64, 0_u64); N_SECTIONS];
        let mut position = HEADER_BYTES as u64;
        let mut mark = |sections: &mut [(u64, u64); N_SECTIONS], index: usize, length: u64| {
            if let Some(section) = sections.get_mut(index) {
                *section = (position, length);
            }
            position += length;
        };
        mark(&mut sections, 0, self.payload_length);
        for number in &order {
            if let Some(row) = self.records.get(*number as usize) {
                row.write(&mut self.file)?;
            }
        }
        mark(&mut sections, 1, (order.len() * RECORD_ROW) as u64);
        for (entry, record) in self.entries.iter().zip(&record_of_entry) {
            self.file.write_all(&record.to_le_bytes())?;
            self.file.write_all(&entry.length.to_le_bytes())?;
            self.file.write_all(&entry.offset.to_le_bytes())?;
        }
        mark(&mut sections, 2, (self.entries.len() * ENTRY_ROW) as u64);
        let mut n_keys = 0;
        let mut start = 0_u32;
        for group in self.keys.chunk_by(|left, right| left.0 == right.0) {
            let hash = group.first().map_or(0, |(hash, _)| *hash);
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&start.to_le_bytes())?;
            self.file.write_all(&(group.len() as u32).to_le_bytes())?;
            start += group.len() as u32;
            n_keys += 1;
        }
        mark(&mut sections, 3, (n_keys * KEY_ROW) as u64);
        for (_, entry) in &self.keys {
            self.file.write_all(&entry.to_le_bytes())?;
        }
        mark(&mut sections, 4, (self.keys.len() * 4) as u64);
        let mut mentions: Vec<(u64, u32)> = self
            .mentions
            .iter()
            .filter_map(|(hash, number)| {
                let record = renumbered.get(*number as usize).copied()?;
                (record != u32::MAX).then_some((*hash, record))
            })
            .collect();
        mentions.sort_unstable();
        mentions.dedup();
        for (hash, record) in &mentions {
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&record.to_le_bytes())?;
        }
        mark(&mut sections, 5, (mentions.len() * MENTION_ROW) as u64);
        let kev = self.kev.as_deref().map(encode_kev).unwrap_or_default();
        self.file.write_all(&kev)?;
        mark(&mut sections, 6, kev.len() as u64);
        let mut epss = self.epss.take().unwrap_or_default();
        epss.sort_unstable_by_key(|(hash, _)| *hash);
        epss.dedup_by_key(|(hash, _)| *hash);
        for (hash, row) in &epss {
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&row.probability_ppm.to_le_bytes())?;
            self.file.write_all(&row.percentile_ppm.to_le_bytes())?;
        }
        mark(&mut sections, 7, (epss.len() * EPSS_ROW) as u64);
        let size_bytes = position;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(&sections))?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(SegmentInfo { size_bytes, n_records: order.len() as u64, n_keys: n_keys as u64 })
    }
}

/// What a finished segment holds.
#[derive(Clone, Copy, Debug)]
pub struct SegmentInfo {
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// Record rows.
    pub n_records: u64,
    /// Distinct keys.
    pub n_keys: u64,
}

/// The header's bytes.
fn header(sections: &[(u64, u64); N_SECTIONS]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&LAYOUT.to_le_bytes());
    bytes.extend_from_slice(&(N_SECTIONS as u32).to_le_bytes());
    for (offset, length) in sections {
        bytes.extend_from_slice(&offset.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest.iter().take(8));
    bytes
}

/// The KEV catalogue, encoded, sorted by CVE id.
fn encode_kev(entries: &[KevEntry]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.uint(entries.len() as u64);
    let mut sorted: Vec<&KevEntry> = entries.iter().collect();
    sorted.sort();
    for entry in sorted {
        writer.text(&entry.cve);
        writer.text(&entry.added_on);
        writer.text(&entry.due_on);
        writer.byte(u8::from(entry.is_ransomware_known));
        writer.text(&entry.name);
    }
    writer.bytes
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
        let keys = self.section(3);
        let position = first_at_least(keys, KEY_ROW, key_hash);
        let (start, count) = match u64_at(keys, position * KEY_ROW) {
            Some(found) if found == key_hash => (
                u32_at(keys, position * KEY_ROW + 8).unwrap_or(0) as usize,
                u32_at(keys, position * KEY_ROW + 12).unwrap_or(0) as usize,
            ),
            _ => (0, 0),
        };
        let postings = self.section(4).get(start * 4..(start + count) * 4).unwrap_or_default();
        postings.chunks_exact(4).filter_map(|bytes| u32_at(bytes, 0))
    }

    /// Every key with its entries, in order of hash.
    pub fn keys(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let keys = self.section(3);
        (0..self.n_keys() as usize).flat_map(move |position| {
            let hash = u64_at(keys, position * KEY_ROW).unwrap_or(0);
            self.postings(hash).map(move |entry| (hash, entry))
        })
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
        let mut entries = Vec::with_capacity(count);
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
