//! Runs the binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that stands for a user's home.
pub struct Home {
    /// Removed at the end.
    pub folder: TempDir,
}

/// What a run gave.
pub struct Run {
    /// Exit code.
    pub exit: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Home {
    /// An empty home.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in it.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with arguments, on 21 November 2026, in English.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kikimori"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("KIKIMORI_NOW", "2026-11-21T00:00:00Z")
            .env("LANG", "en_US.UTF-8");
        command
    }

    /// Starts the program and does not wait for it.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// Runs the program to its end with more variables in its environment.
    pub fn run_in(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        run(self.command(arguments).envs(variables.iter().copied()))
    }

    /// Runs the program to its end as if the clock said `now`.
    pub fn run_at(&self, now: &str, arguments: &[&str]) -> Run {
        run(self.command(arguments).env("KIKIMORI_NOW", now))
    }

    /// Runs the program to its end with this on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let stdin = self.path("standard-input");
        std::fs::write(&stdin, input).unwrap();
        run(self.command(arguments).stdin(std::fs::File::open(stdin).unwrap()))
    }

    /// Starts the program with pipes on its standard input and output.
    pub fn talk(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The same as [`Home::json`] at another time.
    pub fn json_at(&self, now: &str, arguments: &[&str]) -> (i32, Value) {
        let output: Output = self.command(arguments).env("KIKIMORI_NOW", now).output().unwrap();
        let value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().expect("the program ended by itself"), value)
    }

    /// Runs the program and reads its output as JSON.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.run(arguments);
        let value = serde_json::from_str(&run.out)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", run.out, run.err));
        (run.exit, value)
    }
}

/// Runs a command to its end.
fn run(command: &mut Command) -> Run {
    let output: Output = command.output().unwrap();
    Run {
        exit: output.status.code().expect("the program ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
