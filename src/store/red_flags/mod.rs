//! 疑点: the flags, the rows behind them, and what people said of them.

pub mod rules;

use crate::domain::account::AccountId;
use crate::domain::institution::InstitutionId;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::red_flag::{DispositionId, RedFlagId, Rule, Severity, Verdict};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{dispositions, flag_runs, people, phone_marks, red_flag_rows, red_flags};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use std::collections::HashSet;

/// One flag.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = red_flags, treat_none_as_default_value = false)]
pub struct Flag {
    /// Its key.
    pub id: RedFlagId,
    /// The rule that found it.
    pub rule: Rule,
    /// Which of the rule's sentences it is.
    pub variant: String,
    /// How heavy.
    pub severity: Severity,
    /// What makes it this finding and no other.
    pub subject: String,
    /// Where.
    pub region: RegionCode,
    /// Whose record it is about, if it is one institution's.
    pub institution: Option<InstitutionId>,
    /// What the sentence needs to know: a JSON list of texts.
    pub facts: String,
    /// When it was found, in UTC.
    pub raised_at: NaiveDateTime,
}

impl Flag {
    /// The facts of its sentence.
    pub fn facts(&self) -> Vec<String> {
        serde_json::from_str(&self.facts).unwrap_or_default()
    }
}

/// What a person said of a flag.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = dispositions)]
pub struct Disposition {
    /// Its key.
    pub id: DispositionId,
    /// The flag.
    pub flag: RedFlagId,
    /// The first, the second …: the last counts.
    pub turn: i32,
    /// 核实 or 排除.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// 追回金额, in fen.
    pub recovered_fen: i64,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Which flags are asked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Of this rule.
    pub rule: Option<Rule>,
    /// Of this weight.
    pub severity: Option<Severity>,
    /// In this region.
    pub region: Option<RegionCode>,
    /// `Some(None)`: nobody said anything yet; `Some(Some(verdict))`: the last word is this.
    pub state: Option<Option<Verdict>>,
}

/// The rows and their number as the two doors ask for them.
macro_rules! wanted {
    ($scope:expr, $sought:expr) => {{
        let within = pattern::beginning($scope.map_or("", |code| code.prefix()));
        let region = pattern::beginning($sought.region.as_ref().map_or("", |code| code.prefix()));
        let rule = $sought.rule.map_or("", Rule::as_str);
        let severity = $sought.severity.map_or("", Severity::as_str);
        let later = diesel::alias!(dispositions as later);
        let (any, open, verdict) = match $sought.state {
            None => (true, false, Verdict::Confirmed),
            Some(None) => (false, true, Verdict::Confirmed),
            Some(Some(verdict)) => (false, false, verdict),
        };
        let said = || exists(dispositions::table.filter(dispositions::flag.eq(red_flags::id)));
        red_flags::region
            .like(within)
            .escape('\\')
            .and(red_flags::region.like(region).escape('\\'))
            .and(
                rule.is_empty()
                    .into_sql::<Bool>()
                    .or(red_flags::rule.eq(rule.to_owned())),
            )
            .and(
                severity
                    .is_empty()
                    .into_sql::<Bool>()
                    .or(red_flags::severity.eq(severity.to_owned())),
            )
            .and(
                any.into_sql::<Bool>()
                    .or(open.into_sql::<Bool>().and(not(said())))
                    .or((!open).into_sql::<Bool>().and(exists(
                        dispositions::table
                            .filter(dispositions::flag.eq(red_flags::id))
                            .filter(dispositions::verdict.eq(verdict))
                            .filter(not(exists(
                                later
                                    .filter(later.field(dispositions::flag).eq(red_flags::id))
                                    .filter(later.field(dispositions::turn).gt(dispositions::turn)),
                            ))),
                    ))),
            )
    }};
}

