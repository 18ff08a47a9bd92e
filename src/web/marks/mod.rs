//! 成绩录入: assessors enter marks.

pub mod view;
