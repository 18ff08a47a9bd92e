//! 班期: what must be true of every class, its steps, its seats and its attendance.

use crate::acts::audit::Broken;
use crate::domain::attendance::is_late;
use crate::domain::class::{ClassId, Step};
use crate::ground::clock::beijing;
use crate::on;
use crate::schema::{
    attendances, class_steps, classes, completions, enrolments, lessons, withdrawals,
};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use std::collections::HashMap;

fn broken(promise: &'static str, table: &str, key: impl std::fmt::Display) -> Broken {
    Broken {
        promise,
        subject: format!("{table} {key}"),
    }
}

/// A class is where its last step left it, and every step followed from the one before.
pub fn each_class_is_where_its_steps_led(db: &mut Conn) -> Found<Vec<Broken>> {
    let steps: Vec<(ClassId, Step)> = on!(db, c => class_steps::table
        .order((class_steps::class, class_steps::turn)).select((class_steps::class, class_steps::step)).load(c))?;
    let states: Vec<(ClassId, Step)> =
        on!(db, c => classes::table.select((classes::id, classes::state)).load(c))?;
    let mut found = Vec::new();
    let mut last: HashMap<ClassId, Step> = HashMap::new();
    for (class, step) in steps {
        let follows = match last.get(&class) {
            None => step == Step::Drafted,
            Some(before) => before.may(step).is_ok(),
        };
        if !follows {
            found.push(broken("classes.steps-in-order", "classes", &class));
        }
        last.insert(class, step);
    }
    for (class, state) in states {
        if last.get(&class) != Some(&state) {
            found.push(broken("classes.state-is-last-step", "classes", &class));
        }
    }
    Ok(found)
}

/// No class has more people in it than seats.
pub fn no_class_is_over_its_seats(db: &mut Conn) -> Found<Vec<Broken>> {
    let seats: HashMap<ClassId, i32> =
        on!(db, c => classes::table.select((classes::id, classes::capacity)).load::<(ClassId, i32)>(c))?.into_iter().collect();
    let enrolled: Vec<(ClassId, i64)> = on!(db, c => enrolments::table
        .filter(not(exists(withdrawals::table.filter(withdrawals::enrolment.eq(enrolments::id)))))
        .group_by(enrolments::class).select((enrolments::class, count_star())).load(c))?;
    let over = enrolled.into_iter().filter(|(class, count)| {
        seats
            .get(class)
            .is_none_or(|seats| *count > i64::from(*seats))
    });
    Ok(over
        .map(|(class, _)| broken("classes.within-seats", "classes", class))
        .collect())
}

/// An entry says truly whether it was late, was made for somebody of the lesson's class, and not
/// before the lesson.
pub fn each_entry_tells_when_it_was_made(db: &mut Conn) -> Found<Vec<Broken>> {
    let entries: Vec<(String, bool, NaiveDateTime, NaiveDate, ClassId, ClassId)> = on!(db, c => attendances::table
        .inner_join(lessons::table).inner_join(enrolments::table)
        .select((attendances::id, attendances::late, attendances::at, lessons::day, lessons::class, enrolments::class))
        .load(c))?;
    let wrong = entries.into_iter().filter(|(_, late, at, day, of, whose)| {
        let made = beijing(*at).date_naive();
        made < *day || *late != is_late(*day, made) || of != whose
    });
    Ok(wrong
        .map(|(id, ..)| broken("attendance.truly-late", "attendances", id))
        .collect())
}

/// A class that is completed has an outcome for everyone still in it, and no other class has one.
pub fn each_completed_class_has_every_outcome(db: &mut Conn) -> Found<Vec<Broken>> {
    let done = [Step::Completed, Step::Closed];
    let lacking: Vec<String> = on!(db, c => enrolments::table.inner_join(classes::table)
        .filter(classes::state.eq_any(done))
        .filter(not(exists(withdrawals::table.filter(withdrawals::enrolment.eq(enrolments::id)))))
        .filter(not(exists(completions::table.filter(completions::enrolment.eq(enrolments::id)))))
        .select(enrolments::id).load(c))?;
    let early: Vec<String> = on!(db, c => completions::table
        .inner_join(enrolments::table.inner_join(classes::table))
        .filter(classes::state.ne_all(done)).select(completions::enrolment).load(c))?;
    let all = lacking.into_iter().chain(early);
    Ok(all
        .map(|id| broken("classes.completed-with-outcomes", "enrolments", id))
        .collect())
}
