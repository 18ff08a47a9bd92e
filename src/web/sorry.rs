//! 不予办理页: every "no" as a page, with what to do next.

use crate::domain::refusal::Refusal;
use crate::web::frame::{Frame, Visit};
use crate::web::page::Page;
use crate::web::parts::Way;
use askama::Template;
use rocket::http::Status;

/// A "no": what stands in the way, what to do, where to go.
#[derive(Template, Debug)]
#[template(path = "refusal.html")]
pub struct Sorry {
    /// The frame.
    pub f: Frame,
    /// What stands in the way.
    pub say: String,
    /// What to do.
    pub then: String,
    /// Where to go, the best first.
    pub ways: Vec<Way>,
    /// The number to quote, when it is our fault; else empty.
    pub reference: String,
}

/// The statuses that have words; any other is told as 400 or 500.
const TOLD: [u16; 11] = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];

impl Sorry {
    /// The page of a status, without a rule's own reason.
    pub fn of(f: Frame, status: Status) -> Page<Self> {
        let code = match status.code {
            code if TOLD.contains(&code) => code,
            400..=499 => 400,
            _ => 500,
        };
        let w = f.w;
        let (say, then) = (w.c("sorry.say", code), w.c("sorry.then", code));
        Self::told(
            f,
            status,
            code,
            say.to_owned(),
            then.to_owned(),
            String::new(),
        )
    }

    /// The page of a rule's reason: 409 when the state is in the way, 422 when the words sent are.
    pub fn refused(f: Frame, status: Status, refusal: &Refusal) -> Page<Self> {
        let told = f.w.refusal(refusal);
        let way = (refusal.code == "second_factor.wanted")
            .then(|| Way::new(f.w.t("second_factors.code.title"), "/second-factor/code"));
        let mut page = Self::told(f, status, status.code, told.say, told.then, String::new());
        page.template_mut().ways.splice(0..0, way);
        page
    }

    /// The page of our own fault, with the number that finds it in the log.
    pub fn fault(f: Frame, reference: impl Into<String>) -> Page<Self> {
        let w = f.w;
        let (say, then) = (w.c("sorry.say", 500), w.c("sorry.then", 500));
        Self::told(
            f,
            Status::InternalServerError,
            500,
            say.to_owned(),
            then.to_owned(),
            reference.into(),
        )
    }

    fn told(
        f: Frame,
        status: Status,
        code: u16,
        say: String,
        then: String,
        reference: String,
    ) -> Page<Self> {
        let w = f.w;
        let home = Way::new(
            w.t("sorry.home"),
            if f.me.is_some() { "/home" } else { "/" },
        );
        let ways = match code {
            401 => vec![Way::new(w.t("sorry.sign_in"), "/sign-in"), home],
            429 | 500 | 503 if f.path != "/" => {
                vec![Way::new(w.t("sorry.again"), f.path.clone()), home]
            }
            _ => vec![home],
        };
        let title = if TOLD.contains(&code) {
            w.c("sorry.title", code)
        } else {
            w.t("sorry.title.409")
        };
        let f = f.titled(title);
        Page::new(Self {
            f,
            say,
            then,
            ways,
            reference,
        })
        .status(status)
    }

    /// The page of a status for a request that reached no handler.
    pub fn uncaught(visit: &Visit, status: Status) -> Page<Self> {
        Self::of(Frame::of(visit, "frame.name"), status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::Page;
    use crate::web::words::{Lang, Words};

    fn html(page: &Page<Sorry>) -> String {
        page.template().render().unwrap()
    }

    #[test]
    fn every_no_says_what_to_do_next() {
        for lang in [Lang::Zh, Lang::En] {
            let w = Words::of(lang);
            for code in TOLD {
                let visit = Visit {
                    lang,
                    path: "/classes".into(),
                    safe: true,
                    ..Visit::default()
                };
                let text = html(&Sorry::uncaught(&visit, Status::new(code)));
                for part in ["sorry.say", "sorry.then"] {
                    assert!(
                        text.contains(&w.c(part, code).replace('\'', "&#39;")),
                        "{code} {part}"
                    );
                }
            }
        }
    }

    #[test]
    fn our_own_fault_has_a_number() {
        let text = html(&Sorry::fault(
            Frame::of(&Visit::default(), "frame.name"),
            "7K2M-91",
        ));
        crate::web::page::look::keep("sorry-500", &text);
        assert!(text.contains("7K2M-91") && text.contains("<html lang=\"zh-CN\">"));
    }
}
