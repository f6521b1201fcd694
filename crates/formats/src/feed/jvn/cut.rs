//! Cuts the XML of JVN into records, with one record in memory.

use std::io::{self, BufRead, BufReader, Read};

use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use quick_xml::Reader;
use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::decode::{self, Decoding};
use super::element::Element;
use crate::feed::{FeedFormat, FeedHeader, RawRecord, record};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Bytes looked at for the declaration, and for the address of a namespace of JVN.
const START_BYTES: usize = 2_048;

/// Cuts a stream that begins with `<`. Gives the header.
///
/// # Errors
/// FEED-001 for XML of another kind, FEED-002 when the stream ends too early, FEED-004 when it is malformed, FEED-006 at a
/// limit, FEED-021 when it has a document type, FEED-022 when it is the API's answer to a wrong request, FEED-024 for an encoding
/// that is not read, and whatever the sink returns.
pub(in crate::feed) fn cut(
    mut input: impl Read,
    header: &mut FeedHeader,
    sink: &mut dyn FnMut(RawRecord) -> Result<(), Message>,
) -> Result<(), Message> {
    let mut start = Vec::new();
    let read = input.by_ref().take(START_BYTES as u64).read_to_end(&mut start);
    read.map_err(|error| failed(&error.into(), 0, 1))?;
    let encoding = decode::declared(&start).map_err(|message| {
        let text = String::from_utf8_lossy(&start);
        if text.contains("jvn.jp/") { message } else { unknown("XML") }
    })?;
    let whole = io::Cursor::new(start).chain(input);
    match encoding {
        None => Cutter::new(whole, header, sink).run(),
        Some(encoding) => Cutter::new(Decoding::new(whole, encoding), header, sink).run(),
    }
}

/// What the root element says the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    /// JVNRSS.
    Overview,
    /// VULDEF.
    Detail,
    /// A list of vendors, with or without products.
    Names,
}

impl Root {
    /// Tells a document by the name of its root, without prefix, and the values of its attributes.
    fn of(name: &str, attribute_values: &str) -> Option<Self> {
        match name {
            "RDF" if attribute_values.contains("http://jvn.jp/rss/mod_sec/") => Some(Self::Overview),
            "VULDEF-Document" => Some(Self::Detail),
            "Result" if attribute_values.contains("http://jvndb.jvn.jp/myjvn/Results") => Some(Self::Names),
            _ => None,
        }
    }

    /// The format of its records.
    fn format(self) -> FeedFormat {
        match self {
            Self::Overview => FeedFormat::JvnOverview,
            Self::Detail => FeedFormat::JvnDetail,
            Self::Names => FeedFormat::JvnNames,
        }
    }

    /// The element of a record and how deep it stands.
    fn record(self) -> (&'static str, usize) {
        match self {
            Self::Overview => ("item", 2),
            Self::Detail => ("Vulinfo", 2),
            Self::Names => ("Vendor", 3),
        }
    }
}

/// One pass over a stream.
struct Cutter<'a, R: Read> {
    /// The parser.
    reader: Reader<Watched<R>>,
    /// What is known of the stream.
    header: &'a mut FeedHeader,
    /// Where records go.
    sink: &'a mut dyn FnMut(RawRecord) -> Result<(), Message>,
    /// Elements open.
    depth: usize,
    /// The document's kind.
    root: Option<Root>,
    /// The record being copied and the line where it began.
    record: Option<(Writer<Vec<u8>>, u64)>,
    /// Inside the element in which a feed says when it was made.
    is_in_channel: bool,
    /// The next text says so.
    is_date: bool,
    /// Records that the status says are here.
    n_stated: Option<u64>,
}

