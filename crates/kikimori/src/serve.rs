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
use kikimori_web::{Site, WebState};
use tokio::net::TcpListener;

use crate::config;
use crate::exit::{Exit, Failure};

/// Where it listens when nothing else is said: on this machine only.
pub const LISTEN: &str = "127.0.0.1:8642";

/// The command.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("serve")
        .about(words("help.serve"))
        .after_help(words("help.serve.more"))
        .arg(
            Arg::new("data")
                .long("data")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help(words("help.serve.data")),
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR")
                .default_value(LISTEN)
                .value_parser(value_parser!(SocketAddr))
                .help(words("help.serve.listen")),
        )
        .arg(Arg::new("database").long("database").value_name("URL").help(words("help.serve.database")))
        .arg(
            Arg::new("public-address")
                .long("public-address")
                .value_name("URL")
                .help(words("help.serve.public_address")),
        )
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
}

impl Settings {
    /// Reads the arguments, then the environment.
    fn read(matches: &ArgMatches) -> Self {
        let folder = matches.get_one::<PathBuf>("data").cloned().unwrap_or_else(config::server_folder);
        let database = matches.get_one::<String>("database").cloned().or_else(config::database);
        let database = match database {
            Some(address) => DatabaseAddress::read(&address),
            None => DatabaseAddress::File(folder.join("kikimori.sqlite")),
        };
        let public_address = matches.get_one::<String>("public-address").cloned().unwrap_or_default();
        let listen =
            matches.get_one::<SocketAddr>("listen").copied().unwrap_or(([127, 0, 0, 1], 8642).into());
        Self { folder, listen, database, public_address: public_address.trim_end_matches('/').to_owned() }
    }
}

/// `kikimori serve`.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let settings = Settings::read(matches);
    start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| listen_failure(language, &settings, &error))?;
    runtime.block_on(async {
        let installation = open(&settings, language).await?;
        serve(installation, &settings, language, until_asked_to_stop()).await
    })
}

/// Least priorities of the workers in this process: one never takes bulk work, so that what people wait for does not wait behind it.
const LANES: [i64; 2] = [PRIORITY_NORMAL, PRIORITY_BULK];

/// Opens an installation and brings its schema up to date.
pub async fn open(settings: &Settings, language: Language) -> Result<Installation, Failure> {
    std::fs::create_dir_all(&settings.folder)
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
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<Exit, Failure> {
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| listen_failure(language, settings, &error))?;
    let address = listener.local_addr().unwrap_or(settings.listen);
    announce(&installation, settings, address, language).await?;
    let site = Site { public_address: settings.public_address.clone(), version: env!("CARGO_PKG_VERSION") };
    let state = WebState { installation: installation.clone(), site: Arc::new(site) };
    let (stop_work, is_stopped) = tokio::sync::watch::channel(false);
    let lanes = LANES.map(|priority_min| {
        let (worker, is_stopped) = (Worker::new(installation.clone()), is_stopped.clone());
        tokio::spawn(async move { worker.run(priority_min, is_stopped).await })
    });
    let served = kikimori_web::serve(listener, state, stop).await;
    let _ = stop_work.send(true);
    for lane in lanes {
        let _ = lane.await;
    }
    served.map_err(|error| listen_failure(language, settings, &error))?;
    installation.database.close().await;
    Ok(Exit::Done)
}

/// Prints where it is reached, and the link of the first start while there is nobody yet.
async fn announce(
    installation: &Installation,
    settings: &Settings,
    address: SocketAddr,
    language: Language,
) -> Result<(), Failure> {
    let reached = if settings.public_address.is_empty() {
        format!("http://{address}")
    } else {
        settings.public_address.clone()
    };
    let link = prepare_set_up(installation)
        .await
        .map_err(|error| failure(language, Message::new(codes::SERVER_DATABASE).with("detail", error)))?;
    let mut lines = format(language, "serve.listening", &[("address", &reached)]);
    if let Some(secret) = link {
        let link = format!("{reached}/setup/{}", secret.reveal());
        lines.push('\n');
        lines.push_str(&format(language, "serve.setup", &[("link", &link)]));
    }
    crate::write_out(&format!("{lines}\n"));
    Ok(())
}

/// Waits for Ctrl-C or the signal to end.
async fn until_asked_to_stop() {
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
fn start_log() {
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
fn failure(language: Language, message: Message) -> Failure {
    Failure::of_message(language, "kikimori serve", &message)
}

/// It cannot listen.
fn listen_failure(language: Language, settings: &Settings, error: &io::Error) -> Failure {
    let message = Message::new(codes::SERVER_LISTEN).with("address", settings.listen).with("detail", error);
    failure(language, message)
}

/// The database cannot be used.
fn database_failure(language: Language, folder: &Path, error: &StoreError) -> Failure {
    let message = match error {
        StoreError::Schema(detail) => Message::new(codes::SERVER_SCHEMA).with("detail", detail),
        StoreError::Unsuitable(detail) => Message::new(codes::SERVER_UNSUITABLE).with("detail", detail),
        other => {
            let source =
                std::error::Error::source(other).map(|source| format!(": {source}")).unwrap_or_default();
            Message::new(codes::SERVER_DATABASE).with("detail", format!("{other}{source}"))
        }
    };
    failure(language, message.with("folder", folder.display()))
}
