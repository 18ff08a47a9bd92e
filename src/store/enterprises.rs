//! 合作企业: for whom classes train, and what became of it.

use crate::domain::class::ClassId;
use crate::domain::enterprise::Enterprise;
use crate::domain::figure::Cut;
use crate::domain::uscc::Uscc;
use crate::on;
use crate::schema::class_enterprises;
use crate::store::{Conn, Found, pattern};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};
use std::collections::HashMap;

const ENTERPRISES: &str = include_str!("reports/enterprises.sql");

/// The enterprises these classes train for.
pub fn of_classes(db: &mut Conn, classes: &[&ClassId]) -> Found<HashMap<ClassId, Enterprise>> {
    let rows: Vec<(ClassId, String, Uscc)> = on!(db, c => class_enterprises::table
        .filter(class_enterprises::class.eq_any(classes))
        .select((class_enterprises::class, class_enterprises::name, class_enterprises::uscc)).load(c))?;
    Ok(rows
        .into_iter()
        .map(|(class, name, uscc)| (class, Enterprise::kept(name, uscc)))
        .collect())
}

/// The enterprise a class trains for, if it trains for one.
pub fn of(db: &mut Conn, class: &ClassId) -> Found<Option<Enterprise>> {
    Ok(of_classes(db, &[class])?.remove(class))
}

/// Says for whom a class trains, in place of whoever that was.
pub fn set(db: &mut Conn, class: &ClassId, enterprise: Option<&Enterprise>) -> Found<()> {
    on!(db, c => diesel::delete(class_enterprises::table.find(class)).execute(c))?;
    if let Some(one) = enterprise {
        on!(db, c => diesel::insert_into(class_enterprises::table).values((
            class_enterprises::class.eq(class), class_enterprises::name.eq(one.name()),
            class_enterprises::uscc.eq(one.uscc()))).execute(c))?;
    }
    Ok(())
}

/// One class that trains for an enterprise, and what became of its trainees.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Cooperation {
    /// The enterprise's name.
    #[diesel(sql_type = Text)]
    pub enterprise: String,
    /// Its 统一社会信用代码.
    #[diesel(sql_type = Text)]
    pub uscc: String,
    /// The class's key.
    #[diesel(sql_type = Text)]
    pub class: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub class_name: String,
    /// The institution's name.
    #[diesel(sql_type = Text)]
    pub house: String,
    /// 培训类别
    #[diesel(sql_type = Text)]
    pub training: String,
    /// Who began it.
    #[diesel(sql_type = BigInt)]
    pub trainees: i64,
    /// Who completed it.
    #[diesel(sql_type = BigInt)]
    pub finished: i64,
    /// Of these, those of whom it is known what became.
    #[diesel(sql_type = BigInt)]
    pub known: i64,
    /// Of these, those employed at the enterprise.
    #[diesel(sql_type = BigInt)]
    pub employed: i64,
}

/// The classes with an enterprise that began or were completed in the days of a cut.
pub fn cooperations(db: &mut Conn, cut: &Cut) -> Found<Vec<Cooperation>> {
    let region = pattern::beginning(cut.region.as_ref().map_or("", |code| code.prefix()));
    Ok(on!(db, c => sql_query(ENTERPRISES)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .bind::<Text, _>(&region)
        .bind::<Date, _>(cut.from)
        .load(c))?)
}
