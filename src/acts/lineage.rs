//! 来龙去脉: the one place where what becomes of a certificate reaches the public log.

use crate::acts::{Done, Registry};
use crate::ground::clock::Now;
use crate::store::Conn;
use crate::store::certificates::Certificate;

/// What became of a certificate, as the public log tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogKind {
    /// 换发、补印
    Reissue,
    /// 更正
    Correct,
    /// 暂停
    Suspend,
    /// 恢复
    Resume,
    /// 撤销
    Revoke,
}

/// Tells the log, in the transaction of the act.
pub(super) fn logged(
    _db: &mut Conn,
    _registry: &Registry,
    _kind: LogKind,
    _certificates: &[&Certificate],
    _now: Now,
) -> Done<()> {
    Ok(())
}
