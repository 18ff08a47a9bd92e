//! 复核: differences first, then absences and failures; then publishing.

use crate::acts::outcomes::{self, Judged, Review, tally};
use crate::acts::publicity;
use crate::domain::account::{AssessmentClerk, Role, SittingReviewer};
use crate::domain::assessment::{Part, PartMark, SittingId, SittingState, Verdict};
use crate::domain::assessor::AssessorId;
use crate::domain::attendance::is_late;
use crate::ground::clock::beijing;
use crate::store::marks::Mark;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::seals;
use crate::web::sittings::{Nothing, within};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use std::collections::HashMap;

/// One part of one candidate.
struct Cell {
    part: &'static str,
    mark: String,
    each: String,
    differs: bool,
}

struct Row {
    name: String,
    seat: String,
    cells: Vec<Cell>,
    verdict: Tag,
    corrected: bool,
    late: String,
}

struct Correction {
    what: String,
    why: String,
    by: String,
    late: String,
}

struct Signature {
    who: String,
    tag: Tag,
    receipt: String,
}

#[derive(Template)]
#[template(path = "sittings/review.html")]
struct Show {
    f: Frame,
    counts: [(usize, &'static str, &'static str); 4],
    parts: Vec<&'static str>,
    rows: Vec<Row>,
    differing: Vec<Row>,
    corrections: Vec<Correction>,
    signatures: Vec<Signature>,
    unsigned: bool,
    may_publish: bool,
    sealed: String,
    incomplete: usize,
    days: u32,
    to: String,
}

/// A verdict as a tag.
pub(super) fn verdict(w: Words, verdict: Verdict) -> Tag {
    let text = w.c("verdict", verdict);
    match verdict {
        Verdict::Passed => Tag::ok(text),
        Verdict::Failed => Tag::bad(text),
        Verdict::Absent => Tag::none(text),
        Verdict::Incomplete => Tag::late(text),
    }
}

fn told(w: Words, mark: Option<PartMark>) -> String {
    match mark {
        Some(PartMark::Scored(score)) => score.to_string(),
        Some(PartMark::Absent) => w.t("marks.edit.absent").to_owned(),
        None => w.t("sittings.review.not_sat").to_owned(),
    }
}

fn row(
    w: Words,
    day: NaiveDate,
    judged: &Judged,
    parts: &[Part],
    names: &HashMap<&AssessorId, &str>,
) -> Row {
    let cell = |part: &Part| {
        let sat = judged.parts.iter().find(|own| own.part == *part);
        let each = sat.filter(|own| own.given.len() > 1).map(|own| {
            let given = own.given.iter().map(|(assessor, mark)| {
                let name = names.get(assessor).copied().unwrap_or_default();
                format!("{name} {}", told(w, *mark))
            });
            let given: Vec<_> = given.collect();
            w.f(
                "sittings.review.each",
                &[&given.join(w.t("sittings.review.separator"))],
            )
        });
        let carried = judged
            .outcome
            .scores
            .iter()
            .find(|(own, _, kept)| own == part && *kept);
        let mark = match (sat, carried) {
            (Some(own), _) => told(w, own.mark),
            (None, Some((_, score, _))) => format!("{score} {}", w.t("sittings.review.carried")),
            (None, None) => told(w, None),
        };
        Cell {
            part: w.c("part", part),
            mark,
            each: each.unwrap_or_default(),
            differs: sat.is_some_and(|own| own.differs),
        }
    };
    Row {
        name: judged.listed.name.clone(),
        seat: judged.listed.candidate.seat.clone(),
        cells: parts.iter().map(cell).collect(),
        verdict: verdict(w, judged.outcome.verdict),
        corrected: judged.corrected,
        late: seals::late_mark(w, day, judged.late),
    }
}

