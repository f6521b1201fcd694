//! What went wrong with a connection, as a message that a person can act on.

use std::io;
use std::time::Duration;

use kikimori_app::sync_library::fetch::{FetchFault, shown};
use kikimori_core::message::{Message, codes};
use rustls::CertificateError;
use ureq::Timeout;

/// The limits of time.
#[derive(Clone, Copy)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Of a server's silence.
    pub silence: Duration,
    /// For one body.
    pub body: Duration,
}

/// What an error before the body says.
pub fn fault_of(error: &ureq::Error, address: &str, proxy: Option<&str>, timeouts: &Timeouts) -> FetchFault {
    let unreachable = |detail: &dyn std::fmt::Display| {
        Message::new(codes::SYNC_UNREACHABLE).with("address", shown(address)).with("detail", detail)
    };
    match error {
        ureq::Error::Timeout(which) => timeout_fault(*which, address, timeouts),
        ureq::Error::Rustls(error) => certificate_fault(error, address),
        ureq::Error::ConnectProxyFailed(detail) => FetchFault::lasting(
            Message::new(codes::SYNC_PROXY).with("proxy", proxy.unwrap_or_default()).with("detail", detail),
        ),
        ureq::Error::Io(error) => match tls_error(error) {
            Some(error) => certificate_fault(error, address),
            None => FetchFault::passing(unreachable(error)),
        },
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => {
            FetchFault::passing(unreachable(error))
        }
        error => FetchFault::lasting(unreachable(error)),
    }
}

/// What an error in the middle of a body says.
pub fn body_fault(error: io::Error, address: &str, n_bytes: u64, timeouts: &Timeouts) -> FetchFault {
    match ureq::Error::from(error) {
        ureq::Error::Timeout(which) => timeout_fault(which, address, timeouts),
        error => FetchFault::passing(
            Message::new(codes::SYNC_CUT)
                .with("address", shown(address))
                .with("received", n_bytes)
                .with("detail", error),
        ),
    }
}

/// A limit of time was reached.
fn timeout_fault(which: Timeout, address: &str, timeouts: &Timeouts) -> FetchFault {
    let limit = match which {
        Timeout::Resolve | Timeout::Connect => timeouts.connect,
        Timeout::RecvBody => timeouts.body,
        _ => timeouts.silence,
    };
    let seconds = limit.as_secs_f64().ceil();
    FetchFault::passing(
        Message::new(codes::SYNC_TIMEOUT).with("address", shown(address)).with("seconds", seconds),
    )
}

/// The TLS error inside an error of the connection.
fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref::<rustls::Error>()
}

/// A certificate is not trusted, or is wrong.
fn certificate_fault(error: &rustls::Error, address: &str) -> FetchFault {
    let code = match error {
        // A wrong signature is an issuer of a trusted name with another key: renewed, or pretended.
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => codes::SYNC_CERTIFICATE_UNKNOWN,
        rustls::Error::InvalidCertificate(_) => codes::SYNC_CERTIFICATE_WRONG,
        _ => codes::SYNC_UNREACHABLE,
    };
    FetchFault::lasting(Message::new(code).with("address", shown(address)).with("detail", error))
}
