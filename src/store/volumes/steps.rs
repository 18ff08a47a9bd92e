//! 节点册: milestones and payments as a volume tells them, page by page.
//!
//! What the members of a class or sitting share stands at the head of a page, then each member on a
//! line; words are apart by a tab, pages by a form feed. Dates and times are text that sorts.

use crate::domain::key_group::Groups;
use crate::on;
use crate::store::volumes::{Bodies, Span, month, stamp, unreadable};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamp};

/// Milestones.
pub(super) const STEPS: &str = include_str!("../reports/steps.sql");
/// Paid lines of claims.
pub(super) const PAID: &str = include_str!("../reports/paid.sql");
/// Between pages.
const BREAK: char = '\u{c}';

/// The head of a page: what its members share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head<'a> {
    /// The day.
    pub day: &'a str,
    /// The class or sitting.
    pub batch: &'a str,
    /// `enrolled`, `trained`, `assessed`, `certified` or `concluded`; of payments `training` or
    /// `assessment`.
    pub kind: &'a str,
    /// When it came on record, as [`stamp`] tells it.
    pub recorded_at: &'a str,
    /// Whose work it was.
    pub institution: &'a str,
    /// Where.
    pub region: &'a str,
    /// 培训类别, or empty.
    pub training: &'a str,
    /// 职业, or empty.
    pub occupation: &'a str,
    /// 等级, or empty.
    pub level: &'a str,
}

/// One member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The enrolment, candidate or certificate; of payments the claim's line.
    pub subject: &'a str,
    /// Whose.
    pub person: &'a str,
    /// Where she is registered.
    pub home: &'a str,
    /// The codes of her key groups.
    pub groups: &'a str,
    /// 性别, or empty.
    pub sex: &'a str,
    /// Her age in that year; −1 when unknown.
    pub age: i32,
    /// What was paid, in fen; 0 of milestones.
    pub fen: i64,
}

/// A page of a volume.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its head.
    pub head: Head<'a>,
    lines: &'a str,
}

impl<'a> Page<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (head, lines) = text.split_once('\n')?;
        let mut words = head.split('\t');
        let head = Head {
            day: words.next()?,
            batch: words.next()?,
            kind: words.next()?,
            recorded_at: words.next()?,
            institution: words.next()?,
            region: words.next()?,
            training: words.next()?,
            occupation: words.next()?,
            level: words.next()?,
        };
        words.next().is_none().then_some(Self { head, lines })
    }

    /// Its members.
    pub fn steps(&self) -> impl Iterator<Item = Found<Step<'a>>> + use<'a> {
        self.lines
            .split_terminator('\n')
            .map(|line| Step::read(line).ok_or_else(unreadable))
    }
}

impl<'a> Step<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut words = line.split('\t');
        let step = Self {
            subject: words.next()?,
            person: words.next()?,
            home: words.next()?,
            groups: words.next()?,
            sex: words.next()?,
            age: words.next()?.parse().ok()?,
            fen: words.next().map_or(Ok(0), str::parse).ok()?,
        };
        words.next().is_none().then_some(step)
    }
}

/// The pages of a volume.
pub fn pages(body: &str) -> impl Iterator<Item = Found<Page<'_>>> {
    body.split_terminator(BREAK)
        .map(|text| Page::read(text).ok_or_else(unreadable))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    person: String,
    #[diesel(sql_type = Text)]
    institution: String,
    #[diesel(sql_type = Text)]
    batch: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    home: String,
    #[diesel(sql_type = Text)]
    training: String,
    #[diesel(sql_type = Text)]
    occupation: String,
    #[diesel(sql_type = Text)]
    level: String,
    #[diesel(sql_type = Text)]
    sex: String,
    #[diesel(sql_type = Integer)]
    age: i32,
    #[diesel(sql_type = BigInt)]
    key_groups: i64,
    #[diesel(sql_type = BigInt)]
    fen: i64,
}

/// Binds what a report tells to have come on record in a time about some days, by month of the day.
pub(super) fn bind(
    db: &mut Conn,
    report: &str,
    (from, until): Span<NaiveDateTime>,
    (first, last): Span<NaiveDate>,
) -> Found<Bodies> {
    let bits: String = Groups::each()
        .map(|(code, group)| format!("WHEN '{code}' THEN {} ", group.bits()))
        .collect();
    let rows: Vec<Row> = on!(db, c => sql_query(report.replace("@bits", bits.trim_end()))
        .bind::<Timestamp, _>(from)
        .bind::<Timestamp, _>(until)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .load(c))?;
    let told: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.day.to_string(), stamp(row.recorded_at)))
        .collect();
    let mut lines: Vec<(Head<'_>, &Row)> = rows
        .iter()
        .zip(&told)
        .map(|(row, (day, recorded_at))| {
            let head = Head {
                day,
                batch: &row.batch,
                kind: &row.kind,
                recorded_at,
                institution: &row.institution,
                region: &row.region,
                training: &row.training,
                occupation: &row.occupation,
                level: &row.level,
            };
            (head, row)
        })
        .collect();
    lines.sort_unstable_by_key(|&(head, row)| (head, &row.subject));
    let mut bodies = Bodies::new();
    for page in lines.chunk_by(|one, other| one.0 == other.0) {
        let (head, first) = page[0];
        write(bodies.entry(month(first.day)).or_default(), head, page);
    }
    Ok(bodies)
}

fn write(body: &mut String, head: Head<'_>, page: &[(Head<'_>, &Row)]) {
    let mut line = |words: &[&str]| {
        body.push_str(&words.join("\t"));
        body.push('\n');
    };
    line(&[
        head.day,
        head.batch,
        head.kind,
        head.recorded_at,
        head.institution,
        head.region,
        head.training,
        head.occupation,
        head.level,
    ]);
    for (_, row) in page {
        let groups = Groups::read(row.key_groups);
        let codes: Vec<&str> = Groups::each()
            .filter(|(_, group)| groups.touch(*group))
            .map(|(code, _)| code)
            .collect();
        let (groups, age, fen) = (codes.join(" "), row.age.to_string(), row.fen.to_string());
        let words = [
            &row.subject,
            &row.person,
            &row.home,
            &groups,
            &row.sex,
            &age,
            &fen,
        ];
        let told = if row.fen == 0 {
            &words[..6]
        } else {
            &words[..]
        };
        line(&told.iter().map(|word| word.as_str()).collect::<Vec<_>>());
    }
    body.push(BREAK);
}
