//! 栏目: the columns of a roster and the headings people give them.

use crate::domain::roster::{Finding, Severity};
use crate::ground::sheet::{Cell, Row, Sheet};
use crate::ground::text;
use std::borrow::Cow;

crate::code!(
    /// What a column of a roster tells.
    Column {
        /// 姓名
        Name = "name",
        /// 性别
        Sex = "sex",
        /// 民族
        Nation = "nation",
        /// 证件类型
        IdKind = "id_kind",
        /// 证件号码
        IdNumber = "id_number",
        /// 年龄: only compared with the number
        Age = "age",
        /// 文化程度
        Education = "education",
        /// 人员类别: key groups
        Groups = "groups",
        /// 户籍地
        Region = "region",
        /// 联系电话
        Phone = "phone",
        /// 备注
        Note = "note",
    }
);

/// How many columns a roster has.
pub(super) const COLUMNS: usize = Column::ALL.len();

/// Headings seen on rosters of bureaus and schools, ours first, then the English one; half-width,
/// lower case, without blanks, marks and what stands in brackets.
const HEADINGS: [&[&str]; COLUMNS] = [
    &[
        "姓名",
        "name",
        "学员姓名",
        "人员姓名",
        "参训人员姓名",
        "考生姓名",
        "名字",
        "fullname",
    ],
    &["性别", "sex", "gender"],
    &["民族", "nation", "ethnicity", "ethnicgroup"],
    &[
        "证件类型",
        "idkind",
        "证件种类",
        "证件类别",
        "idtype",
        "documenttype",
    ],
    &[
        "证件号码",
        "idnumber",
        "身份证号",
        "身份证号码",
        "身份证",
        "证件号",
        "公民身份号码",
        "公民身份证号码",
        "居民身份证号",
        "居民身份证号码",
        "身份证件号码",
        "身份证件号",
        "idno",
        "id",
        "idcard",
        "idcardnumber",
        "documentnumber",
    ],
    &["年龄", "age"],
    &["文化程度", "education", "学历", "最高学历", "文化水平"],
    &[
        "人员类别",
        "groups",
        "人员类型",
        "重点群体",
        "重点群体类别",
        "群体类别",
        "培训对象类别",
        "培训人员类别",
        "人员身份",
        "group",
        "keygroup",
        "keygroups",
    ],
    &[
        "户籍地",
        "region",
        "placeofregistration",
        "户籍所在地",
        "户籍",
        "户籍地址",
        "户籍地区",
        "家庭住址",
        "家庭地址",
        "住址",
        "地址",
        "所属地区",
        "地区",
        "所在旗县",
        "residence",
        "address",
    ],
    &[
        "联系电话",
        "phone",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "电话号码",
        "联系方式",
        "mobile",
        "telephone",
    ],
    &["备注", "note", "说明", "notes", "remark", "remarks"],
];

impl Column {
    /// The heading on our own template.
    pub fn heading(self) -> &'static str {
        HEADINGS[self as usize][0]
    }

    /// The English heading we read as well.
    pub fn heading_en(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Sex => "Sex",
            Self::Nation => "Ethnic group",
            Self::IdKind => "ID kind",
            Self::IdNumber => "ID number",
            Self::Age => "Age",
            Self::Education => "Education",
            Self::Groups => "Key groups",
            Self::Region => "Place of registration",
            Self::Phone => "Phone",
            Self::Note => "Note",
        }
    }

    /// Whether a roster without this column cannot be judged.
    pub fn is_required(self) -> bool {
        matches!(self, Self::Name | Self::IdNumber)
    }

    /// The column this heading stands for.
    pub fn read_heading(heading: &str) -> Option<Self> {
        let packed = text::packed(heading).to_lowercase();
        let bare = packed.split(['(', '[', '【']).next().unwrap_or("");
        let bare = bare.replace(['*', ':', '_', '-', '.'], "");
        let at = HEADINGS
            .iter()
            .position(|headings| headings.contains(&bare.as_str()))?;
        Self::ALL.get(at).copied()
    }
}

/// The row of headings, and which column of the sheet tells what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The row it stands in.
    pub line: u32,
    /// Headings that tell nothing we take.
    pub passed_over: Vec<String>,
    places: [Option<usize>; COLUMNS],
}

/// Rows of title and remarks above the headings at most.
const TITLES: usize = 10;

