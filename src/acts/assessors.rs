//! 考评员: the bureau registers who may judge whose skill.

use crate::acts::{Done, Error, Registry, people};
use crate::domain::account::{BureauOfficer, SittingReader};
use crate::domain::assessor::{AssessorId, Card, Grade};
use crate::domain::deed::Deed;
use crate::domain::id_kind::IdDocument;
use crate::domain::occupation::OccupationCode;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::assessors::{self, Assessor, Filter};
use crate::store::ledger::Line;
use crate::store::{Conn, Failure, Found, ledger};
use chrono::NaiveDate;

/// What the bureau tells of a new assessor.
#[derive(Clone, Debug)]
pub struct NewAssessor {
    /// 姓名
    pub name: String,
    /// Her document.
    pub document: IdDocument,
    /// 工作单位
    pub employer: String,
    /// 考评员证卡号
    pub card: String,
    /// 等级
    pub grade: Grade,
    /// The occupations the card names.
    pub occupations: Vec<OccupationCode>,
    /// Its first day.
    pub starts: NaiveDate,
    /// Its last day.
    pub ends: NaiveDate,
}

/// An assessor as pages show her.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is kept of her.
    pub assessor: Assessor,
    /// Her trades.
    pub occupations: Vec<OccupationCode>,
    /// The login of her open account, if she has one.
    pub login: Option<String>,
    /// What was done with her record, oldest first.
    pub deeds: Vec<Line>,
}

/// The bureau registers an assessor.
pub fn register(
    registry: &Registry,
    officer: &BureauOfficer,
    new: NewAssessor,
    now: Now,
) -> Done<AssessorId> {
    let name = text::name(&new.name);
    let card_number = text::packed(&new.card).to_uppercase();
    let mut refusals = Vec::new();
    for (field, value) in [("name", &name), ("card", &card_number)] {
        if value.is_empty() {
            refusals.push(Refusal::new("field.blank").at(field));
        }
    }
    let mut occupations = new.occupations;
    occupations.sort();
    occupations.dedup();
    let id = AssessorId::fresh(now);
    let card = Card {
        assessor: id.clone(),
        grade: new.grade,
        occupations,
        starts: new.starts,
        ends: new.ends,
    };
    if let Err(why) = card.may_be_registered() {
        refusals.push(crate::domain::refusal::Reason::refusal(why));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let by = officer.actor();
    registry.store.write(|db| {
        let particulars = people::Particulars::default();
        let person = people::find_or_add(
            db,
            &registry.vault,
            &new.document,
            &name,
            &particulars,
            &by.account,
            now,
        )?;
        let assessor = Assessor {
            id: id.clone(),
            person,
            name,
            employer: text::tidy(&new.employer),
            card: card_number,
            grade: card.grade,
            starts: card.starts,
            ends: card.ends,
            registered_at: now.utc(),
            registered_by: by.account.clone(),
        };
        assessors::add(db, &assessor, &card.occupations).map_err(taken)?;
        let facts = [
            ("card", assessor.card.as_str()),
            ("grade", assessor.grade.as_str()),
        ];
        ledger::enter(db, by, Deed::AssessorRegistered, None, &id, &facts, now)?;
        Ok(id)
    })
}

fn taken(failure: Failure) -> Error {
    match failure {
        Failure::Taken(_) => Refusal::new("assessor.card-taken").at("card").into(),
        other => other.into(),
    }
}

/// Assessors by name, each with her trades.
pub fn list(
    registry: &Registry,
    _reader: &SittingReader,
    filter: &Filter,
    window: Window,
) -> Done<Slice<(Assessor, Vec<OccupationCode>)>> {
    registry.store.read(|db| {
        let rows = assessors::all(db, filter, window)?;
        with_trades(db, rows).map_err(Error::from)
    })
}

fn with_trades(
    db: &mut Conn,
    rows: Slice<Assessor>,
) -> Found<Slice<(Assessor, Vec<OccupationCode>)>> {
    let ids: Vec<_> = rows.rows.iter().map(|row| row.id.clone()).collect();
    let mut trades = assessors::trades_of(db, &ids)?;
    Ok(rows.map(|row| {
        let own = trades.remove(&row.id).unwrap_or_default();
        (row, own)
    }))
}

/// One assessor.
pub fn show(registry: &Registry, _reader: &SittingReader, id: &AssessorId) -> Done<Shown> {
    registry.store.read(|db| {
        let assessor = assessors::one(db, id)?;
        let occupations = assessors::trades_of(db, std::slice::from_ref(id))?
            .remove(id)
            .unwrap_or_default();
        Ok(Shown {
            login: assessors::login_of(db, id)?,
            deeds: ledger::of(db, "assessor", id.as_str())?,
            assessor,
            occupations,
        })
    })
}
