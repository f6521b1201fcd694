//! The releases of the CVE list: the whole once, then a file of changes for each day that has ended.
//!
//! Source: the README of <https://github.com/CVEProject/cvelistV5>, read on 2026-11-21: a release `cve_DATE_0000Z` with
//! everything at midnight (UTC), a release `cve_DATE_at_end_of_day` with what changed during the day.

use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::ImportMode;

use super::Work;
use super::download::forget;
use super::source::join;
use crate::import_library::NamedFeed;

/// Days tried back from today for a release with everything.
const WHOLE_BACK_DAYS: i64 = 4;
/// More days of changes than this are not worth it: everything is fetched again.
const CHANGES_DAYS_MAX: i64 = 30;
/// The changes of a day may appear this many days later.
const LATE_DAYS: i64 = 2;
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

impl Work<'_> {
    /// Brings the CVE list up to the last day that has ended.
    pub(super) fn sync_cve_list(&mut self, now: Stamp) -> Result<(), Message> {
        let today_ms = now.0.div_euclid(DAY_MS).saturating_mul(DAY_MS);
        let is_remembered = self.has_library()?;
        let held = self.remembered().cve_day.clone().filter(|_| is_remembered);
        let held_ms = held.and_then(|day| Stamp::parse(&day)).map(|stamp| stamp.0);
        let is_near = |day_ms: &i64| today_ms - day_ms <= CHANGES_DAYS_MAX * DAY_MS;
        let mut day_ms = match held_ms.filter(is_near) {
            Some(day_ms) => day_ms,
            None => self.fetch_whole(today_ms)?,
        };
        let mut feeds = Vec::new();
        let mut stopped = Ok(());
        while day_ms + DAY_MS < today_ms {
            let next_ms = day_ms + DAY_MS;
            let day = Stamp(next_ms).date();
            let path = format!("download/cve_{day}_at_end_of_day/{day}_delta_CVEs_at_end_of_day.zip");
            match self.download(&join(&self.source.base, &path), None) {
                Ok((_, path)) => feeds.push(NamedFeed { path, name: self.source.id.clone() }),
                Err(message) => {
                    let is_missing = message.code == codes::SYNC_NOT_FOUND;
                    if is_missing && today_ms - next_ms > LATE_DAYS * DAY_MS {
                        // A day whose changes never appeared: everything at midnight holds them.
                        return self.fetch_whole(today_ms).map(|_| ());
                    }
                    if !is_missing {
                        stopped = Err(message);
                    }
                    break;
                }
            }
            day_ms = next_ms;
        }
        if feeds.is_empty() {
            self.outcome.n_files_unchanged += 1;
            return stopped;
        }
        match self.import(&feeds, ImportMode::Delta) {
            Ok(()) => self.remembered().cve_day = Some(Stamp(day_ms).date()),
            Err(fault) => self.outcome.faults.push(fault),
        }
        feeds.iter().for_each(|feed| forget(&feed.path));
        stopped
    }

    /// Imports everything; gives the day up to whose end it goes.
    fn fetch_whole(&mut self, today_ms: i64) -> Result<i64, Message> {
        let mut missing = None;
        for back in 0..WHOLE_BACK_DAYS {
            let midnight_ms = today_ms - back * DAY_MS;
            let day = Stamp(midnight_ms).date();
            let path = format!("download/cve_{day}_0000Z/{day}_all_CVEs_at_midnight.zip.zip");
            match self.download(&join(&self.source.base, &path), None) {
                Ok((_, path)) => {
                    let feed = NamedFeed { path, name: self.source.id.clone() };
                    let imported = self.import(std::slice::from_ref(&feed), self.whole());
                    forget(&feed.path);
                    imported.map_err(|(_, message)| message)?;
                    let day_ms = midnight_ms - DAY_MS;
                    self.remembered().cve_day = Some(Stamp(day_ms).date());
                    self.save()?;
                    return Ok(day_ms);
                }
                Err(message) if message.code == codes::SYNC_NOT_FOUND => {
                    missing.get_or_insert(message);
                }
                Err(message) => return Err(message),
            }
        }
        Err(missing.unwrap_or_else(|| Message::new(codes::SYNC_NOT_FOUND).with("address", &self.source.base)))
    }
}
