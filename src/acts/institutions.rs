//! 机构: the bureau registers institutions and amends what it knows of them; those who may, read.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Administrator, BureauOfficer, Reader, Scope};
use crate::domain::deed::Deed;
use crate::domain::institution::{Institution, InstitutionId, IssuerClass};
use crate::domain::place::{self, RegionCode};
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::entitlements::Papers;
use crate::store::institutions::{Registered, Sought};
use crate::store::ledger::Line;
use crate::store::{Conn, Failure, Found, entitlements, institutions, ledger};

/// What the bureau tells of a new institution.
#[derive(Clone, Debug)]
pub struct NewInstitution {
    /// 名称, exactly as filed.
    pub name: String,
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// Where it has its seat.
    pub region: RegionCode,
    /// What may change later.
    pub particulars: Particulars,
}

/// What the bureau may change of an institution later on.
#[derive(Clone, Debug, Default)]
pub struct Particulars {
    /// Its name in English; may be empty.
    pub name_en: String,
    /// 培训机构
    pub trains: bool,
    /// 评价机构
    pub assesses: bool,
    /// 机构类别, needed to assess.
    pub letter: Option<IssuerClass>,
    /// 备案机构代码, needed to assess.
    pub filing_code: Option<String>,
    /// 站点序列号; a training institution that brings none is given one.
    pub site: Option<String>,
    /// 办学许可证号
    pub licence: String,
    /// 地址
    pub address: String,
    /// 联系方式
    pub contact: String,
}

impl Particulars {
    fn over(&self, it: &Institution) -> Institution {
        let some = |text: &Option<String>| text.as_ref().filter(|text| !text.is_empty()).cloned();
        Institution {
            name_en: text::tidy(&self.name_en),
            trains: self.trains,
            assesses: self.assesses,
            letter: self.letter.filter(|_| self.assesses),
            filing_code: some(&self.filing_code).filter(|_| self.assesses),
            site: some(&self.site),
            licence: text::tidy(&self.licence),
            ..it.clone()
        }
    }
}

/// The bureau registers an institution.
pub fn register(
    registry: &Registry,
    officer: &BureauOfficer,
    new: NewInstitution,
    now: Now,
) -> Done<InstitutionId> {
    if place::find(&new.region).is_none() {
        return Err(Refusal::new("institution.region-unknown")
            .at("region")
            .into());
    }
    if !officer.oversees(&new.region) {
        return Err(Refusal::new("institution.elsewhere").at("region").into());
    }
    let bare = Institution {
        id: InstitutionId::fresh(now),
        name: text::tidy(&new.name),
        name_en: String::new(),
        uscc: new.uscc,
        region: new.region,
        trains: false,
        assesses: false,
        letter: None,
        filing_code: None,
        site: None,
        licence: String::new(),
    };
    let institution = new.particulars.over(&bare);
    institution.may_be_registered()?;
    let mut registered = Registered {
        slug: institution.uscc.organisation_code().to_lowercase(),
        institution,
        address: text::tidy(&new.particulars.address),
        contact: text::tidy(&new.particulars.contact),
        registered_at: now.utc(),
        registered_by: Some(officer.actor().account.clone()),
    };
    registry.store.write(|db| {
        settle_site(db, &mut registered.institution)?;
        institutions::add(db, &registered).map_err(taken)?;
        let it = &registered.institution;
        let facts = [
            ("name", it.name.as_str()),
            ("uscc", it.uscc.as_str()),
            ("region", it.region.as_str()),
        ];
        ledger::enter(
            db,
            officer.actor(),
            Deed::InstitutionRegistered,
            Some(&it.id),
            &it.id,
            &facts,
            now,
        )?;
        Ok(it.id.clone())
    })
}

/// A training institution's certificates are numbered by its site: it must have one of its own.
///
/// One that brings none gets the next of its city: two digits of the city, four counted upwards.
/// Called with the pen in hand, so that two never get the same.
fn settle_site(db: &mut Conn, it: &mut Institution) -> Done<()> {
    if !it.trains {
        return Ok(());
    }
    let Some(site) = &it.site else {
        let city = &it.region.as_str()[2..4];
        let last = institutions::last_site(db, city)?
            .and_then(|site| site[2..].parse::<u32>().ok())
            .unwrap_or(0);
        if last >= 9999 {
            return Err(Refusal::new("institution.sites-used-up").at("site").into());
        }
        it.site = Some(format!("{city}{:04}", last + 1));
        return Ok(());
    };
    match institutions::training_at(db, site)? {
        Some(other) if other != it.id => Err(number_taken().into()),
        _ => Ok(()),
    }
}

