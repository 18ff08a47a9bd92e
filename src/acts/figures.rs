//! 统计: the figures of a region as of a day, what is behind them, and what was corrected since.

use crate::acts::{Done, Error, Registry, keys, log, red_flags};
use crate::domain::account::{BureauOfficer, Overseer, Scope};
use crate::domain::deed::Deed;
use crate::domain::figure::{Breakdown, Count, Cut, Fund, Indicator, Paid, end_of, year_start};
use crate::domain::freeze::FreezeId;
use crate::domain::log_event::LogKind;
use crate::domain::place::{self, PlaceLevel, RegionCode};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::seal::signer::{Algorithm, verify};
pub use crate::store::figures::{Behind, Figures, Parts, Payment, Since, Spending, SpendingParts};
pub use crate::store::freezes::Freeze;
pub use crate::store::red_flags::Counts;
use crate::store::{Conn, figures, freezes, institutions, ledger, registry_keys, targets};
use chrono::{Datelike, NaiveDate};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What stands on the front page of the figures.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How it was cut, after the reader's own region was applied.
    pub cut: Cut,
    /// From the year's first day.
    pub year: Figures,
    /// The cut-off's month alone.
    pub month: Figures,
    /// 同期
    pub earlier: Figures,
    /// Targets of the region, as they stood at the cut-off.
    pub goals: BTreeMap<Indicator, i64>,
    /// By month of this year.
    pub months: Parts,
    /// By month of the year before, as far as the same day.
    pub earlier_months: Parts,
    /// By place one step further down.
    pub places: Vec<(RegionCode, Figures)>,
    /// What was paid: since the year's first day, in the month alone, and in 同期.
    pub spent: [Spending; 3],
    /// What came on record later.
    pub since: Vec<Since>,
}

/// 月报: indicators across, places down.
#[derive(Clone, Debug)]
pub struct Monthly {
    /// How it was cut.
    pub cut: Cut,
    /// The region it is of.
    pub region: RegionCode,
    /// Every place of the region, in the catalogue's order.
    pub places: Vec<(RegionCode, Figures)>,
    /// The region; people taught in two places count once here.
    pub total: Figures,
    /// Its targets.
    pub goals: BTreeMap<Indicator, i64>,
    /// What was paid in it.
    pub spent: Spending,
    /// What was paid in each place.
    pub spent_by_place: SpendingParts,
    /// Red flags raised in these days, and what was said of them by the cut-off.
    pub flags: Counts,
}

/// The city this registry is of: the one whose townships the catalogue knows.
pub fn city() -> RegionCode {
    place::all()
        .iter()
        .find(|one| one.level == PlaceLevel::Township)
        .and_then(|township| RegionCode::read(&format!("{}00", &township.code.as_str()[..4])))
        .or_else(|| place::all().first().map(|one| one.code.clone()))
        .expect("the catalogue knows places")
}

/// The region whose figures are told when nobody says: the reader's own, or the city.
pub fn home_of(reader: &Overseer) -> RegionCode {
    reader.region().cloned().unwrap_or_else(city)
}

/// The names of institutions, by key.
pub fn houses(registry: &Registry) -> Done<Vec<(String, String)>> {
    let names = registry
        .store
        .read(|db| institutions::names(db, &Scope::All))?;
    Ok(names
        .into_iter()
        .map(|(id, name)| (id.to_string(), name))
        .collect())
}

/// A cut, held to what the reader oversees.
pub fn held(reader: &Overseer, mut cut: Cut) -> Done<Cut> {
    match &cut.region {
        Some(region) if !reader.oversees(region) => Err(Error::NotFound),
        Some(_) => Ok(cut),
        None => {
            cut.region = Some(home_of(reader));
            Ok(cut)
        }
    }
}

fn region_of(cut: &Cut) -> Done<RegionCode> {
    cut.region
        .clone()
        .ok_or_else(|| Error::fault("a cut without a region passed the reader"))
}

