//! 花名册: the list of people an institution asks to enrol, judged line by line.
//!
//! A bad line is not an error but a finding: kept, shown, downloadable, answerable. The dry run and
//! the admission are the same judgement; what happened in between (a person enrolled elsewhere, a
//! seat taken) shows in the second.

mod column;
mod entry;
mod key;
mod written;

pub use column::{Column, Head};
pub(in crate::domain) use entry::{groups, phone};
pub use key::RosterId;
pub use written::Written;

use crate::domain::education::Education;
use crate::domain::id_kind::IdDocument;
use crate::domain::id_number::Sex;
use crate::domain::key_group::KeyGroup;
use crate::domain::nation::Nation;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::sheet::{self, Cell, Row, Sheet};
use crate::ground::text;
use chrono::NaiveDate;
use entry::Words;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;

crate::code!(
    /// What a finding does to its line.
    Severity {
        /// The line cannot be admitted.
        Refused = "refused",
        /// The line can be admitted, but somebody should look.
        Warned = "warned",
    }
);

/// One problem, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The row of the sheet, from 1.
    pub line: u32,
    /// The cell, such as `C17`; none when the line or the roster as a whole is meant.
    pub cell: Option<String>,
    /// What its column tells.
    pub column: Option<Column>,
    /// What is written there, shortened; long numbers masked.
    pub value: String,
    /// The code of a refusal: its words stand at `refusal.<code>`.
    pub code: Cow<'static, str>,
    /// What it does to its line.
    pub severity: Severity,
    /// What the words need to know.
    pub facts: Vec<String>,
}

impl Finding {
    /// About one cell.
    fn at(cell: Cell<'_>, column: Column, severity: Severity, code: &'static str) -> Self {
        Self {
            line: cell.row,
            cell: Some(cell.address()),
            column: Some(column),
            value: entry::shown(cell.text),
            code: Cow::Borrowed(code),
            severity,
            facts: Vec::new(),
        }
    }

    fn with(mut self, fact: impl std::fmt::Display) -> Self {
        self.facts.push(fact.to_string());
        self
    }
}

/// One line that can be admitted.
#[derive(Clone)]
pub struct Line {
    /// The row of the sheet, from 1.
    pub line: u32,
    /// 姓名, written one way.
    pub name: String,
    /// 证件
    pub document: IdDocument,
    /// 性别, as the number or else the line says.
    pub sex: Option<Sex>,
    /// 民族
    pub nation: Option<Nation>,
    /// 文化程度
    pub education: Option<Education>,
    /// 人员类别
    pub groups: Vec<KeyGroup>,
    /// 户籍地
    pub region: Option<RegionCode>,
    /// 联系电话: digits only.
    pub phone: Option<String>,
    /// 备注
    pub note: Option<String>,
}

/// What the register knows of a person. An act looks all [`documents`] up at once and answers from memory.
pub trait Register {
    /// The name on record for this document.
    fn name_of(&self, document: &IdDocument) -> Option<String>;
    /// A class at the same time that this person is enrolled in, as the clerk may see it named.
    fn overlapping(&self, document: &IdDocument) -> Option<String>;
    /// Whether this person is already enrolled in the class.
    fn is_enrolled(&self, document: &IdDocument) -> bool;
}

/// A register that knows nobody.
pub struct Nobody;

impl Register for Nobody {
    fn name_of(&self, _: &IdDocument) -> Option<String> {
        None
    }
    fn overlapping(&self, _: &IdDocument) -> Option<String> {
        None
    }
    fn is_enrolled(&self, _: &IdDocument) -> bool {
        false
    }
}

/// What a roster is judged against.
pub struct Context<'a> {
    /// The day the class begins: ages count on it.
    pub starts_on: NaiveDate,
    /// Seats still free in the class.
    pub seats: usize,
    /// What is known of people.
    pub register: &'a dyn Register,
    /// Whether the certificate's fonts have a character.
    pub printable: &'a dyn Fn(char) -> bool,
}

/// What came of it.
#[derive(Clone, Default)]
pub struct Judgement {
    /// The row of headings; none when there is none, and then nothing else was judged.
    pub head: Option<Head>,
    /// Every line that was judged, by its row.
    pub judged: Vec<u32>,
    /// The lines that can be admitted.
    pub lines: Vec<Line>,
    /// Every problem, in the order of the sheet.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// How many lines cannot be admitted.
    pub fn refused(&self) -> usize {
        self.judged.len() - self.lines.len()
    }

