//! 自己登记: the public form for who wants training, and the keepers' list of what waits.

use crate::acts::figures::city;
use crate::acts::wish_requests::{self, NewRequest, Seen, Waiting};
use crate::domain::account::BaseKeeper;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::wish;
use crate::domain::wish_request::WishRequestId;
use crate::ground::slice::Window;
use crate::web::base::{place, places};
use crate::web::body::{Form, OpenForm};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

crate::param!(WishRequestId);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![new, create, index, show, see, confirm, dismiss]
}

/// What somebody fills in.
#[derive(Default, Deserialize)]
struct RequestForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    id_number: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    village: String,
    #[serde(default)]
    trade: String,
}

impl RequestForm {
    /// The number does not come back: whoever typed it wrong types it again.
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("name", &self.name)
            .with("phone", &self.phone)
            .with("region", &self.region)
            .with("village", &self.village)
            .with("trade", &self.trade)
    }

    fn read(&self) -> Result<NewRequest, Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let document = if self.id_number.trim().is_empty() {
            faults.note(Refusal::new("field.blank").at("id_number"));
            None
        } else {
            let read = IdDocument::read(IdKind::ResidentCard, &self.id_number);
            faults.take(read.map_err(|why| why.refusal().at("id_number")))
        };
        // somebody must be able to speak with her
        let phone = match faults.take(wish::phone("phone", &self.phone)) {
            Some(None) => {
                faults.note(Refusal::new("field.blank").at("phone"));
                None
            }
            told => told.flatten(),
        };
        let region = faults.known("region", &self.region, RegionCode::read);
        let trade = faults.known("trade", &self.trade, |text| Some(text.to_owned()));
        let whole = (|| {
            Some(NewRequest {
                document: document?,
                name: name?,
                phone: phone?,
                region: region?,
                village: self.village.clone(),
                trade: trade?,
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "wish_requests/new.html")]
struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
}

fn blank(caller: &Caller, form: Filled) -> New {
    let home = city();
    let mut regions = places(caller.words(), &home);
    regions.retain(|choice| choice.value != home.as_str());
    New {
        f: caller
            .frame("wish_requests.new.title")
            .under("courses")
            .wrong(&form),
        form,
        regions,
    }
}

/// The form.
#[get("/wishes/new?<done>")]
fn new(caller: Caller, done: Option<&str>) -> Page<New> {
    let mut page = blank(&caller, Filled::blank());
    let known = ["received"];
    page.f = page.f.notice(self::done(
        caller.words(),
        "wish_requests.done",
        &known,
        done,
    ));
    Page::new(page)
}

/// Somebody registers herself.
#[post("/wishes", data = "<form>")]
async fn create(caller: Caller, form: OpenForm<RequestForm>, desk: &State<Desk>) -> Shown<New> {
    let now = desk.now();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| wish_requests::ask(registry, &new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/wishes/new?done=received")),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            blank(&caller, form)
        })),
    }
}

struct Row {
    to: String,
    name: String,
    tail: String,
    place: String,
    trade: String,
    when: String,
}

#[derive(Template)]
#[template(path = "wish_requests/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
}

