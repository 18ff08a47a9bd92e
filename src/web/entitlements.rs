//! 资质: filing a line, moving its end; suspending and reinstating an institution.

use crate::acts::entitlements::{self, NewEntitlement};
use crate::acts::institutions::{Dossier, dossier};
use crate::acts::{Done, Error};
use crate::domain::account::{BureauOfficer, Reader, Role};
use crate::domain::entitlement::{EntitlementId, SuspensionId};
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::store::entitlements::{Changed, Filed};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::institutions::{line_state, startups, subject};
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(EntitlementId, SuspensionId);

/// What the bureau fills in of a line; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct EntitlementForm {
    /// `train` or `assess`.
    #[serde(default)]
    role: String,
    /// 职业编码, or a name it is known under exactly; empty for a startup course.
    #[serde(default)]
    occupation: String,
    /// `GYB`, `SYB`, `IYB`, `EYB` or `NET`; empty for an occupation.
    #[serde(default)]
    startup: String,
    /// `5` to `1`, `T` or `S`; empty for a startup course.
    #[serde(default)]
    level: String,
    /// The first day, `2026-01-01`.
    #[serde(default)]
    starts: String,
    /// The last day.
    #[serde(default)]
    ends: String,
    /// 备案文号
    #[serde(default)]
    document: String,
}

impl EntitlementForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("role", &self.role)
            .with("occupation", &self.occupation)
            .with("startup", &self.startup)
            .with("level", &self.level)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
            .with("document", &self.document)
    }

    pub(super) fn read(&self) -> Result<NewEntitlement, Vec<Refusal>> {
        let mut faults = Faults::default();
        let role = faults.known("role", &self.role, InstitutionRole::read);
        let subject = subject(&mut faults, &self.occupation, &self.startup);
        let level = faults.optional("level", &self.level, SkillLevel::read);
        let starts = faults.day("starts", &self.starts);
        let ends = faults.day("ends", &self.ends);
        let document = faults.known("document", &self.document, |text| Some(text.to_owned()));
        let whole = (|| {
            Some(NewEntitlement {
                role: role?,
                subject: subject?,
                level,
                starts: starts?,
                ends: ends?,
                document: document?,
            })
        })();
        faults.or(whole)
    }
}

/// A reason and a day: what moves an end, suspends and reinstates.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct DayForm {
    /// The day, `2026-01-01`.
    #[serde(default)]
    day: String,
    /// The grounds and the document.
    #[serde(default)]
    reason: String,
}

impl DayForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("day", &self.day)
            .with("reason", &self.reason)
    }

    pub(super) fn read(&self) -> Result<(NaiveDate, String), Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("day", &self.day);
        let reason = faults.known("reason", &self.reason, |text| Some(text.to_owned()));
        faults.or(day.zip(reason))
    }
}

async fn known(officer: &BureauOfficer, id: &InstitutionId, desk: &Desk) -> Done<Dossier> {
    let (actor, id) = (officer.actor().clone(), id.clone());
    desk.ask(move |registry| dossier(registry, &reader(actor)?, &id))
        .await
}

fn reader(actor: crate::domain::account::Actor) -> Done<Reader> {
    Reader::of(actor).ok_or_else(|| Error::fault("an officer reads"))
}

#[derive(Template)]
#[template(path = "entitlements/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    lead: String,
    roles: Vec<Choice>,
    levels: Vec<Choice>,
    startups: Vec<Choice>,
    back: String,
}

impl New {
    fn of(caller: &Caller, dossier: &Dossier, form: Filled) -> Self {
        let w = caller.words();
        let it = &dossier.registered.institution;
        let back = format!("/institutions/{}", it.id);
        Self {
            f: caller
                .frame("entitlements.new.title")
                .under("institutions")
                .crumb(w.t("institutions.index.title"), "/institutions")
                .crumb(it.name.clone(), &back)
                .wrong(&form),
            lead: w.f("entitlements.new.lead", &[&it.name]),
            form,
            roles: InstitutionRole::ALL
                .iter()
                .filter(|role| it.acts_as(**role))
                .map(|role| Choice::new(role.as_str(), names::role(w, *role)))
                .collect(),
            levels: names::levels(w),
            startups: startups(w),
            back,
        }
    }
}

/// The form to file a line.
#[get("/institutions/<id>/entitlements/new")]
pub(super) async fn new(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let dossier = known(&officer, &id, desk).await?;
    let it = &dossier.registered.institution;
    let role = if it.trains { "train" } else { "assess" };
    let form = Filled::blank()
        .with("role", role)
        .with("starts", desk.now().day());
    Ok(Page::new(New::of(&caller, &dossier, form)))
}

/// The bureau files a line.
#[post("/institutions/<id>/entitlements", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    form: Form<EntitlementForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let dossier = known(&officer, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let back = format!("/institutions/{id}?done=filed");
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| entitlements::file(registry, &officer, &id, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(back)),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &dossier, form)
            }))
        }
    }
}

