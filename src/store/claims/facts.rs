//! 申领依据: what the register knows of a class's trainees that a subsidy rests on.

use crate::domain::class::ClassId;
use crate::domain::delivery::DeliveryKind;
use crate::domain::person::PersonId;
use crate::on;
use crate::schema::{delivered, deliveries, enrolments, people};
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// What departments say of each person of a class: that it was so on its first day, or, of the
/// dead, before its last; and since when.
pub fn delivered_of(
    db: &mut Conn,
    class: &ClassId,
    (starts, ends): (NaiveDate, NaiveDate),
) -> Found<HashMap<PersonId, Vec<(DeliveryKind, NaiveDate)>>> {
    let asked = [
        DeliveryKind::Deceased,
        DeliveryKind::Insured,
        DeliveryKind::Pensioner,
        DeliveryKind::Payroll,
        DeliveryKind::Pupil,
    ];
    let rows: Vec<(PersonId, DeliveryKind, NaiveDate, Option<NaiveDate>)> = on!(db, c => enrolments::table
        .inner_join(people::table)
        .inner_join(delivered::table.on(delivered::id_index.eq(people::id_index)))
        .inner_join(deliveries::table.on(deliveries::id.eq(delivered::delivery)))
        .filter(enrolments::class.eq(class)).filter(deliveries::kind.eq_any(asked))
        .order(delivered::starts)
        .select((people::id, deliveries::kind, delivered::starts, delivered::ends)).load(c))?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (person, kind, since, until) in rows {
        let counts = if kind == DeliveryKind::Deceased {
            since < ends
        } else {
            since <= starts && until.is_none_or(|until| until >= starts)
        };
        if counts {
            found.entry(person).or_default().push((kind, since));
        }
    }
    Ok(found)
}
