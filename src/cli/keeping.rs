//! 运维: checking, copying and taking away what a registry holds.

use crate::acts::{audit, export, red_flags};
use crate::cli::configuration::{Configuration, Doubt};
use crate::domain::red_flag::Limits;
use crate::ground::clock::Now;
use crate::store::dump;
use std::path::Path;

/// Audits every promise and names each broken one.
pub fn check(configuration: &Configuration) -> Result<(), Doubt> {
    let registry = super::open(configuration)?;
    let broken = audit::all(&registry)
        .map_err(|error| Doubt(format!("the audit could not be finished: {error}")))?;
    for one in &broken {
        println!("{}\t{}", one.promise, one.subject);
    }
    if broken.is_empty() {
        println!("every promise is kept");
        return Ok(());
    }
    Err(Doubt(format!("{} broken promises", broken.len())))
}

/// Looks for red flags now.
pub fn flags(configuration: &Configuration) -> Result<(), Doubt> {
    let registry = super::open(configuration)?;
    let now = super::fixed_now()?.unwrap_or_else(Now::read);
    let raised = red_flags::look(&registry, &Limits::default(), now)
        .map_err(|error| Doubt(format!("the rules could not be asked: {error}")))?;
    println!("{raised} new red flags");
    Ok(())
}

/// Writes a consistent copy of the database, while the server runs.
pub fn backup(configuration: &Configuration, file: &Path) -> Result<(), Doubt> {
    if file.exists() {
        return Err(Doubt(format!(
            "{} exists already; a backup never overwrites",
            file.display()
        )));
    }
    let url = configuration.database_url();
    if url.starts_with("postgres") {
        let done = std::process::Command::new("pg_dump")
            .args(["--format=custom", "--file"])
            .arg(file)
            .arg(&url)
            .status();
        return match done {
            Ok(status) if status.success() => told(file),
            Ok(status) => Err(Doubt(format!("pg_dump stopped with {status}"))),
            Err(error) => Err(Doubt(format!(
                "PostgreSQL is backed up by pg_dump, which cannot be started: {error}"
            ))),
        };
    }
    let registry = super::open(configuration)?;
    registry
        .store
        .copy_to(file)
        .map_err(|failure| Doubt(format!("the copy failed: {failure}")))?;
    told(file)
}

fn told(file: &Path) -> Result<(), Doubt> {
    println!(
        "{} written. It opens only with the master key, which is not in it: keep both, apart.",
        file.display()
    );
    Ok(())
}

/// Writes everything the registry holds into a folder.
pub fn export(configuration: &Configuration, folder: &Path) -> Result<(), Doubt> {
    let registry = super::open(configuration)?;
    let filled = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if filled {
        return Err(Doubt(format!(
            "{} is not empty; an export never overwrites",
            folder.display()
        )));
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| Doubt(format!("{} cannot be made: {error}", folder.display())))?;
    for name in dump::TABLES {
        let table = export::table(&registry, name)
            .map_err(|error| Doubt(format!("{name} cannot be exported: {error}")))?;
        let json = table.json().map_err(|error| Doubt(error.to_string()))?;
        for (ending, bytes) in [("json", json), ("csv", table.csv())] {
            let file = folder.join(format!("{name}.{ending}"));
            std::fs::write(&file, bytes)
                .map_err(|error| Doubt(format!("{} cannot be written: {error}", file.display())))?;
        }
        println!("{name:<24} {} rows", table.rows.len());
    }
    println!(
        "The people's numbers and phones are in clear in this folder: guard it as you guard them."
    );
    Ok(())
}
