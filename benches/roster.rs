//! 花名册: lines judged per second, beside the plain reading of the same bytes.
//!
//! `cargo bench --bench roster` prints one table; the last column is the time against that of the
//! csv crate reading the same file into records. The goal is 100,000 lines judged a second.

use chrono::NaiveDate;
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::roster::{self, Context, Nobody};
use guildhall::ground::sheet;
use guildhall::paper::workbook::{self, Value};
use std::time::{Duration, Instant};

const LINES: u16 = 10_000;
const ROUNDS: usize = 15;

fn main() {
    let (headings, rows) = people();
    let csv = workbook::csv(&headings, &rows);
    let book = workbook::table("roster", &headings, &rows).expect("a table can be written");
    let (sheet, from_book) = (
        sheet::read(&csv).expect("csv"),
        sheet::read(&book).expect("xlsx"),
    );
    let judged = judge(&sheet);
    assert_eq!(judged.lines.len(), usize::from(LINES));
    let faulty = sheet::read(&spoiled(&csv)).expect("csv");
    let findings = judge(&faulty).findings.len();
    println!(
        "{LINES} lines: csv {} kB, xlsx {} kB; {findings} findings when spoiled",
        csv.len() / 1000,
        book.len() / 1000
    );

    let plain = best(|| {
        csv::Reader::from_reader(&csv[..])
            .records()
            .filter(Result::is_ok)
            .count()
    });
    let report = |name: &str, time: Duration| {
        let rate = f64::from(LINES) / time.as_secs_f64();
        println!(
            "{name:<28}{:>9.2} ms {rate:>12.0} lines/s {:>7.2}x",
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() / plain.as_secs_f64()
        );
    };
    report("csv crate, plain reading", plain);
    report(
        "sheet::read, csv",
        best(|| sheet::read(&csv).map_or(0, |sheet| sheet.len())),
    );
    report(
        "sheet::read, xlsx",
        best(|| sheet::read(&book).map_or(0, |sheet| sheet.len())),
    );
    report("judge, all good", best(|| judge(&sheet).lines.len()));
    report("judge, from xlsx", best(|| judge(&from_book).lines.len()));
    report(
        "judge, a fault in each line",
        best(|| judge(&faulty).findings.len()),
    );
    report(
        "read csv and judge",
        best(|| sheet::read(&csv).map_or(0, |sheet| judge(&sheet).lines.len())),
    );
}

fn judge(sheet: &sheet::Sheet) -> roster::Judgement {
    let starts_on = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
    let context = Context {
        starts_on,
        seats: usize::MAX,
        register: &Nobody,
        printable: &|c| c < '\u{30000}',
    };
    roster::judge(&context, sheet)
}

fn people() -> (Vec<&'static str>, Vec<Vec<Value>>) {
    let headings = vec![
        "序号",
        "姓名",
        "性别",
        "民族",
        "身份证号",
        "文化程度",
        "人员类别",
        "户籍地",
        "联系电话",
        "备注",
    ];
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
    let person = |n: u16| {
        let birth = NaiveDate::from_ymd_opt(
            1960 + i32::from(n % 40),
            1 + u32::from(n % 12),
            1 + u32::from(n % 28),
        )
        .expect("a day");
        let number = IdNumber::compose(159_999, birth, 1 + n / 20).expect("a number");
        let sex = if number.sex().as_str() == "male" {
            "男"
        } else {
            "女"
        };
        let pick = |from: &[&str]| Value::from(from[usize::from(n) % from.len()]);
        vec![
            i64::from(n).into(),
            pick(&names),
            sex.into(),
            "蒙古族".into(),
            number.as_str().into(),
            "高中".into(),
            pick(&["农牧民", "G03、退役军人", "高校毕业生"]),
            pick(&places),
            format!("138474{n:05}").into(),
            "".into(),
        ]
    };
    (headings, (0..LINES).map(person).collect())
}

/// The same file with one digit of every ID number changed, and every name broken.
fn spoiled(csv: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(csv)
        .replace(",1599991", ",1599992")
        .into_bytes()
}

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |work: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    };
    (0..ROUNDS)
        .map(|_| once(&mut work))
        .min()
        .unwrap_or_default()
}
