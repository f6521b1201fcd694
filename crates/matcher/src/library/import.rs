//! Importing feeds: encode on any thread, add in one, commit at once or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Epss, KevEntry, Record, RecordState};
use sha2::{Digest, Sha256};

use super::codec::Writer;
use super::manifest::{MANIFEST_FORMAT, SegmentEntry, sync_folder};
use super::record_codec::{Body, EntryView, NameView, names, write_entry, write_head};
use super::segment::{Encoded, RecordRow, RowState, SegmentWriter};
use super::{Feed, Library, LibraryFault, Manifest, ShrunkFeed, key, merge, sha256_hex};

/// Name of the lock file.
const LOCK_FILE: &str = "import-lock";
/// Segments kept before they are merged into one.
const SEGMENTS_MAX: usize = 8;
/// Touched keys reported by name; more are counted only.
const TOUCHED_KEYS_MAX: usize = 1_000_000;

/// Whether an import brings whole feeds or changes to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// Whole feeds: a feed that shrank is refused, records that left their feed are removed.
    Whole {
        /// Accept feeds that shrank.
        allow_shrink: bool,
    },
    /// Changes: nothing is removed, the touched keys are reported.
    Delta,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Records that were not there before.
    pub n_new: u64,
    /// Records whose content changed.
    pub n_changed: u64,
    /// Records that were there already with the same content.
    pub n_unchanged: u64,
    /// Records older than what the library holds, left out.
    pub n_older: u64,
    /// Records that left their feed.
    pub n_removed: u64,
    /// Look-up keys touched by new, changed and removed records (delta imports only).
    pub touched: BTreeSet<String>,
    /// The snapshot after the import.
    pub snapshot: String,
    /// Nothing changed but the feeds' times.
    pub is_unchanged: bool,
}

/// A record of this session that may still be replaced by a newer revision of the same record.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// Number in the writer; `u32::MAX` when the library already holds the same or a newer revision.
    number: u32,
    /// Revision.
    modified_ms: i64,
    /// Content.
    content_hash: u128,
    /// The session's feed.
    feed: u16,
}

/// One feed of this session.
#[derive(Clone, Debug, Default)]
struct SessionFeed {
    /// Family and name.
    feed: Feed,
    /// Distinct records seen.
    n_records: u64,
    /// How many of them the library holds, by the feed they are in there.
    overlap: BTreeMap<u16, u64>,
}

/// An import session. Dropping it without [`Importer::commit`] changes nothing.
pub struct Importer {
    /// The library's folder.
    folder: PathBuf,
    /// Held until the session ends.
    _lock: File,
    /// The library as it was.
    before: Option<Library>,
    /// Whole feeds or changes.
    mode: ImportMode,
    /// When this import happens.
    now: Stamp,
    /// The new segment.
    writer: SegmentWriter,
    /// Where the new segment is being written.
    segment_path: PathBuf,
    /// Records of this session by hash of source and id.
    #[expect(clippy::disallowed_types, reason = "look-ups only; its order never reaches a file")]
    pending: std::collections::HashMap<u64, Pending>,
    /// Numbers that were replaced within this session.
    dropped: BTreeSet<u32>,
    /// Feeds of this session.
    feeds: Vec<SessionFeed>,
    /// KEV entries and their feed.
    kev: Option<(u16, Vec<KevEntry>)>,
    /// EPSS rows and their feed.
    epss: Option<(u16, Vec<(u64, Epss)>)>,
    /// Sources by number: those of the library, then new ones.
    sources: Vec<String>,
    /// Feeds (of the library) that records of a delta stay in, by number in the writer.
    kept_feeds: BTreeMap<u32, u16>,
    /// Ecosystem counts of records written.
    ecosystems: BTreeMap<String, u64>,
    /// The report so far.
    report: ImportReport,
}

