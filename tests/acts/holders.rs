//! 持证人: signs in with a code that serves once, shares for a time, copies for a purpose, asks.

use crate::acts::certificates::issued;
use crate::acts::sittings::{Story, document};
use crate::visitor::{Counterside, Visitor};
use guildhall::acts::holders::{self, Presented};
use guildhall::acts::looks::Looks;
use guildhall::acts::{Done, petitions, sharing, trust};
use guildhall::domain::account::CounterClerk;
use guildhall::domain::certificate::CertificateId;
use guildhall::domain::holder::{Holder, LookKind, PetitionKind};
use guildhall::ground::slice::Window;
use guildhall::paper::pocket::anything;
use guildhall::paper::reading;
use guildhall::seal::bundle::Bundle;
use guildhall::seal::pocket::{Pocket, Verdict};
use guildhall::store::{Conn, Found, certificates, people};
use rocket::http::Method;
use std::time::Duration;

/// A story with two certificates, and the first one's holder.
fn story() -> (Story, CertificateId, CertificateId, Holder, String) {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰"), (2, "张三")]).given;
    let kept = story
        .hall
        .registry
        .store
        .read(|db| -> Found<_> { certificates::several(db, &[given[0].id.clone()]) })
        .unwrap()
        .remove(0);
    let holder = Holder {
        person: kept.person,
        name: kept.holder,
    };
    (
        story,
        given[0].id.clone(),
        given[1].id.clone(),
        holder,
        given[0].number.clone(),
    )
}

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

fn clerk(story: &Story) -> CounterClerk {
    CounterClerk::of(story.clerk.actor().clone()).unwrap()
}

fn enter(story: &Story, number: &str, document: &str, code: &str) -> Done<String> {
    let presented = Presented {
        number: number.to_owned(),
        document: document.to_owned(),
        code: code.to_owned(),
    };
    holders::sign_in(&story.hall.registry, &presented, story.hall.now)
}

#[test]
fn a_code_opens_once_and_only_with_number_and_document() {
    let (mut story, _, _, holder, number) = story();
    let (hers, anothers) = (document(1), document(2));
    let give = |story: &Story| {
        holders::give_code(
            &story.hall.registry,
            &clerk(story),
            &holder.person,
            story.hall.now,
        )
        .unwrap()
        .code
    };
    let first = give(&story);
    assert_eq!(first.len(), 8);
    for (number, document, typed) in [
        (number.as_str(), hers.as_str(), "00000000"),
        (number.as_str(), anothers.as_str(), first.as_str()),
        ("S000015090001265999999", hers.as_str(), first.as_str()),
        ("nonsense", hers.as_str(), first.as_str()),
    ] {
        assert_eq!(
            code(enter(&story, number, document, typed)),
            "holder.not-recognised"
        );
    }
    // A new code ends the one before.
    let second = give(&story);
    assert_eq!(
        code(enter(&story, &number, hers.as_str(), &first)),
        "holder.not-recognised"
    );
    let cookie = enter(&story, &number, hers.as_str(), &second).unwrap();
    assert_eq!(
        code(enter(&story, &number, hers.as_str(), &second)),
        "holder.not-recognised"
    );
    let registry = &story.hall.registry;
    let (who, _) = holders::present(registry, &cookie, story.hall.now)
        .unwrap()
        .unwrap();
    assert_eq!(who, holder);
    let later = story.hall.now.plus_seconds(31 * 60);
    assert!(
        holders::present(registry, &cookie, later)
            .unwrap()
            .is_none()
    );
    assert!(
        holders::present(registry, &cookie, story.hall.now)
            .unwrap()
            .is_none(),
        "it ended for good"
    );

    let third = give(&story);
    story.hall.now = story.hall.now.plus_seconds(30 * 60 + 1);
    assert_eq!(
        code(enter(&story, &number, hers.as_str(), &third)),
        "holder.not-recognised"
    );
    let shown = format!("{:?}", story.hall.deeds("holder", holder.person.as_str()));
    assert_eq!(shown.matches("holder.admitted").count(), 3);
    assert_eq!(shown.matches("holder.entered").count(), 1);
}

