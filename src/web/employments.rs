//! 就业去向: what became of a class's trainees, the form, and what training comes to.

use crate::acts::employments::{self, Effect, Told};
use crate::acts::figures;
use crate::domain::account::{Follower, Overseer, Role, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::effect::{Share, cost, rank};
use crate::domain::employment::{Fate, MONTHS, Source, due};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::figure::Cut;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::ground::money;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::seals;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// What is on record for one of the terms.
#[derive(Default)]
struct Cell {
    what: String,
    said: String,
    /// 补录 with both its times; empty when it was entered on the day itself.
    late: String,
}

/// One trainee and what became of her.
struct Row {
    name: String,
    tail: String,
    cells: Vec<Cell>,
    to: String,
}

#[derive(Template)]
#[template(path = "employments/index.html")]
pub(super) struct Index {
    f: Frame,
    lead: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    bring: String,
}

/// What became of a class's trainees.
#[get("/classes/<id>/employments?<done>")]
pub(super) async fn index(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let may = Follower::of(reader.actor().clone()).is_some();
    let key = id.clone();
    let it = desk
        .ask(move |registry| employments::of_class(registry, &reader, &key))
        .await?;
    let w = caller.words();
    let over = it.ends < today;
    let rows = it
        .trainees
        .iter()
        .map(|trainee| {
            let cells = MONTHS
                .iter()
                .map(|months| {
                    let last = it.entries.iter().rev().find(|(entry, _)| {
                        entry.months == *months && entry.enrolment == trainee.enrolment.id
                    });
                    last.map_or_else(Cell::default, |(entry, who)| {
                        let fate = w.pick(entry.outcome.name(), entry.outcome.name_en());
                        let said = w.f(
                            "employments.index.said",
                            &[
                                &w.c("employments.source", entry.source.as_str()),
                                who,
                                &w.date(entry.day),
                            ],
                        );
                        let what = if entry.employer.is_empty() {
                            fate.to_owned()
                        } else {
                            w.f("employments.index.at", &[&fate, &entry.employer])
                        };
                        Cell {
                            what,
                            said,
                            late: seals::late_employment(w, entry),
                        }
                    })
                })
                .collect();
            Row {
                name: trainee.name.clone(),
                tail: trainee.id_tail.clone(),
                cells,
                to: if may && over {
                    format!("/enrolments/{}/employments/new", trainee.enrolment.id)
                } else {
                    String::new()
                },
            }
        })
        .collect();
    Ok(Page::new(Index {
        bring: if may && over {
            format!("/classes/{id}/employments/lists/new")
        } else {
            String::new()
        },
        f: caller
            .frame("employments.index.title")
            .titled(w.f("employments.index.of", &[&it.class]))
            .crumb(it.class.clone(), format!("/classes/{id}"))
            .notice(self::done(w, "employments.done", &["recorded"], done)),
        lead: w.f("employments.index.lead", &[&w.date(it.ends)]),
        columns: MONTHS
            .iter()
            .map(|months| {
                w.f(
                    "employments.index.after",
                    &[months, &w.date(due(it.ends, *months))],
                )
            })
            .collect(),
        rows,
    }))
}

/// What is said of a trainee; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct EmploymentForm {
    /// 3, 6 or 12 months after the class.
    #[serde(default)]
    months: String,
    /// The day it was so, `2026-06-30`.
    #[serde(default)]
    day: String,
    /// 去向, e.g. `EMPLOYED`.
    #[serde(default)]
    outcome: String,
    /// The employer's name.
    #[serde(default)]
    employer: String,
    /// 统一社会信用代码
    #[serde(default)]
    uscc: String,
    /// 职业编码, or a name it is known under exactly.
    #[serde(default)]
    occupation: String,
    /// Her monthly wage in yuan.
    #[serde(default)]
    wage: String,
    /// What shows it.
    #[serde(default)]
    evidence: String,
    /// `call_back` or `department`, for officers.
    #[serde(default)]
    source: String,
}

