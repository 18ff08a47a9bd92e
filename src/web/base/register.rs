//! 登记意愿: the form for one person who wants training.

use crate::acts::base::home_of;
use crate::acts::wishes::{self, NewWish};
use crate::domain::account::{BaseKeeper, BaseReader};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::wish;
use crate::web::base::places;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::reply::{Shown, again};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// What is told of somebody who wants training; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct WishForm {
    /// 姓名
    #[serde(default)]
    name: String,
    /// 公民身份号码
    #[serde(default)]
    id_number: String,
    /// 联系电话; may be empty.
    #[serde(default)]
    phone: String,
    /// The code of a county or, better, a township.
    #[serde(default)]
    region: String,
    /// 嘎查（村）; may be empty.
    #[serde(default)]
    village: String,
    /// What she wants to learn: a trade as people call it.
    #[serde(default)]
    trade: String,
    /// The codes of her key groups, e.g. `G03`.
    #[serde(default)]
    groups: Vec<String>,
    /// When she was asked.
    #[serde(default)]
    day: String,
}

impl WishForm {
    /// The number does not come back: whoever typed it wrong types it again.
    fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("name", &self.name)
            .with("phone", &self.phone)
            .with("region", &self.region)
            .with("village", &self.village)
            .with("trade", &self.trade)
            .with("day", &self.day);
        self.groups
            .iter()
            .fold(form, |form, group| form.with("groups", group))
    }

    pub(in crate::web) fn read(&self) -> Result<NewWish, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let document = if self.id_number.trim().is_empty() {
            faults.note(Refusal::new("field.blank").at("id_number"));
            None
        } else {
            let read = IdDocument::read(IdKind::ResidentCard, &self.id_number);
            faults.take(read.map_err(|why| why.refusal().at("id_number")))
        };
        let phone = faults.take(wish::phone("phone", &self.phone));
        let region = faults.known("region", &self.region, RegionCode::read);
        let trade = faults.known("trade", &self.trade, |text| Some(text.to_owned()));
        let mut groups = Vec::new();
        for group in self.groups.iter().filter(|group| !group.is_empty()) {
            groups.extend(faults.known("groups", group, KeyGroup::read));
        }
        let day = faults.day("day", &self.day);
        let whole = (|| {
            Some(NewWish {
                document: document?,
                name: name?,
                phone: phone?,
                region: region?,
                village: self.village.clone(),
                trade: trade?,
                groups,
                day: day?,
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "base/new.html")]
struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    groups: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, keeper: &BaseKeeper, form: Filled) -> Self {
        let w = caller.words();
        let home = BaseReader::of(keeper.actor().clone()).map(|reader| home_of(&reader));
        // A wish is of a county or a township: the city itself is not offered.
        let mut regions = home.map_or_else(Vec::new, |home| places(w, &home));
        regions.retain(|choice| !(choice.value.len() == 6 && choice.value.ends_with("00")));
        Self {
            f: caller
                .frame("base.new.title")
                .crumb(w.t("base.index.title"), "/base")
                .under("base")
                .wrong(&form),
            form,
            regions,
            groups: names::groups(w),
        }
    }
}

/// The form.
#[get("/base/new")]
fn new(keeper: BaseKeeper, caller: Caller, desk: &State<Desk>) -> Page<New> {
    let own = keeper.region().filter(|own| own.is_township());
    let form = Filled::blank()
        .with("day", desk.now().day())
        .with("region", own.map_or("", RegionCode::as_str))
        .with("village", keeper.village().unwrap_or_default());
    Page::new(New::of(&caller, &keeper, form))
}

/// Somebody registers who wants training.
#[post("/base", data = "<form>")]
async fn create(
    keeper: BaseKeeper,
    caller: Caller,
    form: Form<WishForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let who = keeper.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| wishes::register(registry, &who, &new, "form", now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(person) => Ok(Redirect::to(format!("/base/{person}?done=registered"))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &keeper, form)
        })),
    }
}

pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create]
}
