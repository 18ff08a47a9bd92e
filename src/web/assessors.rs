//! 考评员: the list, the card, and the bureau's form.

use crate::acts::assessors::{self, NewAssessor};
use crate::domain::account::{BureauOfficer, Role, SittingReader};
use crate::domain::assessor::{AssessorId, Grade};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::assessors::{Assessor, Filter};
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
use crate::web::sittings::{Again, Happened, again, happened, notice, query};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(AssessorId);

struct Row {
    name: String,
    to: String,
    card: String,
    grade: &'static str,
    trades: String,
    days: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "assessors/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_register: bool,
}

/// The assessors.
#[get("/assessors?<q>&<occupation>&<page>")]
async fn index(
    reader: SittingReader,
    caller: Caller,
    q: Option<&str>,
    occupation: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let (w, today) = (caller.words(), desk.now().day());
    let (q, trade) = (
        q.unwrap_or_default().trim(),
        occupation.unwrap_or_default().trim(),
    );
    let form = Filled::blank().with("q", q).with("occupation", trade);
    let to = query("/assessors", &[("q", q), ("occupation", trade)]);
    let filter = Filter {
        text: Some(q.to_owned()).filter(|q| !q.is_empty()),
        occupation: occupation::read_word(trade).map(|found| found.occupation.code.clone()),
    };
    let may_register = reader.actor().role == Role::BureauOfficer;
    let slice = desk
        .ask(move |registry| assessors::list(registry, &reader, &filter, Window::of(page, None)))
        .await?;
    let row = |(it, trades): &(Assessor, Vec<OccupationCode>)| Row {
        name: it.name.clone(),
        to: format!("/assessors/{}", it.id),
        card: it.card.clone(),
        grade: w.c("assessors.grade", it.grade),
        trades: trades_named(w, trades),
        days: w.span(it.starts, it.ends),
        state: state(w, it, today),
    };
    Ok(Page::new(Index {
        f: caller.frame("assessors.index.title").under("assessors"),
        form,
        filtered: to != "/assessors",
        pager: Pager::of(&slice, to),
        rows: slice.rows.iter().map(row).collect(),
        may_register,
    }))
}

fn trades_named(w: Words, trades: &[OccupationCode]) -> String {
    let named: Vec<_> = trades
        .iter()
        .map(|code| names::occupation(w, code))
        .collect();
    named.join(w.t("assessors.index.separator"))
}

fn state(w: Words, it: &Assessor, today: NaiveDate) -> Tag {
    if today < it.starts {
        Tag::todo(w.c("assessors.state", "future"))
    } else if today <= it.ends {
        Tag::ok(w.c("assessors.state", "current"))
    } else {
        Tag::bad(w.c("assessors.state", "past"))
    }
}

#[derive(Template)]
#[template(path = "assessors/show.html")]
struct Show {
    f: Frame,
    state: Tag,
    grade: &'static str,
    facts: Vec<Pair>,
    happened: Vec<Happened>,
}

/// One assessor.
#[get("/assessors/<id>?<done>")]
async fn show(
    reader: SittingReader,
    caller: Caller,
    id: AssessorId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let (w, today) = (caller.words(), desk.now().day());
    let shown = desk
        .ask(move |registry| assessors::show(registry, &reader, &id))
        .await?;
    let it = &shown.assessor;
    let login = shown
        .login
        .clone()
        .unwrap_or_else(|| w.t("assessors.show.no_login").to_owned());
    let facts = vec![
        Pair::num(w.t("assessors.show.card"), it.card.clone()),
        Pair::new(w.t("assessors.new.grade"), w.c("assessors.grade", it.grade)),
        Pair::new(
            w.t("assessors.index.trades"),
            trades_named(w, &shown.occupations),
        ),
        Pair::new(w.t("assessors.index.days"), w.span(it.starts, it.ends)),
        Pair::new(w.t("assessors.show.employer"), it.employer.clone()),
        Pair::new(w.t("assessors.show.login"), login),
        Pair::new(w.t("assessors.show.registered"), w.minute(it.registered_at)),
    ];
    Ok(Page::new(Show {
        f: caller
            .frame("assessors.index.title")
            .titled(it.name.clone())
            .under("assessors")
            .crumb(w.t("assessors.index.title"), "/assessors")
            .notice(notice(w, "assessors.done", &["registered"], done)),
        state: state(w, it, today),
        grade: w.c("assessors.grade", it.grade),
        facts,
        happened: happened(w, &shown.deeds),
    }))
}

