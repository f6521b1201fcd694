//! Whom to trust: the system's certificates, and those of a bundle.

use std::path::Path;

use kikimori_core::message::{Message, codes};
use ureq::tls::{Certificate, PemItem, parse_pem};

/// Largest bundle read, in bytes; a system's whole store is about 250 KB.
const BUNDLE_BYTES_MAX: u64 = 16 << 20;

/// The certificates to trust: the system's store, and the bundle's where one is named.
///
/// # Errors
/// SYNC-022 when the bundle cannot be read or holds no certificate.
pub fn certificates(bundle: Option<&Path>) -> Result<Vec<Certificate<'static>>, Message> {
    let system = rustls_native_certs::load_native_certs();
    let mut certificates: Vec<Certificate<'static>> =
        system.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let Some(path) = bundle else { return Ok(certificates) };
    let fault = |detail: &dyn std::fmt::Display| {
        Message::new(codes::SYNC_TRUST).with("path", path.display()).with("detail", detail)
    };
    let size_bytes = std::fs::metadata(path).map_err(|error| fault(&error))?.len();
    if size_bytes > BUNDLE_BYTES_MAX {
        return Err(fault(&format!("> {BUNDLE_BYTES_MAX}")));
    }
    let pem = std::fs::read(path).map_err(|error| fault(&error))?;
    let mut n_found = 0;
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| fault(&error))? {
            certificates.push(certificate);
            n_found += 1;
        }
    }
    if n_found == 0 { Err(fault(&"0")) } else { Ok(certificates) }
}
