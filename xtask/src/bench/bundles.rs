//! Measures offline bundles: writing one, importing it elsewhere, and the delta of a change.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::measure::{Bench, Said, Usage, number};
use super::table::{Quantity, Table};

/// Where the files of one library's bundles are.
pub struct Bundles<'a> {
    /// The programs.
    bench: &'a Bench,
    /// The library that is exported.
    library: &'a Path,
    /// The key, the bundles, and the library that receives them.
    folder: PathBuf,
}

impl<'a> Bundles<'a> {
    /// Makes a key and an empty receiver.
    pub fn begin(bench: &'a Bench, library: &'a Path) -> Result<Self, String> {
        let folder = bench.folder.join("bundles");
        super::clear(&folder)?;
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let bundles = Self { bench, library, folder };
        let args = ["key".into(), "create".into(), "--output".into(), bundles.path("key.pem")];
        bundles.run(&args, Said::Nothing)?;
        Ok(bundles)
    }

    /// Writes and imports a full bundle.
    pub fn measure_full(&self, subject: &str, table: &mut Table) -> Result<(), String> {
        self.measure("full.kkbundle", &[], subject, table)
    }

    /// Writes and imports what changed since the full bundle.
    pub fn measure_delta(&self, subject: &str, table: &mut Table) -> Result<(), String> {
        self.measure("delta.kkbundle", &["--since".into(), self.path("full.kkbundle")], subject, table)
    }

    /// Writes a bundle and imports it.
    fn measure(
        &self,
        name: &str,
        since: &[OsString],
        subject: &str,
        table: &mut Table,
    ) -> Result<(), String> {
        let bundle = self.path(name);
        let mut args: Vec<OsString> =
            ["library", "export", "-f", "json", "--library"].map(Into::into).to_vec();
        args.extend([
            self.library.into(),
            "--key".into(),
            self.path("key.pem"),
            "--output".into(),
            bundle.clone(),
        ]);
        args.extend(since.iter().cloned());
        let used = self.run(&args, Said::Output)?;
        let note = format!(
            "{:.1} MB of {:.1} MB, {} of {} segments, CPU {:.2} s, peak {} MB",
            number(&used.said, "size_bytes") / 1e6,
            number(&used.said, "unpacked_bytes") / 1e6,
            number(&used.said, "parts"),
            number(&used.said, "segments"),
            used.cpu_ms / 1e3,
            used.peak_bytes / 1_000_000,
        );
        table.add(&format!("export of {subject}"), Quantity::Time(used.wall_ms), None, &note);
        let mut args: Vec<OsString> = ["library", "import", "-f", "json"].map(Into::into).to_vec();
        args.extend([bundle, "--library".into(), self.path("received")]);
        args.extend(["--trust".into(), self.path("key.pub.pem")]);
        let used = self.run(&args, Said::Output)?;
        let note = format!("CPU {:.2} s, peak {} MB", used.cpu_ms / 1e3, used.peak_bytes / 1_000_000);
        table.add("– importing it", Quantity::Time(used.wall_ms), None, &note);
        Ok(())
    }

    /// A path in the folder, as an argument.
    fn path(&self, name: &str) -> OsString {
        self.folder.join(name).into_os_string()
    }

    /// Runs the binary once.
    fn run(&self, args: &[OsString], said: Said) -> Result<Usage, String> {
        let args: Vec<&OsStr> = args.iter().map(OsString::as_os_str).collect();
        self.bench.once(&self.bench.kikimori, &args, said)
    }
}
