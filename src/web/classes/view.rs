//! 班期页: a class as a list of tasks, each with where it stands and at most one next step.

use crate::web::frame::Frame;
use crate::web::parts::{Pair, Tag, Task, Way};
use askama::Template;

/// One large figure with its word.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The figure, finished.
    pub value: String,
    /// What it counts.
    pub text: String,
    /// `ok`, `bad`, `late`, or empty.
    pub css: &'static str,
}

impl Figure {
    /// A figure without judgement.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            css: "",
        }
    }

    /// The same figure, judged `ok`, `late` or `bad`.
    #[must_use]
    pub fn judged(mut self, css: &'static str) -> Self {
        self.css = css;
        self
    }
}

/// One line of what happened: newest first on the page.
#[derive(Clone, Debug)]
pub struct Happened {
    /// What.
    pub what: String,
    /// Who and when.
    pub by: String,
}

/// One trainee on the class's list.
#[derive(Clone, Debug)]
pub struct Learner {
    /// 姓名
    pub name: String,
    /// The end of the identity number.
    pub id_tail: String,
    /// 性别
    pub sex: String,
    /// Since when.
    pub since: String,
    /// 补录, with both its times; empty when it is not.
    pub late: String,
    /// What her attendance came to, or why she left.
    pub about: String,
    /// 补录 behind it, the last with both its times; empty when there is none.
    pub late_entries: String,
    /// Whether she is in the class.
    pub state: Tag,
    /// The page that records that she left, or empty.
    pub leave: String,
}

/// What stands in the way, and what to do about it.
#[derive(Clone, Debug)]
pub struct Reason {
    /// What stands in the way.
    pub say: String,
    /// What to do.
    pub then: String,
}

impl Reason {
    /// A refusal in words.
    pub fn of(w: crate::web::words::Words, refusal: &crate::domain::refusal::Refusal) -> Self {
        let told = w.refusal(refusal);
        Self {
            say: told.say,
            then: told.then,
        }
    }
}

/// The page.
#[derive(Template, Debug)]
#[template(path = "classes/show.html")]
pub struct Show {
    /// The frame; its title is the class's name.
    pub f: Frame,
    /// The class's state.
    pub state: Tag,
    /// Course, dates, place: the line beneath the title.
    pub facts: Vec<Pair>,
    /// What stands in the way, such as the reasons it was returned; may be empty.
    pub note: String,
    /// Why the bureau returned it, and who did when.
    pub returned: Option<Reason>,
    /// What still keeps it from being filed or approved.
    pub faults: Vec<Reason>,
    /// The tasks, in order.
    pub tasks: Vec<Task>,
    /// The figures at the side.
    pub figures: Vec<Figure>,
    /// Deadlines and people at the side.
    pub pairs: Vec<Pair>,
    /// Everyone who was ever in the class.
    pub learners: Vec<Learner>,
    /// Papers to print.
    pub papers: Vec<Way>,
    /// The form that changes the class, while it may be changed.
    pub edit: Option<Way>,
    /// A new class like this one.
    pub again: Option<Way>,
    /// What happened, newest first.
    pub happened: Vec<Happened>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::frame::{Me, Visit};
    use crate::web::page::look;
    use crate::web::parts::Stage;

    #[test]
    fn a_class_shows_one_next_step() {
        let visit = Visit {
            path: "/classes/x".into(),
            safe: true,
            ..Visit::default()
        };
        let me = Me {
            name: "赵敏".into(),
            role: "institution_clerk".into(),
            house: "霍林沟市技工学校".into(),
        };
        let f = Frame::of(&visit, "classes.show.title").titled("焊工四级 2026春3班");
        let f = f
            .signed_in(me, "t0ken")
            .under("classes")
            .crumb("班期", "/classes");
        let task = |title: &str, about: &str, stage, tag: Tag, next| Task {
            title: title.into(),
            to: if stage == Stage::Waiting {
                String::new()
            } else {
                "/classes/x/y".into()
            },
            about: about.into(),
            stage,
            tag,
            next,
        };
        let show = Show {
            f,
            state: Tag::ok("已批准"),
            facts: vec![
                Pair::new("培训项目", "焊工（四级）技能提升"),
                Pair::new("时间", "2026年3月2日至4月1日"),
                Pair::new("地点", "霍林沟市技工学校 2 号实训室"),
            ],
            note: String::new(),
            returned: None,
            faults: vec![],
            learners: vec![],
            papers: vec![],
            edit: None,
            again: None,
            tasks: vec![
                task(
                    "开班备案",
                    "市人社局 2月20日批准",
                    Stage::Done,
                    Tag::ok("已完成"),
                    None,
                ),
                task(
                    "花名册",
                    "已录取 32 人，3 行待改正",
                    Stage::Fix,
                    Tag::late("有问题"),
                    Some(Way::new("改正 3 行", "/rosters/x")),
                ),
                task(
                    "考勤",
                    "3月2日开班后登记",
                    Stage::Waiting,
                    Tag::none("未开始"),
                    None,
                ),
                task(
                    "结业",
                    "全部课时完成后办理",
                    Stage::Waiting,
                    Tag::none("未开始"),
                    None,
                ),
                task(
                    "技能评价",
                    "由评价机构安排",
                    Stage::Waiting,
                    Tag::none("未开始"),
                    None,
                ),
            ],
            figures: vec![
                Figure::new("32", "已录取"),
                Figure::new("3", "待改正").judged("late"),
                Figure::new("35", "核定人数"),
            ],
            pairs: vec![
                Pair::num("花名册截止", "2026年3月1日"),
                Pair::new("经办人", "赵敏"),
            ],
            happened: vec![
                Happened {
                    what: "上传花名册，35 行".into(),
                    by: "赵敏 · 今天 09:12".into(),
                },
                Happened {
                    what: "批准开班".into(),
                    by: "市人社局 乌兰 · 2026年2月20日".into(),
                },
            ],
        };
        let html = show.render().unwrap();
        look::keep("class", &html);
        assert_eq!(html.matches("class=\"btn sm\"").count(), 1);
        assert!(
            html.contains("<li class=\"fix\">") && html.matches("<li class=\"wait\">").count() == 3
        );
    }
}
