//! 证书: issuing, revoking and replacing through the pages and the API.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use crate::visitor::{Counterside, Visitor, plain};
use rocket::http::Method;

#[test]
fn a_signatory_counts_and_issues_and_nobody_else_does() {
    let mut story = Story::new();
    let id = published(
        &mut story,
        "2026-03-14",
        &[(1, "乌兰图雅"), (2, "李四")],
        &[],
    );
    story.hall.on("2026-03-23");
    let counter = Counterside::of(&story.hall);
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let clerk = Visitor::signed_in(&story.hall, story.clerk.actor());
    let path = format!("/sittings/{id}/certificates");
    let page = counter.read(&signatory, &path);
    assert!(
        page.contains("乌兰图雅") && page.contains("签发 2 张证书"),
        "{}",
        plain(&page)
    );
    assert!(!counter.read(&clerk, &path).contains("name=\"count\""));
    assert_eq!(counter.send(&clerk, &path, &[("count", "2")]).status, 403);
    let wrong = counter.send(&signatory, &path, &[("count", "3")]);
    assert!(
        wrong.status == 422 && wrong.text().contains("张数不一致"),
        "{}",
        plain(&wrong.text())
    );
    assert_eq!(
        counter.done(&signatory, &path, &[("count", "2")]),
        format!("{path}?done=issued")
    );
    let page = counter.read(&signatory, &format!("{path}?done=issued"));
    assert!(page.contains("已签发 2 张证书"), "{}", plain(&page));
    // Once more answers the same.
    assert_eq!(
        counter.done(&signatory, &path, &[("count", "")]),
        format!("{path}?done=issued")
    );
    let pdf = counter.ask(&clerk, Method::Get, &format!("{path}.pdf"), None);
    assert!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF-") && pdf.kind == "application/pdf");
    let list = counter.read(&clerk, "/certificates?q=%E4%B9%8C%E5%85%B0");
    assert!(
        list.contains("乌兰图雅") && !list.contains("李四"),
        "{}",
        plain(&list)
    );
    assert!(
        counter
            .read(&clerk, "/certificates?standing=revoked")
            .contains("没有符合条件的证书")
    );
}

#[test]
fn a_revocation_goes_through_two_persons_pages() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let bureau = Visitor::signed_in(&story.hall, story.bureau.actor());
    let path = format!("/certificates/{}", given.id);
    let page = counter.read(&signatory, &path);
    assert!(
        page.contains("申请撤销") && page.contains("换发"),
        "{}",
        plain(&page)
    );
    let form = format!("{path}/revocation");
    assert!(counter.read(&signatory, &form).contains("name=\"basis\""));
    assert_eq!(
        counter
            .send(&signatory, &form, &[("reason_class", "fraud")])
            .status,
        422
    );
    let fields = [
        ("reason_class", "fraud"),
        ("basis", "规程第二十条"),
        ("reason", "冒名顶替"),
    ];
    assert_eq!(
        counter.done(&signatory, &form, &fields),
        format!("{path}?done=proposed")
    );
    let own = counter.send(&signatory, &format!("{form}/confirmation"), &[]);
    assert!(
        own.status == 409 && own.text().contains("不能是同一人"),
        "{}",
        plain(&own.text())
    );
    assert!(counter.read(&bureau, &path).contains("处理撤销申请"));
    assert!(counter.read(&bureau, &form).contains("确认撤销"));
    assert_eq!(
        counter.done(&bureau, &format!("{form}/confirmation"), &[]),
        format!("{path}?done=revoked")
    );
    assert!(counter.read(&signatory, &path).contains("已撤销"));
    assert_eq!(
        counter
            .ask(&signatory, Method::Get, &format!("{path}/pdf"), None)
            .status,
        409
    );
}

#[test]
fn a_replacement_leads_to_the_new_certificate() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let signatory = Visitor::signed_in(&story.hall, story.signatory.actor());
    let form = format!("/certificates/{}/replacement", given.id);
    assert!(counter.read(&signatory, &form).contains("name=\"reason\""));
    let to = counter.done(&signatory, &form, &[("reason", "证书污损")]);
    let page = counter.read(&signatory, &to);
    assert!(
        page.contains(&given.number) && page.contains("换发自"),
        "{}",
        plain(&page)
    );
    assert!(
        counter
            .read(&signatory, &format!("/certificates/{}", given.id))
            .contains("已换发为")
    );
}

#[test]
fn a_program_issues_once_under_its_key() {
    let mut story = Story::new();
    let id = published(&mut story, "2026-03-14", &[(1, "乌兰图雅")], &[]);
    story.hall.on("2026-03-23");
    let counter = Counterside::of(&story.hall);
    let program = Visitor::program(&story.hall, story.signatory.actor());
    let clerk = Visitor::program(&story.hall, story.clerk.actor());
    let path = format!("/api/v1/sittings/{id}/certificates");
    assert_eq!(counter.call(&clerk, Method::Post, &path, None).status, 403);
    let key = [("Idempotency-Key", "first-try")];
    let first = counter.ask_with(&program, Method::Post, &path, &key, None);
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.json()["count"], 1);
    let again = counter.ask_with(&program, Method::Post, &path, &key, None);
    assert_eq!(again.bytes, first.bytes);
    let other = format!("/api/v1/sittings/{}/certificates", "0".repeat(26));
    let reused = counter.ask_with(&program, Method::Post, &other, &key, None);
    assert_eq!(
        (reused.status, reused.code()),
        (422, "idempotency_key.reused".to_owned())
    );
    let rows = counter
        .call(&clerk, Method::Get, "/api/v1/certificates?kind=level", None)
        .json();
    assert_eq!(rows["total"], 1);
    let key = rows["rows"][0]["id"].as_str().unwrap().to_owned();
    let one = counter
        .call(
            &clerk,
            Method::Get,
            &format!("/api/v1/certificates/{key}"),
            None,
        )
        .json();
    assert_eq!(one["standing"], "valid");
    assert!(one["qr"].as_str().unwrap().contains("/v/"));
    let wrong = counter.call(&clerk, Method::Get, "/api/v1/certificates?kind=x", None);
    assert_eq!(wrong.status, 422);
}
