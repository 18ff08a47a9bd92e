//! 名单核验: a whole list at once. Anyone may ask; the ends of identity numbers are compared and
//! forgotten, the rest is kept sealed for a day under a key only the asker has.

use crate::acts::{Done, Error, Registry, employers, verification};
use crate::domain::certificate::CertificateKind;
use crate::domain::employer::{ALLOWANCE, EmployerId};
use crate::domain::list_check::{self, Claim, LineVerdict, List, ListCheckId, ListState};
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::ground::key;
use crate::ground::reach::Home;
use crate::ground::sheet::{self, Sheet};
use crate::seal::vault::{DataKey, Place};
use crate::store::certificates::{self, Public};
use crate::store::list_checks::{self, ListCheck};
use crate::store::{Conn, employers as store_employers};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
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

    /// How many lines came to each verdict, as far as any did.
    pub fn counts(&self) -> impl Iterator<Item = (LineVerdict, usize)> {
        LineVerdict::ALL.iter().filter_map(|&verdict| {
            let of = |line: &&Line| line.verdict() == verdict;
            let count = self.lines.iter().filter(of).count();
            (count > 0).then_some((verdict, count))
        })
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
        .read(|db| certificates::public_by_numbers(db, &registry.known, &numbers))?;
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
        number: claim
            .number
            .clone()
            .unwrap_or_else(|| claim.written.clone()),
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

/// 公平使用: who asks, and how many wrong lines an hour she may bring. Lines that are right cost
/// nothing, however many; a line nobody's certificate answers to is a guess, and guesses are what
/// enumerating takes. Counted in the database: all servers count together.
#[derive(Clone, Debug)]
pub enum Asker {
    /// Somebody without an account: of her address a keyed fingerprint.
    Stranger([u8; 16]),
    /// An employer with a token; her allowance is a day's.
    Employer(EmployerId),
}

/// Wrong lines an address may bring in an hour.
pub const GUESSES: u32 = 2_000;

/// Somebody without an account. Of her address only a keyed fingerprint is kept, for an hour.
pub fn stranger(registry: &Registry, from: std::net::IpAddr) -> Asker {
    Asker::Stranger(
        registry
            .vault
            .blind_index("list_guesses.who", &Home::of(from).to_string()),
    )
}

/// Whoever brings a token is an employer, and anybody else a stranger.
pub fn asker(registry: &Registry, from: std::net::IpAddr, token: Option<&str>) -> Done<Asker> {
    match token.map(str::trim).filter(|token| !token.is_empty()) {
        Some(token) => Ok(Asker::Employer(employers::bearer(registry, token)?)),
        None => Ok(stranger(registry, from)),
    }
}

/// Counts what a list guessed; too much of it is refused, whatever the rest came to.
pub fn press(registry: &Registry, asker: &Asker, checked: &Checked, now: Now) -> Done<()> {
    let missed = count(checked.missed());
    if missed == 0 {
        return Ok(());
    }
    registry.store.write(|db| match asker {
        Asker::Stranger(who) => press_stranger(db, who, missed, now),
        Asker::Employer(id) => press_employer(db, id, missed, now),
    })
}

fn press_stranger(db: &mut Conn, who: &[u8], missed: i32, now: Now) -> Done<()> {
    let hour = i32::try_from(now.utc().and_utc().timestamp() / 3_600).unwrap_or(i32::MAX);
    let before = list_checks::guessed(db, who, hour)?;
    if i64::from(before) + i64::from(missed) > i64::from(GUESSES) {
        return Err(Refusal::new("list_check.too-many-unknown")
            .at("sheet")
            .with(GUESSES)
            .into());
    }
    Ok(list_checks::guess(db, who, hour, missed)?)
}

fn press_employer(db: &mut Conn, id: &EmployerId, missed: i32, now: Now) -> Done<()> {
    let day = now.day().to_epoch_days();
    let employer = store_employers::of(db, id)?;
    let before = if employer.day == day {
        employer.used
    } else {
        0
    };
    if i64::from(before) + i64::from(missed) > i64::from(ALLOWANCE) {
        return Err(Refusal::new("list_check.allowance-used")
            .at("sheet")
            .with(ALLOWANCE)
            .into());
    }
    Ok(store_employers::used(db, id, day, before + missed)?)
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn place(id: &ListCheckId) -> Place<'_> {
    Place::new("list_checks", "result", id.as_str())
}

/// What a result is found by, and what opens it: both follow from the key in the asker's address,
/// which is not kept. Whoever has the whole database cannot read a list.
fn found_by(key: &ListCheckId) -> Done<(ListCheckId, DataKey)> {
    let derived = |what: &str| {
        Sha256::new()
            .chain_update(what)
            .chain_update([0])
            .chain_update(key.as_str())
            .finalize()
    };
    let mut name = [0; 16];
    name.copy_from_slice(&derived("guildhall list name")[..16]);
    let id = ListCheckId::read(&key::written(&name))
        .ok_or_else(|| Error::fault("a list cannot be named"))?;
    Ok((
        id,
        DataKey::from_bytes(derived("guildhall list key").into()),
    ))
}

/// Begins a list: from now on its key leads to how far it is.
pub fn begin(registry: &Registry, lines: usize, now: Now) -> Done<ListCheckId> {
    let key = ListCheckId::read(&key::secret())
        .ok_or_else(|| Error::fault("a list's key cannot be made"))?;
    let begun = ListCheck {
        id: found_by(&key)?.0,
        lines: count(lines),
        good: 0,
        result: Vec::new(),
        made_at: now.utc(),
        state: ListState::Running.to_string(),
        done: 0,
    };
    registry.store.write(|db| {
        list_checks::begin(db, &begun, now.plus_seconds(-KEPT).utc())?;
        Ok::<_, Error>(())
    })?;
    Ok(key)
}

/// Lines between two notes of how far it is.
const STEP: usize = 1_000;

/// Checks a list that was begun, to its end, and keeps what it came to for a day. Whatever server
/// is asked meanwhile reads from the database how far it is.
pub fn run(
    registry: &Registry,
    key: &ListCheckId,
    asker: &Asker,
    claims: &[Claim],
    now: Now,
) -> Done<()> {
    let (id, seal) = found_by(key)?;
    let ended = checked_in_steps(registry, &id, claims, now).and_then(|checked| {
        press(registry, asker, &checked, now)?;
        let plain =
            serde_json::to_vec(&checked.lines).map_err(|why| Error::fault(why.to_string()))?;
        Ok((count(checked.good()), seal.seal(place(&id), &plain)))
    });
    let (state, good, result) = match &ended {
        Ok((good, result)) => (ListState::Done, *good, result.as_slice()),
        Err(Error::Refused(_)) => (ListState::Refused, 0, [].as_slice()),
        Err(_) => (ListState::Broken, 0, [].as_slice()),
    };
    registry.store.write(|db| {
        list_checks::end(db, &id, state, good, result)?;
        Ok::<_, Error>(())
    })?;
    ended.map(|_| ())
}

fn checked_in_steps(
    registry: &Registry,
    id: &ListCheckId,
    claims: &[Claim],
    now: Now,
) -> Done<Checked> {
    let mut checked = Checked {
        lines: Vec::with_capacity(claims.len()),
        at: now.utc(),
    };
    for some in claims.chunks(STEP) {
        checked.lines.extend(check(registry, some, now)?.lines);
        if checked.lines.len() < claims.len() {
            registry.store.write(|db| {
                list_checks::advance(db, id, count(checked.lines.len()))?;
                Ok::<_, Error>(())
            })?;
        }
    }
    Ok(checked)
}

/// How far a list is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Whether it is at its end.
    pub state: ListState,
    /// Lines checked.
    pub done: i32,
    /// Lines in the list.
    pub lines: i32,
}

