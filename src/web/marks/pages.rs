//! 成绩: an assessor's own pages: the sheet, the signature, what was signed, a correction.

use super::view::{self, Filter, Posted, Row, Sheet as Grid, State};
use crate::acts::Error;
use crate::acts::marks::{self, Given, Line, Sheet};
use crate::domain::account::OnDuty;
use crate::domain::assessment::{CandidateId, Part, PartMark, SittingId, SittingState};
use crate::domain::refusal::Refusal;
use crate::domain::score::Score;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::{No, status};
use crate::web::seals;
use crate::web::sittings::{Again, again, notice, trade, within};
use crate::web::words::Words;
use askama::Template;
use rocket::Either;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{State as Managed, get, post};
use serde::Deserialize;

/// One signature of hers.
struct Signed {
    name: String,
    to: String,
    part: &'static str,
    when: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "marks/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Signed>,
}

/// What she has signed.
#[get("/marks")]
async fn index(on_duty: OnDuty, caller: Caller, desk: &Managed<Desk>) -> Result<Page<Index>, No> {
    let w = caller.words();
    let signed = desk
        .ask(move |registry| marks::signed(registry, &on_duty))
        .await?;
    let rows = signed
        .into_iter()
        .map(|(signature, sitting)| Signed {
            name: sitting.name,
            to: format!("/sittings/{}/marks", sitting.id),
            part: w.c("part", signature.part),
            when: w.minute(signature.at),
            digest: signature.digest,
        })
        .collect();
    Ok(Page::new(Index {
        f: caller.frame("marks.index.title").under("signed"),
        rows,
    }))
}

/// A mark as text; blank when there is none.
pub(super) fn text(mark: Option<PartMark>) -> String {
    match mark {
        Some(PartMark::Scored(score)) => score.to_string(),
        Some(PartMark::Absent) | None => String::new(),
    }
}

/// A mark in words, for reading.
fn told(w: Words, mark: Option<PartMark>) -> String {
    match mark {
        Some(PartMark::Absent) => w.t("marks.edit.absent").to_owned(),
        None => w.t("marks.edit.todo").to_owned(),
        scored => text(scored),
    }
}

fn standing(line: &Line) -> State {
    let marks = || line.marks.iter().map(|(_, mark)| *mark);
    if marks().any(|mark| mark.is_none()) {
        State::Todo
    } else if marks().all(|mark| mark == Some(PartMark::Absent)) {
        State::Absent
    } else if marks().all(|mark| matches!(mark, Some(PartMark::Scored(score)) if score.passes())) {
        State::Pass
    } else {
        State::Fail
    }
}

fn facts(w: Words, sheet: &Sheet) -> Vec<Pair> {
    vec![
        Pair::new(w.t("marks.fact.sitting"), sheet.sitting.name.clone()),
        Pair::new(w.t("marks.fact.place"), sheet.sitting.place.clone()),
        Pair::new(w.t("marks.fact.pass"), w.t("marks.fact.pass_of")),
    ]
}

