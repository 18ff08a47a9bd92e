//! 表格: a spreadsheet as rows of text.
