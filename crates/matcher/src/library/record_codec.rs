//! A vulnerability record as bytes: a head (identity, texts, severities) and separately addressed entries.
//!
//! Matching reads entries in place through [`EntryView`]; nothing is copied out of the file until a finding
//! is described.

use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::statement::{BoundRef, RowRef, Status, VersionsRef};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Configuration, CpeMatch, Operator, Record,
    RecordLanguage, RecordState,
};

use super::codec::{Reader, Writer};

/// Marks a head whose texts are Japanese.
const JAPANESE: u8 = 1;

/// Encodes a record's head.
pub fn write_head(writer: &mut Writer, record: &Record) {
    writer.text(&record.source);
    writer.text(&record.id);
    writer.texts(&record.aliases);
    writer.texts(&record.addresses);
    writer.byte(state_byte(record.state));
    writer.optional_int(record.modified_at.map(|stamp| stamp.0));
    writer.optional_int(record.published_at.map(|stamp| stamp.0));
    writer.optional_text(record.title.as_deref());
    writer.optional_text(record.description.as_deref());
    writer.uint(record.severities.len() as u64);
    for severity in &record.severities {
        writer.text(&severity.asserter);
        writer.text(&severity.vector);
    }
    writer.texts(&record.cwes);
    writer.texts(&record.references);
    // Nothing is written for the usual case, so that older files and snapshots stay what they are.
    if record.language == RecordLanguage::Japanese {
        writer.byte(JAPANESE);
    }
}

/// A record's head, read in place.
#[derive(Clone, Debug)]
pub struct HeadView<'a> {
    /// The source.
    pub source: &'a str,
    /// The record's id.
    pub id: &'a str,
    /// Ids of the same vulnerability.
    pub aliases: Vec<&'a str>,
    /// Ids that the record addresses.
    pub addresses: Vec<&'a str>,
    /// Whether it is in force.
    pub state: RecordState,
    /// Last change, milliseconds since 1970 UTC.
    pub modified_ms: Option<i64>,
    /// First publication, milliseconds since 1970 UTC.
    pub published_ms: Option<i64>,
    /// What follows: title, description, severities, CWEs, references.
    rest: Reader<'a>,
}

/// The texts of a record's head, read in place.
#[derive(Clone, Debug)]
pub struct HeadTexts<'a> {
    /// The title.
    pub title: Option<&'a str>,
    /// The description.
    pub description: Option<&'a str>,
    /// Asserter and CVSS vector.
    pub severities: Vec<(&'a str, &'a str)>,
    /// CWE ids.
    pub cwes: Vec<&'a str>,
    /// References.
    pub references: Vec<&'a str>,
    /// The language of title and description.
    pub language: RecordLanguage,
}

impl<'a> HeadView<'a> {
    /// Reads the identity part of a head; the texts wait for [`HeadView::texts`].
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self {
            source: reader.text()?,
            id: reader.text()?,
            aliases: reader.texts()?,
            addresses: reader.texts()?,
            state: read_state(reader.byte()?)?,
            modified_ms: reader.optional_int()?,
            published_ms: reader.optional_int()?,
            rest: reader,
        })
    }

    /// The texts.
    #[must_use]
    pub fn texts(&self) -> Option<HeadTexts<'a>> {
        let mut reader = self.rest;
        let title = reader.optional_text()?;
        let description = reader.optional_text()?;
        let count = reader.count()?;
        let mut severities = Vec::with_capacity(count);
        for _ in 0..count {
            severities.push((reader.text()?, reader.text()?));
        }
        let (cwes, references) = (reader.texts()?, reader.texts()?);
        let language = match reader.byte() {
            Some(JAPANESE) => RecordLanguage::Japanese,
            _ => RecordLanguage::Unstated,
        };
        Some(HeadTexts { title, description, severities, cwes, references, language })
    }
}

