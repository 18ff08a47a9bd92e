//! 机构档案: one institution, what it has filed, and whether it was in scope on a day.

use super::{line_state, roles, startups, state, subject};
use crate::acts::entitlements;
use crate::acts::institutions::{self, Dossier};
use crate::acts::log::own_list;
use crate::domain::account::{Reader, Role};
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::refusal::Refusal;
use crate::store::entitlements::Papers;
use crate::store::institutions::Registered;
use crate::store::ledger::Line;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::done;
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::{Route, State, get, routes};
use serde::Deserialize;

/// One filed line on the dossier.
struct ScopeRow {
    subject: String,
    to: String,
    role: &'static str,
    level: &'static str,
    days: String,
    changes: String,
    state: Tag,
}

/// One suspension on the dossier.
struct SuspensionRow {
    from: String,
    reason: String,
    again: String,
    lift: String,
}

/// One line of what was done.
pub(super) struct Deed {
    what: &'static str,
    detail: String,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "institutions/show.html")]
pub(super) struct Show {
    f: Frame,
    roles: String,
    region: String,
    state: Tag,
    facts: Vec<Pair>,
    scope: Vec<ScopeRow>,
    suspensions: Vec<SuspensionRow>,
    deeds: Vec<Deed>,
    form: Filled,
    role_choices: Vec<Choice>,
    levels: Vec<Choice>,
    startups: Vec<Choice>,
    answer: Option<(Tag, String)>,
    to: String,
    may_change: bool,
    may_suspend: bool,
}

/// An institution's dossier; with a day and a subject, whether it was in scope then.
#[expect(
    clippy::too_many_arguments,
    reason = "the question's fields stand in the address"
)]
#[get("/institutions/<id>?<day>&<role>&<occupation>&<startup>&<level>&<done>")]
pub(super) async fn show(
    reader: Reader,
    caller: Caller,
    id: InstitutionId,
    day: Option<String>,
    role: Option<String>,
    occupation: Option<String>,
    startup: Option<String>,
    level: Option<String>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let may_change = reader.actor().role == Role::BureauOfficer;
    let own = reader.is_of_institution();
    let dossier = desk
        .ask(move |registry| institutions::dossier(registry, &reader, &id))
        .await?;
    let asked = day.is_some() || occupation.is_some() || startup.is_some();
    let question = QuestionForm {
        day: day.unwrap_or_else(|| today.to_string()),
        role: role.unwrap_or_else(|| {
            let trains = dossier.registered.institution.trains;
            if trains { "train" } else { "assess" }.to_owned()
        }),
        occupation: occupation.unwrap_or_default(),
        startup: startup.unwrap_or_default(),
        level: level.unwrap_or_default(),
    };
    let mut form = question.filled();
    let mut answer = None;
    if asked {
        match question.read() {
            Ok(question) => answer = Some(answered(w, &question, &dossier.papers)),
            Err(refusals) => {
                form = refusals
                    .iter()
                    .fold(form, |form, refusal| form.refused(w, refusal));
            }
        }
    }
    let it = &dossier.registered.institution;
    let known = ["registered", "amended", "suspended", "reinstated", "filed"];
    let frame = caller
        .frame("institutions.index.title")
        .titled(it.name.clone())
        .under("institutions")
        .notice(self::done(w, "institutions.done", &known, done))
        .wrong(&form);
    let frame = if own {
        frame
    } else {
        frame.crumb(w.t("institutions.index.title"), "/institutions")
    };
    Ok(Page::new(Show {
        f: frame,
        roles: roles(w, &dossier.registered),
        region: names::place_in_city(w, &it.region),
        state: state(w, &dossier.papers, today),
        facts: facts(w, &dossier.registered),
        scope: scope_rows(w, &dossier.papers, today),
        suspensions: suspension_rows(w, &dossier.papers, may_change),
        deeds: deeds(w, &dossier),
        form,
        role_choices: names::roles(w),
        levels: names::levels(w),
        startups: startups(w),
        answer,
        to: format!("/institutions/{}", it.id),
        may_change,
        may_suspend: may_change
            && dossier
                .papers
                .suspended
                .iter()
                .all(|(_, lifted)| lifted.is_some()),
    }))
}

/// Every event of the public log in its name, for its own monitor.
#[get("/institutions/<id>/own-list.jsonl")]
pub(super) async fn own(
    reader: Reader,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let lines = desk
        .ask(move |registry| own_list::of(registry, &reader, &id))
        .await?;
    Ok(Download::named(
        "own.jsonl",
        ContentType::new("application", "x-ndjson"),
        lines.into_bytes(),
    ))
}

/// "Was it in scope that day?", as it stands in an address.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct QuestionForm {
    pub(in crate::web) day: String,
    pub(in crate::web) role: String,
    pub(in crate::web) occupation: String,
    pub(in crate::web) startup: String,
    pub(in crate::web) level: String,
}

impl QuestionForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("day", &self.day)
            .with("role", &self.role)
            .with("occupation", &self.occupation)
            .with("startup", &self.startup)
            .with("level", &self.level)
    }

    pub(in crate::web) fn read(&self) -> Result<entitlements::Question, Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("day", &self.day);
        let role = faults.known("role", &self.role, InstitutionRole::read);
        let subject = subject(&mut faults, &self.occupation, &self.startup);
        let level = faults.optional(
            "level",
            &self.level,
            crate::domain::skill_level::SkillLevel::read,
        );
        let whole = (|| {
            Some(entitlements::Question {
                day: day?,
                role: role?,
                subject: subject?,
                level,
            })
        })();
        faults.or(whole)
    }
}

