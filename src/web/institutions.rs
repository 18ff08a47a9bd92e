//! 机构: the list, the dossier, and the bureau's forms.

use crate::acts::institutions::{self, Dossier, Listed, NewInstitution, Particulars};
use crate::acts::log::own_list;
use crate::acts::{Error, entitlements};
use crate::domain::account::{BureauOfficer, Reader, Role, Scope};
use crate::domain::course::StartupCourse;
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionId, InstitutionRole, IssuerClass};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::ground::slice::{Slice, Window};
use crate::store::entitlements::Papers;
use crate::store::institutions::{Registered, Sought};
use crate::store::ledger::Line;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, address, again, done};
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(InstitutionId);

/// One line of the list.
struct Row {
    name: String,
    to: String,
    uscc: String,
    region: String,
    roles: String,
    scope: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "institutions/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_register: bool,
}

/// The institutions she may see.
#[get("/institutions?<region>&<role>&<q>&<page>")]
pub(super) async fn index(
    reader: Reader,
    caller: Caller,
    region: Option<&str>,
    role: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let now = desk.now();
    let w = caller.words();
    let (region, role, q) = (
        region.unwrap_or_default(),
        role.unwrap_or_default(),
        q.unwrap_or_default().trim(),
    );
    let form = Filled::blank()
        .with("region", region)
        .with("role", role)
        .with("q", q);
    let to = address(
        "/institutions",
        &[("region", region), ("role", role), ("q", q)],
    );
    let filtered = to != "/institutions";
    let sought = Sought {
        region: RegionCode::read(region),
        role: InstitutionRole::read(role),
        text: q.to_owned(),
    };
    let (regions, may_register) = (
        names::regions(w, within(&reader.actor().scope)),
        reader.actor().role == Role::BureauOfficer,
    );
    let slice: Slice<Listed> = desk
        .ask(move |registry| institutions::list(registry, &reader, &sought, Window::of(page, None)))
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("institutions.index.title")
            .under("institutions"),
        form,
        regions,
        roles: names::roles(w),
        pager: Pager::of(&slice, to),
        rows: slice
            .rows
            .iter()
            .map(|listed| row(w, listed, now.day()))
            .collect(),
        filtered,
        may_register,
    }))
}

/// The region a scope is limited to.
pub(super) fn within(scope: &Scope) -> Option<&RegionCode> {
    match scope {
        Scope::Region(code) => Some(code),
        _ => None,
    }
}

fn row(w: Words, listed: &Listed, today: NaiveDate) -> Row {
    let it = &listed.registered.institution;
    Row {
        name: it.name.clone(),
        to: format!("/institutions/{}", it.id),
        uscc: it.uscc.to_string(),
        region: names::place_in_city(w, &it.region),
        roles: roles(w, &listed.registered),
        scope: w.count(in_force(&listed.papers, today)),
        state: state(w, &listed.papers, today),
    }
}

fn roles(w: Words, registered: &Registered) -> String {
    let names: Vec<_> = InstitutionRole::ALL
        .iter()
        .filter(|role| registered.institution.acts_as(**role))
        .map(|role| names::role(w, *role))
        .collect();
    names.join(w.t("institutions.trail.separator"))
}

fn in_force(papers: &Papers, today: NaiveDate) -> usize {
    let changes = papers.changes();
    papers
        .filed
        .iter()
        .map(|filed| &filed.entitlement)
        .filter(|line| line.starts <= today && today <= line.ends_as_of(today, &changes))
        .count()
}

fn state(w: Words, papers: &Papers, today: NaiveDate) -> Tag {
    if papers.suspended_on(today).is_some() {
        Tag::bad(w.c("institutions.state", "suspended"))
    } else if in_force(papers, today) == 0 {
        Tag::late(w.c("institutions.state", "unfiled"))
    } else {
        Tag::ok(w.c("institutions.state", "active"))
    }
}

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

