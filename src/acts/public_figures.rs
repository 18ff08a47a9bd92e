//! 公开数据: figures for everybody, from which nobody can subtract a handful of people.

use crate::acts::figures::{by_place, step_down};
use crate::acts::{Done, Registry};
use crate::domain::account::Scope;
use crate::domain::figure::{Breakdown, Cut, Indicator, month_start};
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::domain::small_cell::{self, ALWAYS, Cell, Whole};
use crate::store::figures::{self, Heads, Meeting, Months, SpendingParts};
use crate::store::institutions;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// One row of a public table.
pub type Cells = BTreeMap<Indicator, Cell>;

/// Figures by county, by trade, by institution.
#[derive(Clone, Debug)]
pub struct Public {
    /// The last day.
    pub until: NaiveDate,
    /// The city.
    pub total: Cells,
    /// County by county.
    pub places: Vec<(RegionCode, Cells)>,
    /// Trade by trade.
    pub trades: Vec<(String, Cells)>,
    /// Institution by institution, by name.
    pub houses: Vec<(String, Cells)>,
}

/// What everybody may read; groups whose membership hurts are not among it.
pub const PUBLIC: [Indicator; 5] = [
    Indicator::Trained,
    Indicator::Employ,
    Indicator::Startup,
    Indicator::Assessed,
    Indicator::Certified,
];

/// Which figures of a row are within another of it. Whoever is certified was assessed, if not
/// always in the same months.
const WITHIN: [(Indicator, &[Indicator]); 2] = [
    (Indicator::Trained, &[Indicator::Employ, Indicator::Startup]),
    (Indicator::Assessed, &[Indicator::Certified]),
];

/// The public figures of a region as of the end of a month that is over. Only whole months: two
/// days' figures, one subtracted from the other, would tell of single people. Each month's page
/// follows from those before it; all are counted in one pass.
pub fn public(registry: &Registry, region: &RegionCode, until: NaiveDate) -> Done<Public> {
    let cut = Cut::of_year(until).within(region);
    let by = [
        step_down(region),
        Breakdown::Occupation,
        Breakdown::Institution,
    ];
    let (counted, names) = registry.store.read(|db| -> Done<_> {
        Ok((
            figures::by_month_end(db, &cut, &PUBLIC, by)?,
            institutions::names(db, &Scope::All)?,
        ))
    })?;
    let Months {
        ends,
        total,
        parts,
        meetings,
    } = counted;
    let [places, mut trades, taught] = parts;
    // Who is counted in no row stays within the whole.
    let places = by_place(region, places, &SpendingParts::new());
    trades.remove("");
    let mut sheet = Sheet::of(ends.len(), &total);
    let places = sheet.table(places);
    let trades = sheet.table(trades);
    let houses: Vec<_> = sheet.table(
        taught
            .into_iter()
            .filter(|(id, _)| name_of(&names, id).is_some()),
    );
    sheet.hold_against_one_another(
        &meetings,
        [
            places
                .iter()
                .map(|(code, row)| (code.as_str(), *row))
                .collect(),
            trades
                .iter()
                .map(|(code, row)| (code.as_str(), *row))
                .collect(),
            houses.iter().map(|(id, row)| (id.as_str(), *row)).collect(),
        ],
    );
    let pages = small_cell::publish(&sheet.months, &sheet.wholes);
    let last = pages.last().map_or(&[][..], |page| page);
    let row = |row: usize| -> Cells {
        let cells = last.iter().skip(row * PUBLIC.len()).copied();
        PUBLIC.into_iter().zip(cells).collect()
    };
    Ok(Public {
        until,
        total: row(0),
        places: places.into_iter().map(|(key, at)| (key, row(at))).collect(),
        trades: trades.into_iter().map(|(key, at)| (key, row(at))).collect(),
        houses: houses
            .into_iter()
            .filter_map(|(id, at)| Some((name_of(&names, &id)?.to_owned(), row(at))))
            .collect(),
    })
}

fn name_of<'a>(names: &'a [(InstitutionId, String)], id: &str) -> Option<&'a str> {
    let found = names.iter().find(|(known, _)| known.as_str() == id);
    found.map(|(_, name)| name.as_str())
}

/// Every public cell, row by row; the whole is the first row.
struct Sheet {
    /// Month by month.
    months: Vec<Vec<i64>>,
    wholes: Vec<Whole>,
    rows: usize,
}

impl Sheet {
    fn of(months: usize, total: &Heads) -> Self {
        let mut sheet = Self {
            months: vec![Vec::new(); months],
            wholes: Vec::new(),
            rows: 0,
        };
        sheet.row(total);
        sheet
    }

    /// Adds a row. Answers which it is.
    fn row(&mut self, heads: &Heads) -> usize {
        let place = |indicator| {
            let at = PUBLIC.iter().position(|one| *one == indicator);
            self.rows * PUBLIC.len() + at.unwrap_or(0)
        };
        for (whole, parts) in WITHIN {
            self.wholes.push(Whole {
                whole: place(whole),
                parts: parts.iter().copied().map(place).collect(),
                is_exhausted: false,
                months: ALWAYS,
            });
        }
        for (month, cells) in self.months.iter_mut().enumerate() {
            cells.extend(PUBLIC.iter().map(|one| {
                let of = heads.get(one).and_then(|heads| heads.get(month));
                of.copied().unwrap_or(0)
            }));
        }
        self.rows += 1;
        self.rows - 1
    }

    /// Adds the rows of a table, whose whole is the first row.
    fn table<K>(&mut self, rows: impl IntoIterator<Item = (K, Heads)>) -> Vec<(K, usize)> {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(key, heads)| (key, self.row(&heads)))
            .collect();
        for at in 0..PUBLIC.len() {
            self.wholes.push(Whole {
                whole: at,
                parts: rows
                    .iter()
                    .map(|(_, row)| row * PUBLIC.len() + at)
                    .collect(),
                is_exhausted: true,
                months: ALWAYS,
            });
        }
        rows
    }

    /// Whatever lies wholly in a row of another table is a part of that row, too: the one
    /// institution of a county, the one trade of an institution. `rows` are those of each table by
    /// key.
    fn hold_against_one_another(&mut self, meetings: &[Meeting], rows: [HashMap<&str, usize>; 3]) {
        let met: Vec<small_cell::Meeting> = meetings
            .iter()
            .filter_map(|meeting| {
                let at = PUBLIC.iter().position(|one| *one == meeting.indicator)?;
                let cell = |side: usize| {
                    let row = rows[meeting.tables[side]].get(&*meeting.parts[side])?;
                    Some(row * PUBLIC.len() + at)
                };
                Some(small_cell::Meeting {
                    tables: meeting.tables,
                    cells: [cell(0), cell(1)],
                    since: meeting.since,
                })
            })
            .collect();
        self.wholes.extend(small_cell::within_one_another(&met));
    }
}

/// The last whole month before a day.
pub fn last_month_end(day: NaiveDate) -> NaiveDate {
    month_start(day).pred_opt().unwrap_or(day)
}
