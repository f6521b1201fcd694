//! Merging segments into one, and counting what the library holds.

use std::path::Path;

use kikimori_core::vulnerability::Epss;

use super::import::name_segment;
use super::lifecycles::{self, Lifecycles};
use super::manifest::Manifest;
use super::segment::{Encoded, RecordRow, RowState, Segment, SegmentWriter};
use super::{LibraryFault, is_current, key, open_segments};

/// Writes one segment that holds what all segments of `manifest` hold, and names it instead of them. Files of the
/// old segments are left for the caller to delete after the manifest is written.
///
/// # Errors
/// [`LibraryFault`] when the disk refuses or a segment is damaged.
pub fn merge(folder: &Path, manifest: &mut Manifest) -> Result<(), LibraryFault> {
    let segments = open_segments(folder, manifest)?;
    let written = folder.join(format!("segment-{:06}-merged.new", manifest.generation));
    let mut writer = SegmentWriter::create(&written)?;
    let damaged = || LibraryFault::Damaged { path: folder.to_owned() };
    for (index, segment) in segments.iter().enumerate() {
        let newer = segments.get(..index).unwrap_or_default();
        copy_current(segment, newer, &mut writer).ok_or_else(damaged)??;
    }
    if let Some(segment) = segments.iter().find(|segment| segment.has_kev()) {
        writer.set_kev(segment.kev().ok_or_else(damaged)?);
    }
    if let Some(segment) = segments.iter().find(|segment| segment.has_epss()) {
        let rows: Vec<(u64, Epss)> = segment.all_epss().collect();
        writer.set_epss(rows);
    }
    if let Some(lifecycles) = segments.iter().find_map(Segment::lifecycles) {
        writer.set_lifecycles(lifecycles.and_then(Lifecycles::all).ok_or_else(damaged)?);
    }
    let info = writer.finish(&|_| false)?;
    let file = format!("segment-{:06}-merged.kklib", manifest.generation);
    manifest.segments = vec![name_segment(folder, &written, &file, info.n_records)?];
    Ok(())
}

/// Copies the records of `segment` that no newer segment brings again. `None` when the segment is damaged.
fn copy_current(
    segment: &Segment,
    newer: &[Segment],
    writer: &mut SegmentWriter,
) -> Option<Result<(), LibraryFault>> {
    let mut keys: Vec<(u32, u64)> = segment.keys().map(|(hash, entry)| (entry, hash)).collect();
    keys.sort_unstable();
    let mut mentions: Vec<(u32, u64)> = segment.all_mentions().map(|(hash, record)| (record, hash)).collect();
    mentions.sort_unstable();
    for number in 0..segment.n_records() {
        let row = segment.record(number)?;
        if row.state == RowState::Removed || !is_current(newer, &row) {
            continue;
        }
        let parts = segment.payload(&row)?;
        let first = keys.partition_point(|(entry, _)| *entry < row.first_entry);
        let last_entry = row.first_entry.checked_add(row.n_entries)?;
        let encoded = Encoded {
            key_hash: row.key_hash,
            content_hash: row.content_hash,
            modified_ms: row.modified_ms,
            dated_ms: None,
            head_length: row.length,
            entry_lengths: parts.iter().skip(1).map(|part| part.len() as u32).collect(),
            bytes: parts.concat(),
            keys: keys
                .iter()
                .skip(first)
                .take_while(|(entry, _)| *entry < last_entry)
                .map(|(entry, hash)| (*hash, entry - row.first_entry))
                .collect(),
            mentions: hashes_of(&mentions, number),
            state: row.state,
            source: String::new(),
            ecosystems: Vec::new(),
        };
        if let Err(fault) = writer.add(&encoded, row.feed, row.source) {
            return Some(Err(fault));
        }
    }
    Some(Ok(()))
}

/// The hashes that belong to `number` in pairs sorted by number.
fn hashes_of(pairs: &[(u32, u64)], number: u32) -> Vec<u64> {
    let first = pairs.partition_point(|(record, _)| *record < number);
    pairs.iter().skip(first).take_while(|(record, _)| *record == number).map(|(_, hash)| *hash).collect()
}

/// Counts records by source, notes the newest revisions and computes the snapshot id.
///
/// # Errors
/// [`LibraryFault`] when a segment cannot be opened or is damaged.
pub fn count(folder: &Path, manifest: &mut Manifest) -> Result<(), LibraryFault> {
    let segments = open_segments(folder, manifest)?;
    let damaged = || LibraryFault::Damaged { path: folder.to_owned() };
    manifest.live.clear();
    manifest.retired.clear();
    manifest.names.clear();
    manifest.newest_ms.clear();
    let mut sum = 0_u128;
    for (index, segment) in segments.iter().enumerate() {
        let newer = segments.get(..index).unwrap_or_default();
        for number in 0..segment.n_records() {
            let row = segment.record(number).ok_or_else(damaged)?;
            if row.state == RowState::Removed || !is_current(newer, &row) {
                continue;
            }
            sum = sum.wrapping_add(row.content_hash);
            count_row(manifest, &row);
        }
    }
    if let Some(kev) = segments.iter().find(|segment| segment.has_kev()).and_then(Segment::kev) {
        for entry in kev {
            let text = format!(
                "kev {} {} {} {} {}",
                entry.cve, entry.added_on, entry.due_on, entry.is_ransomware_known, entry.name
            );
            sum = sum.wrapping_add(u128::from(key::hash(&text)) << 17);
        }
    }
    if let Some(segment) = segments.iter().find(|segment| segment.has_epss()) {
        for (hash, epss) in segment.all_epss() {
            let value = (u64::from(epss.probability_ppm) << 32) | u64::from(epss.percentile_ppm);
            sum = sum.wrapping_add(u128::from(hash ^ value.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 29);
        }
    }
    (manifest.n_products, manifest.n_cycles) = (0, 0);
    if let Some(lifecycles) = segments.iter().find_map(Segment::lifecycles) {
        for product in lifecycles.and_then(Lifecycles::all).ok_or_else(damaged)? {
            manifest.n_products += 1;
            manifest.n_cycles += product.cycles.len() as u64;
            sum = sum.wrapping_add(lifecycles::content_hash(&product));
        }
    }
    manifest.snapshot = super::sha256_hex(&sum.to_le_bytes()).get(..32).unwrap_or_default().to_owned();
    Ok(())
}

/// Counts one current row.
fn count_row(manifest: &mut Manifest, row: &RecordRow) {
    let source = manifest.sources.get(usize::from(row.source)).cloned().unwrap_or_default();
    if row.modified_ms != i64::MIN {
        let newest = manifest.newest_ms.entry(source.clone()).or_insert(row.modified_ms);
        *newest = (*newest).max(row.modified_ms);
    }
    let table = match row.state {
        RowState::Live => &mut manifest.live,
        RowState::Name => &mut manifest.names,
        RowState::Retired | RowState::Removed => &mut manifest.retired,
    };
    *table.entry(source).or_default() += 1;
}