/// Encodes one entry.
pub fn write_entry(writer: &mut Writer, entry: &AffectedEntry) {
    writer.text(&entry.asserter);
    writer.byte(match entry.authority {
        Authority::Derived => 0,
        Authority::Supplier => 1,
        Authority::Distribution => 2,
    });
    writer.text(&entry.place);
    match &entry.applicability {
        Applicability::Versions { names, versions, platforms } => {
            writer.byte(0);
            writer.uint(names.len() as u64);
            for name in names {
                write_name(writer, name);
            }
            writer.texts(platforms);
            writer.byte(scheme_byte(versions.scheme));
            writer.byte(status_byte(versions.default));
            writer.uint(versions.rows.len() as u64);
            for row in &versions.rows {
                write_row(writer, row.as_ref());
            }
        }
        Applicability::Configurations(configurations) => {
            writer.byte(1);
            writer.uint(configurations.len() as u64);
            for configuration in configurations {
                write_configuration(writer, configuration);
            }
        }
    }
}

/// Encodes one name.
fn write_name(writer: &mut Writer, name: &AffectedName) {
    match name {
        AffectedName::Package { ecosystem, name } => {
            writer.byte(0);
            writer.text(&ecosystem.base);
            writer.optional_text(ecosystem.release.as_deref());
            writer.text(name);
        }
        AffectedName::Cpe(cpe) => {
            writer.byte(1);
            writer.text(&cpe.to_string());
        }
        AffectedName::Product { vendor, product } => {
            writer.byte(2);
            writer.text(vendor);
            writer.text(product);
        }
        AffectedName::Repository(repository) => {
            writer.byte(3);
            writer.text(repository);
        }
    }
}

/// Encodes one version row.
fn write_row(writer: &mut Writer, row: RowRef<'_>) {
    writer.byte(status_byte(row.status));
    match row.versions {
        VersionsRef::Exact(version) => {
            writer.byte(0);
            writer.text(version);
        }
        VersionsRef::Interval(lower, upper) => {
            writer.byte(1);
            write_bound(writer, lower);
            write_bound(writer, upper);
        }
        VersionsRef::Unparsed(text) => {
            writer.byte(2);
            writer.text(text);
        }
    }
}

/// Encodes one end of an interval.
fn write_bound(writer: &mut Writer, bound: Option<BoundRef<'_>>) {
    match bound {
        None => writer.byte(0),
        Some(bound) => {
            writer.byte(if bound.is_included { 2 } else { 1 });
            writer.text(bound.version);
        }
    }
}

/// Encodes one configuration.
fn write_configuration(writer: &mut Writer, configuration: &Configuration) {
    writer.byte(logic_byte(configuration.operator, configuration.negate));
    writer.uint(configuration.nodes.len() as u64);
    for node in &configuration.nodes {
        writer.byte(logic_byte(node.operator, node.negate));
        writer.uint(node.matches.len() as u64);
        for cpe_match in &node.matches {
            write_match(writer, cpe_match);
        }
    }
}

/// Encodes one CPE match.
fn write_match(writer: &mut Writer, cpe_match: &CpeMatch) {
    writer.byte(u8::from(cpe_match.is_vulnerable));
    writer.text(&cpe_match.criteria.to_string());
    let lower = bound_of(cpe_match.start_including.as_deref(), cpe_match.start_excluding.as_deref());
    let upper = bound_of(cpe_match.end_including.as_deref(), cpe_match.end_excluding.as_deref());
    write_bound(writer, lower);
    write_bound(writer, upper);
}

/// The bound that NVD's including/excluding pair means; including wins when a record gives both.
fn bound_of<'a>(including: Option<&'a str>, excluding: Option<&'a str>) -> Option<BoundRef<'a>> {
    match (including, excluding) {
        (Some(version), _) => Some(BoundRef { version, is_included: true }),
        (None, Some(version)) => Some(BoundRef { version, is_included: false }),
        (None, None) => None,
    }
}

/// One entry, read in place.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    /// Who asserts it.
    pub asserter: &'a str,
    /// How near the asserter stands.
    pub authority: Authority,
    /// Place in the record.
    pub place: &'a str,
    /// To what it applies.
    pub body: Body<'a>,
}

/// To what an entry applies, read in place.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Named packages or products with version statements.
    Versions {
        /// The names: count, then the encoded names.
        names: List<'a>,
        /// Platforms as written, encoded.
        platforms: Reader<'a>,
        /// The order of the bounds.
        scheme: Scheme,
        /// What holds for versions that no row covers.
        default: Status,
        /// The rows.
        rows: List<'a>,
    },
    /// CPE configurations.
    Configurations(List<'a>),
}

