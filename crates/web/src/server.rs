//! Serving: connections, their limits, TLS, and ending in order.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use kikimori_core::limits::{
    CONNECTION_STREAMS_MAX, REQUEST_HEAD_SECONDS_MAX, SERVER_CONNECTIONS_MAX, SERVER_FINISH_SECONDS_MAX,
};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// How often an HTTP/2 client must show that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long to wait after the system gave no connection, as when it has no more files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How connections are served.
#[derive(Clone)]
pub struct Serving {
    /// The certificate and key for TLS; none for plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// Connections at one time.
    pub n_connections_max: usize,
    /// Time for the head of a request.
    pub head: Duration,
    /// Time for running requests at the end.
    pub finish: Duration,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            tls: None,
            n_connections_max: SERVER_CONNECTIONS_MAX,
            head: Duration::from_secs(REQUEST_HEAD_SECONDS_MAX),
            finish: Duration::from_secs(SERVER_FINISH_SECONDS_MAX),
        }
    }
}

/// Serves `router` until `stop` is done; then takes no new connection, and gives running requests time to finish.
///
/// # Errors
/// What the system says about the socket.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    serving: Serving,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let slots = Arc::new(Semaphore::new(serving.n_connections_max));
    let (ending, is_ending) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // The permit is taken first: when all are in use, clients wait in the system's queue.
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match (slot, accepted) {
            (Ok(slot), Ok((stream, address))) => {
                let (router, serving, is_ending) = (router.clone(), serving.clone(), is_ending.clone());
                connections.spawn(connection(stream, address, router, serving, is_ending, slot));
            }
            (_, accepted) => {
                if let Err(error) = accepted {
                    tracing::warn!(%error, "no connection was accepted");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    ending.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(serving.finish, all).await.is_err() {
        tracing::warn!(n = connections.len(), "connections were cut at the end");
        connections.shutdown().await;
    }
    Ok(())
}

/// Serves one connection to its end. What clients do wrong here ends their connection and is nobody else's concern.
async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    serving: Serving,
    is_ending: watch::Receiver<bool>,
    _slot: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = &serving.tls else {
        return with_http1(stream, address, router, &serving, is_ending).await;
    };
    let greeting = timeout(serving.head, TlsAcceptor::from(Arc::clone(tls)).accept(stream)).await;
    let stream = match greeting {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%address, %error, "TLS was not agreed upon"),
        Err(_) => return tracing::debug!(%address, "a client did not end its greeting"),
    };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        with_http2(stream, address, router, is_ending).await;
    } else {
        with_http1(stream, address, router, &serving, is_ending).await;
    }
}

/// Hands a request on, with the address that it came from.
async fn answer(
    router: Router,
    address: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(address));
    router.oneshot(request.map(Body::new)).await
}

/// Waits until the server ends.
async fn ended(is_ending: &mut watch::Receiver<bool>) {
    let _ = is_ending.wait_for(|is_ending| *is_ending).await;
}

/// Speaks HTTP/1.1. A client that does not send its request in time is cut.
async fn with_http1(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    router: Router,
    serving: &Serving,
    mut is_ending: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| answer(router.clone(), address, request));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(serving.head);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = ended(&mut is_ending) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%address, %error, "a connection ended early");
    }
}

/// Speaks HTTP/2.
async fn with_http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    router: Router,
    mut is_ending: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| answer(router.clone(), address, request));
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .max_concurrent_streams(CONNECTION_STREAMS_MAX);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = ended(&mut is_ending) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%address, %error, "a connection ended early");
    }
}
