//! What people and programs see at the counter.

mod sittings;
