//! 待办: what waits for the person who signed in, the first page of every role.

use crate::acts::todo::{self, Matter, Pile, Wait};
use crate::domain::account::Viewer;
use crate::ground::money;
use crate::web::base::place;
use crate::web::classes::view::Figure;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::vacancies::month_text;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

/// What waits for whoever signed in.
#[get("/home")]
async fn show(viewer: Viewer, caller: Caller, desk: &State<Desk>) -> Result<Page<Todo>, No> {
    let now = desk.now();
    let (piles, accounts) = desk
        .ask(move |registry| todo::of(registry, &viewer, now))
        .await?;
    let w = caller.words();
    let figures = piles
        .iter()
        .map(|pile| Figure::new(pile.total.to_string(), w.c("todo.wait", code(pile.wait))))
        .chain(accounts.map(|open| Figure::new(open.to_string(), w.t("todo.accounts"))))
        .collect();
    let groups = piles.iter().map(|pile| group(w, pile)).collect();
    Ok(Page::new(Todo {
        f: caller.frame("todo.title").under("home"),
        figures,
        groups,
        next: String::new(),
    }))
}

const fn code(wait: Wait) -> &'static str {
    match wait {
        Wait::Returned => "returned",
        Wait::Draft => "draft",
        Wait::ToApprove => "to_approve",
        Wait::ToBegin => "to_begin",
        Wait::Running => "running",
        Wait::Completed => "completed",
        Wait::Planned => "planned",
        Wait::ToMark => "to_mark",
        Wait::Marking => "marking",
        Wait::ToPublish => "to_publish",
        Wait::InPublicity => "in_publicity",
        Wait::ToIssue => "to_issue",
        Wait::Objected => "objected",
        Wait::ClaimToReview => "claim_to_review",
        Wait::ClaimToPublish => "claim_to_publish",
        Wait::ClaimToPay => "claim_to_pay",
        Wait::Misnamed => "misnamed",
        Wait::WishToConfirm => "wish_to_confirm",
        Wait::VacancyToConfirm => "vacancy_to_confirm",
    }
}

fn group(w: Words, pile: &Pile) -> Group {
    let tag = |wait| match wait {
        Wait::Returned | Wait::Objected => Tag::bad(w.t("todo.tag.first")),
        Wait::Running | Wait::InPublicity | Wait::Marking | Wait::ClaimToPay => {
            Tag::none(w.t("todo.tag.going"))
        }
        _ => Tag::todo(w.t("todo.tag.now")),
    };
    let item = |matter: &Matter| match matter {
        Matter::Class(line) => Item {
            title: line.class.name.clone(),
            to: format!("/classes/{}", line.class.id),
            about: w.f(
                "todo.about_class",
                &[
                    &line.house.name,
                    &w.span(line.class.starts, line.class.ends),
                    &line.enrolled,
                ],
            ),
            tag: tag(pile.wait),
        },
        Matter::Sitting(listed) => Item {
            title: listed.sitting.name.clone(),
            to: format!("/sittings/{}", listed.sitting.id),
            about: w.f(
                "todo.about_sitting",
                &[
                    &listed.institution,
                    &w.date(listed.sitting.day),
                    &listed.candidates,
                ],
            ),
            tag: tag(pile.wait),
        },
        Matter::Claim(listed) => Item {
            title: listed.class.clone(),
            to: format!("/claims/{}", listed.claim.id),
            about: w.f(
                "todo.about_claim",
                &[
                    &listed.institution,
                    &w.c("subsidy_kind", listed.claim.kind),
                    &money::yuan(listed.claim.asked_fen - listed.cut_fen),
                ],
            ),
            tag: tag(pile.wait),
        },
        Matter::Certificate(listed) => Item {
            title: listed.number.clone(),
            to: format!("/certificates/{}/replacement", listed.id),
            about: w.f(
                "certificates.behind.says",
                &[
                    &listed.holder,
                    &listed.id_tail,
                    &listed
                        .course_name
                        .as_ref()
                        .unwrap_or(&listed.occupation_name),
                ],
            ),
            tag: tag(pile.wait),
        },
        Matter::Wish(waiting) => Item {
            title: waiting.request.trade.clone(),
            to: format!("/wish-requests/{}", waiting.request.id),
            about: w.f(
                "todo.about_wish",
                &[
                    &waiting.name,
                    &waiting.id_tail,
                    &place(w, waiting.request.region.as_str(), &waiting.request.village),
                    &w.minute(waiting.request.at),
                ],
            ),
            tag: tag(pile.wait),
        },
        Matter::Vacancy(report) => Item {
            title: report.name.clone(),
            to: format!("/vacancies/reports?region={}", report.region),
            about: w.f(
                "todo.about_vacancy",
                &[
                    &names::place(w, &report.region),
                    &names::occupation(w, &report.occupation),
                    &month_text(report.month),
                    &report.posts,
                ],
            ),
            tag: tag(pile.wait),
        },
    };
    let shown = i64::try_from(pile.matters.len()).unwrap_or(0);
    let all = match pile.matters.first() {
        Some(Matter::Class(line)) if pile.total > shown => {
            format!("/classes?state={}", line.class.state)
        }
        Some(Matter::Sitting(listed)) if pile.total > shown => {
            format!("/sittings?state={}", listed.sitting.state)
        }
        Some(Matter::Claim(listed)) if pile.total > shown => {
            format!("/claims?state={}", listed.claim.state)
        }
        Some(Matter::Wish(_)) if pile.total > shown => "/wish-requests".to_owned(),
        Some(Matter::Vacancy(_)) if pile.total > shown => "/vacancies/reports".to_owned(),
        _ => String::new(),
    };
    Group {
        title: w.c("todo.wait", code(pile.wait)).to_owned(),
        count: w.count(pile.total),
        items: pile.matters.iter().map(item).collect(),
        all,
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show]
}

