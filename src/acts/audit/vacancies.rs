//! 岗位需求: what must be true of what employers reported.

use crate::acts::audit::{Broken, odd};
use crate::store::{Conn, Found};

/// What an officer confirmed is a vacancy that says what the employer said; what was refused is none.
pub fn each_confirmed_report_is_a_vacancy(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "vacancy_reports.confirmed-is-vacancy",
        "vacancy_reports",
        "SELECT r.id AS id FROM vacancy_reports r JOIN vacancy_report_ends e ON e.report = r.id \
         LEFT JOIN vacancies v ON v.id = e.vacancy \
         WHERE (e.verdict = 'confirmed') = (v.id IS NULL) OR v.region <> r.region \
         OR v.occupation <> r.occupation OR v.month <> r.month OR v.posts <> r.posts \
         OR v.uscc <> r.uscc OR v.employer <> r.name OR v.list <> r.list",
    )
}

/// No vacancy counts as an employer's own that nobody confirmed.
pub fn each_own_vacancy_was_confirmed(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "vacancies.own-is-confirmed",
        "vacancies",
        "SELECT v.id AS id FROM vacancies v WHERE v.uscc <> '' AND NOT EXISTS \
         (SELECT 1 FROM vacancy_report_ends e WHERE e.vacancy = v.id AND e.verdict = 'confirmed')",
    )
}

/// What waits is the last an employer said of a place, a trade and a month, and nobody decided it.
pub fn each_waiting_report_is_the_last(db: &mut Conn) -> Found<Vec<Broken>> {
    odd(
        db,
        "vacancy_reports.waiting-is-last",
        "open_vacancy_reports",
        "SELECT o.report AS id FROM open_vacancy_reports o JOIN vacancy_reports r ON r.id = o.report \
         WHERE o.uscc <> r.uscc OR o.region <> r.region OR o.occupation <> r.occupation OR o.month <> r.month \
         OR EXISTS (SELECT 1 FROM vacancy_report_ends e WHERE e.report = o.report) \
         OR EXISTS (SELECT 1 FROM vacancy_reports n WHERE n.uscc = r.uscc AND n.region = r.region \
           AND n.occupation = r.occupation AND n.month = r.month AND n.id > r.id)",
    )
}
