//! web

pub mod assets;
pub mod form;
pub mod frame;
pub mod page;
pub mod parts;
pub mod words;
pub mod sign_in;
pub mod sorry;
