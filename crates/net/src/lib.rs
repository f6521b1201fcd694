//! The HTTP client: the only place that opens connections, and only to addresses that a sync was told.
//!
//! It asks once and says what came or why nothing came; trying again, continuing and judging is the sync's
//! (`kikimori_app::sync_library`). It reads no environment and follows no redirect to a host that was not named.
#![forbid(unsafe_code)]

mod fault;
mod proxy;
mod trust;

use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use kikimori_app::sync_library::clock::retry_after;
use kikimori_app::sync_library::fetch::{
    Answer, AnswerKind, Fetch, FetchFault, Request, Validator, is_http, shown,
};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use ureq::http::header::{self, HeaderName};
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use fault::{Timeouts, fault_of};
use proxy::Proxies;

/// Redirects followed in a row.
const REDIRECTS_MAX: usize = 5;
/// Largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// How connections are made.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The proxy for `https` addresses.
    pub https_proxy: Option<String>,
    /// The proxy for `http` addresses.
    pub http_proxy: Option<String>,
    /// Hosts reached without a proxy, as `NO_PROXY` lists them.
    pub no_proxy: Option<String>,
    /// Certificates in PEM to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// Longest time until a connection stands.
    pub connect_timeout: Duration,
    /// Longest silence of a server.
    pub silence_timeout: Duration,
    /// Longest time for one body; a body that is cut then is continued.
    pub body_timeout: Duration,
    /// What the client calls itself.
    pub user_agent: String,
    /// Now, for dates in `Retry-After`.
    pub now: fn() -> Stamp,
}

/// The client.
pub struct HttpClient {
    /// Connections without a proxy.
    direct: Agent,
    /// Connections through proxies.
    proxies: Proxies,
    /// Why no `https` connection can be made.
    trust_fault: Option<Message>,
    /// The limits of time, for messages.
    timeouts: Timeouts,
    /// Now.
    now: fn() -> Stamp,
}

impl HttpClient {
    /// A client; no connection is made yet.
    ///
    /// # Errors
    /// SYNC-019 when a proxy's address is none, SYNC-022 when the certificates to trust cannot be read.
    pub fn new(settings: &HttpSettings) -> Result<Self, Message> {
        let trusted = trust::certificates(settings.ca_bundle.as_deref())?;
        let trust_fault =
            trusted.is_empty().then(|| Message::new(codes::SYNC_TRUST).with("path", "–").with("detail", "0"));
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::from(trusted))
            .unversioned_rustls_crypto_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = |proxy: Option<ureq::Proxy>| {
            Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .max_response_header_size(HEAD_BYTES_MAX)
                .timeout_resolve(Some(settings.connect_timeout))
                .timeout_connect(Some(settings.connect_timeout))
                .timeout_send_request(Some(settings.silence_timeout))
                .timeout_recv_response(Some(settings.silence_timeout))
                .timeout_per_read(Some(settings.silence_timeout))
                .timeout_recv_body(Some(settings.body_timeout))
                .user_agent(settings.user_agent.as_str())
                .tls_config(tls.clone())
                .proxy(proxy)
                .build()
                .new_agent()
        };
        let timeouts = Timeouts {
            connect: settings.connect_timeout,
            silence: settings.silence_timeout,
            body: settings.body_timeout,
        };
        let proxies = Proxies::new(settings, &agent)?;
        Ok(Self { direct: agent(None), proxies, trust_fault, timeouts, now: settings.now })
    }

    /// Asks for one address, without following a redirect.
    fn ask(
        &self,
        address: &str,
        uri: &Uri,
        request: &Request<'_>,
    ) -> Result<ureq::http::Response<Body>, FetchFault> {
        if let Some(message) = self.trust_fault.clone().filter(|_| uri.scheme_str() == Some("https")) {
            return Err(FetchFault::lasting(message));
        }
        let (agent, proxy) = self.proxies.choose(uri, &self.direct);
        let mut builder = agent.get(uri.clone());
        for (name, value) in headers(address, request) {
            builder = builder.header(name, value);
        }
        builder.call().map_err(|error| fault_of(&error, address, proxy, &self.timeouts))
    }
}

impl Fetch for HttpClient {
    fn fetch(&self, request: &Request<'_>) -> Result<Answer, FetchFault> {
        let mut address = request.address.to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let uri: Uri = address.parse().map_err(|_| unreachable(&address, "URI"))?;
            let response = self.ask(&address, &uri, request)?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => {
                    address = target(&address, &uri, response.headers(), request)?;
                }
                status => return self.answer(status, response, request),
            }
        }
        Err(FetchFault::lasting(redirected(request.address, &shown(&address))))
    }
}

