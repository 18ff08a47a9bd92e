//! 签发之后: printed again, suspended, corrected, revoked by the list and restored.

use crate::acts::certificates::issued;
use crate::acts::sittings::{Story, document};
use crate::visitor::{Counterside, Visitor};
use guildhall::acts::cascades::{self, Plan, Said};
use guildhall::acts::corrections::{self, Right};
use guildhall::acts::holds::{self, Cause};
use guildhall::acts::issuing::Given;
use guildhall::acts::provenance::{self, Holds};
use guildhall::acts::restorations::{self, Ground};
use guildhall::acts::revocations::{self, Grounds};
use guildhall::acts::verification::{self, Verified};
use guildhall::acts::{
    Done, audit, certificates, printings, prints, replacements, todo, wider_corrections,
};
use guildhall::domain::account::{BureauOfficer, Confirmer, Issuer, Reader, Role, Scope, Viewer};
use guildhall::domain::cascade::{CascadeState, digest};
use guildhall::domain::certificate::{CertificateId, HoldReason, RevocationReason, Standing};
use guildhall::ground::slice::Window;
use guildhall::store::Found;
use guildhall::store::cascades::Aim;
use guildhall::store::standings;
use rocket::http::Method;

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

fn look_up(story: &Story, token: &str) -> Verified {
    verification::look_up(&story.hall.registry, token, story.hall.now)
        .unwrap()
        .unwrap()
}

pub fn issuer(story: &Story) -> Issuer {
    Issuer::of(story.signatory.actor().clone()).unwrap()
}

/// Another signatory of the same organisation.
pub fn second(story: &Story) -> Confirmer {
    let own = Scope::Institution(story.house.clone());
    Confirmer::of(story.hall.actor(Role::AssessmentSignatory, own)).unwrap()
}

pub fn cause() -> Cause {
    Cause {
        reason_class: HoldReason::Inquiry,
        basis: "《职业技能等级认定工作规程》第十九条".to_owned(),
        reason: "接到举报，正在调取考场录像".to_owned(),
    }
}

pub fn ground() -> Ground {
    Ground {
        basis: "复核决定〔2026〕3号".to_owned(),
        reason: "录像证明本人应考，撤销依据不成立".to_owned(),
    }
}

fn grounds() -> Grounds {
    Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "另查实成绩系伪造".to_owned(),
    }
}

/// What a certificate should say: another name.
pub fn named(name: &str) -> Right {
    Right {
        name: Some(name.to_owned()),
        reason: "报名时姓名录入有误".to_owned(),
        evidence: "户口簿、身份证原件".to_owned(),
        ..Right::default()
    }
}

#[test]
fn a_lost_paper_is_printed_again_under_the_same_number_and_code() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let print = |reason| printings::print_again(registry, &issuer(&story), &given.id, reason, now);
    assert_eq!(code(print(" ")), "field.blank");
    assert_eq!(print("原件遗失").unwrap(), 2);
    assert_eq!(print("原件污损").unwrap(), 3);
    let verified = look_up(&story, &given.token);
    assert_eq!(verified.standing, Standing::Valid);
    assert!(verified.is_sound(), "the code in the paper is the same");
    let public = &verified.public;
    assert_eq!(public.after.print_of(&public.certificate), 3);
    assert_eq!(public.certificate.number, given.number);
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let drawn = prints::draw(registry, &reader, &given.id, now).unwrap();
    if let Some(text) = crate::acts::certificates::text_of(&drawn.bytes) {
        assert!(text.contains("第3次印制"), "{text}");
    }
    let opened = certificates::open(registry, &reader, &given.id).unwrap();
    assert_eq!(opened.printings.len(), 2);
}

