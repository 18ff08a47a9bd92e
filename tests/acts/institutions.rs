//! 机构与资质: registered, filed, moved, suspended; and asked about any day.

use crate::hall::Hall;
use guildhall::acts::entitlements::{self, NewEntitlement, Question};
use guildhall::acts::institutions::{self, NewInstitution, Particulars};
use guildhall::domain::account::{BureauOfficer, Reader, Role, Scope};
use guildhall::domain::entitlement::{ChangeKind, OutOfScope, Subject};
use guildhall::domain::institution::{InstitutionId, InstitutionRole, IssuerClass};
use guildhall::domain::occupation::OccupationCode;
use guildhall::domain::place::RegionCode;
use guildhall::domain::skill_level::SkillLevel;
use guildhall::domain::uscc::Uscc;
use guildhall::ground::slice::Window;
use guildhall::store::institutions::Sought;

fn school(number: u32, region: &str) -> NewInstitution {
    NewInstitution {
        name: format!("示范职业培训学校{number}"),
        uscc: Uscc::compose(&format!("52{region}MJ{number:07}")).unwrap(),
        region: RegionCode::read(region).unwrap(),
        particulars: Particulars {
            name_en: format!("Model School {number}"),
            trains: true,
            licence: "人社民1509004000018号".to_owned(),
            ..Particulars::default()
        },
    }
}

fn assessing(number: u32) -> NewInstitution {
    let mut new = school(number, "150902");
    new.particulars.assesses = true;
    new.particulars.letter = Some(IssuerClass::Social);
    new.particulars.filing_code = Some("0000".to_owned());
    new.particulars.site = Some(format!("{:06}", 90_100 + number));
    new
}

fn reader(hall: &Hall, role: Role, scope: Scope) -> Reader {
    Reader::of(hall.actor(role, scope)).unwrap()
}

fn welding() -> Subject {
    Subject::Occupation(OccupationCode::read("6-18-02-04").unwrap())
}

fn line(starts: &str, ends: &str) -> NewEntitlement {
    NewEntitlement {
        role: InstitutionRole::Train,
        subject: welding(),
        level: Some(SkillLevel::Five),
        starts: starts.parse().unwrap(),
        ends: ends.parse().unwrap(),
        document: "乌人社字〔2026〕1号".to_owned(),
    }
}

fn asked(hall: &Hall, by: &BureauOfficer, id: &InstitutionId, day: &str) -> Result<(), OutOfScope> {
    let reader = Reader::of(by.actor().clone()).unwrap();
    let question = Question {
        day: day.parse().unwrap(),
        role: InstitutionRole::Train,
        subject: welding(),
        level: Some(SkillLevel::Five),
    };
    entitlements::in_scope(&hall.registry, &reader, id, &question).unwrap()
}

#[test]
fn an_institution_is_registered_once_and_the_deed_is_told() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    let id =
        institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    assert_eq!(
        hall.deeds("institution", id.as_str()),
        ["institution.registered"]
    );

    let again = NewInstitution {
        name: "另一所学校".to_owned(),
        ..school(1, "150902")
    };
    let again = institutions::register(&hall.registry, &bureau, again, hall.now);
    assert_eq!(again.unwrap_err().code(), "institution.uscc-taken");
    let namesake = NewInstitution {
        uscc: school(2, "150902").uscc,
        ..school(1, "150902")
    };
    let namesake = institutions::register(&hall.registry, &bureau, namesake, hall.now);
    assert_eq!(namesake.unwrap_err().code(), "institution.name-taken");
}

#[test]
fn each_training_institution_gets_a_site_of_its_own() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    let one =
        institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    let two =
        institutions::register(&hall.registry, &bureau, school(2, "150921"), hall.now).unwrap();
    let auditor = reader(&hall, Role::Auditor, Scope::All);
    let site = |id| {
        let dossier = institutions::dossier(&hall.registry, &auditor, id).unwrap();
        dossier.registered.institution.site.unwrap()
    };
    assert_eq!(
        (site(&one).as_str(), site(&two).as_str()),
        ("090001", "090002")
    );

    institutions::register(&hall.registry, &bureau, assessing(3), hall.now).unwrap();
    let mut squatter = assessing(4);
    squatter.particulars.site = assessing(3).particulars.site;
    squatter.particulars.filing_code = Some("0001".to_owned());
    let refused = institutions::register(&hall.registry, &bureau, squatter, hall.now);
    assert_eq!(refused.unwrap_err().code(), "institution.number-taken");
}

