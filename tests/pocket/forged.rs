//! 伪造: ten thousand changed bytes and twenty forged codes, none accepted.

use super::golden::{files, meant, pocket};
use guildhall::ground::clock::Now;
use guildhall::paper::pocket::anything;
use guildhall::seal::bundle::{Bundle, Issuer, Key, KeyState, List};
use guildhall::seal::digits;
use guildhall::seal::pocket::{Pocket, Verdict};
use guildhall::seal::scan::qr_text;
use guildhall::seal::signer::{Algorithm, Es256, Signer};
use guildhall::seal::ticket::{self, Ticket};

/// Numbers that are the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

/// How many bytes are changed: `MUTATIONS`, else some that take no time.
fn how_many() -> usize {
    let asked = std::env::var("MUTATIONS").ok();
    asked.map_or(1_500, |asked| asked.parse().unwrap())
}

/// A code, a credential in both forms, badges and a PDF, one byte of each changed to any other:
/// none is told to be in force, and none with another verdict than "altered" or "cannot confirm".
#[test]
fn of_ten_thousand_changed_bytes_none_is_accepted() {
    let pocket = pocket("2026-11");
    let all = files("2026-11");
    let of = |name: &str| {
        let (_, kind, verdict, bytes) = all.iter().find(|(other, ..)| other == name).unwrap();
        assert_eq!(verdict, "valid");
        (kind.as_str(), bytes)
    };
    // A PDF is read whole, decompressed and hashed each time; the others take microseconds.
    let shares = [
        ("valid.qr", 38),
        ("credential.json", 30),
        ("credential.jwt", 20),
        ("badge.svg", 4),
        ("valid.pdf", 8),
    ];
    let mut tried = 0;
    for (name, share) in shares {
        let (kind, bytes) = of(name);
        let meant = meant(kind, bytes);
        let mut dice = Dice(0x6775_696c + share as u64);
        let (mut altered, count) = (0, how_many() * share / 100);
        for _ in 0..count {
            let at = meant.start + dice.below(meant.len());
            let mut bent = bytes.clone();
            let mut to = dice.next().to_le_bytes()[3];
            // A letter's case in a code's token is no difference: people type it as they like.
            while to.eq_ignore_ascii_case(&bytes[at]) && (kind == "code" || to == bytes[at]) {
                to = dice.next().to_le_bytes()[3];
            }
            bent[at] = to;
            let told = anything(&pocket, &bent);
            assert_eq!(
                told.verdict.exit() % 2,
                1,
                "{name}: byte {at} to {to}: {told:#?}"
            );
            altered += usize::from(told.verdict.exit() == 1);
        }
        println!("{name}: {count} changed bytes, 0 accepted, {altered} told as altered");
        tried += count;
    }
    assert!(tried * 10 >= how_many() * 9, "{tried}");
}

const BASE: &str = "https://zs.example.cn";

fn real() -> Ticket {
    Ticket {
        name: "娜仁图雅".to_owned(),
        id_last4: "0016".to_owned(),
        occupation_code: "6-31-01-03".to_owned(),
        occupation_title: "电工".to_owned(),
        level: "3".to_owned(),
        number: "S000015090002263000128".to_owned(),
        issued_on: "2026-03-09".parse().unwrap(),
        status: (1, 77),
        expires_on: None,
    }
}

fn in_pocket(signer: &Es256, root: &Es256, given: &[u32]) -> Pocket {
    let mut places = vec![0; 16_384];
    for place in given {
        places[*place as usize / 8] |= 1 << (place % 8);
    }
    let key = Key {
        id: signer.key_id(),
        algorithm: Algorithm::Es256,
        public: signer.public_key().to_vec(),
        from: "2026-01-01".parse().unwrap(),
        until: "2026-12-31".parse().unwrap(),
        state: KeyState::Good,
        kept: Vec::new(),
    };
    let issuer = Issuer {
        id: "a".to_owned(),
        slug: "centre".to_owned(),
        name: "塔林市职业技能评价中心".to_owned(),
        keys: vec![key],
        lists: vec![List {
            number: 1,
            given: Some(places),
            ..List::default()
        }],
        ..Issuer::default()
    };
    let now = Now::beijing("2026-04-01".parse().unwrap(), 9, 0);
    let at = now.utc().and_utc().timestamp();
    let bundle = Bundle {
        sequence: 1,
        issued_at: at,
        next_update: at + 86_400,
        issuers: vec![issuer],
        ..Bundle::default()
    };
    Pocket::new(bundle, root.public_key().to_vec(), now)
}

