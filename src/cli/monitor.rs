//! 监看: an institution's own look at a log, by its public files; nothing of a registry is needed.

use crate::acts::Error;
use crate::acts::log::monitor::{Finding, Looked, code_of, keep_state, look, read_own, read_state};
use crate::acts::log::public::Source;
use crate::acts::log::succession;
use crate::cli::witness::read_log;
use crate::ground::clock::Now;
use crate::seal::note::Vkey;
use crate::web::words::{Lang, Words};
use clap::Args;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

/// How a log is followed.
#[derive(Args)]
pub struct Options {
    /// The institution's 统一社会信用代码.
    #[arg(long, value_name = "USCC")]
    issuer: String,
    /// The log: the address before `/checkpoint`, or a mirror's folder.
    #[arg(long, value_name = "URL|FOLDER")]
    log: String,
    /// The log's key, got by another way; else the log's own word is noted at the first look.
    #[arg(long, value_name = "VKEY")]
    vkey: Vec<String>,
    /// The institution's own list: a folder of `.tlog-proof` files, or lines of JSON; may be repeated.
    #[arg(long, value_name = "FILE|FOLDER")]
    own: Vec<PathBuf>,
    /// Mirrors of the log and witnesses to compare with; may be repeated.
    #[arg(long, value_name = "URL|FOLDER")]
    also: Vec<String>,
    /// Where it keeps what it has seen.
    #[arg(long, default_value = "guildhall-monitor.json")]
    state: PathBuf,
    /// After so many hours without an entry the log is stale.
    #[arg(long, default_value_t = 26)]
    hours: i64,
}

/// Looks once, says what it found in both languages, and answers with the worst as exit code.
pub fn run(options: &Options) -> ExitCode {
    match found(options) {
        Ok(findings) => {
            for finding in &findings {
                tell(finding);
            }
            if findings.is_empty() {
                both("monitor.fine", &[]);
            }
            ExitCode::from(code_of(&findings))
        }
        Err(why) => {
            both("monitor.failed", &[&why]);
            ExitCode::FAILURE
        }
    }
}

fn found(options: &Options) -> Result<Vec<Finding>, String> {
    let now = super::fixed_now()
        .map_err(|doubt| doubt.0)?
        .unwrap_or_else(Now::read);
    let source = Source::read(&options.log);
    let mut state = read_state(&options.state).map_err(said)?;
    let logs = keys(options, &source)?;
    let mut logs = match logs {
        Ok(logs) => logs,
        Err(finding) => return Ok(vec![finding]),
    };
    follow(options, &source, &mut logs)?;
    let mut own = Vec::new();
    for path in &options.own {
        own.extend(read_own(path).map_err(said)?);
    }
    let looked = Looked {
        issuer: &options.issuer,
        logs: &logs,
        source: &source,
        others: &options.also,
        own: &own,
        hours: options.hours,
    };
    let findings = look(&looked, &mut state, now.utc().and_utc().timestamp()).map_err(said)?;
    keep_state(&options.state, &state, &findings).map_err(said)?;
    Ok(findings)
}

/// The keys given, or those noted beside the state, or the log's own word at the first look.
fn keys(options: &Options, source: &Source<'_>) -> Result<Result<Vec<Vkey>, Finding>, String> {
    if !options.vkey.is_empty() {
        return options
            .vkey
            .iter()
            .map(|text| read_log(text).map_err(|doubt| doubt.0))
            .collect::<Result<_, _>>()
            .map(Ok);
    }
    let file = options.state.with_extension("vkey");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return text
            .lines()
            .map(|line| read_log(line).map_err(|doubt| doubt.0))
            .collect::<Result<_, _>>()
            .map(Ok);
    }
    let vkeys = match source.vkeys() {
        Ok(vkeys) => vkeys,
        Err(Error::Busy(why)) => return Ok(Err(Finding::Unreachable(why))),
        Err(other) => return Err(said(other)),
    };
    let text: String = vkeys.iter().map(|vkey| format!("{vkey}\n")).collect();
    std::fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    both("monitor.noted", &[&text.trim_end()]);
    Ok(Ok(vkeys))
}

/// A key that took the place of a known one was named by it: from now on it is known, too.
fn follow(options: &Options, source: &Source<'_>, logs: &mut Vec<Vkey>) -> Result<(), String> {
    let before = logs.len();
    match succession::follow(source, logs) {
        // Whether the log can be reached is found out by looking at it.
        Ok(0) | Err(Error::Busy(_)) => return Ok(()),
        Ok(_) => {}
        Err(other) => return Err(said(other)),
    }
    let text = |keys: &[Vkey]| {
        keys.iter()
            .map(|vkey| format!("{vkey}\n"))
            .collect::<String>()
    };
    both("monitor.followed", &[&text(&logs[before..]).trim_end()]);
    if options.vkey.is_empty() {
        let file = options.state.with_extension("vkey");
        std::fs::write(&file, text(logs))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn tell(finding: &Finding) {
    match finding {
        Finding::Fork(note) => both("monitor.fork", &[&note.lines().nth(1).unwrap_or_default()]),
        Finding::Shrunken(now, before) => both("monitor.shrunken", &[now, before]),
        Finding::Unknown(seen) => both(
            "monitor.unknown",
            &[&seen.seq, &seen.t, &seen.reference, &seen.n],
        ),
        Finding::Missing(c) => both("monitor.missing", &[c]),
        Finding::Stale(hours) => both("monitor.stale", &[hours]),
        Finding::Unreachable(why) => both("monitor.unreachable", &[why]),
    }
}

fn both(key: &str, facts: &[&dyn Display]) {
    for language in [Lang::Zh, Lang::En] {
        println!("{}", Words::of(language).f(key, facts));
    }
}

fn said(error: Error) -> String {
    match error {
        Error::Fault(why) => why.to_string(),
        other => other.to_string(),
    }
}
