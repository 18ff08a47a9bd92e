//! 补贴: from a completed class to the money, and everything that stands in the way; to the fen.

use crate::acts::classes::School;
use crate::hall::Hall;
use chrono::{Days, NaiveDate};
use guildhall::acts::claims::{self, payment, publicity, review};
use guildhall::acts::objections::NewObjection;
use guildhall::acts::recoveries::{self, Settling};
use guildhall::acts::revocations::{self, Grounds};
use guildhall::acts::subsidy_rules::{self, NewRule};
use guildhall::acts::{Done, audit, classes, completion_certificates};
use guildhall::domain::account::{
    Confirmer, Issuer, Officer, Role, Scope, Signatory, TrainingReader,
};
use guildhall::domain::certificate::{CertificateId, RevocationReason};
use guildhall::domain::claim::{ClaimId, ClaimLineId, ClaimState, RecoveryId, RecoveryOutcome};
use guildhall::domain::class::ClassId;
use guildhall::domain::place::RegionCode;
use guildhall::domain::skill_level::SkillLevel;
use guildhall::domain::subsidy::right::Why;
use guildhall::domain::subsidy::{Per, Rule, SubsidyKind, SubsidyRuleId};
use guildhall::ground::clock::Now;
use guildhall::ground::slice::Window;
use guildhall::store::claims::rights;
use guildhall::store::{Failure, Found};
use std::collections::BTreeMap;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

fn rule(amount_fen: i64) -> NewRule {
    NewRule {
        rule: Rule {
            region: RegionCode::read("150900").unwrap(),
            kind: SubsidyKind::Training,
            training: None,
            level: Some(SkillLevel::Five),
            group: None,
            per: Per::Hour,
            amount_fen,
            most_fen: Some(50_000),
            least_hours: 8,
            per_year: Some(3),
            within_months: Some(12),
            starts: day("2026-01-01"),
            ends: None,
        },
        document: "乌人社发〔2026〕3号".to_owned(),
    }
}

/// A school, somebody who signs, somebody who confirms, and an officer who pays.
struct Office {
    school: School,
    signatory: Signatory,
    issuer: Issuer,
    second: Confirmer,
    payer: Officer,
}

impl Office {
    fn open() -> Self {
        let school = School::new();
        let hall = &school.hall;
        let own = || Scope::Institution(school.id.clone());
        let first = hall.actor(Role::InstitutionSignatory, own());
        let second = hall.actor(Role::InstitutionSignatory, own());
        Self {
            signatory: Signatory::of(first.clone()).unwrap(),
            issuer: Issuer::of(first).unwrap(),
            second: Confirmer::of(second).unwrap(),
            payer: hall.officer(),
            school,
        }
    }

    fn ruled(&self, amount_fen: i64) -> SubsidyRuleId {
        let hall = &self.school.hall;
        subsidy_rules::enter(&hall.registry, &hall.bureau(), &rule(amount_fen), hall.now).unwrap()
    }

    /// A class of a week, drafted, approved and filled with these people.
    fn approved(&self, week: u64, people: &[u16]) -> ClassId {
        let school = &self.school;
        let starts = day("2026-03-09") + Days::new(7 * week);
        let ends = starts + Days::new(2);
        let id = school.drafted(&starts.to_string(), &ends.to_string());
        let (registry, now) = (&school.hall.registry, school.hall.now);
        school.fill(&id).unwrap();
        classes::file(registry, &school.clerk, &id, now).unwrap();
        classes::approve(registry, &school.officer, &id, now).unwrap();
        for sequence in people {
            school.enrol(&id, *sequence);
        }
        id
    }

    /// The class is taught, completed, and its certificates are issued. The last of it misses a
    /// third of the hours.
    fn taught(&mut self, week: u64, id: &ClassId) -> Vec<CertificateId> {
        let school = &mut self.school;
        let starts = day("2026-03-09") + Days::new(7 * week);
        school.hall.on(&starts.to_string());
        classes::begin(&school.hall.registry, &school.clerk, id, school.hall.now).unwrap();
        school.mark_all(id);
        school.hall.on(&(starts + Days::new(3)).to_string());
        let (registry, now) = (&school.hall.registry, school.hall.now);
        classes::complete(registry, &school.clerk, id, now).unwrap();
        let issued = completion_certificates::issue(registry, &self.signatory, id, now).unwrap();
        issued.given.into_iter().map(|given| given.id).collect()
    }

