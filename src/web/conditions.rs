//! 条件: what an address may ask a list for, and how each condition is read.
//!
//! A condition that cannot be read is refused at the gate, by name: a list that quietly left it out
//! would answer another question than the one that was asked. An empty one asks for nothing, as a
//! form sends it; a program has no form, and its empty number or day is refused. One name means one
//! thing on every page and in the API.

use crate::domain::account::Role;
use crate::domain::assessment::SittingState;
use crate::domain::certificate::CertificateKind;
use crate::domain::claim::ClaimState;
use crate::domain::class::Step;
use crate::domain::course::TrainingKind;
use crate::domain::deed::Deed;
use crate::domain::figure::{AGES, Breakdown, Fund, Indicator};
use crate::domain::id_number::Sex;
use crate::domain::institution::InstitutionRole;
use crate::domain::key_group::KeyGroup;
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::place::RegionCode;
use crate::domain::red_flag::{Rule, Severity, Verdict};
use crate::domain::signing_key::KeyStanding;
use crate::domain::skill_level::SkillLevel;
use crate::domain::vacancy;
use crate::domain::wish::BaseList;
use crate::ground::key;
use crate::store::certificates::Kept;
use crate::web::granted::LISTS;
use chrono::NaiveDate;
use rocket::http::uri::Origin;

/// Whether a value can be read.
type Reads = fn(&str) -> bool;

/// Conditions that mean the same wherever they stand.
const EVERYWHERE: &[(&str, Reads)] = &[
    ("page", |text| {
        text.parse()
            .is_ok_and(|page: u32| (1..=1_000_000).contains(&page))
    }),
    ("size", |text| {
        text.parse()
            .is_ok_and(|size: u32| (1..=200).contains(&size))
    }),
    ("year", |text| {
        text.parse()
            .is_ok_and(|year: i32| (2000..=2100).contains(&year))
    }),
    ("to", day),
    ("known", day),
    ("on", day),
    ("from", day),
    ("until", day),
    ("region", |text| RegionCode::read(text).is_some()),
    ("level", |text| SkillLevel::read(text).is_some()),
    ("group", |text| KeyGroup::read(text).is_some()),
    ("training", |text| TrainingKind::read(text).is_some()),
    ("sex", |text| Sex::read(text).is_some()),
    ("age", |text| AGES.iter().any(|(band, ..)| *band == text)),
    ("indicator", |text| Indicator::read(text).is_some()),
    ("rule", |text| Rule::read(text).is_some()),
    ("severity", |text| Severity::read(text).is_some()),
    ("flag", |text| {
        matches!(text, "green" | "digital" | "in_demand")
    }),
    ("home", is_one),
];

/// Those that are numbers or days.
const MEASURES: &[&str] = &["page", "size", "year", "to", "known", "on", "from", "until"];

/// Conditions of one list, or of all below one address: the nearer stand first.
const BELOW: &[(&str, &str, Reads)] = &[
    ("/accounts", "role", |text| Role::read(text).is_some()),
    ("/assessors", "occupation", |text| {
        occupation::read_word(text.trim()).is_some()
    }),
    ("/base", "exactly", is_one),
    ("/certificates", "kind", |text| {
        CertificateKind::read(text).is_some()
    }),
    ("/certificates", "sitting", key::is_well_formed),
    ("/certificates", "standing", |text| {
        Kept::read(text).is_some()
    }),
    ("/base", "list", |text| BaseList::read(text).is_some()),
    ("/claims", "state", |text| ClaimState::read(text).is_some()),
    ("/classes", "state", |text| Step::read(text).is_some()),
    ("/comparisons", "grant", key::is_well_formed),
    ("/courses", "kind", |text| {
        TrainingKind::read(text).is_some()
    }),
    ("/demands", "when", |text| matches!(text, "now" | "ever")),
    ("/figures/parts", "by", |text| {
        Breakdown::read(text).is_some()
    }),
    ("/figures/shortages", "month", |text| {
        vacancy::read_month(text).is_some()
    }),
    ("/figures", "institution", key::is_well_formed),
    ("/figures", "month", is_one),
    ("/figures/paragraph", "money", is_one),
    ("/figures/payments", "fund", |text| {
        Fund::read(text).is_some()
    }),
    ("/figures", "occupation", |text| {
        OccupationCode::read(text).is_some()
    }),
    ("/granted", "grant", key::is_well_formed),
    ("/granted", "list", |text| {
        BaseList::read(text).is_some_and(|list| LISTS.contains(&list))
    }),
    ("/institution/courses", "kind", |text| {
        TrainingKind::read(text).is_some()
    }),
    ("/institutions", "role", |text| {
        InstitutionRole::read(text).is_some()
    }),
    ("/keys", "standing", |text| {
        KeyStanding::read(text).is_some()
    }),
    ("/ledger", "kind", |text| Deed::read(text).is_some()),
    ("/red-flags", "state", |text| {
        text == "open" || Verdict::read(text).is_some()
    }),
    ("/sittings", "state", |text| {
        SittingState::read(text).is_some()
    }),
];