impl EmploymentForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("months", &self.months)
            .with("day", &self.day)
            .with("outcome", &self.outcome)
            .with("employer", &self.employer)
            .with("uscc", &self.uscc)
            .with("occupation", &self.occupation)
            .with("wage", &self.wage)
            .with("evidence", &self.evidence)
            .with("source", &self.source)
    }

    pub(super) fn read(&self) -> Result<Told, Vec<Refusal>> {
        let mut faults = Faults::default();
        let months = faults.known("months", &self.months, |text| text.parse().ok());
        let day = faults.day("day", &self.day);
        let fate = faults.known("outcome", &self.outcome, Fate::read);
        let uscc = faults.optional("uscc", &self.uscc, |text| Uscc::read(text).ok());
        let occupation = if self.occupation.trim().is_empty() {
            None
        } else {
            faults.occupation("occupation", &self.occupation)
        };
        let wage_fen = faults.optional("wage", &self.wage, |text| {
            let yuan: i64 = text.replace(',', "").parse().ok()?;
            (0..=1_000_000).contains(&yuan).then_some(yuan * 100)
        });
        let whole = (|| {
            Some(Told {
                months: months?,
                day: day?,
                fate: fate?,
                employer: self.employer.clone(),
                uscc,
                occupation,
                wage_fen,
                evidence: self.evidence.clone(),
                source: Source::read(&self.source).unwrap_or(Source::CallBack),
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "employments/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    lead: String,
    months: Vec<Choice>,
    outcomes: Vec<Choice>,
    sources: Vec<Choice>,
    officer: bool,
    to: String,
    back: String,
}

impl New {
    fn of(
        caller: &Caller,
        follower: &Follower,
        (name, class, ends): &(String, ClassId, NaiveDate),
        id: &EnrolmentId,
        form: Filled,
    ) -> Self {
        let w = caller.words();
        let back = format!("/classes/{class}/employments");
        Self {
            f: caller
                .frame("employments.new.title")
                .crumb(w.t("employments.index.title"), &back)
                .wrong(&form),
            form,
            lead: w.f("employments.new.lead", &[name, &w.date(*ends)]),
            months: MONTHS
                .iter()
                .map(|n| Choice::new(n.to_string(), w.f("employments.new.months_n", &[n])))
                .collect(),
            outcomes: Fate::ALL
                .iter()
                .map(|fate| Choice::new(fate.as_str(), w.pick(fate.name(), fate.name_en())))
                .collect(),
            sources: [Source::CallBack, Source::Department]
                .iter()
                .map(|one| Choice::new(one.as_str(), w.c("employments.source", one.as_str())))
                .collect(),
            officer: follower.actor().role != Role::InstitutionClerk,
            to: format!("/enrolments/{id}/employments"),
            back,
        }
    }
}

async fn about(
    follower: &Follower,
    id: &EnrolmentId,
    desk: &State<Desk>,
) -> Result<(String, ClassId, NaiveDate), No> {
    let (by, key) = (follower.clone(), id.clone());
    let (trainee, class, ends) = desk
        .ask(move |registry| employments::trainee(registry, &by, &key))
        .await?;
    Ok((trainee.name, class, ends))
}

/// The form.
#[get("/enrolments/<id>/employments/new")]
pub(super) async fn new(
    follower: Follower,
    caller: Caller,
    id: EnrolmentId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let about = about(&follower, &id, desk).await?;
    let form = Filled::blank().with("day", desk.now().day());
    Ok(Page::new(New::of(&caller, &follower, &about, &id, form)))
}

/// What became of a trainee goes on record.
#[post("/enrolments/<id>/employments", data = "<form>")]
pub(super) async fn create(
    follower: Follower,
    caller: Caller,
    id: EnrolmentId,
    form: Form<EmploymentForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let about = about(&follower, &id, desk).await.map_err(Err)?;
    let (by, key) = (follower.clone(), id.clone());
    let answer = match form.0.read() {
        Ok(told) => {
            desk.ask(move |registry| employments::record(registry, &by, &key, told, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!(
            "/classes/{}/employments?done=recorded",
            about.1
        ))),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &follower, &about, &id, form)
            }))
        }
    }
}

/// One part of the table of effects.
struct Line {
    place: String,
    name: String,
    trained: String,
    cells: Vec<String>,
    work: String,
    interval: String,
}

