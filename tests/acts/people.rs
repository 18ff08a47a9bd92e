//! 人员: one record a person, sealed, and every sight of it recorded.

use crate::hall::Hall;
use guildhall::acts::people::{self, Particulars};
use guildhall::domain::account::{Role, Scope};
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::person::PersonId;
use guildhall::store::{Found, dump};

const NUMBER: &str = "159999199003070016";
const PHONE: &str = "13812345678";

fn somebody(hall: &Hall, name: &str) -> Result<PersonId, guildhall::acts::Error> {
    let by = hall.officer().actor().account.clone();
    let document = IdDocument::read(IdKind::ResidentCard, NUMBER).unwrap();
    let particulars = Particulars {
        phone: Some(PHONE.to_owned()),
        ..Particulars::default()
    };
    hall.registry.store.write(|db| {
        people::find_or_add(
            db,
            &hall.registry.vault,
            &document,
            name,
            &particulars,
            &by,
            hall.now,
        )
    })
}

#[test]
fn one_document_is_one_person() {
    let hall = Hall::new();
    let first = somebody(&hall, "阿拉坦·额尔德尼").unwrap();
    assert_eq!(somebody(&hall, " 阿拉坦•额尔德尼 ").unwrap(), first);
    assert_eq!(
        somebody(&hall, "王建军").unwrap_err().code(),
        "person.other-name"
    );
}

#[test]
fn what_is_sealed_is_nowhere_in_clear() {
    let hall = Hall::new();
    let id = somebody(&hall, "苏日娜").unwrap();
    let viewer = hall.viewer(&hall.actor(Role::BureauOfficer, Scope::All));
    let seen = people::see(&hall.registry, &viewer, &id, "核对身份", hall.now).unwrap();
    assert_eq!(
        (seen.number.as_str(), seen.phone.as_deref()),
        (NUMBER, Some(PHONE))
    );
    for table in dump::TABLES {
        let (_, rows) = hall
            .registry
            .store
            .read(|db| -> Found<_> { dump::rows(db, table) })
            .unwrap();
        let text = serde_json::to_string(&rows).unwrap();
        assert!(!text.contains(NUMBER) && !text.contains(PHONE), "{table}");
    }
    for entry in std::fs::read_dir(hall.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [NUMBER, PHONE] {
            assert!(
                !bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
}

#[test]
fn a_sight_needs_a_purpose_and_leaves_a_record() {
    let hall = Hall::new();
    let id = somebody(&hall, "乌云其木格").unwrap();
    let viewer = hall.viewer(&hall.actor(Role::BureauOfficer, Scope::All));
    let refused = people::see(&hall.registry, &viewer, &id, "  ", hall.now)
        .err()
        .unwrap();
    assert_eq!(refused.code(), "sight.purpose-blank");
    people::see(&hall.registry, &viewer, &id, "电话抽查", hall.now).unwrap();
    assert_eq!(hall.deeds("sight", id.as_str()), ["sight.taken"]);
    let keeper = hall.viewer(&hall.actor(Role::Administrator, Scope::All));
    assert_eq!(
        people::see(&hall.registry, &keeper, &id, "好奇", hall.now)
            .err()
            .unwrap()
            .code(),
        "not-found"
    );
}