    fn file(&self, class: &ClassId) -> Done<ClaimId> {
        let hall = &self.school.hall;
        let kind = SubsidyKind::Training;
        claims::file(&hall.registry, &self.school.clerk, class, kind, hall.now)
    }

    fn opened(&self, id: &ClaimId) -> claims::Opened {
        claims::open(&self.school.hall.registry, &self.school.reader(), id).unwrap()
    }

    fn revoke(&self, id: &CertificateId) -> Done<()> {
        let (registry, now) = (&self.school.hall.registry, self.school.hall.now);
        let grounds = Grounds {
            reason_class: RevocationReason::Fraud,
            basis: "《职业培训补贴管理办法》第二十条".to_owned(),
            reason: "冒名顶替，已查实".to_owned(),
        };
        revocations::propose(registry, &self.issuer, id, &grounds, now)?;
        revocations::confirm(registry, &self.second, id, now)
    }

    fn recoveries(&self) -> Vec<recoveries::Case> {
        let window = Window::of(None, Some(200));
        recoveries::list(&self.school.hall.registry, &self.school.reader(), window)
            .unwrap()
            .rows
    }

    /// Approved by the county, shown, and paid by the city a fortnight later.
    fn paid(&mut self, id: &ClaimId) {
        let school = &mut self.school;
        let later = school.hall.now.day() + Days::new(14);
        review::approve(&school.hall.registry, &school.officer, id, school.hall.now).unwrap();
        publicity::open(&school.hall.registry, &school.officer, id, school.hall.now).unwrap();
        school.hall.on(&later.to_string());
        let (registry, now) = (&school.hall.registry, school.hall.now);
        payment::enter(registry, &self.payer, id, later, "国库支付0001", now).unwrap();
    }
}