#[test]
fn a_suspension_is_neither_good_nor_bad_and_keeps_the_right_taken() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let bureau = Confirmer::of(story.bureau.actor().clone()).unwrap();
    let own = Confirmer::of(story.signatory.actor().clone()).unwrap();
    {
        let (registry, now) = (&story.hall.registry, story.hall.now);
        let blank = Cause {
            basis: " ".to_owned(),
            ..cause()
        };
        let cause = cause();
        let suspend = |who, cause| holds::suspend(registry, who, &given.id, cause, now);
        assert_eq!(code(suspend(&own, &blank)), "field.blank");
        assert_eq!(
            code(holds::resume(registry, &own, &given.id, "查清", now)),
            "certificate.not-suspended"
        );
        suspend(&own, &cause).unwrap();
        assert_eq!(code(suspend(&bureau, &cause)), "certificate.suspended");
        let Standing::Suspended { since, reason } = look_up(&story, &given.token).standing else {
            panic!("it is not suspended")
        };
        assert_eq!((since, reason), (now.day(), HoldReason::Inquiry));
        // Nothing else is done with it meanwhile.
        let reader = Reader::of(story.signatory.actor().clone()).unwrap();
        for answer in [
            code(prints::draw(registry, &reader, &given.id, now)),
            code(printings::print_again(
                registry,
                &issuer(&story),
                &given.id,
                "遗失",
                now,
            )),
            code(replacements::replace(
                registry,
                &issuer(&story),
                &given.id,
                "污损",
                now,
            )),
        ] {
            assert_eq!(answer, "certificate.suspended");
        }
    }
    // The right stays taken: nobody is entered for a second one meanwhile.
    let again = story.plan("2026-04-20").unwrap();
    assert_eq!(
        code(story.enter(&again, 1, "乌兰图雅")),
        "candidate.certified"
    );
    let (registry, now) = (&story.hall.registry, story.hall.now);
    holds::resume(registry, &own, &given.id, "举报不实", now).unwrap();
    assert_eq!(look_up(&story, &given.token).standing, Standing::Valid);
    // What the bureau suspends the organisation does not lift.
    holds::suspend(registry, &bureau, &given.id, &cause(), now).unwrap();
    assert_eq!(
        code(holds::resume(registry, &own, &given.id, "查清", now)),
        "certificate.suspended-by-bureau"
    );
    holds::resume(registry, &bureau, &given.id, "查清", now).unwrap();
    assert_eq!(
        story.hall.deeds("certificate", given.id.as_str()),
        [
            "certificate.issued",
            "certificate.suspended",
            "certificate.resumed",
            "certificate.suspended",
            "certificate.resumed"
        ]
    );
}

#[test]
fn a_correction_takes_two_persons_and_leads_to_a_new_certificate() {
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "乌兰图亚"), (2, "张三")]).given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let (first, other) = (issuer(&story), second(&story));
    let same = Confirmer::of(story.signatory.actor().clone()).unwrap();
    let id = &all[0].id;
    let propose = |right: &Right| corrections::propose(registry, &first, id, right, now);
    assert_eq!(code(propose(&named("乌兰图亚"))), "correction.empty");
    let taken = Right {
        document: Some(document(2)),
        ..named("乌兰图雅")
    };
    assert_eq!(code(propose(&taken)), "correction.document-taken");
    assert_eq!(
        code(corrections::confirm(registry, &other, id, now)),
        "correction.unproposed"
    );
    propose(&named("乌兰图雅")).unwrap();
    assert_eq!(code(propose(&named("乌兰"))), "correction.proposed");
    corrections::drop_proposal(registry, &first, id, "号码也有误", now).unwrap();
    let right = Right {
        document: Some(document(9)),
        ..named("乌兰图雅")
    };
    propose(&right).unwrap();
    assert_eq!(
        code(corrections::confirm(registry, &same, id, now)),
        "correction.same-person"
    );
    assert_eq!(look_up(&story, &all[0].token).standing, Standing::Valid);
    let new: Given = corrections::confirm(registry, &other, id, now).unwrap();
    assert_eq!(new.holder, "乌兰图雅");
    assert_eq!(new.number, "S000015090001265000003");
    let old = look_up(&story, &all[0].token);
    assert!(matches!(old.standing, Standing::Corrected(_)));
    assert_eq!(old.successor.unwrap().token, new.token);
    assert_eq!(
        old.public.certificate.holder, "乌兰图亚",
        "what was signed stays"
    );
    let fresh = look_up(&story, &new.token);
    assert!(fresh.standing.is_valid() && fresh.is_sound());
    assert_eq!(fresh.public.certificate.id_tail, document(9).last4());
    // The paper of the new one prints the right number.
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let drawn = prints::draw(registry, &reader, &new.id, now).unwrap();
    if let Some(text) = crate::acts::certificates::text_of(&drawn.bytes) {
        assert!(text.contains(document(9).as_str()) && text.contains("乌兰图雅"));
    }
    assert_eq!(
        code(corrections::propose(
            registry,
            &first,
            id,
            &named("乌兰"),
            now
        )),
        "certificate.replaced"
    );
    let chain = provenance::of(registry, &new.token, now).unwrap().unwrap();
    assert_eq!(chain.turns[0].what, "corrects");
}

