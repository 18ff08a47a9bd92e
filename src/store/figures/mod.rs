//! 统计报表: the reports, which are files of SQL, and their answers.

use crate::domain::employment::Fate;
use crate::domain::figure::{AGES, Breakdown, Count, Cut, Fact, Fund, Indicator, Paid};
use crate::domain::key_group::Groups;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

const CUT: &str = include_str!("../reports/cut.sql");
const FACTS: &str = include_str!("../reports/facts.sql");
const FATES: &str = include_str!("../reports/fates.sql");
const STANDING: &str = include_str!("../reports/standing.sql");
const REVOKED: &str = include_str!("../reports/revoked.sql");
const PEOPLE: &str = include_str!("../reports/people.sql");
const SPENT: &str = include_str!("../reports/spent.sql");
const PAYMENTS: &str = include_str!("../reports/payments.sql");
const SINCE: &str = include_str!("../reports/since.sql");

/// Figures by indicator.
pub type Figures = BTreeMap<Indicator, Count>;
/// Figures by part and indicator.
pub type Parts = BTreeMap<String, Figures>;

/// Money by fund.
pub type Spending = BTreeMap<Fund, Paid>;
/// Money by part and fund.
pub type SpendingParts = BTreeMap<String, Spending>;

/// A milestone as the report tells it.
#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    person: String,
    #[diesel(sql_type = Text)]
    training: String,
    #[diesel(sql_type = Text)]
    level: String,
    #[diesel(sql_type = BigInt)]
    key_groups: i64,
    #[diesel(sql_type = Text)]
    soon: String,
    #[diesel(sql_type = Text)]
    later: String,
    #[diesel(sql_type = Text)]
    first_part: String,
    #[diesel(sql_type = Text)]
    second_part: String,
    #[diesel(sql_type = Text)]
    third_part: String,
}

impl Told {
    fn fact(&self) -> Fact<'_> {
        Fact {
            kind: &self.kind,
            training: &self.training,
            level: &self.level,
            groups: Groups::read(self.key_groups),
            soon: Fate::read(&self.soon),
            later: Fate::read(&self.later),
        }
    }
}

#[derive(QueryableByName)]
struct PaidLine {
    #[diesel(sql_type = Text)]
    fund: String,
    #[diesel(sql_type = Text)]
    part: String,
    #[diesel(sql_type = BigInt)]
    times: i64,
    #[diesel(sql_type = BigInt)]
    heads: i64,
    #[diesel(sql_type = BigInt)]
    fen: i64,
}

/// One paid line behind a fund.
#[derive(Clone, Debug, QueryableByName)]
pub struct Payment {
    /// The key of the person it was paid for.
    #[diesel(sql_type = Text)]
    pub person: String,
    /// Her name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The end of her identity number.
    #[diesel(sql_type = Text)]
    pub id_tail: String,
    /// 拨付日期
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The claim.
    #[diesel(sql_type = Text)]
    pub claim: String,
    /// `training` or `assessment`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The number of the bank or the treasury.
    #[diesel(sql_type = Text)]
    pub reference: String,
    /// What was paid and not paid back, in fen.
    #[diesel(sql_type = BigInt)]
    pub fen: i64,
    /// The class.
    #[diesel(sql_type = Text)]
    pub batch: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// The institution's name.
    #[diesel(sql_type = Text)]
    pub house: String,
    /// Where.
    #[diesel(sql_type = Text)]
    pub region: String,
}

/// One milestone behind a figure.
#[derive(Clone, Debug, QueryableByName)]
pub struct Behind {
    /// The key of the person.
    #[diesel(sql_type = Text)]
    pub person: String,
    /// Her name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The end of her identity number.
    #[diesel(sql_type = Text)]
    pub id_tail: String,
    /// When.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// What is behind it: an enrolment, a candidate or a certificate.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// `trained`, `assessed`, …
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The class or sitting.
    #[diesel(sql_type = Text)]
    pub batch: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// The institution's name.
    #[diesel(sql_type = Text)]
    pub house: String,
    /// Where.
    #[diesel(sql_type = Text)]
    pub region: String,
}

