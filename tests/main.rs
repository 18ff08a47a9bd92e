//! 测试: everything but the rules' own tables, in one binary.

mod ground;
mod acts;
mod floors;
mod hall;
mod store;
mod twins;
mod words;
