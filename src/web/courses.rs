//! 培训项目: an institution's courses, and what the public sees of them.

use crate::acts::Error;
use crate::acts::courses::{self, Offer, Outline, Wish};
use crate::domain::account::{Clerk, Role, Scope, TrainingReader};
use crate::domain::course::{Course, CourseId, StartupCourse, THRESHOLD, TrainingKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::entitlement::Subject;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason as _, Refusal};
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::Window;
use crate::store::courses::{Course as Kept, Filter, House};
use crate::web::body::Form;
use crate::web::classes::form::loose;
use crate::web::classes::view::{Happened, Reason};
use crate::web::classes::{Shown, address, done, happened, reasons, say, state_tag, subject};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::verify::ask::{Courses as Public, Line};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(CourseId);

/// A course as it is registered or changed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct CourseForm {
    /// 名称
    pub name: String,
    /// 培训类别, e.g. `EMPLOY`.
    pub kind: String,
    /// The occupation's code or exact name; none for a startup course.
    #[serde(default)]
    pub occupation: String,
    /// 工种, where it teaches only one.
    #[serde(default)]
    pub work_type: String,
    /// The startup course's code, e.g. `SYB`; none for an occupation.
    #[serde(default)]
    pub startup: String,
    /// The level it leads to: `5` lowest to `1`.
    #[serde(default)]
    pub level: String,
    /// 理论学时
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 0, maximum = 2000)]
    pub theory_hours: String,
    /// 实训学时
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 0, maximum = 2000)]
    pub practice_hours: String,
    /// 出勤要求, in percent.
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 1, maximum = 100)]
    pub threshold: String,
    /// 教学大纲
    pub syllabus: String,
    /// 培训地点
    pub place: String,
}

impl CourseForm {
    /// What the act takes, or everything that cannot be read.
    pub fn read(&self) -> Result<Outline, Vec<Refusal>> {
        let mut faults = Faults::default();
        let kind = faults.known("kind", &self.kind, TrainingKind::read);
        let startup = faults.optional("startup", &self.startup, StartupCourse::read);
        let occupation = if self.occupation.trim().is_empty() && !self.startup.trim().is_empty() {
            None
        } else {
            faults.occupation("occupation", &self.occupation)
        };
        let both = occupation.is_some() && startup.is_some();
        if both {
            faults.note(crate::domain::course::Unteachable::KindMismatched.refusal());
        }
        let level = faults.optional("level", &self.level, SkillLevel::read);
        let mut number =
            |field, text: &str| faults.known(field, text, |text| text.parse::<i32>().ok());
        let theory_hours = number("theory_hours", &self.theory_hours);
        let practice_hours = number("practice_hours", &self.practice_hours);
        let threshold = number("threshold", &self.threshold);
        let work_type = Some(self.work_type.trim().to_owned()).filter(|name| !name.is_empty());
        let whole = (|| {
            Some(Outline {
                course: Course {
                    name: self.name.clone(),
                    kind: kind?,
                    subject: Subject::of(occupation, startup)?,
                    work_type,
                    level,
                    theory_hours: theory_hours?,
                    practice_hours: practice_hours?,
                    threshold: threshold?,
                },
                syllabus: self.syllabus.clone(),
                place: self.place.clone(),
            })
        })();
        faults.or(whole)
    }

    /// A course as it stands.
    fn of(course: &Kept) -> Self {
        Self {
            name: course.name.clone(),
            kind: course.kind.to_string(),
            occupation: course
                .occupation
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            work_type: course.work_type.clone().unwrap_or_default(),
            startup: course.startup.map(|it| it.to_string()).unwrap_or_default(),
            level: course.level.map(|it| it.to_string()).unwrap_or_default(),
            theory_hours: course.theory_hours.to_string(),
            practice_hours: course.practice_hours.to_string(),
            threshold: course.threshold.to_string(),
            syllabus: course.syllabus.clone(),
            place: course.place.clone(),
        }
    }

