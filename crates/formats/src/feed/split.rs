//! Cuts a feed into records, in one pass and with one record in memory.
//!
//! A stream is a sequence of JSON values (one for a document, many for NDJSON), the CSV of EPSS, or the XML of JVN. A value
//! is a record, a list of records, or an envelope: an object whose `vulnerabilities`, `vulns`, `result` or
//! `products` is a list of records and whose other members say when it was made and how many records it holds.

use std::io::Read;

use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::stamp::Stamp;

use super::detect::Shape;
use super::scan::Scanner;
use super::{FeedFormat, FeedHeader, RawRecord, jvn};

/// Longest line of an EPSS file, in bytes; real ones are about 30.
const CSV_LINE_BYTES_MAX: usize = 1_024;

/// The column names of the EPSS file that is read here.
const EPSS_COLUMNS: &str = "cve,epss,percentile";

/// Hands each record of a stream to `sink`, in the stream's order.
///
/// Records reach the sink before the end of the stream is seen: a caller that wants all or nothing keeps
/// them apart until the header is returned.
///
/// # Errors
/// FEED-001 when the first record is of no format read here, FEED-002 when the stream ends inside a record,
/// FEED-003 when it holds fewer records than it says, FEED-004 when it is malformed, FEED-006 when a record
/// is too large, FEED-011 when it cannot be read, FEED-040 when its release cycles name no product, and
/// whatever the sink returns.
pub fn split(
    input: impl Read,
    sink: &mut dyn FnMut(RawRecord) -> Result<(), Message>,
) -> Result<FeedHeader, Message> {
    let mut scanner = Scanner::new(input)?;
    if scanner.skip_space()? == Some(b'<') {
        let mut header = FeedHeader::default();
        jvn::cut(scanner.into_rest(), &mut header, sink)?;
        return Ok(header);
    }
    let mut splitter = Splitter {
        scanner,
        sink,
        header: FeedHeader::default(),
        record: Vec::new(),
        key: Vec::new(),
        shape: Shape::default(),
        envelope: Envelope::default(),
        n_wrappers: 0,
    };
    match splitter.scanner.skip_space()? {
        None => return Err(unknown("empty")),
        Some(b'{' | b'[') => splitter.json()?,
        Some(b'#' | b'c' | b'C') => splitter.epss()?,
        Some(_) => {
            let rest = splitter.scanner.rest();
            let start = String::from_utf8_lossy(rest.get(..rest.len().min(24)).unwrap_or_default());
            let is_text = start.chars().all(|character| !character.is_control() || character.is_whitespace());
            // A character cut in two at the end is not counted against a text.
            let is_text = is_text
                && !start.trim_end_matches(char::REPLACEMENT_CHARACTER).contains(char::REPLACEMENT_CHARACTER);
            let shown = start.escape_debug().to_string();
            return Err(unknown(if is_text { &shown } else { "binary" }));
        }
    }
    if splitter.header.formats.is_empty() {
        return Err(unknown("empty"));
    }
    Ok(splitter.header)
}

/// The stream is of no format read here.
fn unknown(found: &str) -> Message {
    Message::new(codes::FEED_UNKNOWN_FORMAT).with("found", found)
}

/// One pass over a stream.
struct Splitter<'sink, R> {
    /// The stream.
    scanner: Scanner<R>,
    /// Where records go.
    sink: &'sink mut dyn FnMut(RawRecord) -> Result<(), Message>,
    /// What is known of the stream so far.
    header: FeedHeader,
    /// The bytes of the record being read.
    record: Vec<u8>,
    /// The key being read, with its quotes.
    key: Vec<u8>,
    /// The keys of the record being read.
    shape: Shape,
    /// The members of the envelope being read.
    envelope: Envelope,
    /// Wrappers open around the envelope.
    n_wrappers: usize,
}

/// What an envelope says about itself.
#[derive(Clone, Copy, Debug, Default)]
struct Envelope {
    /// NVD `timestamp`, KEV `dateReleased`, endoflife.date `generated_at` or `last_modified`.
    stated_at: Option<Stamp>,
    /// NVD `resultsPerPage`, KEV `count`, endoflife.date `total`.
    stated_count: Option<u64>,
    /// NVD `totalResults`.
    stated_total: Option<u64>,
    /// The format, when a member tells it: an empty page has no record to tell it.
    format: Option<FeedFormat>,
}

