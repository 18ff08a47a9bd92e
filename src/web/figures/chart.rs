//! 统计图: a year's months beside the year before, as columns and a line.

use super::{of, tenths};
use crate::acts::figures::{self, Overview};
use crate::domain::figure::Indicator;
use crate::web::words::Words;
use chrono::Datelike;
use std::fmt::Write;

/// A chart of a year's months beside the year before.
pub(super) struct Chart {
    pub(super) grid: Vec<(String, String, String)>,
    pub(super) columns: Vec<Column>,
    pub(super) line: String,
    pub(super) points: Vec<(String, String)>,
    pub(super) title: String,
    pub(super) table: Vec<(String, String, String)>,
    pub(super) years: (i32, i32),
}

/// One month of the year.
pub(super) struct Column {
    pub(super) x: i64,
    pub(super) middle: i64,
    pub(super) y: String,
    pub(super) height: String,
    pub(super) value_y: String,
    pub(super) value: String,
    pub(super) name: String,
}

/// One indicator through the months up to the cut.
pub(super) fn chart(w: Words, all: &Overview, indicator: Indicator) -> Chart {
    let until = all.cut.until;
    let months = i64::from(until.month());
    let heads = |parts: &figures::Parts, year: i32, month: i64| {
        parts
            .get(&format!("{year}-{month:02}"))
            .map_or(0, |figures| of(figures, indicator).heads)
    };
    let year = until.year();
    let own: Vec<i64> = (1..=months).map(|m| heads(&all.months, year, m)).collect();
    let past: Vec<i64> = (1..=months)
        .map(|m| heads(&all.earlier_months, year - 1, m))
        .collect();
    let most = own.iter().chain(&past).copied().max().unwrap_or(0).max(5);
    let step = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000,
    ]
    .into_iter()
    .find(|step| most <= step * 5)
    .unwrap_or(100_000);
    let top = step * 5;
    // tenths of a unit of the drawing: 210 is the ground, 22 the top
    let y = |n: i64| 2100 - n * 1880 / top;
    let slot = 590 / months;
    let mut chart = Chart {
        grid: (0..=5)
            .map(|at| {
                let at = at * step;
                (tenths(y(at)), tenths(y(at) + 40), w.count(at))
            })
            .collect(),
        columns: Vec::new(),
        line: String::new(),
        points: Vec::new(),
        title: w.f("figures.index.chart_title", &[&year]),
        table: Vec::new(),
        years: (year, year - 1),
    };
    for (at, (n, m)) in (0_i64..).zip(own.iter().zip(&past)) {
        let width = (slot / 2).min(40);
        let middle = 44 + slot * at + slot / 2;
        let name = w.f("figures.index.month", &[&(at + 1)]);
        chart.table.push((name.clone(), w.count(n), w.count(m)));
        chart.columns.push(Column {
            x: middle - width / 2,
            middle,
            y: tenths(y(*n)),
            height: tenths(2100 - y(*n)),
            value_y: tenths(y(*n) - 60),
            value: w.count(n),
            name,
        });
        let _ = write!(chart.line, "{middle},{} ", tenths(y(*m)));
        chart.points.push((middle.to_string(), tenths(y(*m))));
    }
    chart
}
