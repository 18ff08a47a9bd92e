//! 命令行: arguments, start and stop.

mod caller;
pub mod configuration;
mod demo;
pub mod hsm;
mod init;
mod keeping;
mod keys;
mod log;
pub mod master_key;
mod monitor;
mod rotation;
mod sealer;
mod sequencer;
mod verify;
mod witness;

use crate::acts::{Registry, Settings, red_flags};
use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::clock::{Clock, Now};
use crate::seal::vault::Vault;
use crate::store::Store;
use crate::web::door::{self, Manners};
use crate::web::{self, Counter};
use chrono::Timelike;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// 匠册 Guildhall: a registry of vocational training and skill certificates.
#[derive(Parser)]
#[command(name = "guildhall", version, about)]
struct Arguments {
    /// The configuration file; `guildhall.toml` here when there is one.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer at the counter until told to stop.
    Serve,
    /// Make an example town, walk it through a year of work, and serve it.
    Demo(demo::Options),
    /// Open the first accounts of a fresh registry: administrator, officer, auditor.
    Init(init::Options),
    /// Bring the database's tables up to date, and stop.
    Migrate,
    /// Audit every promise; name each broken one; exit with 1 if there is any.
    Check,
    /// See to the keys of issuers: show, rotate, retire, mark as lost.
    Keys {
        /// What is to be done.
        #[command(subcommand)]
        what: keys::What,
    },
    /// Look for red flags now, by every rule; say how many are new.
    Flags,
    /// Sign another registry's log as a witness, with a key of its own, as long as it only grows.
    Witness(witness::Options),
    /// See to the public log: copy it into a mirror, or tell what a restored database has forgotten.
    Log {
        /// What is to be done.
        #[command(subcommand)]
        what: log::What,
    },
    /// Follow a log for an institution; tell what is done in its name, a fork, a shrunken or stale log.
    Monitor(monitor::Options),
    /// Write a consistent copy of the database to a new file, while the server runs.
    Backup {
        /// The file to write; it must not exist.
        file: PathBuf,
    },
    /// Check a file, a code or an address against a trust bundle, without database or network.
    Verify(verify::Options),
    /// Write everything the registry holds, as CSV and JSON, into a new folder.
    Export {
        /// The folder to write into; it must not exist or be empty.
        folder: PathBuf,
    },
}

/// The exit code for arguments that say nothing to do (`EX_USAGE`): 0 to 3 are verdicts.
const MISUSED: u8 = 64;

/// Does what the arguments say.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(if told.use_stderr() { MISUSED } else { 0 });
        }
    };
    if let Command::Verify(options) = &arguments.command {
        return verify::run(options).unwrap_or_else(|Doubt(why)| {
            eprintln!("guildhall: {why}");
            ExitCode::from(MISUSED)
        });
    }
    if let Command::Monitor(options) = &arguments.command {
        return monitor::run(options);
    }
    match obey(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Doubt(why)) => {
            eprintln!("guildhall: {why}");
            ExitCode::FAILURE
        }
    }
}

fn obey(arguments: Arguments) -> Result<(), Doubt> {
    if let Command::Demo(options) = arguments.command {
        return demo::run(&options);
    }
    if let Command::Witness(options) = arguments.command {
        return witness::run(&options);
    }
    let configuration = Configuration::read(arguments.config.as_deref())?;
    match arguments.command {
        Command::Serve => serve(&configuration),
        Command::Demo(_) | Command::Verify(_) | Command::Witness(_) | Command::Monitor(_) => {
            unreachable!("answered above: they do without this configuration")
        }
        Command::Init(options) => init::run(&configuration, &options),
        Command::Migrate => open(&configuration).map(drop),
        Command::Check => keeping::check(&configuration),
        Command::Keys { what } => keys::run(&configuration, &what),
        Command::Log { what } => log::run(&configuration, &what),
        Command::Flags => keeping::flags(&configuration),
        Command::Backup { file } => keeping::backup(&configuration, &file),
        Command::Export { folder } => keeping::export(&configuration, &folder),
    }
}

/// Opens the database this configuration describes.
fn store(configuration: &Configuration) -> Result<Store, Doubt> {
    make_folder(configuration)?;
    Store::open(&configuration.database_url()).map_err(|failure| Doubt(failure.to_string()))
}

/// Opens it with nobody else.
fn store_alone(configuration: &Configuration) -> Result<Store, Doubt> {
    make_folder(configuration)?;
    Store::open_alone(&configuration.database_url()).map_err(|failure| Doubt(failure.to_string()))
}

fn make_folder(configuration: &Configuration) -> Result<(), Doubt> {
    std::fs::create_dir_all(&configuration.data).map_err(|error| {
        Doubt(format!(
            "the folder {} cannot be made: {error}",
            configuration.data.display()
        ))
    })
}

/// Opens the registry this configuration describes.
pub fn open(configuration: &Configuration) -> Result<Registry, Doubt> {
    let store = store(configuration)?;
    let fresh = !crate::acts::holds_sealed(&store).map_err(|error| Doubt(error.to_string()))?;
    let vault = Vault::new(master_key::read(configuration, fresh)?);
    registry_over(configuration, store, vault)
}