/// A second officer of the bureau.
fn colleague(story: &Story) -> BureauOfficer {
    BureauOfficer::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap()
}

fn plan(aim: Aim) -> Plan {
    Plan {
        aim,
        reason_class: RevocationReason::Organisation,
        basis: "《职业技能等级认定工作规程》第二十一条".to_owned(),
        reason: "考场录像缺失，考评过程无法证实".to_owned(),
    }
}

#[test]
fn a_cascade_is_listed_told_heard_confirmed_and_partly_restored() {
    let mut story = Story::new();
    let names = [(1, "乌兰"), (2, "张三"), (3, "李四"), (4, "王五")];
    let given = issued(&mut story, &names).given;
    let numbers: Vec<_> = given.iter().map(|one| one.number.as_str()).collect();
    let (first, other) = (story.bureau.clone(), colleague(&story));
    let own = Confirmer::of(story.signatory.actor().clone()).unwrap();
    let reader = Reader::of(first.actor().clone()).unwrap();
    let theirs = Reader::of(story.signatory.actor().clone()).unwrap();
    let aim = Aim {
        institution: Some(story.house.clone()),
        ..Aim::default()
    };
    let id = {
        let (registry, now) = (&story.hall.registry, story.hall.now);
        let list_up = |aim| cascades::list_up(registry, &first, &plan(aim), now);
        assert_eq!(code(list_up(Aim::default())), "cascade.unbounded");
        let before = Aim {
            ends: "2026-01-01".parse().ok(),
            ..aim.clone()
        };
        assert_eq!(code(list_up(before)), "cascade.empty");
        // By assessor it is the same four.
        let judged = Aim {
            assessor: Some(story.panel[0].0.clone()),
            ..Aim::default()
        };
        let by_assessor = list_up(judged).unwrap();
        let id = list_up(aim.clone()).unwrap();
        for id in [&by_assessor, &id] {
            let opened =
                cascades::open(registry, &reader, id, Window::of(None, None), now).unwrap();
            assert_eq!(opened.case.cascade.listed, 4);
            assert_eq!(opened.case.cascade.digest, digest(numbers.iter().copied()));
            assert_eq!(opened.state, CascadeState::Listed);
        }
        cascades::drop_it(registry, &first, &by_assessor, "重复", now).unwrap();
        // A dry run revokes nothing, and the organisation does not see it before it is told.
        assert!(look_up(&story, &given[0].token).standing.is_valid());
        assert_eq!(
            code(cascades::open(
                registry,
                &theirs,
                &id,
                Window::of(None, None),
                now
            )),
            "not-found"
        );
        assert_eq!(
            code(cascades::confirm(registry, &other, &id, now)),
            "cascade.unnotified"
        );
        assert_eq!(
            code(cascades::notify(registry, &first, &id, 3, now)),
            "cascade.days"
        );
        let closes = cascades::notify(registry, &first, &id, 5, now).unwrap();
        assert!(closes > now.day());
        let said = Said {
            number: given[3].number.clone(),
            speaker: "乌兰察布技能评价中心".to_owned(),
            said: "王五一人的录像保存完整，附存储卡".to_owned(),
        };
        cascades::reply(registry, &own, &id, &said, now).unwrap();
        let stray = Said {
            number: "S000015090001265000099".to_owned(),
            ..said
        };
        assert_eq!(
            code(cascades::reply(registry, &own, &id, &stray, now)),
            "cascade.unlisted"
        );
        cascades::exclude(registry, &first, &id, &given[3].number, "录像完整", now).unwrap();
        assert_eq!(
            code(cascades::confirm(registry, &other, &id, now)),
            "cascade.open"
        );
        id
    };
    story.hall.on("2026-05-06");
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        code(cascades::confirm(registry, &first, &id, now)),
        "cascade.same-person"
    );
    assert_eq!(cascades::confirm(registry, &other, &id, now).unwrap(), 3);
    assert_eq!(
        code(cascades::confirm(registry, &other, &id, now)),
        "cascade.over"
    );
    for one in &given[..3] {
        let verified = look_up(&story, &one.token);
        assert!(matches!(verified.standing, Standing::Revoked(_)) && verified.by_bureau);
    }
    assert!(look_up(&story, &given[3].token).standing.is_valid());
    let opened = cascades::open(registry, &theirs, &id, Window::of(None, None), now).unwrap();
    assert_eq!(opened.state, CascadeState::Confirmed);
    assert_eq!((opened.members.total, opened.excluded), (4, 1));
    let ended = opened.case.ended.unwrap();
    assert_eq!(ended.digest, digest(numbers[..3].iter().copied()));
    // Two of the three were struck wrongly after all.
    let some = format!("{}\n{}", numbers[0], numbers[1].to_lowercase());
    let ids = cascades::some_of(registry, &other, &id, &some).unwrap();
    restorations::restore(registry, &other, &ids, &ground(), now).unwrap();
    for one in &given[..2] {
        assert!(look_up(&story, &one.token).standing.is_valid());
    }
    assert!(!look_up(&story, &given[2].token).standing.is_valid());
    assert_eq!(
        code(restorations::restore(
            registry,
            &other,
            &ids,
            &ground(),
            now
        )),
        "certificate.restored"
    );
    assert_eq!(
        code(restorations::restore(
            registry,
            &other,
            &[given[3].id.clone()],
            &ground(),
            now
        )),
        "certificate.not-revoked"
    );
    // What was restored is not revoked twice, neither by itself nor by another list.
    let relisted = cascades::list_up(registry, &first, &plan(aim), now).unwrap();
    let opened = cascades::open(registry, &reader, &relisted, Window::of(None, None), now).unwrap();
    assert_eq!(opened.case.cascade.listed, 1);
    let chain = provenance::of(registry, &given[0].token, now)
        .unwrap()
        .unwrap();
    let turns: Vec<_> = chain.turns.iter().map(|turn| turn.what).collect();
    assert_eq!(turns, ["issued", "revoked", "restored"]);
    // Something else is found of one of them: two persons revoke it again, for good.
    let (one, two) = (
        story.hall.assessment_signatory(&story.house),
        story.hall.assessment_signatory(&story.house),
    );
    let issuer = Issuer::of(one.actor().clone()).unwrap();
    let confirmer = Confirmer::of(two.actor().clone()).unwrap();
    let again = &given[0];
    revocations::propose(registry, &issuer, &again.id, &grounds(), now).unwrap();
    let pending = certificates::open(
        registry,
        &Reader::of(one.actor().clone()).unwrap(),
        &again.id,
    )
    .unwrap();
    assert!(pending.pending().is_some());
    revocations::confirm(registry, &confirmer, &again.id, now).unwrap();
    let found = look_up(&story, &again.token);
    assert!(matches!(found.standing, Standing::Revoked(_)) && !found.by_bureau);
    assert_eq!(
        code(restorations::restore(
            registry,
            &other,
            std::slice::from_ref(&again.id),
            &ground(),
            now
        )),
        "certificate.revoked-again"
    );
    assert_eq!(
        code(revocations::propose(
            registry,
            &issuer,
            &again.id,
            &grounds(),
            now
        )),
        "certificate.revoked"
    );
    let chain = provenance::of(registry, &again.token, now)
        .unwrap()
        .unwrap();
    let turns: Vec<_> = chain.turns.iter().map(|turn| turn.what).collect();
    assert_eq!(turns, ["issued", "revoked", "restored", "revoked"]);
    let places = registry.store.read(standings::revoked).unwrap();
    assert_eq!(
        places.len(),
        2,
        "this one, and the one that was never restored"
    );
    guildhall::acts::log::sequence(registry, now).unwrap();
    assert_eq!(audit::all(registry).unwrap(), []);
}