fn day(text: &str) -> bool {
    text.parse::<NaiveDate>().is_ok()
}

fn is_one(text: &str) -> bool {
    text == "1"
}

/// The first condition of an address that cannot be read.
pub(super) fn unreadable(address: &Origin<'_>) -> Option<&'static str> {
    let query = address.query()?;
    let whole = address.path().as_str();
    let path = whole.strip_prefix("/api/v1").unwrap_or(whole);
    let asks =
        |name: &str, value: &str| !value.is_empty() || (path != whole && MEASURES.contains(&name));
    query
        .segments()
        .filter(|(name, value)| asks(name, value))
        .find_map(|(name, value)| {
            let (known, reads) = reader(path, name)?;
            (!reads(value)).then_some(known)
        })
}

/// How a condition is read here; none for free text and for what a page judges itself.
fn reader(path: &str, name: &str) -> Option<(&'static str, Reads)> {
    let within = |place: &str| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let near = BELOW
        .iter()
        .find(|(place, known, _)| *known == name && within(place))
        .map(|(_, known, reads)| (*known, *reads));
    near.or_else(|| EVERYWHERE.iter().find(|(known, _)| *known == name).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text people type, notices after an act, and what a page reads and answers to itself.
    const FREE: &[&str] = &[
        "q",
        "code",
        "done",
        "next",
        "issuer",
        "day",
        "startup",
        "since",
        "lang",
        "big",
        "back",
        "entered",
        "part",
        "show",
        "only",
        "candidate",
        "class",
        "certificate",
        "course",
        "like",
        "about",
        "parent",
        "department",
        "kind",
        "as_of",
        "tried",
        "starts",
        "note",
        "pick",
        "occupation",
        "institution",
        "sitting",
        "by",
        "way",
        "purpose",
    ];

    fn at(address: &str) -> Option<&'static str> {
        unreadable(&Origin::parse(address).unwrap())
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (address, named) in [
            ("/classes?page=two", "page"),
            ("/classes?page=0", "page"),
            ("/classes?page=-1", "page"),
            ("/api/v1/classes?q=x&size=201", "size"),
            ("/figures?to=2026-13-01", "to"),
            ("/api/v1/figures?to=31.07.2026", "to"),
            ("/figures?region=1599", "region"),
            ("/certificates?standing=revokd", "standing"),
            ("/holidays?year=26", "year"),
            ("/api/v1/classes?page=", "page"),
            ("/api/v1/base/counts?to=", "to"),
        ] {
            assert_eq!(at(address), Some(named), "{address}");
        }
    }

    #[test]
    fn what_can_be_read_or_is_empty_passes() {
        for address in [
            "/classes",
            "/classes?state=&q=%E7%84%8A&page=",
            "/classes?page=2&region=150902",
            "/figures?to=2026-07-31&known=2026-08-01&group=G08&month=1",
            "/sittings?state=planned&unknown=whatever",
            "/verify?code=%25%25",
        ] {
            assert_eq!(at(address), None, "{address}");
        }
    }

    /// Every condition a route names is read here, or is said to be free.
    #[test]
    fn no_route_has_a_condition_nobody_reads() {
        for route in crate::web::routes() {
            let Some(query) = route.uri.query() else {
                continue;
            };
            let path = route.uri.path();
            let path = path.strip_prefix("/api/v1").unwrap_or(path);
            for name in query.split('&') {
                let name = name.trim_matches(['<', '>']);
                let known =
                    name.ends_with("..") || reader(path, name).is_some() || FREE.contains(&name);
                assert!(known, "{}: {name}", route.uri);
            }
        }
    }
}
