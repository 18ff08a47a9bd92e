//! 匠册 Guildhall: vocational training and skill certification, registered, certified and verifiable.
//!
//! The house has floors, ground first. **A file uses only floors below its own**; the list below
//! *is* the architecture, and `tests/floors.rs` reads it back.
#![cfg_attr(doc, doc = include_str!("../README.md"))]
// As many tables as may stand in one query are told to Diesel one inside the other.
#![recursion_limit = "256"]

/// The tables' shape, and nothing else.
pub mod schema;

/// A clock, chance, keys, sheets, text: nothing about training.
pub mod ground;

/// The field's words and rules: no input or output of any kind, no clock.
pub mod domain;

/// Hashes, signatures, sealed fields: bytes in, bytes out; no database, no clock.
pub mod seal;

/// PDF, QR symbols, workbooks: no database.
pub mod paper;

/// Rows and queries, and which database; never whether something is allowed.
pub mod store;

/// What people do: one deed, one transaction.
pub mod acts;

/// 示范城: a small example town, made by the real acts.
pub mod town;

/// HTTP: pages, forms, sessions, languages, the API.
pub mod web;

/// Arguments, configuration, start and stop.
pub mod cli;
