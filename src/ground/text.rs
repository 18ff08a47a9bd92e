//! 文字: names and digits made comparable.