impl Head {
    /// Finds the headings under any title. What cannot be judged without is a finding each.
    pub fn find(sheet: &Sheet) -> Result<Self, Vec<Finding>> {
        let mut best: Option<(usize, Head, Vec<Finding>)> = None;
        for row in sheet.rows().take(TITLES) {
            let (head, findings) = Self::of(row);
            let known = head.places.iter().flatten().count();
            if best.as_ref().is_none_or(|(most, ..)| known > *most) {
                best = Some((known, head, findings));
            }
        }
        match best {
            Some((_, head, findings)) if findings.is_empty() => Ok(head),
            Some((_, _, findings)) => Err(findings),
            None => Err(vec![Finding::of_roster("roster.empty", 1)]),
        }
    }

    fn of(row: Row<'_>) -> (Self, Vec<Finding>) {
        let mut head = Self {
            line: row.number(),
            passed_over: Vec::new(),
            places: [None; COLUMNS],
        };
        let mut findings = Vec::new();
        for cell in row.cells() {
            match Column::read_heading(cell.text) {
                Some(column) if head.places[column as usize].is_none() => {
                    head.places[column as usize] = Some(cell.column);
                }
                Some(column) => findings.push(Finding::at(
                    cell,
                    column,
                    Severity::Refused,
                    "roster.header-twice",
                )),
                None => head.passed_over.push(text::tidy(cell.text)),
            }
        }
        for column in Column::ALL
            .iter()
            .copied()
            .filter(|column| column.is_required())
        {
            if head.places[column as usize].is_none() {
                let finding = Finding::of_roster("roster.header-missing", head.line);
                findings.push(
                    Finding {
                        column: Some(column),
                        ..finding
                    }
                    .with(column.heading())
                    .with(column.heading_en()),
                );
            }
        }
        (head, findings)
    }

    /// The cell of a row that tells this; none when the sheet has no such column.
    pub(super) fn cell<'a>(&self, row: Row<'a>, column: Column) -> Option<Cell<'a>> {
        self.places[column as usize].map(|place| row.cell(place))
    }

    /// The cells of a row that tell something, with what each tells.
    pub(super) fn cells<'a>(&self, row: Row<'a>) -> [Option<Cell<'a>>; COLUMNS] {
        let mut cells = self.places.map(|place| place.map(|place| row.empty(place)));
        for cell in row.cells() {
            if let Some(at) = self
                .places
                .iter()
                .position(|place| *place == Some(cell.column))
            {
                cells[at] = Some(cell);
            }
        }
        cells
    }
}

impl Finding {
    /// About the roster as a whole.
    pub(super) fn of_roster(code: &'static str, line: u32) -> Self {
        Self {
            line,
            cell: None,
            column: None,
            value: String::new(),
            code: Cow::Borrowed(code),
            severity: Severity::Refused,
            facts: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    #[test]
    fn headings_are_known_by_many_names() {
        for (heading, column) in [
            ("姓 名", Column::Name),
            ("姓名*", Column::Name),
            ("＊身份证号码（18位）", Column::IdNumber),
            ("ID_Number", Column::IdNumber),
            ("手机号码", Column::Phone),
            ("户籍地(旗县/苏木/嘎查)", Column::Region),
            ("Key groups", Column::Groups),
        ] {
            assert_eq!(Column::read_heading(heading), Some(column), "{heading}");
        }
        for column in Column::ALL {
            assert_eq!(Column::read_heading(column.heading()), Some(*column));
            assert_eq!(Column::read_heading(column.heading_en()), Some(*column));
        }
        assert_eq!(Column::read_heading("序号"), None);
        assert_eq!(Column::read_heading(""), None);
    }

    #[test]
    fn the_headings_stand_under_a_title() {
        let sheet = sheet::read(
            "焊工班花名册\n\n填报单位：某校,姓名：\n序号,姓名,证件号码\n1,张三,1".as_bytes(),
        )
        .unwrap();
        let head = Head::find(&sheet).unwrap();
        assert_eq!((head.line, head.passed_over), (4, vec!["序号".to_owned()]));
    }

    #[test]
    fn what_is_missing_or_twice_is_named() {
        let codes = |text: &str| {
            let sheet = sheet::read(text.as_bytes()).unwrap();
            let findings = Head::find(&sheet).unwrap_err();
            findings
                .iter()
                .map(|f| (f.code.to_string(), f.column.unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            codes("姓名,性别\n张三,男"),
            [("roster.header-missing".to_owned(), Column::IdNumber)]
        );
        assert_eq!(codes("张三,159999199003070016").len(), 2);
        assert_eq!(
            codes("姓名,身份证号,姓名\na,b,c"),
            [("roster.header-twice".to_owned(), Column::Name)]
        );
    }
}