fn number_taken() -> Refusal {
    Refusal::new("institution.number-taken").at("site")
}

/// Which of the things that must be an institution's own another has already.
fn taken(failure: Failure) -> Error {
    let Failure::Taken(index) = &failure else {
        return failure.into();
    };
    let refusal = match index {
        index if index.contains("uscc") || index.contains("slug") => {
            Refusal::new("institution.uscc-taken").at("uscc")
        }
        index if index.contains("name") => Refusal::new("institution.name-taken").at("name"),
        _ => number_taken(),
    };
    refusal.into()
}

/// The bureau amends an institution's registration.
pub fn amend(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &InstitutionId,
    particulars: &Particulars,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let kept = institutions::of(db, &officer.actor().scope, id)?;
        let mut amended = Registered {
            institution: particulars.over(&kept.institution),
            address: text::tidy(&particulars.address),
            contact: text::tidy(&particulars.contact),
            ..kept.clone()
        };
        kept.institution.may_become(&amended.institution)?;
        settle_site(db, &mut amended.institution)?;
        let changed = differences(&kept, &amended);
        if changed.is_empty() {
            return Ok(());
        }
        institutions::amend(db, &amended).map_err(taken)?;
        ledger::enter(
            db,
            officer.actor(),
            Deed::InstitutionAmended,
            Some(id),
            id,
            &[("fields", changed.join(" ").as_str())],
            now,
        )?;
        Ok(())
    })
}

fn differences(old: &Registered, new: &Registered) -> Vec<&'static str> {
    let (a, b) = (&old.institution, &new.institution);
    [
        ("name_en", a.name_en != b.name_en),
        ("trains", a.trains != b.trains),
        ("assesses", a.assesses != b.assesses),
        ("letter", a.letter != b.letter),
        ("filing_code", a.filing_code != b.filing_code),
        ("site", a.site != b.site),
        ("licence", a.licence != b.licence),
        ("address", old.address != new.address),
        ("contact", old.contact != new.contact),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

/// An institution on a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The institution.
    pub registered: Registered,
    /// Everything filed of it.
    pub papers: Papers,
}

/// The institutions she may see.
pub fn list(
    registry: &Registry,
    reader: &Reader,
    sought: &Sought,
    window: Window,
) -> Done<Slice<Listed>> {
    registry.store.read(|db| {
        let slice = institutions::list(db, &reader.actor().scope, sought, window)?;
        let ids: Vec<_> = slice
            .rows
            .iter()
            .map(|row| row.institution.id.clone())
            .collect();
        let mut papers = entitlements::papers_of_all(db, &ids)?;
        Ok(slice.map(|registered| Listed {
            papers: papers
                .remove(&registered.institution.id)
                .unwrap_or_default(),
            registered,
        }))
    })
}

/// 档案: an institution, all it has filed, and what was done with it.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The institution.
    pub registered: Registered,
    /// Everything filed of it.
    pub papers: Papers,
    /// What the ledger tells of it and its filings, oldest first.
    pub deeds: Vec<Line>,
}

/// The dossier of an institution she may see.
pub fn dossier(registry: &Registry, reader: &Reader, id: &InstitutionId) -> Done<Dossier> {
    registry.store.read(|db| {
        let registered = institutions::of(db, &reader.actor().scope, id)?;
        let papers = entitlements::papers(db, id)?;
        let mut subjects = vec![id.to_string()];
        subjects.extend(
            papers
                .filed
                .iter()
                .map(|filed| filed.entitlement.id.to_string()),
        );
        let deeds = ledger::of_several(db, &["institution", "entitlement"], &subjects)?;
        Ok(Dossier {
            registered,
            papers,
            deeds,
        })
    })
}

/// Every institution's key and name, for an administrator to open accounts for.
pub fn names(
    registry: &Registry,
    _administrator: &Administrator,
) -> Done<Vec<(InstitutionId, String)>> {
    let found: Found<_> = registry
        .store
        .read(|db| institutions::names(db, &Scope::All));
    Ok(found?)
}
