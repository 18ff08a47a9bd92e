//! 一份补贴申请: its lines to the fen, who is left out and why, its history, and what may be done.

use crate::acts::claims::{self, Account, Opened};
use crate::domain::account::{Actor, Officer, TrainingReader};
use crate::domain::claim::{ClaimId, ClaimState};
use crate::domain::subsidy::right::No as Reason;
use crate::ground::money;
use crate::web::claims::{new::why, tag};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::done;
use crate::web::seals;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

/// One line.
struct Line {
    name: String,
    tail: String,
    number: String,
    to: String,
    hours: String,
    late: String,
    amount: String,
    left: String,
    cuts: Vec<String>,
}

/// Somebody left out.
struct Out {
    name: String,
    tail: String,
    why: Vec<String>,
}

/// One step.
struct Step {
    head: &'static str,
    reason: String,
    who: String,
}

/// One objection.
struct Said {
    id: String,
    about: String,
    said: String,
    contact: String,
    when: String,
    settled: String,
}

#[derive(Template)]
#[template(path = "claims/show.html")]
pub(super) struct Show {
    f: Frame,
    form: Filled,
    state: Tag,
    facts: Vec<Pair>,
    lines: Vec<Line>,
    out: Vec<Out>,
    steps: Vec<Step>,
    objections: Vec<Said>,
    outcomes: Vec<Choice>,
    to_cut: Vec<Choice>,
    to: String,
    shown: String,
    left: String,
    may_approve: bool,
    may_publish: bool,
    may_pay: bool,
    may_change: bool,
    may_settle: bool,
}

fn facts(w: Words, opened: &Opened) -> Vec<Pair> {
    let claim = &opened.listed.claim;
    let yuan = |fen: i64| w.f("claims.show.yuan", &[&money::yuan(fen)]);
    let mut facts = vec![
        Pair::new(w.t("claims.show.institution"), &opened.listed.institution),
        Pair::new(w.t("claims.show.class"), &opened.listed.class)
            .to(format!("/classes/{}", claim.class)),
        Pair::new(w.t("claims.show.kind"), w.c("subsidy_kind", claim.kind)),
        Pair::num(w.t("claims.show.people"), w.count(claim.lines)),
        Pair::num(w.t("claims.show.asked"), yuan(claim.asked_fen)),
        Pair::num(w.t("claims.show.cut"), yuan(opened.listed.cut_fen)),
        Pair::num(w.t("claims.show.left"), yuan(opened.left_fen())),
    ];
    if let Some(shown) = &opened.publicity {
        facts.push(Pair::num(
            w.t("claims.show.publicity"),
            w.span(shown.opens, shown.closes),
        ));
    }
    if let Some((paid, by)) = &opened.payment {
        let paid = w.f(
            "claims.show.paid_as",
            &[
                &money::yuan(paid.paid_fen),
                &w.date(paid.day),
                &paid.reference,
                by,
            ],
        );
        facts.push(Pair::new(w.t("claims.show.paid"), paid));
    }
    facts
}

fn line(w: Words, opened: &Opened, account: &Account) -> Line {
    let told = &account.told;
    let cuts = opened
        .cuts
        .iter()
        .filter(|(cut, _)| cut.line == told.line.id);
    Line {
        name: told.name.clone(),
        tail: told.id_tail.clone(),
        number: told.number.clone(),
        to: format!("/certificates/{}", told.line.certificate),
        hours: w.f(
            "claims.new.of_hours",
            &[&told.line.attended, &told.line.held],
        ),
        late: seals::late_attendance(w, opened.late.trainees.get(&told.line.enrolment)),
        amount: money::yuan(told.line.amount_fen),
        left: money::yuan(account.left_fen()),
        cuts: cuts
            .map(|(cut, by)| {
                w.f(
                    "claims.show.cut_as",
                    &[&money::yuan(cut.cut_fen), &cut.reason, by],
                )
            })
            .collect(),
    }
}

fn left_out(w: Words, opened: &Opened) -> Vec<Out> {
    let mut out: Vec<(String, Out)> = Vec::new();
    for (refused, name, tail) in &opened.left_out {
        let said = why(
            w,
            &Reason {
                why: refused.why,
                fact: refused.fact.clone(),
            },
        );
        let key = refused.enrolment.to_string();
        match out.iter_mut().find(|(known, _)| *known == key) {
            Some((_, one)) => one.why.push(said),
            None => out.push((
                key,
                Out {
                    name: name.clone(),
                    tail: tail.clone(),
                    why: vec![said],
                },
            )),
        }
    }
    out.into_iter().map(|(_, one)| one).collect()
}

