//! 行的写法: how each kind of row is written before it is hashed. Times are microseconds since 1970
//! in UTC, days are ISO 8601, keys are the registry's own; a column that is empty is `null`.

use crate::acts::outcomes::Judged;
use crate::acts::seals::Row;
use crate::domain::assessment::{Part, PartMark};
use crate::store::candidates::Carried;
use crate::store::enrolments::Enrolment;
use crate::store::ledger::Line;
use crate::store::marks::Signature;
use crate::store::rosters::{Admission, Roster};
use crate::store::seals::{Attended, Given};
use crate::store::sittings::Sitting;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

fn micros(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp_micros()
}

fn row(key: String, body: Value) -> Row {
    Row {
        key,
        body,
        told: None,
    }
}

/// 考勤
pub fn attendance(it: &Attended) -> Row {
    let one = &it.entry;
    row(
        format!("attendances {}", one.id),
        json!({
            "id": one.id, "class": it.class.as_str(), "lesson": one.lesson.as_str(),
            "day": it.day.to_string(), "half": it.half.as_str(), "hours": it.hours,
            "enrolment": one.enrolment.as_str(), "person": it.person.as_str(), "turn": one.turn,
            "presence": one.presence.as_str(), "late": one.late, "at": micros(one.at), "by": one.by.as_str(),
        }),
    )
}

/// 成绩
pub fn mark((one, seat, person, sitting): &Given) -> Row {
    row(
        format!("marks {}", one.id),
        json!({
            "id": one.id.as_str(), "sitting": sitting.as_str(), "candidate": one.candidate.as_str(),
            "seat": seat, "person": person.as_str(), "part": one.part.as_str(),
            "assessor": one.assessor.as_str(), "version": one.version, "tenths": one.tenths,
            "absent": one.absent, "reason": one.reason, "at": micros(one.at), "by": one.by.as_str(),
        }),
    )
}

/// 成绩签字
pub fn signature(one: &Signature) -> Row {
    let key = format!(
        "mark_signatures {}/{}/{}",
        one.sitting,
        one.assessor,
        one.part.as_str()
    );
    row(
        key,
        json!({
            "sitting": one.sitting.as_str(), "assessor": one.assessor.as_str(), "part": one.part.as_str(),
            "digest": one.digest, "at": micros(one.at), "by": one.by.as_str(),
        }),
    )
}

/// 评价批次
pub fn sitting(one: &Sitting) -> Row {
    row(
        format!("sittings {}", one.id),
        json!({
            "id": one.id.as_str(), "institution": one.institution.as_str(), "name": one.name,
            "occupation": one.occupation.to_string(), "work_type": one.work_type,
            "level": one.level.as_str(), "day": one.day.to_string(), "place": one.place,
        }),
    )
}

/// 评价结论: a candidate, what she brought along, and what her marks came to.
pub fn result(judged: &Judged, carried: &[Carried], marks: Vec<String>) -> Row {
    let one = &judged.listed.candidate;
    let mut kept: Vec<&Carried> = carried
        .iter()
        .filter(|kept| kept.candidate == one.id)
        .collect();
    kept.sort_by_key(|kept| kept.part.as_str());
    let brought: Vec<Value> = kept
        .iter()
        .map(|kept| json!({ "part": kept.part.as_str(), "origin": kept.origin.as_str(), "tenths": kept.tenths }))
        .collect();
    let told = |(part, mark): (Part, Option<PartMark>)| match mark {
        None => json!({ "part": part.as_str() }),
        Some(PartMark::Absent) => json!({ "part": part.as_str(), "absent": true }),
        Some(PartMark::Scored(score)) => {
            json!({ "part": part.as_str(), "tenths": score.in_tenths() })
        }
    };
    let parts: Vec<Value> = judged
        .parts
        .iter()
        .map(|part| told((part.part, part.mark)))
        .collect();
    Row {
        key: format!("candidates {}", one.id),
        body: json!({
            "id": one.id.as_str(), "sitting": one.sitting.as_str(), "person": one.person.as_str(),
            "enrolment": one.enrolment.as_ref().map(|it| it.as_str()), "seat": one.seat,
            "clause": one.clause, "parts": one.parts, "carried": brought, "results": parts,
            "passed": judged.outcome.passed(), "marks": marks,
            "entered_at": micros(one.entered_at), "entered_by": one.entered_by.as_str(),
        }),
        told: Some(json!(marks)),
    }
}

/// 花名册
pub fn roster(one: &Roster) -> Row {
    row(
        format!("rosters {}", one.id),
        json!({
            "id": one.id.as_str(), "class": one.class.as_str(), "file_name": one.file_name,
            "digest": one.digest, "lines": one.lines, "refused": one.refused, "warned": one.warned,
            "uploaded_at": micros(one.uploaded_at), "uploaded_by": one.uploaded_by.as_str(),
        }),
    )
}

/// 花名册行: the line as it was written, not as it is sealed; `null` when its seal does not open.
pub fn roster_line(
    roster: &str,
    line: i32,
    name: &str,
    findings: &str,
    verdict: &str,
    written: Option<&[u8]>,
) -> Row {
    row(
        format!("roster_lines {roster}/{line}"),
        json!({
            "roster": roster, "line": line, "name": name, "findings": findings, "verdict": verdict,
            "written": written.map(String::from_utf8_lossy),
        }),
    )
}

/// 录取
pub fn admission(one: &Admission) -> Row {
    row(
        format!("admissions {}", one.roster),
        json!({
            "roster": one.roster.as_str(), "admitted": one.admitted, "at": micros(one.at), "by": one.by.as_str(),
        }),
    )
}

/// 学员
pub fn enrolment(one: &Enrolment) -> Row {
    row(
        format!("enrolments {}", one.id),
        json!({
            "id": one.id.as_str(), "class": one.class.as_str(), "person": one.person.as_str(),
            "roster": one.roster, "line": one.line, "at": micros(one.enrolled_at), "by": one.enrolled_by.as_str(),
        }),
    )
}

/// 记事
pub fn deed(one: &Line) -> Row {
    row(
        format!("deeds {}", one.id),
        json!({
            "id": one.id.as_str(), "at": micros(one.at), "kind": one.kind, "account": one.account,
            "actor": one.actor, "institution": one.institution.as_ref().map(|it| it.as_str()),
            "noun": one.noun, "subject": one.subject, "facts": one.facts,
        }),
    )
}
