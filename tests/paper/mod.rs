//! 纸面测试: what leaves the house on paper and in workbooks.

mod rosters;