/// One change as it is shown.
struct Step {
    what: &'static str,
    to: String,
    reason: String,
    when: String,
}

#[derive(Template)]
#[template(path = "entitlements/show.html")]
pub(super) struct Show {
    f: Frame,
    form: Filled,
    state: Tag,
    facts: Vec<Pair>,
    steps: Vec<Step>,
    to: String,
    may_move: bool,
}

impl Show {
    fn of(
        caller: &Caller,
        name: &str,
        kept: &(Filed, Vec<Changed>),
        form: Filled,
        may_move: bool,
        today: NaiveDate,
    ) -> Self {
        let w = caller.words();
        let (filed, changed) = kept;
        let line = &filed.entitlement;
        let changes: Vec<_> = changed.iter().map(Changed::change).collect();
        let ends = line.ends_as_of(today, &changes);
        let house = format!("/institutions/{}", line.institution);
        let level = line.level.map_or("", |level| names::level(w, level));
        let title = format!("{} {level}", names::subject(w, &line.subject));
        let frame = caller
            .frame("entitlements.show.facts")
            .titled(title.trim())
            .under("institutions");
        Self {
            f: frame.crumb(name, &house).wrong(&form),
            form,
            state: line_state(w, line.starts, ends, today),
            facts: facts(w, name, &house, filed, ends),
            steps: changed
                .iter()
                .rev()
                .map(|change| Step {
                    what: w.c("entitlements.kind", change.kind),
                    to: w.f("entitlements.show.to", &[&w.date(change.ends)]),
                    reason: change.reason.clone(),
                    when: w.minute(change.at),
                })
                .collect(),
            to: format!("/entitlements/{}/changes", line.id),
            may_move,
        }
    }
}

fn facts(w: Words, name: &str, house: &str, filed: &Filed, ends: NaiveDate) -> Vec<Pair> {
    let line = &filed.entitlement;
    let mut facts = vec![
        Pair::new(w.t("entitlements.show.institution"), name).to(house),
        Pair::new(w.t("entitlements.show.role"), names::role(w, line.role)),
        Pair::new(
            w.t("entitlements.show.subject"),
            names::subject(w, &line.subject),
        ),
    ];
    if let Some(level) = line.level {
        facts.push(Pair::new(
            w.t("entitlements.show.level"),
            names::level(w, level),
        ));
    }
    facts.push(Pair::num(
        w.t("entitlements.show.starts"),
        w.date(line.starts),
    ));
    if line.ends != ends {
        facts.push(Pair::num(
            w.t("entitlements.show.filed_ends"),
            w.date(line.ends),
        ));
    }
    facts.push(Pair::num(w.t("entitlements.show.ends"), w.date(ends)));
    facts.push(Pair::new(
        w.t("entitlements.show.document"),
        line.document.clone(),
    ));
    facts.push(Pair::num(
        w.t("entitlements.show.filed"),
        w.minute(filed.filed_at),
    ));
    facts
}

/// A line with the name of its institution.
async fn kept(
    reader: Reader,
    id: &EntitlementId,
    desk: &Desk,
) -> Done<(String, (Filed, Vec<Changed>))> {
    let id = id.clone();
    desk.ask(move |registry| {
        let kept = entitlements::show(registry, &reader, &id)?;
        let dossier = dossier(registry, &reader, &kept.0.entitlement.institution)?;
        Ok((dossier.registered.institution.name, kept))
    })
    .await
}

/// One filed line.
#[get("/entitlements/<id>?<done>")]
pub(super) async fn show(
    reader: Reader,
    caller: Caller,
    id: EntitlementId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let may_move = reader.actor().role == Role::BureauOfficer;
    let (name, kept) = kept(reader, &id, desk).await?;
    let mut page = Show::of(
        &caller,
        &name,
        &kept,
        Filled::blank(),
        may_move,
        desk.now().day(),
    );
    page.f = page.f.notice(self::done(
        caller.words(),
        "entitlements.done",
        &["extended", "shortened"],
        done,
    ));
    Ok(Page::new(page))
}

