//! 培训项目: registering courses, and showing the public what can be learnt where.

use crate::acts::{Done, Registry};
use crate::domain::account::{Clerk, Scope, TrainingReader};
use crate::domain::class;
use crate::domain::course::{self, CourseId};
use crate::domain::deed::Deed;
use crate::domain::enterprise::Enterprise;
use crate::domain::entitlement::OutOfScope;
use crate::domain::institution::InstitutionRole;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::classes::{self, Class};
use crate::store::courses::{self, Course, Filter, House};
use crate::store::{Conn, enterprises, entitlements, ledger};

/// What a course is to be.
pub struct Outline {
    /// What is taught and how long.
    pub course: course::Course,
    /// 教学大纲
    pub syllabus: String,
    /// 培训地点
    pub place: String,
}

/// A course with all that belongs to it.
pub struct Opened {
    /// The course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// Whether its institution may teach it today.
    pub scope: Result<(), OutOfScope>,
    /// Its classes, the newest first.
    pub classes: Vec<Class>,
    /// What was done to it.
    pub deeds: Vec<ledger::Line>,
}

/// A course as the public sees it.
pub struct Offer {
    /// The course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// Its classes that were approved and have not begun, each with the enterprise it trains for.
    pub classes: Vec<(Class, Option<Enterprise>)>,
}

/// What the public list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Words in the course's name, its trade or its work type.
    pub words: String,
    /// One region and what lies in it.
    pub region: Option<RegionCode>,
    /// One occupation.
    pub occupation: Option<OccupationCode>,
}

/// A clerk registers a course.
pub fn register(registry: &Registry, clerk: &Clerk, outline: Outline, now: Now) -> Done<CourseId> {
    judge(&outline)?;
    let id = CourseId::fresh(now);
    let course = Course {
        id: id.clone(),
        institution: clerk.institution().clone(),
        registered_at: now.utc(),
        registered_by: clerk.actor().account.clone(),
        ..blank(outline, clerk, now)
    };
    registry.store.write(|db| {
        courses::add(db, &course)?;
        enter(db, clerk, Deed::CourseRegistered, &course, now)?;
        Ok(id)
    })
}

/// A clerk changes a course no class of which was filed yet. A filed class stays what was looked
/// at, so a course that has one is registered anew instead.
pub fn change(
    registry: &Registry,
    clerk: &Clerk,
    id: &CourseId,
    outline: Outline,
    now: Now,
) -> Done<()> {
    judge(&outline)?;
    registry.store.write(|db| {
        let (kept, _) = courses::of(db, &clerk.actor().scope, id)?;
        if courses::filed_classes(db, id)? > 0 {
            return Err(Refusal::new("course.in-use").into());
        }
        let course = Course {
            id: kept.id,
            institution: kept.institution,
            registered_at: kept.registered_at,
            registered_by: kept.registered_by,
            ..blank(outline, clerk, now)
        };
        courses::change(db, &course)?;
        enter(db, clerk, Deed::CourseChanged, &course, now)
    })
}

/// All that is wrong with an outline.
fn judge(outline: &Outline) -> Done<()> {
    let mut refusals: Vec<Refusal> = outline
        .course
        .faults()
        .into_iter()
        .map(Reason::refusal)
        .collect();
    for (field, value, most) in [
        ("name", &outline.course.name, 80),
        ("syllabus", &outline.syllabus, 20_000),
        ("place", &outline.place, 120),
    ] {
        let length = value.chars().count();
        if field != "name" && value.trim().is_empty() {
            refusals.push(Refusal::new("field.blank").at(field));
        }
        if length > most {
            refusals.push(Refusal::new("field.too-long").at(field).with(most));
        }
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals.into())
    }
}

fn blank(outline: Outline, clerk: &Clerk, now: Now) -> Course {
    let facts = outline.course;
    Course {
        id: CourseId::fresh(now),
        institution: clerk.institution().clone(),
        name: text::tidy(&facts.name),
        kind: facts.kind,
        occupation: facts.subject.occupation().cloned(),
        work_type: facts.work_type,
        startup: facts.subject.startup(),
        level: facts.level,
        theory_hours: facts.theory_hours,
        practice_hours: facts.practice_hours,
        threshold: facts.threshold,
        syllabus: outline.syllabus.trim().replace("\r\n", "\n"),
        place: text::tidy(&outline.place),
        registered_at: now.utc(),
        registered_by: clerk.actor().account.clone(),
    }
}

fn enter(db: &mut Conn, clerk: &Clerk, deed: Deed, course: &Course, now: Now) -> Done<()> {
    let hours = course.hours().to_string();
    let facts = [("name", course.name.as_str()), ("hours", &hours)];
    ledger::enter(
        db,
        clerk.actor(),
        deed,
        Some(&course.institution),
        &course.id,
        &facts,
        now,
    )?;
    Ok(())
}

