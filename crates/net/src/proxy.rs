//! Which connections go through a proxy.

use kikimori_app::sync_library::fetch::shown;
use kikimori_core::message::{Message, codes};
use ureq::http::Uri;
use ureq::{Agent, Proxy};

use crate::HttpSettings;

/// The proxies, each with its connections.
pub struct Proxies {
    /// For `https` addresses, with its address as it may be shown.
    https: Option<(Agent, String)>,
    /// For `http` addresses.
    http: Option<(Agent, String)>,
    /// Hosts reached without one.
    exceptions: Vec<String>,
}

impl Proxies {
    /// Reads the settings; `agent` makes connections for a proxy.
    ///
    /// # Errors
    /// SYNC-019 when a proxy's address is none.
    pub fn new(settings: &HttpSettings, agent: &dyn Fn(Option<Proxy>) -> Agent) -> Result<Self, Message> {
        let make = |address: &Option<String>| {
            let Some(address) = address else { return Ok(None) };
            // Without a scheme, `shown` could not tell a password from a path.
            let address = if address.contains("://") { address.clone() } else { format!("http://{address}") };
            let proxy = Proxy::new(&address).map_err(|error| {
                Message::new(codes::SYNC_PROXY).with("proxy", shown(&address)).with("detail", error)
            })?;
            Ok(Some((agent(Some(proxy)), shown(&address))))
        };
        let exceptions = settings.no_proxy.as_deref().unwrap_or_default();
        let exceptions = exceptions.split(',').map(|host| host.trim().to_ascii_lowercase());
        Ok(Self {
            https: make(&settings.https_proxy)?,
            http: make(&settings.http_proxy)?,
            exceptions: exceptions.filter(|host| !host.is_empty()).collect(),
        })
    }

    /// The connections for an address, and the proxy's address where one is used.
    pub fn choose<'a>(&'a self, uri: &Uri, direct: &'a Agent) -> (&'a Agent, Option<&'a str>) {
        let proxy = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        match proxy {
            Some((agent, address)) if !self.is_exception(&host) => (agent, Some(address)),
            _ => (direct, None),
        }
    }

    /// Whether a host is reached without a proxy: `*` is every host, a name is the host and those below it.
    fn is_exception(&self, host: &str) -> bool {
        self.exceptions.iter().any(|exception| {
            let name = exception.trim_start_matches('*').trim_start_matches('.');
            name.is_empty() || host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_hosts_and_those_below_them() {
        for (list, host, expected) in [
            ("localhost,.example.jp", "localhost", true),
            ("localhost,.example.jp", "mirror.example.jp", true),
            ("example.jp", "mirror.example.jp", true),
            ("*.example.jp", "example.jp", true),
            ("example.jp", "badexample.jp", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("*", "anything", true),
            ("", "anything", false),
        ] {
            let exceptions = list.split(',').filter(|host| !host.is_empty()).map(str::to_owned).collect();
            let proxies = Proxies { https: None, http: None, exceptions };
            assert_eq!(proxies.is_exception(host), expected, "{list} {host}");
        }
    }
}
