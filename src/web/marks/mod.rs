//! 成绩录入: assessors enter marks.

pub mod pages;
pub mod view;

pub use pages::routes;
