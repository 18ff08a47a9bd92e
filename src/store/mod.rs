//! 库房: rows and queries, and which database; never whether something is allowed.

pub mod accounts;
pub mod assessors;
pub mod attendance;
pub mod base;
pub mod candidates;
pub mod cascades;
pub mod certificates;
pub mod claims;
pub mod classes;
pub mod comparisons;
pub mod connection;
pub mod corrections;
pub mod counters;
pub mod courses;
pub mod credentials;
mod dates;
pub mod deliveries;
pub mod demands;
pub mod draws;
pub mod dump;
pub mod employers;
pub mod employments;
pub mod enrolments;
pub mod enterprises;
pub mod entitlements;
pub mod figures;
pub mod freezes;
mod glance;
pub mod grants;
pub mod holders;
pub mod holdings;
pub mod holds;
pub mod holidays;
pub mod institutions;
pub mod issuer_keys;
pub mod key_events;
pub mod leaves;
pub mod ledger;
pub mod lessons;
pub mod list_checks;
pub mod log;
pub mod log_links;
pub mod log_witnesses;
pub mod looks;
pub mod lost_registry_keys;
pub mod marks;
pub mod migrations;
pub mod milestones;
pub mod number_skips;
pub mod objections;
pub mod panels;
pub mod paper_signatures;
pub mod pattern;
pub mod people;
pub mod petitions;
pub mod photos;
pub mod pool;
pub mod printings;
pub mod provenances;
pub mod publicities;
mod recent;
pub mod recovered_leaves;
pub mod recoveries;
pub mod red_flags;
pub mod registry_keys;
pub mod replacements;
pub mod replies;
pub mod restorations;
pub mod revocations;
pub mod root_links;
pub mod rosters;
pub mod sealed_texts;
pub mod seals;
pub mod second_factors;
pub mod sharing;
pub mod sittings;
pub mod standings;
pub mod status_lists;
pub mod subsidy_rules;
pub mod targets;
pub mod teachers;
pub mod vacancies;
pub mod vacancy_reports;
pub mod vault_checks;
pub mod volumes;
pub mod watch_calls;
pub mod watches;
pub mod wish_requests;
pub mod wishes;
mod worded;

use diesel::result::{DatabaseErrorKind, Error as Diesel};

pub use connection::{Conn, Store};

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No such row, or not this owner's.
    #[error("no such row")]
    Missing,
    /// A unique index says that somebody was first.
    #[error("taken: {0}")]
    Taken(String),
    /// The database could not be had in time.
    #[error("busy: {0}")]
    Busy(String),
    /// Anything else: a fault of ours.
    #[error(transparent)]
    Broken(Diesel),
}

impl From<Diesel> for Failure {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::NotFound => Self::Missing,
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, about) => Self::Taken(
                about
                    .constraint_name()
                    .unwrap_or_else(|| about.message())
                    .to_owned(),
            ),
            Diesel::DatabaseError(
                DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand,
                about,
            ) => Self::Busy(about.message().to_owned()),
            Diesel::DatabaseError(_, about) if about.message().contains("database is locked") => {
                Self::Busy(about.message().to_owned())
            }
            other => Self::Broken(other),
        }
    }
}

/// What a query answers.
pub type Found<T> = Result<T, Failure>;
