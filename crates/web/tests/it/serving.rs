//! Real sockets: limits, TLS, and the orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use kikimori_app::installation::Installation;
use kikimori_core::stamp::Stamp;
use kikimori_web::{Serving, Site, WebState, metrics_router, read_tls, router, serve};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until it is told to end.
struct Running {
    /// Where it listens.
    address: SocketAddr,
    /// Tells it to end.
    stop: oneshot::Sender<()>,
    /// Ends when it has ended.
    task: JoinHandle<std::io::Result<()>>,
}

/// Serves a router on a port of its own.
async fn start(router: Router, serving: Serving) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(serve(listener, router, serving, async {
        let _ = stopped.await;
    }));
    Running { address, stop, task }
}

/// The whole server on an empty database.
async fn whole() -> (kikimori_testbed::TestDatabase, WebState) {
    let bed = kikimori_testbed::sqlite();
    let database = bed.open().await;
    let clock = Arc::new(|| Stamp(1_800_000_000_000));
    let installation =
        Installation::new(database, bed.folder.path().into(), clock, Arc::new(|bytes| bytes.fill(7)));
    let site = Site { public_address: String::new(), version: "1.2.3", has_tls: false };
    (bed, WebState::new(installation, site))
}

/// Sends a text and gives everything that comes back until the end.
async fn say(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    all(&mut stream).await
}

/// Everything until the end.
async fn all(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A request that asks for the end of its connection.
fn get_of(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn cuts_clients_that_dawdle() {
    let serving = Serving { head: Duration::from_millis(300), ..Serving::default() };
    let server = start(Router::new().route("/", get(|| async { "ok" })), serving).await;
    for sent in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
        let begun = Instant::now();
        let got = say(server.address, sent).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{sent:?} held its connection");
        assert!(!got.contains("200 OK"), "{got}");
    }
    assert!(say(server.address, &get_of("/")).await.contains("200 OK"));
}

#[tokio::test]
async fn lets_further_clients_wait_when_all_connections_are_taken() {
    let serving = Serving { n_connections_max: 2, head: Duration::from_millis(700), ..Serving::default() };
    let server = start(Router::new().route("/", get(|| async { "ok" })), serving).await;
    let _one = TcpStream::connect(server.address).await.unwrap();
    let _two = TcpStream::connect(server.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    // It is answered as soon as one of the silent ones was cut.
    assert!(say(server.address, &get_of("/")).await.contains("200 OK"));
    assert!(begun.elapsed() > Duration::from_millis(300), "the limit did not hold");
}

#[tokio::test]
async fn finishes_running_requests_and_takes_no_new_ones() {
    let slow = get(|| async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        "finished"
    });
    let server = start(Router::new().route("/slow", slow), Serving::default()).await;
    let address = server.address;
    let running = tokio::spawn(async move { say(address, &get_of("/slow")).await });
    // A client that keeps its connection for later does not hold up the end.
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /none HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut buffer = [0; 1_024];
    assert!(idle.read(&mut buffer).await.unwrap() > 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    server.stop.send(()).unwrap();
    server.task.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(running.await.unwrap().ends_with("finished"));
    assert!(TcpStream::connect(address).await.is_err(), "a new connection was taken");
}

#[tokio::test]
async fn cuts_what_does_not_finish_at_the_end() {
    let never = get(|| async { std::future::pending::<&str>().await });
    let serving = Serving { finish: Duration::from_millis(300), ..Serving::default() };
    let server = start(Router::new().route("/never", never), serving).await;
    let address = server.address;
    let running = tokio::spawn(async move { say(address, &get_of("/never")).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop.send(()).unwrap();
    server.task.await.unwrap().unwrap();
    assert_eq!(running.await.unwrap(), "");
}

#[tokio::test]
async fn speaks_tls_with_http_1_and_2() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let tls = Some(read_tls(&certificate, &key).unwrap());
    let server =
        start(Router::new().route("/", get(|| async { "ok" })), Serving { tls, ..Serving::default() }).await;

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    for (protocol, greeting) in [
        ("http/1.1", get_of("/")),
        ("h2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".to_owned()),
    ] {
        client.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client.clone()));
        let stream = TcpStream::connect(server.address).await.unwrap();
        let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
        stream.write_all(greeting.as_bytes()).await.unwrap();
        if protocol == "h2" {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            assert_eq!(head[3], 4, "the server answers with its settings");
        } else {
            assert!(all(&mut stream).await.ends_with("ok"));
        }
    }
    assert!(!say(server.address, &get_of("/")).await.contains("200 OK"), "plain HTTP is not answered");
    let wrong = read_tls(&key, &key).unwrap_err();
    assert_eq!(wrong.path, key);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&key, other.signing_key.serialize_pem()).unwrap();
    assert!(read_tls(&certificate, &key).is_err(), "a key of another certificate");
}

#[tokio::test]
async fn refuses_bodies_that_are_too_large_and_counts_by_route() {
    let (_bed, state) = whole().await;
    let server = start(router(state.clone()), Serving::default()).await;
    let head = "POST /sign-in HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let large = "a".repeat(kikimori_core::limits::PAGE_BODY_BYTES_MAX + 1);
    let got = say(server.address, &format!("{head}Content-Length: {}\r\n\r\n{large}", large.len())).await;
    assert!(got.starts_with("HTTP/1.1 413"), "{}", got.lines().next().unwrap_or_default());
    let secret = "0123456789abcdef".repeat(4);
    let got = say(server.address, &get_of(&format!("/setup/{secret}?x={secret}"))).await;
    assert!(got.starts_with("HTTP/1.1 422"), "{got}");

    let metrics = start(metrics_router(state), Serving::default()).await;
    let text = say(metrics.address, &get_of("/metrics")).await;
    for line in [
        "kikimori_build_info{version=\"1.2.3\"} 1",
        "kikimori_requests_total{method=\"GET\",route=\"/setup/{token}\",status=\"422\"} 1",
        "kikimori_requests_total{method=\"POST\",route=\"/sign-in\",status=\"413\"} 1",
        "kikimori_database_up 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.contains("process_resident_memory_bytes "));
    assert!(!text.contains(&secret), "an address was counted as asked for");
}

/// A handler with a mistake.
async fn broken() -> &'static str {
    panic!("on purpose")
}

#[tokio::test]
async fn a_handler_that_panics_ends_only_its_own_request() {
    let router = Router::new()
        .route("/panic", get(broken))
        .route("/echo", post(|body: String| async move { body }))
        .layer(tower_http::catch_panic::CatchPanicLayer::new());
    let server = start(router, Serving::default()).await;
    assert!(say(server.address, &get_of("/panic")).await.starts_with("HTTP/1.1 500"));
    let got = say(
        server.address,
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
    )
    .await;
    assert!(got.ends_with("hi"), "{got}");
}
