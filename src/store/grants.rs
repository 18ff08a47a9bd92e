//! 部门授权: grants, and which of them run.

use crate::domain::account::AccountId;
use crate::domain::grant::GrantId;
use crate::domain::key_group::KeyGroup;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{accounts, grant_ends, grants};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// A grant as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub struct Grant {
    /// Its key.
    pub id: GrantId,
    /// The account that may read.
    pub account: AccountId,
    /// The department, by name.
    pub department: String,
    /// Of which group.
    pub key_group: KeyGroup,
    /// For what.
    pub purpose: String,
    /// From this day …
    pub starts: NaiveDate,
    /// … to this.
    pub ends: NaiveDate,
    /// When it was given, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A grant, whose account it is of, and when it was taken back.
pub type Listed = (Grant, String, Option<NaiveDateTime>);

/// Keeps a grant.
pub fn add(db: &mut Conn, grant: &Grant) -> Found<()> {
    on!(db, c => diesel::insert_into(grants::table).values(grant).execute(c))?;
    Ok(())
}

/// A grant, whoever's it is.
pub fn one(db: &mut Conn, id: &GrantId) -> Found<Listed> {
    Ok(
        on!(db, c => grants::table.inner_join(accounts::table).left_join(grant_ends::table)
        .filter(grants::id.eq(id)).select((Grant::as_select(), accounts::login, grant_ends::at.nullable()))
        .first(c))?,
    )
}

/// Every grant, the newest first.
pub fn list(db: &mut Conn, window: Window) -> Found<Slice<Listed>> {
    let total = on!(db, c => grants::table.count().get_result::<i64>(c))?;
    let rows = on!(db, c => grants::table.inner_join(accounts::table).left_join(grant_ends::table)
        .order(grants::id.desc()).offset(window.offset()).limit(window.limit())
        .select((Grant::as_select(), accounts::login, grant_ends::at.nullable())).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// The grants of an account that run on that day, the newest first.
pub fn running(db: &mut Conn, account: &AccountId, today: NaiveDate) -> Found<Vec<Grant>> {
    Ok(
        on!(db, c => grants::table.filter(grants::account.eq(account))
        .filter(grants::starts.le(today)).filter(grants::ends.ge(today))
        .filter(not(exists(grant_ends::table.filter(grant_ends::granted.eq(grants::id)))))
        .order(grants::id.desc()).select(Grant::as_select()).load(c))?,
    )
}

/// Takes a grant back.
pub fn end(db: &mut Conn, id: &GrantId, by: &AccountId, now: Now) -> Found<()> {
    on!(db, c => diesel::insert_into(grant_ends::table).values((
        grant_ends::granted.eq(id), grant_ends::at.eq(now.utc()), grant_ends::by.eq(by),
    )).execute(c))?;
    Ok(())
}

/// The accounts of departments that are open: key, login, name.
pub fn departments(db: &mut Conn) -> Found<Vec<(AccountId, String, String)>> {
    use crate::domain::account::Role;
    Ok(
        on!(db, c => accounts::table.filter(accounts::role.eq(Role::DepartmentReader))
        .filter(accounts::closed_at.is_null()).order(accounts::login)
        .select((accounts::id, accounts::login, accounts::name)).load(c))?,
    )
}