/// The grid of a sheet; with what was typed, when that was refused.
fn grid(caller: &Caller, sheet: &Sheet, show: &str, form: Filled, typed: &[Posted]) -> Grid {
    let w = caller.words();
    let action = format!("/sittings/{}/marks", sheet.sitting.id);
    let row = |line: &Line| {
        let id = line.listed.candidate.id.to_string();
        let typed = typed.iter().find(|posted| posted.candidate == id);
        let value = |part: &Part| match typed {
            Some(posted) => posted
                .marks
                .iter()
                .find(|(item, _)| item == part.as_str())
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
            None => {
                let own = line.marks.iter().find(|(own, _)| own == part);
                text(own.and_then(|(_, mark)| *mark))
            }
        };
        let wrong = form
            .faults
            .iter()
            .any(|fault| fault.field.starts_with(&format!("mark.{id}.")));
        let state = if wrong { State::Fix } else { standing(line) };
        Row {
            name: line.listed.name.clone(),
            seat: line.listed.candidate.seat.clone(),
            values: sheet.parts.iter().map(value).collect(),
            absent: typed.map_or(standing(line) == State::Absent, |posted| posted.absent),
            version: line.version,
            late: seals::late_mark(w, sheet.sitting.day, line.late),
            state,
            candidate: id,
        }
    };
    let all: Vec<Row> = sheet.lines.iter().map(row).collect();
    let kinds = [
        ("", "all", None),
        ("todo", "todo", Some(State::Todo)),
        ("fail", "fail", Some(State::Fail)),
        ("absent", "absent", Some(State::Absent)),
    ];
    let is = |row: &Row, kind: Option<State>| kind.is_none_or(|kind| row.state == kind);
    let filters = kinds
        .iter()
        .map(|(code, word, kind)| Filter {
            text: w.c("marks.filter", word).to_owned(),
            count: all.iter().filter(|row| is(row, *kind)).count(),
            to: if code.is_empty() {
                action.clone()
            } else {
                format!("{action}?show={code}")
            },
            on: *code == show,
        })
        .collect();
    let kind = kinds
        .iter()
        .find(|(code, ..)| *code == show)
        .and_then(|(_, _, kind)| *kind);
    let title = w.f("marks.fact.title", &[&trade(w, &sheet.sitting)]);
    Grid {
        f: within(caller, "marks.edit.title", &sheet.sitting)
            .titled(title)
            .wrong(&form),
        facts: facts(w, sheet),
        parts: sheet
            .parts
            .iter()
            .map(|part| view::Part::whole(part.as_str(), w.c("part", part), 60))
            .collect(),
        rows: all.into_iter().filter(|row| is(row, kind)).collect(),
        filters,
        form,
        action,
        once: marks::shown(sheet),
        signed: None,
    }
}

/// One line of signed marks.
struct SignedLine {
    name: String,
    late: String,
    seat: String,
    marks: Vec<(&'static str, String, String)>,
}

#[derive(Template)]
#[template(path = "marks/show.html")]
struct Show {
    f: Frame,
    facts: Vec<Pair>,
    receipts: Vec<(String, String)>,
    parts: Vec<&'static str>,
    lines: Vec<SignedLine>,
    just_signed: bool,
    is_last: bool,
    sealed: String,
    when: String,
}

impl Show {
    fn of(caller: &Caller, sheet: &Sheet, done: Option<&str>) -> Self {
        let w = caller.words();
        let may = matches!(
            sheet.sitting.state,
            SittingState::Marking | SittingState::Marked | SittingState::InPublicity
        );
        let lines = sheet.lines.iter().map(|line| SignedLine {
            late: seals::late_mark(w, sheet.sitting.day, line.late),
            name: line.listed.name.clone(),
            seat: line.listed.candidate.seat.clone(),
            marks: sheet
                .parts
                .iter()
                .map(|part| {
                    let own = line.marks.iter().find(|(own, _)| own == part);
                    let to = format!(
                        "/sittings/{}/corrections/new?candidate={}&part={part}",
                        sheet.sitting.id, line.listed.candidate.id
                    );
                    match own {
                        Some((_, mark)) => {
                            let to = if may { to } else { String::new() };
                            (w.c("part", part), told(w, *mark), to)
                        }
                        None => {
                            let nothing = w.t("marks.show.not_entered").to_owned();
                            (w.c("part", part), nothing, String::new())
                        }
                    }
                })
                .collect(),
        });
        let receipt = |signature: &crate::store::marks::Signature| {
            (
                w.f("marks.show.receipt_of", &[&w.c("part", signature.part)]),
                signature.digest.clone(),
            )
        };
        Self {
            f: within(caller, "marks.show.title", &sheet.sitting).notice(notice(
                w,
                "marks.done",
                &["corrected"],
                done,
            )),
            facts: facts(w, sheet),
            receipts: sheet.signatures.iter().map(receipt).collect(),
            parts: sheet.parts.iter().map(|part| w.c("part", part)).collect(),
            lines: lines.collect(),
            just_signed: done == Some("signed"),
            is_last: sheet.sitting.state != SittingState::Marking,
            sealed: seals::told(w, &sheet.seals),
            when: sheet
                .signatures
                .first()
                .map(|it| w.minute(it.at))
                .unwrap_or_default(),
        }
    }
}

/// Her sheet: to be filled in, or as she signed it.
#[get("/sittings/<id>/marks?<show>&<done>")]
async fn sheet(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    show: Option<&str>,
    done: Option<&str>,
    desk: &Managed<Desk>,
) -> Result<Either<Page<Grid>, Page<Show>>, No> {
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &on_duty, &id))
        .await?;
    if sheet.is_signed() {
        return Ok(Either::Right(Page::new(Show::of(&caller, &sheet, done))));
    }
    if sheet.sitting.state != SittingState::Marking {
        return Err(Refusal::new("sitting.not-marking").into());
    }
    let mut grid = grid(
        &caller,
        &sheet,
        show.unwrap_or_default(),
        Filled::blank(),
        &[],
    );
    grid.f = grid
        .f
        .notice(notice(caller.words(), "marks.done", &["saved"], done));
    Ok(Either::Left(Page::new(grid)))
}

