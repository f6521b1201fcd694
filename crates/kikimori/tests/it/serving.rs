//! A running `kikimori serve` and what tests ask it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The password of the first person.
pub const PASSWORD: &str = "correct horse battery";
/// A server. It is killed when this is dropped.
pub struct Server {
    /// The process.
    child: Child,
    /// What it prints.
    lines: BufReader<ChildStdout>,
    /// Host and port.
    pub address: String,
    /// The way of the link of the first start, if it printed one.
    pub set_up: Option<String>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status; 0 if there was no whole answer.
    pub status: u16,
    /// The head as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The cookie that the answer sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
        let line = line.unwrap_or_else(|| panic!("no cookie: {}", self.head));
        line["set-cookie:".len()..].trim().split(';').next().unwrap().to_owned()
    }

    /// The token of the page's forms.
    pub fn csrf(&self) -> String {
        let rest = self.body.split("name=\"csrf\" value=\"").nth(1).expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// `kikimori` with an environment of its own.
pub fn kikimori(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kikimori"));
    command.args(arguments).env_clear().env("LANG", "en_US.UTF-8").env("KIKIMORI_LOG_FORMAT", "json");
    command
}

impl Server {
    /// Starts a server on `folder` and waits until it listens.
    pub fn start(folder: &Path, more: &[&str]) -> Self {
        let mut child = spawn(folder, more);
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let Some((_, address)) = line.trim().split_once("://") else {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("the server does not listen: {line}{said}");
        };
        Self { child, lines, address: address.to_owned(), set_up: None }
    }

    /// Starts a server on an empty folder, which also prints the link of the first start.
    pub fn start_first(folder: &Path, more: &[&str]) -> Self {
        let mut server = Self::start(folder, more);
        let link = server.line();
        server.set_up = link.split_once(&server.address).map(|(_, way)| way.trim().to_owned());
        server
    }

    /// The next line that the server prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Sets the first organisation and person up and gives the cookie of their session.
    pub fn set_up(&self) -> String {
        let way = self.set_up.as_deref().expect("a link of the first start");
        let form = format!(
            "organisation_kind=mah&organisation_ja=%E7%B5%84%E7%B9%94&organisation_en=&person=A&email=a%40example.jp&new_password={0}&new_password_again={0}",
            PASSWORD.replace(' ', "+")
        );
        let answer = self.post(way, "", &form);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie()
    }

    /// Signs in.
    pub fn sign_in(&self) -> Answer {
        let form = format!("email=a%40example.jp&password={}&return=%2F", PASSWORD.replace(' ', "+"));
        self.post("/sign-in", "", &form)
    }

    /// Asks for a page.
    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        ask(&self.address, &format!("GET {path} HTTP/1.1\r\nCookie: {cookie}\r\n"), "")
    }

    /// Sends a form.
    pub fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        post(&self.address, path, cookie, form)
    }

    /// Kills it at once (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and gives the exit code and the log.
    pub fn end(mut self) -> (i32, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap(), log)
    }
}

/// Asks for a page of whoever listens at `address`.
pub fn get(address: &str, path: &str) -> Answer {
    ask(address, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// Sends a form to a server that may be killed meanwhile.
pub fn post(address: &str, path: &str, cookie: &str, form: &str) -> Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        form.len()
    );
    ask(address, &head, form)
}

/// A process that serves `folder` on a port of its own.
pub fn spawn(folder: &Path, more: &[&str]) -> Child {
    let folder = folder.to_str().unwrap();
    let mut arguments = vec!["serve", "--data", folder, "--listen", "127.0.0.1:0"];
    arguments.extend(more);
    kikimori(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends a request and reads the answer to its end.
fn ask(address: &str, head: &str, body: &str) -> Answer {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let _ = write!(stream, "{head}Host: {address}\r\nConnection: close\r\n\r\n{body}");
        let _ = stream.read_to_end(&mut bytes);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or(("", ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