#[derive(Template)]
#[template(path = "employments/effects.html")]
pub(super) struct Effects {
    f: Frame,
    lead: String,
    ways: Vec<(&'static str, String, bool)>,
    rows: Vec<Line>,
}

fn share(part: i64, whole: i64) -> String {
    Share::of(part, whole).map_or_else(|| "–".to_owned(), |share| per_cent(share.point()))
}

fn price(spent_fen: i64, successes: i64) -> String {
    cost(spent_fen, successes).map_or_else(|| "–".to_owned(), money::yuan)
}

fn per_cent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn name_of(w: Words, by: &str, effect: &Effect, name: &str, houses: &[(String, String)]) -> String {
    let found = match by {
        "course" => Some(name.to_owned()),
        "institution" => houses
            .iter()
            .find(|(id, _)| *id == effect.part)
            .map(|(_, name)| name.clone()),
        "occupation" => OccupationCode::read(&effect.part).map(|code| names::occupation(w, &code)),
        _ => RegionCode::read(&effect.part).map(|code| names::place(w, &code)),
    };
    found
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| w.t("figures.parts.unknown").to_owned())
}

/// What training comes to, part by part, ranked by who is at work after three months.
#[get("/figures/effects?<by>&<to>")]
pub(super) async fn effects(
    reader: Overseer,
    caller: Caller,
    by: Option<&str>,
    to: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Effects>, No> {
    const WAYS: [&str; 4] = ["course", "institution", "occupation", "county"];
    let today = desk.now().day();
    let by = WAYS
        .into_iter()
        .find(|way| Some(*way) == by)
        .unwrap_or("institution");
    let until = to
        .and_then(|to| to.parse().ok())
        .unwrap_or(today)
        .min(today);
    let mut cut = Cut::of_year(until);
    // outcomes take half a year: who was trained in the year before is asked for as well
    cut.from = crate::domain::figure::year_before(cut.from);
    let (all, houses) = desk
        .ask(move |registry| {
            Ok((
                employments::effects(registry, &reader, cut, by)?,
                figures::houses(registry)?,
            ))
        })
        .await?;
    let w = caller.words();
    let (ranked, small): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(effect, _)| Share::of(effect.work_3, effect.due_3).is_some());
    let shares: Vec<Share> = ranked
        .iter()
        .filter_map(|(effect, _)| Share::of(effect.work_3, effect.due_3))
        .collect();
    let line = |place: String, effect: &Effect, name: &str, shown: Option<&Share>| Line {
        place,
        name: name_of(w, by, effect, name, &houses),
        trained: w.count(effect.trained),
        cells: vec![
            share(effect.attended, effect.held),
            share(effect.certified, effect.assessed),
            share(effect.certified, effect.trained),
            share(effect.trade_3, effect.work_3),
            share(effect.work_6, effect.due_6),
            price(effect.spent_fen, effect.paid_certified),
            price(effect.spent_6_fen, effect.paid_work_6),
        ],
        work: shown.map_or_else(|| "–".to_owned(), |share| per_cent(share.point())),
        interval: shown.map_or_else(
            || w.t("employments.effects.few").to_owned(),
            |share| format!("{}–{}", per_cent(share.low), per_cent(share.high)),
        ),
    };
    let placed = rank(&shares);
    let mut rows: Vec<Line> = placed
        .iter()
        .map(|(index, place)| {
            let tied = placed.iter().filter(|(_, other)| other == place).count() > 1;
            let place = if tied {
                w.f("employments.effects.tied", &[place])
            } else {
                place.to_string()
            };
            let (effect, name) = ranked[*index];
            line(place, effect, name, Some(&shares[*index]))
        })
        .collect();
    rows.extend(
        small
            .into_iter()
            .map(|(effect, name)| line("–".to_owned(), effect, name, None)),
    );
    Ok(Page::new(Effects {
        f: caller
            .frame("employments.effects.title")
            .crumb(w.t("figures.index.title"), "/figures")
            .under("figures"),
        lead: w.f("employments.effects.lead", &[&w.date(until)]),
        ways: WAYS
            .into_iter()
            .map(|way| {
                (
                    w.c("employments.way", way),
                    format!("/figures/effects?by={way}"),
                    way == by,
                )
            })
            .collect(),
        rows,
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, effects]
}
