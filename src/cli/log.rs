//! 日志: mirrors of the public log, and what a restored database has forgotten of it.

use crate::acts::Error;
use crate::acts::log::public::Source;
use crate::acts::log::recovery::{self, Loss};
use crate::acts::log::{mirror, proofs};
use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::clock::beijing;
use chrono::DateTime;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// What is to be done with the log.
#[derive(Subcommand)]
pub enum What {
    /// Write the log's public files into a folder, or bring them up to date there.
    Export {
        /// The folder.
        folder: PathBuf,
        /// Another registry's log instead of our own: the address before `/checkpoint`, or a folder.
        #[arg(long, value_name = "URL|FOLDER")]
        from: Option<String>,
    },
    /// After a restore: tell what the database has forgotten.
    Recover {
        /// A mirror of the log that knows more: an address or a folder.
        #[arg(long, value_name = "URL|FOLDER")]
        from: Option<String>,
    },
}

/// Does it.
pub fn run(configuration: &Configuration, what: &What) -> Result<(), Doubt> {
    match what {
        What::Export { folder, from: Some(from) } => copy(from, folder),
        What::Export { folder, from: None } => {
            let registry = super::open(configuration)?;
            if registry.log.is_behind() {
                return Err(Doubt("the database is behind the published log; run `guildhall log recover`".to_owned()));
            }
            let vkeys = proofs::vkeys(&registry).map_err(said)?;
            update(&Source::Own(&registry), &vkeys, folder)
        }
        What::Recover { from } => {
            let registry = super::open(configuration)?;
            let source = from.as_deref().map(Source::read);
            let loss = recovery::look(&registry, source.as_ref()).map_err(said)?;
            tell(&loss)
        }
    }
}

/// Mirrors another's log; its keys are noted at the first run.
fn copy(from: &str, folder: &Path) -> Result<(), Doubt> {
    let source = Source::read(from);
    let known = Source::Folder(folder.to_path_buf());
    let vkeys = if folder.join("vkey").is_file() {
        known.vkeys().map_err(said)?
    } else {
        let vkeys = source.vkeys().map_err(said)?;
        for vkey in &vkeys {
            println!("noted for ever: {vkey}");
        }
        vkeys
    };
    update(&source, &vkeys, folder)
}

fn update(source: &Source<'_>, vkeys: &[crate::seal::note::Vkey], folder: &Path) -> Result<(), Doubt> {
    let done = mirror::update(source, vkeys, folder).map_err(said)?;
    println!("{}: {} entries before, {} now, {} files written", folder.display(), done.from, done.to, done.files);
    Ok(())
}

fn tell(loss: &Loss) -> Result<(), Doubt> {
    println!("in the database: {} entries", loss.database);
    if let Some(published) = loss.published {
        println!("published, by this server's guard: {published}");
    }
    if let Some(mirror) = loss.mirror {
        println!("in the mirror: {mirror}");
    }
    if loss.is_none() {
        println!("nothing is missing");
        return Ok(());
    }
    for one in &loss.forgotten {
        let at = DateTime::from_timestamp(one.leaf.at, 0).map_or_else(String::new, |at| beijing(at.naive_utc()).to_rfc3339());
        let whose = one.institution.as_deref().unwrap_or("-");
        let kept = if one.waiting { "on record, its place lost" } else { "MISSING" };
        println!("{}\t{at}\t{}\t{whose}\t{}\t{} no. {}\t{kept}", one.seq, one.leaf.iss, one.leaf.t, one.leaf.reference, one.leaf.n);
    }
    let most = loss.published.into_iter().chain(loss.mirror).max().unwrap_or(loss.database);
    let lost = most.saturating_sub(loss.database);
    if loss.forgotten.is_empty() {
        println!("name a mirror with --from to see which they are");
    }
    println!("Issuing stays stopped, verification goes on. The way forward: put a newer copy of the database in place (PostgreSQL: the archive up to that moment) and run this again until nothing is missing. Whoever holds a certificate listed here has its proof in the PDF.");
    Err(Doubt(format!("{lost} published entries are missing from the database")))
}

fn said(error: Error) -> Doubt {
    match error {
        Error::Fault(why) => Doubt(why.to_string()),
        other => Doubt(other.to_string()),
    }
}