/// What was typed, read; and the faults, cell by cell.
fn read(w: Words, sheet: &Sheet, typed: &[Posted]) -> (Vec<Given>, Filled) {
    let mut form = Filled::blank();
    let mut given = Vec::new();
    for posted in typed {
        let Some(candidate) = CandidateId::read(&posted.candidate) else {
            continue;
        };
        let line = sheet
            .lines
            .iter()
            .find(|line| line.listed.candidate.id == candidate);
        let Some(line) = line else { continue };
        let mut marks = Vec::new();
        for (part, _) in &line.marks {
            let text = posted.marks.iter().find(|(item, _)| item == part.as_str());
            let text = text.map_or("", |(_, text)| text.as_str());
            let mark = match (posted.absent, text) {
                (true, _) => Some(PartMark::Absent),
                (false, "") => None,
                (false, text) => match Score::read(text) {
                    Some(score) => Some(PartMark::Scored(score)),
                    None => {
                        let why = w.refusal(&Refusal::new("mark.unreadable").with(text));
                        let cell = format!("mark.{candidate}.{part}");
                        let facts: [&dyn std::fmt::Display; 3] =
                            [&line.listed.name, &w.c("part", part), &why.say];
                        let said = w.f("marks.fact.cell", &facts);
                        form.wrong(&cell, said);
                        continue;
                    }
                },
            };
            marks.push((*part, mark));
        }
        given.push(Given {
            candidate,
            version: posted.version,
            marks,
        });
    }
    (given, form)
}

/// She saves what she typed, or goes on to sign it.
#[post("/sittings/<id>/marks", data = "<form>")]
async fn record(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    form: Form<Vec<(String, String)>>,
    desk: &Managed<Desk>,
) -> Again<Grid> {
    let now = desk.now();
    let w = caller.words();
    let Form(pairs) = form;
    let to_sign = pairs
        .iter()
        .any(|(name, value)| name == "do" && value == "sign");
    let typed = view::posted(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let (hers, key) = (on_duty.clone(), id.clone());
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &hers, &key))
        .await
        .map_err(|error| Err(No(error)))?;
    let (given, wrong) = read(w, &sheet, &typed);
    if !wrong.faults.is_empty() {
        let page = grid(&caller, &sheet, "", wrong, &typed);
        return Err(Ok(Page::new(page).status(Status::UnprocessableEntity)));
    }
    let (hers, key) = (on_duty.clone(), id.clone());
    let saved = desk
        .ask(move |registry| marks::record(registry, &hers, &key, &given, now))
        .await;
    match saved {
        Ok(_) if to_sign => Ok(Redirect::to(format!("/sittings/{id}/signature/new"))),
        Ok(_) => Ok(Redirect::to(format!("/sittings/{id}/marks?done=saved"))),
        Err(error) if error.code() == "mark.changed-meanwhile" => {
            let answer = status(&error);
            let sheet = desk
                .ask(move |registry| marks::sheet(registry, &on_duty, &id))
                .await
                .map_err(|error| Err(No(error)))?;
            let Error::Refused(refusals) = error else {
                return Err(Err(No(error)));
            };
            let told = refusals
                .iter()
                .fold(Filled::blank(), |form, no| form.refused(w, no));
            Err(Ok(
                Page::new(grid(&caller, &sheet, "", told, &[])).status(answer)
            ))
        }
        Err(error) => Err(Err(No(error))),
    }
}

#[derive(Template)]
#[template(path = "marks/sign.html")]
struct Sign {
    f: Frame,
    form: Filled,
    facts: Vec<Pair>,
    parts: Vec<&'static str>,
    failed: Vec<SignedLine>,
    absent: Vec<SignedLine>,
    lines: Vec<SignedLine>,
    missing: usize,
    shown: String,
    to: String,
}

