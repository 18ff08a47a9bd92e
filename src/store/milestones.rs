//! 节点: dated steps of people, kept when they happen with everything figures count them by.
//!
//! A person's record may be corrected and a course renamed; a milestone stays as it was when it came
//! on record, so an as-of figure comes out the same for ever.

use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{milestones, replacements};
use crate::store::{Conn, Found, volumes};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamp};

const DUE: &str = include_str!("reports/due.sql");
const COLUMNS: &str = "kind, subject, origin, day, recorded_at, recorded_by, person, enrolment, institution, \
    batch, region, home, training, startup, course, occupation, level, sex, age";

/// A milestone as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = milestones, treat_none_as_default_value = false)]
pub struct Milestone {
    /// `enrolled`, `trained`, `assessed`, `certified`, `concluded`, `revoked` or `restored`.
    pub kind: String,
    /// The key of the enrolment, candidate or certificate.
    pub subject: String,
    /// The first certificate of the line, for what happens to a later one; else the subject.
    pub origin: String,
    /// When it was so.
    pub day: NaiveDate,
    /// When it came on record, in UTC.
    pub recorded_at: NaiveDateTime,
    /// Who recorded it.
    pub recorded_by: String,
    /// Whose.
    pub person: String,
    /// The enrolment behind it, or empty.
    pub enrolment: String,
    /// Whose work it was.
    pub institution: String,
    /// The class or sitting.
    pub batch: String,
    /// Where.
    pub region: String,
    /// Where she is registered.
    pub home: String,
    /// 培训类别, or empty.
    pub training: String,
    /// 创业课程, or empty.
    pub startup: String,
    /// The course, or empty.
    pub course: String,
    /// 职业, or empty.
    pub occupation: String,
    /// 等级, or empty.
    pub level: String,
    /// 性别, or empty.
    pub sex: String,
    /// Her age in that year; −1 when unknown.
    pub age: i32,
}

/// Keeps the milestones of a kind that a class or sitting has come to, as recorded now: whatever
/// comes in later than the first time is later for every figure.
pub fn reach(
    db: &mut Conn,
    kind: &str,
    batch: &str,
    at: NaiveDateTime,
    by: &AccountId,
) -> Found<usize> {
    let branch = DUE
        .split("UNION ALL\n")
        .find(|branch| branch.contains(&format!("'{kind}'")))
        .unwrap_or(DUE)
        .replace("/*", "")
        .replace("*/", "")
        .replace("$1", "$3");
    volumes::loosen(db, at)?;
    let told = COLUMNS.replace("recorded_at, recorded_by", "$1, $2");
    let sql = format!(
        "INSERT INTO milestones ({COLUMNS}) SELECT {told} FROM ({branch}) due \
         WHERE NOT EXISTS (SELECT 1 FROM milestones m WHERE m.kind = due.kind AND m.subject = due.subject)"
    );
    Ok(on!(db, c => sql_query(sql)
        .bind::<Timestamp, _>(at)
        .bind::<Text, _>(by.as_str())
        .bind::<Text, _>(batch)
        .execute(c))?)
}

