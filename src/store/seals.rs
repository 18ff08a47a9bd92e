//! 封存: how far attendance and deeds are sealed, and the rows that are sealed together.

use crate::domain::assessment::SittingId;
use crate::domain::assessor::AssessorId;
use crate::domain::class::ClassId;
use crate::domain::institution::InstitutionId;
use crate::domain::lesson::Half;
use crate::domain::log_event::LogKind;
use crate::domain::person::PersonId;
use crate::domain::roster::RosterId;
use crate::on;
use crate::schema::{
    admissions, attendances, candidates, classes, deeds, enrolments, issuer_keys, lessons,
    log_events, mark_signatures, marks, registry_keys, roster_lines, rosters, seal_backlog,
    seal_runs,
};
use crate::store::attendance::Entry;
use crate::store::enrolments::Enrolment;
use crate::store::issuer_keys::IssuerKey;
use crate::store::ledger::Line;
use crate::store::log::{Event, PUBLIC};
use crate::store::marks::{Mark, Signature};
use crate::store::registry_keys::RegistryKey;
use crate::store::rosters::{Admission, Roster, RosterLine};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// What is sealed by the clock.
pub const ATTENDANCE: &str = "attendance";
/// The ledger of deeds.
pub const DEEDS: &str = "deeds";

/// One stretch of time, sealed once.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = seal_runs)]
pub struct Run {
    /// [`ATTENDANCE`] or [`DEEDS`].
    pub kind: String,
    /// Up to then, in UTC; not itself.
    pub until: NaiveDateTime,
    /// From then, in UTC.
    pub since: NaiveDateTime,
    /// How many rows there were.
    pub entries: i64,
    /// When it was sealed, in UTC.
    pub at: NaiveDateTime,
}

/// Keeps that a stretch was sealed; `Taken` when another server did so first.
pub fn add(db: &mut Conn, run: &Run) -> Found<()> {
    on!(db, c => diesel::insert_into(seal_runs::table).values(run).execute(c))?;
    Ok(())
}

/// Up to when one kind is sealed.
pub fn until(db: &mut Conn, kind: &str) -> Found<Option<NaiveDateTime>> {
    Ok(
        on!(db, c => seal_runs::table.filter(seal_runs::kind.eq(kind))
        .select(diesel::dsl::max(seal_runs::until)).first(c))?,
    )
}

/// When the first entry was made from a time on.
pub fn first_entry(db: &mut Conn, from: Option<NaiveDateTime>) -> Found<Option<NaiveDateTime>> {
    let from = from.unwrap_or(chrono::DateTime::UNIX_EPOCH.naive_utc());
    Ok(
        on!(db, c => attendances::table.filter(attendances::at.ge(from))
        .select(diesel::dsl::min(attendances::at)).first(c))?,
    )
}

/// When the first deed was done from a time on.
pub fn first_deed(db: &mut Conn, from: Option<NaiveDateTime>) -> Found<Option<NaiveDateTime>> {
    let from = from.unwrap_or(chrono::DateTime::UNIX_EPOCH.naive_utc());
    Ok(on!(db, c => deeds::table.filter(deeds::at.ge(from))
        .select(diesel::dsl::min(deeds::at)).first(c))?)
}

/// An attendance entry with what it is about.
#[derive(Clone, Debug)]
pub struct Attended {
    /// The entry.
    pub entry: Entry,
    /// The lesson's day.
    pub day: NaiveDate,
    /// 上午 or 下午.
    pub half: Half,
    /// 学时
    pub hours: i32,
    /// The class.
    pub class: ClassId,
    /// Whose class it is.
    pub institution: InstitutionId,
    /// Who.
    pub person: PersonId,
}

type Told = (NaiveDate, Half, i32, ClassId, InstitutionId, PersonId);

