//! 见证: another department signs a log's checkpoints with the same program.

use crate::acts::log::witness::Book;
use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::clock::Clock;
use crate::seal::note::{LOG, Vkey};
use crate::web::door::{self, Manners};
use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// How a witness runs.
#[derive(Args)]
pub struct Options {
    /// The name it signs with, e.g. `audit.example.gov.cn/witness`; settle it before the first signature.
    #[arg(long)]
    name: String,
    /// A key of a log it signs for, as its `/log/vkey` tells; may be repeated.
    #[arg(long = "log", value_name = "VKEY", required = true)]
    logs: Vec<String>,
    /// The first line of that log's checkpoints, to be sure the key is the one that was meant.
    #[arg(long)]
    origin: Vec<String>,
    /// Where the logs are read when one signs with a new key: the address before `/checkpoint`; may be
    /// repeated. A key that a known one named in a note is then signed for.
    #[arg(long, value_name = "URL")]
    follow: Vec<String>,
    /// The folder for its key and what it signed last.
    #[arg(long, default_value = "guildhall-witness")]
    dir: PathBuf,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,
    /// The port to listen on.
    #[arg(long, default_value_t = 8100)]
    port: u16,
}

/// Answers until told to stop.
pub fn run(options: &Options) -> Result<(), Doubt> {
    super::log_as(&Configuration::default())?;
    let logs = options
        .logs
        .iter()
        .map(|text| read_log(text))
        .collect::<Result<Vec<_>, _>>()?;
    for origin in &options.origin {
        if !logs.iter().any(|log| log.name == *origin) {
            return Err(Doubt(format!(
                "none of the keys given is of a log called {origin}"
            )));
        }
    }
    let book = Book::open(&options.dir, &options.name, logs)
        .map_err(|error| Doubt(error.to_string()))?
        .following(options.follow.clone());
    println!(
        "见证密钥 / the witness's key, for the registry's `witnesses`:\n{}",
        book.vkey()
    );
    for log in book.logs() {
        println!("见证日志 / it signs for {}", log.name);
    }
    let config = rocket::Config {
        address: options.address,
        port: options.port,
        log_level: rocket::config::LogLevel::Off,
        ident: rocket::config::Ident::none(),
        ..rocket::Config::release_default()
    };
    let clock = super::fixed_now()?.map_or_else(Clock::default, Clock::standing);
    let book = Arc::new(book);
    let server = crate::web::witness::rocket(book, clock, config);
    // Its registries are few, and may come through a proxy.
    let stopped = door::run(door::open(server, Manners::usual(true)));
    stopped.map_err(|error| Doubt(format!("the witness cannot start: {error}")))
}

/// A log's key given as an argument.
pub fn read_log(text: &str) -> Result<Vkey, Doubt> {
    Vkey::read(text)
        .filter(|vkey| vkey.kind == LOG)
        .ok_or_else(|| {
            Doubt(format!(
                "a log's key looks like `name+12345678+A…`, as its /log/vkey tells; it is {text}"
            ))
        })
}
