//! TLS: certificates that are trusted, and those that are not; proxies.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::feeds::kev;
use crate::server::{Reply, Server};
use crate::site::{Site, file_source};

/// A certificate authority of a test.
struct Authority {
    /// Its certificate and key.
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap() }
    }

    /// A server for this name, until this year.
    fn server(&self, name: &str, until_year: i32) -> Arc<ServerConfig> {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }

    /// A site that trusts this authority.
    fn trusted_by(&self) -> Site {
        let mut site = Site::new();
        let path = site.folder.path().join("proxy-ca.pem");
        std::fs::write(&path, self.issuer.pem()).unwrap();
        site.settings.ca_bundle = Some(path);
        site
    }
}

/// A server with a catalogue.
fn start(config: Arc<ServerConfig>) -> Server {
    Server::start_with(Some(config), |_| Reply::body(kev("2026-11-20T00:00:00Z", 20)))
}

/// The address of a server with TLS.
fn secure(server: &Server) -> String {
    format!("https://localhost:{}", server.port)
}

#[test]
fn a_bundle_makes_an_inspecting_proxy_trusted() {
    let authority = Authority::new("Hospital");
    let server = start(authority.server("localhost", 2100));
    let site = authority.trusted_by();
    site.sync_well(&file_source(secure(&server), "kev.json"));
    assert_eq!(site.open().unwrap().manifest().n_kev, 20);
}

#[test]
fn faults_of_certificates_are_told_apart() {
    let authority = Authority::new("Hospital");
    let (other, pretender) = (Authority::new("Other"), Authority::new("Hospital"));
    for (config, site, code) in [
        (authority.server("localhost", 2100), other.trusted_by(), "SYNC-009"),
        (authority.server("localhost", 2100), pretender.trusted_by(), "SYNC-009"),
        (authority.server("localhost", 2020), authority.trusted_by(), "SYNC-010"),
        (authority.server("other.example", 2100), authority.trusted_by(), "SYNC-010"),
    ] {
        let server = start(config);
        site.sync_badly(&file_source(secure(&server), "kev.json"), code);
        assert_eq!(server.seen().len(), 0, "nothing was asked");
    }
}

#[test]
fn a_server_without_tls_is_said() {
    let authority = Authority::new("Hospital");
    let server = Server::start(|_| Reply::body(kev("2026-11-20T00:00:00Z", 20)));
    authority.trusted_by().sync_badly(&file_source(secure(&server), "kev.json"), "SYNC-003");
}

#[test]
fn a_redirect_from_https_to_http_is_refused() {
    let authority = Authority::new("Hospital");
    let plain = Server::start(|_| Reply::body(kev("2026-11-20T00:00:00Z", 20)));
    let target = format!("http://localhost:{}/kev.json", plain.port);
    let server = Server::start_with(Some(authority.server("localhost", 2100)), move |_| {
        Reply::status(302).with("Location", &target)
    });
    let mut feed = file_source(secure(&server), "kev.json");
    feed.redirect_hosts = vec!["localhost".to_owned()];
    authority.trusted_by().sync_badly(&feed, "SYNC-011");
    assert_eq!(plain.seen().len(), 0);
}

#[test]
fn a_bundle_that_is_none_is_said_before_anything_is_asked() {
    let mut site = Site::new();
    for (content, name) in [("no certificate here", "a.pem"), ("", "b.pem")] {
        let path = site.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        site.settings.ca_bundle = Some(path);
        assert_eq!(site.try_sync(&[]).unwrap_err().code.0, "SYNC-022");
    }
    site.settings.ca_bundle = Some(site.folder.path().join("missing.pem"));
    assert_eq!(site.try_sync(&[]).unwrap_err().code.0, "SYNC-022");
}

#[test]
fn connections_go_through_the_proxy_but_for_exceptions() {
    let authority = Authority::new("Hospital");
    let server = start(authority.server("localhost", 2100));
    let proxy = Server::start(|_| Reply::status(200));
    let mut site = authority.trusted_by();
    site.settings.https_proxy = Some(format!("http://me:pass%20word@127.0.0.1:{}", proxy.port));
    let feed = file_source(secure(&server), "kev.json");
    site.sync_well(&feed);
    let seen = proxy.seen();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].target.as_str()),
        ("CONNECT", &*format!("localhost:{}", server.port))
    );
    assert_eq!(seen[0].header("proxy-authorization"), "Basic bWU6cGFzcyB3b3Jk");
    site.settings.no_proxy = Some("example.jp,localhost".to_owned());
    site.sync_well(&feed);
    assert_eq!(proxy.seen().len(), 1);
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_password() {
    let proxy = Server::start(|_| Reply::status(407));
    let mut site = Site::new();
    for address in
        [format!("http://me:geheim@127.0.0.1:{}", proxy.port), format!("me:geheim@127.0.0.1:{}", proxy.port)]
    {
        site.settings.https_proxy = Some(address);
        let outcome =
            site.sync_badly(&file_source("https://feeds.example".to_owned(), "kev.json"), "SYNC-019");
        let (_, message) = &outcome.faults[0];
        assert_eq!(message.args[0], ("proxy", format!("http://127.0.0.1:{}", proxy.port)));
        assert!(!message.to_string().contains("geheim"), "{message}");
    }
}
