//! 证书详情: one certificate, its lineage and its paper.

use super::cases::{
    CaseRow, CorrectionRow, HoldRow, Other, case_row, correction_row, elsewhere, hold_row, others,
};
use super::index::tag;
use super::{Pdf, signs};
use crate::acts::certificates::{self, Opened};
use crate::acts::prints;
use crate::domain::account::{Reader, Role};
use crate::domain::certificate::{
    CertificateId, CertificateKind, HoldReason, RevocationReason, Standing,
};
use crate::store::certificates::Certificate;
use crate::store::ledger::Line;
use crate::web::desk::Desk;
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::verify::shown::id_kind;
use crate::web::words::Words;
use askama::Template;
use rocket::{Route, State, get, routes};

/// One thing that happened.
struct Deed {
    what: &'static str,
    detail: String,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "certificates/show.html")]
pub(super) struct Show {
    f: Frame,
    state: Tag,
    kind: &'static str,
    subject: String,
    facts: Vec<Pair>,
    lineage: Vec<Pair>,
    cases: Vec<CaseRow>,
    deeds: Vec<Deed>,
    to: String,
    public: String,
    stands: bool,
    may_propose: bool,
    may_decide: bool,
    may_replace: bool,
    corrections: Vec<CorrectionRow>,
    holds: Vec<HoldRow>,
    may_correct: bool,
    may_decide_correction: bool,
    may_print: bool,
    may_suspend: bool,
    may_resume: bool,
    may_restore: bool,
    behind: Vec<Other>,
    elsewhere: String,
    is_behind: bool,
}

/// Everything certified, in the order of the paper.
fn facts(w: Words, certificate: &Certificate, issuer: &str) -> Vec<Pair> {
    let mut facts = vec![
        Pair::new(w.t("verify.field.holder"), &certificate.holder)
            .to(format!("/people/{}", certificate.person)),
        Pair::new(
            w.t("verify.field.id_kind"),
            id_kind(w, &certificate.id_kind),
        ),
        Pair::num(
            w.t("verify.field.id_number"),
            w.f("verify.field.id_tail", &[&certificate.id_tail]),
        ),
    ];
    if certificate.kind == CertificateKind::Level {
        facts.push(Pair::new(
            w.t("verify.field.occupation"),
            &certificate.occupation_name,
        ));
        let work_type = certificate.work_type.as_deref().unwrap_or("--");
        facts.push(Pair::new(w.t("verify.field.work_type"), work_type));
        let level = certificate
            .level
            .map_or("--", |level| names::level(w, level));
        facts.push(Pair::new(w.t("verify.field.level"), level));
    } else {
        facts.push(Pair::new(
            w.t("verify.field.course"),
            certificate.course_name.as_deref().unwrap_or("--"),
        ));
        let hours = certificate.hours.unwrap_or_default();
        facts.push(Pair::num(
            w.t("verify.field.hours"),
            w.f("verify.field.hours_of", &[&hours]),
        ));
        if let (Some(began), Some(ended)) = (certificate.began, certificate.ended) {
            facts.push(Pair::num(w.t("verify.field.span"), w.span(began, ended)));
        }
    }
    facts.push(Pair::num(w.t("verify.field.number"), &certificate.number));
    facts.push(
        Pair::new(w.t("certificates.show.issuer"), issuer)
            .to(format!("/institutions/{}", certificate.institution)),
    );
    facts.push(Pair::num(
        w.t("verify.field.issued_on"),
        w.date(certificate.issued_on),
    ));
    let until = certificate.expires_on.map_or_else(
        || w.t("verify.field.for_ever").to_owned(),
        |day| w.date(day),
    );
    facts.push(Pair::num(w.t("verify.field.expires_on"), until));
    facts.push(
        Pair::num(
            w.t("certificates.show.code"),
            prints::typed_code(&certificate.token),
        )
        .to(format!("/v/{}", certificate.token)),
    );
    facts
}

fn lineage(w: Words, opened: &Opened) -> Vec<Pair> {
    let certificate = &opened.certificate;
    let mut lines = Vec::new();
    if let Some(sitting) = &certificate.sitting {
        let to = format!("/sittings/{sitting}");
        lines.push(
            Pair::new(
                w.t("certificates.show.sitting"),
                w.t("certificates.show.open"),
            )
            .to(to),
        );
    }
    for (printing, who) in &opened.printings {
        lines.push(Pair::num(
            w.f("certificates.show.print_of", &[&printing.serial]),
            format!("{} · {} · {who}", printing.reason, w.minute(printing.at)),
        ));
    }
    if let Some((restoration, who)) = &opened.restoration {
        lines.push(Pair::new(
            w.t("certificates.show.restored"),
            format!(
                "{} · {} · {who}",
                restoration.reason,
                w.minute(restoration.at)
            ),
        ));
    }
    if let Some((replacement, old)) = &opened.predecessor {
        let to = format!("/certificates/{}", old.id);
        lines.push(Pair::num(w.t("certificates.show.before"), &old.number).to(to));
        lines.push(Pair::new(
            w.t("certificates.show.because"),
            &replacement.reason,
        ));
    }
    if let Some((replacement, new)) = &opened.successor {
        let to = format!("/certificates/{}", new.id);
        lines.push(Pair::num(w.t("certificates.show.after"), &new.number).to(to));
        lines.push(Pair::new(
            w.t("certificates.show.because"),
            &replacement.reason,
        ));
    }
    lines
}

