//! What people do, told through the acts.

mod accounts;
mod people;
pub mod sittings;