#[test]
fn a_claim_goes_from_the_class_to_the_money_and_back() {
    let mut office = Office::open();
    let class = office.approved(0, &[100, 101, 102]);
    assert_eq!(code(office.file(&class)), "claim.nobody-entitled");
    let given = office.taught(0, &class);
    assert_eq!(given.len(), 2);
    assert_eq!(code(office.file(&class)), "claim.nobody-entitled");
    let rule = office.ruled(1_733);
    let id = office.file(&class).unwrap();
    let opened = office.opened(&id);
    let claim = &opened.listed.claim;
    assert_eq!((claim.lines, claim.asked_fen), (2, 2 * 24 * 1_733));
    assert!(opened.lines.iter().all(|one| one.told.line.rule == rule));
    let why: Vec<_> = opened
        .left_out
        .iter()
        .map(|(no, ..)| (no.why, no.fact.as_str()))
        .collect();
    assert_eq!(why, [(Why::Short, "66"), (Why::Uncertified, "")]);
    assert_eq!(code(office.file(&class)), "claim.under-way");

    let (county, payer) = (office.school.officer.clone(), office.payer.clone());
    let far = office.school.hall.county("150921");
    let line = opened.lines[0].told.line.id.clone();
    {
        let (registry, now) = (&office.school.hall.registry, office.school.hall.now);
        assert_eq!(code(review::approve(registry, &far, &id, now)), "not-found");
        let cut = |fen, reason| review::cut(registry, &county, &id, &line, fen, reason, now);
        assert_eq!(code(cut(Some(1), " ")), "field.blank");
        assert_eq!(code(cut(Some(41_593), "多计学时")), "claim.cut-too-much");
        cut(Some(592), "多计学时").unwrap();
        assert_eq!(
            code(publicity::open(registry, &county, &id, now)),
            "claim.moved-on"
        );
        review::approve(registry, &county, &id, now).unwrap();
        let closes = publicity::open(registry, &county, &id, now).unwrap();
        assert_eq!(closes, day("2026-03-19"));
        let shown = publicity::show(registry, &id, now).unwrap();
        let lines: Vec<_> = shown
            .lines
            .iter()
            .map(|one| (one.name.as_str(), one.amount_fen))
            .collect();
        assert_eq!(lines, [("学*", 41_000), ("学*", 41_592)]);
        let objection = NewObjection {
            about: "学*".to_owned(),
            said: "没有来上课".to_owned(),
            contact: "13800000000".to_owned(),
        };
        publicity::object(registry, &id, &objection, now).unwrap();
    }
    office.school.hall.on("2026-03-20");
    let (registry, now) = (&office.school.hall.registry, office.school.hall.now);
    let pay = |who, on| payment::enter(registry, who, &id, day(on), "国库支付0001", now);
    assert_eq!(code(pay(&payer, "2026-03-20")), "objection.unsettled");
    let objection = office.opened(&id).objections[0].clone();
    assert_eq!(objection.contact.as_deref(), Some("13800000000"));
    publicity::settle(
        registry,
        &county,
        &id,
        &objection.id,
        false,
        "考勤属实",
        now,
    )
    .unwrap();
    assert_eq!(code(pay(&county, "2026-03-20")), "claim.same-person");
    assert_eq!(code(pay(&payer, "2026-03-19")), "claim.payment-untimely");
    assert_eq!(pay(&payer, "2026-03-20").unwrap(), 82_592);
    assert_eq!(code(pay(&payer, "2026-03-20")), "claim.moved-on");
    assert_eq!(code(office.file(&class)), "claim.nobody-entitled");
    assert!(publicity::show(registry, &id, now).is_err());

    // A certificate revoked afterwards: what was paid on it comes back, and only then the right.
    let line = &office.opened(&id).lines[0];
    let (certificate, due) = (line.told.line.certificate.clone(), line.left_fen());
    office.revoke(&certificate).unwrap();
    let raised = office.recoveries();
    assert_eq!((raised.len(), raised[0].recovery.due_fen), (1, due));
    let settle = |reference: &str| {
        let settling = Settling {
            outcome: RecoveryOutcome::Repaid,
            day: now.day(),
            reference: reference.to_owned(),
            reason: "本人退款".to_owned(),
        };
        recoveries::settle(registry, &county, &raised[0].recovery.id, &settling, now)
    };
    assert_eq!(code(settle("")), "field.blank");
    settle("退款0001").unwrap();
    assert_eq!(code(settle("退款0002")), "claim.settled-already");
    assert_eq!(
        office.school.hall.deeds("claim", id.as_str()),
        [
            "claim.filed",
            "claim.reduced",
            "claim.approved",
            "claim.published",
            "claim.objected",
            "claim.objection-settled",
            "claim.payment-entered"
        ]
    );
}

