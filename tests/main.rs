//! 测试: everything but the rules' own tables, in one binary.

mod ground;
mod words;
