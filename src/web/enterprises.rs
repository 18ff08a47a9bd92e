//! 校企合作: classes that train for an enterprise, as the page of demand and supply shows them.

use crate::acts::enterprises::{self, Cooperations};
use crate::domain::code_set;
use crate::domain::figure::permille;
use crate::web::figures::percent;
use crate::web::words::Words;

/// One class that trains for an enterprise.
pub(super) struct Cooperation {
    pub enterprise: String,
    pub uscc: String,
    pub class: String,
    pub to: String,
    pub house: String,
    pub training: String,
    pub trainees: String,
    pub finished: String,
    pub employed: String,
}

/// One as its page shows it.
pub(super) fn cooperation(w: Words, one: &enterprises::Cooperation) -> Cooperation {
    Cooperation {
        enterprise: one.enterprise.clone(),
        uscc: one.uscc.clone(),
        class: one.class_name.clone(),
        to: format!("/classes/{}", one.class),
        house: one.house.clone(),
        training: code_set::find("train_kind", &one.training)
            .map(|kind| w.pick(&kind.name, &kind.name_en).to_owned())
            .unwrap_or_default(),
        trainees: w.count(one.trainees),
        finished: w.count(one.finished),
        employed: if one.known == 0 {
            w.t("cooperations.unknown").to_owned()
        } else {
            w.f(
                "cooperations.employed_of",
                &[&w.count(one.employed), &w.count(one.known)],
            )
        },
    }
}

/// How much of the year's training has an employer waiting.
pub(super) fn order_share(w: Words, it: &Cooperations) -> String {
    let until = w.date(it.cut.until);
    match permille(it.order.times, it.trained.times) {
        None => w.f("cooperations.none_trained", &[&until]),
        Some(share) => w.f(
            "cooperations.lead",
            &[
                &until,
                &w.count(it.order.times),
                &w.count(it.trained.times),
                &percent(Some(share)),
            ],
        ),
    }
}
