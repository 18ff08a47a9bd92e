//! 快窗: what is answered at the door is what the counter answers, to the byte; and all else is left
//! to the counter.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use guildhall::acts::revocations::Grounds;
use guildhall::acts::{replacements, revocations};
use guildhall::domain::account::{Confirmer, Issuer};
use guildhall::domain::certificate::RevocationReason;
use guildhall::web::gate::Passed;
use guildhall::web::verify::window;
use guildhall::web::{self, Counter};
use http_body_util::BodyExt;
use hyper::http::request::Parts;
use rocket::http::Header;
use rocket::local::asynchronous::{Client, LocalRequest};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const HOST: (&str, &str) = ("Host", "zs.example.cn");

/// Status, all headers, body.
type Answer = (u16, BTreeSet<(String, String)>, Vec<u8>);

fn head(method: &str, path: &str, told: &[(&'static str, &str)]) -> Parts {
    let mut request = hyper::Request::builder().method(method).uri(path);
    for (name, value) in told {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// What the window answers; else how far the request passed.
async fn at_window(client: &Client, head: &Parts) -> Result<Answer, Passed> {
    let answer = window::answer(client.rocket(), head, HERE).await?;
    let (head, body) = answer.into_parts();
    let body = http_body_util::Full::new(body).collect().await.unwrap();
    let body = body.to_bytes().to_vec();
    let mut told: BTreeSet<_> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let length = ("content-length".to_owned(), body.len().to_string());
    assert!(told.remove(&length), "{told:?}");
    Ok((head.status.as_u16(), told, body))
}

fn request<'c>(client: &'c Client, path: &str, told: &[(&'static str, &str)]) -> LocalRequest<'c> {
    let mut request = client.get(path.to_owned());
    for (name, value) in told {
        request.add_header(Header::new(*name, (*value).to_owned()));
    }
    request
}

/// What the counter answers.
async fn at_counter(request: LocalRequest<'_>) -> Answer {
    let answer = request.remote((HERE, 9).into()).dispatch().await;
    let told = answer
        .headers()
        .iter()
        .map(|header| {
            let name = header.name.as_str().to_ascii_lowercase();
            (name, header.value.into_owned())
        })
        .collect();
    let status = answer.status().code;
    (status, told, answer.into_bytes().await.unwrap_or_default())
}

async fn opened(story: &Story, hosts: Vec<String>, each_minute: u32) -> Client {
    let counter = Counter {
        hosts,
        anonymous_per_minute: NonZeroU32::new(each_minute).unwrap(),
        ip_header: Some("X-Real-IP".to_owned()),
        clock: story.hall.clock.clone(),
    };
    let config = rocket::Config {
        log_level: rocket::config::LogLevel::Off,
        ident: rocket::config::Ident::none(),
        ip_header: Some("X-Real-IP".into()),
        ..rocket::Config::debug_default()
    };
    let rocket = web::rocket(Arc::clone(&story.hall.registry), &counter, config);
    Client::untracked(rocket).await.unwrap()
}

#[test]
fn the_window_answers_as_the_counter_does() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "巴特尔·苏和")]).given.remove(0);
    let path = format!("/v/{}", given.token);
    rocket::execute(async {
        let client = opened(&story, Vec::new(), 1_000_000).await;
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for told in [
            &[][..],
            &[("Accept", "*/*")],
            &[("Accept", browser), ("Accept-Language", "zh-CN,zh;q=0.9")],
            &[("Accept", browser), ("Accept-Language", "en-GB,en;q=0.8")],
            &[("Accept-Encoding", "gzip, deflate, br")],
            &[("Accept-Encoding", "br"), ("Accept-Language", "mn")],
            &[("Accept", "application/json")],
            &[("Accept", "application/json"), ("Accept-Encoding", "gzip")],
            &[("X-Real-IP", "203.0.113.9"), ("Authorization", "Bearer x")],
        ] {
            let told = [&[HOST], told].concat();
            let window = at_window(&client, &head("GET", &path, &told))
                .await
                .unwrap();
            assert_eq!(window.0, 200, "{told:?}");
            let counter = at_counter(request(&client, &path, &told)).await;
            assert!(window == counter, "{told:?}\n{window:?}\n{counter:?}");
        }
    });
}

#[test]
fn whatever_is_asked_or_turns_out_otherwise_is_left_to_the_counter() {
    let mut story = Story::new();
    let given = issued(
        &mut story,
        &[(1, "乌兰图雅"), (2, "韩雪梅"), (3, "欧阳晓燕")],
    )
    .given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let grounds = Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "职业技能等级认定管理办法第三十条".to_owned(),
        reason: "冒名顶替".to_owned(),
    };
    let revoked = &given[0];
    revocations::propose(registry, &issuer, &revoked.id, &grounds, now).unwrap();
    let second = Confirmer::of(story.bureau.actor().clone()).unwrap();
    revocations::confirm(registry, &second, &revoked.id, now).unwrap();
    replacements::replace(registry, &issuer, &given[1].id, "污损", now).unwrap();
    let counted = Passed { counted: true };
    let at = |token: &str| format!("/v/{token}");
    let good = at(&given[2].token);
    let cookie = ("Cookie", "lang=en");
    rocket::execute(async {
        let hosts = vec!["zs.example.cn".to_owned()];
        let client = opened(&story, hosts, 1_000_000).await;
        for (path, told, passed) in [
            (at(&revoked.token), vec![HOST], counted),
            (at(&given[1].token), vec![HOST], counted),
            (at("aaaaaaaaaaaaaaaa"), vec![HOST], counted),
            (at("乌兰"), vec![HOST], Passed::default()),
            (format!("{good}?code=1"), vec![HOST], Passed::default()),
            (format!("{good}/provenance"), vec![HOST], Passed::default()),
            ("/verify".to_owned(), vec![HOST], Passed::default()),
            (good.clone(), vec![HOST, cookie], Passed::default()),
            (
                good.clone(),
                vec![HOST, ("Accept", "application/ld+json")],
                Passed::default(),
            ),
            (
                good.clone(),
                vec![HOST, ("Accept", "text/html, APPLICATION/JSON")],
                Passed::default(),
            ),
            (good.clone(), vec![HOST, HOST], Passed::default()),
            (
                good.clone(),
                vec![("Host", "zs.examp1e.cn")],
                Passed::default(),
            ),
            (good.clone(), vec![], Passed::default()),
        ] {
            let path = path.replace("乌兰", "%E4%B9%8C");
            let left = at_window(&client, &head("GET", &path, &told)).await;
            assert_eq!(left.unwrap_err(), passed, "{path} {told:?}");
        }
        for method in ["HEAD", "POST", "OPTIONS"] {
            let left = at_window(&client, &head(method, &good, &[HOST])).await;
            assert_eq!(left.unwrap_err(), Passed::default(), "{method}");
        }
    });
}

#[test]
fn who_asks_too_often_is_stopped_at_both_and_counted_once() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let good = format!("/v/{}", given.token);
    rocket::execute(async {
        let client = opened(&story, Vec::new(), 1).await;
        assert!(
            at_window(&client, &head("GET", &good, &[HOST]))
                .await
                .is_ok()
        );
        let left = at_window(&client, &head("GET", &good, &[HOST])).await;
        assert_eq!(left.unwrap_err(), Passed::default());
        let counter = at_counter(request(&client, &good, &[HOST])).await;
        assert_eq!(counter.0, 429);
        // From elsewhere, as the proxy says; not found, which only the counter tells.
        let told = [HOST, ("X-Real-IP", "203.0.113.9")];
        let unknown = "/v/aaaaaaaaaaaaaaaa";
        let passed = at_window(&client, &head("GET", unknown, &told))
            .await
            .unwrap_err();
        let asked = request(&client, unknown, &told);
        asked.inner().local_cache(|| passed);
        assert_eq!(at_counter(asked).await.0, 404);
        assert_eq!(at_counter(request(&client, unknown, &told)).await.0, 429);
    });
}
