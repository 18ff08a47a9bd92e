//! What people do, told through the acts.

mod accounts;
mod base;
pub mod certificates;
mod city;
mod claims;
pub mod classes;
mod comparisons;
mod deliveries;
mod demands;
mod exports;
mod figures;
mod holders;
mod institutions;
pub mod lives;
mod log;
mod log_outsiders;
mod master_keys;
mod monitor;
mod outcome_lists;
mod own_keys;
mod people;
mod red_flags;
pub mod seals;
mod signed_files;
pub mod sittings;
mod vacancies;
mod witness;
