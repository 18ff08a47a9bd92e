//! 花名册: judged in tables of cases.

use super::*;
use crate::domain::id_number::IdNumber;

const HEADER: &str =
    "姓名\t性别\t民族\t证件类型\t身份证号\t年龄\t文化程度\t人员类别\t户籍地\t联系电话\t备注";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn context<'a>(register: &'a dyn Register) -> Context<'a> {
    Context {
        starts_on: day("2026-03-02"),
        seats: 50,
        register,
        printable: &|c| c != '𬭚',
    }
}

/// A number of somebody born on that day; odd sequences are men.
fn number(born: &str, sequence: u16) -> String {
    IdNumber::compose(159_999, day(born), sequence)
        .unwrap()
        .as_str()
        .to_owned()
}

fn judged(text: &str) -> Judgement {
    judge(&context(&Nobody), &sheet::read(text.as_bytes()).unwrap())
}

/// Each finding as `cell code facts`.
fn said(judgement: &Judgement) -> Vec<String> {
    let cell = |finding: &Finding| {
        finding
            .cell
            .clone()
            .unwrap_or_else(|| finding.line.to_string())
    };
    let facts = |finding: &Finding| {
        finding
            .facts
            .iter()
            .map(|fact| format!(" {fact}"))
            .collect::<String>()
    };
    judgement
        .findings
        .iter()
        .map(|finding| format!("{} {}{}", cell(finding), finding.code, facts(finding)))
        .collect()
}

/// What is said of one line that is good but for these columns.
fn said_of(changes: &[(Column, &str)]) -> Vec<String> {
    let mut cells = [
        "巴图",
        "男",
        "蒙古族",
        "",
        "159999199003070016",
        "35",
        "大专",
        "农牧民、残疾人",
        "乌兰察布市集宁区",
        "13800138000",
        "会焊接",
    ];
    for (column, text) in changes {
        cells[*column as usize] = text;
    }
    said(&judged(&format!("{HEADER}\n{}", cells.join("\t"))))
}

#[test]
fn a_good_line_is_read_whole() {
    let text = format!(
        "{HEADER}\n 巴特尔·苏和\t男\t蒙古\t\t159999 19900307 0016\t36\t本科\tG03、残疾人\t150902001\t138-0013-8000\t 会  焊接 "
    );
    let judgement = judged(&text);
    assert_eq!(said(&judgement), Vec::<String>::new());
    let [line] = &judgement.lines[..] else {
        panic!("one line")
    };
    assert_eq!(
        (line.line, line.name.as_str(), line.document.last4()),
        (2, "巴特尔·苏和", "0016")
    );
    assert_eq!(
        (line.sex, line.education),
        (Some(Sex::Male), Some(Education::Bachelor))
    );
    assert_eq!(line.nation.map(Nation::name), Some("蒙古族"));
    assert_eq!(
        line.groups.iter().map(KeyGroup::as_str).collect::<Vec<_>>(),
        ["G03", "G08"]
    );
    assert_eq!(
        line.region.as_ref().map(RegionCode::as_str),
        Some("150902001")
    );
    assert_eq!(
        (line.phone.as_deref(), line.note.as_deref()),
        (Some("13800138000"), Some("会 焊接"))
    );
    assert_eq!((judgement.refused(), judgement.warned()), (0, 0));
}

