//! 底数: who is on the ledger of a region, and how many, by place and key group.
//!
//! The list and the counts are one report (`reports/base.sql`), so that the people behind a figure
//! are as many as the figure says.

use crate::domain::figure::end_of;
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::wish::{BaseList, lately};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::store::figures::revoked;
use crate::store::{Conn, Failure, Found, pattern};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

const BASE: &str = include_str!("reports/base.sql");

/// Which people are asked for.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this region and what lies in it; none: of every region.
    pub region: Option<RegionCode>,
    /// Of the region itself only, not of what lies in it.
    pub exactly: bool,
    /// Of this village; an empty name: of none that was told.
    pub village: Option<String>,
    /// Of this key group on that day.
    pub group: Option<KeyGroup>,
    /// Whose name holds these words.
    pub words: String,
    /// On this list.
    pub list: BaseList,
    /// 截至: as of the end of this day.
    pub day: NaiveDate,
}

impl Filter {
    /// Everybody of a region as of a day.
    pub fn of(region: Option<RegionCode>, day: NaiveDate) -> Self {
        Self {
            region,
            exactly: false,
            village: None,
            group: None,
            words: String::new(),
            list: BaseList::Everyone,
            day,
        }
    }

    fn within(&self) -> String {
        match &self.region {
            None => "%".to_owned(),
            Some(code) if self.exactly => code.to_string(),
            Some(code) => pattern::beginning(code.prefix()),
        }
    }

    fn villages(&self) -> String {
        self.village
            .as_deref()
            .map_or_else(|| "%".to_owned(), pattern::exactly)
    }
}

/// One person of the ledger.
#[derive(Clone, Debug, QueryableByName)]
pub struct Row {
    /// Her key.
    #[diesel(sql_type = Text)]
    pub person: String,
    /// 姓名
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The end of her identity number.
    #[diesel(sql_type = Text)]
    pub id_tail: String,
    /// Where she is counted; may be empty.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// 嘎查（村）; may be empty.
    #[diesel(sql_type = Text)]
    pub village: String,
    /// The key of the wish she has; empty when she has none.
    #[diesel(sql_type = Text)]
    pub wish: String,
    /// What she wants to learn.
    #[diesel(sql_type = Text)]
    pub trade: String,
    /// Since when.
    #[diesel(sql_type = Nullable<Date>)]
    pub wished: Option<NaiveDate>,
    /// When somebody last spoke with her.
    #[diesel(sql_type = Nullable<Date>)]
    pub contacted: Option<NaiveDate>,
    #[diesel(sql_type = Integer)]
    wanting: i32,
    #[diesel(sql_type = Integer)]
    training: i32,
    #[diesel(sql_type = Integer)]
    trained: i32,
    #[diesel(sql_type = Integer)]
    certified: i32,
    #[diesel(sql_type = Integer)]
    employed: i32,
    #[diesel(sql_type = Integer)]
    neglected: i32,
}

impl Row {
    /// Whether she stands on this list.
    pub fn is_on(&self, list: BaseList) -> bool {
        match list {
            BaseList::Everyone => true,
            BaseList::Wanting => self.wanting == 1,
            BaseList::Training => self.training == 1,
            BaseList::Trained => self.trained == 1,
            BaseList::Certified => self.certified == 1,
            BaseList::Employed => self.employed == 1,
            BaseList::Neglected => self.neglected == 1,
        }
    }
}

/// What narrows the report to one list; never a stranger's text.
fn on_list(list: BaseList) -> String {
    match list {
        BaseList::Everyone => "1 = 1".to_owned(),
        other => format!("base.{other} = 1"),
    }
}

/// The report, with what revocations count.
fn report() -> String {
    BASE.replace("@revoked", &revoked("$3", "$2"))
}

/// Binds the report's seven places, in their order.
macro_rules! bound {
    ($sql:expr, $filter:expr) => {
        sql_query($sql)
            .bind::<Date, _>(lately($filter.day))
            .bind::<Timestamp, _>(end_of($filter.day))
            .bind::<Date, _>($filter.day)
            .bind::<Text, _>($filter.within())
            .bind::<Text, _>(
                $filter
                    .group
                    .as_ref()
                    .map_or("", KeyGroup::as_str)
                    .to_owned(),
            )
            .bind::<Text, _>(pattern::holding(&$filter.words))
            .bind::<Text, _>($filter.villages())
    };
}

