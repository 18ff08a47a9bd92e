//! 密钥: the keys issuers sign with: which there are, and where an officer of the bureau makes them
//! anew, puts one away, or says that one was lost to others. A signatory sees her organisation's.

use crate::acts::key_keeping::{self, Effects, Fate, Kept, Own, Ring};
use crate::acts::{Error, Registry, own_keys};
use crate::domain::account::{KeyKeeper, KeyReader, Role, Scope};
use crate::domain::institution::InstitutionId;
use crate::domain::refusal::Refusal;
use crate::domain::signing_key::KeyStanding;
use crate::ground::clock::{Now, beijing};
use crate::ground::slice::{Slice, Window};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, address, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![
        index,
        show,
        retirement,
        retire,
        compromise,
        lose,
        rotate,
        rotate_root,
        rotate_log,
        rotate_authority
    ]
}

/// What a list of keys is narrowed to.
pub(super) fn narrowed(
    ring: Ring,
    issuer: &str,
    standing: Option<KeyStanding>,
    window: Window,
) -> Slice<Kept> {
    let issuer = issuer.trim().to_lowercase();
    let fits = |key: &Kept| {
        (issuer.is_empty()
            || key.house.to_lowercase().contains(&issuer)
            || key.uscc.as_str().to_lowercase() == issuer
            || key.institution.as_str() == issuer
            || key.id == issuer)
            && standing.is_none_or(|standing| key.standing == standing)
    };
    let fitting: Vec<Kept> = ring.issuers.into_iter().filter(fits).collect();
    let total = i64::try_from(fitting.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(window.offset()).unwrap_or(usize::MAX);
    let take = usize::try_from(window.limit()).unwrap_or(0);
    Slice {
        rows: fitting.into_iter().skip(skip).take(take).collect(),
        total,
        window,
    }
}

fn tag(w: Words, standing: KeyStanding) -> Tag {
    let text = w.c("key_standing", standing);
    match standing {
        KeyStanding::InUse => Tag::ok(text),
        KeyStanding::Compromised => Tag::bad(text),
        KeyStanding::Resting | KeyStanding::Retired => Tag::none(text),
    }
}

/// A fingerprint in groups of four, to be read out.
pub(super) fn grouped(hex: &str) -> String {
    let groups: Vec<&str> = (0..hex.len())
        .step_by(4)
        .filter_map(|at| hex.get(at..at + 4))
        .collect();
    groups.join(" ")
}

struct Row {
    id: String,
    to: String,
    print: String,
    house: String,
    signs: String,
    state: Tag,
    made: String,
    uses: String,
}

fn row(w: Words, key: &Kept) -> Row {
    Row {
        to: format!("/keys/{}", key.id),
        print: grouped(&key.fingerprint()[..16]),
        house: key.house.clone(),
        signs: signs(w, &key.algorithm, key.year),
        state: tag(w, key.standing),
        made: w.date(beijing(key.created_at).date_naive()),
        uses: uses(w, key),
        id: key.id.clone(),
    }
}

fn signs(w: Words, algorithm: &str, year: i32) -> String {
    let what = match algorithm {
        "ES256" => w.t("keys.index.es256"),
        _ => w.t("keys.index.eddsa"),
    };
    format!("{algorithm} · {year} · {what}")
}

fn uses(w: Words, key: &Kept) -> String {
    let uses = key.uses;
    match key.algorithm.as_str() {
        "ES256" => w.f(
            "keys.index.uses_es256",
            &[&w.count(uses.certificates), &w.count(uses.files)],
        ),
        _ => w.f("keys.index.uses_eddsa", &[&w.count(uses.credentials)]),
    }
}

struct Registrys {
    /// Where it is noted that others have it; empty where that is not for her, or was noted.
    lose: String,
    id: String,
    purpose: &'static str,
    algorithm: String,
    state: Tag,
    made: String,
    print: String,
}

fn registrys(w: Words, key: &Own, may_root: bool) -> Registrys {
    let standing = match (&key.lost, key.in_use) {
        (Some(_), _) => KeyStanding::Compromised,
        (None, true) => KeyStanding::InUse,
        (None, false) => KeyStanding::Resting,
    };
    Registrys {
        lose: if may_root && own_keys::may_be_lost(key) {
            format!("/registry-keys/{}/compromise", key.id)
        } else {
            String::new()
        },
        id: key.id.clone(),
        purpose: w.c("keys.purpose", &key.purpose),
        algorithm: key.algorithm.clone(),
        state: tag(w, standing),
        made: w.date(beijing(key.created_at).date_naive()),
        print: grouped(&key.fingerprint()),
    }
}

#[derive(Template)]
#[template(path = "keys/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    own: bool,
    may_root: bool,
    standings: Vec<Choice>,
    rows: Vec<Row>,
    registry: Vec<Registrys>,
    pager: Pager,
    filtered: bool,
}