#[test]
fn nobody_sees_beyond_her_scope() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    let here =
        institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    let there =
        institutions::register(&hall.registry, &bureau, school(2, "150921"), hall.now).unwrap();
    let county = Scope::Region(RegionCode::read("150902").unwrap());
    for (role, scope, seen) in [
        (Role::CountyOfficer, county, 1),
        (Role::InstitutionClerk, Scope::Institution(here.clone()), 1),
        (Role::Auditor, Scope::All, 2),
    ] {
        let reader = reader(&hall, role, scope);
        let list = institutions::list(
            &hall.registry,
            &reader,
            &Sought::default(),
            Window::of(None, None),
        )
        .unwrap();
        assert_eq!(list.total, seen, "{role}");
        assert!(institutions::dossier(&hall.registry, &reader, &here).is_ok());
        let other = institutions::dossier(&hall.registry, &reader, &there);
        assert_eq!(other.is_ok(), seen == 2, "{role}");
    }
    let region = Scope::Region(RegionCode::read("150100").unwrap());
    let elsewhere = BureauOfficer::of(hall.actor(Role::BureauOfficer, region)).unwrap();
    let refused = institutions::register(&hall.registry, &elsewhere, school(3, "150902"), hall.now);
    assert_eq!(refused.unwrap_err().code(), "institution.elsewhere");
    let filed = entitlements::file(
        &hall.registry,
        &elsewhere,
        &here,
        line("2026-01-01", "2026-12-31"),
        hall.now,
    );
    assert_eq!(filed.unwrap_err().code(), "not-found");
}

#[test]
fn a_list_is_narrowed_by_role_region_and_text() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    institutions::register(&hall.registry, &bureau, school(2, "150921"), hall.now).unwrap();
    institutions::register(&hall.registry, &bureau, assessing(3), hall.now).unwrap();
    let auditor = reader(&hall, Role::Auditor, Scope::All);
    let count = |sought: Sought| {
        let window = Window::of(None, None);
        institutions::list(&hall.registry, &auditor, &sought, window)
            .unwrap()
            .total
    };
    let role = |role| Sought {
        role: Some(role),
        ..Sought::default()
    };
    let text = |text: &str| Sought {
        text: text.to_owned(),
        ..Sought::default()
    };
    assert_eq!(count(role(InstitutionRole::Train)), 3);
    assert_eq!(count(role(InstitutionRole::Assess)), 1);
    assert_eq!(count(text("学校2")), 1);
    assert_eq!(count(text("MODEL school")), 3);
    assert_eq!(count(text("%")), 0);
    let region = RegionCode::read("150921");
    assert_eq!(
        count(Sought {
            region,
            ..Sought::default()
        }),
        1
    );
}

