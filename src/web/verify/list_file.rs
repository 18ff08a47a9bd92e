//! 名单文件: a checked list as a file: the one that was sent with the answers beside each line, the kept
//! result as a workbook, and a signed report for tender files.

use crate::acts::list_checks::{self, Checked, Line};
use crate::acts::{Error, receipts, signed_reports};
use crate::domain::list_check::{LineVerdict, List, ListCheckId};
use crate::ground::clock::beijing;
use crate::ground::sheet::{self, Sheet};
use crate::paper::report::{Column, Report, Row};
use crate::paper::workbook::{self, Value};
use crate::web::desk::Desk;
use crate::web::guards::Caller;
use crate::web::refusal::No;
use crate::web::rosters::Download;
use crate::web::verify::list::{reason, shown};
use crate::web::whence::Whence;
use crate::web::words::Words;
use rocket::http::ContentType;
use rocket::{Route, State, get, routes};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![workbook_of, report_of]
}

/// What kind of file a list is given back as: the kind it came as.
#[derive(Clone, Copy)]
enum Form {
    Workbook,
    /// Text came, in whatever encoding: it goes back as UTF-8 that spreadsheets know.
    Text,
}

impl Form {
    fn of(bytes: &[u8]) -> Self {
        if sheet::is_workbook(bytes) {
            Self::Workbook
        } else {
            Self::Text
        }
    }

    fn download(self, w: Words, headings: &[&str], rows: &[Vec<Value>]) -> Result<Download, Error> {
        match self {
            Self::Workbook => workbook::table(w.t("list_check.tab"), headings, rows)
                .map(|book| Download::workbook("checked-list.xlsx", book))
                .map_err(|why| Error::fault(why.to_string())),
            Self::Text => Ok(Download::csv(
                "checked-list.csv",
                workbook::csv(headings, rows),
            )),
        }
    }
}

/// The same file with the answers beside each line. Nothing of it is kept.
pub(super) async fn give_back(
    w: Words,
    (whence, token): (Whence, String),
    bytes: Vec<u8>,
    desk: &Desk,
) -> Result<Download, Error> {
    let now = desk.now();
    desk.ask(move |registry| {
        let (sheet, list) = list_checks::read(&bytes)?;
        let form = Form::of(&bytes);
        let asker = list_checks::asker(registry, whence.0, Some(&token))?;
        let checked = list_checks::check(registry, &list.claims, now)?;
        list_checks::press(registry, &asker, &checked, now)?;
        let (headings, rows) = beside(w, &sheet, &list, &checked);
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        form.download(w, &headings, &rows)
    })
    .await
}

/// The kept result as a workbook.
#[get("/verify/list/<id>/xlsx")]
async fn workbook_of(caller: Caller, id: ListCheckId, desk: &State<Desk>) -> Result<Download, No> {
    let now = desk.now();
    let w = caller.words();
    let book = desk
        .ask(move |registry| {
            let checked = list_checks::open(registry, &id, now)?;
            let mut headings = vec![
                w.t("list_check.row"),
                w.t("verify.field.number"),
                w.t("verify.field.holder"),
            ];
            headings.extend(answers(w));
            let rows: Vec<_> = checked
                .lines
                .iter()
                .map(|line| {
                    let mut row = vec![
                        Value::Whole(i64::from(line.row)),
                        Value::from(line.number.as_str()),
                        Value::from(line.name.as_str()),
                    ];
                    row.extend(told(w, Some(line)));
                    row
                })
                .collect();
            Form::Workbook.download(w, &headings, &rows)
        })
        .await?;
    Ok(book)
}

/// The kept result as a report signed by the registry, for tender files.
#[get("/verify/list/<id>/pdf")]
async fn report_of(caller: Caller, id: ListCheckId, desk: &State<Desk>) -> Result<Download, No> {
    let now = desk.now();
    let w = caller.words();
    let bytes = desk
        .ask(move |registry| {
            let checked = list_checks::open(registry, &id, now)?;
            let base = registry.settings.public_base_url.as_str();
            let digest = receipts::digest(&checked)?;
            signed_reports::signed(registry, &report(w, &checked, base, &digest), now)
        })
        .await?;
    Ok(Download::named(
        "list-check-report.pdf",
        ContentType::PDF,
        bytes,
    ))
}

