//! `cargo xtask fuzz`: every reader under libFuzzer, for a while each.
//!
//! The targets are a program of their own in `fuzz/`, outside the workspace. The stable compiler builds it: the coverage that
//! libFuzzer asks for comes from a pass of LLVM, and the checks come from Rust itself (panics, overflows, bounds).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace;

/// Seconds for each target when none are asked for.
const SECONDS_DEFAULT: u64 = 60;

/// Seconds that one input may take: a hundred times what the slowest input of the seeds takes.
const INPUT_SECONDS_MAX: u64 = 10;

/// Memory that a target may take, in mebibytes.
const MEMORY_MIB_MAX: u64 = 2_048;

/// Longest input that is made, in bytes. Larger ones reach nothing new and are slow.
const INPUT_BYTES_MAX: u64 = 1 << 14;

/// Lines of a failing target's output that are shown.
const LINES_SHOWN: usize = 40;

/// What makes the compiler count the edges that run and the values that are compared.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
    "-Ccodegen-units=1",
];

/// A target and the folders of files in the project that it starts from, besides `fuzz/seeds/<target>`.
type Target = (&'static str, &'static [&'static str]);

/// Documents of our own that readers of bills start from.
const BILLS: &[&str] = &["crates/formats/tests/it/fixtures"];

/// Every target, in the order of running.
const TARGETS: &[Target] = &[
    ("sbom-json", BILLS),
    ("sbom-xml", BILLS),
    ("sbom-tag-value", BILLS),
    ("sbom-spdx3", BILLS),
    ("sheet-text", &[]),
    ("sheet-workbook", &[]),
    (
        "convert",
        &[
            "crates/formats/tests/it/fixtures",
            "fuzz/seeds/sbom-json",
            "fuzz/seeds/sbom-xml",
            "fuzz/seeds/sbom-tag-value",
            "fuzz/seeds/sbom-spdx3",
        ],
    ),
    ("feed-json", &[]),
    ("feed-csaf", &["crates/formats/tests/it/fixtures/csaf"]),
    ("feed-jvn-xml", &[]),
    ("feed-jvn-json", &[]),
    ("feed-lifecycle", &[]),
    ("range-text", &[]),
    ("version", &[]),
    ("purl", &[]),
    ("cpe", &[]),
    ("vers", &[]),
    ("cvss", &[]),
    ("catalog", &["catalogs/sbom-profiles"]),
    ("rules", &[]),
    ("table", &[]),
    ("lines", &[]),
    ("inputs", &[]),
    ("bundle", &[]),
    ("manifest", &[]),
    ("segment", &[]),
];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// Name the targets.
    List,
    /// Run these targets, so many seconds each.
    Run(Vec<&'a str>, u64),
}

/// Reads the options; `None` when they make no sense. Without a target, all run.
pub fn request<'a>(mut args: &[&'a str]) -> Option<Request<'a>> {
    let (mut names, mut seconds) = (Vec::new(), SECONDS_DEFAULT);
    if args == ["--list"] {
        return Some(Request::List);
    }
    loop {
        args = match args {
            [] => break,
            ["--seconds", number, rest @ ..] => {
                seconds = number.parse().ok().filter(|seconds| *seconds > 0)?;
                rest
            }
            [name, rest @ ..] if TARGETS.iter().any(|(known, _)| known == name) => {
                names.push(*name);
                rest
            }
            _ => return None,
        };
    }
    Some(Request::Run(names, seconds))
}

/// Does what was asked for; true when no target failed.
pub fn run(root: &Path, request: &Request<'_>) -> bool {
    let Request::Run(names, seconds) = request else {
        TARGETS.iter().for_each(|(name, _)| println!("{name}"));
        return true;
    };
    let program = match build(root) {
        Ok(program) => program,
        Err(fault) => {
            println!("fuzz: {fault}");
            return false;
        }
    };
    let mut failed = Vec::new();
    for target in TARGETS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        match run_target(root, &program, target, *seconds) {
            Ok(n_runs) => println!("{}: {n_runs} inputs in {seconds} s, nothing found", target.0),
            Err(fault) => {
                println!("{}: {fault}", target.0);
                failed.push(target.0);
            }
        }
    }
    println!(
        "fuzz: {}",
        if failed.is_empty() { "ok".to_owned() } else { format!("failed: {}", failed.join(", ")) }
    );
    failed.is_empty()
}

