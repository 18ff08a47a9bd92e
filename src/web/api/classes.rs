//! 班期: classes, their timetables, their attendance and those who leave them, for programs.

use crate::acts::classes::{self, Opened};
use crate::acts::{Done, Registry, attendance, lessons, withdrawals};
use crate::domain::account::{Clerk, Officer, TrainingReader};
use crate::domain::attendance::{Late, Presence};
use crate::domain::class::{ClassId, Step};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::{Half, Lesson, LessonId};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::ground::clock::Now;
use crate::ground::slice::Window;
use crate::store::classes::{Class, Filter};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::classes::form::{ClassForm, loose};
use crate::web::classes::steps::ReturnForm;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::lessons::FillingForm;
use crate::web::refusal::No;
use crate::web::withdrawals::WithdrawalForm;
use chrono::{DateTime, NaiveDate, Utc};
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One class of a list.
#[derive(Serialize, ToSchema)]
pub struct ClassRow {
    /// Its key.
    id: String,
    /// 班期名称
    name: String,
    /// The name strangers may read.
    public_name: String,
    /// The course's key.
    course: String,
    /// The institution's key.
    institution: String,
    /// Where the institution has its seat.
    region: String,
    /// `drafted`, `filed`, `approved`, `returned`, `begun`, `completed` or `closed`.
    state: String,
    /// The first day.
    starts: NaiveDate,
    /// The last day.
    ends: NaiveDate,
    /// 培训地点
    place: String,
    /// Seats.
    capacity: i32,
    /// Who is in it and has not left.
    enrolled: i64,
}

fn row(class: Class, enrolled: i64) -> ClassRow {
    ClassRow {
        id: class.id.to_string(),
        name: class.name,
        public_name: class.public_name,
        course: class.course.to_string(),
        institution: class.institution.to_string(),
        region: class.region.to_string(),
        state: class.state.to_string(),
        starts: class.starts,
        ends: class.ends,
        place: class.place,
        capacity: class.capacity,
        enrolled,
    }
}

/// One half-day of a timetable.
#[derive(Serialize, ToSchema)]
pub struct LessonShown {
    /// Its key.
    id: String,
    /// The day.
    day: NaiveDate,
    /// `am` or `pm`.
    half: String,
    /// 学时
    hours: i32,
    /// 教学内容
    content: String,
    /// The teacher's key.
    teacher: String,
    /// Entries of attendance still wanting, once teaching has begun.
    wanting: usize,
}

/// One trainee; never an identity number.
#[derive(Serialize, ToSchema)]
pub struct TraineeShown {
    /// The enrolment's key.
    enrolment: String,
    /// 姓名
    name: String,
    /// The last places of the identity number.
    id_tail: String,
    /// When she was entered, in UTC.
    enrolled_at: DateTime<Utc>,
    /// 补录: the day the class's roster was sealed, if she was entered after it; it stays for ever.
    late_for: Option<NaiveDate>,
    /// When she left, in UTC, if she did.
    withdrawn_at: Option<DateTime<Utc>>,
    /// `completed` or `short`, once the class was completed.
    outcome: Option<String>,
    /// Hours attended by then.
    attended: Option<i32>,
    /// Hours held by then.
    held: Option<i32>,
    /// What of her attendance was entered late.
    late: Option<LateTold>,
}

/// One step of a class.
#[derive(Serialize, ToSchema)]
pub struct StepShown {
    /// What it became.
    step: String,
    /// Why, where reasons are asked for.
    reason: Option<String>,
    /// When, in UTC.
    at: DateTime<Utc>,
    /// By whom.
    by: String,
}

/// What stands in the way of filing.
#[derive(Serialize, ToSchema)]
pub struct ReasonShown {
    /// Its code, e.g. `lesson.uncovered`; never renamed.
    code: String,
    /// Its facts.
    facts: Vec<String>,
}

