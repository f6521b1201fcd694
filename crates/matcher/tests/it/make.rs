//! Short ways to write records, components and libraries.

use std::path::Path;

use kikimori_core::cpe::Cpe;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::sbom::{Component, ComponentKind, Role, Sbom, SbomFormat};
use kikimori_core::stamp::Stamp;
use kikimori_core::statement::{Bound, Status, VersionRow, VersionStatements, Versions};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, CpeMatch, Record, RecordLanguage, RecordState,
};
use kikimori_matcher::library::import::{ImportMode, ImportReport, Importer, encode};
use kikimori_matcher::library::{Library, LibraryFault};

/// When every test import happens.
pub const NOW: Stamp = Stamp(1_700_000_000_000);
/// A whole import that refuses feeds that shrank.
pub const WHOLE: ImportMode = ImportMode::Whole { allow_shrink: false };

/// A CPE name; `a:openssl:openssl` is filled up with `*`, `cpe:2.3:…` is taken as it is.
pub fn cpe(text: &str) -> String {
    if text.starts_with("cpe:") {
        return text.to_owned();
    }
    let missing = 11 - text.split(':').count();
    format!("cpe:2.3:{text}{}", ":*".repeat(missing))
}

/// The same, parsed.
pub fn parse_cpe(text: &str) -> Cpe {
    Cpe::parse(&cpe(text)).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// A range: `*`, `=1.2`, `>=1.0 <2.0`, `?some words`; with ` , ` between bounds where versions hold spaces.
pub fn versions(text: &str) -> Versions {
    if text == "*" {
        return Versions::Interval(None, None);
    }
    if let Some(words) = text.strip_prefix('?') {
        return Versions::Unparsed(words.trim().to_owned());
    }
    if let Some(version) = text.strip_prefix('=') {
        return Versions::Exact(version.to_owned());
    }
    let (mut lower, mut upper) = (None, None);
    for part in text.split_whitespace() {
        let bound = |skip: usize| Some(Bound { version: part[skip..].to_owned(), is_included: skip == 2 });
        match (part.as_bytes()[0], part.as_bytes()[1] == b'=') {
            (b'>', is_included) => lower = bound(1 + usize::from(is_included)),
            (b'<', is_included) => upper = bound(1 + usize::from(is_included)),
            _ => panic!("no range: {text}"),
        }
    }
    Versions::Interval(lower, upper)
}

/// A row: `affected >=1.0 <2.0`, `unaffected =1.5`, `unknown *`.
pub fn row(text: &str) -> VersionRow {
    let (status, rest) = text.split_once(' ').unwrap_or_else(|| panic!("no row: {text}"));
    VersionRow { status: status_of(status), versions: versions(rest) }
}

/// A status by name.
pub fn status_of(text: &str) -> Status {
    match text {
        "affected" => Status::Affected,
        "unaffected" => Status::Unaffected,
        "unknown" => Status::Unknown,
        "investigating" => Status::Investigating,
        _ => panic!("no status: {text}"),
    }
}

/// A package name: `npm/lodash`, `Debian:12/openssl`, `Go/github.com/a/b`.
pub fn package(text: &str) -> AffectedName {
    let (ecosystem, name) = text.split_once('/').unwrap_or_else(|| panic!("no package: {text}"));
    AffectedName::Package { ecosystem: Ecosystem::parse(ecosystem), name: name.to_owned() }
}

/// A CPE match: `a:openssl:openssl >=1.0 <2.0`, vulnerable or not.
pub fn cpe_match(text: &str, is_vulnerable: bool) -> CpeMatch {
    let (name, range) = text.split_once(' ').unwrap_or((text, "*"));
    let Versions::Interval(lower, upper) = versions(range) else { panic!("no range: {text}") };
    let end = |bound: &Option<Bound>, is_included: bool| {
        bound.as_ref().filter(|bound| bound.is_included == is_included).map(|bound| bound.version.clone())
    };
    CpeMatch {
        is_vulnerable,
        criteria: parse_cpe(name),
        start_including: end(&lower, true),
        start_excluding: end(&lower, false),
        end_including: end(&upper, true),
        end_excluding: end(&upper, false),
    }
}

/// An entry about names.
pub fn entry(names: Vec<AffectedName>, scheme: Scheme, rows: &[&str]) -> AffectedEntry {
    AffectedEntry {
        asserter: "supplier".to_owned(),
        authority: Authority::Supplier,
        place: "/affected/0".to_owned(),
        applicability: Applicability::Versions {
            names,
            versions: VersionStatements {
                scheme,
                default: Status::Unaffected,
                rows: rows.iter().map(|text| row(text)).collect(),
            },
            platforms: Vec::new(),
        },
    }
}

/// A record in force.
pub fn record(source: &str, id: &str, modified_ms: i64, affected: Vec<AffectedEntry>) -> Record {
    Record {
        source: source.to_owned(),
        id: id.to_owned(),
        modified_at: Some(Stamp(modified_ms)),
        published_at: None,
        state: RecordState::Published,
        aliases: Vec::new(),
        addresses: Vec::new(),
        title: None,
        description: None,
        severities: Vec::new(),
        cwes: Vec::new(),
        references: Vec::new(),
        affected,
        language: RecordLanguage::Unstated,
    }
}

/// A record about an npm package: everything below `fixed` is affected.
pub fn npm(id: &str, modified_ms: i64, name: &str, fixed: &str) -> Record {
    let rows = [format!("affected <{fixed}")];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    record(
        "osv:ghsa",
        id,
        modified_ms,
        vec![entry(vec![package(&format!("npm/{name}"))], Scheme::Npm, &rows)],
    )
}

/// An empty SBOM with these components.
pub fn sbom(components: Vec<Component>) -> Sbom {
    Sbom { components, ..Sbom::new(SbomFormat::CycloneDxJson, "1.6") }
}

/// A component with one package URL.
pub fn component(purl: &str) -> Component {
    Component {
        role: Role::Listed,
        kind: ComponentKind::Library,
        name: purl.into(),
        purls: vec![purl.to_owned()].into(),
        ..Component::default()
    }
}

/// Imports records as one feed.
pub fn import_as(
    folder: &Path,
    family: &str,
    name: &str,
    records: &[Record],
    mode: ImportMode,
) -> Result<ImportReport, LibraryFault> {
    let mut importer = Importer::begin(folder, mode, NOW)?;
    let feed = importer.start_feed(family, name);
    for record in records {
        importer.add(feed, &encode(record))?;
        importer.touch(record);
    }
    importer.commit()
}

/// Imports records as the feed `osv` `all.zip`.
pub fn import(folder: &Path, records: &[Record], mode: ImportMode) -> Result<ImportReport, LibraryFault> {
    import_as(folder, "osv", "all.zip", records, mode)
}

/// The library in a folder.
pub fn open(folder: &Path) -> Library {
    Library::open(folder).unwrap().expect("a library")
}
