//! 信任包的试验: who may sign one, what each standing answers, how large it grows.

use super::*;
use crate::domain::status_list::{FULL, PLACES, Places};
use crate::ground::chance;
use crate::seal::signer::Es256;
use crate::seal::ticket::tests::ticket;
use std::time::Instant;

const DAY: i64 = 86_400;
const AT: i64 = 1_773_000_000;

fn key(signer: &Es256) -> Key {
    let (from, until) = year(2026).unwrap();
    Key {
        id: signer.key_id(),
        algorithm: Algorithm::Es256,
        public: signer.public_key().to_vec(),
        from,
        until,
        state: KeyState::Good,
        kept: Vec::new(),
    }
}

fn marked(places: &[u32]) -> Vec<u8> {
    let mut bits = vec![0; PLACES as usize / 8];
    for place in places {
        bits[*place as usize / 8] |= 1 << (place % 8);
    }
    bits
}

fn bundle(signer: &Es256) -> Bundle {
    let list = List {
        number: 1,
        given: Some(marked(&[70_000, 3])),
        ..List::default()
    };
    let issuer = Issuer {
        id: "i".into(),
        slug: "school".into(),
        name: "某职业学校".into(),
        name_en: "A school".into(),
        uscc: "911509000000000000".into(),
        keys: vec![key(signer)],
        lists: vec![list],
    };
    Bundle {
        links: Vec::new(),
        sequence: 7,
        issued_at: AT,
        next_update: AT + 14 * DAY,
        issuers: vec![issuer],
        logs: vec!["log.example+1".into()],
        lost_logs: vec![("log.example+0".into(), 12)],
        anchors: vec![vec![1, 2]],
        ..Bundle::default()
    }
}

#[test]
fn a_bundle_is_read_again_by_its_root_only() {
    let (root, other, issuer) = (Es256::generate(), Es256::generate(), Es256::generate());
    let bundle = bundle(&issuer);
    let bytes = bundle.sign(&root);
    assert_eq!(Bundle::root_of(&bytes).as_deref(), Some(root.public_key()));
    assert_eq!(Bundle::open(&bytes, root.public_key()), Ok(bundle));
    assert_eq!(
        Bundle::open(&bytes, other.public_key()),
        Err(Untrusted::Signature)
    );
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(
            Bundle::open(&changed, root.public_key()).is_err(),
            "byte {at}"
        );
    }
    assert!(Bundle::open(&bytes[..bytes.len() - 1], root.public_key()).is_err());
}

#[test]
fn whoever_pinned_a_former_root_follows_its_successors() {
    let [first, second, third, stranger] = [0; 4].map(|_| Es256::generate());
    let chain = vec![
        Link::sign(&first, second.public_key()),
        Link::sign(&second, third.public_key()),
    ];
    let bundle = Bundle {
        links: chain.clone(),
        ..bundle(&Es256::generate())
    };
    let bytes = bundle.sign(&third);
    for root in [&first, &second, &third] {
        assert_eq!(Bundle::open(&bytes, root.public_key()), Ok(bundle.clone()));
    }
    assert_eq!(
        Bundle::open(&bytes, stranger.public_key()),
        Err(Untrusted::Signature)
    );
    // A link somebody else signed leads nowhere, and so does half a chain.
    let forged = vec![Link::sign(&stranger, third.public_key())];
    for links in [forged, chain[1..].to_vec(), Vec::new()] {
        let bundle = Bundle {
            links,
            ..bundle.clone()
        };
        let bytes = bundle.sign(&third);
        assert_eq!(
            Bundle::open(&bytes, first.public_key()),
            Err(Untrusted::Signature)
        );
    }
}

#[test]
fn each_standing_has_its_own_answer() {
    let (signer, stranger) = (Es256::generate(), Es256::generate());
    let today: NaiveDate = "2026-03-10".parse().unwrap();
    let good = bundle(&signer);
    let judge = |bundle: &Bundle, ticket: &Ticket| {
        bundle.judge(&ticket::sign(ticket, &signer).cose, AT, today)
    };
    let with = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        bundle
    };
    let ticket = ticket();
    assert_eq!(judge(&good, &ticket), Offline::Good(ticket.clone()));
    let place = marked(&[70_000]);
    let revoked = with(&|b| b.issuers[0].lists[0].revoked = place.clone());
    assert_eq!(judge(&revoked, &ticket), Offline::Revoked(ticket.clone()));
    let held = with(&|b| b.issuers[0].lists[0].suspended = place.clone());
    assert_eq!(judge(&held, &ticket), Offline::Suspended(ticket.clone()));
    let replaced = with(&|b| b.issuers[0].lists[0].replaced = place.clone());
    assert_eq!(judge(&replaced, &ticket), Offline::Replaced(ticket.clone()));
    let stolen = with(&|b| b.issuers[0].keys[0].state = KeyState::Compromised);
    assert_eq!(judge(&stolen, &ticket), Offline::KeyNotGood);
    let named = with(&|b| {
        let key = &mut b.issuers[0].keys[0];
        key.state = KeyState::Compromised;
        key.kept = vec![
            [7; 10],
            ticket::name_of(&ticket::sign(&ticket, &signer).cose),
        ];
        key.kept.sort_unstable();
    });
    let cose = ticket::sign(&ticket, &signer).cose;
    assert_eq!(named.judge(&cose, AT, today), Offline::Good(ticket.clone()));
    let root = Es256::generate();
    assert_eq!(
        Bundle::open(&named.sign(&root), root.public_key()),
        Ok(named.clone())
    );
    let forged = Ticket {
        name: "另一人".into(),
        ..ticket.clone()
    };
    assert_eq!(judge(&named, &forged), Offline::KeyNotGood);
    let empty = with(&|b| b.issuers.clear());
    assert_eq!(judge(&empty, &ticket), Offline::UnknownKey);
    let full = with(&|b| b.issuers[0].lists[0].given = None);
    let elsewhere = Ticket {
        status: (1, 5),
        ..ticket.clone()
    };
    assert_eq!(
        judge(&good, &elsewhere),
        Offline::NotGiven(elsewhere.clone())
    );
    assert_eq!(judge(&full, &elsewhere), Offline::Good(elsewhere));
    let early = Ticket {
        issued_on: "2025-03-09".parse().unwrap(),
        ..ticket.clone()
    };
    assert_eq!(judge(&good, &early), Offline::KeyNotGood);
    let over = Ticket {
        expires_on: Some("2026-03-09".parse().unwrap()),
        ..ticket.clone()
    };
    assert_eq!(judge(&good, &over), Offline::Expired(over));
    let cose = ticket::sign(&ticket, &signer).cose;
    assert_eq!(
        good.judge(&cose, AT + 7 * DAY, today),
        Offline::Good(ticket.clone())
    );
    assert_eq!(
        good.judge(&cose, AT + 7 * DAY + 1, today),
        Offline::Stale(ticket.clone())
    );
    assert_eq!(
        revoked.judge(&cose, AT + 8 * DAY, today),
        Offline::Revoked(ticket.clone())
    );
    assert_eq!(good.judge(&cose, AT - DAY - 1, today), Offline::Clock);
    assert_eq!(good.judge(&cose, AT + 15 * DAY, today), Offline::Outdated);
    let foreign = ticket::sign(&ticket, &stranger).cose;
    assert_eq!(good.judge(&foreign, AT, today), Offline::UnknownKey);
}