/// One page of them, by place and name; `sums` tell how many there are.
pub fn list(
    db: &mut Conn,
    filter: &Filter,
    sums: &[(BaseList, i64)],
    window: Window,
) -> Found<Slice<Row>> {
    let base = report();
    let total = sums
        .iter()
        .find(|(list, _)| *list == filter.list)
        .map_or(0, |(_, heads)| *heads);
    let sql = format!(
        "{base} SELECT * FROM base WHERE {} ORDER BY region, village, name, person LIMIT $8 OFFSET $9",
        on_list(filter.list)
    );
    let rows = on!(db, c => bound!(sql, filter).bind::<BigInt, _>(window.limit())
        .bind::<BigInt, _>(window.offset()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// All of them, for a file somebody takes away.
pub fn all(db: &mut Conn, filter: &Filter) -> Found<Vec<Row>> {
    let base = report();
    let sql = format!(
        "{base} SELECT * FROM base WHERE {} ORDER BY region, village, name, person",
        on_list(filter.list)
    );
    Ok(on!(db, c => bound!(sql, filter).load(c))?)
}

/// One person, when she is among them; else `Missing`.
pub fn one(db: &mut Conn, filter: &Filter, person: &PersonId) -> Found<Row> {
    let base = report();
    let sql = format!(
        "{base} SELECT * FROM base WHERE {} AND base.person = $8",
        on_list(filter.list)
    );
    let rows: Vec<Row> =
        on!(db, c => bound!(sql, filter).bind::<Text, _>(person.as_str()).load(c))?;
    rows.into_iter().next().ok_or(Failure::Missing)
}

/// Which of these people are among them.
pub fn among(db: &mut Conn, filter: &Filter, people: &[PersonId]) -> Found<Vec<Row>> {
    let base = report();
    let mut found = Vec::new();
    for some in people.chunks(200) {
        // Keys are well-formed by their type: letters and digits.
        let keys: Vec<String> = some.iter().map(|one| format!("'{one}'")).collect();
        let sql = format!(
            "{base} SELECT * FROM base WHERE {} AND base.person IN ({})",
            on_list(filter.list),
            keys.join(", ")
        );
        let rows: Vec<Row> = on!(db, c => bound!(sql, filter).load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = BigInt)]
    everyone: i64,
    #[diesel(sql_type = BigInt)]
    wanting: i64,
    #[diesel(sql_type = BigInt)]
    training: i64,
    #[diesel(sql_type = BigInt)]
    trained: i64,
    #[diesel(sql_type = BigInt)]
    certified: i64,
    #[diesel(sql_type = BigInt)]
    employed: i64,
    #[diesel(sql_type = BigInt)]
    neglected: i64,
}

/// How many stand on each list.
pub fn sums(db: &mut Conn, filter: &Filter) -> Found<Vec<(BaseList, i64)>> {
    let base = report();
    let sum = |list: &BaseList| match list {
        BaseList::Everyone => "CAST(COUNT(*) AS BIGINT) AS everyone".to_owned(),
        list => format!("CAST(COALESCE(SUM(base.{list}), 0) AS BIGINT) AS {list}"),
    };
    let sums: Vec<String> = BaseList::ALL.iter().map(sum).collect();
    let sql = format!("{base} SELECT {} FROM base", sums.join(", "));
    let s: Sums = on!(db, c => bound!(sql, filter).get_result(c))?;
    Ok(vec![
        (BaseList::Everyone, s.everyone),
        (BaseList::Wanting, s.wanting),
        (BaseList::Training, s.training),
        (BaseList::Trained, s.trained),
        (BaseList::Certified, s.certified),
        (BaseList::Employed, s.employed),
        (BaseList::Neglected, s.neglected),
    ])
}

/// How finely people are counted by where they live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fineness {
    /// By 旗县.
    County,
    /// By 苏木乡镇.
    Township,
    /// By 嘎查（村）.
    Village,
}

/// How many of a list live in a place; all of them, or those of one key group.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Cell {
    /// The code of a county or township, or a village's name.
    #[diesel(sql_type = Text)]
    pub place: String,
    /// The group; empty for everybody.
    #[diesel(sql_type = Text)]
    pub key_group: String,
    /// How many people.
    #[diesel(sql_type = BigInt)]
    pub heads: i64,
}

/// The people of a list by where they live, and of each place by key group. A person in several
/// groups is counted in each: groups do not add up, places do.
pub fn cells(db: &mut Conn, filter: &Filter, fineness: Fineness) -> Found<Vec<Cell>> {
    let base = report();
    let place = match fineness {
        Fineness::County => "substr(base.region, 1, 6)",
        Fineness::Township => "base.region",
        Fineness::Village => "base.village",
    };
    let list = on_list(filter.list);
    let whole = format!(
        "{base} SELECT {place} AS place, '' AS key_group, CAST(COUNT(*) AS BIGINT) AS heads FROM base \
         WHERE {list} GROUP BY {place} ORDER BY 1"
    );
    let mut cells: Vec<Cell> = on!(db, c => bound!(whole, filter).load(c))?;
    let parts = format!(
        "{base} SELECT {place} AS place, m.key_group AS key_group, CAST(COUNT(DISTINCT base.person) AS BIGINT) AS heads \
         FROM base JOIN memberships m ON m.person = base.person AND m.starts <= $3 AND (m.ends IS NULL OR m.ends >= $3) \
         WHERE {list} GROUP BY {place}, m.key_group ORDER BY 1, 2"
    );
    let parts: Vec<Cell> = on!(db, c => bound!(parts, filter).load(c))?;
    cells.extend(parts);
    Ok(cells)
}
