//! NVD's API 2.0: everything page by page once, then what changed, in windows.
//!
//! Source: <https://nvd.nist.gov/developers/vulnerabilities> and `/start-here`, read on 2026-11-21: at most 2,000
//! records a page, windows of at most 120 days, `lastModStartDate` and `lastModEndDate` together.

use std::path::PathBuf;

use kikimori_core::limits::SYNC_PAGES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::ImportMode;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Work;
use super::download::{Downloaded, forget};
use super::fetch::{is_http, shown};
use super::state::{NvdRun, NvdState, on_disk};
use crate::import_library::NamedFeed;
use crate::inputs;

/// Records asked for at once.
const PAGE_RECORDS: u32 = 2_000;
/// Longest window, in milliseconds: a day less than NVD allows.
const WINDOW_MAX_MS: i64 = 119 * 86_400_000;
/// How far a window reaches back into the one before, in milliseconds, for what NVD dated while it was being read.
const OVERLAP_MS: i64 = 3_600_000;
/// An interrupted query older than this, in milliseconds, begins anew.
const RUN_AGE_MAX_MS: i64 = 7 * 86_400_000;

/// What a page says about itself.
#[derive(Deserialize)]
struct Page {
    /// `NVD_CVE`.
    format: String,
    /// When it was made.
    timestamp: Option<String>,
    /// Records before it.
    #[serde(rename = "startIndex")]
    start_index: u64,
    /// Records on all pages.
    #[serde(rename = "totalResults")]
    n_total: u64,
    /// The records.
    vulnerabilities: Vec<IgnoredAny>,
}

impl Work<'_> {
    /// Brings NVD up to now.
    pub(super) fn sync_nvd(&mut self) -> Result<(), Message> {
        if !is_http(&self.source.base) {
            let message = Message::new(codes::SYNC_NEEDS_SERVER).with("kind", self.source.kind.word());
            return Err(message.with("address", &self.source.base));
        }
        let now = (self.request.clock.now)();
        let mut nvd = self.remembered().nvd.clone().unwrap_or_default();
        if nvd.base != self.source.base || (!self.has_library()? && nvd.until_ms.is_some()) {
            nvd = NvdState { base: self.source.base.clone(), ..NvdState::default() };
        }
        loop {
            let mut run = match nvd.run.clone().filter(|run| self.can_continue(run, now)) {
                Some(run) => run,
                None => begin(&nvd, now),
            };
            self.fetch_pages(&mut nvd, &mut run)?;
            let imported = self.import_pages(&run);
            self.forget_pages();
            nvd.run = None;
            if let Err((name, message)) = imported {
                self.remember_nvd(&nvd)?;
                self.outcome.faults.push((name, message));
                return Ok(());
            }
            nvd.until_ms = Some(run.stated_ms.map_or(run.until_ms, |stated| stated.min(run.until_ms)));
            self.remember_nvd(&nvd)?;
            if run.until_ms >= now.0 {
                return Ok(());
            }
        }
    }

    /// Whether an interrupted query can go on: it is not too old, and its pages are still there.
    fn can_continue(&self, run: &NvdRun, now: Stamp) -> bool {
        let age_ms = now.0.saturating_sub(run.began_ms);
        (0..RUN_AGE_MAX_MS).contains(&age_ms) && (0..run.n_pages).all(|page| self.page(page).is_file())
    }

    /// Fetches the pages of a query that are not there yet, and remembers each.
    fn fetch_pages(&mut self, nvd: &mut NvdState, run: &mut NvdRun) -> Result<(), Message> {
        while run.n_pages < SYNC_PAGES_MAX {
            let address = address_of(&self.source.base, run);
            let (downloaded, part) = self.download(&address, None)?;
            let page = match downloaded {
                Downloaded::File { .. } => read_page(&part, &address),
                Downloaded::NotModified => Err(pages_wrong(&address, "304")),
            };
            let page = match page {
                Ok(page) => page,
                Err(message) => {
                    forget(&part);
                    return Err(message);
                }
            };
            let n_records = page.vulnerabilities.len() as u64;
            let is_misplaced = page.format != "NVD_CVE" || page.start_index != run.n_records;
            if is_misplaced || (n_records == 0 && run.n_records < page.n_total) {
                forget(&part);
                let detail = format!("startIndex {}, totalResults {}", page.start_index, page.n_total);
                return Err(pages_wrong(&address, &detail));
            }
            let path = self.page(run.n_pages);
            std::fs::rename(&part, &path).map_err(|error| on_disk(&path, &error))?;
            forget(&part);
            run.n_pages += 1;
            run.n_records = run.n_records.saturating_add(n_records);
            let stated_ms = page.timestamp.as_deref().and_then(Stamp::parse).map(|stamp| stamp.0);
            run.stated_ms = run.stated_ms.or(stated_ms);
            nvd.run = Some(run.clone());
            self.remember_nvd(nvd)?;
            if run.n_records >= page.n_total {
                return Ok(());
            }
        }
        Err(pages_wrong(&self.source.base, "SYNC_PAGES_MAX"))
    }

    /// Imports the pages of a query: all of NVD, or what changed.
    fn import_pages(&mut self, run: &NvdRun) -> Result<(), (String, Message)> {
        if run.n_records == 0 {
            self.outcome.n_files_unchanged += 1;
            return Ok(());
        }
        let name = self.source.id.clone();
        let feeds: Vec<NamedFeed> =
            (0..run.n_pages).map(|page| NamedFeed { path: self.page(page), name: name.clone() }).collect();
        let mode = if run.from_ms.is_none() { self.whole() } else { ImportMode::Delta };
        self.import(&feeds, mode)
    }

    /// Writes down how far NVD was read.
    fn remember_nvd(&mut self, nvd: &NvdState) -> Result<(), Message> {
        self.remembered().nvd = Some(nvd.clone());
        self.save()
    }

    /// Where a page is kept.
    fn page(&self, number: u32) -> PathBuf {
        self.folder.join(format!("page-{number:05}.json"))
    }

    /// Removes the pages.
    fn forget_pages(&self) {
        for number in 0..SYNC_PAGES_MAX {
            if std::fs::remove_file(self.page(number)).is_err() {
                break;
            }
        }
    }
}

