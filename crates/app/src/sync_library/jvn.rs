//! JVN iPedia: the files that its list of checksums names, each held against it.
//!
//! Details of every year and the newest lists of products and vendors are whole feeds; the overviews of recent changes
//! fill the days since the details were made. Source: <https://jvndb.jvn.jp/ja/feed/>, read on 2026-11-21.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_formats::feed::{self, FeedItem, FileChecksum};
use kikimori_matcher::library::import::ImportMode;

use super::Work;
use super::download::forget;
use super::source::{SourceFile, join};

/// The list of checksums, below the source's base.
const LIST: &str = "feed/checksum.txt";

impl Work<'_> {
    /// Brings the files that are other than those held.
    pub(super) fn sync_jvn(&mut self, now: Stamp) -> Result<(), Message> {
        let (_, path) = self.download(&join(&self.source.base, LIST), None)?;
        let rows = read_list(&path);
        forget(&path);
        let rows = rows?;
        let file = |(folder, row): (&str, &FileChecksum), name: String| SourceFile {
            address: join(&self.source.base, &format!("{folder}/{}", row.file_name)),
            name: format!("{}/{name}", self.source.id),
            is_optional: false,
            checksum: Some((row.size_bytes, row.sha256.clone())),
        };
        let named = |found: (&'static str, &FileChecksum)| file(found, found.1.file_name.clone());
        let mut whole: Vec<SourceFile> = rows
            .iter()
            .filter(|row| is_dated(row, "jvndb_detail_", 4))
            .map(|row| named(("feed/detail", row)))
            .collect();
        for (folder, prefix) in [("feed/product", "myjvn_product_"), ("feed/vendor", "myjvn_vendor_")] {
            let newest = rows.iter().filter(|row| is_dated(row, prefix, 6)).max_by_key(|row| &row.file_name);
            // A month's list follows that of the month before, as the same feed.
            whole.extend(
                newest.map(|row| file((folder, row), format!("{}.rdf", prefix.trim_end_matches('_')))),
            );
        }
        let changes: Vec<SourceFile> =
            rows.iter().filter(|row| row.file_name == "jvndb.rdf").map(|row| named(("rss", row))).collect();
        if whole.is_empty() {
            return Err(Message::new(codes::FEED_EMPTY));
        }
        let current: BTreeSet<String> =
            whole.iter().chain(&changes).map(|file| file.address.clone()).collect();
        self.sync_files(whole, now, self.whole())?;
        self.sync_files(changes, now, ImportMode::Delta)?;
        self.remembered().files.retain(|address, _| current.contains(address));
        Ok(())
    }
}

/// Reads a list of checksums.
///
/// # Errors
/// What reading a feed refuses; FEED-001 when it is another feed.
fn read_list(path: &Path) -> Result<Vec<FileChecksum>, Message> {
    let unreadable =
        |error: std::io::Error| Message::new(codes::FEED_UNREADABLE).with("detail", error.to_string());
    let mut rows = Vec::new();
    feed::split(File::open(path).map_err(unreadable)?, &mut |raw| {
        match feed::parse(&raw, &mut Vec::new())? {
            FeedItem::Checksum(row) => rows.push(row),
            _ => return Err(Message::new(codes::FEED_UNKNOWN_FORMAT).with("found", LIST)),
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Whether a file is called so, with this many digits and `.rdf` behind.
fn is_dated(row: &FileChecksum, prefix: &str, n_digits: usize) -> bool {
    let date = row.file_name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(".rdf"));
    date.is_some_and(|date| date.len() == n_digits && date.bytes().all(|byte| byte.is_ascii_digit()))
}
