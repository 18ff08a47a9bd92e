//! 花名册: whole files, each with the faults its name tells, and a thousand lines with planted ones.

use chrono::NaiveDate;
use guildhall::domain::id_kind::IdDocument;
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::roster::{self, Column, Context, Judgement, Nobody, Register, Severity};
use guildhall::ground::sheet;
use guildhall::web::words;
use std::collections::HashSet;

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

pub fn judge(bytes: &[u8], register: &dyn Register) -> Judgement {
    let context = Context {
        starts_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        seats: 20_000,
        register,
        printable: &|c| c != '𬭚',
    };
    roster::judge(&context, &sheet::read(bytes).unwrap())
}

fn said(judgement: &Judgement) -> Vec<String> {
    let place = |cell: &Option<String>, line: u32| cell.clone().unwrap_or_else(|| line.to_string());
    judgement
        .findings
        .iter()
        .map(|f| format!("{} {}", place(&f.cell, f.line), f.code))
        .collect()
}

#[test]
fn each_file_has_the_fault_its_name_tells() {
    let files: &[(&str, usize, &[&str])] = &[
        ("five_good.csv", 5, &[]),
        ("gbk_header.csv", 5, &[]),
        ("pasted_with_tabs.txt", 5, &[]),
        ("title_above_header.csv", 5, &[]),
        ("full_width_digits.csv", 5, &[]),
        ("id_number_twice.csv", 5, &["D7 roster.twice-in-file"]),
        ("formula_injected.csv", 4, &["A2 roster.name-characters"]),
        (
            "id_number_scientific.csv",
            4,
            &["D3 id_number.made-scientific"],
        ),
        (
            "id_number_cut_to_zeros.csv",
            4,
            &["D3 id_number.cut-to-zeros"],
        ),
        ("id_number_one_short.csv", 4, &["D4 id_number.wrong-length"]),
        ("check_digit_wrong.csv", 4, &["D4 id_number.check-failed"]),
        (
            "born_on_30_february.csv",
            4,
            &["D4 id_number.date-impossible"],
        ),
        ("under_16.csv", 4, &["D5 roster.age-under-16"]),
        ("sex_against_number.csv", 4, &["B6 roster.sex-mismatch"]),
        (
            "name_with_blanks_and_bullet.csv",
            2,
            &["A2 roster.name-tidied", "A3 roster.name-tidied"],
        ),
        (
            "question_mark_for_rare_character.csv",
            4,
            &["A5 roster.name-characters"],
        ),
        ("group_unknown.csv", 4, &["F2 roster.group-unknown"]),
        ("region_unknown.csv", 4, &["G2 roster.region-unknown"]),
        ("phone_too_short.csv", 4, &["H2 roster.phone"]),
        (
            "header_without_id_number.csv",
            0,
            &["1 roster.header-missing"],
        ),
        (
            "header_missing.csv",
            0,
            &["1 roster.header-missing", "1 roster.header-missing"],
        ),
        ("only_header.csv", 0, &["1 roster.empty"]),
    ];
    for (name, admitted, expected) in files {
        let judgement = judge(&fixture(name), &Nobody);
        assert_eq!(
            (said(&judgement), judgement.lines.len()),
            (
                expected.iter().map(|s| (*s).to_owned()).collect(),
                *admitted
            ),
            "{name}"
        );
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters");
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        files.len(),
        "every file is judged"
    );
}

/// One of a thousand: men have odd numbers.
struct Person {
    cells: Vec<String>,
}

fn number(n: u16) -> String {
    let birth = NaiveDate::from_ymd_opt(
        1960 + i32::from(n % 40),
        1 + u32::from(n / 40 % 12),
        1 + u32::from(n / 480 % 28),
    )
    .unwrap();
    IdNumber::compose(159_999, birth, 1 + n % 998)
        .unwrap()
        .as_str()
        .to_owned()
}

fn person(n: u16) -> Person {
    let id = number(n);
    let sex = if IdNumber::read(&id).unwrap().sex().as_str() == "male" {
        "男"
    } else {
        "女"
    };
    let names = [
        "巴特尔·苏和",
        "赵建国",
        "乌兰图雅",
        "欧阳晓燕",
        "敖日格乐",
        "娜仁",
        "斯琴高娃",
    ];
    let places = [
        "乌兰察布市集宁区",
        "四子王旗",
        "150926",
        "内蒙古自治区乌兰察布市丰镇市",
    ];
    let groups = ["农牧民", "G03、退役军人", "", "高校毕业生"];
    let pick = |from: &[&str]| from[usize::from(n) % from.len()].to_owned();
    let cells = vec![
        pick(&names),
        sex.into(),
        "蒙古族".into(),
        id,
        "高中".into(),
        pick(&groups),
        pick(&places),
        format!("138474{n:05}"),
    ];
    Person { cells }
}

/// The register knows three people of these thousand by other names, two in another class, two in this one.
struct Somebody;

impl Register for Somebody {
    fn name_of(&self, document: &IdDocument) -> Option<String> {
        [900, 901, 902]
            .iter()
            .any(|n| number(*n) == document.as_str())
            .then(|| "王五".to_owned())
    }
    fn overlapping(&self, document: &IdDocument) -> Option<String> {
        [910, 911]
            .iter()
            .any(|n| number(*n) == document.as_str())
            .then(|| "电工班".to_owned())
    }
    fn is_enrolled(&self, document: &IdDocument) -> bool {
        [920, 921].iter().any(|n| number(*n) == document.as_str())
    }
}

