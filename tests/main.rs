//! 测试: everything but the rules' own tables, in one binary.

mod acts;
mod browser;
mod crash;
mod domain;
mod exports;
mod floors;
mod ground;
mod hall;
mod paper;
mod pkcs11;
mod pocket;
mod readme;
mod rotation;
mod store;
mod town;
mod twins;
mod vendor;
mod visitor;
mod web;
mod words;
