//! 班期: a class, from application to completion.

pub mod view;