impl Envelope {
    /// Takes note of a member.
    fn note(&mut self, key: &[u8], value: &[u8]) {
        let Ok(value) = std::str::from_utf8(value) else {
            return;
        };
        let text = value.trim_matches('"');
        match key {
            b"\"timestamp\"" | b"\"dateReleased\"" => self.stated_at = Stamp::parse(text),
            b"\"generated_at\"" | b"\"commit_date\"" => self.stated_at = Stamp::parse(text),
            b"\"last_modified\"" => self.stated_at = self.stated_at.or_else(|| Stamp::parse(text)),
            b"\"resultsPerPage\"" => {
                self.stated_count = text.parse().ok();
                self.format = Some(FeedFormat::NvdApi);
            }
            b"\"totalResults\"" => self.stated_total = text.parse().ok(),
            b"\"count\"" | b"\"total\"" => self.stated_count = text.parse().ok(),
            b"\"catalogVersion\"" => self.format = Some(FeedFormat::KevCatalog),
            _ => {}
        }
    }
}

/// The list of a STIX bundle, in which one object holds a list of JVN's details.
const BUNDLE: &str = "/objects";

/// Objects in objects in which envelopes are looked for.
const WRAPPERS_MAX: usize = 3;

/// An object around an envelope: the answers of MyJVN API 4.0.
fn is_wrapper(key: &[u8]) -> bool {
    matches!(key, b"\"feed\"" | b"\"jvn-product-dictionary\"")
}

/// A list of records under an envelope's key, if the key names one. Some names do so only inside a wrapper.
fn envelope_pointer(key: &[u8], n_wrappers: usize) -> Option<&'static str> {
    match key {
        b"\"entry\"" if n_wrappers > 0 => Some("/feed/entry"),
        b"\"vendors\"" if n_wrappers > 0 => Some("/jvn-product-dictionary/vendors"),
        b"\"objects\"" if n_wrappers == 0 => Some(BUNDLE),
        b"\"VULDEF-Document\"" if n_wrappers > 0 => Some("/objects/VULDEF-Document"),
        b"\"vulnerabilities\"" => Some("/vulnerabilities"),
        b"\"vulns\"" => Some("/vulns"),
        b"\"result\"" => Some("/result"),
        b"\"products\"" => Some("/products"),
        _ => None,
    }
}