/// A class with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub struct ClassShown {
    /// What the list says of it.
    #[serde(flatten)]
    row: ClassRow,
    /// 合作企业: whom it trains for.
    enterprise: Option<String>,
    /// Its 统一社会信用代码.
    enterprise_uscc: Option<String>,
    /// The keys of those who teach it.
    teachers: Vec<String>,
    /// Its timetable.
    lessons: Vec<LessonShown>,
    /// Everyone who was ever in it.
    trainees: Vec<TraineeShown>,
    /// Its steps, the first first.
    steps: Vec<StepShown>,
    /// What keeps it from being filed or approved, while it is not approved.
    faults: Vec<ReasonShown>,
}

fn shown(opened: Opened) -> ClassShown {
    let staying = opened
        .trainees
        .iter()
        .filter(|trainee| trainee.stays())
        .count();
    let lessons = opened.lessons.into_iter().map(|(lesson, _)| LessonShown {
        wanting: opened.wanting.get(&lesson.id).copied().unwrap_or(0),
        id: lesson.id.to_string(),
        day: lesson.day,
        half: lesson.half.to_string(),
        hours: lesson.hours,
        content: lesson.content,
        teacher: lesson.teacher.to_string(),
    });
    let trainees = opened.trainees.into_iter().map(|trainee| {
        let outcome = opened
            .completions
            .iter()
            .find(|it| it.enrolment == trainee.enrolment.id);
        TraineeShown {
            enrolled_at: trainee.enrolment.enrolled_at.and_utc(),
            late_for: trainee.late(),
            late: opened
                .late
                .trainees
                .get(&trainee.enrolment.id)
                .map(LateTold::of),
            enrolment: trainee.enrolment.id.to_string(),
            name: trainee.name,
            id_tail: trainee.id_tail,
            withdrawn_at: trainee.withdrawal.map(|left| left.at.and_utc()),
            outcome: outcome.map(|it| it.outcome.to_string()),
            attended: outcome.map(|it| it.attended),
            held: outcome.map(|it| it.held),
        }
    });
    let steps = opened.steps.into_iter().map(|step| StepShown {
        step: step.step.to_string(),
        reason: step.reason,
        at: step.at.and_utc(),
        by: step.by,
    });
    let enterprise = opened.enterprise;
    ClassShown {
        enterprise: enterprise.as_ref().map(|one| one.name().to_owned()),
        enterprise_uscc: enterprise.map(|one| one.uscc().to_string()),
        lessons: lessons.collect(),
        trainees: trainees.collect(),
        steps: steps.collect(),
        teachers: opened
            .teachers
            .iter()
            .map(|teacher| teacher.id.to_string())
            .collect(),
        faults: opened
            .faults
            .into_iter()
            .map(|fault| ReasonShown {
                code: fault.code.to_owned(),
                facts: fault.facts,
            })
            .collect(),
        row: row(opened.class, i64::try_from(staying).unwrap_or(i64::MAX)),
    }
}

/// The classes a token may see.
#[utoipa::path(get, path = "/api/v1/classes", tag = "classes", params(
    ("state" = Option<String>, Query, description = "One state only"),
    ("q" = Option<String>, Query, description = "A part of the name"),
    ("region" = Option<String>, Query, description = "One region and what lies in it"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<ClassRow>), Reading))]
#[rocket::get("/api/v1/classes?<state>&<q>&<region>&<page>&<size>")]
#[expect(
    clippy::too_many_arguments,
    reason = "the filters stand in the address"
)]
async fn list_classes(
    reader: TrainingReader,
    state: Option<&str>,
    q: Option<String>,
    region: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<ClassRow>>, No> {
    let mut faults = Faults::default();
    let filter = Filter {
        words: q.unwrap_or_default(),
        state: faults.optional("state", state.unwrap_or_default(), Step::read),
        institution: None,
        region: faults.optional("region", region.unwrap_or_default(), RegionCode::read),
    };
    faults.end()?;
    let (slice, _) = desk
        .ask(move |registry| classes::list(registry, &reader, &filter, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |line| {
        row(line.class, line.enrolled)
    })))
}

/// One class.
#[utoipa::path(get, path = "/api/v1/classes/{id}", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 200, description = "The class", body = ClassShown), Reading))]
#[rocket::get("/api/v1/classes/<id>")]
async fn show_class(
    reader: TrainingReader,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Json<ClassShown>, No> {
    let now = desk.now();
    Ok(Json(shown(
        desk.ask(move |registry| classes::open(registry, &reader, &id, now))
            .await?,
    )))
}

/// A clerk drafts a class.
#[utoipa::path(post, path = "/api/v1/classes", tag = "classes", request_body = ClassForm,
    responses((status = 201, description = "Drafted", body = Made), Changing))]
