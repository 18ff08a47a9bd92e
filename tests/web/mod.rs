//! What people and programs see at the counter.

mod access;
mod certificates;
mod journey;
mod lives;
mod navigation;
mod programs;
mod sittings;
mod verify;
