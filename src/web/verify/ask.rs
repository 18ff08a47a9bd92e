//! 核验入口: the public pages that ask for a code, and those that explain.

use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Way};
use askama::Template;
use rocket::{Route, get, routes};

/// The pages that need nothing but words.
pub fn routes() -> Vec<Route> {
    routes![home, help, accessibility]
}

/// The home page: verifying first.
#[get("/")]
fn home(caller: Caller) -> Page<Home> {
    Page::new(Home {
        f: caller.frame("home.title").under("verify"),
        form: Filled::blank(),
    })
}

/// How to verify.
#[get("/help")]
fn help(caller: Caller) -> Page<Help> {
    Page::new(Help {
        f: caller.frame("help.title").under("help"),
    })
}

/// 无障碍说明.
#[get("/a11y")]
fn accessibility(caller: Caller) -> Page<Accessibility> {
    Page::new(Accessibility {
        f: caller.frame("a11y.title").under("help"),
    })
}

/// The home page: verifying first. The form sends `code` to `GET /verify`.
#[derive(Template, Debug)]
#[template(path = "home/index.html")]
pub struct Home {
    /// The frame.
    pub f: Frame,
    /// Nothing typed yet.
    pub form: Filled,
}

/// The page to verify by code, or by number and name.
///
/// `GET /verify?code=…` goes on to `/v/<token>` when it is a token; a certificate number comes back
/// to this page, which then asks for the name. `POST /verify` carries `number`, `name` and
/// `id_tail`, so that a person's data never stands in an address.
#[derive(Template, Debug)]
#[template(path = "verify/new.html")]
pub struct Ask {
    /// The frame.
    pub f: Frame,
    /// What was typed and what is wrong with it.
    pub form: Filled,
}

/// One course on the public list.
#[derive(Clone, Debug)]
pub struct Line {
    /// 培训项目.
    pub name: String,
    /// Where its page is, or empty.
    pub to: String,
    /// Occupation and level, or what kind of course it is.
    pub subject: String,
    /// 学时, in words.
    pub hours: String,
    /// Who teaches it, and where.
    pub place: String,
    /// The next class, in words; may be empty.
    pub next: String,
}

/// The public list of courses. The form sends `q` and `region` to `GET /courses`.
#[derive(Template, Debug)]
#[template(path = "courses/list.html")]
pub struct Courses {
    /// The frame.
    pub f: Frame,
    /// The filters as set.
    pub form: Filled,
    /// Regions to choose from.
    pub regions: Vec<crate::web::form::Choice>,
    /// This page of the list.
    pub lines: Vec<Line>,
    /// Which part of the list it is.
    pub pager: Pager,
}

/// 帮助: how to verify.
#[derive(Template, Debug)]
#[template(path = "help/show.html")]
pub struct Help {
    /// The frame.
    pub f: Frame,
}

/// 无障碍说明.
#[derive(Template, Debug)]
#[template(path = "help/a11y.html")]
pub struct Accessibility {
    /// The frame.
    pub f: Frame,
}

impl Courses {
    /// What the list is filtered by, in words; empty when by nothing.
    pub fn filtered(&self) -> bool {
        !self.form.value("q").is_empty() || !self.form.value("region").is_empty()
    }

    /// The way back to the whole list.
    pub fn all(&self) -> Way {
        Way::new(self.f.w.t("public_courses.clear"), "/courses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::slice::{Slice, Window};
    use crate::web::frame::{PublicHost, Visit};
    use crate::web::page::look;
    use crate::web::words::Lang;

    fn frame(lang: Lang, title: &str, nav: &'static str) -> Frame {
        let visit = Visit {
            lang,
            path: "/".into(),
            safe: true,
            ..Visit::default()
        };
        Frame::of(&visit, title)
            .under(nav)
            .host(&PublicHost("zs.example.cn".into()))
    }

    #[test]
    fn the_public_pages_are_light_and_need_no_script() {
        for lang in [Lang::Zh, Lang::En] {
            let mut wrong = Filled::blank().with("number", "S00001509000126300021");
            wrong.wrong("number", "x");
            let pages = [
                (
                    "home",
                    Home {
                        f: frame(lang, "home.title", "verify"),
                        form: Filled::blank(),
                    }
                    .render(),
                ),
                (
                    "ask",
                    Ask {
                        f: frame(lang, "verify.ask.title", "verify").wrong(&wrong),
                        form: wrong,
                    }
                    .render(),
                ),
                (
                    "help",
                    Help {
                        f: frame(lang, "help.title", "help"),
                    }
                    .render(),
                ),
                (
                    "a11y",
                    Accessibility {
                        f: frame(lang, "a11y.title", "help"),
                    }
                    .render(),
                ),
            ];
            for (name, html) in pages {
                let html = html.unwrap();
                let (plain, packed) = look::keep(&format!("{name}-{}", lang.code()), &html);
                assert!(
                    plain <= 25_000 && packed <= 8_000,
                    "{name} weighs {plain}, packed {packed}"
                );
                assert!(
                    !html.contains("<script") && html.matches("<h1").count() == 1,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn a_list_says_why_it_is_empty() {
        let of = |rows: Vec<Line>, q: &str| {
            let slice = Slice {
                total: i64::try_from(rows.len()).unwrap(),
                rows,
                window: Window::of(None, None),
            };
            let pager = Pager::of(&slice, "/courses");
            let form = Filled::blank().with("q", q);
            let f = frame(Lang::Zh, "public_courses.title", "courses");
            Courses {
                f,
                form,
                regions: vec![],
                lines: slice.rows,
                pager,
            }
            .render()
            .unwrap()
        };
        let line = Line {
            name: "焊工（四级）技能提升班".into(),
            to: "/courses/x".into(),
            subject: "焊工 · 四级/中级工".into(),
            hours: "120 学时".into(),
            place: "霍林沟市技工学校 · 红山街道".into(),
            next: "3月2日开班".into(),
        };
        look::keep("courses", &of(vec![line.clone(), line], ""));
        look::keep("courses-none", &of(vec![], "月嫂"));
        assert!(of(vec![], "").contains("还没有公布的培训项目"));
        assert!(of(vec![], "月嫂").contains("清除筛选"));
    }
}