    /// How many lines can be admitted but deserve a look.
    pub fn warned(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| !self.findings_of(line.line).is_empty())
            .count()
    }

    /// The problems of one line.
    pub fn findings_of(&self, line: u32) -> &[Finding] {
        let from = self.findings.partition_point(|finding| finding.line < line);
        let to = self
            .findings
            .partition_point(|finding| finding.line <= line);
        &self.findings[from..to]
    }
}

/// Every document a roster names, for looking them up before it is judged.
pub fn documents(sheet: &Sheet) -> Vec<IdDocument> {
    let Ok(head) = Head::find(sheet) else {
        return Vec::new();
    };
    let rows = sheet.rows().filter(|row| row.number() > head.line);
    rows.filter_map(|row| {
        let kind = head.cell(row, Column::IdKind).map_or("", |cell| cell.text);
        let number = head.cell(row, Column::IdNumber)?;
        IdDocument::read(entry::id_kind(kind)?, number.text).ok()
    })
    .collect()
}

/// Judges every line.
pub fn judge(context: &Context<'_>, sheet: &Sheet) -> Judgement {
    let head = match Head::find(sheet) {
        Ok(head) => head,
        Err(findings) => {
            return Judgement {
                findings,
                ..Judgement::default()
            };
        }
    };
    let mut judge = Judge {
        context,
        head: &head,
        seen: HashMap::new(),
        words: Words::default(),
        out: Judgement::default(),
    };
    for row in sheet.rows().filter(|row| row.number() > head.line) {
        judge.line(row);
    }
    let mut out = judge.out;
    if out.judged.is_empty() {
        out.findings
            .push(Finding::of_roster("roster.empty", head.line));
    }
    out.head = Some(head);
    out
}

/// The one who goes down the list.
struct Judge<'a, 'c> {
    context: &'a Context<'c>,
    head: &'a Head,
    seen: HashMap<IdDocument, u32>,
    words: Words<'a>,
    out: Judgement,
}

