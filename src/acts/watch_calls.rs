//! 通知: finds out what became of watched certificates, and tells it. Several servers may do so at once: what
//! is found, and who makes which call, is settled in the database.

use crate::acts::watch_ways::{Post, place};
use crate::acts::watches::{forgotten, secret_of, verdict_of};
use crate::acts::{Done, Error, Registry, callers, receipts};
use crate::domain::list_check::LineVerdict;
use crate::domain::log_event::LogKind;
use crate::domain::watch::{CallId, CallState, WatchId, Way, again_after};
use crate::ground::clock::{Now, beijing};
use crate::store::Conn;
use crate::store::certificates::{self, Known};
use crate::store::log::{self, PUBLIC};
use crate::store::watch_calls::{self, Call};
use crate::store::watches::{self, Watched};
use serde_json::json;
use std::collections::HashMap;

/// Places of the log looked at in one step.
const STEP: i64 = 1_000;
/// Calls one server makes in one round.
const ROUND: i64 = 20;
/// Seconds a call that was taken is left to whoever took it.
const LEASE: i64 = 120;
/// Seconds a call that was made is shown to its watcher.
const SHOWN: i64 = 30 * 86_400;

/// Looks at what was entered in the public log since this was last done; answers how many calls are to be
/// made for it. Expiry is no event: its day is on the certificate.
pub fn notice(registry: &Registry, now: Now) -> Done<usize> {
    let (from, events) = registry.store.read(|db| {
        let Some(from) = watches::place(db)? else {
            return Ok::<_, Error>((0, Vec::new()));
        };
        Ok((from, log::told_since(db, PUBLIC, from, STEP)?))
    })?;
    let Some((last, ..)) = events.last() else {
        return Ok(0);
    };
    registry.store.write(|db| {
        // Another server was quicker.
        if watches::place(db)? != Some(from) {
            return Ok(0);
        }
        // A key that is in strange hands casts doubt on whatever it signed.
        let all = events.iter().any(|(_, kind, _)| *kind == LogKind::Key);
        let concerned = if all {
            watches::all_watching(db)?
        } else {
            let changed = |kind: LogKind| kind.is_of_certificate() && kind != LogKind::Issue;
            let of: Vec<String> = events
                .iter()
                .filter(|(_, kind, _)| changed(*kind))
                .map(|(.., subject)| subject.clone())
                .collect();
            watches::watching(db, &of)?
        };
        let calls = calls_of(db, &registry.known, &concerned, now)?;
        watch_calls::add(db, &calls)?;
        watches::keep_place(db, last + 1)?;
        Ok(calls.len())
    })
}