fn goals(db: &mut Conn, cut: &Cut, region: &RegionCode) -> Done<BTreeMap<Indicator, i64>> {
    let all = targets::standing(db, cut.until.year(), cut.known)?;
    Ok(all
        .into_iter()
        .filter(|((place, _), _)| place == region)
        .map(|((_, indicator), amount)| (indicator, amount))
        .collect())
}

/// By what places directly inside a region are told: a county's by township.
pub(super) fn step_down(region: &RegionCode) -> Breakdown {
    match region.county() {
        Some(_) => Breakdown::Township,
        None => Breakdown::County,
    }
}

/// Figures of each place directly inside the region, out of those by [`step_down`]; what was taught
/// in no known township stands under the county itself. A place where only money went is a place all
/// the same.
pub(super) fn by_place<T: Default>(
    region: &RegionCode,
    mut parts: BTreeMap<String, T>,
    spent: &SpendingParts,
) -> Vec<(RegionCode, T)> {
    let is_county = region.county().is_some();
    for place in spent.keys() {
        parts.entry(place.clone()).or_default();
    }
    let mut rows = Vec::new();
    for child in place::children(region) {
        let found = parts.remove(child.code.as_str());
        let is_there = found.is_some();
        let figures = found.unwrap_or_default();
        if !is_county || is_there {
            rows.push((child.code.clone(), figures));
        }
    }
    rows.extend(
        parts
            .into_iter()
            .filter_map(|(code, figures)| Some((RegionCode::read(&code)?, figures))),
    );
    rows
}

/// A month alone, out of what is told month by month: all of it, if it is nothing.
fn month_of<K: Copy + Ord, V: Copy + Default>(
    months: &BTreeMap<String, BTreeMap<K, V>>,
    day: NaiveDate,
    all: &[K],
) -> BTreeMap<K, V> {
    let mut told: BTreeMap<K, V> = all.iter().map(|one| (*one, V::default())).collect();
    told.extend(
        months
            .get(&day.format("%Y-%m").to_string())
            .into_iter()
            .flatten(),
    );
    told
}

/// The front page.
pub fn overview(registry: &Registry, reader: &Overseer, cut: Cut, now: Now) -> Done<Overview> {
    let cut = held(reader, cut)?;
    let region = region_of(&cut)?;
    registry.store.read(|db| {
        let earlier = cut.year_earlier();
        let by = step_down(&region);
        let this = figures::tally(db, &cut, [Breakdown::Month, by])?;
        let before = figures::tally(db, &earlier, [Breakdown::Month])?;
        let ([months, places], [earlier_months]) = (this.parts, before.parts);
        let spent = figures::spent(db, &cut, [Breakdown::Month, by])?;
        let [spent_by_month, spent_by_place] = spent.parts;
        Ok(Overview {
            year: this.total,
            month: month_of(&months, cut.until, Indicator::ALL),
            earlier: before.total,
            goals: goals(db, &cut, &region)?,
            months,
            earlier_months,
            places: by_place(&region, places, &spent_by_place),
            spent: [
                spent.total,
                month_of(&spent_by_month, cut.until, Fund::ALL),
                figures::spent(db, &earlier, [])?.total,
            ],
            since: figures::since(db, &cut, now.utc())?,
            cut: cut.clone(),
        })
    })
}

/// Figures part by part, and what was paid for each.
pub fn parts(
    registry: &Registry,
    reader: &Overseer,
    cut: Cut,
    by: Breakdown,
) -> Done<(Parts, SpendingParts)> {
    let cut = held(reader, cut)?;
    registry.store.read(|db| {
        let [parts] = figures::tally(db, &cut, [by])?.parts;
        let [spent] = figures::spent(db, &cut, [by])?.parts;
        Ok((parts, spent))
    })
}

