//! 部门数据: deliveries and their lines, by keyed index only.

use crate::domain::account::AccountId;
use crate::domain::class::{ClassId, Step};
use crate::domain::delivery::{DeliveryId, DeliveryKind};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::institution::InstitutionId;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    accounts, classes, delivered, deliveries, employments, enrolments, withdrawals,
};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::collections::HashSet;

/// One delivery as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    /// Its key.
    pub id: DeliveryId,
    /// The department, by name.
    pub department: String,
    /// What it says of people.
    pub kind: DeliveryKind,
    /// Of which region's people.
    pub region: RegionCode,
    /// As of which day.
    pub as_of: NaiveDate,
    /// Lines kept.
    pub lines: i32,
    /// Lines with problems, not kept.
    pub refused: i32,
    /// The file's name.
    pub file_name: String,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// One line of a delivery.
#[derive(Clone, Insertable)]
#[diesel(table_name = delivered, treat_none_as_default_value = false)]
pub struct Delivered {
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// Where it stood in the file, from 1.
    pub line: i32,
    /// Whose: the keyed index of the document.
    pub id_index: Vec<u8>,
    /// From this day …
    pub starts: NaiveDate,
    /// … to this; open when none.
    pub ends: Option<NaiveDate>,
}

/// Keeps a delivery and its lines.
pub fn add(db: &mut Conn, delivery: &Delivery, lines: &[Delivered]) -> Found<()> {
    on!(db, c => diesel::insert_into(deliveries::table).values(delivery).execute(c))?;
    for some in lines.chunks(500) {
        let some = some.to_vec();
        on!(db, c => diesel::insert_into(delivered::table).values(&some).execute(c))?;
    }
    Ok(())
}

/// Whether this very file is on record for this kind and day.
pub fn is_kept(db: &mut Conn, digest: &str, kind: DeliveryKind, as_of: NaiveDate) -> Found<bool> {
    Ok(
        on!(db, c => diesel::select(exists(deliveries::table.filter(deliveries::digest.eq(digest))
        .filter(deliveries::kind.eq(kind)).filter(deliveries::as_of.eq(as_of)))).get_result(c))?,
    )
}

/// The deliveries about a region and what lies in it, and who entered each; the newest first.
pub fn list(
    db: &mut Conn,
    region: Option<&RegionCode>,
    window: Window,
) -> Found<Slice<(Delivery, String)>> {
    let within = pattern::beginning(region.map_or("", RegionCode::prefix));
    let total = on!(db, c => deliveries::table.filter(deliveries::region.like(&within).escape('\\'))
        .count().get_result::<i64>(c))?;
    let rows = on!(db, c => deliveries::table.inner_join(accounts::table.on(accounts::id.eq(deliveries::by)))
        .filter(deliveries::region.like(&within).escape('\\')).order(deliveries::id.desc())
        .offset(window.offset()).limit(window.limit())
        .select((Delivery::as_select(), accounts::name)).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One delivery about a region, or what lies in it, and who entered it.
pub fn of(
    db: &mut Conn,
    region: Option<&RegionCode>,
    id: &DeliveryId,
) -> Found<(Delivery, String)> {
    let within = pattern::beginning(region.map_or("", RegionCode::prefix));
    Ok(
        on!(db, c => deliveries::table.inner_join(accounts::table.on(accounts::id.eq(deliveries::by)))
        .filter(deliveries::id.eq(id)).filter(deliveries::region.like(&within).escape('\\'))
        .select((Delivery::as_select(), accounts::name)).first(c))?,
    )
}

/// A training that is over: of whom, where.
pub struct Over {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Whose.
    pub person: PersonId,
    /// The class.
    pub class: ClassId,
    /// Whose class.
    pub institution: InstitutionId,
    /// When it ended.
    pub ends: NaiveDate,
}

/// The trainings of these people in a region that are over and were not left early.
pub fn over(db: &mut Conn, region: &RegionCode, people: &[PersonId]) -> Found<Vec<Over>> {
    type Row = (EnrolmentId, PersonId, ClassId, InstitutionId, NaiveDate);
    let within = pattern::beginning(region.prefix());
    let mut found = Vec::new();
    for some in people.chunks(500) {
        let rows: Vec<Row> = on!(db, c => enrolments::table.inner_join(classes::table)
            .filter(enrolments::person.eq_any(some))
            .filter(classes::region.like(&within).escape('\\'))
            .filter(classes::state.eq_any([Step::Completed, Step::Closed]))
            .filter(not(exists(withdrawals::table.filter(withdrawals::enrolment.eq(enrolments::id)))))
            .order(enrolments::id)
            .select((enrolments::id, enrolments::person, enrolments::class, classes::institution, classes::ends))
            .load(c))?;
        found.extend(
            rows.into_iter()
                .map(|(enrolment, person, class, institution, ends)| Over {
                    enrolment,
                    person,
                    class,
                    institution,
                    ends,
                }),
        );
    }
    Ok(found)
}

/// Which months of these enrolments anything is said about already.
pub fn said(db: &mut Conn, keys: &[EnrolmentId]) -> Found<HashSet<(EnrolmentId, i32)>> {
    let mut found = HashSet::new();
    for some in keys.chunks(500) {
        let rows: Vec<(EnrolmentId, i32)> = on!(db, c => employments::table
            .filter(employments::enrolment.eq_any(some))
            .select((employments::enrolment, employments::months)).load(c))?;
        found.extend(rows);
    }
    Ok(found)
}
