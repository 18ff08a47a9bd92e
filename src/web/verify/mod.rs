//! 核验: what anyone may ask about a certificate, without an account.

pub mod ask;
pub mod certified;
pub mod chain;
mod document;
pub mod file;
pub mod list;
pub mod list_file;
pub mod look;
mod plate;
pub(in crate::web) mod shown;
pub mod verdict;
pub mod view;
pub mod window;