/// The milestones behind one figure, masked: names and the ends of numbers, as every list.
pub fn behind(
    registry: &Registry,
    reader: &Overseer,
    cut: Cut,
    indicator: Indicator,
    window: Window,
) -> Done<(Count, Slice<Behind>)> {
    let cut = held(reader, cut)?;
    Ok(registry
        .store
        .read(|db| figures::behind(db, &cut, indicator, window))?)
}

/// The paid lines behind one fund, masked as every list.
pub fn payments(
    registry: &Registry,
    reader: &Overseer,
    cut: Cut,
    fund: Fund,
    window: Window,
) -> Done<(Paid, Slice<Payment>)> {
    let cut = held(reader, cut)?;
    Ok(registry
        .store
        .read(|db| figures::payments(db, &cut, fund, window))?)
}

/// The monthly report.
pub fn monthly(registry: &Registry, reader: &Overseer, cut: Cut) -> Done<Monthly> {
    let cut = held(reader, cut)?;
    registry.store.read(|db| monthly_of(db, cut.clone()))
}

fn monthly_of(db: &mut Conn, cut: Cut) -> Done<Monthly> {
    let region = region_of(&cut)?;
    let by = step_down(&region);
    let figures::Tally {
        total,
        parts: [places],
    } = figures::tally(db, &cut, [by])?;
    let figures::Spent {
        total: spent,
        parts: [spent_by_place],
    } = figures::spent(db, &cut, [by])?;
    Ok(Monthly {
        places: by_place(&region, places, &spent_by_place),
        spent_by_place,
        spent,
        total,
        goals: goals(db, &cut, &region)?,
        flags: red_flags::counts(db, Some(&region), end_of(before(cut.from)), cut.known)?,
        region,
        cut,
    })
}

/// The day before.
fn before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// What a sealed report says, as JSON with sorted keys.
fn body_of(monthly: &Monthly) -> String {
    let told = |figures: &Figures| -> BTreeMap<&'static str, Count> {
        figures
            .iter()
            .map(|(indicator, count)| (indicator.as_str(), *count))
            .collect()
    };
    let places: BTreeMap<_, _> = monthly
        .places
        .iter()
        .map(|(code, figures)| (code.as_str(), told(figures)))
        .collect();
    let goals: BTreeMap<_, _> = monthly
        .goals
        .iter()
        .map(|(indicator, amount)| (indicator.as_str(), amount))
        .collect();
    let spent: BTreeMap<_, _> = monthly
        .spent
        .iter()
        .map(|(fund, paid)| (fund.as_str(), paid))
        .collect();
    json!({
        "from": monthly.cut.from,
        "until": monthly.cut.until,
        "known": monthly.cut.known.and_utc().to_rfc3339(),
        "region": monthly.region.as_str(),
        "targets": goals,
        "total": told(&monthly.total),
        "places": places,
        "spent": spent,
    })
    .to_string()
}

/// Whether the register says today what a sealed report says. What reports have told only since it
/// was sealed is not asked.
fn agrees(sealed: &Value, today: &Value) -> bool {
    match (sealed, today) {
        (Value::Object(sealed), Value::Object(today)) => sealed
            .iter()
            .all(|(name, said)| today.get(name).is_some_and(|now| agrees(said, now))),
        _ => sealed == today,
    }
}

/// The purpose of the registry's key that seals reports.
pub(super) const PURPOSE: &str = "figures";

/// What is signed over a sealed report.
fn signed_over(digest: &str) -> Vec<u8> {
    format!("guildhall monthly report v1\n{digest}").into_bytes()
}