impl Sign {
    fn of(caller: &Caller, sheet: &Sheet, form: Filled) -> Self {
        let w = caller.words();
        let line = |line: &Line| SignedLine {
            late: seals::late_mark(w, sheet.sitting.day, line.late),
            name: line.listed.name.clone(),
            seat: line.listed.candidate.seat.clone(),
            marks: sheet
                .parts
                .iter()
                .map(|part| {
                    let own = line.marks.iter().find(|(own, _)| own == part);
                    let mark = own.map_or_else(
                        || w.t("marks.show.not_entered").to_owned(),
                        |(_, mark)| told(w, *mark),
                    );
                    (w.c("part", part), mark, String::new())
                })
                .collect(),
        };
        let some = |state: State| {
            let lines = sheet.lines.iter().filter(|line| standing(line) == state);
            lines.map(line).collect::<Vec<_>>()
        };
        Self {
            f: within(caller, "marks.sign.title", &sheet.sitting).wrong(&form),
            form,
            facts: facts(w, sheet),
            parts: sheet.parts.iter().map(|part| w.c("part", part)).collect(),
            failed: some(State::Fail),
            absent: some(State::Absent),
            lines: sheet.lines.iter().map(line).collect(),
            missing: sheet.missing(),
            shown: marks::shown(sheet),
            to: format!("/sittings/{}", sheet.sitting.id),
        }
    }
}

/// Everything she is about to sign.
#[get("/sittings/<id>/signature/new")]
async fn signature(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    desk: &Managed<Desk>,
) -> Result<Either<Page<Sign>, Redirect>, No> {
    let back = format!("/sittings/{id}/marks");
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &on_duty, &id))
        .await?;
    if sheet.is_signed() {
        return Ok(Either::Right(Redirect::to(back)));
    }
    if sheet.sitting.state != SittingState::Marking {
        return Err(Refusal::new("sitting.not-marking").into());
    }
    Ok(Either::Left(Page::new(Sign::of(
        &caller,
        &sheet,
        Filled::blank(),
    ))))
}

/// What confirms a signature; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(crate) struct SignatureForm {
    /// How many candidates are on the sheet, counted by the assessor.
    #[serde(default)]
    pub(crate) heads: String,
    /// The digest of the sheet that was shown.
    #[serde(default)]
    pub(crate) shown: String,
}

impl SignatureForm {
    /// The number typed.
    pub(crate) fn read(&self) -> Result<usize, Refusal> {
        match self.heads.trim() {
            "" => Err(Refusal::new("field.blank").at("heads")),
            text => crate::ground::text::digits(text)
                .parse()
                .map_err(|_| Refusal::new("field.unreadable").at("heads")),
        }
    }
}

/// She signs.
#[post("/sittings/<id>/signature", data = "<form>")]
async fn sign(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    form: Form<SignatureForm>,
    desk: &Managed<Desk>,
) -> Again<Sign> {
    let now = desk.now();
    let Form(form) = form;
    let (hers, key, shown) = (on_duty.clone(), id.clone(), form.shown.clone());
    let signed = match form.read() {
        Ok(heads) => {
            desk.ask(move |registry| marks::sign(registry, &hers, &key, heads, &shown, now))
                .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let Err(error) = signed else {
        return Ok(Redirect::to(format!("/sittings/{id}/marks?done=signed")));
    };
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &on_duty, &id))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(error, |refusals| {
        let w = caller.words();
        let filled = Filled::blank().with("heads", &form.heads);
        let filled = refusals
            .iter()
            .fold(filled, |form, refusal| form.refused(w, refusal));
        Sign::of(&caller, &sheet, filled)
    }))
}

#[derive(Template)]
#[template(path = "marks/correct.html")]
struct Correct {
    f: Frame,
    form: Filled,
    facts: Vec<Pair>,
    candidate: String,
    part: String,
    to: String,
}

