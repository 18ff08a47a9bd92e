//! 核验: what a stranger sees of a certificate, and what she does not.

use crate::acts::certificates::issued;
use crate::acts::sittings::{Story, document};
use crate::visitor::{Answer, Counterside, Visitor, plain};
use guildhall::acts::guesses;
use guildhall::acts::revocations::Grounds;
use guildhall::acts::{replacements, revocations};
use guildhall::domain::account::{Confirmer, Issuer};
use guildhall::domain::certificate::RevocationReason;
use rocket::http::Method;

const JSON: &[(&str, &str)] = &[("Accept", "application/json")];

fn get(counter: &Counterside, path: &str) -> Answer {
    counter.ask(&Visitor::stranger(), Method::Get, path, None)
}

fn json(counter: &Counterside, path: &str) -> (u16, serde_json::Value) {
    let answer = counter.ask_with(&Visitor::stranger(), Method::Get, path, JSON, None);
    assert!(
        answer.kind.starts_with("application/json"),
        "{}",
        answer.kind
    );
    (answer.status, answer.json())
}

#[test]
fn a_stranger_gets_the_verdict_first_and_no_more_than_the_paper_says() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let answer = get(&counter, &format!("/v/{}", given.token));
    let html = answer.text();
    assert_eq!(answer.status, 200);
    assert!(html.contains("<title>证书有效 – ") && !html.contains("<script"));
    assert!(html.find("<h1").unwrap() < html.find("乌兰图雅").unwrap());
    let text = plain(&html);
    let order = [
        "姓名",
        "证件类型",
        "居民身份证",
        "证件号码",
        "职业名称",
        "焊工",
        "工种",
        "电焊工",
        "五级/初级工",
        &given.number,
        "评价机构",
        "发证日期",
    ];
    let mut from = text.find("姓名").unwrap();
    for wanted in order {
        let at = text[from..]
            .find(wanted)
            .unwrap_or_else(|| panic!("{wanted} after {}", &text[from..]));
        from += at;
    }
    assert!(
        !text.contains(document(1).as_str()),
        "the whole number stays away"
    );
    assert!(text.contains(document(1).last4()));
    let (status, verdict) = json(&counter, &format!("/v/{}", given.token));
    assert_eq!((status, &verdict["verdict"]), (200, &"valid".into()));
    assert_eq!(verdict["certificate"]["number"], given.number.as_str());
    assert_eq!(verdict["certificate"]["id_last4"], document(1).last4());
    assert_eq!(verdict["checks"]["content"], true);
    assert!(!verdict.to_string().contains(document(1).as_str()));
}

#[test]
fn what_is_not_there_and_what_cannot_be_are_told_apart() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let absent = get(&counter, "/v/aaaaaaaaaaaaaaaa");
    assert_eq!(absent.status, 404);
    assert!(absent.text().contains("未查到该证书") && !absent.text().contains('假'));
    assert_eq!(get(&counter, "/v/short").status, 400);
    assert_eq!(
        get(&counter, "/verify?code=4kjm-7qxd-w2rp-c5t!").status,
        400
    );
    assert_eq!(
        json(&counter, "/v/aaaaaaaaaaaaaaaa").1["verdict"],
        "not_found"
    );
    assert_eq!(json(&counter, "/v/short").1["verdict"], "malformed");
    // Typed from paper: capitals, groups, zero for o and one for l.
    let typed = given
        .token
        .to_uppercase()
        .replace('O', "0")
        .replace('B', "8");
    let typed: Vec<_> = typed
        .as_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned())
        .collect();
    let answer = get(&counter, &format!("/verify?code={}", typed.join("-")));
    assert_eq!(
        (answer.status, answer.to),
        (303, format!("/v/{}", given.token))
    );
    // A number alone finds nothing; it comes back to the form that asks for the name.
    let asked = get(&counter, &format!("/verify?code={}", given.number));
    assert!(
        asked.status == 200
            && asked
                .text()
                .contains(&format!("value=\"{}\"", given.number))
    );
    assert!(!asked.text().contains("乌兰图雅"));
}

