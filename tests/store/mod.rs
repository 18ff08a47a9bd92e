//! The doors of the database.

mod connection;
