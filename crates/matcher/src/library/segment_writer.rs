//! Writing a segment: payload first, tables at the end, header last.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use kikimori_core::lifecycle::LifecycleProduct;
use kikimori_core::vulnerability::{Epss, KevEntry};
use sha2::{Digest, Sha256};

use super::LibraryFault;
use super::codec::Writer;
use super::lifecycles;
use super::segment::{
    ENTRY_ROW, EPSS_ROW, HEADER_BYTES, KEY_ROW, LAYOUT, MAGIC, MENTION_ROW, N_SECTIONS, RECORD_ROW,
    RecordRow, RowState,
};

/// Keys in one segment: what a `u32` can number.
const ROWS_MAX: usize = u32::MAX as usize / 2;

/// An entry as the writer keeps it until the tables are written.
#[derive(Clone, Copy, Debug)]
struct PendingEntry {
    /// Bytes of the entry.
    length: u32,
    /// Its address among what arrived; in the file, where it starts in the payload.
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

/// Bytes that arrived, in pieces that are never moved: growing costs no copy and no second buffer.
#[derive(Default)]
struct Arrived {
    /// The pieces.
    pieces: Vec<Vec<u8>>,
}

impl Arrived {
    /// Bytes of a piece; longer arrivals get a piece of their own.
    const PIECE_BYTES: usize = 8 << 20;

    /// Keeps bytes together and returns their address: the piece in the upper half, the start in the lower. `None` past
    /// what an address can name.
    fn push(&mut self, bytes: &[u8]) -> Option<u64> {
        let has_room = self.pieces.last().is_some_and(|piece| piece.capacity() - piece.len() >= bytes.len());
        if !has_room {
            self.pieces.push(Vec::with_capacity(bytes.len().max(Self::PIECE_BYTES)));
        }
        let number = u32::try_from(self.pieces.len() - 1).ok()?;
        let piece = self.pieces.last_mut()?;
        let start = u32::try_from(piece.len()).ok()?;
        u32::try_from(piece.len() + bytes.len()).ok()?;
        piece.extend_from_slice(bytes);
        Some((u64::from(number) << 32) | u64::from(start))
    }

    /// The bytes at an address.
    fn get(&self, address: u64, length: u32) -> &[u8] {
        let (number, start) = ((address >> 32) as usize, (address & 0xffff_ffff) as usize);
        let piece = self.pieces.get(number).map(Vec::as_slice).unwrap_or_default();
        piece.get(start..start + length as usize).unwrap_or_default()
    }
}

/// Writes a segment: payload first, tables at the end, header last.
pub struct SegmentWriter {
    /// The file. Declared before `unfinished`, so that it is closed before it is removed.
    file: BufWriter<File>,
    /// Where it is written.
    unfinished: Unfinished,
    /// Bytes of payload written.
    payload_length: u64,
    /// Heads and entries as they arrived. They are written at the end, heads and entries of one key side by side: a
    /// search then reads a few pages instead of a few bytes of every page.
    arrived: Arrived,
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
    /// Lifecycle data, if this segment carries them.
    lifecycles: Option<Vec<LifecycleProduct>>,
}

impl SegmentWriter {
    /// Starts a file at `path`, which must not exist.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the file cannot be made.
    pub fn create(path: &Path) -> Result<Self, LibraryFault> {
        let file = File::create_new(path).map_err(|error| LibraryFault::io(path, error))?;
        let unfinished = Unfinished { path: path.to_owned(), is_kept: false };
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(&[0; HEADER_BYTES]).map_err(|error| LibraryFault::io(path, error))?;
        Ok(Self {
            file,
            unfinished,
            payload_length: 0,
            arrived: Arrived::default(),
            records: Vec::new(),
            entries: Vec::new(),
            keys: Vec::new(),
            mentions: Vec::new(),
            kev: None,
            epss: None,
            lifecycles: None,
        })
    }

    /// Records added so far, replaced ones included.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.records.len()
    }

