//! `cargo xtask browser`: journeys through the real server in a real browser.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::ci::succeeds;
use crate::workspace;

/// Debian's browser.
const CHROMIUM: &str = "/usr/bin/chromium";

/// What the journeys' programs are kept in, below the root.
const FOLDER: &str = "browser";

/// A running server. It is killed and its data removed when this is dropped.
struct Server {
    /// The process.
    child: Child,
    /// Its data.
    data: PathBuf,
    /// Where it is, with the scheme.
    address: String,
    /// The way of the link of the first start.
    set_up: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours alone; what cannot be removed lies in the folder of builds.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Builds the binary, then [`run`]s.
pub fn build_and_run(root: &Path, journeys: &[&str]) -> bool {
    succeeds(workspace::cargo(root).args(["build", "--package", "kikimori"])) && run(root, journeys, true)
}

/// Runs all journeys, or those named, with the binary that was built last; true when all pass. Where the browser or Node.js is missing, a
/// run that `is_needed` fails, any other says that nothing ran.
pub fn run(root: &Path, journeys: &[&str], is_needed: bool) -> bool {
    let missing: Vec<&str> =
        [("chromium", Path::new(CHROMIUM).exists()), ("node", runs("node")), ("npm", runs("npm"))]
            .into_iter()
            .filter(|(_, is_there)| !is_there)
            .map(|(name, _)| name)
            .collect();
    if !missing.is_empty() {
        println!(
            "BROWSER NOT SET: no journey ran; missing: {} (apt-get install chromium nodejs npm)",
            missing.join(", ")
        );
        return !is_needed;
    }
    if !install(root) {
        return false;
    }
    match start(root) {
        Ok(server) => travel(root, &server, journeys),
        Err(fault) => {
            println!("browser: the server does not start: {fault}");
            false
        }
    }
}

/// Whether a program runs.
fn runs(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Installs what `browser/package-lock.json` names, unless it is there. No package's own programs run meanwhile.
fn install(root: &Path) -> bool {
    let folder = root.join(FOLDER);
    let lock = std::fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let done = folder.join("node_modules/installed");
    if std::fs::read(&done).is_ok_and(|installed| installed == lock) {
        return true;
    }
    let mut command = Command::new("npm");
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder);
    succeeds(&mut command) && std::fs::write(&done, lock).is_ok()
}

/// Starts the server on a fresh folder and a free port.
fn start(root: &Path) -> Result<Server, String> {
    let target = target_folder(root);
    let data = target.join(format!("browser-{}", std::process::id()));
    let mut child = Command::new(target.join("debug/kikimori"))
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--data"])
        .arg(&data)
        .env("KIKIMORI_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let output = child.stdout.take().ok_or("no output")?;
    let mut server = Server { child, data, address: String::new(), set_up: String::new() };
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let Some(address) = line.find("http://").and_then(|at| line.get(at..)) else { break };
        if server.address.is_empty() {
            server.address = address.to_owned();
        } else {
            server.set_up = address.strip_prefix(&server.address).unwrap_or_default().to_owned();
            return Ok(server);
        }
    }
    Err("it did not say where it listens".to_owned())
}

/// Cargo's folder of builds.
fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Runs the journeys.
fn travel(root: &Path, server: &Server, journeys: &[&str]) -> bool {
    let screenshots = target_folder(root).join("screenshots");
    println!("browser: {}, pictures in {}", server.address, screenshots.display());
    let mut command = Command::new("node");
    command.arg("tool/run.mjs").args([&server.address, &server.set_up]).arg(screenshots).args(journeys);
    succeeds(command.current_dir(root.join(FOLDER)))
}