/// Encodes a record. Pure; called from several threads.
#[must_use]
pub fn encode(record: &Record) -> Encoded {
    let mut writer = Writer::default();
    write_head(&mut writer, record);
    let head_length = writer.bytes.len() as u32;
    let mut entry_lengths = Vec::with_capacity(record.affected.len());
    for entry in &record.affected {
        let before = writer.bytes.len();
        write_entry(&mut writer, entry);
        entry_lengths.push((writer.bytes.len() - before) as u32);
    }
    let mut keys = Vec::new();
    let mut ecosystems = BTreeSet::new();
    let mut offset = head_length as usize;
    for (number, length) in entry_lengths.iter().enumerate() {
        let bytes = writer.bytes.get(offset..offset + *length as usize).unwrap_or_default();
        offset += *length as usize;
        if let Some(view) = EntryView::read(bytes) {
            keys.extend(key::of_entry(&view).iter().map(|text| (key::hash(text), number as u32)));
            if record.source.starts_with("osv:") {
                ecosystems.extend(ecosystems_of(&view));
            }
        }
    }
    let mut mentions: Vec<u64> = std::iter::once(&record.id)
        .chain(&record.aliases)
        .chain(&record.addresses)
        .map(|id| key::hash(id))
        .collect();
    mentions.sort_unstable();
    mentions.dedup();
    let digest = Sha256::digest(&writer.bytes);
    let content_hash = digest.iter().take(16).fold(0_u128, |hash, byte| (hash << 8) | u128::from(*byte));
    Encoded {
        key_hash: record_key(&record.source, &record.id),
        content_hash,
        modified_ms: record.modified_at.map_or(i64::MIN, |stamp| stamp.0),
        dated_ms: record.modified_at.max(record.published_at).map(|stamp| stamp.0),
        bytes: writer.bytes,
        head_length,
        entry_lengths,
        keys,
        mentions,
        state: if record.state == RecordState::Published { RowState::Live } else { RowState::Retired },
        source: record.source.clone(),
        ecosystems: ecosystems.into_iter().collect(),
    }
}

/// The hash by which a record is found: source and id.
#[must_use]
pub fn record_key(source: &str, id: &str) -> u64 {
    key::hash(&format!("{source} {id}"))
}

/// The ecosystems (with release) that an entry speaks about.
fn ecosystems_of(view: &EntryView<'_>) -> Vec<String> {
    let Body::Versions { names: list, .. } = view.body else { return Vec::new() };
    names(list)
        .filter_map(|name| match name {
            NameView::Package { base, release, .. } => Some(match release {
                Some(release) => format!("{base}:{release}"),
                None => base.to_owned(),
            }),
            _ => None,
        })
        .collect()
}

