//! 就业去向: every entry about what became of trainees, and what the entries amount to.

use crate::domain::account::AccountId;
use crate::domain::class::ClassId;
use crate::domain::employment::{EmploymentId, Fate, Source};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::figure::Cut;
use crate::on;
use crate::schema::{accounts, employments, enrolments};
use crate::store::figures::revoked;
use crate::store::{Conn, Found, pattern, volumes};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};

const EFFECTS: &str = include_str!("reports/effects.sql");

/// One entry as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = employments, treat_none_as_default_value = false)]
pub struct Employment {
    /// Its key.
    pub id: EmploymentId,
    /// Whose.
    pub enrolment: EnrolmentId,
    /// How many months after the class.
    pub months: i32,
    /// The day it was so.
    pub day: NaiveDate,
    /// What became of her.
    pub outcome: Fate,
    /// The employer's name, or empty.
    pub employer: String,
    /// The employer's 统一社会信用代码, or empty.
    pub uscc: String,
    /// The job's occupation, or empty.
    pub occupation: String,
    /// Her monthly wage in fen, when known.
    pub wage_fen: Option<i64>,
    /// What shows it: a contract, a payslip, the insurance list.
    pub evidence: String,
    /// Who says so.
    pub source: Source,
    /// When it was recorded, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps an entry.
pub fn add(db: &mut Conn, employment: &Employment) -> Found<()> {
    volumes::loosen(db, employment.at)?;
    on!(db, c => diesel::insert_into(employments::table).values(employment).execute(c))?;
    Ok(())
}

/// Every entry about a class's trainees and who made it, oldest first.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<(Employment, String)>> {
    Ok(
        on!(db, c => employments::table.inner_join(enrolments::table)
        .inner_join(accounts::table.on(accounts::id.eq(employments::by)))
        .filter(enrolments::class.eq(class)).order(employments::id)
        .select((Employment::as_select(), accounts::name)).load(c))?,
    )
}

/// What the training of one part came to.
#[derive(Clone, Debug, QueryableByName)]
pub struct Effect {
    /// The part: a course, an institution, a trade or a region, by key.
    #[diesel(sql_type = Text)]
    pub part: String,
    /// Trained.
    #[diesel(sql_type = BigInt)]
    pub trained: i64,
    /// Half days attended.
    #[diesel(sql_type = BigInt)]
    pub attended: i64,
    /// Half days held.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
    /// Of the trained, those assessed.
    #[diesel(sql_type = BigInt)]
    pub assessed: i64,
    /// Of the trained, those certified.
    #[diesel(sql_type = BigInt)]
    pub certified: i64,
    /// Of the trained, those whose three months are over.
    #[diesel(sql_type = BigInt)]
    pub due_3: i64,
    /// Of these, those at work.
    #[diesel(sql_type = BigInt)]
    pub work_3: i64,
    /// Of these, those in the trade they were trained for.
    #[diesel(sql_type = BigInt)]
    pub trade_3: i64,
    /// Of the trained, those whose six months are over.
    #[diesel(sql_type = BigInt)]
    pub due_6: i64,
    /// Of these, those at work.
    #[diesel(sql_type = BigInt)]
    pub work_6: i64,
    /// What was paid for the trained and not repaid, in fen.
    #[diesel(sql_type = BigInt)]
    pub spent_fen: i64,
    /// Of those paid for, those certified.
    #[diesel(sql_type = BigInt)]
    pub paid_certified: i64,
    /// What was paid for those whose six months are over, in fen.
    #[diesel(sql_type = BigInt)]
    pub spent_6_fen: i64,
    /// Of these, those at work.
    #[diesel(sql_type = BigInt)]
    pub paid_work_6: i64,
}

/// What training came to, part by part. `column` is `course`, `institution`, `occupation` or
/// `county`; `due` are the last days of classes whose three and six months are over.
pub fn effects(
    db: &mut Conn,
    cut: &Cut,
    column: &str,
    (due_3, due_6): (NaiveDate, NaiveDate),
) -> Found<Vec<Effect>> {
    let part = match column {
        "course" => "m.course",
        "institution" => "m.institution",
        "occupation" => "m.occupation",
        _ => "substr(m.region, 1, 6)",
    };
    let region = pattern::beginning(cut.region.as_ref().map_or("", |code| code.prefix()));
    let sql = EFFECTS
        .replace("@part", part)
        .replace("@revoked", &revoked("$1", "$2"));
    Ok(on!(db, c => sql_query(sql)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .bind::<Date, _>(due_3)
        .bind::<Date, _>(due_6)
        .bind::<Date, _>(cut.from)
        .bind::<Text, _>(&region)
        .load(c))?)
}
