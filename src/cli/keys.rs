//! 密钥: the keys of issuers at the command line: shown to whoever runs the machine, changed only by
//! an officer of the bureau who says who she is.

use crate::acts::key_keeping::{self, Fate, Kept};
use crate::acts::{Error, Registry, accounts, own_keys, second_factors};
use crate::cli::configuration::{Configuration, Doubt};
use crate::domain::account::KeyKeeper;
use crate::domain::uscc::Uscc;
use crate::ground::clock::{Now, beijing};
use crate::ground::slice::Window;
use crate::web::words::{Lang, Words};
use chrono::{DateTime, NaiveDateTime};
use clap::Subcommand;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

/// What is to be done with keys.
#[derive(Subcommand)]
pub enum What {
    /// Show every key: whose, how it signs, how it stands, how often it was used, what became of it.
    List,
    /// Make a new pair of keys for an issuer; it signs from now on.
    Rotate {
        /// The issuer's 统一社会信用代码.
        uscc: String,
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Make a new root key, signed by the one before: whoever pinned a former one follows to it.
    RotateRoot {
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Make a new key for the public log, named by the one before; both sign for ninety days.
    RotateLog {
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Make a new certification authority for files; what the former vouched for stays so.
    RotateCa {
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Wrap the master key by the token set in `pkcs11_module`: one that lies in clear, or a new one
    /// for a fresh registry. Whoever runs the machine does it; no officer is asked.
    WrapMaster,
    /// Replace the master key by a new one, and seal everything anew that the old one sealed. Every
    /// server is stopped meanwhile; interrupted, it is run again.
    RotateMaster {
        /// A file with the new key, 64 hexadecimal digits (mode 0600); one is made otherwise.
        #[arg(long, value_name = "FILE")]
        new_key: Option<PathBuf>,
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Put a key away in good order: it signs no more, what it signed stays good.
    Retire {
        /// The key, eight hexadecimal digits.
        key: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
    /// Note that others have a key, an issuer's or the registry's own (of the log, of receipts, of
    /// reports): only what was on record before stays good.
    Compromised {
        /// The key, eight hexadecimal digits.
        key: String,
        /// Since when, e.g. 2026-05-06T09:00:00+08:00.
        #[arg(long, value_name = "RFC3339")]
        since: String,
        /// How it came about.
        #[arg(long)]
        reason: String,
        /// Only say what it would do.
        #[arg(long)]
        dry_run: bool,
        /// The login of the bureau officer who does it; her password is asked for.
        #[arg(long = "as", value_name = "LOGIN")]
        login: String,
    },
}

/// Does it.
pub fn run(configuration: &Configuration, what: &What) -> Result<(), Doubt> {
    if let What::WrapMaster = what {
        return super::hsm::moving::wrap_master(configuration);
    }
    let now = super::fixed_now()?.unwrap_or_else(Now::read);
    if let What::RotateMaster { new_key, login } = what {
        return super::rotation::run(configuration, login, new_key.as_deref(), now);
    }
    let registry = super::open(configuration)?;
    match what {
        What::WrapMaster | What::RotateMaster { .. } => {
            unreachable!("answered above: neither opens the registry as it is")
        }
        What::List => list(&registry, now),
        What::Rotate { uscc, login } => {
            let uscc =
                Uscc::read(uscc).map_err(|_| Doubt(format!("{uscc} is no 统一社会信用代码")))?;
            let house = key_keeping::house(&registry, &uscc).map_err(|error| match error {
                Error::NotFound => Doubt(format!("no organisation here has the code {uscc}")),
                other => said(other),
            })?;
            with_keeper(&registry, login, now, |keeper| {
                let key = key_keeping::rotate(&registry, keeper, &house, now).map_err(said)?;
                println!("a new pair signs from now on; its ES256 key is {key}");
                println!("what the former pair signed stays good");
                Ok(())
            })
        }
        What::RotateRoot { login } => with_keeper(&registry, login, now, |keeper| {
            let key = key_keeping::rotate_root(&registry, keeper, now).map_err(said)?;
            println!("the root key is {key} from now on; print its fingerprint (/trust/root) anew");
            Ok(())
        }),
        What::RotateLog { login } => with_keeper(&registry, login, now, |keeper| {
            let vkey = key_keeping::rotate_log(&registry, keeper, now).map_err(said)?;
            println!(
                "the log signs with this key from now on, and with the former beside it for ninety days:\n{vkey}"
            );
            println!("give it to the witnesses; monitors and mirrors follow by /log/succession");
            Ok(())
        }),
        What::RotateCa { login } => with_keeper(&registry, login, now, |keeper| {
            let key = key_keeping::rotate_authority(&registry, keeper, now).map_err(said)?;
            println!(
                "the authority {key} vouches from now on; give its certificate (/trust/ca.crt) to those who read the files"
            );
            Ok(())
        }),
        What::Retire { key, reason, login } => with_keeper(&registry, login, now, |keeper| {
            key_keeping::put_aside(&registry, keeper, key, Fate::Retired, reason, now)
                .map_err(said)?;
            println!("{key} signs no more; what it signed stays good");
            Ok(())
        }),
        What::Compromised {
            key,
            since,
            reason,
            dry_run,
            login,
        } => {
            if own_keys::is_own(&registry, key).map_err(said)? {
                let since = moment(since)?;
                return with_keeper(&registry, login, now, |keeper| {
                    lose_own(&registry, keeper, key, since, reason, *dry_run, now)
                });
            }
            let fate = Fate::Compromised(moment(since)?);
            with_keeper(&registry, login, now, |keeper| {
                told(&registry, keeper, key, fate, *dry_run, now)?;
                if *dry_run {
                    return Ok(());
                }
                key_keeping::put_aside(&registry, keeper, key, fate, reason, now).map_err(said)?;
                println!("done: {key} vouches for nothing new from now on");
                Ok(())
            })
        }
    }
}

fn moment(text: &str) -> Result<NaiveDateTime, Doubt> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.naive_utc())
        .map_err(|_| {
            Doubt(format!(
                "--since must be a moment with its zone, like 2026-05-06T09:00:00+08:00; it is {text}"
            ))
        })
}

/// Says what noting that the registry's own key was lost does, and does it.
fn lose_own(
    registry: &Registry,
    keeper: &KeyKeeper,
    key: &str,
    since: NaiveDateTime,
    reason: &str,
    dry_run: bool,
    now: Now,
) -> Result<(), Doubt> {
    let effects = own_keys::weigh(registry, keeper, key, Some(since), now).map_err(said)?;
    match effects.log {
        Some(log) => println!(
            "no certificate is touched; checkpoints {key} signed count up to {} of {} entries, outside this house where a witness signed them too (the last of these has {} entries); the log gets a new key at once",
            log.size, log.total, log.witnessed
        ),
        None => println!(
            "nothing {key} signed is believed from now on, and a new key is made when one is next needed"
        ),
    }
    if dry_run {
        return Ok(());
    }
    let next = own_keys::lose(registry, keeper, key, since, reason, now).map_err(said)?;
    if let Some(vkey) = next {
        println!("the log signs with this key from now on:\n{vkey}");
        println!(
            "give it to witnesses, monitors and mirrors yourself, by another way than this server: the lost key names no successor, since a thief could name one too"
        );
    }
    Ok(())
}

/// Says what marking a key as lost does, certificate by certificate.
fn told(
    registry: &Registry,
    keeper: &KeyKeeper,
    key: &str,
    fate: Fate,
    dry_run: bool,
    now: Now,
) -> Result<(), Doubt> {
    let mut page = 1;
    loop {
        let window = Window::of(Some(page), Some(200));
        let effects = key_keeping::weigh(registry, keeper, key, fate, window, now).map_err(said)?;
        if page == 1 {
            println!(
                "{} {} ({})",
                effects.key.house, effects.key.year, effects.key.algorithm
            );
            println!(
                "{} certificates stay good, {} {} in doubt; {} credentials and {} files are signed again with another key when next asked for",
                effects.stay,
                effects.doubtful.total,
                if dry_run { "would be" } else { "are" },
                effects.credentials,
                effects.files,
            );
            if let Some(twin) = &effects.twin {
                println!(
                    "the other key of the pair, {twin}, is not marked: who took one may have both"
                );
            }
        }
        for one in &effects.doubtful.rows {
            println!("  {}  {}", one.number, one.issued_on);
        }
        let shown = i64::from(page) * 200;
        if effects.doubtful.rows.is_empty() || shown >= effects.doubtful.total {
            return Ok(());
        }
        page += 1;
    }
}

fn list(registry: &Registry, now: Now) -> Result<(), Doubt> {
    let ring = key_keeping::all(registry, now).map_err(said)?;
    let w = Words::of(Lang::En);
    let day = |at: NaiveDateTime| beijing(at).date_naive();
    println!(
        "{:<9} {:<6} {:<5} {:<12} {:<11} {:>12} {:>11} {:>7}  issuer",
        "key", "signs", "year", "state", "made", "certificates", "credentials", "files"
    );
    for key in &ring.issuers {
        println!(
            "{:<9} {:<6} {:<5} {:<12} {:<11} {:>12} {:>11} {:>7}  {} {}",
            key.id,
            key.algorithm,
            key.year,
            w.c("key_standing", key.standing),
            day(key.created_at),
            key.uses.certificates,
            key.uses.credentials,
            key.uses.files,
            key.uscc,
            key.house,
        );
        events(key);
    }
    println!(
        "\n{:<9} {:<6} {:<8} {:<12} {:<11} SHA-256 of the public key",
        "key", "signs", "for", "state", "made"
    );
    for key in &ring.registry {
        let state = if key.in_use { "in use" } else { "resting" };
        println!(
            "{:<9} {:<6} {:<8} {:<12} {:<11} {}",
            key.id,
            key.algorithm,
            key.purpose,
            state,
            day(key.created_at),
            key.fingerprint()
        );
    }
    Ok(())
}

fn events(key: &Kept) {
    for (event, by) in &key.events {
        let since = event.cut_off.map_or_else(String::new, |at| {
            format!(" since {}", beijing(at).to_rfc3339())
        });
        println!(
            "          {}{since}, noted {} by {by}: {}",
            event.kind,
            beijing(event.at).to_rfc3339(),
            event.reason
        );
    }
}

/// Signs an officer in for one deed, and out again.
pub(super) fn with_keeper(
    registry: &Registry,
    login: &str,
    now: Now,
    deed: impl FnOnce(&KeyKeeper) -> Result<(), Doubt>,
) -> Result<(), Doubt> {
    let password = asked(&format!("password of {login}: "))?;
    let entered = accounts::sign_in(registry, login, &password, now).map_err(said)?;
    let done = admitted(registry, &entered, login, now).and_then(|keeper| deed(&keeper));
    accounts::sign_out(registry, &entered.cookie).map_err(said)?;
    done
}

fn admitted(
    registry: &Registry,
    entered: &accounts::Entered,
    login: &str,
    now: Now,
) -> Result<KeyKeeper, Doubt> {
    let keeper = KeyKeeper::of(entered.actor.clone()).ok_or_else(|| {
        Doubt(format!(
            "{login} is not an officer of the bureau: only she changes what becomes of keys"
        ))
    })?;
    let account = &keeper.actor().account;
    if !second_factors::is_enough(registry, account, None, now).map_err(said)? {
        let code = asked("one-time code: ")?;
        second_factors::give(registry, account, &code, now).map_err(said)?;
    }
    Ok(keeper)
}

/// One line that nobody sees: typed unseen at a terminal, else the next line of the input.
fn asked(what: &str) -> Result<String, Doubt> {
    let read = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(what)
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    };
    let line = read.map_err(|error| Doubt(format!("nothing could be read: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// An act's no, in words.
pub(super) fn said(error: Error) -> Doubt {
    let w = Words::of(Lang::En);
    match error {
        Error::Refused(reasons) => {
            let told: Vec<String> = reasons
                .iter()
                .map(|reason| {
                    let told = w.refusal(reason);
                    format!("{} {}", told.say, told.then)
                })
                .collect();
            Doubt(told.join("\n"))
        }
        Error::NotFound => Doubt("there is no such key".to_owned()),
        other => Doubt(other.to_string()),
    }
}