impl HttpClient {
    /// What an answer that is no redirect says.
    fn answer(
        &self,
        status: u16,
        response: ureq::http::Response<Body>,
        request: &Request<'_>,
    ) -> Result<Answer, FetchFault> {
        let headers = response.headers().clone();
        let text =
            |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = match status {
            200 => AnswerKind::Whole,
            206 => match text(header::CONTENT_RANGE).as_deref().and_then(range_start) {
                Some(start) => AnswerKind::Rest(start),
                None => AnswerKind::BadRange,
            },
            304 => AnswerKind::NotModified,
            416 => AnswerKind::BadRange,
            _ => return Err(self.refused(status, &headers, request.address)),
        };
        let validator = Validator { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let length_bytes = text(header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok());
        let is_page =
            text(header::CONTENT_TYPE).is_some_and(|kind| kind.trim_start().starts_with("text/html"));
        let inner = response.into_body().into_reader();
        let body =
            Guarded { inner, address: request.address.to_owned(), timeouts: self.timeouts, n_bytes: 0 };
        Ok(Answer { kind, validator, length_bytes, is_page, body: Box::new(body) })
    }

    /// A status that is no success.
    fn refused(&self, status: u16, headers: &HeaderMap, address: &str) -> FetchFault {
        let message = |code| Message::new(code).with("address", shown(address)).with("status", status);
        let after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = after.and_then(|text| retry_after(text, (self.now)()));
        match status {
            404 | 410 => {
                FetchFault::lasting(Message::new(codes::SYNC_NOT_FOUND).with("address", shown(address)))
            }
            401 | 403 => FetchFault::lasting(message(codes::SYNC_DENIED)),
            407 => FetchFault::lasting(
                Message::new(codes::SYNC_PROXY).with("proxy", shown(address)).with("detail", status),
            ),
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                FetchFault { message: message(codes::SYNC_STATUS), is_passing: true, wait }
            }
            _ => FetchFault::lasting(message(codes::SYNC_STATUS)),
        }
    }
}

/// The headers of a request to `address`. The key goes to the host that it is meant for and to no other.
fn headers(address: &str, request: &Request<'_>) -> Vec<(HeaderName, String)> {
    let mut headers = Vec::new();
    let encoding = if request.accepts_gzip { "gzip" } else { "identity" };
    headers.push((header::ACCEPT_ENCODING, encoding.to_owned()));
    if let Some((start, beginning)) = request.partial
        && let Some(validator) = beginning.strong()
    {
        headers.push((header::RANGE, format!("bytes={start}-")));
        headers.push((header::IF_RANGE, validator.to_owned()));
    } else if let Some(held) = request.held {
        let etag = held.etag.iter().map(|etag| (header::IF_NONE_MATCH, etag.clone()));
        let date = held.last_modified.iter().map(|date| (header::IF_MODIFIED_SINCE, date.clone()));
        headers.extend(etag.chain(date));
    }
    if let Some((name, key)) = request.key
        && is_same_host(address, request.address)
        && let Ok(name) = HeaderName::from_bytes(name.as_bytes())
    {
        headers.push((name, key.reveal().to_owned()));
    }
    headers
}

/// Where a redirect leads, when it may be followed: to the same host or to one that was named, and not from `https` to
/// `http`.
fn target(
    address: &str,
    uri: &Uri,
    headers: &HeaderMap,
    request: &Request<'_>,
) -> Result<String, FetchFault> {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let target = if is_http(location) {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let path = uri.path();
        let folder = path.get(..=path.rfind('/').unwrap_or(0)).unwrap_or("/");
        format!("{scheme}://{authority}{folder}{location}")
    };
    let refused = || FetchFault::lasting(redirected(address, &shown(&target)));
    let parsed: Uri = target.parse().map_err(|_| refused())?;
    let host = parsed.host().unwrap_or_default();
    let is_named = request.redirect_hosts.iter().any(|named| named.eq_ignore_ascii_case(host));
    let is_weaker = scheme == "https" && parsed.scheme_str() != Some("https");
    let is_allowed =
        !location.is_empty() && !is_weaker && (is_named || is_same_host(&target, request.address));
    if is_allowed { Ok(target) } else { Err(refused()) }
}

/// Whether two addresses have the same host and port.
fn is_same_host(left: &str, right: &str) -> bool {
    let parse = |address: &str| address.parse::<Uri>().ok();
    let place = |uri: &Uri| {
        let is_https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        uri.host().map(|host| (host.to_ascii_lowercase(), port))
    };
    match (parse(left).as_ref().and_then(place), parse(right).as_ref().and_then(place)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// The first byte that a `Content-Range` names: `bytes 200-1023/2048`.
fn range_start(text: &str) -> Option<u64> {
    text.trim().strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}

/// A redirect that is not followed.
fn redirected(address: &str, target: &str) -> Message {
    Message::new(codes::SYNC_REDIRECT).with("address", shown(address)).with("target", target)
}

/// An address that no request can be made to.
fn unreachable(address: &str, detail: &str) -> FetchFault {
    let message = Message::new(codes::SYNC_UNREACHABLE).with("address", shown(address));
    FetchFault::lasting(message.with("detail", detail))
}

/// A body whose errors are [`FetchFault`]s.
struct Guarded<R> {
    /// The body.
    inner: R,
    /// Where it comes from.
    address: String,
    /// The limits of time.
    timeouts: Timeouts,
    /// Bytes so far.
    n_bytes: u64,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
                self.n_bytes = self.n_bytes.saturating_add(count as u64);
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let fault = fault::body_fault(error, &self.address, self.n_bytes, &self.timeouts);
                Err(io::Error::other(fault))
            }
        }
    }
}