/// Something that came on record after a figure was known, about days it counts.
#[derive(Clone, Debug, QueryableByName)]
pub struct Since {
    /// The milestone's kind, or `followed` for an outcome.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The day it is about.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// When it came on record, in UTC.
    #[diesel(sql_type = Timestamp)]
    pub at: NaiveDateTime,
    /// The account's name.
    #[diesel(sql_type = Text)]
    pub who: String,
    /// Why, as far as somebody said; empty for a late entry.
    #[diesel(sql_type = Text)]
    pub why: String,
    /// The class or sitting.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// How many milestones of this kind came in with it.
    #[diesel(sql_type = BigInt)]
    pub times: i64,
}

fn place(cut: &Cut) -> &'static str {
    if cut.by_home { "home" } else { "region" }
}

fn within(cut: &Cut) -> String {
    pattern::beginning(cut.region.as_ref().map_or("", |code| code.prefix()))
}

/// Binds a cut's twelve places, in their order.
macro_rules! bound {
    ($sql:expr, $cut:expr) => {{
        let (first, last) = $cut.age_range();
        sql_query($sql)
            .bind::<Date, _>($cut.from)
            .bind::<Date, _>($cut.until)
            .bind::<Timestamp, _>($cut.known)
            .bind::<Text, _>(within($cut))
            .bind::<Text, _>($cut.group.clone())
            .bind::<Text, _>($cut.training.clone())
            .bind::<Text, _>($cut.occupation.clone())
            .bind::<Text, _>($cut.level.clone())
            .bind::<Text, _>($cut.sex.clone())
            .bind::<Text, _>($cut.institution.clone())
            .bind::<Integer, _>(first)
            .bind::<Integer, _>(last)
    }};
}

/// The report of a cut's milestones, each with up to three parts of it, which of them stand, what
/// became of trainees, and further columns.
fn facts(cut: &Cut, parts: [&str; 3], standing: &str, fates: &str, more: &str) -> String {
    let bits: String = Groups::each()
        .map(|(code, group)| format!("WHEN '{code}' THEN {} ", group.bits()))
        .collect();
    let mut sql = FACTS
        .replace("@cut", CUT)
        .replace("@standing", standing)
        .replace("@fates", fates)
        .replace("@more", more)
        .replace("@place", place(cut))
        .replace("@bits", bits.trim_end());
    for (name, part) in ["@first", "@second", "@third"].iter().zip(parts) {
        sql = sql.replace(name, part);
    }
    sql
}

/// The revocations that stand as of a day and a time, which are these places of a query.
fn revoked(until: &str, known: &str) -> String {
    REVOKED.replace("@until", until).replace("@known", known)
}

/// Goes through the milestones of a cut one by one, each with up to three parts of it.
fn each(
    db: &mut Conn,
    cut: &Cut,
    parts: [&str; 3],
    order: &str,
    mut told: impl FnMut(&Told),
) -> Found<()> {
    let standing = STANDING.replace("@revoked", &revoked("$2", "$3"));
    let sql = facts(cut, parts, &standing, FATES, "") + order;
    on!(db, c => {
        for line in bound!(sql, cut).load_iter::<Told, DefaultLoadingMode>(c)? {
            told(&line?);
        }
    });
    Ok(())
}

mod months;

pub use months::{Heads, Months, by_month_end};

/// People a figure counts, once for each time, by the order they were met in.
type Cell = Vec<u32>;

/// One cell for each indicator.
struct Cells(Vec<Cell>);

impl Cells {
    fn new() -> Self {
        Self(vec![Cell::new(); Indicator::ALL.len()])
    }

    fn add(&mut self, counted: &[usize], person: u32) {
        for at in counted {
            self.0[*at].push(person);
        }
    }

    fn figures(self) -> Figures {
        let counts = self.0.into_iter().map(|mut people| {
            let times = people.len();
            people.sort_unstable();
            people.dedup();
            let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            Count {
                times: number(times),
                heads: number(people.len()),
            }
        });
        Indicator::ALL.iter().copied().zip(counts).collect()
    }
}

/// The figures of a cut, whole and in parts.
#[derive(Clone, Debug)]
pub struct Tally<const N: usize> {
    /// Every indicator; those that count nothing are 0.
    pub total: Figures,
    /// For each breakdown that was asked for, the indicators of each part. A person of two groups
    /// stands in both; a person taught in two places counts once in each.
    pub parts: [Parts; N],
}

