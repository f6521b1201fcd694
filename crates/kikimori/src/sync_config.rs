//! The list of sources: what `sync.toml` says, and the one that `--print-config` writes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kikimori_app::sync_library::fetch::{Secret, is_http};
use kikimori_app::sync_library::source::{Source, SourceKind};
use kikimori_core::limits::{SYNC_DOWNLOAD_BYTES_MAX, SYNC_FILES_MAX, SYNC_SOURCES_MAX};
use kikimori_core::message::{Message, Place, codes};
use kikimori_locale::{Language, text};
use kikimori_net::HttpSettings;
use serde::Deserialize;

use crate::config;

/// Name of the file in the library's folder.
pub const CONFIG_FILE: &str = "sync.toml";
/// Largest list read, in bytes.
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// Longest id of a source: it names a folder.
const ID_BYTES_MAX: usize = 40;

/// Addresses of public sources as their publishers name them, read on 2026-11-21, with the comment that stands above
/// each.
const DEFAULT: &[(&str, &str)] = &[
    ("sync.config.head", ""),
    (
        "sync.config.proxy",
        "# proxy = \"http://proxy.example:8080\"\n# no_proxy = \"localhost,mirror.example\"",
    ),
    ("sync.config.ca_bundle", "# ca_bundle = \"proxy-ca.pem\""),
    (
        "sync.config.nvd",
        "[[source]]\nid = \"nvd\"\nkind = \"nvd-api\"\n\
         base = \"https://services.nvd.nist.gov/rest/json/cves/2.0\"\n\
         # key_env = \"NVD_API_KEY\"\nmin_interval_minutes = 120",
    ),
    (
        "sync.config.nvd_feeds",
        "[[source]]\nid = \"nvd-feeds\"\nkind = \"nvd-feeds\"\n\
         base = \"https://nvd.nist.gov/feeds/json/cve/2.0\"\nenabled = false\nmin_interval_minutes = 120",
    ),
    (
        "sync.config.cve",
        "[[source]]\nid = \"cve\"\nkind = \"cve-list\"\n\
         base = \"https://github.com/CVEProject/cvelistV5/releases\"\n\
         redirect_hosts = [\"release-assets.githubusercontent.com\", \"objects.githubusercontent.com\"]\n\
         min_interval_minutes = 60",
    ),
    (
        "sync.config.osv",
        "[[source]]\nid = \"osv\"\nkind = \"osv\"\n\
         base = \"https://osv-vulnerabilities.storage.googleapis.com\"\n\
         ecosystems = [\"Alpine\", \"Debian\", \"Go\", \"Maven\", \"NuGet\", \"PyPI\", \"crates.io\", \"npm\"]\n\
         min_interval_minutes = 60",
    ),
    (
        "sync.config.kev",
        "[[source]]\nid = \"kev\"\nkind = \"kev\"\n\
         base = \"https://www.cisa.gov/sites/default/files/feeds\"\nmin_interval_minutes = 60",
    ),
    (
        "sync.config.epss",
        "[[source]]\nid = \"epss\"\nkind = \"epss\"\nbase = \"https://epss.empiricalsecurity.com\"\n\
         min_interval_minutes = 60",
    ),
    (
        "sync.config.jvn",
        "[[source]]\nid = \"jvn\"\nkind = \"jvn\"\nbase = \"https://jvndb.jvn.jp/ja\"\nmin_interval_minutes = 360",
    ),
    (
        "sync.config.endoflife",
        "[[source]]\nid = \"endoflife\"\nkind = \"endoflife\"\nbase = \"https://endoflife.date/api/v1\"\n\
         min_interval_minutes = 1440",
    ),
    (
        "sync.config.files",
        "# [[source]]\n# id = \"usb\"\n# kind = \"files\"\n# base = \"/media/usb/feeds\"\n\
         # urls = [\"nvd-2026.json.gz\", \"osv/npm.zip\"]\n# delta = false",
    ),
];

/// The list as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Proxy for every connection.
    proxy: Option<String>,
    /// Hosts reached without it.
    no_proxy: Option<String>,
    /// Certificates to trust beside the system's.
    ca_bundle: Option<PathBuf>,
    /// Seconds until a connection must stand.
    connect_timeout_s: Option<u32>,
    /// Seconds that a server may be silent.
    silence_timeout_s: Option<u32>,
    /// Seconds for one body before it is continued in another connection.
    body_timeout_s: Option<u32>,
    /// Sources.
    #[serde(default)]
    source: Vec<Entry>,
}

