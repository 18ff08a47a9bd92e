//! 口袋核验: what the registry gives out, judged by a trust bundle alone.

mod command;
mod forged;
mod golden;
mod outsiders;
