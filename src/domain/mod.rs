//! 术语: the field's words and rules.

pub mod refusal;