/// Startup courses to choose from.
pub(super) fn startups(w: Words) -> Vec<Choice> {
    StartupCourse::ALL
        .iter()
        .map(|it| {
            Choice::new(
                it.as_str(),
                format!("{it} {}", w.pick(it.name(), it.name_en())),
            )
        })
        .collect()
}

/// "Was it in scope that day?", as it stands in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct QuestionForm {
    pub(super) day: String,
    pub(super) role: String,
    pub(super) occupation: String,
    pub(super) startup: String,
    pub(super) level: String,
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

    pub(super) fn read(&self) -> Result<entitlements::Question, Vec<Refusal>> {
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

/// An occupation or a startup course, whichever was filled in; not both.
pub(super) fn subject(faults: &mut Faults, occupation: &str, startup: &str) -> Option<Subject> {
    let course = faults.optional("startup", startup, StartupCourse::read);
    match (occupation.trim().is_empty(), course) {
        (true, Some(course)) => Some(Subject::Startup(course)),
        (false, Some(_)) => {
            faults.note(Refusal::new("entitlement.two-subjects").at("occupation"));
            None
        }
        (_, None) => faults
            .occupation("occupation", occupation)
            .map(Subject::Occupation),
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

/// Where a filed line stands today.
pub(super) fn line_state(w: Words, starts: NaiveDate, ends: NaiveDate, today: NaiveDate) -> Tag {
    if today < starts {
        Tag::todo(w.c("institutions.line", "future"))
    } else if today <= ends {
        Tag::ok(w.c("institutions.line", "current"))
    } else {
        Tag::none(w.c("institutions.line", "past"))
    }
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

/// What the bureau fills in of an institution; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct InstitutionForm {
    /// 名称, exactly as filed.
    #[serde(default)]
    name: String,
    /// 统一社会信用代码
    #[serde(default)]
    uscc: String,
    /// 行政区划代码 of its seat, e.g. `150902`.
    #[serde(default)]
    region: String,
    /// Its name in English.
    #[serde(default)]
    name_en: String,
    /// `train`, `assess`, or both.
    #[serde(default)]
    role: Vec<String>,
    /// `Y`, `S` or `J`; needed to assess.
    #[serde(default)]
    letter: String,
    /// Four digits; needed to assess.
    #[serde(default)]
    filing_code: String,
    /// Six digits; needed to assess.
    #[serde(default)]
    site: String,
    /// 办学许可证号; needed to train.
    #[serde(default)]
    licence: String,
    /// 地址
    #[serde(default)]
    address: String,
    /// An office telephone or mailbox.
    #[serde(default)]
    contact: String,
}

impl InstitutionForm {
    fn of(registered: &Registered) -> Self {
        let it = &registered.institution;
        let roles = InstitutionRole::ALL
            .iter()
            .filter(|role| it.acts_as(**role));
        Self {
            name: it.name.clone(),
            uscc: it.uscc.to_string(),
            region: it.region.to_string(),
            name_en: it.name_en.clone(),
            role: roles.map(ToString::to_string).collect(),
            letter: it
                .letter
                .map(|letter| letter.to_string())
                .unwrap_or_default(),
            filing_code: it.filing_code.clone().unwrap_or_default(),
            site: it.site.clone().unwrap_or_default(),
            licence: it.licence.clone(),
            address: registered.address.clone(),
            contact: registered.contact.clone(),
        }
    }

    fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("name", &self.name)
            .with("uscc", &self.uscc)
            .with("region", &self.region)
            .with("name_en", &self.name_en)
            .with("letter", &self.letter)
            .with("filing_code", &self.filing_code)
            .with("site", &self.site)
            .with("licence", &self.licence)
            .with("address", &self.address)
            .with("contact", &self.contact);
        self.role
            .iter()
            .fold(form, |form, role| form.with("role", role))
    }

    /// A new institution.
    pub(super) fn read(&self) -> Result<NewInstitution, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let uscc = faults.take(Uscc::read(&self.uscc));
        let region = faults.known("region", &self.region, RegionCode::read);
        let particulars = self.particulars(&mut faults);
        let whole = (|| {
            Some(NewInstitution {
                name: name?,
                uscc: uscc?,
                region: region?,
                particulars,
            })
        })();
        faults.or(whole)
    }

    /// What may change.
    pub(super) fn read_particulars(&self) -> Result<Particulars, Vec<Refusal>> {
        let mut faults = Faults::default();
        let particulars = self.particulars(&mut faults);
        faults.or(Some(particulars))
    }

    fn particulars(&self, faults: &mut Faults) -> Particulars {
        let has = |role: InstitutionRole| self.role.iter().any(|held| held == role.as_str());
        if self
            .role
            .iter()
            .any(|role| InstitutionRole::read(role).is_none())
        {
            faults.note(Refusal::new("field.unreadable").at("role"));
        }
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Particulars {
            name_en: self.name_en.clone(),
            trains: has(InstitutionRole::Train),
            assesses: has(InstitutionRole::Assess),
            letter: faults.optional("letter", &self.letter, IssuerClass::read),
            filing_code: some(&self.filing_code),
            site: some(&self.site),
            licence: self.licence.clone(),
            address: self.address.clone(),
            contact: self.contact.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "institutions/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    letters: Vec<Choice>,
    /// Where the form goes; where "cancel" leads.
    to: String,
    back: String,
    /// Whether this is a registration: what cannot change later is shown only then.
    is_new: bool,
}

impl New {
    fn of(
        caller: &Caller,
        officer: &BureauOfficer,
        form: Filled,
        known: Option<&Registered>,
    ) -> Self {
        let w = caller.words();
        let title = match known {
            None => "institutions.new.title",
            Some(_) => "institutions.new.edit",
        };
        let mut f = caller.frame(title).under("institutions").wrong(&form);
        f = f.crumb(w.t("institutions.index.title"), "/institutions");
        let mut back = "/institutions".to_owned();
        let mut to = back.clone();
        if let Some(known) = known {
            back = format!("/institutions/{}", known.institution.id);
            to = format!("{back}/amendment");
            f = f.crumb(known.institution.name.clone(), &back);
        }
        Self {
            f,
            form,
            regions: names::regions(w, officer.region()),
            roles: names::roles(w),
            letters: IssuerClass::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), format!("{it} {}", names::issuer_class(w, *it))))
                .collect(),
            to,
            back,
            is_new: known.is_none(),
        }
    }
}

