//! Measures one changed vulnerability against many identities; `cargo xtask bench` runs it.
//!
//! `reverse_bench LIBRARY IDENTITIES ID…`: a library, identities one a line (package URL, CPE, version; tabs between
//! them), ids of vulnerabilities. Prints JSON: the index's build time and size, and for every id the identities touched
//! and the best, median and worst of several runs.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "what a measurement makes is what it prints")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use kikimori_core::sbom::{Component, Sbom, SbomFormat};
use kikimori_core::verdict::Tri;
use kikimori_matcher::library::Library;
use kikimori_matcher::matching::context::Context;
use kikimori_matcher::matching::equivalence::add_equivalents;
use kikimori_matcher::matching::identity::{Identity, identify};
use kikimori_matcher::matching::reverse::{Change, IdentityIndex, rematch};

/// Runs of which the median counts.
const N_RUNS: usize = 11;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [library, identities, ids @ ..] = args.as_slice() else {
        return Err("usage: reverse_bench LIBRARY IDENTITIES ID…".into());
    };
    let library = Library::open(Path::new(library))?.ok_or("no library")?;
    let text = std::fs::read_to_string(identities)?;
    let rows: Vec<&str> = text.lines().collect();
    let read = |number: u32| identity(rows.get(number as usize)?, &library);
    let started = Instant::now();
    let numbers = 0..u32::try_from(rows.len())?;
    let index = IdentityIndex::new(numbers.filter_map(|number| Some((number, read(number)?))));
    let build_ms = started.elapsed().as_secs_f64() * 1e3;
    let context = Context::new(&empty(), &[], &[]);
    let mut changes = Vec::new();
    for id in ids {
        let mut runs: Vec<(f64, usize, usize)> = (0..N_RUNS)
            .map(|_| {
                let started = Instant::now();
                let change = Change::of_vulnerability(&library, id);
                let matched = rematch(&index, &change, &library, &context, read);
                let n_affected =
                    matched.iter().filter(|(_, hits)| hits.iter().any(|hit| hit.answer == Tri::Yes));
                (started.elapsed().as_secs_f64() * 1e3, n_affected.count(), matched.len())
            })
            .collect();
        runs.sort_by(|left, right| left.0.total_cmp(&right.0));
        let median = runs.get(N_RUNS / 2).copied().unwrap_or_default();
        let worst = runs.last().copied().unwrap_or_default();
        changes.push(serde_json::json!({
            "id": id, "median_ms": median.0, "worst_ms": worst.0, "touched": median.2, "affected": median.1,
        }));
    }
    let said = serde_json::json!({
        "identities": rows.len(), "build_ms": build_ms, "index_bytes": index.len() * 12, "changes": changes,
    });
    println!("{said}");
    Ok(())
}

/// The identity of a line.
fn identity(line: &str, library: &Library) -> Option<Identity> {
    let mut fields = line.split('\t');
    let mut text = || fields.next().filter(|text| !text.is_empty()).map(str::to_owned);
    let (purls, cpes) = (text().into_iter().collect(), text().into_iter().collect());
    let component = Component { purls, cpes, version: text().map(Into::into), ..Component::default() };
    let mut identity = identify(&component, None, None);
    add_equivalents(&mut identity, library);
    Some(identity)
}

/// A bill without components: the identities belong to no one document.
fn empty() -> Sbom {
    Sbom::new(SbomFormat::CycloneDxJson, "")
}
