//! 测试: everything but the rules' own tables, in one binary.

mod acts;
mod floors;
mod ground;
mod hall;
mod store;
mod twins;
mod words;
