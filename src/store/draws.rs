//! 随机抽查: draws, the lists they are drawn from, and their seeds once revealed.

use crate::domain::account::AccountId;
use crate::domain::class::Step;
use crate::domain::draw::DrawId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::place::RegionCode;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{class_steps, classes, draw_reveals, draws, enrolments, people};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::exists;
use diesel::prelude::*;

/// One draw as it was published.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = draws)]
pub struct Draw {
    /// Its key.
    pub id: DrawId,
    /// Where.
    pub region: RegionCode,
    /// What people call it.
    pub title: String,
    /// Classes that began from this day …
    pub starts: NaiveDate,
    /// … to this.
    pub ends: NaiveDate,
    /// The share drawn, in thousandths.
    pub permille: i32,
    /// How many it is drawn from.
    pub population: i32,
    /// The digest of the list.
    pub population_digest: String,
    /// The digest of the seed.
    pub commitment: String,
    /// The seed, sealed until it is revealed.
    pub seed_sealed: Vec<u8>,
    /// When it was published, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A seed, revealed.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = draw_reveals)]
pub struct Reveal {
    /// The draw.
    pub draw: DrawId,
    /// Its seed, in hexadecimal.
    pub seed: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a draw.
pub fn add(db: &mut Conn, draw: &Draw) -> Found<()> {
    on!(db, c => diesel::insert_into(draws::table).values(draw).execute(c))?;
    Ok(())
}

/// Keeps a seed, revealed.
pub fn reveal(db: &mut Conn, reveal: &Reveal) -> Found<()> {
    on!(db, c => diesel::insert_into(draw_reveals::table).values(reveal).execute(c))?;
    Ok(())
}

/// Every draw, newest first, with its seed once revealed: draws are public.
pub fn list(db: &mut Conn, window: Window) -> Found<Slice<(Draw, Option<Reveal>)>> {
    let total = on!(db, c => draws::table.count().get_result::<i64>(c))?;
    let rows = on!(db, c => draws::table.left_join(draw_reveals::table).order(draws::id.desc())
        .offset(window.offset()).limit(window.limit())
        .select((Draw::as_select(), Option::<Reveal>::as_select())).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One draw, with its seed once revealed.
pub fn one(db: &mut Conn, id: &DrawId) -> Found<(Draw, Option<Reveal>)> {
    Ok(
        on!(db, c => draws::table.left_join(draw_reveals::table).filter(draws::id.eq(id))
        .select((Draw::as_select(), Option::<Reveal>::as_select())).first(c))?,
    )
}

/// The list a draw is drawn from: everybody enrolled, by that time, in a class of the region that
/// began between those days and by that time. Rows of the past stay, so it stays.
pub fn population(
    db: &mut Conn,
    region: &RegionCode,
    starts: NaiveDate,
    ends: NaiveDate,
    at: NaiveDateTime,
) -> Found<Vec<String>> {
    let within = pattern::beginning(region.prefix());
    Ok(on!(db, c => enrolments::table.inner_join(classes::table)
        .filter(classes::region.like(within).escape('\\'))
        .filter(classes::starts.between(starts, ends))
        .filter(enrolments::enrolled_at.le(at))
        .filter(exists(class_steps::table.filter(class_steps::class.eq(classes::id))
            .filter(class_steps::step.eq(Step::Begun)).filter(class_steps::at.le(at))))
        .order(enrolments::id).select(enrolments::id).load(c))?)
}

/// Who was drawn: enrolment, class, the person's name and the class's.
pub fn members(
    db: &mut Conn,
    keys: &[String],
) -> Found<Vec<(EnrolmentId, String, String, String)>> {
    let mut found = Vec::new();
    for some in keys.chunks(500) {
        found.extend(
            on!(db, c => enrolments::table.inner_join(classes::table).inner_join(people::table)
            .filter(enrolments::id.eq_any(some))
            .select((enrolments::id, classes::id, people::name, classes::name))
            .load::<(EnrolmentId, String, String, String)>(c))?,
        );
    }
    Ok(found)
}
