//! Importing feeds into the library: read in one thread, parse in several, add in one, commit at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

use kikimori_core::lifecycle::LifecycleProduct;
use kikimori_core::limits::NOTICES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Epss, KevEntry, Record};
use kikimori_formats::feed::{self, FeedFormat, FeedItem, RawRecord};
pub use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::import::{ImportReport, Importer, encode};
use kikimori_matcher::library::segment::Encoded;
use kikimori_matcher::library::{LIFECYCLE_FAMILY, LibraryFault, OlderFeed, product_names};

use crate::checksums::{Checksums, Hashing};
use crate::{companions, inputs};

/// Records in one batch handed to a parser.
const BATCH_RECORDS: usize = 256;
/// Bytes after which a batch is handed on even when it has fewer records.
const BATCH_BYTES: usize = 4 << 20;

/// How an import is done.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Whole feeds or changes.
    pub mode: ImportMode,
    /// Now.
    pub now: Stamp,
    /// Parser threads; at least one is used.
    pub n_threads: usize,
}

/// What was read and what the library made of it.
#[derive(Clone, Debug, Default)]
pub struct ImportOutcome {
    /// What the library did.
    pub report: ImportReport,
    /// Streams read, with their records.
    pub inputs: Vec<InputSummary>,
    /// Notices, at most [`NOTICES_MAX`], each with the stream it belongs to.
    pub notices: Vec<(String, Message)>,
    /// Notices beyond that.
    pub n_notices_dropped: u64,
    /// Records that could not be read at all.
    pub n_refused: u64,
    /// Files whose size and SHA-256 are what the publisher's list of checksums says.
    pub n_verified: u64,
}

/// One stream that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSummary {
    /// File, or archive and member.
    pub name: String,
    /// Family of its format.
    pub family: &'static str,
    /// Records in it.
    pub n_records: u64,
}

/// Why an import did not happen.
#[derive(Debug)]
pub enum ImportFault {
    /// An input could not be read; nothing was changed.
    Input {
        /// File, or archive and member.
        name: String,
        /// What is wrong with it.
        message: Message,
    },
    /// A feed is older than the one in the library; nothing was changed.
    Older {
        /// Its name.
        name: String,
        /// As of when the one in the library speaks.
        held_at: Stamp,
        /// As of when this one speaks.
        found_at: Stamp,
    },
    /// The library could not be changed.
    Library(LibraryFault),
}

impl ImportFault {
    /// A file is not what its checksum says.
    fn from_checksum((name, message): (String, Message)) -> Self {
        Self::Input { name, message }
    }
}

impl From<LibraryFault> for ImportFault {
    fn from(fault: LibraryFault) -> Self {
        Self::Library(fault)
    }
}

/// A file to import under a name that it keeps in the library, whatever the file is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFeed {
    /// The file.
    pub path: PathBuf,
    /// The feed's name; files of one name are one feed.
    pub name: String,
}

/// Progress, told from time to time.
#[derive(Clone, Debug)]
pub struct ImportProgress<'a> {
    /// The stream being read.
    pub input: &'a str,
    /// Records read so far, of all streams.
    pub n_records: u64,
}

/// Records on their way to a parser.
struct Batch {
    /// The session's feed.
    feed: u16,
    /// The stream, for notices.
    input: Arc<str>,
    /// The records.
    records: Vec<RawRecord>,
}

