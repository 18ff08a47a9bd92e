//! 证书: the list, one certificate with its lineage, its paper, its revocation and replacement.

use crate::acts::certificates::{self, Opened};
use crate::acts::prints::{self, Drawn};
use crate::acts::revocations::Grounds;
use crate::acts::{Error, replacements, revocations};
use crate::domain::account::{Actor, Confirmer, Issuer, Reader, Role};
use crate::domain::assessment::SittingId;
use crate::domain::certificate::{
    CertificateId, CertificateKind, HoldReason, RevocationReason, Standing,
};
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::certificates::{After, Certificate, Filter, Kept, Listed};
use crate::store::corrections::Case as Correcting;
use crate::store::holds::{Ended, Held};
use crate::store::ledger::Line;
use crate::store::revocations::Case;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::{No, status};
use crate::web::verify::look::id_kind;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::http::{ContentType, RawStr};
use rocket::request::Request;
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;
use std::io::Cursor;

crate::param!(CertificateId);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![
        index,
        show,
        pdf,
        revocation,
        propose,
        confirm,
        withdraw,
        replacement,
        replace
    ]
}

/// A PDF, kept by no cache: it carries whole identity numbers.
pub struct Pdf(pub Drawn);

impl<'r> Responder<'r, 'static> for Pdf {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let Drawn { name, bytes } = self.0;
        Response::build()
            .header(ContentType::PDF)
            .raw_header("Cache-Control", "no-store")
            .raw_header(
                "Content-Disposition",
                format!("inline; filename=\"{name}\""),
            )
            .sized_body(bytes.len(), Cursor::new(bytes))
            .ok()
    }
}

/// One line of a list.
pub(super) struct Row {
    pub number: String,
    pub to: String,
    pub holder: String,
    pub id_tail: String,
    pub subject: String,
    pub kind: &'static str,
    pub issuer: String,
    pub issued_on: String,
    pub state: Tag,
}

/// A certificate on a list.
pub(super) fn row(w: Words, listed: &Listed, today: NaiveDate) -> Row {
    let subject = match (&listed.course_name, listed.level) {
        (Some(course), _) => course.clone(),
        (None, Some(level)) => format!("{} · {}", listed.occupation_name, names::level(w, level)),
        (None, None) => listed.occupation_name.clone(),
    };
    Row {
        number: listed.number.clone(),
        to: format!("/certificates/{}", listed.id),
        holder: listed.holder.clone(),
        id_tail: listed.id_tail.clone(),
        subject,
        kind: w.c("certificate_kind", listed.kind),
        issuer: listed.issuer.clone(),
        issued_on: w.date(listed.issued_on),
        state: tag(w, &listed.after, listed.expires_on, today),
    }
}

pub(super) fn tag(w: Words, after: &After, expires_on: Option<NaiveDate>, today: NaiveDate) -> Tag {
    let standing = after.standing(expires_on, today);
    let text = w.c("certificate_standing", standing.as_str());
    match standing {
        Standing::Valid => Tag::ok(text),
        Standing::Revoked(_) => Tag::bad(text),
        _ => Tag::late(text),
    }
}

fn choices<T: std::fmt::Display>(w: Words, set: &str, all: &[T]) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(it.to_string(), w.c(set, it)))
        .collect()
}

#[derive(Template)]
#[template(path = "certificates/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    standings: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    own: bool,
}

/// The certificates she may see.
#[expect(
    clippy::too_many_arguments,
    reason = "the filters stand in the address"
)]
#[get("/certificates?<q>&<kind>&<standing>&<sitting>&<page>")]
async fn index(
    reader: Reader,
    caller: Caller,
    q: Option<&str>,
    kind: Option<&str>,
    standing: Option<&str>,
    sitting: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let now = desk.now();
    let w = caller.words();
    let filters = [
        ("q", q),
        ("kind", kind),
        ("standing", standing),
        ("sitting", sitting),
    ];
    let filters = filters.map(|(name, value)| (name, value.unwrap_or_default().trim()));
    let form = filters.iter().fold(Filled::blank(), |form, (name, value)| {
        form.with(name, value)
    });
    let query: Vec<_> = filters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", RawStr::new(value).percent_encode()))
        .collect();
    let filtered = !query.is_empty();
    let path = if filtered {
        format!("/certificates?{}", query.join("&"))
    } else {
        "/certificates".to_owned()
    };
    let filter = Filter {
        text: filters[0].1.to_owned(),
        kind: CertificateKind::read(filters[1].1),
        standing: Kept::read(filters[2].1),
        sitting: SittingId::read(filters[3].1),
        institution: None,
    };
    let own = reader.is_of_institution();
    let slice = desk
        .ask(move |registry| {
            certificates::list(registry, &reader, &filter, Window::of(page, None), now)
        })
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("certificates.index.title")
            .under("certificates"),
        form,
        kinds: choices(w, "certificate_kind", CertificateKind::ALL),
        standings: choices(w, "certificate_standing", Kept::ALL),
        pager: Pager::of(&slice, path),
        rows: slice
            .rows
            .iter()
            .map(|listed| row(w, listed, now.day()))
            .collect(),
        filtered,
        own,
    }))
}

