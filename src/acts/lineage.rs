//! 来龙去脉: the one place where what becomes of a certificate reaches the public log.

use crate::acts::{Done, Registry, log};
use crate::ground::clock::Now;
use crate::store::Conn;
use crate::store::certificates::Certificate;

pub(super) use crate::domain::log_event::LogKind;

/// Tells the log, in the transaction of the act.
pub(super) fn logged(
    db: &mut Conn,
    registry: &Registry,
    kind: LogKind,
    certificates: &[&Certificate],
    now: Now,
) -> Done<()> {
    log::certificates(db, registry, kind, certificates, now)
}