#[test]
fn what_was_in_scope_on_a_day_stays_so() {
    let mut hall = Hall::new();
    let bureau = hall.bureau();
    let id =
        institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    let filed = line("2026-01-01", "2026-06-30");
    let entitlement = entitlements::file(&hall.registry, &bureau, &id, filed, hall.now).unwrap();
    let twice = entitlements::file(
        &hall.registry,
        &bureau,
        &id,
        line("2026-06-01", "2027-06-30"),
        hall.now,
    );
    assert_eq!(twice.unwrap_err().code(), "entitlement.already-filed");
    let assess = NewEntitlement {
        role: InstitutionRole::Assess,
        ..line("2026-01-01", "2026-06-30")
    };
    let wrong = entitlements::file(&hall.registry, &bureau, &id, assess, hall.now);
    assert_eq!(wrong.unwrap_err().code(), "entitlement.role-missing");

    hall.on("2026-04-01");
    let ends = "2026-04-30".parse().unwrap();
    let kind = entitlements::move_end(
        &hall.registry,
        &bureau,
        &entitlement,
        ends,
        "整改",
        hall.now,
    );
    assert_eq!(kind.unwrap(), ChangeKind::Shortened);
    let groundless =
        entitlements::move_end(&hall.registry, &bureau, &entitlement, ends, " ", hall.now);
    assert_eq!(groundless.unwrap_err().code(), "entitlement.groundless");
    hall.on("2026-05-10");
    let ends = "2026-12-31".parse().unwrap();
    entitlements::move_end(
        &hall.registry,
        &bureau,
        &entitlement,
        ends,
        "延续",
        hall.now,
    )
    .unwrap();

    for (day, answer) in [
        ("2025-12-31", false),
        ("2026-03-31", true),
        ("2026-04-30", true),
        ("2026-05-09", false),
        ("2026-05-10", true),
        ("2026-12-31", true),
        ("2027-01-01", false),
    ] {
        assert_eq!(asked(&hall, &bureau, &id, day).is_ok(), answer, "{day}");
    }
    assert_eq!(
        hall.deeds("entitlement", entitlement.as_str()),
        [
            "entitlement.filed",
            "entitlement.shortened",
            "entitlement.extended"
        ]
    );
}

#[test]
fn a_suspended_institution_is_out_of_scope_until_it_is_reinstated() {
    let mut hall = Hall::new();
    let bureau = hall.bureau();
    let id =
        institutions::register(&hall.registry, &bureau, school(1, "150902"), hall.now).unwrap();
    let filed = line("2026-01-01", "2026-12-31");
    entitlements::file(&hall.registry, &bureau, &id, filed, hall.now).unwrap();

    let from = "2026-03-01".parse().unwrap();
    let backdated = entitlements::suspend(&hall.registry, &bureau, &id, from, "整改", hall.now);
    assert_eq!(backdated.unwrap_err().code(), "suspension.backdated");
    let from = "2026-03-10".parse().unwrap();
    let off = entitlements::suspend(&hall.registry, &bureau, &id, from, "整改", hall.now).unwrap();
    let twice = entitlements::suspend(&hall.registry, &bureau, &id, from, "整改", hall.now);
    assert_eq!(twice.unwrap_err().code(), "suspension.already");

    hall.on("2026-04-01");
    let again = "2026-04-02".parse().unwrap();
    let back = entitlements::reinstate(&hall.registry, &bureau, &off, again, "合格", hall.now);
    assert_eq!(back.unwrap(), id);
    let twice = entitlements::reinstate(&hall.registry, &bureau, &off, again, "合格", hall.now);
    assert_eq!(twice.unwrap_err().code(), "suspension.lifted");
    for (day, answer) in [
        ("2026-03-09", true),
        ("2026-03-10", false),
        ("2026-04-01", false),
        ("2026-04-02", true),
    ] {
        assert_eq!(asked(&hall, &bureau, &id, day).is_ok(), answer, "{day}");
    }
    assert_eq!(
        hall.deeds("institution", id.as_str()),
        [
            "institution.registered",
            "institution.suspended",
            "institution.reinstated"
        ]
    );
}

#[test]
fn an_amendment_tells_what_changed_and_nothing_tells_nothing() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    let new = school(1, "150902");
    let mut particulars = new.particulars.clone();
    let id = institutions::register(&hall.registry, &bureau, new, hall.now).unwrap();
    particulars.site = Some("090001".to_owned());
    institutions::amend(&hall.registry, &bureau, &id, &particulars, hall.now).unwrap();
    assert_eq!(hall.deeds("institution", id.as_str()).len(), 1);
    particulars.address = "集宁区示范街1号".to_owned();
    institutions::amend(&hall.registry, &bureau, &id, &particulars, hall.now).unwrap();
    assert_eq!(hall.deeds("institution", id.as_str()).len(), 2);
    particulars.trains = false;
    let refused = institutions::amend(&hall.registry, &bureau, &id, &particulars, hall.now);
    assert_eq!(refused.unwrap_err().code(), "institution.role-held");
}
