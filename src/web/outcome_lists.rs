//! 导入就业去向: a class's outcomes from a sheet, tried out, then brought again and taken in.

use crate::acts::outcome_lists::{self, Judged};
use crate::acts::{Error, employments};
use crate::domain::account::{Follower, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::employment::MONTHS;
use crate::web::body::Upload;
use crate::web::deliveries::{Tried, tried};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};

#[derive(Template)]
#[template(path = "employments/list.html")]
struct New {
    f: Frame,
    form: Filled,
    months: Vec<Choice>,
    trial: Option<Tried>,
    class: ClassId,
}

impl New {
    fn of(
        caller: &Caller,
        (class, name): (&ClassId, &str),
        form: Filled,
        trial: Option<&Judged>,
    ) -> Self {
        let w = caller.words();
        let back = format!("/classes/{class}");
        Self {
            f: caller
                .frame("employments.list.title")
                .crumb(name, &back)
                .crumb(
                    w.t("employments.index.title"),
                    format!("{back}/employments"),
                )
                .under("classes")
                .wrong(&form),
            form,
            months: MONTHS
                .iter()
                .map(|months| {
                    Choice::new(
                        months.to_string(),
                        w.f("employments.list.months_of", &[months]),
                    )
                })
                .collect(),
            trial: trial.map(|trial| {
                let known = trial.rows.len();
                tried(w, &trial.digest, known, known, &trial.problems)
            }),
            class: class.clone(),
        }
    }
}

/// The class's name, when it is hers.
async fn name(follower: &Follower, id: &ClassId, desk: &Desk) -> Result<String, No> {
    let reader = TrainingReader::of(follower.actor().clone()).ok_or(Error::NotFound)?;
    let id = id.clone();
    let followed = desk
        .ask(move |registry| employments::of_class(registry, &reader, &id))
        .await?;
    Ok(followed.class)
}

/// Where a list is brought.
#[get("/classes/<id>/employments/lists/new")]
async fn new(
    follower: Follower,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let name = name(&follower, &id, desk).await?;
    Ok(Page::new(New::of(
        &caller,
        (&id, &name),
        Filled::blank(),
        None,
    )))
}

/// A list is tried out; brought again with the trial's digest, it is taken in.
#[post("/classes/<id>/employments/lists", data = "<sheet>")]
async fn create(
    follower: Follower,
    caller: Caller,
    id: ClassId,
    sheet: Upload,
    desk: &State<Desk>,
) -> Result<Page<New>, Shown<New>> {
    let now = desk.now();
    let name = name(&follower, &id, desk)
        .await
        .map_err(|no| Err(Err(no)))?;
    let field = |name: &str| sheet.field(name).unwrap_or_default().to_owned();
    let (digest, months) = (field("tried"), field("months"));
    let form = Filled::blank().with("months", &months);
    let mut faults = Faults::default();
    let read = faults.known("months", &months, |text| text.parse::<i32>().ok());
    let (key, bytes) = (id.clone(), sheet.bytes);
    let answer = match faults.or(read) {
        Err(refusals) => Err(Error::from(refusals)),
        Ok(months) if digest.is_empty() => desk
            .ask(move |registry| {
                outcome_lists::try_out(registry, &follower, &key, months, &bytes, now)
            })
            .await
            .map(Some),
        Ok(months) => desk
            .ask(move |registry| {
                outcome_lists::keep(registry, &follower, &key, months, &bytes, &digest, now)
            })
            .await
            .map(|_| None),
    };
    match answer {
        Ok(Some(trial)) => Ok(Page::new(New::of(
            &caller,
            (&id, &name),
            form,
            Some(&trial),
        ))),
        Ok(None) => Err(Ok(Redirect::to(format!(
            "/classes/{id}/employments?done=recorded"
        )))),
        Err(error) => Err(Err(again(&caller, error, form, |form| {
            New::of(&caller, (&id, &name), form, None)
        }))),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create]
}