/// One thing that happened.
struct Deed {
    what: &'static str,
    detail: String,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "certificates/show.html")]
struct Show {
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

/// Another certificate of the same person, and where it is set right.
pub(super) struct Other {
    pub number: String,
    pub to: String,
    pub says: String,
    pub issuer: String,
    /// Where it is replaced by one with her name of today; empty for who may not.
    pub renew: String,
}

/// Her other certificates in rows.
pub(super) fn others<'a>(w: Words, role: Role, all: impl Iterator<Item = &'a Listed>) -> Vec<Other> {
    all.map(|one| Other {
        number: one.number.clone(),
        to: format!("/certificates/{}", one.id),
        says: w.f("certificates.behind.says", &[&one.holder, &one.id_tail, &one.course_name.as_ref().unwrap_or(&one.occupation_name)]),
        issuer: one.issuer.clone(),
        renew: if signs(role, one.kind) && one.after.held.is_none() {
            format!("/certificates/{}/replacement", one.id)
        } else {
            String::new()
        },
    })
    .collect()
}

/// How many more of hers there are that she who reads this does not see; empty when none.
pub(super) fn elsewhere(w: Words, n: i64) -> String {
    if n > 0 { w.f("certificates.behind.elsewhere", &[&n]) } else { String::new() }
}

/// One proposal to correct.
pub(super) struct CorrectionRow {
    pub state: Tag,
    pub changes: Vec<Pair>,
    pub reason: String,
    pub evidence: String,
    pub who: String,
    pub when: String,
}

/// A proposal to correct, with what the certificate says now beside what it is to say.
pub(super) fn correction_row(w: Words, case: &Correcting, certificate: &Certificate) -> CorrectionRow {
    let state = match (&case.confirmed, &case.dropped) {
        (Some(_), _) => Tag::ok(w.c("correction_state", "confirmed")),
        (None, Some(_)) => Tag::none(w.c("correction_state", "dropped")),
        (None, None) => Tag::late(w.c("correction_state", "pending")),
    };
    let proposal = &case.proposal;
    let mut changes = Vec::new();
    let mut change = |name: &str, from: &str, to: &str| {
        changes.push(Pair::new(
            w.t(name),
            w.f("corrections.show.change", &[&from, &to]),
        ));
    };
    if let Some(name) = &proposal.name {
        change("verify.field.holder", &certificate.holder, name);
    }
    if let Some(tail) = &proposal.id_tail {
        let ending = |tail: &str| w.f("verify.field.id_tail", &[&tail]);
        change(
            "verify.field.id_number",
            &ending(&certificate.id_tail),
            &ending(tail),
        );
    }
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "--".to_owned(), |day| w.date(day));
    if proposal.began.is_some() {
        change(
            "corrections.show.began",
            &day(certificate.began),
            &day(proposal.began),
        );
    }
    if proposal.ended.is_some() {
        change(
            "corrections.show.ended",
            &day(certificate.ended),
            &day(proposal.ended),
        );
    }
    CorrectionRow {
        state,
        changes,
        reason: proposal.reason.clone(),
        evidence: proposal.evidence.clone(),
        who: case.proposer.clone(),
        when: w.minute(proposal.at),
    }
}

/// One suspension.
pub(super) struct HoldRow {
    pub state: Tag,
    pub reason: String,
    pub basis: String,
    pub why: String,
    pub days: String,
    pub who: String,
    pub ended: String,
}

