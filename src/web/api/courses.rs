//! 培训项目与教师: courses and teachers of an institution, for programs.

use crate::acts::{Error, courses, teachers};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::course::{CourseId, TrainingKind};
use crate::domain::teacher::TeacherId;
use crate::ground::slice::Window;
use crate::store::courses::{Course, Filter};
use crate::store::teachers::Teacher;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::courses::CourseForm;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::refusal::No;
use crate::web::teachers::TeacherForm;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// One course.
#[derive(Serialize, ToSchema)]
pub struct CourseShown {
    /// Its key.
    id: String,
    /// The institution's key.
    institution: String,
    /// 名称
    name: String,
    /// 培训类别, e.g. `EMPLOY`.
    kind: String,
    /// The occupation's code, unless it is a startup course.
    occupation: Option<String>,
    /// 工种
    work_type: Option<String>,
    /// The startup course's code.
    startup: Option<String>,
    /// The level's code.
    level: Option<String>,
    /// 理论学时
    theory_hours: i32,
    /// 实训学时
    practice_hours: i32,
    /// 出勤要求, in percent.
    threshold: i32,
    /// 教学大纲
    syllabus: String,
    /// 培训地点
    place: String,
}

fn shown(course: Course) -> CourseShown {
    CourseShown {
        id: course.id.to_string(),
        institution: course.institution.to_string(),
        name: course.name,
        kind: course.kind.to_string(),
        occupation: course.occupation.map(|code| code.to_string()),
        work_type: course.work_type,
        startup: course.startup.map(|code| code.to_string()),
        level: course.level.map(|level| level.to_string()),
        theory_hours: course.theory_hours,
        practice_hours: course.practice_hours,
        threshold: course.threshold,
        syllabus: course.syllabus,
        place: course.place,
    }
}

/// The courses a token may see.
#[utoipa::path(get, path = "/api/v1/courses", tag = "courses", params(
    ("kind" = Option<String>, Query, description = "One kind only, e.g. `EMPLOY`"),
    ("q" = Option<String>, Query, description = "A part of the name"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<CourseShown>), Reading))]
#[rocket::get("/api/v1/courses?<kind>&<q>&<page>&<size>")]
async fn list_courses(
    reader: TrainingReader,
    kind: Option<&str>,
    q: Option<String>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<CourseShown>>, No> {
    let mut faults = Faults::default();
    let kind = faults.optional("kind", kind.unwrap_or_default(), TrainingKind::read);
    faults.end()?;
    let filter = Filter {
        words: q.unwrap_or_default(),
        kind,
        institution: None,
    };
    let slice = desk
        .ask(move |registry| courses::list(registry, &reader, &filter, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |(course, _)| shown(course))))
}

/// One course.
#[utoipa::path(get, path = "/api/v1/courses/{id}", tag = "courses", params(("id" = String, Path, description = "The course's key")),
    responses((status = 200, description = "The course", body = CourseShown), Reading))]
#[rocket::get("/api/v1/courses/<id>")]
async fn show_course(
    reader: TrainingReader,
    id: CourseId,
    desk: &State<Desk>,
) -> Result<Json<CourseShown>, No> {
    let now = desk.now();
    let opened = desk
        .ask(move |registry| courses::open(registry, &reader, &id, now))
        .await?;
    Ok(Json(shown(opened.course)))
}

/// A clerk registers a course.
#[utoipa::path(post, path = "/api/v1/courses", tag = "courses", request_body = CourseForm,
    responses((status = 201, description = "Registered", body = Made), Changing))]
