//! `kikimori serve`: the server, from its settings to its orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command, value_parser};
use kikimori_app::accounts::set_up::prepare_set_up;
use kikimori_app::installation::Installation;
use kikimori_app::worker::Worker;
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, format, text};
use kikimori_store::jobs::{PRIORITY_BULK, PRIORITY_NORMAL};
use kikimori_store::{Database, DatabaseAddress, StoreError};
use kikimori_web::{Serving, Site, WebState, metrics_router, read_tls, router};
use tokio::net::TcpListener;

use crate::config;
use crate::exit::{Exit, Failure};

/// Where it listens when nothing else is said: on this machine only.
pub const LISTEN: &str = "127.0.0.1:8642";

/// The file of SQLite in an installation's folder.
pub const DATABASE_FILE: &str = "kikimori.sqlite";

/// The command.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    let file = |name: &'static str, key| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(text(language, key))
    };
    place_options(Command::new("serve").about(words("help.serve")), language)
        .after_help(words("help.serve.more"))
        .arg(listen_option(language))
        .arg(
            Arg::new("public-address")
                .long("public-address")
                .value_name("URL")
                .help(words("help.serve.public_address")),
        )
        .arg(file("tls-cert", "help.serve.tls_cert").requires("tls-key"))
        .arg(file("tls-key", "help.serve.tls_key").requires("tls-cert"))
        .arg(
            Arg::new("metrics-listen")
                .long("metrics-listen")
                .value_name("ADDR")
                .value_parser(value_parser!(SocketAddr))
                .help(words("help.serve.metrics_listen")),
        )
}

/// The options that say where an installation is.
pub fn place_options(command: Command, language: Language) -> Command {
    let data = Arg::new("data").long("data").value_name("DIR").value_parser(value_parser!(PathBuf));
    let database = Arg::new("database").long("database").value_name("URL");
    command
        .arg(data.help(text(language, "help.serve.data")))
        .arg(database.help(text(language, "help.serve.database")))
}

/// The option that says where to listen.
pub fn listen_option(language: Language) -> Arg {
    Arg::new("listen")
        .long("listen")
        .value_name("ADDR")
        .default_value(LISTEN)
        .value_parser(value_parser!(SocketAddr))
        .help(text(language, "help.serve.listen"))
}

/// Where an installation is: its folder and its database, from the arguments, then from the environment.
pub fn database_of(matches: &ArgMatches) -> (PathBuf, DatabaseAddress) {
    let folder = matches.get_one::<PathBuf>("data").cloned().unwrap_or_else(config::server_folder);
    let database = matches.get_one::<String>("database").cloned().or_else(config::database);
    let database = match database {
        Some(address) => DatabaseAddress::read(&address),
        None => DatabaseAddress::File(folder.join(DATABASE_FILE)),
    };
    (folder, database)
}

/// What a server needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder with its files.
    pub folder: PathBuf,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its database.
    pub database: DatabaseAddress,
    /// The address people type; empty if any will do.
    pub public_address: String,
    /// The files of the certificate and of its key, for TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Where the monitoring finds the metrics.
    pub metrics_listen: Option<SocketAddr>,
}

impl Settings {
    /// Reads the arguments, then the environment.
    fn read(matches: &ArgMatches) -> Self {
        let (folder, database) = database_of(matches);
        let public_address = matches.get_one::<String>("public-address").cloned().unwrap_or_default();
        let file = |name| matches.get_one::<PathBuf>(name).cloned();
        Self {
            folder,
            listen: listen_of(matches),
            database,
            public_address: public_address.trim_end_matches('/').to_owned(),
            tls: file("tls-cert").zip(file("tls-key")),
            metrics_listen: matches.get_one::<SocketAddr>("metrics-listen").copied(),
        }
    }
}

/// Where to listen.
pub fn listen_of(matches: &ArgMatches) -> SocketAddr {
    matches.get_one::<SocketAddr>("listen").copied().unwrap_or(([127, 0, 0, 1], 8642).into())
}

/// `kikimori serve`.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let settings = Settings::read(matches);
    start_log();
    let runtime = runtime(&settings, language)?;
    runtime.block_on(async {
        let installation = open(&settings, language).await?;
        serve(installation, &settings, language, until_asked_to_stop()).await
    })
}

/// Least priorities of the workers in this process: one never takes bulk work, so that what people wait for does not wait behind it.
const LANES: [i64; 2] = [PRIORITY_NORMAL, PRIORITY_BULK];

/// What the server's work runs on.
pub fn runtime(settings: &Settings, language: Language) -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| listen_failure(language, settings.listen, &error))
}

/// Makes a folder that nobody but the owner may enter; one that is there stays as it is.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens an installation and brings its schema up to date.
pub async fn open(settings: &Settings, language: Language) -> Result<Installation, Failure> {
    make_private(&settings.folder)
        .map_err(|error| Failure::of_output(language, &settings.folder.display().to_string(), &error))?;
    let failure = |error: StoreError| database_failure(language, &settings.folder, &error);
    let database = Database::open(&settings.database).await.map_err(failure)?;
    database.migrate().await.map_err(failure)?;
    let randomness = |bytes: &mut [u8]| config::fill_random(bytes);
    Ok(Installation::new(database, settings.folder.clone(), Arc::new(config::now), Arc::new(randomness)))
}

