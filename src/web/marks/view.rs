//! 成绩录入页: a grid of candidates and the parts they sit.
//!
//! One form, which works without a script. Its names are flat:
//! `csrf`, `once` (the one-time token), and for each candidate
//! `version.<candidate>` (the version of the marks that were shown),
//! `mark.<candidate>.<item>` (a text, perhaps blank) and
//! `absent.<candidate>` (`1` when ticked). The button pressed is `do`: `save` or `sign`.
//! [`posted`] reads them back. A fault at a cell has that cell's name as its field.

use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::parts::{Pair, Tag};
use crate::web::words::Words;
use askama::Template;

/// One thing a mark is entered for.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its code, unique in the sheet.
    pub code: String,
    /// What people read.
    pub name: String,
    /// The highest mark.
    pub max: u32,
}

/// 科目: one part, passed or failed by itself; a part with several items has a total.
#[derive(Clone, Debug)]
pub struct Part {
    /// `theory`, `practice` or `review`.
    pub code: String,
    /// What people read.
    pub name: String,
    /// 合格线, on the sum of its items.
    pub pass: u32,
    /// What marks are entered for.
    pub items: Vec<Item>,
}

impl Part {
    /// A part that is marked as a whole, out of 100.
    pub fn whole(code: &str, name: &str, pass: u32) -> Self {
        let item = Item {
            code: code.to_owned(),
            name: name.to_owned(),
            max: 100,
        };
        Self {
            code: code.to_owned(),
            name: name.to_owned(),
            pass,
            items: vec![item],
        }
    }

    /// The highest sum.
    pub fn max(&self) -> u32 {
        self.items.iter().map(|item| item.max).sum()
    }
}

/// How one candidate's line stands, as the rules judged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 合格.
    Pass,
    /// 不合格.
    Fail,
    /// 缺考.
    Absent,
    /// 未录完.
    Todo,
    /// 待改: something in the line is wrong.
    Fix,
}

impl State {
    /// As a tag.
    pub fn tag(self, w: Words) -> Tag {
        match self {
            Self::Pass => Tag::ok(w.t("marks.edit.pass")),
            Self::Fail => Tag::bad(w.t("marks.edit.fail")),
            Self::Absent => Tag::none(w.t("marks.edit.absent")),
            Self::Todo => Tag::todo(w.t("marks.edit.todo")),
            Self::Fix => Tag::late(w.t("marks.edit.fix")),
        }
    }
}

/// One candidate's line.
#[derive(Clone, Debug)]
pub struct Row {
    /// The candidate's key.
    pub candidate: String,
    /// The name.
    pub name: String,
    /// 准考证号, or the seat.
    pub seat: String,
    /// The marks as text, in the order of the sheet's items.
    pub values: Vec<String>,
    /// 缺考.
    pub absent: bool,
    /// The version of the marks shown.
    pub version: i64,
    /// How the line stands.
    pub state: State,
    /// 补录, with both its times; empty when it is not.
    pub late: String,
}

/// One choice of the filter above the grid.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What people read.
    pub text: String,
    /// How many lines it would show.
    pub count: usize,
    /// Its address.
    pub to: String,
    /// Whether it is the one in force.
    pub on: bool,
}

/// The page.
#[derive(Template, Debug)]
#[template(path = "marks/edit.html")]
pub struct Sheet {
    /// The frame.
    pub f: Frame,
    /// The sitting: which, where, the pass marks.
    pub facts: Vec<Pair>,
    /// The parts this assessor marks.
    pub parts: Vec<Part>,
    /// The candidates.
    pub rows: Vec<Row>,
    /// The filter, with the numbers of lines.
    pub filters: Vec<Filter>,
    /// What is wrong, cell by cell.
    pub form: Filled,
    /// Where the form goes.
    pub action: String,
    /// The one-time token that makes a second press harmless.
    pub once: String,
    /// When the marks were signed, in words; then nothing can be entered.
    pub signed: Option<String>,
}

/// One cell, as the template draws it.
#[derive(Debug)]
pub struct Cell<'a> {
    /// What it is for.
    pub item: &'a Item,
    /// Its name in the form.
    pub name: String,
    /// The mark as text.
    pub value: &'a str,
    /// What is wrong with it; empty when nothing is.
    pub fault: &'a str,
    /// The total that follows the cell, when it is the last of a part with several items.
    pub total: Option<(&'a Part, String)>,
    /// The code of its part.
    pub part: &'a str,
}

