//! 所获证书: what a class's trainees earned with it.

use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::occupation::OccupationCode;
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::schema::{
    candidates, certificate_prints, certificates, corrections, enrolments, institutions,
    key_events, open_holds, renewed_revocations, replacements, restorations, revocation_proposals,
    revocations,
};
use crate::store::certificates::fate::{After, AfterRow, after};
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A certificate somebody has from a class: for having finished it, or from an assessment she sat
/// as its trainee. Where it was replaced, the last in its place.
#[derive(Clone, Debug)]
pub struct Earned {
    /// Whose.
    pub enrolment: EnrolmentId,
    /// Its key.
    pub id: CertificateId,
    /// Which of the two it is.
    pub kind: CertificateKind,
    /// 职业
    pub occupation: Option<OccupationCode>,
    /// 等级
    pub level: Option<SkillLevel>,
    /// The day the first in its place was issued.
    pub issued_on: NaiveDate,
    /// 有效期至
    pub expires_on: Option<NaiveDate>,
    /// What became of it.
    pub after: After,
}

type EarnedRow = (
    (
        CertificateId,
        CertificateKind,
        Option<OccupationCode>,
        Option<SkillLevel>,
        NaiveDate,
        Option<NaiveDate>,
    ),
    AfterRow,
);

macro_rules! earned_columns {
    () => {
        (
            (
                certificates::id,
                certificates::kind,
                certificates::occupation,
                certificates::level,
                certificates::issued_on,
                certificates::expires_on,
            ),
            fate_columns!(),
        )
    };
}

fn earned(enrolment: EnrolmentId, (row, fate): EarnedRow) -> Earned {
    let (id, kind, occupation, level, issued_on, expires_on) = row;
    Earned {
        enrolment,
        id,
        kind,
        occupation,
        level,
        issued_on,
        expires_on,
        after: after(fate),
    }
}

/// What a class's trainees have from it.
pub fn earned_in(db: &mut Conn, class: &ClassId) -> Found<Vec<Earned>> {
    let finished: Vec<(EnrolmentId, EarnedRow)> = on!(db, c => with_fate!()
        .inner_join(enrolments::table.on(enrolments::id.nullable().eq(certificates::enrolment)))
        .filter(enrolments::class.eq(class)).order(certificates::id)
        .select((enrolments::id, earned_columns!())).load(c))?;
    let assessed: Vec<(EnrolmentId, EarnedRow)> = on!(db, c => with_fate!()
        .inner_join(candidates::table.on(candidates::id.nullable().eq(certificates::candidate)))
        .inner_join(enrolments::table.on(enrolments::id.nullable().eq(candidates::enrolment)))
        .filter(enrolments::class.eq(class)).order(certificates::id)
        .select((enrolments::id, earned_columns!())).load(c))?;
    let mut found = Vec::new();
    for (enrolment, row) in finished.into_iter().chain(assessed) {
        let mut one = earned(enrolment, row);
        while let Some((_, successor)) = one.after.replaced.clone() {
            let row: EarnedRow = on!(db, c => with_fate!().filter(certificates::id.eq(&successor))
                .select(earned_columns!()).first(c))?;
            one = Earned {
                issued_on: one.issued_on,
                ..earned(one.enrolment, row)
            };
        }
        found.push(one);
    }
    Ok(found)
}
