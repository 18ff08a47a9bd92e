//! 机构登记: the bureau registers an institution, or amends what is registered.

use crate::acts::Error;
use crate::acts::institutions::{self, NewInstitution, Particulars};
use crate::domain::account::{BureauOfficer, Reader};
use crate::domain::institution::{InstitutionId, InstitutionRole, IssuerClass};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::store::institutions::Registered;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// What the bureau fills in of an institution; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct InstitutionForm {
    /// 名称, exactly as filed.
    #[serde(default)]
    name: String,
    /// 统一社会信用代码
    #[serde(default)]
    uscc: String,
    /// 行政区划代码 of its seat, e.g. `150902`.
    #[serde(default)]
    region: String,
    /// Its name in English.
    #[serde(default)]
    name_en: String,
    /// `train`, `assess`, or both.
    #[serde(default)]
    role: Vec<String>,
    /// `Y`, `S` or `J`; needed to assess.
    #[serde(default)]
    letter: String,
    /// Four digits; needed to assess.
    #[serde(default)]
    filing_code: String,
    /// Six digits; needed to assess.
    #[serde(default)]
    site: String,
    /// 办学许可证号; needed to train.
    #[serde(default)]
    licence: String,
    /// 地址
    #[serde(default)]
    address: String,
    /// An office telephone or mailbox.
    #[serde(default)]
    contact: String,
}

impl InstitutionForm {
    fn of(registered: &Registered) -> Self {
        let it = &registered.institution;
        let roles = InstitutionRole::ALL
            .iter()
            .filter(|role| it.acts_as(**role));
        Self {
            name: it.name.clone(),
            uscc: it.uscc.to_string(),
            region: it.region.to_string(),
            name_en: it.name_en.clone(),
            role: roles.map(ToString::to_string).collect(),
            letter: it
                .letter
                .map(|letter| letter.to_string())
                .unwrap_or_default(),
            filing_code: it.filing_code.clone().unwrap_or_default(),
            site: it.site.clone().unwrap_or_default(),
            licence: it.licence.clone(),
            address: registered.address.clone(),
            contact: registered.contact.clone(),
        }
    }

    fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("name", &self.name)
            .with("uscc", &self.uscc)
            .with("region", &self.region)
            .with("name_en", &self.name_en)
            .with("letter", &self.letter)
            .with("filing_code", &self.filing_code)
            .with("site", &self.site)
            .with("licence", &self.licence)
            .with("address", &self.address)
            .with("contact", &self.contact);
        self.role
            .iter()
            .fold(form, |form, role| form.with("role", role))
    }

    /// A new institution.
    pub(in crate::web) fn read(&self) -> Result<NewInstitution, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let uscc = faults.take(Uscc::read(&self.uscc));
        let region = faults.known("region", &self.region, RegionCode::read);
        let particulars = self.particulars(&mut faults);
        let whole = (|| {
            Some(NewInstitution {
                name: name?,
                uscc: uscc?,
                region: region?,
                particulars,
            })
        })();
        faults.or(whole)
    }

    /// What may change.
    pub(in crate::web) fn read_particulars(&self) -> Result<Particulars, Vec<Refusal>> {
        let mut faults = Faults::default();
        let particulars = self.particulars(&mut faults);
        faults.or(Some(particulars))
    }

    fn particulars(&self, faults: &mut Faults) -> Particulars {
        let has = |role: InstitutionRole| self.role.iter().any(|held| held == role.as_str());
        if self
            .role
            .iter()
            .any(|role| InstitutionRole::read(role).is_none())
        {
            faults.note(Refusal::new("field.unreadable").at("role"));
        }
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Particulars {
            name_en: self.name_en.clone(),
            trains: has(InstitutionRole::Train),
            assesses: has(InstitutionRole::Assess),
            letter: faults.optional("letter", &self.letter, IssuerClass::read),
            filing_code: some(&self.filing_code),
            site: some(&self.site),
            licence: self.licence.clone(),
            address: self.address.clone(),
            contact: self.contact.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "institutions/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    letters: Vec<Choice>,
    /// Where the form goes; where "cancel" leads.
    to: String,
    back: String,
    /// Whether this is a registration: what cannot change later is shown only then.
    is_new: bool,
}

impl New {
    fn of(
        caller: &Caller,
        officer: &BureauOfficer,
        form: Filled,
        known: Option<&Registered>,
    ) -> Self {
        let w = caller.words();
        let title = match known {
            None => "institutions.new.title",
            Some(_) => "institutions.new.edit",
        };
        let mut f = caller.frame(title).under("institutions").wrong(&form);
        f = f.crumb(w.t("institutions.index.title"), "/institutions");
        let mut back = "/institutions".to_owned();
        let mut to = back.clone();
        if let Some(known) = known {
            back = format!("/institutions/{}", known.institution.id);
            to = format!("{back}/amendment");
            f = f.crumb(known.institution.name.clone(), &back);
        }
        Self {
            f,
            form,
            regions: names::regions(w, officer.region()),
            roles: names::roles(w),
            letters: IssuerClass::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), format!("{it} {}", names::issuer_class(w, *it))))
                .collect(),
            to,
            back,
            is_new: known.is_none(),
        }
    }
}

/// The registration form.
#[get("/institutions/new", rank = 1)]
pub(super) fn new(officer: BureauOfficer, caller: Caller) -> Page<New> {
    Page::new(New::of(&caller, &officer, Filled::blank(), None))
}

/// The bureau registers an institution.
#[post("/institutions", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<InstitutionForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| institutions::register(registry, &by, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/institutions/{id}?done=registered"))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form, None)
        })),
    }
}

async fn known(
    officer: &BureauOfficer,
    id: &InstitutionId,
    desk: &Desk,
) -> Result<Registered, Error> {
    let (actor, id) = (officer.actor().clone(), id.clone());
    desk.ask(move |registry| {
        let reader = Reader::of(actor).ok_or_else(|| Error::fault("an officer reads"))?;
        institutions::dossier(registry, &reader, &id).map(|dossier| dossier.registered)
    })
    .await
}

/// The form to amend a registration.
#[get("/institutions/<id>/edit")]
pub(super) async fn edit(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let known = known(&officer, &id, desk).await?;
    let form = InstitutionForm::of(&known).filled();
    Ok(Page::new(New::of(&caller, &officer, form, Some(&known))))
}

/// The bureau amends a registration.
#[post("/institutions/<id>/amendment", data = "<form>")]
pub(super) async fn amend(
    officer: BureauOfficer,
    caller: Caller,
    id: InstitutionId,
    form: Form<InstitutionForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let kept = known(&officer, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let by = officer.clone();
    let back = format!("/institutions/{id}?done=amended");
    let answer = match form.0.read_particulars() {
        Ok(particulars) => {
            let act = move |registry: &crate::acts::Registry| {
                institutions::amend(registry, &by, &id, &particulars, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(back)),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form, Some(&kept))
        })),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![new, create, edit, amend]
}
