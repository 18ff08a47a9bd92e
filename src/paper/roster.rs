//! 花名册工作簿: the template to fill in, and the problem lines to mend.
//!
//! All sentences come from the words files through `say(key, facts)`; the headings written here are
//! read back by [`Column::read_heading`], in both languages.

use crate::domain::code_set;
use crate::domain::nation::Nation;
use crate::domain::roster::{Column, Finding, Written};
use crate::paper::workbook::{self, Unwritable, Value};
use rust_xlsxwriter::{DataValidation, Formula, Worksheet, XlsxError};

/// Looks words up: a key and the facts that fill its places.
pub type Say<'a> = &'a dyn Fn(&str, &[&str]) -> String;

/// Lines of the template that have lists and formats.
const LINES: u32 = 2_000;
/// The column of the second sheet where the lists to choose from begin.
const LISTS: u16 = 3;

/// The empty roster for download: headings, columns formatted as text so that no number is
/// destroyed, lists to choose from, and a sheet that says how each column is filled in.
pub fn template(say: Say<'_>) -> Result<Vec<u8>, Unwritable> {
    let mut book = workbook::fresh();
    let notes_name = workbook::tab(&say("rosters.template.notes", &[]));
    let headings: Vec<String> = Column::ALL
        .iter()
        .map(|column| heading(*column, say))
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let sheet = book.add_worksheet();
    sheet.set_name(workbook::tab(&say("rosters.template.sheet", &[])))?;
    let plain = workbook::plain_format();
    for (at, column) in (0_u16..).zip(Column::ALL) {
        sheet.set_column_format(at, &plain)?;
        sheet.set_column_width(at, width(*column))?;
    }
    workbook::head(sheet, &headings)?;
    for (at, column) in (0_u16..).zip(Column::ALL) {
        let list = list(*column, say);
        if !list.is_empty() {
            offer(
                sheet,
                at,
                &notes_name,
                list_place(*column),
                list.len(),
                *column == Column::Groups,
            )?;
        }
    }
    let notes = book.add_worksheet();
    notes.set_name(&notes_name)?;
    write_notes(notes, say)?;
    book.save_to_buffer()
}

/// Lets a column be chosen from a list on the second sheet; an open one takes other words as well.
fn offer(
    sheet: &mut Worksheet,
    at: u16,
    notes: &str,
    place: u16,
    length: usize,
    is_open: bool,
) -> Result<(), Unwritable> {
    let letter = crate::ground::sheet::address(usize::from(place), 1).replace('1', "");
    let list = Formula::new(format!("='{notes}'!${letter}$2:${letter}${}", length + 1));
    let validation = DataValidation::new()
        .allow_list_formula(list)
        .ignore_blank(true)
        .show_error_message(!is_open);
    sheet.add_data_validation(1, at, LINES, at, &validation)?;
    Ok(())
}

fn write_notes(sheet: &mut Worksheet, say: Say<'_>) -> Result<(), Unwritable> {
    let mut headings = vec![
        say("rosters.template.column", &[]),
        say("rosters.template.how", &[]),
        String::new(),
    ];
    headings.extend(listed().map(|column| heading(column, say)));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let plain = workbook::plain_format();
    workbook::head(sheet, &headings)?;
    for (row, column) in (1_u32..).zip(Column::ALL) {
        workbook::write(sheet, row, 0, &heading(*column, say).into(), &plain)?;
        let how = say(&format!("rosters.template.note.{column}"), &[]);
        workbook::write(sheet, row, 1, &how.into(), &plain)?;
    }
    for (place, column) in (LISTS..).zip(listed()) {
        for (row, word) in (1_u32..).zip(list(column, say)) {
            workbook::write(sheet, row, place, &word.into(), &plain)?;
        }
        sheet.set_column_width(place, 26.0)?;
    }
    sheet.set_column_width(0, 14.0)?;
    sheet.set_column_width(1, 70.0)?;
    Ok(())
}

/// Columns that have a list.
fn listed() -> impl Iterator<Item = Column> {
    [
        Column::Sex,
        Column::Nation,
        Column::IdKind,
        Column::Education,
        Column::Groups,
    ]
    .into_iter()
}

fn list_place(column: Column) -> u16 {
    (LISTS..)
        .zip(listed())
        .find(|(_, listed)| *listed == column)
        .map_or(LISTS, |(place, _)| place)
}

fn list(column: Column, say: Say<'_>) -> Vec<String> {
    let set = |name: &str| code_set::of(name).map(|entry| entry.name.clone()).collect();
    match column {
        Column::Sex => vec![
            say("rosters.template.male", &[]),
            say("rosters.template.female", &[]),
        ],
        Column::Nation => Nation::names()
            .iter()
            .map(|&name| name.to_owned())
            .collect(),
        Column::IdKind => set("id_type"),
        Column::Education => set("education"),
        Column::Groups => set("group"),
        _ => Vec::new(),
    }
}

/// The lines that have problems, as they were written, each with the reasons beside it. Mended, the
/// workbook can be uploaded as it is: the columns added here are passed over.
pub fn problems(lines: &[(&Written, &[Finding])], say: Say<'_>) -> Result<Vec<u8>, Unwritable> {
    let used: Vec<Column> = Column::ALL
        .iter()
        .copied()
        .filter(|c| c.is_required() || lines.iter().any(|(line, _)| !line.text(*c).is_empty()))
        .collect();
    let mut headings = vec![say("rosters.problems.line", &[])];
    headings.extend(used.iter().map(|column| heading(*column, say)));
    headings.push(say("rosters.problems.reason", &[]));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut book = workbook::fresh();
    let sheet = book.add_worksheet();
    sheet.set_name(workbook::tab(&say("rosters.problems.sheet", &[])))?;
    let plain = workbook::plain_format();
    let reasons = u16::try_from(used.len() + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
    for (at, column) in (1_u16..).zip(&used) {
        sheet.set_column_format(at, &plain)?;
        sheet.set_column_width(at, width(*column))?;
    }
    sheet.set_column_width(reasons, 70.0)?;
    workbook::head(sheet, &headings)?;
    for (row, (line, findings)) in (1_u32..).zip(lines) {
        workbook::write(sheet, row, 0, &Value::Whole(line.line.into()), &plain)?;
        for (at, column) in (1_u16..).zip(&used) {
            workbook::write(sheet, row, at, &line.text(*column).into(), &plain)?;
        }
        let reason: Vec<String> = findings
            .iter()
            .map(|finding| reason(finding, say))
            .collect();
        workbook::write(sheet, row, reasons, &reason.join("\n").into(), &plain)?;
    }
    book.save_to_buffer()
}

/// One finding in words: where, what, how to mend it.
pub fn reason(finding: &Finding, say: Say<'_>) -> String {
    let facts: Vec<&str> = finding.facts.iter().map(String::as_str).collect();
    let what = say(&format!("refusal.{}.say", finding.code), &facts);
    let how = say(&format!("refusal.{}.do", finding.code), &facts);
    match (&finding.column, &finding.cell) {
        (Some(column), Some(cell)) => say(
            "rosters.problems.in_cell",
            &[&heading(*column, say), cell, &what, &how],
        ),
        _ => say("rosters.problems.in_line", &[&what, &how]),
    }
}

fn heading(column: Column, say: Say<'_>) -> String {
    say(&format!("rosters.column.{column}.title"), &[])
}

fn width(column: Column) -> f64 {
    match column {
        Column::IdNumber | Column::Region => 24.0,
        Column::Name | Column::Phone | Column::Groups | Column::IdKind => 16.0,
        Column::Note => 20.0,
        _ => 10.0,
    }
}