#[rocket::post("/api/v1/classes", data = "<form>")]
async fn draft_class(
    clerk: Clerk,
    form: Body<ClassForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (draft, enterprise) = form.0.read()?;
    let id = desk
        .ask(move |registry| classes::draft(registry, &clerk, draft, enterprise.as_ref(), now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// A clerk changes a class that is a draft or was returned.
#[utoipa::path(put, path = "/api/v1/classes/{id}", tag = "classes", request_body = ClassForm, params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Changed"), Changing))]
#[rocket::put("/api/v1/classes/<id>", data = "<form>")]
async fn change_class(
    clerk: Clerk,
    id: ClassId,
    form: Body<ClassForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let (draft, enterprise) = form.0.read()?;
    desk.ask(move |registry| {
        classes::change(registry, &clerk, &id, draft, enterprise.as_ref(), now)
    })
    .await?;
    Ok(NoContent)
}

type Act<P> = fn(&Registry, &P, &ClassId, Now) -> Done<()>;

async fn step<P: Send + 'static>(
    person: P,
    id: ClassId,
    act: Act<P>,
    desk: &Desk,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| act(registry, &person, &id, now))
        .await?;
    Ok(NoContent)
}

/// A clerk files a class with the bureau.
#[utoipa::path(post, path = "/api/v1/classes/{id}/filing", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Filed"), Changing))]
#[rocket::post("/api/v1/classes/<id>/filing")]
async fn file_class(clerk: Clerk, id: ClassId, desk: &State<Desk>) -> Result<NoContent, No> {
    step(clerk, id, classes::file, desk).await
}

/// An officer approves a class.
#[utoipa::path(post, path = "/api/v1/classes/{id}/approval", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Approved"), Changing))]
#[rocket::post("/api/v1/classes/<id>/approval")]
async fn approve_class(officer: Officer, id: ClassId, desk: &State<Desk>) -> Result<NoContent, No> {
    step(officer, id, classes::approve, desk).await
}

/// An officer sends a class back with reasons.
#[utoipa::path(post, path = "/api/v1/classes/{id}/return", tag = "classes", request_body = ReturnForm, params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Returned"), Changing))]
#[rocket::post("/api/v1/classes/<id>/return", data = "<form>")]
async fn return_class(
    officer: Officer,
    id: ClassId,
    form: Body<ReturnForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| classes::send_back(registry, &officer, &id, &form.0.reasons, now))
        .await?;
    Ok(NoContent)
}

/// A clerk begins a class.
#[utoipa::path(post, path = "/api/v1/classes/{id}/beginning", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Begun"), Changing))]
#[rocket::post("/api/v1/classes/<id>/beginning")]
async fn begin_class(clerk: Clerk, id: ClassId, desk: &State<Desk>) -> Result<NoContent, No> {
    step(clerk, id, classes::begin, desk).await
}

/// A clerk completes a class.
#[utoipa::path(post, path = "/api/v1/classes/{id}/completion", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Completed"), Changing))]
#[rocket::post("/api/v1/classes/<id>/completion")]
async fn complete_class(clerk: Clerk, id: ClassId, desk: &State<Desk>) -> Result<NoContent, No> {
    step(clerk, id, classes::complete, desk).await
}

/// A clerk closes a class.
#[utoipa::path(post, path = "/api/v1/classes/{id}/closure", tag = "classes", params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Closed"), Changing))]
#[rocket::post("/api/v1/classes/<id>/closure")]
async fn close_class(clerk: Clerk, id: ClassId, desk: &State<Desk>) -> Result<NoContent, No> {
    step(clerk, id, classes::close, desk).await
}

/// One half-day as it is to be.
#[derive(Deserialize, ToSchema)]
pub struct LessonForm {
    /// The day.
    #[schema(format = "date")]
    pub day: String,
    /// `am` or `pm`.
    pub half: String,
    /// 学时
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 1, maximum = 8)]
    pub hours: String,
    /// 教学内容
    #[serde(default)]
    pub content: String,
    /// The teacher's key.
    pub teacher: String,
}

