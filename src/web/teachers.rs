//! 教师: an institution's teachers and their cards.

use crate::acts::Error;
use crate::acts::teachers::{self, Card};
use crate::domain::account::{Clerk, Role, Scope, TrainingReader};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::ground::slice::Window;
use crate::store::courses::House;
use crate::store::teachers::Teacher;
use crate::web::body::Form;
use crate::web::classes::view::Happened;
use crate::web::classes::{Shown, address, done, happened, reasons, say};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(TeacherId);

/// A teacher as she is registered, or as her card is renewed.
#[derive(Clone, Default, Deserialize, utoipa::ToSchema)]
pub struct TeacherForm {
    /// 姓名; of a teacher known already it is not changed.
    #[serde(default)]
    pub name: String,
    /// 身份证号, when she is registered.
    #[serde(default)]
    pub id_number: String,
    /// The occupation's code or exact name the card is for; none for general subjects.
    #[serde(default)]
    pub occupation: String,
    /// 任教资格
    pub qualification: String,
    /// 证书编号
    pub card: String,
    /// Until which day it holds.
    #[schema(format = "date")]
    pub valid_until: String,
}

impl TeacherForm {
    fn card(&self, faults: &mut Faults, name: &str) -> Option<Card> {
        let occupation = if self.occupation.trim().is_empty() {
            None
        } else {
            Some(faults.occupation("occupation", &self.occupation))
        };
        let text = |text: &str| Some(text.to_owned());
        let name = faults.known("name", name, text);
        let qualification = faults.known("qualification", &self.qualification, text);
        let number = faults.known("card", &self.card, text);
        let valid_until = faults.day("valid_until", &self.valid_until);
        Some(Card {
            name: name?,
            occupation: match occupation {
                Some(read) => Some(read?),
                None => None,
            },
            qualification: qualification?,
            number: number?,
            valid_until: valid_until?,
        })
    }

    /// Who she is and her card, or everything that cannot be read.
    pub fn read(&self) -> Result<(IdDocument, Card), Vec<Refusal>> {
        let mut faults = Faults::default();
        let document = if self.id_number.trim().is_empty() {
            faults.note(Refusal::new("field.blank").at("id_number"));
            None
        } else {
            let document = IdDocument::read(IdKind::ResidentCard, &self.id_number);
            faults.take(
                document
                    .map_err(|why| crate::domain::refusal::Reason::refusal(why).at("id_number")),
            )
        };
        let card = self.card(&mut faults, &self.name);
        faults.or(document.zip(card))
    }

    /// The card alone, of the teacher with this name.
    pub fn renewed(&self, name: &str) -> Result<Card, Vec<Refusal>> {
        let mut faults = Faults::default();
        let card = self.card(&mut faults, name);
        faults.or(card)
    }

    fn of(teacher: &Teacher) -> Self {
        Self {
            name: teacher.name.clone(),
            id_number: String::new(),
            occupation: teacher
                .occupation
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            qualification: teacher.qualification.clone(),
            card: teacher.card.clone(),
            valid_until: teacher.valid_until.to_string(),
        }
    }

    fn filled(&self) -> Filled {
        Filled::blank()
            .with("name", &self.name)
            .with("id_number", &self.id_number)
            .with("occupation", &self.occupation)
            .with("qualification", &self.qualification)
            .with("card", &self.card)
            .with("valid_until", &self.valid_until)
    }
}

fn trade(w: Words, teacher: &Teacher) -> String {
    teacher.occupation.as_ref().map_or_else(
        || w.t("teachers.general").to_owned(),
        |code| names::occupation(w, code),
    )
}

fn standing(w: Words, teacher: &Teacher, today: NaiveDate) -> Tag {
    let left = (teacher.valid_until - today).num_days();
    match left {
        ..0 => Tag::bad(w.t("teachers.lapsed")),
        0..60 => Tag::late(w.f("teachers.lapsing", &[&w.date(teacher.valid_until)])),
        _ => Tag::ok(w.t("teachers.valid")),
    }
}

/// One line of the list.
struct Row {
    name: String,
    to: String,
    trade: String,
    qualification: String,
    until: String,
    house: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "teachers/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_register: bool,
    oversees: bool,
}

/// The teachers she may see.
#[get("/teachers?<q>&<page>")]
async fn index(
    reader: TrainingReader,
    caller: Caller,
    q: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let q = q.unwrap_or_default().trim().to_owned();
    let may_register = reader.actor().role == Role::InstitutionClerk;
    let oversees = !matches!(reader.actor().scope, Scope::Institution(_));
    let words = q.clone();
    let slice = desk
        .ask(move |registry| teachers::list(registry, &reader, &words, Window::of(page, None)))
        .await?;
    let row = |(teacher, house): &(Teacher, House)| Row {
        name: teacher.name.clone(),
        to: format!("/teachers/{}", teacher.id),
        trade: trade(w, teacher),
        qualification: teacher.qualification.clone(),
        until: w.date(teacher.valid_until),
        house: w.pick(&house.name, &house.name_en).to_owned(),
        state: standing(w, teacher, today),
    };
    Ok(Page::new(Index {
        f: caller.frame("teachers.index.title").under("courses"),
        form: Filled::blank().with("q", &q),
        pager: Pager::of(&slice, address("/teachers", &[("q", &q)])),
        rows: slice.rows.iter().map(row).collect(),
        filtered: !q.is_empty(),
        may_register,
        oversees,
    }))
}