impl Importer {
    /// Takes the lock and opens what is there.
    ///
    /// # Errors
    /// [`LibraryFault::Locked`] while another import runs; [`LibraryFault::Io`]; [`LibraryFault::Damaged`].
    pub fn begin(folder: &Path, mode: ImportMode, now: Stamp) -> Result<Self, LibraryFault> {
        std::fs::create_dir_all(folder).map_err(|error| LibraryFault::io(folder, error))?;
        let lock_path = folder.join(LOCK_FILE);
        let lock = File::create(&lock_path).map_err(|error| LibraryFault::io(&lock_path, error))?;
        if lock.try_lock().is_err() {
            return Err(LibraryFault::Locked { path: folder.to_owned() });
        }
        remove_leftovers(folder)?;
        let before = Library::open(folder)?;
        let sources = before.as_ref().map(|library| library.manifest.sources.clone()).unwrap_or_default();
        let generation = before.as_ref().map_or(1, |library| library.manifest.generation + 1);
        let segment_path = folder.join(format!("segment-{generation:06}.new"));
        let writer = SegmentWriter::create(&segment_path)?;
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
            before,
            mode,
            now,
            writer,
            segment_path,
            pending: Default::default(),
            dropped: BTreeSet::new(),
            feeds: Vec::new(),
            kev: None,
            epss: None,
            sources,
            kept_feeds: BTreeMap::new(),
            ecosystems: BTreeMap::new(),
            report: ImportReport::default(),
        })
    }

    /// Starts a feed and returns its number in this session.
    pub fn start_feed(&mut self, family: &str, name: &str) -> u16 {
        self.feeds.push(SessionFeed {
            feed: Feed {
                family: family.to_owned(),
                name: name.to_owned(),
                imported_ms: self.now.0,
                ..Feed::default()
            },
            ..SessionFeed::default()
        });
        (self.feeds.len() - 1) as u16
    }

    /// Notes the time that a feed itself states; the latest counts.
    pub fn state_time(&mut self, feed: u16, stated_at: Option<Stamp>) {
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.feed.stated_ms = session.feed.stated_ms.max(stated_at.map(|stamp| stamp.0));
        }
    }

    /// Adds a record. Of two revisions of one record the later counts, whatever the order they come in.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses.
    pub fn add(&mut self, feed: u16, encoded: &Encoded) -> Result<(), LibraryFault> {
        let rank = (encoded.modified_ms, encoded.content_hash);
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.feed.newest_ms = session.feed.newest_ms.max(encoded.dated_ms);
        }
        if let Some(pending) = self.pending.get(&encoded.key_hash).copied() {
            if (pending.modified_ms, pending.content_hash) >= rank {
                return Ok(());
            }
            if pending.number != u32::MAX {
                self.dropped.insert(pending.number);
            }
            let number = self.write(feed, encoded)?;
            self.pending.insert(
                encoded.key_hash,
                Pending { number, modified_ms: rank.0, content_hash: rank.1, feed: pending.feed },
            );
            return Ok(());
        }
        let held = self.before.as_ref().and_then(|library| library.find_record(encoded.key_hash));
        let held = held.filter(|(_, row)| row.state != RowState::Removed);
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.n_records += 1;
            if let Some((_, row)) = &held {
                *session.overlap.entry(row.feed).or_default() += 1;
            }
        }
        let is_needed = held.is_none_or(|(_, row)| (row.modified_ms, row.content_hash) < rank);
        let number = if is_needed { self.write(feed, encoded)? } else { u32::MAX };
        if let (ImportMode::Delta, Some((_, row)), true) = (self.mode, &held, is_needed) {
            self.kept_feeds.insert(number, row.feed);
        }
        self.pending
            .insert(encoded.key_hash, Pending { number, modified_ms: rank.0, content_hash: rank.1, feed });
        Ok(())
    }

    /// Writes a record into the new segment.
    fn write(&mut self, feed: u16, encoded: &Encoded) -> Result<u32, LibraryFault> {
        for ecosystem in &encoded.ecosystems {
            *self.ecosystems.entry(ecosystem.clone()).or_default() += 1;
        }
        let source = match self.sources.iter().position(|source| *source == encoded.source) {
            Some(position) => position,
            None => {
                self.sources.push(encoded.source.clone());
                self.sources.len() - 1
            }
        };
        self.writer.add(encoded, feed, source as u16)
    }

    /// Adds a KEV row.
    pub fn add_kev(&mut self, feed: u16, entry: KevEntry) {
        self.kev.get_or_insert_with(|| (feed, Vec::new())).1.push(entry);
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.n_records += 1;
        }
    }

    /// Adds an EPSS row.
    pub fn add_epss(&mut self, feed: u16, cve: &str, epss: Epss) {
        self.epss.get_or_insert_with(|| (feed, Vec::new())).1.push((key::hash(cve), epss));
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.n_records += 1;
        }
    }

    /// Makes everything added take effect at once.
    ///
    /// # Errors
    /// [`LibraryFault::Shrank`] when a whole feed brought less than nine tenths of what it brought before and that
    /// was not allowed: nothing is changed then. [`LibraryFault::Io`], [`LibraryFault::Damaged`].
    pub fn commit(self) -> Result<ImportReport, LibraryFault> {
        let segment_path = self.segment_path.clone();
        let result = self.commit_inner();
        if result.is_err() {
            let _ = std::fs::remove_file(&segment_path);
        }
        result
    }

    /// [`Importer::commit`] without the clean-up.
    fn commit_inner(mut self) -> Result<ImportReport, LibraryFault> {
        let manifest = self.before.as_ref().map(|library| library.manifest.clone()).unwrap_or_default();
        let old_feeds: Vec<Option<u16>> =
            self.feeds.iter().map(|session| same_feed(session, &manifest)).collect();
        self.refuse_shrunk(&manifest, &old_feeds)?;
        let mut next = manifest.clone();
        let numbers = self.number_feeds(&mut next, &old_feeds);
        self.tell_apart();
        let removed = self.rows_that_left(&old_feeds)?;
        for row in &removed {
            self.writer.remove(row);
        }
        self.report.n_removed = removed.len() as u64;
        if self.mode == ImportMode::Delta {
            self.collect_touched(&removed);
        }
        self.carry_kev_and_epss(&mut next);
        let is_new_segment =
            self.writer.n_records() > self.dropped.len() || self.kev.is_some() || self.epss.is_some();
        self.finish(next, is_new_segment, &numbers)
    }

    /// Refuses whole feeds that shrank.
    fn refuse_shrunk(&self, manifest: &Manifest, old_feeds: &[Option<u16>]) -> Result<(), LibraryFault> {
        if self.mode != (ImportMode::Whole { allow_shrink: false }) {
            return Ok(());
        }
        let feeds: Vec<ShrunkFeed> = self
            .feeds
            .iter()
            .zip(old_feeds)
            .filter_map(|(session, old)| {
                let n_before = manifest.feeds.get(&(*old)?)?.n_records;
                let n_now = session.n_records;
                (n_now * 10 < n_before * 9).then(|| ShrunkFeed {
                    name: session.feed.name.clone(),
                    n_before,
                    n_now,
                })
            })
            .collect();
        if feeds.is_empty() { Ok(()) } else { Err(LibraryFault::Shrank { feeds }) }
    }

    /// Gives every feed of the session its number in the manifest and brings the manifest's feeds up to date.
    fn number_feeds(&self, next: &mut Manifest, old_feeds: &[Option<u16>]) -> Vec<u16> {
        let mut numbers = Vec::with_capacity(self.feeds.len());
        for (session, old) in self.feeds.iter().zip(old_feeds) {
            let number =
                old.unwrap_or_else(|| next.feeds.keys().next_back().map_or(0, |last| last.saturating_add(1)));
            let feed = next.feeds.entry(number).or_default();
            let newest_ms = feed.newest_ms.max(session.feed.newest_ms);
            let stated_ms = feed.stated_ms.max(session.feed.stated_ms);
            let n_records = if self.mode == ImportMode::Delta {
                feed.n_records.max(session.n_records)
            } else {
                session.n_records
            };
            *feed = Feed { n_records, newest_ms, stated_ms, ..session.feed.clone() };
            numbers.push(number);
        }
        numbers
    }

    /// Counts what is new, changed, unchanged or older.
    fn tell_apart(&mut self) {
        for (key_hash, pending) in &self.pending {
            let held = self.before.as_ref().and_then(|library| library.find_record(*key_hash));
            let held = held.filter(|(_, row)| row.state != RowState::Removed);
            match held {
                None => self.report.n_new += 1,
                Some((_, row)) if row.content_hash == pending.content_hash => self.report.n_unchanged += 1,
                Some(_) if pending.number == u32::MAX => self.report.n_older += 1,
                Some(_) => self.report.n_changed += 1,
            }
        }
    }

    /// Rows of whole feeds that did not come again.
    fn rows_that_left(&self, old_feeds: &[Option<u16>]) -> Result<Vec<RecordRow>, LibraryFault> {
        let Some(library) = &self.before else { return Ok(Vec::new()) };
        if self.mode == ImportMode::Delta {
            return Ok(Vec::new());
        }
        let replaced: BTreeSet<u16> = old_feeds.iter().flatten().copied().collect();
        let mut left = Vec::new();
        if replaced.is_empty() {
            return Ok(left);
        }
        for (index, segment) in library.segments().iter().enumerate() {
            for number in 0..segment.n_records() {
                let row = segment
                    .record(number)
                    .ok_or_else(|| LibraryFault::Damaged { path: self.folder.clone() })?;
                let is_current = index == 0 || library.is_current(index, number);
                if row.state != RowState::Removed
                    && replaced.contains(&row.feed)
                    && is_current
                    && !self.pending.contains_key(&row.key_hash)
                {
                    left.push(row);
                }
            }
        }
        Ok(left)
    }

    /// The keys of everything new, changed or removed: of the record as it was and as it is.
    fn collect_touched(&mut self, removed: &[RecordRow]) {
        let Some(library) = &self.before else { return };
        let mut touched = std::mem::take(&mut self.report.touched);
        let changed =
            self.pending.iter().filter(|(_, pending)| pending.number != u32::MAX).map(|(hash, _)| *hash);
        for key_hash in changed.chain(removed.iter().map(|row| row.key_hash)) {
            if let Some((at, row)) = library.find_record(key_hash)
                && let Some((segment, _)) = library.record(at)
            {
                for entry in row.first_entry..row.first_entry.saturating_add(row.n_entries) {
                    touched.extend(segment.entry(entry).map(|view| key::of_entry(&view)).unwrap_or_default());
                }
            }
            if touched.len() > TOUCHED_KEYS_MAX {
                break;
            }
        }
        self.report.touched = touched;
    }

    /// Notes the keys of a record that a delta import adds. Called by the importer's user beside [`Importer::add`],
    /// because the encoded form holds hashes only.
    pub fn touch(&mut self, record: &Record) {
        if self.mode != ImportMode::Delta || self.report.touched.len() > TOUCHED_KEYS_MAX {
            return;
        }
        for entry in &record.affected {
            let mut writer = Writer::default();
            write_entry(&mut writer, entry);
            self.report
                .touched
                .extend(EntryView::read(&writer.bytes).map(|view| key::of_entry(&view)).unwrap_or_default());
        }
    }

    /// Puts KEV and EPSS into the new segment; a delta adds to what is there.
    fn carry_kev_and_epss(&mut self, next: &mut Manifest) {
        if let Some((_, entries)) = &mut self.kev {
            if self.mode == ImportMode::Delta
                && let Some(library) = &self.before
            {
                let fresh: BTreeSet<String> = entries.iter().map(|entry| entry.cve.clone()).collect();
                entries.extend(library.kev.values().filter(|entry| !fresh.contains(&entry.cve)).cloned());
            }
            entries.sort();
            entries.dedup();
            next.n_kev = entries.len() as u64;
            self.writer.set_kev(entries.clone());
        }
        if let Some((_, rows)) = &mut self.epss {
            if self.mode == ImportMode::Delta
                && let Some(segment) =
                    self.before.as_ref().and_then(|library| library.segments.get(library.epss_segment?))
            {
                let fresh: BTreeSet<u64> = rows.iter().map(|(hash, _)| *hash).collect();
                rows.extend(segment.all_epss().filter(|(hash, _)| !fresh.contains(hash)));
            }
            rows.sort_unstable();
            rows.dedup_by_key(|(hash, _)| *hash);
            next.n_epss = rows.len() as u64;
            self.writer.set_epss(std::mem::take(rows));
        }
    }

    /// Writes the segment (merging when there are many), then the manifest.
    fn finish(
        self,
        mut next: Manifest,
        is_new_segment: bool,
        numbers: &[u16],
    ) -> Result<ImportReport, LibraryFault> {
        let Self { mut writer, folder, segment_path, dropped, kept_feeds, mut report, .. } = self;
        next.sources = self.sources;
        next.format = MANIFEST_FORMAT;
        next.created_ms = self.now.0;
        next.generation += 1;
        let old_files: Vec<String> = next.segments.iter().map(|entry| entry.file.clone()).collect();
        if is_new_segment {
            writer.renumber_feeds(&|number, feed| match kept_feeds.get(&number) {
                Some(kept) => *kept,
                None => numbers.get(usize::from(feed)).copied().unwrap_or(feed),
            });
            let info = writer.finish(&|number| dropped.contains(&number))?;
            let file = format!("segment-{:06}.kklib", next.generation);
            let entry = name_segment(&folder, &segment_path, &file, info.n_records)?;
            next.segments.push(entry);
            for (ecosystem, count) in &self.ecosystems {
                *next.ecosystems.entry(ecosystem.clone()).or_default() += count;
            }
            if next.segments.len() > SEGMENTS_MAX || is_mostly_dead(&next) {
                merge::merge(&folder, &mut next)?;
            }
        } else {
            drop(writer);
            std::fs::remove_file(&segment_path).map_err(|error| LibraryFault::io(&segment_path, error))?;
            report.is_unchanged = true;
        }
        merge::count(&folder, &mut next)?;
        report.snapshot.clone_from(&next.snapshot);
        next.write(&folder)?;
        for file in old_files.iter().filter(|file| !next.segments.iter().any(|entry| entry.file == **file)) {
            let _ = std::fs::remove_file(folder.join(file));
        }
        Ok(report)
    }
}