#[test]
fn the_chain_behind_a_certificate_is_told_link_by_link() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let chain = provenance::of(registry, &given.token, now)
        .unwrap()
        .unwrap();
    let holds = |what: &str| {
        let link = chain.links.iter().find(|link| link.what == what);
        link.unwrap().holds
    };
    assert_eq!(holds("scope"), Holds::Yes, "{chain:?}");
    assert_eq!(holds("panel"), Holds::Yes);
    assert_eq!(holds("marks"), Holds::Yes);
    assert_eq!(holds("publicity"), Holds::Yes);
    assert_eq!(holds("class"), Holds::NotAsked);
    assert!(chain.is_whole() && chain.standing == "valid");
    let told = format!("{chain:?}");
    assert!(!told.contains("乌兰") && !told.contains("赵敏"), "{told}");
    assert!(
        provenance::of(registry, "aaaaaaaaaaaaaaaa", now)
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_corrected_name_leaves_no_other_certificate_unnamed() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图亚")]).given.remove(0);
    let (registry, now) = (std::sync::Arc::clone(&story.hall.registry), story.hall.now);
    // Another of hers, of another organisation, as the register would have it.
    let other = registry
        .store
        .write(|db| {
            let mut row =
                guildhall::store::certificates::several(db, std::slice::from_ref(&first.id))?
                    .remove(0);
            row.id = guildhall::domain::certificate::CertificateId::fresh(now);
            row.number = "S000015090001265000999".to_owned();
            row.token = "aaaaaaaaaaaaaaaa".to_owned();
            row.candidate = None;
            row.status_index += 1;
            row.level = Some(guildhall::domain::skill_level::SkillLevel::Four);
            guildhall::store::certificates::add(db, std::slice::from_ref(&row))?;
            Ok::<_, guildhall::acts::Error>(row)
        })
        .unwrap();
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let open = |id| certificates::open(&registry, &reader, id).unwrap();
    assert_eq!(
        (
            open(&first.id).others.len(),
            open(&first.id).behind().count()
        ),
        (1, 0)
    );
    corrections::propose(
        &registry,
        &issuer(&story),
        &first.id,
        &named("乌兰图雅"),
        now,
    )
    .unwrap();
    let new = corrections::confirm(&registry, &second(&story), &first.id, now).unwrap();
    let opened = open(&new.id);
    let behind: Vec<_> = opened.behind().map(|one| one.id.clone()).collect();
    assert_eq!(behind, std::slice::from_ref(&other.id));
    assert!(!opened.is_behind() && open(&other.id).is_behind());
    // It waits on the signatory's first page until it is replaced.
    let viewer = Viewer::of(story.signatory.actor().clone()).unwrap();
    let waits = || {
        let (piles, _) = todo::of(&registry, &viewer, now).unwrap();
        piles
            .iter()
            .filter(|pile| pile.wait == todo::Wait::Misnamed)
            .map(|pile| pile.total)
            .sum::<i64>()
    };
    assert_eq!(waits(), 1);
    let counter = Counterside::of(&story.hall);
    let visitor = Visitor::signed_in(&story.hall, story.signatory.actor());
    let page = counter.read(&visitor, &format!("/certificates/{}", new.id));
    assert!(
        page.contains("S000015090001265000999") && page.contains("/replacement"),
        "{page}"
    );
    replacements::replace(&registry, &issuer(&story), &other.id, "姓名已更正", now).unwrap();
    assert_eq!((waits(), open(&new.id).behind().count()), (0, 0));
    story.hall.leave_unaudited();
}