/// What waits in one's region.
#[get("/wish-requests?<page>&<done>")]
async fn index(
    keeper: BaseKeeper,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let slice = desk
        .ask(move |registry| wish_requests::list(registry, &keeper, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let row = |it: &Waiting| Row {
        to: format!("/wish-requests/{}", it.request.id),
        name: it.name.clone(),
        tail: it.id_tail.clone(),
        place: place(w, it.request.region.as_str(), &it.request.village),
        trade: it.request.trade.clone(),
        when: w.minute(it.request.at),
    };
    let known = ["confirmed", "dismissed"];
    Ok(Page::new(Index {
        f: caller
            .frame("wish_requests.index.title")
            .crumb(w.t("base.index.title"), "/base")
            .under("base")
            .notice(self::done(w, "wish_requests.done", &known, done)),
        pager: Pager::of(&slice, "/wish-requests".to_owned()),
        rows: slice.rows.iter().map(row).collect(),
    }))
}

#[derive(Template)]
#[template(path = "wish_requests/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    to: String,
    facts: Vec<Pair>,
    seen: Vec<Pair>,
}

fn page(caller: &Caller, it: &Waiting, seen: Option<&Seen>, form: Filled) -> Show {
    let w = caller.words();
    let seen = seen.map_or_else(Vec::new, |seen| {
        vec![
            Pair::num(w.t("base.new.id_number"), seen.number.clone()),
            Pair::num(w.t("base.new.phone"), seen.phone.clone()),
        ]
    });
    Show {
        f: caller
            .frame("wish_requests.index.title")
            .titled(it.name.clone())
            .crumb(w.t("base.index.title"), "/base")
            .crumb(w.t("wish_requests.index.title"), "/wish-requests")
            .under("base")
            .wrong(&form),
        form,
        to: format!("/wish-requests/{}", it.request.id),
        facts: vec![
            Pair::num(w.c("base.column", "tail"), it.id_tail.clone()),
            Pair::new(
                w.c("base.column", "place"),
                place(w, it.request.region.as_str(), &it.request.village),
            ),
            Pair::new(w.c("base.column", "trade"), it.request.trade.clone()),
            Pair::new(w.t("wish_requests.index.when"), w.minute(it.request.at)),
        ],
        seen,
    }
}

/// One that waits.
#[get("/wish-requests/<id>")]
async fn show(
    keeper: BaseKeeper,
    caller: Caller,
    id: WishRequestId,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let it = desk
        .ask(move |registry| wish_requests::open(registry, &keeper, &id))
        .await?;
    Ok(Page::new(page(&caller, &it, None, Filled::blank())))
}

/// Nothing is filled in: the button is all there is.
#[derive(Deserialize)]
struct Button {}

/// Her number and telephone, this once.
#[post("/wish-requests/<id>/sights", data = "<button>")]
async fn see(
    keeper: BaseKeeper,
    caller: Caller,
    id: WishRequestId,
    button: Form<Button>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let Form(Button {}) = button;
    let now = desk.now();
    let (it, seen) = desk
        .ask(move |registry| wish_requests::see(registry, &keeper, &id, now))
        .await?;
    Ok(Page::new(page(&caller, &it, Some(&seen), Filled::blank())))
}

async fn shown_again(
    keeper: BaseKeeper,
    caller: &Caller,
    id: WishRequestId,
    (error, form): (crate::acts::Error, Filled),
    desk: &Desk,
) -> Result<Page<Show>, No> {
    let it = desk
        .ask(move |registry| wish_requests::open(registry, &keeper, &id))
        .await?;
    again(caller, error, form, |form| page(caller, &it, None, form))
}

/// It is verified: a wish from now on.
#[post("/wish-requests/<id>/confirmation", data = "<button>")]
async fn confirm(
    keeper: BaseKeeper,
    caller: Caller,
    id: WishRequestId,
    button: Form<Button>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let Form(Button {}) = button;
    let now = desk.now();
    let (who, key) = (keeper.clone(), id.clone());
    match desk
        .ask(move |registry| wish_requests::confirm(registry, &who, &key, now))
        .await
    {
        Ok(_) => Ok(Redirect::to("/wish-requests?done=confirmed")),
        Err(error) => Err(shown_again(keeper, &caller, id, (error, Filled::blank()), desk).await),
    }
}

/// Why it is put aside.
#[derive(Deserialize)]
struct DismissalForm {
    #[serde(default)]
    reason: String,
}

/// It is put aside.
#[post("/wish-requests/<id>/dismissal", data = "<form>")]
async fn dismiss(
    keeper: BaseKeeper,
    caller: Caller,
    id: WishRequestId,
    form: Form<DismissalForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let Form(DismissalForm { reason }) = form;
    let filled = Filled::blank().with("reason", &reason);
    let (who, key) = (keeper.clone(), id.clone());
    match desk
        .ask(move |registry| wish_requests::dismiss(registry, &who, &key, &reason, now))
        .await
    {
        Ok(()) => Ok(Redirect::to("/wish-requests?done=dismissed")),
        Err(error) => Err(shown_again(keeper, &caller, id, (error, filled), desk).await),
    }
}
