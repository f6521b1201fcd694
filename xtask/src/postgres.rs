//! A PostgreSQL of our own for the tests: started on loopback from Debian's package, stopped when the tests end.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The environment variable that tells the tests where the server is.
pub const VARIABLE: &str = "KIKIMORI_TEST_POSTGRES";

/// Where Debian puts the programs of each version, newest last.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A running server. It is stopped and its data removed when this is dropped.
pub struct Server {
    /// The folder with its programs.
    programs: PathBuf,
    /// The folder with its data.
    data: PathBuf,
    /// The address for the tests, as a role that is no superuser.
    pub address: String,
    /// What the server calls itself.
    pub version: String,
}

impl Server {
    /// Starts a server.
    ///
    /// # Errors
    /// What is missing on this machine, in a sentence.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let programs =
            programs().ok_or("PostgreSQL 15 or later is not installed (apt-get install postgresql)")?;
        let data = folder.join(format!("postgres-{}", std::process::id()));
        std::fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        let mut server = Self { programs, data, address: String::new(), version: String::new() };
        server.give_away()?;
        let cluster = server.data.join("cluster");
        let cluster = cluster.to_string_lossy();
        server.run(
            "initdb",
            &[
                "-D",
                &cluster,
                "--auth=trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        )?;
        let port = free_port()?;
        let options = format!(
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 \
             -c listen_addresses=127.0.0.1 -k {} -p {port}",
            server.data.display()
        );
        let log = server.data.join("log");
        server.run(
            "pg_ctl",
            &["-D", &cluster, "-w", "-t", "60", "-l", &log.to_string_lossy(), "-o", &options, "start"],
        )?;
        let port = port.to_string();
        let role = "CREATE ROLE kikimori LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS";
        server.run("psql", &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-q", "-c", role])?;
        server.version = server.run("postgres", &["--version"])?.trim().to_owned();
        server.address = format!("postgres://kikimori@127.0.0.1:{port}/postgres");
        Ok(server)
    }

    /// Gives the folder to the user under whom the server runs: it refuses to run as root.
    fn give_away(&self) -> Result<(), String> {
        if !is_root() {
            return Ok(());
        }
        let done = Command::new("chown").arg("postgres").arg(&self.data).status();
        match done {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("chown postgres {}: {other:?}", self.data.display())),
        }
    }

    /// Runs one of its programs and gives what it printed.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&path);
            command
        } else {
            Command::new(&path)
        };
        // A started server would hold a pipe open, so what pg_ctl prints goes to a file of the server's folder.
        let output = self.data.join("output");
        let file =
            std::fs::File::create(&output).map_err(|error| format!("{}: {error}", output.display()))?;
        let errors = file.try_clone().map_err(|error| error.to_string())?;
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .status()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let printed = std::fs::read_to_string(&output).unwrap_or_default();
        if status.success() { Ok(printed) } else { Err(format!("{program}: {status}\n{printed}")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let cluster = self.data.join("cluster");
        if let Err(fault) = self.run("pg_ctl", &["-D", &cluster.to_string_lossy(), "-m", "immediate", "stop"])
        {
            eprintln!("{fault}");
        }
        // What cannot be removed lies in the system's temporary folder and harms nobody.
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Starts a server and holds it until the input ends.
pub fn hold() -> bool {
    match Server::start(&std::env::temp_dir()) {
        Ok(server) => {
            println!("{VARIABLE}={}", server.address);
            let mut line = String::new();
            while std::io::stdin().read_line(&mut line).is_ok_and(|n| n > 0) {}
            true
        }
        Err(fault) => {
            eprintln!("{fault}");
            false
        }
    }
}

/// The newest version's programs, 15 or later.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).ok()?;
    let versions = versions.filter_map(|entry| {
        let path = entry.ok()?.path();
        let number: u32 = path.file_name()?.to_str()?.parse().ok()?;
        (number >= 15 && path.join("bin/initdb").exists()).then_some((number, path.join("bin")))
    });
    versions.max().map(|(_, programs)| programs)
}

/// A port that is free now.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// Whether this process runs as root.
fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")))
}
