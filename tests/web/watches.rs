//! 关注: whoever watches is told, by feed, call and mail; and nobody else is called.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use crate::visitor::{Counterside, Visitor, plain};
use guildhall::acts::revocations::{self, Grounds};
use guildhall::acts::watch_calls::{make, notice};
use guildhall::acts::watch_ways::{self, Post};
use guildhall::acts::{MailServer, Settings, log, receipts, watches};
use guildhall::domain::account::{Confirmer, Issuer};
use guildhall::domain::certificate::{CertificateId, RevocationReason};
use guildhall::domain::watch::WatchId;
use guildhall::ground::clock::Now;
use guildhall::seal::hook;
use guildhall::web::watches::post::Letters;
use rocket::http::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub fn revoke(story: &Story, id: &CertificateId) {
    let first = Issuer::of(story.signatory.actor().clone()).unwrap();
    let second = Confirmer::of(story.bureau.actor().clone()).unwrap();
    let grounds = Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "冒名顶替，已查实".to_owned(),
    };
    let (registry, now) = (&story.hall.registry, story.hall.now);
    revocations::propose(registry, &first, id, &grounds, now).unwrap();
    revocations::confirm(registry, &second, id, now).unwrap();
    log::sequence(registry, now).unwrap();
}

#[test]
fn a_watch_tells_of_what_is_revoked_and_can_be_ended() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let who = Visitor::stranger();
    let page = counter.read(&who, &format!("/v/{}", given.token));
    assert!(
        page.contains(&format!("/v/{}/watch\"", given.token)),
        "a button stands on the verdict's page"
    );
    let begun = counter.send(&who, &format!("/v/{}/watch", given.token), &[]);
    assert_eq!(begun.status, 303, "{}", plain(&begun.text()));
    let feed = format!("{}/feed.atom", begun.to);
    let read = || counter.ask(&who, Method::Get, &feed, None);
    assert!(read().kind.starts_with("application/atom+xml") && !read().text().contains("<entry>"));
    assert!(counter.read(&who, &begun.to).contains("noindex"));
    let list = format!(
        "证书编号,姓名\n{},娜仁图雅\n{},王五\n",
        given.number, given.number
    );
    let listed = counter.upload(
        &who,
        "/verify/list",
        "sheet",
        "list.csv",
        list.as_bytes(),
        &[("what", "page")],
    );
    let both = counter.send(&who, &format!("{}/watch", listed.to), &[]);
    assert_eq!(both.status, 303, "{}", plain(&both.text()));
    let sent = json!({ "rows": [{ "number": given.number, "name": "娜仁图雅" }, { "number": given.number, "name": "王五" }] });
    let third = counter.call(&who, Method::Post, "/api/v1/watches", Some(sent));
    assert_eq!(third.status, 201, "{}", third.text());
    let third = third.json()["id"].as_str().unwrap().to_owned();
    revoke(&story, &given.id);
    for to in [&begun.to, &both.to] {
        let text = counter.read(&who, &format!("{to}/feed.atom"));
        assert_eq!(text.matches("<entry>").count(), 1, "{text}");
        assert!(text.contains(&given.number) && text.contains("已撤销") && !text.contains("娜仁"));
        assert!(counter.read(&who, to).contains("已撤销"));
    }
    let of_third = format!("/api/v1/watches/{third}");
    let told = counter.call(&who, Method::Get, &of_third, None).json();
    assert_eq!(
        (told["total"].clone(), told["news"][0]["verdict"].clone()),
        (json!(1), json!("revoked"))
    );
    assert_eq!(
        counter.call(&who, Method::Delete, &of_third, None).status,
        204
    );
    assert_eq!(counter.call(&who, Method::Get, &of_third, None).status, 404);
    assert_eq!(
        counter.send(&who, &format!("{}/end", begun.to), &[]).to,
        "/watches/ended"
    );
    assert_eq!(read().status, 404);
    assert!(counter.read(&who, "/watches/ended").contains("已取消关注"));
    // Nobody's certificates are not watched, and a key nobody has leads nowhere.
    let nobody = json!({ "rows": [{ "number": given.number, "name": "王五" }] });
    assert_eq!(
        counter
            .call(&who, Method::Post, "/api/v1/watches", Some(nobody))
            .code(),
        "watch.empty"
    );
    assert_eq!(
        counter
            .ask(
                &who,
                Method::Get,
                &format!("/watches/{}", "0".repeat(26)),
                None
            )
            .status,
        404
    );
    story.hall.on("2028-04-09");
    assert_eq!(
        counter.ask(&who, Method::Get, &both.to, None).status,
        404,
        "it ends by itself"
    );
}