impl Sheet {
    /// The cells of a line.
    pub fn cells<'a>(&'a self, row: &'a Row) -> Vec<Cell<'a>> {
        let mut cells = Vec::new();
        let mut values = row.values.iter().map(String::as_str);
        for part in &self.parts {
            let mut sum = Some(0.0_f64);
            for (at, item) in part.items.iter().enumerate() {
                let value = values.next().unwrap_or_default();
                let name = format!("mark.{}.{}", row.candidate, item.code);
                let fault = self.form.fault(&name);
                // a total over something wrong or missing would be a wrong total
                sum = sum
                    .zip(value.parse::<f64>().ok().filter(|_| fault.is_empty()))
                    .map(|(a, b)| a + b);
                let last = at + 1 == part.items.len() && part.items.len() > 1;
                let total = last.then(|| {
                    (
                        part,
                        sum.filter(|_| !row.absent)
                            .map_or_else(|| "—".to_owned(), shown),
                    )
                });
                cells.push(Cell {
                    item,
                    name,
                    value,
                    fault,
                    total,
                    part: &part.code,
                });
            }
        }
        cells
    }

    /// A line's state as a tag.
    pub fn tag(&self, row: &Row) -> Tag {
        row.state.tag(self.f.w)
    }

    /// Lines that need nothing more.
    pub fn finished(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| !matches!(row.state, State::Todo | State::Fix))
            .count()
    }

    /// The pass marks, for the script: `theory:60 practice:60`.
    pub fn passes(&self) -> String {
        let pass = |part: &Part| format!("{}:{}", part.code, part.pass);
        self.parts.iter().map(pass).collect::<Vec<_>>().join(" ")
    }
}

/// A sum as people write it: no decimals unless there are some.
fn shown(sum: f64) -> String {
    let text = format!("{sum:.1}");
    text.strip_suffix(".0")
        .map_or_else(|| text.clone(), str::to_owned)
}

/// What the form sent about one candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// The candidate's key, as sent.
    pub candidate: String,
    /// The version that was shown.
    pub version: i64,
    /// Ticked as absent; then the marks do not count.
    pub absent: bool,
    /// Item and text, in the order of the sheet.
    pub marks: Vec<(String, String)>,
}

