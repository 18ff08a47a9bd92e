//! 连带撤销: how long it takes to revoke thirty thousand certificates in one act.
//!
//! `cargo bench --bench cascade` fills a fresh database on SQLite, and on PostgreSQL too when
//! `TEST_DATABASE_URL` names a server whose owner may make a database, and prints one line for each
//! step. `CASCADE_SIZE` sets another number. Beside it, in the same database: as many bare rows
//! written in one transaction, and nothing else.

#[path = "parts/throwaway.rs"]
mod throwaway;

use guildhall::acts::accounts::{NewAccount, open_first};
use guildhall::acts::cascades::{self, Plan};
use guildhall::acts::people::{Particulars, find_or_add};
use guildhall::acts::{Error, Registry, Settings, log};
use guildhall::domain::account::{AccountId, BureauOfficer, Role, Scope};
use guildhall::domain::certificate::{CertificateId, CertificateKind, RevocationReason};
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::institution::InstitutionId;
use guildhall::domain::log_event::LogKind;
use guildhall::domain::occupation::OccupationCode;
use guildhall::domain::skill_level::SkillLevel;
use guildhall::ground::clock::Now;
use guildhall::seal::vault::Vault;
use guildhall::store::cascades::Aim;
use guildhall::store::certificates::{self, Certificate};
use guildhall::store::holdings::{self, Holding};
use guildhall::store::{Found, Store, accounts};
use std::time::Instant;
use throwaway::Throwaway;

const PASSWORD: &str = "三匹枣红马过了那座旧木桥";

fn main() {
    let size = std::env::var("CASCADE_SIZE")
        .ok()
        .and_then(|size| size.parse().ok())
        .unwrap_or(30_000);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let file = folder.path().join("cascade.db");
    run(&file.to_string_lossy(), size);
    if let Some(database) = Throwaway::named("guildhall_cascade") {
        run(&database.url, size);
    }
}

fn at(day: &str) -> Now {
    Now::beijing(day.parse().expect("a day"), 9, 0)
}

fn run(url: &str, size: u32) {
    let store = Store::open(url).expect("a database");
    let registry =
        Registry::open(store, Vault::new([7; 32]), Settings::default()).expect("a registry");
    let now = at("2026-03-02");
    let account = |login: &str, role| NewAccount {
        login: login.to_owned(),
        name: "赵敏".to_owned(),
        role,
        scope: Scope::All,
        password: PASSWORD.to_owned(),
    };
    let cast = vec![
        account("keeper", Role::Administrator),
        account("first", Role::BureauOfficer),
        account("second", Role::BureauOfficer),
    ];
    let ids = open_first(&registry, cast, now).expect("accounts");
    let officer = |id: &AccountId| {
        let found: Found<_> = registry.store.read(|db| accounts::one(db, id));
        let actor = found.expect("an account").actor().expect("an actor");
        BureauOfficer::of(actor).expect("an officer")
    };
    let (first, second) = (officer(&ids[1]), officer(&ids[2]));
    let institution = fill(&registry, &ids[0], size, now);

    let bare = bare(&registry, size);
    let said = |what: &str, since: Instant| {
        let took = since.elapsed().as_secs_f64();
        println!(
            "{:<12} {size} certificates: {what:<24} {:>9.1} ms, {:.1} times as many bare rows",
            registry.store.kind(),
            took * 1e3,
            took / bare
        );
    };
    let plan = Plan {
        aim: Aim {
            institution: Some(institution),
            ..Aim::default()
        },
        reason_class: RevocationReason::Organisation,
        basis: "《职业技能等级认定工作规程》第二十一条".to_owned(),
        reason: "考评过程无法证实".to_owned(),
    };
    let began = Instant::now();
    let id = cascades::list_up(&registry, &first, &plan, now).expect("a list");
    said("list drawn up and kept", began);
    let began = Instant::now();
    cascades::notify(&registry, &first, &id, 5, now).expect("a notice");
    said("notice given", began);
    let began = Instant::now();
    let struck = cascades::confirm(&registry, &second, &id, at("2026-04-01")).expect("confirmed");
    said("confirmed, all revoked", began);
    assert_eq!(struck, size as usize);
}

