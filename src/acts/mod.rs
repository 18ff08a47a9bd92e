//! 办事: what people do; one deed, one transaction.
//!
//! An act loads, decides, keeps: its first argument is the registry, its second **the person who
//! acts**, its last the time. Nothing below reads a clock, a global or a session.

pub mod accounts;
pub mod assessors;
pub mod attendance;
pub mod audit;
pub mod authority;
pub mod base;
mod callers;
pub mod candidates;
pub mod cascades;
pub mod certificates;
pub mod claims;
pub mod classes;
pub mod comparisons;
pub mod completion_certificates;
pub mod corrections;
pub mod courses;
pub mod credentials;
pub mod deliveries;
pub mod demands;
pub mod draws;
pub mod employers;
pub mod employments;
pub mod enterprises;
pub mod entitlements;
pub mod export;
pub mod figures;
pub mod grants;
pub mod guesses;
pub mod holders;
pub mod holds;
pub mod holidays;
pub mod institutions;
pub mod issuing;
pub mod key_keeping;
mod keys;
pub mod ledger;
pub mod lessons;
pub mod lineage;
pub mod list_checks;
pub mod log;
pub mod looks;
pub mod marks;
pub mod master_keys;
pub mod objections;
pub mod outcome_lists;
pub mod outcomes;
pub mod own_keys;
pub mod panels;
pub mod people;
pub mod petitions;
pub mod photos;
pub mod printings;
pub mod prints;
pub mod provenance;
pub mod public_figures;
pub mod publicity;
pub mod receipts;
pub mod recoveries;
pub mod red_flags;
pub mod replacements;
pub mod replies;
pub mod restorations;
pub mod revocations;
pub mod rosters;
pub mod seals;
pub mod second_factors;
pub mod sharing;
pub mod signed_files;
pub mod signed_reports;
pub mod sittings;
pub mod subsidy_rules;
pub mod targets;
pub mod teachers;
pub mod time_stamps;
pub mod todo;
pub mod trust;
pub mod vacancies;
pub mod vacancy_reports;
pub mod verification;
pub mod volumes;
pub mod watch_calls;
pub mod watch_ways;
pub mod watches;
pub mod wider_corrections;
pub mod wish_lists;
pub mod wish_requests;
pub mod wishes;
pub mod withdrawals;

use crate::domain::refusal::{Reason, Refusal};
use crate::seal::vault::Vault;
use crate::store::certificates::Known;
use crate::store::vault_checks::{self, Row};
use crate::store::{Failure, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One registry: its database, its keys and its settings.
pub struct Registry {
    /// The database.
    pub store: Store,
    /// What seals personal data and private keys.
    pub vault: Vault,
    /// The settings acts need.
    pub settings: Settings,
    /// What this process knows of the public log.
    pub log: log::guard::Watch,
    /// What it was told of keys and filed lines.
    pub known: Known,
}

/// Settings that rules and documents depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What QR codes and identifiers are built from, without a trailing slash.
    pub public_base_url: String,
    /// Most trainees in a class unless the bureau decides otherwise.
    pub class_capacity: u32,
    /// Working days results are shown before certificates may be issued.
    pub publicity_days: u32,
    /// The address of a time-stamp authority (RFC 3161) that stamps signed files.
    pub time_stamp_authority: Option<String>,
    /// Who signs files with a certificate of another authority, by 统一社会信用代码.
    pub signers: BTreeMap<String, Arc<authority::OwnSigner>>,
    /// Where the last published checkpoint of the log is kept, outside the database; none: nowhere.
    pub log_guard: Option<std::path::PathBuf>,
    /// Whether credentials tell the marks of each part.
    pub credential_results: bool,
    /// Who is named as a witness of the log.
    pub witnesses: Vec<log::Witness>,
    /// How many of them the log's policy asks for.
    pub witness_quorum: usize,
    /// Years a person's files are kept before they may be erased.
    pub retention_years: u32,
    /// Where one-time codes are sent; empty: a clerk tells them.
    pub code_sender: String,
    /// The mail server messages to watchers are handed to; none: no mail is sent.
    pub mail: Option<MailServer>,
}

/// A mail server.
#[derive(Clone)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it speaks TLS from the first byte; otherwise only once asked to (STARTTLS).
    pub at_once: bool,
    /// Whether it speaks no TLS at all: on this machine only.
    pub plain: bool,
    /// Who it is told we are, and the password.
    pub user: Option<(String, String)>,
    /// Whom messages are from.
    pub from: String,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailServer({}:{})", self.host, self.port)
    }
}

impl Settings {
    /// Whether this is a trial on one machine: nobody else can reach it.
    pub fn is_trial(&self) -> bool {
        self.public_base_url.starts_with("http://")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_base_url: "http://127.0.0.1:8000".to_owned(),
            class_capacity: 50,
            publicity_days: 5,
            time_stamp_authority: None,
            signers: BTreeMap::new(),
            log_guard: None,
            credential_results: false,
            witnesses: Vec::new(),
            witness_quorum: 0,
            retention_years: 10,
            code_sender: String::new(),
            mail: None,
        }
    }
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no, for one reason or several.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// There is no such thing, or it is another organisation's.
    #[error("no such thing")]
    NotFound,
    /// Later.
    #[error("busy: {0}")]
    Busy(String),
    /// Our fault.
    #[error("fault: {0}")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The first reason's code, or the kind of failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(reasons) => reasons.first().map_or("refused", |reason| reason.code),
            Self::NotFound => "not-found",
            Self::Busy(_) => "busy",
            Self::Fault(_) => "fault",
        }
    }

    /// A fault told in words, for the log only.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::Fault(what.into().into())
    }
}

impl<R: Reason> From<R> for Error {
    fn from(reason: R) -> Self {
        Self::Refused(vec![reason.refusal()])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(reasons: Vec<Refusal>) -> Self {
        Self::Refused(reasons)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Missing => Self::NotFound,
            Failure::Busy(why) => Self::Busy(why),
            other => Self::Fault(Box::new(other)),
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Failure::from(error).into()
    }
}

/// What an act answers.
pub type Done<T> = Result<T, Error>;

/// Whether this database holds anything sealed by a master key.
pub fn holds_sealed(store: &Store) -> Done<bool> {
    Ok(store
        .read(|db| vault_checks::kept(db, Row::Check))?
        .is_some())
}

/// Whether this vault opens what the database holds; one that holds nothing yet, every vault does.
pub fn opens(store: &Store, vault: &Vault) -> Done<bool> {
    let kept = store.read(|db| vault_checks::kept(db, Row::Check))?;
    Ok(kept.is_none_or(|sealed| master_keys::is_check(vault, &sealed)))
}

/// Binds a database that holds nothing sealed yet to this vault: another is refused from then on.
pub fn bind(store: &Store, vault: &Vault) -> Done<()> {
    if !holds_sealed(store)? {
        let sealed = master_keys::check(vault);
        store.write(|db| vault_checks::keep(db, &sealed))?;
    }
    Ok(())
}

impl Registry {
    /// A registry over this database, with this vault; refuses a vault of another key.
    pub fn open(store: Store, vault: Vault, settings: Settings) -> Done<Self> {
        if !opens(&store, &vault)? {
            return Err(Refusal::new("vault.other-key").into());
        }
        bind(&store, &vault)?;
        let vault = master_keys::completed(&store, vault)?;
        let log = log::guard::Watch::open(&store, settings.log_guard.clone())?;
        Ok(Self {
            store,
            vault,
            settings,
            log,
            known: Known::default(),
        })
    }
}
