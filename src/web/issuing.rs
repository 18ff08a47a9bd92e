//! 签发: the page on which a signatory looks at what will be issued, says how many, and signs.

use crate::acts::certificates::{Prospect, Sample};
use crate::acts::issuing::Left;
use crate::acts::prints::{self, PAGES};
use crate::acts::{Error, certificates, completion_certificates};
use crate::domain::account::{Actor, AssessmentSignatory, Reader, Role, Signatory};
use crate::domain::assessment::SittingId;
use crate::domain::class::ClassId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::web::body::Form;
use crate::web::certificates::{Pdf, Row, row};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pair, Way};
use crate::web::refusal::{No, status};
use crate::web::verify::shown::id_kind;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![
        of_sitting,
        issue_sitting,
        sitting_pdf,
        of_class,
        issue_class,
        class_pdf
    ]
}

/// At most so many certificates on the page; a class has fewer.
const SHOWN: usize = 200;

/// A certificate as it would be.
struct SampleRow {
    number: String,
    holder: String,
    id: String,
    subject: String,
    work_type: String,
}

/// Somebody left out.
struct LeftRow {
    name: String,
    seat: String,
    why: String,
}

#[derive(Template)]
#[template(path = "certificates/issue.html")]
struct Issue {
    f: Frame,
    form: Filled,
    facts: Vec<Pair>,
    count: usize,
    samples: Vec<SampleRow>,
    left: Vec<LeftRow>,
    faults: Vec<(String, String)>,
    rows: Vec<Row>,
    issued: usize,
    all: String,
    range: String,
    papers: Vec<Way>,
    to: String,
    may_issue: bool,
    done: bool,
}

/// What is issued, and for whom it is asked.
enum Of {
    Sitting(SittingId),
    Class(ClassId),
}

impl Of {
    fn path(&self) -> String {
        match self {
            Self::Sitting(id) => format!("/sittings/{id}/certificates"),
            Self::Class(id) => format!("/classes/{id}/certificates"),
        }
    }
}

/// The facts a signatory checks before she signs, the crumbs, and the prospect.
struct Gathered {
    facts: Vec<Pair>,
    nav: &'static str,
    crumbs: Vec<Way>,
    prospect: Prospect,
}

async fn gather(
    w: Words,
    actor: &Actor,
    of: &Of,
    desk: &State<Desk>,
    now: Now,
) -> Result<Gathered, No> {
    let reader = Reader::of(actor.clone()).ok_or(No(Error::NotFound))?;
    match of {
        Of::Sitting(id) => {
            let asked = id.clone();
            let (sitting, prospect) = desk
                .ask(move |registry| certificates::prospect(registry, &reader, &asked, now))
                .await?;
            let facts = vec![
                Pair::new(w.t("verify.field.issuer"), &prospect.issuer),
                Pair::new(w.t("certificates.issue.sitting"), &sitting.name),
                Pair::new(
                    w.t("verify.field.occupation"),
                    names::occupation(w, &sitting.occupation),
                ),
                Pair::new(
                    w.t("verify.field.work_type"),
                    sitting.work_type.as_deref().unwrap_or("--"),
                ),
                Pair::new(w.t("verify.field.level"), names::level(w, sitting.level)),
                Pair::num(w.t("certificates.issue.day"), w.date(sitting.day)),
            ];
            let crumbs = vec![
                Way::new(w.t("nav.sittings"), "/sittings"),
                Way::new(&sitting.name, format!("/sittings/{id}")),
            ];
            Ok(Gathered {
                facts,
                nav: "sittings",
                crumbs,
                prospect,
            })
        }
        Of::Class(id) => {
            let asked = id.clone();
            let (class, course, prospect) = desk
                .ask(move |registry| {
                    completion_certificates::prospect(registry, &reader, &asked, now)
                })
                .await?;
            let facts = vec![
                Pair::new(w.t("verify.field.trainer"), &prospect.issuer),
                Pair::new(w.t("certificates.issue.class"), &class.name),
                Pair::new(w.t("verify.field.course"), &course.name),
                Pair::num(
                    w.t("verify.field.hours"),
                    w.f("verify.field.hours_of", &[&course.hours()]),
                ),
                Pair::num(w.t("verify.field.span"), w.span(class.starts, class.ends)),
            ];
            let crumbs = vec![
                Way::new(w.t("nav.classes"), "/classes"),
                Way::new(&class.name, format!("/classes/{id}")),
            ];
            Ok(Gathered {
                facts,
                nav: "classes",
                crumbs,
                prospect,
            })
        }
    }
}