/// The keys she may see.
#[get("/keys?<issuer>&<standing>&<page>&<done>")]
async fn index(
    reader: KeyReader,
    caller: Caller,
    issuer: Option<&str>,
    standing: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let now = desk.now();
    let (issuer, standing) = (issuer.unwrap_or_default(), standing.unwrap_or_default());
    let own = matches!(reader.actor().scope, Scope::Institution(_));
    let may_root = reader.actor().role == Role::BureauOfficer && reader.actor().scope == Scope::All;
    let ring = desk
        .ask(move |registry| key_keeping::list(registry, &reader, now))
        .await?;
    let registry = ring
        .registry
        .iter()
        .map(|key| registrys(w, key, may_root))
        .collect();
    let keys = narrowed(
        ring,
        issuer,
        KeyStanding::read(standing),
        Window::of(page, None),
    );
    let to = address("/keys", &[("issuer", issuer), ("standing", standing)]);
    Ok(Page::new(Index {
        f: caller
            .frame("keys.index.title")
            .under("keys")
            .notice(self::done(
                w,
                "keys.done",
                &["rooted", "logged", "renewed", "lost_own", "lost_log"],
                done,
            )),
        may_root,
        form: Filled::blank()
            .with("issuer", issuer)
            .with("standing", standing),
        own,
        standings: KeyStanding::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), w.c("key_standing", one)))
            .collect(),
        rows: keys.rows.iter().map(|key| row(w, key)).collect(),
        registry,
        pager: Pager::of(&keys, to.clone()),
        filtered: to != "/keys",
    }))
}

struct Told {
    what: Tag,
    since: String,
    reason: String,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "keys/show.html")]
struct Show {
    f: Frame,
    id: String,
    house: String,
    state: Tag,
    about: &'static str,
    facts: Vec<Pair>,
    events: Vec<Told>,
    keeps: bool,
    may_retire: bool,
    may_lose: bool,
    rotate: String,
}

fn facts(w: Words, key: &Kept) -> Vec<Pair> {
    vec![
        Pair::new(w.t("keys.index.issuer"), &key.house)
            .to(format!("/institutions/{}", key.institution)),
        Pair::new(w.t("keys.index.signs"), signs(w, &key.algorithm, key.year)),
        Pair::new(w.t("keys.index.made"), w.moment(key.created_at)),
        Pair::new(w.t("keys.index.uses"), uses(w, key)),
        Pair {
            css: "mono",
            ..Pair::new(w.t("keys.show.print"), grouped(&key.fingerprint()))
        },
        Pair {
            css: "mono",
            ..Pair::new(
                w.t("keys.show.public"),
                grouped(&data_encoding::HEXLOWER.encode(&key.public)),
            )
        },
    ]
}