#[test]
fn each_fault_is_named_with_its_cell() {
    use Column::{Age, Education, Groups, IdKind, IdNumber, Name, Nation, Phone, Region, Sex};
    let child = number("2010-03-03", 1);
    let cases: &[(&[(Column, &str)], &[&str])] = &[
        (&[], &[]),
        (&[(Name, "")], &["A2 roster.name-blank"]),
        (&[(Name, "张三1")], &["A2 roster.name-characters 1"]),
        (&[(Name, "张?")], &["A2 roster.name-characters ?"]),
        (
            &[(Name, "=HYPERLINK(\"http://x\")")],
            &["A2 roster.name-characters ="],
        ),
        (
            &[(Name, "张\u{FFFD}")],
            &["A2 roster.name-characters \u{FFFD}"],
        ),
        (&[(Name, "张")], &["A2 roster.name-short"]),
        (&[(Name, "张　三")], &["A2 roster.name-tidied 张三"]),
        (
            &[(Name, "巴特尔•苏和")],
            &["A2 roster.name-tidied 巴特尔·苏和"],
        ),
        (&[(Name, "张𬭚")], &["A2 roster.name-unprintable 𬭚"]),
        (&[(Name, &"甲".repeat(61))], &["A2 roster.name-long 60"]),
        (&[(Sex, "女")], &["B2 roster.sex-mismatch"]),
        (&[(Sex, "不详")], &["B2 roster.sex-unknown"]),
        (&[(Nation, "火星族")], &["C2 roster.nation-unknown"]),
        (&[(IdKind, "驾驶证")], &["D2 roster.id-kind-unknown"]),
        (&[(IdKind, "护照"), (IdNumber, "E12345678")], &[]),
        (&[(IdNumber, "")], &["E2 id_number.missing"]),
        (
            &[(IdNumber, "159999199003070017")],
            &["E2 id_number.check-failed"],
        ),
        (
            &[(IdNumber, "159999199002300016")],
            &["E2 id_number.date-impossible"],
        ),
        (
            &[(IdNumber, "1.59999E+17")],
            &["E2 id_number.made-scientific"],
        ),
        (
            &[(IdNumber, "159999199003070000")],
            &["E2 id_number.cut-to-zeros"],
        ),
        (
            &[(IdNumber, "15999919900307001")],
            &["E2 id_number.wrong-length 17"],
        ),
        (
            &[(IdNumber, "15999919900307O016")],
            &["E2 id_number.not-digits 15"],
        ),
        (
            &[(IdNumber, "999999199003070016")],
            &["E2 id_number.area-unknown"],
        ),
        (
            &[(IdNumber, &child), (Age, "")],
            &["E2 roster.age-under-16 15"],
        ),
        (&[(Age, "53")], &["F2 roster.age-mismatch 35"]),
        (&[(Age, "三十五")], &["F2 roster.age-mismatch 35"]),
        (&[(Age, "36岁")], &[]),
        (&[(Education, "夜校")], &["G2 roster.education-unknown"]),
        (
            &[(Groups, "农牧民、领导")],
            &["H2 roster.group-unknown 领导"],
        ),
        (&[(Groups, "")], &[]),
        (&[(Region, "火星")], &["I2 roster.region-unknown"]),
        (&[(Region, "159999")], &["I2 roster.region-unknown"]),
        (&[(Phone, "1380013800")], &["J2 roster.phone"]),
        (
            &[(Name, ""), (IdNumber, ""), (Phone, "x")],
            &[
                "A2 roster.name-blank",
                "E2 id_number.missing",
                "J2 roster.phone",
            ],
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(&said_of(changes), expected, "{changes:?}");
    }
}

#[test]
fn a_number_that_excel_cut_is_refused_even_when_it_passes() {
    let passing = (1..=28)
        .flat_map(|d| [100, 300, 500, 700, 900].map(|s| number(&format!("1990-03-{d:02}"), s)));
    let passing = passing
        .into_iter()
        .find(|number| number.ends_with("000"))
        .unwrap();
    let mut sheet = sheet::read(HEADER.as_bytes()).unwrap();
    sheet.put(2, 0, "巴图", sheet::Kind::Text).unwrap();
    sheet.put(2, 4, &passing, sheet::Kind::Number).unwrap();
    assert_eq!(
        said(&judge(&context(&Nobody), &sheet)),
        ["E2 id_number.cut-to-zeros"]
    );
    assert_eq!(
        said_of(&[(Column::IdNumber, &passing), (Column::Sex, "")]),
        ["E2 roster.id-zeros"]
    );
}

struct Somebody;

impl Register for Somebody {
    fn name_of(&self, document: &IdDocument) -> Option<String> {
        (document.last4() != "0020").then(|| "巴特尔·苏和".to_owned())
    }
    fn overlapping(&self, document: &IdDocument) -> Option<String> {
        (document.last4() == "0031").then(|| "电工班".to_owned())
    }
    fn is_enrolled(&self, document: &IdDocument) -> bool {
        document.last4() == "104X"
    }
}

#[test]
fn what_the_register_knows_is_compared() {
    let sheet = sheet::read(
        b"\xe5\xa7\x93\xe5\x90\x8d,ID number\n\
        \xe5\xb7\xb4\xe7\x89\xb9\xe5\xb0\x94\xe8\x8b\x8f\xe5\x92\x8c,159999197605250031\n\
        \xe5\xb7\xb4\xe5\x9b\xbe,159999199003070016\n\
        \xe5\xb7\xb4\xe7\x89\xb9\xe5\xb0\x94\xc2\xb7\xe8\x8b\x8f\xe5\x92\x8c,15999919851130104x\n\
        \xe4\xb9\x8c\xe5\x85\xb0,159999198808120020\n\
        \xe4\xb9\x8c\xe5\x85\xb0,159999198808120020",
    )
    .unwrap();
    let judgement = judge(&context(&Somebody), &sheet);
    assert_eq!(
        said(&judgement),
        [
            "B2 roster.class-overlap 电工班",
            "A3 roster.other-name 巴*",
            "B4 roster.already-enrolled",
            "B6 roster.twice-in-file 5",
        ]
    );
    assert_eq!(
        judgement
            .lines
            .iter()
            .map(|line| line.line)
            .collect::<Vec<_>>(),
        [5]
    );
    assert_eq!(
        (judgement.judged.as_slice(), judgement.refused()),
        (&[2, 3, 4, 5, 6][..], 4)
    );
    assert_eq!(documents(&sheet).len(), 5);
}

#[test]
fn lines_beyond_the_seats_are_refused() {
    let lines: String = (1..=5)
        .map(|n| format!("张三,{}\n", number("1990-01-01", n)))
        .collect();
    let sheet = sheet::read(format!("姓名,身份证号\n{lines}").as_bytes()).unwrap();
    let judgement = judge(
        &Context {
            seats: 3,
            ..context(&Nobody)
        },
        &sheet,
    );
    assert_eq!(said(&judgement), ["5 roster.seats 3", "6 roster.seats 3"]);
    assert_eq!(judgement.lines.len(), 3);
}

#[test]
fn rows_that_name_nobody_are_passed_over() {
    let text = format!(
        "序号,姓名,身份证号,备注\n1,张三,{}\n2,,,\n3,,,空\n合计,1人,,\n填表人：李四,,,\n",
        number("1990-01-01", 1)
    );
    let judgement = judged(&text);
    assert_eq!((said(&judgement), judgement.judged), (vec![], vec![2]));
    assert_eq!(said(&judged("姓名,身份证号\n")), ["1 roster.empty"]);
    assert_eq!(
        said(&judged("甲,乙\n1,2")),
        [
            "1 roster.header-missing 姓名 Name",
            "1 roster.header-missing 证件号码 ID number"
        ]
    );
}

#[test]
fn merged_failed_and_hidden_cells_are_told() {
    let mut sheet = sheet::read(
        format!(
            "姓名,身份证号,户籍地\n巴图,{},集宁区\n",
            number("1990-01-01", 1)
        )
        .as_bytes(),
    )
    .unwrap();
    sheet.put(3, 0, "#N/A", sheet::Kind::Failed).unwrap();
    sheet
        .put(3, 1, &number("1990-01-01", 3), sheet::Kind::Text)
        .unwrap();
    sheet.merge((2, 3), (2, 2));
    sheet.hide(3);
    let judgement = judge(&context(&Nobody), &sheet);
    assert_eq!(
        said(&judgement),
        [
            "3 roster.row-hidden",
            "A3 roster.cell-failed",
            "C3 roster.cell-merged"
        ]
    );
}

#[test]
fn lines_as_written_are_judged_the_same_again() {
    let text = format!(
        "班级花名册\n\n序号,姓名,性别,身份证号\n1,张三,男,{}\n2,李　四,男,{}\n",
        number("1990-01-01", 1),
        number("1990-01-01", 2)
    );
    let sheet = sheet::read(text.as_bytes()).unwrap();
    let first = judge(&context(&Nobody), &sheet);
    let head = first.head.clone().unwrap();
    let written: Vec<Written> = sheet
        .rows()
        .filter(|row| first.judged.contains(&row.number()))
        .map(|row| head.written(row))
        .collect();
    assert_eq!(
        (written[0].line, written[1].text(Column::Name)),
        (4, "李　四")
    );
    let kept = serde_json::to_string(&written).unwrap();
    let again: Vec<Written> = serde_json::from_str(&kept).unwrap();
    let second = judge(&context(&Nobody), &Written::sheet(&again).unwrap());
    assert_eq!(
        (second.findings, second.judged),
        (first.findings.clone(), first.judged)
    );
    assert_eq!(
        said_codes(&first.findings),
        ["roster.name-tidied", "roster.sex-mismatch"]
    );
    let kept = serde_json::to_string(&first.findings).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<Finding>>(&kept).unwrap(),
        first.findings
    );
    assert!(!kept.contains("19900101"));
}

fn said_codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}
