//! 补贴申请: claims, their lines, their steps, and what is paid.

pub mod cuts;
pub mod facts;
pub mod objections;
pub mod rights;
pub mod shown;
pub mod totals;

use crate::domain::account::{AccountId, Scope};
use crate::domain::certificate::CertificateId;
use crate::domain::claim::{ClaimId, ClaimLineId, ClaimState};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::institution::InstitutionId;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::subsidy::right::Why;
use crate::domain::subsidy::{SubsidyKind, SubsidyRuleId};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    accounts, certificates, claim_lines, claim_payments, claim_refusals, claim_steps, claims,
    classes, enrolments, institutions, people,
};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found, volumes};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A claim as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = claims)]
pub struct Claim {
    /// Its key.
    pub id: ClaimId,
    /// For which class.
    pub class: ClassId,
    /// Whose claim.
    pub institution: InstitutionId,
    /// Where the class was: who oversees it.
    pub region: RegionCode,
    /// For what.
    pub kind: SubsidyKind,
    /// How many are claimed for.
    pub lines: i32,
    /// What is claimed in all, in fen.
    pub asked_fen: i64,
    /// Where it stands; mirrors its last step.
    pub state: ClaimState,
    /// When it was filed, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// One line as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_lines, treat_none_as_default_value = false)]
pub struct Line {
    /// Its key.
    pub id: ClaimLineId,
    /// Of which claim.
    pub claim: ClaimId,
    /// For which trainee.
    pub enrolment: EnrolmentId,
    /// Who she is.
    pub person: PersonId,
    /// By which rule.
    pub rule: SubsidyRuleId,
    /// On which certificate.
    pub certificate: CertificateId,
    /// Hours attended.
    pub attended: i32,
    /// Hours held.
    pub held: i32,
    /// The trade and level it is claimed for.
    pub what: String,
    /// The year it counts in.
    pub year: i32,
    /// In fen.
    pub amount_fen: i64,
}

/// One reason why somebody is not claimed for, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_refusals, treat_none_as_default_value = false)]
pub struct Refused {
    /// In which claim.
    pub claim: ClaimId,
    /// Which trainee.
    pub enrolment: EnrolmentId,
    /// Why.
    pub why: Why,
    /// The fact it rests on.
    pub fact: String,
}

/// That a claim was paid, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_payments)]
pub struct Payment {
    /// Which claim.
    pub claim: ClaimId,
    /// How much, in fen.
    pub paid_fen: i64,
    /// The day the money went out.
    pub day: NaiveDate,
    /// The bank's or the treasury's number.
    pub reference: String,
    /// When it was entered, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A step a claim took.
#[derive(Clone, Debug)]
pub struct StepTaken {
    /// What it became.
    pub step: ClaimState,
    /// Why, where reasons are asked for.
    pub reason: Option<String>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
    /// Her name.
    pub name: String,
}

/// One claim of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The claim.
    pub claim: Claim,
    /// The class's name.
    pub class: String,
    /// The institution's name.
    pub institution: String,
    /// What is cut so far, in fen.
    pub cut_fen: i64,
}

/// Keeps a claim with its lines and who is left out. A right claimed already, or a claim under way
/// for the same class and kind, answers `Taken`.
pub fn add(db: &mut Conn, claim: &Claim, lines: &[Line], left_out: &[Refused]) -> Found<()> {
    on!(db, c => diesel::insert_into(claims::table).values(claim).execute(c))?;
    for some in lines.chunks(500) {
        on!(db, c => diesel::insert_into(claim_lines::table).values(some).execute(c))?;
    }
    for some in left_out.chunks(500) {
        on!(db, c => diesel::insert_into(claim_refusals::table).values(some).execute(c))?;
    }
    rights::take(db, claim.kind, lines)
}

/// Takes a step: a line of its own, mirrored in the claim. Two at once: the second is `Taken`.
pub fn step(
    db: &mut Conn,
    id: &ClaimId,
    to: ClaimState,
    reason: Option<&str>,
    by: &AccountId,
    now: Now,
) -> Found<()> {
    let turn: i64 =
        on!(db, c => claim_steps::table.filter(claim_steps::claim.eq(id)).count().get_result(c))?;
    on!(db, c => diesel::insert_into(claim_steps::table).values((
        claim_steps::id.eq(crate::ground::key::fresh(now)), claim_steps::claim.eq(id),
        claim_steps::turn.eq(i32::try_from(turn + 1).unwrap_or(i32::MAX)), claim_steps::step.eq(to.as_str()),
        claim_steps::reason.eq(reason), claim_steps::at.eq(now.utc()), claim_steps::by.eq(by),
    )).execute(c))?;
    on!(db, c => diesel::update(claims::table.find(id)).set(claims::state.eq(to)).execute(c))?;
    Ok(())
}

/// The steps of a claim, the first first.
pub fn steps(db: &mut Conn, id: &ClaimId) -> Found<Vec<StepTaken>> {
    type Row = (String, Option<String>, NaiveDateTime, AccountId, String);
    let rows: Vec<Row> = on!(db, c => claim_steps::table
        .inner_join(accounts::table.on(accounts::id.eq(claim_steps::by)))
        .filter(claim_steps::claim.eq(id)).order(claim_steps::turn)
        .select((claim_steps::step, claim_steps::reason, claim_steps::at, claim_steps::by, accounts::name))
        .load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(step, reason, at, by, name)| {
            Some(StepTaken {
                step: ClaimState::read(&step)?,
                reason,
                at,
                by,
                name,
            })
        })
        .collect())
}

