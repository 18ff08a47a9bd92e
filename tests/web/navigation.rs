//! 导航: nobody's bar or footer leads her to a closed door.

use crate::hall::Hall;
use crate::visitor::{Counterside, Visitor};
use guildhall::domain::account::Role;
use guildhall::ground::slice::Window;
use guildhall::store::accounts::{self, Account};
use guildhall::town;
use rocket::http::Method;

/// The addresses a page of ours leads to.
fn links(html: &str) -> Vec<String> {
    let mut links: Vec<String> = html
        .split("href=\"/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| !path.starts_with("static/") && !path.starts_with("display?"))
        .map(|path| format!("/{path}").replace("&amp;", "&"))
        .collect();
    links.sort();
    links.dedup();
    links
}

/// The lists each role may read, all of which its first page must lead to.
fn lists(role: Role) -> &'static [&'static str] {
    match role {
        Role::Administrator => &[
            "/accounts",
            "/holidays",
            "/ledger",
            "/password",
            "/tokens",
            "/api",
        ],
        Role::InstitutionClerk | Role::InstitutionSignatory => &[
            "/classes",
            "/trainees",
            "/institution/courses",
            "/teachers",
            "/certificates",
            "/claims",
            "/password",
            "/tokens",
        ],
        Role::AssessmentClerk | Role::AssessmentSignatory => &[
            "/sittings",
            "/assessors",
            "/certificates",
            "/password",
            "/tokens",
        ],
        Role::Assessor => &[
            "/sittings",
            "/marks",
            "/assessors",
            "/publicity",
            "/password",
        ],
        Role::BureauOfficer | Role::CountyOfficer | Role::Auditor => &[
            "/classes",
            "/sittings",
            "/institutions",
            "/certificates",
            "/ledger",
            "/trainees",
            "/institution/courses",
            "/teachers",
            "/assessors",
            "/occupations",
            "/demands",
            "/publicity",
            "/red-flags",
            "/inspections",
            "/claims",
            "/base",
        ],
        Role::TownshipWorker => &["/base", "/base/counts", "/password", "/tokens"],
        Role::DepartmentReader => &["/granted", "/comparisons", "/password", "/tokens"],
    }
}

#[test]
fn every_link_of_the_first_page_opens_for_whoever_sees_it() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let counter = Counterside::of(&hall);
    let cast = hall
        .registry
        .store
        .read(|db| accounts::all(db, Window::of(None, Some(200))))
        .unwrap()
        .rows;
    let mut closed = Vec::new();
    let mut followed = 0;
    for role in Role::ALL {
        let actor = cast
            .iter()
            .filter_map(Account::actor)
            .find(|actor| actor.role == *role)
            .unwrap();
        let who = Visitor::signed_in(&hall, &actor);
        let shown = links(&counter.read(&who, "/home"));
        for to in lists(*role) {
            assert!(
                shown.iter().any(|link| link == to),
                "{role} finds no way to {to}"
            );
        }
        for link in shown {
            followed += 1;
            let answer = counter.ask(&who, Method::Get, &link, None);
            if answer.status != 200 {
                closed.push(format!("{role} {link}: {}", answer.status));
            }
        }
    }
    for link in links(&counter.read(&Visitor::stranger(), "/")) {
        followed += 1;
        let answer = counter.ask(&Visitor::stranger(), Method::Get, &link, None);
        if answer.status != 200 {
            closed.push(format!("a stranger {link}: {}", answer.status));
        }
    }
    assert!(followed > 80, "{followed} links");
    assert!(closed.is_empty(), "{closed:#?}");
}