/// One thing that waits.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is about: a class, a sitting.
    pub title: String,
    /// Where it is done.
    pub to: String,
    /// What to do, and since when it waits.
    pub about: String,
    /// How urgent, in a word.
    pub tag: Tag,
}

/// Things of one kind.
#[derive(Clone, Debug)]
pub struct Group {
    /// 待审批的班期, 待录入的成绩, …
    pub title: String,
    /// How many there are.
    pub count: String,
    /// The first of them, the most urgent first.
    pub items: Vec<Item>,
    /// The whole list, when more wait than are shown; else empty.
    pub all: String,
}

/// The page.
#[derive(Template, Debug)]
#[template(path = "todo/show.html")]
pub struct Todo {
    /// The frame.
    pub f: Frame,
    /// The large figures above; may be none.
    pub figures: Vec<Figure>,
    /// What waits; empty groups are left out.
    pub groups: Vec<Group>,
    /// When the next thing comes, for an empty page: “下一场评价：3月5日”; may be empty.
    pub next: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::frame::{Me, Visit};
    use crate::web::page::look;
    use crate::web::words::Lang;

    fn page(lang: Lang, groups: Vec<Group>) -> String {
        let visit = Visit {
            lang,
            path: "/home".into(),
            safe: true,
            ..Visit::default()
        };
        let me = Me {
            name: "乌兰".into(),
            role: "bureau_officer".into(),
            house: String::new(),
        };
        let f = Frame::of(&visit, "todo.title")
            .signed_in(me, "t0ken")
            .under("home");
        let figures = vec![
            Figure::new("3", "待审批班期").judged("late"),
            Figure::new("12", "在办班期"),
            Figure::new("1,024", "本年发证"),
        ];
        Todo {
            f,
            figures,
            groups,
            next: "下一场评价：3月5日".into(),
        }
        .render()
        .unwrap()
    }

    #[test]
    fn what_waits_is_shown_or_said_to_be_nothing() {
        let item = |title: &str, tag| Item {
            title: title.into(),
            to: "/classes/x".into(),
            about: "霍林沟市技工学校 · 2月18日提交".into(),
            tag,
        };
        let items = vec![
            item("焊工四级 2026春3班", Tag::late("还有 1 天")),
            item("育婴员五级 1班", Tag::todo("还有 4 天")),
        ];
        let group = Group {
            title: "待审批的班期".into(),
            count: items.len().to_string(),
            items,
            all: "/classes?state=filed".into(),
        };
        let html = page(Lang::Zh, vec![group]);
        look::keep("todo", &html);
        assert!(html.contains("还有 1 天") && html.contains("/classes?state=filed"));
        let empty = page(Lang::Zh, vec![]);
        look::keep("todo-none", &empty);
        assert!(empty.contains("下一场评价：3月5日"));
    }
}