/// One source as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Id.
    id: String,
    /// Word of its kind.
    kind: String,
    /// Address or folder.
    base: String,
    /// Whether it is synchronised.
    #[serde(default = "yes")]
    enabled: bool,
    /// Environment variable of its key.
    key_env: Option<String>,
    /// Minutes after a success in which it is left alone.
    #[serde(default)]
    min_interval_minutes: u32,
    /// Milliseconds between two requests.
    request_gap_ms: Option<u32>,
    /// Largest file, in millions of bytes.
    max_mb: Option<u32>,
    /// Hosts that its server may point to.
    #[serde(default)]
    redirect_hosts: Vec<String>,
    /// Ecosystems of OSV.
    #[serde(default)]
    ecosystems: Vec<String>,
    /// Files.
    #[serde(default)]
    urls: Vec<String>,
    /// The files are changes.
    #[serde(default)]
    delta: bool,
}

/// What is so unless it is written otherwise.
fn yes() -> bool {
    true
}

/// What a sync is told by its list.
#[derive(Debug)]
pub struct SyncConfig {
    /// Sources that are synchronised.
    pub sources: Vec<Source>,
    /// How connections are made.
    pub http: HttpSettings,
}

/// Reads the list at `path`; keys and proxies come from the environment.
///
/// # Errors
/// SYNC-002 when there is none, SYNC-001 when it cannot be read or says something that it cannot.
pub fn read(path: &Path) -> Result<SyncConfig, Message> {
    let wrong = |detail: &dyn std::fmt::Display| {
        Message::new(codes::SYNC_CONFIG_UNREADABLE).with("path", path.display()).with("detail", detail)
    };
    let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Message::new(codes::SYNC_CONFIG_MISSING).with("path", path.display()),
        _ => wrong(&error),
    })?;
    if metadata.len() > CONFIG_BYTES_MAX {
        return Err(wrong(&format!("> {CONFIG_BYTES_MAX}")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let document: Document = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() as u64 + 1;
        wrong(&error.message()).at(Place::Line(line))
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut sources: Vec<Source> = Vec::new();
    for entry in &document.source {
        let source = source_of(entry, folder).map_err(|detail| wrong(&detail))?;
        if sources.iter().any(|other| other.id == source.id) {
            return Err(wrong(&format!("id = \"{}\" ×2", source.id)));
        }
        if entry.enabled {
            sources.push(source);
        }
    }
    if sources.len() > SYNC_SOURCES_MAX {
        return Err(wrong(&format!("SYNC_SOURCES_MAX = {SYNC_SOURCES_MAX}")));
    }
    Ok(SyncConfig { sources, http: http_of(&document, folder) })
}

/// A source, checked.
fn source_of(entry: &Entry, folder: &Path) -> Result<Source, String> {
    let is_id_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if entry.id.is_empty() || entry.id.len() > ID_BYTES_MAX || !entry.id.bytes().all(is_id_letter) {
        return Err(format!("id = \"{}\" (a-z 0-9 -)", entry.id));
    }
    let kind = match entry.kind.as_str() {
        "nvd-api" => SourceKind::NvdApi,
        "nvd-feeds" => SourceKind::NvdFeeds,
        "cve-list" => SourceKind::CveList,
        "osv" => SourceKind::Osv(entry.ecosystems.clone()),
        "kev" => SourceKind::Kev,
        "epss" => SourceKind::Epss,
        "jvn" => SourceKind::Jvn,
        "endoflife" => SourceKind::EndOfLife,
        "files" => SourceKind::Files { addresses: entry.urls.clone(), is_delta: entry.delta },
        other => return Err(format!("kind = \"{other}\" ({})", SourceKind::WORDS.join(", "))),
    };
    let is_osv = matches!(kind, SourceKind::Osv(_));
    let is_files = matches!(kind, SourceKind::Files { .. });
    for (name, list, belongs) in [("ecosystems", &entry.ecosystems, is_osv), ("urls", &entry.urls, is_files)]
    {
        if belongs == list.is_empty() || list.len() > SYNC_FILES_MAX {
            return Err(format!("id = \"{}\", kind = \"{}\": {name}", entry.id, entry.kind));
        }
    }
    if entry.base.is_empty() || (entry.delta && !is_files) {
        return Err(format!("id = \"{}\": base, delta", entry.id));
    }
    let is_address = is_http(&entry.base) || entry.base.starts_with("file:");
    let base = if is_address { entry.base.clone() } else { folder.join(&entry.base).display().to_string() };
    Ok(Source {
        id: entry.id.clone(),
        kind,
        base,
        key_variable: entry.key_env.clone(),
        key: entry
            .key_env
            .as_deref()
            .and_then(config::variable)
            .map(|key| Secret::new(key.trim().to_owned())),
        interval_min: Duration::from_secs(u64::from(entry.min_interval_minutes) * 60),
        request_gap: entry.request_gap_ms.map(|gap| Duration::from_millis(gap.into())),
        size_bytes_max: entry.max_mb.map_or(SYNC_DOWNLOAD_BYTES_MAX, |max| u64::from(max) * 1_000_000),
        redirect_hosts: entry.redirect_hosts.clone(),
    })
}

/// How connections are made: the list first, then the environment.
fn http_of(document: &Document, folder: &Path) -> HttpSettings {
    let proxies = config::proxies();
    let seconds = |given: Option<u32>, else_: u32| Duration::from_secs(given.unwrap_or(else_).into());
    HttpSettings {
        https_proxy: document.proxy.clone().or(proxies.https),
        http_proxy: document.proxy.clone().or(proxies.http),
        no_proxy: document.no_proxy.clone().or(proxies.exceptions),
        ca_bundle: document
            .ca_bundle
            .as_ref()
            .map(|path| folder.join(path))
            .or_else(|| config::variable("KIKIMORI_CA_BUNDLE").map(PathBuf::from)),
        connect_timeout: seconds(document.connect_timeout_s, 30),
        silence_timeout: seconds(document.silence_timeout_s, 60),
        body_timeout: seconds(document.body_timeout_s, 900),
        user_agent: concat!("kikimori/", env!("CARGO_PKG_VERSION")).to_owned(),
        now: config::now,
    }
}

/// A list with the public sources, with comments.
pub fn default_text(language: Language) -> String {
    let mut written = String::new();
    for (key, rows) in DEFAULT {
        for line in text(language, key).lines() {
            written.push_str(&format!("# {line}\n"));
        }
        if !rows.is_empty() {
            written.push_str(rows);
            written.push('\n');
        }
        written.push('\n');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_is_printed_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        for language in [Language::Ja, Language::En] {
            std::fs::write(&path, default_text(language)).unwrap();
            let ids: Vec<String> = read(&path).unwrap().sources.into_iter().map(|source| source.id).collect();
            assert_eq!(ids, ["nvd", "cve", "osv", "kev", "epss", "jvn", "endoflife"]);
        }
    }

    #[test]
    fn what_a_list_cannot_say_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        let source = |rows: &str| format!("[[source]]\nid = \"a\"\nbase = \"x\"\n{rows}");
        for (text, expected, place) in [
            ("proxy = 1".to_owned(), "string", Place::Line(1)),
            ("\n\nprxy = \"x\"".to_owned(), "prxy", Place::Line(3)),
            (source("kind = \"nvd\""), "nvd-api, nvd-feeds", Place::Document),
            (source("kind = \"kev\"\necosystems = [\"npm\"]"), "ecosystems", Place::Document),
            (source("kind = \"osv\""), "ecosystems", Place::Document),
            (source("kind = \"files\""), "urls", Place::Document),
            (source("kind = \"kev\"\ndelta = true"), "delta", Place::Document),
            (source("kind = \"kev\"").replace("\"a\"", "\"../a\""), "../a", Place::Document),
            (format!("{}\n{}", source("kind = \"kev\""), source("kind = \"epss\"")), "×2", Place::Document),
        ] {
            std::fs::write(&path, &text).unwrap();
            let message = read(&path).unwrap_err();
            assert_eq!(message.code, codes::SYNC_CONFIG_UNREADABLE);
            assert!(message.to_string().contains(expected), "{text}: {message}");
            assert_eq!(message.place, place, "{text}: {message}");
        }
    }

    #[test]
    fn folders_are_below_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CONFIG_FILE);
        std::fs::write(
            &path,
            "ca_bundle = \"ca.pem\"\n[[source]]\nid = \"a\"\nkind = \"kev\"\nbase = \"usb\"\n",
        )
        .unwrap();
        let config = read(&path).unwrap();
        assert_eq!(config.sources[0].base, folder.path().join("usb").display().to_string());
        assert_eq!(config.http.ca_bundle, Some(folder.path().join("ca.pem")));
    }
}
