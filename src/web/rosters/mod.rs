//! 花名册: uploading, the report of the dry run, and the admission.

pub mod view;

use crate::acts::Error;
use crate::acts::rosters::{self, Opened};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::roster::{Finding, RosterId, Severity, Written};
use crate::ground::slice::{Slice, Window};
use crate::paper;
use crate::web::body::{Form, Upload};
use crate::web::classes::view::Figure;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::marks::view::Filter;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Way};
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{Redirect, Responder};
use rocket::{State, get, post};
use serde::Deserialize;
use view::{Line, Report};

crate::param!(RosterId);

/// The page to upload a roster, or paste one.
#[derive(Template)]
#[template(path = "rosters/new.html")]
pub struct New {
    f: Frame,
    form: Filled,
    class: ClassId,
}

/// A file for download.
#[derive(Responder)]
#[response(status = 200)]
pub struct Download {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
}

impl Download {
    /// A file under this ASCII name.
    pub fn named(name: &str, kind: ContentType, bytes: Vec<u8>) -> Self {
        let disposition = Header::new(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        );
        Self {
            bytes,
            kind,
            disposition,
        }
    }

    /// A workbook under this ASCII name.
    pub fn workbook(name: &str, bytes: Vec<u8>) -> Self {
        let kind = ContentType::new(
            "application",
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        );
        Self::named(name, kind, bytes)
    }

    /// A table of text under this ASCII name.
    pub fn csv(name: &str, bytes: Vec<u8>) -> Self {
        let kind = ContentType::new("text", "csv").with_params(("charset", "utf-8"));
        Self::named(name, kind, bytes)
    }
}

/// Words by key and plain facts, as the paper floor asks for them.
pub fn say(w: Words) -> impl Fn(&str, &[&str]) -> String {
    move |key, facts| {
        let facts: Vec<&dyn std::fmt::Display> = facts
            .iter()
            .map(|fact| fact as &dyn std::fmt::Display)
            .collect();
        w.f(key, &facts)
    }
}

/// The empty roster to fill in.
#[get("/rosters/template.xlsx")]
fn template(caller: Caller) -> Result<Download, No> {
    let bytes = paper::roster::template(&say(caller.words()))
        .map_err(|error| Error::Fault(error.into()))?;
    Ok(Download::workbook("roster.xlsx", bytes))
}

/// Where a roster is uploaded.
#[get("/classes/<class>/rosters/new")]
async fn new(
    clerk: Clerk,
    class: ClassId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let name = class_name(clerk, class.clone(), desk).await?;
    Ok(Page::new(page(&caller, class, &name, Filled::blank())))
}

async fn class_name(clerk: Clerk, class: ClassId, desk: &State<Desk>) -> Result<String, No> {
    Ok(desk
        .ask(move |registry| rosters::class_of(registry, &clerk, &class))
        .await?
        .name)
}

fn page(caller: &Caller, class: ClassId, name: &str, form: Filled) -> New {
    let f = caller
        .frame("rosters.new.title")
        .under("classes")
        .wrong(&form);
    let f = f
        .crumb(caller.words().t("rosters.new.classes"), "/classes")
        .crumb(name, format!("/classes/{class}"));
    New { f, form, class }
}