/// A whole timetable.
#[derive(Deserialize, ToSchema)]
pub struct LessonsForm {
    /// Its lessons, at most 400.
    pub lessons: Vec<LessonForm>,
}

impl LessonsForm {
    fn read(&self) -> Result<Vec<Lesson>, Vec<Refusal>> {
        if self.lessons.len() > 400 {
            return Err(vec![Refusal::new("field.unreadable").at("lessons")]);
        }
        let lesson = |(n, form): (usize, &LessonForm)| {
            let read = || {
                Some(Lesson {
                    day: form.day.parse().ok()?,
                    half: Half::read(&form.half)?,
                    hours: form.hours.parse().ok()?,
                    content: form.content.clone(),
                    teacher: TeacherId::read(&form.teacher)?,
                })
            };
            read().ok_or_else(|| vec![Refusal::new("lesson.unreadable").with(n + 1).at("lessons")])
        };
        self.lessons.iter().enumerate().map(lesson).collect()
    }
}

/// A clerk puts a timetable in place of the one before.
#[utoipa::path(put, path = "/api/v1/classes/{id}/lessons", tag = "classes", request_body = LessonsForm, params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Kept"), Changing))]
#[rocket::put("/api/v1/classes/<id>/lessons", data = "<form>")]
async fn set_lessons(
    clerk: Clerk,
    id: ClassId,
    form: Body<LessonsForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let timetable = form.0.read()?;
    desk.ask(move |registry| lessons::replace(registry, &clerk, &id, timetable, now))
        .await?;
    Ok(NoContent)
}

/// The registry lays a timetable out from the course's hours.
#[utoipa::path(post, path = "/api/v1/classes/{id}/timetable", tag = "classes", request_body = FillingForm, params(("id" = String, Path, description = "The class's key")),
    responses((status = 204, description = "Laid out"), Changing))]
#[rocket::post("/api/v1/classes/<id>/timetable", data = "<form>")]
async fn fill_lessons(
    clerk: Clerk,
    id: ClassId,
    form: Body<FillingForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let filling = form.0.read()?;
    desk.ask(move |registry| lessons::fill(registry, &clerk, &id, &filling, now))
        .await?;
    Ok(NoContent)
}

/// One entry of attendance.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct EntryForm {
    /// The enrolment's key.
    pub enrolment: String,
    /// `present`, `absent` or `leave`.
    pub presence: String,
}

/// One lesson's sheet.
#[derive(Deserialize, ToSchema)]
pub struct AttendanceForm {
    /// One entry for each.
    pub entries: Vec<EntryForm>,
}

impl AttendanceForm {
    fn read(&self) -> Result<Vec<(EnrolmentId, Presence)>, Vec<Refusal>> {
        let read = |entry: &EntryForm| {
            Some((
                EnrolmentId::read(&entry.enrolment)?,
                Presence::read(&entry.presence)?,
            ))
        };
        let entries: Option<Vec<_>> = self.entries.iter().map(read).collect();
        entries.ok_or_else(|| vec![Refusal::new("attendance.unreadable").at("entries")])
    }
}

/// What marking came to.
#[derive(Serialize, ToSchema)]
pub struct MarkedShown {
    /// Entries appended: those that said something new.
    entered: usize,
    /// Whether they are marked late for ever.
    late: bool,
}

/// A clerk marks a lesson's sheet.
#[utoipa::path(post, path = "/api/v1/lessons/{id}/attendance", tag = "attendance", request_body = AttendanceForm, params(("id" = String, Path, description = "The lesson's key")),
    responses((status = 200, description = "Marked", body = MarkedShown), Changing))]
#[rocket::post("/api/v1/lessons/<id>/attendance", data = "<form>")]
async fn mark_attendance(
    clerk: Clerk,
    id: LessonId,
    form: Body<AttendanceForm>,
    desk: &State<Desk>,
) -> Result<Json<MarkedShown>, No> {
    let now = desk.now();
    let entries = form.0.read()?;
    let marked = desk
        .ask(move |registry| attendance::mark(registry, &clerk, &id, &entries, now))
        .await?;
    Ok(Json(MarkedShown {
        entered: marked.entered,
        late: marked.late,
    }))
}

