//! 签发之后: through the pages and the API, and what a stranger then sees.

use crate::acts::certificates::issued;
use crate::acts::lives::{cause, ground, named, second};
use crate::acts::sittings::{Story, document};
use crate::visitor::{Counterside, Visitor, plain};
use guildhall::acts::{corrections, holds, printings, restorations, revocations};
use guildhall::domain::account::{BureauOfficer, Issuer, Role, Scope};
use rocket::http::Method;

const JSON: &[(&str, &str)] = &[("Accept", "application/json")];

#[test]
fn every_turn_of_a_certificates_life_is_a_verdict_of_its_own() {
    let mut story = Story::new();
    let names = [(1, "乌兰图亚"), (2, "张三"), (3, "李四"), (4, "王五")];
    let given = issued(&mut story, &names).given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let other = second(&story);
    corrections::propose(registry, &issuer, &given[0].id, &named("乌兰图雅"), now).unwrap();
    let new = corrections::confirm(registry, &other, &given[0].id, now).unwrap();
    holds::suspend(registry, &other, &given[1].id, &cause(), now).unwrap();
    printings::print_again(registry, &issuer, &given[2].id, "遗失", now).unwrap();
    let grounds = guildhall::acts::revocations::Grounds {
        reason_class: guildhall::domain::certificate::RevocationReason::Error,
        basis: "规程第二十条".to_owned(),
        reason: "张冠李戴".to_owned(),
    };
    revocations::propose(registry, &issuer, &given[3].id, &grounds, now).unwrap();
    revocations::confirm(registry, &other, &given[3].id, now).unwrap();
    let counter = Counterside::of(&story.hall);
    let get = |path: String| counter.ask(&Visitor::stranger(), Method::Get, &path, None);
    let json = |path: String| {
        counter
            .ask_with(&Visitor::stranger(), Method::Get, &path, JSON, None)
            .json()
    };
    let corrected = get(format!("/v/{}", given[0].token)).text();
    assert!(
        corrected.contains("<title>已更正，见新证 – "),
        "{}",
        plain(&corrected)
    );
    assert!(corrected.contains(&format!("href=\"/v/{}\"", new.token)));
    let told = json(format!("/v/{}", given[0].token));
    assert_eq!(told["verdict"], "corrected");
    assert_eq!(told["replaced_by"]["kind"], "correction");
    let suspended = get(format!("/v/{}", given[1].token));
    let text = suspended.text();
    assert_eq!(suspended.status, 200);
    assert!(text.contains("<title>证书暂停使用 – ") && text.contains("正在核查"));
    assert!(
        !text.contains("录像"),
        "the facts of the inquiry are not the public's"
    );
    let told = json(format!("/v/{}", given[1].token));
    assert_eq!(
        (&told["verdict"], &told["suspension"]["reason"]),
        (&"suspended".into(), &"inquiry".into())
    );
    let printed = get(format!("/v/{}", given[2].token)).text();
    assert!(printed.contains("第 2 次印制"), "{}", plain(&printed));
    assert_eq!(
        json(format!("/v/{}", given[2].token))["certificate"]["print"],
        2
    );
    assert!(
        get(format!("/v/{}", given[3].token))
            .text()
            .contains("证书已撤销")
    );
    let officer = BureauOfficer::of(story.bureau.actor().clone()).unwrap();
    restorations::restore(registry, &officer, &[given[3].id.clone()], &ground(), now).unwrap();
    let restored = get(format!("/v/{}", given[3].token)).text();
    assert!(restored.contains("证书有效") && restored.contains("曾被错误撤销"));
    // How it came about.
    let chain = get(format!("/v/{}/provenance", given[0].token));
    let text = plain(&chain.text());
    assert_eq!(chain.status, 200);
    for wanted in [
        "考评组合格",
        "结果经公示",
        "每一环都符合规定",
        "已更正，见新证",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    assert!(
        !text.contains("乌兰") && !text.contains(document(1).last4()),
        "{text}"
    );
    let told = json(format!("/v/{}/provenance", given[0].token));
    assert_eq!(told["whole"], true);
    assert_eq!(told["links"][0]["holds"], "not_asked");
    assert!(chain.kind.starts_with("text/html"));
}

#[test]
fn what_is_no_code_of_ours_is_named_and_a_short_number_is_counted() {
    let story = Story::new();
    let counter = Counterside::of(&story.hall);
    let ask = |code: &str| {
        let code = rocket::http::RawStr::new(code).percent_encode().to_string();
        let path = format!("/verify?code={code}");
        counter.ask(&Visitor::stranger(), Method::Get, &path, None)
    };
    let foreign = ask("https://cert-examp1e.cn/query?id=123");
    let html = foreign.text();
    assert_eq!(foreign.status, 200);
    assert!(
        html.contains("<title>不是本系统的证书码 – "),
        "{}",
        plain(&html)
    );
    assert!(!html.contains("href=\"https://cert-examp1e.cn"));
    let short = ask("S0000150900012650001");
    assert_eq!(short.status, 400);
    assert!(
        plain(&short.text()).contains("22 位"),
        "{}",
        plain(&short.text())
    );
}

#[test]
fn the_pages_carry_each_act_from_form_to_certificate() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图亚"), (2, "张三")]).given;
    let counter = Counterside::of(&story.hall);
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let other = Visitor::signed_in(&story.hall, second(&story).actor());
    let path = format!("/certificates/{}", given[0].id);
    for (form, field) in [
        ("prints", "reason"),
        ("hold", "basis"),
        ("correction", "evidence"),
    ] {
        let page = counter.read(&signatory, &format!("{path}/{form}"));
        assert!(page.contains(&format!("name=\"{field}\"")), "{form}");
        let refused = counter.send(&signatory, &format!("{path}/{form}"), &[]);
        assert_eq!(refused.status, 422, "{form}");
    }
    let to = counter.done(&signatory, &format!("{path}/prints"), &[("reason", "遗失")]);
    assert_eq!(to, format!("{path}?done=printed"));
    assert!(counter.read(&signatory, &to).contains("第2次印制"));
    let fields = [
        ("reason_class", "lost"),
        ("basis", "规程"),
        ("reason", "本人挂失"),
    ];
    let to = counter.done(&signatory, &format!("{path}/hold"), &fields);
    assert!(counter.read(&signatory, &to).contains("持证人挂失"));
    assert!(
        counter
            .read(&other, &format!("{path}/hold"))
            .contains("恢复使用")
    );
    counter.done(
        &other,
        &format!("{path}/hold/lifting"),
        &[("reason", "已找回")],
    );
    let right = [
        ("name", "乌兰图雅"),
        ("reason", "录入有误"),
        ("evidence", "户口簿"),
    ];
    counter.done(&signatory, &format!("{path}/correction"), &right);
    let own = counter.send(&signatory, &format!("{path}/correction/confirmation"), &[]);
    assert_eq!(own.status, 409, "{}", plain(&own.text()));
    let page = counter.read(&other, &format!("{path}/correction"));
    assert!(page.contains("乌兰图亚 → 乌兰图雅"), "{}", plain(&page));
    let to = counter.done(&other, &format!("{path}/correction/confirmation"), &[]);
    let page = counter.read(&signatory, &to);
    assert!(page.contains("乌兰图雅") && page.contains("换发自"));
}

