//! 统计报表: the reports, which are files of SQL, and their answers.

use crate::domain::figure::{Count, Cut, Indicator};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::store::{Conn, Found, pattern};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Text};
use std::collections::BTreeMap;

const REVOKED: &str = include_str!("../reports/revoked.sql");
const PEOPLE: &str = include_str!("../reports/people.sql");

/// Figures by indicator.
pub type Figures = BTreeMap<Indicator, Count>;
/// Figures by part and indicator.
pub type Parts = BTreeMap<String, Figures>;

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

fn place(cut: &Cut) -> &'static str {
    if cut.by_home { "home" } else { "region" }
}

fn within(cut: &Cut) -> String {
    pattern::beginning(cut.region.as_ref().map_or("", |code| code.prefix()))
}

/// The revocations that stand as of a day and a time, which are these places of a query.
pub(super) fn revoked(until: &str, known: &str) -> String {
    REVOKED.replace("@until", until).replace("@known", known)
}

mod adding;
mod counting;
mod money;
mod months;
mod sieve;
mod since;

pub use counting::{Tally, tally};
pub use money::{Payment, Spending, SpendingParts, Spent, payments, spent};
pub use months::{Heads, Meeting, Months, by_month_end};
pub use since::{Since, since};

/// The milestones behind one figure: as many as it tells, and a window of them.
pub fn behind(
    db: &mut Conn,
    cut: &Cut,
    indicator: Indicator,
    window: Window,
) -> Found<(Count, Slice<Behind>)> {
    let (count, subjects) = counting::subjects(db, cut, indicator)?;
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
            let mut query = sql_query(&sql).into_boxed().bind::<Text, _>(indicator.rule().kind);
            for subject in some {
                query = query.bind::<Text, _>(*subject);
            }
            query.load(c)
        })?;
        rows.extend(found);
    }
    rows.sort_by(|a, b| (a.day, &a.batch, &a.subject).cmp(&(b.day, &b.batch, &b.subject)));
    let slice = Slice {
        rows,
        total: count.times,
        window,
    };
    Ok((count, slice))
}
