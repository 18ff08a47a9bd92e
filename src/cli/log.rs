//! 日志: mirrors of the public log, and what a restored database has forgotten of it.

use crate::acts::log::public::Source;
use crate::acts::log::recovery::{self, Forgotten, Loss};
use crate::acts::log::{mirror, proofs, succession};
use crate::acts::{Error, Registry};
use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::clock::{Now, beijing};
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
        /// Put the leaves back that the mirror has: the login of the bureau officer who does it; her
        /// password is asked for. Without it nothing is changed.
        #[arg(long = "as", value_name = "LOGIN", requires = "from")]
        login: Option<String>,
    },
}

/// Does it.
pub fn run(configuration: &Configuration, what: &What) -> Result<(), Doubt> {
    match what {
        What::Export {
            folder,
            from: Some(from),
        } => copy(from, folder),
        What::Export { folder, from: None } => {
            let registry = super::open(configuration)?;
            if registry.log.is_behind() {
                return Err(Doubt(
                    "the database is behind the published log; run `guildhall log recover`"
                        .to_owned(),
                ));
            }
            let vkeys = proofs::vkeys(&registry).map_err(said)?;
            update(&Source::Own(&registry), &vkeys, folder)
        }
        What::Recover { from, login } => {
            let registry = super::open(configuration)?;
            let source = from.as_deref().map(Source::read);
            match (source, login) {
                (Some(source), Some(login)) => restore(&registry, &source, login),
                (source, _) => tell(&recovery::look(&registry, source.as_ref()).map_err(said)?),
            }
        }
    }
}

/// Puts the leaves back, and says of which records nothing is left.
fn restore(registry: &Registry, source: &Source<'_>, login: &str) -> Result<(), Doubt> {
    let now = super::fixed_now()?.unwrap_or_else(Now::read);
    super::keys::with_keeper(registry, login, now, |keeper| {
        let loss = recovery::restore(registry, keeper, source, now).map_err(super::keys::said)?;
        list(&loss.forgotten);
        let lost = loss.forgotten.iter().filter(|one| !one.waiting).count();
        println!(
            "{} leaves were put back, {lost} of them without a record",
            loss.forgotten.len()
        );
        if let Some((at, published)) = registry.log.behind() {
            return Err(Doubt(format!(
                "this server published {published} entries, the mirror led only to {at}: issuing stays stopped; name a mirror that has more"
            )));
        }
        let suspended =
            recovery::suspend_doubtful(registry, keeper, &loss, now).map_err(super::keys::said)?;
        for number in &suspended {
            println!("suspended, since the log tells of an end that is not on record: {number}");
        }
        println!(
            "The log may be signed on: restart the servers. Numbers that lost certificates may bear are passed over. What is listed MISSING must be entered again by whoever issued it; whoever holds such a certificate has its proof in the PDF."
        );
        Ok(())
    })
}

/// Mirrors another's log; its keys are noted at the first run.
fn copy(from: &str, folder: &Path) -> Result<(), Doubt> {
    let source = Source::read(from);
    let known = Source::Folder(folder.to_path_buf());
    let vkeys = if folder.join("vkey").is_file() {
        let mut vkeys = known.vkeys().map_err(said)?;
        let before = vkeys.len();
        succession::follow(&source, &mut vkeys).map_err(said)?;
        for vkey in vkeys.iter().skip(before) {
            println!("named by the key before it: {vkey}");
        }
        vkeys
    } else {
        let vkeys = source.vkeys().map_err(said)?;
        for vkey in &vkeys {
            println!("noted for ever: {vkey}");
        }
        vkeys
    };
    update(&source, &vkeys, folder)
}

fn update(
    source: &Source<'_>,
    vkeys: &[crate::seal::note::Vkey],
    folder: &Path,
) -> Result<(), Doubt> {
    let done = mirror::update(source, vkeys, folder).map_err(said)?;
    println!(
        "{}: {} entries before, {} now, {} files written",
        folder.display(),
        done.from,
        done.to,
        done.files
    );
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
    if !loss.recovered.is_empty() {
        println!("put back before, their records lost:");
        list(&loss.recovered);
    }
    if loss.is_none() {
        println!("nothing is missing");
        return Ok(());
    }
    list(&loss.forgotten);
    let most = loss
        .published
        .into_iter()
        .chain(loss.mirror)
        .max()
        .unwrap_or(loss.database);
    let lost = most.saturating_sub(loss.database);
    if loss.forgotten.is_empty() {
        println!("name a mirror with --from to see which they are");
    }
    println!(
        "Issuing stays stopped, verification goes on. The way forward: put a newer copy of the database in place (PostgreSQL: the archive up to that moment) and run this again until nothing is missing. Where there is none, put back the leaves with `--from MIRROR --as LOGIN`: the log can be signed on, the records listed here stay lost. Whoever holds a certificate listed here has its proof in the PDF."
    );
    Err(Doubt(format!(
        "{lost} published entries are missing from the database"
    )))
}

fn list(entries: &[Forgotten]) {
    for one in entries {
        let at = DateTime::from_timestamp(one.leaf.at, 0)
            .map_or_else(String::new, |at| beijing(at.naive_utc()).to_rfc3339());
        let whose = one.institution.as_deref().unwrap_or("-");
        let number = one
            .certificate
            .as_ref()
            .map_or_else(String::new, |(_, number)| format!("\t{number}"));
        let kept = if one.waiting {
            "on record, its place lost"
        } else {
            "MISSING"
        };
        println!(
            "{}\t{at}\t{}\t{whose}\t{}\t{} no. {}{number}\t{kept}",
            one.seq, one.leaf.iss, one.leaf.t, one.leaf.reference, one.leaf.n
        );
    }
}

fn said(error: Error) -> Doubt {
    match error {
        Error::Fault(why) => Doubt(why.to_string()),
        other => Doubt(other.to_string()),
    }
}