/// What there is to tell of these, noted as told.
fn calls_of(db: &mut Conn, known: &Known, concerned: &[Watched], now: Now) -> Done<Vec<Call>> {
    let mut numbers: Vec<String> = concerned.iter().map(|one| one.number.clone()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let verdicts: HashMap<String, LineVerdict> =
        certificates::public_by_numbers(db, known, &numbers)?
            .iter()
            .map(|public| (public.certificate.number.clone(), verdict_of(public, now)))
            .collect();
    let mut calls = Vec::new();
    let mut ways: HashMap<WatchId, Vec<Way>> = HashMap::new();
    for one in concerned {
        let Some(verdict) = verdicts
            .get(&one.number)
            .filter(|verdict| verdict.as_str() != one.told)
        else {
            continue;
        };
        watches::told(db, one, verdict.as_str())?;
        if !ways.contains_key(&one.watch) {
            ways.insert(one.watch.clone(), ways_of(db, &one.watch, now)?);
        }
        for way in &ways[&one.watch] {
            calls.push(Call {
                id: CallId::fresh(now),
                watch: one.watch.clone(),
                certificate: one.certificate.clone(),
                way: *way,
                verdict: verdict.to_string(),
                state: CallState::Waiting,
                tries: 0,
                due_at: now.utc(),
                made_at: now.utc(),
                trouble: String::new(),
            });
        }
    }
    Ok(calls)
}

fn ways_of(db: &mut Conn, id: &WatchId, now: Now) -> Done<Vec<Way>> {
    let watch = match watches::of(db, id, forgotten(now)) {
        Ok(watch) => watch,
        Err(crate::store::Failure::Missing) => return Ok(Vec::new()),
        Err(other) => return Err(other.into()),
    };
    let hook = (!watch.hook.is_empty()).then_some(Way::Hook);
    let mail = (!watch.mail.is_empty() && watch.mail_proof.is_empty()).then_some(Way::Mail);
    Ok(hook.into_iter().chain(mail).collect())
}

/// Makes the calls that are due; answers how many came through.
pub fn make(registry: &Registry, post: Option<&dyn Post>, now: Now) -> Done<usize> {
    let due = registry
        .store
        .read(|db| Ok::<_, Error>(watch_calls::due(db, now.utc(), 1)?))?;
    if due.is_empty() {
        return Ok(0);
    }
    // Taken: no other server makes these, unless this one falls over them.
    let taken = registry.store.write(|db| {
        let mut taken = watch_calls::due(db, now.utc(), ROUND)?;
        for call in &mut taken {
            call.tries += 1;
            call.due_at = now.plus_seconds(LEASE).utc();
            watch_calls::keep(db, call)?;
        }
        watch_calls::forget(db, now.plus_seconds(-SHOWN).utc())?;
        Ok::<_, Error>(taken)
    })?;
    let mut told = 0;
    for mut call in taken {
        match tell(registry, post, &call, now)? {
            Ok(()) => {
                told += 1;
                (call.state, call.trouble) = (CallState::Told, String::new());
            }
            Err(trouble) => {
                trouble.clone_into(&mut call.trouble);
                match again_after(call.tries) {
                    Some(wait) => call.due_at = now.utc() + wait,
                    None => call.state = CallState::GivenUp,
                }
            }
        }
        registry
            .store
            .write(|db| Ok::<_, Error>(watch_calls::keep(db, &call)?))?;
    }
    Ok(told)
}

/// Tells one watcher; or a word for what stood in the way.
fn tell(
    registry: &Registry,
    post: Option<&dyn Post>,
    call: &Call,
    now: Now,
) -> Done<Result<(), &'static str>> {
    let found = registry.store.read(|db| {
        let watch = watches::of(db, &call.watch, forgotten(now))?;
        Ok::<_, Error>((watch, watch_calls::number_of(db, &call.certificate)?))
    });
    let (watch, number) = match found {
        Ok(found) => found,
        // Ended meanwhile.
        Err(Error::NotFound) => return Ok(Err("ended")),
        Err(other) => return Err(other),
    };
    let open = |column: &'static str, sealed: &[u8]| {
        let opened = registry.vault.open_own(place(&watch.id, column), sealed);
        opened
            .map(|plain| String::from_utf8_lossy(&plain).into_owned())
            .map_err(|why| Error::fault(format!("where a watcher is told does not open: {why}")))
    };
    let base = &registry.settings.public_base_url;
    if call.way == Way::Hook {
        if watch.hook.is_empty() {
            return Ok(Err("ended"));
        }
        let receipt = receipts::of_number(registry, &number, &call.verdict, now)?;
        let body = json!({
            "event": "certificate.changed",
            "id": call.id,
            "number": number,
            "verdict": call.verdict,
            "noticed_at": beijing(call.made_at).to_rfc3339(),
            "receipt": format!("{base}{}{}", receipts::PATH, receipt.digits),
        });
        let hook = open("hook", &watch.hook)?;
        let secret = secret_of(registry, &watch.id);
        return Ok(callers::call(registry, &hook, &secret, &body.to_string(), now).map(drop));
    }
    let wanted = watch.mail_proof.is_empty() && !watch.mail.is_empty();
    let Some(post) = post.filter(|_| wanted) else {
        return Ok(Err("ended"));
    };
    let sent = post.tell(&open("mail", &watch.mail)?, &number, &call.verdict);
    Ok(sent.map_err(|why| {
        tracing::warn!(%why, "a message could not be sent");
        "mail"
    }))
}
