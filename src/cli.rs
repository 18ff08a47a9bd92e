//! 命令行: arguments, start and stop.