/// The feed of the library that a session's feed brings again: the one that holds most of the records that both
/// have, if that is more than half of the session's. A file's name does not matter.
fn same_feed(session: &SessionFeed, manifest: &Manifest) -> Option<u16> {
    if session.feed.family == "kev" || session.feed.family == "epss" {
        return manifest
            .feeds
            .iter()
            .find(|(_, feed)| feed.family == session.feed.family)
            .map(|(number, _)| *number);
    }
    let (number, count) =
        session.overlap.iter().max_by_key(|(number, count)| (**count, std::cmp::Reverse(**number)))?;
    (count * 2 > session.n_records).then_some(*number)
}

/// The first segment is small beside what came after it.
fn is_mostly_dead(manifest: &Manifest) -> bool {
    let first = manifest.segments.first().map_or(0, |entry| entry.size_bytes);
    let later: u64 = manifest.segments.iter().skip(1).map(|entry| entry.size_bytes).sum();
    later > first.max(4 << 20)
}

/// Gives a finished segment its name, durably.
pub(crate) fn name_segment(
    folder: &Path,
    written: &Path,
    file: &str,
    n_records: u64,
) -> Result<SegmentEntry, LibraryFault> {
    let path = folder.join(file);
    std::fs::rename(written, &path).map_err(|error| LibraryFault::io(&path, error))?;
    sync_folder(folder)?;
    let segment = super::Segment::open(&path)?;
    Ok(SegmentEntry {
        file: file.to_owned(),
        size_bytes: segment.size_bytes(),
        sha256: sha256_hex(segment.bytes()),
        n_records,
    })
}

/// Removes what an import that died left behind: unfinished files, and segments that no manifest names.
fn remove_leftovers(folder: &Path) -> Result<(), LibraryFault> {
    let named: BTreeSet<String> = Manifest::read(folder)?
        .map(|manifest| manifest.segments.into_iter().map(|entry| entry.file).collect())
        .unwrap_or_default();
    let listing = std::fs::read_dir(folder).map_err(|error| LibraryFault::io(folder, error))?;
    for item in listing.flatten() {
        let name = item.file_name().to_string_lossy().into_owned();
        let is_segment = name.starts_with("segment-") && (name.ends_with(".new") || name.ends_with(".kklib"));
        if is_segment && !named.contains(&name) {
            std::fs::remove_file(item.path()).map_err(|error| LibraryFault::io(&item.path(), error))?;
        }
    }
    Ok(())
}