#[derive(Template)]
#[template(path = "assessors/new.html")]
struct New {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    grades: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, form: Filled) -> Self {
        let w = caller.words();
        let kind = |kind: &IdKind| Choice::new(kind.as_str(), w.c("id_kind", kind));
        let grade = |grade: &Grade| Choice::new(grade.as_str(), w.c("assessors.grade", grade));
        Self {
            f: caller
                .frame("assessors.new.title")
                .under("assessors")
                .crumb(w.t("assessors.index.title"), "/assessors")
                .wrong(&form),
            form,
            kinds: IdKind::ALL.iter().map(kind).collect(),
            grades: Grade::ALL.iter().map(grade).collect(),
        }
    }
}

/// The form of a new assessor.
#[get("/assessors/new")]
fn new(_officer: BureauOfficer, caller: Caller) -> Page<New> {
    let form = Filled::blank()
        .with("grade", Grade::Assessor)
        .with("id_kind", IdKind::ResidentCard);
    Page::new(New::of(&caller, form))
}

/// What the bureau fills in of an assessor; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct AssessorForm {
    /// 姓名
    #[serde(default)]
    name: String,
    /// The kind of document, e.g. `111` for a resident identity card; that when left empty.
    #[serde(default)]
    id_kind: String,
    /// The document's number.
    #[serde(default)]
    id_number: String,
    /// 工作单位
    #[serde(default)]
    employer: String,
    /// 考评员证卡号
    #[serde(default)]
    card: String,
    /// `assessor` or `senior`.
    #[serde(default)]
    grade: String,
    /// Occupations, one a line: codes, names or work types.
    #[serde(default)]
    occupations: String,
    /// The card's first day.
    #[serde(default)]
    starts: String,
    /// The card's last day.
    #[serde(default)]
    ends: String,
}

impl AssessorForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("name", &self.name)
            .with("id_kind", &self.id_kind)
            .with("id_number", &self.id_number)
            .with("employer", &self.employer)
            .with("card", &self.card)
            .with("grade", &self.grade)
            .with("occupations", &self.occupations)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
    }

    /// A new assessor.
    pub(super) fn read(&self) -> Result<NewAssessor, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let document = document(&mut faults, &self.id_kind, &self.id_number);
        let card = faults.known("card", &self.card, |text| Some(text.to_owned()));
        let grade = faults.known("grade", &self.grade, Grade::read);
        let lines: Vec<_> = self
            .occupations
            .split(['\n', '、', '，', ';', '；'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let occupations: Vec<_> = lines
            .iter()
            .filter_map(|line| faults.occupation("occupations", line))
            .collect();
        let starts = faults.day("starts", &self.starts);
        let ends = faults.day("ends", &self.ends);
        let whole = (|| {
            Some(NewAssessor {
                name: name?,
                document: document?,
                employer: self.employer.clone(),
                card: card?,
                grade: grade?,
                occupations,
                starts: starts?,
                ends: ends?,
            })
        })();
        faults.or(whole)
    }
}

/// A document, of the kind named or a resident identity card.
pub(super) fn document(faults: &mut Faults, kind: &str, number: &str) -> Option<IdDocument> {
    let kind = match kind.trim() {
        "" => IdKind::ResidentCard,
        kind => faults.known("id_kind", kind, IdKind::read)?,
    };
    faults.take(IdDocument::read(kind, number))
}

/// The bureau registers an assessor.
#[post("/assessors", data = "<form>")]
async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<AssessorForm>,
    desk: &State<Desk>,
) -> Again<New> {
    let now = desk.now();
    let Form(form) = form;
    let registered = match form.read() {
        Ok(new) => {
            desk.ask(move |registry| assessors::register(registry, &officer, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match registered {
        Ok(id) => Ok(Redirect::to(format!("/assessors/{id}?done=registered"))),
        Err(error) => Err(again(error, |refusals| {
            let w = caller.words();
            let filled = refusals
                .iter()
                .fold(form.filled(), |form, refusal| form.refused(w, refusal));
            New::of(&caller, filled)
        })),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, show]
}
