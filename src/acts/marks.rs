//! 成绩: assessors record, sign and correct marks, each her own alone.

use crate::acts::candidates::given_by;
use crate::acts::seals::{self, Sealed, sheets};
use crate::acts::sittings::enter;
use crate::acts::{Done, Registry, outcomes, publicity};
use crate::domain::account::{OnDuty, Scope};
use crate::domain::assessment::{
    CandidateId, MarkId, Misstep, Part, PartMark, SittingId, SittingState, Unmarkable, may_correct,
    may_record, may_sign, read_parts,
};
use crate::domain::assessor::AssessorId;
use crate::domain::deed::Deed;
use crate::domain::log_event::LogKind;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::candidates::{self, Listed};
use crate::store::marks::{self, Mark, Signature};
use crate::store::sittings::{self, Filter, Listed as ListedSitting, Sitting};
use crate::store::{Conn, milestones, panels};
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// One candidate on an assessor's sheet.
#[derive(Clone, Debug)]
pub struct Line {
    /// The candidate.
    pub listed: Listed,
    /// The parts of hers that this assessor marks, and the mark given so far.
    pub marks: Vec<(Part, Option<PartMark>)>,
    /// Counts up with every change of these marks.
    pub version: i64,
    /// 补录: when the last of them was entered, if that was after the day of the assessment.
    pub late: Option<NaiveDateTime>,
}

/// An assessor's sheet in one sitting: her parts, her candidates, her marks; nobody else's.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Whose it is.
    pub assessor: AssessorId,
    /// The sitting.
    pub sitting: Sitting,
    /// The name of its institution.
    pub institution: String,
    /// The parts she marks.
    pub parts: Vec<Part>,
    /// Her candidates by seat.
    pub lines: Vec<Line>,
    /// Her signatures.
    pub signatures: Vec<Signature>,
    /// When it was sealed in the public log, the oldest first: at her signature, and at each
    /// correction after it.
    pub seals: Vec<Sealed>,
}

impl Sheet {
    /// Whether she has signed all her parts.
    pub fn is_signed(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// Marks still wanting.
    pub fn missing(&self) -> usize {
        let marks = self.lines.iter().flat_map(|line| &line.marks);
        marks.filter(|(_, mark)| mark.is_none()).count()
    }
}

/// What an assessor enters for one candidate.
#[derive(Clone, Debug)]
pub struct Given {
    /// To whom.
    pub candidate: CandidateId,
    /// The version of the line she saw.
    pub version: i64,
    /// Part by part; none takes a mark back.
    pub marks: Vec<(Part, Option<PartMark>)>,
}

/// What she has signed: the receipt of it.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// For which part.
    pub part: Part,
    /// SHA-256 over her lines, in hexadecimal.
    pub digest: String,
    /// Whether hers was the last signature of the sitting.
    pub last: bool,
}

/// The sittings on whose panel she is, the latest day first.
pub fn mine(
    registry: &Registry,
    on_duty: &OnDuty,
    filter: &Filter,
    window: Window,
) -> Done<Slice<ListedSitting>> {
    let scope = &on_duty.actor().scope;
    Ok(registry
        .store
        .read(|db| sittings::all(db, scope, filter, window))?)
}

/// What she has signed, the newest first.
pub fn signed(registry: &Registry, on_duty: &OnDuty) -> Done<Vec<(Signature, Sitting)>> {
    Ok(registry
        .store
        .read(|db| marks::signed_by(db, on_duty.assessor()))?)
}

/// Her sheet in one sitting; there is none before the marking is opened.
pub fn sheet(registry: &Registry, on_duty: &OnDuty, id: &SittingId) -> Done<Sheet> {
    registry.store.read(|db| load(db, on_duty.assessor(), id))
}

fn load(db: &mut Conn, assessor: &AssessorId, id: &SittingId) -> Done<Sheet> {
    let scope = Scope::Assessor(assessor.clone());
    let (sitting, institution) = sittings::of(db, &scope, id)?;
    let parts = panels::parts_of(db, id, assessor)?;
    let own: Vec<Mark> = marks::of(db, id)?
        .into_iter()
        .filter(|mark| mark.assessor == *assessor)
        .collect();
    let lines = candidates::of(db, id)?
        .into_iter()
        .filter_map(|listed| {
            let entered = read_parts(&listed.candidate.parts);
            let hers = |part: &&Part| entered.contains(part);
            let found = |part: &Part| {
                own.iter()
                    .find(|mark| mark.candidate == listed.candidate.id && mark.part == *part)
            };
            let marks: Vec<_> = parts
                .iter()
                .filter(hers)
                .map(|part| (*part, found(part).and_then(given_by)))
                .collect();
            let versions = parts
                .iter()
                .filter_map(found)
                .map(|mark| i64::from(mark.version));
            let version = versions.sum();
            let at = parts.iter().filter_map(found).map(|mark| mark.at);
            let late = outcomes::late(sitting.day, at);
            (!marks.is_empty()).then_some(Line {
                late,
                listed,
                marks,
                version,
            })
        })
        .collect();
    let signatures = marks::signatures_of(db, id)?
        .into_iter()
        .map(|(signature, _)| signature)
        .filter(|signature| signature.assessor == *assessor)
        .collect();
    let seals = seals::of(db, LogKind::Sheet, &sheets::subject_of(id, assessor))?;
    Ok(Sheet {
        seals,
        assessor: assessor.clone(),
        sitting,
        institution,
        parts,
        lines,
        signatures,
    })
}

