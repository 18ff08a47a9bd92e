//! 审计: what sittings, panels and marks promise.

use crate::acts::audit::Broken;
use crate::domain::assessment::{SittingId, SittingState};
use crate::on;
use crate::schema::{sitting_steps, sittings};
use crate::store::{Conn, Found};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::HashMap;

/// A record named by a query.
#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    id: String,
}

fn broken(db: &mut Conn, promise: &'static str, table: &str, query: &str) -> Found<Vec<Broken>> {
    let named: Vec<Named> = on!(db, c => diesel::sql_query(query).load(c))?;
    Ok(named
        .into_iter()
        .map(|row| Broken {
            promise,
            subject: format!("{table} {}", row.id),
        })
        .collect())
}

/// A sitting stands at the furthest step somebody took it to.
pub fn each_sitting_stands_at_its_last_step(db: &mut Conn) -> Found<Vec<Broken>> {
    let rows: Vec<(SittingId, SittingState, Option<SittingState>)> = on!(db, c => sittings::table
        .left_join(sitting_steps::table)
        .select((sittings::id, sittings::state, sitting_steps::step.nullable())).load(c))?;
    let mut furthest: HashMap<SittingId, (SittingState, Option<SittingState>)> = HashMap::new();
    for (id, state, step) in rows {
        let (_, last) = furthest.entry(id).or_insert((state, None));
        *last = (*last).max(step);
    }
    Ok(furthest
        .into_iter()
        .filter(|(_, (state, last))| Some(*state) != *last)
        .map(|(id, _)| Broken {
            promise: "sittings.state-is-last-step",
            subject: format!("sittings {id}"),
        })
        .collect())
}

/// After a signature no mark changes without a reason.
pub fn each_signed_mark_is_locked(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "marks.locked-once-signed",
        "marks",
        "SELECT m.id AS id FROM marks m JOIN candidates c ON c.id = m.candidate \
         JOIN mark_signatures g ON g.sitting = c.sitting AND g.assessor = m.assessor AND g.part = m.part \
         WHERE m.at > g.at AND m.reason IS NULL",
    )
}

/// The versions of a mark are 1, 2, …: none was taken out.
pub fn each_mark_keeps_all_its_versions(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "marks.versions-run-on",
        "marks",
        "SELECT min(id) AS id FROM marks GROUP BY candidate, part, assessor \
         HAVING max(version) <> count(*) OR min(version) <> 1",
    )
}

/// Nobody marks who is not on the panel for that part.
pub fn each_mark_is_given_by_the_panel(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "marks.given-by-the-panel",
        "marks",
        "SELECT m.id AS id FROM marks m JOIN candidates c ON c.id = m.candidate \
         WHERE NOT EXISTS (SELECT 1 FROM panel_members p WHERE p.sitting = c.sitting \
           AND p.assessor = m.assessor AND p.part = m.part)",
    )
}

/// Once a sitting is marked, every assessor has signed for every part somebody sat.
pub fn each_marked_sitting_is_signed(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "sittings.marked-is-signed",
        "sittings",
        "SELECT DISTINCT s.id AS id FROM sittings s JOIN panel_members p ON p.sitting = s.id \
         WHERE s.state IN ('marked', 'in_publicity', 'issued') \
         AND EXISTS (SELECT 1 FROM candidates c WHERE c.sitting = s.id AND c.parts LIKE '%' || p.part || '%') \
         AND NOT EXISTS (SELECT 1 FROM mark_signatures g WHERE g.sitting = s.id \
           AND g.assessor = p.assessor AND g.part = p.part)",
    )
}

/// Nobody assesses trainees of a class she taught.
pub fn each_panel_is_without_own_teachers(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "panels.without-own-teachers",
        "sittings",
        "SELECT DISTINCT s.id AS id FROM sittings s JOIN panel_members p ON p.sitting = s.id \
         JOIN assessors a ON a.id = p.assessor JOIN candidates c ON c.sitting = s.id \
         JOIN enrolments e ON e.id = c.enrolment JOIN class_teachers k ON k.class = e.class \
         JOIN teachers t ON t.id = k.teacher \
         WHERE t.person = a.person AND s.state NOT IN ('planned', 'cancelled')",
    )
}

/// What was issued was published before.
pub fn each_issued_sitting_was_published(db: &mut Conn) -> Found<Vec<Broken>> {
    broken(
        db,
        "sittings.issued-after-publicity",
        "sittings",
        "SELECT s.id AS id FROM sittings s WHERE s.state IN ('in_publicity', 'issued') \
         AND NOT EXISTS (SELECT 1 FROM publicities p WHERE p.sitting = s.id) \
         UNION SELECT s.id AS id FROM sittings s JOIN objections o ON o.sitting = s.id \
         WHERE s.state = 'issued' AND NOT EXISTS (SELECT 1 FROM settlements t WHERE t.objection = o.id)",
    )
}