    fn filled(&self) -> Filled {
        let fields = [
            ("name", &self.name),
            ("kind", &self.kind),
            ("occupation", &self.occupation),
            ("work_type", &self.work_type),
            ("startup", &self.startup),
            ("level", &self.level),
            ("theory_hours", &self.theory_hours),
            ("practice_hours", &self.practice_hours),
            ("threshold", &self.threshold),
            ("syllabus", &self.syllabus),
            ("place", &self.place),
        ];
        fields
            .into_iter()
            .fold(Filled::blank(), |form, (name, value)| {
                form.with(name, value)
            })
    }
}

/// One line of the list.
struct Row {
    name: String,
    to: String,
    kind: String,
    subject: String,
    hours: String,
    house: String,
}

#[derive(Template)]
#[template(path = "courses/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_register: bool,
    oversees: bool,
}

fn kinds(w: Words) -> Vec<Choice> {
    TrainingKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), w.pick(kind.name(), kind.name_en())))
        .collect()
}

/// The courses she may see.
#[get("/institution/courses?<kind>&<q>&<page>")]
async fn index(
    reader: TrainingReader,
    caller: Caller,
    kind: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let kind = kind.and_then(TrainingKind::read);
    let q = q.unwrap_or_default().trim().to_owned();
    let chosen = kind.map_or("", TrainingKind::as_str);
    let to = address("/institution/courses", &[("kind", chosen), ("q", &q)]);
    let filter = Filter {
        words: q.clone(),
        kind,
        institution: None,
    };
    let may_register = reader.actor().role == Role::InstitutionClerk;
    let oversees = !matches!(reader.actor().scope, Scope::Institution(_));
    let slice = desk
        .ask(move |registry| courses::list(registry, &reader, &filter, Window::of(page, None)))
        .await?;
    let row = |(course, house): &(Kept, House)| Row {
        name: course.name.clone(),
        to: format!("/institution/courses/{}", course.id),
        kind: w.pick(course.kind.name(), course.kind.name_en()).to_owned(),
        subject: subject(w, course),
        hours: w.f("courses.hours", &[&course.hours()]),
        house: w.pick(&house.name, &house.name_en).to_owned(),
    };
    Ok(Page::new(Index {
        f: caller.frame("courses.index.title").under("courses"),
        form: Filled::blank().with("kind", chosen).with("q", &q),
        kinds: kinds(w),
        pager: Pager::of(&slice, to),
        rows: slice.rows.iter().map(row).collect(),
        filtered: kind.is_some() || !q.is_empty(),
        may_register,
        oversees,
    }))
}

#[derive(Template)]
#[template(path = "courses/show.html")]
struct Show {
    f: Frame,
    scope: Tag,
    out_of_scope: Option<Reason>,
    facts: Vec<Pair>,
    syllabus: String,
    classes: Vec<(String, String, String, Tag)>,
    happened: Vec<Happened>,
    may_change: bool,
    may_draft: String,
    to: String,
}

/// A course.
#[get("/institution/courses/<id>?<done>")]
async fn show(
    reader: TrainingReader,
    caller: Caller,
    id: CourseId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    let clerk = reader.actor().role == Role::InstitutionClerk;
    let opened = desk
        .ask(move |registry| courses::open(registry, &reader, &id, now))
        .await?;
    let w = caller.words();
    let course = &opened.course;
    let to = format!("/institution/courses/{}", course.id);
    let filed = opened
        .classes
        .iter()
        .any(|class| class.state != crate::domain::class::Step::Drafted);
    let class = |class: &crate::store::classes::Class| {
        (
            class.name.clone(),
            format!("/classes/{}", class.id),
            w.span(class.starts, class.ends),
            state_tag(w, class.state),
        )
    };
    Ok(Page::new(Show {
        f: caller
            .frame("courses.index.title")
            .titled(course.name.clone())
            .under("courses")
            .crumb(w.t("courses.index.title"), "/institution/courses")
            .notice(self::done(
                w,
                "courses.done",
                &["registered", "changed"],
                done,
            )),
        scope: match &opened.scope {
            Ok(()) => Tag::ok(w.t("courses.show.in_scope")),
            Err(_) => Tag::bad(w.t("courses.show.out_of_scope")),
        },
        out_of_scope: opened
            .scope
            .as_ref()
            .err()
            .map(|reason| Reason::of(w, &reason.clone().refusal())),
        facts: facts(w, course, &opened.house),
        syllabus: course.syllabus.clone(),
        classes: opened.classes.iter().map(class).collect(),
        happened: happened(w, &opened.deeds),
        may_change: clerk && !filed,
        may_draft: if clerk {
            format!("/classes/new?course={}", course.id)
        } else {
            String::new()
        },
        to,
    }))
}