/// Reads the form's pairs back, candidate by candidate, in the order of the sheet.
pub fn posted<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Posted> {
    let mut all: Vec<Posted> = Vec::new();
    for (name, value) in pairs {
        let mut words = name.split('.');
        let (Some(what @ ("version" | "absent" | "mark")), Some(candidate)) =
            (words.next(), words.next())
        else {
            continue;
        };
        let at = all
            .iter()
            .position(|posted| posted.candidate == candidate)
            .unwrap_or_else(|| {
                all.push(Posted {
                    candidate: candidate.to_owned(),
                    ..Posted::default()
                });
                all.len() - 1
            });
        match (what, words.next()) {
            ("version", None) => all[at].version = value.parse().unwrap_or(0),
            ("absent", None) => all[at].absent = value == "1",
            ("mark", Some(item)) => all[at]
                .marks
                .push((item.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::frame::{Me, Visit};
    use crate::web::page::look;
    use crate::web::words::Lang;

    fn sheet(lang: Lang, people: usize) -> Sheet {
        let visit = Visit {
            lang,
            path: "/sittings/x/marks".into(),
            safe: true,
            ..Visit::default()
        };
        let me = Me {
            name: "那顺".into(),
            role: "assessor".into(),
            house: String::new(),
        };
        let practice = Part {
            code: "practice".into(),
            name: "实操".into(),
            pass: 60,
            items: [
                ("join", "焊接", 50),
                ("cut", "切割", 30),
                ("safe", "安全文明", 20),
            ]
            .map(|(code, name, max)| Item {
                code: code.into(),
                name: name.into(),
                max,
            })
            .to_vec(),
        };
        let names = [
            "苏日娜",
            "王建军",
            "乌云其木格",
            "李秀兰",
            "巴特尔",
            "张伟",
            "赵敏",
            "阿拉坦仓·额尔敦巴雅尔",
        ];
        let marks = [
            (["86", "40", "25", "18"], State::Pass),
            (["72", "35", "22.5", "17"], State::Pass),
            (["58", "38", "24", "16"], State::Fail),
            (["67", "", "21", "18"], State::Todo),
            (["640", "31", "22", "17"], State::Fix),
            (["", "", "", ""], State::Absent),
        ];
        let mut form = Filled::blank();
        form.wrong("mark.c4.theory", "赵敏 理论：640 超出 0–100");
        let row = |at: usize| {
            let (values, state) = marks[at % marks.len()];
            let state = if state == State::Fix && at != 4 {
                State::Todo
            } else {
                state
            };
            Row {
                candidate: format!("c{at}"),
                name: names[at % names.len()].into(),
                seat: format!("{}", 2_026_030_101 + at),
                values: values
                    .map(|value| {
                        if value == "640" && at != 4 {
                            String::new()
                        } else {
                            value.into()
                        }
                    })
                    .to_vec(),
                absent: state == State::Absent,
                version: 3,
                late: String::new(),
                state,
            }
        };
        let f = Frame::of(&visit, "marks.edit.title")
            .signed_in(me, "t0ken")
            .under("sittings");
        let f = f
            .crumb("评价批次", "/sittings")
            .crumb("2026春 焊工四级", "/sittings/x")
            .wrong(&form);
        let filter = |text: &str, count, on| Filter {
            text: text.into(),
            count,
            to: "?show=x".into(),
            on,
        };
        Sheet {
            f,
            facts: vec![
                Pair::new("批次", "2026-春-03"),
                Pair::new("考点", "霍林沟市技工学校 2 号实训室"),
                Pair::new("合格线", "理论 60 · 实操 60"),
            ],
            parts: vec![Part::whole("theory", "理论", 60), practice],
            rows: (0..people).map(row).collect(),
            filters: vec![
                filter("全部", people, true),
                filter("未录完", 4, false),
                filter("待改", 1, false),
            ],
            form,
            action: "/sittings/x/marks".into(),
            once: "0nce".into(),
            signed: None,
        }
    }

    #[test]
    fn the_grid_of_fifty_people_keeps_its_budget() {
        for lang in [Lang::Zh, Lang::En] {
            let html = sheet(lang, 50).render().unwrap();
            let (plain, packed) = look::keep(&format!("marks-50-{}", lang.code()), &html);
            assert!(
                plain <= 110_000 && packed <= 20_000,
                "weighs {plain}, packed {packed}"
            );
            look::keep(
                &format!("marks-{}", lang.code()),
                &sheet(lang, 12).render().unwrap(),
            );
        }
        assert!(crate::web::packing::best(crate::web::assets::bytes("js/marks.js")).len() <= 5_000);
    }

    #[test]
    fn a_wrong_cell_is_named_above_and_at_the_cell() {
        let html = sheet(Lang::Zh, 12).render().unwrap();
        assert!(
            html.contains("href=\"#f-mark.c4.theory\"") && html.contains("id=\"f-mark.c4.theory\"")
        );
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1);
        assert!(
            html.contains("name=\"version.c0\" value=\"3\"")
                && html.contains("name=\"absent.c5\" value=\"1\" checked")
        );
    }

    #[test]
    fn a_total_is_never_made_of_something_wrong_or_missing() {
        let sheet = sheet(Lang::Zh, 6);
        let totals: Vec<String> = sheet
            .rows
            .iter()
            .flat_map(|row| sheet.cells(row).into_iter().filter_map(|cell| cell.total))
            .map(|(_, t)| t)
            .collect();
        assert_eq!(totals, ["83", "74.5", "78", "—", "70", "—"]);
    }

    #[test]
    fn signed_marks_are_read_only() {
        let html = Sheet {
            signed: Some("2026年4月1日 16:20".into()),
            ..sheet(Lang::Zh, 3)
        }
        .render()
        .unwrap();
        assert!(
            !html.contains("value=\"save\"")
                && html.contains("readonly")
                && !html.contains("<script")
        );
    }

    #[test]
    fn the_form_is_read_back_by_candidate() {
        let pairs = [
            ("csrf", "x"),
            ("version.c1", "3"),
            ("mark.c1.theory", " 86 "),
            ("mark.c1.practice", ""),
            ("version.c2", "0"),
            ("absent.c2", "1"),
            ("mark.c2.theory", "5"),
            ("mark", "?"),
        ];
        let marks = |list: &[(&str, &str)]| {
            list.iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            posted(pairs),
            [
                Posted {
                    candidate: "c1".into(),
                    version: 3,
                    absent: false,
                    marks: marks(&[("theory", "86"), ("practice", "")])
                },
                Posted {
                    candidate: "c2".into(),
                    version: 0,
                    absent: true,
                    marks: marks(&[("theory", "5")])
                },
            ]
        );
    }
}