/// What a system that is called was sent: the signature and the body.
type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// A system that is called. It echoes challenges; of other calls it drops as many as it is told to.
fn system(drops: usize) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}/hooks/1", listener.local_addr().unwrap());
    let heard = Heard::default();
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        let mut drops = drops;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut signature) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.trim_end();
                if line.is_empty() {
                    break;
                }
                let (name, value) = line.split_once(": ").unwrap_or((line, ""));
                match name.to_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    "guildhall-signature" => value.clone_into(&mut signature),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            let challenge = body.contains("challenge");
            let status = if !challenge && drops > 0 {
                "500 No"
            } else {
                "200 OK"
            };
            drops = drops.saturating_sub(usize::from(!challenge));
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            kept.lock().unwrap().push((signature, body));
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (at, heard)
}

#[test]
fn a_system_is_called_once_signed_and_again_when_it_does_not_answer() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "娜仁·图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let who = Visitor::stranger();
    let begun = counter.send(&who, &format!("/v/{}/watch", given.token), &[]);
    let set = |to: &str| counter.send(&who, &format!("{}/hook", begun.to), &[("hook", to)]);
    for wrong in [
        "ftp://example.com/",
        "https://user:secret@example.com/",
        "nowhere",
    ] {
        assert_eq!(set(wrong).status, 422, "{wrong}");
    }
    // Somebody else's server, which echoes nothing: it is not called on a stranger's word.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = format!("http://{}/", deaf.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in deaf.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        }
    });
    let refused = set(&elsewhere);
    assert!(
        refused.status == 422 && refused.text().contains("challenge"),
        "{}",
        plain(&refused.text())
    );
    let (address, heard) = system(2);
    let done = set(&address);
    assert_eq!(done.status, 303, "{}", plain(&done.text()));
    assert_eq!(heard.lock().unwrap().len(), 1);
    let registry = &story.hall.registry;
    let (another, now) = (story.hall.beside(), story.hall.now);
    assert_eq!(notice(registry, now).unwrap(), 0, "nothing happened yet");
    revoke(&story, &given.id);
    // Two servers look and call at once: there is one call.
    let found: usize = std::thread::scope(|scope| {
        let both = [registry.as_ref(), &another].map(|server| {
            scope.spawn(move || {
                let found = notice(server, now).unwrap();
                make(server, None, now).unwrap();
                found
            })
        });
        both.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(found, 1);
    assert!(heard.lock().unwrap().len() <= 2);
    // It answered 500, twice; it is tried again later, and then has it.
    let mut told = 0;
    for minutes in [0, 3, 10, 30, 90] {
        told += make(&another, None, now.plus_seconds(minutes * 60)).unwrap();
    }
    assert_eq!(told, 1);
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 4, "{heard:?}");
    let page = counter.read(&who, &begun.to);
    let secret = page
        .split("<code class=\"break\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    for (signature, body) in &heard {
        let at = signature
            .strip_prefix("t=")
            .unwrap()
            .split(',')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(*signature, hook::signature(secret, at, body));
    }
    let body: Value = serde_json::from_str(&heard[3].1).unwrap();
    assert_eq!(
        (body["verdict"].as_str(), body["number"].as_str()),
        (Some("revoked"), Some(given.number.as_str()))
    );
    assert_eq!(
        body["id"],
        serde_json::from_str::<Value>(&heard[1].1).unwrap()["id"]
    );
    let receipt = receipts::read(registry, body["receipt"].as_str().unwrap(), now)
        .unwrap()
        .unwrap();
    assert_eq!(
        (receipt.subject, receipt.verdict),
        (given.number.clone(), "revoked".to_owned())
    );
    assert!(!heard[3].1.contains("娜仁"));
    assert!(page.contains("已送达"));
}

/// A mail server; what it was handed.
fn mail_server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let handed = Arc::clone(&kept);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = take_message(stream.unwrap(), &kept);
        }
    });
    (port, handed)
}

