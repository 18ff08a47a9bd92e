//! 名单文件: rosters as institutions send them: a workbook, a csv from here, a csv from elsewhere.

use crate::acts::{Done, Error};
use crate::paper::workbook::{self, Value};
use crate::town::cast::Neighbour;

/// In which form a roster comes.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// A workbook.
    Workbook,
    /// Comma-separated, UTF-8.
    Comma,
    /// Comma-separated, GB18030, as older spreadsheets save it.
    OlderComma,
}

const HEADINGS: [&str; 8] = [
    "姓名",
    "性别",
    "民族",
    "证件号码",
    "文化程度",
    "人员类别",
    "户籍地",
    "联系电话",
];

type Line = [String; 8];

fn line(one: &Neighbour) -> Line {
    [
        one.name.clone(),
        one.sex.to_owned(),
        one.nation.to_owned(),
        one.number.as_str().to_owned(),
        one.education.to_owned(),
        one.groups.to_owned(),
        one.region.clone(),
        one.phone.clone(),
    ]
}

/// The roster as a file: its name's end, and its bytes.
pub(super) fn file(people: &[Neighbour], form: Form) -> Done<(&'static str, Vec<u8>)> {
    write(people.iter().map(line).collect(), form)
}

/// The same with a dozen slips of the kinds that clerks and spreadsheets make.
pub(super) fn faulty(people: &[Neighbour]) -> Done<(&'static str, Vec<u8>)> {
    let mut lines: Vec<Line> = people.iter().map(line).collect();
    let [name, sex, _, number, education, groups, region, phone] = [0, 1, 2, 3, 4, 5, 6, 7];
    let mut slip = |at: usize, column: usize, change: &dyn Fn(&str) -> String| {
        if let Some(line) = lines.get_mut(at) {
            line[column] = change(&line[column]);
        }
    };
    // The last character does not fit the others.
    slip(1, number, &|old| {
        format!(
            "{}{}",
            &old[..17],
            if old.ends_with('5') { '6' } else { '5' }
        )
    });
    // There is no thirtieth of February.
    slip(2, number, &|old| {
        format!("{}0230{}", &old[..10], &old[14..])
    });
    slip(3, sex, &|old| {
        if old == "男" { "女" } else { "男" }.to_owned()
    });
    // One digit was lost.
    slip(4, number, &|old| old[..17].to_owned());
    // A spreadsheet made a quantity of it.
    slip(5, number, &|old| {
        format!("{}.{}E+17", &old[..1], &old[1..6])
    });
    slip(6, phone, &|old| old[..10].to_owned());
    slip(7, groups, &|_| "领导干部".to_owned());
    slip(8, region, &|_| "乌兰察布市东风区".to_owned());
    slip(9, name, &|old| old.chars().flat_map(|c| [c, ' ']).collect());
    slip(10, education, &|_| "夜校".to_owned());
    // A character no font of ours can set: admitted, but warned of.
    slip(11, name, &|_| "张𡋾".to_owned());
    if let Some(again) = lines.get(12).cloned() {
        lines.push(again);
    }
    write(lines, Form::Workbook)
}

fn write(lines: Vec<Line>, form: Form) -> Done<(&'static str, Vec<u8>)> {
    let rows: Vec<Vec<Value>> = lines
        .into_iter()
        .map(|line| line.into_iter().map(Value::Text).collect())
        .collect();
    Ok(match form {
        Form::Workbook => {
            let bytes = workbook::table("花名册", &HEADINGS, &rows);
            ("xlsx", bytes.map_err(|error| Error::Fault(error.into()))?)
        }
        Form::Comma => ("csv", workbook::csv(&HEADINGS, &rows)),
        Form::OlderComma => {
            let text = String::from_utf8_lossy(&workbook::csv(&HEADINGS, &rows)).into_owned();
            let (bytes, ..) = encoding_rs::GB18030.encode(text.trim_start_matches('\u{FEFF}'));
            ("csv", bytes.into_owned())
        }
    })
}