impl<R: Read> Splitter<'_, R> {
    /// Reads JSON values until the stream ends.
    fn json(&mut self) -> Result<(), Message> {
        while let Some(first) = self.scanner.skip_space()? {
            match first {
                b'{' => self.document()?,
                b'[' => {
                    self.list("")?;
                }
                _ => return Err(self.scanner.malformed("a record must be a JSON object")),
            }
        }
        Ok(())
    }

    /// Reads an object at the outermost level: a record or an envelope.
    fn document(&mut self) -> Result<(), Message> {
        let place = Place::Line(self.scanner.line());
        self.envelope = Envelope::default();
        let Some(count) = self.object(true)? else {
            if self.shape.format() == Some(FeedFormat::EndOfLife) {
                self.header.stated_at = self.envelope.stated_at.or(self.header.stated_at);
            }
            return self.emit(place);
        };
        let envelope = self.envelope;
        self.header.stated_at = envelope.stated_at.or(self.header.stated_at);
        if let Some(stated) = envelope.stated_count {
            self.header.stated_count = Some(self.header.stated_count.unwrap_or(0).saturating_add(stated));
            if count < stated {
                return Err(Message::new(codes::FEED_SHORT)
                    .at(place)
                    .with("stated", stated)
                    .with("found", count));
            }
        }
        self.header.stated_total = envelope.stated_total.or(self.header.stated_total);
        if let (true, 0, Some(format)) = (self.header.formats.is_empty(), count, envelope.format) {
            self.header.formats.insert(format);
        }
        Ok(())
    }

    /// Reads an object member by member into `record`. When it is an envelope its records are emitted and
    /// their number is the answer; `None` means that the object itself is the record.
    fn object(&mut self, is_outermost: bool) -> Result<Option<u64>, Message> {
        self.record.clear();
        self.shape.clear();
        let mut envelope_count = None;
        self.scanner.consume(1);
        self.record.push(b'{');
        let mut is_first = true;
        loop {
            match self.scanner.skip_space()? {
                None => return Err(self.scanner.cut()),
                Some(b'}') => {
                    self.scanner.consume(1);
                    self.record.push(b'}');
                    return Ok(envelope_count);
                }
                Some(b',') if !is_first => {
                    self.scanner.consume(1);
                    self.record.push(b',');
                    self.scanner.skip_space()?;
                }
                Some(_) if is_first => {}
                Some(_) => return Err(self.scanner.malformed("comma or closing brace expected")),
            }
            is_first = false;
            let first = self.key()?;
            let is_envelope = is_outermost && first == b'[' && !self.shape.is_csaf();
            let pointer = envelope_pointer(&self.key, self.n_wrappers).filter(|_| is_envelope);
            if is_outermost && first == b'{' && self.n_wrappers < WRAPPERS_MAX && is_wrapper(&self.key) {
                let count = self.wrapped(true)?;
                envelope_count = Some(envelope_count.unwrap_or(0_u64).saturating_add(count.unwrap_or(0)));
                self.record.clear();
                continue;
            }
            if let Some(pointer) = pointer {
                // The members before the list were noted; nothing of the envelope is kept.
                let count = self.list(pointer)?;
                envelope_count = Some(envelope_count.unwrap_or(0_u64).saturating_add(count));
                self.record.clear();
                continue;
            }
            self.shape.note(&self.key, first);
            let start = self.record.len();
            self.scanner.value_into(&mut self.record)?;
            let value = self.record.get(start..).unwrap_or_default();
            if self.key == b"\"document\"" && first == b'{' {
                self.shape.note_document(value);
            }
            if is_outermost && value.len() <= 64 {
                self.envelope.note(&self.key, value);
            }
        }
    }

    /// Reads an object inside a wrapper.
    fn wrapped(&mut self, is_outermost: bool) -> Result<Option<u64>, Message> {
        self.n_wrappers = self.n_wrappers.saturating_add(1);
        let count = self.object(is_outermost);
        self.n_wrappers = self.n_wrappers.saturating_sub(1);
        count
    }

    /// Reads a key and its colon, and gives the first byte of the value.
    fn key(&mut self) -> Result<u8, Message> {
        self.key.clear();
        match self.scanner.peek()? {
            Some(b'"') => self.scanner.key_into(&mut self.key)?,
            None => return Err(self.scanner.cut()),
            Some(_) => return Err(self.scanner.malformed("object key expected")),
        }
        match self.scanner.skip_space()? {
            Some(b':') => self.scanner.consume(1),
            None => return Err(self.scanner.cut()),
            Some(_) => return Err(self.scanner.malformed("colon expected")),
        }
        self.record.extend_from_slice(&self.key);
        self.record.push(b':');
        self.scanner.skip_space()?.ok_or_else(|| self.scanner.cut())
    }

    /// Reads a list of records and gives its length.
    fn list(&mut self, pointer: &str) -> Result<u64, Message> {
        self.scanner.consume(1);
        let (mut count, mut n_inner) = (0_u64, 0_u64);
        loop {
            match self.scanner.skip_space()? {
                None => return Err(self.scanner.cut()),
                Some(b']') => {
                    self.scanner.consume(1);
                    return Ok(if pointer == BUNDLE { n_inner } else { count });
                }
                Some(b',') if count > 0 => {
                    self.scanner.consume(1);
                    self.scanner.skip_space()?;
                }
                Some(_) if count == 0 => {}
                Some(_) => return Err(self.scanner.malformed("comma or closing bracket expected")),
            }
            let place = Place::Pointer(format!("{pointer}/{count}"));
            if pointer == BUNDLE && self.scanner.peek()? == Some(b'{') {
                // What else a bundle holds describes it and is no record.
                let inner = self.wrapped(true).map_err(|message| within(message, &place))?;
                n_inner = n_inner.saturating_add(inner.unwrap_or(0));
                count = count.saturating_add(1);
                continue;
            }
            if self.scanner.peek()? == Some(b'{') {
                self.object(false).map_err(|message| within(message, &place))?;
            } else {
                self.record.clear();
                self.shape.clear();
                self.scanner.value_into(&mut self.record).map_err(|message| within(message, &place))?;
            }
            self.emit(place)?;
            count = count.saturating_add(1);
        }
    }

    /// Hands the record on, or says that it is unknown.
    fn emit(&mut self, place: Place) -> Result<(), Message> {
        let Some(format) = self.shape.format() else {
            if self.shape.is_unnamed_cycle() {
                return Err(Message::new(codes::FEED_CYCLE_UNNAMED).at(place));
            }
            if self.header.n_records == 0 {
                return Err(unknown(&self.shape.describe()).at(place));
            }
            let found = self.shape.describe();
            self.header.notice(Message::new(codes::FEED_RECORD_UNKNOWN).at(place).with("found", found));
            return Ok(());
        };
        self.hand_on(format, self.record.as_slice().into(), place)
    }

    /// Hands a record on.
    fn hand_on(&mut self, format: FeedFormat, bytes: Box<[u8]>, place: Place) -> Result<(), Message> {
        self.header.formats.insert(format);
        self.header.n_records = self.header.n_records.saturating_add(1);
        (self.sink)(RawRecord { format, bytes, place })
    }

    /// Reads the EPSS file: a comment with the date, the column names, one row a CVE.
    fn epss(&mut self) -> Result<(), Message> {
        let mut line = Vec::new();
        let mut has_columns = false;
        let mut width = 0_usize;
        loop {
            line.clear();
            let place = Place::Line(self.scanner.line());
            let is_whole = self
                .scanner
                .line_into(&mut line, CSV_LINE_BYTES_MAX)
                .map_err(|message| if has_columns { message } else { unknown("text") })?;
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if text.is_empty() && !is_whole {
                break;
            }
            if let Some(comment) = text.strip_prefix('#') {
                if !has_columns && !comment.starts_with("model_version") {
                    return Err(unknown("text"));
                }
                let date = comment.split(',').find_map(|part| part.trim().strip_prefix("score_date:"));
                self.header.stated_at = date.and_then(Stamp::parse).or(self.header.stated_at);
            } else if !has_columns {
                if text.to_ascii_lowercase().replace(['"', ' '], "") != EPSS_COLUMNS {
                    return Err(unknown(text.get(..24).unwrap_or(&text)));
                }
                has_columns = true;
                self.header.formats.insert(FeedFormat::EpssCsv);
            } else if !text.is_empty() {
                // A last line without its line feed may be cut inside a number: it must be as long as its
                // neighbours' numbers are.
                let decimals = text.rsplit('.').next().unwrap_or_default().len();
                if !is_whole && (text.split(',').count() < 3 || decimals < width) {
                    return Err(self.scanner.cut().at(place));
                }
                width = decimals;
                self.hand_on(FeedFormat::EpssCsv, text.into_bytes().into(), place)?;
            }
            if !is_whole {
                break;
            }
        }
        if has_columns { Ok(()) } else { Err(unknown("text")) }
    }
}

/// The message at the record's place instead of the stream's line, unless it came from the reader.
fn within(message: Message, place: &Place) -> Message {
    let is_about_record = [codes::FEED_CUT, codes::FEED_MALFORMED, codes::FEED_LIMIT].contains(&message.code);
    if is_about_record { message.at(place.clone()) } else { message }
}

impl FeedHeader {
    /// Keeps a notice, or counts it when there are too many.
    pub(super) fn notice(&mut self, message: Message) {
        if self.notices.len() < limits::NOTICES_MAX {
            self.notices.push(message);
        } else {
            self.n_notices_dropped = self.n_notices_dropped.saturating_add(1);
        }
    }
}
