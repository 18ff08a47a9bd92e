//! 匠册: hands over to the command line.

fn main() {}
