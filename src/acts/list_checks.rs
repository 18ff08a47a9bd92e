//! 名单核验: a whole list at once. Anyone may ask; the ends of identity numbers are compared and
//! forgotten, the rest is kept sealed for a day under a key only the asker has.

use crate::acts::{Done, Error, Registry, verification};
use crate::domain::certificate::CertificateKind;
use crate::domain::list_check::{self, Claim, LineVerdict, List, ListCheckId};
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::ground::sheet::{self, Sheet};
use crate::seal::vault::Place;
use crate::store::certificates::{self, Public};
use crate::store::list_checks::{self, ListCheck};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Seconds a result is kept: a day.
pub const KEPT: i64 = 86_400;

/// What one line came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Where it stands in the list, from 1.
    pub row: u32,
    /// The number as written, or as the register writes it.
    pub number: String,
    /// 姓名 as the list says.
    pub name: String,
    /// The verdict's code.
    pub verdict: String,
    /// What is certified: only of one that is whose the line says.
    pub certified: Option<Certified>,
}

/// What a certificate that was found certifies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Certified {
    /// 职业 or course.
    pub occupation: String,
    /// 等级; empty when it has none.
    pub level: String,
    /// 发证日期
    pub issued_on: NaiveDate,
    /// 有效期至
    pub expires_on: Option<NaiveDate>,
    /// 发证机构
    pub issuer: String,
    /// When it was revoked or replaced.
    pub ended_on: Option<NaiveDate>,
}

impl Line {
    /// The verdict.
    pub fn verdict(&self) -> LineVerdict {
        LineVerdict::read(&self.verdict).unwrap_or(LineVerdict::NotFound)
    }
}

/// A list and what it came to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What each line came to, in the order of the list.
    pub lines: Vec<Line>,
    /// When, in UTC.
    pub at: NaiveDateTime,
}

impl Checked {
    /// How many lines are in force.
    pub fn good(&self) -> usize {
        let good = |line: &&Line| line.verdict == LineVerdict::Valid.as_str();
        self.lines.iter().filter(good).count()
    }

    /// How many lines guessed: a number that is nobody's, or another's.
    pub fn missed(&self) -> usize {
        let missed = |line: &&Line| line.verdict == LineVerdict::NotFound.as_str();
        self.lines.iter().filter(missed).count()
    }
}

/// Reads a list from a file or a paste.
pub fn read(bytes: &[u8]) -> Done<(Sheet, List)> {
    let sheet = sheet::read(bytes)?;
    let list = list_check::read(&sheet)?;
    Ok((sheet, list))
}

/// Checks every line: a few queries for all, then the signatures on every core.
pub fn check(registry: &Registry, claims: &[Claim], now: Now) -> Done<Checked> {
    let mut numbers: Vec<String> = claims
        .iter()
        .filter(|claim| claim.hopeless().is_none())
        .filter_map(|claim| claim.number.clone())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let found = registry
        .store
        .read(|db| certificates::public_by_numbers(db, &numbers))?;
    let sound = soundness(&found);
    let known: HashMap<&str, (&Public, bool)> = found
        .iter()
        .zip(sound)
        .map(|(public, sound)| (public.certificate.number.as_str(), (public, sound)))
        .collect();
    let lines = claims
        .iter()
        .map(|claim| {
            let number = claim.number.as_deref();
            let known = number.and_then(|number| known.get(number)).copied();
            line(claim, known, now.day())
        })
        .collect();
    Ok(Checked {
        lines,
        at: now.utc(),
    })
}

fn line(claim: &Claim, known: Option<(&Public, bool)>, today: NaiveDate) -> Line {
    let mut line = Line {
        row: claim.row,
        number: claim.number.clone().unwrap_or_else(|| claim.written.clone()),
        name: claim.name.clone(),
        verdict: LineVerdict::NotFound.to_string(),
        certified: None,
    };
    if let Some(verdict) = claim.hopeless() {
        line.verdict = verdict.to_string();
        return line;
    }
    let Some((public, sound)) = known else {
        return line;
    };
    let certificate = &public.certificate;
    if !claim.is_of(&certificate.holder, &certificate.id_tail) {
        return line;
    }
    if !sound {
        line.verdict = LineVerdict::Mismatch.to_string();
        return line;
    }
    let standing = public.after.standing(certificate.expires_on, today);
    line.verdict = LineVerdict::of(&standing).to_string();
    let ended = public.after.revoked.as_ref().map(|(at, _)| *at);
    let ended = ended.or_else(|| public.after.replaced.as_ref().map(|(at, _)| *at));
    let what = match certificate.kind {
        CertificateKind::Level => certificate.work_type.as_ref(),
        CertificateKind::Completion => certificate.course_name.as_ref(),
    };
    line.certified = Some(Certified {
        occupation: what.unwrap_or(&certificate.occupation_name).clone(),
        level: certificate.level.map_or("", SkillLevel::as_str).to_owned(),
        issued_on: certificate.issued_on,
        expires_on: certificate.expires_on,
        issuer: public.issuer.0.clone(),
        ended_on: ended.map(|at| crate::ground::clock::beijing(at).date_naive()),
    });
    line
}

/// Whether each record is what was signed.
fn soundness(found: &[Public]) -> Vec<bool> {
    let sound = |public: &Public| {
        let checks = verification::check(public);
        checks.content && checks.issuer
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = found.len().div_ceil(cores).max(64);
    std::thread::scope(|scope| {
        let workers: Vec<_> = found
            .chunks(share)
            .map(|some| scope.spawn(move || some.iter().map(sound).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    })
}

fn place(id: &ListCheckId) -> Place<'_> {
    Place::new("list_checks", "result", id.as_str())
}

/// Keeps a result for a day.
pub fn keep(registry: &Registry, checked: &Checked, now: Now) -> Done<ListCheckId> {
    let id = ListCheckId::fresh(now);
    let plain = serde_json::to_vec(&checked.lines).map_err(|why| Error::fault(why.to_string()))?;
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let kept = ListCheck {
        lines: count(checked.lines.len()),
        good: count(checked.good()),
        result: registry.vault.seal_own(place(&id), &plain),
        made_at: checked.at,
        id: id.clone(),
    };
    registry.store.write(|db| {
        list_checks::keep(db, &kept, now.plus_seconds(-KEPT).utc())?;
        Ok::<_, Error>(())
    })?;
    Ok(id)
}

/// The result with this key, for a day.
pub fn open(registry: &Registry, id: &ListCheckId, now: Now) -> Done<Checked> {
    let since = now.plus_seconds(-KEPT).utc();
    let kept = registry.store.read(|db| list_checks::of(db, id, since))?;
    let plain = registry
        .vault
        .open_own(place(id), &kept.result)
        .map_err(|why| Error::fault(format!("a list's result does not open: {why}")))?;
    let lines = serde_json::from_slice(&plain).map_err(|why| Error::fault(why.to_string()))?;
    Ok(Checked {
        lines,
        at: kept.made_at,
    })
}
