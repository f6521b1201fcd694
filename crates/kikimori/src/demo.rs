//! `kikimori demo`: three invented device releases and a small library, so that the first minute shows real findings
//! with reasons.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};
use kikimori_app::furnish_demo::{DemoOrganisation, furnish_demo};
use kikimori_app::installation::Installation;
use kikimori_app::scan_sbom::{ScanRequest, scan_sbom};
use kikimori_locale::{Language, format, text};
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::{Library, LibraryFault};
use kikimori_store::DatabaseAddress;
use serde::Deserialize;

use crate::config;
use crate::exit::{Exit, Failure};
use crate::library::import_with_progress;
use crate::report::table::{Style, write_scan};
use crate::scan::{warnings, write_to};
use crate::serve::{
    DATABASE_FILE, Settings, listen_of, listen_option, open, runtime, serve, start_log, until_asked_to_stop,
};

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

/// The demo's organisations and people.
const ORGANISATIONS: &str = include_str!("../../../demo/organisations.toml");

/// The file that keeps the demo's password, so that the next start can show it again.
const PASSWORD_FILE: &str = "password";

/// The demo's organisations as their file holds them.
#[derive(Deserialize)]
struct Organisations {
    /// Each.
    organisation: Vec<DemoOrganisation>,
}

/// The command.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("demo").about(words("help.demo")).arg(listen_option(language)).arg(
        Arg::new("no-serve").long("no-serve").action(ArgAction::SetTrue).help(words("help.demo.no_serve")),
    )
}

/// `kikimori demo`.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let folder = config::demo_folder();
    show_findings(&folder, language)?;
    if matches.get_flag("no-serve") {
        return Ok(Exit::Done);
    }
    let settings = Settings {
        database: DatabaseAddress::File(folder.join(DATABASE_FILE)),
        folder,
        listen: listen_of(matches),
        public_address: String::new(),
        tls: None,
        metrics_listen: None,
    };
    start_log();
    runtime(&settings, language)?.block_on(async {
        let installation = open(&settings, language).await?;
        furnish(&installation, &settings.folder, language).await?;
        serve(installation, &settings, language, until_asked_to_stop()).await
    })
}

/// Makes the organisations and people unless they are there, and says how to sign in.
async fn furnish(installation: &Installation, folder: &Path, language: Language) -> Result<(), Failure> {
    let file = folder.join(PASSWORD_FILE);
    let fault = |error: io::Error| Failure::of_output(language, &file.display().to_string(), &error);
    let organisations: Organisations =
        toml::from_str(ORGANISATIONS).map_err(|error| fault(io::Error::other(error)))?;
    let mut password = std::fs::read_to_string(&file).unwrap_or_default();
    if password.is_empty() {
        password = installation.random::<8>().map(|byte| format!("{byte:02x}")).concat();
        write_secret(&file, &password).map_err(fault)?;
    }
    furnish_demo(installation, &organisations.organisation, &folder.join("sboms"), &password, language.tag())
        .await
        .map_err(|error| fault(io::Error::other(error)))?;
    let people: Vec<String> = organisations
        .organisation
        .iter()
        .map(|one| {
            format!(
                "  {}  ({})",
                one.email,
                if language == Language::En { &one.name_en } else { &one.name_ja }
            )
        })
        .collect();
    let args: [(&str, &dyn std::fmt::Display); 2] = [("people", &people.join("\n")), ("password", &password)];
    crate::write_out(&format!("{}\n", format(language, "demo.sign_in", &args)));
    Ok(())
}

/// Writes a file that only its owner may read.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Lays the demo's files out, imports its feeds and shows what is found.
fn show_findings(folder: &Path, language: Language) -> Result<(), Failure> {
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
            rules: Vec::new(),
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
    write_to(None, &mut |out| writeln!(out, "{}", format(language, "demo.next", &args))).map_err(fault)
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