/// The entries made in a stretch of time, of one class or of all, class by class.
pub fn entries(
    db: &mut Conn,
    class: Option<&ClassId>,
    since: NaiveDateTime,
    until: NaiveDateTime,
) -> Found<Vec<Attended>> {
    let class = class.map_or("%", ClassId::as_str);
    let rows: Vec<(Entry, Told)> = on!(db, c => attendances::table
        .inner_join(lessons::table.inner_join(classes::table)).inner_join(enrolments::table)
        .filter(attendances::at.ge(since)).filter(attendances::at.lt(until))
        .filter(lessons::class.like(class))
        .order((lessons::class, attendances::id))
        .select((Entry::as_select(), (lessons::day, lessons::half, lessons::hours, lessons::class, classes::institution, enrolments::person)))
        .load(c))?;
    let told = |(entry, (day, half, hours, class, institution, person))| Attended {
        entry,
        day,
        half,
        hours,
        class,
        institution,
        person,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// The classes in which entries were made in a stretch of time, and when each was made.
pub fn made_until(
    db: &mut Conn,
    until: NaiveDateTime,
) -> Found<Vec<(String, ClassId, NaiveDateTime)>> {
    Ok(on!(db, c => attendances::table.inner_join(lessons::table)
        .filter(attendances::at.lt(until)).order(attendances::id)
        .select((attendances::id, lessons::class, attendances::at)).load(c))?)
}

/// The deeds of a stretch of time.
pub fn deeds_of(db: &mut Conn, since: NaiveDateTime, until: NaiveDateTime) -> Found<Vec<Line>> {
    Ok(
        on!(db, c => deeds::table.filter(deeds::at.ge(since)).filter(deeds::at.lt(until))
        .order(deeds::id).select(Line::as_select()).load(c))?,
    )
}

/// What is older than sealing, of one kind.
pub fn backlog(db: &mut Conn, kind: &str) -> Found<Vec<String>> {
    Ok(
        on!(db, c => seal_backlog::table.filter(seal_backlog::kind.eq(kind))
        .order(seal_backlog::subject).select(seal_backlog::subject).load(c))?,
    )
}

/// Whether the log tells of a record in this way.
pub fn is_logged(db: &mut Conn, kind: LogKind, subject: &str) -> Found<bool> {
    let found: i64 = on!(db, c => log_events::table.filter(log_events::log.eq(PUBLIC))
        .filter(log_events::subject.eq(subject)).filter(log_events::kind.eq(kind))
        .count().get_result(c))?;
    Ok(found > 0)
}

/// The last event of this kind about a record.
pub fn last_event(db: &mut Conn, kind: LogKind, subject: &str) -> Found<Option<Event>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(PUBLIC))
        .filter(log_events::subject.eq(subject)).filter(log_events::kind.eq(kind))
        .order(log_events::n.desc()).select(Event::as_select()).first(c).optional())?,
    )
}

/// When a record was sealed, and its place in the log once it has one; the oldest first.
pub fn seals_of(
    db: &mut Conn,
    kind: LogKind,
    subject: &str,
) -> Found<Vec<(NaiveDateTime, Option<i64>)>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(PUBLIC))
        .filter(log_events::subject.eq(subject)).filter(log_events::kind.eq(kind))
        .order(log_events::n).select((log_events::at, log_events::seq)).load(c))?,
    )
}

/// Every record of these kinds the log tells of.
pub fn subjects(db: &mut Conn, kind: LogKind) -> Found<Vec<String>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(PUBLIC))
        .filter(log_events::kind.eq(kind)).select(log_events::subject).distinct().load(c))?,
    )
}

/// A page of the events that are no person's in the order of their keys.
pub fn events_after(db: &mut Conn, key: &str, limit: i64) -> Found<Vec<Event>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(PUBLIC))
        .filter(log_events::person.is_null()).filter(log_events::id.gt(key))
        .order(log_events::id).limit(limit).select(Event::as_select()).load(c))?,
    )
}

/// A mark with what it is about.
pub type Given = (Mark, String, PersonId, SittingId);