macro_rules! reached {
    ($reach:expr) => {
        claims::table
            .inner_join(classes::table)
            .inner_join(institutions::table)
            .filter(claims::institution.like(&$reach.institution).escape('\\'))
            .filter(institutions::region.like(&$reach.region).escape('\\'))
    };
}

/// One claim, if its institution is in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &ClaimId) -> Found<Listed> {
    let reach = Reach::of(scope);
    let row: Named = on!(db, c => reached!(reach).filter(claims::id.eq(id))
        .select((Claim::as_select(), classes::public_name, institutions::name)).first(c))?;
    let found = with_cuts(db, vec![row])?.pop();
    found.ok_or(crate::store::Failure::Missing)
}

/// One claim for the public: whatever its institution.
pub fn one(db: &mut Conn, id: &ClaimId) -> Found<Listed> {
    of(db, &Scope::All, id)
}

/// The claims in scope, the newest first, of one state if one is asked for.
pub fn list(
    db: &mut Conn,
    scope: &Scope,
    state: Option<ClaimState>,
    window: Window,
) -> Found<Slice<Listed>> {
    let reach = Reach::of(scope);
    let state = state.map_or("%", ClaimState::as_str);
    let total = on!(db, c => reached!(reach).filter(claims::state.like(state))
        .count().get_result::<i64>(c))?;
    let rows: Vec<Named> = on!(db, c => reached!(reach).filter(claims::state.like(state))
        .order((claims::at.desc(), claims::id.desc())).offset(window.offset()).limit(window.limit())
        .select((Claim::as_select(), classes::public_name, institutions::name)).load(c))?;
    Ok(Slice {
        rows: with_cuts(db, rows)?,
        total,
        window,
    })
}

/// Whether a claim for this class and kind is on its way.
pub fn is_under_way(db: &mut Conn, class: &ClassId, kind: SubsidyKind) -> Found<bool> {
    let states = ClaimState::ALL.iter().filter(|state| state.is_under_way());
    Ok(
        on!(db, c => diesel::select(diesel::dsl::exists(claims::table
        .filter(claims::class.eq(class)).filter(claims::kind.eq(kind))
        .filter(claims::state.eq_any(states)))).get_result(c))?,
    )
}

/// A claim, the class's name and the institution's.
type Named = (Claim, String, String);

fn with_cuts(db: &mut Conn, rows: Vec<Named>) -> Found<Vec<Listed>> {
    let ids: Vec<&ClaimId> = rows.iter().map(|(claim, ..)| &claim.id).collect();
    let cut = cuts::by_claim(db, &ids)?;
    let listed = rows.into_iter().map(|(claim, class, institution)| Listed {
        cut_fen: cut.get(&claim.id).copied().unwrap_or_default(),
        claim,
        class,
        institution,
    });
    Ok(listed.collect())
}

/// One line with who and what it is for.
#[derive(Clone, Debug)]
pub struct Told {
    /// The line.
    pub line: Line,
    /// 姓名
    pub name: String,
    /// The last characters of her document.
    pub id_tail: String,
    /// 证书编号
    pub number: String,
}

/// The lines of a claim by roster.
pub fn lines(db: &mut Conn, id: &ClaimId) -> Found<Vec<Told>> {
    let rows: Vec<(Line, String, String, String)> = on!(db, c => claim_lines::table
        .inner_join(people::table).inner_join(certificates::table).inner_join(enrolments::table)
        .filter(claim_lines::claim.eq(id))
        .order((enrolments::enrolled_at, enrolments::line, enrolments::id))
        .select((Line::as_select(), people::name, people::id_tail, certificates::number)).load(c))?;
    Ok(rows
        .into_iter()
        .map(|(line, name, id_tail, number)| Told {
            line,
            name,
            id_tail,
            number,
        })
        .collect())
}

/// Who of the class is left out of a claim, by roster: the name, its end of the number, and why.
pub fn left_out(db: &mut Conn, id: &ClaimId) -> Found<Vec<(Refused, String, String)>> {
    Ok(on!(db, c => claim_refusals::table
        .inner_join(enrolments::table.inner_join(people::table))
        .filter(claim_refusals::claim.eq(id))
        .order((enrolments::enrolled_at, enrolments::line, enrolments::id, claim_refusals::why))
        .select((Refused::as_select(), people::name, people::id_tail)).load(c))?)
}

/// Enters a payment; a second one answers `Taken`.
pub fn pay(db: &mut Conn, payment: &Payment) -> Found<()> {
    volumes::loosen(db, payment.at)?;
    on!(db, c => diesel::insert_into(claim_payments::table).values(payment).execute(c))?;
    Ok(())
}

/// The payment of a claim and who entered it.
pub fn payment_of(db: &mut Conn, id: &ClaimId) -> Found<Option<(Payment, String)>> {
    Ok(on!(db, c => claim_payments::table
        .inner_join(accounts::table.on(accounts::id.eq(claim_payments::by)))
        .filter(claim_payments::claim.eq(id))
        .select((Payment::as_select(), accounts::name)).first(c).optional())?)
}

/// Everything the audit adds up: claims, lines and payments.
pub fn all(db: &mut Conn) -> Found<(Vec<Claim>, Vec<Line>, Vec<Payment>)> {
    let claims = on!(db, c => claims::table.order(claims::id).select(Claim::as_select()).load(c))?;
    let lines =
        on!(db, c => claim_lines::table.order(claim_lines::id).select(Line::as_select()).load(c))?;
    let paid = on!(db, c => claim_payments::table.select(Payment::as_select()).load(c))?;
    Ok((claims, lines, paid))
}
