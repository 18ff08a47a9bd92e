//! 培训意愿: wishes, which of them stand, and that somebody was spoken with.

use crate::domain::account::AccountId;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::wish::{ContactId, ContactWay, WishEnd, WishId};
use crate::ground::clock::Now;
use crate::on;
use crate::schema::{accounts, contacts, open_wishes, wish_ends, wishes};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A wish as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = wishes, treat_none_as_default_value = false)]
pub struct Wish {
    /// Its key.
    pub id: WishId,
    /// Whose.
    pub person: PersonId,
    /// Where she is counted.
    pub region: RegionCode,
    /// 嘎查（村）; may be empty.
    pub village: String,
    /// What she wants to learn, in her words.
    pub trade: String,
    /// The occupation that is, as far as the words tell; else empty.
    pub occupation: String,
    /// When she was asked.
    pub day: NaiveDate,
    /// How it came in: `form`, `api`, `self` for what she registered herself, or the key of a list.
    pub origin: String,
    /// When it came on record, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A contact as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub struct Contact {
    /// Its key.
    pub id: ContactId,
    /// With whom.
    pub person: PersonId,
    /// When.
    pub day: NaiveDate,
    /// How.
    pub way: ContactWay,
    /// What came of it; may be empty.
    pub note: String,
    /// When it came on record, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a wish as the one its person has; there is none before it.
pub fn add(db: &mut Conn, wish: &Wish) -> Found<()> {
    on!(db, c => diesel::insert_into(wishes::table).values(wish).execute(c))?;
    on!(db, c => diesel::insert_into(open_wishes::table)
        .values((open_wishes::person.eq(&wish.person), open_wishes::wish.eq(&wish.id))).execute(c))?;
    Ok(())
}

/// The wish a person has.
pub fn open_of(db: &mut Conn, person: &PersonId) -> Found<Option<Wish>> {
    Ok(on!(db, c => wishes::table.inner_join(open_wishes::table)
        .filter(open_wishes::person.eq(person)).select(Wish::as_select()).first(c).optional())?)
}

/// Ends a wish.
pub fn end(db: &mut Conn, id: &WishId, reason: WishEnd, by: &AccountId, now: Now) -> Found<()> {
    on!(db, c => diesel::delete(open_wishes::table.filter(open_wishes::wish.eq(id))).execute(c))?;
    on!(db, c => diesel::insert_into(wish_ends::table).values((
        wish_ends::wish.eq(id), wish_ends::reason.eq(reason), wish_ends::at.eq(now.utc()), wish_ends::by.eq(by),
    )).execute(c))?;
    Ok(())
}

/// A person's wishes, the newest first, each with why it is no longer one.
pub fn of_person(db: &mut Conn, person: &PersonId) -> Found<Vec<(Wish, Option<WishEnd>)>> {
    Ok(
        on!(db, c => wishes::table.left_join(wish_ends::table).filter(wishes::person.eq(person))
        .order(wishes::id.desc()).select((Wish::as_select(), wish_ends::reason.nullable())).load(c))?,
    )
}

/// Keeps that somebody was spoken with.
pub fn contact(db: &mut Conn, contact: &Contact) -> Found<()> {
    on!(db, c => diesel::insert_into(contacts::table).values(contact).execute(c))?;
    Ok(())
}

/// Every time a person was spoken with, the last first, and by whom.
pub fn contacts_of(db: &mut Conn, person: &PersonId) -> Found<Vec<(Contact, String)>> {
    Ok(
        on!(db, c => contacts::table.inner_join(accounts::table.on(accounts::id.eq(contacts::by)))
        .filter(contacts::person.eq(person)).order((contacts::day.desc(), contacts::id.desc()))
        .select((Contact::as_select(), accounts::name)).load(c))?,
    )
}