fn deeds(w: Words, lines: &[Line]) -> Vec<Deed> {
    let one = |line: &Line| {
        let facts: serde_json::Value = serde_json::from_str(&line.facts).unwrap_or_default();
        let fact = |name: &str| facts[name].as_str().unwrap_or_default();
        let detail = match line.kind.as_str() {
            "certificate.issued" => fact("number").to_owned(),
            "certificate.replaced" | "certificate.corrected" => {
                w.f("certificates.show.by_number", &[&fact("successor")])
            }
            "certificate.revoked" | "certificate.revocation-proposed" => {
                RevocationReason::read(fact("reason"))
                    .map(|reason| w.pick(reason.name(), reason.name_en()).to_owned())
                    .unwrap_or_default()
            }
            "certificate.reprinted" => w.f("verify.field.print_of", &[&fact("print")]),
            "certificate.suspended" => HoldReason::read(fact("reason"))
                .map(|reason| w.pick(reason.name(), reason.name_en()).to_owned())
                .unwrap_or_default(),
            _ => String::new(),
        };
        Deed {
            what: w.c("deed", &line.kind),
            detail,
            who: line.actor.clone(),
            when: w.minute(line.at),
        }
    };
    lines.iter().rev().map(one).collect()
}

fn done(w: Words, code: Option<&str>) -> Option<Notice> {
    let known = [
        "proposed",
        "revoked",
        "dropped",
        "replaced",
        "correcting",
        "corrected",
        "widened",
        "kept",
        "printed",
        "suspended",
        "resumed",
        "restored",
    ];
    let code = known.iter().find(|known| Some(**known) == code)?;
    Some(Notice {
        good: true,
        text: w.c("certificates.done", code).to_owned(),
    })
}

/// One certificate she may see.
#[get("/certificates/<id>?<done>", rank = 2)]
pub(super) async fn show(
    reader: Reader,
    caller: Caller,
    id: CertificateId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let actor = reader.actor().clone();
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &id))
        .await?;
    let certificate = &opened.certificate;
    let signs = signs(actor.role, certificate.kind);
    let standing = opened.after.standing(certificate.expires_on, today);
    let stands = !standing.is_final();
    let free = stands && !matches!(standing, Standing::Suspended { .. });
    let officer = actor.role == Role::BureauOfficer;
    let (waits, correcting) = (opened.pending(), opened.correcting());
    let subject = match (&certificate.course_name, certificate.level) {
        (Some(course), _) => course.clone(),
        (None, Some(level)) => format!(
            "{} · {}",
            certificate.occupation_name,
            names::level(w, level)
        ),
        (None, None) => certificate.occupation_name.clone(),
    };
    let may_decide = waits.is_some_and(|case| {
        signs || (actor.role == Role::BureauOfficer && case.proposal.by != actor.account)
    });
    Ok(Page::new(Show {
        f: caller
            .frame("certificates.index.title")
            .titled(&certificate.number)
            .under("certificates")
            .crumb(w.t("certificates.index.title"), "/certificates")
            .notice(self::done(w, done)),
        state: tag(w, &opened.after, certificate.expires_on, today),
        kind: w.c("certificate_kind", certificate.kind),
        subject,
        facts: facts(w, certificate, &opened.issuer),
        lineage: lineage(w, &opened),
        cases: opened
            .cases
            .iter()
            .rev()
            .map(|case| case_row(w, case))
            .collect(),
        deeds: deeds(w, &opened.deeds),
        to: format!("/certificates/{}", certificate.id),
        public: format!("/v/{}", certificate.token),
        stands,
        may_propose: stands && signs && waits.is_none(),
        may_decide,
        may_replace: free && signs && waits.is_none(),
        corrections: opened
            .corrections
            .iter()
            .rev()
            .map(|case| correction_row(w, case, certificate))
            .collect(),
        holds: opened
            .holds
            .iter()
            .rev()
            .map(|held| hold_row(w, held))
            .collect(),
        may_correct: free && signs && waits.is_none() && correcting.is_none(),
        may_decide_correction: correcting
            .is_some_and(|case| signs || (officer && case.proposal.by != actor.account)),
        may_print: free && signs,
        may_suspend: free && (signs || officer),
        may_resume: stands
            && opened
                .held()
                .is_some_and(|held| officer || (signs && !held.bureau)),
        may_restore: officer
            && matches!(standing, Standing::Revoked(_))
            && opened.after.renewed.is_none()
            && opened.successor.is_none(),
        // Only who has to do with her papers is told of her others; an auditor and a clerk read one.
        behind: if signs || officer {
            others(w, actor.role, opened.behind())
        } else {
            Vec::new()
        },
        elsewhere: if (signs || officer) && opened.predecessor.is_some() {
            elsewhere(w, opened.elsewhere)
        } else {
            String::new()
        },
        is_behind: stands && opened.is_behind(),
    }))
}

/// Its paper.
#[get("/certificates/<id>/pdf")]
async fn pdf(reader: Reader, id: CertificateId, desk: &State<Desk>) -> Result<Pdf, No> {
    let now = desk.now();
    Ok(Pdf(desk
        .ask(move |registry| prints::draw(registry, &reader, &id, now))
        .await?))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![show, pdf]
}