/// A copied page with a forged code never turns green, whatever host and dress it comes in; a real
/// code on a forger's host says what it always said.
#[test]
fn a_forged_code_never_turns_green() {
    let scalar = |seed| Es256::from_bytes(&[seed; 32]).unwrap();
    let (signer, thief, root) = (scalar(3), scalar(5), scalar(7));
    let pocket = in_pocket(&signer, &root, &[77]);
    let real = real();
    let genuine = ticket::sign(&real, &signer);
    assert_eq!(
        pocket.code(&qr_text(BASE, &genuine)).verdict,
        Verdict::Valid
    );
    assert_eq!(
        pocket
            .code(&qr_text("https://cert-examp1e.cn", &genuine))
            .verdict,
        Verdict::Valid
    );

    let other = Ticket {
        name: "张三".to_owned(),
        ..real.clone()
    };
    let forged = ticket::sign(&other, &thief);
    // The thief writes the real key's hint over his own.
    let hinted = {
        let at = forged
            .cose
            .windows(4)
            .position(|window| window == thief.key_id())
            .unwrap();
        let mut cose = forged.cose.clone();
        cose[at..at + 4].copy_from_slice(&signer.key_id());
        ticket::Sealed {
            token: ticket::token_of(&cose),
            cose,
        }
    };
    // The real signature under other content, and the other way round.
    let tail = |cose: &[u8]| cose[cose.len() - 64..].to_vec();
    let grafted = {
        let mut cose = hinted.cose.clone();
        let at = cose.len() - 64;
        cose[at..].copy_from_slice(&tail(&genuine.cose));
        ticket::Sealed {
            token: ticket::token_of(&cose),
            cose,
        }
    };
    let digits = |cose: &[u8]| digits::encode(cose);
    let mut codes: Vec<String> = Vec::new();
    for host in [
        "https://zs.example.cn",
        "https://zs.examp1e.cn",
        "https://xn--zs-example.cn",
        "https://zs.example.cn@evil.cn",
        "https://zs.example.cn.evil.cn",
    ] {
        codes.push(qr_text(host, &forged));
        codes.push(qr_text(host, &hinted));
        codes.push(qr_text(host, &grafted));
    }
    codes.push(format!(
        "{BASE}/v/{}#{}",
        genuine.token,
        digits(&forged.cose)
    ));
    codes.push(format!(
        "{BASE}/v/{}#{}",
        forged.token,
        digits(&genuine.cose)
    ));
    codes.push(format!("{BASE}/v/{}", genuine.token));
    codes.push(format!("{BASE}/v/{}#", genuine.token));
    codes.push("https://cert-examp1e.cn/verify?no=S000015090002263000128".to_owned());
    assert_eq!(codes.len(), 20);
    for code in codes {
        let told = pocket.code(&code);
        assert_ne!(told.verdict.exit(), 0, "{code}: {told:?}");
        assert!(
            told.fact("holder").is_none(),
            "nothing unsigned is shown: {code}: {told:?}"
        );
    }
    // Whoever stole the key cannot use a place that was not given out.
    let elsewhere = Ticket {
        status: (1, 78),
        ..other
    };
    assert_eq!(
        pocket
            .code(&qr_text(BASE, &ticket::sign(&elsewhere, &signer)))
            .verdict,
        Verdict::NotGiven
    );
}
