//! What people do, told through the acts.

mod accounts;
mod classes;
mod people;
pub mod sittings;