/// A suspension with its end.
pub(super) fn hold_row(w: Words, (held, who, ended): &(Held, String, Option<Ended>)) -> HoldRow {
    let state = match ended {
        None => Tag::late(w.c("hold_state", "on")),
        Some(_) => Tag::none(w.c("hold_state", "over")),
    };
    let days = match ended {
        None => w.f("holds.show.since", &[&w.date(held.starts)]),
        Some(ended) => w.span(held.starts, ended.ends),
    };
    HoldRow {
        state,
        reason: w
            .pick(held.reason_class.name(), held.reason_class.name_en())
            .to_owned(),
        basis: held.basis.clone(),
        why: held.reason.clone(),
        days,
        who: who.clone(),
        ended: ended
            .as_ref()
            .map(|ended| ended.reason.clone())
            .unwrap_or_default(),
    }
}

/// One proposal to revoke.
struct CaseRow {
    state: Tag,
    reason: String,
    basis: String,
    why: String,
    who: String,
    when: String,
}

fn case_row(w: Words, case: &Case) -> CaseRow {
    let state = match (&case.confirmed, &case.dropped) {
        (Some(_), _) => Tag::bad(w.c("revocation_state", "confirmed")),
        (None, Some(_)) => Tag::none(w.c("revocation_state", "dropped")),
        (None, None) => Tag::late(w.c("revocation_state", "pending")),
    };
    let class = case.proposal.reason_class;
    CaseRow {
        state,
        reason: w.pick(class.name(), class.name_en()).to_owned(),
        basis: case.proposal.basis.clone(),
        why: case.proposal.reason.clone(),
        who: case.proposer.clone(),
        when: w.minute(case.proposal.at),
    }
}

/// What a form about one certificate says at its head: number, and whose and what it is.
pub(super) struct About {
    /// The certificate with all that belongs to it.
    pub opened: Opened,
    /// Its number.
    pub number: String,
    /// Whose it is, and what was certified.
    pub line: String,
    /// Its own page.
    pub back: String,
}

/// One certificate, and the frame of a form about it.
pub(super) async fn about(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    title: &str,
    form: &Filled,
    desk: &State<Desk>,
) -> Result<(Frame, About), No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let back = format!("/certificates/{id}");
    let number = opened.certificate.number.clone();
    let line = w.f(
        "certificates.revoke.about",
        &[
            &opened.certificate.holder,
            &opened.certificate.occupation_name,
        ],
    );
    let frame = caller
        .frame(title)
        .under("certificates")
        .crumb(w.t("certificates.index.title"), "/certificates")
        .crumb(&number, &back)
        .wrong(form);
    let about = About {
        opened,
        number,
        line,
        back,
    };
    Ok((frame, about))
}

/// Whether somebody of this role signs for certificates of this kind.
pub(super) fn signs(role: Role, kind: CertificateKind) -> bool {
    match kind {
        CertificateKind::Level => role == Role::AssessmentSignatory,
        CertificateKind::Completion => role == Role::InstitutionSignatory,
    }
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
            format!("{} · {} · {who}", restoration.reason, w.minute(restoration.at)),
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
            "certificate.replaced" | "certificate.corrected" => w.f("certificates.show.by_number", &[&fact("successor")]),
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
async fn show(
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
        holds: opened.holds.iter().rev().map(|held| hold_row(w, held)).collect(),
        may_correct: free && signs && waits.is_none() && correcting.is_none(),
        may_decide_correction: correcting.is_some_and(|case| {
            signs || (officer && case.proposal.by != actor.account)
        }),
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
        behind: if signs || officer { others(w, actor.role, opened.behind()) } else { Vec::new() },
        elsewhere: if (signs || officer) && opened.predecessor.is_some() { elsewhere(w, opened.elsewhere) } else { String::new() },
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

#[derive(Template)]
#[template(path = "certificates/revoke.html")]
struct Revoke {
    f: Frame,
    form: Filled,
    reasons: Vec<Choice>,
    number: String,
    about: String,
    to: String,
    back: String,
    case: Option<CaseRow>,
    may_propose: bool,
    may_confirm: bool,
    may_drop: bool,
}

pub(super) fn reader_of(actor: &Actor) -> Result<Reader, No> {
    Reader::of(actor.clone()).ok_or(No(Error::NotFound))
}

async fn revoke_page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Page<Revoke>, No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let certificate = &opened.certificate;
    let signs = signs(actor.role, certificate.kind);
    let case = opened.pending();
    let back = format!("/certificates/{id}");
    let frame = caller
        .frame("certificates.revoke.title")
        .under("certificates")
        .crumb(w.t("certificates.index.title"), "/certificates")
        .crumb(&certificate.number, &back)
        .wrong(&form);
    let second = case.is_some_and(|case| case.proposal.by != actor.account);
    Ok(Page::new(Revoke {
        f: frame,
        form,
        reasons: RevocationReason::ALL
            .iter()
            .map(|reason| Choice::new(reason.as_str(), w.pick(reason.name(), reason.name_en())))
            .collect(),
        number: certificate.number.clone(),
        about: w.f(
            "certificates.revoke.about",
            &[&certificate.holder, &certificate.occupation_name],
        ),
        to: format!("/certificates/{id}/revocation"),
        back,
        may_propose: signs && case.is_none(),
        may_confirm: second && (signs || actor.role == Role::BureauOfficer),
        may_drop: signs && case.is_some(),
        case: case.map(|case| case_row(w, case)),
    }))
}

/// Where a revocation is proposed, or decided by the second person.
#[get("/certificates/<id>/revocation")]
async fn revocation(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Revoke>, No> {
    revoke_page(&caller, confirmer.actor(), &id, Filled::blank(), desk).await
}

/// What a signatory says against a certificate.
#[derive(Deserialize)]
struct GroundsForm {
    #[serde(default)]
    reason_class: String,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    reason: String,
}

impl GroundsForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("reason_class", &self.reason_class)
            .with("basis", &self.basis)
            .with("reason", &self.reason)
    }

    fn read(&self) -> Result<Grounds, Vec<Refusal>> {
        let mut faults = Faults::default();
        let reason_class = faults.known("reason_class", &self.reason_class, RevocationReason::read);
        let text = |text: &str| Some(text.to_owned());
        let basis = faults.known("basis", &self.basis, text);
        let reason = faults.known("reason", &self.reason, text);
        faults.or(match (reason_class, basis, reason) {
            (Some(reason_class), Some(basis), Some(reason)) => Some(Grounds {
                reason_class,
                basis,
                reason,
            }),
            _ => None,
        })
    }
}