impl Correct {
    fn of(caller: &Caller, sheet: &Sheet, line: &Line, part: Part, form: Filled) -> Self {
        let w = caller.words();
        let own = line.marks.iter().find(|(own, _)| *own == part);
        let to = format!("/sittings/{}", sheet.sitting.id);
        Self {
            f: within(caller, "marks.correct.title", &sheet.sitting)
                .crumb(w.t("marks.show.title"), format!("{to}/marks"))
                .wrong(&form),
            form,
            facts: vec![
                Pair::new(w.t("marks.edit.name"), line.listed.name.clone()),
                Pair::num(w.t("marks.edit.seat"), line.listed.candidate.seat.clone()),
                Pair::new(w.t("marks.index.part"), w.c("part", part)),
                Pair::num(
                    w.t("marks.correct.was"),
                    told(w, own.and_then(|(_, mark)| *mark)),
                ),
            ],
            candidate: line.listed.candidate.id.to_string(),
            part: part.to_string(),
            to,
        }
    }
}

/// Hers, the line of a candidate.
async fn hers(
    desk: &Desk,
    on_duty: OnDuty,
    id: SittingId,
    candidate: &str,
) -> Result<(Sheet, Line), No> {
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &on_duty, &id))
        .await?;
    let line = sheet
        .lines
        .iter()
        .find(|line| line.listed.candidate.id.as_str() == candidate)
        .cloned()
        .ok_or(No(Error::NotFound))?;
    Ok((sheet, line))
}

/// The form of a correction.
#[get("/sittings/<id>/corrections/new?<candidate>&<part>")]
async fn correction(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    candidate: &str,
    part: &str,
    desk: &Managed<Desk>,
) -> Result<Page<Correct>, No> {
    let part = Part::read(part).ok_or(No(Error::NotFound))?;
    let (sheet, line) = hers(desk, on_duty, id, candidate).await?;
    Ok(Page::new(Correct::of(
        &caller,
        &sheet,
        &line,
        part,
        Filled::blank(),
    )))
}

/// A correction; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(crate) struct CorrectionForm {
    /// The candidate's key.
    #[serde(default)]
    pub(crate) candidate: String,
    /// `theory`, `practice` or `review`.
    #[serde(default)]
    pub(crate) part: String,
    /// The corrected mark, e.g. `85.5`.
    #[serde(default)]
    pub(crate) mark: String,
    /// `1` for an absence.
    #[serde(default)]
    pub(crate) absent: String,
    /// Why.
    #[serde(default)]
    pub(crate) reason: String,
}

impl CorrectionForm {
    /// The corrected mark.
    pub(crate) fn read(&self) -> Result<PartMark, Refusal> {
        if self.absent == "1" {
            return Ok(PartMark::Absent);
        }
        match self.mark.trim() {
            "" => Err(Refusal::new("field.blank").at("mark")),
            text => Score::read(text)
                .map(PartMark::Scored)
                .ok_or_else(|| Refusal::new("mark.unreadable").at("mark").with(text)),
        }
    }
}

/// She corrects a mark of hers.
#[post("/sittings/<id>/corrections", data = "<form>")]
async fn correct(
    on_duty: OnDuty,
    caller: Caller,
    id: SittingId,
    form: Form<CorrectionForm>,
    desk: &Managed<Desk>,
) -> Again<Correct> {
    let now = desk.now();
    let Form(form) = form;
    let part = Part::read(&form.part).ok_or(Err(No(Error::NotFound)))?;
    let candidate = CandidateId::read(&form.candidate).ok_or(Err(No(Error::NotFound)))?;
    let (own, key, reason) = (on_duty.clone(), id.clone(), form.reason.clone());
    let corrected = match form.read() {
        Ok(mark) => {
            desk.ask(move |registry| {
                marks::correct(registry, &own, &key, &candidate, part, mark, &reason, now)
            })
            .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let Err(error) = corrected else {
        return Ok(Redirect::to(format!("/sittings/{id}/marks?done=corrected")));
    };
    let (sheet, line) = hers(desk, on_duty, id, &form.candidate)
        .await
        .map_err(Err)?;
    Err(again(error, |refusals| {
        let w = caller.words();
        let filled = Filled::blank()
            .with("mark", &form.mark)
            .with("absent", &form.absent)
            .with("reason", &form.reason);
        let filled = refusals
            .iter()
            .fold(filled, |form, refusal| form.refused(w, refusal));
        Correct::of(&caller, &sheet, &line, part, filled)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, sheet, record, signature, sign, correction, correct]
}
