//! 考评员: assessors and the trades their cards name.

use crate::domain::account::AccountId;
use crate::domain::assessor::{AssessorId, Card, Grade};
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{accounts, assessor_trades, assessors};
use crate::store::pattern::{self, lower};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// An assessor as she is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = assessors)]
pub struct Assessor {
    /// Her key.
    pub id: AssessorId,
    /// The person she is.
    pub person: PersonId,
    /// 姓名
    pub name: String,
    /// 工作单位
    pub employer: String,
    /// 考评员证卡号; unique.
    pub card: String,
    /// 等级
    pub grade: Grade,
    /// The card's first day.
    pub starts: NaiveDate,
    /// The card's last day.
    pub ends: NaiveDate,
    /// When she was registered, in UTC.
    pub registered_at: NaiveDateTime,
    /// By whom.
    pub registered_by: AccountId,
}

impl Assessor {
    /// Her card, with these trades on it.
    pub fn as_card(&self, occupations: Vec<OccupationCode>) -> Card {
        Card {
            assessor: self.id.clone(),
            grade: self.grade,
            occupations,
            starts: self.starts,
            ends: self.ends,
        }
    }
}

/// What a list of assessors is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of a name or of a card's number.
    pub text: Option<String>,
    /// A trade on the card.
    pub occupation: Option<OccupationCode>,
}

/// Registers an assessor with her trades; a card that is registered answers `Taken`.
pub fn add(db: &mut Conn, assessor: &Assessor, trades: &[OccupationCode]) -> Found<()> {
    let rows: Vec<_> = trades
        .iter()
        .map(|trade| {
            (
                assessor_trades::assessor.eq(&assessor.id),
                assessor_trades::occupation.eq(trade),
            )
        })
        .collect();
    on!(db, c => diesel::insert_into(assessors::table).values(assessor).execute(c))?;
    on!(db, c => diesel::insert_into(assessor_trades::table).values(&rows).execute(c))?;
    Ok(())
}

/// One assessor. Assessors belong to no institution: who may look, may look at all of them.
pub fn one(db: &mut Conn, id: &AssessorId) -> Found<Assessor> {
    Ok(on!(db, c => assessors::table.find(id).select(Assessor::as_select()).first(c))?)
}

/// Some assessors, by name.
pub fn these(db: &mut Conn, ids: &[AssessorId]) -> Found<Vec<Assessor>> {
    Ok(
        on!(db, c => assessors::table.filter(assessors::id.eq_any(ids))
        .order((assessors::name, assessors::id)).select(Assessor::as_select()).load(c))?,
    )
}

/// Every assessor's key, with her name and card, by name: to choose from.
pub fn names(db: &mut Conn) -> Found<Vec<(AssessorId, String)>> {
    let all: Vec<(AssessorId, String, String)> = on!(db, c => assessors::table
        .order((assessors::name, assessors::card))
        .select((assessors::id, assessors::name, assessors::card)).load(c))?;
    let named = all
        .into_iter()
        .map(|(id, name, card)| (id, format!("{name} {card}")));
    Ok(named.collect())
}

/// The trades on the cards of some assessors.
pub fn trades_of(
    db: &mut Conn,
    ids: &[AssessorId],
) -> Found<HashMap<AssessorId, Vec<OccupationCode>>> {
    let rows: Vec<(AssessorId, OccupationCode)> = on!(db, c => assessor_trades::table
        .filter(assessor_trades::assessor.eq_any(ids))
        .order(assessor_trades::occupation)
        .select((assessor_trades::assessor, assessor_trades::occupation)).load(c))?;
    let mut trades: HashMap<_, Vec<_>> = HashMap::new();
    for (assessor, trade) in rows {
        trades.entry(assessor).or_default().push(trade);
    }
    Ok(trades)
}

/// Assessors by name.
pub fn all(db: &mut Conn, filter: &Filter, window: Window) -> Found<Slice<Assessor>> {
    macro_rules! narrowed {
        () => {{
            let mut rows = assessors::table.into_boxed();
            if let Some(text) = &filter.text {
                let like = pattern::holding(text);
                rows = rows.filter(
                    lower(assessors::name)
                        .like(like.clone())
                        .escape('\\')
                        .or(lower(assessors::card).like(like).escape('\\')),
                );
            }
            if let Some(trade) = &filter.occupation {
                rows = rows.filter(
                    assessors::id.eq_any(
                        assessor_trades::table
                            .filter(assessor_trades::occupation.eq(trade))
                            .select(assessor_trades::assessor),
                    ),
                );
            }
            rows
        }};
    }
    let total = on!(db, c => narrowed!().count().get_result::<i64>(c))?;
    let rows = on!(db, c => narrowed!().order((assessors::name, assessors::id))
        .offset(window.offset()).limit(window.limit()).select(Assessor::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// Assessors whose cards name this trade and are in date that day, by name.
pub fn for_trade(
    db: &mut Conn,
    occupation: &OccupationCode,
    day: NaiveDate,
) -> Found<Vec<Assessor>> {
    Ok(on!(db, c => assessors::table
        .inner_join(assessor_trades::table)
        .filter(assessor_trades::occupation.eq(occupation))
        .filter(assessors::starts.le(day)).filter(assessors::ends.ge(day))
        .order((assessors::name, assessors::id)).select(Assessor::as_select()).load(c))?)
}

/// The login of the open account she signs in with, if she has one.
pub fn login_of(db: &mut Conn, id: &AssessorId) -> Found<Option<String>> {
    Ok(on!(db, c => accounts::table
        .filter(accounts::assessor.eq(Some(id))).filter(accounts::closed_at.is_null())
        .order(accounts::opened_at).select(accounts::login).first(c).optional())?)
}
