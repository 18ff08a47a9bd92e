//! 表: the tables' shape.
