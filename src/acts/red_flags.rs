//! 疑点: looking for them every night, and saying what became of each.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Officer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::domain::red_flag::{
    DispositionId, Limits, RedFlagId, Rule, Verdict, may_dispose, severity,
};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::seal::vault::Place;
use crate::store::red_flags::rules::{self, Finding};
use crate::store::red_flags::{self, Counts, Disposition, Evidence, Flag, Run, Sought};
use crate::store::{Conn, Found, holidays, ledger, people};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;
use std::collections::HashMap;

/// After so long a run that never ended is taken over: its server is gone.
const LOST_AFTER: i64 = 3600;
/// Phones marked in one transaction.
const AT_ONCE: i64 = 500;

/// Looks for flags once a day, whichever server asks first. `None`: somebody did already.
///
/// If the power goes here, what was raised stays, and the next call after an hour looks again;
/// a finding is raised once, however often it is found.
pub fn nightly(registry: &Registry, now: Now) -> Done<Option<i32>> {
    let day = now.day();
    let ours = registry.store.write(|db| -> Done<bool> {
        let free = match red_flags::run_of(db, day)? {
            None => true,
            Some(run) => {
                run.ended_at.is_none() && (now.utc() - run.began_at).num_seconds() >= LOST_AFTER
            }
        };
        if free {
            red_flags::begin_run(db, day, now)?;
        }
        Ok(free)
    })?;
    if !ours {
        return Ok(None);
    }
    let raised = look(registry, &Limits::default(), now)?;
    registry
        .store
        .write(|db| red_flags::end_run(db, day, raised, now))?;
    Ok(Some(raised))
}

/// Looks now, by every rule, and raises what was not known. The number raised.
pub fn look(registry: &Registry, limits: &Limits, now: Now) -> Done<i32> {
    mark_phones(registry)?;
    let mut raised = 0;
    for rule in Rule::ALL {
        let found = registry
            .store
            .read(|db| find(registry, db, *rule, limits))?;
        // One transaction a rule: the pen is never held while a rule is asked.
        raised += registry.store.write(|db| raise(db, *rule, found, now))?;
    }
    Ok(raised)
}

fn find(registry: &Registry, db: &mut Conn, rule: Rule, limits: &Limits) -> Done<Vec<Finding>> {
    let mut found = rules::find(db, rule, limits)?;
    if rule == Rule::F10 {
        let calendar = holidays::calendar(db)?;
        found.retain(|one| {
            if one.variant != "publicity" {
                return true;
            }
            let days = one.a.parse().ok().zip(one.b.parse().ok());
            days.is_none_or(|(opens, closes)| {
                calendar.working_days_between(opens, closes) < registry.settings.publicity_days
            })
        });
    }
    Ok(found)
}

fn raise(db: &mut Conn, rule: Rule, found: Vec<Finding>, now: Now) -> Done<i32> {
    let known = red_flags::known(db, rule)?;
    let mut order = Vec::new();
    let mut grouped: HashMap<(String, String), Vec<Finding>> = HashMap::new();
    for one in found {
        let key = (one.variant.clone(), one.subject.clone());
        if !known.contains(&key) {
            let rows = grouped.entry(key.clone()).or_default();
            if rows.is_empty() {
                order.push(key);
            }
            rows.push(one);
        }
    }
    let mut raised = 0;
    for key in order {
        let rows = grouped.remove(&key).unwrap_or_default();
        let Some(first) = rows.first() else { continue };
        let flag = Flag {
            id: RedFlagId::fresh(now),
            rule,
            variant: first.variant.clone(),
            severity: severity(rule, &first.variant),
            subject: first.subject.clone(),
            region: RegionCode::read(&first.region)
                .ok_or_else(|| Error::fault("a finding is nowhere"))?,
            institution: first.institution.as_deref().and_then(InstitutionId::read),
            facts: serde_json::json!([first.a, first.b, first.c]).to_string(),
            raised_at: now.utc(),
        };
        let mut behind: Vec<_> = rows
            .iter()
            .map(|row| (row.noun.clone(), row.record.clone()))
            .collect();
        behind.sort();
        behind.dedup();
        red_flags::add(db, &flag, &behind)?;
        raised += 1;
    }
    Ok(raised)
}

