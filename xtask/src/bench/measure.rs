//! Running a program and measuring what it used, as the kernel accounts it.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wait4::Wait4;

/// What one run used.
#[derive(Clone, Debug)]
pub struct Usage {
    /// Wall-clock time, in milliseconds.
    pub wall_ms: f64,
    /// Processor time of all threads, in milliseconds.
    pub cpu_ms: f64,
    /// Largest resident set, in bytes; pages of mapped files that were touched count.
    pub peak_bytes: u64,
    /// What the program wrote: standard output, or standard error when the former went nowhere.
    pub said: Value,
}

/// Which of the program's two streams is read as JSON; the other goes nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
    /// Neither.
    Nothing,
}

/// The programs that are measured, and where their words are kept.
#[derive(Clone, Debug)]
pub struct Bench {
    /// The product's binary.
    pub kikimori: PathBuf,
    /// The measurement of the reverse index.
    pub reverse: PathBuf,
    /// Where generated data and libraries go.
    pub folder: PathBuf,
    /// Runs of which the median counts.
    pub n_runs: usize,
}

impl Bench {
    /// Runs `program` once.
    pub fn once(&self, program: &Path, args: &[&OsStr], said: Said) -> Result<Usage, String> {
        let heard = self.folder.join("heard.json");
        let describe = |error: std::io::Error| format!("{}: {error}", program.display());
        let file = || File::create(&heard).map(Stdio::from).map_err(describe);
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null());
        command.stdout(if said == Said::Output { file()? } else { Stdio::null() });
        let errors = self.folder.join("errors.txt");
        command.stderr(match said {
            Said::Error => file()?,
            Said::Output | Said::Nothing => File::create(&errors).map(Stdio::from).map_err(describe)?,
        });
        let started = Instant::now();
        let used = command.spawn().and_then(Wait4::wait4).map_err(describe)?;
        let wall_ms = started.elapsed().as_secs_f64() * 1e3;
        if !used.status.success() {
            let shown: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
            let words = std::fs::read_to_string(if said == Said::Error { &heard } else { &errors });
            return Err(format!(
                "{} {}: {}\n{}",
                program.display(),
                shown.join(" "),
                used.status,
                words.unwrap_or_default()
            ));
        }
        let said = match said {
            Said::Nothing => Value::Null,
            Said::Output | Said::Error => {
                let text = std::fs::read_to_string(&heard).map_err(describe)?;
                serde_json::from_str(&text)
                    .map_err(|error| format!("{}: {error}: {text}", program.display()))?
            }
        };
        let cpu: Duration = used.rusage.utime + used.rusage.stime;
        Ok(Usage { wall_ms, cpu_ms: cpu.as_secs_f64() * 1e3, peak_bytes: used.rusage.maxrss, said })
    }

    /// Runs the binary once to warm the page cache, then [`Bench::n_runs`] times; the median by wall-clock time.
    pub fn median(&self, args: &[&OsStr], said: Said) -> Result<Usage, String> {
        self.once(&self.kikimori, args, said)?;
        let mut runs = Vec::with_capacity(self.n_runs);
        for _ in 0..self.n_runs.max(1) {
            runs.push(self.once(&self.kikimori, args, said)?);
        }
        runs.sort_by(|left, right| left.wall_ms.total_cmp(&right.wall_ms));
        runs.get(runs.len() / 2).cloned().ok_or_else(|| "no run".to_owned())
    }
}

/// A number that a program said; 0 when it did not.
pub fn number(said: &Value, field: &str) -> f64 {
    said.get(field).and_then(Value::as_f64).unwrap_or(0.0)
}