fn take_message(mut stream: TcpStream, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 mail\r\n")?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let answer: &[u8] = match line.get(..4) {
            Some("EHLO") => b"250-mail\r\n250 8BITMIME\r\n",
            Some("DATA") => {
                stream.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    reader.read_line(&mut text)?;
                }
                kept.lock().unwrap().push(text);
                b"250 taken\r\n"
            }
            Some("QUIT") => b"221 bye\r\n",
            _ => b"250 well\r\n",
        };
        stream.write_all(answer)?;
        line.clear();
    }
    Ok(())
}

/// A message's lines put together again, as far as links and numbers go.
fn unfolded(message: &str) -> String {
    let body = message
        .split("\r\n\r\n")
        .nth(1)
        .unwrap()
        .replace("\r\n", "");
    let base64 = message
        .to_lowercase()
        .contains("content-transfer-encoding: base64");
    if base64 {
        let plain = data_encoding::BASE64
            .decode(body.trim_end_matches('.').as_bytes())
            .unwrap();
        return String::from_utf8(plain).unwrap();
    }
    body.replace("=\r\n", "").replace("=3D", "=")
}

#[test]
fn a_mailbox_is_written_to_once_it_said_so() {
    let mut story = Story::new();
    let mut both = issued(&mut story, &[(1, "娜仁·图雅"), (2, "李四")]).given;
    let (given, more) = (both.remove(0), both.remove(0));
    let (port, handed) = mail_server();
    let letters = Letters::of(&Settings {
        mail: Some(MailServer {
            host: "127.0.0.1".to_owned(),
            port,
            at_once: false,
            plain: true,
            user: None,
            from: "registry@example.gov.cn".to_owned(),
        }),
        ..Settings::default()
    });
    let post: Option<&dyn Post> = letters.0.as_deref();
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let key = watches::of_certificate(registry, &given.token, now).unwrap();
    let from = IpAddr::from([192, 0, 2, 1]);
    let set = |mail: &str, now: Now| watch_ways::set_mail(registry, post, &key, mail, from, now);
    assert_eq!(
        set("hr@example", now).unwrap_err().code(),
        "watch.mail-refused"
    );
    assert_eq!(
        watch_ways::set_mail(registry, None, &key, "hr@example.com", from, now)
            .unwrap_err()
            .code(),
        "watch.without-mail"
    );
    set("hr@example.com", now).unwrap();
    let asked = unfolded(&handed.lock().unwrap()[0]);
    let proof = asked.split("/mailboxes/").nth(1).unwrap()[..26].to_owned();
    // Not confirmed: nothing is written.
    revoke(&story, &given.id);
    assert_eq!(notice(registry, now).unwrap(), 0);
    let counter = Counterside::of(&story.hall);
    let who = Visitor::stranger();
    let link = format!("/mailboxes/{proof}");
    assert!(
        counter.read(&who, &link).contains("确认接收"),
        "opening the link confirms nothing"
    );
    assert!(watches::read(registry, &key, now).unwrap().mail_unproven);
    assert_eq!(counter.send(&who, &link, &[]).status, 200);
    assert_eq!(counter.send(&who, &link, &[]).status, 404, "once");
    assert!(watches::read(registry, &key, now).unwrap().mail);
    let key = watches::of_certificate(registry, &more.token, now).unwrap();
    watch_ways::set_mail(registry, post, &key, "hr@example.com", from, now).unwrap();
    let asked = unfolded(&handed.lock().unwrap()[1]);
    let proof = WatchId::read(&asked.split("/mailboxes/").nth(1).unwrap()[..26]).unwrap();
    watch_ways::confirm_mail(registry, &proof, now).unwrap();
    revoke(&story, &more.id);
    assert_eq!(notice(registry, now).unwrap(), 1);
    assert_eq!(make(registry, post, now).unwrap(), 1);
    let told = handed.lock().unwrap().last().unwrap().clone();
    assert!(
        told.contains("To: hr@example.com") && unfolded(&told).contains(&more.number),
        "{told}"
    );
    assert!(!unfolded(&told).contains("李四"));
    // Twenty addresses an hour, and no more.
    let named = (0..25).filter(|n| {
        watch_ways::set_mail(
            registry,
            post,
            &key,
            &format!("a{n}@example.com"),
            from,
            now,
        )
        .is_ok()
    });
    assert!(named.count() < 20);
}