/// What the adding thread gets, in an order in which a feed comes before its records.
enum Step {
    /// A feed begins; its number is the count of those before it.
    Feed(&'static str, String),
    /// A feed states its time.
    Stated(u16, Option<Stamp>),
    /// Parsed records.
    Parsed(u16, Arc<str>, Parsed),
}

/// A batch, parsed.
#[derive(Default)]
struct Parsed {
    /// Encoded records; the record itself too when a delta wants its keys by name.
    records: Vec<(Encoded, Option<Record>)>,
    /// KEV rows.
    kev: Vec<KevEntry>,
    /// EPSS rows.
    epss: Vec<(String, Epss)>,
    /// Products with release cycles.
    lifecycles: Vec<LifecycleProduct>,
    /// Notices.
    notices: Vec<Message>,
    /// Records that could not be read.
    n_refused: u64,
}

/// Imports every feed found at `paths` into the library in `folder`.
///
/// A stream that is cut or malformed refuses the whole import. In a folder or archive, files that are no feeds are
/// passed over with a notice; a file named by the caller must be one.
///
/// # Errors
/// [`ImportFault`]; the library is then as it was.
pub fn import_library(
    folder: &Path,
    paths: &[PathBuf],
    options: ImportOptions,
    progress: &(dyn Fn(ImportProgress<'_>) + Sync),
) -> Result<ImportOutcome, ImportFault> {
    import(folder, Arguments { paths, names: &[], accepts_older: true }, options, progress)
}

/// Imports files under the names of their feeds. Whole feeds that are older than those in the library are refused,
/// unless `accepts_older`.
///
/// # Errors
/// [`ImportFault`]; the library is then as it was.
pub fn import_feeds(
    folder: &Path,
    feeds: &[NamedFeed],
    options: ImportOptions,
    accepts_older: bool,
    progress: &(dyn Fn(ImportProgress<'_>) + Sync),
) -> Result<ImportOutcome, ImportFault> {
    let (paths, names): (Vec<PathBuf>, Vec<String>) =
        feeds.iter().map(|feed| (feed.path.clone(), feed.name.clone())).unzip();
    import(folder, Arguments { paths: &paths, names: &names, accepts_older }, options, progress)
        .map_err(|fault| renamed(fault, feeds))
}

/// A fault that speaks of feeds where it spoke of their files.
fn renamed(fault: ImportFault, feeds: &[NamedFeed]) -> ImportFault {
    let ImportFault::Input { mut name, mut message } = fault else { return fault };
    for feed in feeds {
        let path = feed.path.display().to_string();
        name = name.replace(&path, &feed.name);
        for (_, value) in &mut message.args {
            *value = value.replace(&path, &feed.name);
        }
    }
    ImportFault::Input { name, message }
}

/// What is imported.
#[derive(Clone, Copy)]
struct Arguments<'a> {
    /// Files, folders and archives.
    paths: &'a [PathBuf],
    /// The name of each one's feed; without names, files name themselves.
    names: &'a [String],
    /// Feeds older than those in the library are accepted.
    accepts_older: bool,
}

/// Reads, parses, adds and commits.
fn import(
    folder: &Path,
    arguments: Arguments<'_>,
    options: ImportOptions,
    progress: &(dyn Fn(ImportProgress<'_>) + Sync),
) -> Result<ImportOutcome, ImportFault> {
    let Arguments { paths, names, accepts_older } = arguments;
    let mut importer = Importer::begin(folder, options.mode, options.now)?;
    let mut outcome = ImportOutcome::default();
    let n_threads = options.n_threads.max(1);
    let wants_records = options.mode == ImportMode::Delta;
    let (batches, waiting) = sync_channel::<Batch>(n_threads * 2);
    let (steps, arriving) = channel::<Step>();
    let waiting = Arc::new(Mutex::new(waiting));
    let (read, added) = std::thread::scope(|scope| {
        for _ in 0..n_threads {
            let (waiting, steps) = (Arc::clone(&waiting), steps.clone());
            scope.spawn(move || parse_batches(&waiting, &steps, wants_records));
        }
        // The parsers must see a closed channel when adding stopped early, so that reading stops too.
        drop(waiting);
        let importer = &mut importer;
        let adder = scope.spawn(move || add_steps(importer, &arriving));
        let mut reading = Reading::new(batches, steps, names, progress);
        let read = reading.read_all(paths);
        let read = read.and_then(|()| reading.checksums.verify().map_err(ImportFault::from_checksum));
        outcome.n_verified = read.as_ref().copied().unwrap_or_default();
        let read = read.map(drop);
        let inputs = std::mem::take(&mut reading.inputs);
        let notices = std::mem::take(&mut reading.notices);
        drop(reading);
        let added = adder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (read.map(|()| (inputs, notices)), added)
    });
    let added = added?;
    let (inputs, mut notices) = read?;
    if inputs.is_empty() {
        let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        return Err(ImportFault::Input { name, message: Message::new(codes::FEED_NOTHING_FOUND) });
    }
    notices.extend(added.notices);
    outcome.n_notices_dropped = added.n_notices_dropped + notices.len().saturating_sub(NOTICES_MAX) as u64;
    notices.truncate(NOTICES_MAX);
    outcome.notices = notices;
    outcome.inputs = inputs;
    outcome.n_refused = added.n_refused;
    if let Some(older) = importer.older_feed().filter(|_| !accepts_older) {
        let OlderFeed { name, held_at, found_at } = older;
        return Err(ImportFault::Older { name, held_at, found_at });
    }
    outcome.report = importer.commit()?;
    note_rows_twice(&mut outcome);
    Ok(outcome)
}

/// Notices rows of KEV and EPSS about a CVE that another row is about, at the first file of the list.
fn note_rows_twice(outcome: &mut ImportOutcome) {
    for (format, n_twice) in [
        (FeedFormat::KevCatalog, outcome.report.n_kev_twice),
        (FeedFormat::EpssCsv, outcome.report.n_epss_twice),
    ] {
        let family = family_of(format);
        let input = outcome.inputs.iter().find(|input| input.family == family);
        let Some(input) = input.filter(|_| n_twice > 0) else { continue };
        if outcome.notices.len() < NOTICES_MAX {
            let message = Message::new(codes::FEED_ROW_TWICE).with("count", n_twice);
            outcome.notices.push((input.name.clone(), message));
        } else {
            outcome.n_notices_dropped += 1;
        }
    }
}

/// What the adding thread saw beside records.
#[derive(Default)]
struct Added {
    /// Notices.
    notices: Vec<(String, Message)>,
    /// Notices beyond the limit.
    n_notices_dropped: u64,
    /// Records that could not be read.
    n_refused: u64,
}

/// Adds what arrives until nothing more comes.
fn add_steps(importer: &mut Importer, arriving: &Receiver<Step>) -> Result<Added, LibraryFault> {
    let mut added = Added::default();
    for step in arriving {
        match step {
            Step::Feed(family, name) => {
                importer.start_feed(family, &name);
            }
            Step::Stated(feed, stated_at) => importer.state_time(feed, stated_at),
            Step::Parsed(feed, input, parsed) => {
                for (encoded, record) in &parsed.records {
                    importer.add(feed, encoded)?;
                    if let Some(record) = record {
                        importer.touch(record);
                    }
                }
                parsed.kev.into_iter().for_each(|entry| importer.add_kev(feed, entry));
                parsed.epss.iter().for_each(|(cve, epss)| importer.add_epss(feed, cve, *epss));
                for product in parsed.lifecycles {
                    importer.add_lifecycle(feed, product)?;
                }
                added.n_refused += parsed.n_refused;
                for notice in parsed.notices {
                    if added.notices.len() < NOTICES_MAX {
                        added.notices.push((input.to_string(), notice));
                    } else {
                        added.n_notices_dropped += 1;
                    }
                }
            }
        }
    }
    Ok(added)
}

/// Parses batches until there are no more.
fn parse_batches(waiting: &Mutex<Receiver<Batch>>, steps: &Sender<Step>, wants_records: bool) {
    loop {
        let next = match waiting.lock() {
            Ok(waiting) => waiting.recv(),
            Err(_) => return,
        };
        let Ok(batch) = next else { return };
        let mut parsed = Parsed::default();
        for raw in &batch.records {
            match feed::parse(raw, &mut parsed.notices) {
                Ok(FeedItem::Record(record)) => {
                    let encoded = encode(&record);
                    parsed.records.push((encoded, wants_records.then_some(record)));
                }
                Ok(FeedItem::Advisory(records)) => {
                    for record in records {
                        parsed.records.push((encode(&record), wants_records.then_some(record)));
                    }
                }
                Ok(FeedItem::Kev(entry)) => parsed.kev.push(entry),
                Ok(FeedItem::Epss { cve, epss }) => parsed.epss.push((cve, epss)),
                Ok(FeedItem::Names(names)) => {
                    parsed.records.extend(names.iter().map(|name| (product_names::encode(name), None)));
                }
                // Checksums are kept back where streams are read.
                Ok(FeedItem::Checksum(_)) => {}
                Ok(FeedItem::Lifecycle(product)) => parsed.lifecycles.push(product),
                Err(message) => {
                    parsed.n_refused += 1;
                    parsed.notices.push(message);
                }
            }
        }
        if steps.send(Step::Parsed(batch.feed, batch.input, parsed)).is_err() {
            return;
        }
    }
}

/// The reading side of an import.
struct Reading<'p> {
    /// Where batches go.
    batches: SyncSender<Batch>,
    /// Where feeds are announced.
    steps: Sender<Step>,
    /// Feeds so far by family and name.
    feeds: BTreeMap<(&'static str, String), u16>,
    /// Streams read.
    inputs: Vec<InputSummary>,
    /// Notices about streams.
    notices: Vec<(String, Message)>,
    /// By family: records of pages that say how many there are on all pages, and how many they say.
    pages: BTreeMap<&'static str, (u64, u64)>,
    /// Files that only accompany documents.
    n_companions: u64,
    /// Records so far.
    n_records: u64,
    /// Lists of checksums, and what files are.
    checksums: Checksums,
    /// Names of the arguments' feeds; empty when files name themselves.
    names: &'p [String],
    /// Who is told.
    progress: &'p (dyn Fn(ImportProgress<'_>) + Sync),
}

impl<'p> Reading<'p> {
    /// Nothing read yet.
    fn new(
        batches: SyncSender<Batch>,
        steps: Sender<Step>,
        names: &'p [String],
        progress: &'p (dyn Fn(ImportProgress<'_>) + Sync),
    ) -> Self {
        let (feeds, inputs, notices) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (pages, n_companions, n_records, checksums) = (BTreeMap::new(), 0, 0, Checksums::default());
        Self {
            batches,
            steps,
            feeds,
            inputs,
            notices,
            pages,
            n_companions,
            n_records,
            checksums,
            names,
            progress,
        }
    }

    /// Reads every stream at `paths`.
    fn read_all(&mut self, paths: &[PathBuf]) -> Result<(), ImportFault> {
        let mut fault = None;
        let opened = inputs::open_each(paths, &mut |mut input| {
            let mut argument = paths.get(input.argument_index).cloned().unwrap_or_default();
            let stored = PathBuf::from(&input.name);
            let is_named = argument == stored;
            if let Some(given) = self.names.get(input.argument_index) {
                let inside = input.name.strip_prefix(&argument.display().to_string()).unwrap_or_default();
                input.name = format!("{given}{inside}");
                argument = PathBuf::from(given);
            }
            let name = input.name.clone();
            if !is_named && companions::is_companion(&name) {
                self.n_companions += 1;
                return Ok(());
            }
            let checked = self.check(&stored, &name);
            match checked.and_then(|()| self.read_one(input, &argument)) {
                Ok(()) => Ok(()),
                Err(message) if message.code == codes::FEED_UNKNOWN_FORMAT && !is_named => {
                    self.notices.push((name, message));
                    Ok(())
                }
                Err(message) => {
                    fault = Some(ImportFault::Input { name, message: message.clone() });
                    Err(message)
                }
            }
        });
        for (found, stated) in self.pages.values().filter(|(found, stated)| found < stated) {
            let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
            let message = Message::new(codes::FEED_PAGES_MISSING).with("stated", stated).with("found", found);
            self.notices.insert(0, (name, message));
        }
        if self.n_companions > 0 {
            let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
            let message = Message::new(codes::FEED_COMPANIONS).with("count", self.n_companions);
            self.notices.push((name, message));
        }
        match (fault, opened) {
            (Some(fault), _) => Err(fault),
            (None, Ok(())) => Ok(()),
            (None, Err(message)) => {
                let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
                Err(ImportFault::Input { name, message })
            }
        }
    }

    /// Holds a file against the checksums beside it. Members of archives have none that could be found.
    fn check(&mut self, path: &Path, name: &str) -> Result<(), Message> {
        if path.is_file()
            && let Some(notice) = companions::verify(path)?
        {
            self.notices.push((name.to_owned(), notice));
        }
        Ok(())
    }

    /// Reads one stream and hands its records on. The first record waits for the second: a stream with one record
    /// belongs to the feed of its folder or archive, a longer one is a feed of its own.
    fn read_one(&mut self, input: inputs::Input<'_>, argument: &Path) -> Result<(), Message> {
        let name: Arc<str> = Arc::from(input.name.as_str());
        let feed_name = input.name.split('!').next().unwrap_or(&input.name).to_owned();
        let mut batch: Vec<RawRecord> = Vec::new();
        let mut batch_bytes = 0;
        let mut feed = None;
        let mut family = "";
        let mut n_records = 0_u64;
        let mut reader = Hashing::new(input.reader);
        let mut n_checksums = 0_u64;
        let header = feed::split(&mut reader, &mut |record| {
            if record.format == FeedFormat::JvnChecksum {
                n_checksums += 1;
                if let FeedItem::Checksum(row) = feed::parse(&record, &mut Vec::new())? {
                    self.checksums.state(&name, row);
                }
                return Ok(());
            }
            family = family_of(record.format);
            n_records += 1;
            if n_records == 2 {
                feed = Some(self.feed(family, &feed_name));
            }
            batch_bytes += record.bytes.len();
            batch.push(record);
            if let Some(feed) = feed
                && (batch.len() >= BATCH_RECORDS || batch_bytes >= BATCH_BYTES)
            {
                batch_bytes = 0;
                self.hand_on(feed, &name, std::mem::take(&mut batch))?;
            }
            Ok(())
        })?;
        self.checksums.found(&name, reader.finish()?);
        if n_records == 0 && n_checksums > 0 {
            return Ok(());
        }
        if n_records == 0 {
            return Err(Message::new(codes::FEED_EMPTY));
        }
        let feed = feed.unwrap_or_else(|| {
            let is_member = feed_name != input.name;
            let shared = if is_member { feed_name.clone() } else { argument.display().to_string() };
            self.feed(family, &shared)
        });
        self.hand_on(feed, &name, batch)?;
        let _ = self.steps.send(Step::Stated(feed, header.stated_at));
        if let Some(stated) = header.stated_total {
            let (found, most_stated) = self.pages.entry(family).or_default();
            *found += n_records;
            *most_stated = stated.max(*most_stated);
        }
        let room = NOTICES_MAX.saturating_sub(self.notices.len());
        self.notices.extend(header.notices.into_iter().take(room).map(|notice| (name.to_string(), notice)));
        self.inputs.push(InputSummary { name: name.to_string(), family, n_records });
        Ok(())
    }

    /// The number of a feed, announced when it is new.
    fn feed(&mut self, family: &'static str, name: &str) -> u16 {
        if let Some(number) = self.feeds.get(&(family, name.to_owned())) {
            return *number;
        }
        let number = u16::try_from(self.feeds.len()).unwrap_or(u16::MAX);
        self.feeds.insert((family, name.to_owned()), number);
        let _ = self.steps.send(Step::Feed(family, name.to_owned()));
        number
    }

    /// Hands a batch to a parser and tells the progress.
    fn hand_on(&mut self, feed: u16, input: &Arc<str>, records: Vec<RawRecord>) -> Result<(), Message> {
        self.n_records += records.len() as u64;
        (self.progress)(ImportProgress { input, n_records: self.n_records });
        self.batches
            .send(Batch { feed, input: Arc::clone(input), records })
            .map_err(|_| Message::new(codes::FEED_UNREADABLE).with("detail", "stopped"))
    }
}

/// The family of a format: the word in the manifest.
fn family_of(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::NvdApi => "nvd",
        FeedFormat::CveRecord => "cve",
        FeedFormat::Osv => "osv",
        FeedFormat::Csaf => "csaf",
        FeedFormat::KevCatalog => "kev",
        FeedFormat::EpssCsv => "epss",
        FeedFormat::NvdOverride => "nvd-override",
        FeedFormat::AnchoreAdp => "anchore-adp",
        FeedFormat::JvnDetail => "jvn",
        FeedFormat::JvnOverview => "jvn-rss",
        FeedFormat::JvnNames => "jvn-names",
        FeedFormat::JvnChecksum => "checksum",
        FeedFormat::EndOfLife => LIFECYCLE_FAMILY,
    }
}