#[test]
fn what_is_claimed_is_claimed_once_and_a_certificate_must_stand() {
    let mut office = Office::open();
    office.ruled(1_000);
    let (first, second) = (
        office.approved(0, &[100, 101, 102]),
        office.approved(1, &[100, 103, 102]),
    );
    office.taught(0, &first);
    let one = office.file(&first).unwrap();
    office.taught(1, &second);
    let registry = office.school.hall.registry.clone();
    let worked = |office: &Office| {
        let now = office.school.hall.now;
        let kind = SubsidyKind::Training;
        let (_, all) =
            claims::work_out(&registry, &office.school.reader(), &second, kind, now).unwrap();
        all.into_iter()
            .map(|worked| {
                worked
                    .answer
                    .map_err(|no| no[0].why)
                    .map(|due| due.amount_fen)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        worked(&office),
        [Err(Why::Claimed), Ok(24_000), Err(Why::Short)]
    );
    // The database itself refuses it, whatever an act may think.
    let line = office.opened(&one).lines[0].told.line.clone();
    let twice: Found<()> = registry.store.write(|db| {
        let again = guildhall::store::claims::Line {
            id: ClaimLineId::fresh(office.school.hall.now),
            ..line.clone()
        };
        rights::take(db, SubsidyKind::Training, &[again])
    });
    assert!(matches!(twice, Err(Failure::Taken(_))));

    // Sent back, the right is free, and the other class may claim it.
    let county = office.school.officer.clone();
    let now = office.school.hall.now;
    review::send_back(&registry, &county, &one, "材料不全", now).unwrap();
    assert_eq!(worked(&office), [Ok(24_000), Ok(24_000), Err(Why::Short)]);
    let two = office.file(&second).unwrap();
    assert_eq!(
        code(review::send_back(&registry, &county, &one, "再退", now)),
        "claim.moved-on"
    );

    // A certificate that is revoked meanwhile is not paid for.
    review::approve(&registry, &county, &two, now).unwrap();
    publicity::open(&registry, &county, &two, now).unwrap();
    let line = office.opened(&two).lines[0].told.line.clone();
    office.school.hall.on("2026-04-07");
    office.revoke(&line.certificate).unwrap();
    let now = office.school.hall.now;
    let pay = || payment::enter(&registry, &office.payer, &two, now.day(), "0002", now);
    assert_eq!(code(pay()), "claim.certificates-lost");
    review::cut(&registry, &county, &two, &line.id, None, "证书已撤销", now).unwrap();
    assert_eq!(pay().unwrap(), 24_000);
    assert!(office.recoveries().is_empty());
}

#[test]
fn rules_are_the_citys_and_every_change_is_dated() {
    let office = Office::open();
    let hall = &office.school.hall;
    let city = hall.bureau();
    let id = office.ruled(1_000);
    let enter = |new: &NewRule| subsidy_rules::enter(&hall.registry, &city, new, hall.now);
    assert_eq!(code(enter(&rule(2_000))), "subsidy_rule.ruled");
    let end =
        |last, reason| subsidy_rules::end(&hall.registry, &city, &id, day(last), reason, hall.now);
    assert_eq!(code(end("2026-06-30", " ")), "field.blank");
    end("2026-06-30", "新文件施行").unwrap();
    assert_eq!(code(end("2026-07-31", "延长")), "subsidy_rule.ended");
    let mut next = rule(2_000);
    next.rule.starts = day("2026-07-01");
    enter(&next).unwrap();
    let reader = TrainingReader::of(office.payer.actor().clone()).unwrap();
    let window = Window::of(None, None);
    let lines = subsidy_rules::list(&hall.registry, &reader, window)
        .unwrap()
        .rows;
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.rule.amount_fen, line.rule.ends))
        .collect();
    assert_eq!(told, [(2_000, None), (1_000, Some(day("2026-06-30")))]);
    assert_eq!(
        hall.deeds("subsidy_rule", id.as_str()),
        ["subsidy_rule.entered", "subsidy_rule.ended"]
    );
    let mut elsewhere = rule(1);
    elsewhere.rule.region = RegionCode::read("150100").unwrap();
    let own = Scope::Region(RegionCode::read("150900").unwrap());
    let bound = hall.actor(Role::BureauOfficer, own);
    let bound = guildhall::domain::account::BureauOfficer::of(bound).unwrap();
    let refused = subsidy_rules::enter(&hall.registry, &bound, &elsewhere, hall.now);
    assert_eq!(code(refused), "subsidy_rule.elsewhere");
}

/// What a claim is in the test's own books.
#[derive(Debug, Default)]
struct Book {
    lines: BTreeMap<ClaimLineId, (i64, i64)>,
    paid: Option<i64>,
    returned: bool,
}

impl Book {
    fn sums(&self) -> (i64, i64) {
        let sum = |of: fn(&(i64, i64)) -> i64| self.lines.values().map(of).sum();
        (sum(|line| line.0), sum(|line| line.1))
    }
}

/// A small generator of its own, so that a failure can be walked again by its seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }
}