fn facts(w: Words, course: &Kept, house: &House) -> Vec<Pair> {
    let mut facts = vec![
        Pair::new(
            w.t("classes.show.house"),
            w.pick(&house.name, &house.name_en),
        ),
        Pair::new(
            w.t("courses.new.kind"),
            w.pick(course.kind.name(), course.kind.name_en()),
        ),
        Pair::new(w.t("classes.index.subject"), subject(w, course)),
    ];
    if let Some(work_type) = &course.work_type {
        facts.push(Pair::new(w.t("courses.new.work_type"), work_type.clone()));
    }
    facts.extend([
        Pair::num(
            w.t("classes.show.hours"),
            w.f(
                "classes.show.hours_value",
                &[
                    &course.hours(),
                    &course.theory_hours,
                    &course.practice_hours,
                ],
            ),
        ),
        Pair::num(
            w.t("classes.show.threshold"),
            format!("{}%", course.threshold),
        ),
        Pair::new(w.t("classes.show.place"), course.place.clone()),
    ]);
    facts
}

#[derive(Template)]
#[template(path = "courses/new.html")]
struct New {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    startups: Vec<Choice>,
    levels: Vec<Choice>,
    to: String,
    back: String,
    is_new: bool,
}

fn new_page(caller: &Caller, form: Filled, course: Option<(&CourseId, &str)>) -> New {
    let w = caller.words();
    let title = if course.is_some() {
        "courses.new.title_edit"
    } else {
        "courses.new.title"
    };
    let f = caller
        .frame(title)
        .under("courses")
        .crumb(w.t("courses.index.title"), "/institution/courses")
        .wrong(&form);
    let (f, to) = match course {
        Some((id, name)) => {
            let to = format!("/institution/courses/{id}");
            (f.crumb(name, &to), to)
        }
        None => (f, "/institution/courses".to_owned()),
    };
    let startup = |it: &StartupCourse| {
        Choice::new(
            it.as_str(),
            format!("{it} {}", w.pick(it.name(), it.name_en())),
        )
    };
    New {
        f,
        form,
        kinds: kinds(w),
        startups: StartupCourse::ALL.iter().map(startup).collect(),
        levels: names::levels(w),
        back: to.clone(),
        to,
        is_new: course.is_none(),
    }
}

/// A blank course.
#[get("/institution/courses/new")]
fn new(_clerk: Clerk, caller: Caller) -> Page<New> {
    let form = CourseForm {
        threshold: THRESHOLD.to_string(),
        ..CourseForm::default()
    };
    Page::new(new_page(&caller, form.filled(), None))
}

/// A clerk registers a course.
#[post("/institution/courses", data = "<form>")]
async fn create(
    clerk: Clerk,
    caller: Caller,
    form: Form<CourseForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok(outline) => match desk
            .ask(move |registry| courses::register(registry, &clerk, outline, now))
            .await
        {
            Ok(id) => {
                return Ok(Redirect::to(format!(
                    "/institution/courses/{id}?done=registered"
                )));
            }
            Err(error) => error,
        },
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(new_page(&caller, form, None)).status(answer)))
}

async fn load(clerk: &Clerk, id: &CourseId, desk: &Desk) -> Result<Kept, No> {
    let now = desk.now();
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(clerk.actor().clone()).ok_or(Error::NotFound)?,
    );
    Ok(desk
        .ask(move |registry| courses::open(registry, &reader, &id, now))
        .await?
        .course)
}