/// Keeps what became of certificates: `revoked` or `restored`. Each is found by the first of its
/// line, since a replacement is no second certificate.
pub fn become_of(
    db: &mut Conn,
    kind: &str,
    certificates: &[CertificateId],
    day: NaiveDate,
    at: NaiveDateTime,
    by: &AccountId,
) -> Found<()> {
    volumes::loosen(db, at)?;
    for some in certificates.chunks(500) {
        // the certificate, and as far back along its line as is known
        let mut lines: Vec<(String, String)> = some
            .iter()
            .map(|id| (id.to_string(), id.to_string()))
            .collect();
        loop {
            let ends: Vec<CertificateId> = lines
                .iter()
                .filter_map(|(_, end)| CertificateId::read(end))
                .collect();
            let before: Vec<(CertificateId, CertificateId)> = on!(db, c => replacements::table
                .filter(replacements::successor.eq_any(&ends))
                .select((replacements::successor, replacements::certificate)).load(c))?;
            if before.is_empty() {
                break;
            }
            for (_, end) in &mut lines {
                if let Some((_, earlier)) = before
                    .iter()
                    .find(|(later, _)| later.as_str() == end.as_str())
                {
                    earlier.as_str().clone_into(end);
                }
            }
        }
        let origins: Vec<&str> = lines.iter().map(|(_, end)| end.as_str()).collect();
        let held: Vec<Milestone> = on!(db, c => milestones::table
            .filter(milestones::kind.eq_any(["certified", "concluded"]))
            .filter(milestones::subject.eq_any(&origins))
            .select(Milestone::as_select()).load(c))?;
        let rows: Vec<Milestone> = lines
            .into_iter()
            .filter_map(|(subject, origin)| {
                let held = held.iter().find(|held| held.subject == origin)?;
                Some(Milestone {
                    kind: kind.to_owned(),
                    subject,
                    origin,
                    day,
                    recorded_at: at,
                    recorded_by: by.to_string(),
                    ..held.clone()
                })
            })
            .collect();
        on!(db, c => diesel::insert_into(milestones::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// What is on record of a class or sitting, for tests and the audit.
pub fn of_batch(db: &mut Conn, batch: &str) -> Found<Vec<Milestone>> {
    Ok(
        on!(db, c => milestones::table.filter(milestones::batch.eq(batch))
        .order((milestones::kind, milestones::subject)).select(Milestone::as_select()).load(c))?,
    )
}

#[derive(QueryableByName)]
struct Odd {
    #[diesel(sql_type = Text)]
    subject: String,
}

/// Training, revocations and restorations that the rows have and the table lacks, or differently.
pub fn missed(db: &mut Conn) -> Found<Vec<String>> {
    let sql = format!(
        "SELECT due.kind || ' ' || due.subject AS subject FROM ({DUE}) due \
         WHERE due.kind IN ('enrolled', 'trained') AND NOT EXISTS (SELECT 1 FROM milestones m \
         WHERE m.kind = due.kind AND m.subject = due.subject AND m.person = due.person AND m.batch = due.batch \
         AND m.day = due.day AND m.recorded_at = due.recorded_at)"
    );
    let mut odd: Vec<Odd> = on!(db, c => sql_query(sql).load(c))?;
    let sql = "SELECT 'revoked ' || v.certificate AS subject FROM revocations v WHERE NOT EXISTS \
        (SELECT 1 FROM milestones m WHERE m.kind = 'revoked' AND m.subject = v.certificate) \
        UNION ALL SELECT 'restored ' || v.certificate FROM restorations v WHERE NOT EXISTS \
        (SELECT 1 FROM milestones m WHERE m.kind = 'restored' AND m.subject = v.certificate)";
    let unturned: Vec<Odd> = on!(db, c => sql_query(sql).load(c))?;
    odd.extend(unturned);
    Ok(odd.into_iter().map(|odd| odd.subject).collect())
}

/// Milestones that no row stands behind.
pub fn unfounded(db: &mut Conn) -> Found<Vec<String>> {
    let sql = "SELECT m.kind || ' ' || m.subject AS subject FROM milestones m WHERE \
        (m.kind = 'enrolled' AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.id = m.subject AND e.person = m.person)) \
        OR (m.kind = 'trained' AND NOT EXISTS (SELECT 1 FROM completions f WHERE f.enrolment = m.subject AND f.outcome = 'completed' AND f.at = m.recorded_at)) \
        OR (m.kind = 'assessed' AND NOT EXISTS (SELECT 1 FROM candidates a WHERE a.id = m.subject AND a.person = m.person)) \
        OR (m.kind IN ('certified', 'concluded') AND NOT EXISTS (SELECT 1 FROM certificates x WHERE x.id = m.subject AND x.person = m.person AND x.issued_at = m.recorded_at)) \
        OR (m.kind = 'revoked' AND NOT EXISTS (SELECT 1 FROM revocations v WHERE v.certificate = m.subject AND v.at = m.recorded_at)) \
        OR (m.kind = 'restored' AND NOT EXISTS (SELECT 1 FROM restorations v WHERE v.certificate = m.subject AND v.at = m.recorded_at))";
    let odd: Vec<Odd> = on!(db, c => sql_query(sql).load(c))?;
    Ok(odd.into_iter().map(|odd| odd.subject).collect())
}

#[derive(QueryableByName)]
struct Many {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many there are.
pub fn count(db: &mut Conn) -> Found<i64> {
    let many: Many = on!(db, c => sql_query("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM milestones").get_result(c))?;
    Ok(many.n)
}
