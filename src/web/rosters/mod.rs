//! 花名册: the list of people an institution asks to enrol.

pub mod view;
