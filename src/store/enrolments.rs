//! 学员: who is in a class, who left it, and as what they counted when it began.

use crate::domain::account::{AccountId, Scope};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::ground::clock::Now;
use crate::on;
use crate::schema::{
    classes, enrolments, group_snapshots, institutions, memberships, people, withdrawals,
};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// An enrolment as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false)]
pub struct Enrolment {
    /// Its key.
    pub id: EnrolmentId,
    /// In which class.
    pub class: ClassId,
    /// Who.
    pub person: PersonId,
    /// The roster it came from, if it came from one.
    pub roster: Option<String>,
    /// The line there.
    pub line: Option<i32>,
    /// Since when, in UTC.
    pub enrolled_at: NaiveDateTime,
    /// By whom.
    pub enrolled_by: AccountId,
}

/// 退学: a trainee left the class.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = withdrawals)]
pub struct Withdrawal {
    /// Which enrolment ended.
    pub enrolment: EnrolmentId,
    /// Why.
    pub reason: String,
    /// When it was recorded, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// One trainee of a class as lists show her: no more of the identity number than its end.
#[derive(Clone, Debug)]
pub struct Trainee {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// 姓名
    pub name: String,
    /// The last places of the identity number.
    pub id_tail: String,
    /// 性别
    pub sex: Option<String>,
    /// Whether and why she left.
    pub withdrawal: Option<Withdrawal>,
    /// The day the roster of her class was sealed: when its first was confirmed.
    pub sealed_on: Option<NaiveDate>,
}

impl Trainee {
    /// Whether she is still in the class.
    pub fn stays(&self) -> bool {
        self.withdrawal.is_none()
    }

    /// 补录: the day of the roster she was added to after it was sealed. It stays so for ever.
    pub fn late(&self) -> Option<NaiveDate> {
        let entered = crate::ground::clock::beijing(self.enrolment.enrolled_at).date_naive();
        self.sealed_on
            .filter(|day| crate::domain::attendance::is_late(*day, entered))
    }

    /// Whether she was in the class on that day. She is expected at the lessons of the day she
    /// leaves no more.
    pub fn was_in_class_on(&self, day: NaiveDate) -> bool {
        self.withdrawal
            .as_ref()
            .is_none_or(|left| day < crate::ground::clock::beijing(left.at).date_naive())
    }
}

/// Somebody in a class who is in another one on the same days.
pub struct Elsewhere {
    /// 姓名
    pub name: String,
    /// The last places of the identity number.
    pub id_tail: String,
    /// The other class, as strangers may read it.
    pub public_name: String,
}

/// Who is in a class and, not having left either, in another one that touches these days.
pub fn elsewhere(
    db: &mut Conn,
    class: &ClassId,
    from: NaiveDate,
    until: NaiveDate,
) -> Found<Vec<Elsewhere>> {
    let hers: Vec<(PersonId, String, String)> = on!(db, c => enrolments::table
        .inner_join(people::table).left_join(withdrawals::table)
        .filter(enrolments::class.eq(class)).filter(withdrawals::at.nullable().is_null())
        .order(enrolments::id)
        .select((people::id, people::name, people::id_tail)).load(c))?;
    let mut found = Vec::new();
    for some in hers.chunks(500) {
        let ids: Vec<_> = some.iter().map(|(id, ..)| id).collect();
        let others: Vec<(PersonId, String)> = on!(db, c => enrolments::table
            .inner_join(classes::table).left_join(withdrawals::table)
            .filter(enrolments::person.eq_any(&ids)).filter(enrolments::class.ne(class))
            .filter(withdrawals::at.nullable().is_null())
            .filter(classes::starts.le(until)).filter(classes::ends.ge(from))
            .order(classes::id)
            .select((enrolments::person, classes::public_name)).load(c))?;
        for (id, name, id_tail) in some {
            let of_her = others.iter().filter(|(person, _)| person == id);
            found.extend(of_her.map(|(_, public_name)| Elsewhere {
                name: name.clone(),
                id_tail: id_tail.clone(),
                public_name: public_name.clone(),
            }));
        }
    }
    Ok(found)
}

/// Keeps a new enrolment; a person who is in the class already answers `Taken`.
pub fn add(db: &mut Conn, enrolment: &Enrolment) -> Found<()> {
    on!(db, c => diesel::insert_into(enrolments::table).values(enrolment).execute(c))?;
    Ok(())
}

type Row = (
    Enrolment,
    String,
    String,
    Option<String>,
    Option<Withdrawal>,
);

fn trainee((enrolment, name, id_tail, sex, withdrawal): Row) -> Trainee {
    Trainee {
        enrolment,
        name,
        id_tail,
        sex,
        withdrawal,
        sealed_on: None,
    }
}

/// The day a class's roster was sealed.
pub fn sealed_on(db: &mut Conn, class: &ClassId) -> Found<Option<NaiveDate>> {
    let at = crate::store::seals::roster_day(db, class)?;
    Ok(at.map(|at| crate::ground::clock::beijing(at).date_naive()))
}

macro_rules! trainees {
    () => {
        enrolments::table
            .inner_join(people::table)
            .left_join(withdrawals::table)
    };
}

macro_rules! columns {
    () => {
        (
            Enrolment::as_select(),
            people::name,
            people::id_tail,
            people::sex,
            Option::<Withdrawal>::as_select(),
        )
    };
}

/// Everyone who was ever in the class, in the order of the roster.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<Trainee>> {
    let rows: Vec<Row> = on!(db, c => trainees!().filter(enrolments::class.eq(class))
        .order((enrolments::enrolled_at, enrolments::line, enrolments::id)).select(columns!()).load(c))?;
    let sealed_on = sealed_on(db, class)?;
    let all = rows.into_iter().map(trainee);
    Ok(all.map(|one| Trainee { sealed_on, ..one }).collect())
}