fn told(w: Words, key: &Kept) -> Vec<Told> {
    key.events
        .iter()
        .rev()
        .map(|(event, by)| Told {
            what: match event.cut_off {
                Some(_) => Tag::bad(w.c("key_standing", "compromised")),
                None => Tag::none(w.c("key_standing", "retired")),
            },
            since: event
                .cut_off
                .map_or_else(String::new, |at| w.f("keys.show.since", &[&w.moment(at)])),
            reason: event.reason.clone(),
            who: by.clone(),
            when: w.moment(event.at),
        })
        .collect()
}

/// One key she may see.
#[get("/keys/<id>?<done>")]
async fn show(
    reader: KeyReader,
    caller: Caller,
    id: &str,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let w = caller.words();
    let (now, id) = (desk.now(), id.to_owned());
    let role = reader.actor().role;
    let key = desk
        .ask(move |registry| key_keeping::show(registry, &reader, &id, now))
        .await?;
    let keeps = role == Role::BureauOfficer;
    let standing = key.standing;
    let lost = standing == KeyStanding::Compromised;
    Ok(Page::new(Show {
        f: caller
            .frame("keys.index.title")
            .titled(w.f("keys.show.title", &[&key.id]))
            .under("keys")
            .crumb(w.t("keys.index.title"), "/keys")
            .notice(self::done(
                w,
                "keys.done",
                &["made", "retired", "lost"],
                done,
            )),
        house: key.house.clone(),
        state: tag(w, standing),
        about: w.c("keys.about", standing),
        facts: facts(w, &key),
        events: told(w, &key),
        keeps,
        may_retire: keeps && !lost && standing != KeyStanding::Retired,
        may_lose: keeps && !lost,
        rotate: format!("/institutions/{}/keys", key.institution),
        id: key.id,
    }))
}

/// Why a key is put away; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct RetirementForm {
    /// Why; no personal data.
    #[serde(default)]
    pub(super) reason: String,
}

/// How a key was lost; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct CompromiseForm {
    /// Since when others may have it: a moment with its zone, `2026-05-06T09:00:00+08:00`, or one in
    /// Beijing without.
    #[serde(default)]
    pub(super) since: String,
    /// How it came about; no personal data.
    #[serde(default)]
    pub(super) reason: String,
    /// How many certificates will be in doubt, as told before: refused when it is another number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(super) expected: Option<String>,
}

/// A moment as people and programs write it.
pub(super) fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.naive_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    let beijing = FixedOffset::east_opt(8 * 3600)?;
    Some(beijing.from_local_datetime(&local).single()?.naive_utc())
}

impl CompromiseForm {
    /// The fate, the reason, and how many are expected to be in doubt.
    pub(super) fn read(&self) -> Result<(Fate, String, Option<i64>), Vec<Refusal>> {
        let mut faults = Faults::default();
        let since = faults.known("since", &self.since, moment);
        let expected = faults.optional(
            "expected",
            self.expected.as_deref().unwrap_or_default(),
            |text| text.trim().parse::<i64>().ok(),
        );
        faults.or(since.map(|since| (Fate::Compromised(since), self.reason.clone(), expected)))
    }

    fn filled(&self) -> Filled {
        Filled::blank()
            .with("since", &self.since)
            .with("reason", &self.reason)
            .with("expected", self.expected.as_deref().unwrap_or_default())
    }
}

struct Harmed {
    number: String,
    to: String,
    about: String,
    issued: String,
    state: Tag,
}

/// What would change, as the page of a confirmation tells it.
struct Weighed {
    stay: String,
    doubtful: String,
    again: String,
    twin: String,
    none: bool,
    rows: Vec<Harmed>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "keys/fate.html")]
struct Decide {
    f: Frame,
    form: Filled,
    house: String,
    lost: bool,
    since: String,
    weighed: Option<Weighed>,
    to: String,
    back: String,
}