fn answered(w: Words, question: &entitlements::Question, papers: &Papers) -> (Tag, String) {
    let subject = names::subject(w, &question.subject);
    let level = question.level.map_or("", |level| names::level(w, level));
    let asked = format!("{} · {} {}", w.date(question.day), subject, level);
    match question.asked_of(papers) {
        Ok(()) => (
            Tag::ok(w.t("institutions.show.yes")),
            asked.trim().to_owned(),
        ),
        Err(why) => {
            let told = w.refusal(&crate::domain::refusal::Reason::refusal(why));
            let text = w.f("institutions.show.answered", &[&asked.trim(), &told.say]);
            (Tag::bad(w.t("institutions.show.no")), text)
        }
    }
}

fn facts(w: Words, registered: &Registered) -> Vec<Pair> {
    let it = &registered.institution;
    let mut facts = vec![Pair::num(
        w.t("institutions.show.uscc"),
        it.uscc.to_string(),
    )];
    let mut add = |name: &'static str, value: &str| {
        if !value.is_empty() {
            facts.push(Pair::new(w.t(name), value));
        }
    };
    add("institutions.show.name_en", &it.name_en);
    add(
        "institutions.show.region",
        &names::place_in_city(w, &it.region),
    );
    add("institutions.show.role", &roles(w, registered));
    if let Some(class) = it.letter {
        let class = format!("{class} {}", names::issuer_class(w, class));
        add("institutions.show.letter", &class);
    }
    match (it.letter, &it.filing_code, &it.site) {
        (Some(letter), Some(code), Some(site)) => {
            let province = &it.region.as_str()[..2];
            add(
                "institutions.show.number",
                &format!("{letter}{code}{province}{site}"),
            );
        }
        (_, _, Some(site)) => add("institutions.show.site", site),
        _ => {}
    }
    add("institutions.show.licence", &it.licence);
    add("institutions.show.address", &registered.address);
    add("institutions.show.contact", &registered.contact);
    add(
        "institutions.show.registered",
        &w.minute(registered.registered_at),
    );
    facts
}

fn scope_rows(w: Words, papers: &Papers, today: NaiveDate) -> Vec<ScopeRow> {
    let changes = papers.changes();
    let mut rows: Vec<_> = papers
        .filed
        .iter()
        .map(|filed| {
            let line = &filed.entitlement;
            let ends = line.ends_as_of(today, &changes);
            let moved = changes
                .iter()
                .filter(|change| change.entitlement == line.id)
                .count();
            let row = ScopeRow {
                subject: names::subject(w, &line.subject),
                to: format!("/entitlements/{}", line.id),
                role: names::role(w, line.role),
                level: line.level.map_or("—", |level| names::level(w, level)),
                days: w.span(line.starts, ends),
                changes: if moved == 0 {
                    String::new()
                } else {
                    w.f("institutions.show.changes", &[&moved])
                },
                state: line_state(w, line.starts, ends, today),
            };
            (
                (line.role, ends < today, row.subject.clone(), line.level),
                row,
            )
        })
        .collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn suspension_rows(w: Words, papers: &Papers, may_lift: bool) -> Vec<SuspensionRow> {
    papers
        .suspended
        .iter()
        .rev()
        .map(|(suspended, lifted)| SuspensionRow {
            from: w.f(
                "institutions.show.suspended_from",
                &[&w.date(suspended.starts)],
            ),
            reason: suspended.reason.clone(),
            again: lifted.as_ref().map_or_else(
                || w.t("institutions.show.not_lifted").to_owned(),
                |lifted| w.f("institutions.show.again_from", &[&w.date(lifted.ends)]),
            ),
            lift: if may_lift && lifted.is_none() {
                format!("/suspensions/{}/reinstatement/new", suspended.id)
            } else {
                String::new()
            },
        })
        .collect()
}

fn deeds(w: Words, dossier: &Dossier) -> Vec<Deed> {
    let line = |line: &Line| Deed {
        what: w.c("deed", &line.kind),
        detail: detail(w, line, &dossier.papers),
        who: line.actor.clone(),
        when: w.minute(line.at),
    };
    dossier.deeds.iter().rev().map(line).collect()
}

/// What a line's facts say, in words.
fn detail(w: Words, line: &Line, papers: &Papers) -> String {
    let facts: serde_json::Value = serde_json::from_str(&line.facts).unwrap_or_default();
    let fact = |name: &str| facts[name].as_str().unwrap_or_default().to_owned();
    let about = || {
        papers
            .filed
            .iter()
            .map(|filed| &filed.entitlement)
            .find(|entitlement| entitlement.id.as_str() == line.subject)
            .map(|entitlement| {
                let level = entitlement.level.map_or("", |level| names::level(w, level));
                format!("{} {level}", names::subject(w, &entitlement.subject))
                    .trim()
                    .to_owned()
            })
            .unwrap_or_default()
    };
    match line.kind.as_str() {
        "institution.amended" => {
            let fields: Vec<_> = fact("fields")
                .split(' ')
                .map(|field| w.c("institutions.field", field))
                .collect();
            let fields = fields.join(w.t("institutions.trail.separator"));
            w.f("institutions.trail.fields", &[&fields])
        }
        "institution.suspended" => w.f("institutions.trail.since", &[&fact("starts")]),
        "institution.reinstated" => w.f("institutions.trail.since", &[&fact("again")]),
        "entitlement.filed" | "entitlement.extended" | "entitlement.shortened" => {
            let until = w.f("institutions.trail.until", &[&fact("ends")]);
            w.f("institutions.trail.filed", &[&about(), &until])
        }
        _ => String::new(),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![show, own]
}
