//! 申请补贴: a completed class worked out, person by person, and claimed for.

use crate::acts::claims::{self, Worked};
use crate::acts::{Done, classes};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::{ClassId, Step};
use crate::domain::refusal::Refusal;
use crate::domain::subsidy::SubsidyKind;
use crate::domain::subsidy::right::No as Reason;
use crate::ground::money;
use crate::ground::slice::Window;
use crate::store::classes::Filter;
use crate::web::body::Form;
use crate::web::claims::kind_of;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::seals;
use crate::web::subsidy_rules::kinds;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// Why somebody is left out, in words.
pub(super) fn why(w: Words, no: &Reason) -> String {
    w.f(&format!("subsidy_why.{}", no.why), &[&no.fact])
}

/// One trainee of the class.
struct Row {
    name: String,
    tail: String,
    hours: String,
    late: String,
    good: bool,
    answer: Vec<String>,
}

fn row(w: Words, worked: &Worked) -> Row {
    Row {
        name: worked.name.clone(),
        tail: worked.id_tail.clone(),
        hours: w.f("claims.new.of_hours", &[&worked.attended, &worked.held]),
        late: seals::late_attendance(w, worked.late.as_ref()),
        good: worked.answer.is_ok(),
        answer: match &worked.answer {
            Ok(due) => vec![w.f("claims.new.yuan", &[&money::yuan(due.amount_fen)])],
            Err(no) => no.iter().map(|one| why(w, one)).collect(),
        },
    }
}

#[derive(Template)]
#[template(path = "claims/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    classes: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    sum: String,
    may_file: bool,
}

/// A clerk's completed classes, the latest first, and one of them worked out.
struct Work {
    classes: Vec<Choice>,
    worked: Vec<Worked>,
}

async fn work(
    clerk: &Clerk,
    class: Option<ClassId>,
    kind: SubsidyKind,
    desk: &State<Desk>,
) -> Done<Work> {
    let now = desk.now();
    let reader = TrainingReader::of(clerk.actor().clone()).ok_or(crate::acts::Error::NotFound)?;
    desk.ask(move |registry| {
        let mut found = Vec::new();
        for state in [Step::Completed, Step::Closed] {
            let filter = Filter {
                state: Some(state),
                ..Filter::default()
            };
            let window = Window::of(None, Some(200));
            found.extend(classes::list(registry, &reader, &filter, window)?.0.rows);
        }
        found.sort_by_key(|line| std::cmp::Reverse(line.class.ends));
        let worked = match &class {
            Some(class) => claims::work_out(registry, &reader, class, kind, now)?.1,
            None => Vec::new(),
        };
        Ok(Work {
            classes: found
                .into_iter()
                .map(|line| Choice::new(line.class.id.as_str(), line.class.name))
                .collect(),
            worked,
        })
    })
    .await
}

impl New {
    fn of(caller: &Caller, work: Work, form: Filled) -> Self {
        let w = caller.words();
        let entitled: Vec<_> = work.worked.iter().filter_map(Worked::entitled).collect();
        let asked: i64 = entitled.iter().map(|(_, due)| due.amount_fen).sum();
        let others = work.worked.len() - entitled.len();
        Self {
            f: caller
                .frame("claims.new.title")
                .crumb(w.t("claims.index.title"), "/claims")
                .under("claims")
                .wrong(&form),
            form,
            classes: work.classes,
            kinds: kinds(w),
            sum: w.f(
                "claims.new.sum",
                &[
                    &w.count(entitled.len()),
                    &money::yuan(asked),
                    &w.count(others),
                ],
            ),
            may_file: !entitled.is_empty(),
            rows: work.worked.iter().map(|worked| row(w, worked)).collect(),
        }
    }
}

fn filled(class: &str, kind: SubsidyKind) -> Filled {
    Filled::blank().with("class", class).with("kind", kind)
}

/// A class to choose, and what it comes to today. Nothing is kept.
#[get("/claims/new?<class>&<kind>")]
pub(super) async fn new(
    clerk: Clerk,
    caller: Caller,
    class: Option<&str>,
    kind: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let kind = kind_of(kind);
    let key = class.and_then(ClassId::read);
    let work = work(&clerk, key, kind, desk).await?;
    let form = filled(class.unwrap_or_default(), kind);
    Ok(Page::new(New::of(&caller, work, form)))
}

/// Which class is claimed for, and what.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FileForm {
    /// The class's key.
    #[serde(default)]
    class: String,
    /// `training` or `assessment`.
    #[serde(default)]
    kind: String,
}

impl FileForm {
    fn read(&self) -> Result<(ClassId, SubsidyKind), Vec<Refusal>> {
        let mut faults = Faults::default();
        let class = faults.known("class", &self.class, ClassId::read);
        let kind = faults.known("kind", &self.kind, SubsidyKind::read);
        faults.or(class.zip(kind))
    }
}

/// A clerk files the claim.
#[post("/claims", data = "<form>")]
pub(super) async fn create(
    clerk: Clerk,
    caller: Caller,
    form: Form<FileForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = clerk.clone();
    let read = form.0.read();
    let chosen = read.as_ref().ok().cloned();
    let answer = match read {
        Ok((class, kind)) => {
            desk.ask(move |registry| claims::file(registry, &by, &class, kind, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let error = match answer {
        Ok(id) => return Ok(Redirect::to(format!("/claims/{id}?done=filed"))),
        Err(error) => error,
    };
    let kind = kind_of(Some(&form.0.kind));
    let again_worked = work(&clerk, chosen.map(|(class, _)| class), kind, desk).await;
    let work = again_worked.map_err(|fault| Err(No(fault)))?;
    Err(again(&caller, error, filled(&form.0.class, kind), |form| {
        New::of(&caller, work, form)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create]
}
