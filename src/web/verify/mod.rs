//! 核验: what anyone may ask about a certificate, without an account.

pub mod ask;
pub mod chain;
pub mod file;
pub mod list;
pub mod look;
pub mod view;
