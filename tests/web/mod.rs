//! What people and programs see at the counter.

mod access;
mod certificates;
mod credentials;
mod demand;
mod door;
mod employers;
mod journey;
mod keys;
mod lists;
mod lives;
mod navigation;
mod photos;
mod programs;
mod second_factors;
mod sittings;
mod together;
mod verify;
mod watches;
mod window;