    /// Adds a record and returns its number.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses, [`LibraryFault::TooLarge`] past four thousand million entries.
    pub fn add(&mut self, encoded: &Encoded, feed: u16, source: u16) -> Result<u32, LibraryFault> {
        let number = u32::try_from(self.records.len()).map_err(|_| LibraryFault::TooLarge)?;
        let n_entries = u32::try_from(encoded.entry_lengths.len()).map_err(|_| LibraryFault::TooLarge)?;
        let first_entry = u32::try_from(self.entries.len()).map_err(|_| LibraryFault::TooLarge)?;
        if first_entry.checked_add(n_entries).is_none() || self.keys.len() > ROWS_MAX {
            return Err(LibraryFault::TooLarge);
        }
        let head_address = self.arrived.push(&encoded.bytes).ok_or(LibraryFault::TooLarge)?;
        let mut offset = head_address + u64::from(encoded.head_length);
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
            offset: head_address,
            length: encoded.head_length,
            first_entry,
            n_entries,
            feed,
            source,
            state: encoded.state,
        });
        Ok(number)
    }

    /// Gives the record added as `number` its feed.
    pub fn set_feed(&mut self, number: u32, feed: u16) {
        if let Some(row) = self.records.get_mut(number as usize) {
            row.feed = feed;
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

    /// Carries lifecycle data, which replace those of older segments.
    pub fn set_lifecycles(&mut self, products: Vec<LifecycleProduct>) {
        self.lifecycles = Some(products);
    }

    /// Writes tables and header and makes the file durable. `is_dropped` names rows (by number) that a later
    /// row of the same session replaced.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses.
    pub fn finish(mut self, is_dropped: &dyn Fn(u32) -> bool) -> Result<SegmentInfo, LibraryFault> {
        let written = self.write_tables(is_dropped);
        let info = written.map_err(|error| LibraryFault::io(&self.unfinished.path, error))?;
        self.unfinished.is_kept = true;
        Ok(info)
    }

    /// The tables over what was kept, then the header.
    fn write_tables(&mut self, is_dropped: &dyn Fn(u32) -> bool) -> std::io::Result<SegmentInfo> {
        let order = self.order(is_dropped);
        let renumbered = self.renumbered(&order);
        let record_of_entry = self.records_of_entries(&renumbered);
        self.keys.retain(|(_, entry)| {
            record_of_entry.get(*entry as usize).is_some_and(|record| *record != u32::MAX)
        });
        self.keys.sort_unstable();
        self.keys.dedup();
        self.write_payload(&record_of_entry, &order)?;
        let mut sections = Sections::default();
        sections.push(self.payload_length);
        for number in &order {
            if let Some(row) = self.records.get(*number as usize) {
                row.write(&mut self.file)?;
            }
        }
        sections.push((order.len() * RECORD_ROW) as u64);
        for (entry, record) in self.entries.iter().zip(&record_of_entry) {
            self.file.write_all(&record.to_le_bytes())?;
            self.file.write_all(&entry.length.to_le_bytes())?;
            self.file.write_all(&entry.offset.to_le_bytes())?;
        }
        sections.push((self.entries.len() * ENTRY_ROW) as u64);
        let n_keys = self.write_keys(&mut sections)?;
        self.write_mentions(&renumbered, &mut sections)?;
        let kev = self.kev.as_deref().map(encode_kev).unwrap_or_default();
        self.file.write_all(&kev)?;
        sections.push(kev.len() as u64);
        self.write_epss(&mut sections)?;
        let lifecycles = self.lifecycles.as_deref().map(lifecycles::encode).unwrap_or_default();
        self.file.write_all(&lifecycles)?;
        sections.push(lifecycles.len() as u64);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(&sections.rows))?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(SegmentInfo { size_bytes: sections.end, n_records: order.len() as u64, n_keys })
    }

    /// Heads, then entries, each in the order in which the sorted keys name them first; then those that no key names.
    fn write_payload(&mut self, record_of_entry: &[u32], order: &[u32]) -> std::io::Result<()> {
        let by_key: Vec<u32> = self.keys.iter().map(|(_, entry)| *entry).collect();
        let heads = by_key
            .iter()
            .filter_map(|entry| order.get(*record_of_entry.get(*entry as usize)? as usize))
            .chain(order);
        let mut is_written = vec![false; self.records.len()];
        for number in heads {
            let number = *number as usize;
            let (Some(row), Some(is_written)) = (self.records.get_mut(number), is_written.get_mut(number))
            else {
                continue;
            };
            if !std::mem::replace(is_written, true) {
                let bytes = self.arrived.get(row.offset, row.length);
                self.file.write_all(bytes)?;
                row.offset = self.payload_length;
                self.payload_length += bytes.len() as u64;
            }
        }
        let mut is_written = vec![false; self.entries.len()];
        for number in by_key.into_iter().chain(0..self.entries.len() as u32) {
            let number = number as usize;
            let (Some(entry), Some(is_written)) = (self.entries.get_mut(number), is_written.get_mut(number))
            else {
                continue;
            };
            if !std::mem::replace(is_written, true) {
                let bytes = self.arrived.get(entry.offset, entry.length);
                self.file.write_all(bytes)?;
                entry.offset = self.payload_length;
                self.payload_length += bytes.len() as u64;
            }
        }
        self.arrived = Arrived::default();
        Ok(())
    }

    /// Numbers of the records kept, in order of their hash.
    fn order(&self, is_dropped: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut order: Vec<u32> =
            (0..self.records.len() as u32).filter(|number| !is_dropped(*number)).collect();
        order.sort_by_key(|number| self.records.get(*number as usize).map(|row| row.key_hash));
        order
    }

    /// The place of every record in `order` by its number of arrival; `u32::MAX` for those not kept.
    fn renumbered(&self, order: &[u32]) -> Vec<u32> {
        let mut renumbered = vec![u32::MAX; self.records.len()];
        for (position, number) in order.iter().enumerate() {
            if let Some(slot) = renumbered.get_mut(*number as usize) {
                *slot = position as u32;
            }
        }
        renumbered
    }

    /// The record of every entry; `u32::MAX` where the record is not kept.
    fn records_of_entries(&self, renumbered: &[u32]) -> Vec<u32> {
        let mut record_of_entry = vec![u32::MAX; self.entries.len()];
        for (row, position) in self.records.iter().zip(renumbered) {
            let first = row.first_entry as usize;
            for slot in record_of_entry.iter_mut().skip(first).take(row.n_entries as usize) {
                *slot = *position;
            }
        }
        record_of_entry
    }

    /// Keys and postings of the entries kept; returns the number of distinct keys.
    fn write_keys(&mut self, sections: &mut Sections) -> std::io::Result<u64> {
        let mut n_keys = 0_u64;
        let mut start = 0_u32;
        for group in self.keys.chunk_by(|left, right| left.0 == right.0) {
            let hash = group.first().map_or(0, |(hash, _)| *hash);
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&start.to_le_bytes())?;
            self.file.write_all(&(group.len() as u32).to_le_bytes())?;
            start = start.saturating_add(group.len() as u32);
            n_keys += 1;
        }
        sections.push(n_keys * KEY_ROW as u64);
        for (_, entry) in &self.keys {
            self.file.write_all(&entry.to_le_bytes())?;
        }
        sections.push((self.keys.len() * 4) as u64);
        Ok(n_keys)
    }

    /// Mentions of the records kept.
    fn write_mentions(&mut self, renumbered: &[u32], sections: &mut Sections) -> std::io::Result<()> {
        let mut mentions: Vec<(u64, u32)> = std::mem::take(&mut self.mentions)
            .into_iter()
            .filter_map(|(hash, number)| {
                let record = renumbered.get(number as usize).copied()?;
                (record != u32::MAX).then_some((hash, record))
            })
            .collect();
        mentions.sort_unstable();
        mentions.dedup();
        for (hash, record) in &mentions {
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&record.to_le_bytes())?;
        }
        sections.push((mentions.len() * MENTION_ROW) as u64);
        Ok(())
    }

    /// EPSS rows, one a CVE.
    fn write_epss(&mut self, sections: &mut Sections) -> std::io::Result<()> {
        let mut epss = self.epss.take().unwrap_or_default();
        epss.sort_unstable();
        epss.dedup_by_key(|(hash, _)| *hash);
        for (hash, row) in &epss {
            self.file.write_all(&hash.to_le_bytes())?;
            self.file.write_all(&row.probability_ppm.to_le_bytes())?;
            self.file.write_all(&row.percentile_ppm.to_le_bytes())?;
        }
        sections.push((epss.len() * EPSS_ROW) as u64);
        Ok(())
    }
}

/// Offsets and lengths of the sections written so far.
struct Sections {
    /// Offset and length, in the order of the header.
    rows: [(u64, u64); N_SECTIONS],
    /// How many are filled.
    count: usize,
    /// Where the next section starts.
    end: u64,
}

impl Default for Sections {
    fn default() -> Self {
        Self { rows: [(0, 0); N_SECTIONS], count: 0, end: HEADER_BYTES as u64 }
    }
}

impl Sections {
    /// Notes the next section's length.
    fn push(&mut self, length: u64) {
        if let Some(row) = self.rows.get_mut(self.count) {
            *row = (self.end, length);
        }
        self.count += 1;
        self.end += length;
    }
}

/// A file that is removed when dropped, unless it was kept: what an import that stops leaves behind.
struct Unfinished {
    /// The file.
    path: PathBuf,
    /// It is whole and stays.
    is_kept: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_file(&self.path);
        }
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
pub(super) fn header(sections: &[(u64, u64); N_SECTIONS]) -> Vec<u8> {
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
