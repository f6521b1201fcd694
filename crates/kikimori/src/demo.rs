//! `kikimori demo`: three invented device releases and a small library, so that the first minute shows real findings
//! with reasons.

use std::io;
use std::path::{Path, PathBuf};

use kikimori_app::scan_sbom::{ScanRequest, scan_sbom};
use kikimori_locale::{Language, format, text};
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::{Library, LibraryFault};

use crate::config;
use crate::exit::{Exit, Failure};
use crate::library::import_with_progress;
use crate::report::table::{Style, write_scan};
use crate::scan::{warnings, write_to};

/// The demo's SBOMs: file name, content.
const SBOMS: &[(&str, &[u8])] = &[
    ("infusion-pump-4.2.1.cdx.json", include_bytes!("../../../demo/sboms/infusion-pump-4.2.1.cdx.json")),
    ("image-viewer-3.0.0.spdx.json", include_bytes!("../../../demo/sboms/image-viewer-3.0.0.spdx.json")),
    ("ventilator-2.7.0.spdx", include_bytes!("../../../demo/sboms/ventilator-2.7.0.spdx")),
];

/// The demo's feeds: file name, content.
const FEEDS: &[(&str, &[u8])] = &[
    ("nvd-2.0-excerpt.json", include_bytes!("../../../demo/feeds/nvd-2.0-excerpt.json")),
    ("cve-records.ndjson", include_bytes!("../../../demo/feeds/cve-records.ndjson")),
    ("osv.ndjson", include_bytes!("../../../demo/feeds/osv.ndjson")),
    ("kev.json", include_bytes!("../../../demo/feeds/kev.json")),
    ("epss.csv", include_bytes!("../../../demo/feeds/epss.csv")),
    ("endoflife.json", include_bytes!("../../../demo/feeds/endoflife.json")),
];

/// `kikimori demo`.
pub fn demo(language: Language) -> Result<Exit, Failure> {
    let folder = config::demo_folder();
    let fault = |error: io::Error| Failure::of_output(language, &folder.display().to_string(), &error);
    let sboms = lay_out(&folder.join("sboms"), SBOMS).map_err(fault)?;
    let feeds = lay_out(&folder.join("feeds"), FEEDS).map_err(fault)?;
    let library = folder.join("library");
    // What an earlier version left here, or a broken run, is ours to replace.
    if let Err(LibraryFault::OtherLayout { .. } | LibraryFault::Damaged { .. }) = Library::open(&library) {
        std::fs::remove_dir_all(&library).map_err(fault)?;
    }
    import_with_progress(&library, &feeds, ImportMode::Whole { allow_shrink: true }, language)?;
    let style =
        Style { library: Some(&library), language, shows_all: false, has_colour: config::wants_colour() };
    let now = config::now();
    write_to(None, &mut |out| writeln!(out, "{}\n", text(language, "demo.intro"))).map_err(fault)?;
    for sbom in &sboms {
        let request = ScanRequest {
            sbom,
            library: &library,
            platform: Vec::new(),
            max_age_days: None,
            now,
            include_not_affected: false,
            n_threads: 1,
        };
        let name = sbom.display().to_string();
        let outcome = scan_sbom(&request).map_err(|fault| Failure::of_scan(language, &name, &fault))?;
        let said_first: Vec<String> =
            warnings(&outcome, language).into_iter().map(|warning| warning.text).collect();
        write_to(None, &mut |out| {
            writeln!(out, "━━━ {}\n", file_name(sbom))?;
            write_scan(&name, &outcome, &said_first, style, out)?;
            writeln!(out)
        })
        .map_err(fault)?;
    }
    let args: [(&str, &dyn std::fmt::Display); 2] =
        [("folder", &folder.display()), ("library", &library.display())];
    write_to(None, &mut |out| writeln!(out, "{}", format(language, "demo.next", &args))).map_err(fault)?;
    Ok(Exit::Done)
}

/// The last part of a path.
fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Writes the demo's files where the user can look at them and try further commands.
fn lay_out(folder: &Path, files: &[(&str, &[u8])]) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut paths = Vec::with_capacity(files.len());
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::write(&path, content)?;
        paths.push(path);
    }
    Ok(paths)
}
