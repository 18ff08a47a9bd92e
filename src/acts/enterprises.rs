//! 校企合作: how much of training has an employer waiting, and what became of the classes that do.

use crate::acts::{Done, Registry, figures};
use crate::domain::account::Overseer;
use crate::domain::figure::{Count, Cut, Indicator};
pub use crate::store::enterprises::Cooperation;
use crate::store::{enterprises, figures as counted};

/// 订单定向定岗 in all training, and every class that trains for an enterprise.
#[derive(Clone, Debug)]
pub struct Cooperations {
    /// How it was cut, after the reader's own region was applied.
    pub cut: Cut,
    /// 订单定向定岗培训
    pub order: Count,
    /// 培训结业, of every kind.
    pub trained: Count,
    /// Class by class.
    pub classes: Vec<Cooperation>,
}

/// Both as of a day: the same figures as on every page, so a later entry does not change them.
pub fn cooperations(registry: &Registry, reader: &Overseer, cut: Cut) -> Done<Cooperations> {
    // a share of all training, and whole classes: cut by nothing but days and a place
    let whole = Cut {
        from: cut.from,
        known: cut.known,
        region: cut.region,
        ..Cut::of_year(cut.until)
    };
    let cut = figures::held(reader, whole)?;
    registry.store.read(|db| {
        let all = counted::tally(db, &cut, [])?.total;
        let of = |indicator| all.get(&indicator).copied().unwrap_or_default();
        Ok(Cooperations {
            order: of(Indicator::Order),
            trained: of(Indicator::Trained),
            classes: enterprises::cooperations(db, &cut)?,
            cut: cut.clone(),
        })
    })
}