/// The registry this configuration describes, over a database and with a vault that are open.
fn registry_over(
    configuration: &Configuration,
    store: Store,
    vault: Vault,
) -> Result<Registry, Doubt> {
    let settings = Settings {
        public_base_url: configuration.public_base_url.clone(),
        class_capacity: configuration.class_capacity,
        publicity_days: configuration.publicity_days,
        time_stamp_authority: Some(configuration.time_stamp_authority.clone())
            .filter(|address| !address.is_empty()),
        signers: configuration.own_signers()?,
        log_guard: Some(configuration.data.join("log.guard")),
        credential_results: configuration.credential_results,
        witnesses: configuration.witnesses()?,
        witness_quorum: configuration.witness_quorum,
        retention_years: configuration.retention_years,
        code_sender: configuration.code_sender.clone(),
        mail: configuration.mail()?,
    };
    Registry::open(store, vault, settings).map_err(|error| match error.code() {
        "vault.other-key" => {
            Doubt("the master key is not the one this database was sealed with".to_owned())
        }
        "vault.half-replaced" => Doubt(
            "the master key is being replaced, and that is not ended: run `guildhall keys rotate-master` again where it was begun".to_owned(),
        ),
        _ => Doubt(error.to_string()),
    })
}

/// Answers at the counter until told to stop.
pub fn serve(configuration: &Configuration) -> Result<(), Doubt> {
    log_as(configuration)?;
    let registry = Arc::new(open(configuration)?);
    tracing::info!(database = registry.store.kind(), address = %configuration.address, port = configuration.port, "the counter opens");
    launch(registry, configuration, Clock::default())
}

/// Runs the server for a registry that is open already.
pub fn launch(
    registry: Arc<Registry>,
    configuration: &Configuration,
    clock: Clock,
) -> Result<(), Doubt> {
    sequencer::start(&registry, &clock)
        .map_err(|error| Doubt(format!("the sequencer cannot start: {error}")))?;
    sealer::start(&registry, &clock)
        .map_err(|error| Doubt(format!("the sealer cannot start: {error}")))?;
    caller::start(&registry, &clock)
        .map_err(|error| Doubt(format!("the caller cannot start: {error}")))?;
    let counter = Counter {
        hosts: configuration.all_hosts(),
        anonymous_per_minute: configuration.anonymous_per_minute,
        ip_header: Some(configuration.ip_header.clone()).filter(|header| !header.is_empty()),
        clock,
    };
    let config = rocket::Config {
        address: configuration.address,
        port: configuration.port,
        log_level: rocket::config::LogLevel::Off,
        ip_header: counter.ip_header.clone().map(Into::into),
        ident: rocket::config::Ident::none(),
        ..rocket::Config::release_default()
    };
    let stopped = door::run(async move {
        let watch = rocket::tokio::spawn(nights(Arc::clone(&registry), counter.clock.clone()));
        let manners = Manners::usual(counter.ip_header.is_some());
        let stopped = door::open(web::rocket(registry, &counter, config), manners).await;
        watch.abort();
        stopped
    });
    stopped.map_err(|error| Doubt(format!("the server cannot start: {error}")))
}

/// Binds the volumes of the month that is over, and looks for red flags once a day, after two in the
/// morning in Beijing. Every server asks; the registry lets one of them look.
async fn nights(registry: Arc<Registry>, clock: Clock) {
    let mut minutes = rocket::tokio::time::interval(std::time::Duration::from_mins(10));
    loop {
        minutes.tick().await;
        let now = clock.read();
        let volumes = Arc::clone(&registry);
        let bound = move || crate::acts::volumes::bind(&volumes, now);
        match rocket::tokio::task::spawn_blocking(bound).await {
            Ok(Ok(0)) => {}
            Ok(Ok(months)) => tracing::info!(months, "bound the figures' volumes"),
            Ok(Err(error)) => tracing::error!(%error, "the figures' volumes could not be bound"),
            Err(error) => tracing::error!(%error, "the binding of volumes stopped"),
        }
        if crate::ground::clock::beijing(now.utc()).hour() < 2 {
            continue;
        }
        let registry = Arc::clone(&registry);
        let done =
            rocket::tokio::task::spawn_blocking(move || red_flags::nightly(&registry, now)).await;
        match done {
            Ok(Ok(Some(raised))) => tracing::info!(raised, "looked for red flags"),
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::error!(%error, "red flags could not be looked for"),
            Err(error) => tracing::error!(%error, "the look for red flags stopped"),
        }
    }
}

/// Sets up the log, once per process.
pub fn log_as(configuration: &Configuration) -> Result<(), Doubt> {
    let filter = tracing_subscriber::EnvFilter::try_new(&configuration.log)
        .map_err(|error| Doubt(format!("the log setting cannot be read: {error}")))?
        // Rocket's own lines tell whole addresses, and in them what people searched for.
        .add_directive(
            "rocket=off"
                .parse()
                .map_err(|error| Doubt(format!("the log cannot be set up: {error}")))?,
        );
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Set by hand: what would set it for us also listens to the other log, in which Rocket tells
    // each request's whole address, only to throw every line away.
    let set = if configuration.log_format == "json" {
        tracing::subscriber::set_global_default(builder.json().finish())
    } else {
        tracing::subscriber::set_global_default(builder.finish())
    };
    // Set already: a demo that serves after its walk.
    drop(set);
    Ok(())
}

/// The time `GUILDHALL_NOW` fixes, if it is set.
pub fn fixed_now() -> Result<Option<Now>, Doubt> {
    let Ok(text) = std::env::var("GUILDHALL_NOW") else {
        return Ok(None);
    };
    chrono::DateTime::parse_from_rfc3339(&text)
        .map(|instant| Some(Now::at(instant.to_utc())))
        .map_err(|error| Doubt(format!("GUILDHALL_NOW must be an RFC 3339 time: {error}")))
}
