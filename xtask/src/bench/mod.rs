//! `cargo xtask bench`: what the promised speeds are measured with.
//!
//! Every input is generated the same in every run, or taken from the corpus when there is one. The product's own
//! binary is run as people run it: a cold process, the page cache warm. One table comes out.

mod bundles;
mod catalog;
mod documents;
mod feeds;
mod measure;
mod random;
mod table;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use bundles::Bundles;
use documents::{Extent, Shape, write_document, write_identities};
use feeds::FeedSizes;
use measure::{Bench, Said, Usage, number};
use table::{Quantity, Table};

use crate::workspace;

/// Changes with the generator, so that data of another generator are not used again.
const GENERATION: u32 = 1;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Records of the large library.
    n_records: u64,
    /// Components of the bills that are scanned, with the budget in milliseconds over parsing.
    bills: &'static [(u64, Option<f64>)],
    /// Bytes of the large documents.
    document_bytes: u64,
    /// Records of the delta.
    n_delta: u64,
    /// Identities that one changed vulnerability is held against.
    n_identities: u64,
    /// Runs of which the median counts.
    n_runs: usize,
    /// Optimised programs are measured.
    is_release: bool,
}

/// What the budgets speak about.
const FULL: Scale = Scale {
    n_records: 260_000,
    bills: &[(100, None), (1_000, Some(50.0)), (10_000, Some(150.0)), (100_000, None)],
    document_bytes: 100_000_000,
    n_delta: 1_000,
    n_identities: 1_000_000,
    n_runs: 5,
    is_release: true,
};

/// Enough to see that measuring works. What it measures means nothing.
const QUICK: Scale = Scale {
    n_records: 4_000,
    bills: &[(100, None), (1_000, Some(50.0))],
    document_bytes: 1_000_000,
    n_delta: 100,
    n_identities: 10_000,
    n_runs: 1,
    is_release: false,
};

/// Measures and prints the table; true when everything could be measured, over budget or not.
pub fn run(root: &Path, corpus: Option<&Path>, is_quick: bool) -> bool {
    let scale = if is_quick { QUICK } else { FULL };
    match measure_all(root, corpus, scale) {
        Ok(table) => {
            println!("{}\n", table::machine(root));
            if is_quick {
                println!(
                    "A quick run of unoptimised programs on small data: it shows that measuring works, nothing else.\n"
                );
            }
            println!("{}", table.markdown());
            println!("over budget: {}", table.n_over());
            true
        }
        Err(fault) => {
            println!("bench: {fault}");
            false
        }
    }
}

/// Builds, generates, measures.
fn measure_all(root: &Path, corpus: Option<&Path>, scale: Scale) -> Result<Table, String> {
    let bench = build(root, scale)?;
    let data = generate(&bench.folder, scale).map_err(|error| format!("generating: {error}"))?;
    let mut table = Table::default();
    if let Some(corpus) = corpus.filter(|_| scale.is_release) {
        measure_corpus(&bench, corpus, &mut table)?;
    }
    let library = bench.folder.join("library");
    measure_import(&bench, &data, &library, scale, &mut table)?;
    measure_scans(&bench, &data, &library, scale, &mut table)?;
    measure_documents(&bench, &data, scale, &mut table)?;
    measure_reverse(&bench, &data, &library, scale, &mut table)?;
    let bundles = Bundles::begin(&bench, &library)?;
    bundles.measure_full("the large library as a bundle", &mut table)?;
    measure_delta(&bench, &data, &library, &mut table)?;
    bundles.measure_delta("the delta as a bundle", &mut table)?;
    Ok(table)
}

/// Builds what is measured.
fn build(root: &Path, scale: Scale) -> Result<Bench, String> {
    let profile: &[&str] = if scale.is_release { &["--release"] } else { &[] };
    for target in [&["-p", "kikimori"][..], &["-p", "kikimori-matcher", "--example", "reverse_bench"]] {
        let mut command = workspace::cargo(root);
        if !crate::ci::succeeds(command.args(["build", "--quiet"]).args(profile).args(target)) {
            return Err("building failed".to_owned());
        }
    }
    let target = workspace::target()?;
    let built = target.join(if scale.is_release { "release" } else { "debug" });
    let folder = target.join("bench").join(if scale.is_release { "full" } else { "quick" });
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = |name: &str| format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(Bench {
        kikimori: built.join(name("kikimori")),
        reverse: built.join("examples").join(name("reverse_bench")),
        folder,
        n_runs: scale.n_runs,
    })
}

/// Generates what is not there yet and returns its folder.
fn generate(folder: &Path, scale: Scale) -> std::io::Result<PathBuf> {
    let data = folder.join(format!("data-{GENERATION}"));
    if data.join("done").exists() {
        return Ok(data);
    }
    eprintln!("generating {}", data.display());
    let sizes = FeedSizes::of(scale.n_records);
    for part in ["feeds", "delta"] {
        fs::create_dir_all(data.join(part))?;
    }
    feeds::write_feeds(&data.join("feeds"), sizes)?;
    feeds::write_delta(&data.join("delta"), FeedSizes::of(scale.n_delta), sizes)?;
    for (n_components, _) in scale.bills {
        let path = data.join(format!("bill-{n_components}.cdx.json"));
        write_document(&path, Shape::CycloneDx, Extent::Components(*n_components))?;
    }
    for (name, shape) in LARGE {
        write_document(&data.join(name), *shape, Extent::Bytes(scale.document_bytes))?;
    }
    write_identities(&data.join("identities.tsv"), scale.n_identities)?;
    fs::write(data.join("done"), "")?;
    Ok(data)
}

