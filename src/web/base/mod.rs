//! 底数: the ledger of who wants training and what became of them, as pages.

mod counts;
mod imports;
mod list;
mod person;
mod register;

use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::wish::BaseList;
use crate::ground::text::tidy;
use crate::store::base::Filter;
use crate::web::form::{Choice, Filled};
use crate::web::names;
use crate::web::reply::address;
use crate::web::words::Words;
use chrono::NaiveDate;
use rocket::FromForm;
use serde::Deserialize;

pub(in crate::web) use register::WishForm;

/// What of the ledger is asked for: the same in addresses, forms and the API.
#[derive(Clone, Debug, Default, FromForm, Deserialize)]
pub(in crate::web) struct Asked {
    /// The list's code.
    #[serde(default)]
    pub list: Option<String>,
    /// The region's code.
    #[serde(default)]
    pub region: Option<String>,
    /// `1`: of the region itself only, not of what lies in it.
    #[serde(default)]
    pub exactly: Option<String>,
    /// A village; an empty one means that none was told.
    #[serde(default)]
    pub village: Option<String>,
    /// The key group's code.
    #[serde(default)]
    pub group: Option<String>,
    /// Words of a name.
    #[serde(default)]
    pub q: Option<String>,
    /// 截至: the last day that counts; today when none is told, or one to come.
    #[serde(default)]
    pub to: Option<String>,
}

impl Asked {
    /// What is asked for, as the store understands it; what cannot be read is not asked for.
    pub fn filter(&self, today: NaiveDate) -> Filter {
        let day = self.to.as_deref().and_then(|to| to.parse().ok());
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        Filter {
            region: RegionCode::read(&text(&self.region)),
            exactly: self.exactly.as_deref() == Some("1"),
            village: self.village.as_deref().map(tidy),
            group: KeyGroup::read(&text(&self.group)),
            words: tidy(&text(&self.q)),
            list: BaseList::read(&text(&self.list)).unwrap_or(BaseList::Everyone),
            day: day.unwrap_or(today).min(today),
        }
    }
}

/// The address that asks for these people.
fn to(path: &str, filter: &Filter, today: NaiveDate) -> String {
    let day = filter.day.to_string();
    let region = filter.region.as_ref().map_or("", RegionCode::as_str);
    let list = match filter.list {
        BaseList::Everyone => "",
        other => other.as_str(),
    };
    let plain = address(
        path,
        &[
            ("list", list),
            ("region", region),
            ("exactly", if filter.exactly { "1" } else { "" }),
            ("group", filter.group.as_ref().map_or("", KeyGroup::as_str)),
            ("q", &filter.words),
            ("to", if filter.day < today { &day } else { "" }),
        ],
    );
    match &filter.village {
        None => plain,
        Some(village) => {
            let mark = if plain.contains('?') { '&' } else { '?' };
            let village = rocket::http::RawStr::new(village).percent_encode();
            format!("{plain}{mark}village={village}")
        }
    }
}

/// The filter as its form shows it.
fn filled(filter: &Filter) -> Filled {
    Filled::blank()
        .with("list", filter.list)
        .with(
            "region",
            filter.region.as_ref().map_or("", RegionCode::as_str),
        )
        .with("group", filter.group.as_ref().map_or("", KeyGroup::as_str))
        .with("q", &filter.words)
        .with("to", filter.day)
}

fn lists(w: Words) -> Vec<Choice> {
    BaseList::ALL
        .iter()
        .map(|list| Choice::new(list.as_str(), w.c("base.list", list)))
        .collect()
}

/// The counties and townships of a region, itself first.
pub(in crate::web) fn places(w: Words, home: &RegionCode) -> Vec<Choice> {
    names::regions(w, Some(home))
        .into_iter()
        .chain(names::townships(w, Some(home)))
        .collect()
}

/// A place as people write it; a village with it, when one was told.
pub(in crate::web) fn place(w: Words, region: &str, village: &str) -> String {
    let place =
        RegionCode::read(region).map_or_else(String::new, |code| names::place_in_city(w, &code));
    if village.is_empty() {
        place
    } else {
        format!("{place} · {village}")
    }
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        list::routes(),
        counts::routes(),
        imports::routes(),
        register::routes(),
        person::routes(),
    ]
    .concat()
}