/// Flags of a region, the heaviest and newest first.
pub fn list(
    db: &mut Conn,
    scope: Option<&RegionCode>,
    sought: &Sought,
    window: Window,
) -> Found<Slice<Flag>> {
    let total =
        on!(db, c => red_flags::table.filter(wanted!(scope, sought)).count().get_result::<i64>(c))?;
    let rows = on!(db, c => red_flags::table.filter(wanted!(scope, sought))
        .order((red_flags::severity, red_flags::raised_at.desc(), red_flags::id.desc()))
        .offset(window.offset()).limit(window.limit()).select(Flag::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One flag within a region.
pub fn of(db: &mut Conn, scope: Option<&RegionCode>, id: &RedFlagId) -> Found<Flag> {
    let within = pattern::beginning(scope.map_or("", RegionCode::prefix));
    Ok(
        on!(db, c => red_flags::table.find(id).filter(red_flags::region.like(within).escape('\\'))
        .select(Flag::as_select()).first(c))?,
    )
}

/// The last word on each of these flags.
pub fn last_words(db: &mut Conn, flags: &[RedFlagId]) -> Found<Vec<Disposition>> {
    let all: Vec<Disposition> = on!(db, c => dispositions::table.filter(dispositions::flag.eq_any(flags))
        .order((dispositions::flag, dispositions::turn.desc())).select(Disposition::as_select()).load(c))?;
    let mut seen = HashSet::new();
    Ok(all
        .into_iter()
        .filter(|one| seen.insert(one.flag.clone()))
        .collect())
}

/// Everything said of a flag, oldest first.
pub fn dispositions_of(db: &mut Conn, flag: &RedFlagId) -> Found<Vec<Disposition>> {
    Ok(
        on!(db, c => dispositions::table.filter(dispositions::flag.eq(flag))
        .order(dispositions::turn).select(Disposition::as_select()).load(c))?,
    )
}

/// Keeps what a person said.
pub fn dispose(db: &mut Conn, disposition: &Disposition) -> Found<()> {
    on!(db, c => diesel::insert_into(dispositions::table).values(disposition).execute(c))?;
    Ok(())
}

/// What a rule found before: variant and subject.
pub fn known(db: &mut Conn, rule: Rule) -> Found<HashSet<(String, String)>> {
    let rows: Vec<_> = on!(db, c => red_flags::table.filter(red_flags::rule.eq(rule))
        .select((red_flags::variant, red_flags::subject)).load(c))?;
    Ok(rows.into_iter().collect())
}

/// Keeps a flag with the rows behind it.
pub fn add(db: &mut Conn, flag: &Flag, rows: &[(String, String)]) -> Found<()> {
    on!(db, c => diesel::insert_into(red_flags::table).values(flag).execute(c))?;
    let rows: Vec<_> = (1_i32..)
        .zip(rows)
        .map(|(turn, (noun, record))| {
            (
                red_flag_rows::flag.eq(&flag.id),
                red_flag_rows::turn.eq(turn),
                red_flag_rows::noun.eq(noun),
                red_flag_rows::record.eq(record),
            )
        })
        .collect();
    for some in rows.chunks(200) {
        on!(db, c => diesel::insert_into(red_flag_rows::table).values(some).execute(c))?;
    }
    Ok(())
}

/// One row behind a flag, with what people call it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Evidence {
    /// The table it is in.
    #[diesel(sql_type = Text)]
    pub noun: String,
    /// Its key.
    #[diesel(sql_type = Text)]
    pub record: String,
    /// What people call it.
    #[diesel(sql_type = Text)]
    pub label: String,
    /// Where it belongs, for its link: the key of its class or sitting.
    #[diesel(sql_type = Text)]
    pub owner: String,
}

/// The rows behind a flag, named: one query, whatever they are.
pub fn evidence(db: &mut Conn, flag: &RedFlagId) -> Found<Vec<Evidence>> {
    let ask = include_str!("evidence.sql");
    Ok(on!(db, c => diesel::sql_query(ask).bind::<Text, _>(flag.as_str()).load(c))?)
}

/// 疑点计数: for the monthly report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// 疑点 raised in the period.
    #[diesel(sql_type = BigInt)]
    pub raised: i64,
    /// Of them, 核实 by the cut-off.
    #[diesel(sql_type = BigInt)]
    pub confirmed: i64,
    /// Of them, 排除 by the cut-off.
    #[diesel(sql_type = BigInt)]
    pub dismissed: i64,
    /// 追回 of them by the cut-off, in fen.
    #[diesel(sql_type = BigInt)]
    pub recovered_fen: i64,
}

/// Counts within a region of what was raised in `[from, to)` and said before `to`, in UTC. Later
/// words never change it.
pub fn counts(
    db: &mut Conn,
    region: Option<&RegionCode>,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Found<Counts> {
    use diesel::sql_types::Timestamp;
    let within = pattern::beginning(region.map_or("", RegionCode::prefix));
    // SQLite numbers places by where they first stand: the cut-off comes first.
    let ask = include_str!("counts.sql");
    Ok(on!(db, c => diesel::sql_query(ask).bind::<Timestamp, _>(to)
        .bind::<Text, _>(within).bind::<Timestamp, _>(from).get_result(c))?)
}

/// Flags by rule and state, within a region: raised and still open.
pub fn by_rule(db: &mut Conn, region: Option<&RegionCode>) -> Found<Vec<(Rule, i64)>> {
    let within = pattern::beginning(region.map_or("", RegionCode::prefix));
    Ok(
        on!(db, c => red_flags::table.filter(red_flags::region.like(within).escape('\\'))
        .filter(not(exists(dispositions::table.filter(dispositions::flag.eq(red_flags::id)))))
        .group_by(red_flags::rule).order(red_flags::rule)
        .select((red_flags::rule, diesel::dsl::count_star())).load(c))?,
    )
}

/// One nightly run.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = flag_runs, treat_none_as_default_value = false)]
pub struct Run {
    /// The day it is for.
    pub day: NaiveDate,
    /// When it began, in UTC.
    pub began_at: NaiveDateTime,
    /// When it ended.
    pub ended_at: Option<NaiveDateTime>,
    /// Flags it raised.
    pub raised: i32,
}

/// The run of a day.
pub fn run_of(db: &mut Conn, day: NaiveDate) -> Found<Option<Run>> {
    Ok(on!(db, c => flag_runs::table.find(day).select(Run::as_select()).first(c).optional())?)
}

/// The last run.
pub fn last_run(db: &mut Conn) -> Found<Option<Run>> {
    Ok(
        on!(db, c => flag_runs::table.order(flag_runs::day.desc()).select(Run::as_select()).first(c).optional())?,
    )
}

/// Begins a day's run, or takes over one that never ended.
pub fn begin_run(db: &mut Conn, day: NaiveDate, now: Now) -> Found<()> {
    on!(db, c => diesel::delete(flag_runs::table.find(day)).execute(c))?;
    let run = Run {
        day,
        began_at: now.utc(),
        ended_at: None,
        raised: 0,
    };
    on!(db, c => diesel::insert_into(flag_runs::table).values(&run).execute(c))?;
    Ok(())
}

/// Ends it.
pub fn end_run(db: &mut Conn, day: NaiveDate, raised: i32, now: Now) -> Found<()> {
    on!(db, c => diesel::update(flag_runs::table.find(day))
        .set((flag_runs::ended_at.eq(Some(now.utc())), flag_runs::raised.eq(raised))).execute(c))?;
    Ok(())
}

/// People whose phone was written since it was last marked: key, sealed phone.
pub fn unmarked_phones(db: &mut Conn, most: i64) -> Found<Vec<(PersonId, Vec<u8>)>> {
    let rows: Vec<(PersonId, Option<Vec<u8>>)> = on!(db, c => people::table
        .left_join(phone_marks::table.on(phone_marks::person.eq(people::id)))
        .filter(people::phone_sealed.is_not_null())
        .filter(phone_marks::person.is_null().or(phone_marks::sealed.nullable().ne(people::phone_sealed)))
        .order(people::id).limit(most).select((people::id, people::phone_sealed)).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, sealed)| Some((id, sealed?)))
        .collect())
}

/// Keeps the mark of a person's phone.
pub fn mark_phone(db: &mut Conn, person: &PersonId, sealed: &[u8], mark: &str) -> Found<()> {
    on!(db, c => diesel::delete(phone_marks::table.find(person)).execute(c))?;
    let row = (
        phone_marks::person.eq(person),
        phone_marks::sealed.eq(sealed),
        phone_marks::mark.eq(mark),
    );
    on!(db, c => diesel::insert_into(phone_marks::table).values(row).execute(c))?;
    Ok(())
}