#[derive(Template)]
#[template(path = "teachers/show.html")]
struct Show {
    f: Frame,
    state: Tag,
    facts: Vec<Pair>,
    classes: Vec<(String, String, String)>,
    happened: Vec<Happened>,
    edit: String,
}

/// A teacher.
#[get("/teachers/<id>?<done>")]
async fn show(
    reader: TrainingReader,
    caller: Caller,
    id: TeacherId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let today = desk.now().day();
    let clerk = reader.actor().role == Role::InstitutionClerk;
    let opened = desk
        .ask(move |registry| teachers::open(registry, &reader, &id))
        .await?;
    let w = caller.words();
    let teacher = &opened.teacher;
    Ok(Page::new(Show {
        f: caller
            .frame("teachers.index.title")
            .titled(teacher.name.clone())
            .under("courses")
            .crumb(w.t("teachers.index.title"), "/teachers")
            .notice(self::done(
                w,
                "teachers.done",
                &["registered", "changed"],
                done,
            )),
        state: standing(w, teacher, today),
        facts: vec![
            Pair::new(
                w.t("classes.show.house"),
                w.pick(&opened.house.name, &opened.house.name_en),
            ),
            Pair::new(w.t("teachers.new.occupation"), trade(w, teacher)),
            Pair::new(
                w.t("teachers.new.qualification"),
                teacher.qualification.clone(),
            ),
            Pair::num(w.t("teachers.new.card"), teacher.card.clone()),
            Pair::num(w.t("teachers.new.valid_until"), w.date(teacher.valid_until)),
        ],
        classes: opened
            .classes
            .iter()
            .map(|(id, name, starts)| (name.clone(), format!("/classes/{id}"), w.date(*starts)))
            .collect(),
        happened: happened(w, &opened.deeds),
        edit: if clerk {
            format!("/teachers/{}/edit", teacher.id)
        } else {
            String::new()
        },
    }))
}

#[derive(Template)]
#[template(path = "teachers/new.html")]
struct New {
    f: Frame,
    form: Filled,
    to: String,
    is_new: bool,
}

fn new_page(caller: &Caller, form: Filled, teacher: Option<(&TeacherId, &str)>) -> New {
    let w = caller.words();
    let title = if teacher.is_some() {
        "teachers.new.title_edit"
    } else {
        "teachers.new.title"
    };
    let f = caller
        .frame(title)
        .under("courses")
        .crumb(w.t("teachers.index.title"), "/teachers")
        .wrong(&form);
    let (f, to) = match teacher {
        Some((id, name)) => {
            let to = format!("/teachers/{id}");
            (f.crumb(name, &to), to)
        }
        None => (f, "/teachers".to_owned()),
    };
    New {
        f,
        form,
        to,
        is_new: teacher.is_none(),
    }
}

/// A blank teacher.
#[get("/teachers/new")]
fn new(_clerk: Clerk, caller: Caller) -> Page<New> {
    Page::new(new_page(&caller, Filled::blank(), None))
}

/// A clerk registers a teacher.
#[post("/teachers", data = "<form>")]
async fn create(
    clerk: Clerk,
    caller: Caller,
    form: Form<TeacherForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok((document, card)) => match desk
            .ask(move |registry| teachers::register(registry, &clerk, &document, card, now))
            .await
        {
            Ok(id) => return Ok(Redirect::to(format!("/teachers/{id}?done=registered"))),
            Err(error) => error,
        },
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(new_page(&caller, form, None)).status(answer)))
}

async fn load(clerk: &Clerk, id: &TeacherId, desk: &Desk) -> Result<Teacher, No> {
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(clerk.actor().clone()).ok_or(Error::NotFound)?,
    );
    Ok(desk
        .ask(move |registry| teachers::open(registry, &reader, &id))
        .await?
        .teacher)
}

/// A teacher's card in its form.
#[get("/teachers/<id>/edit")]
async fn edit(
    clerk: Clerk,
    caller: Caller,
    id: TeacherId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let teacher = load(&clerk, &id, desk).await?;
    Ok(Page::new(new_page(
        &caller,
        TeacherForm::of(&teacher).filled(),
        Some((&id, &teacher.name)),
    )))
}

/// A clerk keeps a teacher's new card.
#[post("/teachers/<id>", data = "<form>")]
async fn update(
    clerk: Clerk,
    caller: Caller,
    id: TeacherId,
    form: Form<TeacherForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let teacher = load(&clerk, &id, desk).await.map_err(Err)?;
    let error = match form.renewed(&teacher.name) {
        Ok(card) => {
            let (person, key) = (clerk.clone(), id.clone());
            match desk
                .ask(move |registry| teachers::change(registry, &person, &key, card, now))
                .await
            {
                Ok(()) => return Ok(Redirect::to(format!("/teachers/{id}?done=changed"))),
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(new_page(
        &caller,
        form,
        Some((&id, &teacher.name)),
    ))
    .status(answer)))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show, new, create, edit, update]
}