#[test]
fn a_cascade_goes_through_its_pages() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰"), (2, "张三")]).given;
    let first = Visitor::signed_in(&story.hall, story.bureau.actor());
    let colleague = story.hall.actor(Role::BureauOfficer, Scope::All);
    let (counter, second) = (
        Counterside::of(&story.hall),
        Visitor::signed_in(&story.hall, &colleague),
    );
    let own = Visitor::signed_in(&story.hall, story.signatory.actor());
    assert!(counter.read(&first, "/cascades").contains("没有连带撤销"));
    assert!(
        counter
            .read(&first, "/cascades/new")
            .contains("name=\"basis\"")
    );
    assert_eq!(counter.send(&first, "/cascades", &[]).status, 422);
    let fields = [
        ("institution", story.house.as_str()),
        ("reason_class", "organisation"),
        ("basis", "规程第二十一条"),
        ("reason", "录像缺失"),
    ];
    let to = counter.done(&first, "/cascades", &fields);
    let path = to.split('?').next().unwrap().to_owned();
    assert!(counter.read(&first, &to).contains(&given[1].number));
    assert_eq!(counter.ask(&own, Method::Get, &path, None).status, 404);
    counter.done(&first, &format!("{path}/notice"), &[("days", "5")]);
    let said = [
        ("number", ""),
        ("speaker", "本机构"),
        ("said", "录像已补交"),
    ];
    counter.done(&own, &format!("{path}/replies"), &said);
    let leave = [
        ("excluded_number", given[0].number.as_str()),
        ("reason", "录像完整"),
    ];
    counter.done(&first, &format!("{path}/exclusions"), &leave);
    let early = counter.send(&second, &format!("{path}/confirmation"), &[]);
    assert_eq!(early.status, 409);
    story.hall.on("2026-05-06");
    let counter = Counterside::of(&story.hall);
    let second = Visitor::signed_in(&story.hall, &colleague);
    let page = counter.read(&second, &path);
    assert!(
        page.contains("撤销 1 张证书") && page.contains("录像已补交"),
        "{}",
        plain(&page)
    );
    counter.done(&second, &format!("{path}/confirmation"), &[]);
    let some = [
        ("numbers", given[1].number.as_str()),
        ("basis", "复核决定"),
        ("reason", "撤错了"),
    ];
    counter.done(&second, &format!("{path}/restorations"), &some);
    assert!(counter.read(&second, &path).contains("已恢复"));
}