/// A counted list of encoded items.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// How many items.
    pub count: usize,
    /// The items.
    pub items: Reader<'a>,
}

impl<'a> EntryView<'a> {
    /// Reads an entry; `None` when the bytes are damaged.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let asserter = reader.text()?;
        let authority = match reader.byte()? {
            0 => Authority::Derived,
            1 => Authority::Supplier,
            2 => Authority::Distribution,
            _ => return None,
        };
        let place = reader.text()?;
        let body = match reader.byte()? {
            0 => {
                let names = List { count: reader.count()?, items: reader };
                for _ in 0..names.count {
                    NameView::read(&mut reader)?;
                }
                let platforms = reader;
                for _ in 0..reader.count()? {
                    reader.text()?;
                }
                let scheme = read_scheme(reader.byte()?)?;
                let default = read_status(reader.byte()?)?;
                let rows = List { count: reader.count()?, items: reader };
                Body::Versions { names, platforms, scheme, default, rows }
            }
            1 => Body::Configurations(List { count: reader.count()?, items: reader }),
            _ => return None,
        };
        Some(Self { asserter, authority, place, body })
    }
}

/// One name, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameView<'a> {
    /// A package of an ecosystem.
    Package {
        /// Ecosystem base.
        base: &'a str,
        /// Ecosystem release.
        release: Option<&'a str>,
        /// Name as written.
        name: &'a str,
    },
    /// A CPE name in canonical formatted-string form.
    Cpe(&'a str),
    /// Vendor and product.
    Product {
        /// Vendor as written.
        vendor: &'a str,
        /// Product as written.
        product: &'a str,
    },
    /// A repository.
    Repository(&'a str),
}

impl<'a> NameView<'a> {
    /// Reads one name.
    pub fn read(reader: &mut Reader<'a>) -> Option<Self> {
        Some(match reader.byte()? {
            0 => {
                Self::Package { base: reader.text()?, release: reader.optional_text()?, name: reader.text()? }
            }
            1 => Self::Cpe(reader.text()?),
            2 => Self::Product { vendor: reader.text()?, product: reader.text()? },
            3 => Self::Repository(reader.text()?),
            _ => return None,
        })
    }

    /// How the name is shown as evidence.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Package { base, release, name } => {
                let ecosystem = Ecosystem { base: (*base).to_owned(), release: release.map(str::to_owned) };
                format!("{ecosystem}/{name}")
            }
            Self::Cpe(text) | Self::Repository(text) => (*text).to_owned(),
            Self::Product { vendor, product } => format!("{vendor} / {product}"),
        }
    }
}

/// The names of a list.
pub fn names(list: List<'_>) -> impl Iterator<Item = NameView<'_>> {
    let mut reader = list.items;
    (0..list.count).map_while(move |_| NameView::read(&mut reader))
}

/// The rows of a list.
pub fn rows(list: List<'_>) -> impl Iterator<Item = RowRef<'_>> + Clone {
    let mut reader = list.items;
    (0..list.count).map_while(move |_| read_row(&mut reader))
}

/// Reads one version row.
fn read_row<'a>(reader: &mut Reader<'a>) -> Option<RowRef<'a>> {
    let status = read_status(reader.byte()?)?;
    let versions = match reader.byte()? {
        0 => VersionsRef::Exact(reader.text()?),
        1 => VersionsRef::Interval(read_bound(reader)?, read_bound(reader)?),
        2 => VersionsRef::Unparsed(reader.text()?),
        _ => return None,
    };
    Some(RowRef { status, versions })
}

/// Reads one end of an interval.
fn read_bound<'a>(reader: &mut Reader<'a>) -> Option<Option<BoundRef<'a>>> {
    match reader.byte()? {
        0 => Some(None),
        1 => Some(Some(BoundRef { version: reader.text()?, is_included: false })),
        2 => Some(Some(BoundRef { version: reader.text()?, is_included: true })),
        _ => None,
    }
}

/// One configuration, read in place.
#[derive(Clone, Copy, Debug)]
pub struct ConfigurationView<'a> {
    /// How the nodes combine.
    pub operator: Operator,
    /// The whole is negated.
    pub negate: bool,
    /// The nodes.
    pub nodes: List<'a>,
}