/// Gives every phone its mark: equal phones have equal marks, and no mark tells the phone.
fn mark_phones(registry: &Registry) -> Done<()> {
    loop {
        let some = registry
            .store
            .read(|db| red_flags::unmarked_phones(db, AT_ONCE))?;
        if some.is_empty() {
            return Ok(());
        }
        registry.store.write(|db| -> Done<()> {
            let ids: Vec<_> = some.iter().map(|(id, _)| id.clone()).collect();
            let keys: HashMap<_, _> = people::wrapped_keys(db, &ids)?.into_iter().collect();
            for (id, sealed) in &some {
                let key = keys.get(id).and_then(|wrapped| {
                    let place = Place::new("person_keys", "wrapped", id.as_str());
                    registry.vault.unwrap(wrapped, place).ok()
                });
                let place = Place::new("people", "phone_sealed", id.as_str());
                let phone = key.and_then(|key| key.open(place, sealed).ok());
                // Whoever was erased, or cannot be opened, is alone with her mark.
                let mark = phone.map_or_else(
                    || id.to_string(),
                    |phone| {
                        let phone = String::from_utf8_lossy(&phone).into_owned();
                        HEXLOWER.encode(&registry.vault.blind_index("person.phone", &phone))
                    },
                );
                red_flags::mark_phone(db, id, sealed, &mark)?;
            }
            Ok(())
        })?;
    }
}

/// What an officer says of a flag.
#[derive(Clone, Debug)]
pub struct Word {
    /// 核实 or 排除.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// 追回金额, in fen.
    pub recovered_fen: i64,
}

/// An officer says what a flag came to. She may think again: the last word counts, all stay.
pub fn dispose(
    registry: &Registry,
    officer: &Officer,
    id: &RedFlagId,
    word: Word,
    now: Now,
) -> Done<()> {
    may_dispose(word.verdict, &word.reason, word.recovered_fen)?;
    registry.store.write(|db| {
        let flag = red_flags::of(db, officer.region(), id)?;
        let before = red_flags::dispositions_of(db, id)?;
        let turn = before.last().map_or(0, |last| last.turn) + 1;
        let disposition = Disposition {
            id: DispositionId::fresh(now),
            flag: id.clone(),
            turn,
            verdict: word.verdict,
            reason: text::tidy(&word.reason),
            recovered_fen: word.recovered_fen,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        red_flags::dispose(db, &disposition)?;
        let deed = match word.verdict {
            Verdict::Confirmed => Deed::RedFlagConfirmed,
            Verdict::Dismissed => Deed::RedFlagDismissed,
        };
        let fen = word.recovered_fen.to_string();
        let facts = [
            ("rule", flag.rule.as_str()),
            ("recovered_fen", fen.as_str()),
        ];
        ledger::enter(
            db,
            officer.actor(),
            deed,
            flag.institution.as_ref(),
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// A list of flags: each with its last word, and how the rules stand.
pub struct Listed {
    /// The flags.
    pub slice: Slice<(Flag, Option<Verdict>)>,
    /// Open flags of each rule that has any.
    pub open: Vec<(Rule, i64)>,
    /// The last nightly run.
    pub last: Option<Run>,
}

/// The flags of an overseer's region.
pub fn list(
    registry: &Registry,
    overseer: &Overseer,
    sought: &Sought,
    window: Window,
) -> Done<Listed> {
    registry.store.read(|db| {
        let slice = red_flags::list(db, overseer.region(), sought, window)?;
        let ids: Vec<_> = slice.rows.iter().map(|flag| flag.id.clone()).collect();
        let words = red_flags::last_words(db, &ids)?;
        let words: HashMap<_, _> = words
            .into_iter()
            .map(|one| (one.flag, one.verdict))
            .collect();
        Ok(Listed {
            slice: slice.map(|flag| {
                let word = words.get(&flag.id).copied();
                (flag, word)
            }),
            open: red_flags::by_rule(db, overseer.region())?,
            last: red_flags::last_run(db)?,
        })
    })
}

/// One flag, the rows behind it, what was said, and by whom.
pub struct Opened {
    /// The flag.
    pub flag: Flag,
    /// The rows.
    pub rows: Vec<Evidence>,
    /// What was said, oldest first.
    pub words: Vec<Disposition>,
    /// The deeds about it.
    pub deeds: Vec<ledger::Line>,
}

/// One flag of an overseer's region.
pub fn show(registry: &Registry, overseer: &Overseer, id: &RedFlagId) -> Done<Opened> {
    registry.store.read(|db| {
        Ok(Opened {
            flag: red_flags::of(db, overseer.region(), id)?,
            rows: red_flags::evidence(db, id)?,
            words: red_flags::dispositions_of(db, id)?,
            deeds: ledger::of(db, "red_flag", id.as_str())?,
        })
    })
}

/// 疑点n条、核实m条、追回x元: what was raised in `[from, to)`, and said of it before `to`, in UTC.
pub fn counts(
    db: &mut Conn,
    region: Option<&RegionCode>,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Found<Counts> {
    red_flags::counts(db, region, from, to)
}