fn compare(
    office: &Office,
    books: &BTreeMap<ClaimId, Book>,
    recovered: &BTreeMap<RecoveryId, (i64, bool)>,
) {
    let registry = &office.school.hall.registry;
    let (mut asked, mut cut, mut paid) = (0, 0, 0);
    for (id, book) in books {
        let opened = office.opened(id);
        let claim = &opened.listed.claim;
        assert_eq!((claim.asked_fen, opened.listed.cut_fen), book.sums());
        let lines: i64 = opened.lines.iter().map(claims::Account::left_fen).sum();
        assert_eq!(lines, opened.left_fen());
        let payment = opened.payment.as_ref().map(|(payment, _)| payment.paid_fen);
        assert_eq!(payment, book.paid);
        if let Some(paid) = payment {
            assert_eq!(claim.asked_fen, paid + opened.listed.cut_fen);
        }
        assert_eq!(claim.state == ClaimState::Returned, book.returned);
        if !book.returned {
            (asked, cut) = (asked + book.sums().0, cut + book.sums().1);
            paid += book.paid.unwrap_or_default();
        }
    }
    let days = (day("2026-01-01"), day("2027-12-31"));
    let totals = claims::totals(registry, &office.school.reader(), days).unwrap();
    let sum = |of: fn(&guildhall::store::claims::totals::Total) -> i64| {
        totals.iter().map(of).sum::<i64>()
    };
    assert_eq!(
        (
            sum(|row| row.asked_fen),
            sum(|row| row.cut_fen),
            sum(|row| row.paid_fen)
        ),
        (asked, cut, paid)
    );
    let due: i64 = recovered
        .values()
        .filter(|(_, waived)| !waived)
        .map(|(fen, _)| fen)
        .sum();
    assert_eq!(sum(|row| row.recovered_fen), due);
    let checks: [audit::Checker; 5] = [
        audit::claims::each_claim_adds_up,
        audit::claims::each_claim_is_where_its_steps_led,
        audit::claims::each_line_has_its_right,
        audit::claims::each_payment_has_two_persons,
        audit::claims::each_revoked_payment_is_recovered,
    ];
    for check in checks {
        assert_eq!(registry.store.read(check).unwrap(), []);
    }
}