#[test]
fn a_pasted_code_is_read_and_foreign_digits_are_never_shown_as_fact() {
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "乌兰图雅"), (2, "李四")]).given;
    let counter = Counterside::of(&story.hall);
    let reader = guildhall::domain::account::Reader::of(story.clerk.actor().clone()).unwrap();
    let qr = |at: usize| {
        let opened =
            guildhall::acts::certificates::open(&story.hall.registry, &reader, &all[at].id)
                .unwrap();
        guildhall::acts::prints::qr(&opened.certificate, "https://zs.example.cn")
    };
    let paste = |text: &str| {
        get(
            &counter,
            &format!(
                "/verify?code={}",
                rocket::http::RawStr::new(text).percent_encode()
            ),
        )
    };
    assert_eq!(paste(&qr(0)).to, format!("/v/{}", all[0].token));
    // A copy and a receipt have addresses of their own, with their digits or without.
    let copy = "/c/4vcsolvtn57eamlg";
    let copied = qr(0).replace(&format!("/v/{}", all[0].token), copy);
    assert_eq!(paste(&copied).to, copy);
    assert_eq!(paste(copied.split('#').next().unwrap()).to, copy);
    let receipt = format!("/receipts#{}", "7".repeat(400));
    assert_eq!(
        paste(&format!("https://zs.example.cn{receipt}")).to,
        receipt
    );
    // The token of one before the digits of another.
    let digits = qr(1).split('#').nth(1).unwrap().to_owned();
    let forged = format!("https://zs.example.cn/v/{}#{digits}", all[0].token);
    let answer = paste(&forged);
    let html = answer.text();
    assert!(
        html.contains("<title>内容与登记不符 – "),
        "{}",
        plain(&html)
    );
    assert!(html.contains("乌兰图雅") && !html.contains("李四"));
}

#[test]
fn revoked_and_replaced_say_so_at_once() {
    let mut story = Story::new();
    let all = issued(&mut story, &[(1, "乌兰图雅"), (2, "李四")]).given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let grounds = Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "冒名顶替".to_owned(),
    };
    revocations::propose(registry, &issuer, &all[0].id, &grounds, now).unwrap();
    let second = Confirmer::of(story.bureau.actor().clone()).unwrap();
    revocations::confirm(registry, &second, &all[0].id, now).unwrap();
    let new = replacements::replace(registry, &issuer, &all[1].id, "污损", now).unwrap();
    let counter = Counterside::of(&story.hall);
    let revoked = get(&counter, &format!("/v/{}", all[0].token)).text();
    assert!(revoked.contains("<title>证书已撤销 – ") && revoked.contains("弄虚作假"));
    assert!(
        !revoked.contains("冒名顶替"),
        "the facts of the case are not the public's"
    );
    let replaced = get(&counter, &format!("/v/{}", all[1].token)).text();
    assert!(replaced.contains("<title>已换发新证 – "));
    assert!(replaced.contains(&format!("href=\"/v/{}\"", new.token)));
    let (_, verdict) = json(&counter, &format!("/v/{}", all[1].token));
    assert_eq!(verdict["replaced_by"]["number"], new.number.as_str());
    assert_eq!(
        json(&counter, &format!("/v/{}", all[0].token)).1["revocation"]["reason"],
        "fraud"
    );
}

#[test]
fn number_name_and_end_of_the_document_lead_to_the_page() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let tail = document(1).last4().to_owned();
    let ask = |number: &str, name: &str, tail: &str| {
        let fields = [("number", number), ("name", name), ("id_tail", tail)];
        counter.send(&Visitor::stranger(), "/verify", &fields)
    };
    let found = ask(&given.number.to_lowercase(), "娜仁图雅", &tail);
    assert_eq!(
        (found.status, found.to),
        (303, format!("/v/{}?way=number", given.token))
    );
    let other_name = ask(&given.number, "娜仁", &tail);
    let no_number = ask("S000015090001265000999", "娜仁图雅", &tail);
    assert_eq!((other_name.status, no_number.status), (404, 404));
    let told = |answer: &Answer, number: &str| {
        let text = answer.text().replace(number, "");
        // The time of the check is all that may differ.
        text.split("核验时间").next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        told(&other_name, &given.number),
        told(&no_number, "S000015090001265000999")
    );
    assert_eq!(ask("S00", "", "").status, 422);
}

