//! 凭证速度: codes and credentials signed a second on one core, beside what each could least be.
//!
//! `cargo bench --bench credentials`. A code is measured beside the bare ECDSA signature in it. A
//! credential is measured with the contexts parsed once, as the registry does it, beside the same
//! with the contexts parsed for each document, as a plain JSON-LD processor does it. Signed PDFs
//! beside unsigned ones are in `cargo bench --bench paper`.

#[path = "parts/timing.rs"]
mod timing;

use chrono::{NaiveDate, NaiveDateTime};
use guildhall::seal::credential::{self, Achieved, Draft};
use guildhall::seal::json_ld;
use guildhall::seal::signer::{Ed25519, Es256, Signer};
use guildhall::seal::ticket::{self, Ticket};
use std::hint::black_box;
use std::time::Duration;
use timing::time;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default()
}

fn moment() -> NaiveDateTime {
    day().and_hms_opt(1, 0, 0).unwrap_or_default()
}

fn ticket(at: usize) -> Ticket {
    Ticket {
        name: ["娜仁图雅", "王秀英", "阿拉坦其其格·孛儿只斤", "李强"][at % 4].to_owned(),
        id_last4: format!("{:04}", at % 10_000),
        occupation_code: "6-31-01-03".to_owned(),
        occupation_title: "电工".to_owned(),
        level: "3".to_owned(),
        number: format!("S0000150000012630{:05}", at % 100_000),
        issued_on: day(),
        status: (1, u32::try_from(at % 131_072).unwrap_or(0)),
        expires_on: None,
    }
}

fn draft(ticket: &Ticket, token: String) -> Draft {
    Draft {
        base: "https://cert.example.cn".to_owned(),
        token,
        title: (
            "职业技能等级证书".to_owned(),
            "Certificate of Vocational Skill Level".to_owned(),
        ),
        issuer: credential::Issuer {
            slug: "centre".to_owned(),
            name: "塔林市职业技能评价中心".to_owned(),
            uscc: "91150902MA0N1K2P3X".to_owned(),
            address: "示范路1号".to_owned(),
        },
        holder: ticket.name.clone(),
        id_tail: ticket.id_last4.clone(),
        number: ticket.number.clone(),
        achievement: Achieved {
            code: ticket.occupation_code.clone(),
            level: ticket.level.clone(),
            name: "电工 三级/高级工".to_owned(),
            description: "电工三级/高级工 / Electrician, Level 3".to_owned(),
            criteria: "按国家职业标准考核合格。".to_owned(),
        },
        issued_at: moment(),
        issued_on: ticket.issued_on,
        expires_on: None,
        status: ticket.status,
        lineage: None,
        results: Vec::new(),
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (es256, ed25519) = (Es256::generate(), Ed25519::generate());
    let bare = time(|at| drop(black_box(es256.sign(&at.to_be_bytes().repeat(20)))));
    let code = time(|at| drop(black_box(ticket::sign(&ticket(at), &es256))));
    println!(
        "code (COSE, ES256)    {:>9.1} µs, {:.0} a second on one core; the ECDSA signature in it {:.1} µs: {:.2} times",
        us(code),
        1e6 / us(code),
        us(bare),
        us(code) / us(bare)
    );
    let kept = |at: usize| {
        let ticket = ticket(at);
        let sealed = ticket::sign(&ticket, &es256);
        draft(&ticket, sealed.token.clone())
            .kept(&sealed.cose, es256.public_key())
            .expect("it is on record")
    };
    // What stands before the signature: the ticket signed and held against the draft.
    let before = time(|at| drop(black_box(kept(at))));
    let whole = time(|at| {
        drop(black_box(
            credential::sign(kept(at), &ed25519, moment()).expect("it is signed"),
        ))
    });
    let token = time(|at| {
        drop(black_box(
            credential::sign(kept(at), &es256, moment()).expect("it is signed"),
        ))
    });
    let own = whole.saturating_sub(before);
    let body = credential::sign(kept(1), &ed25519, moment())
        .expect("it is signed")
        .body;
    let mut document: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
    let mut proof = document["proof"].take();
    if let Some(members) = document.as_object_mut() {
        members.remove("proof");
    }
    proof["@context"] = document["@context"].clone();
    if let Some(members) = proof.as_object_mut() {
        members.remove("proofValue");
    }
    let anew = time(|_| {
        let digests = [
            json_ld::digest_anew(&proof),
            json_ld::digest_anew(&document),
        ];
        let message: Vec<u8> = digests
            .into_iter()
            .flat_map(|digest| digest.expect("it has a meaning"))
            .collect();
        drop(black_box(ed25519.sign(&message)));
    });
    println!(
        "credential (OB3)      {:>9.1} µs, {:.0} a second on one core, {} bytes; contexts parsed for each: {:.1} µs, {:.1} times as long",
        us(own),
        1e6 / us(own),
        body.len(),
        us(anew),
        us(anew) / us(own)
    );
    println!(
        "the same as JWT       {:>9.1} µs",
        us(token.saturating_sub(before))
    );
}

fn us(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