fn objections(w: Words, opened: &Opened) -> Vec<Said> {
    let case = |case: &claims::publicity::Case| Said {
        id: case.id.to_string(),
        about: w.f("claims.show.about", &[&case.about]),
        said: case.said.clone(),
        contact: case.contact.clone().unwrap_or_default(),
        when: w.minute(case.lodged_at),
        settled: case.settled.as_ref().map_or_else(String::new, |how| {
            let outcome = if how.upheld {
                w.t("claims.show.upheld")
            } else {
                w.t("claims.show.rejected")
            };
            w.f("claims.show.settled", &[&outcome, &how.reason, &how.by])
        }),
    };
    opened.objections.iter().map(case).collect()
}

impl Show {
    fn of(caller: &Caller, actor: &Actor, opened: &Opened, form: Filled) -> Self {
        let w = caller.words();
        let claim = &opened.listed.claim;
        let officer = Officer::of(actor.clone()).is_some();
        let approver = opened
            .steps
            .iter()
            .rfind(|step| step.step == ClaimState::Approved)
            .map(|step| &step.by);
        let state = claim.state;
        let kind = w.c("subsidy_kind", claim.kind);
        Self {
            f: caller
                .frame("claims.show.title")
                .titled(w.f("claims.show.of", &[&opened.listed.class, &kind]))
                .crumb(w.t("claims.index.title"), "/claims")
                .under("claims")
                .wrong(&form),
            form,
            state: tag(w, state),
            facts: facts(w, opened),
            lines: opened
                .lines
                .iter()
                .map(|account| line(w, opened, account))
                .collect(),
            out: left_out(w, opened),
            steps: opened
                .steps
                .iter()
                .rev()
                .map(|step| Step {
                    head: w.c("claim_step", step.step),
                    reason: step.reason.clone().unwrap_or_default(),
                    who: format!("{} · {}", step.name, w.minute(step.at)),
                })
                .collect(),
            objections: if officer {
                objections(w, opened)
            } else {
                Vec::new()
            },
            outcomes: vec![
                Choice::new("upheld", w.t("claims.show.upheld")),
                Choice::new("rejected", w.t("claims.show.rejected")),
            ],
            to_cut: opened
                .lines
                .iter()
                .filter(|account| account.left_fen() > 0)
                .map(|account| {
                    let told = &account.told;
                    let text = format!("{} {}", told.name, told.id_tail);
                    Choice::new(told.line.id.as_str(), text)
                })
                .collect(),
            to: format!("/claims/{}", claim.id),
            shown: format!("/publicity/claims/{}", claim.id),
            left: money::yuan(opened.left_fen()),
            may_approve: officer && state == ClaimState::Filed,
            may_publish: officer && state == ClaimState::Approved,
            may_pay: officer
                && state == ClaimState::Published
                && approver.is_some_and(|approver| *approver != actor.account),
            may_change: officer && state.is_under_way(),
            may_settle: officer,
        }
    }
}

/// The page, with this in its forms.
pub(super) async fn opened(
    caller: &Caller,
    actor: &Actor,
    id: &ClaimId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Show, No> {
    let reader = TrainingReader::of(actor.clone()).ok_or(crate::acts::Error::NotFound)?;
    let id = id.clone();
    let opened = desk
        .ask(move |registry| claims::open(registry, &reader, &id))
        .await?;
    Ok(Show::of(caller, actor, &opened, form))
}

impl Show {
    /// The page again, with what was wrong with its form.
    pub(super) fn with(mut self, form: Filled) -> Self {
        self.f = self.f.wrong(&form);
        self.form = form;
        self
    }
}

/// One claim.
#[get("/claims/<id>?<done>")]
pub(super) async fn show(
    reader: TrainingReader,
    caller: Caller,
    id: ClaimId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let w = caller.words();
    let known = [
        "filed",
        "approved",
        "returned",
        "reduced",
        "published",
        "paid",
        "settled",
    ];
    let form = Filled::blank().with("day", desk.now().day());
    let mut page = opened(&caller, reader.actor(), &id, form, desk).await?;
    page.f = page.f.notice(self::done(w, "claims.done", &known, done));
    Ok(Page::new(page))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show]
}