/// Another certificate of the same person, as the register would have it.
fn another_of(story: &Story, id: &CertificateId, n: i32) -> CertificateId {
    let now = story.hall.now;
    let made = story.hall.registry.store.write(|db| {
        let pattern = guildhall::store::certificates::several(db, std::slice::from_ref(id))?;
        let mut row = pattern.into_iter().next().unwrap();
        row.id = CertificateId::fresh(now);
        row.number = format!("S00001509000126500099{n}");
        row.token = char::from(b'a' + u8::try_from(n).unwrap())
            .to_string()
            .repeat(16);
        row.candidate = None;
        row.status_index += n;
        guildhall::store::certificates::add(db, std::slice::from_ref(&row))?;
        Ok::<_, guildhall::acts::Error>(row.id)
    });
    made.unwrap()
}

#[test]
fn a_certificate_whose_turn_was_struck_out_is_named() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let (registry, now) = (std::sync::Arc::clone(&story.hall.registry), story.hall.now);
    holds::suspend(&registry, &second(&story), &given.id, &cause(), now).unwrap();
    let suspended = |story: &Story| {
        let standing = look_up(story, &given.token).standing;
        matches!(standing, Standing::Suspended { .. })
    };
    assert!(suspended(&story));
    let run = |statement: &str| {
        registry
            .store
            .write(|db| -> Found<()> { db.run(statement) })
    };
    let strike = "DELETE FROM turned_certificates";
    assert!(run(strike).is_err(), "the database itself refuses");
    let drop = if registry.store.kind() == "SQLite" {
        "DROP TRIGGER turned_certificates_no_delete"
    } else {
        "DROP TRIGGER turned_certificates_stay ON turned_certificates"
    };
    run(drop).unwrap();
    run(strike).unwrap();
    assert!(!suspended(&story), "nobody looks further");
    let broken = audit::all(&registry).unwrap();
    let named = broken
        .iter()
        .find(|one| one.promise == "certificates.turns-noted");
    assert_eq!(named.unwrap().subject, format!("certificates {}", given.id));
    story.hall.leave_unaudited();
}