/// She records marks: only what changed becomes a new version. A line that somebody changed since
/// she saw it is refused, and nothing of the rest is kept.
pub fn record(
    registry: &Registry,
    on_duty: &OnDuty,
    id: &SittingId,
    given: &[Given],
    now: Now,
) -> Done<usize> {
    registry.store.write(|db| {
        let sheet = load(db, on_duty.assessor(), id)?;
        in_marking(&sheet.sitting)?;
        let mut rows = Vec::new();
        for one in given {
            let line = line_of(&sheet, &one.candidate)?;
            let before = rows.len();
            for (part, mark) in &one.marks {
                let seen = seen(&sheet, line, *part, now)?;
                if seen != *mark {
                    rows.push(version(db, &sheet, on_duty, line, *part, *mark, None, now)?);
                }
            }
            if rows.len() > before && one.version != line.version {
                let refusal = Refusal::new("mark.changed-meanwhile");
                return Err(refusal.with(&line.listed.name).into());
            }
        }
        if rows.is_empty() {
            return Ok(0);
        }
        marks::add(db, &rows)?;
        let n = rows.len().to_string();
        enter(
            db,
            on_duty,
            Deed::MarkRecorded,
            &sheet.sitting,
            &[("marks", &n)],
            now,
        )?;
        Ok(rows.len())
    })
}

/// Marks are given while the sitting is being marked.
fn in_marking(sitting: &Sitting) -> Result<(), Misstep> {
    match sitting.state {
        SittingState::Marking => Ok(()),
        from => Err(Misstep {
            from,
            to: SittingState::Marked,
        }),
    }
}

fn line_of<'a>(sheet: &'a Sheet, candidate: &CandidateId) -> Result<&'a Line, Refusal> {
    sheet
        .lines
        .iter()
        .find(|line| line.listed.candidate.id == *candidate)
        .ok_or_else(|| Refusal::new("mark.candidate-unknown"))
}

/// The mark a line holds for a part, if a mark may be recorded there at all.
fn seen(sheet: &Sheet, line: &Line, part: Part, now: Now) -> Result<Option<PartMark>, Unmarkable> {
    let found = line.marks.iter().find(|(own, _)| *own == part);
    may_record(
        sheet.sitting.day,
        now.day(),
        sheet.parts.contains(&part),
        found.is_some(),
        sheet
            .signatures
            .iter()
            .any(|signature| signature.part == part),
        part,
    )?;
    Ok(found.and_then(|(_, mark)| *mark))
}

#[expect(
    clippy::too_many_arguments,
    reason = "the columns of one row, told once"
)]
fn version(
    db: &mut Conn,
    sheet: &Sheet,
    on_duty: &OnDuty,
    line: &Line,
    part: Part,
    mark: Option<PartMark>,
    reason: Option<String>,
    now: Now,
) -> Done<Mark> {
    let candidate = &line.listed.candidate.id;
    let last = marks::last_version(db, candidate, part, on_duty.assessor())?;
    let (tenths, absent) = match mark {
        Some(PartMark::Scored(score)) => (Some(score.in_tenths()), false),
        Some(PartMark::Absent) => (None, true),
        None => (None, false),
    };
    debug_assert_eq!(line.listed.candidate.sitting, sheet.sitting.id);
    Ok(Mark {
        id: MarkId::fresh(now),
        candidate: candidate.clone(),
        part,
        assessor: on_duty.assessor().clone(),
        version: last + 1,
        tenths,
        absent,
        reason,
        at: now.utc(),
        by: on_duty.actor().account.clone(),
    })
}

/// She signs all her parts, having typed how many candidates she judged. Her marks are locked; the
/// receipt is a digest over exactly the lines she was shown. With the last signature of the panel
/// the sitting is marked.
pub fn sign(
    registry: &Registry,
    on_duty: &OnDuty,
    id: &SittingId,
    heads: usize,
    shown: &str,
    now: Now,
) -> Done<Vec<Receipt>> {
    registry.store.write(|db| {
        let sheet = load(db, on_duty.assessor(), id)?;
        in_marking(&sheet.sitting)?;
        let missing = i64::try_from(sheet.missing()).unwrap_or(i64::MAX);
        let mut receipts = Vec::new();
        for part in sheet.parts.iter().copied() {
            if !sheet
                .lines
                .iter()
                .any(|line| line.marks.iter().any(|(own, _)| *own == part))
            {
                continue;
            }
            may_sign(true, sheet.is_signed(), missing, part)?;
            receipts.push(Receipt {
                part,
                digest: digest(&sheet, part),
                last: false,
            });
        }
        if receipts.is_empty() {
            return Err(Refusal::new("mark.nothing-to-sign").into());
        }
        if heads != sheet.lines.len() {
            let refusal = Refusal::new("mark.count-wrong").at("heads");
            return Err(refusal.with(heads).with(sheet.lines.len()).into());
        }
        if shown != self::shown(&sheet) {
            return Err(Refusal::new("mark.changed-since-shown").into());
        }
        for receipt in &receipts {
            marks::sign(
                db,
                &Signature {
                    sitting: id.clone(),
                    assessor: on_duty.assessor().clone(),
                    part: receipt.part,
                    digest: receipt.digest.clone(),
                    at: now.utc(),
                    by: on_duty.actor().account.clone(),
                },
            )?;
            let facts = [("part", receipt.part.as_str()), ("digest", &receipt.digest)];
            enter(db, on_duty, Deed::MarkSigned, &sheet.sitting, &facts, now)?;
        }
        sheets::seal(db, registry, &sheet.sitting, on_duty.assessor(), now)?;
        let last = conclude(db, on_duty, &sheet.sitting, now)?;
        if last {
            sheets::seal_results(db, registry, &sheet.sitting, now)?;
        }
        for receipt in &mut receipts {
            receipt.last = last;
        }
        Ok(receipts)
    })
}

