//! 规则测试: rules against whole files.

mod rosters;
