//! Importing feeds: encode on any thread, add in one, commit at once or not at all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use kikimori_core::lifecycle::LifecycleProduct;
use kikimori_core::limits::LIFECYCLE_PRODUCTS_MAX;
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Epss, KevEntry, Record, RecordState};
use sha2::{Digest, Sha256};

use super::codec::Writer;
use super::feeds::{SessionFeed, number_feeds, older_feed, refuse_shrunk, same_feed};
use super::lifecycles::Lifecycles;
use super::manifest::{MANIFEST_FORMAT, SegmentEntry, sync_folder};
use super::record_codec::{Body, EntryView, NameView, names, write_entry, write_head};
use super::segment::{Encoded, RecordRow, RowState, SegmentWriter};
use super::{At, Feed, Library, LibraryFault, Manifest, OlderFeed, key, merge, sha256_hex};

/// Name of the lock file.
const LOCK_FILE: &str = "import-lock";
/// Segments kept before they are merged into one.
const SEGMENTS_MAX: usize = 8;
/// What the names of sources begin with that are databases of ecosystems.
const ECOSYSTEM_SOURCE: &str = "osv:";
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
    /// Names of vendors and products brought.
    pub n_names: u64,
    /// KEV rows about a CVE that another KEV row was about; the last in their order was used.
    pub n_kev_twice: u64,
    /// EPSS rows about a CVE that another EPSS row was about; the one with the highest probability was used.
    pub n_epss_twice: u64,
    /// Look-up keys touched by new, changed and removed records (delta imports only).
    pub touched: BTreeSet<String>,
    /// The snapshot after the import.
    pub snapshot: String,
    /// Nothing changed but the feeds' times.
    pub is_unchanged: bool,
}

/// Stands for "not written", because the library holds the same or a newer revision.
const NOT_WRITTEN: u32 = u32::MAX;