impl<'a, R: Read> Cutter<'a, R> {
    /// Nothing read yet.
    fn new(
        input: R,
        header: &'a mut FeedHeader,
        sink: &'a mut dyn FnMut(RawRecord) -> Result<(), Message>,
    ) -> Self {
        let mut reader = Reader::from_reader(Watched {
            inner: BufReader::with_capacity(BUFFER_BYTES, input),
            n_since: 0,
            line: 1,
            offset: 0,
        });
        reader.config_mut().expand_empty_elements = true;
        let (root, record, n_stated) = (None, None, None);
        Self { reader, header, sink, depth: 0, root, record, is_in_channel: false, is_date: false, n_stated }
    }

    /// Reads the document to its end.
    fn run(mut self) -> Result<(), Message> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().n_since = 0;
            let line = self.reader.get_ref().line;
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(error) => {
                    let message = failed(&error, self.reader.get_ref().offset, line);
                    let is_of_syntax =
                        message.code == codes::FEED_MALFORMED || matches!(error, quick_xml::Error::Syntax(_));
                    return Err(if self.root.is_none() && is_of_syntax { unknown("XML") } else { message });
                }
            };
            match event {
                Event::Eof if self.root.is_none() => return Err(unknown("XML").at(Place::Line(line))),
                Event::Eof if self.depth > 0 => {
                    let offset = self.reader.get_ref().offset;
                    return Err(Message::new(codes::FEED_CUT).at(Place::Line(line)).with("offset", offset));
                }
                Event::Eof => break,
                // A web page begins so too; that is no feed and no attack.
                Event::DocType(name) if self.root.is_none() && !is_root_name(&name) => {
                    return Err(unknown("<!DOCTYPE>").at(Place::Line(line)));
                }
                Event::DocType(_) => {
                    return Err(Message::new(codes::FEED_XML_ENTITY).at(Place::Line(line)));
                }
                event => self.event(event, line)?,
            }
        }
        if let Some(stated) = self.n_stated.filter(|stated| *stated > self.header.n_records) {
            let message = Message::new(codes::FEED_FEWER_THAN_STATED).with("stated", stated);
            self.header.notice(message.with("found", self.header.n_records));
        }
        Ok(())
    }

    /// One event inside the document.
    fn event(&mut self, event: Event<'_>, line: u64) -> Result<(), Message> {
        match &event {
            Event::Start(start) => {
                self.depth = self.depth.saturating_add(1);
                if self.depth > limits::NESTING_DEPTH_MAX {
                    let message = record::limit("NESTING_DEPTH_MAX", limits::NESTING_DEPTH_MAX);
                    return Err(message.at(Place::Line(line)));
                }
                if self.record.is_none() {
                    self.begin(start, line)?;
                }
            }
            Event::Text(text) if self.is_date && self.record.is_none() => {
                self.header.stated_at = record::stamp(text).or(self.header.stated_at);
            }
            _ => {}
        }
        self.is_date &= !matches!(event, Event::End(_));
        let is_end = matches!(event, Event::End(_));
        if let Some((writer, _)) = &mut self.record {
            let written = writer.write_event(event);
            written.map_err(|error| malformed(&error.to_string(), line))?;
            if writer.get_ref().len() > limits::RECORD_BYTES_MAX {
                let message = record::limit("RECORD_BYTES_MAX", limits::RECORD_BYTES_MAX);
                return Err(message.at(Place::Line(line)));
            }
        }
        if is_end {
            self.end()?;
        }
        Ok(())
    }

    /// An element begins outside a record.
    fn begin(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Message> {
        let Some(root) = self.root else {
            let name = start.local_name();
            let values: String = start.attributes().flatten().map(|one| format!("{} ", one.value)).collect();
            let root = Root::of(name.as_ref(), &values).ok_or_else(|| {
                let name: String = name.as_ref().chars().take(40).collect();
                unknown(&format!("<{name}>")).at(Place::Line(line))
            })?;
            self.header.formats.insert(root.format());
            self.root = Some(root);
            return Ok(());
        };
        let name = start.local_name();
        let name: &str = name.as_ref();
        if (name, self.depth) == root.record() {
            self.record = Some((Writer::new(Vec::new()), line));
        } else if name == "channel" {
            self.is_in_channel = true;
        } else if name == "Status" {
            self.status(start, line)?;
        } else if name == "date" && self.is_in_channel {
            self.is_date = true;
        }
        Ok(())
    }

    /// An element ends.
    fn end(&mut self) -> Result<(), Message> {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if depth == 2 {
            self.is_in_channel = false;
        }
        let Some(root) = self.root.filter(|root| root.record().1 == depth) else { return Ok(()) };
        let Some((writer, line)) = self.record.take() else { return Ok(()) };
        self.header.n_records = self.header.n_records.saturating_add(1);
        (self.sink)(RawRecord {
            format: root.format(),
            bytes: writer.into_inner().into(),
            place: Place::Line(line),
        })
    }

    /// What the API says about its answer. Lists of names count products there, not vendors, and are not compared.
    fn status(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Message> {
        let mut single = Writer::new(Vec::new());
        let events = [Event::Start(start.borrow()), Event::End(start.to_end())];
        for event in events {
            single.write_event(event).map_err(|error| malformed(&error.to_string(), line))?;
        }
        let status = Element::read(&single.into_inner())?;
        if !matches!(status.attribute("retCd"), "" | "0") {
            return Err(Message::new(codes::FEED_API_FAULT)
                .at(Place::Line(line))
                .with("code", status.attribute("errCd"))
                .with("detail", status.attribute("errMsg")));
        }
        if self.root != Some(Root::Names) {
            self.n_stated = status.attribute("totalResRet").parse().ok();
            let total: Option<u64> = status.attribute("totalRes").parse().ok();
            self.header.stated_total = total.filter(|total| Some(*total) > self.n_stated);
        }
        Ok(())
    }
}

/// The stream is XML of another kind.
fn unknown(found: &str) -> Message {
    Message::new(codes::FEED_UNKNOWN_FORMAT).with("found", found)
}

/// The text of a document type begins with the name of a root that is read here.
fn is_root_name(doctype: &str) -> bool {
    let name = doctype.split_whitespace().next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    ["RDF", "VULDEF-Document", "Result"].contains(&name)
}

/// What a fault of the parser means.
fn failed(error: &quick_xml::Error, offset: u64, line: u64) -> Message {
    match error {
        quick_xml::Error::Io(error) => {
            if let Some(message) = error.get_ref().and_then(|inner| inner.downcast_ref::<Message>()) {
                return message.clone();
            }
            if error.kind() == io::ErrorKind::UnexpectedEof {
                return Message::new(codes::FEED_CUT).at(Place::Line(line)).with("offset", offset);
            }
            Message::new(codes::FEED_UNREADABLE).at(Place::Offset(offset)).with("detail", error)
        }
        // Each of these says that the end of a tag, comment or the like was not found.
        quick_xml::Error::Syntax(_) => {
            Message::new(codes::FEED_CUT).at(Place::Line(line)).with("offset", offset)
        }
        error => malformed(&error.to_string(), line),
    }
}

/// The stream is malformed.
fn malformed(detail: &str, line: u64) -> Message {
    let detail: String = detail.chars().take(200).collect();
    Message::new(codes::FEED_MALFORMED).at(Place::Line(line)).with("detail", detail)
}

/// Counts lines, and stops a parser that would keep a token without end in memory.
struct Watched<R> {
    /// Where bytes come from.
    inner: BufReader<R>,
    /// Bytes of the current token.
    n_since: usize,
    /// The line of the next byte.
    line: u64,
    /// Bytes consumed.
    offset: u64,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.n_since > limits::RECORD_BYTES_MAX {
            return Err(io::Error::other(record::limit("RECORD_BYTES_MAX", limits::RECORD_BYTES_MAX)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let consumed = self.inner.buffer().get(..count).unwrap_or_default();
        let lines = consumed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(lines as u64);
        self.offset = self.offset.saturating_add(count as u64);
        self.n_since = self.n_since.saturating_add(count);
        self.inner.consume(count);
    }
}
