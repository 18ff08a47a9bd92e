//! 意愿申请: what people registered themselves, which of it waits, and what was said of it.

use crate::domain::account::AccountId;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::wish_request::{RequestVerdict, WishRequestId};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{open_wish_requests, wish_request_ends, wish_requests};
use crate::store::{Conn, Found, pattern};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A request as it is kept, without who made it.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = wish_requests, treat_none_as_default_value = false)]
pub struct WishRequest {
    /// Its key.
    pub id: WishRequestId,
    /// 旗县 or 苏木乡镇.
    pub region: RegionCode,
    /// 嘎查（村）; may be empty.
    pub village: String,
    /// What she wants to learn.
    pub trade: String,
    /// When it came in, in UTC.
    pub at: NaiveDateTime,
}

/// How one ended.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = wish_request_ends, treat_none_as_default_value = false)]
pub struct RequestEnd {
    /// Which.
    pub request: WishRequestId,
    /// How.
    pub verdict: RequestVerdict,
    /// Whose wish it became.
    pub person: Option<PersonId>,
    /// Why not, when it did not.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a request and, sealed, who made it.
pub fn add(db: &mut Conn, request: &WishRequest, id_index: &[u8], told_sealed: &[u8]) -> Found<()> {
    on!(db, c => diesel::insert_into(wish_requests::table).values(request).execute(c))?;
    on!(db, c => diesel::insert_into(open_wish_requests::table).values((
        open_wish_requests::request.eq(&request.id),
        open_wish_requests::region.eq(&request.region),
        open_wish_requests::id_index.eq(id_index),
        open_wish_requests::told_sealed.eq(told_sealed))).execute(c))?;
    Ok(())
}

/// How many requests with this document wait.
pub fn waiting_of(db: &mut Conn, id_index: &[u8]) -> Found<i64> {
    Ok(on!(db, c => open_wish_requests::table
        .filter(open_wish_requests::id_index.eq(id_index)).count().get_result(c))?)
}

/// How many came in for a region since a time: a brake on floods.
pub fn lodged_since(db: &mut Conn, region: &RegionCode, since: NaiveDateTime) -> Found<i64> {
    let region = pattern::beginning(region.prefix());
    Ok(on!(db, c => wish_requests::table
        .filter(wish_requests::region.like(&region).escape('\\'))
        .filter(wish_requests::at.gt(since)).count().get_result(c))?)
}

/// A region, and the village of it that is meant, when only one is.
pub type Within<'a> = (&'a RegionCode, Option<&'a str>);

fn patterns((region, village): Within<'_>) -> (String, String) {
    (
        pattern::beginning(region.prefix()),
        village.map_or_else(|| "%".to_owned(), pattern::exactly),
    )
}

/// How many wait somewhere.
pub fn waiting_in(db: &mut Conn, within: Within<'_>) -> Found<i64> {
    let (region, village) = patterns(within);
    Ok(
        on!(db, c => open_wish_requests::table.inner_join(wish_requests::table)
        .filter(open_wish_requests::region.like(&region).escape('\\'))
        .filter(wish_requests::village.like(&village).escape('\\'))
        .count().get_result(c))?,
    )
}

/// What waits somewhere, the oldest first, each with what she told, sealed.
pub fn waiting(
    db: &mut Conn,
    within: Within<'_>,
    window: Window,
) -> Found<Slice<(WishRequest, Vec<u8>)>> {
    let total = waiting_in(db, within)?;
    let (region, village) = patterns(within);
    let rows = on!(db, c => open_wish_requests::table.inner_join(wish_requests::table)
        .filter(open_wish_requests::region.like(&region).escape('\\'))
        .filter(wish_requests::village.like(&village).escape('\\'))
        .order(wish_requests::id).offset(window.offset()).limit(window.limit())
        .select((WishRequest::as_select(), open_wish_requests::told_sealed)).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One that waits somewhere, with what she told, sealed.
pub fn open(
    db: &mut Conn,
    within: Within<'_>,
    id: &WishRequestId,
) -> Found<(WishRequest, Vec<u8>)> {
    let (region, village) = patterns(within);
    Ok(
        on!(db, c => open_wish_requests::table.inner_join(wish_requests::table)
        .filter(open_wish_requests::region.like(&region).escape('\\'))
        .filter(wish_requests::village.like(&village).escape('\\'))
        .filter(wish_requests::id.eq(id))
        .select((WishRequest::as_select(), open_wish_requests::told_sealed)).first(c))?,
    )
}

/// Keeps how one ended; what she told of herself is forgotten with it.
pub fn end(db: &mut Conn, end: &RequestEnd) -> Found<()> {
    on!(db, c => diesel::insert_into(wish_request_ends::table).values(end).execute(c))?;
    on!(db, c => diesel::delete(open_wish_requests::table.find(&end.request)).execute(c))?;
    Ok(())
}