/// A record of this session that may still be replaced by a newer revision of the same record.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// Number in the writer, or [`NOT_WRITTEN`].
    number: u32,
    /// Revision.
    modified_ms: i64,
    /// Content.
    content_hash: u128,
    /// The first of the session's feeds that bring it, whatever the order they were read in.
    feed: u16,
    /// The feed that brought it first.
    first_feed: u16,
    /// It is no record but the name of a vendor or product.
    is_name: bool,
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
    /// KEV entries.
    kev: Option<Vec<KevEntry>>,
    /// EPSS rows by hash of the CVE id.
    epss: Option<Vec<(u64, Epss)>>,
    /// Products with release cycles, by name.
    lifecycles: Option<BTreeMap<String, LifecycleProduct>>,
    /// The new segment carries KEV, EPSS or lifecycle data.
    has_lists: bool,
    /// Sources by number: those of the library, then new ones.
    sources: Vec<String>,
    /// Records (by hash of source and id) that came from another feed than their first, with that feed.
    repeated: BTreeSet<(u64, u16)>,
    /// Ecosystems seen, numbered in order of arrival.
    ecosystem_numbers: BTreeMap<String, u32>,
    /// Records written (number in the writer) with the ecosystems they speak about.
    ecosystems: Vec<(u32, u32)>,
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
            if record.source.starts_with(ECOSYSTEM_SOURCE) {
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
        let lock = lock(folder)?;
        remove_leftovers(folder)?;
        let before = Library::open(folder)?;
        let sources = before.as_ref().map(|library| library.manifest.sources.clone()).unwrap_or_default();
        let generation = before.as_ref().map_or(1, |library| library.manifest.generation.saturating_add(1));
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
            lifecycles: None,
            has_lists: false,
            sources,
            repeated: BTreeSet::new(),
            ecosystem_numbers: BTreeMap::new(),
            ecosystems: Vec::new(),
            report: ImportReport::default(),
        })
    }

    /// Starts a feed and returns its number in this session; a session of more than 65,536 feeds is refused when it
    /// commits.
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
        u16::try_from(self.feeds.len() - 1).unwrap_or(u16::MAX)
    }

    /// Notes the time that a feed itself states; the latest counts.
    pub fn state_time(&mut self, feed: u16, stated_at: Option<Stamp>) {
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.feed.stated_ms = session.feed.stated_ms.max(stated_at.map(|stamp| stamp.0));
        }
    }

    /// Adds a record. Of two revisions of one record the later counts, whatever the order they come in. Where the
    /// revision is the same and the content is not, what is imported now counts (a source that states no revision
    /// corrected its record), and within one session the greater content hash.
    ///
    /// # Errors
    /// [`LibraryFault::Io`] when the disk refuses.
    pub fn add(&mut self, feed: u16, encoded: &Encoded) -> Result<(), LibraryFault> {
        let held = self.held(encoded.key_hash).map(|(_, row)| row);
        let known = self.pending.get(&encoded.key_hash).copied();
        let is_first_of_feed = match known {
            None => true,
            Some(pending) => pending.first_feed != feed && self.repeated.insert((encoded.key_hash, feed)),
        };
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.feed.newest_ms = session.feed.newest_ms.max(encoded.dated_ms);
            if is_first_of_feed {
                session.n_records += 1;
                if let Some(row) = &held {
                    *session.overlap.entry(row.feed).or_default() += 1;
                }
            }
        }
        let rank = (encoded.modified_ms, encoded.content_hash);
        let (first_feed, feed) = known.map_or((feed, feed), |known| (known.first_feed, known.feed.min(feed)));
        let is_name = encoded.state == RowState::Name;
        let mut pending = Pending {
            number: NOT_WRITTEN,
            modified_ms: rank.0,
            content_hash: rank.1,
            feed,
            first_feed,
            is_name,
        };
        match known {
            Some(known) if (known.modified_ms, known.content_hash) >= rank => {
                pending = Pending { feed, ..known };
            }
            _ => {
                if let Some(known) = known.filter(|known| known.number != NOT_WRITTEN) {
                    self.dropped.insert(known.number);
                }
                let is_needed = held.is_none_or(|row| {
                    row.modified_ms < rank.0 || (row.modified_ms == rank.0 && row.content_hash != rank.1)
                });
                if is_needed {
                    pending.number = self.write(feed, encoded)?;
                }
            }
        }
        self.pending.insert(encoded.key_hash, pending);
        Ok(())
    }

    /// The record that the library holds under this hash of source and id.
    fn held(&self, key_hash: u64) -> Option<(At, RecordRow)> {
        self.before.as_ref()?.find_record(key_hash).filter(|(_, row)| row.state != RowState::Removed)
    }

    /// Writes a record into the new segment.
    fn write(&mut self, feed: u16, encoded: &Encoded) -> Result<u32, LibraryFault> {
        let source = match self.sources.iter().position(|source| *source == encoded.source) {
            Some(position) => position,
            None => {
                self.sources.push(encoded.source.clone());
                self.sources.len() - 1
            }
        };
        let source = u16::try_from(source).map_err(|_| LibraryFault::TooLarge)?;
        let number = self.writer.add(encoded, feed, source)?;
        for ecosystem in &encoded.ecosystems {
            let next = self.ecosystem_numbers.len() as u32;
            let known = self.ecosystem_numbers.get(ecosystem).copied();
            let ecosystem =
                known.unwrap_or_else(|| *self.ecosystem_numbers.entry(ecosystem.clone()).or_insert(next));
            self.ecosystems.push((number, ecosystem));
        }
        Ok(number)
    }

    /// Adds a KEV row.
    pub fn add_kev(&mut self, feed: u16, entry: KevEntry) {
        self.kev.get_or_insert_default().push(entry);
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.n_records += 1;
        }
    }

    /// Adds an EPSS row.
    pub fn add_epss(&mut self, feed: u16, cve: &str, epss: Epss) {
        self.epss.get_or_insert_default().push((key::hash(cve), epss));
        if let Some(session) = self.feeds.get_mut(usize::from(feed)) {
            session.n_records += 1;
        }
    }

    /// A whole feed that speaks as of an earlier time than the library's; asked before [`Importer::commit`].
    #[must_use]
    pub fn older_feed(&self) -> Option<OlderFeed> {
        let manifest = self.before.as_ref().map(|library| &library.manifest)?;
        if self.mode == ImportMode::Delta { None } else { older_feed(&self.feeds, manifest) }
    }

    /// Adds a product with its release cycles. Of two with one name in a session the greater counts, so that the order
    /// does not.
    ///
    /// # Errors
    /// [`LibraryFault::TooLarge`] past [`LIFECYCLE_PRODUCTS_MAX`] products.
    pub fn add_lifecycle(&mut self, feed: u16, product: LifecycleProduct) -> Result<(), LibraryFault> {
        let products = self.lifecycles.get_or_insert_default();
        if products.len() >= LIFECYCLE_PRODUCTS_MAX {
            return Err(LibraryFault::TooLarge);
        }
        let is_repeated = products.contains_key(&product.name);
        if products.get(&product.name).is_none_or(|known| *known < product) {
            products.insert(product.name.clone(), product);
        }
        if let Some(session) = self.feeds.get_mut(usize::from(feed)).filter(|_| !is_repeated) {
            session.n_records += 1;
        }
        Ok(())
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
        if self.feeds.len() > usize::from(u16::MAX) {
            return Err(LibraryFault::TooLarge);
        }
        let manifest = self.before.as_ref().map(|library| library.manifest.clone()).unwrap_or_default();
        let old_feeds: Vec<Option<u16>> =
            self.feeds.iter().map(|session| same_feed(session, &manifest)).collect();
        let totals = self.distinct_records(&old_feeds);
        if self.mode == (ImportMode::Whole { allow_shrink: false }) {
            refuse_shrunk(&self.feeds, &manifest, &old_feeds, &totals)?;
        }
        let mut next = manifest;
        let numbers =
            number_feeds(&self.feeds, &mut next, &old_feeds, &totals, self.before.as_ref(), self.mode)?;
        self.settle(&numbers);
        let removed = self.rows_that_left(&old_feeds)?;
        for (_, row) in &removed {
            self.writer.remove(row);
        }
        self.report.n_removed = removed.iter().filter(|(_, row)| row.state.is_record()).count() as u64;
        if self.mode == ImportMode::Delta {
            self.collect_touched();
        }
        self.count_ecosystems(&mut next, &removed);
        self.carry_kev_and_epss(&mut next)?;
        self.carry_lifecycles()?;
        self.finish(next)
    }

    /// Distinct records by the library's feed that the session's feeds bring again; one that came in two parts of
    /// the same feed counts once.
    fn distinct_records(&self, old_feeds: &[Option<u16>]) -> BTreeMap<u16, u64> {
        let old_of = |feed: u16| old_feeds.get(usize::from(feed)).copied().flatten();
        let mut totals: BTreeMap<u16, u64> = BTreeMap::new();
        for pending in self.pending.values() {
            if let Some(old) = old_of(pending.first_feed) {
                *totals.entry(old).or_default() += 1;
            }
        }
        let mut counted = BTreeSet::new();
        for (key_hash, feed) in &self.repeated {
            let first = self.pending.get(key_hash).and_then(|pending| old_of(pending.first_feed));
            if let Some(old) = old_of(*feed)
                && first != Some(old)
                && counted.insert((*key_hash, old))
            {
                *totals.entry(old).or_default() += 1;
            }
        }
        totals
    }

    /// Counts what is new, changed, unchanged or older, and gives every record written its feed: in a delta the one
    /// it has been in.
    fn settle(&mut self, numbers: &[u16]) {
        for (key_hash, pending) in &self.pending {
            let held = self.before.as_ref().and_then(|library| library.find_record(*key_hash));
            let held = held.map(|(_, row)| row).filter(|row| row.state != RowState::Removed);
            match &held {
                _ if pending.is_name => self.report.n_names += 1,
                None => self.report.n_new += 1,
                Some(row) if row.content_hash == pending.content_hash => self.report.n_unchanged += 1,
                Some(_) if pending.number == NOT_WRITTEN => self.report.n_older += 1,
                Some(_) => self.report.n_changed += 1,
            }
            let kept = held.filter(|_| self.mode == ImportMode::Delta).map(|row| row.feed);
            let feed = kept.or_else(|| numbers.get(usize::from(pending.feed)).copied());
            if let Some(feed) = feed {
                self.writer.set_feed(pending.number, feed);
            }
        }
    }

    /// Rows of whole feeds that did not come again.
    fn rows_that_left(&self, old_feeds: &[Option<u16>]) -> Result<Vec<(At, RecordRow)>, LibraryFault> {
        let mut left = Vec::new();
        let replaced: BTreeSet<u16> = old_feeds.iter().flatten().copied().collect();
        let Some(library) = &self.before else { return Ok(left) };
        if self.mode == ImportMode::Delta || replaced.is_empty() {
            return Ok(left);
        }
        for (index, segment) in library.segments().iter().enumerate() {
            for number in 0..segment.n_records() {
                let row = segment
                    .record(number)
                    .ok_or_else(|| LibraryFault::Damaged { path: self.folder.clone() })?;
                let at = At { segment: index as u32, number };
                if row.state != RowState::Removed
                    && replaced.contains(&row.feed)
                    && !self.pending.contains_key(&row.key_hash)
                    && library.is_current(at, &row)
                {
                    left.push((at, row));
                }
            }
        }
        Ok(left)
    }

    /// The keys of every record that changed, as it was; [`Importer::touch`] adds those as it is.
    fn collect_touched(&mut self) {
        let Some(library) = &self.before else { return };
        let touched = &mut self.report.touched;
        let mut changed: Vec<u64> = self
            .pending
            .iter()
            .filter(|(_, pending)| pending.number != NOT_WRITTEN)
            .map(|(key_hash, _)| *key_hash)
            .collect();
        // Sorted, so that the same keys are kept when there are too many.
        changed.sort_unstable();
        for key_hash in changed {
            let Some((at, _)) = library.find_record(key_hash) else { continue };
            for view in library.entries_of(at) {
                touched.extend(key::of_entry(&view));
            }
            if touched.len() > TOUCHED_KEYS_MAX {
                break;
            }
        }
    }

    /// Brings the counts of ecosystems up to date: what was written counts, what it hides no longer does.
    fn count_ecosystems(&self, next: &mut Manifest, removed: &[(At, RecordRow)]) {
        let mut written: BTreeMap<u32, u64> = BTreeMap::new();
        for (number, ecosystem) in &self.ecosystems {
            if !self.dropped.contains(number) {
                *written.entry(*ecosystem).or_default() += 1;
            }
        }
        for (ecosystem, number) in &self.ecosystem_numbers {
            let count = written.get(number).copied().unwrap_or(0);
            if count > 0 {
                *next.ecosystems.entry(ecosystem.clone()).or_default() += count;
            }
        }
        let Some(library) = &self.before else { return };
        let changed = self.pending.iter().filter(|(_, pending)| pending.number != NOT_WRITTEN);
        let changed = changed.filter_map(|(key_hash, _)| self.held(*key_hash));
        for (at, row) in changed.chain(removed.iter().copied()) {
            let source = library.manifest.sources.get(usize::from(row.source));
            if !source.is_some_and(|source| source.starts_with(ECOSYSTEM_SOURCE)) {
                continue;
            }
            let hidden: BTreeSet<String> = library.entries_of(at).iter().flat_map(ecosystems_of).collect();
            for ecosystem in hidden {
                if let Some(count) = next.ecosystems.get_mut(&ecosystem) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        next.ecosystems.retain(|_, count| *count > 0);
    }

    /// Notes the keys of a record that a delta import brings new or changed. Called by the importer's user after
    /// [`Importer::add`], because the encoded form holds hashes only.
    pub fn touch(&mut self, record: &Record) {
        let pending = self.pending.get(&record_key(&record.source, &record.id));
        let is_written = pending.is_some_and(|pending| pending.number != NOT_WRITTEN);
        if self.mode != ImportMode::Delta || !is_written || self.report.touched.len() > TOUCHED_KEYS_MAX {
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

    /// Puts KEV and EPSS into the new segment where they differ from what is there; a delta adds to it.
    fn carry_kev_and_epss(&mut self, next: &mut Manifest) -> Result<(), LibraryFault> {
        let is_delta = self.mode == ImportMode::Delta;
        if let Some(entries) = self.kev.take() {
            let held = self.before.as_ref().map(|library| &library.kev);
            let mut catalogue = held.filter(|_| is_delta).cloned().unwrap_or_default();
            let mut entries = entries;
            entries.sort();
            let n_distinct = entries.chunk_by(|left, right| left.cve == right.cve).count();
            self.report.n_kev_twice = (entries.len() - n_distinct) as u64;
            catalogue.extend(entries.into_iter().map(|entry| (entry.cve.clone(), entry)));
            next.n_kev = catalogue.len() as u64;
            if held != Some(&catalogue) {
                self.writer.set_kev(catalogue.into_values().collect());
                self.has_lists = true;
            }
        }
        if let Some(mut rows) = self.epss.take() {
            rows.sort_unstable_by_key(|(hash, epss)| (*hash, Reverse(*epss)));
            let n_rows = rows.len();
            rows.dedup_by_key(|(hash, _)| *hash);
            self.report.n_epss_twice = (n_rows - rows.len()) as u64;
            let segment =
                self.before.as_ref().and_then(|library| library.segments.get(library.epss_segment?));
            let held: Vec<(u64, Epss)> =
                segment.map(|segment| segment.all_epss().collect()).unwrap_or_default();
            if is_delta {
                let fresh: BTreeSet<u64> = rows.iter().map(|(hash, _)| *hash).collect();
                rows.extend(held.iter().filter(|(hash, _)| !fresh.contains(hash)));
                rows.sort_unstable();
            }
            next.n_epss = rows.len() as u64;
            if rows != held {
                self.writer.set_epss(rows);
                self.has_lists = true;
            }
        }
        Ok(())
    }

    /// Puts lifecycle data into the new segment where they differ from what is there; a delta adds to them.
    fn carry_lifecycles(&mut self) -> Result<(), LibraryFault> {
        let Some(fresh) = self.lifecycles.take() else { return Ok(()) };
        let held = self.before.as_ref().and_then(Library::lifecycles);
        let held = match held.map(Lifecycles::all) {
            Some(None) => return Err(LibraryFault::Damaged { path: self.folder.clone() }),
            Some(Some(products)) => products,
            None => Vec::new(),
        };
        let mut products: BTreeMap<String, LifecycleProduct> = BTreeMap::new();
        if self.mode == ImportMode::Delta {
            products.extend(held.iter().map(|product| (product.name.clone(), product.clone())));
        }
        products.extend(fresh);
        let products: Vec<LifecycleProduct> = products.into_values().collect();
        if products != held {
            self.writer.set_lifecycles(products);
            self.has_lists = true;
        }
        Ok(())
    }

    /// Writes the segment (merging when there are many), then the manifest.
    fn finish(self, mut next: Manifest) -> Result<ImportReport, LibraryFault> {
        let Self { writer, folder, segment_path, dropped, mut report, .. } = self;
        next.sources = self.sources;
        next.format = MANIFEST_FORMAT;
        next.created_ms = self.now.0;
        next.generation = next.generation.saturating_add(1);
        let mut old_files: Vec<String> = next.segments.iter().map(|entry| entry.file.clone()).collect();
        if writer.n_records() > dropped.len() || self.has_lists {
            let info = writer.finish(&|number| dropped.contains(&number))?;
            let file = format!("segment-{:06}.kklib", next.generation);
            let entry = name_segment(&folder, &segment_path, &file, info.n_records)?;
            old_files.push(file);
            next.segments.push(entry);
            if next.segments.len() > SEGMENTS_MAX || is_mostly_dead(&next) {
                merge::merge(&folder, &mut next)?;
            }
        } else {
            drop(writer);
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

/// Makes the folder where it is missing and locks it against other imports for as long as the file is held.
///
/// # Errors
/// [`LibraryFault::Locked`] while another import runs; [`LibraryFault::Io`].
pub(super) fn lock(folder: &Path) -> Result<File, LibraryFault> {
    std::fs::create_dir_all(folder).map_err(|error| LibraryFault::io(folder, error))?;
    let path = folder.join(LOCK_FILE);
    let lock = File::create(&path).map_err(|error| LibraryFault::io(&path, error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(LibraryFault::Locked { path: folder.to_owned() }),
        Err(TryLockError::Error(error)) => Err(LibraryFault::io(&path, error)),
    }
}

/// Removes what an import that died left behind: unfinished files, and segments that no manifest names.
pub(super) fn remove_leftovers(folder: &Path) -> Result<(), LibraryFault> {
    let named: BTreeSet<String> = Manifest::read(folder)?
        .map(|manifest| manifest.segments.into_iter().map(|entry| entry.file).collect())
        .unwrap_or_default();
    let listing = std::fs::read_dir(folder).map_err(|error| LibraryFault::io(folder, error))?;
    for item in listing.flatten() {
        let name = item.file_name().to_string_lossy().into_owned();
        let is_segment = name.starts_with("segment-") && (name.ends_with(".new") || name.ends_with(".kklib"));
        if is_segment && !named.contains(&name) {
            // A reader may still hold it open where that keeps it from being removed; the next import tries again.
            let _ = std::fs::remove_file(item.path());
        }
    }
    Ok(())
}