#[test]
fn guessing_numbers_ends_soon_and_punishes_nobody_else() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let tail = document(1).last4().to_owned();
    let ask = |number: &str, name: &str| {
        let fields = [("number", number), ("name", name), ("id_tail", &tail)];
        let start = std::time::Instant::now();
        let answer = counter.send(&Visitor::stranger(), "/verify", &fields);
        (answer, start.elapsed())
    };
    // No such number, or another's: told alike, and in the same time.
    let (mut others, mut nobodys) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        for (number, times) in [
            (given.number.as_str(), &mut others),
            ("S000015090001265000999", &mut nobodys),
        ] {
            let (answer, took) = ask(number, "张伟");
            assert_eq!(answer.status, 404);
            times.push(took);
        }
    }
    let median = |times: &mut Vec<std::time::Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    };
    let (others, nobodys) = (median(&mut others), median(&mut nobodys));
    println!("another's number {others:.4} s, nobody's {nobodys:.4} s");
    assert!(others < 2.0 * nobodys && nobodys < 2.0 * others);
    // Thirty an hour; after that even a right answer is not given in this way.
    for (number, name) in [(given.number.as_str(), "张伟"), (&given.number, "娜仁图雅")] {
        let (answer, _) = ask(number, name);
        assert_eq!(answer.status, 429);
        assert!(plain(&answer.text()).contains("一小时最多 30 次"));
    }
    // Codes and lists go on.
    let page = format!("/v/{}", given.token);
    assert_eq!(get(&counter, &page).status, 200);
    let list = format!("证书编号,姓名\n{},娜仁图雅\n", given.number);
    let who = Visitor::stranger();
    let listed = counter.upload(
        &who,
        "/verify/list",
        "sheet",
        "l.csv",
        list.as_bytes(),
        &[("what", "page")],
    );
    assert_eq!(listed.status, 303);
    // The next day all is forgotten; but where everybody guesses, an address has only three.
    story.hall.on("2026-06-01");
    assert_eq!(ask(&given.number, "娜仁图雅").0.status, 303);
    let (registry, now) = (&story.hall.registry, story.hall.clock.read());
    let elsewhere = std::net::IpAddr::from([198, 51, 100, 7]);
    guesses::count(registry, elsewhere, guesses::ALL, now).unwrap();
    for wanted in [404, 404, 404, 429] {
        assert_eq!(ask(&given.number, "张伟").0.status, wanted);
    }
}

#[test]
fn a_page_set_from_its_plate_is_the_page_that_is_drawn() {
    let mut story = Story::new();
    let names = [(1, "乌兰图雅"), (2, "阿拉坦·额尔德尼"), (3, "王秀英")];
    let given = issued(&mut story, &names).given;
    let counter = Counterside::of(&story.hall);
    for language in ["zh", "en"] {
        for certificate in &given {
            let read = |path: &str| {
                let language = [("Accept-Language", language)];
                let stranger = Visitor::stranger();
                let answer = counter.ask_with(&stranger, Method::Get, path, &language, None);
                assert_eq!(answer.status, 200);
                answer.text()
            };
            // With a condition in its address the page is drawn as a whole.
            let drawn = read(&format!("/v/{}?plain", certificate.token)).replace("%3Fplain", "");
            assert_eq!(read(&format!("/v/{}", certificate.token)), drawn);
            assert!(drawn.contains(&certificate.number));
        }
    }
    let (one, other) = (&given[0], &given[1]);
    let page = get(&counter, &format!("/v/{}", other.token)).text();
    assert!(page.contains("阿拉坦·额尔德尼") && page.contains(&other.number));
    assert!(!page.contains(&one.number) && !page.contains(&one.token));
}