#[rocket::post("/api/v1/courses", data = "<form>")]
async fn register_course(
    clerk: Clerk,
    form: Body<CourseForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let outline = form.0.read()?;
    let id = desk
        .ask(move |registry| courses::register(registry, &clerk, outline, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// A clerk changes a course no class of which was filed.
#[utoipa::path(put, path = "/api/v1/courses/{id}", tag = "courses", request_body = CourseForm, params(("id" = String, Path, description = "The course's key")),
    responses((status = 204, description = "Changed"), Changing))]
#[rocket::put("/api/v1/courses/<id>", data = "<form>")]
async fn change_course(
    clerk: Clerk,
    id: CourseId,
    form: Body<CourseForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let outline = form.0.read()?;
    desk.ask(move |registry| courses::change(registry, &clerk, &id, outline, now))
        .await?;
    Ok(NoContent)
}

/// One teacher; never an identity number.
#[derive(Serialize, ToSchema)]
pub struct TeacherShown {
    /// Her key.
    id: String,
    /// The institution's key.
    institution: String,
    /// 姓名
    name: String,
    /// The occupation's code her card is for; none for general subjects.
    occupation: Option<String>,
    /// 任教资格
    qualification: String,
    /// 证书编号
    card: String,
    /// Until which day it holds.
    valid_until: NaiveDate,
}

fn teacher(it: Teacher) -> TeacherShown {
    TeacherShown {
        id: it.id.to_string(),
        institution: it.institution.to_string(),
        name: it.name,
        occupation: it.occupation.map(|code| code.to_string()),
        qualification: it.qualification,
        card: it.card,
        valid_until: it.valid_until,
    }
}

/// The teachers a token may see.
#[utoipa::path(get, path = "/api/v1/teachers", tag = "teachers", params(
    ("q" = Option<String>, Query, description = "A part of the name"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<TeacherShown>), Reading))]
#[rocket::get("/api/v1/teachers?<q>&<page>&<size>")]
async fn list_teachers(
    reader: TrainingReader,
    q: Option<String>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<TeacherShown>>, No> {
    let q = q.unwrap_or_default();
    let slice = desk
        .ask(move |registry| teachers::list(registry, &reader, &q, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |(it, _)| teacher(it))))
}

/// One teacher.
#[utoipa::path(get, path = "/api/v1/teachers/{id}", tag = "teachers", params(("id" = String, Path, description = "The teacher's key")),
    responses((status = 200, description = "The teacher", body = TeacherShown), Reading))]
#[rocket::get("/api/v1/teachers/<id>")]
async fn show_teacher(
    reader: TrainingReader,
    id: TeacherId,
    desk: &State<Desk>,
) -> Result<Json<TeacherShown>, No> {
    let opened = desk
        .ask(move |registry| teachers::open(registry, &reader, &id))
        .await?;
    Ok(Json(teacher(opened.teacher)))
}

/// A clerk registers a teacher.
#[utoipa::path(post, path = "/api/v1/teachers", tag = "teachers", request_body = TeacherForm,
    responses((status = 201, description = "Registered", body = Made), Changing))]
#[rocket::post("/api/v1/teachers", data = "<form>")]
async fn register_teacher(
    clerk: Clerk,
    form: Body<TeacherForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (document, card) = form.0.read()?;
    let id = desk
        .ask(move |registry| teachers::register(registry, &clerk, &document, card, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// A clerk keeps a teacher's new card; name and identity number are not read.
#[utoipa::path(put, path = "/api/v1/teachers/{id}", tag = "teachers", request_body = TeacherForm, params(("id" = String, Path, description = "The teacher's key")),
    responses((status = 204, description = "Kept"), Changing))]
#[rocket::put("/api/v1/teachers/<id>", data = "<form>")]
async fn change_teacher(
    clerk: Clerk,
    id: TeacherId,
    form: Body<TeacherForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let reader = TrainingReader::of(clerk.actor().clone()).ok_or(Error::NotFound)?;
    let key = id.clone();
    let kept = desk
        .ask(move |registry| teachers::open(registry, &reader, &key))
        .await?
        .teacher;
    let card = form.0.renewed(&kept.name)?;
    desk.ask(move |registry| teachers::change(registry, &clerk, &id, card, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list_courses,
        show_course,
        register_course,
        change_course,
        list_teachers,
        show_teacher,
        register_teacher,
        change_teacher
    ),
    components(schemas(CourseShown, CourseForm, TeacherShown, TeacherForm, Made))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list_courses,
        show_course,
        register_course,
        change_course,
        list_teachers,
        show_teacher,
        register_teacher,
        change_teacher
    ]
}
