//! What people do, told through the acts.

mod accounts;
mod people;
mod sittings;