/// The bureau seals a monthly report: figures, digest and the registry's signature are kept.
pub fn freeze(registry: &Registry, officer: &BureauOfficer, cut: Cut, now: Now) -> Done<FreezeId> {
    if cut.until >= now.day() {
        return Err(Refusal::new("freeze.too-early").at("until").into());
    }
    let reader = Overseer::of(officer.actor().clone())
        .ok_or_else(|| Error::fault("an officer reads figures"))?;
    let cut = held(&reader, cut)?;
    registry.store.write(|db| {
        let monthly = monthly_of(db, cut.clone())?;
        let body = body_of(&monthly);
        let digest = HEXLOWER.encode(&Sha256::digest(body.as_bytes()));
        let (key_id, signer) =
            keys::registry_signer(db, &registry.vault, PURPOSE, Algorithm::Es256, now)?;
        let freeze = Freeze {
            id: FreezeId::fresh(now),
            region: monthly.region.clone(),
            until: monthly.cut.until,
            known_at: monthly.cut.known,
            body,
            signature: signer.sign(&signed_over(&digest)),
            digest,
            key_id,
            frozen_at: now.utc(),
            frozen_by: officer.actor().account.clone(),
        };
        freezes::add(db, &freeze)?;
        let told = json!({
            "digest": freeze.digest,
            "region": freeze.region.as_str(),
            "until": freeze.until,
        });
        let subject = freeze.id.as_str();
        log::enter(db, registry, LogKind::Report, None, subject, &told, now)?;
        let facts = [
            ("until", freeze.until.to_string()),
            ("region", freeze.region.to_string()),
            ("digest", freeze.digest.clone()),
        ];
        let facts: Vec<_> = facts
            .iter()
            .map(|(name, fact)| (*name, fact.as_str()))
            .collect();
        ledger::enter(
            db,
            officer.actor(),
            Deed::ReportFrozen,
            None,
            &freeze.id,
            &facts,
            now,
        )?;
        Ok(freeze.id)
    })
}

/// A sealed report, held against the register of today.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// As it was kept.
    pub freeze: Freeze,
    /// Who sealed it.
    pub who: String,
    /// Whether digest and signature hold.
    pub holds: bool,
    /// Whether the register gives the same report today.
    pub same: bool,
    /// What came on record since.
    pub since: Vec<Since>,
}

/// Whether a sealed report is what was signed.
pub(super) fn is_sealed(freeze: &Freeze, roots: &[registry_keys::RegistryKey]) -> bool {
    let digest = HEXLOWER.encode(&Sha256::digest(freeze.body.as_bytes()));
    digest == freeze.digest
        && roots
            .iter()
            .filter(|root| root.id == freeze.key_id)
            .filter_map(|root| Some((Algorithm::read(&root.algorithm)?, root)))
            .any(|(algorithm, root)| {
                verify(
                    algorithm,
                    &root.public,
                    &signed_over(&digest),
                    &freeze.signature,
                )
            })
}

/// One sealed report.
pub fn frozen(registry: &Registry, reader: &Overseer, id: &FreezeId, now: Now) -> Done<Frozen> {
    registry.store.read(|db| {
        let (freeze, who) = freezes::one(db, id)?;
        if !reader.oversees(&freeze.region) {
            return Err(Error::NotFound);
        }
        let cut = Cut {
            from: year_start(freeze.until),
            known: freeze.known_at,
            ..Cut::of_year(freeze.until)
        }
        .within(&freeze.region);
        let read = |body: &str| serde_json::from_str::<Value>(body).unwrap_or_default();
        let again = read(&body_of(&monthly_of(db, cut.clone())?));
        let sealed = read(&freeze.body);
        Ok(Frozen {
            holds: is_sealed(&freeze, &registry_keys::all(db, PURPOSE)?),
            same: sealed.is_object() && agrees(&sealed, &again),
            since: figures::since(db, &cut, now.utc())?,
            freeze,
            who,
        })
    })
}

/// Sealed reports the reader may see, newest first.
pub fn freezes_of(registry: &Registry, reader: &Overseer) -> Done<Vec<(Freeze, String)>> {
    let all = registry.store.read(freezes::all)?;
    Ok(all
        .into_iter()
        .filter(|(freeze, _)| reader.oversees(&freeze.region))
        .collect())
}