/// Random acts in random order, many of them refused: after each the sums agree to the fen, in the
/// claim, in the totals, in the audit and in the test's own books.
#[test]
fn the_ledgers_agree_to_the_fen_whatever_is_done() {
    let mut office = Office::open();
    office.ruled(1_733);
    let rosters: [&[u16]; 5] = [
        &[100, 101, 109],
        &[102, 103, 109],
        &[104, 100, 109],
        &[105, 106, 109],
        &[107, 101, 109],
    ];
    // the fourth week from the first holds 清明
    let weeks = [0, 1, 2, 3, 5];
    let classes: Vec<_> = weeks
        .iter()
        .zip(rosters)
        .map(|(week, people)| office.approved(*week, people))
        .collect();
    let mut standing = Vec::new();
    for (week, class) in weeks.iter().zip(&classes) {
        standing.extend(office.taught(*week, class));
    }
    let registry = office.school.hall.registry.clone();
    let county = office.school.officer.clone();
    let mut books: BTreeMap<ClaimId, Book> = BTreeMap::new();
    let mut recovered: BTreeMap<RecoveryId, (i64, bool)> = BTreeMap::new();
    let (mut done, mut refused) = (BTreeMap::<&str, usize>::new(), 0);
    let mut dice = Dice(0x5eed_2026);
    for _ in 0..700 {
        let now = office.school.hall.now;
        let under_way = |book: &&Book| book.paid.is_none() && !book.returned;
        let any = dice.throw(4) == 0;
        let ids: Vec<ClaimId> = books
            .iter()
            .filter(|(_, book)| any || under_way(book))
            .map(|(id, _)| id.clone())
            .collect();
        let some = ids.get(dice.throw(ids.len())).cloned();
        let acts = [
            "file", "file", "cut", "approve", "approve", "publish", "publish", "object", "settle",
            "settle", "pay", "pay", "pay", "return", "revoke", "recover", "wait", "wait",
        ];
        let act = acts[dice.throw(acts.len())];
        let took = match (act, some) {
            ("wait", _) => {
                let later = now.day() + Days::new(u64::try_from(1 + dice.throw(4)).unwrap());
                office.school.hall.on(&later.to_string());
                Ok(())
            }
            ("file", _) => office.file(&classes[dice.throw(classes.len())]).map(|id| {
                let opened = office.opened(&id);
                let lines = opened
                    .lines
                    .iter()
                    .map(|one| (one.told.line.id.clone(), (one.told.line.amount_fen, 0)));
                books.insert(
                    id,
                    Book {
                        lines: lines.collect(),
                        ..Book::default()
                    },
                );
            }),
            ("revoke", _) if !standing.is_empty() && dice.throw(8) == 0 => {
                let id = standing.remove(dice.throw(standing.len()));
                office.revoke(&id).map(|()| {
                    for case in office.recoveries() {
                        recovered
                            .entry(case.recovery.id)
                            .or_insert((case.recovery.due_fen, false));
                    }
                })
            }
            ("recover", _) => match recovered.keys().nth(dice.throw(recovered.len())).cloned() {
                Some(id) => {
                    let waived = dice.throw(2) == 0;
                    let outcome = if waived {
                        RecoveryOutcome::Waived
                    } else {
                        RecoveryOutcome::Repaid
                    };
                    let settling = Settling {
                        outcome,
                        day: now.day(),
                        reference: "退款".to_owned(),
                        reason: "查实".to_owned(),
                    };
                    recoveries::settle(&registry, &county, &id, &settling, now).map(|()| {
                        recovered.entry(id).and_modify(|one| one.1 = waived);
                    })
                }
                None => continue,
            },
            ("cut", Some(id)) => {
                let lines: Vec<_> = books[&id].lines.keys().cloned().collect();
                let line = &lines[dice.throw(lines.len())];
                let fen =
                    [None, Some(1), Some(7), Some(333), Some(1_000), Some(20_000)][dice.throw(6)];
                review::cut(&registry, &county, &id, line, fen, "核减", now).map(|()| {
                    let entry = books.get_mut(&id).unwrap().lines.get_mut(line).unwrap();
                    entry.1 += fen.unwrap_or(entry.0 - entry.1);
                })
            }
            ("approve", Some(id)) => review::approve(&registry, &county, &id, now),
            ("publish", Some(id)) => publicity::open(&registry, &county, &id, now).map(drop),
            ("object", Some(id)) => {
                let said = NewObjection {
                    about: "名单".to_owned(),
                    said: "有疑问".to_owned(),
                    contact: String::new(),
                };
                publicity::object(&registry, &id, &said, now).map(drop)
            }
            ("settle", Some(id)) => match office
                .opened(&id)
                .objections
                .into_iter()
                .find(|case| case.settled.is_none())
            {
                Some(case) => publicity::settle(
                    &registry,
                    &county,
                    &id,
                    &case.id,
                    dice.throw(2) == 0,
                    "查实",
                    now,
                ),
                None => continue,
            },
            ("pay", Some(id)) => {
                let who = if dice.throw(3) == 0 {
                    &county
                } else {
                    &office.payer
                };
                payment::enter(&registry, who, &id, now.day(), "国库", now).map(|paid| {
                    books.get_mut(&id).unwrap().paid = Some(paid);
                })
            }
            ("return", Some(id)) if dice.throw(6) == 0 => {
                review::send_back(&registry, &county, &id, "退回", now).map(|()| {
                    books.get_mut(&id).unwrap().returned = true;
                })
            }
            _ => continue,
        };
        match took {
            Ok(()) => {
                *done.entry(act).or_default() += 1;
                compare(&office, &books, &recovered);
            }
            // what was refused changed nothing: the next comparison would tell
            Err(guildhall::acts::Error::Refused(_) | guildhall::acts::Error::NotFound) => {
                refused += 1
            }
            Err(fault) => panic!("{act}: {fault}"),
        }
    }
    compare(&office, &books, &recovered);
    println!(
        "random acts done {done:?}, refused {refused}, claims {}, recoveries {}",
        books.len(),
        recovered.len()
    );
    for act in [
        "file", "cut", "approve", "publish", "object", "settle", "pay", "return", "revoke",
        "recover",
    ] {
        assert!(done.contains_key(act), "{act} never happened");
    }
    let list = claims::list(
        &registry,
        &office.school.reader(),
        None,
        Window::of(None, Some(200)),
    );
    assert_eq!(list.unwrap().rows.len(), books.len());
}