fn sample_row(w: Words, sample: &Sample) -> SampleRow {
    SampleRow {
        number: sample.number.clone(),
        holder: sample.holder.clone(),
        id: format!(
            "{} {}",
            id_kind(w, &sample.id_kind),
            w.f("verify.field.id_tail", &[&sample.id_tail])
        ),
        subject: sample.subject.clone(),
        work_type: sample.work_type.clone().unwrap_or_else(|| "--".to_owned()),
    }
}

fn left_row(w: Words, left: &Left) -> LeftRow {
    LeftRow {
        name: left.name.clone(),
        seat: left.seat.clone(),
        why: w.refusal(&left.why).say,
    }
}

async fn page(
    caller: &Caller,
    actor: &Actor,
    of: &Of,
    form: Filled,
    done: bool,
    desk: &State<Desk>,
    now: Now,
) -> Result<Page<Issue>, No> {
    let w = caller.words();
    let gathered = gather(w, actor, of, desk, now).await?;
    let prospect = gathered.prospect;
    let mut frame = caller
        .frame("certificates.issue.title")
        .under(gathered.nav)
        .wrong(&form);
    for crumb in gathered.crumbs {
        frame = frame.crumb(crumb.text, crumb.to);
    }
    let to = of.path();
    let issued = prospect.issued.len();
    let standing = prospect
        .issued
        .iter()
        .filter(|row| row.after.standing(row.expires_on, now.day()).is_valid())
        .count();
    let parts = standing.div_ceil(PAGES);
    let papers = (1..=parts)
        .map(|part| {
            let text = if parts == 1 {
                w.t("certificates.issue.paper").to_owned()
            } else {
                w.f("certificates.issue.paper_part", &[&part, &parts])
            };
            Way::new(text, format!("{to}.pdf?part={part}"))
        })
        .collect();
    let signs = match of {
        Of::Sitting(_) => actor.role == Role::AssessmentSignatory,
        Of::Class(_) => actor.role == Role::InstitutionSignatory,
    };
    let ends = [prospect.issued.first(), prospect.issued.last()];
    let range = match ends {
        [Some(first), Some(last)] if issued > 1 => {
            w.f("certificates.issue.range", &[&first.number, &last.number])
        }
        [Some(only), _] => only.number.clone(),
        _ => String::new(),
    };
    Ok(Page::new(Issue {
        f: frame,
        form,
        facts: gathered.facts,
        count: prospect.count,
        samples: prospect
            .samples
            .iter()
            .map(|sample| sample_row(w, sample))
            .collect(),
        left: prospect.left.iter().map(|left| left_row(w, left)).collect(),
        faults: prospect
            .faults
            .iter()
            .map(|fault| {
                let told = w.refusal(fault);
                (told.say, told.then)
            })
            .collect(),
        all: match of {
            Of::Sitting(id) => format!("/certificates?sitting={id}"),
            Of::Class(_) => String::new(),
        },
        issued,
        rows: prospect
            .issued
            .iter()
            .take(SHOWN)
            .map(|listed| row(w, listed, now.day()))
            .collect(),
        range,
        papers,
        to,
        may_issue: signs && prospect.count > 0 && prospect.faults.is_empty(),
        done: done && issued > 0,
    }))
}

