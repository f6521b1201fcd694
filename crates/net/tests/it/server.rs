//! A real HTTP server on loopback that does what a test tells it, good or bad.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `GET` or `CONNECT`.
    pub method: String,
    /// Path and query, or host and port.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// How many requests came before it.
    pub number: usize,
}

impl Seen {
    /// A header's value; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// How a body goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// It does not.
    None,
    /// The connection is cut after this many bytes of the body.
    CutAfter(usize),
    /// The server falls silent after this many bytes of the body.
    SilentAfter(usize),
    /// The body never ends.
    Endless,
}

/// What the server answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers; `Content-Length` is added unless one is given.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// How it goes wrong.
    pub mischief: Mischief,
}

impl Reply {
    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), mischief: Mischief::None }
    }

    /// A body that is well.
    pub fn body(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(200) }
    }

    /// The same with a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same gone wrong.
    pub fn gone_wrong(mut self, mischief: Mischief) -> Self {
        self.mischief = mischief;
        self
    }

    /// A body with a validator, that honours `If-None-Match` and ranges as a good server does.
    pub fn versioned(seen: &Seen, etag: &str, body: &[u8]) -> Self {
        if seen.header("if-none-match") == etag {
            return Self::status(304).with("ETag", etag);
        }
        let range = seen.header("range").strip_prefix("bytes=").and_then(|range| range.strip_suffix('-'));
        match range.and_then(|start| start.parse::<usize>().ok()) {
            Some(start) if seen.header("if-range") == etag && start <= body.len() => Self {
                status: 206,
                ..Self::body(&body[start..])
                    .with("ETag", etag)
                    .with("Content-Range", &format!("bytes {start}-{}/{}", body.len() - 1, body.len()))
            },
            _ => Self::body(body).with("ETag", etag),
        }
    }
}

/// What decides about an answer.
pub type Handler = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The server; it ends with this value.
pub struct Server {
    /// Its port.
    pub port: u16,
    /// What arrived.
    seen: Arc<Mutex<Vec<Seen>>>,
    /// It is to end.
    is_over: Arc<AtomicBool>,
}

impl Server {
    /// A server without TLS.
    pub fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(None, handler)
    }

    /// A server with or without TLS.
    pub fn start_with(
        tls: Option<Arc<ServerConfig>>,
        handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, seen: Arc::default(), is_over: Arc::default() };
        let (seen, is_over) = (Arc::clone(&server.seen), Arc::clone(&server.is_over));
        let handler: Arc<Handler> = Arc::new(handler);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (seen, is_over) = (Arc::clone(&seen), Arc::clone(&is_over));
                let (handler, tls) = (Arc::clone(&handler), tls.clone());
                std::thread::spawn(move || {
                    let socket = stream.try_clone().unwrap();
                    let _ = match tls {
                        None => serve(stream, &socket, &seen, &is_over, &*handler),
                        Some(config) => {
                            let connection = ServerConnection::new(config).unwrap();
                            serve(StreamOwned::new(connection, stream), &socket, &seen, &is_over, &*handler)
                        }
                    };
                    let _ = socket.shutdown(Shutdown::Both);
                });
            }
        });
        server
    }

    /// The address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What arrived so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Serves one connection: one request, one answer.
fn serve(
    stream: impl Read + Write,
    socket: &TcpStream,
    seen: &Mutex<Vec<Seen>>,
    is_over: &AtomicBool,
    handler: &Handler,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let request = {
        let mut seen = seen.lock().unwrap();
        let request = Seen { method, target, headers, number: seen.len() };
        seen.push(request.clone());
        request
    };
    let reply = handler(&request);
    let out = stream.get_mut();
    if request.method == "CONNECT" && reply.status == 200 {
        out.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return tunnel(socket, &request.target);
    }
    write!(out, "HTTP/1.1 {} Test\r\nConnection: close\r\n", reply.status)?;
    let is_endless = reply.mischief == Mischief::Endless;
    let has_length = reply.headers.iter().any(|(name, _)| name == "Content-Length");
    if !has_length && !is_endless && reply.status != 304 {
        write!(out, "Content-Length: {}\r\n", reply.body.len())?;
    }
    for (name, value) in &reply.headers {
        write!(out, "{name}: {value}\r\n")?;
    }
    out.write_all(b"\r\n")?;
    match reply.mischief {
        Mischief::None => out.write_all(&reply.body)?,
        Mischief::CutAfter(n_bytes) => out.write_all(&reply.body[..n_bytes])?,
        Mischief::SilentAfter(n_bytes) => {
            out.write_all(&reply.body[..n_bytes])?;
            out.flush()?;
            while !is_over.load(Ordering::SeqCst) {
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        Mischief::Endless => {
            while !is_over.load(Ordering::SeqCst) {
                out.write_all(&reply.body)?;
            }
        }
    }
    out.flush()
}

/// Passes bytes on to another server, as a proxy does after `CONNECT`.
fn tunnel(client: &TcpStream, target: &str) -> std::io::Result<()> {
    let mut server = TcpStream::connect(target)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let up = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let mut to_client = client.try_clone()?;
    std::io::copy(&mut server, &mut to_client)?;
    client.shutdown(Shutdown::Both)?;
    let _ = up.join();
    Ok(())
}