fn report(w: Words, checked: &Checked, base: &str, digest: &str) -> Report {
    let host = base.split("://").nth(1).unwrap_or(base);
    let counts: Vec<String> = checked
        .counts()
        .map(|(verdict, count)| format!("{} {}", w.c("list_verdict", verdict), w.count(count)))
        .collect();
    let (total, good) = (checked.lines.len(), checked.good());
    let fact = |key: &str, value: String| (w.t(key).to_owned(), value);
    let columns = [
        ("list_check.row", 13.0),
        ("verify.field.number", 45.0),
        ("verify.field.holder", 34.0),
        ("list_check.verdict", 25.0),
        ("list_check.what", 40.0),
        ("verify.field.issued_on", 27.0),
        ("list_check.issuer", 45.0),
        ("list_check.reason", 40.0),
    ];
    Report {
        title: w.t("list_report.title").to_owned(),
        facts: vec![
            fact(
                "list_report.what",
                w.f("list_report.what_said", &[&w.count(total)]),
            ),
            fact(
                "list_report.when",
                beijing(checked.at)
                    .format("%Y-%m-%d %H:%M:%S (UTC+8)")
                    .to_string(),
            ),
            fact("list_report.where", format!("{} {base}", w.t("frame.name"))),
            fact(
                "list_report.result",
                w.f(
                    "list_check.summary",
                    &[&w.count(total), &w.count(good), &w.count(total - good)],
                ),
            ),
            fact("list_report.counts", counts.join("  ")),
            fact("list_report.digest", digest.to_owned()),
        ],
        notes: vec![
            w.t("list_report.note_1").to_owned(),
            w.f("list_report.note_2", &[&base]),
        ],
        columns: columns
            .into_iter()
            .map(|(key, width)| Column {
                heading: w.t(key).to_owned(),
                width,
            })
            .collect(),
        rows: checked
            .lines
            .iter()
            .map(|line| {
                let it = shown(w, line);
                let issuer = line.certified.as_ref().map_or("", |it| &it.issuer);
                Row {
                    marked: line.verdict() != LineVerdict::Valid,
                    cells: vec![
                        it.row.to_string(),
                        it.number,
                        it.name,
                        it.verdict.to_owned(),
                        it.what,
                        it.issued,
                        issuer.to_owned(),
                        it.reason,
                    ],
                }
            })
            .collect(),
        foot: format!("{} · {host} · {}", w.t("list_report.title"), &digest[..16]),
        author: w.f("list_report.author", &[&host]),
        purpose: w.t("list_report.purpose").to_owned(),
        on: beijing(checked.at).date_naive(),
    }
}

/// The headings of what is told of each line.
fn answers(w: Words) -> [&'static str; 7] {
    [
        w.t("list_check.verdict"),
        w.t("list_check.what"),
        w.t("verify.field.level"),
        w.t("verify.field.issued_on"),
        w.t("verify.field.expires_on"),
        w.t("list_check.issuer"),
        w.t("list_check.reason"),
    ]
}

fn told(w: Words, line: Option<&Line>) -> Vec<Value> {
    let Some(line) = line else {
        return Vec::new();
    };
    let it = line.certified.as_ref();
    let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
    vec![
        Value::from(w.c("list_verdict", line.verdict())),
        text(it.map(|it| it.occupation.clone())),
        text(
            it.filter(|it| !it.level.is_empty())
                .map(|it| w.c("level_name", &it.level).to_owned()),
        ),
        text(it.map(|it| it.issued_on.to_string())),
        text(it.and_then(|it| it.expires_on).map(|day| day.to_string())),
        text(it.map(|it| it.issuer.clone())),
        Value::Text(reason(w, line)),
    ]
}

/// The list that was sent, with the answers beside each line: its headings and its lines.
fn beside(
    w: Words,
    sheet: &Sheet,
    list: &List,
    checked: &Checked,
) -> (Vec<String>, Vec<Vec<Value>>) {
    let width = sheet
        .rows()
        .filter_map(|row| row.cells().map(|cell| cell.column + 1).max())
        .max()
        .unwrap_or(1);
    let cells = |row: crate::ground::sheet::Row<'_>| -> Vec<String> {
        (0..width)
            .map(|column| row.cell(column).text.to_owned())
            .collect()
    };
    let mut headings: Vec<String> = vec![String::new(); width];
    let mut rows = Vec::with_capacity(list.claims.len());
    let mut lines = checked.lines.iter().peekable();
    for row in sheet.rows() {
        if list.head == Some(row.number()) {
            headings = cells(row);
            rows.clear();
            continue;
        }
        let mut values: Vec<Value> = cells(row).into_iter().map(Value::from).collect();
        let answered = lines.next_if(|line| line.row == row.number());
        values.extend(told(w, answered));
        rows.push(values);
    }
    if list.head.is_none() {
        headings[list.columns.number] = w.t("verify.field.number").to_owned();
        for (column, name) in [
            (list.columns.name, w.t("verify.field.holder")),
            (list.columns.tail, w.t("verify.field.id_number")),
        ] {
            if let Some(column) = column {
                name.clone_into(&mut headings[column]);
            }
        }
    }
    headings.extend(answers(w).map(str::to_owned));
    (headings, rows)
}