/// Every version of every mark an assessor gave in a sitting.
pub fn marks_of(db: &mut Conn, sitting: &SittingId, assessor: &AssessorId) -> Found<Vec<Given>> {
    Ok(on!(db, c => marks::table.inner_join(candidates::table)
        .filter(candidates::sitting.eq(sitting)).filter(marks::assessor.eq(assessor))
        .order(marks::id)
        .select((Mark::as_select(), candidates::seat, candidates::person, candidates::sitting)).load(c))?)
}

/// An assessor's signatures in a sitting.
pub fn signatures_of(
    db: &mut Conn,
    sitting: &SittingId,
    assessor: &AssessorId,
) -> Found<Vec<Signature>> {
    Ok(on!(db, c => mark_signatures::table
        .filter(mark_signatures::sitting.eq(sitting)).filter(mark_signatures::assessor.eq(assessor))
        .order(mark_signatures::part).select(Signature::as_select()).load(c))?)
}

/// Every pair of a sitting and an assessor who signed in it.
pub fn signers(db: &mut Conn) -> Found<Vec<(SittingId, AssessorId)>> {
    Ok(on!(db, c => mark_signatures::table
        .select((mark_signatures::sitting, mark_signatures::assessor)).distinct().load(c))?)
}

/// A roster with its lines, its admission and whom it brought.
pub struct Brought {
    /// The roster.
    pub roster: Option<Roster>,
    /// Its lines.
    pub lines: Vec<RosterLine>,
    /// That it was admitted.
    pub admission: Option<Admission>,
    /// Whom it brought.
    pub enrolments: Vec<Enrolment>,
}

/// Everything of one roster.
pub fn brought(db: &mut Conn, id: &RosterId) -> Found<Brought> {
    Ok(Brought {
        roster: on!(db, c => rosters::table.find(id).select(Roster::as_select()).first(c).optional())?,
        lines: on!(db, c => roster_lines::table.filter(roster_lines::roster.eq(id))
            .order(roster_lines::line).select(RosterLine::as_select()).load(c))?,
        admission: on!(db, c => admissions::table.find(id).select(Admission::as_select()).first(c).optional())?,
        enrolments: on!(db, c => enrolments::table.filter(enrolments::roster.eq(id.as_str()))
            .order(enrolments::id).select(Enrolment::as_select()).load(c))?,
    })
}

/// The class of a roster.
pub fn class_of(db: &mut Conn, id: &RosterId) -> Found<ClassId> {
    Ok(on!(db, c => rosters::table.find(id).select(rosters::class).first(c))?)
}

/// Whose class it is.
pub fn house_of(db: &mut Conn, class: &ClassId) -> Found<InstitutionId> {
    Ok(on!(db, c => classes::table.find(class).select(classes::institution).first(c))?)
}

/// Every roster there is.
pub fn rosters_known(db: &mut Conn) -> Found<Vec<RosterId>> {
    Ok(on!(db, c => rosters::table.order(rosters::id).select(rosters::id).load(c))?)
}

/// When the first roster of a class was admitted: the day its roster is about.
pub fn roster_day(db: &mut Conn, class: &ClassId) -> Found<Option<NaiveDateTime>> {
    Ok(on!(db, c => admissions::table.inner_join(rosters::table)
        .filter(rosters::class.eq(class)).select(diesel::dsl::min(admissions::at)).first(c))?)
}

/// Every key of every issuer.
pub fn issuer_keys_known(db: &mut Conn) -> Found<Vec<IssuerKey>> {
    Ok(
        on!(db, c => issuer_keys::table.order(issuer_keys::id).select(IssuerKey::as_select()).load(c))?,
    )
}

/// Every key of the registry.
pub fn registry_keys_known(db: &mut Conn) -> Found<Vec<RegistryKey>> {
    Ok(
        on!(db, c => registry_keys::table.order(registry_keys::id).select(RegistryKey::as_select()).load(c))?,
    )
}