/// Counts a cut in one pass, with up to three breakdowns.
pub fn tally<const N: usize>(db: &mut Conn, cut: &Cut, by: [Breakdown; N]) -> Found<Tally<N>> {
    const { assert!(N <= 3, "the report tells three parts") };
    let rules: Vec<_> = Indicator::ALL.iter().map(|one| one.rule()).collect();
    let columns = columns(cut, &by);
    let named = |at: usize| columns.get(at).map_or("''", String::as_str);
    let mut people: HashMap<String, u32> = HashMap::new();
    let mut total = Cells::new();
    let mut parts: [HashMap<String, Cells>; N] = std::array::from_fn(|_| HashMap::new());
    let mut counted = Vec::with_capacity(rules.len());
    each(db, cut, [named(0), named(1), named(2)], "", |told| {
        let fact = told.fact();
        counted.clear();
        counted.extend((0..rules.len()).filter(|at| rules[*at].counts(&fact)));
        if counted.is_empty() {
            return;
        }
        let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let person = match people.get(&told.person) {
            Some(known) => *known,
            None => *people.entry(told.person.clone()).or_insert(next),
        };
        total.add(&counted, person);
        let told = [&told.first_part, &told.second_part, &told.third_part];
        for ((by, cells), part) in by.iter().zip(&mut parts).zip(told) {
            let mut add = |part: &str| match cells.get_mut(part) {
                Some(cells) => cells.add(&counted, person),
                None => cells
                    .entry(part.to_owned())
                    .or_insert_with(Cells::new)
                    .add(&counted, person),
            };
            if *by == Breakdown::Group {
                for (code, group) in Groups::each() {
                    if fact.groups.touch(group) {
                        add(code);
                    }
                }
            } else {
                add(part);
            }
        }
    })?;
    let told = |cells: Cells| {
        let mut figures = cells.figures();
        figures.retain(|_, count| count.times > 0);
        figures
    };
    Ok(Tally {
        total: total.figures(),
        parts: parts.map(|cells| {
            let told = cells.into_iter().map(|(part, cells)| (part, told(cells)));
            told.collect()
        }),
    })
}

/// The columns breakdowns go by, as the report of milestones tells them.
fn columns(cut: &Cut, by: &[Breakdown]) -> Vec<String> {
    by.iter()
        .map(|by| match by {
            // told by the bits of each milestone
            Breakdown::Group => "''".to_owned(),
            by => column(cut, *by),
        })
        .collect()
}

/// The column a breakdown goes by; for groups, that of the snapshots beside it.
fn column(cut: &Cut, by: Breakdown) -> String {
    let place = place(cut);
    match by {
        Breakdown::County => format!("substr({place}, 1, 6)"),
        Breakdown::Township => format!("substr({place}, 1, 9)"),
        Breakdown::Group => "g.key_group".to_owned(),
        Breakdown::Training => "training".to_owned(),
        Breakdown::Occupation => "occupation".to_owned(),
        Breakdown::Level => "level".to_owned(),
        Breakdown::Institution => "institution".to_owned(),
        Breakdown::Sex => "sex".to_owned(),
        Breakdown::Month => "substr(CAST(day AS TEXT), 1, 7)".to_owned(),
        Breakdown::Age => {
            let bands: String = AGES
                .iter()
                .map(|(band, first, last)| {
                    format!("WHEN age BETWEEN {first} AND {last} THEN '{band}' ")
                })
                .collect();
            format!("CASE {bands} ELSE '' END")
        }
    }
}