/// A list that did not get to its end in so many seconds never will: its server stopped.
const PATIENCE: i64 = 300;

/// How far the list with this key is, for a day.
pub fn progress(registry: &Registry, key: &ListCheckId, now: Now) -> Done<Progress> {
    let kept = kept(registry, &found_by(key)?.0, now)?;
    let state = ListState::read(&kept.state).unwrap_or(ListState::Broken);
    let late = now.utc() - kept.made_at > chrono::Duration::seconds(PATIENCE);
    Ok(Progress {
        state: if state == ListState::Running && late {
            ListState::Broken
        } else {
            state
        },
        done: kept.done,
        lines: kept.lines,
    })
}

fn kept(registry: &Registry, id: &ListCheckId, now: Now) -> Done<ListCheck> {
    let since = now.plus_seconds(-KEPT).utc();
    Ok(registry.store.read(|db| list_checks::of(db, id, since))?)
}

/// The result with this key, once there is one, for a day.
pub fn open(registry: &Registry, key: &ListCheckId, now: Now) -> Done<Checked> {
    let (id, seal) = found_by(key)?;
    let kept = kept(registry, &id, now)?;
    if kept.state != ListState::Done.as_str() {
        return Err(Error::NotFound);
    }
    let plain = seal
        .open(place(&id), &kept.result)
        .map_err(|why| Error::fault(format!("a list's result does not open: {why}")))?;
    let lines = serde_json::from_slice(&plain).map_err(|why| Error::fault(why.to_string()))?;
    Ok(Checked {
        lines,
        at: kept.made_at,
    })
}
