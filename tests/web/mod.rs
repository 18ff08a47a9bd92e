//! What people and programs see at the counter.

mod certificates;
mod journey;
mod programs;
mod sittings;
mod verify;
