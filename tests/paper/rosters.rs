//! 花名册工作簿: the template can be filled in, and mended problem lines can be uploaded again.

use chrono::NaiveDate;
use guildhall::domain::roster::{self, Column, Context, Head, Nobody, Written};
use guildhall::ground::sheet::{self, Kind, Sheet};
use guildhall::paper::roster as workbooks;
use guildhall::web::words;

fn say(language: usize) -> impl Fn(&str, &[&str]) -> String {
    move |key, facts| {
        let found = words::catalogue().find(|(known, ..)| *known == key);
        let (_, zh, en) = found.unwrap_or_else(|| panic!("no words at {key}"));
        let filled = facts.iter().enumerate();
        filled.fold([zh, en][language].to_owned(), |text, (n, fact)| {
            text.replace(&format!("{{{n}}}"), fact)
        })
    }
}

fn judge(sheet: &Sheet) -> roster::Judgement {
    let starts_on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    roster::judge(
        &Context {
            starts_on,
            seats: 50,
            register: &Nobody,
            printable: &|_| true,
        },
        sheet,
    )
}

#[test]
fn the_template_has_every_column_in_both_languages() {
    for language in [0, 1] {
        let book = workbooks::template(&say(language)).unwrap();
        assert_eq!(book, workbooks::template(&say(language)).unwrap());
        let sheet = sheet::read(&book).unwrap();
        assert_eq!(sheet.len(), 1);
        let row = sheet.rows().next().unwrap();
        let columns: Vec<_> = row
            .cells()
            .map(|cell| Column::read_heading(cell.text))
            .collect();
        assert_eq!(
            columns,
            Column::ALL.iter().copied().map(Some).collect::<Vec<_>>()
        );
        assert!(Head::find(&sheet).is_ok());
        assert_eq!(judge(&sheet).findings[0].code, "roster.empty");
    }
}

#[test]
fn problem_lines_carry_their_reasons_and_can_be_mended() {
    let text = "序号,姓名,性别,身份证号,备注\n1,赵建国,男,159999197605250031,\n2,乌兰,男,159999198808120020,=1+1\n3,,女,1.59999E+17,x\n";
    let sheet = sheet::read(text.as_bytes()).unwrap();
    let judgement = judge(&sheet);
    let head = judgement.head.clone().unwrap();
    let written: Vec<Written> = sheet.rows().skip(1).map(|row| head.written(row)).collect();
    let lines: Vec<_> = written
        .iter()
        .map(|line| (line, judgement.findings_of(line.line)))
        .filter(|(_, findings)| !findings.is_empty())
        .collect();
    let book = workbooks::problems(&lines, &say(0)).unwrap();
    let read = sheet::read(&book).unwrap();
    let rows: Vec<Vec<&str>> = read
        .rows()
        .map(|row| (0..6).map(|at| row.cell(at).text).collect())
        .collect();
    assert_eq!(
        rows[0],
        [
            "原行号",
            "姓名",
            "性别",
            "证件号码",
            "备注",
            "问题与改正办法"
        ]
    );
    assert_eq!(
        rows[1][..5],
        ["3", "乌兰", "男", "159999198808120020", "=1+1"]
    );
    assert_eq!(
        rows[1][5],
        "性别（C3）：性别与身份证号不一致。请对照证件核对性别和号码的第17位。"
    );
    assert_eq!(rows[2][5].lines().count(), 2);
    // the formula left the house with an apostrophe, and no cell is one
    assert!(
        !read
            .rows()
            .any(|row| row.cells().any(|cell| cell.kind == Kind::Failed))
    );
    let again = judge(&read);
    assert_eq!(
        again.head.unwrap().passed_over,
        ["原行号", "问题与改正办法"]
    );
    let codes = |findings: &[roster::Finding]| {
        findings
            .iter()
            .map(|f| f.code.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&again.findings), codes(&judgement.findings));
    assert!(workbooks::problems(&lines, &say(1)).is_ok());
}

#[test]
fn a_hundred_columns_of_reasons_fit_a_cell() {
    let finding = roster::Finding {
        line: 2,
        cell: Some("A2".into()),
        column: Some(Column::Name),
        value: String::new(),
        code: "roster.name-blank".into(),
        severity: roster::Severity::Refused,
        facts: vec![],
    };
    let line = Written {
        line: 2,
        cells: vec![],
    };
    assert!(workbooks::problems(&[(&line, &vec![finding; 2_000])], &say(0)).is_ok());
}