#[test]
fn guessing_codes_ends_after_ten_failures() {
    let (story, _, _, holder, number) = story();
    let given = holders::give_code(
        &story.hall.registry,
        &clerk(&story),
        &holder.person,
        story.hall.now,
    )
    .unwrap();
    for _ in 0..10 {
        assert_eq!(
            code(enter(&story, &number, document(1).as_str(), "1")),
            "holder.not-recognised"
        );
    }
    let right = enter(&story, &number, document(1).as_str(), &given.code);
    assert_eq!(code(right), "account.too-many-failures");
}

#[test]
fn anothers_certificate_does_not_exist() {
    let (story, own, anothers, holder, _) = story();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert!(holders::own_certificate(registry, &holder, &own).is_ok());
    for done in [
        code(holders::own_certificate(registry, &holder, &anothers)),
        code(holders::paper(registry, &holder, &anothers, now)),
        code(sharing::share(registry, &holder, &anothers, 7, now)),
        code(sharing::copy(
            registry,
            &holder,
            &anothers,
            "应聘焊工",
            now.day(),
            now,
        )),
        code(petitions::lodge(
            registry,
            &holder,
            PetitionKind::Correction,
            Some(anothers.clone()),
            "姓名有误",
            now,
        )),
    ] {
        assert_eq!(done, "not-found");
    }
    let own = holders::own(registry, &holder).unwrap();
    assert_eq!(own.certificates.len(), 1);
}

#[test]
fn a_shared_link_leads_there_until_it_ends() {
    let (story, id, _, holder, _) = story();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        code(sharing::share(registry, &holder, &id, 31, now)),
        "share.days"
    );
    let link = sharing::share(registry, &holder, &id, 7, now)
        .unwrap()
        .token;
    let leads = |at| sharing::follow(registry, &link, at).unwrap();
    let own = |db: &mut Conn| certificates::several(db, std::slice::from_ref(&id));
    let token = registry.store.read(own).unwrap().remove(0).token;
    assert_eq!(leads(now), Some(token));
    assert_eq!(leads(now.plus_seconds(7 * 86_400)), None);
    let share = holders::own_certificate(registry, &holder, &id)
        .unwrap()
        .shares
        .remove(0);
    sharing::end(registry, &holder, &id, &share.id, now).unwrap();
    assert_eq!(leads(now), None);
    assert_eq!(
        code(sharing::end(registry, &holder, &id, &share.id, now)),
        "not-found"
    );
}

#[test]
fn a_copy_says_what_it_is_for_and_its_code_leads_to_that() {
    let (story, id, _, holder, _) = story();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let until = now.day() + chrono::Days::new(30);
    let copy = sharing::copy(registry, &holder, &id, "应聘北方重工焊工岗位", until, now).unwrap();
    let drawn = sharing::copy_paper(registry, &holder, &id, &copy, now).unwrap();
    let whole = holders::paper(registry, &holder, &id, now).unwrap();
    assert_ne!(drawn.bytes, whole.bytes);
    let again = sharing::copy_paper(registry, &holder, &id, &copy, now).unwrap();
    assert!(drawn.bytes == again.bytes, "the same copy is the same file");
    let kept = holders::own_certificate(registry, &holder, &id)
        .unwrap()
        .copies
        .remove(0);
    let (found, token) = sharing::copied(registry, &kept.token).unwrap().unwrap();
    assert_eq!((found.id, token.len()), (copy, 16));
    if let Some(text) = crate::acts::certificates::text_of(&drawn.bytes) {
        assert!(
            text.contains("加注副本：仅用于应聘北方重工焊工岗位"),
            "{text}"
        );
    }
    let counter = Counterside::of(&story.hall);
    let page = counter.ask(
        &Visitor::stranger(),
        Method::Get,
        &format!("/c/{}", kept.token),
        None,
    );
    assert_eq!(page.status, 200);
    assert!(page.text().contains("应聘北方重工焊工岗位") && !page.text().contains("乌兰"));

    // Without a network: what it is for, and until when.
    let short = sharing::copy(
        registry,
        &holder,
        &id,
        "办理落户",
        now.day() + chrono::Days::new(1),
        now,
    )
    .unwrap();
    let short = sharing::copy_paper(registry, &holder, &id, &short, now).unwrap();
    let root = trust::root(registry, now).unwrap();
    let sent = trust::bundle(registry, &trust::Shelf::default(), now).unwrap();
    let at = |now| {
        Pocket::new(
            Bundle::open(&sent.bytes, &root.public).unwrap(),
            root.public.clone(),
            now,
        )
    };
    let told = anything(&at(now), &drawn.bytes);
    assert_eq!(
        (told.kind, told.verdict),
        ("copy", Verdict::Valid),
        "{told:#?}"
    );
    assert_eq!(told.fact("copy_for"), Some("应聘北方重工焊工岗位"));
    assert_eq!(told.fact("copy_until"), Some(until.to_string().as_str()));
    let over = anything(&at(now.plus_seconds(3 * 86_400)), &short.bytes);
    assert_eq!(
        (over.kind, over.verdict),
        ("copy", Verdict::Expired),
        "{over:#?}"
    );
    let mut bent = drawn.bytes.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    assert_ne!(anything(&at(now), &bent).verdict, Verdict::Valid);
    // Its code alone shows the certificate, and that it is a copy's.
    let code = reading::read(&drawn.bytes).unwrap().code.unwrap();
    assert!(code.contains("/c/"), "{code}");
    let told = anything(&at(now), code.as_bytes());
    assert_eq!(
        (told.kind, told.verdict),
        ("copy_code", Verdict::Valid),
        "{told:#?}"
    );
}