/// The milestones behind one figure: as many as it tells, and a window of them.
pub fn behind(
    db: &mut Conn,
    cut: &Cut,
    indicator: Indicator,
    window: Window,
) -> Found<(Count, Slice<Behind>)> {
    let rule = indicator.rule();
    let mut people = HashSet::new();
    let mut subjects = Vec::new();
    let order = "ORDER BY m.day, m.batch, m.subject";
    each(db, cut, ["m.subject", "''", "''"], order, |told| {
        if rule.counts(&told.fact()) {
            people.insert(told.person.clone());
            subjects.push(told.first_part.clone());
        }
    })?;
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let count = Count {
        times: number(subjects.len()),
        heads: number(people.len()),
    };
    let size = |n: i64| usize::try_from(n).unwrap_or_default();
    let shown: Vec<&String> = subjects
        .iter()
        .skip(size(window.offset()))
        .take(size(window.limit()))
        .collect();
    let mut rows = Vec::with_capacity(shown.len());
    for some in shown.chunks(500) {
        let places: Vec<_> = (2..some.len() + 2).map(|at| format!("${at}")).collect();
        let sql = PEOPLE.replace("@subjects", &places.join(", "));
        let found: Vec<Behind> = on!(db, c => {
            let mut query = sql_query(&sql).into_boxed().bind::<Text, _>(rule.kind);
            for subject in some {
                query = query.bind::<Text, _>(*subject);
            }
            query.load(c)
        })?;
        rows.extend(found);
    }
    let slice = Slice {
        rows,
        total: count.times,
        window,
    };
    Ok((count, slice))
}

/// The rows of the payments' report that a breakdown is taken from: a group's stand once for each.
fn spent_by(by: Breakdown) -> &'static str {
    match by {
        Breakdown::Group => "spent JOIN group_snapshots g ON g.enrolment = spent.enrolment",
        _ => "spent",
    }
}

fn spent(cut: &Cut) -> String {
    SPENT.replace("@cut", CUT).replace("@place", place(cut))
}

fn funded(lines: Vec<PaidLine>) -> SpendingParts {
    let mut all = SpendingParts::new();
    for line in lines {
        if let Some(fund) = Fund::read(&line.fund) {
            let paid = Paid {
                times: line.times,
                heads: line.heads,
                fen: line.fen,
            };
            all.entry(line.part).or_default().insert(fund, paid);
        }
    }
    all
}

/// What was paid for a cut, fund by fund; by the day of payment. Funds that paid nothing are 0.
pub fn spending(db: &mut Conn, cut: &Cut) -> Found<Spending> {
    let sql = spent(cut)
        + "SELECT fund, '' AS part, CAST(COUNT(*) AS BIGINT) AS times, \
           CAST(COUNT(DISTINCT person) AS BIGINT) AS heads, CAST(SUM(fen) AS BIGINT) AS fen \
           FROM spent GROUP BY fund";
    let lines: Vec<PaidLine> = on!(db, c => bound!(sql, cut).load(c))?;
    let mut all: Spending = Fund::ALL
        .iter()
        .map(|one| (*one, Paid::default()))
        .collect();
    all.extend(funded(lines).into_values().flatten());
    Ok(all)
}

/// The same part by part. Who belongs to two groups is paid for in both.
pub fn spending_parts(db: &mut Conn, cut: &Cut, by: Breakdown) -> Found<SpendingParts> {
    let (part, from) = (column(cut, by), spent_by(by));
    let sql = spent(cut)
        + &format!(
            "SELECT fund, part, CAST(COUNT(*) AS BIGINT) AS times, \
             CAST(COUNT(DISTINCT person) AS BIGINT) AS heads, CAST(SUM(fen) AS BIGINT) AS fen \
             FROM (SELECT fund, {part} AS part, person, fen FROM {from}) split \
             GROUP BY fund, part"
        );
    Ok(funded(on!(db, c => bound!(sql, cut).load(c))?))
}

/// The paid lines behind one fund: as many as it tells, and as much.
pub fn payments(db: &mut Conn, cut: &Cut, fund: Fund, window: Window) -> Found<Slice<Payment>> {
    let total = spending(db, cut)?
        .get(&fund)
        .copied()
        .unwrap_or_default()
        .times;
    let sql = spent(cut) + PAYMENTS;
    let rows = on!(db, c => bound!(sql, cut)
        .bind::<Text, _>(fund.as_str())
        .bind::<BigInt, _>(window.limit())
        .bind::<BigInt, _>(window.offset())
        .load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// What came on record between a cut's knowledge and `now`, about the days it counts.
pub fn since(db: &mut Conn, cut: &Cut, now: NaiveDateTime) -> Found<Vec<Since>> {
    Ok(on!(db, c => sql_query(SINCE.replace("@place", place(cut)))
        .bind::<Date, _>(cut.from)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .bind::<Text, _>(within(cut))
        .bind::<Timestamp, _>(now)
        .load(c))?)
}