impl<'a> Judge<'a, '_> {
    fn line(&mut self, row: Row<'a>) {
        let cells = self.head.cells(row);
        let cell = |column: Column| cells[column as usize];
        if passes_over(row, &cells) {
            return;
        }
        let number = row.number();
        self.out.judged.push(number);
        let before = self.out.findings.len();
        if row.is_hidden() {
            let hidden = Finding::of_roster("roster.row-hidden", number);
            self.out.findings.push(Finding {
                severity: Severity::Warned,
                ..hidden
            });
        }
        for (column, cell) in Column::ALL
            .iter()
            .zip(cells)
            .filter_map(|(column, cell)| Some((*column, cell?)))
        {
            self.misshapen(cell, column);
        }
        let name = cell(Column::Name).and_then(|cell| self.name(cell));
        let document =
            cell(Column::IdNumber).and_then(|number| self.document(cell(Column::IdKind), number));
        let written_sex = cell(Column::Sex).and_then(|cell| self.sex(cell));
        if let Some(document) = &document {
            self.compare(
                document,
                cell(Column::Sex).zip(written_sex),
                cell(Column::Age),
                cell(Column::IdNumber),
            );
        }
        if let (Some(name), Some(document), Some(at)) = (&name, &document, cell(Column::IdNumber)) {
            self.look_up(name, document, cell(Column::Name), at);
        }
        let nation = cell(Column::Nation).and_then(|cell| self.nation(cell));
        let education = cell(Column::Education).and_then(|cell| self.education(cell));
        let groups = cell(Column::Groups).map_or_else(Vec::new, |cell| self.groups(cell));
        let region = cell(Column::Region).and_then(|cell| self.region(cell));
        let phone = cell(Column::Phone).and_then(|cell| self.phone(cell));
        let note = cell(Column::Note)
            .map(|cell| text::tidy(cell.text))
            .filter(|note| !note.is_empty());
        let is_refused = self.out.findings[before..]
            .iter()
            .any(|finding| finding.severity == Severity::Refused);
        let (false, Some(name), Some(document)) = (is_refused, name, document) else {
            return;
        };
        if self.out.lines.len() >= self.context.seats {
            let full = Finding::of_roster("roster.seats", number).with(self.context.seats);
            self.out.findings.push(full);
            return;
        }
        let sex = document.sex().or(written_sex);
        self.out.lines.push(Line {
            line: number,
            name,
            document,
            sex,
            nation,
            education,
            groups,
            region,
            phone,
            note,
        });
    }

    fn say(
        &mut self,
        cell: Cell<'_>,
        column: Column,
        severity: Severity,
        code: &'static str,
    ) -> &mut Finding {
        self.out
            .findings
            .push(Finding::at(cell, column, severity, code));
        let last = self.out.findings.len() - 1;
        &mut self.out.findings[last]
    }

    /// What a spreadsheet did to a cell: made it one with another line's, or failed to compute it.
    fn misshapen(&mut self, cell: Cell<'_>, column: Column) {
        if cell.kind == sheet::Kind::Failed {
            self.say(cell, column, Severity::Refused, "roster.cell-failed");
        } else if cell.merged && cell.text.is_empty() {
            let severity = if column.is_required() {
                Severity::Refused
            } else {
                Severity::Warned
            };
            self.say(cell, column, severity, "roster.cell-merged");
        }
    }

    /// Facts that the number tells and the line tells again.
    fn compare(
        &mut self,
        document: &IdDocument,
        sex: Option<(Cell<'_>, Sex)>,
        age: Option<Cell<'_>>,
        number: Option<Cell<'_>>,
    ) {
        if let Some((cell, written)) = sex
            && document.sex().is_some_and(|sex| sex != written)
        {
            self.say(cell, Column::Sex, Severity::Refused, "roster.sex-mismatch");
        }
        let Some(years) = document
            .id_number()
            .map(|number| number.age_on(self.context.starts_on))
        else {
            return;
        };
        // 劳动法（1994）第十五条: nobody under sixteen may be taken on for work, nor trained for it with public money.
        if let Some(cell) = number.filter(|_| years < 16) {
            let finding = self.say(
                cell,
                Column::IdNumber,
                Severity::Refused,
                "roster.age-under-16",
            );
            finding.facts.push(years.max(0).to_string());
        }
        let Some(cell) = age.filter(|cell| !cell.text.is_empty()) else {
            return;
        };
        // Ages on lists are counted on another day, or the Chinese way: a year apart says nothing.
        let written = text::digits(cell.text).parse::<i32>().ok();
        if written.is_none_or(|written| written.abs_diff(years) > 1) {
            self.say(cell, Column::Age, Severity::Warned, "roster.age-mismatch")
                .facts
                .push(years.max(0).to_string());
        }
    }

    /// What the file and the register already say of this person.
    fn look_up(
        &mut self,
        name: &str,
        document: &IdDocument,
        name_cell: Option<Cell<'_>>,
        cell: Cell<'_>,
    ) {
        if let Some(first) = self.seen.get(document) {
            let first = first.to_string();
            self.say(
                cell,
                Column::IdNumber,
                Severity::Refused,
                "roster.twice-in-file",
            )
            .facts
            .push(first);
            return;
        }
        self.seen.insert(document.clone(), cell.row);
        let register = self.context.register;
        if register.is_enrolled(document) {
            self.say(
                cell,
                Column::IdNumber,
                Severity::Refused,
                "roster.already-enrolled",
            );
        }
        let known = register
            .name_of(document)
            .filter(|known| text::comparable(known) != text::comparable(name));
        if let Some((known, name_cell)) = known.zip(name_cell) {
            // Whoever types a number must not learn a stranger's whole name by it.
            let hint = crate::domain::masking::name(&known);
            self.say(
                name_cell,
                Column::Name,
                Severity::Refused,
                "roster.other-name",
            )
            .facts
            .push(hint);
        }
        if let Some(class) = register.overlapping(document) {
            self.say(
                cell,
                Column::IdNumber,
                Severity::Refused,
                "roster.class-overlap",
            )
            .facts
            .push(class);
        }
    }
}

/// Rows that name nobody: numbered but empty ones, sums and signatures under the list.
fn passes_over(row: Row<'_>, cells: &[Option<Cell<'_>>]) -> bool {
    const ENDINGS: [&str; 11] = [
        "合计",
        "总计",
        "小计",
        "填表",
        "填报",
        "制表",
        "审核",
        "说明：",
        "说明:",
        "注：",
        "注:",
    ];
    let is_written =
        |column: Column| cells[column as usize].is_some_and(|cell| !cell.text.is_empty());
    let names_nobody = Column::ALL
        .iter()
        .filter(|column| **column != Column::Note)
        .all(|column| !is_written(*column));
    let first = row.cells().next().map_or("", |cell| cell.text.trim());
    let has_number = cells[Column::IdNumber as usize]
        .is_some_and(|cell| cell.text.contains(|c: char| c.is_numeric()));
    names_nobody || !has_number && ENDINGS.iter().any(|ending| first.starts_with(ending))
}

impl Reason for sheet::Unreadable {
    fn refusal(self) -> Refusal {
        Refusal {
            code: self.code(),
            field: Some("sheet"),
            facts: self.facts(),
        }
    }
}

#[cfg(test)]
mod tests;
