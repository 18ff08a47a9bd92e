//! 底层测试: what strangers' files may do to the ground floor.

mod hostile;
mod sheets;