/// The bureau moves the end of a line.
#[post("/entitlements/<id>/changes", data = "<form>")]
pub(super) async fn change(
    officer: BureauOfficer,
    caller: Caller,
    id: EntitlementId,
    form: Form<DayForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let reader = reader(officer.actor().clone()).map_err(|error| Err(No(error)))?;
    let back = format!("/entitlements/{id}");
    let (name, kept) = kept(reader, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok((day, reason)) => {
            let act = move |registry: &crate::acts::Registry| {
                entitlements::move_end(registry, &officer, &id, day, &reason, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(kind) => Ok(Redirect::to(format!("{back}?done={kind}"))),
        Err(error) => Err(again(&caller, at_day(error), form.0.filled(), |form| {
            Show::of(&caller, &name, &kept, form, true, now.day())
        })),
    }
}

/// The rule speaks of the end of a line; the form's field is called `day`.
pub(super) fn at_day(error: Error) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(
            refusals
                .into_iter()
                .map(|refusal| match refusal.field {
                    Some("ends") => refusal.at("day"),
                    _ => refusal,
                })
                .collect(),
        ),
        other => other,
    }
}

#[derive(Template)]
#[template(path = "institutions/suspend.html")]
pub(super) struct Suspend {
    f: Frame,
    form: Filled,
    to: String,
    back: String,
}

impl Suspend {
    fn of(caller: &Caller, dossier: &Dossier, form: Filled) -> Self {
        let it = &dossier.registered.institution;
        let back = format!("/institutions/{}", it.id);
        Self {
            f: caller
                .frame("institutions.suspend.title")
                .under("institutions")
                .crumb(
                    caller.words().t("institutions.index.title"),
                    "/institutions",
                )
                .crumb(it.name.clone(), &back)
                .wrong(&form),
            form,
            to: format!("{back}/suspensions"),
            back,
        }
    }
}

/// The form to suspend an institution.
#[get("/institutions/<id>/suspensions/new")]
pub(super) async fn suspending(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Page<Suspend>, No> {
    let dossier = known(&officer, &id, desk).await?;
    let form = Filled::blank().with("day", desk.now().day());
    Ok(Page::new(Suspend::of(&caller, &dossier, form)))
}

/// The bureau suspends an institution.
#[post("/institutions/<id>/suspensions", data = "<form>")]
pub(super) async fn suspend(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    form: Form<DayForm>,
    desk: &State<Desk>,
) -> Shown<Suspend> {
    let now = desk.now();
    let dossier = known(&officer, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let back = format!("/institutions/{id}?done=suspended");
    let answer = match form.0.read() {
        Ok((day, reason)) => {
            let act = move |registry: &crate::acts::Registry| {
                entitlements::suspend(registry, &officer, &id, day, &reason, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(back)),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                Suspend::of(&caller, &dossier, form)
            }))
        }
    }
}

#[derive(Template)]
#[template(path = "institutions/reinstate.html")]
pub(super) struct Reinstate {
    f: Frame,
    form: Filled,
    lead: String,
    to: String,
    back: String,
}

impl Reinstate {
    fn of(caller: &Caller, dossier: &Dossier, id: &SuspensionId, form: Filled) -> Self {
        let w = caller.words();
        let it = &dossier.registered.institution;
        let back = format!("/institutions/{}", it.id);
        let suspended = dossier
            .papers
            .suspended
            .iter()
            .find(|(suspended, _)| suspended.id == *id);
        let lead = suspended.map_or_else(String::new, |(suspended, _)| {
            let since = w.date(suspended.starts);
            w.f("institutions.reinstate.lead", &[&since, &suspended.reason])
        });
        Self {
            f: caller
                .frame("institutions.reinstate.title")
                .under("institutions")
                .crumb(w.t("institutions.index.title"), "/institutions")
                .crumb(it.name.clone(), &back)
                .wrong(&form),
            form,
            lead,
            to: format!("/suspensions/{id}/reinstatement"),
            back,
        }
    }
}

async fn suspended(officer: &BureauOfficer, id: &SuspensionId, desk: &Desk) -> Done<Dossier> {
    let (actor, id) = (officer.actor().clone(), id.clone());
    desk.ask(move |registry| entitlements::suspended(registry, &reader(actor)?, &id))
        .await
}

/// The form to reinstate an institution.
#[get("/suspensions/<id>/reinstatement/new")]
pub(super) async fn reinstating(
    officer: BureauOfficer,
    caller: Caller,
    id: SuspensionId,
    desk: &State<Desk>,
) -> Result<Page<Reinstate>, No> {
    let dossier = suspended(&officer, &id, desk).await?;
    let form = Filled::blank().with("day", desk.now().day());
    Ok(Page::new(Reinstate::of(&caller, &dossier, &id, form)))
}

/// The bureau reinstates an institution.
#[post("/suspensions/<id>/reinstatement", data = "<form>")]
pub(super) async fn reinstate(
    officer: BureauOfficer,
    caller: Caller,
    id: SuspensionId,
    form: Form<DayForm>,
    desk: &State<Desk>,
) -> Shown<Reinstate> {
    let now = desk.now();
    let dossier = suspended(&officer, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let key = id.clone();
    let answer = match form.0.read() {
        Ok((day, reason)) => {
            let act = move |registry: &crate::acts::Registry| {
                entitlements::reinstate(registry, &officer, &key, day, &reason, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(house) => Ok(Redirect::to(format!(
            "/institutions/{house}?done=reinstated"
        ))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            Reinstate::of(&caller, &dossier, &id, form)
        })),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        new,
        create,
        show,
        change,
        suspending,
        suspend,
        reinstating,
        reinstate
    ]
}