fn weighed(w: Words, effects: &Effects, to: &str, now: Now) -> Weighed {
    let rows = effects.doubtful.rows.iter().map(|one| Harmed {
        number: one.number.clone(),
        to: format!("/certificates/{}", one.id),
        about: one
            .course_name
            .clone()
            .unwrap_or_else(|| one.occupation_name.clone()),
        issued: w.date(one.issued_on),
        state: crate::web::certificates::tag(w, &one.after, one.expires_on, now.day()),
    });
    Weighed {
        stay: w.f("keys.fate.stay", &[&w.count(effects.stay)]),
        doubtful: w.f("keys.fate.doubtful", &[&w.count(effects.doubtful.total)]),
        again: w.f(
            "keys.fate.again",
            &[&w.count(effects.credentials), &w.count(effects.files)],
        ),
        twin: effects
            .twin
            .as_ref()
            .map_or_else(String::new, |twin| w.f("keys.fate.twin", &[twin])),
        none: effects.doubtful.total == 0,
        rows: rows.collect(),
        pager: Pager::of(&effects.doubtful, to),
    }
}

/// The page of a decision. A cut-off that cannot be is told in the form.
async fn decide(
    caller: &Caller,
    keeper: KeyKeeper,
    id: &str,
    fate: Option<Fate>,
    lost: bool,
    form: Filled,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Decide, No> {
    let w = caller.words();
    let now = desk.now();
    let since = form.value("since").to_owned();
    let to = format!(
        "/keys/{id}/{}",
        if lost { "compromise" } else { "retirement" }
    );
    let reader = KeyReader::of(keeper.actor().clone()).ok_or(No(Error::NotFound))?;
    let asked = id.to_owned();
    let key = desk
        .ask(move |registry| key_keeping::show(registry, &reader, &asked, now))
        .await?;
    let mut form = form;
    let effects = match fate {
        Some(fate) => {
            let asked = id.to_owned();
            let window = Window::of(page, None);
            let answer = desk
                .ask(move |registry| {
                    key_keeping::weigh(registry, &keeper, &asked, fate, window, now)
                })
                .await;
            match answer {
                Ok(effects) => Some(effects),
                Err(Error::Refused(reasons)) => {
                    if form.faults.is_empty() {
                        form = reasons
                            .iter()
                            .fold(form, |form, reason| form.refused(w, reason));
                    }
                    None
                }
                Err(other) => return Err(No(other)),
            }
        }
        None => None,
    };
    let title = if lost {
        "keys.fate.lose"
    } else {
        "keys.fate.retire"
    };
    let list = address(&to, &[("since", &since)]);
    Ok(Decide {
        f: caller
            .frame(title)
            .under("keys")
            .crumb(w.t("keys.index.title"), "/keys")
            .crumb(
                w.f("keys.show.title", &[&key.id]),
                format!("/keys/{}", key.id),
            )
            .wrong(&form),
        house: format!("{} · {}", key.house, signs(w, &key.algorithm, key.year)),
        lost,
        since,
        weighed: effects.map(|effects| weighed(w, &effects, &list, now)),
        to,
        back: format!("/keys/{id}"),
        form,
    })
}

/// Where a key is put away.
#[get("/keys/<id>/retirement")]
async fn retirement(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    desk: &State<Desk>,
) -> Result<Page<Decide>, No> {
    let fate = Some(Fate::Retired);
    let page = decide(
        &caller,
        keeper,
        id,
        fate,
        false,
        Filled::blank(),
        None,
        desk,
    )
    .await?;
    Ok(Page::new(page))
}

/// An officer puts it away.
#[post("/keys/<id>/retirement", data = "<form>")]
async fn retire(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    form: Form<RetirementForm>,
    desk: &State<Desk>,
) -> Shown<Decide> {
    let now = desk.now();
    let (by, asked, reason) = (keeper.clone(), id.to_owned(), form.0.reason.clone());
    let act = move |registry: &Registry| {
        key_keeping::put_aside(registry, &by, &asked, Fate::Retired, &reason, now)
    };
    match desk.ask(act).await {
        Ok(()) => Ok(Redirect::to(format!("/keys/{id}?done=retired"))),
        Err(error) => {
            let fate = Some(Fate::Retired);
            let blank = decide(
                &caller,
                keeper,
                id,
                fate,
                false,
                Filled::blank(),
                None,
                desk,
            )
            .await
            .map_err(Err)?;
            let filled = Filled::blank().with("reason", &form.0.reason);
            Err(again(&caller, error, filled, |form| Decide {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}

/// Where a key is said to be lost: first since when, then with what would become doubtful.
#[get("/keys/<id>/compromise?<since>&<page>")]
async fn compromise(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    since: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Decide>, No> {
    let since = since.unwrap_or_default().trim();
    let mut form = Filled::blank().with("since", since);
    let fate = moment(since).map(Fate::Compromised);
    if fate.is_none() && !since.is_empty() {
        form = form.refused(
            caller.words(),
            &Refusal::new("field.unreadable").at("since"),
        );
    }
    let page = decide(&caller, keeper, id, fate, true, form, page, desk).await?;
    Ok(Page::new(page))
}

/// An officer says so. What will be in doubt was told; she types how many.
#[post("/keys/<id>/compromise", data = "<form>")]
async fn lose(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    form: Form<CompromiseForm>,
    desk: &State<Desk>,
) -> Shown<Decide> {
    let now = desk.now();
    let read = form.0.read();
    let fate = read.as_ref().ok().map(|(fate, ..)| *fate);
    let answer = match read {
        // At this page the number is not optional.
        Ok((_, _, None)) => Err(Refusal::new("field.blank").at("expected").into()),
        Ok((fate, reason, expected)) => {
            let (by, asked) = (keeper.clone(), id.to_owned());
            let act = move |registry: &Registry| {
                key_keeping::put_aside_knowing(registry, &by, &asked, fate, &reason, expected, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/keys/{id}?done=lost"))),
        Err(error) => {
            let blank = Filled::blank().with("since", &form.0.since);
            let blank = decide(&caller, keeper, id, fate, true, blank, None, desk)
                .await
                .map_err(Err)?;
            Err(again(&caller, error, form.0.filled(), |form| Decide {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
struct Pressed {}

/// An officer makes a new pair for an issuer.
#[post("/institutions/<institution>/keys", data = "<_form>")]
async fn rotate(
    keeper: KeyKeeper,
    institution: InstitutionId,
    _form: Form<Pressed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let key = desk
        .ask(move |registry| key_keeping::rotate(registry, &keeper, &institution, now))
        .await?;
    Ok(Redirect::to(format!("/keys/{key}?done=made")))
}

/// An officer of the whole city replaces the root key.
#[post("/root-keys", data = "<_form>")]
async fn rotate_root(
    keeper: KeyKeeper,
    _form: Form<Pressed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| key_keeping::rotate_root(registry, &keeper, now))
        .await?;
    Ok(Redirect::to("/keys?done=rooted"))
}

/// An officer of the whole city replaces the log's key.
#[post("/log-keys", data = "<_form>")]
async fn rotate_log(
    keeper: KeyKeeper,
    _form: Form<Pressed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| key_keeping::rotate_log(registry, &keeper, now))
        .await?;
    Ok(Redirect::to("/keys?done=logged"))
}

/// An officer of the whole city renews the certification authority.
#[post("/authorities", data = "<_form>")]
async fn rotate_authority(
    keeper: KeyKeeper,
    _form: Form<Pressed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| key_keeping::rotate_authority(registry, &keeper, now))
        .await?;
    Ok(Redirect::to("/keys?done=renewed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_zone_or_is_in_beijing() {
        let utc = |text: &str| moment(text).map(|at| at.to_string());
        let same = Some("2026-05-06 01:00:00".to_owned());
        for text in [
            "2026-05-06T09:00",
            "2026-05-06T09:00:00",
            " 2026-05-06T09:00:00+08:00",
            "2026-05-06T01:00:00Z",
        ] {
            assert_eq!(utc(text), same, "{text}");
        }
        for text in ["", "2026-05-06", "09:00", "2026-13-06T09:00"] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