/// 补录 behind a sum of hours.
#[derive(Serialize, ToSchema)]
pub struct LateTold {
    /// How many entries were made after their lesson's day; they stay late for ever.
    entries: usize,
    /// The day of the last one's lesson.
    lesson_day: NaiveDate,
    /// When the last one was made, in UTC.
    entered_at: DateTime<Utc>,
}

impl LateTold {
    pub(super) fn of(late: &Late) -> Self {
        Self {
            entries: late.count,
            lesson_day: late.day,
            entered_at: late.at.and_utc(),
        }
    }
}

/// One trainee's attendance so far.
#[derive(Serialize, ToSchema)]
pub struct TallyShown {
    /// The enrolment's key.
    enrolment: String,
    /// 姓名
    name: String,
    /// 出勤学时
    attended: i32,
    /// 应到学时
    held: i32,
    /// The share attended, in thousandths, rounded down.
    permille: i32,
    /// Whether it is enough for the course.
    enough: bool,
    /// What of it was entered late.
    late: Option<LateTold>,
}

/// A class's attendance.
#[derive(Serialize, ToSchema)]
pub struct AttendanceShown {
    /// 出勤要求, in percent.
    threshold: i32,
    /// Each trainee.
    trainees: Vec<TallyShown>,
}

/// The attendance of a class so far.
#[utoipa::path(get, path = "/api/v1/classes/{id}/attendance", tag = "attendance", params(("id" = String, Path, description = "The class's key")),
    responses((status = 200, description = "Each trainee's attendance", body = AttendanceShown), Reading))]
#[rocket::get("/api/v1/classes/<id>/attendance")]
async fn show_attendance(
    reader: TrainingReader,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Json<AttendanceShown>, No> {
    let summary = desk
        .ask(move |registry| attendance::summary(registry, &reader, &id))
        .await?;
    let threshold = summary.course.threshold;
    let late = summary.late.trainees;
    let trainees = summary
        .trainees
        .into_iter()
        .map(|(trainee, tally)| TallyShown {
            late: late.get(&trainee.enrolment.id).map(LateTold::of),
            enrolment: trainee.enrolment.id.to_string(),
            name: trainee.name,
            attended: tally.attended,
            held: tally.held,
            permille: tally.permille(),
            enough: tally.meets(threshold).is_ok(),
        });
    Ok(Json(AttendanceShown {
        threshold,
        trainees: trainees.collect(),
    }))
}

/// A clerk records that a trainee left.
#[utoipa::path(post, path = "/api/v1/enrolments/{id}/withdrawal", tag = "classes", request_body = WithdrawalForm, params(("id" = String, Path, description = "The enrolment's key")),
    responses((status = 204, description = "Recorded"), Changing))]
#[rocket::post("/api/v1/enrolments/<id>/withdrawal", data = "<form>")]
async fn withdraw_trainee(
    clerk: Clerk,
    id: EnrolmentId,
    form: Body<WithdrawalForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| withdrawals::withdraw(registry, &clerk, &id, &form.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list_classes,
        show_class,
        draft_class,
        change_class,
        file_class,
        approve_class,
        return_class,
        begin_class,
        complete_class,
        close_class,
        set_lessons,
        fill_lessons,
        mark_attendance,
        show_attendance,
        withdraw_trainee
    ),
    components(schemas(
        ClassRow,
        ClassShown,
        LessonShown,
        TraineeShown,
        StepShown,
        ReasonShown,
        ClassForm,
        ReturnForm,
        LessonForm,
        LessonsForm,
        FillingForm,
        EntryForm,
        AttendanceForm,
        MarkedShown,
        TallyShown,
        LateTold,
        AttendanceShown,
        WithdrawalForm,
        Made
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list_classes,
        show_class,
        draft_class,
        change_class,
        file_class,
        approve_class,
        return_class,
        begin_class,
        complete_class,
        close_class,
        set_lessons,
        fill_lessons,
        mark_attendance,
        show_attendance,
        withdraw_trainee
    ]
}