/// A course, for whoever may read it.
pub fn open(registry: &Registry, reader: &TrainingReader, id: &CourseId, now: Now) -> Done<Opened> {
    registry.store.read(|db| {
        let (course, house) = courses::of(db, &reader.actor().scope, id)?;
        let scope = match course.subject() {
            Some(subject) => entitlements::papers(db, &course.institution)?.in_scope_on(
                now.day(),
                InstitutionRole::Train,
                &subject,
                course.level,
            ),
            None => Ok(()),
        };
        Ok(Opened {
            classes: classes::of_course(db, id)?,
            deeds: ledger::of(db, "course", id.as_str())?,
            course,
            house,
            scope,
        })
    })
}

/// The courses a reader may see.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    filter: &Filter,
    window: Window,
) -> Done<Slice<(Course, House)>> {
    Ok(registry
        .store
        .read(|db| courses::all(db, &reader.actor().scope, filter, window))?)
}

/// A clerk's own courses, for choosing one.
pub fn choices(registry: &Registry, clerk: &Clerk) -> Done<Vec<Course>> {
    Ok(registry
        .store
        .read(|db| courses::of_institution(db, clerk.institution()))?)
}

/// What anybody may see: courses that their institution may teach today, with their next classes.
pub fn offers(registry: &Registry, wish: &Wish, window: Window, now: Now) -> Done<Slice<Offer>> {
    registry.store.read(|db| {
        let region = wish.region.as_ref();
        let all = courses::offered(db, region, wish.occupation.as_ref())?;
        let wanted = text::comparable(&wish.words);
        let named: Vec<_> = all
            .into_iter()
            .filter(|(course, house)| speaks_of(course, house, &wanted))
            .collect();
        let good = in_good_standing(db, named, now)?;
        let total = i64::try_from(good.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from(window.offset()).unwrap_or(usize::MAX);
        let shown: Vec<_> = good
            .into_iter()
            .skip(skipped)
            .take(window.size as usize)
            .collect();
        let rows = with_classes(db, shown, now)?;
        Ok(Slice {
            rows,
            total,
            window,
        })
    })
}

/// One course as the public sees it; `NotFound` when it cannot be taught today.
pub fn offer(registry: &Registry, id: &CourseId, now: Now) -> Done<Offer> {
    registry.store.read(|db| {
        let one = courses::of(db, &Scope::All, id)?;
        let good = in_good_standing(db, vec![one], now)?;
        with_classes(db, good, now)?
            .pop()
            .ok_or(crate::acts::Error::NotFound)
    })
}

fn speaks_of(course: &Course, house: &House, wanted: &str) -> bool {
    let subject = course.subject();
    let names = [
        course.name.clone(),
        subject
            .as_ref()
            .map(|subject| subject.name())
            .unwrap_or_default(),
        subject
            .as_ref()
            .map(|subject| subject.name_en())
            .unwrap_or_default(),
        course.work_type.clone().unwrap_or_default(),
        house.name.clone(),
    ];
    wanted.is_empty()
        || names
            .iter()
            .any(|name| text::comparable(name).contains(wanted))
}

fn in_good_standing(
    db: &mut Conn,
    all: Vec<(Course, House)>,
    now: Now,
) -> Done<Vec<(Course, House)>> {
    let mut ids: Vec<_> = all.iter().map(|(_, house)| house.id.clone()).collect();
    ids.sort();
    ids.dedup();
    let papers = entitlements::papers_of_all(db, &ids)?;
    let may_teach = |course: &Course| {
        let subject = course.subject()?;
        let papers = papers.get(&course.institution)?;
        papers
            .in_scope_on(now.day(), InstitutionRole::Train, &subject, course.level)
            .ok()
    };
    Ok(all
        .into_iter()
        .filter(|(course, _)| may_teach(course).is_some())
        .collect())
}

fn with_classes(db: &mut Conn, shown: Vec<(Course, House)>, now: Now) -> Done<Vec<Offer>> {
    let ids: Vec<&CourseId> = shown.iter().map(|(course, _)| &course.id).collect();
    let coming = classes::coming(db, &ids, now.day())?;
    let ids: Vec<_> = coming.iter().map(|class| &class.id).collect();
    let mut known = enterprises::of_classes(db, &ids)?;
    // an enterprise whose name tells of its people tells of the class, and is not told to strangers
    known.retain(|_, enterprise| class::may_be_public(enterprise.name()).is_ok());
    let offer = |(course, house): (Course, House)| Offer {
        classes: coming
            .iter()
            .filter(|class| class.course == course.id)
            .map(|class| (class.clone(), known.get(&class.id).cloned()))
            .collect(),
        course,
        house,
    };
    Ok(shown.into_iter().map(offer).collect())
}