/// Seconds that so many rows of a key and a reason take, which nobody judges, logs or signs.
fn bare(registry: &Registry, size: u32) -> f64 {
    let began = Instant::now();
    let done: Found<()> = registry.store.write(|db| {
        db.run("CREATE TABLE bare (id TEXT PRIMARY KEY, reason TEXT NOT NULL)")?;
        for some in (0..size).collect::<Vec<_>>().chunks(1000) {
            let rows: Vec<String> = some
                .iter()
                .map(|n| format!("('bare-{n:021}', '考评过程无法证实')"))
                .collect();
            db.run(&format!("INSERT INTO bare VALUES {}", rows.join(",")))?;
        }
        Ok(())
    });
    done.expect("bare rows");
    began.elapsed().as_secs_f64()
}

/// An organisation and its certificates, each to a person of her own and with its leaf in the log.
fn fill(registry: &Registry, by: &AccountId, size: u32, now: Now) -> InstitutionId {
    let institution = InstitutionId::fresh(now);
    let (blob, yes) = match registry.store.kind() {
        "SQLite" => ("X'00'", "1"),
        _ => ("'\\x00'::bytea", "TRUE"),
    };
    let when = now.utc().format("%Y-%m-%d %H:%M:%S");
    let rows = format!(
        "INSERT INTO institutions (id, name, name_en, slug, uscc, region, trains, assesses, letter, filing_code, site, licence, address, contact, registered_at) \
         VALUES ('{institution}', '甲', '', 'a', '52150902MJX000001M', '150902', {yes}, {yes}, 'S', '0000', '090001', '', '', '', '{when}'); \
         INSERT INTO registry_keys (id, algorithm, public, private_sealed, created_at) VALUES ('root', 'ES256', {blob}, {blob}, '{when}'); \
         INSERT INTO issuer_keys (id, institution, year, algorithm, public, private_sealed, vouched_by, voucher, created_at) \
         VALUES ('key', '{institution}', 2026, 'ES256', {blob}, {blob}, 'root', {blob}, '{when}');"
    );
    let done: Found<()> = registry.store.write(|db| db.run(&rows));
    done.expect("an organisation");
    let trade = OccupationCode::read("6-18-02-04").expect("welders");
    for some in (0..size).collect::<Vec<_>>().chunks(5000) {
        let done: Result<(), Error> = registry.store.write(|db| {
            let (mut issued, mut held) = (Vec::new(), Vec::new());
            for n in some {
                let document = document(*n);
                let told = Particulars::default();
                let person =
                    find_or_add(db, &registry.vault, &document, "乌兰图雅", &told, by, now)?;
                let one = certificate(*n, &institution, person, &trade, by, now);
                held.push(Holding {
                    person: one.person.clone(),
                    occupation: trade.clone(),
                    level: SkillLevel::Five,
                    certificate: one.id.clone(),
                });
                issued.push(one);
            }
            certificates::add(db, &issued)?;
            holdings::add(db, &held)?;
            let issued: Vec<_> = issued.iter().collect();
            log::certificates(db, registry, LogKind::Issue, &issued, now)
        });
        done.expect("certificates");
    }
    log::sequence(registry, now).expect("their places in the log");
    let done: Found<()> = registry.store.write(|db| db.run("ANALYZE"));
    done.expect("statistics");
    institution
}

fn document(n: u32) -> IdDocument {
    let (year, day, serial) = (1960 + n / 28_000, n / 1000 % 28 + 1, n % 1000);
    let front = format!("159999{year}03{day:02}{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front
        .bytes()
        .zip(weights)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    let check = char::from(b"10X98765432"[(sum % 11) as usize]);
    IdDocument::read(IdKind::ResidentCard, &format!("{front}{check}")).expect("a document")
}

fn certificate(
    n: u32,
    institution: &InstitutionId,
    person: guildhall::domain::person::PersonId,
    trade: &OccupationCode,
    by: &AccountId,
    now: Now,
) -> Certificate {
    Certificate {
        id: CertificateId::fresh(now),
        token: format!("token{n:011}"),
        number: format!("S000015090001265{:06}", n + 1),
        kind: CertificateKind::Level,
        institution: institution.clone(),
        person,
        sitting: None,
        candidate: None,
        enrolment: None,
        entitlement: None,
        holder: "乌兰图雅".to_owned(),
        id_kind: "111".to_owned(),
        id_tail: "0000".to_owned(),
        occupation: Some(trade.clone()),
        occupation_name: "焊工".to_owned(),
        work_type: None,
        level: Some(SkillLevel::Five),
        course_name: None,
        hours: None,
        began: None,
        ended: None,
        issued_on: now.day(),
        expires_on: None,
        print: 1,
        key_id: "key".to_owned(),
        cose: vec![0; 164],
        status_list: 1,
        status_index: i32::try_from(n).unwrap_or(0),
        issued_at: now.utc(),
        issued_by: by.clone(),
    }
}