/// The last signature makes the sitting marked.
fn conclude(db: &mut Conn, on_duty: &OnDuty, sitting: &Sitting, now: Now) -> Done<bool> {
    let listed = candidates::of(db, &sitting.id)?;
    let panel = panels::of(db, &sitting.id)?;
    let signatures = marks::signatures_of(db, &sitting.id)?;
    let all = outcomes::to_sign(&panel, &listed).iter().all(|member| {
        signatures.iter().any(|(signature, _)| {
            signature.assessor == member.assessor && signature.part == member.part
        })
    });
    if all {
        let by = &on_duty.actor().account;
        sittings::advance(db, sitting, SittingState::Marked, None, by, now)?;
        enter(db, on_duty, Deed::SittingMarked, sitting, &[], now)?;
        milestones::reach(db, "assessed", sitting.id.as_str(), now.utc(), by)?;
    }
    Ok(all)
}

/// What a signature is over: the sitting, the assessor and the part, then every line: seat,
/// candidate, tenths or `absent`. Keys, seats and marks only; no name.
fn digest(sheet: &Sheet, part: Part) -> String {
    let mut lines = format!("{}\n{}\n{part}\n", sheet.sitting.id, sheet.assessor);
    for line in &sheet.lines {
        for (_, mark) in line.marks.iter().filter(|(own, _)| *own == part) {
            let candidate = &line.listed.candidate;
            let mark = match mark {
                Some(PartMark::Scored(score)) => score.in_tenths().to_string(),
                Some(PartMark::Absent) => "absent".to_owned(),
                None => String::new(),
            };
            let _ = writeln!(lines, "{}|{}|{mark}", candidate.seat, candidate.id);
        }
    }
    data_encoding::HEXLOWER.encode(&Sha256::digest(lines.as_bytes()))
}

/// A digest over all her lines: carried from the page she was shown to the signature under it.
pub fn shown(sheet: &Sheet) -> String {
    let digests: Vec<_> = sheet
        .parts
        .iter()
        .map(|part| digest(sheet, *part))
        .collect();
    data_encoding::HEXLOWER.encode(&Sha256::digest(digests.join("\n").as_bytes()))
}

/// She corrects a signed mark of her own and says why. The old value stays on record. Once the
/// publicity is over and settled, nothing moves any more.
pub fn correct(
    registry: &Registry,
    on_duty: &OnDuty,
    id: &SittingId,
    candidate: &CandidateId,
    part: Part,
    mark: PartMark,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    registry.store.write(|db| {
        let sheet = load(db, on_duty.assessor(), id)?;
        let line = line_of(&sheet, candidate)?;
        let signed = sheet
            .signatures
            .iter()
            .any(|signature| signature.part == part);
        may_correct(sheet.parts.contains(&part), signed, &reason, part)?;
        publicity::still_open(db, &sheet.sitting, now)?;
        let found = line.marks.iter().find(|(own, _)| *own == part);
        let Some((_, before)) = found else {
            return Err(Unmarkable::NotEntered { part }.into());
        };
        if *before == Some(mark) {
            return Err(Refusal::new("mark.unchanged").at("mark").into());
        }
        let row = version(
            db,
            &sheet,
            on_duty,
            line,
            part,
            Some(mark),
            Some(reason.clone()),
            now,
        )?;
        marks::add(db, std::slice::from_ref(&row))?;
        let n = row.version.to_string();
        let seat = line.listed.candidate.seat.as_str();
        let facts = [
            ("seat", seat),
            ("part", part.as_str()),
            ("version", &n),
            ("reason", &reason),
        ];
        enter(
            db,
            on_duty,
            Deed::MarkCorrected,
            &sheet.sitting,
            &facts,
            now,
        )?;
        sheets::seal_correction(db, registry, &sheet.sitting, &row, now)?;
        // Before the last signature there are no results yet.
        if sheet.sitting.state == SittingState::Marking {
            return Ok(());
        }
        sheets::seal_results(db, registry, &sheet.sitting, now)
    })
}