#[test]
fn looks_are_counted_by_the_hour_and_nobody_is_named() {
    let (story, id, _, holder, _) = story();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let looks = Looks::default();
    for kind in [LookKind::Page, LookKind::Page, LookKind::Share] {
        looks.note(&id, kind, now);
    }
    assert_eq!(looks.keep(registry).unwrap(), 2);
    looks.note(&id, LookKind::Page, now.plus_seconds(60));
    looks.keep(registry).unwrap();
    assert_eq!(looks.keep(registry).unwrap(), 0);
    let counted: Vec<_> = holders::own_certificate(registry, &holder, &id)
        .unwrap()
        .looks
        .into_iter()
        .map(|look| (look.kind, look.n))
        .collect();
    assert_eq!(counted, [("page".to_owned(), 3), ("share".to_owned(), 1)]);
}

#[test]
fn whoever_is_sent_on_to_a_certificate_has_looked_once() {
    let (story, id, _, holder, number) = story();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let counter = Counterside::of(&story.hall);
    let stranger = Visitor::stranger();
    let link = sharing::share(registry, &holder, &id, 7, now)
        .unwrap()
        .token;
    let shared = counter.ask(&stranger, Method::Get, &format!("/shared/{link}"), None);
    let tail = document(1).last4().to_owned();
    let asked = [("number", &*number), ("name", "乌兰"), ("id_tail", &tail)];
    let named = counter.send(&stranger, "/verify", &asked);
    for sent in [shared, named] {
        assert_eq!(
            counter.ask(&stranger, Method::Get, &sent.to, None).status,
            200
        );
    }
    // The server may be writing them down just now, too.
    let looks = (0..100).find_map(|_| {
        counter.keep_looks();
        std::thread::sleep(Duration::from_millis(50));
        let own = holders::own_certificate(registry, &holder, &id).unwrap();
        (own.looks.len() > 1).then_some(own.looks)
    });
    let looks = looks.unwrap();
    let looks: Vec<_> = looks.iter().map(|look| (&*look.kind, look.n)).collect();
    assert_eq!(looks, [("number", 1), ("share", 1)]);
}

#[test]
fn a_petition_is_answered_once_and_files_are_kept_their_years() {
    let (mut story, id, _, holder, _) = story();
    let registry = story.hall.registry.clone();
    let now = story.hall.now;
    petitions::lodge(
        &registry,
        &holder,
        PetitionKind::Correction,
        Some(id),
        "工种应为气焊工",
        now,
    )
    .unwrap();
    let twice = petitions::lodge(
        &registry,
        &holder,
        PetitionKind::Correction,
        None,
        "再提一次",
        now,
    );
    assert_eq!(code(twice), "petition.lodged");
    let erasure = petitions::lodge(
        &registry,
        &holder,
        PetitionKind::Erasure,
        None,
        "请删除",
        now,
    )
    .unwrap();
    let all = petitions::list(&registry, &story.bureau, Window::of(None, None)).unwrap();
    assert_eq!(all.total, 2);
    let answer = |granted, at| {
        petitions::answer(
            &registry,
            &story.bureau,
            &erasure,
            granted,
            "按规定办理",
            at,
        )
    };
    assert_eq!(code(answer(true, now)), "petition.retained");
    let data = holders::data(&registry, &holder, now).unwrap();
    assert_eq!(data["person"]["document"], document(1).as_str());
    assert_eq!(data["certificates"].as_array().unwrap().len(), 1);

    story.hall.on("2036-12-01");
    answer(true, story.hall.now).unwrap();
    assert_eq!(code(answer(false, story.hall.now)), "petition.answered");
    let kept = registry
        .store
        .read(|db| -> Found<_> { people::several(db, &[holder.person.clone()]) })
        .unwrap()
        .remove(0);
    assert!(kept.id_sealed.is_empty() && kept.id_tail.is_empty() && kept.phone_sealed.is_none());
    assert_eq!(
        code(holders::data(&registry, &holder, story.hall.now)),
        "not-found"
    );
}