/// Serves until `stop` is done.
pub async fn serve(
    installation: Installation,
    settings: &Settings,
    language: Language,
    stop: impl Future<Output = ()> + Send,
) -> Result<Exit, Failure> {
    let mut serving = Serving::default();
    if let Some((certificate, key)) = &settings.tls {
        let tls = read_tls(certificate, key).map_err(|fault| {
            let message = Message::new(codes::SERVER_CERTIFICATE).with("path", fault.path.display());
            failure(language, &message.with("detail", fault.detail))
        })?;
        serving.tls = Some(tls);
    }
    let site = Site {
        public_address: settings.public_address.clone(),
        version: env!("CARGO_PKG_VERSION"),
        has_tls: serving.tls.is_some(),
    };
    let state = WebState::new(installation.clone(), site);
    let listener = bind(settings.listen, language).await?;
    let metrics = match settings.metrics_listen {
        Some(address) => Some(bind(address, language).await?),
        None => None,
    };
    let address = listener.local_addr().unwrap_or(settings.listen);
    announce(&installation, settings, address, metrics.as_ref(), language).await?;
    // The monitoring is answered until the last request has finished, then cut.
    let monitoring = metrics.map(|listener| {
        let router = metrics_router(state.clone());
        tokio::spawn(kikimori_web::serve(listener, router, Serving::default(), std::future::pending()))
    });
    let (stop_work, is_stopped) = tokio::sync::watch::channel(false);
    let lanes = LANES.map(|priority_min| {
        let (worker, is_stopped) = (Worker::new(installation.clone()), is_stopped.clone());
        tokio::spawn(async move { worker.run(priority_min, is_stopped).await })
    });
    let served = kikimori_web::serve(listener, router(state), serving, stop).await;
    if let Some(monitoring) = monitoring {
        monitoring.abort();
    }
    let _ = stop_work.send(true);
    for lane in lanes {
        let _ = lane.await;
    }
    served.map_err(|error| listen_failure(language, settings.listen, &error))?;
    installation.database.close().await;
    Ok(Exit::Done)
}

/// Takes an address to listen at.
async fn bind(address: SocketAddr, language: Language) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| listen_failure(language, address, &error))
}

/// Prints where it is reached, and the link of the first start while there is nobody yet.
async fn announce(
    installation: &Installation,
    settings: &Settings,
    address: SocketAddr,
    metrics: Option<&TcpListener>,
    language: Language,
) -> Result<(), Failure> {
    let reached = if settings.public_address.is_empty() {
        format!("{}://{address}", if settings.tls.is_some() { "https" } else { "http" })
    } else {
        settings.public_address.clone()
    };
    let link = prepare_set_up(installation)
        .await
        .map_err(|error| failure(language, &Message::new(codes::SERVER_DATABASE).with("detail", error)))?;
    let mut lines = format(language, "serve.listening", &[("address", &reached)]);
    if let Some(secret) = link {
        let link = format!("{reached}/setup/{}", secret.reveal());
        lines.push('\n');
        lines.push_str(&format(language, "serve.setup", &[("link", &link)]));
    }
    if let Some(address) = metrics.and_then(|listener| listener.local_addr().ok()) {
        lines.push('\n');
        lines.push_str(&format(language, "serve.metrics", &[("address", &address)]));
    }
    crate::write_out(&format!("{lines}\n"));
    Ok(())
}

/// Waits for Ctrl-C or the signal to end.
pub async fn until_asked_to_stop() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

/// Writes the log to standard error, as lines or, with `KIKIMORI_LOG_FORMAT=json`, as JSON; `KIKIMORI_LOG` says how much.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_new(config::variable("KIKIMORI_LOG").unwrap_or_default())
        .unwrap_or_default();
    let filter = if config::variable("KIKIMORI_LOG").is_some() {
        filter
    } else {
        tracing_subscriber::EnvFilter::new("warn,kikimori=info")
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start in one process, as in tests, keeps the first log.
    let _ = if config::variable("KIKIMORI_LOG_FORMAT").as_deref() == Some("json") {
        log.json().try_init()
    } else {
        log.try_init()
    };
}

/// The failure of a message.
fn failure(language: Language, message: &Message) -> Failure {
    Failure::of_message(language, "kikimori serve", message)
}

/// It cannot listen.
fn listen_failure(language: Language, address: SocketAddr, error: &io::Error) -> Failure {
    let message = Message::new(codes::SERVER_LISTEN).with("address", address).with("detail", error);
    failure(language, &message)
}

/// The database cannot be used.
pub fn database_failure(language: Language, folder: &Path, error: &StoreError) -> Failure {
    let message = match error {
        StoreError::Schema(detail) => Message::new(codes::SERVER_SCHEMA).with("detail", detail),
        StoreError::Unsuitable(detail) => Message::new(codes::SERVER_UNSUITABLE).with("detail", detail),
        other => {
            let source =
                std::error::Error::source(other).map(|source| format!(": {source}")).unwrap_or_default();
            Message::new(codes::SERVER_DATABASE).with("detail", format!("{other}{source}"))
        }
    };
    failure(language, &message.with("folder", folder.display()))
}
