//! 用人单位核验凭证: asked for, granted by the bureau, collected once, used, taken back.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use crate::visitor::{Counterside, Visitor, plain};
use guildhall::acts::employers;
use guildhall::domain::employer::{ALLOWANCE, EmployerClaim, EmployerState};
use guildhall::domain::uscc::Uscc;
use rocket::http::Method;
use serde_json::json;

const CONTACT: &str = "王经理 0474-8888888";

#[test]
fn an_employer_gets_a_token_of_the_bureau_and_checks_more_with_it() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let who = Visitor::stranger();
    let bureau = Visitor::signed_in(&story.hall, story.bureau.actor());
    let uscc = Uscc::compose("91150900MA0N0C0D0").unwrap();
    let ask = |uscc: &str| {
        counter.send(
            &who,
            "/employers",
            &[("name", "集宁建工"), ("uscc", uscc), ("contact", CONTACT)],
        )
    };
    let mut wrong = uscc.as_str().to_owned();
    let last = if wrong.ends_with('0') { "1" } else { "0" };
    wrong.replace_range(17.., last);
    assert_eq!(ask(&wrong).status, 422, "the check digit is looked at");
    let asked = ask(uscc.as_str());
    assert_eq!(asked.status, 303, "{}", plain(&asked.text()));
    let claim = asked.to;
    assert!(counter.read(&who, &claim).contains("等待主管部门审核"));
    assert_eq!(
        counter.send(&who, &claim, &[]).status,
        409,
        "not before it is granted"
    );
    // The bureau sees who asks; nobody else does.
    let list = counter.read(&bureau, "/employers");
    assert!(list.contains("集宁建工") && list.contains(CONTACT) && list.contains(uscc.as_str()));
    let registry = &story.hall.registry;
    if registry.store.kind() == "SQLite" {
        for file in std::fs::read_dir(story.hall.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let found = bytes
                .windows(CONTACT.len())
                .any(|window| window == CONTACT.as_bytes());
            assert!(!found, "a contact lies in the database");
        }
    }
    let key = EmployerClaim::read(claim.rsplit('/').next().unwrap()).unwrap();
    let id = employers::claimed(registry, &key).unwrap().id;
    let decide = |what: &str| counter.send(&bureau, &format!("/employers/{id}/{what}"), &[]);
    assert_eq!(decide("grant").to, "/employers?done=granted");
    assert!(
        (400..500).contains(&decide("refusal").status),
        "it is decided"
    );
    let collected = counter.send(&who, &claim, &[]).text();
    let token = collected
        .split("<code class=\"break\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(token.starts_with("gh-employer-"));
    assert!(
        !counter.read(&who, &claim).contains(&token),
        "it is shown once"
    );
    assert_eq!(counter.send(&who, &claim, &[]).status, 409);
    // More wrong lines than a stranger may bring, twice over.
    let guess = json!({ "number": given.number, "name": "张伟" });
    let rows = json!({ "rows": vec![guess; 3_000] });
    let alone = counter.call(
        &who,
        Method::Post,
        "/api/v1/list-checks",
        Some(rows.clone()),
    );
    assert_eq!(alone.code(), "list_check.too-many-unknown");
    let program = Visitor::bearing(&token);
    for _ in 0..2 {
        let checked = counter.call(
            &program,
            Method::Post,
            "/api/v1/list-checks",
            Some(rows.clone()),
        );
        assert_eq!(checked.status, 200, "{}", checked.text());
    }
    let text = format!(
        "证书编号,姓名\n{}",
        format!("{},张伟\n", given.number).repeat(2_500)
    );
    let typed = |token: &str| {
        counter.upload(
            &who,
            "/verify/list",
            "sheet",
            "list.csv",
            text.as_bytes(),
            &[("what", "file"), ("token", token)],
        )
    };
    assert_eq!(typed(&token).status, 200);
    assert_eq!(typed("gh-employer-nothing").status, 422);
    assert_eq!(employers::claimed(registry, &key).unwrap().used, 8_500);
    // Her allowance is a day's.
    registry
        .store
        .write(|db| {
            guildhall::store::employers::used(
                db,
                &id,
                story.hall.now.day().to_epoch_days(),
                i32::try_from(ALLOWANCE).unwrap() - 10,
            )
        })
        .unwrap();
    let over = counter.call(
        &program,
        Method::Post,
        "/api/v1/list-checks",
        Some(rows.clone()),
    );
    assert_eq!(over.code(), "list_check.allowance-used");
    // Taken back, it ends at once.
    assert_eq!(decide("revocation").to, "/employers?done=revoked");
    let after = counter.call(&program, Method::Post, "/api/v1/list-checks", Some(rows));
    assert_eq!(after.code(), "employer.token-unknown");
    assert_eq!(
        employers::claimed(registry, &key).unwrap().state,
        EmployerState::Revoked
    );
    assert_eq!(
        story.hall.deeds("employer", id.as_str()),
        ["employer.granted", "employer.revoked"]
    );
}

#[test]
fn programs_ask_collect_and_decide() {
    let story = Story::new();
    let counter = Counterside::of(&story.hall);
    let who = Visitor::stranger();
    let bureau = Visitor::program(&story.hall, story.bureau.actor());
    let uscc = Uscc::compose("91150900MA0N0C0D0").unwrap();
    let sent = json!({ "name": "集宁建工", "uscc": uscc.as_str(), "contact": CONTACT });
    let asked = counter.call(&who, Method::Post, "/api/v1/employers", Some(sent.clone()));
    assert_eq!(asked.status, 201, "{}", asked.text());
    let claim = format!(
        "/api/v1/employer-claims/{}",
        asked.json()["claim"].as_str().unwrap()
    );
    assert_eq!(
        counter.call(&who, Method::Get, &claim, None).json()["state"],
        "asked"
    );
    assert_eq!(
        counter
            .call(&who, Method::Get, "/api/v1/employers", None)
            .status,
        401
    );
    let all = counter
        .call(&bureau, Method::Get, "/api/v1/employers", None)
        .json();
    let decision = format!(
        "/api/v1/employers/{}/decision",
        all[0]["id"].as_str().unwrap()
    );
    let decide = |what: &str| {
        counter.call(
            &bureau,
            Method::Post,
            &decision,
            Some(json!({ "decision": what })),
        )
    };
    assert_eq!(decide("collected").code(), "employer.decision-unknown");
    assert_eq!(decide("revoked").code(), "employer.decided");
    assert_eq!(decide("granted").status, 204);
    let token = counter.call(&who, Method::Post, &claim, None).json();
    assert!(token["token"].as_str().unwrap().starts_with("gh-employer-"));
    assert_eq!(
        counter.call(&who, Method::Post, &claim, None).code(),
        "employer.decided"
    );
    // No more than three of one code wait at once.
    let statuses: Vec<u16> = (0..4)
        .map(|_| {
            counter
                .call(&who, Method::Post, "/api/v1/employers", Some(sent.clone()))
                .status
        })
        .collect();
    assert_eq!(statuses, [201, 201, 201, 422]);
}