/// The large documents.
const LARGE: &[(&str, Shape)] = &[
    ("large.cdx.json", Shape::CycloneDx),
    ("large-dense.cdx.json", Shape::CycloneDxDense),
    ("large.spdx.json", Shape::Spdx),
];

/// `library import`.
fn import(bench: &Bench, library: &Path, feeds: &Path, is_delta: bool) -> Result<Usage, String> {
    let mut args: Vec<&OsStr> = ["library", "import"].map(OsStr::new).to_vec();
    args.extend([
        feeds.as_os_str(),
        OsStr::new("--library"),
        library.as_os_str(),
        OsStr::new("-f"),
        OsStr::new("json"),
    ]);
    if is_delta {
        args.push(OsStr::new("--delta"));
    }
    bench.once(&bench.kikimori, &args, Said::Output)
}

/// Removes a folder if it is there.
fn clear(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Bytes of the files in a folder.
fn size_of(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// The library of the corpus's feeds, and its larger bills against it.
fn measure_corpus(bench: &Bench, corpus: &Path, table: &mut Table) -> Result<(), String> {
    let feeds = corpus.join("vulns");
    if !feeds.is_dir() {
        return Ok(());
    }
    let library = bench.folder.join("library-corpus");
    clear(&library)?;
    let used = import(bench, &library, &feeds, false)?;
    let megabytes = size_of(&library) as f64 / 1e6;
    let note = format!(
        "{:.0} records, {:.0} records/s, CPU {:.1} s, peak {} MB, library {megabytes:.0} MB",
        number(&used.said, "new"),
        number(&used.said, "new") / used.wall_ms * 1e3,
        used.cpu_ms / 1e3,
        used.peak_bytes / 1_000_000,
    );
    table.add("import of the corpus's feeds", Quantity::Time(used.wall_ms), None, &note);
    Bundles::begin(bench, &library)?.measure_full("the corpus's library as a bundle", table)?;
    let mut bills: Vec<(u64, PathBuf)> = fs::read_dir(corpus.join("sboms"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|file| file.file_name().to_string_lossy().contains(".cdx.json"))
        .filter_map(|file| Some((file.metadata().ok()?.len(), file.path())))
        .collect();
    bills.sort();
    for (_, bill) in bills.iter().rev().take(4) {
        let name = bill.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = name.split("__").last().unwrap_or_default().to_owned();
        measure_scan(bench, bill, &library, &format!("scan of {name}"), None, table)?;
    }
    Ok(())
}

/// The large library, from nothing, and again without a change.
fn measure_import(
    bench: &Bench,
    data: &Path,
    library: &Path,
    scale: Scale,
    table: &mut Table,
) -> Result<(), String> {
    clear(library)?;
    let feeds = data.join("feeds");
    let used = import(bench, library, &feeds, false)?;
    let n_records = FeedSizes::of(scale.n_records).total();
    let note = format!(
        "{n_records} records of {:.0} MB, {:.0} records/s, CPU {:.1} s, library {:.0} MB",
        size_of(&feeds) as f64 / 1e6,
        n_records as f64 / used.wall_ms * 1e3,
        used.cpu_ms / 1e3,
        size_of(library) as f64 / 1e6,
    );
    table.add("import of the large library", Quantity::Time(used.wall_ms), Some(Quantity::Time(60e3)), &note);
    let peak = Quantity::Memory(used.peak_bytes as f64);
    table.add("– its peak memory", peak, Some(Quantity::Memory(1e9)), "");
    let again = import(bench, library, &feeds, false)?;
    let note = format!("CPU {:.1} s, peak {} MB", again.cpu_ms / 1e3, again.peak_bytes / 1_000_000);
    table.add("import of the same feeds again", Quantity::Time(again.wall_ms), None, &note);
    Ok(())
}

/// Scans of the generated bills.
fn measure_scans(
    bench: &Bench,
    data: &Path,
    library: &Path,
    scale: Scale,
    table: &mut Table,
) -> Result<(), String> {
    for (n_components, budget) in scale.bills {
        let bill = data.join(format!("bill-{n_components}.cdx.json"));
        measure_scan(bench, &bill, library, &format!("scan of {n_components} components"), *budget, table)?;
    }
    Ok(())
}

/// One scan, beside the reading of the same bill: two rows.
fn measure_scan(
    bench: &Bench,
    bill: &Path,
    library: &Path,
    work: &str,
    budget_ms: Option<f64>,
    table: &mut Table,
) -> Result<(), String> {
    let json = [OsStr::new("-f"), OsStr::new("json")];
    let mut args = vec![OsStr::new("sbom"), OsStr::new("check"), bill.as_os_str()];
    args.extend(json);
    let check = bench.median(&args, Said::Nothing)?;
    let mut args = vec![OsStr::new("scan"), bill.as_os_str(), OsStr::new("--library"), library.as_os_str()];
    args.extend(json);
    args.push(OsStr::new("--timings"));
    let scan = bench.median(&args, Said::Error)?;
    let phase = |name| number(&scan.said, name);
    let note = format!(
        "all {:.0} ms: read {:.1}, open {:.2}, match {:.1}, report {:.1}; CPU {:.0} ms; {} findings",
        scan.wall_ms,
        phase("read_ms"),
        phase("open_ms"),
        phase("match_ms"),
        phase("report_ms"),
        scan.cpu_ms,
        phase("findings"),
    );
    let over_ms = scan.wall_ms - phase("read_ms");
    table.add(
        &format!("{work}, over parsing"),
        Quantity::Time(over_ms),
        budget_ms.map(Quantity::Time),
        &note,
    );
    let over_bytes = scan.peak_bytes.saturating_sub(check.peak_bytes);
    let note =
        format!("scan {} MB, `sbom check` {} MB", scan.peak_bytes / 1_000_000, check.peak_bytes / 1_000_000);
    let budget = budget_ms.map(|_| Quantity::Memory(100e6));
    table.add("– its peak memory over parsing", Quantity::Memory(over_bytes as f64), budget, &note);
    Ok(())
}

/// Reading large documents.
fn measure_documents(bench: &Bench, data: &Path, scale: Scale, table: &mut Table) -> Result<(), String> {
    for (name, _) in LARGE {
        let path = data.join(name);
        let args =
            [OsStr::new("sbom"), OsStr::new("check"), path.as_os_str(), OsStr::new("-f"), OsStr::new("json")];
        let used = bench.median(&args, Said::Nothing)?;
        let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        let share = scale.document_bytes as f64 / 1e8;
        let note = format!(
            "{} MB, {:.0} MB/s, CPU {:.0} ms",
            size / 1_000_000,
            size as f64 / used.wall_ms / 1e3,
            used.cpu_ms
        );
        let work = format!("`sbom check` of {name}");
        table.add(&work, Quantity::Time(used.wall_ms), Some(Quantity::Time(3_000.0 * share)), &note);
        let peak = Quantity::Memory(used.peak_bytes as f64);
        table.add("– its peak memory", peak, Some(Quantity::Memory(300e6)), "");
    }
    Ok(())
}

/// One changed vulnerability against many identities.
fn measure_reverse(
    bench: &Bench,
    data: &Path,
    library: &Path,
    scale: Scale,
    table: &mut Table,
) -> Result<(), String> {
    let identities = data.join("identities.tsv");
    let (worst, usual) = feeds::changed_ids(FeedSizes::of(scale.n_records));
    let args = [library.as_os_str(), identities.as_os_str(), OsStr::new(&usual), OsStr::new(&worst)];
    let used = bench.once(&bench.reverse, &args, Said::Output)?;
    let changes = used.said.get("changes").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    for (change, which) in changes.iter().zip(["a usual product", "the product with the most records"]) {
        let note = format!(
            "{} identities, {} touched, {} affected, worst run {:.2} ms",
            scale.n_identities,
            number(change, "touched"),
            number(change, "affected"),
            number(change, "worst_ms"),
        );
        let work = format!("one changed vulnerability, {which}");
        table.add(&work, Quantity::Time(number(change, "median_ms")), Some(Quantity::Time(50.0)), &note);
    }
    let note = format!("index {:.0} MB, once per start", number(&used.said, "index_bytes") / 1e6);
    table.add("– building the reverse index", Quantity::Time(number(&used.said, "build_ms")), None, &note);
    Ok(())
}

/// A delta on the large library, again and again on the library as it then is.
fn measure_delta(bench: &Bench, data: &Path, library: &Path, table: &mut Table) -> Result<(), String> {
    let delta = data.join("delta");
    let used = import(bench, library, &delta, true)?;
    let note = format!(
        "{} new, {} changed, CPU {:.2} s, peak {} MB",
        number(&used.said, "new"),
        number(&used.said, "changed"),
        used.cpu_ms / 1e3,
        used.peak_bytes / 1_000_000,
    );
    table.add("delta on the large library", Quantity::Time(used.wall_ms), Some(Quantity::Time(1e3)), &note);
    let again = import(bench, library, &delta, true)?;
    table.add("the same delta again", Quantity::Time(again.wall_ms), Some(Quantity::Time(1e3)), "");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_run_measures_everything() {
        let table = measure_all(&workspace::root(), None, QUICK).unwrap();
        let text = table.markdown();
        for work in [
            "import of the large library",
            "scan of 1000 components",
            "large.spdx.json",
            "delta on",
            "delta as a bundle",
        ] {
            assert!(text.contains(work), "{work}\n{text}");
        }
        assert!(!text.contains("NaN"), "{text}");
    }
}