#[test]
fn the_dead_are_not_paid_for() {
    use guildhall::acts::deliveries::{self, NewDelivery};
    use guildhall::domain::delivery::DeliveryKind;
    use guildhall::domain::id_number::IdNumber;
    let mut office = Office::open();
    office.ruled(1_000);
    let class = office.approved(0, &[100, 101, 102]);
    office.taught(0, &class);
    let hall: &Hall = &office.school.hall;
    let number = IdNumber::compose(159_999, day("1990-03-07"), 100).unwrap();
    let bytes = format!(
        "姓名,身份证号,死亡日期\n某人,{},2026-03-10\n",
        number.as_str()
    )
    .into_bytes();
    let new = NewDelivery {
        department: "民政局".to_owned(),
        kind: DeliveryKind::Deceased,
        region: RegionCode::read("150900").unwrap(),
        as_of: day("2026-03-10"),
        file: "名单.csv".to_owned(),
    };
    let now: Now = hall.now;
    let trial = deliveries::try_out(&hall.registry, &office.payer, &new, &bytes, now).unwrap();
    assert_eq!((trial.lines, trial.known), (1, 1));
    deliveries::keep(
        &hall.registry,
        &office.payer,
        &new,
        &bytes,
        &trial.digest,
        now,
    )
    .unwrap();
    let id = office.file(&class).unwrap();
    let opened = office.opened(&id);
    assert_eq!(opened.lines.len(), 1);
    assert!(
        opened
            .left_out
            .iter()
            .any(|(no, ..)| no.why == Why::Deceased && no.fact == "2026-03-10")
    );
    office.paid(&id);
}

/// What a certificate and a lasting job cost, told of five or more.
#[test]
fn what_a_certificate_cost_is_told_of_five_or_more() {
    use guildhall::acts::employments::{self, Told};
    use guildhall::domain::account::{Follower, Overseer};
    use guildhall::domain::effect::cost;
    use guildhall::domain::employment::{Fate, Source};
    use guildhall::domain::figure::Cut;
    let mut office = Office::open();
    office.ruled(1_000);
    let rosters: [&[u16]; 3] = [&[100, 101, 109], &[102, 103, 110], &[104, 105, 111]];
    let classes: Vec<_> = [0, 1, 2]
        .iter()
        .zip(rosters)
        .map(|(week, people)| office.approved(*week, people))
        .collect();
    for (week, class) in (0..).zip(&classes) {
        office.taught(week, class);
    }
    for class in &classes {
        let id = office.file(class).unwrap();
        office.paid(&id);
    }
    office.school.hall.on("2026-10-08");
    let registry = office.school.hall.registry.clone();
    let follower = Follower::of(office.payer.actor().clone()).unwrap();
    let now = office.school.hall.now;
    for class in &classes {
        for trainee in &office.school.opened(class).trainees {
            let told = Told {
                months: 6,
                day: day("2026-10-01"),
                fate: Fate::Employed,
                employer: "北方重工".to_owned(),
                uscc: None,
                occupation: None,
                wage_fen: None,
                evidence: "劳动合同".to_owned(),
                source: Source::CallBack,
            };
            employments::record(&registry, &follower, &trainee.enrolment.id, told, now).unwrap();
        }
    }
    let reader = Overseer::of(office.payer.actor().clone()).unwrap();
    let cut = Cut::of_year(day("2026-10-08"));
    let all = employments::effects(&registry, &reader, cut, "institution").unwrap();
    assert_eq!(all.len(), 1);
    let effect = &all[0].0;
    assert_eq!(
        (effect.spent_fen, effect.spent_6_fen, effect.paid_work_6),
        (144_000, 144_000, 6)
    );
    assert_eq!(cost(effect.spent_6_fen, effect.paid_work_6), Some(24_000));
    // Completion certificates are not level certificates: nobody was certified, so no cost is told.
    assert_eq!(cost(effect.spent_fen, effect.paid_certified), None);
}
