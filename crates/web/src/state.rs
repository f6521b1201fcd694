//! What every handler may use.

use std::sync::Arc;

use kikimori_app::installation::Installation;

use crate::metrics::Metrics;

/// How the site is reached.
#[derive(Clone, Debug)]
pub struct Site {
    /// The address people type, such as `https://kikimori.example.jp`, without a slash at the end; empty if any `Host` will do.
    pub public_address: String,
    /// The version of Kikimori.
    pub version: &'static str,
    /// The server itself speaks TLS.
    pub has_tls: bool,
}

impl Site {
    /// Whether browsers reach it by HTTPS, so that cookies may demand it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.has_tls || self.public_address.starts_with("https://")
    }
}

/// What every handler may use. Clones share everything.
#[derive(Clone)]
pub struct WebState {
    /// The installation.
    pub installation: Installation,
    /// How it is reached.
    pub site: Arc<Site>,
    /// Counts and times of requests.
    pub metrics: Arc<Metrics>,
}

impl WebState {
    /// What handlers may use, with nothing counted yet.
    #[must_use]
    pub fn new(installation: Installation, site: Site) -> Self {
        Self { installation, site: Arc::new(site), metrics: Arc::default() }
    }
}