/// What to do to a line, the column it shows in, and what is said of it.
type Fault = (fn(&mut Vec<String>), char, &'static str);

const FAULTS: &[Fault] = &[
    (|c| c[0].clear(), 'A', "roster.name-blank"),
    (|c| c[0].push('7'), 'A', "roster.name-characters"),
    (|c| c[0] = "=1+1".into(), 'A', "roster.name-characters"),
    (|c| c[0].push('𬭚'), 'A', "roster.name-unprintable"),
    (|c| c[0].insert(3, ' '), 'A', "roster.name-tidied"),
    (
        |c| c[1] = if c[1] == "男" { "女" } else { "男" }.into(),
        'B',
        "roster.sex-mismatch",
    ),
    (|c| c[1] = "？".into(), 'B', "roster.sex-unknown"),
    (|c| c[2] = "火星族".into(), 'C', "roster.nation-unknown"),
    (|c| c[3].clear(), 'D', "id_number.missing"),
    (|c| c[3].truncate(17), 'D', "id_number.wrong-length"),
    (
        |c| {
            c[3] = format!(
                "{}{}",
                &c[3][..17],
                if c[3].ends_with('1') { '2' } else { '1' }
            )
        },
        'D',
        "id_number.check-failed",
    ),
    (
        |c| c[3].replace_range(10..12, "13"),
        'D',
        "id_number.date-impossible",
    ),
    (
        |c| c[3].replace_range(0..2, "99"),
        'D',
        "id_number.area-unknown",
    ),
    (
        |c| c[3].replace_range(5..6, "O"),
        'D',
        "id_number.not-digits",
    ),
    (
        |c| c[3] = "1.59999E+17".into(),
        'D',
        "id_number.made-scientific",
    ),
    (|c| c[4] = "夜校".into(), 'E', "roster.education-unknown"),
    (|c| c[5] = "领导".into(), 'F', "roster.group-unknown"),
    (|c| c[6] = "火星".into(), 'G', "roster.region-unknown"),
    (|c| c[7].truncate(9), 'H', "roster.phone"),
];

#[test]
fn of_a_thousand_lines_exactly_the_planted_faults_are_reported() {
    let mut people: Vec<Person> = (0..1_000).map(person).collect();
    let mut planted: Vec<String> = Vec::new();
    let mut plant = |line: usize, column: char, code: &str| {
        planted.push(format!("{column}{} {code}", line + 2))
    };
    for n in 0..121 {
        let (line, (spoil, column, code)) = (n * 7 + 3, &FAULTS[n % FAULTS.len()]);
        spoil(&mut people[line].cells);
        plant(line, *column, code);
    }
    for n in 0..4_u16 {
        let line = 860 + usize::from(n);
        let child = IdNumber::compose(
            159_999,
            NaiveDate::from_ymd_opt(2010, 3, 3).unwrap(),
            101 + 2 * n,
        )
        .unwrap();
        people[line].cells[3] = child.as_str().to_owned();
        people[line].cells[1] = "男".into();
        plant(line, 'D', "roster.age-under-16");
    }
    for n in 0..5 {
        people[870 + n].cells = people[2 + n * 7].cells.clone();
        plant(870 + n, 'D', "roster.twice-in-file");
    }
    for (lines, column, code) in [
        (900..903, 'A', "roster.other-name"),
        (910..912, 'D', "roster.class-overlap"),
        (920..922, 'D', "roster.already-enrolled"),
    ] {
        lines.for_each(|line| plant(line, column, code));
    }
    let header = "姓名,性别,民族,身份证号,文化程度,人员类别,户籍地,联系电话\n";
    let text: String = people
        .iter()
        .map(|person| person.cells.join(",") + "\n")
        .collect();
    let (gb, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost);
    let (gb_header, ..) = encoding_rs::GB18030.encode(header);
    let unicode = judge(format!("{header}{text}").as_bytes(), &Somebody);
    let chinese = judge(&[gb_header, gb].concat(), &Somebody);
    let pasted = judge(
        format!("{header}{text}").replace(',', "\t").as_bytes(),
        &Somebody,
    );
    assert_eq!(unicode.findings, chinese.findings);
    assert_eq!(unicode.findings, pasted.findings);
    assert_eq!(planted.len(), 137);
    let planted: HashSet<String> = planted.into_iter().collect();
    let reported = said(&unicode);
    assert_eq!(reported.len(), 137);
    assert_eq!(reported.into_iter().collect::<HashSet<_>>(), planted);
    let warned = unicode
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Warned)
        .count();
    assert_eq!(
        (unicode.judged.len(), unicode.lines.len(), unicode.warned()),
        (1_000, 1_000 - 137 + warned, warned)
    );
    for finding in &unicode.findings {
        assert!(
            !finding.value.contains("159999") && !finding.value.contains("138474"),
            "{}",
            finding.value
        );
    }
}

#[test]
fn every_finding_and_every_unreadable_sheet_has_words() {
    let known: HashSet<&str> = words::catalogue().map(|(key, ..)| key).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");
    let files = [
        "domain/roster/mod.rs",
        "domain/roster/column.rs",
        "domain/roster/entry.rs",
        "ground/sheet/mod.rs",
    ];
    let mut codes = 0;
    for file in files {
        let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for code in ["\"roster.", "\"sheet."]
            .iter()
            .flat_map(|start| text.match_indices(start))
            .map(|(at, _)| &text[at + 1..])
        {
            let code = code.split('"').next().unwrap();
            codes += 1;
            for part in ["say", "do"] {
                assert!(
                    known.contains(format!("refusal.{code}.{part}").as_str()),
                    "{code} has no words"
                );
            }
        }
    }
    assert!(codes > 30);
}

#[test]
fn the_words_of_columns_are_headings_we_read() {
    for column in Column::ALL {
        let title = format!("rosters.column.{column}.title");
        let (_, zh, en) = words::catalogue().find(|(key, ..)| *key == title).unwrap();
        assert_eq!((zh, en), (column.heading(), column.heading_en()));
    }
}