/// A course in its form.
#[get("/institution/courses/<id>/edit")]
async fn edit(
    clerk: Clerk,
    caller: Caller,
    id: CourseId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let course = load(&clerk, &id, desk).await?;
    Ok(Page::new(new_page(
        &caller,
        CourseForm::of(&course).filled(),
        Some((&id, &course.name)),
    )))
}

/// A clerk changes a course.
#[post("/institution/courses/<id>", data = "<form>")]
async fn update(
    clerk: Clerk,
    caller: Caller,
    id: CourseId,
    form: Form<CourseForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok(outline) => {
            let (person, key) = (clerk.clone(), id.clone());
            match desk
                .ask(move |registry| courses::change(registry, &person, &key, outline, now))
                .await
            {
                Ok(()) => {
                    return Ok(Redirect::to(format!(
                        "/institution/courses/{id}?done=changed"
                    )));
                }
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let course = load(&clerk, &id, desk).await.map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(new_page(
        &caller,
        form,
        Some((&id, &course.name)),
    ))
    .status(answer)))
}

/// What anybody may learn, and where.
#[get("/courses?<q>&<region>&<page>")]
async fn public(
    caller: Caller,
    q: Option<&str>,
    region: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Public>, No> {
    let now = desk.now();
    let w = caller.words();
    let q = q
        .unwrap_or_default()
        .trim()
        .chars()
        .take(60)
        .collect::<String>();
    let region = region.unwrap_or_default().to_owned();
    let wish = Wish {
        words: q.clone(),
        region: RegionCode::read(&region),
        occupation: None,
    };
    let slice = desk
        .ask(move |registry| courses::offers(registry, &wish, Window::of(page, Some(20)), now))
        .await?;
    Ok(Page::new(Public {
        f: caller.frame("public_courses.title").under("courses"),
        form: Filled::blank().with("q", &q).with("region", &region),
        regions: names::regions(w, None),
        pager: Pager::of(
            &slice,
            address("/courses", &[("q", &q), ("region", &region)]),
        ),
        lines: slice.rows.iter().map(|offer| line(w, offer)).collect(),
    }))
}

fn line(w: Words, offer: &Offer) -> Line {
    Line {
        name: offer.course.name.clone(),
        to: format!("/courses/{}", offer.course.id),
        subject: subject(w, &offer.course),
        hours: w.f("courses.hours", &[&offer.course.hours()]),
        place: format!(
            "{} · {}",
            w.pick(&offer.house.name, &offer.house.name_en),
            names::place_in_city(w, &offer.house.region)
        ),
        next: offer
            .classes
            .first()
            .map(|(class, _)| w.f("courses.public.next", &[&w.date(class.starts)]))
            .unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "courses/offer.html")]
struct OfferPage {
    f: Frame,
    facts: Vec<Pair>,
    syllabus: String,
    classes: Vec<[String; 4]>,
}

/// One course, as the public sees it.
#[get("/courses/<id>")]
async fn offer(caller: Caller, id: CourseId, desk: &State<Desk>) -> Result<Page<OfferPage>, No> {
    let now = desk.now();
    let offer = desk
        .ask(move |registry| courses::offer(registry, &id, now))
        .await?;
    let w = caller.words();
    let class = |(class, enterprise): &(crate::store::classes::Class, Option<Enterprise>)| {
        let people = w.f("courses.public.capacity", &[&class.capacity]);
        [
            class.public_name.clone(),
            w.span(class.starts, class.ends),
            format!("{} · {people}", class.place),
            enterprise
                .as_ref()
                .map(|one| w.f("courses.public.enterprise", &[&one.name()]))
                .unwrap_or_default(),
        ]
    };
    let mut facts = facts(w, &offer.course, &offer.house);
    facts.push(Pair::new(
        w.t("public_courses.region"),
        names::place_in_city(w, &offer.house.region),
    ));
    Ok(Page::new(OfferPage {
        f: caller
            .frame("public_courses.title")
            .titled(offer.course.name.clone())
            .under("courses"),
        facts,
        syllabus: offer.course.syllabus.clone(),
        classes: offer.classes.iter().map(class).collect(),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show, new, create, edit, update, public, offer]
}
