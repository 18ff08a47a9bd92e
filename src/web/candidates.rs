//! 考生: who sits, and the two ways in: from a completed class, or by one's own application.

use crate::acts::candidates::{self, Application, Declared, Offered};
use crate::acts::sittings;
use crate::domain::account::{AssessmentClerk, Role, SittingReviewer};
use crate::domain::assessment::{CandidateId, SittingId, SittingState, read_parts};
use crate::domain::class::ClassId;
use crate::domain::eligibility::{self, ClauseCode, Paper};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::id_kind::IdKind;
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::store::sittings::Sitting;
use crate::web::assessors::document;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::sittings::{Again, Nothing, again, notice, within};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(CandidateId);

struct Row {
    name: String,
    tail: String,
    seat: String,
    source: String,
    clause: String,
    parts: String,
    carried: String,
    withdraw: String,
}

#[derive(Template)]
#[template(path = "candidates/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    may_enter: bool,
    to: String,
}

/// A sitting's candidates.
#[get("/sittings/<id>/candidates?<done>")]
async fn index(
    reader: SittingReviewer,
    caller: Caller,
    id: SittingId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let clerk = reader.actor().role == Role::AssessmentClerk;
    let shown = desk
        .ask(move |registry| sittings::show(registry, &reader, &id))
        .await?;
    let it = &shown.sitting;
    let may_enter = clerk && it.state == SittingState::Planned;
    let to = format!("/sittings/{}", it.id);
    let separator = w.t("candidates.index.separator");
    let rows = shown
        .candidates
        .iter()
        .map(|row| {
            let of = &row.candidate;
            let sits: Vec<_> = read_parts(&of.parts)
                .iter()
                .map(|part| w.c("part", part))
                .collect();
            let brings: Vec<_> = shown
                .carried
                .iter()
                .filter(|carried| carried.candidate == of.id)
                .map(|carried| w.c("part", carried.part))
                .collect();
            let source = row.class.clone();
            Row {
                name: row.name.clone(),
                tail: row.id_tail.clone(),
                seat: of.seat.clone(),
                source: source.unwrap_or_else(|| w.t("candidates.index.applied").to_owned()),
                clause: clause_named(w, &of.clause),
                parts: sits.join(separator),
                carried: if brings.is_empty() {
                    String::new()
                } else {
                    w.f("candidates.index.carried", &[&brings.join(separator)])
                },
                withdraw: if may_enter {
                    format!("{to}/candidates/{}/withdrawal", of.id)
                } else {
                    String::new()
                },
            }
        })
        .collect();
    Ok(Page::new(Index {
        f: within(&caller, "candidates.index.title", it).notice(notice(
            w,
            "sittings.done",
            &["entered", "withdrawn"],
            done,
        )),
        rows,
        may_enter,
        to,
    }))
}

fn clause_named(w: Words, code: &str) -> String {
    ClauseCode::read(code)
        .and_then(|code| eligibility::find(&code))
        .map_or_else(
            || code.to_owned(),
            |clause| format!("{} {}", clause.code, w.pick(&clause.text, &clause.text_en)),
        )
}

/// The clauses of a level to choose from.
fn clauses(w: Words, level: SkillLevel) -> Vec<Choice> {
    eligibility::clauses(level)
        .map(|clause| Choice::new(clause.code.as_str(), clause_named(w, clause.code.as_str())))
        .collect()
}

fn papers(w: Words) -> Vec<Choice> {
    Paper::ALL
        .iter()
        .map(|paper| Choice::new(paper.as_str(), w.c("paper", paper)))
        .collect()
}

/// One trainee of the class to choose, or why she cannot be.
struct Pick {
    enrolment: String,
    name: String,
    why: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "candidates/new.html")]
struct New {
    f: Frame,
    form: Filled,
    class: String,
    class_name: String,
    picks: Vec<Pick>,
    barred: Vec<Pick>,
    clauses: Vec<Choice>,
    papers: Vec<Choice>,
    levels: Vec<Choice>,
    to: String,
}

impl New {
    fn of(caller: &Caller, sitting: &Sitting, offered: Option<&Offered>, form: Filled) -> Self {
        let w = caller.words();
        let fresh = form.value("clause").is_empty();
        let mut picks = Vec::new();
        let mut barred = Vec::new();
        for (trainee, may) in offered
            .map(|offered| &offered.trainees)
            .into_iter()
            .flatten()
        {
            let enrolment = trainee.enrolment.to_string();
            let pick = Pick {
                chosen: fresh || form.is("trainees", &enrolment),
                enrolment,
                name: trainee.name.clone(),
                why: may
                    .as_ref()
                    .err()
                    .map(|why| w.refusal(why).say)
                    .unwrap_or_default(),
            };
            if may.is_ok() {
                picks.push(pick)
            } else {
                barred.push(pick)
            }
        }
        Self {
            f: within(caller, "candidates.new.title", sitting)
                .crumb(
                    w.t("candidates.index.title"),
                    format!("/sittings/{}/candidates", sitting.id),
                )
                .wrong(&form),
            form,
            class: offered
                .map(|offered| offered.source.class.to_string())
                .unwrap_or_default(),
            class_name: offered
                .map(|offered| offered.source.name.clone())
                .unwrap_or_default(),
            picks,
            barred,
            clauses: clauses(w, sitting.level),
            papers: papers(w),
            levels: names::levels(w),
            to: format!("/sittings/{}", sitting.id),
        }
    }
}

