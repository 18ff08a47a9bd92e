//! 初始化: the first accounts of a fresh registry.
//!
//! Three people, three offices: who keeps accounts does not file institutions, and who audits
//! changes nothing. There is no account that may do everything.

use crate::acts::accounts::{self, NewAccount};
use crate::cli::configuration::{Configuration, Doubt};
use crate::domain::account::{Role, Scope};
use crate::ground::{chance, clock::Now};

/// Who they are.
#[derive(clap::Args)]
pub struct Options {
    /// The system administrator's name.
    #[arg(long)]
    administrator: String,
    /// The city bureau officer's name.
    #[arg(long)]
    officer: String,
    /// The auditor's name.
    #[arg(long)]
    auditor: String,
}

/// Opens the three accounts and prints their first passwords, once.
pub fn run(configuration: &Configuration, options: &Options) -> Result<(), Doubt> {
    let registry = super::open(configuration)?;
    let cast = [
        ("administrator", &options.administrator, Role::Administrator),
        ("officer", &options.officer, Role::BureauOfficer),
        ("auditor", &options.auditor, Role::Auditor),
    ];
    let passwords: Vec<String> = cast.iter().map(|_| password()).collect();
    let new = cast
        .iter()
        .zip(&passwords)
        .map(|((login, name, role), password)| NewAccount {
            login: (*login).to_owned(),
            name: (*name).clone(),
            role: *role,
            scope: Scope::All,
            password: password.clone(),
        });
    accounts::open_first(&registry, new.collect(), Now::read()).map_err(|error| {
        match error.code() {
            "account.not-first" => Doubt(
                "this registry has accounts already; an administrator opens further ones"
                    .to_owned(),
            ),
            "field.blank" => Doubt("each of the three needs a name".to_owned()),
            _ => Doubt(error.to_string()),
        }
    })?;
    println!(
        "These passwords are shown once. Each is to be changed at the first sign-in (/password)."
    );
    for ((login, name, _), password) in cast.iter().zip(&passwords) {
        println!("  {login:<14} {password}   {name}");
    }
    Ok(())
}

/// Eighty random bits in four groups, easy to read out.
pub fn password() -> String {
    let text = data_encoding::BASE32_NOPAD
        .encode(&chance::bytes::<10>())
        .to_lowercase();
    let groups: Vec<&str> = [0, 4, 8, 12]
        .iter()
        .map(|from| &text[*from..from + 4])
        .collect();
    groups.join("-")
}