/// The registration form.
#[get("/institutions/new", rank = 1)]
pub(super) fn new(officer: BureauOfficer, caller: Caller) -> Page<New> {
    Page::new(New::of(&caller, &officer, Filled::blank(), None))
}

/// The bureau registers an institution.
#[post("/institutions", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<InstitutionForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| institutions::register(registry, &by, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/institutions/{id}?done=registered"))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form, None)
        })),
    }
}

async fn known(
    officer: &BureauOfficer,
    id: &InstitutionId,
    desk: &Desk,
) -> Result<Registered, Error> {
    let (actor, id) = (officer.actor().clone(), id.clone());
    desk.ask(move |registry| {
        let reader = Reader::of(actor).ok_or_else(|| Error::fault("an officer reads"))?;
        institutions::dossier(registry, &reader, &id).map(|dossier| dossier.registered)
    })
    .await
}

/// The form to amend a registration.
#[get("/institutions/<id>/edit")]
pub(super) async fn edit(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let known = known(&officer, &id, desk).await?;
    let form = InstitutionForm::of(&known).filled();
    Ok(Page::new(New::of(&caller, &officer, form, Some(&known))))
}

/// The bureau amends a registration.
#[post("/institutions/<id>/amendment", data = "<form>")]
pub(super) async fn amend(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    form: Form<InstitutionForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let kept = known(&officer, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let by = officer.clone();
    let back = format!("/institutions/{id}?done=amended");
    let answer = match form.0.read_particulars() {
        Ok(particulars) => {
            let act = move |registry: &crate::acts::Registry| {
                institutions::amend(registry, &by, &id, &particulars, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(back)),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form, Some(&kept))
        })),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show, own, new, create, edit, amend]
}
