//! 花名册核验报告: what a roster would do, line by line, before anything is kept.

use crate::web::classes::view::Figure;
use crate::web::frame::Frame;
use crate::web::marks::view::Filter;
use crate::web::parts::{Pager, Pair, Way};
use askama::Template;

/// 核验问题: one cell of one line.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line's number in the file.
    pub line: u32,
    /// The name on that line, or empty.
    pub name: String,
    /// The cell, as a spreadsheet names it: `C14`.
    pub cell: String,
    /// The column's heading.
    pub column: String,
    /// What stands there; an identity number only as much as the clerk may see.
    pub value: String,
    /// What is wrong.
    pub say: String,
    /// How to put it right.
    pub then: String,
    /// Whether it keeps the line out, or is only a warning.
    pub grave: bool,
}

/// The page.
#[derive(Template, Debug)]
#[template(path = "rosters/show.html")]
pub struct Report {
    /// The frame.
    pub f: Frame,
    /// The class, the file, who uploaded it and when.
    pub facts: Vec<Pair>,
    /// Lines read, lines that can be admitted, lines with problems, lines twice.
    pub figures: Vec<Figure>,
    /// Lines that can be admitted.
    pub good: u32,
    /// Lines that cannot.
    pub bad: u32,
    /// The filter above the table.
    pub filters: Vec<Filter>,
    /// This page of the problems.
    pub lines: Vec<Line>,
    /// Which part of them it is.
    pub pager: Pager,
    /// The problem lines as a workbook.
    pub download: String,
    /// Where the confirmation goes; empty when it was confirmed, or nothing can be.
    pub admit: String,
    /// Where a corrected file is uploaded.
    pub again: String,
    /// The one-time token that makes a second press harmless.
    pub once: String,
    /// 补录, with both its times; empty when it is not.
    pub late: String,
    /// When it was confirmed: a sentence, and the way to the people admitted.
    pub admitted: Option<(String, Way)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::slice::{Slice, Window};
    use crate::web::frame::{Me, Visit};
    use crate::web::page::look;
    use crate::web::words::Lang;

    fn report(lang: Lang, bad: u32) -> Report {
        let visit = Visit {
            lang,
            path: "/rosters/x".into(),
            safe: true,
            ..Visit::default()
        };
        let me = Me {
            name: "赵敏".into(),
            role: "institution_clerk".into(),
            house: "霍林沟市技工学校".into(),
        };
        let f = Frame::of(&visit, "rosters.show.title")
            .signed_in(me, "t0ken")
            .under("classes");
        let f = f
            .crumb("班期", "/classes")
            .crumb("焊工四级 2026春3班", "/classes/x");
        let samples = [
            (
                "王建军",
                "C",
                "身份证号",
                "1.59999E+17",
                "身份证号被 Excel 改成了科学计数",
                "请把该列设为文本后重新填写。",
                true,
            ),
            (
                "李秀兰",
                "C",
                "身份证号",
                "15999919900230002X",
                "出生日期不存在：1990年2月30日",
                "请对照身份证改正。",
                true,
            ),
            (
                "巴特尔",
                "F",
                "手机号",
                "1381234",
                "手机号应为 11 位",
                "请补全。",
                true,
            ),
            ("", "B", "姓名", "（空）", "没有姓名", "请填写姓名。", true),
            (
                "𬭼玉成",
                "B",
                "姓名",
                "𬭼玉成",
                "姓名中的“𬭼”不在证书字库",
                "可以录取；制证前请联系评价机构。",
                false,
            ),
        ];
        let lines: Vec<Line> = (0..bad)
            .map(|at| {
                let (name, column, heading, value, say, then, grave) =
                    samples[at as usize % samples.len()];
                Line {
                    line: 4 + at * 3,
                    name: name.into(),
                    cell: format!("{column}{}", 4 + at * 3),
                    column: heading.into(),
                    value: value.into(),
                    say: say.into(),
                    then: then.into(),
                    grave,
                }
            })
            .collect();
        let slice = Slice {
            total: i64::from(bad),
            rows: lines,
            window: Window::of(None, None),
        };
        let pager = Pager::of(&slice, "/rosters/x");
        Report {
            f,
            facts: vec![
                Pair::new("班期", "焊工四级 2026春3班"),
                Pair::new("文件", "花名册.xlsx"),
                Pair::new("上传", "赵敏 今天 09:12"),
            ],
            figures: vec![
                Figure::new("340", "读到"),
                Figure::new("318", "可录取").judged("ok"),
                Figure::new(bad.to_string(), "有问题").judged("bad"),
                Figure::new("5", "重复").judged("late"),
            ],
            good: 318,
            bad,
            filters: vec![
                Filter {
                    text: "全部".into(),
                    count: 22,
                    to: "?".into(),
                    on: true,
                },
                Filter {
                    text: "不能录取".into(),
                    count: 17,
                    to: "?show=grave".into(),
                    on: false,
                },
                Filter {
                    text: "提醒".into(),
                    count: 5,
                    to: "?show=hint".into(),
                    on: false,
                },
            ],
            lines: slice.rows,
            pager,
            download: "/rosters/x/problems.xlsx".into(),
            admit: "/rosters/x/admission".into(),
            again: "/classes/x/roster".into(),
            once: "0nce".into(),
            late: String::new(),
            admitted: None,
        }
    }

    #[test]
    fn every_problem_names_cell_value_reason_and_remedy() {
        for lang in [Lang::Zh, Lang::En] {
            let html = report(lang, 12).render().unwrap();
            look::keep(&format!("roster-{}", lang.code()), &html);
            for part in [
                "C4",
                "1.59999E+17",
                "身份证号被 Excel 改成了科学计数",
                "请把该列设为文本后重新填写。",
            ] {
                assert!(html.contains(part), "{part}");
            }
        }
        let (plain, packed) = look::keep("roster-50", &report(Lang::Zh, 50).render().unwrap());
        assert!(
            plain <= 80_000 && packed <= 18_000,
            "weighs {plain}, packed {packed}"
        );
    }

    #[test]
    fn nothing_is_offered_twice() {
        let admitted = Some((
            "已录取 318 人".to_owned(),
            Way::new("查看学员", "/classes/x/trainees"),
        ));
        let html = Report {
            admit: String::new(),
            admitted,
            ..report(Lang::Zh, 0)
        }
        .render()
        .unwrap();
        look::keep("roster-admitted", &html);
        assert!(
            html.contains("已录取 318 人") && !html.contains("method=\"post\" action=\"/rosters")
        );
    }
}