#[test]
fn a_holder_goes_through_her_pages() {
    let (story, id, anothers, holder, number) = story();
    let counter = Counterside::of(&story.hall);
    let given = holders::give_code(
        &story.hall.registry,
        &clerk(&story),
        &holder.person,
        story.hall.now,
    )
    .unwrap();
    let stranger = Visitor::stranger();
    let sign_in = |typed: &str| {
        counter.send(
            &stranger,
            "/sign-in/holder",
            &[
                ("number", &number),
                ("document", document(1).as_str()),
                ("code", typed),
            ],
        )
    };
    let wrong = sign_in("12");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("不对") && !wrong.text().contains(document(1).as_str()));
    let entered = sign_in(&given.code);
    assert_eq!((entered.status, entered.to.as_str()), (303, "/me"));
    let cookie = enter(
        &story,
        &number,
        document(1).as_str(),
        &holders::give_code(
            &story.hall.registry,
            &clerk(&story),
            &holder.person,
            story.hall.now,
        )
        .unwrap()
        .code,
    )
    .unwrap();
    let (_, csrf) = holders::present(&story.hall.registry, &cookie, story.hall.now)
        .unwrap()
        .unwrap();
    let her = Visitor::holder(&cookie, &csrf);
    let home = counter.ask(&her, Method::Get, "/me", None);
    assert_eq!(home.status, 200);
    assert!(home.text().contains(&number) && home.text().contains("/me/sign-out"));
    let one = format!("/me/certificates/{id}");
    let hers = counter.read(&her, &one);
    for (kind, begins) in [("", &b"{"[..]), (".png", b"\x89PNG")] {
        let path = hers.split("href=\"/credentials/").nth(1).unwrap();
        let token = path.split('"').next().unwrap();
        let path = format!("/credentials/{token}{kind}");
        assert!(hers.contains(&format!("\"{path}\"")), "{path}");
        let given = counter.ask(&stranger, Method::Get, &path, None);
        assert!(
            given.status == 200 && given.bytes.starts_with(begins),
            "{path}"
        );
    }
    assert_eq!(
        counter
            .ask(
                &her,
                Method::Get,
                &format!("/me/certificates/{anothers}"),
                None
            )
            .status,
        404
    );
    let pdf = counter.ask(&her, Method::Get, &format!("{one}/pdf"), None);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    let shared = counter.send(&her, &format!("{one}/shares"), &[("days", "7")]);
    assert_eq!(shared.status, 200);
    let link = shared
        .text()
        .split("/shared/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        counter
            .ask(&stranger, Method::Get, &format!("/shared/{link}"), None)
            .to
            .starts_with("/v/")
    );
    let made = counter.send(
        &her,
        &format!("{one}/copies"),
        &[("purpose", "应聘焊工"), ("until", "2026-05-01")],
    );
    assert_eq!(made.status, 303, "{}", made.text());
    let no_date = counter.send(
        &her,
        &format!("{one}/copies"),
        &[("purpose", "应聘焊工"), ("until", "明天")],
    );
    assert_eq!(no_date.status, 422);
    let stale = her.clone().with_form_token("stale");
    assert_eq!(
        counter
            .send(&stale, &format!("{one}/shares"), &[("days", "7")])
            .status,
        403
    );
    // Her cookie opens nothing of those who work here, and theirs nothing of hers.
    assert!(
        counter
            .ask(&her, Method::Get, "/home", None)
            .to
            .starts_with("/sign-in")
    );
    let clerk = Visitor::signed_in(&story.hall, story.clerk.actor());
    assert_eq!(counter.ask(&clerk, Method::Get, "/me", None).status, 403);
    assert_eq!(
        counter.ask(&her, Method::Get, "/me/data.json", None).json()["person"]["name"],
        "乌兰"
    );
}
