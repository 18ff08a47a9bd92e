//! 开户: the administrator opens an account.

use crate::acts::accounts::{self, Choices, NewAccount};
use crate::domain::account::{Administrator, Role, Scope};
use crate::domain::assessor::AssessorId;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish;
use crate::domain::wording;
use crate::store::accounts::Account;
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
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

use crate::web::accounts::choices;

/// What is filled in of an account; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct AccountForm {
    /// What is typed to sign in: 3 to 40 of a–z, 0–9 and `._-`.
    #[serde(default)]
    login: String,
    /// The person's name.
    #[serde(default)]
    name: String,
    /// The first password.
    #[serde(default)]
    password: String,
    /// The role's code, e.g. `institution_clerk`.
    #[serde(default)]
    role: String,
    /// The institution's key, for its own people.
    #[serde(default)]
    institution: String,
    /// The region's code, for officers and auditors; empty for the whole registry.
    #[serde(default)]
    region: String,
    /// 嘎查（村）: the only one a township's worker is to see; empty for the whole township.
    #[serde(default)]
    village: String,
    /// The assessor's key, for an assessor.
    #[serde(default)]
    assessor: String,
}

impl AccountForm {
    /// Never the password.
    pub(super) fn filled(&self) -> Filled {
        Filled::blank()
            .with("login", &self.login)
            .with("name", &self.name)
            .with("role", &self.role)
            .with("institution", &self.institution)
            .with("region", &self.region)
            .with("village", &self.village)
            .with("assessor", &self.assessor)
    }

    pub(super) fn of(account: &Account) -> Filled {
        let text = |id: Option<String>| id.unwrap_or_default();
        Filled::blank()
            .with("role", account.role)
            .with(
                "institution",
                text(account.institution.as_ref().map(ToString::to_string)),
            )
            .with("region", text(account.region.clone()))
            .with("village", text(account.village.clone()))
            .with(
                "assessor",
                text(account.assessor.as_ref().map(ToString::to_string)),
            )
    }

    pub(in crate::web) fn read(&self) -> Result<NewAccount, Vec<Refusal>> {
        let mut faults = Faults::default();
        let held = self.held(&mut faults);
        let whole = held.map(|(role, scope)| NewAccount {
            login: self.login.clone(),
            name: self.name.clone(),
            role,
            scope,
            password: self.password.clone(),
        });
        faults.or(whole)
    }

    /// The role and over what it is held.
    pub(in crate::web) fn read_role(&self) -> Result<(Role, Scope), Vec<Refusal>> {
        let mut faults = Faults::default();
        let held = self.held(&mut faults);
        faults.or(held)
    }

    /// Each role looks at its own field only: what stands in the others is not meant.
    fn held(&self, faults: &mut Faults) -> Option<(Role, Scope)> {
        let role = faults.known("role", &self.role, Role::read)?;
        let scope = match role {
            Role::Administrator => Scope::All,
            Role::BureauOfficer | Role::Auditor | Role::DepartmentReader => {
                if self.region.trim().is_empty() {
                    Scope::All
                } else {
                    Scope::Region(faults.known("region", &self.region, RegionCode::read)?)
                }
            }
            Role::CountyOfficer => {
                Scope::Region(faults.known("region", &self.region, RegionCode::read)?)
            }
            Role::TownshipWorker => {
                let region = faults.known("region", &self.region, RegionCode::read)?;
                let village = wording::brief("village", &self.village, wish::VILLAGE);
                match faults.take(village)? {
                    village if village.is_empty() => Scope::Region(region),
                    village => Scope::Village(region, village),
                }
            }
            Role::InstitutionClerk
            | Role::InstitutionSignatory
            | Role::AssessmentClerk
            | Role::AssessmentSignatory => Scope::Institution(faults.known(
                "institution",
                &self.institution,
                InstitutionId::read,
            )?),
            Role::Assessor => {
                Scope::Assessor(faults.known("assessor", &self.assessor, AssessorId::read)?)
            }
        };
        Some((role, scope))
    }
}

/// What the fields of a role offer.
pub(super) struct Offered {
    pub(super) roles: Vec<Choice>,
    pub(super) institutions: Vec<Choice>,
    pub(super) regions: Vec<Choice>,
    pub(super) assessors: Vec<Choice>,
}

impl Offered {
    pub(super) fn of(w: Words, choices: &Choices) -> Self {
        let role = |role: &Role| Choice::new(role.as_str(), w.c("role", role));
        Self {
            roles: Role::ALL.iter().map(role).collect(),
            institutions: choices
                .institutions
                .iter()
                .map(|(id, name)| Choice::new(id.as_str(), name.clone()))
                .collect(),
            regions: names::regions(w, None)
                .into_iter()
                .chain(names::townships(w, None))
                .collect(),
            assessors: choices
                .assessors
                .iter()
                .map(|(id, name)| Choice::new(id.as_str(), name.clone()))
                .collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    offered: Offered,
}

impl New {
    fn of(caller: &Caller, choices: &Choices, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("accounts.new.title")
                .under("accounts")
                .crumb(w.t("accounts.index.title"), "/accounts")
                .wrong(&form),
            form,
            offered: Offered::of(w, choices),
        }
    }
}

/// The form to open an account.
#[get("/accounts/new")]
pub(super) async fn new(
    administrator: Administrator,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let choices = choices(&administrator, desk).await?;
    Ok(Page::new(New::of(&caller, &choices, Filled::blank())))
}

/// The administrator opens an account.
#[post("/accounts", data = "<form>")]
pub(super) async fn create(
    administrator: Administrator,
    caller: Caller,
    form: Form<AccountForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let choices = choices(&administrator, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| accounts::open(registry, &administrator, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/accounts/{id}?done=opened"))),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &choices, form)
            }))
        }
    }
}
