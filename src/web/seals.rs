//! 封存与补录: how pages say that a record is sealed, or was entered after its seal.

use crate::acts::employments::{self, Employment};
use crate::acts::seals::Sealed;
use crate::domain::attendance::Late;
use crate::store::enrolments::Trainee;
use crate::web::words::Words;
use chrono::{NaiveDate, NaiveDateTime};

/// When something was sealed last, and where in the log; empty when it was not.
pub(super) fn told(w: Words, seals: &[Sealed]) -> String {
    let Some(last) = seals.last() else {
        return String::new();
    };
    let when = w.minute(last.at);
    let told = match last.seq {
        Some(seq) => w.f("seals.sealed", &[&when, &(seq + 1)]),
        None => w.f("seals.waiting", &[&when]),
    };
    if seals.len() > 1 {
        let space = w.pick("", " ");
        return format!("{told}{space}{}", w.f("seals.days", &[&seals.len()]));
    }
    told
}

/// 补录 with both its times: of whoever was added after the roster was sealed; else empty.
pub(super) fn late_trainee(w: Words, trainee: &Trainee) -> String {
    trainee.late().map_or_else(String::new, |day| {
        w.f(
            "seals.late_roster",
            &[&w.date(day), &w.minute(trainee.enrolment.enrolled_at)],
        )
    })
}

/// 补录 behind somebody's hours, or of a lesson: how many, and the last with both its times; else empty.
pub(super) fn late_attendance(w: Words, late: Option<&Late>) -> String {
    late.map_or_else(String::new, |late| {
        w.f(
            "seals.late_attendance",
            &[&late.count, &w.date(late.day), &w.minute(late.at)],
        )
    })
}

/// 补录 with both its times: of marks entered after the day of the assessment; else empty.
pub(super) fn late_mark(w: Words, day: NaiveDate, at: Option<NaiveDateTime>) -> String {
    at.map_or_else(String::new, |at| {
        w.f("seals.late_mark", &[&w.date(day), &w.minute(at)])
    })
}

/// 补录 with both its times: of what became of a trainee, entered after the day it tells of; else empty.
pub(super) fn late_employment(w: Words, entry: &Employment) -> String {
    if employments::is_late(entry) {
        w.f(
            "seals.late_employment",
            &[&w.date(entry.day), &w.minute(entry.at)],
        )
    } else {
        String::new()
    }
}