/// One trainee, if her class is in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &EnrolmentId) -> Found<Trainee> {
    let reach = Reach::of(scope);
    let row: Row = on!(db, c => trainees!().inner_join(classes::table.inner_join(institutions::table))
        .filter(enrolments::id.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select(columns!()).first(c))?;
    let one = trainee(row);
    let sealed_on = sealed_on(db, &one.enrolment.class)?;
    Ok(Trainee { sealed_on, ..one })
}

/// Keeps that a trainee left; a second time answers `Taken`.
pub fn withdraw(db: &mut Conn, withdrawal: &Withdrawal) -> Found<()> {
    on!(db, c => diesel::insert_into(withdrawals::table).values(withdrawal).execute(c))?;
    Ok(())
}

/// Keeps, for everyone still in the class, the groups she belongs to on that day. Once, when
/// teaching begins: what a report says later does not change with a person's life.
pub fn snapshot_groups(db: &mut Conn, class: &ClassId, day: NaiveDate) -> Found<usize> {
    let held: Vec<(EnrolmentId, KeyGroup)> = on!(db, c => enrolments::table
        .inner_join(people::table.inner_join(memberships::table)).left_join(withdrawals::table)
        .filter(enrolments::class.eq(class)).filter(withdrawals::enrolment.nullable().is_null())
        .filter(memberships::starts.le(day))
        .filter(memberships::ends.is_null().or(memberships::ends.ge(day)))
        .select((enrolments::id, memberships::key_group)).distinct()
        .order((enrolments::id, memberships::key_group)).load(c))?;
    for part in held.chunks(500) {
        let rows: Vec<_> = part
            .iter()
            .map(|(enrolment, group)| {
                (
                    group_snapshots::enrolment.eq(enrolment),
                    group_snapshots::key_group.eq(group),
                )
            })
            .collect();
        on!(db, c => diesel::insert_into(group_snapshots::table).values(&rows).execute(c))?;
    }
    Ok(held.len())
}

/// The groups each trainee of a class counted in when it began.
pub fn groups_of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<(EnrolmentId, KeyGroup)>> {
    Ok(
        on!(db, c => group_snapshots::table.inner_join(enrolments::table)
        .filter(enrolments::class.eq(class))
        .order((group_snapshots::enrolment, group_snapshots::key_group))
        .select((group_snapshots::enrolment, group_snapshots::key_group)).load(c))?,
    )
}

/// A withdrawal made now.
impl Withdrawal {
    /// Of this enrolment, for this reason, recorded by this account.
    pub fn of(enrolment: &EnrolmentId, reason: &str, by: &AccountId, now: Now) -> Self {
        Self {
            enrolment: enrolment.clone(),
            reason: reason.to_owned(),
            at: now.utc(),
            by: by.clone(),
        }
    }
}