#[test]
fn ten_thousand_changed_bytes_are_never_accepted() {
    let signer = Es256::generate();
    let good = bundle(&signer);
    let today: NaiveDate = "2026-03-10".parse().unwrap();
    let sealed = ticket::sign(&ticket(), &signer);
    let text = crate::seal::scan::qr_text("https://cert.example.cn", &sealed);
    let start = text.find("/v/").unwrap() + 3;
    let (mut tried, mut accepted) = (0, 0);
    while tried < 10_000 {
        let draw = chance::bytes::<5>();
        let at = start
            + u32::from_be_bytes([draw[0], draw[1], draw[2], draw[3]]) as usize
                % (text.len() - start);
        let mut bytes = text.clone().into_bytes();
        // A different printable character, so that the text stays a text.
        let new = 0x21 + draw[4] % 94;
        if bytes[at] == new {
            continue;
        }
        bytes[at] = new;
        let changed = String::from_utf8(bytes).unwrap();
        tried += 1;
        // A token in capitals, and a tail cut after the last digit, are the same code.
        let Ok(scan) = crate::seal::scan::scan(&changed) else {
            continue;
        };
        let Some(cose) = scan.cose else { continue };
        let judged = good.judge(&cose.cose, AT, today);
        if matches!(judged, Offline::Good(_)) && cose.cose != sealed.cose {
            accepted += 1;
        }
    }
    println!("{tried} changed codes, {accepted} accepted");
    assert_eq!(accepted, 0);
}

/// Ten million certificates of sixty institutions: full lists, and one open list each.
fn ten_million(signer: &Es256, revoked_in_ten_thousand: u32) -> Bundle {
    let institutions = 60_u32;
    let full = 10_000_000 / FULL - institutions / 2;
    let mut bundle = bundle(signer);
    let base = bundle.issuers.remove(0);
    let draw = || u32::from_be_bytes(chance::bytes::<4>());
    for at in 0..institutions {
        let mut issuer = Issuer {
            id: format!("{at:026}"),
            ..base.clone()
        };
        issuer.keys = (0..4).map(|_| key(signer)).collect();
        issuer.lists.clear();
        let count = full / institutions + u32::from(at < full % institutions);
        for number in 1..=count + 1 {
            let open = number > count;
            let given = if open { FULL / 2 } else { FULL };
            let mut bits = vec![0; PLACES as usize / 8];
            for _ in 0..given * revoked_in_ten_thousand / 10_000 {
                let place = draw() % PLACES;
                bits[place as usize / 8] |= 1 << (place % 8);
            }
            let map = open.then(|| {
                let mut places = Places::empty();
                for _ in 0..given {
                    places.draw();
                }
                places.bits().to_vec()
            });
            issuer.lists.push(List {
                number,
                revoked: bits,
                given: map,
                ..List::default()
            });
        }
        bundle.issuers.push(issuer);
    }
    bundle
}

#[test]
fn ten_million_certificates_fit_into_a_pocket() {
    let (root, signer) = (Es256::generate(), Es256::generate());
    for (share, most) in [(1, 1_200_000), (10, 1_300_000), (100, 1_500_000)] {
        let bundle = ten_million(&signer, share);
        let start = Instant::now();
        let bytes = bundle.sign(&root);
        let took = start.elapsed();
        let lists: usize = bundle.issuers.iter().map(|issuer| issuer.lists.len()).sum();
        let mut closed = bundle.clone();
        for list in closed.issuers.iter_mut().flat_map(|one| &mut one.lists) {
            list.given = None;
        }
        let without = closed.sign(&root).len();
        println!(
            "10,000,000 certificates, {lists} lists, {}.{:02} % revoked: {} KiB ({} KiB without the maps of open lists), signed in {took:?}",
            share / 100,
            share % 100,
            bytes.len() / 1024,
            without / 1024,
        );
        assert!(bytes.len() < most, "{}", bytes.len());
    }
}