/// Builds the program of the targets, in a folder of its own below the target folder.
fn build(root: &Path) -> Result<PathBuf, String> {
    let folder = workspace::target()?.join("fuzz");
    let host = host(root)?;
    // Naming the machine keeps the flags away from build scripts.
    let status = workspace::cargo(root)
        .args(["build", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target", &host, "--target-dir"])
        .arg(&folder)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .map_err(|error| format!("running cargo: {error}"))?;
    if !status.success() {
        return Err("the targets cannot be built; libFuzzer needs a C++ compiler".to_owned());
    }
    Ok(folder.join(host).join("debug").join("kikimori-fuzz"))
}

/// The machine that cargo builds for when nobody says so.
fn host(root: &Path) -> Result<String, String> {
    let output =
        workspace::cargo(root).arg("-vV").output().map_err(|error| format!("running cargo: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "cargo does not say which machine this is".to_owned())
}

/// Runs one target; gives how many inputs it read.
fn run_target(root: &Path, program: &Path, target: &Target, seconds: u64) -> Result<u64, String> {
    let (name, further) = target;
    let fuzz = root.join("fuzz");
    let (corpus, artifacts) = (fuzz.join("corpus").join(name), fuzz.join("artifacts").join(name));
    let seeds = fuzz.join("seeds").join(name);
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let log = artifacts.join("log.txt");
    let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let mut command = Command::new(program);
    command.env("KIKIMORI_FUZZ_TARGET", name).env("RUST_BACKTRACE", "0").current_dir(root);
    command.args(options(seconds)).arg(format!("-artifact_prefix={}/", artifacts.display())).arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    command.args(further.iter().map(|folder| root.join(folder)));
    let status = command
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let text = std::fs::read(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let text = String::from_utf8_lossy(&text);
    if status.success() {
        return n_inputs(&text).ok_or_else(|| format!("{}: no count of inputs", log.display()));
    }
    Err(failure(name, program, &text))
}

/// The bounds of a run.
fn options(seconds: u64) -> Vec<String> {
    vec![
        format!("-max_total_time={seconds}"),
        format!("-timeout={INPUT_SECONDS_MAX}"),
        format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
        format!("-max_len={INPUT_BYTES_MAX}"),
        "-print_final_stats=1".to_owned(),
    ]
}

/// How many inputs libFuzzer says that it ran.
fn n_inputs(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?.trim().parse().ok()
}

/// What failed, in libFuzzer's last words, and how to see it again.
fn failure(name: &str, program: &Path, log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let last = lines.get(lines.len().saturating_sub(LINES_SHOWN)..).unwrap_or_default().join("\n");
    let input =
        log.lines().rev().find_map(|line| line.split_once("Test unit written to ").map(|(_, path)| path));
    match input {
        Some(input) => format!(
            "FAILED\n{last}\nreproduce with: KIKIMORI_FUZZ_TARGET={name} {} {input}",
            program.display()
        ),
        None => format!("FAILED without an input\n{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_targets_of_the_program() {
        let source = std::fs::read_to_string(workspace::root().join("fuzz/src/targets.rs")).unwrap();
        let table = source.split_once("pub const TARGETS").unwrap().1.split_once("];").unwrap().0;
        let rows = table.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.split_once('"'));
        let names: Vec<&str> = rows.map(|(name, _)| name).collect();
        assert_eq!(names, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn every_target_has_something_to_start_from() {
        let root = workspace::root();
        for (name, further) in TARGETS {
            let seeds = Path::new("fuzz/seeds").join(name);
            let folders = further.iter().map(|folder| root.join(folder)).chain([root.join(seeds)]);
            let n_files: usize =
                folders.filter_map(|folder| Some(std::fs::read_dir(folder).ok()?.count())).sum();
            assert!(n_files > 0, "{name}");
            assert!(further.iter().all(|folder| root.join(folder).is_dir()), "{name}");
        }
    }

    #[test]
    fn stands_outside_the_workspace() {
        let metadata = workspace::metadata(&workspace::root()).unwrap();
        let names: Vec<&str> =
            workspace::packages(&metadata).iter().map(|package| workspace::field(package, "name")).collect();
        assert!(names.contains(&"xtask") && !names.contains(&"libfuzzer-sys"));
    }

    #[test]
    fn reads_its_options() {
        assert_eq!(request(&["--list"]), Some(Request::List));
        assert_eq!(request(&[]), Some(Request::Run(Vec::new(), SECONDS_DEFAULT)));
        assert_eq!(request(&["purl", "--seconds", "5", "cpe"]), Some(Request::Run(vec!["purl", "cpe"], 5)));
        for wrong in
            [&["nothing"][..], &["--seconds"], &["--seconds", "0"], &["--seconds", "x"], &["--list", "cpe"]]
        {
            assert_eq!(request(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn says_how_to_see_a_failure_again() {
        let log = "INFO: Seed: 1\n==1== ERROR: libFuzzer: deadly signal\nartifact_prefix='a/'; Test unit written to a/crash-1\n";
        let words = failure("purl", Path::new("fuzzer"), log);
        assert!(words.ends_with("reproduce with: KIKIMORI_FUZZ_TARGET=purl fuzzer a/crash-1"), "{words}");
        assert!(failure("purl", Path::new("fuzzer"), "no such file").contains("without an input"));
        assert_eq!(n_inputs("x\nstat::number_of_executed_units: 12\n"), Some(12));
        assert_eq!(n_inputs("x"), None);
    }
}
