//! What people and programs see at the counter.

mod certificates;
mod sittings;
mod verify;