/// What a sitting would give, or gave.
#[get("/sittings/<id>/certificates?<done>")]
async fn of_sitting(
    reader: Reader,
    caller: Caller,
    id: SittingId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Issue>, No> {
    let now = desk.now();
    page(
        &caller,
        reader.actor(),
        &Of::Sitting(id),
        Filled::blank(),
        done == Some("issued"),
        desk,
        now,
    )
    .await
}

/// What a class would give, or gave.
#[get("/classes/<id>/certificates?<done>")]
async fn of_class(
    reader: Reader,
    caller: Caller,
    id: ClassId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Issue>, No> {
    let now = desk.now();
    page(
        &caller,
        reader.actor(),
        &Of::Class(id),
        Filled::blank(),
        done == Some("issued"),
        desk,
        now,
    )
    .await
}

/// How many she means to issue: typed, so that nobody signs what she has not counted.
#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    count: String,
}

impl Counted {
    fn read(&self, count: usize) -> Result<(), Refusal> {
        let typed = crate::ground::text::digits(&self.count)
            .parse::<usize>()
            .ok();
        if typed == Some(count) {
            Ok(())
        } else {
            Err(Refusal::new("certificate.count-differs")
                .at("count")
                .with(count))
        }
    }
}

type Shown = Result<Redirect, Result<Page<Issue>, No>>;

async fn shown_again(
    caller: &Caller,
    actor: &Actor,
    of: &Of,
    form: &Counted,
    error: Error,
    desk: &State<Desk>,
    now: Now,
) -> Result<Page<Issue>, No> {
    let code = status(&error);
    let Error::Refused(refusals) = error else {
        return Err(No(error));
    };
    let filled = refusals.iter().fold(
        Filled::blank().with("count", &form.count),
        |filled, refusal| filled.refused(caller.words(), refusal),
    );
    page(caller, actor, of, filled, false, desk, now)
        .await
        .map(|page| page.status(code))
}

/// The signatory issues a sitting.
#[post("/sittings/<id>/certificates", data = "<form>")]
async fn issue_sitting(
    signatory: AssessmentSignatory,
    caller: Caller,
    id: SittingId,
    form: Form<Counted>,
    desk: &State<Desk>,
) -> Shown {
    let now = desk.now();
    let actor = signatory.actor().clone();
    let of = Of::Sitting(id.clone());
    let reader = Reader::of(actor.clone()).ok_or(Err(No(Error::NotFound)))?;
    let counted = Counted {
        count: form.0.count.clone(),
    };
    let answer = desk
        .ask(move |registry| {
            let (_, prospect) = certificates::prospect(registry, &reader, &id, now)?;
            if prospect.issued.is_empty() && prospect.faults.is_empty() {
                counted.read(prospect.count)?;
            }
            certificates::issue(registry, &signatory, &id, now)
        })
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("{}?done=issued", of.path()))),
        Err(error) => Err(shown_again(&caller, &actor, &of, &form.0, error, desk, now).await),
    }
}

/// The signatory issues the completion certificates of a class.
#[post("/classes/<id>/certificates", data = "<form>")]
async fn issue_class(
    signatory: Signatory,
    caller: Caller,
    id: ClassId,
    form: Form<Counted>,
    desk: &State<Desk>,
) -> Shown {
    let now = desk.now();
    let actor = signatory.actor().clone();
    let of = Of::Class(id.clone());
    let reader = Reader::of(actor.clone()).ok_or(Err(No(Error::NotFound)))?;
    let counted = Counted {
        count: form.0.count.clone(),
    };
    let answer = desk
        .ask(move |registry| {
            let (_, _, prospect) = completion_certificates::prospect(registry, &reader, &id, now)?;
            if prospect.count > 0 && prospect.faults.is_empty() {
                counted.read(prospect.count)?;
            }
            completion_certificates::issue(registry, &signatory, &id, now)
        })
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("{}?done=issued", of.path()))),
        Err(error) => Err(shown_again(&caller, &actor, &of, &form.0, error, desk, now).await),
    }
}

/// The papers of a sitting, to be printed at once.
#[get("/sittings/<id>/certificates.pdf?<part>")]
async fn sitting_pdf(
    reader: Reader,
    id: SittingId,
    part: Option<usize>,
    desk: &State<Desk>,
) -> Result<Pdf, No> {
    let now = desk.now();
    let part = part.unwrap_or(1);
    Ok(Pdf(desk
        .ask(move |registry| prints::draw_sitting(registry, &reader, &id, part, now))
        .await?))
}

/// The papers of a class, to be printed at once.
#[get("/classes/<id>/certificates.pdf?<part>")]
async fn class_pdf(
    reader: Reader,
    id: ClassId,
    part: Option<usize>,
    desk: &State<Desk>,
) -> Result<Pdf, No> {
    let now = desk.now();
    let part = part.unwrap_or(1);
    Ok(Pdf(desk
        .ask(move |registry| prints::draw_class(registry, &reader, &id, part, now))
        .await?))
}
