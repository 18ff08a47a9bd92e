//! The ground floor: things that would be the same in any registry.

pub mod chance;
pub mod clock;
pub mod key;
pub mod money;
pub mod reach;
pub mod sheet;
pub mod slice;
pub mod text;
pub mod trial;