impl Show {
    fn of(caller: &Caller, review: &Review, is_clerk: bool, days: u32) -> Self {
        let w = caller.words();
        let parts = review.sitting.level.parts();
        let day = review.sitting.day;
        let names: HashMap<&AssessorId, &str> = review
            .panel
            .iter()
            .map(|(member, assessor)| (&member.assessor, assessor.name.as_str()))
            .collect();
        let seats: HashMap<_, _> = review
            .judged
            .iter()
            .map(|judged| {
                (
                    &judged.listed.candidate.id,
                    judged.listed.candidate.seat.as_str(),
                )
            })
            .collect();
        let given = |mark: &Mark| match (mark.absent, mark.tenths) {
            (true, _) => w.t("marks.edit.absent").to_owned(),
            (false, tenths) => tenths
                .and_then(crate::domain::score::Score::tenths)
                .map_or_else(|| told(w, None), |score| score.to_string()),
        };
        let correction = |(mark, before): &(Mark, Option<Mark>)| {
            let seat = seats.get(&mark.candidate).copied().unwrap_or_default();
            let was = before.as_ref().map_or_else(|| told(w, None), given);
            let part = w.c("part", mark.part);
            Correction {
                what: w.f(
                    "sittings.review.correction",
                    &[&seat, &part, &was, &given(mark)],
                ),
                why: mark.reason.clone().unwrap_or_default(),
                by: format!(
                    "{} · {}",
                    names.get(&mark.assessor).copied().unwrap_or_default(),
                    w.minute(mark.at)
                ),
                late: if is_late(day, beijing(mark.at).date_naive()) {
                    seals::late_mark(w, day, Some(mark.at))
                } else {
                    String::new()
                },
            }
        };
        let signature = |(member, assessor): &(
            crate::store::panels::Member,
            crate::store::assessors::Assessor,
        )| {
            let signed = review.signatures.iter().find(|(signature, _)| {
                signature.assessor == member.assessor && signature.part == member.part
            });
            Signature {
                who: w.f(
                    "sittings.review.signature",
                    &[&assessor.name, &w.c("part", member.part)],
                ),
                tag: match signed {
                    Some((signature, _)) => Tag::ok(w.minute(signature.at)),
                    None => Tag::todo(w.t("sittings.review.unsigned")),
                },
                receipt: signed
                    .map(|(signature, _)| w.f("sittings.review.receipt", &[&signature.digest]))
                    .unwrap_or_default(),
            }
        };
        let [passed, failed, absent, incomplete] = tally(&review.judged);
        let differing = review
            .judged
            .iter()
            .filter(|judged| judged.parts.iter().any(|part| part.differs));
        let state = review.sitting.state;
        Self {
            f: within(caller, "sittings.review.title", &review.sitting),
            counts: [
                (passed, w.t("sittings.review.passed"), "ok"),
                (failed, w.t("sittings.review.failed"), "bad"),
                (absent, w.t("sittings.review.absent"), ""),
                (incomplete, w.t("sittings.review.incomplete"), "late"),
            ],
            parts: parts.iter().map(|part| w.c("part", part)).collect(),
            rows: review
                .judged
                .iter()
                .map(|judged| row(w, day, judged, parts, &names))
                .collect(),
            differing: differing
                .map(|judged| row(w, day, judged, parts, &names))
                .collect(),
            corrections: review.corrections.iter().map(correction).collect(),
            signatures: review.panel.iter().map(signature).collect(),
            unsigned: matches!(state, SittingState::Planned | SittingState::Marking),
            sealed: seals::told(w, &review.seals),
            may_publish: is_clerk && state == SittingState::Marked,
            incomplete,
            days,
            to: format!("/sittings/{}", review.sitting.id),
        }
    }
}

/// What a sitting came to.
#[get("/sittings/<id>/review")]
async fn show(
    reviewer: SittingReviewer,
    caller: Caller,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let is_clerk = reviewer.actor().role == Role::AssessmentClerk;
    let days = desk.registry().settings.publicity_days;
    let review = desk
        .ask(move |registry| outcomes::review(registry, &reviewer, &id))
        .await?;
    Ok(Page::new(Show::of(&caller, &review, is_clerk, days)))
}

/// A clerk publishes the results.
#[post("/sittings/<id>/publicity", data = "<_form>")]
async fn publish(
    clerk: AssessmentClerk,
    id: SittingId,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let to = format!("/sittings/{id}");
    let opened = desk
        .ask(move |registry| publicity::open(registry, &clerk, &id, now))
        .await?;
    let done = if opened.holidays_known {
        "opened"
    } else {
        "opened_unsure"
    };
    Ok(Redirect::to(format!("{to}?done={done}")))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, publish]
}