/// The trainees of a class, once its code is typed.
#[get("/sittings/<id>/candidates/new?<class>")]
async fn new(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    class: Option<String>,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let w = caller.words();
    let form = Filled::blank()
        .with("class", class.as_deref().unwrap_or_default())
        .with("years", 0);
    let typed = class
        .map(|class| class.trim().to_lowercase())
        .filter(|class| !class.is_empty());
    let (sitting, offered) = offer(desk, clerk, id, typed).await?;
    match offered {
        Ok(offered) => Ok(Page::new(New::of(
            &caller,
            &sitting,
            offered.as_ref(),
            form,
        ))),
        Err(error) => again(error, |refusals| {
            let filled = refusals
                .iter()
                .fold(form, |form, refusal| form.refused(w, refusal));
            New::of(&caller, &sitting, None, filled)
        }),
    }
}

type Offer = Result<Option<Offered>, crate::acts::Error>;

/// The sitting, and what the class typed offers, or why it offers nothing.
async fn offer(
    desk: &Desk,
    clerk: AssessmentClerk,
    id: SittingId,
    class: Option<String>,
) -> Result<(Sitting, Offer), No> {
    Ok(desk
        .ask(move |registry| {
            let sitting = sittings::of(registry, clerk.institution(), &id)?;
            sitting.state.is_open_for_changes()?;
            let offered = match class {
                None => Ok(None),
                Some(class) => match ClassId::read(&class) {
                    None => Err(Refusal::new("candidate.class-unknown").at("class").into()),
                    Some(class) => candidates::offered(registry, &clerk, &id, &class).map(Some),
                },
            };
            Ok((sitting, offered))
        })
        .await?)
}

/// Under which clause; part of both forms.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct DeclaredForm {
    /// The clause's code, e.g. `5A`.
    #[serde(default)]
    clause: String,
    /// Whole years of work in the trade.
    #[serde(default)]
    years: String,
    /// `school` or `title`, when the clause asks for a paper.
    #[serde(default)]
    paper: String,
    /// The level of a certificate from elsewhere.
    #[serde(default)]
    previous_level: String,
    /// Its day.
    #[serde(default)]
    previous_on: String,
}

impl DeclaredForm {
    fn filled(&self, form: Filled) -> Filled {
        form.with("clause", &self.clause)
            .with("years", &self.years)
            .with("paper", &self.paper)
            .with("previous_level", &self.previous_level)
            .with("previous_on", &self.previous_on)
    }

    fn read(&self, faults: &mut Faults) -> Option<Declared> {
        let clause = faults.known("clause", &self.clause, ClauseCode::read);
        let years = match self.years.trim() {
            "" => Some(0),
            years => faults.known("years", years, |text| text.parse().ok()),
        };
        let paper = faults.optional("paper", &self.paper, Paper::read);
        let level = faults.optional("previous_level", &self.previous_level, SkillLevel::read);
        let on = match level {
            Some(_) => faults.day("previous_on", &self.previous_on),
            None => None,
        };
        Some(Declared {
            clause: clause?,
            years: years?,
            previous: level.zip(on),
            paper,
        })
    }
}

/// What a clerk sends to enter trainees; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct ClassForm {
    /// The class's code.
    #[serde(default)]
    class: String,
    /// The enrolments chosen.
    #[serde(default)]
    trainees: Vec<String>,
    #[serde(flatten)]
    declared: DeclaredForm,
}

impl ClassForm {
    fn filled(&self) -> Filled {
        let form = Filled::blank().with("class", &self.class);
        let form = self
            .trainees
            .iter()
            .fold(form, |form, chosen| form.with("trainees", chosen));
        self.declared.filled(form)
    }

    /// Whom to enter, under which clause.
    pub(super) fn read(&self) -> Result<(ClassId, Vec<EnrolmentId>, Declared), Vec<Refusal>> {
        let mut faults = Faults::default();
        let class = faults.known("class", &self.class, ClassId::read);
        let mut chosen = Vec::new();
        for trainee in &self.trainees {
            chosen.extend(faults.known("trainees", trainee, EnrolmentId::read));
        }
        let declared = self.declared.read(&mut faults);
        let whole = (|| Some((class?, chosen, declared?)))();
        faults.or(whole)
    }
}