/// A clerk uploads a roster.
#[post("/classes/<class>/rosters", data = "<sheet>")]
async fn create(
    clerk: Clerk,
    class: ClassId,
    sheet: Upload,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<New>, No>> {
    let now = desk.now();
    let pasted = sheet.field("pasted").unwrap_or_default().trim().to_owned();
    let given = if sheet.bytes.is_empty() {
        pasted.clone().into_bytes()
    } else {
        sheet.bytes
    };
    let file = if sheet.name.is_empty() {
        caller.words().t("rosters.new.pasted_name").to_owned()
    } else {
        sheet.name
    };
    let (who, which) = (clerk.clone(), class.clone());
    let done = desk
        .ask(move |registry| rosters::upload(registry, &who, &which, &file, &given, now))
        .await;
    match done {
        Ok(id) => Ok(Redirect::to(format!("/rosters/{id}"))),
        Err(Error::Refused(reasons)) => {
            let name = class_name(clerk, class.clone(), desk).await.map_err(Err)?;
            let form = Filled::blank().with("pasted", pasted);
            let form = reasons
                .iter()
                .fold(form, |form, reason| form.refused(caller.words(), reason));
            Err(Ok(
                Page::new(page(&caller, class, &name, form)).status(Status::UnprocessableEntity)
            ))
        }
        Err(error) => Err(Err(No(error))),
    }
}

/// The report: what the roster would do, or did.
#[get("/rosters/<id>?<show>&<page>")]
async fn show(
    reader: TrainingReader,
    id: RosterId,
    show: Option<&str>,
    page: Option<u32>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Report>, No> {
    let now = desk.now();
    let is_clerk = Clerk::of(reader.actor().clone()).is_some();
    let key = id.clone();
    let opened = desk
        .ask(move |registry| rosters::open(registry, &reader, &key, now))
        .await?;
    Ok(Page::new(report(
        &caller,
        &id,
        opened,
        show.unwrap_or("all"),
        page,
        is_clerk,
    )))
}

fn report(
    caller: &Caller,
    id: &RosterId,
    opened: Opened,
    show: &str,
    page: Option<u32>,
    is_clerk: bool,
) -> Report {
    let w = caller.words();
    let Opened {
        roster,
        class,
        admission,
        findings,
        open,
        late_for,
    } = opened;
    let grave = |finding: &Finding| finding.severity == Severity::Refused;
    let shown = |(_, finding): &&(String, Finding)| match show {
        "grave" => grave(finding),
        "hint" => !grave(finding),
        _ => true,
    };
    let count = |severe: bool| {
        findings
            .iter()
            .filter(|(_, finding)| grave(finding) == severe)
            .count()
    };
    let filter = |key: &str, name: &str, n: usize| Filter {
        text: w.t(key).to_owned(),
        count: n,
        to: format!("?show={name}"),
        on: show == name,
    };
    let filters = vec![
        filter("rosters.filter.all", "all", findings.len()),
        filter("rosters.filter.grave", "grave", count(true)),
        filter("rosters.filter.hint", "hint", count(false)),
    ];
    let window = Window::of(page, None);
    let chosen: Vec<&(String, Finding)> = findings.iter().filter(shown).collect();
    let from = usize::try_from(window.offset())
        .unwrap_or(0)
        .min(chosen.len());
    let until = (from + usize::try_from(window.limit()).unwrap_or(50)).min(chosen.len());
    let total = i64::try_from(chosen.len()).unwrap_or(0);
    let slice = Slice {
        rows: chosen[from..until].to_vec(),
        total,
        window,
    };
    let pager = Pager::of(&slice, format!("/rosters/{id}?show={show}"));
    let lines = slice
        .rows
        .into_iter()
        .map(|(name, finding)| line(w, name, finding))
        .collect();
    let number = |n: i32| u32::try_from(n).unwrap_or(0);
    let good = number(roster.lines - roster.refused);
    let can_admit = is_clerk && admission.is_none() && open.is_ok();
    Report {
        f: caller
            .frame("rosters.show.title")
            .under("classes")
            .crumb(w.t("rosters.new.classes"), "/classes")
            .crumb(&class.name, format!("/classes/{}", class.id)),
        facts: vec![
            Pair::new(w.t("rosters.show.class"), class.name.clone()),
            Pair::new(w.t("rosters.show.file"), roster.file_name.clone()),
            Pair::new(w.t("rosters.show.uploaded"), w.moment(roster.uploaded_at)),
        ],
        figures: vec![
            Figure::new(roster.lines.to_string(), w.t("rosters.figure.read")),
            Figure::new(good.to_string(), w.t("rosters.figure.good")).judged("ok"),
            Figure::new(roster.refused.to_string(), w.t("rosters.figure.bad"))
                .judged(if roster.refused > 0 { "bad" } else { "" }),
            Figure::new(roster.warned.to_string(), w.t("rosters.figure.warned"))
                .judged(if roster.warned > 0 { "late" } else { "" }),
        ],
        good,
        bad: number(roster.refused),
        filters,
        lines,
        pager,
        download: if is_clerk {
            format!("/rosters/{id}/problems.xlsx")
        } else {
            String::new()
        },
        admit: if can_admit {
            format!("/rosters/{id}/admission")
        } else {
            String::new()
        },
        again: format!("/classes/{}/rosters/new", class.id),
        once: id.to_string(),
        late: late_for.map_or_else(String::new, |sealed| {
            let at = admission.as_ref().map(|admission| w.minute(admission.at));
            w.f(
                "seals.late_roster",
                &[&w.date(sealed), &at.unwrap_or_default()],
            )
        }),
        admitted: admission.map(|admission| {
            let said = w.f(
                "rosters.show.admitted",
                &[&admission.admitted, &w.moment(admission.at)],
            );
            (
                said,
                Way::new(
                    w.t("rosters.show.to_class"),
                    format!("/classes/{}", class.id),
                ),
            )
        }),
    }
}

fn line(w: Words, name: &str, finding: &Finding) -> Line {
    let facts: Vec<&dyn std::fmt::Display> = finding
        .facts
        .iter()
        .map(|fact| fact as &dyn std::fmt::Display)
        .collect();
    let text = |part: &str| w.f(&format!("refusal.{}.{part}", finding.code), &facts);
    Line {
        line: finding.line,
        name: name.to_owned(),
        cell: finding.cell.clone().unwrap_or_default(),
        column: finding
            .column
            .map(|column| w.t(&format!("rosters.column.{column}.title")).to_owned())
            .unwrap_or_default(),
        value: finding.value.clone(),
        say: text("say"),
        then: text("do"),
        grave: finding.severity == Severity::Refused,
    }
}

/// The lines with problems, each with its reasons, to be mended and uploaded again.
#[get("/rosters/<id>/problems.xlsx")]
async fn problems(
    clerk: Clerk,
    id: RosterId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Download, No> {
    workbook_of_problems(clerk, id, caller.words(), desk).await
}

/// The same for pages and programs.
pub(super) async fn workbook_of_problems(
    clerk: Clerk,
    id: RosterId,
    w: Words,
    desk: &Desk,
) -> Result<Download, No> {
    let lines = desk
        .ask(move |registry| rosters::problems(registry, &clerk, &id))
        .await?;
    let lines: Vec<(&Written, &[Finding])> = lines
        .iter()
        .map(|(line, findings)| (line, findings.as_slice()))
        .collect();
    let bytes =
        paper::roster::problems(&lines, &say(w)).map_err(|error| Error::Fault(error.into()))?;
    Ok(Download::workbook("problems.xlsx", bytes))
}

#[derive(Deserialize)]
struct Confirmed {}

/// A clerk admits the good lines.
#[post("/rosters/<id>/admission", data = "<_form>")]
async fn admit(
    clerk: Clerk,
    id: RosterId,
    _form: Form<Confirmed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let to = format!("/rosters/{id}");
    desk.ask(move |registry| rosters::admit(registry, &clerk, &id, now))
        .await?;
    Ok(Redirect::to(to))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![template, new, create, show, problems, admit]
}
