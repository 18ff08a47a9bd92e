//! 导入意愿名单: a sheet tried out, then brought again and taken in.

use crate::acts::Error;
use crate::acts::base::home_of;
use crate::acts::wish_lists::{self, Trial};
use crate::domain::account::{BaseKeeper, BaseReader};
use crate::domain::place::RegionCode;
use crate::paper::workbook;
use crate::web::base::places;
use crate::web::body::Upload;
use crate::web::deliveries::{Tried, tried};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::rosters::Download;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};

#[derive(Template)]
#[template(path = "base/import.html")]
struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    trial: Option<Tried>,
}

impl New {
    fn of(caller: &Caller, keeper: &BaseKeeper, form: Filled, trial: Option<&Trial>) -> Self {
        let w = caller.words();
        let home = BaseReader::of(keeper.actor().clone()).map(|reader| home_of(&reader));
        let mut regions = home.map_or_else(Vec::new, |home| places(w, &home));
        regions.retain(|choice| !(choice.value.len() == 6 && choice.value.ends_with("00")));
        Self {
            f: caller
                .frame("base.import.title")
                .crumb(w.t("base.index.title"), "/base")
                .under("base")
                .wrong(&form),
            form,
            regions,
            trial: trial
                .map(|trial| tried(w, &trial.digest, trial.lines, trial.known, &trial.problems)),
        }
    }
}

/// Where a list is brought.
#[get("/base/lists/new")]
fn new(keeper: BaseKeeper, caller: Caller) -> Page<New> {
    let own = keeper.region().filter(|own| own.is_township());
    let form = Filled::blank().with("region", own.map_or("", RegionCode::as_str));
    Page::new(New::of(&caller, &keeper, form, None))
}

/// The empty list to fill in.
#[get("/base/lists/template.xlsx")]
fn template(_keeper: BaseKeeper, caller: Caller) -> Result<Download, No> {
    let w = caller.words();
    let columns = [
        "name", "number", "phone", "township", "village", "trade", "groups", "asked",
    ];
    let headings: Vec<&str> = columns
        .iter()
        .map(|column| w.c("base.sheet", column))
        .collect();
    let bytes = workbook::table(w.t("base.import.sheet"), &headings, &[])
        .map_err(|error| No(Error::Fault(error.into())))?;
    Ok(Download::workbook("wishes.xlsx", bytes))
}

/// A list is tried out; brought again with the trial's digest, it is taken in.
#[post("/base/lists", data = "<sheet>")]
async fn create(
    keeper: BaseKeeper,
    caller: Caller,
    sheet: Upload,
    desk: &State<Desk>,
) -> Result<Page<New>, Shown<New>> {
    let now = desk.now();
    let field = |name: &str| sheet.field(name).unwrap_or_default().to_owned();
    let (digest, region) = (field("tried"), field("region"));
    let form = Filled::blank().with("region", &region);
    let place = RegionCode::read(&region);
    let (who, bytes) = (keeper.clone(), sheet.bytes);
    let answer = if digest.is_empty() {
        desk.ask(move |registry| wish_lists::try_out(registry, &who, place.as_ref(), &bytes, now))
            .await
            .map(Some)
    } else {
        desk.ask(move |registry| {
            wish_lists::keep(registry, &who, place.as_ref(), &bytes, &digest, now)
        })
        .await
        .map(|_| None)
    };
    match answer {
        Ok(Some(trial)) => Ok(Page::new(New::of(&caller, &keeper, form, Some(&trial)))),
        Ok(None) => Err(Ok(Redirect::to("/base?done=taken"))),
        Err(error) => Err(Err(again(&caller, error, form, |form| {
            New::of(&caller, &keeper, form, None)
        }))),
    }
}

pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, template, create]
}
