//! TLS from a certificate and a key in files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Certificates in one file: the server's own and those above it.
const CERTIFICATES_MAX: usize = 32;

/// A certificate or a key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {detail}", path = path.display())]
pub struct TlsFault {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong.
    pub detail: String,
}

/// Reads a chain of certificates and its key (PEM).
///
/// # Errors
/// [`TlsFault`] if a file cannot be read, holds nothing of its kind, or key and certificate do not belong together.
pub fn read_tls(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsFault> {
    let fault = |path: &Path, detail: String| TlsFault { path: path.to_owned(), detail };
    let chain = CertificateDer::pem_file_iter(certificate)
        .map_err(|error| fault(certificate, error.to_string()))?
        .take(CERTIFICATES_MAX)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| fault(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(fault(certificate, "CERTIFICATE?".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut settings = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(certificate, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| fault(key, error.to_string()))?;
    settings.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(settings))
}
