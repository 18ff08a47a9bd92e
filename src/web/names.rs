//! 名称: what the catalogues call things, in the reader's language.

use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionRole, IssuerClass};
use crate::domain::key_group::{self, KeyGroup};
use crate::domain::occupation::{self, Occupation, OccupationCode};
use crate::domain::place::{self, PlaceLevel, RegionCode};
use crate::domain::skill_level::SkillLevel;
use crate::web::form::Choice;
use crate::web::words::Words;

/// A place by itself.
pub fn place(w: Words, code: &RegionCode) -> String {
    place::find(code).map_or_else(
        || code.to_string(),
        |place| w.pick(&place.name, &place.name_en).to_owned(),
    )
}

/// A place with the city it lies in.
pub fn place_in_city(w: Words, code: &RegionCode) -> String {
    let steps: Vec<_> = place::path(code)
        .into_iter()
        .filter(|step| step.level != PlaceLevel::Province)
        .map(|step| w.pick(&step.name, &step.name_en))
        .collect();
    if steps.is_empty() {
        place(w, code)
    } else {
        steps.join(" · ")
    }
}

/// The places an office may name, from a city down to a county, within a region.
pub fn regions(w: Words, within: Option<&RegionCode>) -> Vec<Choice> {
    let inhabited = |code: &RegionCode| place::children(code).next().is_some();
    place::all()
        .iter()
        .filter(|place| match place.level {
            PlaceLevel::Prefecture => inhabited(&place.code),
            PlaceLevel::County => true,
            PlaceLevel::Province | PlaceLevel::Township => false,
        })
        .filter(|place| within.is_none_or(|region| place.code.is_within(region)))
        .map(|place| Choice::new(place.code.as_str(), place_in_city(w, &place.code)))
        .collect()
}

/// The townships of a region.
pub fn townships(w: Words, within: Option<&RegionCode>) -> Vec<Choice> {
    place::all()
        .iter()
        .filter(|place| place.level == PlaceLevel::Township)
        .filter(|place| within.is_none_or(|region| place.code.is_within(region)))
        .map(|place| Choice::new(place.code.as_str(), place_in_city(w, &place.code)))
        .collect()
}

/// A key group by its name.
pub fn group(w: Words, group: &KeyGroup) -> String {
    w.pick(group.name(), group.name_en()).to_owned()
}

/// The key groups to choose from.
pub fn groups(w: Words) -> Vec<Choice> {
    key_group::all()
        .map(|it| Choice::new(it.as_str(), group(w, &it)))
        .collect()
}

/// An occupation by its name.
pub fn occupation(w: Words, code: &OccupationCode) -> String {
    occupation::find(code).map_or_else(|| code.to_string(), |it| of_occupation(w, it).to_owned())
}

/// The name of an occupation.
pub fn of_occupation(w: Words, it: &Occupation) -> &str {
    w.pick(&it.name, it.name_en.as_deref().unwrap_or_default())
}

/// A level as it is printed.
pub fn level(w: Words, level: SkillLevel) -> &'static str {
    w.pick(level.name(), level.name_en())
}

/// Levels to choose from, lowest first.
pub fn levels(w: Words) -> Vec<Choice> {
    SkillLevel::ALL
        .iter()
        .map(|it| Choice::new(it.as_str(), level(w, *it)))
        .collect()
}

/// What is taught or assessed.
pub fn subject(w: Words, subject: &Subject) -> String {
    w.pick(&subject.name(), &subject.name_en()).to_owned()
}

/// The class of an assessment organisation.
pub fn issuer_class(w: Words, class: IssuerClass) -> &'static str {
    w.pick(class.name(), class.name_en())
}

/// In what an institution acts.
pub fn role(w: Words, role: InstitutionRole) -> &'static str {
    w.c("institution_role", role)
}

/// The roles to choose from.
pub fn roles(w: Words) -> Vec<Choice> {
    InstitutionRole::ALL
        .iter()
        .map(|it| Choice::new(it.as_str(), role(w, *it)))
        .collect()
}