/// One node, read in place.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    /// How the matches combine.
    pub operator: Operator,
    /// The node is negated.
    pub negate: bool,
    /// The matches.
    pub matches: List<'a>,
}

/// One CPE match, read in place.
#[derive(Clone, Copy, Debug)]
pub struct MatchView<'a> {
    /// The vulnerable thing, not a condition.
    pub is_vulnerable: bool,
    /// Criteria in canonical formatted-string form.
    pub criteria: &'a str,
    /// Lower bound.
    pub lower: Option<BoundRef<'a>>,
    /// Upper bound.
    pub upper: Option<BoundRef<'a>>,
}

/// The configurations of a list.
pub fn configurations(list: List<'_>) -> impl Iterator<Item = ConfigurationView<'_>> {
    let mut reader = list.items;
    (0..list.count).map_while(move |_| {
        let (operator, negate) = read_logic(reader.byte()?)?;
        let nodes = List { count: reader.count()?, items: reader };
        for _ in 0..nodes.count {
            skip_node(&mut reader)?;
        }
        Some(ConfigurationView { operator, negate, nodes })
    })
}

/// The nodes of a configuration.
pub fn nodes(list: List<'_>) -> impl Iterator<Item = NodeView<'_>> {
    let mut reader = list.items;
    (0..list.count).map_while(move |_| skip_node(&mut reader))
}

/// Reads a node's head and skips its matches.
fn skip_node<'a>(reader: &mut Reader<'a>) -> Option<NodeView<'a>> {
    let (operator, negate) = read_logic(reader.byte()?)?;
    let matches = List { count: reader.count()?, items: *reader };
    for _ in 0..matches.count {
        read_match(reader)?;
    }
    Some(NodeView { operator, negate, matches })
}

/// The matches of a node.
pub fn matches(list: List<'_>) -> impl Iterator<Item = MatchView<'_>> {
    let mut reader = list.items;
    (0..list.count).map_while(move |_| read_match(&mut reader))
}

/// Reads one CPE match.
fn read_match<'a>(reader: &mut Reader<'a>) -> Option<MatchView<'a>> {
    Some(MatchView {
        is_vulnerable: reader.byte()? == 1,
        criteria: reader.text()?,
        lower: read_bound(reader)?,
        upper: read_bound(reader)?,
    })
}

/// Operator and negation in one byte.
fn logic_byte(operator: Operator, negate: bool) -> u8 {
    u8::from(operator == Operator::And) | (u8::from(negate) << 1)
}

/// The reverse of [`logic_byte`].
fn read_logic(byte: u8) -> Option<(Operator, bool)> {
    let operator = if byte & 1 == 1 { Operator::And } else { Operator::Or };
    (byte < 4).then_some((operator, byte & 2 == 2))
}

/// A record state as a byte.
#[must_use]
pub fn state_byte(state: RecordState) -> u8 {
    match state {
        RecordState::Published => 0,
        RecordState::Rejected => 1,
        RecordState::Withdrawn => 2,
    }
}

/// The reverse of [`state_byte`].
fn read_state(byte: u8) -> Option<RecordState> {
    match byte {
        0 => Some(RecordState::Published),
        1 => Some(RecordState::Rejected),
        2 => Some(RecordState::Withdrawn),
        _ => None,
    }
}

/// A status as a byte.
fn status_byte(status: Status) -> u8 {
    match status {
        Status::Affected => 0,
        Status::Unaffected => 1,
        Status::Unknown => 2,
        Status::Investigating => 3,
    }
}

/// The reverse of [`status_byte`].
fn read_status(byte: u8) -> Option<Status> {
    match byte {
        0 => Some(Status::Affected),
        1 => Some(Status::Unaffected),
        2 => Some(Status::Unknown),
        3 => Some(Status::Investigating),
        _ => None,
    }
}

/// A scheme as a byte: its position in [`Scheme::ALL`], which is append-only.
fn scheme_byte(scheme: Scheme) -> u8 {
    Scheme::ALL.iter().position(|candidate| *candidate == scheme).unwrap_or(0) as u8
}

/// The reverse of [`scheme_byte`].
fn read_scheme(byte: u8) -> Option<Scheme> {
    Scheme::ALL.get(usize::from(byte)).copied()
}
