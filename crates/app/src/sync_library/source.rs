//! Sources: where feeds come from, and which files each kind of source has.

use std::time::Duration;

use kikimori_core::stamp::Stamp;

use super::fetch::{Secret, is_http};

/// Requests that NVD answers in [`NVD_WINDOW`] without a key, and with one.
/// Source: <https://nvd.nist.gov/developers/start-here>, rate limits, read on 2026-11-21.
const NVD_REQUESTS: (u32, u32) = (5, 50);
/// The time in which NVD counts requests.
const NVD_WINDOW: Duration = Duration::from_secs(30);
/// The first year of NVD's year files; earlier vulnerabilities are in it too.
const NVD_YEAR_FIRST: u16 = 2002;

/// A source as its operator listed it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in the list: lower-case letters, digits and hyphens.
    pub id: String,
    /// What it is.
    pub kind: SourceKind,
    /// Where it is: an address of a server, or a folder.
    pub base: String,
    /// The environment variable that its key comes from.
    pub key_variable: Option<String>,
    /// The key.
    pub key: Option<Secret>,
    /// A sync within this time after a successful one leaves it alone.
    pub interval_min: Duration,
    /// Time between two requests; `None` is what the kind needs.
    pub request_gap: Option<Duration>,
    /// Largest file, in bytes.
    pub size_bytes_max: u64,
    /// Hosts, beside the base's own, that its server may point to.
    pub redirect_hosts: Vec<String>,
}

/// What a source is. A new kind that is plain files needs a row here, in [`SourceKind::word`] and in [`files`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// NVD's API 2.0: all of it page by page, then what changed.
    NvdApi,
    /// NVD's year files.
    NvdFeeds,
    /// The releases of the CVE list: the whole, then a file of changes a day.
    CveList,
    /// OSV: a zip for each of these ecosystems.
    Osv(Vec<String>),
    /// CISA's Known Exploited Vulnerabilities.
    Kev,
    /// EPSS.
    Epss,
    /// JVN iPedia: details by year, lists of names, recent changes.
    Jvn,
    /// The release cycles of endoflife.date.
    EndOfLife,
    /// Files at these addresses (or paths below the base), of any format that an import reads.
    Files {
        /// Addresses.
        addresses: Vec<String>,
        /// They are changes, not whole feeds.
        is_delta: bool,
    },
}

impl SourceKind {
    /// Every kind's word in a list of sources.
    pub const WORDS: &[&str] =
        &["nvd-api", "nvd-feeds", "cve-list", "osv", "kev", "epss", "jvn", "endoflife", "files"];

    /// The kind's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NvdApi => "nvd-api",
            Self::NvdFeeds => "nvd-feeds",
            Self::CveList => "cve-list",
            Self::Osv(_) => "osv",
            Self::Kev => "kev",
            Self::Epss => "epss",
            Self::Jvn => "jvn",
            Self::EndOfLife => "endoflife",
            Self::Files { .. } => "files",
        }
    }
}

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is.
    pub address: String,
    /// The feed's name in the library: the source and the file.
    pub name: String,
    /// It may be missing.
    pub is_optional: bool,
    /// Its size in bytes and SHA-256, where its publisher lists them.
    pub checksum: Option<(u64, String)>,
}

/// The files of a source, for kinds that are plain files.
#[must_use]
pub fn files(source: &Source, now: Stamp) -> Vec<SourceFile> {
    let year = now.date().get(..4).and_then(|year| year.parse().ok()).unwrap_or(NVD_YEAR_FIRST);
    let paths: Vec<(String, bool)> = match &source.kind {
        SourceKind::NvdApi | SourceKind::CveList | SourceKind::Jvn => Vec::new(),
        // The current year's file appears some time in January.
        SourceKind::NvdFeeds => (NVD_YEAR_FIRST..=year)
            .map(|file_year| (format!("nvdcve-2.0-{file_year}.json.gz"), file_year == year))
            .collect(),
        SourceKind::Osv(ecosystems) => {
            ecosystems.iter().map(|ecosystem| (format!("{ecosystem}/all.zip"), false)).collect()
        }
        SourceKind::Kev => vec![("known_exploited_vulnerabilities.json".to_owned(), false)],
        SourceKind::Epss => vec![("epss_scores-current.csv.gz".to_owned(), false)],
        SourceKind::EndOfLife => vec![("products/full".to_owned(), false)],
        SourceKind::Files { addresses, .. } => {
            addresses.iter().map(|address| (address.clone(), false)).collect()
        }
    };
    let file = |(path, is_optional): (String, bool)| SourceFile {
        address: join(&source.base, &path),
        name: format!("{}/{}", source.id, super::fetch::shown(&path)),
        is_optional,
        checksum: None,
    };
    paths.into_iter().map(file).collect()
}

/// The address of a file below a base. A path that is an address or absolute stands for itself; below a server, what
/// an address may not hold is escaped.
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    if is_http(path) || path.starts_with('/') || path.starts_with("file:") {
        return path.to_owned();
    }
    let base = base.trim_end_matches('/');
    if !is_http(base) {
        return format!("{base}/{path}");
    }
    let mut address = format!("{base}/");
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// Time between two requests to a source.
#[must_use]
pub fn request_gap(source: &Source) -> Duration {
    let needed = match (&source.kind, &source.key) {
        (SourceKind::NvdApi, None) => NVD_WINDOW / NVD_REQUESTS.0,
        (SourceKind::NvdApi, Some(_)) => NVD_WINDOW / NVD_REQUESTS.1,
        _ => Duration::ZERO,
    };
    source.request_gap.unwrap_or(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_below_their_base() {
        for (base, path, expected) in [
            ("https://a.example/osv/", "Rocky Linux/all.zip", "https://a.example/osv/Rocky%20Linux/all.zip"),
            ("https://a.example", "Debian:12/all.zip", "https://a.example/Debian:12/all.zip"),
            ("/media/usb", "Rocky Linux/all.zip", "/media/usb/Rocky Linux/all.zip"),
            ("file:///media/usb", "kev.json", "file:///media/usb/kev.json"),
            ("https://a.example", "https://b.example/x?y=1", "https://b.example/x?y=1"),
            ("https://a.example", "/media/usb/x", "/media/usb/x"),
        ] {
            assert_eq!(join(base, path), expected);
        }
    }
}