/// A form that was refused is shown again; anything else that went wrong is told as it is.
type Shown<T> = Result<Redirect, Result<Page<T>, No>>;

fn again(w: Words, form: Filled, refusals: &[Refusal]) -> Filled {
    refusals
        .iter()
        .fold(form, |form, refusal| form.refused(w, refusal))
}

/// A signatory proposes.
#[post("/certificates/<id>/revocation", data = "<form>")]
async fn propose(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<GroundsForm>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let answer = match form.0.read() {
        Ok(grounds) => {
            let asked = id.clone();
            desk.ask(move |registry| revocations::propose(registry, &issuer, &asked, &grounds, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=proposed"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(caller.words(), form.0.filled(), &refusals);
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
struct Bare {}

/// The second person confirms.
#[post("/certificates/<id>/revocation/confirmation", data = "<_form>")]
async fn confirm(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let asked = id.clone();
    let answer = desk
        .ask(move |registry| revocations::confirm(registry, &confirmer, &asked, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=revoked"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(caller.words(), Filled::blank(), &refusals);
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// Why a proposal is taken back, or a certificate replaced.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

/// A signatory takes a proposal back.
#[post("/certificates/<id>/revocation/withdrawal", data = "<form>")]
async fn withdraw(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| revocations::drop_proposal(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=dropped"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(
                caller.words(),
                Filled::blank().with("reason", &form.0.reason),
                &refusals,
            );
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

#[derive(Template)]
#[template(path = "certificates/replace.html")]
struct Replace {
    f: Frame,
    form: Filled,
    about: String,
    to: String,
    back: String,
}

async fn replace_page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Page<Replace>, No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let back = format!("/certificates/{id}");
    let certificate = &opened.certificate;
    Ok(Page::new(Replace {
        f: caller
            .frame("certificates.replace.title")
            .under("certificates")
            .crumb(w.t("certificates.index.title"), "/certificates")
            .crumb(&certificate.number, &back)
            .wrong(&form),
        form,
        about: w.f(
            "certificates.replace.about",
            &[&certificate.holder, &certificate.number],
        ),
        to: format!("/certificates/{id}/replacement"),
        back,
    }))
}

/// Where a certificate is replaced.
#[get("/certificates/<id>/replacement")]
async fn replacement(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Replace>, No> {
    replace_page(&caller, issuer.actor(), &id, Filled::blank(), desk).await
}

/// A signatory replaces a certificate.
#[post("/certificates/<id>/replacement", data = "<form>")]
async fn replace(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<Replace> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| replacements::replace(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(given) => Ok(Redirect::to(format!(
            "/certificates/{}?done=replaced",
            given.id
        ))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(
                caller.words(),
                Filled::blank().with("reason", &form.0.reason),
                &refusals,
            );
            Err(replace_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}
