//! What people do, told through the acts.

mod accounts;
pub mod certificates;
mod classes;
mod demands;
mod exports;
mod institutions;
mod people;
pub mod sittings;