/// A new query: everything, or the next window of changes.
fn begin(nvd: &NvdState, now: Stamp) -> NvdRun {
    let from_ms = nvd.until_ms.map(|until| until.saturating_sub(OVERLAP_MS));
    let until_ms = match from_ms {
        None => now.0,
        // At least the overlap, should the clock have gone back.
        Some(from) => now.0.min(from.saturating_add(WINDOW_MAX_MS)).max(from.saturating_add(OVERLAP_MS)),
    };
    NvdRun { from_ms, until_ms, stated_ms: None, began_ms: now.0, n_records: 0, n_pages: 0 }
}

/// The address of a query's next page.
fn address_of(base: &str, run: &NvdRun) -> String {
    let mut address = format!("{base}?resultsPerPage={PAGE_RECORDS}&startIndex={}", run.n_records);
    if let Some(from_ms) = run.from_ms {
        let (from, until) = (Stamp(from_ms), Stamp(run.until_ms));
        address.push_str(&format!("&lastModStartDate={from}&lastModEndDate={until}"));
    }
    address
}

/// Reads what a page says about itself; it may be packed.
fn read_page(path: &PathBuf, address: &str) -> Result<Page, Message> {
    let mut page = None;
    inputs::open_each(std::slice::from_ref(path), &mut |input| {
        let reader = std::io::BufReader::new(input.reader);
        let read: Result<Page, serde_json::Error> = serde_json::from_reader(reader);
        page = Some(read.map_err(|error| pages_wrong(address, &error.to_string()))?);
        Ok(())
    })?;
    page.ok_or_else(|| pages_wrong(address, "0"))
}

/// Pages do not fit together.
fn pages_wrong(address: &str, detail: &str) -> Message {
    Message::new(codes::SYNC_PAGES).with("address", shown(address)).with("detail", detail)
}