#[test]
fn her_other_certificates_are_corrected_in_one_act_and_none_that_is_held_back() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图亚")]).given.remove(0);
    let registry = std::sync::Arc::clone(&story.hall.registry);
    // Three more of hers.
    let others = [1, 2, 3].map(|n| another_of(&story, &first.id, n));
    let now = story.hall.now;
    let held = &others[2];
    holds::suspend(&registry, &second(&story), held, &cause(), now).unwrap();
    let city = second(&story);
    assert_eq!(
        code(wider_corrections::list(&registry, &city, &first.id, now)),
        "correction.unproposed",
        "her record was never corrected"
    );
    corrections::propose(
        &registry,
        &issuer(&story),
        &first.id,
        &named("乌兰图雅"),
        now,
    )
    .unwrap();
    let new = corrections::confirm(&registry, &city, &first.id, now).unwrap();

    let wider = wider_corrections::list(&registry, &city, &new.id, now).unwrap();
    assert_eq!(
        (wider.rows.len(), wider.ready(), wider.elsewhere),
        (3, 2, 0)
    );
    assert_eq!(wider.name, "乌兰图雅");
    let left: Vec<_> = wider.rows.iter().filter(|row| row.why.is_some()).collect();
    assert_eq!(left[0].certificate.id, *held);
    assert_eq!(left[0].why.as_ref().unwrap().code, "certificate.suspended");
    // Who proposed does not carry it further.
    let same = Confirmer::of(story.signatory.actor().clone()).unwrap();
    let alone = wider_corrections::list(&registry, &same, &new.id, now).unwrap();
    assert_eq!(alone.ready(), 0);
    assert_eq!(
        code(wider_corrections::carry_out(
            &registry, &same, &new.id, 0, now
        )),
        "correction.wider-empty"
    );
    assert_eq!(
        code(wider_corrections::carry_out(
            &registry, &city, &new.id, 3, now
        )),
        "correction.wider-miscounted"
    );

    let given = wider_corrections::carry_out(&registry, &city, &new.id, 2, now).unwrap();
    assert_eq!(given.len(), 2);
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    for (old, new) in others[..2].iter().zip(&given) {
        assert_eq!(new.holder, "乌兰图雅");
        let opened = certificates::open(&registry, &reader, old).unwrap();
        let today = now.day();
        let standing = opened.after.standing(opened.certificate.expires_on, today);
        assert!(matches!(standing, Standing::Corrected(_)), "{standing:?}");
        assert_eq!(opened.successor.as_ref().unwrap().1.id, new.id);
        assert!(look_up(&story, &new.token).is_sound());
        let chain = provenance::of(&registry, &new.token, now).unwrap().unwrap();
        assert_eq!(chain.turns[0].what, "corrects");
    }
    // The first one's own case is told once, whatever else rests on it.
    let first = certificates::open(&registry, &reader, &first.id).unwrap();
    assert_eq!(first.corrections.len(), 1);
    let rest = wider_corrections::list(&registry, &city, &new.id, now).unwrap();
    assert_eq!((rest.rows.len(), rest.ready()), (1, 0));
    // What was held back follows once it is free.
    let later = now.plus_seconds(86_400);
    holds::resume(&registry, &city, held, "核查完毕", later).unwrap();
    let rest = wider_corrections::carry_out(&registry, &city, &new.id, 1, later).unwrap();
    assert_eq!(rest.len(), 1);
    let broken = audit::all(&registry).unwrap();
    assert!(
        broken
            .iter()
            .all(|one| !one.promise.starts_with("corrections")),
        "{broken:?}"
    );
    story.hall.leave_unaudited();
}