/// A clerk enters trainees of a class.
#[post("/sittings/<id>/candidates", data = "<form>")]
async fn create(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    form: Form<ClassForm>,
    desk: &State<Desk>,
) -> Again<New> {
    let now = desk.now();
    let Form(form) = form;
    let (own, key) = (clerk.clone(), id.clone());
    let entered = match form.read() {
        Ok((class, chosen, declared)) => {
            desk.ask(move |registry| {
                candidates::enter_class(registry, &own, &key, &class, &chosen, &declared, now)
            })
            .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let Err(error) = entered else {
        return Ok(Redirect::to(format!(
            "/sittings/{id}/candidates?done=entered"
        )));
    };
    let typed = Some(form.class.clone()).filter(|class| !class.is_empty());
    let (sitting, offered) = offer(desk, clerk, id, typed).await.map_err(Err)?;
    Err(again(error, |refusals| {
        let w = caller.words();
        let filled = refusals
            .iter()
            .fold(form.filled(), |form, refusal| form.refused(w, refusal));
        New::of(&caller, &sitting, offered.ok().flatten().as_ref(), filled)
    }))
}

#[derive(Template)]
#[template(path = "candidates/apply.html")]
struct Apply {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    clauses: Vec<Choice>,
    papers: Vec<Choice>,
    levels: Vec<Choice>,
    to: String,
}

impl Apply {
    fn of(caller: &Caller, sitting: &Sitting, form: Filled) -> Self {
        let w = caller.words();
        let kind = |kind: &IdKind| Choice::new(kind.as_str(), w.c("id_kind", kind));
        Self {
            f: within(caller, "candidates.apply.title", sitting)
                .crumb(
                    w.t("candidates.index.title"),
                    format!("/sittings/{}/candidates", sitting.id),
                )
                .wrong(&form),
            form,
            kinds: IdKind::ALL.iter().map(kind).collect(),
            clauses: clauses(w, sitting.level),
            papers: papers(w),
            levels: names::levels(w),
            to: format!("/sittings/{}", sitting.id),
        }
    }
}

/// The form of somebody who applies by herself.
#[get("/sittings/<id>/applications/new")]
async fn application(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Page<Apply>, No> {
    let sitting = desk
        .ask(move |registry| sittings::of(registry, clerk.institution(), &id))
        .await?;
    sitting.state.is_open_for_changes()?;
    let form = Filled::blank()
        .with("id_kind", IdKind::ResidentCard)
        .with("years", 0);
    Ok(Page::new(Apply::of(&caller, &sitting, form)))
}

/// What a clerk fills in of an applicant; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct ApplicationForm {
    /// 姓名
    #[serde(default)]
    name: String,
    /// The kind of document, e.g. `111` for a resident identity card; that when left empty.
    #[serde(default)]
    id_kind: String,
    /// The document's number.
    #[serde(default)]
    id_number: String,
    /// Her day of birth, where the document does not tell.
    #[serde(default)]
    birth: String,
    #[serde(flatten)]
    declared: DeclaredForm,
}

impl ApplicationForm {
    fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("name", &self.name)
            .with("id_kind", &self.id_kind)
            .with("id_number", &self.id_number)
            .with("birth", &self.birth);
        self.declared.filled(form)
    }

    /// The application.
    pub(super) fn read(&self) -> Result<Application, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let document = document(&mut faults, &self.id_kind, &self.id_number);
        let birth = faults.optional("birth", &self.birth, |text| text.parse().ok());
        let declared = self.declared.read(&mut faults);
        let whole = (|| {
            Some(Application {
                name: name?,
                document: document?,
                birth,
                declared: declared?,
            })
        })();
        faults.or(whole)
    }
}

/// A clerk enters somebody who applies by herself.
#[post("/sittings/<id>/applications", data = "<form>")]
async fn apply(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    form: Form<ApplicationForm>,
    desk: &State<Desk>,
) -> Again<Apply> {
    let now = desk.now();
    let Form(form) = form;
    let (own, key) = (clerk.clone(), id.clone());
    let entered = match form.read() {
        Ok(application) => {
            desk.ask(move |registry| {
                candidates::enter_applicant(registry, &own, &key, &application, now)
            })
            .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let Err(error) = entered else {
        return Ok(Redirect::to(format!(
            "/sittings/{id}/candidates?done=entered"
        )));
    };
    let sitting = desk
        .ask(move |registry| sittings::of(registry, clerk.institution(), &id))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(error, |refusals| {
        let w = caller.words();
        // A refusal about one of several people is about the one applicant here.
        let placed = |refusal: &Refusal| Refusal {
            field: refusal
                .field
                .map(|field| if field == "trainees" { "name" } else { field }),
            ..refusal.clone()
        };
        let filled = refusals
            .iter()
            .map(placed)
            .fold(form.filled(), |form, refusal| form.refused(w, &refusal));
        Apply::of(&caller, &sitting, filled)
    }))
}

/// A clerk takes a candidate out.
#[post("/sittings/<id>/candidates/<candidate>/withdrawal", data = "<_form>")]
async fn withdraw(
    clerk: AssessmentClerk,
    id: SittingId,
    candidate: CandidateId,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let to = format!("/sittings/{id}/candidates?done=withdrawn");
    desk.ask(move |registry| candidates::withdraw(registry, &clerk, &id, &candidate, now))
        .await?;
    Ok(Redirect::to(to))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, application, apply, withdraw]
}