#[test]
fn programs_do_the_same() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let program = Visitor::program(&story.hall, story.signatory.actor());
    let officer = Visitor::program(&story.hall, story.bureau.actor());
    let post = |who, path: &str, body: serde_json::Value| {
        counter.call(who, Method::Post, path, Some(body))
    };
    let path = format!("/api/v1/certificates/{}", given.id);
    let why = || serde_json::json!({"reason": "遗失"});
    let printed = post(&program, &format!("{path}/prints"), why());
    assert_eq!((printed.status, &printed.json()["print"]), (201, &2.into()));
    let cause = serde_json::json!({"reason_class": "inquiry", "basis": "规程", "reason": "举报"});
    assert_eq!(post(&officer, &format!("{path}/hold"), cause).status, 201);
    let shown = counter.call(&program, Method::Get, &path, None).json();
    assert_eq!(
        (&shown["standing"], &shown["print"]),
        (&"suspended".into(), &2.into())
    );
    let own = post(&program, &format!("{path}/hold/lifting"), why());
    assert_eq!(
        (own.status, own.code()),
        (409, "certificate.suspended-by-bureau".to_owned())
    );
    assert_eq!(
        post(&officer, &format!("{path}/hold/lifting"), why()).status,
        204
    );
    let plan = serde_json::json!({"institution": story.house.as_str(), "reason_class": "organisation",
        "basis": "规程", "reason": "录像缺失"});
    let made = post(&officer, "/api/v1/cascades", plan);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let shown = counter.call(
        &officer,
        Method::Get,
        &format!("/api/v1/cascades/{id}"),
        None,
    );
    assert_eq!(shown.json()["certificates"]["total"], 1);
    let notice = serde_json::json!({"days": 5});
    let notice = post(&officer, &format!("/api/v1/cascades/{id}/notice"), notice);
    assert_eq!(notice.status, 201, "{}", notice.text());
}