#[test]
fn the_wider_correction_has_its_list_its_page_and_its_program() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图亚")]).given.remove(0);
    let other = another_of(&story, &first.id, 1);
    let (registry, now) = (std::sync::Arc::clone(&story.hall.registry), story.hall.now);
    let right = named("乌兰图雅");
    corrections::propose(&registry, &issuer(&story), &first.id, &right, now).unwrap();
    let new = corrections::confirm(&registry, &second(&story), &first.id, now).unwrap();
    let counter = Counterside::of(&story.hall);
    let officer = story.hall.bureau();
    let her = Visitor::signed_in(&story.hall, officer.actor());
    let to = format!("/certificates/{}/wider-correction", new.id);
    assert!(
        counter
            .read(&her, &format!("/certificates/{}", new.id))
            .contains(&to)
    );
    let page = counter.read(&her, &to);
    assert!(
        page.contains(other.as_str()) && page.contains("其中 1 张可更正"),
        "{page}"
    );
    let wrong = counter.send(&her, &to, &[("expected", "2")]);
    assert_eq!(wrong.status, 422);
    let program = Visitor::program(&story.hall, officer.actor());
    let api = format!("/api/v1{to}");
    let told = counter.ask(&program, Method::Get, &api, None).json();
    assert_eq!(
        (&told["ready"], &told["holder"]),
        (&1.into(), &"乌兰图雅".into())
    );
    assert_eq!(told["certificates"][0]["id"], other.as_str());
    let done = counter.done(&her, &to, &[("expected", "1")]);
    assert_eq!(done, format!("/certificates/{}?done=widened", new.id));
    assert!(counter.read(&her, &to).contains("没有需要更正的证书"));
    let again = counter.call(
        &program,
        Method::Post,
        &api,
        Some(serde_json::json!({ "expected": "1" })),
    );
    assert_eq!(again.code(), "correction.wider-empty");
    story.hall.leave_unaudited();
}
